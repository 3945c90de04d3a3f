"""One run: a world from its first to its last quarter, and a row that says what came of it."""

import time
import traceback
from contextlib import suppress
from dataclasses import dataclass, replace
from types import TracebackType

import numpy as np

from sim.calendar import QUARTERS_A_YEAR
from sim.experiment.changes import changed
from sim.experiment.design import Run
from sim.experiment.executors import WorkerDied
from sim.experiment.frames import keyed, yearly
from sim.experiment.outcome import DONE, FAILED, Outcome
from sim.model import Cluster, run_world
from sim.outputs import LIGHT
from sim.spec import Spec

WARM_SCALE = 0.02
MODEL, STAGE_PACKAGE = "sim.model", "sim.stages."


def warm(spec: Spec) -> None:
    """Compile the kernels, or read them from their cache, by running a small world of this kind for a year.

    A world that fails here fails again as a run, and is told of there.
    """
    with suppress(Exception):
        model = Cluster(replace(spec, scale=min(spec.scale, WARM_SCALE)), 0)
        for _ in range(QUARTERS_A_YEAR):
            model.step()
        model.close()


@dataclass(frozen=True)
class Worlds:
    """The work of an experiment: what its runs have in common, handed to each worker once, and how one is carried out."""

    bases: tuple[Spec, ...]
    names: tuple[str, ...]
    recording: tuple[str, ...] = ()
    also: tuple[tuple[str, ...], ...] = ()
    """What the runs of each base record besides."""

    def __call__(self, run: Run) -> Outcome:
        """Run one world; whatever goes wrong in it becomes part of the outcome."""
        started = time.perf_counter()
        try:
            given = {name: value for name, value in zip(self.names, run.values, strict=True) if not np.isnan(value)}
            spec = changed(self.bases[run.base], given)
            also = self.also[run.base] if self.also else ()
            output = run_world(spec, run.seed, tuple(dict.fromkeys((*self.recording, *also))))
        except Exception as error:
            return failure(error, time.perf_counter() - started)
        final = {name: float(value) for name, value in output.final.items()}
        light = LIGHT in self.recording
        series = yearly(run, output.tables["series"], spec.world.regions[spec.world.focal]) if light else None
        tables = {name: keyed(run, name, columns) for name, columns in output.tables.items() if not (light and name == "series")}
        return Outcome(DONE, time.perf_counter() - started, final, tables, series)


def failure(error: Exception, seconds: float) -> Outcome:
    """The outcome of a run that raised: the stage and quarter are read from the frames it passed through."""
    stage, quarter = _place(error.__traceback__)
    lines = "".join(traceback.format_exception(error))
    return Outcome(FAILED, seconds, stage=stage, quarter=quarter, exception=f"{type(error).__name__}: {error}",
                   traceback=lines)


def _place(frames: TracebackType | None) -> tuple[str, int | None]:
    """Stage and quarter that the world had reached; outside the stages it was being built or measured."""
    stage, quarter = "", None
    for frame, _ in traceback.walk_tb(frames):
        module = str(frame.f_globals.get("__name__", ""))
        if module == MODEL:
            stage = "build" if frame.f_code.co_name == "__init__" else "measure"
        elif module.startswith(STAGE_PACKAGE):
            stage = module.removeprefix(STAGE_PACKAGE)
        now = getattr(frame.f_locals.get("world"), "quarter", None)
        quarter = int(now) if isinstance(now, int | np.integer) else quarter
    return stage, quarter


def as_outcome(outcome: Outcome | WorkerDied) -> Outcome:
    """The outcome as a row can hold it, also when the run killed its worker."""
    if isinstance(outcome, Outcome):
        return outcome
    told = f"WorkerDied: the worker was killed {outcome.times} times (exit code {outcome.exitcode}); memory may be short"
    return Outcome(FAILED, float("nan"), exception=told)
