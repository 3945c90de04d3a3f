"""Nothing computed is lost: kills, torn files, full disks, read-only folders, changed worlds; and memory stays flat."""

import errno
import json
import os
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import types
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest import mock

import numpy as np
import pandas as pd
import pytest

from analysis.report import Report
from sim import model
from sim.cli import main
from sim.errors import InputError
from sim.experiment import manifest, status, store
from sim.experiment import results as results_module
from sim.experiment.experiment import Experiment
from sim.experiment.planning import plan
from sim.roots import SETTING, find_roots
from tests.interrupted import REPLICATIONS, ROOT, ROWS, SHARD_SECONDS, WORDS, StandIn, check_same, finished, listed, started, stored
from tests.test_experiment import without_rights

RUNS = ROWS * REPLICATIONS
KILLS = 20


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sweep, never interrupted, in shards of a run or two."""
    folder = tmp_path_factory.mktemp("whole") / "out"
    assert swept(folder) == 0
    assert len(list((folder / "runs.parquet").iterdir())) >= RUNS // 3
    return folder


@pytest.fixture
def folder(whole: Path, tmp_path: Path) -> Path:
    """A copy of it to damage."""
    shutil.copytree(whole, tmp_path / "out")
    return tmp_path / "out"


def swept(folder: Path) -> int:
    """The exit code of the sweep into a folder, in this process, a shard for nearly every run."""
    with mock.patch.object(store, "SHARD_SECONDS", SHARD_SECONDS):
        return main(["sweep", *WORDS, f"output={folder}", "executor=serial"])


# ---- kills -----------------------------------------------------------------------------------------------------------
@pytest.mark.slow
def test_a_sweep_killed_at_random_moments_and_repeated_loses_and_doubles_nothing(whole: Path, tmp_path: Path) -> None:
    path, rng, kept = tmp_path / "out", np.random.default_rng(), 0
    for number in range(KILLS):
        process = started("sweep", *WORDS, f"output={path}", f"executor={'serial' if number % 2 else 'processes'}", "workers=2",
                          start_new_session=True)
        first = listed(path)
        deadline = time.monotonic() + 20
        while number > KILLS // 2 and listed(path) == first and process.poll() is None and time.monotonic() < deadline:
            time.sleep(0.01)  # half of the kills come while runs are being written
        time.sleep(float(rng.uniform(0.0, 2.5 if number <= KILLS // 2 else 0.3)))
        os.kill(process.pid, signal.SIGKILL)
        process.communicate()
        now = listed(path)
        assert now >= kept  # what a kill finds in the store, it leaves there
        kept = now
        if kept == RUNS:
            shutil.rmtree(path)
            kept = 0
    assert swept(path) == 0
    check_same(path, whole)


def test_a_kill_between_the_tables_of_a_batch_leaves_no_double_rows(
    folder: Path, whole: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """``runs`` is written last: a batch that it does not list was cut off, and is taken out and run again."""
    victim = sorted((folder / "runs.parquet").iterdir())[1]
    victim.unlink()
    (folder / "series.parquet" / ".part-x.parquet.tmp").write_bytes(b"half a")
    assert swept(folder) == 0
    assert "runs stand in" in capsys.readouterr().err
    assert not list(folder.rglob("*.tmp"))
    check_same(folder, whole)


# ---- torn files ------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("table", ["runs", "series"])
def test_a_torn_shard_is_moved_aside_and_its_runs_run_again(
    table: str, folder: Path, whole: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    victim = sorted((folder / f"{table}.parquet").iterdir())[0]
    victim.write_bytes(victim.read_bytes()[: victim.stat().st_size // 2])
    assert swept(folder) == 0
    told = capsys.readouterr().err
    assert f"{table}.parquet/{victim.name} could not be read and was moved to {folder}/torn; its runs are run again" in told
    assert (folder / "torn" / f"{table}.parquet" / victim.name).is_file()
    check_same(folder, whole)


def test_a_torn_manifest_and_a_lost_design_are_told(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "manifest.json").write_text("{", encoding="utf-8")
    assert main(["sweep", *WORDS, f"output={folder}"]) == 2
    assert "manifest.json: cannot be read as this version's manifest; choose another folder" in capsys.readouterr().err


def test_a_lost_design_is_told(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / manifest.DESIGN).unlink()
    assert main(["sweep", *WORDS, f"output={folder}"]) == 2
    assert "design.parquet: cannot be read, so the rows of this folder are unknown" in capsys.readouterr().err


def test_a_folder_killed_before_its_first_row_is_begun_again(tmp_path: Path) -> None:
    folder = tmp_path / "out"
    words = ["sweep", "single", "scale=0.02", "horizon=2005", "replications=1", "executor=serial", f"output={folder}"]
    assert main(words) == 0
    for path in folder.iterdir():
        if path.name != "manifest.json":
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    assert main(words) == 0
    assert len(results_module.open(folder).runs) == 1


def test_the_fork_server_never_hears_ctrl_c() -> None:
    """Not even while it imports the model, before it would ignore the signal."""
    code = ("from multiprocessing import forkserver; from sim.experiment.executors import prepare; prepare('processes', 'json'); "
            "told = open(f'/proc/{forkserver._forkserver._forkserver_pid}/status').read(); print(told.split('SigBlk:')[1].split()[0])")
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True,
                          env=os.environ | {"PYTHONPATH": str(ROOT)})
    assert int(done.stdout, 16) & 1 << signal.SIGINT - 1


# ---- disks -----------------------------------------------------------------------------------------------------------
@contextmanager
def small_disk(folder: Path, size: str) -> Iterator[Path]:
    """A file system of a few hundred kilobytes; skipped, visibly, where mounting is not allowed."""
    folder.mkdir()
    if os.geteuid() or subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", folder], check=False).returncode:
        pytest.skip("mounting a tmpfs needs root")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", folder], check=True)


def test_a_full_disk_stops_with_a_sentence_and_the_sweep_goes_on_when_there_is_room(
    whole: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with small_disk(tmp_path / "disk", "320k") as disk:
        assert swept(disk / "out") == 2
        assert "the disk is full; what was finished before stands; make room or choose another folder" in capsys.readouterr().err
        held = len(results_module.open(disk / "out").runs)
        assert 0 < held < RUNS
        subprocess.run(["mount", "-o", "remount,size=20m", disk], check=True)
        assert swept(disk / "out") == 0
        assert f"{held} of {RUNS} runs stand in {disk / 'out'} already" in capsys.readouterr().err
        check_same(disk / "out", whole)


def test_who_may_only_read_a_folder_sees_that_it_is_written_into() -> None:
    with tempfile.TemporaryDirectory() as parent:  # pytest's own folders are closed to others
        folder = Path(parent) / "out"
        folder.mkdir()
        with store.locked(folder), without_rights(folder):
            assert store.is_locked(folder)
        assert not store.is_locked(folder)


def test_an_analysis_beside_results_that_may_only_be_read_is_refused_in_its_own_words(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    report = Report("", "", "effects", pd.DataFrame(), {})
    report.save(tmp_path / "out")  # all that is imported late has been
    with without_rights(tmp_path / "out"), pytest.raises(InputError, match=r"^/.*out: cannot be written \(.*\); analyse a copy of it"):
        report.save(tmp_path / "out")


def test_commands_to_copy_are_quoted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "my folder"
    words = ["sweep", "single", "scale=0.02", "horizon=2005", "replications=1", "executor=serial", f"output={folder}"]
    monkeypatch.setattr("sys.argv", ["encadena", *words])
    assert main(words) == 0
    assert f"encadena status '{folder}'" in capsys.readouterr().out
    assert f"'output={folder}'" in status._command(folder)


def test_a_disk_full_from_the_start_is_gone_on_with_when_there_is_room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(path: Path, content: bytes) -> None:
        if path.name == manifest.MANIFEST:
            raise OSError(errno.ENOSPC, "full")
        written(path, content)

    written, words = store.write, ["run", "baseline", "scale=0.02", "horizon=2005", "replications=1", "executor=serial",
                                   f"output={tmp_path / 'out'}"]
    with monkeypatch.context() as patch:
        patch.setattr(store, "write", full)
        assert main(words) == 2
    assert main(words) == 0


def test_a_read_only_disk_is_told(whole: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with small_disk(tmp_path / "disk", "20m") as disk:
        shutil.copytree(whole, disk / "out")
        subprocess.run(["mount", "-o", "remount,ro", disk], check=True)
        capsys.readouterr()
        assert swept(disk / "out") == 2
        told = capsys.readouterr().err
        assert told == f"encadena: output={disk / 'out'}: cannot be written (Read-only file system); choose another folder\n"
        assert main(["status", str(disk / "out")]) == 0


def test_files_that_may_not_grow_stop_the_sweep_like_a_full_disk(tmp_path: Path) -> None:
    """A limit on file size stands for a full disk where nothing may be mounted."""
    code, told = finished("sweep", *WORDS, f"output={tmp_path / 'out'}", "executor=serial",
                          preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (9000, 9000)))
    assert code == 2
    assert "the disk is full" in told
    assert "Traceback" not in told


# ---- changed worlds --------------------------------------------------------------------------------------------------
def test_a_changed_data_file_is_refused_with_the_way_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    valley = tmp_path / "data" / "my_valley"
    shutil.copytree(find_roots({}).worlds()["valle_inventado"], valley)
    described = (valley / "world.yaml").read_text(encoding="utf-8").replace("name: valle_inventado", "name: my_valley")
    (valley / "world.yaml").write_text(described, encoding="utf-8")
    monkeypatch.setenv(SETTING, str(tmp_path))
    words = ["sweep", "single", "world=my_valley", "scale=0.1", "horizon=2005", "executor=serial", f"output={tmp_path / 'out'}"]
    assert main([*words, "replications=1"]) == 0
    prices = valley / "distances.csv"
    before = prices.read_text(encoding="utf-8")
    prices.write_text(before + "\n", encoding="utf-8")
    assert main([*words, "replications=2"]) == 2
    assert ("the data file distances.csv has changed since it was begun; nothing was changed; choose another folder (output=FOLDER), "
            "or restore what differs and repeat the command") in capsys.readouterr().err
    prices.write_text(before, encoding="utf-8")
    assert main([*words, "replications=2"]) == 0


def test_another_version_of_the_model_is_refused(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    told = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    told["code"][0] = "another"
    (folder / "manifest.json").write_text(json.dumps(told), encoding="utf-8")
    assert main(["sweep", *WORDS, f"output={folder}"]) == 2
    assert "it was written by another version of the model, so its runs cannot be joined by new ones" in capsys.readouterr().err


# ---- stopped early ---------------------------------------------------------------------------------------------------
def test_a_stopped_sweep_opens_as_a_balanced_smaller_one(whole: Path, tmp_path: Path) -> None:
    path = tmp_path / "out"
    process = started("sweep", *WORDS, f"output={path}", "executor=serial")
    deadline = time.monotonic() + 300
    while listed(path) < ROWS + 1 and time.monotonic() < deadline:
        time.sleep(0.01)
    process.send_signal(signal.SIGINT)
    _, told = process.communicate(timeout=60)
    assert process.returncode == 130
    runs = results_module.open(path).runs
    assert told.endswith(f"encadena: stopped; {len(runs)} of {RUNS} runs are saved in {path}\n")
    counts = runs.groupby("row").size()
    assert len(counts) == ROWS
    assert counts.max() - counts.min() <= 1
    assert swept(path) == 0
    check_same(path, whole)


# ---- failures --------------------------------------------------------------------------------------------------------
FAILING = """
def run(world):
    if world.spec.parameters.trust_weight > 2.5:
        raise ZeroDivisionError("no trust left")
"""


def test_failures_are_rows_told_at_once_and_can_be_tried_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "out"
    words = ["sweep", *WORDS, f"output={path}", "executor=serial"]
    module = types.ModuleType("sim.stages.copper")
    exec(FAILING, module.__dict__)
    with monkeypatch.context() as patch:
        patch.setattr(model, "STAGES", (("copper", module.run), *model.STAGES))
        assert main(words) == 1
    told = capsys.readouterr().err
    failed = results_module.open(path).runs.query("status == 'failed'")
    assert len(failed) == 2 * REPLICATIONS
    assert set(failed["error_stage"]) == {"copper"}
    assert failed["error_traceback"].str.contains("no trust left").all()
    assert told.count("failed: baseline, row") == 3
    assert "10 of 20 runs failed; the first is baseline, replication 1, in stage copper of 1995Q1: ZeroDivisionError" in told
    assert "parameters.trust_weight=" in failed["error_replay"].iloc[0]
    assert main(["status", str(path), "--lang", "en"]) == 0
    assert "done 10; failed 10; left 0 of 20 runs" in capsys.readouterr().out
    assert main(words) == 1  # a failure is an answer; it is not tried again unasked
    assert main([*words, "--retry"]) == 0
    runs = results_module.open(path).runs
    assert (len(runs), set(runs["status"]), runs["run_key"].is_unique) == (RUNS, {"done"}, True)


# ---- memory ----------------------------------------------------------------------------------------------------------
def experiment_of(samples: int, *words: str) -> Experiment:
    planned = plan("lhs", ["parameters.trust_weight", "parameters.price_weight", f"samples={samples}", "replications=1", *words])
    return Experiment(planned.design, planned.settings, light=True)


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="resident memory is read from /proc")
@pytest.mark.parametrize("runs", [int(os.environ.get("ENCADENA_MANY_RUNS", "10000"))])
def test_memory_stays_flat_while_runs_are_stored(runs: int, tmp_path: Path) -> None:
    """The engine alone: designing, naming, carrying out and storing worlds that take no time of their own."""
    experiment = experiment_of(runs, "scale=0.02", "horizon=2010")
    all_runs = experiment.runs
    one = experiment.worlds(all_runs[0])
    work = StandIn(experiment.design.bases, experiment.design.names, experiment.recording, left=one)
    store.prepare(tmp_path / "out")
    memory = stored(tmp_path / "out", all_runs, work, experiment.runs_table)
    slope = np.polyfit(np.arange(3, 10) * runs / 10, memory[3:], 1)[0]
    print(f"{runs} runs: {slope:.0f} bytes a run, {memory[-1] / 1e6:.0f} MB at the end")
    assert slope < 1000


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="resident memory is read from /proc")
def test_memory_stays_flat_over_real_worlds(tmp_path: Path) -> None:
    experiment = experiment_of(300, "world=valle_inventado", "scale=0.02", "horizon=2005")
    store.prepare(tmp_path / "out")
    memory = stored(tmp_path / "out", experiment.runs, experiment.worlds, experiment.runs_table)
    slope = np.polyfit(np.arange(3, 10) * 30, memory[3:], 1)[0]
    print(f"300 worlds: {slope:.0f} bytes a run")
    assert slope < 10_000
