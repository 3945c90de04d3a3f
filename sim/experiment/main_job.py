"""The main job: run scenarios side by side, keep everything, tell what came of it."""

import sys
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from sim.experiment.experiment import Experiment
from sim.experiment.job import opened, tell
from sim.experiment.outcome import DONE
from sim.experiment.results import Results
from sim.experiment.results import open as open_results
from sim.settings import RunSettings
from sim.spec import Spec

SAID = {
    "en": {
        "start": "{rows} scenarios x {replications} replications = {runs} runs; workers: {workers}",
        "figures": "{count} figures are in {folder}",
        "folder": "Tables, configuration and provenance are in {folder}",
    },
    "es": {
        "start": "{rows} escenarios x {replications} réplicas = {runs} corridas; procesos: {workers}",
        "figures": "Hay {count} figuras en {folder}",
        "folder": "Tablas, configuración y procedencia están en {folder}",
    },
}


def run_scenarios(specs: Sequence[Spec], settings: RunSettings, lang: str = "en", retry: bool = False) -> int:
    """Run, save, compare and draw the scenarios; returns the exit code (0, 1 = some failed, 130 = Ctrl-C).

    A folder that holds part of the very same experiment is gone on with. Raises InputError when the specs, the settings
    or the output folder do not allow it, or the disk is full.
    """
    experiment = Experiment(specs, settings)
    told = " ".join(experiment.design.scenarios)
    with opened(experiment, _folder(settings.output), "run", {"design": "run", "told": told}, lang) as job:
        try:
            tell(SAID[lang]["start"].format(rows=len(specs), replications=experiment.replications, runs=job.runs,
                                            workers=experiment.workers), sys.stderr.isatty())
            job.carry_out(retry)
            _report(open_results(job.folder), job.folder, lang)
        except KeyboardInterrupt:
            return job.tell_stopped()
        return job.tell_failures()


def _folder(output: str | None) -> Path:
    if output is not None:
        return Path(output).expanduser()
    return Path("outputs") / datetime.now().strftime("%Y-%m-%d_%H%M%S")


def _report(results: Results, folder: Path, lang: str) -> None:
    """Print the table, save it and the figures, say where everything is."""
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
    print(said["figures"].format(count=len(draw_all(results, folder / "figures", lang)), folder=folder / "figures"))
    print(said["folder"].format(folder=folder))
