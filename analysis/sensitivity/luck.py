"""How much of an outcome's variance is luck: rows against replications that all rows share.

A world's outcome is y = m + row + luck + both: what the row's values do, what a replication's luck does to every row
alike, and what the same luck does to one row otherwise than to others. The three variances come from the mean squares
of the two-way table without repeats; their interval from the chi-squared distributions of these mean squares
(generalised interval, Weerahandi 1993), so that two replications say honestly how little they know.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sim.experiment.intervals import LEVEL

DRAWS = 20_000
SEED = 1
_UNDEFINED = float("nan")


@dataclass(frozen=True)
class Noise:
    """Variances of single worlds, by origin, and the share of luck with its 95 % interval.

    ``rows``: variance from what rows changed; ``common``: luck that moves all rows alike; ``own``: luck that moves rows
    apart. ``share`` = (common + own) / all. ``in_means``: the part of the variance between rows' means that is still
    luck, own / replications over it. NaN with fewer than two rows or replications.
    """

    replications: int
    rows: float
    common: float
    own: float
    share: float
    low: float
    high: float
    in_means: float


def noise(values: ArrayLike) -> Noise:
    """Split the variance of a table [rows, replications]; rows that lack a replication are left out."""
    table = np.atleast_2d(np.asarray(values, float))
    table = table[~np.isnan(table).any(axis=1)]
    rows, replications = table.shape
    if rows < 2 or replications < 2:
        return Noise(replications, _UNDEFINED, _UNDEFINED, _UNDEFINED, _UNDEFINED, _UNDEFINED, _UNDEFINED, _UNDEFINED)
    squares, freedom = _mean_squares(table)
    parts = _parts(squares, rows, replications)
    rng = np.random.default_rng(SEED)
    drawn = _parts(squares * freedom / rng.chisquare(freedom, (DRAWS, 3)), rows, replications)
    low, high = np.quantile(_share(drawn), [0.5 - LEVEL / 2, 0.5 + LEVEL / 2])
    by_row, common, own = parts.tolist()
    between = by_row + own / replications
    return Noise(replications, by_row, common, own, float(_share(parts)), float(low), float(high),
                 own / replications / between if between > 0 else _UNDEFINED)


def _mean_squares(table: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Mean squares of rows, replications and the rest [3], and their degrees of freedom [3]."""
    rows, replications = table.shape
    by_row, by_luck = table.mean(axis=1), table.mean(axis=0)
    rest = table - by_row[:, None] - by_luck + table.mean()
    freedom = np.array([rows - 1, replications - 1, (rows - 1) * (replications - 1)], float)
    return np.array([replications * by_row.var(ddof=1), rows * by_luck.var(ddof=1), (rest**2).sum() / freedom[2]]), freedom


def _parts(squares: NDArray[np.float64], rows: int, replications: int) -> NDArray[np.float64]:
    """Variances [..., 3] of rows, common luck and own luck from mean squares [..., 3]; none is below zero."""
    own = squares[..., 2]
    return np.stack([np.maximum(squares[..., 0] - own, 0) / replications, np.maximum(squares[..., 1] - own, 0) / rows, own], axis=-1)


def _share(parts: NDArray[np.float64]) -> NDArray[np.float64]:
    total = parts.sum(axis=-1)
    return np.asarray(np.divide(parts[..., 1] + parts[..., 2], total, out=np.full_like(total, np.nan), where=total > 0))
