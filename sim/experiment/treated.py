"""Trials of programmes in many worlds at once: one task a replication, each with a trunk world of its own."""

import traceback
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import Any

import pandas as pd

from sim.calendar import QUARTERS_A_YEAR
from sim.errors import InputError
from sim.experiment import provenance
from sim.experiment.executors import Executor, Processes, Serial, WorkerDied
from sim.experiment.experiment import Experiment
from sim.experiment.progress import progress
from sim.experiment.runner import warm
from sim.policies.record import ProgrammeSpec
from sim.settings import RunSettings
from sim.spec import Spec
from sim.treated import AFTER, INTAKE, Trial, Tried, trial_of, try_all
from sim.wording import COUNTED

EFFECTS = ("programme", "replication", "measure", "after", "pairs", "treated", "twin", "squares")
TRIAL_YEARS = (INTAKE + AFTER[-1] + 1) / QUARTERS_A_YEAR
"""For so long the two worlds of a trial run side by side."""
COSTS = ("programme", "replication", "supported", "public", "private", "all_public")


@dataclass(frozen=True)
class Task:
    """All trials of one replication."""

    spec: Spec
    replication: int
    seed: int
    trials: tuple[Trial, ...]


@dataclass(frozen=True)
class Trials:
    """What came of all tasks: a row a (programme, replication, measure, quarters after), and what each programme cost."""

    programmes: tuple[ProgrammeSpec, ...]
    spec: Spec
    replications: int
    effects: pd.DataFrame
    costs: pd.DataFrame
    provenance: dict[str, Any]


def carry_out(task: Task) -> list[tuple[str, Tried]] | str:
    """Every trial of a replication; a traceback when it failed."""
    try:
        return list(try_all(task.spec, task.seed, task.trials))
    except Exception:
        return traceback.format_exc()


def run_trials(spec: Spec, programmes: Sequence[tuple[ProgrammeSpec, Sequence[ProgrammeSpec]]], settings: RunSettings,
               lang: str = "en") -> Trials:
    """Try each programme (with those it follows) in every replication. Raises InputError when a world failed."""
    trials = tuple(trial_of(spec, programme, followed) for programme, followed in programmes)
    _check_calendar(trials)
    experiment = Experiment([spec], settings)
    tasks = [Task(spec, run.replication, run.seed, trials) for run in experiment.runs]
    effects: list[tuple[Any, ...]] = []
    costs: list[tuple[Any, ...]] = []
    for task, tried in _outcomes(tasks, experiment.workers, settings.executor, COUNTED[lang]["replication"][1]):
        for name, found in tried:
            effects += [(name, task.replication, *row) for row in found.rows]
            costs.append((name, task.replication, found.supported, found.public, found.private, found.all_public))
    told = experiment.provenance | {"finished": provenance.now(), "done": len(tasks)}
    return Trials(tuple(programme for programme, _ in programmes), spec, experiment.replications,
                  pd.DataFrame(effects, columns=list(EFFECTS)), pd.DataFrame(costs, columns=list(COSTS)), told)


def _check_calendar(trials: Sequence[Trial]) -> None:
    for trial in trials:
        if trial.programme.until is not None and trial.programme.until < trial.fork:
            raise InputError(f"programme {trial.programme.name} ended before history begins, so no world can be forked with and "
                             "without it; choose another one")


def _outcomes(tasks: Sequence[Task], workers: int, executor: str, unit: str) -> Iterator[tuple[Task, list[tuple[str, Tried]]]]:
    if executor != "serial":
        warm(tasks[0].spec)
    hands: Executor = Serial() if executor == "serial" else Processes(workers)
    with progress(len(tasks), unit) as bar, closing(hands.outcomes(carry_out, tasks)) as outcomes:  # type: ignore[type-var]
        for task, tried in outcomes:
            if isinstance(tried, WorkerDied):
                raise InputError(f"replication {task.replication} was killed {tried.times} times; memory may be short, ask for "
                                 "workers=1 or a smaller scale")
            if isinstance(tried, str):
                raise InputError(f"replication {task.replication} failed: {tried.strip().splitlines()[-1]}; run again with --debug "
                                 "to see where") from RuntimeError(tried)
            bar.update()
            yield task, tried
