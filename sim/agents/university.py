"""A university or technical institute: graduates, research, and which firms it works with."""

from typing import TYPE_CHECKING

import mesa
import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from sim.model import Cluster


class University(mesa.Agent):
    """Chooses partner firms among those that knock: those whose project brings the people it needs, then the most receptive."""

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

    def choose(self, knocking: NDArray[np.intp], absorptive: NDArray[np.float32], needs: NDArray[np.float64],
               room: float) -> NDArray[np.intp]:
        """Rows of the firms it takes on this quarter, as far as its ``room`` goes; each ``needs`` a place or a part of one [k]."""
        order = np.lexsort((-absorptive, needs > 0))
        return knocking[order][np.cumsum(needs[order]) <= max(room, 0.0)]
