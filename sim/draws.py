"""Keyed random numbers: a draw depends on (seed, stream, quarter, ids) and never on how many draws came before.

Worlds that differ in a policy therefore share all other luck. The hash is two rounds of the splitmix64 finaliser
(Steele, Lea and Flood 2014) over the combined key; numpy columns and Numba kernels give the same bits.
"""

from functools import cache
from typing import Any

import numpy as np
from numba import njit, uint64
from numpy.typing import NDArray
from scipy.special import ndtri

Ids = NDArray[np.uint64]

_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_MIX_1 = np.uint64(0xBF58476D1CE4E5B9)
_MIX_2 = np.uint64(0x94D049BB133111EB)
_S30, _S27, _S31, _S12 = np.uint64(30), np.uint64(27), np.uint64(31), np.uint64(12)
_ALL = 2**64 - 1
_TO_UNIT = 2.0**-52
TABLE_BITS = 12
TABLE_SIZE = 1 << TABLE_BITS
_TABLE_SHIFT = np.uint64(64 - TABLE_BITS)

STREAMS = (
    "cashed", "placement", "size", "price", "tender", "value", "free_2", "propose", "free_3", "free_4", "delivery", "told",
    "apply", "select", "certify", "renew", "rd", "train", "mission", "export", "branch", "move", "exit", "entry", "parent",
    "age", "tie", "joint", "substitution", "free_5", "free_6", "books", "university", "size_class", "capability", "cash",
    "owner", "style", "group", "start", "rd_close", "university_end", "books_order", "substitution_step", "innovation",
    "founder", "awareness", "again", "lottery", "meet", "introduce", "introduced", "place", "point", "files", "problem",
    "solution", "audit", "renew_entry", "certify_entry", "market", "new_market", "door", "joint_sponsored", "export_bent",
)
"""What luck is for. A stream's key is its place, so that new ones take a free place or come last. What is drawn once in a world
is drawn for quarter 0 or 1, and may share its stream with what is drawn every quarter."""
_STREAM_KEY = {name: number + 1 for number, name in enumerate(STREAMS)}


@njit(uint64(uint64), cache=True, inline="always")
def mix(x: Any) -> Any:
    """The splitmix64 finaliser of one 64-bit number."""
    x = (x ^ (x >> _S30)) * _MIX_1
    x = (x ^ (x >> _S27)) * _MIX_2
    return x ^ (x >> _S31)


@njit(uint64(uint64, uint64), cache=True, inline="always")
def combine(key: Any, item: Any) -> Any:
    """A key made from a key and one more id."""
    return mix((key ^ item) * _GOLDEN + _GOLDEN)


def _combine_number(key: int, item: int) -> int:
    """:func:`combine` on whole numbers: for the few keys that are no columns."""
    x = ((key ^ item) * int(_GOLDEN) + int(_GOLDEN)) & _ALL
    x = ((x ^ (x >> 30)) * int(_MIX_1)) & _ALL
    x = ((x ^ (x >> 27)) * int(_MIX_2)) & _ALL
    return x ^ (x >> 31)


@njit(cache=True)
def _combine_pairs(keys: Any, items: Any) -> Any:
    """:func:`combine` of two columns, or of one key or one item with a column."""
    size = max(keys.size, items.size) if keys.size and items.size else 0
    result = np.empty(size, np.uint64)
    for i in range(size):
        result[i] = combine(keys[i if keys.size > 1 else 0], items[i if items.size > 1 else 0])
    return result


def combine_column(key: np.uint64 | Ids, items: Ids) -> Ids:
    """:func:`combine` on whole columns of ids (shape kept)."""
    keys, ids = np.asarray(key, np.uint64), np.atleast_1d(items)
    if keys.ndim <= 1 and ids.ndim == 1 and ids.dtype == np.uint64:
        return np.asarray(_combine_pairs(np.atleast_1d(keys), ids))
    return np.asarray(mix.py_func((keys ^ ids) * _GOLDEN + _GOLDEN))


def as_ids(numbers: Any) -> Ids:
    """Whole numbers as ids."""
    return np.atleast_1d(np.asarray(numbers)).astype(np.uint64)


@cache
def name_id(name: str) -> Ids:
    """A name as an id (one element)."""
    key = 0
    for character in name:
        key = _combine_number(key, ord(character))
    return np.array([key], np.uint64)


@njit(cache=True)
def _units(hashes: Any) -> Any:
    result = np.empty(hashes.size)
    for i in range(hashes.size):
        result[i] = (np.float64(hashes[i] >> _S12) + 0.5) * _TO_UNIT
    return result


@njit(cache=True)
def _uniform_of(key: Any, first: Any, second: Any, both: bool) -> Any:
    """The units of ``combine(combine(key, first), second)``, without ``second`` unless ``both``: one pass, nothing kept in between."""
    size = max(first.size, second.size) if first.size and second.size else 0
    result = np.empty(size)
    for i in range(size):
        hashed = combine(key, first[i if first.size > 1 else 0])
        if both:
            hashed = combine(hashed, second[i if second.size > 1 else 0])
        result[i] = (np.float64(hashed >> _S12) + 0.5) * _TO_UNIT
    return result


def unit_interval(hashes: Ids) -> NDArray[np.float64]:
    """Hashes as numbers strictly between 0 and 1."""
    return np.asarray(_units(hashes) if hashes.ndim == 1 else ((hashes >> _S12).astype(np.float64) + 0.5) * _TO_UNIT)


class Draws:
    """All luck of one world."""

    def __init__(self, seed: int) -> None:
        self.seed = seed
        root = _combine_number(0, seed & _ALL)
        self._streams = {name: _combine_number(root, number) for name, number in _STREAM_KEY.items()}
        self._keys: dict[str, tuple[int, np.uint64]] = {}

    def key(self, stream: str, quarter: int) -> np.uint64:
        """The key of a stream in a quarter; kernels go on from here."""
        last, key = self._keys.get(stream, (None, None))
        if key is None or last != quarter:
            key = np.uint64(_combine_number(self._streams[stream], quarter & _ALL))
            self._keys[stream] = (quarter, key)
        return key

    def hashes(self, stream: str, quarter: int, *ids: Ids) -> Ids:
        """One hash per element of the (broadcast) id columns."""
        result: Ids = np.atleast_1d(self.key(stream, quarter))
        for column in ids:
            result = combine_column(result, column)
        return result

    def uniform(self, stream: str, quarter: int, *ids: Ids) -> NDArray[np.float64]:
        """Uniform numbers in (0, 1), one per element of the id columns."""
        if 0 < len(ids) < 3 and all(column.ndim == 1 and column.dtype == np.uint64 for column in ids):
            return np.asarray(_uniform_of(self.key(stream, quarter), ids[0], ids[-1], len(ids) == 2))
        return unit_interval(self.hashes(stream, quarter, *ids))

    def normal(self, stream: str, quarter: int, *ids: Ids) -> NDArray[np.float64]:
        """Standard normal numbers, one per element of the id columns."""
        return np.asarray(ndtri(self.uniform(stream, quarter, *ids)))


def _midpoints() -> NDArray[np.float64]:
    return (np.arange(TABLE_SIZE) + 0.5) / TABLE_SIZE


GUMBEL_TABLE: NDArray[np.float32] = (-np.log(-np.log(_midpoints()))).astype(np.float32)
"""Quantiles of the standard Gumbel distribution, read by the TABLE_BITS highest bits of a hash."""
LOGISTIC_TABLE: NDArray[np.float32] = np.log(_midpoints() / (1 - _midpoints())).astype(np.float32)
"""Quantiles of the standard logistic distribution: comparing a logit with one of them needs no exponential."""


@njit(uint64(uint64), cache=True, inline="always")
def table_index(hashed: Any) -> Any:
    """Position in a quantile table for a hash."""
    return hashed >> _TABLE_SHIFT
