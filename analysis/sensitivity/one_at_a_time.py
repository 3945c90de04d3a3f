"""One factor at a time over several levels, all else as in the centre: paired effects, level by level.

After ten Broeke, van Voorn and Ligtenberg (2016): several levels and replications show bends and tipping points that
two levels hide. It says nothing of interactions.
"""

from dataclasses import asdict

import numpy as np
import pandas as pd

from analysis.effects import Effect, adjusted, paired
from analysis.sensitivity.luck import noise
from analysis.sensitivity.result import Sensitivity
from analysis.sensitivity.sweep import ONE_AT_A_TIME, OUTPUT, Sweep, centre, read
from sim.errors import InputError


def one_at_a_time(runs: pd.DataFrame, output: str = OUTPUT, design: pd.DataFrame | None = None) -> Sensitivity:
    """Effect of every level of every factor against the centre, paired by replication.

    Table, factors with the largest effect first and levels ascending: ``factor``, ``level``, ``base`` (its level in the
    centre), the fields of :class:`analysis.effects.Effect`, ``p_adjusted``. The centre itself is a row of each factor.
    Raises InputError when the rows have no centre from which all others differ in one factor.
    """
    sweep = read(runs, output, design)
    base = centre(sweep)
    if base is None:
        raise InputError("these rows have no centre from which each differs in one factor; make them with `encadena sweep single`")
    rows = [line for factor in sweep.factors for line in _levels(sweep, factor, base)]
    table = pd.DataFrame(rows, columns=["factor", "level", "base", *Effect.__dataclass_fields__])
    table["p_adjusted"] = adjusted(table["p"])
    strength = table.assign(size=table["effect"].abs()).groupby("factor")["size"].max().sort_values(ascending=False)
    order = {factor: place for place, factor in enumerate(strength.index)}
    table = table.sort_values("factor", key=lambda names: names.map(order), kind="stable", ignore_index=True)
    return Sensitivity(ONE_AT_A_TIME, output, table, len(sweep.design), sweep.values.shape[1],
                       int(sweep.values.isna().all(axis=1).sum()), noise(sweep.values), np.nan)


def _levels(sweep: Sweep, factor: str, base: int) -> list[dict[str, object]]:
    """A line a level of one factor, the centre's among them."""
    place = sweep.factors.index(factor)
    codes = pd.Series(sweep.codes[:, place], index=sweep.design.index)
    before = sweep.values.loc[[base]].to_numpy()[0]
    rows = codes[(codes != codes[base]) | (codes.index == base)].sort_values(kind="stable").index
    given, outcomes = sweep.design[factor].to_dict(), sweep.values.T.to_dict("list")
    return [{"factor": factor, "level": given[row], "base": given[base]} | asdict(paired(before, outcomes[row])) for row in rows]
