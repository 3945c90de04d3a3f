"""Paired effects level by level: one factor at a time around a centre, or averaged over a full factorial.

One at a time after ten Broeke, van Voorn and Ligtenberg (2016): several levels and replications show bends and tipping
points that two levels hide, but no interactions. In a factorial every effect is the mean over all settings of the others.
"""

from dataclasses import asdict

import pandas as pd

from analysis.effects import BASELINE, Effect, adjusted, paired
from analysis.labels import PARAMETER
from analysis.sensitivity.luck import noise
from analysis.sensitivity.result import Sensitivity
from analysis.sensitivity.sweep import FACTORIAL, ONE_AT_A_TIME, OUTPUT, UNKNOWN, Sweep, centre, folded, plan_of, read
from sim.errors import InputError
from sim.parameters import declared

DEFAULT = "default"
"""Level of what is no parameter and was left as the scenario has it."""


def one_at_a_time(runs: pd.DataFrame, output: str = OUTPUT, design: pd.DataFrame | None = None) -> Sensitivity:
    """Effect of every level of every factor against the centre, paired by replication.

    A parameter that a row left alone counts as its declared default. Table, factors with the largest effect first and
    levels ascending: ``factor``, ``level``, ``base`` (its level in the
    centre), the fields of :class:`analysis.effects.Effect`, ``p_adjusted``. The centre itself is a row of each factor.
    Raises InputError when the rows have no centre from which all others differ in one factor.
    """
    sweep = read(runs, output, design)
    base = centre(sweep)
    if base is None:
        raise InputError("these rows have no centre from which each differs in one factor; write them into a CSV file, "
                         "the centre first, and sweep that")
    return _ranked(ONE_AT_A_TIME, sweep, [line for factor in sweep.factors for line in _levels(sweep, factor, base)])


def main_effects(runs: pd.DataFrame, output: str = OUTPUT, design: pd.DataFrame | None = None) -> Sensitivity:
    """Effect of every level of every factor of a full factorial against the factor's first level, or against ``baseline``.

    A lever that only some scenarios hold is told as part of the scenario. Averaged over all settings of the other factors and
    paired by replication; the table is that of
    :func:`one_at_a_time`. Raises InputError when the rows are no full factorial.
    """
    sweep = read(runs, output, design).balanced()
    if plan_of(sweep) != FACTORIAL:
        raise InputError("these rows are no full factorial; make one with `encadena sweep factorial`")
    sweep = folded(sweep)
    whole = Sweep(output, sweep.design, sweep.values[sweep.values.columns[sweep.values.notna().all()]])
    return _ranked(FACTORIAL, whole, [line for factor in sweep.factors for line in _averaged(whole, factor)])


def _averaged(sweep: Sweep, factor: str) -> list[dict[str, object]]:
    """A line a level of one factor, its first level among them."""
    means = sweep.values.groupby(sweep.design[factor], sort=True).mean()
    base = BASELINE if BASELINE in means.index else means.index[0]
    return [{"factor": factor, "level": level, "base": base} | asdict(paired(means.loc[base], means.loc[level])) for level in means.index]


def _ranked(method: str, sweep: Sweep, rows: list[dict[str, object]]) -> Sensitivity:
    """The factor with the largest effect first."""
    table = pd.DataFrame(rows, columns=["factor", "level", "base", *Effect.__dataclass_fields__])
    table["p_adjusted"] = adjusted(table["p"])
    strength = table.assign(strength=table["effect"].abs()).groupby("factor")["strength"].max().sort_values(ascending=False)
    order = {factor: place for place, factor in enumerate(strength.index)}
    table = table.sort_values("factor", key=lambda names: names.map(order), kind="stable", ignore_index=True)
    return Sensitivity(method, sweep.output, table, len(sweep.design), sweep.values.shape[1],
                       int(sweep.values.isna().all(axis=1).sum()), noise(sweep.values))


def _levels(sweep: Sweep, factor: str, base: int) -> list[dict[str, object]]:
    """A line a level of one factor, the centre's among them."""
    place = sweep.factors.index(factor)
    codes = pd.Series(sweep.codes[:, place], index=sweep.design.index)
    before = sweep.values.loc[[base]].to_numpy()[0]
    rows = codes[(codes != codes[base]) | (codes.index == base)].sort_values(kind="stable").index
    given = sweep.design[factor].astype(object).where(codes != UNKNOWN, _default(factor)).to_dict()
    outcomes = sweep.values.T.to_dict("list")
    return [{"factor": factor, "level": given[row], "base": given[base]} | asdict(paired(before, outcomes[row])) for row in rows]


def _default(factor: str) -> float | str:
    """What a value is where a row left it alone."""
    parameter = declared().get(factor.removeprefix(PARAMETER))
    return DEFAULT if parameter is None or not factor.startswith(PARAMETER) else parameter.default
