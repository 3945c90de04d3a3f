"""Numpy columns that grow, with rows that are used again after a death; Mesa agents read them through descriptors."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

GROWTH = 1.25


def sum_by(index: NDArray[Any], values: NDArray[Any], size: int) -> NDArray[np.float64]:
    """Sums of ``values`` by ``index`` [size], added in order in double precision. Raises IndexError for an index outside."""
    return np.asarray(_sums(np.ascontiguousarray(index, np.int64), np.ascontiguousarray(values, np.float64), size))


@njit(cache=True)
def _sums(index: Any, values: Any, size: int) -> Any:
    """In one pass, which skips zeros: most columns of payments are nearly empty."""
    sums = np.zeros(size)
    for i in range(index.size):
        if values[i] != 0.0:
            at = np.uint64(index[i])
            if at >= np.uint64(size):
                raise IndexError("an index lies outside the sums")
            sums[at] += values[i]
    return sums


def count_by(index: NDArray[Any], size: int) -> NDArray[np.float64]:
    """Counts of ``index`` [size]."""
    return np.bincount(index, minlength=size).astype(np.float64)


@dataclass(frozen=True)
class Column:
    """One declared attribute of every row. ``width`` names the second dimension, if there is one."""

    dtype: str
    default: float
    unit: str
    caption: str
    width: str = ""


class Table:
    """Columns of equal length. ``table.name`` is the live array ``[:n]``; dead rows stay in place until reused.

    Rows never move, so that ties and contracts may hold row numbers; ``alive`` tells which rows count.
    """

    def __init__(self, columns: Mapping[str, Column], widths: Mapping[str, int], capacity: int) -> None:
        self.columns = dict(columns)
        self._widths = dict(widths)
        self._store: dict[str, NDArray[Any]] = {}
        self._capacity = max(capacity, 1)
        self.n = 0
        for name, column in self.columns.items():
            self._store[name] = self._empty(column, self._capacity)
        self._publish()

    def __getattr__(self, name: str) -> NDArray[Any]:
        raise AttributeError(f"the table has no column {name!r}")

    def _empty(self, column: Column, rows: int) -> NDArray[Any]:
        shape = (rows, self._widths[column.width]) if column.width else (rows,)
        return np.full(shape, column.default, dtype=column.dtype)

    def _publish(self) -> None:
        for name, array in self._store.items():
            self.__dict__[name] = array[: self.n]

    def allocate(self, count: int) -> NDArray[np.intp]:
        """``count`` rows at default values: dead rows first, then new ones at the end."""
        free = np.flatnonzero(~self.alive)[:count]
        fresh = count - free.size
        if self.n + fresh > self._capacity:
            self._grow(self.n + fresh)
        rows = np.concatenate([free, np.arange(self.n, self.n + fresh)])
        self.n += fresh
        for name, column in self.columns.items():
            self._store[name][rows] = column.default
        self._store["alive"][rows] = True
        self._publish()
        return rows

    def _grow(self, needed: int) -> None:
        capacity = max(needed, int(self._capacity * GROWTH))
        for name, column in self.columns.items():
            larger = self._empty(column, capacity)
            larger[: self._capacity] = self._store[name]
            self._store[name] = larger
        self._capacity = capacity

    def snapshot(self) -> dict[str, NDArray[Any]]:
        """Copies of all live columns."""
        return {name: array[: self.n].copy() for name, array in self._store.items()}

    def restore(self, columns: Mapping[str, NDArray[Any]]) -> None:
        """Become the table that :meth:`snapshot` was taken of."""
        rows = next(iter(columns.values())).shape[0]
        if rows > self._capacity:
            self._grow(rows)
        self.n = rows
        for name, column in columns.items():
            self._store[name][:rows] = column
        self._publish()


class view:
    """Descriptor: an agent's attribute is one cell of its table's column."""

    def __init__(self, column: str) -> None:
        self._column = column

    def __get__(self, agent: Any, owner: type | None = None) -> Any:
        if agent is None:
            return self
        value = getattr(agent.table, self._column)[agent.row]
        return value.item() if value.ndim == 0 else value

    def __set__(self, agent: Any, value: Any) -> None:
        getattr(agent.table, self._column)[agent.row] = value
