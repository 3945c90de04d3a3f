"""Dask: the same rows as here; a worker killed in the middle of a sweep costs nothing."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest

from sim.cli import main
from sim.errors import InputError
from sim.experiment import daskcluster
from sim.experiment.executors import Waiting
from tests.interrupted import REPLICATIONS, ROOT, ROWS, WORDS, check_same, finished, listed, started
from tests.readme_blocks import blocks

distributed = pytest.importorskip("distributed")
SECONDS = 60
RUNS = ROWS * REPLICATIONS


@contextmanager
def dask(*words: str) -> Iterator["subprocess.Popen[bytes]"]:
    """A ``dask`` command, ended at last."""
    process = subprocess.Popen([sys.executable, "-m", "dask", *words], env=os.environ | {"PYTHONPATH": str(ROOT)},
                               stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def scheduler(stack: ExitStack, folder: Path) -> tuple[str, Path]:
    """A scheduler on loopback: its address, and the file by which workers find it."""
    file = folder / "scheduler.json"
    stack.enter_context(dask("scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard", "--scheduler-file", str(file)))
    deadline = time.monotonic() + SECONDS
    while not (file.exists() and file.read_text(encoding="utf-8").rstrip().endswith("}")) and time.monotonic() < deadline:
        time.sleep(0.05)
    return str(json.loads(file.read_text(encoding="utf-8"))["address"]), file


def worker(stack: ExitStack, file: Path, folder: Path) -> "subprocess.Popen[bytes]":
    """A worker of one thread that nobody restarts."""
    return stack.enter_context(dask("worker", "--scheduler-file", str(file), "--nthreads", "1", "--no-nanny", "--no-dashboard",
                                    "--local-directory", str(folder)))


@pytest.mark.slow
def test_a_worker_killed_in_the_middle_of_a_sweep_costs_nothing(tmp_path: Path) -> None:
    with ExitStack() as stack:
        address, file = scheduler(stack, tmp_path)
        workers = [worker(stack, file, tmp_path) for _ in range(2)]
        process = started("sweep", *WORDS, f"output={tmp_path / 'out'}", "executor=dask", f"executor.address={address}")
        deadline = time.monotonic() + SECONDS
        while not listed(tmp_path / "out") and process.poll() is None and time.monotonic() < deadline:
            time.sleep(0.01)
        held = listed(tmp_path / "out")
        workers[0].send_signal(signal.SIGKILL)
        _, told = process.communicate(timeout=5 * SECONDS)
    assert process.returncode == 0, told
    assert 0 < held < RUNS
    assert finished("sweep", *WORDS, f"output={tmp_path / 'serial'}", "executor=serial")[0] == 0
    check_same(tmp_path / "out", tmp_path / "serial")


@pytest.mark.slow
def test_a_small_cluster_on_this_machine_gives_the_same_rows(tmp_path: Path) -> None:
    words = ("sweep", "factorial", "copper=ar1,bust", "scale=0.02", "horizon=2005", "replications=2", "workers=2")
    for executor in ("dask", "serial"):
        code, told = finished(*words, f"executor={executor}", f"output={tmp_path / executor}")
        assert code == 0, told
    check_same(tmp_path / "dask", tmp_path / "serial")


def test_an_address_where_nobody_answers_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(daskcluster, "CONNECT_SECONDS", 1)
    words = ["sweep", "single", "scale=0.02", "horizon=2005", f"output={tmp_path / 'out'}", "executor=dask"]
    assert main([*words, "executor.address=tcp://127.0.0.1:9"]) == 2
    told = capsys.readouterr().err
    assert "executor.address=tcp://127.0.0.1:9: no Dask scheduler answers there; start one with `dask scheduler`" in told
    assert "Traceback" not in told


def test_a_scheduler_without_workers_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(daskcluster, "WORKER_SECONDS", 1)
    with ExitStack() as stack:
        address, _ = scheduler(stack, tmp_path)
        words = ["sweep", "single", "scale=0.02", "horizon=2005", f"output={tmp_path / 'out'}", "executor=dask"]
        assert main([*words, f"executor.address={address}"]) == 2
    assert f"executor.address={address}: no Dask worker has come to this scheduler in 1 s; start some" in capsys.readouterr().err


@contextmanager
def threads_of_dask() -> Iterator[Any]:
    """A cluster of one thread within this process, and its client."""
    with (distributed.LocalCluster(n_workers=1, threads_per_worker=1, processes=False, dashboard_address=None) as cluster,
          distributed.Client(cluster) as client):
        yield client


BUSY = [0, 0]
"""Runs at work now, and at most."""


def crowded(task: int) -> int:
    """A run that takes a moment and counts those beside it."""
    BUSY[0] += 1
    BUSY[1] = max(BUSY)
    time.sleep(0.2)
    BUSY[0] -= 1
    return task


def test_workers_that_come_later_get_work(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(daskcluster, "AHEAD", 0)
    monkeypatch.setattr(daskcluster, "COUNT_SECONDS", 0.1)
    with threads_of_dask() as client:
        outcomes = daskcluster._carried_out(client, crowded, range(40), Waiting(range(40)))
        first = next(outcomes)
        client.cluster.scale(4)
        client.wait_for_workers(4)
        assert sorted([first, *outcomes]) == [(task, task) for task in range(40)]
    assert BUSY[1] > 2


def test_a_worker_that_comes_later_must_run_the_same_model(monkeypatch: pytest.MonkeyPatch) -> None:
    here = threading.get_ident()

    def digest() -> tuple[str, ...]:
        return ("mine" if threading.get_ident() == here else "theirs",)

    monkeypatch.setattr(daskcluster, "code_digest", digest)
    with threads_of_dask() as client, pytest.raises(InputError, match=r"the Dask worker \S+ runs another version of the model"):
        list(daskcluster._carried_out(client, crowded, range(2), Waiting(range(2))))


SRUN = """#!/bin/bash
# srun --ntasks=N COMMAND...: N at once, here
for number in $(seq "${1#--ntasks=}"); do "${@:2}" & done
wait
"""
ENCADENA = f"""#!{sys.executable}
import sys
from sim.cli import main

words = [word for word in sys.argv[1:] if word.partition("=")[0] not in ("samples", "replications")]
sys.exit(main([*words, "samples=1", "replications=1", "scale=0.02", "horizon=2005"]))
"""


@pytest.mark.slow
def test_the_slurm_script_of_the_docs_runs(tmp_path: Path) -> None:
    """With a stand-in for ``srun``, and a small sweep."""
    (script,) = [block.code for block in blocks((ROOT / "docs" / "sweeps.md").read_text(encoding="utf-8")) if "#SBATCH" in block.code]
    for name, text in (("srun", SRUN), ("encadena", ENCADENA)):
        (tmp_path / name).write_text(text, encoding="utf-8")
        (tmp_path / name).chmod(0o755)
    path = os.pathsep.join([str(tmp_path), str(Path(sys.executable).parent), os.environ["PATH"]])
    more = {"PATH": path, "PYTHONPATH": str(ROOT), "SLURM_NTASKS": "3", "SLURM_JOB_ID": "1", "TMPDIR": str(tmp_path)}
    done = subprocess.run(["bash", "-eu", "-c", script], cwd=tmp_path, env=os.environ | more, capture_output=True, text=True, check=False,
                          timeout=5 * SECONDS)
    assert done.returncode == 0, done.stderr
    assert listed(tmp_path / "sobol") == 4


JOBQUEUE = """
from distributed import LocalCluster

class SLURMCluster(LocalCluster):
    def __init__(self, cores, processes, memory, walltime, job_script_prologue):
        super().__init__(n_workers=processes, threads_per_worker=cores, processes=False, dashboard_address=None)
"""


@pytest.mark.slow
def test_the_job_queue_of_the_docs_runs(tmp_path: Path) -> None:
    """With a stand-in for dask-jobqueue that works here, and a small sweep."""
    (code,) = [block.code for block in blocks((ROOT / "docs" / "sweeps.md").read_text(encoding="utf-8")) if "SLURMCluster" in block.code]
    small = code.replace('"samples=256", "replications=4"', '"samples=1", "replications=1", "scale=0.02", "horizon=2005"')
    assert small != code
    (tmp_path / "dask_jobqueue.py").write_text(JOBQUEUE, encoding="utf-8")
    done = subprocess.run([sys.executable, "-c", small], cwd=tmp_path, capture_output=True, text=True, timeout=600, check=False,
                          env=os.environ | {"PYTHONPATH": os.pathsep.join([str(tmp_path), str(ROOT)])})
    assert done.returncode == 0, done.stderr
    assert listed(tmp_path / "sobol") == 4
