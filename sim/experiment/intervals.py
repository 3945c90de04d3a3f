"""Student's interval of a mean, and how many replications make it as narrow as asked."""

from math import ceil

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import stats

from sim.settings import AUTO_BEGINS

LEVEL = 0.95
"""Of every interval that is reported, unless a caller asks for another."""
GROWTH = 2
"""A wave at most doubles the replications, so that an unlucky first spread does not order ten times too many."""
UNDEFINED = float("nan")
LEAST_KNOWN = 2


def quantile(n: int, level: float = LEVEL) -> float:
    """Half-width of the interval of a mean of ``n`` values, in standard errors (Student's t)."""
    return float(stats.t.ppf(0.5 + level / 2, n - 1)) if n > 1 else UNDEFINED


def pairs_for_width(spread: float, n: int, half_width: float, level: float = LEVEL) -> float:
    """Pairs after which the interval is no wider than ± ``half_width``, told from the ``spread`` of ``n`` pairs (Stein 1945).

    At most ``n`` exactly when the interval is narrow enough already. NaN below two pairs.
    """
    return max(2, ceil((quantile(n, level) * spread / half_width) ** 2)) if n > 1 else UNDEFINED


def next_replications(differences: ArrayLike, half_width: float, most: int, level: float = LEVEL) -> int:
    """The rule of automatic replications: how many there should be in all; as many as there are means stop.

    ``differences`` is [replications, comparisons] with NaN where a pair is missing, ``half_width`` in the same unit. The first
    answer is :data:`sim.settings.AUTO_BEGINS`; a wave at most doubles; ``most`` is never passed.
    """
    table = np.atleast_2d(np.asarray(differences, float))
    present = table.shape[0]
    if present < min(AUTO_BEGINS, most):
        return min(AUTO_BEGINS, most)
    wanted = max((_wanted(column, half_width, level) for column in table.T), default=0)
    return int(max(present, min(wanted, GROWTH * present, most)))


def _wanted(differences: NDArray[np.float64], half_width: float, level: float) -> float:
    """Replications that one comparison wants, as often as it is defined; none if it hardly ever is, so that it holds up no other."""
    known = differences[~np.isnan(differences)]
    if known.size < LEAST_KNOWN:
        return 0
    pairs = pairs_for_width(float(known.std(ddof=1)), known.size, half_width, level)
    return ceil(pairs * differences.size / known.size)
