"""Paired effects in full: interval, size, sign, adjusted probability, what could be detected, what pairing saved."""

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from analysis import labels
from analysis.context import Context
from analysis.effects import differences, effects, metrics
from analysis.fans import PALETTE, plain
from analysis.grid import Cell, Document, Grid
from analysis.planning import pairs_for_power
from analysis.wording import INDICATOR_COLUMNS, probability
from sim.errors import InputError
from sim.experiment.results import Results
from sim.wording import number

OUTCOMES = tuple(column.name for column in INDICATOR_COLUMNS)
PANELS = 3
MOST_PAIRS = 100_000
BELOW = 0.25
"""Where the effects of single pairs stand, in rows below the interval."""
WORDS = {
    "en": {
        "heads": ("Outcome", "Scenario", "Effect and|95 % interval", "Size", "Sign", "p,|adjusted", "Detect-|able", "Pairing|saves",
                  "Pairs|needed"),
        "title": "{region}, means of the last five years; paired effects against {reference}; {n} replications",
        "to": "{low} to {high}", "none": "n/a", "times": "{value} x", "many": ">{value}",
        "notes": "Size: in standard deviations of single worlds. Sign: replications whose own effect has the sign of the mean. p: "
                 "two-sided paired t test, adjusted over this table to a false discovery rate (Benjamini-Yekutieli): of the rows "
                 "below 0.05, one in twenty is expected to be a false alarm. Detectable: true effect found with a power of 80 %. "
                 "Pairing saves: how many times more worlds unpaired seeds would need. Pairs needed: replications that would find "
                 "an effect such as this with a power of 80 %. Shares change by percentage points. {none}: not defined.",
        "axis": "paired effect, 95 % interval; dots: replications",
    },
    "es": {
        "heads": ("Resultado", "Escenario", "Efecto e|intervalo 95 %", "Tamaño", "Signo", "p,|ajustada", "Detec-|table", "Parear|ahorra",
                  "Pares|necesarios"),
        "title": "{region}, promedios de los últimos cinco años; efectos pareados respecto de {reference}; {n} réplicas",
        "to": "{low} a {high}", "none": "n/d", "times": "{value} x", "many": ">{value}",
        "notes": "Tamaño: en desviaciones estándar de mundos individuales. Signo: réplicas cuyo efecto tiene el signo del "
                 "promedio. p: prueba t pareada de dos colas, ajustada en esta tabla a una tasa de falsos hallazgos (Benjamini-"
                 "Yekutieli): de las filas bajo 0,05, una de cada veinte sería falsa alarma. Detectable: efecto verdadero que se "
                 "hallaría con potencia de 80 %. Parear ahorra: cuántas veces más mundos pedirían semillas no pareadas. Pares "
                 "necesarios: réplicas que hallarían un efecto como este con potencia de 80 %. Las proporciones cambian en puntos "
                 "porcentuales. {none}: no definido.",
        "axis": "efecto pareado, intervalo de 95 %; puntos: réplicas",
    },
}


@dataclass(frozen=True)
class EffectsTable(Document):
    """``table``: :func:`analysis.effects.effects` and ``needed`` pairs. ``changes``: every pair's own effect."""

    PAGE = 130

    context: Context
    region: str
    table: pd.DataFrame
    changes: pd.DataFrame

    def title(self, lang: str) -> str:
        """Region, reference and replications."""
        return str(WORDS[lang]["title"]).format(region=self.context.region_caption(self.region, lang), reference=self.context.reference,
                                                n=len(self.changes))

    def grid(self, lang: str) -> Grid:
        """A row an outcome and scenario."""
        return Grid(tuple(WORDS[lang]["heads"]), tuple(_row(line, lang) for line in self.table.to_dict("records")))

    def notes(self, lang: str) -> list[str]:
        """What the columns mean."""
        return [str(WORDS[lang]["notes"]).format(none=WORDS[lang]["none"])]

    def draw(self, lang: str = "en") -> Figure:
        """A panel an outcome: every scenario's effect with its interval, and the effects of single pairs."""
        names = list(dict.fromkeys(self.table["indicator"]))
        scenarios = list(dict.fromkeys(self.table["scenario"]))
        rows = -(-len(names) // PANELS)
        figure = Figure(figsize=(10.5, 0.9 + rows * (0.9 + 0.33 * len(scenarios))), layout="constrained")
        grid = figure.subplots(rows, PANELS, sharey=True, squeeze=False)
        for ax in grid.flat[len(names):]:
            ax.set_axis_off()
        for ax, name in zip(grid.flat, names, strict=False):
            self._panel(ax, name, scenarios, lang)
        figure.suptitle(self.title(lang), fontsize=11)
        figure.supxlabel(str(WORDS[lang]["axis"]), fontsize=8)
        return figure

    def _panel(self, ax: Axes, name: str, scenarios: Sequence[str], lang: str) -> None:
        shown = labels.outcome(name, lang)
        rows = self.table[self.table["indicator"] == name].set_index("scenario").loc[list(scenarios)]
        places = np.arange(len(scenarios))
        for place, scenario in enumerate(scenarios):
            own = shown.times * self.changes[name, scenario].dropna().to_numpy(float)
            ax.plot(own, np.full(own.size, place + BELOW), "o", color=PALETTE[5], markersize=3, alpha=0.7)
        ends = shown.times * np.stack([rows["effect"] - rows["low"], rows["high"] - rows["effect"]])
        ax.errorbar(shown.times * rows["effect"], places, xerr=np.nan_to_num(ends), fmt="D", color=PALETTE[0], markersize=4, capsize=3)
        ax.axvline(0, color="black", linewidth=0.8)
        ax.set_yticks(places, [scenario.replace("_", " ") for scenario in scenarios], fontsize=8)
        ax.set_ylim(len(scenarios) - 0.5, -0.5)
        unit = shown.change(lang)
        ax.set_title(textwrap.fill(shown.caption + (f" ({unit})" if unit else ""), 44), fontsize=8)
        ax.xaxis.set_major_locator(MaxNLocator(nbins=5))
        ax.ticklabel_format(axis="x", style="plain", useOffset=False)
        ax.tick_params(axis="x", labelsize=7)
        plain(ax)


def effects_table(results: Results, outcomes: Sequence[str] = OUTCOMES, region: str | None = None) -> EffectsTable:
    """The table of an experiment of named scenarios. Raises InputError for an unknown outcome, or a lone scenario."""
    context = Context(results)
    region = region or context.region
    if len(context.scenarios) < 2:
        raise InputError("there is one scenario and so no effect; run another beside it")
    last = metrics(results, region)
    unknown = [name for name in outcomes if name not in last]
    if unknown:
        raise InputError(f"{unknown[0]!r} is no outcome of these results; known are {', '.join(last.columns)}")
    table = effects(results, region, outcomes, reference=context.reference)
    table["needed"] = list(map(pairs_for_power, table["effect"].to_list(), table["spread"].to_list()))
    return EffectsTable(context, region, table.sort_values("indicator", key=lambda names: names.map(list(outcomes).index), kind="stable",
                                                           ignore_index=True), differences(last[list(outcomes)], context.reference))


def _row(line: dict[Any, Any], lang: str) -> tuple[Cell, ...]:
    said: Any = WORDS[lang]
    shown = labels.outcome(line["indicator"], lang)
    digits = labels.digits(shown.times * np.array([line["effect"], line["low"], line["high"]]))

    def told(value: float, places: int = digits, sign: bool = False) -> str:
        return said["none"] if np.isnan(value) else number(value, places, lang, sign)

    low, high = (told(shown.times * line[name]) for name in ("low", "high"))
    effect = (told(shown.times * line["effect"], sign=True), *([] if np.isnan(line["low"]) else [said["to"].format(low=low, high=high)]))
    share = said["none"] if np.isnan(line["sign_share"]) else f"{told(100 * line['sign_share'], 0)} %"
    saved = said["none"] if np.isnan(line["variance_ratio"]) else said["times"].format(value=told(line["variance_ratio"], 1))
    return ((shown.caption + (f", {shown.unit}" if shown.unit else ""),), (line["scenario"].replace("_", " "),), effect,
            (told(line["size"], 1, sign=True),), (share,), (probability(line["p_adjusted"], lang),),
            (told(shown.times * line["minimum_detectable"]),), (saved,), (_pairs(line["needed"], lang),))


def _pairs(needed: float, lang: str) -> str:
    said: Any = WORDS[lang]
    if np.isnan(needed):
        return str(said["none"])
    return number(needed, 0, lang) if needed <= MOST_PAIRS else str(said["many"]).format(value=number(MOST_PAIRS, 0, lang))
