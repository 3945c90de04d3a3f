"""Results as tidy pandas frames, from a folder or straight from memory.

>>> results = open("outputs/2026-05-01_1200")        # doctest: +SKIP
>>> results.runs, results.series, results.series_wide, results.programmes, results.ledger, results.dictionary
"""

import io
import json
from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any, Protocol

import networkx as nx
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from sim.errors import InputError
from sim.experiment.frames import NAMED_BY
from sim.experiment.manifest import DESIGN, MANIFEST
from sim.experiment.outcome import DONE
from sim.outputs import ON_REQUEST, TABLES
from sim.settings import FULL
from sim.yamlfiles import parse

WORDS = sorted({column.name for columns in TABLES.values() for column in columns if column.type == "string"})
"""Columns of words, which repeat in every table but ``runs``: read as categories."""
_SERIES_KEYS = (*NAMED_BY, "quarter", "region")
Columns = tuple[str, ...]
Where = tuple[tuple[str, str], ...]
"""Columns of words, and the word that wanted rows have in each."""


MEND = "repeat the command that made the folder: it runs again what is broken or missing"


class Source(Protocol):
    """Where tables come from."""

    def table(self, name: str, columns: Columns | None = None, where: Where = ()) -> pa.Table | None:
        """One table (some columns, some rows), or None when it was not recorded."""

    def text(self, name: str) -> str:
        """One of the texts beside the tables."""

    def configurations(self) -> dict[str, str]:
        """Scenario → its resolved configuration as YAML."""


class Folder:
    """Tables of an output folder."""

    def __init__(self, path: Path) -> None:
        self.path = path
        if not (path / "runs.parquet").is_dir():
            raise InputError(f"{path}: holds no results; give a folder that `encadena run` or `encadena sweep` has written")

    def table(self, name: str, columns: Columns | None = None, where: Where = ()) -> pa.Table | None:
        """One table; what was not asked for is not read. Raises InputError when a file is broken."""
        try:
            return self._read(name, columns, where)
        except (OSError, pa.ArrowException) as error:
            raise InputError(f"{self.path}: the table {name!r} cannot be read ({' '.join(str(error).split())[:200]}); {MEND}") from error

    def _read(self, name: str, columns: Columns | None, where: Where) -> pa.Table | None:
        if name == "design":
            return pq.read_table(self.path / DESIGN)
        path = self.path / f"{name}.parquet"
        if name == "runs":  # a design that grew may have brought new columns along
            shards = [pq.read_table(shard, partitioning=None) for shard in sorted(path.glob("part-*.parquet"))]
            return pa.concat_tables(shards, promote_options="permissive") if shards else None
        chosen, rows = None if columns is None else list(columns), [(column, "==", word) for column, word in where] or None
        return pq.read_table(path, columns=chosen, filters=rows, read_dictionary=WORDS) if path.is_dir() else None

    def text(self, name: str) -> str:
        """One of the texts beside the tables. Raises InputError when it cannot be read."""
        try:
            return (self.path / name).read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise InputError(f"{self.path / name}: cannot be read ({error}); {MEND}") from error

    def configurations(self) -> dict[str, str]:
        """Scenario → its resolved configuration as YAML."""
        return {file.stem: self.text(f"config/{file.name}") for file in sorted((self.path / "config").glob("*.yaml"))}


class Memory:
    """Tables kept in memory, with the texts a folder would hold."""

    def __init__(self, tables: Mapping[str, pa.Table], texts: Mapping[str, str], configs: Mapping[str, str]) -> None:
        self.tables, self.texts, self.configs = dict(tables), dict(texts), dict(configs)

    def table(self, name: str, columns: Columns | None = None, where: Where = ()) -> pa.Table | None:
        """One table."""
        table = self.tables.get(name)
        if table is None:
            return None
        for column, word in where:
            table = table.filter(pc.equal(table.column(column), word))
        return table if columns is None else table.select(columns)

    def text(self, name: str) -> str:
        """One of the texts a folder would hold."""
        return self.texts[name]

    def configurations(self) -> dict[str, str]:
        """Scenario → its resolved configuration as YAML."""
        return self.configs


class Results:
    """Frames of one experiment, read when first asked for. Rows are sorted by scenario (as given), replication, time."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._parts: dict[tuple[str, Columns | None, Where], pd.DataFrame] = {}

    @cached_property
    def runs(self) -> pd.DataFrame:
        """A row a run: seed, changed values, status, seconds, where it failed, final indicators."""
        return self._frame("runs").sort_values(["row", "replication"], ignore_index=True)

    @cached_property
    def design(self) -> pd.DataFrame:
        """A row a sample, in the order drawn: its ``row`` in ``runs``, its scenario, and the values it gave."""
        return self._frame("design")

    @cached_property
    def ranges(self) -> dict[str, tuple[float, float]]:
        """Lowest and highest number of every factor of a sweep that was given as a range; empty for what is no sweep."""
        try:
            factors = json.loads(self._source.text(MANIFEST))["plan"].get("factors", ())
        except (KeyError, ValueError, InputError):
            return {}
        return {factor["key"]: (factor["low"], factor["high"]) for factor in factors if {"low", "high"} <= set(factor)}

    @cached_property
    def scenarios(self) -> list[str]:
        """Names of the scenarios, as they were given."""
        return list(dict.fromkeys(self.runs["scenario"]))

    @cached_property
    def series_wide(self) -> pd.DataFrame:
        """Quarter × region of every run, a column an indicator; NaN where undefined or measured once a year."""
        return self._tidy("series")

    @cached_property
    def series(self) -> pd.DataFrame:
        """The series with a row an observation: ..., quarter, region, indicator, value. Undefined values have no row."""
        return melted(self.series_wide)

    @cached_property
    def programmes(self) -> pd.DataFrame:
        """Programme × quarter × region: told, applied, selected, supported, public and private spend (UF)."""
        return self._tidy("programmes")

    @cached_property
    def ledger(self) -> pd.DataFrame:
        """Payments (UF) by payer, payee, kind, region and quarter."""
        return self._tidy("ledger")

    @cached_property
    def firms(self) -> pd.DataFrame:
        """Firm × year; only with ``recording=[firms]``."""
        return self._tidy("firms")

    @cached_property
    def awards(self) -> pd.DataFrame:
        """A row a tender awarded; only with ``recording=[awards]``."""
        return self._tidy("awards")

    @cached_property
    def ties(self) -> pd.DataFrame:
        """Ties by kind; only with ``recording=[ties]``."""
        return self._tidy("ties")

    @cached_property
    def labour(self) -> pd.DataFrame:
        """Workplace × residence × employer kind: jobs and wages; only with ``recording=[labour]``."""
        return self._tidy("labour")

    @cached_property
    def cases(self) -> pd.DataFrame:
        """Case firm × quarter; only with ``recording=[cases]``."""
        return self._tidy("cases")

    @cached_property
    def trades(self) -> pd.DataFrame:
        """Region × subsector × year: firms and what they hold; only with ``recording=[trades]``."""
        return self._tidy("trades")

    @cached_property
    def supports(self) -> pd.DataFrame:
        """A row a support begun; only with ``recording=[supports]``."""
        return self._tidy("supports")

    def part(self, table: str, columns: Sequence[str] | None = None, **where: str) -> pd.DataFrame:
        """Rows of ``series`` (the wide one) or another table ``where`` some words hold, as in ``region="antofagasta"``; all
        columns, or some beside its keys.

        Of a study with thousands of runs, a part fits into memory where the whole may not. Raises InputError for a column
        that the table has not, and for a table that does not exist.
        """
        if table not in TABLES:
            raise InputError(f"there is no table {table!r}; tables are {', '.join(TABLES)}")
        known = [column.name for column in TABLES[table]]
        if unknown := [name for name in (*(columns or ()), *where) if name not in known]:
            raise InputError(f"table {table!r} has no column {unknown[0]!r}; its columns are {', '.join(known)}")
        keys = [name for name in _SERIES_KEYS if name in known]
        asked = table, None if columns is None else tuple(dict.fromkeys((*keys, *columns))), tuple(sorted(where.items()))
        if asked not in self._parts:
            self._parts[asked] = self._tidy(*asked)
        return self._parts[asked]

    @cached_property
    def dictionary(self) -> pd.DataFrame:
        """Every table and column: type, unit, caption."""
        return pd.read_csv(io.StringIO(self._source.text("dictionary.csv")), keep_default_na=False)

    @cached_property
    def provenance(self) -> dict[str, Any]:
        """Versions, seeds, machine, times, checksums of the data."""
        told: dict[str, Any] = json.loads(self._source.text("provenance.json"))
        return told

    @cached_property
    def config(self) -> dict[str, dict[str, Any]]:
        """Scenario → its resolved configuration."""
        return {name: parse(text) for name, text in self._source.configurations().items()}

    def network(self, scenario: str, replication: int = 1, year: int | None = None, kind: str | None = None,
                row: int | None = None) -> "nx.MultiGraph[str]":
        """The ties of one run in one year (None: the last recorded), of one kind or of all, as a graph with kind and strength.

        A sweep holds several rows of a scenario; ``row`` says which. Raises InputError when there are no such ties.
        """
        runs = self.runs[(self.runs["scenario"] == scenario) & (self.runs["replication"] == replication)]
        if row is None and len(runs) > 1:
            raise InputError(f"scenario {scenario!r} has {len(runs)} rows; say which, as in row={runs['row'].iloc[0]}")
        wanted = runs["run_key"] if row is None else runs.loc[runs["row"] == row, "run_key"]
        ties = self.ties[self.ties["run_key"].isin(wanted)]
        if ties.empty:
            raise InputError(f"no ties of scenario {scenario!r}, replication {replication}, were recorded")
        if kind is not None:
            known = sorted(map(str, ties["kind"].unique()))
            ties = ties[ties["kind"] == kind]
            if ties.empty:
                raise InputError(f"kind={kind!r} is no kind of tie of this run; choose one of {', '.join(known)}")
        if year is not None:
            years = ties["quarter"].dt.year
            ties = ties[years == year]
            if ties.empty:
                raise InputError(f"year={year}: no ties were recorded in it; choose one from {years.min()} to {years.max()}")
        when = ties["quarter"].max()
        return _graph(ties[ties["quarter"] == when])

    def write_graphml(self, path: str | Path, scenario: str, replication: int = 1, year: int | None = None,
                      kind: str | None = None, row: int | None = None) -> None:
        """Write :meth:`network` as GraphML, for Gephi, igraph or networkx."""
        nx.write_graphml(self.network(scenario, replication, year, kind, row), path)

    def _frame(self, name: str) -> pd.DataFrame:
        frame: pd.DataFrame = self._table(name).to_pandas()
        return frame

    def _table(self, name: str, columns: Columns | None = None, where: Where = ()) -> pa.Table:
        table = self._source.table(name, columns, where)
        if table is None:
            raise InputError(f"table {name!r} is not in these results; {self._how_to_get(name)}")
        return table

    def _how_to_get(self, table: str) -> str:
        if table == "runs":
            return "no run has been saved yet; repeat the command that made the folder"
        if table in ON_REQUEST:
            return f"run again with recording=[{table}]"
        if self.provenance.get("light"):
            return f"a sweep keeps it when asked: run again, into another folder, with recording=[{FULL}]"
        return "no run ended well, see `runs`"

    def _tidy(self, name: str, columns: Columns | None = None, where: Where = ()) -> pd.DataFrame:
        """A table with repeated words as categories, whole runs only, in the order of ``runs``.

        Column by column: what has become part of the frame is let go, so that a table takes hardly more room than its frame.
        """
        table = self._table(name, columns, where)
        done = self.runs.loc[self.runs["status"] == DONE, "run_key"].tolist()
        order, taken = _in_order_of(done, table), {}
        for column in table.column_names:
            taken[column] = table.column(column).take(order).to_pandas()
            table = table.drop_columns([column])
        frame = pd.DataFrame(taken, copy=False)
        for column, words in (("run_key", done), ("scenario", self.scenarios)):
            frame[column] = frame[column].cat.set_categories(words)
        return frame


def _in_order_of(runs: list[str], table: pa.Table) -> pa.Array:
    """Places of a table's rows, sorted by run (as given) and time; rows of other runs are left out."""
    keys = table.column("run_key").unify_dictionaries()
    place = {run: number for number, run in enumerate(runs)}
    places = [np.array([place.get(key, -1) for key in chunk.dictionary.to_pylist()], np.int32)[chunk.indices.to_numpy()]
              for chunk in keys.chunks if len(chunk)]
    place_of_row = np.concatenate(places) if places else np.zeros(0, np.int32)
    order = np.lexsort((table.column("quarter").to_numpy(), place_of_row))
    return pa.array(order[np.searchsorted(place_of_row[order], 0):])


def melted(wide: pd.DataFrame) -> pd.DataFrame:
    """A row an observation, undefined ones left out; the indicators of one quarter and region stay together."""
    keys = [column for column in _SERIES_KEYS if column in wide.columns]
    indicators = [column for column in wide.columns if column not in keys]
    values = wide[indicators].to_numpy(dtype=float)
    row, column = np.nonzero(~np.isnan(values))
    tidy = wide[keys].take(row).reset_index(drop=True)
    tidy["indicator"] = pd.Categorical.from_codes(column, categories=pd.Index(indicators))
    tidy["value"] = values[row, column]
    return tidy


def _graph(ties: pd.DataFrame) -> "nx.MultiGraph[str]":
    graph: nx.MultiGraph[str] = nx.MultiGraph()
    for tie in ties.to_dict("records"):
        graph.add_edge(str(tie["source"]), str(tie["target"]), kind=str(tie["kind"]), trust=float(tie["trust"]))
    return graph


def open(folder: str | Path) -> Results:
    """The results in a folder that ``encadena run`` wrote. Raises InputError when it holds none."""
    return Results(Folder(Path(folder)))
