"""A supplier as a Mesa agent: its attributes are views onto the table's columns, its rules run on whole columns."""

from typing import TYPE_CHECKING, Any

import mesa

from sim.agents.columns import SUPPLIER_COLUMNS
from sim.table import Table, view

if TYPE_CHECKING:
    from sim.model import Cluster


class Supplier(mesa.Agent):
    """One supplier. ``supplier.capability`` reads and writes row ``row`` of the suppliers' table."""

    table: Table
    row: int
    if TYPE_CHECKING:
        def __getattr__(self, name: str) -> Any: ...

    def __init__(self, model: "Cluster", row: int) -> None:
        super().__init__(model)
        self.world = model.world
        self.table, self.row = model.world.firms, row

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


for _name in SUPPLIER_COLUMNS:
    setattr(Supplier, _name, view(_name))
