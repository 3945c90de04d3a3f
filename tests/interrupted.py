"""A sweep in a process of its own, to be killed; and stand-ins for worlds where only the engine is looked at."""

import ctypes
import gc
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa

import sim
from sim.experiment import results, resume, runner, store
from sim.experiment.design import Run
from sim.experiment.outcome import Outcome

ROOT = Path(sim.__file__).parents[1]
ROWS, REPLICATIONS = 4, 5
WORDS = ("lhs", "parameters.trust_weight", f"samples={ROWS}", f"replications={REPLICATIONS}", "scale=0.02", "horizon=2006", "--lang", "en")
SHARD_SECONDS = 0.02
PROGRAM = f"""
import signal
import sys
from sim.cli import main
from sim.experiment import store

signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell that runs the tests behind & has them ignore it
store.SHARD_SECONDS = {SHARD_SECONDS}
sys.exit(main(sys.argv[1:]))
"""


def started(*words: str, **more: Any) -> "subprocess.Popen[str]":
    """``encadena`` with these words, writing a shard for nearly every run."""
    return subprocess.Popen([sys.executable, "-c", PROGRAM, *words], text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                            env=os.environ | {"PYTHONPATH": str(ROOT)}, **more)


def finished(*words: str, **more: Any) -> tuple[int, str]:
    """Exit code and stderr of the same, run to its end."""
    process = started(*words, **more)
    _, told = process.communicate(timeout=300)
    return process.returncode, told


def listed(folder: Path) -> int:
    """Runs that a folder lists as finished."""
    return sum(table.num_rows for table in resume.read(folder, ["row"]))


def frames(folder: Path) -> dict[str, pd.DataFrame]:
    """What a folder says of its worlds: no clock times."""
    opened = results.open(folder)
    return {"runs": opened.runs.drop(columns="seconds"), "series": opened.series_wide}


def check_same(folder: Path, other: Path) -> None:
    """Both folders hold the same runs and years, each run once."""
    mine, theirs = frames(folder), frames(other)
    assert mine["runs"]["run_key"].is_unique
    raw = pd.read_parquet(folder / "series.parquet")
    assert not raw.duplicated(["run_key", "quarter", "region"]).any()  # also for those who read the shards themselves
    for name, frame in mine.items():
        pd.testing.assert_frame_equal(frame, theirs[name], check_categorical=False)


@dataclass(frozen=True)
class StandIn(runner.Worlds):
    """Work that takes no time: every run leaves what one world left."""

    left: Outcome | None = None

    def __call__(self, run: Run) -> Outcome:
        """The outcome under the run's own name."""
        assert self.left is not None
        assert self.left.yearly is not None
        yearly = type(self.left.yearly)(run.key, run.scenario, run.replication, self.left.yearly.region, self.left.yearly.ends,
                                        self.left.yearly.values)
        return Outcome(self.left.status, 0.0, self.left.final, {}, yearly)


def stored(folder: Path, runs: Any, work: runner.Worlds, table: Any) -> list[int]:
    """Carry out runs into a folder, one by one; resident memory (bytes) after each tenth of them."""
    writer, memory = store.Writer(folder, table), []
    for number, run in enumerate(runs, 1):
        writer.add(run, work(run))
        if number % (len(runs) // 10) == 0:
            memory.append(_held())
    writer.flush()
    return memory


def _held() -> int:
    """Resident memory (bytes) after everything free has gone back to the system: what is left was kept, not merely scattered."""
    gc.collect()
    pa.default_memory_pool().release_unused()
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
