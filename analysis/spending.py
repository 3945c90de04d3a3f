"""Public and private spend by programme over time."""

import textwrap
from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from analysis.context import Context
from analysis.fans import OUTER, PALETTE, plain
from sim.experiment.results import Results
from sim.wording import counted

PAYERS = ("public", "private")
MOST = 15
"""Programmes shown apart; smaller ones are summed."""
HATCHES = ("", "///", "...")
COLOURS = PALETTE[:7]
OTHERS = "others"
NAME_CHARACTERS = 24
"""Of a line beside a row; more of them would reach into the next row."""
WORDS = {
    "en": {"public": "public", "private": "private", "unit": "1000 UF a year", "others": "other programmes",
           "title": "{region}: spend on programmes", "total": "total: 90 % of {n}", "mean": "areas: mean over replications"},
    "es": {"public": "público", "private": "privado", "unit": "miles de UF al año", "others": "otros programas",
           "title": "{region}: gasto en programas", "total": "total: 90 % de {n}", "mean": "áreas: promedio de las réplicas"},
}


def draw_spending(results: Results, context: Context, lang: str) -> Figure | None:
    """Stacked steps by programme with the band of their total, a row a scenario; None where nothing was spent."""
    spent = yearly_spend(results, context)
    if spent.empty:
        return None
    names = _largest(spent)
    scenarios = [scenario for scenario in context.scenarios if len(context.replications(scenario))]
    figure = Figure(figsize=(13, 1.2 + 2.1 * len(scenarios)), layout="constrained")
    grid = figure.subplots(len(scenarios), 2, sharex=True, sharey="col", squeeze=False)
    for row, scenario in enumerate(scenarios):
        for column, payer in enumerate(PAYERS):
            _steps(grid[row, column], _of(spent, scenario, payer, names, context.replications(scenario)), names)
        name = textwrap.fill(context.scenario_name(scenario, lang), NAME_CHARACTERS)
        grid[row, 0].set_ylabel(f"{name}\n{WORDS[lang]['unit']}", fontsize=7)
    for column, payer in enumerate(PAYERS):
        grid[0, column].set_title(WORDS[lang][payer], fontsize=11)
    figure.suptitle(WORDS[lang]["title"].format(region=context.region_caption(context.region, lang)), fontsize=12)
    _legend(figure, context, names, len(results.runs["replication"].unique()), lang)
    return figure


def yearly_spend(results: Results, context: Context) -> pd.DataFrame:
    """1000 UF by scenario, replication, year, programme (rows) and payer (columns) in the experiment's region."""
    table = results.part("programmes", ("programme", *PAYERS), region=context.region)
    table = table[table[list(PAYERS)].sum(axis=1) > 0]
    keys = [table["scenario"], table["replication"], table["quarter"].dt.year.rename("year"), table["programme"]]
    return table.groupby(keys, observed=True)[list(PAYERS)].sum() / 1000.0


def _largest(spent: pd.DataFrame) -> list[str]:
    """Programmes by what they cost, the largest first; those beyond the legend's room as one."""
    totals = spent.sum(axis=1).groupby("programme", observed=True).sum().sort_values(ascending=False)
    names = [str(name) for name in totals.index]
    return names if len(names) <= MOST else [*names[: MOST - 1], OTHERS]


def _of(spent: pd.DataFrame, scenario: str, payer: str, names: Sequence[str], replications: Sequence[int]) -> pd.DataFrame:
    """(year, replication) × programme, zero where nothing was spent."""
    table = spent[spent.index.get_level_values("scenario") == scenario][payer].droplevel("scenario").unstack("programme")
    table.columns = [str(name) for name in table.columns]
    if OTHERS in names:
        table[OTHERS] = table.drop(columns=[name for name in names if name in table]).sum(axis=1)
    years = range(*_span(spent))
    whole = pd.MultiIndex.from_product([years, replications], names=["year", "replication"])
    return table.reorder_levels(["year", "replication"]).reindex(index=whole, columns=list(names)).fillna(0.0)


def _span(spent: pd.DataFrame) -> tuple[int, int]:
    years = spent.index.get_level_values("year")
    return int(years.min()), int(years.max()) + 1


def _steps(ax: Axes, spent: pd.DataFrame, names: Sequence[str]) -> None:
    mean = spent.groupby("year").mean()
    floor, edges = np.zeros(len(mean)), np.append(mean.index, mean.index[-1] + 1) - 0.5
    for place, name in enumerate(names):
        above = floor + mean[name].to_numpy()
        ax.stairs(above, edges, baseline=floor, fill=True, linewidth=0.0, edgecolor="white", facecolor=_colour(place), hatch=_hatch(place))
        floor = above
    total = spent.sum(axis=1).unstack("replication")
    low, high = (total.quantile(end, axis=1) for end in OUTER)
    ax.errorbar(mean.index, floor, yerr=np.abs([floor - low, high - floor]), fmt="none", ecolor="black", elinewidth=0.7)
    plain(ax)
    ax.tick_params(labelsize=8)


def _colour(place: int) -> str:
    return COLOURS[place % len(COLOURS)]


def _hatch(place: int) -> str:
    return HATCHES[place // len(COLOURS) % len(HATCHES)]


def _legend(figure: Figure, context: Context, names: Sequence[str], replications: int, lang: str) -> None:
    said = WORDS[lang]
    captions = [said["others"] if name == OTHERS else context.programme_caption(name, lang) for name in names]
    handles = [Patch(label=textwrap.fill(caption, 52), edgecolor="white", linewidth=0.0, facecolor=_colour(place), hatch=_hatch(place))
               for place, caption in enumerate(captions)]
    band = Line2D([], [], color="black", linewidth=0.9, label=said["total"].format(n=counted(replications, "replication", lang)))
    note = Line2D([], [], linestyle="none", label=said["mean"])
    figure.legend(handles=[*handles, band, note], loc="outside lower center", ncols=3, fontsize=8, frameon=False)
