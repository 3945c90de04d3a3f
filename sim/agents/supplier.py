"""A supplier as a Mesa agent: its attributes are views onto the table's columns, its rules run on whole columns."""

from typing import TYPE_CHECKING

from sim.agents.columns import SUPPLIER_COLUMNS
from sim.agents.row_agent import RowAgent

if TYPE_CHECKING:
    from sim.model import Cluster


class Supplier(RowAgent, columns=SUPPLIER_COLUMNS):
    """One supplier. ``supplier.capability`` reads and writes row ``row`` of the suppliers' table."""

    def __init__(self, model: "Cluster", row: int) -> None:
        super().__init__(model, model.world.firms, row)

    @property
    def region_name(self) -> str:
        """Slug of the headquarters' region."""
        return str(self.world.data.regions[self.region])

    @property
    def subsector_name(self) -> str:
        """Slug of the subsector."""
        return str(self.world.data.subsectors[self.subsector])

    @property
    def certified(self) -> bool:
        """Whether a certificate is running."""
        return bool(self.certified_until >= self.world.quarter)
