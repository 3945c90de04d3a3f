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
from analysis.asked import check_recorded, hint
from analysis.context import Context
from analysis.effects import differences, effects, metrics, years_of
from analysis.fans import PALETTE, plain
from analysis.grid import Cell, Document, Grid
from analysis.planning import pairs_for_power
from analysis.wording import INDICATOR_COLUMNS, probability
from analysis.wording import WORDS as COMPARED
from sim.errors import InputError
from sim.experiment.results import Results
from sim.indicators import ASKED_WITH
from sim.wording import counted, number

OUTCOMES = tuple(column.name for column in INDICATOR_COLUMNS)
PANELS = 3
NAME_CHARACTERS = 44
MANY = 12
"""Scenarios from which on they are sorted by their effect."""
MOST_LINES = 7
"""Scenarios that a figure of courses has room for."""
ROW_INCHES, DENSE_INCHES = 0.42, 0.24
MOST_PAIRS, MOST_SAVED = 100_000, 1000
BELOW = 0.25
"""Where the effects of single pairs stand, in rows below the interval."""
WORDS: dict[str, dict[str, Any]] = {
    "en": {
        "heads": ("Outcome", "Scenario", "Effect and|95 % interval", "Size", "Sign", "p,|adjusted", "Detect-|able", "Pairing|saves",
                  "Pairs|needed"),
        "title": "{region}, {years}; paired effects against {reference}; {n}; {scale}",
        "sorted": "{n}, the largest effect first. Choose some of them with scenario=A,B (with all outcomes), or another outcome with "
                  "outcome=NAME.",
        "nothing": "{n} without an effect that shows (effect and interval are {zero}): {names}.",
        "to": "{low} to {high}", "none": "n/a", "times": "{value} x", "many": ">{value}",
        "notes": "Size: in standard deviations of single worlds. Sign: replications whose own effect has the sign of the mean. p: "
                 "two-sided paired t test, adjusted over this table to a false discovery rate (Benjamini-Yekutieli): of the rows "
                 "below 0.05, one in twenty is expected to be a false alarm. Detectable: true effect found with a power of 80 %. "
                 "Pairing saves: how many times more worlds unpaired seeds would need. Pairs needed: replications that would find "
                 "an effect such as this with a power of 80 %. Shares change by percentage points. {none}: not defined.",
        "axis": "paired effect{unit}, 95 % interval; dots: replications", "left": "; {n} without an effect that shows left out",
    },
    "es": {
        "heads": ("Resultado", "Escenario", "Efecto e|intervalo 95 %", "Tamaño", "Signo", "p,|ajustada", "Detec-|table", "Parear|ahorra",
                  "Pares|necesarios"),
        "title": "{region}, {years}; efectos pareados respecto de {reference}; {n}; {scale}",
        "sorted": "{n}, primero el de mayor efecto. Elija algunos con scenario=A,B (con todos los resultados), u otro resultado con "
                  "outcome=NOMBRE.",
        "nothing": "{n} sin efecto visible (efecto e intervalo son {zero}): {names}.",
        "to": "{low} a {high}", "none": "n/d", "times": "{value} x", "many": ">{value}",
        "notes": "Tamaño: en desviaciones estándar de mundos individuales. Signo: réplicas cuyo efecto tiene el signo del "
                 "promedio. p: prueba t pareada de dos colas, ajustada en esta tabla a una tasa de falsos hallazgos (Benjamini-"
                 "Yekutieli): de las filas bajo 0,05, una de cada veinte sería falsa alarma. Detectable: efecto verdadero que se "
                 "hallaría con potencia de 80 %. Parear ahorra: cuántas veces más mundos pedirían semillas no pareadas. Pares "
                 "necesarios: réplicas que hallarían un efecto como este con potencia de 80 %. Las proporciones cambian en puntos "
                 "porcentuales. {none}: no definido.",
        "axis": "efecto pareado{unit}, intervalo de 95 %; puntos: réplicas", "left": "; {n} sin efecto visible no se muestran",
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
    undefined: tuple[str, ...] = ()
    """Outcomes that no world has a number for."""

    @property
    def outcomes(self) -> list[str]:
        """Names of the outcomes, in order."""
        return list(dict.fromkeys(self.table["indicator"]))

    @property
    def scenarios(self) -> list[str]:
        """Names of the compared scenarios, in order."""
        return list(dict.fromkeys(self.table["scenario"]))

    @property
    def most_different(self) -> list[str]:
        """The scenarios with the largest effects on the first outcome, up or down, in the order of the table."""
        first = self.table[self.table["indicator"] == self.outcomes[0]]
        largest = first.loc[first["effect"].abs().sort_values(ascending=False, kind="stable").index[:MOST_LINES], "scenario"].tolist()
        return [name for name in self.scenarios if name in largest]

    def title(self, lang: str) -> str:
        """Region, years, reference, replications and scale; a lone outcome as well."""
        told = str(WORDS[lang]["title"]).format(
            region=self.context.region_caption(self.region, lang), reference=self.context.reference,
            n=counted(len(self.changes), "replication", lang), **self.context.worlds_told(lang, years_of(self.outcomes)))
        return f"{labels.outcome(self.outcomes[0], lang).label}\n{told}" if len(self.outcomes) == 1 else told

    def grid(self, lang: str) -> Grid:
        """A row an outcome and scenario; a lone outcome stands in the title."""
        alone, heads = len(self.outcomes) == 1, WORDS[lang]["heads"]
        table = self.table[~self.table["scenario"].isin(self.nothing)]
        rows = [_row(line, self._digits(line["indicator"]), alone, lang) for line in table.to_dict("records")]
        return Grid(tuple(heads[alone:]), tuple(row[alone:] for row in rows))

    @property
    def nothing(self) -> list[str]:
        """Where scenarios are many: those of whose effects and intervals the table's decimals would leave nothing."""
        if len(self.scenarios) <= MANY:
            return []
        ends = self.in_units()[["effect", "low", "high"]].abs().fillna(0.0).max(axis=1)
        seen = [number(end, self._digits(name), "en").strip("0.") != "" for end, name in zip(ends, self.table["indicator"], strict=True)]
        return [name for name in self.scenarios if name not in set(self.table.loc[seen, "scenario"])]

    def _digits(self, outcome: str) -> int:
        """Decimals that all effects on an outcome are written with: those of the table of a run, where it has them."""
        shown, rows = labels.outcome(outcome, "en"), self.table[self.table["indicator"] == outcome]
        return shown.places if shown.places is not None else labels.digits(shown.times * rows[["effect", "low", "high"]].to_numpy().ravel())

    def notes(self, lang: str) -> list[str]:
        """How many scenarios are sorted and show nothing, what is not defined, what the columns mean, and what the names stand for."""
        said, nothing, many = WORDS[lang], self.nothing, len(self.scenarios) > MANY
        zero = number(0.0, self._digits(self.outcomes[0]), lang)
        undefined = "; ".join(labels.outcome(name, lang).caption for name in self.undefined)
        region = self.context.region_caption(self.region, lang)
        return [said["sorted"].format(n=counted(len(self.scenarios), "scenario", lang)) if many else "",
                said["nothing"].format(n=counted(len(nothing), "scenario", lang), zero=zero, names=", ".join(nothing)) if nothing else "",
                COMPARED[lang]["undefined"].format(region=region, undefined=undefined) if undefined else "",
                str(said["notes"]).format(none=said["none"]),
                *(f"{name}: {self.context.scenario_caption(name, lang)}" for name in self.context.scenarios if not many)]

    def in_units(self) -> pd.DataFrame:
        """The numbers in the units that tables show, which stand in the column ``unit``."""
        shown = [labels.outcome(name, "en") for name in self.table["indicator"]]
        table = self.table.assign(unit=[one.unit or labels.INDEX_UNIT for one in shown])
        table[labels.AMOUNTS] = table[labels.AMOUNTS].mul([one.times for one in shown], axis=0)
        return table

    def draw(self, lang: str = "en") -> Figure:
        """A panel an outcome: every scenario's effect with its interval, and the effects of single pairs."""
        names, nothing = self.outcomes, self.nothing
        scenarios = [name for name in self.scenarios if name not in nothing]
        panels = min(PANELS, len(names))
        rows = -(-len(names) // panels)
        inches = ROW_INCHES if len(scenarios) <= MANY else DENSE_INCHES
        figure = Figure(figsize=(12.5 if panels > 1 else 9.0, 1.1 + rows * (0.9 + inches * len(scenarios))), layout="constrained")
        grid = figure.subplots(rows, panels, sharey=True, squeeze=False)
        for ax in grid.flat[len(names):]:
            ax.set_axis_off()
        for ax, name in zip(grid.flat, names, strict=False):
            self._panel(ax, name, scenarios, lang)
        figure.suptitle(self.title(lang), fontsize=11)
        unit = labels.outcome(names[0], lang).change(lang) if len(names) == 1 else ""
        left = WORDS[lang]["left"].format(n=counted(len(nothing), "scenario", lang)) if nothing else ""
        figure.supxlabel(WORDS[lang]["axis"].format(unit=f" ({unit})" if unit else "") + left, fontsize=8)
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
        names = [textwrap.fill(self.context.scenario_name(scenario, lang), NAME_CHARACTERS) for scenario in scenarios]
        ax.set_yticks(places, names, fontsize=7)
        ax.set_ylim(len(scenarios) - 0.5, -0.5)
        unit = shown.change(lang)
        if len(self.outcomes) > 1:
            ax.set_title(textwrap.fill(shown.caption + (f" ({unit})" if unit else ""), 44), fontsize=8)
        ax.xaxis.set_major_locator(MaxNLocator(nbins=5))
        ax.ticklabel_format(axis="x", style="plain", useOffset=False)
        ax.tick_params(axis="x", labelsize=7)
        plain(ax)


def effects_table(results: Results, outcomes: Sequence[str] = OUTCOMES, region: str | None = None,
                  scenarios: Sequence[str] = ()) -> EffectsTable:
    """The table of an experiment of named scenarios (none: all), sorted by the effect on the first outcome where they are many.

    Raises InputError for an unknown name, a lone scenario, or where nothing that was asked for is defined.
    """
    context = Context(results)
    region = region or context.region
    others = [name for name in scenarios or context.scenarios if name != context.reference]
    if not others:
        raise InputError("there is one scenario and so no effect; run another beside it")
    last = _measured(results, outcomes, region)
    undefined = tuple(name for name in outcomes if last[name].isna().all())
    outcomes = [name for name in outcomes if name not in undefined]
    if not outcomes:
        raise InputError(f"no world has a number for {undefined[0]!r} in region={region!r}; it asks for mines and suppliers there, or for "
                         "a later horizon")
    table = effects(results, region, outcomes, reference=context.reference, scenarios=others)
    table["needed"] = list(map(pairs_for_power, table["effect"].to_list(), table["spread"].to_list()))
    if table["effect"].isna().all():
        raise InputError(f"{outcomes[0]} is not defined in a world of {context.reference} and its pair in another scenario, so that it "
                         "shows no effect; choose another outcome, or run a later horizon")
    if len(others) > MANY:
        first = table[table["indicator"] == outcomes[0]].set_index("scenario")["effect"]
        others = first.sort_values(ascending=False, kind="stable").index.tolist()
    order = pd.MultiIndex.from_product([outcomes, others], names=["indicator", "scenario"])
    table = table.set_index(["indicator", "scenario"]).loc[order].reset_index()[table.columns]
    return EffectsTable(context, region, table, differences(last[list(outcomes)], context.reference), undefined)


def _measured(results: Results, outcomes: Sequence[str], region: str) -> pd.DataFrame:
    """Values of the outcomes by world. Raises InputError for a region or an outcome that the folder does not hold."""
    focal = results.provenance["world"]["focal"]
    last = metrics(results, region)
    for name in outcomes:
        check_recorded(results, name)
        if name in ASKED_WITH and region != focal:
            raise InputError(f"{name} is measured in the focal region alone; write region={focal}")
        if name not in last:
            raise InputError(f"{name!r} is no outcome of these results; {hint(name, last.columns)}")
    return last


def _row(line: dict[Any, Any], digits: int, alone: bool, lang: str) -> tuple[Cell, ...]:
    """Cells of one effect; its interval stands beside it where the outcome is alone, else below."""
    said: Any = WORDS[lang]
    shown = labels.outcome(line["indicator"], lang)

    def told(value: float, places: int = digits, sign: bool = False) -> str:
        return said["none"] if np.isnan(value) else number(value, places, lang, sign)

    low, high = (told(shown.times * line[name]) for name in ("low", "high"))
    effect = (told(shown.times * line["effect"], sign=True), *([] if np.isnan(line["low"]) else [said["to"].format(low=low, high=high)]))
    if alone and len(effect) > 1:
        effect = (f"{effect[0]} ({effect[1]})",)
    share = said["none"] if np.isnan(line["sign_share"]) else f"{told(100 * line['sign_share'], 0)} %"
    saved = said["none"] if np.isnan(line["variance_ratio"]) else said["times"].format(value=_saved(line["variance_ratio"], lang))
    return ((shown.caption + (f", {shown.unit}" if shown.unit else ""),), (line["scenario"],), effect,
            (told(line["size"], 1, sign=True),), (share,), (probability(line["p_adjusted"], lang),),
            (told(shown.times * line["minimum_detectable"]),), (saved,), (_pairs(line["needed"], lang),))


def _saved(ratio: float, lang: str) -> str:
    return number(ratio, 1, lang) if ratio <= MOST_SAVED else str(WORDS[lang]["many"]).format(value=number(MOST_SAVED, 0, lang))


def _pairs(needed: float, lang: str) -> str:
    said: Any = WORDS[lang]
    if np.isnan(needed):
        return str(said["none"])
    return number(needed, 0, lang) if needed <= MOST_PAIRS else str(said["many"]).format(value=number(MOST_PAIRS, 0, lang))
