"""Sensitivities as figures: a bar a factor with its interval, and the line below which an effect may be luck."""

import textwrap
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from analysis import labels
from analysis.fans import GREY, PALETTE, plain
from analysis.sensitivity.result import Sensitivity
from analysis.sensitivity.sweep import MORRIS, SOBOL
from analysis.sensitivity.tables import BY_LEVEL, level, title
from analysis.sensitivity.wording import WORDS
from sim.wording import number

WIDTH = 9.5
ROW_INCHES = 0.5
ROW_POINTS = 36
MARKS = 0.5
"""Size of these marks in a legend."""
MOST = 20
"""Factors that a figure shows, strongest first; the table has them all."""
PANELS = 3
NAME_WIDTH, TITLE_WIDTH = 34, 90
UP, DOWN, MIXED = PALETTE[0], PALETTE[1], GREY
EVEN = 0.9
"""A factor moves the outcome one way when |mu| is at least this part of mu*."""


def draw(found: Sensitivity, lang: str = "en") -> Figure:
    """The figure of a method."""
    if found.method in BY_LEVEL:
        return _draw_levels(found, lang)
    return _draw_screening(found, lang) if found.method == MORRIS else _draw_indices(found, lang)


def _empty(found: Sensitivity, rows: float, lang: str) -> Figure:
    figure = Figure(figsize=(WIDTH, 1.9 + ROW_INCHES * rows), layout="constrained")
    figure.suptitle(_wrapped(title(found, lang)), fontsize=11)
    return figure


def _wrapped(told: str) -> str:
    """Lines as they are, those too long for the figure broken."""
    return "\n".join(textwrap.fill(line, TITLE_WIDTH) for line in told.splitlines())


# ---- indices of variance ---------------------------------------------------------------------------------------------
def _draw_indices(found: Sensitivity, lang: str) -> Figure:
    said: Any = WORDS[lang]
    table = found.table.head(MOST)
    parts = found.method == SOBOL and not np.isnan(found.noise.share)
    figure = _empty(found, len(table) + (1.5 if parts else 0), lang)
    axes = figure.subplots(2 if parts else 1, 1, squeeze=False, height_ratios=[len(table), 1.5] if parts else [1])[:, 0]
    columns = ["total", "first"] if found.method == SOBOL else ["first"]
    thickness = 0.8 / len(columns)
    for place, column in enumerate(columns):
        offset = (place - (len(columns) - 1) / 2) * thickness
        _bars(axes[0], table, column, offset, thickness, PALETTE[5 if column == "total" else 0], said[column].replace("|", " "))
    _names(axes[0], table, lang)
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


def _names(ax: Axes, table: pd.DataFrame, lang: str) -> None:
    names = [textwrap.fill(labels.factor(name, lang), NAME_WIDTH) for name in table["factor"]]
    ax.set_yticks(np.arange(len(table)), names, fontsize=8)
    ax.set_ylim(len(table) - 0.4, -0.6)
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
    figure = _empty(found, len(table), lang)
    left, right = figure.subplots(1, 2, sharey=True)
    _bars(left, table, "mu_star", 0, 0.8, [_way(line) for line in table.to_dict("records")], None)
    _bars(right, table, "sigma", 0, 0.8, "#c8c8c8", None)
    _names(left, table, lang)
    _luck(left, table, 0, 0.8, said["alone"])
    unit = shown.change(lang)
    for ax, name in ((left, "mu_star"), (right, "sigma")):
        ax.set_xlabel("\n".join([said[name].replace("|", " "), f"{said['whole']}{f' ({unit})' if unit else ''}"]), fontsize=9)
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
    said: Any = WORDS[lang]
    shown = labels.outcome(found.output, lang)
    names = list(dict.fromkeys(found.table["factor"]))[:MOST]
    panels = min(PANELS, len(names))
    rows = -(-len(names) // panels)
    figure = Figure(figsize=(WIDTH, 1.4 + 2.3 * rows), layout="constrained")
    figure.suptitle(_wrapped(title(found, lang)), fontsize=11)
    grid = figure.subplots(rows, panels, sharey=True, squeeze=False)
    for ax in grid.flat[len(names):]:
        ax.set_axis_off()
    for ax, name in zip(grid.flat, names, strict=False):
        _levels(ax, found.table[found.table["factor"] == name], shown.times, lang)
        ax.set_xlabel(textwrap.fill(labels.factor(name, lang), NAME_WIDTH), fontsize=8)
    unit = shown.change(lang)
    figure.supylabel(said["change"] + (f" ({unit})" if unit else ""), fontsize=9)
    figure.legend(handles=[Patch(color=PALETTE[0], label=said["line"])], loc="outside lower center", frameon=False, fontsize=8)
    return figure


def _levels(ax: Axes, table: pd.DataFrame, times: float, lang: str) -> None:
    """Paired effect over the levels of one factor; the base is a hollow point at zero."""
    numeric = all(isinstance(value, float) for value in table["level"])
    places = table["level"].to_numpy(float) if numeric else np.arange(len(table), dtype=float)
    effect = times * table["effect"].to_numpy(float)
    ends = times * np.stack([table["effect"] - table["low"], table["high"] - table["effect"]])
    base = (table["level"] == table["base"]).to_numpy()
    ax.axhline(0, color="black", linewidth=0.8)
    ax.errorbar(places, effect, yerr=np.nan_to_num(ends), color=PALETTE[0], marker="o", markersize=4, linewidth=1.4 if numeric else 0,
                elinewidth=1.2, capsize=3)
    ax.plot(places[base], effect[base], marker="o", markersize=7, markerfacecolor="white", markeredgecolor="black", linewidth=0, zorder=3)
    if not numeric:
        ax.set_xticks(places, [textwrap.fill(level(value, lang), 12) for value in table["level"]])
        ax.set_xlim(-0.5, len(places) - 0.5)
    ax.tick_params(labelsize=8)
    plain(ax)
