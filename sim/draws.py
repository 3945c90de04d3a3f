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
TABLE_SIZE = 4096
_TABLE_SHIFT = np.uint64(64 - 12)

STREAMS = (
    "uid", "build", "size", "price", "tender", "value", "need", "propose", "accept", "award", "delivery", "told", "apply",
    "select", "certify", "renew", "rd", "train", "mission", "export", "branch", "move", "exit", "entry", "parent",
    "birth", "tie", "joint", "substitution", "innovate", "graduates", "books", "university", "order", "capability",
    "cash", "owner", "style", "group", "start", "rd_close", "university_end", "books_order", "fate", "innovation", "founder",
    "awareness", "again", "lottery", "meet", "introduce", "introduced", "place", "point",
)
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


def _mix_column(x: Ids) -> Ids:
    x = (x ^ (x >> _S30)) * _MIX_1
    x = (x ^ (x >> _S27)) * _MIX_2
    return x ^ (x >> _S31)


def _combine_number(key: int, item: int) -> int:
    """:func:`combine` on whole numbers: for the few keys that are no columns."""
    x = ((key ^ item) * int(_GOLDEN) + int(_GOLDEN)) & _ALL
    x = ((x ^ (x >> 30)) * int(_MIX_1)) & _ALL
    x = ((x ^ (x >> 27)) * int(_MIX_2)) & _ALL
    return x ^ (x >> 31)


def combine_column(key: np.uint64 | Ids, items: Ids) -> Ids:
    """:func:`combine` on whole columns of ids (shape kept)."""
    return _mix_column((np.asarray(key, np.uint64) ^ np.atleast_1d(items)) * _GOLDEN + _GOLDEN)


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


def unit_interval(hashes: Ids) -> NDArray[np.float64]:
    """Hashes as numbers strictly between 0 and 1."""
    return ((hashes >> _S12).astype(np.float64) + 0.5) * _TO_UNIT


class Draws:
    """All luck of one world."""

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self._root = _combine_number(0, seed & _ALL)

    def key(self, stream: str, quarter: int) -> np.uint64:
        """The key of a stream in a quarter; kernels go on from here."""
        return np.uint64(_combine_number(_combine_number(self._root, _STREAM_KEY[stream]), quarter & _ALL))

    def hashes(self, stream: str, quarter: int, *ids: Ids) -> Ids:
        """One hash per element of the (broadcast) id columns."""
        result: Ids = np.atleast_1d(self.key(stream, quarter))
        for column in ids:
            result = combine_column(result, column)
        return result

    def uniform(self, stream: str, quarter: int, *ids: Ids) -> NDArray[np.float64]:
        """Uniform numbers in (0, 1), one per element of the id columns."""
        return unit_interval(self.hashes(stream, quarter, *ids))

    def normal(self, stream: str, quarter: int, *ids: Ids) -> NDArray[np.float64]:
        """Standard normal numbers, one per element of the id columns."""
        return np.asarray(ndtri(self.uniform(stream, quarter, *ids)))


def _midpoints() -> NDArray[np.float64]:
    return (np.arange(TABLE_SIZE) + 0.5) / TABLE_SIZE


GUMBEL_TABLE: NDArray[np.float32] = (-np.log(-np.log(_midpoints()))).astype(np.float32)
"""Quantiles of the standard Gumbel distribution, read by the 12 highest bits of a hash."""
LOGISTIC_TABLE: NDArray[np.float32] = np.log(_midpoints() / (1 - _midpoints())).astype(np.float32)
"""Quantiles of the standard logistic distribution: comparing a logit with one of them needs no exponential."""


@njit(uint64(uint64), cache=True, inline="always")
def table_index(hashed: Any) -> Any:
    """Position in a quantile table for a hash."""
    return hashed >> _TABLE_SHIFT
