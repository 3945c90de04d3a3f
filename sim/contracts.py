"""The book of running contracts: one slot each, used again when a contract ends."""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.table import sum_by

FIELDS: dict[str, str] = {
    "active": "bool", "supplier": "int32", "prime": "int32", "buyer": "int32", "site": "int32", "subsector": "int32",
    "rate": "float64", "price": "float64", "need": "float64", "passed_on": "float64", "ends": "int64", "luck": "uint64", "parent": "int32",
}


class Contracts(NamedTuple):
    """Columns of the book. ``rate`` is volume a quarter (UF at normal prices), ``price`` its price index,
    ``passed_on`` the part done by a subcontractor, ``prime`` the supplier row that pays (-1: the operation pays),
    ``parent`` the slot of the contract of which a subcontract is a part (-1: none)."""

    active: NDArray[np.bool_]
    supplier: NDArray[np.int32]
    prime: NDArray[np.int32]
    buyer: NDArray[np.int32]
    site: NDArray[np.int32]
    subsector: NDArray[np.int32]
    rate: NDArray[np.float64]
    price: NDArray[np.float64]
    need: NDArray[np.float64]
    passed_on: NDArray[np.float64]
    ends: NDArray[np.int64]
    luck: NDArray[np.uint64]
    parent: NDArray[np.int32]


class ContractBook:
    """All running contracts, with room that grows by half when it is full."""

    def __init__(self, room: int = 1024) -> None:
        self.columns = Contracts(**{name: np.zeros(room, kind) for name, kind in FIELDS.items()})

    def add(self, **values: Any) -> NDArray[np.intp]:
        """Enter contracts (one value or one array a field); returns their slots."""
        count = len(values["supplier"])
        slots = np.flatnonzero(~self.columns.active)[:count]
        while slots.size < count:
            self._grow(count)
            slots = np.flatnonzero(~self.columns.active)[:count]
        for name in FIELDS:
            getattr(self.columns, name)[slots] = True if name == "active" else values[name]
        return slots

    def _grow(self, needed: int) -> None:
        extra = max(needed, self.columns.active.size // 2)
        self.columns = Contracts(*(np.concatenate([old, np.zeros(extra, old.dtype)]) for old in self.columns))

    def restore(self, columns: tuple[NDArray[Any], ...]) -> None:
        """Become the book whose columns these are."""
        self.columns = Contracts(*columns)

    def expire(self, quarter: int, alive: NDArray[np.bool_]) -> None:
        """End what is over, and what hangs on a firm that is gone."""
        c = self.columns
        orphan = (c.prime >= 0) & ~alive[np.maximum(c.prime, 0)]
        c.active[(c.ends < quarter) | ~alive[c.supplier] | orphan] = False

    def end_of_firms(self, rows: NDArray[np.intp], size: int) -> None:
        """End every contract of the firms in ``rows`` (of a table of ``size`` rows) at once."""
        gone = np.zeros(size, bool)
        gone[rows] = True
        c = self.columns
        self._take_back(np.flatnonzero(c.active & (c.parent >= 0) & gone[c.supplier]))
        c.active[gone[c.supplier] | ((c.prime >= 0) & gone[np.maximum(c.prime, 0)])] = False

    def _take_back(self, slots: NDArray[np.intp]) -> None:
        """The prime contractor does itself what the subcontracts in ``slots`` no longer do."""
        c = self.columns
        whole = c.rate[c.parent[slots]]
        np.subtract.at(c.passed_on, c.parent[slots], c.rate[slots] / np.maximum(whole, 1e-12))
        c.passed_on[c.parent[slots]] = np.maximum(c.passed_on[c.parent[slots]], 0.0)

    def live(self) -> NDArray[np.intp]:
        """Slots of running contracts."""
        return np.flatnonzero(self.columns.active)

    def volume_by_firm(self, firms: int) -> NDArray[np.float64]:
        """Volume under contract a quarter that each firm does itself [firms]."""
        c = self.columns
        own = np.where(c.active, c.rate * (1.0 - c.passed_on), 0.0)
        return sum_by(c.supplier, own, firms)

    def spend_by_buyer(self, buyers: int, subsectors: int) -> NDArray[np.float64]:
        """Value that operations have under contract a quarter, by operation and subsector [buyers, subsectors]."""
        c = self.columns
        cell = c.buyer * subsectors + c.subsector
        value = np.where(c.active & (c.prime < 0), c.rate * c.price, 0.0)
        return sum_by(cell, value, buyers * subsectors).reshape(buyers, subsectors)
