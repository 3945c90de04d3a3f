"""How many paired replications: power, what can be detected, and when an interval is narrow enough.

All of it supposes normal differences. ``spread`` is their standard deviation, ``n`` the number of pairs, ``level`` that
of the two-sided interval. The non-central t distribution is scipy's.
"""

from functools import lru_cache
from math import ceil, inf, sqrt

import numpy as np
from numpy.typing import ArrayLike
from scipy import optimize, stats

LEVEL = 0.95
POWER = 0.80
LEAST = 10
"""Pairs of a first wave: with fewer, their spread is so uncertain that stopping by it costs more coverage (see the tests)."""
GROWTH = 2
"""A wave at most doubles the pairs, so that an unlucky first spread does not order ten times too many."""
_UNDEFINED = float("nan")


def quantile(n: int, level: float = LEVEL) -> float:
    """Half-width of the interval of a mean of ``n`` values, in standard errors (Student's t)."""
    return float(stats.t.ppf(0.5 + level / 2, n - 1)) if n > 1 else _UNDEFINED


def power(effect: float, spread: float, n: int, level: float = LEVEL) -> float:
    """Chance that ``n`` pairs show a true ``effect`` as different from none; NaN below two pairs or without spread."""
    if n < 2 or not spread > 0:
        return _UNDEFINED
    return _power(abs(effect) / spread * sqrt(n), n, level)


def minimum_detectable(spread: float, n: int, wanted: float = POWER, level: float = LEVEL) -> float:
    """The true effect that ``n`` pairs show with the ``wanted`` power; NaN below two pairs."""
    return _detectable_shift(n, wanted, level) * spread / sqrt(n) if n > 1 else _UNDEFINED


def pairs_for_power(effect: float, spread: float, wanted: float = POWER, level: float = LEVEL) -> float:
    """Smallest number of pairs with the ``wanted`` power for a true ``effect``; infinite where there is no effect."""
    if not spread > 0 or not abs(effect) > 0:
        return inf if spread > 0 else _UNDEFINED
    few, many = 1, 2
    while power(effect, spread, many, level) < wanted:
        few, many = many, 2 * many
    while many - few > 1:
        middle = (few + many) // 2
        few, many = (few, middle) if power(effect, spread, middle, level) >= wanted else (middle, many)
    return many


def pairs_for_width(spread: float, n: int, half_width: float, level: float = LEVEL) -> float:
    """Pairs after which the interval is no wider than ± ``half_width``, told from the ``spread`` of ``n`` pairs (Stein 1945).

    At most ``n`` exactly when the interval is narrow enough already. NaN below two pairs.
    """
    return max(2, ceil((quantile(n, level) * spread / half_width) ** 2)) if n > 1 else _UNDEFINED


def next_replications(differences: ArrayLike, half_width: ArrayLike, most: int, level: float = LEVEL) -> int:
    """The rule of automatic replications: how many there should be in all; as many as there are means stop.

    ``differences`` is [replications, comparisons] with NaN where a pair is missing, ``half_width`` one value or one a
    comparison, in the same units. The first answer is :data:`LEAST`; a wave at most doubles; ``most`` is never passed.
    """
    table = np.atleast_2d(np.asarray(differences, float))
    present = table.shape[0]
    if present < min(LEAST, most):
        return min(LEAST, most)
    widths = np.broadcast_to(np.asarray(half_width, float), table.shape[1:])
    wanted = max((_wanted(column, width, level) for column, width in zip(table.T, widths, strict=True)), default=0)
    return int(max(present, min(wanted, GROWTH * present, most)))


def _wanted(differences: np.ndarray[tuple[int], np.dtype[np.float64]], half_width: float, level: float) -> float:
    known = differences[~np.isnan(differences)]
    if not known.size:
        return 0
    return pairs_for_width(float(known.std(ddof=1)), known.size, half_width, level) if known.size > 1 else inf


def _power(shift: float, n: int, level: float) -> float:
    critical = quantile(n, level)
    # scipy gives NaN for the other tail once it is too small to count.
    return float(stats.nct.sf(critical, n - 1, shift) + np.nan_to_num(stats.nct.cdf(-critical, n - 1, shift)))


@lru_cache
def _detectable_shift(n: int, wanted: float, level: float) -> float:
    """The same in standard errors of the mean difference."""
    enough = 2.0 * (quantile(n, level) + float(stats.t.ppf(wanted, n - 1)))
    return float(optimize.brentq(lambda shift: _power(shift, n, level) - wanted, 0.0, enough))
