"""When ``replications=auto`` has enough: every row's interval is as narrow as asked."""

import math
from collections.abc import Iterable

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from sim.experiment.outcome import DONE

LEVEL = 0.95
REFERENCE = "baseline"
MOST = 1000
"""Replications at which it stops in any case."""


def needed(runs: pd.DataFrame, changed: Iterable[str], outcome: str, half_width: float) -> int:
    """Replications after which every interval should be as narrow as asked; at most twice those there are.

    The interval is that of the paired effect against the row of scenario ``baseline`` which differs in nothing else,
    and that of the row's own mean where there is no such row or the row is it.
    """
    wide = half_widths(runs, changed, outcome)
    have = int(runs["replication"].max())
    worst = max((width for width in wide.values() if not math.isnan(width)), default=0.0)
    if worst <= half_width:
        return have
    return min(max(math.ceil(have * (worst / half_width) ** 2), have + 1), 2 * have, MOST)


def half_widths(runs: pd.DataFrame, changed: Iterable[str], outcome: str) -> dict[int, float]:
    """Row → half-width of its 95 % interval (Student's t); NaN where fewer than two replications are defined."""
    done = runs[runs["status"] == DONE]
    values = done.pivot(index="replication", columns="row", values=outcome)
    rows = done.drop_duplicates("row").set_index("row")
    like = [name for name in changed if name in rows.columns]
    same = rows[like].astype(str).agg("|".join, axis=1) if like else pd.Series("", index=rows.index)
    reference = {same[row]: row for row in rows.index if rows.loc[row, "scenario"] == REFERENCE}
    widths = {}
    for row in values.columns:
        base = reference.get(same[row])
        mine = values[row] if base is None or base == row else values[row] - values[base]
        widths[int(row)] = _half_width(mine.dropna().to_numpy(float))
    return widths


def _half_width(values: NDArray[np.float64]) -> float:
    if values.size < 2:
        return math.nan
    error = float(stats.sem(values))
    return float(stats.t.ppf(0.5 + LEVEL / 2, values.size - 1)) * error
