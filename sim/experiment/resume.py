"""What a folder holds already: which runs are whole, what a kill or a torn file left, which failures to try again."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute
import pyarrow.parquet as pq
from numpy.typing import NDArray

from sim.experiment.outcome import FAILED
from sim.experiment.store import disk, write_table

RUNS = "runs.parquet"
TORN = "torn"


@dataclass(frozen=True)
class Held:
    """What stands in a folder: finished runs [replications, rows], and how many of them failed."""

    done: NDArray[np.bool_]
    failed: int
    torn: tuple[str, ...]
    """files that could not be read and were moved into ``torn/``"""

    @property
    def count(self) -> int:
        """Finished runs, failed ones among them."""
        return int(self.done.sum())


def mend(folder: Path, rows: int, replications: int, retry: bool = False) -> Held:
    """Leave only whole runs in the folder, and tell which they are. Raises InputError when the disk refuses.

    A batch of runs has shards of one name in every table, that of ``runs`` written last. A batch without it was being
    written when its process was killed: its shards go. A batch with an unreadable shard is moved aside whole, and its
    runs are run again. ``retry`` takes failed runs out of ``runs``, so that they are run again.
    """
    with disk(folder):
        batches = _batches(folder)
        torn = [path for name in batches for path in batches[name] if not _readable(path)]
        for name in {path.name for path in torn}:
            for path in batches.pop(name):
                _move_aside(folder, path)
        for name in [name for name, paths in batches.items() if not any(path.parent.name == RUNS for path in paths)]:
            for path in batches.pop(name):
                path.unlink()
        if retry:
            for path in _listed(folder):
                _forget_failures(path)
    done, failed = np.zeros((replications, rows), bool), 0
    for table in read(folder, ["row", "replication", "status"]):
        done[table["replication"].to_numpy() - 1, table["row"].to_numpy()] = True
        failed += table["status"].to_pylist().count(FAILED)
    return Held(done, failed, tuple(f"{path.parent.name}/{path.name}" for path in torn))


def read(folder: Path, columns: list[str] | None) -> Iterator[pa.Table]:
    """These columns of ``runs`` (None: all), a table a shard; a shard that is gone or torn meanwhile is passed over."""
    for path in _listed(folder):
        try:
            yield pq.read_table(path, columns=columns, partitioning=None)
        except (OSError, pa.ArrowException):
            continue


def _listed(folder: Path) -> list[Path]:
    return sorted((folder / RUNS).glob("part-*.parquet"))


def _batches(folder: Path) -> dict[str, list[Path]]:
    """Shards by name, over all tables; half-written files of a killed process go."""
    found: dict[str, list[Path]] = {}
    for home in sorted(folder.glob("*.parquet")):
        if home.is_dir():
            for path in home.iterdir():
                if path.name.endswith(".tmp"):
                    path.unlink()
                else:
                    found.setdefault(path.name, []).append(path)
    return found


def _readable(path: Path) -> bool:
    try:
        pq.read_metadata(path)
    except (OSError, pa.ArrowException):
        return False
    return True


def _move_aside(folder: Path, path: Path) -> None:
    home = folder / TORN / path.parent.name
    home.mkdir(parents=True, exist_ok=True)
    path.replace(home / path.name)


def _forget_failures(path: Path) -> None:
    table = pq.read_table(path, partitioning=None)
    kept = table.filter(pa.compute.not_equal(table["status"], FAILED))
    if kept.num_rows == 0:
        path.unlink()
    elif kept.num_rows < table.num_rows:
        write_table(path, kept)
