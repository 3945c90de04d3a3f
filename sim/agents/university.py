"""A university or technical institute: graduates, research, and which firms it works with."""

from typing import TYPE_CHECKING

import mesa
import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from sim.model import Cluster


class University(mesa.Agent):
    """Chooses partner firms among those that knock, the most receptive first, up to its research capacity."""

    def __init__(self, model: "Cluster", number: int) -> None:
        super().__init__(model)
        data = model.world.data
        self.number, self.name, self.region = number, data.inst_names[number], int(data.inst_region[number])
        self.graduates, self.research = float(data.inst_graduates[number]), float(data.inst_research[number])
        self.pilot = bool(data.inst_pilot[number])
        self.world = model.world

    @property
    def partners(self) -> int:
        """Living firms it works with now."""
        firms = self.world.firms
        return int(np.count_nonzero(firms.alive & (firms.university == self.number)))

    def choose(self, knocking: NDArray[np.intp], absorptive: NDArray[np.float32], places: int) -> NDArray[np.intp]:
        """Rows of the firms it takes on this quarter, so that it works with no more than it has ``places`` for."""
        order = np.argsort(-absorptive, kind="stable")
        return knocking[order[: max(places - self.partners, 0)]]
