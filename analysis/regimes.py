"""Regime maps: over two levers, how often a world ends as a cluster, and where the index lies in the mean."""

import textwrap
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator
from numpy.typing import NDArray
from scipy import stats

from analysis import labels
from analysis.sensitivity.sweep import SCENARIO, read
from analysis.wording import REGIMES as REGIMES_OF
from sim.errors import InputError
from sim.experiment.intervals import LEVEL
from sim.experiment.outcome import DONE
from sim.indicators import LABEL_BOUNDS, REGIMES
from sim.wording import counted, number

HYBRID, CLUSTER = REGIMES.index("hybrid"), REGIMES.index("cluster")
CONTOURS = (0.25, 0.5, 0.75)
LINES = ("--", "-", ":")
MOST_CELLS = 80
"""Cells up to which each is labelled."""
BELOW = 150
"""Characters of a line below the maps."""
MOST_TICKS = 8
"""Levels of an axis up to which each has a tick."""
WORDS = {
    "en": {"probability": "Worlds that end as {regime} or further (%)", "cluster": "Worlds that end as a cluster (%)",
           "index": "Enclave-cluster index, mean", "title": "{n}{of}; at least {least} a cell",
           "lines": "lines: 25, 50 and 75 % of worlds; index {enclave} and {cluster}"},
    "es": {"probability": "Mundos que terminan como {regime} o más (%)", "cluster": "Mundos que terminan como clúster (%)",
           "index": "Índice enclave-clúster, promedio", "title": "{n}{of}; al menos {least} por celda",
           "lines": "líneas: 25, 50 y 75 % de los mundos; índice {enclave} y {cluster}"},
}


@dataclass(frozen=True)
class RegimeMap:
    """``table``: a row a cell with the levels of ``x`` and ``y``, ``worlds``, ``probability`` (with the bounds ``low`` and
    ``high`` of its 95 % interval after Wilson) and the mean ``index``. ``regime`` is the code reached or passed; ``scenarios``
    are those that have both factors, where others have not."""

    x: str
    y: str
    regime: int
    table: pd.DataFrame
    scenarios: tuple[str, ...] = ()

    def grid(self, column: str) -> pd.DataFrame:
        """One column as y levels × x levels."""
        return self.table.pivot_table(index=self.y, columns=self.x, values=column)


def regime_map(runs: pd.DataFrame, x: str | None = None, y: str | None = None, regime: int = CLUSTER) -> RegimeMap:
    """Probability of ending in ``regime`` or beyond over two varied numbers (default: the first two of a factorial sweep).

    Worlds that differ in other factors are pooled; those that lack one of the two, such as baseline beside levers of a
    policy, are left out. Raises InputError unless the two factors form a full grid of two levels or more each.
    """
    sweep = read(runs, labels.REGIME)
    numbers = [name for name in sweep.factors if not sweep.of_words(name)]
    for name in (x, y):
        if name is not None and name not in numbers:
            raise InputError(f"{name!r} is no varied number of this sweep; known are {', '.join(numbers) or 'none'}")
    pairs = [pair for pair in combinations(numbers, 2) if {x, y} - {None} <= set(pair)]
    if not pairs:
        raise InputError("a regime map needs two varied numbers; make them with `encadena sweep factorial`")
    done = runs[(runs["status"] == DONE) & runs[labels.REGIME].notna()]
    across, up = next((pair for pair in pairs if _is_grid(done, *pair)), pairs[0])
    if not _is_grid(done, across, up):
        raise InputError(f"{across} and {up} form no full grid; make one with `encadena sweep factorial`")
    if up == x or across == y:
        across, up = up, across
    known = done.dropna(subset=[across, up])
    scenarios = tuple(dict.fromkeys(known[SCENARIO]))
    table = pd.DataFrame([_cell(across, up, levels, part, regime) for levels, part in known.groupby([across, up])])
    return RegimeMap(across, up, regime, table, scenarios if len(scenarios) < done[SCENARIO].nunique() else ())


def _is_grid(done: pd.DataFrame, x: str, y: str) -> bool:
    """Whether worlds stand at every combination of two levels or more each."""
    cells = done[[x, y]].dropna().drop_duplicates()
    return min(cells.nunique()) > 1 and len(cells) == cells[x].nunique() * cells[y].nunique()


def _cell(x: str, y: str, levels: Any, worlds: pd.DataFrame, regime: int) -> dict[str, float]:
    there = int((worlds[labels.REGIME] >= regime).sum())
    interval = stats.binomtest(there, len(worlds)).proportion_ci(LEVEL, method="wilson")
    return {x: levels[0], y: levels[1], "worlds": len(worlds), "probability": there / len(worlds), "low": float(interval.low),
            "high": float(interval.high), "index": float(worlds[labels.INDEX].mean())}


def draw_regime_map(found: RegimeMap, lang: str = "en", worlds_told: str = "", called: labels.Called = labels.NOBODY) -> Figure:
    """Two maps on one grid, the probability and the index; ``worlds_told`` stands above them, ``called`` captions scenarios and
    programmes."""
    said = WORDS[lang]
    figure = Figure(figsize=(10.5, 4.8), layout="constrained")
    figure.suptitle(worlds_told, fontsize=11)
    left, right = figure.subplots(1, 2, sharey=True)
    lines = _map(figure, left, 100 * found.grid("probability"), [100 * value for value in CONTOURS], (0, 100), 0, lang)
    lines |= _map(figure, right, found.grid("index"), list(LABEL_BOUNDS), (0, 1), 2, lang)
    reached = said["cluster" if found.regime == CLUSTER else "probability"].format(regime=REGIMES_OF[lang][found.regime])
    left.set_title(reached, fontsize=10)
    right.set_title(said["index"], fontsize=10)
    for ax in (left, right):
        ax.set_xlabel(textwrap.fill(_axis(found.x, lang, called), 60), fontsize=9)
    left.set_ylabel(textwrap.fill(_axis(found.y, lang, called), 50), fontsize=9)
    worlds = found.table["worlds"]
    bounds = {name: number(bound, 2, lang) for name, bound in zip(("enclave", "cluster"), LABEL_BOUNDS, strict=True)}
    of = f": {'; '.join(called.get(name, name) for name in found.scenarios)}" if found.scenarios else ""
    told = said["title"].format(n=counted(int(worlds.sum()), "world", lang), of=of, least=int(worlds.min()))
    below = "; ".join([told, *([said["lines"].format(**bounds)] if lines else [])])
    figure.supxlabel(textwrap.fill(below, BELOW), fontsize=8)
    return figure


def _axis(name: str, lang: str, called: labels.Called) -> str:
    unit = labels.unit_of_factor(name, lang)
    return labels.factor(name, lang, called) + (f" ({unit})" if unit else "")


def _map(figure: Figure, ax: Axes, values: pd.DataFrame, contours: list[float], span: tuple[float, float], digits: int, lang: str) -> bool:
    """One map; whether contours are in it."""
    across, up = values.columns.to_numpy(float), values.index.to_numpy(float)
    wide, high = _edges(across), _edges(up)
    shades = ax.pcolormesh(wide, high, values.to_numpy(), cmap="cividis", vmin=span[0], vmax=span[1], shading="flat")
    lines = min(values.shape) > 2 and any(values.to_numpy().min() < line < values.to_numpy().max() for line in contours)
    if lines:
        ax.contour(across, up, values.to_numpy(), levels=contours, colors="white", linewidths=1.4, linestyles=LINES[:len(contours)])
    if values.size <= MOST_CELLS:
        for middle_up, row in zip((high[:-1] + high[1:]) / 2, values.to_numpy(), strict=True):
            for middle_across, value in zip((wide[:-1] + wide[1:]) / 2, row, strict=True):
                dark = np.clip((value - span[0]) / (span[1] - span[0]), 0, 1) < 0.6
                ax.text(middle_across, middle_up, number(value, digits, lang), ha="center", va="center", fontsize=7,
                        color="white" if dark else "black")
    for axis, levels in ((ax.xaxis, across), (ax.yaxis, up)):
        if len(levels) <= MOST_TICKS:
            axis.set_major_locator(FixedLocator(levels.tolist()))
    ax.tick_params(labelsize=8)
    figure.colorbar(shades, ax=ax, shrink=0.8)
    return lines


def _edges(levels: NDArray[np.float64]) -> NDArray[np.float64]:
    """Bounds of the cells around ascending levels: halfway between neighbours, and none beyond the outermost levels."""
    return np.concatenate([levels[:1], (levels[:-1] + levels[1:]) / 2, levels[-1:]])
