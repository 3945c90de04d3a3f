"""Tipping time: when worlds first hold a regime, told fairly for those that had not by the end (Kaplan and Meier 1958)."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator
from numpy.typing import NDArray
from scipy import stats

from analysis import labels
from analysis.context import Context
from analysis.fans import GREY, PALETTE, plain
from analysis.regimes import CLUSTER, REGIMES_OF
from sim.experiment.results import Results

LEVEL = 0.95
WORDS = {
    "en": {"worlds": "Worlds that had become a {regime} or further (%)", "title": "{region}: time to {regime}",
           "of": "{scenario} ({n} of {all})",
           "bands": "bands: 95 % interval (Kaplan-Meier, Greenwood)"},
    "es": {"worlds": "Mundos que ya eran {regime} o más (%)", "title": "{region}: tiempo hasta {regime}", "of": "{scenario} ({n} de {all})",
           "bands": "bandas: intervalo de 95 % (Kaplan-Meier, Greenwood)"},
}


@dataclass(frozen=True)
class Tipping:
    """Of one scenario: ``years`` [T] and ``share`` [T] of worlds that had reached the regime by then, with the bounds of its
    95 % interval; how many of ``worlds`` did; ``median`` year (NaN when fewer than half did)."""

    scenario: str
    years: NDArray[np.float64]
    share: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    reached: int
    worlds: int
    median: float


def tipping(results: Results, regime: int = CLUSTER, region: str | None = None, since: int | None = None) -> list[Tipping]:
    """Time until the label is ``regime`` or beyond, by scenario, counted from ``since`` (default: the first policy year).

    The label counts once it has held for five years (see :func:`sim.indicators.label`); later relapses do not undo it.
    """
    context = Context(results)
    first = since or context.first_policy_year()
    wide = results.series_wide
    wide = wide[(wide["region"] == (region or context.region)) & wide[labels.REGIME].notna()]
    year = wide["quarter"].dt.year
    wide = wide.assign(year=year)[year >= first]
    return [_of(str(scenario), part, regime) for scenario, part in wide.groupby("scenario", observed=True)]


def _of(scenario: str, worlds: pd.DataFrame, regime: int) -> Tipping:
    ends = worlds.groupby("run_key", observed=True)["year"].max()
    reached = worlds[worlds[labels.REGIME] >= regime].groupby("run_key", observed=True)["year"].min()
    still = ends.drop(reached.index)
    spread = stats.ecdf(stats.CensoredData(uncensored=reached.to_numpy(float), right=still.to_numpy(float)))
    with np.errstate(divide="ignore", invalid="ignore"):
        bounds = spread.cdf.confidence_interval(LEVEL, method="log-log")
    share = np.asarray(spread.cdf.probabilities, float)
    years = np.asarray(spread.cdf.quantiles, float)
    past = years[share >= 0.5]
    return Tipping(scenario, years, share, np.nan_to_num(bounds.low.probabilities), _upper(bounds.high.probabilities, share),
                   len(reached), len(ends), float(past[0]) if past.size else float("nan"))


def _upper(bound: NDArray[np.float64], share: NDArray[np.float64]) -> NDArray[np.float64]:
    """The upper bound, which is undefined where none or all have reached it: then the share itself."""
    return np.where(np.isnan(bound), share, bound)


def draw_tipping(results: Results, lang: str = "en", regime: int = CLUSTER, region: str | None = None) -> Figure:
    """Share of worlds over time that had reached the regime, a line a scenario."""
    said, context = WORDS[lang], Context(results)
    name = REGIMES_OF[lang][regime]
    figure = Figure(figsize=(8.5, 4.4), layout="constrained")
    ax = figure.subplots()
    for found in tipping(results, regime, region):
        place = context.scenarios.index(found.scenario)
        colour = GREY if found.scenario == context.reference else PALETTE[(place - 1) % len(PALETTE)]
        label = said["of"].format(scenario=found.scenario.replace("_", " "), n=found.reached, all=found.worlds)
        ax.step(found.years, 100 * found.share, where="post", color=colour, linewidth=1.6, label=label)
        ax.fill_between(found.years, 100 * found.low, 100 * found.high, step="post", color=colour, alpha=0.15, linewidth=0)
    ax.set_ylim(-2, 102)
    ax.set_ylabel(said["worlds"].format(regime=name), fontsize=9)
    ax.xaxis.set_major_locator(MaxNLocator(integer=True))
    ax.set_title(said["title"].format(region=context.region_caption(region or context.region, lang), regime=name), fontsize=11)
    plain(ax)
    figure.legend(loc="outside lower center", ncols=3, frameon=False, fontsize=8, title=said["bands"], title_fontsize=8)
    return figure
