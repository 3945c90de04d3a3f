"""Design, identity, executors, failures, the output folder, and the main job."""

import json
import os
import resource
import signal
import subprocess
import sys
import time
import types
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow.parquet as pq
import pytest
import yaml

from sim import model
from sim.cli import main
from sim.errors import BAD_INPUT, INTERRUPTED, SOME_FAILED, InputError
from sim.experiment import experiment, runner, store
from sim.experiment import results as folder_results
from sim.experiment.design import Runs, comparison
from sim.experiment.executors import Processes, Serial, WorkerDied
from sim.experiment.experiment import Experiment
from sim.experiment.identity import child_seed, model_sources
from sim.experiment.main_job import run_scenarios
from sim.experiment.memory import run, run_in_memory
from sim.experiment.outcome import DONE, FAILED, Outcome
from sim.spec import Spec
from tests.small_experiments import die_on_three, die_once, double, settings, tiny

ALWAYS = ["ledger", "programmes", "runs", "series"]
pytestmark = pytest.mark.usefixtures("no_figures")


# ---- design and identity ---------------------------------------------------------------------------------------------
def test_replication_one_of_every_row_comes_first_and_rows_share_their_seeds() -> None:
    runs = Runs(comparison([tiny(), tiny("start_weak")]), replications=3, seed=7)
    assert [(run.replication, run.row) for run in runs] == [(1, 0), (1, 1), (2, 0), (2, 1), (3, 0), (3, 1)]
    assert [run.seed for run in runs] == [child_seed(7, number) for number in (1, 1, 2, 2, 3, 3)]
    assert len({run.key for run in runs}) == 6


def test_seeds_of_replications_differ_and_fit_a_signed_integer() -> None:
    seeds = {child_seed(root, replication) for root in range(20) for replication in range(1, 21)}
    assert len(seeds) == 400
    assert all(0 <= seed < 2**63 for seed in seeds)


@pytest.mark.parametrize("specs", [[], ["baseline", "baseline"]])
def test_rows_that_cannot_be_compared_are_refused(specs: list[str]) -> None:
    with pytest.raises(InputError, match=r"no scenario to run|occurs twice"):
        comparison([tiny(name) for name in specs])


def test_scenarios_of_two_worlds_are_refused() -> None:
    valley = replace(tiny("baseline", "world=valle_inventado"), scenario="valley")
    with pytest.raises(InputError, match="different worlds"):
        comparison([tiny(), valley])


def key_of(spec: Spec, seed: int) -> str:
    return Runs(comparison([spec]), replications=1, seed=seed)[0].key


def test_a_run_key_depends_on_what_decides_the_world_and_on_nothing_else() -> None:
    spec = tiny()
    key = key_of(spec, 1)
    assert key == key_of(replace(spec, caption="other words", changed={"scale": "2e-2"}), 1)
    others = [tiny("baseline", "parameters.trust_weight=2.5"), tiny("baseline", "copper=bust"), replace(spec, horizon=2008)]
    assert len({key, key_of(spec, 2), *(key_of(other, 1) for other in others)}) == 5


def test_the_model_digest_covers_the_model_and_not_how_it_is_run() -> None:
    names = {path.relative_to(path.parents[1]).as_posix() if path.parent.name != "sim" else path.name for path in model_sources()}
    assert {"model.py", "kernels/clearing.py", "stages/procurement.py", "policies/support.py", "worlddata.py"} <= names
    assert not {"cli.py", "config.py", "experiment/store.py"} & names


def test_the_replay_command_runs_the_very_world(capfd: pytest.CaptureFixture[str]) -> None:
    rows = comparison([tiny("baseline", "parameters.trust_weight=2.5")])
    first = Runs(rows, 1, 1)[0]
    command = rows.replay(first).replace(".run()", '.run(); print("replayed")').replace("python -c", f"{sys.executable} -c", 1)
    root = Path(model.__file__).parents[1]
    subprocess.run(command, shell=True, check=True, env=os.environ | {"PYTHONPATH": str(root)})
    assert f", {first.seed})" in rows.replay(first)
    assert capfd.readouterr().out == "replayed\n"


# ---- executors -------------------------------------------------------------------------------------------------------
def test_executors_yield_every_task_once() -> None:
    expected = {(number, 2 * number) for number in range(7)}
    assert set(Serial().outcomes(double, range(7))) == expected
    assert set(Processes(2).outcomes(double, range(7))) == expected


def test_a_killed_worker_is_replaced_and_its_task_tried_again(tmp_path: Path) -> None:
    tasks = [(str(tmp_path / f"mark{number}"), number) for number in range(4)]
    assert sorted(Processes(2).outcomes(die_once, tasks)) == [(task, 2 * task[1]) for task in tasks]


def test_a_task_that_kills_its_worker_twice_is_booked_and_the_others_go_on() -> None:
    outcomes = dict(Processes(2).outcomes(die_on_three, range(6)))
    assert outcomes.pop(3) == WorkerDied(2, -signal.SIGKILL)
    assert outcomes == {number: 2 * number for number in range(6) if number != 3}
    assert runner.as_outcome(WorkerDied(2, -9)).status == FAILED


def test_results_are_the_same_for_any_executor_and_number_of_workers() -> None:
    specs = [tiny(), tiny("start_weak")]
    ways = [settings(replications=2), *(settings(replications=2, executor="processes", workers=n) for n in (1, 2))]
    first, *others = [run_in_memory(specs, way) for way in ways]
    for other in others:
        for table in ("series_wide", "programmes", "ledger"):
            pd.testing.assert_frame_equal(getattr(first, table), getattr(other, table))
        pd.testing.assert_frame_equal(first.runs.drop(columns="seconds"), other.runs.drop(columns="seconds"))


# ---- failures --------------------------------------------------------------------------------------------------------
@contextmanager
def a_stage_that_fails(monkeypatch: pytest.MonkeyPatch, scenario: str) -> Iterator[None]:
    """Put a stage in front that raises in the worlds of one scenario."""
    code = f"def run(world):\n    if world.spec.scenario == {scenario!r}:\n        raise ZeroDivisionError('no copper left')"
    module = types.ModuleType("sim.stages.copper")
    exec(code, module.__dict__)
    with monkeypatch.context() as patch:
        patch.setattr(model, "STAGES", (("copper", module.run), *model.STAGES[1:]))
        yield


def test_a_failure_tells_stage_quarter_exception_traceback_and_replay(monkeypatch: pytest.MonkeyPatch) -> None:
    with a_stage_that_fails(monkeypatch, "baseline"):
        results = run_in_memory([tiny()], settings())
    row = results.runs.iloc[0]
    assert (row["status"], row["error_stage"], row["error_quarter"]) == (FAILED, "copper", "1995Q1")
    assert row["error_exception"] == "ZeroDivisionError: no copper left"
    assert "no copper left" in row["error_traceback"]
    assert row["error_replay"].startswith("python -c")
    with pytest.raises(InputError, match="no run ended well"):
        _ = results.series


def test_a_failing_scenario_does_not_stop_the_others(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "out"
    with a_stage_that_fails(monkeypatch, "start_weak"):
        code = run_scenarios([tiny(), tiny("start_weak")], settings(output=str(folder)), "en")
    assert code == SOME_FAILED
    assert folder_results.open(folder).runs["status"].tolist() == [DONE, FAILED]
    told = capsys.readouterr()
    assert "1 of 2 runs failed; the first is start_weak, replication 1, in stage copper of 1995Q1" in told.err
    assert "n/a" in told.out


def test_the_exit_code_says_so_when_nothing_can_be_compared(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with a_stage_that_fails(monkeypatch, "baseline"):
        assert run_scenarios([tiny()], settings(output=str(tmp_path / "out")), "es") == SOME_FAILED


# ---- the output folder -----------------------------------------------------------------------------------------------
@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder written by the main job, with figures: it is made before ``no_figures`` forbids them."""
    path = tmp_path_factory.mktemp("main") / "out"
    specs = [tiny("baseline", "parameters.trust_weight=2.5"), tiny("start_strong", "parameters.trust_weight=2.5")]
    assert run_scenarios(specs, settings(replications=2, output=str(path), recording=("firms",)), "es") == 0
    return path


def test_the_folder_holds_what_the_contract_says(folder: Path) -> None:
    assert sorted(path.stem for path in folder.glob("*.parquet")) == sorted([*ALWAYS, "firms"])
    assert sorted(path.name for path in (folder / "config").iterdir()) == ["baseline.yaml", "design.parquet", "start_strong.yaml"]
    assert {"provenance.json", "dictionary.csv", "comparison.csv", "comparison.md", "figures"} <= {p.name for p in folder.iterdir()}
    assert not [path for path in folder.rglob("*") if path.name.endswith(".tmp")]


def test_every_table_opens_as_one_and_begins_with_what_names_the_run(folder: Path) -> None:
    for table in folder.glob("*.parquet"):
        assert all(shard.name.startswith("part-") for shard in table.iterdir())
        frame = pd.read_parquet(table)
        assert list(frame.columns[:3]) == ["run_key", "scenario", "replication"]
        assert frame["run_key"].nunique() == 4
        if table.stem != "runs":
            assert pd.api.types.is_datetime64_dtype(frame["quarter"])
            assert frame["quarter"].iloc[0] == frame["quarter"].iloc[0] + pd.offsets.QuarterEnd(0)


def test_duckdb_opens_a_table_in_place(folder: Path) -> None:
    duckdb = pytest.importorskip("duckdb")
    query = f"select count(distinct run_key), max(quarter) from '{folder}/series.parquet/*.parquet'"
    with duckdb.connect() as connection:
        assert [str(value) for value in connection.execute(query).fetchone()] == ["4", "2007-12-31 00:00:00"]


def test_shards_are_compressed_with_zstd(folder: Path) -> None:
    shard = next((folder / "series.parquet").iterdir())
    assert pq.ParquetFile(shard).metadata.row_group(0).column(0).compression == "ZSTD"


def test_the_dictionary_knows_every_column_of_every_table(folder: Path) -> None:
    dictionary = pd.read_csv(folder / "dictionary.csv")
    for table in folder.glob("*.parquet"):
        told = dictionary.loc[dictionary["table"] == table.stem, "column"]
        assert set(pq.read_table(table).column_names) == set(told)
    assert dictionary[["caption", "caption_es"]].notna().all(axis=None)


def test_changed_values_stand_in_runs(folder: Path) -> None:
    assert folder_results.open(folder).runs["parameters.trust_weight"].tolist() == [2.5] * 4


def test_the_resolved_configuration_and_provenance_say_what_was_run(folder: Path) -> None:
    config = yaml.safe_load((folder / "config" / "baseline.yaml").read_text(encoding="utf-8"))
    assert (config["parameters"]["trust_weight"], config["horizon"], config["scale"]) == (2.5, 2007, 0.02)
    assert config["programmes"]["fc_certification"]["from"].endswith("Q1")
    told = json.loads((folder / "provenance.json").read_text(encoding="utf-8"))
    assert (told["runs"], told["done"], told["failed"], told["region"]) == (4, 4, 0, "antofagasta")
    assert told["seeds"] == {"1": child_seed(1, 1), "2": child_seed(1, 2)}
    assert told["started"] <= told["finished"]
    assert {"numpy", "numba", "mesa"} <= {name for name, version in told["libraries"].items() if version}
    assert "regions.csv" in told["data"]


def test_provenance_tells_the_seeds_of_replications_that_came_later() -> None:
    (grown := Experiment([tiny()], settings())).replications = 3
    assert list(json.loads(grown.texts()["provenance.json"])["seeds"]) == ["1", "2", "3"]


def test_tables_on_request_are_absent_unless_asked(tmp_path: Path) -> None:
    run_scenarios([tiny()], settings(output=str(tmp_path / "out")), "en")
    assert sorted(path.stem for path in (tmp_path / "out").glob("*.parquet")) == ALWAYS


@pytest.mark.parametrize(("value", "lang", "told"), [
    (200, "en", "note: parameters.trust_weight=200 lies outside its plausible range, 1 to 4"), (4, "en", ""),
    (0.5, "es", "nota: parameters.trust_weight=0,5 está fuera de su rango plausible, 1 a 4")])
def test_a_parameter_outside_its_range_is_told(value: float, lang: str, told: str, tmp_path: Path,
                                               capsys: pytest.CaptureFixture[str]) -> None:
    spec = tiny("baseline", f"parameters.trust_weight={value}")
    assert run_scenarios([spec], settings(output=str(tmp_path / "out")), lang) == 0
    notes = [line for line in capsys.readouterr().err.splitlines() if line.startswith(("note", "nota"))]
    assert notes == [told][: bool(told)]


def test_a_folder_that_holds_something_is_refused_and_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("years of work", encoding="utf-8")
    with pytest.raises(InputError, match="not empty; nothing was overwritten, choose another folder"):
        run_scenarios([tiny()], settings(output=str(tmp_path)), "en")
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]
    with pytest.raises(InputError, match="this is a file"):
        run_scenarios([tiny()], settings(output=str(tmp_path / "thesis.txt")), "en")


def test_a_repeated_run_goes_on_with_its_folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """With more replications, then with another scenario: what stands is neither run again nor moved."""
    folder = tmp_path / "out"
    assert run_scenarios([tiny()], settings(output=str(folder)), "en") == 0
    first = {shard: shard.read_bytes() for shard in folder.glob("*.parquet/*")}
    assert run_scenarios([tiny()], settings(replications=2, output=str(folder)), "en") == 0
    assert run_scenarios([tiny("start_weak"), tiny()], settings(replications=2, output=str(folder)), "en") == 0
    assert f"2 of 4 runs stand in {folder} already" in capsys.readouterr().err
    assert first.items() <= {shard: shard.read_bytes() for shard in folder.glob("*.parquet/*")}.items()
    runs = folder_results.open(folder).runs
    assert runs[["scenario", "row", "replication"]].to_numpy().tolist() == [
        ["baseline", 0, 1], ["baseline", 0, 2], ["start_weak", 1, 1], ["start_weak", 1, 2]]
    with pytest.raises(InputError, match=r"it was begun with other values \(scale=0\.02, now scale=0\.03\)"):
        run_scenarios([replace(tiny(), scale=0.03)], settings(output=str(folder)), "en")


def test_an_empty_folder_may_be_written_into(tmp_path: Path) -> None:
    store.prepare(tmp_path)
    assert not list(tmp_path.iterdir())


@contextmanager
def without_rights(folder: Path, mode: int = 0o555) -> Iterator[None]:
    """Take away the right to write; root has to become nobody for that."""
    folder.chmod(mode)
    if os.geteuid() == 0:
        os.chmod(folder.parent, 0o755)
        os.seteuid(65534)
    try:
        yield
    finally:
        if os.getuid() == 0:
            os.seteuid(0)
        folder.chmod(0o755)


def test_a_folder_that_cannot_be_written_is_told_in_one_sentence(tmp_path: Path) -> None:
    with without_rights(tmp_path), pytest.raises(InputError, match=r"cannot be written \(Permission denied\); choose another"):
        store.prepare(tmp_path / "out")


@pytest.mark.parametrize("command", ["status", "analyse"])
def test_a_folder_that_may_not_be_read_is_told_in_one_sentence(command: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([command, str(tmp_path / "nothing")]) == BAD_INPUT  # all that is imported late has been
    folder = tmp_path / "out"
    (folder / "runs.parquet").mkdir(parents=True)
    (folder / "manifest.json").write_text("{}", encoding="utf-8")
    capsys.readouterr()
    with without_rights(folder, 0o700 if os.geteuid() == 0 else 0):
        assert main([command, str(folder)]) == BAD_INPUT
        with pytest.raises(InputError) as debugged:
            main([command, str(folder), "--debug"])
    told = capsys.readouterr().err
    assert (told.count("\n"), "Permission denied; see that it is there, that you may use it" in told) == (1, True)
    assert isinstance(debugged.value.__cause__, PermissionError)


def test_a_full_disk_is_told_in_one_sentence_and_what_stood_stands(tmp_path: Path) -> None:
    """A limit on the size of files stands for a full disk: it needs no mount and no rights."""
    folder = tmp_path / "out"
    store.prepare(folder)
    store.write_texts(folder, {"small.txt": b"before"})
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, hard))
    try:
        with pytest.raises(InputError, match="the disk is full; what was finished before stands"):
            store.write_texts(folder, {"large.txt": b"x" * 5000})
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert [path.name for path in folder.iterdir()] == ["small.txt"]


def test_the_default_folder_bears_the_date(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    run_scenarios([tiny()], settings(), "en")
    (written,) = (tmp_path / "outputs").iterdir()
    assert written.name.startswith("20")
    assert (written / "provenance.json").is_file()


def test_runs_begun_in_one_second_get_folders_of_their_own(tmp_path: Path) -> None:
    folder = tmp_path / "outputs" / "2026-07-01_120000"
    assert [store.fresh(folder).name for _ in range(3)] == [folder.name, f"{folder.name}_2", f"{folder.name}_3"]


# ---- being stopped ---------------------------------------------------------------------------------------------------
def test_ctrl_c_saves_what_was_finished_and_says_so(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    whole = Experiment.outcomes

    def interrupted(self: Experiment, *words: str) -> Iterator[tuple[Any, Outcome]]:
        yield next(whole(self, *words))
        raise KeyboardInterrupt

    monkeypatch.setattr(experiment.Experiment, "outcomes", interrupted)
    folder = tmp_path / "out"
    assert run_scenarios([tiny()], settings(replications=3, output=str(folder)), "en") == INTERRUPTED
    assert capsys.readouterr().err == f"encadena: stopped; 1 of 3 runs are saved in {folder}\n"
    assert len(folder_results.open(folder).runs) == 1


@pytest.mark.slow
def test_a_real_ctrl_c_ends_parent_and_workers_with_one_sentence(tmp_path: Path) -> None:
    root, folder = Path(model.__file__).parents[1], tmp_path / "out"
    command = [sys.executable, "-c", "import sys; from sim.cli import main; sys.exit(main())", "run", "scale=0.1", f"output={folder}"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True, start_new_session=True,
                          env=os.environ | {"PYTHONPATH": str(root)}, preexec_fn=_hear_interrupts) as started:
        while not (folder / "provenance.json").exists():
            time.sleep(0.05)
        time.sleep(3)
        os.killpg(started.pid, signal.SIGINT)
        out, err = started.communicate(timeout=60)
    assert (started.returncode, out) == (INTERRUPTED, "")
    assert err.splitlines()[-1].startswith("encadena: stopped; ")
    assert "Traceback" not in err


def _hear_interrupts() -> None:
    signal.signal(signal.SIGINT, signal.default_int_handler)


# ---- from Python -----------------------------------------------------------------------------------------------------
def test_run_takes_names_with_words_and_brings_baseline_along() -> None:
    results = run("start_copper", "scale=0.02", "horizon=2005", replications=1, workers=1)
    assert results.scenarios == ["baseline", "start_copper"]


def test_run_takes_specs_as_they_are() -> None:
    spec: Spec = tiny("start_weak")
    assert run(spec, replications=1, workers=1).scenarios == ["start_weak"]
    with pytest.raises(InputError, match="a Spec is run as it is"):
        run(spec, "scale=0.1")


@pytest.mark.parametrize(("name", "value", "sentence"), [
    ("replications", 0, "replications is 0"), ("workers", 0, "workers is 0"), ("executor", "gpu", "executor is 'gpu'"),
    ("recording", ("wages",), "recording holds 'wages'"), ("region", "patagonia", "region='patagonia' is not in world chile")])
def test_impossible_settings_are_refused(name: str, value: object, sentence: str) -> None:
    with pytest.raises(InputError, match=sentence):
        Experiment([tiny()], settings(**{name: value}))
