"""The output folder: every table a folder of Parquet shards, written so that a torn file never stands among them."""

import errno
import hashlib
import os
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from sim.errors import InputError
from sim.experiment.design import Run
from sim.experiment.frames import RunsTable
from sim.experiment.outcome import Outcome

SHARD_RUNS = 50
SHARD_SECONDS = 5.0
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


def create(folder: Path) -> Path:
    """Make the folder. Raises InputError when it holds something already or cannot be written."""
    with disk(folder):
        if folder.exists() and not folder.is_dir():
            raise InputError(f"output={folder}: this is a file; choose a folder that does not exist yet")
        if folder.is_dir() and any(folder.iterdir()):
            raise InputError(f"output={folder}: the folder is not empty; nothing was overwritten, choose another folder")
        folder.mkdir(parents=True, exist_ok=True)
        write(folder / ".writable", b"")
        (folder / ".writable").unlink()
    return folder


@contextmanager
def disk(folder: Path) -> Iterator[None]:
    """Say what ails the disk in one sentence (InputError) instead of a traceback."""
    try:
        yield
    except OSError as error:
        if error.errno in _FULL:
            kept = "what was finished before stands" if folder.exists() else "nothing was written"
            raise InputError(f"output={folder}: the disk is full; {kept}; make room or choose another folder") from error
        reason = os.strerror(error.errno) if error.errno else str(error)
        raise InputError(f"output={folder}: cannot be written ({reason}); choose another folder") from error


def write(path: Path, content: bytes) -> None:
    """Write a file whole or not at all: a hidden file beside it, flushed to the disk, then renamed."""
    hidden = path.with_name(f".{path.name}.tmp")
    try:
        with hidden.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(hidden, path)
    except OSError:
        hidden.unlink(missing_ok=True)
        raise
    _flush_folder(path.parent)


def _flush_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def write_shard(folder: Path, table: str, content: pa.Table, name: str) -> None:
    """Add one shard to a table."""
    home = folder / f"{table}.parquet"
    home.mkdir(exist_ok=True)
    sink = pa.BufferOutputStream()
    pq.write_table(content, sink, compression="zstd", store_schema=False)  # any reader sees plain strings
    write(home / f"part-{name}.parquet", sink.getvalue().to_pybytes())


class Writer:
    """Gathers finished runs and writes them a shard at a time; ``runs`` comes last, so a listed run is a whole one."""

    def __init__(self, folder: Path, runs_table: RunsTable) -> None:
        self.folder = folder
        self.runs_table = runs_table
        self.saved = 0
        self._pending: list[tuple[Run, Outcome]] = []
        self._since = time.monotonic()

    def add(self, run: Run, outcome: Outcome) -> None:
        """Take one finished run; write when fifty wait, or the oldest has waited five seconds."""
        if not self._pending:
            self._since = time.monotonic()
        self._pending.append((run, outcome))
        if len(self._pending) >= SHARD_RUNS or time.monotonic() - self._since > SHARD_SECONDS:
            self.flush()

    def flush(self) -> None:
        """Write what waits. Raises InputError when the disk refuses."""
        if not self._pending:
            return
        name = hashlib.blake2b("".join(run.key for run, _ in self._pending).encode(), digest_size=8).hexdigest()
        with disk(self.folder):
            for table in _tables(self._pending):
                parts = [outcome.tables[table] for _, outcome in self._pending if table in outcome.tables]
                write_shard(self.folder, table, pa.concat_tables(parts), name)
            write_shard(self.folder, "runs", self.runs_table.rows(self._pending), name)
        self.saved += len(self._pending)
        self._pending = []


def _tables(done: Sequence[tuple[Run, Outcome]]) -> list[str]:
    return sorted({table for _, outcome in done for table in outcome.tables})


def write_texts(folder: Path, texts: Mapping[str, bytes]) -> None:
    """Write the texts beside the tables. Raises InputError when the disk refuses."""
    with disk(folder):
        for name, content in texts.items():
            (folder / name).parent.mkdir(exist_ok=True)
            write(folder / name, content)
