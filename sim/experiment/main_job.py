"""The main job: run scenarios side by side, keep everything, tell what came of it."""

import sys
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from sim.calendar import quarter_name
from sim.experiment import store
from sim.experiment.experiment import Experiment
from sim.experiment.outcome import DONE, Outcome
from sim.experiment.results import Results
from sim.experiment.results import open as open_results
from sim.policies.record import ProgrammeSpec
from sim.settings import RunSettings
from sim.spec import Spec

SOME_FAILED = 1
INTERRUPTED = 130
Report = Callable[[Results, Path, str], None]
"""Prints and saves what came of the runs in a folder."""

SAID = {
    "en": {
        "unit": "run",
        "compiling": "compiling once; later runs start at once",
        "start": "{rows} scenarios x {replications} replications = {runs} runs; workers: {workers}",
        "stopped": "encadena: stopped; {saved} of {runs} runs are saved in {folder}",
        "failed": "encadena: {failed} of {runs} runs failed; the first is {scenario}, replication {replication}{place}: "
                  "{exception}\n  replay it with: {replay}",
        "place": ", in stage {stage} of {quarter}",
        "figures": "{count} figures are in {folder}",
        "folder": "Tables, configuration and provenance are in {folder}",
    },
    "es": {
        "unit": "corrida",
        "compiling": "compilando por única vez; después parte de inmediato",
        "start": "{rows} escenarios x {replications} réplicas = {runs} corridas; procesos: {workers}",
        "stopped": "encadena: detenido; {saved} de {runs} corridas están guardadas en {folder}",
        "failed": "encadena: {failed} de {runs} corridas fallaron; la primera es {scenario}, réplica {replication}"
                  "{place}: {exception}\n  se repite con: {replay}",
        "place": ", en la etapa {stage} de {quarter}",
        "figures": "Hay {count} figuras en {folder}",
        "folder": "Tablas, configuración y procedencia están en {folder}",
    },
}


def run_cases(specs: Sequence[Spec], settings: RunSettings, lang: str = "en") -> int:
    """Run the scenarios and tell the lives of the firms known by name; returns as :func:`run_scenarios` does."""
    from analysis.cases import report

    recording = tuple(dict.fromkeys((*settings.recording, "cases")))
    return run_scenarios(specs, replace(settings, recording=recording), lang, report)


def run_twins(spec: Spec, programmes: Sequence[tuple[ProgrammeSpec, Sequence[ProgrammeSpec]]], settings: RunSettings,
              lang: str = "en") -> int:
    """Try programmes firm by firm, print and save the table; returns the exit code. Raises InputError as :func:`run_scenarios` does."""
    from analysis.treated import report
    from sim.experiment.treated import run_trials

    folder = store.create(_folder(settings.output))
    report(run_trials(spec, programmes, settings), folder, lang)
    return 0


def run_scenarios(specs: Sequence[Spec], settings: RunSettings, lang: str = "en", report: Report | None = None) -> int:
    """Run, save and tell (None: compare and draw) the scenarios; returns the exit code (0, 1 = some failed, 130 = Ctrl-C).

    Raises InputError when the specs, the settings or the output folder do not allow it, or the disk is full.
    """
    said = SAID[lang]
    experiment = Experiment(specs, settings, _also_recorded)
    folder = store.create(_folder(settings.output))
    writer = store.Writer(folder, experiment.runs_table)
    try:
        _tell(said["start"].format(rows=len(experiment.specs), replications=settings.replications,
                                   runs=len(experiment.runs), workers=experiment.workers), sys.stderr.isatty())
        _carry_out(experiment, writer, said)
        (report or _report)(open_results(folder), folder, lang)
    except KeyboardInterrupt:
        _tell(said["stopped"].format(saved=writer.saved, runs=len(experiment.runs), folder=folder))
        return INTERRUPTED
    _tell_failures(experiment, said)
    return SOME_FAILED if experiment.failures else 0


def _also_recorded(spec: Spec) -> tuple[str, ...]:
    """What a scenario's own tables need."""
    from analysis.plan import recorded_for

    return recorded_for([programme.name for programme in spec.programmes], spec.world.name)


def _folder(output: str | None) -> Path:
    if output is not None:
        return Path(output).expanduser()
    return Path("outputs") / datetime.now().strftime("%Y-%m-%d_%H%M%S")


def _carry_out(experiment: Experiment, writer: store.Writer, said: dict[str, str]) -> None:
    """Run and save; whatever ends it early, what was finished is saved and the texts say how far it came."""
    store.write_texts(writer.folder, experiment.texts(finished=False))
    try:
        with closing(experiment.outcomes(said["unit"], said["compiling"])) as outcomes:
            for run, outcome in outcomes:
                writer.add(run, outcome)
    finally:
        writer.flush()
        store.write_texts(writer.folder, experiment.texts())


def _report(results: Results, folder: Path, lang: str) -> None:
    """Print the table, save it and the figures, say where everything is."""
    from analysis import plan
    from analysis.comparison import compare
    from analysis.effects import reference_of
    from analysis.plots import draw_all

    said = SAID[lang]
    done = set(results.runs.loc[results.runs["status"] == DONE, "scenario"])
    if reference_of(results) not in done:
        return
    comparison = compare(results)
    print(comparison.text(lang))
    comparison.save(folder, lang)
    plan.report(results, folder, lang)
    print(said["figures"].format(count=len(draw_all(results, folder / "figures", lang)), folder=folder / "figures"))
    print(said["folder"].format(folder=folder))


def _tell_failures(experiment: Experiment, said: dict[str, str]) -> None:
    if not experiment.failures:
        return
    run, outcome = min(experiment.failures, key=lambda failed: (failed[0].replication, failed[0].row))
    _tell(said["failed"].format(
        failed=len(experiment.failures), runs=len(experiment.runs), scenario=run.spec.scenario,
        replication=run.replication, place=_place(outcome, said["place"]), exception=outcome.exception,
        replay=run.replay))


def _place(outcome: Outcome, words: str) -> str:
    if outcome.quarter is None:
        return ""
    return words.format(stage=outcome.stage or "?", quarter=quarter_name(outcome.quarter))


def _tell(sentence: str, wanted: bool = True) -> None:
    if wanted:
        print(sentence, file=sys.stderr)
