"""How figures look: palette, fans over replicates, saving. Never a lone mean line."""

import io
from pathlib import Path

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import ScalarFormatter

from sim.experiment import store
from sim.wording import as_written

PALETTE = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#F0E442", "#000000")
"""Okabe and Ito (2008): told apart by colour-blind readers too."""
GREY = "#6e6e6e"
DPI = 150
INNER, OUTER = (0.25, 0.75), (0.05, 0.95)
"""Quantiles at the ends of the bands of 50 % and 90 %."""
_FEW = 2
"""Paths from which there is a band to draw."""
GROUPED_FROM = 10_000
"""Number on an axis from which thousands are set apart."""


def fan(ax: Axes, paths: pd.DataFrame, colour: str, label: str, faint: bool = False) -> None:
    """Draw ``paths`` (index time, a column a replicate) as median with 50 % and 90 % bands; a single path thin."""
    paths = paths.dropna(how="all")
    if paths.empty:
        return
    strength = 0.5 if faint else 1.0
    if paths.shape[1] < _FEW:
        ax.plot(paths.index, paths.iloc[:, 0], color=colour, linewidth=0.8, linestyle=":", label=label)
        return
    for band, shade in ((OUTER, 0.18), (INNER, 0.35)):
        low, high = (paths.quantile(q, axis=1) for q in band)
        ax.fill_between(paths.index, low, high, color=colour, alpha=shade * strength, linewidth=0)
    ax.plot(paths.index, paths.median(axis=1), color=colour, linewidth=1.6 * strength + 0.2, label=label)


def yearly(wide: pd.DataFrame, indicator: str, flow: bool = False) -> pd.DataFrame:
    """Year × replication of one scenario and region; a flow is summed over the year, a state averaged."""
    grouped = wide.groupby([wide["quarter"].dt.year.rename("year"), "replication"], observed=True)[indicator]
    values = grouped.sum(min_count=1) if flow else grouped.mean()
    return values.unstack("replication").astype(float)


def spread(values: "pd.Series[float]") -> tuple[float, float, float]:
    """Median and the ends of the 90 % band of some replicates."""
    known = values.dropna().to_numpy()
    if not known.size:
        return np.nan, np.nan, np.nan
    low, middle, high = np.quantile(known, [OUTER[0], 0.5, OUTER[1]])
    return float(middle), float(low), float(high)


def plain(ax: Axes) -> None:
    """Less ink: no upper and right frame, a light grid."""
    ax.spines[["top", "right"]].set_visible(False)
    ax.grid(True, color="#dddddd", linewidth=0.6)
    ax.set_axisbelow(True)


class Ticks(ScalarFormatter):
    """Numbers on an axis, with separators as the language writes them from 10,000 on."""

    lang = "en"

    def __call__(self, x: float, pos: int | None = None) -> str:
        """The label of a tick."""
        whole, point, part = str(super().__call__(x, pos)).partition(".")
        digits = whole.lstrip("-\N{MINUS SIGN}")
        if digits.isdigit() and int(digits) >= GROUPED_FROM:
            whole = f"{whole[:-len(digits)]}{int(digits):,}"
        return as_written(whole + point + part, self.lang)


def _write_numbers(figure: Figure, lang: str) -> None:
    for axis in (axis for ax in figure.axes for axis in (ax.xaxis, ax.yaxis)):
        plainly = axis.get_major_formatter()
        if type(plainly) is ScalarFormatter:
            ticks = Ticks()
            vars(ticks).update(vars(plainly), lang=lang)
            axis.set_major_formatter(ticks)


def save(figure: Figure, path: Path, lang: str) -> Path:
    """Write the figure as PNG, whole or not at all, with numbers as the language writes them."""
    _write_numbers(figure, lang)
    picture = io.BytesIO()
    figure.savefig(picture, format="png", dpi=DPI)
    with store.disk(path.parent):
        path.parent.mkdir(exist_ok=True)
        store.write(path, picture.getvalue())
    return path
