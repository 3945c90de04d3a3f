"""An operation of a mining firm as a Mesa agent; all operations decide together on arrays (see the stages)."""

from typing import TYPE_CHECKING, Any

from sim.agents.columns import MINE_COLUMNS
from sim.agents.row_agent import RowAgent

if TYPE_CHECKING:
    from sim.model import Cluster


class MiningFirm(RowAgent, columns=MINE_COLUMNS):
    """One mining operation: what it produces, wants to buy, how it pays, and what it believes of suppliers."""

    def __init__(self, model: "Cluster", row: int) -> None:
        super().__init__(model, model.world.mines, row)
        self.name = model.world.data.op_names[row]
        self.company = model.world.data.op_company[row]

    def belief(self, region: str, subsector: str) -> float:
        """Believed chance of a good delivery by a supplier of that region and subsector it has no experience with."""
        world = self.world
        at = (self.row, world.data.regions.index(region), world.data.subsectors.index(subsector))
        good, bad = world.p.belief_good + world.belief_good[at], world.p.belief_bad + world.belief_bad[at]
        return float(good / (good + bad))

    def trust_in(self, supplier: Any) -> float:
        """Trust between this operation and a supplier."""
        return float(supplier.trust[self.row])
