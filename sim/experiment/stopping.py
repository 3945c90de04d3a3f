"""When ``replications=auto`` has enough: every row's interval is as narrow as asked."""

from collections.abc import Iterable
from typing import Any

import pandas as pd

from sim.experiment.intervals import next_replications
from sim.experiment.outcome import DONE
from sim.layers import BASELINE

MOST = 1000
"""Replications at which it stops in any case."""


def needed(runs: pd.DataFrame, changed: Iterable[str], outcome: str, half_width: float) -> int:
    """Replications after which every interval should be as narrow as asked; at most twice those there are."""
    have = int(runs["replication"].max())
    return next_replications(differences(runs, changed, outcome).reindex(range(1, have + 1)), half_width, max(have, MOST))


def differences(runs: pd.DataFrame, changed: Iterable[str], outcome: str) -> pd.DataFrame:
    """What each row does to an outcome, pair by pair [replications, rows]; NaN where a pair is missing.

    It is told against the row of scenario ``baseline`` which differs in nothing else, and is the outcome itself where there
    is no such row or the row is it. A value of a programme that no row of ``baseline`` gave is part of the other scenario.
    """
    done = runs[runs["status"] == DONE]
    values = done.pivot(index="replication", columns="row", values=outcome).astype(float)
    rows = done.drop_duplicates("row").set_index("row")
    same = _alike(rows, changed)
    reference = {same[row]: row for row in rows.index if rows.loc[row, "scenario"] == BASELINE}
    base = {row: reference.get(same[row], row) for row in values.columns}
    return pd.DataFrame({row: values[row] if base[row] == row else values[row] - values[base[row]] for row in values.columns})


def _alike(rows: pd.DataFrame, changed: Iterable[str]) -> dict[Any, tuple[Any, ...]]:
    """Row → what it shares with the row of ``baseline`` that it is told against; None for a value that it left alone."""
    given = rows.loc[rows["scenario"] == BASELINE].notna().any()
    like = rows[[name for name in changed if name in rows.columns and (given[name] or not name.startswith("programmes."))]].astype(object)
    told = like.where(like.notna(), None).itertuples(index=False, name=None)
    return dict(zip(rows.index, told, strict=True)) if len(like.columns) else dict.fromkeys(rows.index, ())
