"""Fans of a sweep: over luck (replications of one row) and, apart, over parameters (means of the rows).

Together they would hide which of the two an outcome's spread comes from, and so which is worth reducing.
"""

from dataclasses import dataclass

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from analysis import labels
from analysis.context import Context
from analysis.fans import PALETTE, fan, plain, yearly
from sim.errors import InputError
from sim.experiment.outcome import DONE
from sim.experiment.results import Results

FEWEST_ROWS = 3
FEWEST_IN_FAN = 5
WORDS = {
    "en": {"luck": "Luck: {n} replications of one row\n(row {row}, the middle one at the end)",
           "rows": "Parameters: {n} rows, each the mean of\nits replications ({least} or more)",
           "single": "Parameters and luck: {n} rows of one replication",
           "bands": "line: median; bands: 50 % and 90 %; fewer than {few} paths are drawn singly", "title": "{region}: {outcome}; {scale}"},
    "es": {"luck": "Azar: {n} réplicas de una fila\n(fila {row}, la del medio al final)",
           "rows": "Parámetros: {n} filas, cada una el promedio\nde sus réplicas ({least} o más)",
           "single": "Parámetros y azar: {n} filas de una réplica",
           "bands": "línea: mediana; bandas: 50 % y 90 %; menos de {few} trayectorias se dibujan una por una",
           "title": "{region}: {outcome}; {scale}"},
}


@dataclass(frozen=True)
class Uncertainty:
    """Year × replication of the middle row (``luck``), and year × row of the rows' means (``rows``)."""

    outcome: str
    row: int
    luck: pd.DataFrame
    rows: pd.DataFrame
    least: int


def uncertainty(results: Results, outcome: str = labels.INDEX, region: str | None = None) -> Uncertainty:
    """Paths of an outcome in a region (default: the focal one), apart by luck and by row.

    Raises InputError when the outcome was not recorded by year, or with fewer than three rows.
    """
    wide = results.part("series", region=region or results.provenance["region"])
    if outcome not in wide:
        raise InputError(f"{outcome!r} was not recorded by year; known are {', '.join(wide.columns[5:])}")
    runs = results.runs[results.runs["status"] == DONE]
    row = wide["run_key"].astype(str).map(runs.set_index("run_key")["row"])
    paths = {int(number): yearly(part, outcome).dropna(how="all") for number, part in wide.groupby(row)}
    means = pd.DataFrame({number: path.mean(axis=1) for number, path in paths.items()})
    if means.shape[1] < FEWEST_ROWS:
        raise InputError(f"{means.shape[1]} rows are no spread over parameters; sweep {FEWEST_ROWS} rows or more")
    last = means.iloc[-1].dropna().sort_values(kind="stable")
    middle = int(last.index[len(last) // 2])
    return Uncertainty(outcome, middle, paths[middle], means, min(path.shape[1] for path in paths.values()))


def draw_uncertainty(results: Results, outcome: str = labels.INDEX, lang: str = "en", region: str | None = None) -> Figure:
    """Two fans on one scale; a single one where rows have but one replication."""
    said, found, context = WORDS[lang], uncertainty(results, outcome, region), Context(results)
    shown = labels.outcome(outcome, lang)
    rows = ("rows", found.rows, PALETTE[0]) if found.least > 1 else ("single", found.rows, PALETTE[0])
    panels = [("luck", found.luck, PALETTE[1]), rows] if found.least > 1 else [rows]
    figure = Figure(figsize=(4.6 * len(panels) + 0.6, 4.0), layout="constrained")
    for ax, (name, paths, colour) in zip(figure.subplots(1, len(panels), sharey=True, squeeze=False)[0], panels, strict=True):
        _paths(ax, paths * shown.times, colour)
        ax.set_title(said[name].format(n=paths.shape[1], row=found.row, least=found.least), fontsize=9)
        ax.xaxis.set_major_locator(MaxNLocator(nbins=6, integer=True))
        plain(ax)
    figure.supylabel(shown.label, fontsize=9)
    told = said["title"].format(region=context.region_caption(region or context.region, lang), outcome=shown.caption,
                                scale=context.worlds_told(lang, None)["scale"])
    figure.suptitle(told, fontsize=11)
    figure.supxlabel(said["bands"].format(few=FEWEST_IN_FAN), fontsize=8)
    return figure


def _paths(ax: Axes, paths: pd.DataFrame, colour: str) -> None:
    """A fan, or the paths themselves where they are too few for bands."""
    if paths.shape[1] >= FEWEST_IN_FAN:
        fan(ax, paths, colour, "")
    else:
        ax.plot(paths.index, paths.to_numpy(), color=colour, linewidth=0.9)
