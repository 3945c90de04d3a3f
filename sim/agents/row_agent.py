"""Agents whose attributes are views onto one row of a table, on whose whole columns the rules run."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import mesa

from sim.table import Table, view

if TYPE_CHECKING:
    from sim.model import Cluster


class RowAgent(mesa.Agent):
    """``agent.column`` reads and writes row ``row`` of ``table``."""

    table: Table
    row: int
    if TYPE_CHECKING:
        def __getattr__(self, name: str) -> Any: ...

    def __init_subclass__(cls, columns: Iterable[str] = (), **words: Any) -> None:
        super().__init_subclass__(**words)
        for name in columns:
            setattr(cls, name, view(name))

    def __init__(self, model: "Cluster", table: Table, row: int) -> None:
        super().__init__(model)
        self.world, self.table, self.row = model.world, table, row
