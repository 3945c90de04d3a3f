"""Sensitivities as figures: a bar a factor with its interval, and the line below which an effect may be luck."""

import textwrap
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch
from matplotlib.ticker import MaxNLocator
from numpy.typing import NDArray

from analysis import labels
from analysis.fans import GREY, PALETTE, plain
from analysis.sensitivity.result import Sensitivity
from analysis.sensitivity.sweep import MORRIS, SOBOL
from analysis.sensitivity.tables import BY_LEVEL, title
from analysis.sensitivity.wording import WORDS
from sim.wording import number

F8 = NDArray[np.float64]
WIDTH = 9.5
ROW_INCHES = 0.5
EDGES_INCHES, PARTS_INCHES = 1.9, 0.75
ROW_POINTS = 36
MARKS = 0.5
"""Size of these marks in a legend."""
MOST = 20
"""Factors that a figure shows, strongest first; the table has them all."""
PANELS = 3
NAME_WIDTH, LEVEL_WIDTH, TITLE_WIDTH = 44, 40, 90
LINE_INCHES, PANEL_INCHES, PANEL_NAME_WIDTH = 0.16, 2.3, 34
"""Height of a line of a name; height of a panel, and characters of its name."""
HOLLOW: dict[str, Any] = {"marker": "o", "markersize": 7, "markerfacecolor": "white", "markeredgecolor": "black", "linewidth": 0,
                          "zorder": 3}
UP, DOWN, MIXED = PALETTE[0], PALETTE[1], GREY
EVEN = 0.9
"""A factor moves the outcome one way when |mu| is at least this part of mu*."""


def draw(found: Sensitivity, lang: str = "en") -> Figure:
    """The figure of a method."""
    if found.method in BY_LEVEL:
        return _draw_levels(found, lang)
    return _draw_screening(found, lang) if found.method == MORRIS else _draw_indices(found, lang)


def _empty(found: Sensitivity, rows: int, more: float, lang: str) -> tuple[Figure, list[str]]:
    """A figure with room for so many factors and ``more`` inches, its title, and the factors' names in lines."""
    names = [_named(found, name, NAME_WIDTH, lang) for name in found.table["factor"].head(rows)]
    each = max([ROW_INCHES, *(LINE_INCHES * (1 + name.count("\n")) + 0.06 for name in names)])
    figure = Figure(figsize=(WIDTH, EDGES_INCHES + each * rows + more), layout="constrained")
    figure.suptitle(_wrapped(title(found, lang)), fontsize=11)
    return figure, names


def _named(found: Sensitivity, factor: str, width: int, lang: str) -> str:
    """The caption of a factor in lines."""
    return textwrap.fill(labels.factor(factor, lang, found.names(lang)), width)


def _wrapped(told: str) -> str:
    """Lines as they are, those too long for the figure broken."""
    return "\n".join(textwrap.fill(line, TITLE_WIDTH) for line in told.splitlines())


# ---- indices of variance ---------------------------------------------------------------------------------------------
def _draw_indices(found: Sensitivity, lang: str) -> Figure:
    said: Any = WORDS[lang]
    table = found.table.head(MOST)
    parts = found.method == SOBOL and not np.isnan(found.noise.share)
    figure, names = _empty(found, len(table), PARTS_INCHES if parts else 0.0, lang)
    heights = [figure.get_figheight() - EDGES_INCHES - PARTS_INCHES, PARTS_INCHES] if parts else [1.0]
    axes = figure.subplots(len(heights), 1, squeeze=False, height_ratios=heights)[:, 0]
    columns = ["total", "first"] if found.method == SOBOL else ["first"]
    thickness = 0.8 / len(columns)
    for place, column in enumerate(columns):
        offset = (place - (len(columns) - 1) / 2) * thickness
        _bars(axes[0], table, column, offset, thickness, PALETTE[5 if column == "total" else 0], said[column].replace("|", " "))
    _names(axes[0], names)
    _luck(axes[0], table, -thickness / 2, thickness, said["alone"])
    axes[0].axvline(0, color="black", linewidth=0.8)
    axes[0].set_xlabel(said["index"])
    axes[0].legend(frameon=False, fontsize=8, loc="lower right", title=said["of"], title_fontsize=8, markerscale=MARKS)
    if parts:
        _draw_parts(axes[1], found, lang)
    return figure


def _bars(ax: Axes, table: pd.DataFrame, column: str, offset: float, thickness: float, colour: Any, label: str | None) -> None:
    """Horizontal bars with intervals, the first row on top."""
    values = table[column].to_numpy(float)
    ends = np.abs(np.stack([values - table[f"{column}_low"], table[f"{column}_high"] - values]))
    ax.barh(np.arange(len(table)) + offset, values, 0.9 * thickness, color=colour, label=label)
    ax.errorbar(values, np.arange(len(table)) + offset, xerr=ends, fmt="none", ecolor="black", elinewidth=1, capsize=2)


def _names(ax: Axes, names: Sequence[str]) -> None:
    ax.set_yticks(np.arange(len(names)), names, fontsize=8)
    ax.set_ylim(len(names) - 0.4, -0.6)
    plain(ax)
    ax.grid(False, axis="y")


def _luck(ax: Axes, table: pd.DataFrame, offset: float, thickness: float, label: str) -> None:
    """A mark across each bar of the main column: what luck alone would show."""
    if "luck" in table and table["luck"].notna().any():
        ax.plot(table["luck"], np.arange(len(table)) + offset, linestyle="none", marker="|", markersize=ROW_POINTS * thickness,
                markeredgewidth=2, color=PALETTE[1], label=label)


def _draw_parts(ax: Axes, found: Sensitivity, lang: str) -> None:
    """One bar: the variance of a single world by origin."""
    said, luck = WORDS[lang], found.noise
    alone = min(max(float(found.table["first"].clip(lower=0).sum()), 0.0), 1.0)
    sizes = {"main": luck.rows * alone, "interaction": luck.rows * (1 - alone), "common": luck.common, "own": luck.own}
    start, total = 0.0, sum(sizes.values())
    for (name, size), colour in zip(sizes.items(), (PALETTE[0], PALETTE[5], PALETTE[4], PALETTE[1]), strict=True):
        share = 100 * size / total
        ax.barh(0, share, 0.6, left=start, color=colour, label=f"{said[name]}: {number(share, 0, lang)} %")
        start += share
    ax.set_yticks([])
    ax.set_xlim(0, 100)
    ax.set_xlabel(str(said["parts"]))
    ax.spines[["top", "right", "left"]].set_visible(False)
    ax.legend(frameon=False, fontsize=8, ncols=2, loc="lower center", bbox_to_anchor=(0.5, 0.95))


# ---- Morris ----------------------------------------------------------------------------------------------------------
def _draw_screening(found: Sensitivity, lang: str) -> Figure:
    said: Any = WORDS[lang]
    shown = labels.outcome(found.output, lang)
    numbers = [name for name in found.table.columns if name != "factor"]
    table = found.table.head(MOST).copy()
    table[numbers] *= shown.times
    figure, names = _empty(found, len(table), 0.0, lang)
    left, right = figure.subplots(1, 2, sharey=True)
    _bars(left, table, "mu_star", 0, 0.8, [_way(line) for line in table.to_dict("records")], None)
    _bars(right, table, "sigma", 0, 0.8, "#c8c8c8", None)
    _names(left, names)
    _luck(left, table, 0, 0.8, said["alone"])
    unit = shown.change(lang)
    for ax, name in ((left, "mu_star"), (right, "sigma")):
        ax.set_xlabel("\n".join([said[name].replace("|", " "), f"{said['whole']}{f' ({unit})' if unit else ''}"]), fontsize=9)
        ax.xaxis.set_major_locator(MaxNLocator(nbins=5))
        plain(ax)
        ax.grid(False, axis="y")
    handles = [Patch(color=colour, label=said[name]) for name, colour in (("up", UP), ("down", DOWN), ("mixed", MIXED))]
    figure.legend(handles=[*handles, *left.get_legend_handles_labels()[0]], loc="outside lower center", ncols=4, frameon=False, fontsize=8,
                  markerscale=MARKS)
    return figure


def _way(line: dict[Any, Any]) -> str:
    """Colour of the way in which a factor moves the outcome; words have none."""
    if abs(line["mu"]) >= EVEN * line["mu_star"]:
        return UP if line["mu"] > 0 else DOWN
    return MIXED


# ---- one at a time ---------------------------------------------------------------------------------------------------
def _draw_levels(found: Sensitivity, lang: str) -> Figure:
    """A panel a factor: numbers side by side, words below them across the whole figure, with room for their captions."""
    said: Any = WORDS[lang]
    shown = labels.outcome(found.output, lang)
    tables = {name: found.table[found.table["factor"] == name] for name in list(dict.fromkeys(found.table["factor"]))[:MOST]}
    numbers = [name for name, table in tables.items() if _numeric(table)]
    words = {name: _level_names(found, tables[name], lang) for name in tables if name not in numbers}
    columns = max(1, min(PANELS, len(numbers)))
    heights = [PANEL_INCHES] * -(-len(numbers) // columns) + [_height(names) for names in words.values()]
    figure = Figure(figsize=(WIDTH, 1.4 + sum(heights)), layout="constrained")
    figure.suptitle(_wrapped(title(found, lang)), fontsize=11)
    grid = figure.add_gridspec(len(heights), columns, height_ratios=heights)
    unit = shown.change(lang)
    change = said["change"] + (f" ({unit})" if unit else "")
    first: Axes | None = None
    for place, name in enumerate(numbers):
        ax = first = figure.add_subplot(grid[place // columns, place % columns], sharey=first)
        _line_of_levels(ax, tables[name], shown.times)
        ax.set_xlabel(_named(found, name, PANEL_NAME_WIDTH, lang), fontsize=8)
        if place % columns:
            ax.tick_params(labelleft=False)
        else:
            ax.set_ylabel(textwrap.fill(change, PANEL_NAME_WIDTH), fontsize=8)
    first = None
    for row, (name, names) in enumerate(words.items(), len(heights) - len(words)):
        ax = first = figure.add_subplot(grid[row, :], sharex=first)
        _words(ax, tables[name], names, shown.times)
        ax.set_title(_named(found, name, TITLE_WIDTH, lang), fontsize=8)
        ax.set_xlabel(change, fontsize=8)
    figure.legend(handles=[Patch(color=PALETTE[0], label=said["line"])], loc="outside lower center", frameon=False, fontsize=8)
    return figure


def _numeric(table: pd.DataFrame) -> bool:
    return all(isinstance(value, float) for value in table["level"])


def _level_names(found: Sensitivity, table: pd.DataFrame, lang: str) -> list[str]:
    """Captions of words in lines."""
    return [textwrap.fill(labels.value(name, level, lang, found.names(lang)), LEVEL_WIDTH)
            for name, level in zip(table["factor"], table["level"], strict=True)]


def _height(names: Sequence[str]) -> float:
    """Inches that a panel with these lines at its side needs."""
    return 0.75 + len(names) * max([0.3, *(LINE_INCHES * (1 + name.count("\n")) + 0.06 for name in names)])


def _effects(table: pd.DataFrame, times: float) -> tuple[F8, F8, NDArray[np.bool_]]:
    """Paired effects, the two arms of their intervals, and which of them is the base."""
    ends = times * np.stack([table["effect"] - table["low"], table["high"] - table["effect"]])
    return times * table["effect"].to_numpy(float), np.nan_to_num(ends), (table["level"] == table["base"]).to_numpy()


def _line_of_levels(ax: Axes, table: pd.DataFrame, times: float) -> None:
    """Paired effect over the levels of a number; the base is a hollow point at zero."""
    places, (effect, ends, base) = table["level"].to_numpy(float), _effects(table, times)
    ax.axhline(0, color="black", linewidth=0.8)
    ax.errorbar(places, effect, yerr=ends, color=PALETTE[0], marker="o", markersize=4, linewidth=1.4, elinewidth=1.2, capsize=3)
    ax.plot(places[base], effect[base], **HOLLOW)
    ax.xaxis.set_major_locator(MaxNLocator(nbins=3))
    ax.tick_params(labelsize=8)
    plain(ax)


def _words(ax: Axes, table: pd.DataFrame, names: Sequence[str], times: float) -> None:
    """Paired effect of each word, a line each."""
    effect, ends, base = _effects(table, times)
    places = np.arange(len(table), dtype=float)
    ax.axvline(0, color="black", linewidth=0.8)
    ax.errorbar(effect, places, xerr=ends, color=PALETTE[0], marker="o", markersize=4, linewidth=0, elinewidth=1.2, capsize=3)
    ax.plot(effect[base], places[base], **HOLLOW)
    _names(ax, names)
    ax.tick_params(labelsize=8)
