"""The output folder: every table a folder of Parquet shards, written so that a torn file never stands among them."""

import errno
import fcntl
import hashlib
import os
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from filelock import FileLock, Timeout

from sim.errors import InputError
from sim.experiment.design import Run
from sim.experiment.frames import RunsTable, stacked
from sim.experiment.manifest import MANIFEST
from sim.experiment.outcome import Outcome

SHARD_SECONDS = 5.0
SHARD_SHARE = 0.01
SHARD_BYTES = 64_000_000
SHARD_RUNS = 2000
LOCK = ".lock"
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


def prepare(folder: Path, goes_on: bool = True) -> None:
    """Make the folder where it is missing, and see that it can be written. Raises InputError.

    One that holds results is taken only by commands that can go on with it.
    """
    with disk(folder):
        if folder.exists() and not folder.is_dir():
            raise InputError(f"output={folder}: this is a file; choose a folder that does not exist yet")
        begun = goes_on and (folder / MANIFEST).is_file()
        if folder.is_dir() and not begun and any(path.name != LOCK for path in folder.iterdir()):
            raise InputError(f"output={folder}: the folder is not empty; nothing was overwritten, choose another folder")
        folder.mkdir(parents=True, exist_ok=True)
        write(folder / ".writable", b"")
        (folder / ".writable").unlink()


def fresh(folder: Path) -> Path:
    """Make a folder that nobody has made yet, with ``_2``, ``_3`` and so on behind its name where somebody has. Raises InputError."""
    made, number = folder, 1
    with disk(folder):
        while True:
            try:
                made.mkdir(parents=True)
            except FileExistsError:
                number += 1
                made = folder.with_name(f"{folder.name}_{number}")
            else:
                return made


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Keep others from writing into the folder; a lock falls when its process ends, however it ends. Raises InputError."""
    lock = FileLock(folder / LOCK, timeout=0)
    with disk(folder):
        try:
            lock.acquire()
        except Timeout:
            raise InputError(f"output={folder}: another process is writing into this folder; wait until it ends "
                             f"(`encadena status {folder}`) or choose another folder") from None
    try:
        yield
    finally:
        lock.release()


def is_locked(folder: Path) -> bool:
    """Whether some process is writing into the folder now."""
    try:
        with (folder / LOCK).open("rb") as file:  # to read is enough, so a colleague can ask, too
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:  # no lock, or none that may be read
        return False
    return False


@contextmanager
def disk(folder: Path, named: str = "output=", way_out: str = "choose another folder") -> Iterator[None]:
    """Say what ails the disk in one sentence (InputError) instead of a traceback; ``named`` is how the command takes the folder."""
    try:
        yield
    except OSError as error:
        if error.errno in _FULL:
            kept = "what was finished before stands" if folder.exists() else "nothing was written"
            raise InputError(f"{named}{folder}: the disk is full; {kept}; make room or {way_out}") from error
        reason = os.strerror(error.errno) if error.errno else str(error)
        raise InputError(f"{named}{folder}: cannot be written ({reason}); {way_out}") from error


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
    write_table(home / f"part-{name}.parquet", content)


def write_table(path: Path, content: pa.Table) -> None:
    """Write one Parquet file: words as dictionaries, numbers plain, both compressed."""
    sink = pa.BufferOutputStream()
    words = [field.name for field in content.schema if not pa.types.is_floating(field.type)]
    pq.write_table(content, sink, compression="zstd", use_dictionary=words, write_page_checksum=True,
                   store_schema=False)  # any reader sees plain strings
    write(path, sink.getvalue().to_pybytes())


class Writer:
    """Gathers finished runs and writes them a shard at a time; ``runs`` comes last, so a listed run is a whole one.

    A shard is due after five seconds, later after one hundredth of the time that the experiment has taken, or when much
    waits: no kill costs more than that, and a long experiment does not end in thousands of files.
    """

    def __init__(self, folder: Path, runs_table: RunsTable) -> None:
        self.folder = folder
        self.runs_table = runs_table
        self.saved = 0
        self._pending: list[tuple[Run, Outcome]] = []
        self._held = 0
        self._begun = self._since = time.monotonic()

    def add(self, run: Run, outcome: Outcome) -> None:
        """Take one finished run; write when a shard is due."""
        now = time.monotonic()
        if not self._pending:
            self._since = now
        self._pending.append((run, outcome))
        self._held += sum(table.nbytes for table in outcome.tables.values()) + (outcome.yearly.values.nbytes if outcome.yearly else 0)
        waited = now - self._since > max(SHARD_SECONDS, SHARD_SHARE * (now - self._begun))
        if waited or self._held > SHARD_BYTES or len(self._pending) >= SHARD_RUNS:
            self.flush()

    def flush(self) -> None:
        """Write what waits. Raises InputError when the disk refuses."""
        if not self._pending:
            return
        name = hashlib.blake2b("".join(run.key for run, _ in self._pending).encode(), digest_size=8).hexdigest()
        with disk(self.folder):
            for table, content in tables_of(self._pending).items():
                write_shard(self.folder, table, content, name)
            write_shard(self.folder, "runs", self.runs_table.rows(self._pending), name)
        self.saved += len(self._pending)
        self._pending, self._held = [], 0


def tables_of(done: Sequence[tuple[Run, Outcome]]) -> dict[str, pa.Table]:
    """The tables of these runs, each as one, but for ``runs``."""
    names = sorted({table for _, outcome in done for table in outcome.tables})
    tables = {name: pa.concat_tables([outcome.tables[name] for _, outcome in done if name in outcome.tables]) for name in names}
    light = [outcome.yearly for _, outcome in done if outcome.yearly is not None]
    return tables | ({"series": stacked(light)} if light else {})


def write_texts(folder: Path, texts: Mapping[str, bytes], *told: str) -> None:
    """Write the texts beside the tables. Raises InputError, worded by what else is ``told`` to :func:`disk`, when the disk refuses."""
    with disk(folder, *told):
        for name, content in texts.items():
            (folder / name).parent.mkdir(exist_ok=True)
            write(folder / name, content)
