"""Tipping time: the share of worlds that had reached a regime by each year, scenario by scenario.

All worlds of an experiment end together, so the share is a plain proportion (what Kaplan and Meier's estimate comes to
without early losses) and its interval Wilson's. A median year exists once half of the worlds have tipped.
"""

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator
from numpy.typing import NDArray
from scipy import stats

from analysis import labels
from analysis.asked import series_of
from analysis.context import Context
from analysis.fans import GREY, PALETTE, plain
from analysis.regimes import CLUSTER, HYBRID
from analysis.wording import REGIMES as REGIMES_OF
from sim.errors import InputError
from sim.experiment.intervals import LEVEL
from sim.experiment.results import Results
from sim.wording import counted, number

NAME_CHARACTERS, LABEL_INCHES = 85, 0.26
"""Of a scenario in the legend."""
APART = 0.4
"""Years between the bars of scenarios, so that they do not hide one another."""
WORDS = {
    "en": {"worlds": "Worlds that had become a {regime}{more} (%)", "more": " or further",
           "title": "{region}: tipping times, {n} a scenario; {scale}",
           "part": "; {n} of {all} scenarios",
           "bands": "bars at the right: 95 % interval at the end (Wilson)", "median": "{scenario}: half by {year}",
           "none": "{scenario}: {share}\N{NO-BREAK SPACE}% at the end"},
    "es": {"worlds": "Mundos que ya eran {regime}{more} (%)", "more": " o más",
           "title": "{region}: tiempos de cambio, {n} por escenario; {scale}",
           "part": "; {n} de {all} escenarios",
           "bands": "barras a la derecha: intervalo de 95 % al final (Wilson)", "median": "{scenario}: la mitad en {year}",
           "none": "{scenario}: {share}\N{NO-BREAK SPACE}% al final"},
}


@dataclass(frozen=True)
class Tipping:
    """Of one scenario: ``share`` [years] of ``worlds`` that had reached the regime by then, with the bounds of its 95 %
    interval; ``median`` is the year by which half had (NaN where fewer did)."""

    scenario: str
    years: NDArray[np.int64]
    share: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    worlds: int
    median: float


def tipping(results: Results, regime: int = CLUSTER, region: str | None = None, since: int | None = None) -> list[Tipping]:
    """Worlds whose label is ``regime`` or beyond, by scenario, counted from ``since`` (default: the first policy year).

    The label counts once it has held for five years (see :func:`sim.indicators.label`); later relapses do not undo it.
    Raises InputError for a region that was not recorded, or has no index.
    """
    context = Context(results)
    region = region or context.region
    wide = series_of(results, region)
    wide = wide[wide[labels.REGIME].notna()]
    if wide.empty:
        raise InputError(f"region={region!r} has no regime in these results: the index needs mines and suppliers")
    wide = wide.assign(year=wide["quarter"].dt.year, there=wide[labels.REGIME] >= regime)
    wide = wide[wide["year"] >= (since or context.first_policy_year())]
    return [_of(str(scenario), part) for scenario, part in wide.groupby("scenario", observed=True)]


def _of(scenario: str, part: pd.DataFrame) -> Tipping:
    reached = part.pivot_table(index="year", columns="run_key", values="there", aggfunc="max", observed=True).astype(bool).cummax()
    count, worlds = reached.sum(axis=1).to_numpy(), reached.shape[1]
    bounds = [stats.binomtest(int(number), worlds).proportion_ci(LEVEL, method="wilson") for number in count]
    years, share = reached.index.to_numpy(np.int64), count / worlds
    half = years[share >= 0.5]
    return Tipping(scenario, years, share, np.array([bound.low for bound in bounds]), np.array([bound.high for bound in bounds]), worlds,
                   float(half[0]) if half.size else float("nan"))


def draw_tipping(results: Results, lang: str = "en", region: str | None = None, scenarios: Sequence[str] = ()) -> Figure:
    """Share of worlds over time that had left the enclave, and that had become a cluster; a line a scenario (none: all).

    The reference always has its line.
    """
    said, whole = WORDS[lang], Context(results)
    context = whole.only([whole.reference, *(name for name in scenarios or whole.scenarios if name != whole.reference)])
    figure = Figure(figsize=(10.5, 4.0 + LABEL_INCHES * len(context.scenarios)), layout="constrained")
    worlds = 0
    for ax, regime in zip(figure.subplots(1, 2, sharey=True), (HYBRID, CLUSTER), strict=True):
        for found in tipping(results, regime, region, context.first_policy_year()):
            if found.scenario in context.scenarios:
                _line(ax, found, context, lang)
                worlds = max(worlds, found.worlds)
        ax.set_ylim(-2, 102)
        ax.set_title(said["worlds"].format(regime=REGIMES_OF[lang][regime], more="" if regime == CLUSTER else said["more"]), fontsize=9)
        ax.xaxis.set_major_locator(MaxNLocator(nbins=6, integer=True))
        ax.legend(loc="upper center", bbox_to_anchor=(0.5, -0.08), frameon=False, fontsize=7)
        plain(ax)
    told = said["title"].format(region=context.region_caption(region or context.region, lang), n=counted(worlds, "world", lang),
                                scale=context.worlds_told(lang, None)["scale"])
    figure.suptitle(told, fontsize=11)
    part = said["part"].format(n=len(context.scenarios), all=len(whole.scenarios)) if len(context.scenarios) < len(whole.scenarios) else ""
    figure.supxlabel(said["bands"] + part, fontsize=8)
    return figure


def _line(ax: Axes, found: Tipping, context: Context, lang: str) -> None:
    place = context.scenarios.index(found.scenario)
    colour = GREY if found.scenario == context.reference else PALETTE[(place - 1) % len(PALETTE)]
    key = "none" if np.isnan(found.median) else "median"
    name = context.scenario_name(found.scenario, lang)
    told = WORDS[lang][key].format(scenario=name, year=f"{found.median:.0f}", share=number(100 * found.share[-1], 0, lang))
    ax.step(found.years, 100 * found.share, where="post", color=colour, linewidth=1.6, label=textwrap.fill(told, NAME_CHARACTERS))
    ends = 100 * np.array([[found.share[-1] - found.low[-1]], [found.high[-1] - found.share[-1]]])
    beside = found.years[-1] + APART * (place + 1)
    ax.errorbar([beside], [100 * found.share[-1]], yerr=np.abs(ends), fmt="o", color=colour, markersize=4, capsize=2, elinewidth=1.2)
