"""``encadena analyse``: the statistics that fit what a folder holds, printed, saved and drawn."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
from matplotlib.figure import Figure

from analysis import fans, labels
from analysis.effects_table import OUTCOMES, effects_table
from analysis.regimes import draw_regime_map, regime_map
from analysis.sensitivity import figures, first_order, main_effects, morris, one_at_a_time, sobol, tables
from analysis.sensitivity.result import Sensitivity
from analysis.sensitivity.sweep import FACTORIAL, LIST, MORRIS, ONE_AT_A_TIME, SAMPLE, SOBOL, Sweep, plan_of, read
from analysis.tipping import draw_tipping
from analysis.uncertainty import draw_uncertainty
from sim.errors import InputError
from sim.experiment import store
from sim.experiment.results import Results
from sim.experiment.results import open as open_results

METHODS: dict[str, Callable[[pd.DataFrame, str, pd.DataFrame | None], Sensitivity]] = {
    SOBOL: sobol, MORRIS: morris, ONE_AT_A_TIME: one_at_a_time, FACTORIAL: main_effects, SAMPLE: first_order}
SPREAD_OVER_RANGES = (SOBOL, SAMPLE)
KEYS = ("outcome", "region")
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
        store.write_texts(folder, {f"{self.name}.csv": self.table.to_csv(index=False).encode(), f"{self.name}.md": self.markdown.encode()})
        drawn = [fans.save(figure, folder / "figures" / f"{name}.png", lang) for name, figure in self.figures.items()]
        return [f"{self.name}.csv", f"{self.name}.md", *(f"figures/{path.name}" for path in drawn)]


def analyse(words: Sequence[str], lang: str = "en") -> int:
    """Carry out ``encadena analyse FOLDER [outcome=NAME] [region=NAME]``; the exit code. Raises InputError."""
    folder, asked = _understood(words)
    found = report(open_results(folder), lang, asked.get("outcome"), asked.get("region"))
    print(found.text)
    print(SAID[lang].format(folder=folder, files=", ".join(found.save(folder, lang))))
    return 0


def _understood(words: Sequence[str]) -> tuple[Path, dict[str, str]]:
    folders = [word for word in words if "=" not in word]
    asked = dict(word.split("=", 1) for word in words if "=" in word)
    if len(folders) != 1:
        raise InputError(f"analyse takes one folder, not {len(folders)}; write for example `encadena analyse outputs/main`")
    unknown = [key for key in asked if key not in KEYS]
    if unknown:
        raise InputError(f"{unknown[0]!r} is nothing that analyse knows; write {' or '.join(f'{key}=NAME' for key in KEYS)}")
    return Path(folders[0]).expanduser(), asked


def report(results: Results, lang: str = "en", outcome: str | None = None, region: str | None = None) -> Report:
    """The statistics that fit the rows: paired effects of named scenarios, or the sensitivity analysis of a sweep.

    Raises InputError for an unknown outcome or region, or where there is too little to analyse.
    """
    design = getattr(results, "design", None)
    sweep = read(results.runs, outcome or labels.INDEX, design)
    plan = plan_of(sweep)
    if plan == LIST:
        return _of_scenarios(results, lang, outcome, region)
    if region is not None:
        raise InputError("region: a sweep keeps final outcomes of the focal region alone; leave the word out")
    return _of_sweep(results, sweep, plan, lang, design)


def _of_scenarios(results: Results, lang: str, outcome: str | None, region: str | None) -> Report:
    found = effects_table(results, OUTCOMES if outcome is None else [outcome], region)
    name = "_".join(["effects", *filter(None, (outcome, region))])
    times = "_".join(["tipping", *filter(None, (region,))])
    drawn = {name: found.draw(lang), times: draw_tipping(results, lang, region=region)}
    return Report(found.text(lang), found.markdown(lang), name, found.table, drawn)


def _of_sweep(results: Results, sweep: Sweep, plan: str, lang: str, design: pd.DataFrame | None) -> Report:
    found = METHODS[plan](results.runs, sweep.output, design)
    name = f"{plan}_{sweep.output}"
    drawn = {name: figures.draw(found, lang)}
    if plan in SPREAD_OVER_RANGES:
        drawn[f"fans_{sweep.output}"] = draw_uncertainty(results, sweep.output, lang)
    if plan == FACTORIAL:
        with suppress(InputError):  # fewer than two numbers vary
            drawn["regimes"] = draw_regime_map(regime_map(results.runs), lang)
    return Report(tables.text(found, lang), tables.markdown(found, lang), name, found.table, drawn)
