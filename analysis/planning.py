"""How many paired replications: power, and what can be detected.

All of it supposes normal differences. ``spread`` is their standard deviation, ``n`` the number of pairs, ``level`` that
of the two-sided interval. The non-central t distribution is scipy's.
"""

from functools import lru_cache
from math import inf, sqrt

import numpy as np
from scipy import optimize, stats

from sim.experiment.intervals import LEVEL, UNDEFINED, quantile

POWER = 0.80


def power(effect: float, spread: float, n: int, level: float = LEVEL) -> float:
    """Chance that ``n`` pairs show a true ``effect`` as different from none; NaN below two pairs or without spread."""
    if n < 2 or not spread > 0:
        return UNDEFINED
    return _power(abs(effect) / spread * sqrt(n), n, level)


def minimum_detectable(spread: float, n: int, wanted: float = POWER, level: float = LEVEL) -> float:
    """The true effect that ``n`` pairs show with the ``wanted`` power; NaN below two pairs."""
    return _detectable_shift(n, wanted, level) * spread / sqrt(n) if n > 1 else UNDEFINED


def pairs_for_power(effect: float, spread: float, wanted: float = POWER, level: float = LEVEL) -> float:
    """Smallest number of pairs with the ``wanted`` power for a true ``effect``; infinite where there is no effect."""
    if not spread > 0 or not abs(effect) > 0:
        return inf if spread > 0 else UNDEFINED
    few, many = 1, 2
    while power(effect, spread, many, level) < wanted:
        few, many = many, 2 * many
    while many - few > 1:
        middle = (few + many) // 2
        few, many = (few, middle) if power(effect, spread, middle, level) >= wanted else (middle, many)
    return many


def _power(shift: float, n: int, level: float) -> float:
    critical = quantile(n, level)
    # scipy gives NaN for the other tail once it is too small to count.
    return float(stats.nct.sf(critical, n - 1, shift) + np.nan_to_num(stats.nct.cdf(-critical, n - 1, shift)))


@lru_cache
def _detectable_shift(n: int, wanted: float, level: float) -> float:
    """The same in standard errors of the mean difference."""
    enough = 2.0 * (quantile(n, level) + float(stats.t.ppf(wanted, n - 1)))
    return float(optimize.brentq(lambda shift: _power(shift, n, level) - wanted, 0.0, enough))
