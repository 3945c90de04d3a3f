"""One experiment: its runs, who carries them out, and what is told of it."""

import sys
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from threading import Timer
from typing import Any

from tqdm import tqdm

from sim.errors import InputError
from sim.experiment import dictionary, provenance
from sim.experiment.design import Run, design
from sim.experiment.executors import Executor, Processes, Serial, cores
from sim.experiment.frames import RunsTable
from sim.experiment.outcome import FAILED, Outcome
from sim.settings import RunSettings, check_setting
from sim.spec import Spec

COMPILING = "compiling once; later runs start at once"
SLOW_SECONDS = 1.5


class Experiment:
    """The runs of some specs under some settings; ``also`` tells what a spec records besides.

    Raises InputError when they make no sense together.
    """

    def __init__(self, specs: Sequence[Spec], settings: RunSettings, also: Callable[[Spec], Sequence[str]] = lambda spec: ()) -> None:
        for name in ("replications", "seed", "workers", "executor"):
            check_setting(name, getattr(settings, name), "settings")
        check_setting("recording", list(settings.recording), "settings")
        self.specs = tuple(specs)
        self.settings = settings
        runs = design(self.specs, settings.replications, settings.seed, settings.recording)
        self.runs = tuple(replace(run, recording=tuple(dict.fromkeys((*run.recording, *also(run.spec))))) for run in runs)
        self._check_region()
        self.workers = 1 if settings.executor == "serial" else min(settings.workers or cores(), len(self.runs))
        self.runs_table = RunsTable(self.runs)
        self.provenance = provenance.provenance(self.runs, settings, self.workers)
        self.failures: list[tuple[Run, Outcome]] = []
        self.tables: set[str] = {"runs"}

    def _check_region(self) -> None:
        world, region = self.specs[0].world, self.settings.region
        if region is not None and region not in world.regions:
            raise InputError(f"region={region!r} is not in world {world.name}; choose one of {', '.join(world.regions)}")

    def executor(self) -> Executor:
        """Who carries out the runs."""
        return Serial() if self.settings.executor == "serial" else Processes(self.workers, kin=lambda run: run.seed)

    def outcomes(self, unit: str = "run", compiling: str = COMPILING) -> Generator[tuple[Run, Outcome]]:
        """Every run with its outcome, as they end, under a progress bar with rate and time to go."""
        from sim.experiment.runner import as_outcome, carry_out, warm

        if self.settings.executor == "processes":
            with _told_when_slow(compiling):
                warm(self.specs[0])
        bar = tqdm(total=len(self.runs), unit=f" {unit}", smoothing=0.05, disable=not sys.stderr.isatty())
        with bar:
            for run, outcome in self.executor().outcomes(carry_out, self.runs):
                ended = as_outcome(outcome)
                self._note(run, ended)
                bar.update()
                yield run, ended

    def _note(self, run: Run, outcome: Outcome) -> None:
        self.tables.update(outcome.tables)
        self.provenance["failed" if outcome.status == FAILED else "done"] += 1
        if outcome.status == FAILED:
            self.failures.append((run, outcome))

    def texts(self, finished: bool = True) -> dict[str, bytes]:
        """The texts beside the tables, by their path in the output folder."""
        told: dict[str, Any] = self.provenance | {"finished": provenance.now() if finished else None}
        configs = {f"config/{spec.scenario}.yaml": provenance.as_yaml(spec) for spec in self.specs}
        return {
            "provenance.json": provenance.as_json(told),
            "dictionary.csv": dictionary.as_csv(self.tables, self.runs_table.changed),
            **configs,
        }


@contextmanager
def _told_when_slow(sentence: str) -> Iterator[None]:
    """Print the sentence when what follows has not ended after a moment."""
    timer = Timer(SLOW_SECONDS, print, (sentence,), {"file": sys.stderr})
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
