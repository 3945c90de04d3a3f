"""The tables of runs as Arrow, whose columns begin with what names the run."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from sim.calendar import quarter_end
from sim.experiment.design import Run, changed_columns, changed_values
from sim.experiment.outcome import Outcome

NAMED_BY = ("run_key", "scenario", "replication")
TIMESTAMP = pa.timestamp("us")
_BEFORE = {"row": pa.int64(), "seed": pa.int64()}
_AFTER = {"status": pa.string(), "seconds": pa.float64(), "stage": pa.string(), "quarter": TIMESTAMP,
          "exception": pa.string(), "message": pa.string(), "traceback": pa.string(), "replay": pa.string()}


def keyed(run: Run, columns: Mapping[str, NDArray[Any]]) -> pa.Table:
    """One run's part of a table: ``run_key, scenario, replication``, then the columns the model gave."""
    length = len(next(iter(columns.values()))) if columns else 0
    arrays = {
        "run_key": pa.repeat(run.key, length),
        "scenario": pa.repeat(run.spec.scenario, length),
        "replication": pa.array(np.full(length, run.replication)),
    }
    return pa.table(arrays | {name: _array(values) for name, values in columns.items()})


def _array(values: NDArray[Any]) -> pa.Array:
    if values.dtype.kind == "M":
        return pa.array(values.astype("datetime64[us]"), TIMESTAMP)
    if values.dtype.kind in "OU":
        return pa.array(values.tolist(), pa.string())
    return pa.array(values)


class RunsTable:
    """The table ``runs``: its columns are fixed by the specs and the indicators before the first run ends."""

    def __init__(self, runs: Sequence[Run], indicators: Sequence[str]) -> None:
        specs = {run.row: run.spec for run in runs}
        self.changed = changed_columns(list(specs.values()))
        self.indicators = tuple(indicators)
        self.schema = pa.schema({
            "run_key": pa.string(), "scenario": pa.string(), "replication": pa.int64(), **_BEFORE,
            **{name: pa.float64() if number else pa.string() for name, number in self.changed.items()},
            **_AFTER, **dict.fromkeys(self.indicators, pa.float64()),
        })

    def rows(self, done: Sequence[tuple[Run, Outcome]]) -> pa.Table:
        """A row a run."""
        return pa.Table.from_pylist([self._row(run, outcome) for run, outcome in done], schema=self.schema)

    def _row(self, run: Run, outcome: Outcome) -> dict[str, Any]:
        return {
            "run_key": run.key, "scenario": run.spec.scenario, "replication": run.replication,
            "row": run.row, "seed": run.seed, **changed_values(run.spec, self.changed),
            "status": outcome.status, "seconds": outcome.seconds, "stage": outcome.stage,
            "quarter": None if outcome.quarter is None else quarter_end(outcome.quarter).item(),
            "exception": outcome.exception, "message": outcome.message, "traceback": outcome.traceback,
            "replay": run.replay, **{name: outcome.final.get(name, np.nan) for name in self.indicators},
        }
