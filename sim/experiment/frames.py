"""The tables of runs as Arrow, with the columns that :mod:`sim.outputs` declares."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from sim.calendar import QUARTERS_A_YEAR, quarter_name
from sim.experiment.design import Design, Run
from sim.outputs import FINAL_COLUMNS, KEYS, TABLES, OutputColumn

if TYPE_CHECKING:
    from sim.experiment.outcome import Outcome

NAMED_BY = tuple(key.name for key in KEYS)
_OF_RUN = {name: name for name in ("scenario", "replication", "row", "seed")} | {"run_key": "key"}
_OF_OUTCOME = {"status": "status", "seconds": "seconds", "error_stage": "stage", "error_exception": "exception",
               "error_traceback": "traceback"}
_FINAL = tuple(column.name for column in FINAL_COLUMNS)
TYPES = {"string": pa.string(), "int64": pa.int64(), "uint64": pa.uint64(), "float64": pa.float64(), "bool": pa.bool_(),
         "timestamp": pa.timestamp("us")}
"""Arrow types; microseconds are pandas' own unit for timestamps."""


def keyed(run: Run, table: str, columns: Mapping[str, NDArray[Any]]) -> pa.Table:
    """One run's part of a table: ``run_key, scenario, replication``, then the columns the model gave.

    Words are dictionary-encoded; on disk and in pandas they are plain strings or categories.
    """
    length = len(next(iter(columns.values()))) if columns else 0
    named = {"run_key": _repeated(run.key, length), "scenario": _repeated(run.scenario, length),
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


def yearly(run: Run, parts: Mapping[str, NDArray[Any]], focal: str) -> "Yearly":
    """The focal region's yearly values of a run's series: the mean of what is defined among a year's four quarters."""
    mine = parts["region"] == focal
    names = tuple(column.name for column in TABLES["series"] if column.name not in (*NAMED_BY, "quarter", "region"))
    ends = parts["quarter"][mine]
    before = np.full((int(ends[0].astype("datetime64[M]").astype(int)) % 12 // 3, len(names)), np.nan)  # a history that begins mid-year
    quarters = np.concatenate([before, np.column_stack([parts[name][mine] for name in names])]).reshape(-1, QUARTERS_A_YEAR, len(names))
    known = ~np.isnan(quarters)
    count = known.sum(axis=1)
    values = np.where(known, quarters, 0.0).sum(axis=1) / np.where(count > 0, count, 1)
    values[count == 0] = np.nan
    return Yearly(run.key, run.scenario, run.replication, focal, ends[QUARTERS_A_YEAR - 1 - len(before)::QUARTERS_A_YEAR], values)


@dataclass(frozen=True)
class Yearly:
    """One run's yearly values [years, indicators] of one region: small to send, quick to write."""

    key: str
    scenario: str
    replication: int
    region: str
    ends: NDArray[np.datetime64]
    values: NDArray[np.float64]


def stacked(parts: Sequence[Yearly]) -> pa.Table:
    """The table ``series`` of several runs."""
    years = [part.ends.size for part in parts]
    words = {name: _encoded([getattr(part, source) for part in parts], years)
             for name, source in (("run_key", "key"), ("scenario", "scenario"), ("region", "region"))}
    numbers = {"replication": pa.array(np.repeat([part.replication for part in parts], years)),
               "quarter": pa.array(np.concatenate([part.ends for part in parts]).astype("datetime64[us]"), TYPES["timestamp"])}
    values = np.concatenate([part.values for part in parts])
    names = [column.name for column in TABLES["series"]]
    rest = [name for name in names if name not in (*words, *numbers)]
    columns = words | numbers | {name: pa.array(np.ascontiguousarray(values[:, at])) for at, name in enumerate(rest)}
    return pa.table({name: columns[name] for name in names})


def _encoded(words: Sequence[str], lengths: Sequence[int]) -> pa.Array:
    known = {word: number for number, word in enumerate(dict.fromkeys(words))}
    codes = np.repeat([known[word] for word in words], lengths).astype(np.int32)
    return pa.DictionaryArray.from_arrays(pa.array(codes), pa.array(list(known)))


class RunsTable:
    """The table ``runs``: what is declared, and a column for every value that some row changed."""

    def __init__(self, design: Design) -> None:
        self.design = design
        declared = [(column.name, TYPES[column.type]) for column in TABLES["runs"]]
        changed = [(name, pa.float64() if number else pa.string()) for name, number in design.changed.items()]
        seed = 1 + [name for name, _ in declared].index("seed")
        self.schema = pa.schema([*declared[:seed], *changed, *declared[seed:]])

    def rows(self, done: Sequence[tuple[Run, "Outcome"]]) -> pa.Table:
        """A row a run; built column by column, which costs a third of row by row."""
        runs, outcomes = [run for run, _ in done], [outcome for _, outcome in done]
        told = [self.design.told(run.row) for run in runs]
        columns: dict[str, list[Any]] = {name: [outcome.final.get(name, np.nan) for outcome in outcomes] for name in _FINAL}
        columns |= {name: [values[name] for values in told] for name in self.design.changed}
        columns |= {name: [getattr(run, source) for run in runs] for name, source in _OF_RUN.items()}
        columns |= {name: [getattr(outcome, source) for outcome in outcomes] for name, source in _OF_OUTCOME.items()}
        columns["error_quarter"] = ["" if outcome.quarter is None else quarter_name(outcome.quarter) for outcome in outcomes]
        columns["error_replay"] = [self.design.replay(run) if outcome.exception else "" for run, outcome in done]
        return pa.table([pa.array(columns[field.name], field.type) for field in self.schema], schema=self.schema)
