"""The tables of runs as Arrow, with the columns that :mod:`sim.outputs` declares."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from sim.calendar import quarter_name
from sim.experiment.design import Run, changed_columns, changed_values
from sim.experiment.outcome import Outcome
from sim.outputs import FINAL_COLUMNS, KEYS, TABLES, OutputColumn

NAMED_BY = tuple(key.name for key in KEYS)
TYPES = {"string": pa.string(), "int64": pa.int64(), "uint64": pa.uint64(), "float64": pa.float64(), "bool": pa.bool_(),
         "timestamp": pa.timestamp("us")}
"""Arrow types; microseconds are pandas' own unit for timestamps."""


def keyed(run: Run, table: str, columns: Mapping[str, NDArray[Any]]) -> pa.Table:
    """One run's part of a table: ``run_key, scenario, replication``, then the columns the model gave.

    Words are dictionary-encoded; on disk and in pandas they are plain strings or categories.
    """
    length = len(next(iter(columns.values()))) if columns else 0
    named = {"run_key": _repeated(run.key, length), "scenario": _repeated(run.spec.scenario, length),
             "replication": pa.array(np.full(length, run.replication))}
    given = {column.name: _array(column, columns) for column in TABLES[table] if column.name not in named}
    return pa.table(named | given)


def _repeated(word: str, length: int) -> pa.Array:
    return pa.DictionaryArray.from_arrays(pa.array(np.zeros(length, np.int32)), pa.array([word]))


def _array(column: OutputColumn, columns: Mapping[str, NDArray[Any]]) -> pa.Array:
    kind = TYPES[column.type]
    values = columns[column.name] if columns else np.zeros(0, "datetime64[D]" if column.type == "timestamp" else float)
    if column.type == "timestamp":
        return pa.array(values.astype("datetime64[us]"), kind)
    if column.type == "string":
        return pa.array(values.tolist(), kind).dictionary_encode()
    return pa.array(values, kind)


class RunsTable:
    """The table ``runs``: what is declared, and a column for every value that some row changed."""

    def __init__(self, runs: Sequence[Run]) -> None:
        specs = {run.row: run.spec for run in runs}
        self.changed = changed_columns(list(specs.values()))
        declared = [(column.name, TYPES[column.type]) for column in TABLES["runs"]]
        changed = [(name, pa.float64() if number else pa.string()) for name, number in self.changed.items()]
        seed = 1 + [name for name, _ in declared].index("seed")
        self.schema = pa.schema([*declared[:seed], *changed, *declared[seed:]])

    def rows(self, done: Sequence[tuple[Run, Outcome]]) -> pa.Table:
        """A row a run."""
        return pa.Table.from_pylist([self._row(run, outcome) for run, outcome in done], schema=self.schema)

    def _row(self, run: Run, outcome: Outcome) -> dict[str, Any]:
        final = {column.name: outcome.final.get(column.name, np.nan) for column in FINAL_COLUMNS}
        return final | changed_values(run.spec, self.changed) | {
            "run_key": run.key, "scenario": run.spec.scenario, "replication": run.replication,
            "row": run.row, "seed": run.seed, "status": outcome.status, "seconds": outcome.seconds,
            "error_stage": outcome.stage, "error_quarter": "" if outcome.quarter is None else quarter_name(outcome.quarter),
            "error_exception": outcome.exception, "error_traceback": outcome.traceback,
            "error_replay": run.replay if outcome.exception else "",
        }
