"""An association of suppliers as a Mesa agent: members, purpose, age, mutual trust."""

from typing import TYPE_CHECKING

import mesa
import numpy as np

if TYPE_CHECKING:
    from sim.model import Cluster
    from sim.world import Group


class Association(mesa.Agent):
    """A PROFO or PDP group or a trade association; what it does is decided in the ties stage."""

    def __init__(self, model: "Cluster", group: "Group") -> None:
        super().__init__(model)
        self.world = model.world
        self.group = group
        self.purpose = group.programme

    @property
    def members(self) -> list[int]:
        """Table rows of the members."""
        return [int(row) for row in self.group.members]

    @property
    def age(self) -> int:
        """Quarters since it was founded."""
        return int(self.world.quarter - self.group.founded)

    @property
    def trust(self) -> float:
        """Mean trust of members in one another (0 where they have no tie)."""
        firms, members = self.world.firms, self.group.members
        inside = np.isin(firms.tie_row[members], members)
        pairs = max(members.size * (members.size - 1), 1)
        return float((firms.tie_trust[members] * inside).sum() / pairs)
