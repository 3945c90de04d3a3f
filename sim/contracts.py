"""The book of running contracts: one slot each, used again when a contract ends."""

from typing import Any, NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

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
        slots: NDArray[np.intp] = free_slots(self.columns.active, count)
        while slots.size < count:
            self._grow(count)
            slots = free_slots(self.columns.active, count)
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
        end_contracts(c.active, c.supplier, c.prime, c.ends, ~alive, quarter)

    def end_of_firms(self, rows: NDArray[np.intp], size: int) -> None:
        """End every contract of the firms in ``rows`` (of a table of ``size`` rows) at once."""
        gone = np.zeros(size, bool)
        gone[rows] = True
        c = self.columns
        self._take_back(parts_of(c.active, c.supplier, c.parent, gone))
        end_contracts(c.active, c.supplier, c.prime, c.ends, gone, 0)

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
        volume = np.zeros(firms)
        add_own_volume(c.active, c.supplier, c.rate, c.passed_on, volume)
        return volume

    def spend_by_buyer(self, buyers: int, subsectors: int) -> NDArray[np.float64]:
        """Value that operations have under contract a quarter, by operation and subsector [buyers, subsectors]."""
        c = self.columns
        spend = np.zeros((buyers, subsectors))
        add_spend(c.active, c.prime, c.buyer, c.subsector, c.rate, c.price, spend)
        return spend


# ---- single passes over all slots --------------------------------------------------------------------------------------
@njit(cache=True)
def free_slots(active: Any, count: int) -> Any:
    """The first ``count`` slots without a running contract, or as many as there are."""
    slots, found = np.empty(count, np.intp), 0
    for j in range(active.size):
        if found == count:
            break
        if not active[j]:
            slots[found] = j
            found += 1
    return slots[:found]


@njit(cache=True)
def end_contracts(active: Any, supplier: Any, prime: Any, ends: Any, gone: Any, quarter: int) -> None:
    """Close the slots of contracts that ended before ``quarter``, or whose supplier or prime contractor is gone."""
    for j in range(active.size):
        if active[j] and (ends[j] < quarter or gone[supplier[j]] or (prime[j] >= 0 and gone[prime[j]])):
            active[j] = False


@njit(cache=True)
def parts_of(active: Any, supplier: Any, parent: Any, gone: Any) -> Any:
    """Slots of running subcontracts of firms that are gone."""
    return np.array([j for j in range(active.size) if active[j] and parent[j] >= 0 and gone[supplier[j]]], np.intp)


@njit(cache=True)
def add_own_volume(active: Any, supplier: Any, rate: Any, passed_on: Any, volume: Any) -> None:
    """Add the part of each contract that its supplier does itself to ``volume`` [firms]."""
    for j in range(active.size):
        if active[j]:
            volume[supplier[j]] += rate[j] * (1.0 - passed_on[j])


@njit(cache=True)
def add_spend(active: Any, prime: Any, buyer: Any, subsector: Any, rate: Any, price: Any, spend: Any) -> None:
    """Add the value of each contract of an operation to ``spend`` [buyers, subsectors]."""
    for j in range(active.size):
        if active[j] and prime[j] < 0:
            spend[buyer[j], subsector[j]] += rate[j] * price[j]
