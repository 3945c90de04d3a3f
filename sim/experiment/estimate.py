"""What a sweep will take, from one of its runs: time with and without a shared history, and disk."""

import time
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from sim.experiment import store
from sim.experiment.experiment import Experiment
from sim.experiment.outcome import Outcome
from sim.experiment.runner import warm


@dataclass(frozen=True)
class Estimate:
    """Seconds of a whole run and of one that begins from a kept history; seconds by the clock and bytes of all runs."""

    whole: float
    forked: float
    wall: float
    disk: float


def estimate(experiment: Experiment) -> Estimate:
    """Run row 0 once with its history and once from it."""
    warm(experiment.design.bases[0])
    runs = experiment.runs
    whole, outcome = _timed(experiment)
    forked = _timed(experiment)[0] if _shares(experiment) else whole
    histories = int(np.unique(runs.kin).size)
    seconds = histories * whole + (len(runs) - histories) * forked
    return Estimate(whole, forked, seconds / experiment.workers, len(runs) * _bytes(experiment, outcome))


def _shares(experiment: Experiment) -> bool:
    return int(np.unique(experiment.design.history).size) < len(experiment.design)


def _timed(experiment: Experiment) -> tuple[float, Outcome]:
    began = time.perf_counter()
    outcome = experiment.worlds(experiment.runs[0])
    return time.perf_counter() - began, outcome


def _varied(outcome: Outcome, factor: float) -> Outcome:
    """The same outcome with other numbers: equal ones would be stored once."""
    yearly = None if outcome.yearly is None else replace(outcome.yearly, values=outcome.yearly.values * factor)
    tables = {name: pa.table({column: pc.multiply(values, factor) if pa.types.is_floating(values.type) else values
                              for column, values in zip(table.column_names, table.columns, strict=True)})
              for name, table in outcome.tables.items()}
    return replace(outcome, final={name: value * factor for name, value in outcome.final.items()}, tables=tables, yearly=yearly)


def _bytes(experiment: Experiment, outcome: Outcome) -> float:
    """Disk that a run takes among many, whose shard shares one header."""
    sizes = []
    for copies in (1, 9):
        with TemporaryDirectory() as folder:
            writer = store.Writer(Path(folder), experiment.runs_table)
            for copy in range(copies):
                writer.add(experiment.runs[0], _varied(outcome, 1.0 + copy / 64))
            writer.flush()
            sizes.append(sum(path.stat().st_size for path in Path(folder).rglob("*.parquet") if path.is_file()))
    return max((sizes[1] - sizes[0]) / 8, 1.0)
