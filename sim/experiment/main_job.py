"""The main job: run scenarios side by side, keep everything, tell what came of it."""

import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from sim.errors import OK
from sim.experiment import store
from sim.experiment.experiment import Experiment
from sim.experiment.job import opened, size, tell
from sim.experiment.outcome import DONE
from sim.experiment.results import Results
from sim.experiment.results import open as open_results
from sim.parameters import declared
from sim.policies.record import ProgrammeSpec
from sim.roots import path_of
from sim.settings import RunSettings
from sim.spec import Spec
from sim.wording import counted, quantity

Report = Callable[[Results, Path, str], None]
"""Saves and then prints what came of the runs in a folder."""
SAID = {
    "en": {
        "figures": "{count} in {folder}",
        "folder": "Tables, configuration and provenance are in {folder}",
        "unusual": "note: parameters.{name}={value} lies outside its plausible range, {low} to {high}",
    },
    "es": {
        "figures": "{count} en {folder}",
        "folder": "Tablas, configuración y procedencia están en {folder}",
        "unusual": "nota: parameters.{name}={value} está fuera de su rango plausible, {low} a {high}",
    },
}


def run_cases(specs: Sequence[Spec], settings: RunSettings, lang: str = "en") -> int:
    """Run the scenarios and tell the lives of the firms known by name; returns as :func:`run_scenarios` does."""
    from analysis.cases import report

    recording = tuple(dict.fromkeys((*settings.recording, "cases")))
    return run_scenarios(specs, replace(settings, recording=recording), lang, report=report)


def run_twins(spec: Spec, programmes: Sequence[tuple[ProgrammeSpec, Sequence[ProgrammeSpec]]], settings: RunSettings,
              lang: str = "en") -> int:
    """Try programmes firm by firm, save and print the table; returns the exit code.

    Raises InputError as :func:`run_scenarios` does, and for a folder that holds anything.
    """
    from analysis.treated import report
    from sim.experiment.treated import run_trials

    folder = _folder(settings.output)
    store.prepare(folder, goes_on=False)
    with store.locked(folder):
        report(run_trials(spec, programmes, settings, lang), folder, lang)
    return OK


def run_scenarios(specs: Sequence[Spec], settings: RunSettings, lang: str = "en", retry: bool = False, report: Report | None = None) -> int:
    """Run, save and tell (None: compare and draw) the scenarios; returns the exit code (0, 1 = some failed, 130 = Ctrl-C).

    A folder that holds part of the very same experiment is gone on with. Raises InputError when the specs, the settings
    or the output folder do not allow it, or the disk is full.
    """
    experiment = Experiment(specs, settings, also=_also_recorded)
    told = " ".join(experiment.design.scenarios)
    with opened(experiment, _folder(settings.output), "run", {"design": "run", "told": told}, lang) as job:
        try:
            tell(size(experiment, "scenario", lang), sys.stderr.isatty())
            for line in _unusual(specs, lang):
                tell(line)
            job.carry_out(retry)
            (report or _report)(open_results(job.folder), job.folder, lang)
        except KeyboardInterrupt:
            return job.tell_stopped()
        return job.tell_failures()


def _unusual(specs: Sequence[Spec], lang: str) -> Iterator[str]:
    """A line for every parameter that lies outside the range that its declaration calls plausible."""
    for name, item in declared().items():
        for value in sorted({getattr(spec.parameters, name) for spec in specs}):
            if not item.low <= value <= item.high:
                told = {"value": value, "low": item.low, "high": item.high}
                yield SAID[lang]["unusual"].format(name=name, **{key: quantity(number, lang) for key, number in told.items()})


def _also_recorded(spec: Spec) -> tuple[str, ...]:
    """What a scenario's own tables need."""
    from analysis.plan import recorded_for

    return recorded_for([programme.name for programme in spec.programmes], spec.world.name)


def _folder(output: str | None) -> Path:
    if output is not None:
        return path_of(output, f"output={output}")
    return store.fresh(Path("outputs") / datetime.now().strftime("%Y-%m-%d_%H%M%S"))


def _report(results: Results, folder: Path, lang: str) -> None:
    """Save the table and the figures, then print it and say where everything is."""
    from analysis import plan, rules
    from analysis.comparison import compare
    from analysis.effects import reference_of
    from analysis.plots import draw_all

    said = SAID[lang]
    done = set(results.runs.loc[results.runs["status"] == DONE, "scenario"])
    if reference_of(results) not in done:
        return
    comparison = compare(results)
    comparison.save(folder, lang)
    plans = list(plan.saved(results, folder, lang))
    count = counted(len(draw_all(results, folder / "figures", lang)), "figure", lang)
    print("\n".join([comparison.text(lang), *rules.lines(results, lang), *plans]))
    print(said["figures"].format(count=count, folder=folder / "figures"))
    print(said["folder"].format(folder=folder))
