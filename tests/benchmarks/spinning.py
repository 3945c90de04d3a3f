"""Our engine at work on runs that only take time: everything but the worlds is real."""

import tempfile
import time
from dataclasses import dataclass, replace
from pathlib import Path
from unittest import mock

import numpy as np

from sim.experiment import experiment as experiments
from sim.experiment import results, runner
from sim.experiment.design import Run
from sim.experiment.executors import prepare
from sim.experiment.experiment import Experiment
from sim.experiment.frames import Yearly
from sim.experiment.job import opened
from sim.experiment.outcome import DONE, Outcome
from sim.experiment.planning import plan
from sim.outputs import FINAL_COLUMNS, TABLES
from tests.benchmarks.sweepers import spin

YEARS = 20
FINAL = {column.name: 1.0 for column in FINAL_COLUMNS}
ENDS = np.arange(2025, 2025 + YEARS).astype("U4").astype("datetime64[Y]").astype("datetime64[D]")
INDICATORS = len(TABLES["series"]) - 5


@dataclass(frozen=True)
class Spinning(runner.Worlds):
    """Work that spins and leaves as many numbers as a world."""

    seconds: float = 0.0

    def __call__(self, run: Run) -> Outcome:
        """The outcome of a run that took its time."""
        spin(self.seconds)
        values = np.random.default_rng(run.row).random((YEARS, INDICATORS))  # as hard to compress as numbers can be
        return Outcome(DONE, self.seconds, FINAL, {}, Yearly(run.key, run.scenario, run.replication, "antofagasta", ENDS, values))


def swept(runs: int, seconds: float, workers: int) -> dict[str, float]:
    """Sweep, then open; clock seconds of both and until the first run was at work, and bytes on disk a run."""
    planned = plan("lhs", ["parameters.trust_weight", "parameters.price_weight", f"samples={runs}", "replications=1", f"workers={workers}"])
    with tempfile.TemporaryDirectory() as name, mock.patch.object(experiments, "warm"), \
            mock.patch.object(Experiment, "worlds", property(lambda self: _work(self, seconds))):
        folder = Path(name) / "out"
        began = time.perf_counter()
        prepare("processes")
        again = plan("lhs", planned.told["fixed"] + [factor["key"] for factor in planned.told["factors"]])
        experiment = Experiment(again.design, replace(again.settings, output=str(folder)), light=True)
        first: list[float] = []
        note = Experiment._note

        def noted(self: Experiment, outcome: Outcome) -> None:
            first.append(time.perf_counter()) if not first else None
            note(self, outcome)

        with mock.patch.object(Experiment, "_note", noted), opened(experiment, folder, "sweep", again.told, "en") as job:
            job.carry_out()
        taken, start = time.perf_counter() - began, first[0] - began - seconds
        disk = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / runs
        began = time.perf_counter()
        found = results.open(folder)
        assert (len(found.runs), len(found.series_wide)) == (runs, runs * YEARS)
        return {"seconds": taken, "start": start, "disk": disk, "open": time.perf_counter() - began}


def _work(experiment: Experiment, seconds: float) -> Spinning:
    return Spinning(experiment.design.bases, experiment.design.names, experiment.recording, seconds=seconds)
