"""The table of a first run: what each scenario changes in one region, pair by pair, against the baseline."""

import textwrap
from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from analysis import labels
from analysis.asked import lasting
from analysis.context import Context
from analysis.effects import LAST_YEARS, Effect, aligned, mean_interval, metrics, pair, ratio
from analysis.grid import Cell, Grid
from analysis.wording import ASKED_HEADS, COMPONENT_HEADS, COST, INDICATOR_COLUMNS, REGIME, REGIMES, SPEND, SPEND_COUNTRY, WORDS, Column
from sim.experiment import store
from sim.experiment.results import Results
from sim.indicators import BY_NAME, INDEX_COMPONENTS, scaled
from sim.wording import number, quantity

WIDTH = 120
MOST_COLUMNS = 6
"""Scenarios that a table of 120 characters shows side by side."""
JOBS = "local_jobs"
INDEX = "cluster_index"


@dataclass(frozen=True)
class Comparison:
    """The table as text, Markdown and numbers. ``values``, ``parts`` and ``asked`` (indicators that need a twin world; no
    columns unless they were recorded) have a row a (scenario, replication)."""

    context: Context
    values: pd.DataFrame
    parts: pd.DataFrame
    asked: pd.DataFrame
    years: int

    @property
    def others(self) -> list[str]:
        """The scenarios that are compared with the reference."""
        return [scenario for scenario in self.context.scenarios if scenario != self.context.reference]

    def frame(self) -> pd.DataFrame:
        """Numbers behind the table: scenario, measure, unit, the :class:`Effect` and, for a ratio, its bounds."""
        rows = [self._record(scenario, column) for scenario in self.others for column in _columns() if column is not COST]
        rows += [{"scenario": scenario, "measure": f"component_{name}", "unit": "scaled"}
                 | asdict(pair(self.parts[name], self.context.reference, scenario))
                 for scenario in self.others for name in INDEX_COMPONENTS]
        for scenario in self.others:
            cost, low, high = self._cost(scenario)
            rows.append({"scenario": scenario, "measure": COST.name, "unit": COST.unit, "effect": cost, "low": low, "high": high})
        return pd.DataFrame(rows, columns=["scenario", "measure", "unit", *Effect.__dataclass_fields__])

    def _record(self, scenario: str, column: Column) -> dict[str, object]:
        values = self.values[column.name] * column.factor
        return {"scenario": scenario, "measure": column.name, "unit": column.unit} | asdict(
            pair(values, self.context.reference, scenario))

    # ---- as text ---------------------------------------------------------------------------------------------------
    def text(self, lang: str = "en", width: int = WIDTH) -> str:
        """For a terminal of ``width`` characters."""
        said = self._said(lang)
        blocks = [f"{said['title']}\n{_wrap(self._how(lang), width)}", self.table(lang).text(width),
                  *([_wrap(said[self._parts()], width), self.components(lang).text(width)] if self._components() else []),
                  *([_wrap(said["asked"], width), self.lasting(lang).text(width)] if self.asked.columns.size else []),
                  "\n".join(_wrap(line, width) for line in [said["notes"], *self._captions(lang), *self._warnings(lang)])]
        return "\n\n".join(blocks) + "\n"

    def markdown(self, lang: str = "en", parts: bool = True) -> str:
        """As Markdown; without ``parts`` the table and its notes alone, no components of the index and no captions."""
        said = self._said(lang)
        listed = ["\n".join(f"- {line}" for line in self._captions(lang))] if parts else []
        components = [said[self._parts()], self.components(lang).markdown()] if parts and self._components() else []
        components += [said["asked"], self.lasting(lang).markdown()] if self.asked.columns.size else []
        return "\n\n".join([f"# {said['title']}", self._how(lang), self.table(lang).markdown(), *components, said["notes"], *listed,
                            *self._warnings(lang)]) + "\n"

    def save(self, folder: Path, lang: str = "en") -> None:
        """Write ``comparison.csv`` and ``comparison.md``. Raises InputError when the disk refuses."""
        numbers = self.frame().to_csv(index=False).encode()
        store.write_texts(folder, {"comparison.csv": numbers, "comparison.md": self.markdown(lang).encode()})

    def table(self, lang: str) -> Grid:
        """A row a scenario, the reference first."""
        said, columns = WORDS[lang], [column for column in _columns() if self._defined(JOBS if column is COST else column.name)]
        heads = [_head(column, lang) for column in columns]
        levels = [self._level(column, lang) for column in columns]
        rows = [((self.context.reference,), *levels)]
        rows += [((scenario,), *(self._change(scenario, column, lang) for column in columns)) for scenario in self.others]
        return Grid((said["scenario"], *heads), tuple(rows))

    def _many(self) -> bool:
        return len(self.others) > MOST_COLUMNS

    def _parts(self) -> str:
        return "many_parts" if self._many() else "parts"

    def components(self, lang: str) -> Grid:
        """The index and its components: a row each, or, where scenarios are many, a row a scenario."""
        return self._scenarios_by_component(lang) if self._many() else self._components_by_scenario(lang)

    def _scenarios_by_component(self, lang: str) -> Grid:
        names = self._components()
        heads = (WORDS[lang]["scenario"], *(COMPONENT_HEADS[name][lang == "es"] for name in names))
        levels = [_level_cell(self._of_reference(self.parts[name]), 2, lang) for name in names]
        rows: list[tuple[Cell, ...]] = [((self.context.reference,), *levels)]
        rows += [((other,), *(_effect_cell(pair(self.parts[name], self.context.reference, other), 2, lang) for name in names))
                 for other in self.others]
        return Grid(heads, tuple(rows))

    def _components_by_scenario(self, lang: str) -> Grid:
        """A row a component of the index, and the index: thresholds, level, scaled value, changes by scenario."""
        said, reference = WORDS[lang], self.context.reference
        heads = (said["component"], said["thresholds"], said["raw"], *_breakable([reference, *self.others]))
        rows: list[tuple[Cell, ...]] = []
        for name in self._components():
            changes = [_effect_cell(pair(self.parts[name], reference, scenario), 2, lang) for scenario in self.others]
            rows.append((*self._component(name, lang), _level_cell(self._of_reference(self.parts[name]), 2, lang), *changes))
        return Grid(heads, tuple(rows))

    def _component(self, name: str, lang: str) -> tuple[Cell, Cell, Cell]:
        if name == INDEX:
            return (WORDS[lang]["index"],), ("",), ("",)
        indicator = BY_NAME[name]
        factor, digits, sign = (100, 0, " %") if indicator.unit == "share" else (1, 1, "")
        bounds = "; ".join(number((bound or 0.0) * factor, digits, lang) + sign for bound in (indicator.enclave, indicator.cluster))
        level = mean_interval(self._of_reference(self.values[name]))[0]
        told = WORDS[lang]["none"] if np.isnan(level) else number(level * factor, digits + 1, lang) + sign
        return (indicator.caption if lang == "en" else indicator.caption_es,), (bounds,), (told,)

    def lasting(self, lang: str) -> Grid:
        """Indicators that need a twin world: a row a scenario, levels with their intervals."""
        shown = {str(name): labels.outcome(str(name), lang) for name in self.asked.columns}
        bounds = [("; ".join(number((bound or 0.0) * one.times, one.places or 0, lang)
                             for bound in (BY_NAME[name].enclave, BY_NAME[name].cluster)),) for name, one in shown.items()]
        rows: list[tuple[Cell, ...]] = [((WORDS[lang]["bounds"],), *bounds)]
        rows += [((scenario,), *(_level_cell(_of(self.asked[name], scenario) * one.times, one.places or 0, lang)
                                 for name, one in shown.items())) for scenario in self.context.scenarios]
        return Grid((WORDS[lang]["scenario"], *(ASKED_HEADS[name][lang == "es"] for name in shown)), tuple(rows))

    # ---- what a region has ----
    def _defined(self, name: str) -> bool:
        """Whether any world has a number for a measure."""
        return bool(self.values[name].notna().any())

    def _components(self) -> list[str]:
        """Components of the index that the region has, and the index if it has all."""
        return [name for name in (*INDEX_COMPONENTS, INDEX) if self.parts[name].notna().any()]

    def _undefined(self, lang: str) -> list[str]:
        """What the region has no number for, in words."""
        names = dict.fromkeys((*(column.name for column in INDICATOR_COLUMNS), *INDEX_COMPONENTS))
        told = [labels.outcome(name, lang).caption for name in names if not self._defined(name)]
        return told if self._defined(REGIME.name) else [*told, _head(REGIME, lang).split("|")[0]]

    # ---- cells -----------------------------------------------------------------------------------------------------
    def _level(self, column: Column, lang: str) -> Cell:
        if column is COST:
            return ("",)
        values = self._of_reference(self.values[column.name])
        return _regime_cell(values, lang) if column is REGIME else _level_cell(values * column.factor, column.digits, lang)

    def _change(self, scenario: str, column: Column, lang: str) -> Cell:
        if column is REGIME:
            return _regime_cell(_of(self.values[column.name], scenario), lang)
        if column is COST:
            return _cost_cell(*self._cost(scenario), self._single(), lang)
        return _effect_cell(pair(self.values[column.name] * column.factor, self.context.reference, scenario), column.digits, lang)

    def _cost(self, scenario: str) -> tuple[float, float, float]:
        spend, jobs = (aligned(self.values[name], self.context.reference, scenario) for name in (SPEND.name, JOBS))
        return ratio(spend[1] - spend[0], jobs[1] - jobs[0])

    def _unsure_jobs(self, lang: str) -> list[str]:
        """Scenarios with an interval of the change of jobs that does not lie above zero, so that their cost a job has no bounds."""
        found = {scenario: pair(self.values[JOBS], self.context.reference, scenario) for scenario in self.others}
        return [f"{scenario} {number(jobs.low, 0, lang)} {WORDS[lang]['to']} {number(jobs.high, 0, lang)}"
                for scenario, jobs in found.items() if jobs.low <= 0]

    def _of_reference(self, values: "pd.Series[float]") -> "pd.Series[float]":
        return _of(values, self.context.reference)

    # ---- words -----------------------------------------------------------------------------------------------------
    def _said(self, lang: str) -> dict[str, str]:
        context = self.context
        facts = {
            "region": context.region_caption(context.region, lang), "reference": context.reference,
            "first": context.first_year(self.years), "last": context.last_year,
            "scale": quantity(context.scale, lang),
            "n": len(self._of_reference(self.values[JOBS])), "policy": context.first_policy_year(), "none": WORDS[lang]["none"],
            "equal": ", ".join(self._equal()), "given": "; ".join(context.given()), "jobs": "; ".join(self._unsure_jobs(lang)),
            "undefined": "; ".join(self._undefined(lang)),
        }
        return {key: words.format(**facts) for key, words in WORDS[lang].items()}

    def _how(self, lang: str) -> str:
        """How to read the table, and what it leaves out."""
        said = self._said(lang)
        return f"{said['how']} {said['undefined']}" if self._undefined(lang) else said["how"]

    def _captions(self, lang: str) -> list[str]:
        return [f"{scenario}: {self.context.scenario_caption(scenario, lang)}" for scenario in self.context.scenarios]

    def _warnings(self, lang: str) -> list[str]:
        """What a reader should bear in mind of these very numbers."""
        context, said = self.context, self._said(lang)
        due = {
            "jobs": not self._many() and bool(self._unsure_jobs(lang)),
            "given": bool(context.given()), "part": context.scale < 1, "small": context.is_small(),
            "few": self._single(), "equal": bool(self._equal()),
            "early": any((context.policy_from(scenario) or 0) > context.first_year(self.years) for scenario in self.others)}
        return [said[name] for name, holds in due.items() if holds]

    def _single(self) -> bool:
        return len(self._of_reference(self.values[JOBS])) == 1

    def _equal(self) -> list[str]:
        """Scenarios whose worlds are those of the reference in every measure."""
        worlds = {str(name): found.droplevel("scenario") for name, found in self.values.groupby(level="scenario", observed=True)}
        same = worlds[self.context.reference]
        return [name for name in self.others if name in worlds and worlds[name].equals(same)]


def compare(results: Results, years: int = LAST_YEARS) -> Comparison:
    """Compare all scenarios with the reference in the region of the experiment, over its last years.

    Raises InputError when the reference has no whole run.
    """
    context = Context(results)
    values = metrics(results, context.region, years)
    values[REGIME.name] = _last_regime(results, context.region)
    values[SPEND.name] = _spend(results, context, region=context.region)
    values[SPEND_COUNTRY.name] = _spend(results, context)
    return Comparison(context, values, _scaled_parts(results, context.region, years), lasting(results), years)


def _spend(results: Results, context: Context, **where: str) -> "pd.Series[float]":
    """Public spend from the first policy year on, by world, in the country or ``where``."""
    wide = results.part("series", ["public_spend"], **where)
    wide = wide[wide["quarter"].dt.year >= context.first_policy_year()]
    totals: pd.Series[float] = wide.groupby(["scenario", "replication"], observed=True)["public_spend"].sum()
    return totals


def _last_regime(results: Results, region: str) -> "pd.Series[float]":
    return results.part("series", region=region).groupby(["scenario", "replication"], observed=True)["regime"].last()


def _scaled_parts(results: Results, region: str, years: int) -> pd.DataFrame:
    """Components of the index on its scale, and the index: means of the last years in which it was taken."""
    wide = results.part("series", region=region)
    wide = wide[wide["quarter"].dt.month == 12]
    parts = wide[["run_key", "scenario", "replication", "quarter", "region"]].assign(
        **{name: scaled(name, wide[name].to_numpy()) for name in INDEX_COMPONENTS}, **{INDEX: wide[INDEX]})
    last = parts["quarter"].dt.year > parts["quarter"].dt.year.max() - years
    means: pd.DataFrame = parts[last].groupby(["scenario", "replication"], observed=True)[[*INDEX_COMPONENTS, INDEX]].mean()
    return means


def _of(values: "pd.Series[float]", scenario: str) -> "pd.Series[float]":
    return values[values.index.get_level_values("scenario") == scenario]


def _columns() -> tuple[Column, ...]:
    return (*INDICATOR_COLUMNS, REGIME, SPEND, SPEND_COUNTRY, COST)


def _head(column: Column, lang: str) -> str:
    return column.head if lang == "en" else column.head_es


def _breakable(names: Iterable[str]) -> list[str]:
    return [name.replace("_", "_|") for name in names]


def _level_cell(values: "pd.Series[float]", digits: int, lang: str) -> Cell:
    mean, low, _ = mean_interval(values)
    if np.isnan(mean):
        return (WORDS[lang]["none"],)
    return number(mean, digits, lang), *_half_width(mean - low, digits, lang)


def _effect_cell(effect: Effect, digits: int, lang: str) -> Cell:
    if np.isnan(effect.effect):
        return (WORDS[lang]["none"],)
    return number(effect.effect, digits, lang, sign=True), *_half_width(effect.effect - effect.low, digits, lang)


def _half_width(margin: float, digits: int, lang: str) -> Cell:
    return () if np.isnan(margin) else (f"±{number(margin, digits, lang)}",)


def _cost_cell(cost: float, low: float, high: float, single: bool, lang: str) -> Cell:
    """A ratio with its bounds; without bounds it is told of a single replication alone, which has none anywhere."""
    if np.isnan(cost) or (np.isnan(low) and not single):
        return (WORDS[lang]["none"],)
    return (number(cost, 0, lang), *(() if single else (f"≥{number(low, 0, lang)}", f"≤{number(high, 0, lang)}")))


def _regime_cell(values: "pd.Series[float]", lang: str) -> Cell:
    known = Counter(int(value) for value in values.dropna())
    if not known:
        return (WORDS[lang]["none"],)
    worlds = max(known.values())
    most = [regime for regime, count in known.items() if count == worlds]
    name = REGIMES[lang][most[0]] if len(most) == 1 else WORDS[lang]["tie"]
    return name, f"{worlds} {WORDS[lang]['of']} {known.total()}"


def _wrap(text: str, width: int) -> str:
    return textwrap.fill(text, width, break_long_words=False, break_on_hyphens=False)
