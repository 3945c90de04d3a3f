"""``encadena analyse``: the statistics that fit what a folder holds, printed, saved and drawn."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd
from matplotlib.figure import Figure

from analysis import fans, labels
from analysis.asked import check_recorded, check_scenarios
from analysis.context import Context
from analysis.effects import years_of
from analysis.effects_table import MANY, OUTCOMES, effects_table
from analysis.regimes import draw_regime_map, regime_map
from analysis.sensitivity import figures, first_order, main_effects, morris, one_at_a_time, sobol, tables
from analysis.sensitivity.result import Sensitivity
from analysis.sensitivity.sweep import FACTORIAL, LIST, MORRIS, ONE_AT_A_TIME, SAMPLE, SOBOL, drawn, plan_of
from analysis.tipping import draw_tipping
from analysis.uncertainty import draw_uncertainty
from sim.errors import OK, InputError
from sim.experiment import store
from sim.experiment.results import Results
from sim.experiment.results import open as open_results
from sim.indicators import ASKED_WITH
from sim.roots import path_of
from sim.wording import LANGUAGES

METHODS: dict[str, Callable[[pd.DataFrame, str, pd.DataFrame | None], Sensitivity]] = {
    SOBOL: sobol, ONE_AT_A_TIME: one_at_a_time, FACTORIAL: main_effects, SAMPLE: first_order}
SPREAD_OVER_RANGES = (SOBOL, SAMPLE)
KEYS = {"outcome": "NAME", "region": "NAME", "scenario": "A,B"}
SAID = {"en": "Written into {folder}: {files}", "es": "Escrito en {folder}: {files}"}


@dataclass(frozen=True)
class Report:
    """What is printed and saved: texts, numbers and figures by file name (without suffix)."""

    text: str
    markdown: str
    name: str
    table: pd.DataFrame
    figures: dict[str, Figure]

    def save(self, folder: Path, lang: str = "en") -> list[str]:
        """Write all into the folder; returns the files. Raises InputError when the disk refuses."""
        store.write_texts(folder, {f"{self.name}.csv": self.table.to_csv(index=False).encode(), f"{self.name}.md": self.markdown.encode()},
                          "", "analyse a copy of it")
        drawn = [fans.save(figure, folder / "figures" / f"{name}.png", lang) for name, figure in self.figures.items()]
        return [f"{self.name}.csv", f"{self.name}.md", *(f"figures/{path.name}" for path in drawn)]


def analyse(words: Sequence[str], lang: str = "en") -> int:
    """Carry out ``encadena analyse FOLDER [outcome=NAME] [region=NAME] [scenario=A,B]``; the exit code. Raises InputError."""
    folder, asked = _understood(words)
    chosen = [name.strip() for name in asked["scenario"].split(",")] if "scenario" in asked else []
    found = report(open_results(folder), lang, asked.get("outcome"), asked.get("region"), chosen)
    files = found.save(folder, lang)
    print(found.text)
    print(SAID[lang].format(folder=folder, files=", ".join(files)))
    return OK


def _understood(words: Sequence[str]) -> tuple[Path, dict[str, str]]:
    folders = [word for word in words if "=" not in word]
    asked = dict(word.split("=", 1) for word in words if "=" in word)
    if len(folders) != 1:
        raise InputError(f"analyse takes one folder, not {len(folders)}; write for example `encadena analyse outputs/main`")
    unknown = [key for key in asked if key not in KEYS]
    if unknown:
        known = ", ".join(f"{key}={value}" for key, value in KEYS.items())
        raise InputError(f"{unknown[0]!r} is nothing that analyse knows; write one of {known}")
    return path_of(folders[0], folders[0]), asked


def report(results: Results, lang: str = "en", outcome: str | None = None, region: str | None = None,
           scenarios: Sequence[str] = ()) -> Report:
    """The statistics that fit the rows: paired effects of named scenarios (none: all), or the sensitivity analysis of a sweep.

    Raises InputError for an unknown outcome, region or scenario, or where there is too little to analyse.
    """
    design = getattr(results, "design", None)
    plan = plan_of(drawn(results.runs, design))
    if plan == LIST:
        check_scenarios(results, scenarios)
        return _of_scenarios(results, lang, outcome, region, scenarios)
    if region is not None:
        raise InputError("region: a sweep keeps final outcomes of the focal region alone; leave the word out")
    if scenarios:
        raise InputError("scenario: the rows of a sweep are analysed together; leave the word out")
    return _of_sweep(results, outcome or labels.INDEX, plan, lang, design)


def _of_scenarios(results: Results, lang: str, outcome: str | None, region: str | None, scenarios: Sequence[str]) -> Report:
    many = len(scenarios or results.scenarios) - 1 > MANY
    outcomes = [outcome] if outcome is not None else [labels.INDEX] if many else OUTCOMES
    found = effects_table(results, outcomes, region, scenarios)
    part = ["chosen"] if scenarios else []
    name = "_".join(["effects", *filter(None, (outcome, region)), *part])
    times = "_".join(["tipping", *filter(None, (region,)), *part])
    shown = found.most_different if many else found.scenarios
    pictures = {name: found.draw(lang)}
    if results.part("series", (labels.REGIME,), region=found.region)[labels.REGIME].notna().any():
        pictures[times] = draw_tipping(results, lang, region, shown)
    return Report(found.text(lang), found.markdown(lang), name, found.in_units(), pictures)


def _of_sweep(results: Results, outcome: str, plan: str, lang: str, design: pd.DataFrame | None) -> Report:
    check_recorded(results, outcome)
    context, focal = Context(results), results.provenance["world"]["focal"]
    told = {each: ", ".join([context.region_caption(focal, each), *context.worlds_told(each, years_of([outcome])).values()])
            for each in LANGUAGES}
    analysed = morris(results.runs, outcome, design, results.ranges) if plan == MORRIS else METHODS[plan](results.runs, outcome, design)
    found = replace(analysed, worlds=told,
                    called={each: context.called(each) for each in LANGUAGES})
    name = f"{plan}_{outcome}"
    pictures = {name: figures.draw(found, lang)}
    if plan in SPREAD_OVER_RANGES and outcome not in ASKED_WITH:
        pictures[f"fans_{outcome}"] = draw_uncertainty(results, outcome, lang, focal)
    if plan == FACTORIAL:
        with suppress(InputError):  # fewer than two numbers vary
            pictures["regimes"] = draw_regime_map(regime_map(results.runs), lang, told[lang], context.called(lang))
    return Report(tables.text(found, lang), tables.markdown(found, lang), name, tables.in_units(found), pictures)
