"""Sweeps: factors and designs, what a folder keeps, how it is gone on with, what it tells."""

import json
import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from sim.calendar import parse_quarter
from sim.cli import main
from sim.config import load
from sim.errors import InputError
from sim.experiment import manifest, resume, stopping, store
from sim.experiment import results as results_module
from sim.experiment.design import Design, Runs
from sim.experiment.executors import Pace, Waiting
from sim.experiment.intervals import quantile
from sim.experiment.planning import plan
from sim.experiment.sampling import draw, from_file
from sim.factors import Factor, read_factors
from sim.roots import SETTING
from sim.settings import AUTO_BEGINS

WAVE = AUTO_BEGINS
SMALL = ("scale=0.02", "horizon=2006", "executor=serial", "--lang", "en")
LHS = ("lhs", "parameters.trust_weight", "parameters.price_weight=3..6", "samples=3", "replications=2")


def sweep(*words: str, output: Path) -> int:
    return main(["sweep", *words, *SMALL, f"output={output}"])


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A finished Latin hypercube of three rows and two replications."""
    path = tmp_path_factory.mktemp("sweep") / "out"
    assert sweep(*LHS, output=path) == 0
    return path


# ---- factors ---------------------------------------------------------------------------------------------------------
def test_factors_are_told_from_fixed_words() -> None:
    factors, fixed = read_factors(["baseline", "associativity", "parameters.trust_weight", "copper=ar1,bust", "scale=0.5",
                                   "recording=[ties]", "programmes.pdp.duration=2..8", "copper_file=../a..b.csv", "executor.address=tcp://x:1"])
    assert [factor.key for factor in factors] == ["scenario", "parameters.trust_weight", "copper", "programmes.pdp.duration"]
    assert factors[0].values == ("baseline", "associativity")
    assert (factors[1].low, factors[1].high) == (1.0, 4.0)
    assert factors[3].whole
    assert fixed == ("scale=0.5", "recording=[ties]", "copper_file=../a..b.csv", "executor.address=tcp://x:1")


def test_a_sweep_runs_as_the_files_of_its_scenarios_ask(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = "caption: asked\ncaption_es: pedido\nreplications: 3\nregion: atacama\n"
    for name, text in {"mine": asked, "other": asked.replace("3", "4")}.items():
        (tmp_path / f"{name}.yaml").write_text(text)
    table = tmp_path / "rows.csv"
    table.write_text("scenario,parameters.trust_weight\nmine,1\n,2\n")
    monkeypatch.setenv(SETTING, str(tmp_path))
    for words in (("single", "mine"), ("lhs", "mine", "parameters.trust_weight"), (str(table),)):
        settings = plan(words[0], words[1:]).settings
        assert (settings.replications, settings.region) == (3, "atacama"), words
    assert plan("single", ["mine", "replications=2"]).settings.replications == 2
    with pytest.raises(InputError, match="other asks for replications=4, and mine for replications=3"):
        plan("factorial", ["mine", "other"])


def test_a_share_of_the_way_is_a_value() -> None:
    assert [Factor("x", 1.0, 3.0).at(share) for share in (0.0, 0.5, 1.0)] == [1.0, 2.0, 3.0]
    assert [Factor("x", values=("a", "b")).at(share) for share in (0.0, 0.49, 0.5, 1.0)] == ["a", "a", "b", "b"]
    whole = Factor("x", 2.0, 4.0, whole=True)
    assert [whole.at(share) for share in (0.0, 0.32, 0.34, 0.65, 0.67, 1.0)] == [2.0, 2.0, 3.0, 3.0, 4.0, 4.0]


# ---- designs ---------------------------------------------------------------------------------------------------------
X, Y, C = Factor("parameters.trust_weight", 1.0, 4.0), Factor("parameters.price_weight", 0.0, 8.0), Factor("copper", values=("ar1", "bust"))


def drawn(name: str, factors: Sequence[Factor], samples: int = 8, levels: int = 4, seed: int = 1) -> pd.DataFrame:
    return pd.DataFrame(draw(name, factors, samples, levels, seed))


def test_a_factorial_holds_every_combination_once() -> None:
    frame = drawn("factorial", [X, C], levels=3)
    assert sorted(frame.itertuples(index=False, name=None)) == [(x, c) for x in (1.0, 2.5, 4.0) for c in ("ar1", "bust")]


def test_a_latin_hypercube_puts_one_sample_into_every_slice() -> None:
    frame = drawn("lhs", [X, Y, C], samples=16)
    for factor in (X, Y):
        slices = np.floor((frame[factor.key] - factor.low) / (factor.high - factor.low) * 16)
        assert sorted(slices) == list(range(16))
    assert frame["copper"].value_counts().to_dict() == {"ar1": 8, "bust": 8}


def test_sobol_samples_are_saltelli_s_and_grow_without_moving() -> None:
    few, more = drawn("sobol", [X, Y], samples=4), drawn("sobol", [X, Y], samples=8)
    assert len(few) == 4 * (2 + 2)
    pd.testing.assert_frame_equal(few, more.iloc[: len(few)])
    block = more.iloc[:4]
    assert block.iloc[0][Y.key] == block.iloc[1][Y.key] != block.iloc[1][X.key]  # A and A with B's first column
    assert block.iloc[1][X.key] == block.iloc[3][X.key]


def test_morris_moves_one_factor_at_a_time() -> None:
    frame = drawn("morris", [X, Y], samples=5)
    for trajectory in np.array_split(frame.to_numpy(), 5):
        moved = (np.diff(trajectory, axis=0) != 0).sum(axis=1)
        assert moved.tolist() == [1, 1]


@pytest.mark.parametrize("name", ["lhs", "sobol", "morris", "factorial"])
def test_one_scenario_holds_for_every_row_and_is_no_factor(name: str) -> None:
    alone, without = drawn(name, [Factor("scenario", values=("subsidies",)), X, Y]), drawn(name, [X, Y])
    assert alone["scenario"].unique().tolist() == ["subsidies"]
    pd.testing.assert_frame_equal(alone[[X.key, Y.key]], without)


def test_one_scenario_stands_beside_lists_of_any_length() -> None:
    columns = draw("list", read_factors(["subsidies", "copper=ar1,bust"])[0], 1, 2, 1)
    assert columns == {"copper": ["ar1", "bust"], "scenario": ["subsidies", "subsidies"]}
    assert draw("single", read_factors(["subsidies"])[0], 1, 2, 1) == {"scenario": ["subsidies"]}


@pytest.mark.parametrize("many", [3, 4, 5, 6])
def test_morris_draws_every_word(many: int) -> None:
    words = tuple("abcdef"[:many])
    frame = drawn("morris", [Factor("scenario", values=words), X], samples=60, levels=many + many % 2)
    assert set(frame["scenario"]) == set(words)


def test_lists_go_side_by_side() -> None:
    columns = draw("list", read_factors(["copper=ar1,bust", "parameters.trust_weight=1,2"])[0], 1, 2, 1)
    assert columns == {"copper": ["ar1", "bust"], "parameters.trust_weight": ["1", "2"]}
    assert draw("single", (), 1, 2, 1) == {}


def test_a_file_of_rows_is_read_and_blanks_leave_the_scenario_s_own(tmp_path: Path) -> None:
    (tmp_path / "rows.csv").write_text("scenario, copper,parameters.trust_weight\nbaseline,,2\nsubsidies,bust,\n")
    columns = from_file(tmp_path / "rows.csv")
    assert columns == {"scenario": ["baseline", "subsidies"], "copper": [None, "bust"], "parameters.trust_weight": ["2", None]}
    pd.DataFrame({"row": [0, 1], "parameters.trust_weight": [1.5, None]}).to_parquet(tmp_path / "rows.parquet")
    assert from_file(tmp_path / "rows.parquet") == {"parameters.trust_weight": [1.5, None]}


def test_cells_are_read_as_words_of_the_shell_are(tmp_path: Path) -> None:
    (tmp_path / "rows.csv").write_text("programmes.pdp.cost,programmes.pdp.until\n12.1250,null\n,\n13.1250,2030Q4\n")
    design = plan(str(tmp_path / "rows.csv"), SMALL[:2]).design
    first, left, last = (next(p for p in design.spec(row).programmes if p.name == "pdp") for row in range(3))
    usual = next(p for p in load("baseline", *SMALL[:2]).programmes if p.name == "pdp")
    assert (first.cost, first.until) == (12.125, None)
    assert (left.cost, left.until) == (usual.cost, usual.until)
    assert (last.cost, last.until) == (13.125, parse_quarter("2030Q4"))
    replayed = re.findall(r'"programmes[^"]*"', design.replay(Runs(design, 1, 1)[0]))
    assert replayed == ['"programmes.pdp.until=null"', '"programmes.pdp.cost=12.1250"']


def test_a_blank_among_whole_numbers_leaves_the_scenario_s_own(tmp_path: Path) -> None:
    (tmp_path / "rows.csv").write_text("scenario,horizon,programmes.pdp.duration\nbaseline,2030,\nbaseline,,4\n")
    first, second = (spec.changed for spec in map(plan(str(tmp_path / "rows.csv"), SMALL[:1]).design.spec, range(2)))
    assert (first["horizon"], "programmes.pdp.duration" in first) == ("2030", False)
    assert ("horizon" in second, second["programmes.pdp.duration"]) == (False, "4")


def test_rows_of_a_plan_are_the_worlds_that_words_would_compose() -> None:
    planned = plan("factorial", ["baseline", "local_purchasing", "copper=ar1,bust", "programmes.local_weight.preference=0.05,0.2",
                                 "parameters.trust_weight=2.5", *SMALL[:2]])
    design = planned.design
    assert design.row_of.size == 8
    assert len(design) == 6  # baseline lists no local_weight, so its two strengths are one world
    specs = {(spec.scenario, spec.copper, dict(spec.changed).get("programmes.local_weight.preference")): spec
             for spec in map(design.spec, range(len(design)))}
    word = load("local_purchasing", "copper=bust", "programmes.local_weight.preference=0.2", "parameters.trust_weight=2.5", *SMALL[:2])
    mine = specs["local_purchasing", "bust", "0.2"]
    assert replace(mine, world=word.world, changed={}) == replace(word, changed={})
    assert {key[2] for key in specs if key[0] == "baseline"} == {None}


def test_a_row_changed_by_a_number_has_the_key_of_the_composed_world() -> None:
    words = ["parameters.trust_weight=2..3", "scale=0.02..0.03", "samples=1"]
    design = plan("lhs", words).design
    spec = design.spec(0)
    composed = load("baseline", *(f"{key}={value}" for key, value in spec.changed.items()))
    assert Design([composed], [0]).digests == design.digests


def test_rows_that_share_a_history_stand_together_and_keep_their_numbers() -> None:
    design = plan("factorial", ["parameters.trust_weight=1,2", "copper=ar1,bust", *SMALL[:2]]).design
    assert design.history.tolist() == [0, 0, 1, 1]
    design = plan("factorial", ["copper=ar1,bust", "parameters.trust_weight=1,2", *SMALL[:2]]).design
    runs = Runs(design, 2, 1)
    assert [run.row for run in runs] == [0, 2, 1, 3] * 2
    assert [run.replication for run in runs] == [1] * 4 + [2] * 4
    assert runs.kin.tolist() == [0, 0, 1, 1, 2, 2, 3, 3]
    half = runs.without(np.array([[True, False, True, False], [False] * 4]))
    assert [(run.replication, run.row) for run in half] == [(1, 1), (1, 3), (2, 0), (2, 2), (2, 1), (2, 3)]


def test_a_design_that_grows_keeps_the_numbers_of_its_rows() -> None:
    small = plan("factorial", ["parameters.trust_weight=2,3", *SMALL[:2]]).design
    large = plan("factorial", ["parameters.trust_weight=1,2,3", *SMALL[:2]]).design.renumbered(small.digests)
    assert large.values.ravel().tolist() == [2.0, 3.0, 1.0]
    assert large.row_of.tolist() == [2, 0, 1]
    with pytest.raises(InputError, match="1 of the 3 rows in the folder are not in this design"):
        small.renumbered(large.digests)


# ---- handing out runs ------------------------------------------------------------------------------------------------
def test_shares_follow_the_measured_time() -> None:
    pace = Pace(workers=2, seconds=1.0)
    assert pace.size(1000) == 1
    pace.note(0.01)
    assert pace.size(1000) == 100
    assert pace.size(40) == 10
    pace.note(30.0)
    assert pace.size(1000) == 1


def test_kin_go_to_one_taker_until_others_would_idle() -> None:
    waiting = Waiting([0, 0, 0, 1, 1, 2])
    assert (waiting.take("a", 2), waiting.take("b", 1)) == ([0, 1], [3])
    assert waiting.take("a", 1) == [2]
    assert waiting.take("a", 1) == [5]
    assert waiting.take("a", 5) == [4]
    waiting.put_back([1, 2])
    assert (waiting.left, waiting.take("b", 9), waiting.take("b", 9)) == (2, [1, 2], [])
    assert Waiting([7] * 5).kindred(1, 3) == [0, 1, 2]


# ---- the folder ------------------------------------------------------------------------------------------------------
def test_a_sweep_keeps_the_focal_region_s_years_and_opens_tidy(folder: Path) -> None:
    results = results_module.open(folder)
    assert len(results.runs) == 6
    assert results.series_wide.groupby("run_key", observed=True).size().tolist() == [2] * 6
    assert set(results.series_wide["region"]) == {"antofagasta"}
    assert results.design["row"].tolist() == [0, 1, 2]
    merged = results.runs.merge(results.design, on="row", suffixes=("", "_asked"))
    np.testing.assert_array_equal(merged["parameters.trust_weight"], merged["parameters.trust_weight_asked"])
    with pytest.raises(InputError, match=r"a sweep keeps it when asked: run again, into another folder, with recording=\[full\]"):
        _ = results.ledger


def test_yearly_values_are_means_of_the_quarters_of_a_whole_run(folder: Path, tmp_path: Path) -> None:
    assert sweep(*LHS, "recording=[full]", output=tmp_path / "full") == 0
    light, full = results_module.open(folder), results_module.open(tmp_path / "full")
    wide = full.series_wide.query("region == 'antofagasta'")
    means = wide.groupby(["run_key", wide["quarter"].dt.year], observed=True)["exports"].mean()
    np.testing.assert_allclose(light.series_wide["exports"], means)
    last = wide[wide["quarter"].dt.quarter == 4]
    np.testing.assert_array_equal(light.series_wide["suppliers"], last["suppliers"])
    pd.testing.assert_frame_equal(light.runs.drop(columns="seconds"), full.runs.drop(columns="seconds"))
    assert len(full.ledger)


def test_rows_begin_from_the_words_of_run(folder: Path) -> None:
    """The key of a run is the same however it was asked for."""
    row = results_module.open(folder).runs.iloc[0]
    words = [f"{name}={row[name]!r}" for name in ("parameters.trust_weight", "parameters.price_weight")]
    spec = load("baseline", *SMALL[:2], *(word.replace("np.float64(", "").replace(")", "") for word in words))
    assert Runs(Design([spec], [0]), 1, 1)[0].key == row["run_key"]


def test_a_repeated_command_runs_nothing_and_more_replications_reuse_all(tmp_path: Path, folder: Path) -> None:
    path = tmp_path / "out"
    assert sweep(*LHS[:-1], "replications=1", output=path) == 0
    first = {shard.name: shard.read_bytes() for shard in path.glob("*.parquet/*")}
    assert sweep(*LHS[:-1], "replications=1", output=path) == 0
    assert {shard.name: shard.read_bytes() for shard in path.glob("*.parquet/*")} == first
    assert sweep(*LHS, output=path) == 0
    now = {shard.name: shard.read_bytes() for shard in path.glob("*.parquet/*")}
    assert first.items() < now.items()
    pd.testing.assert_frame_equal(results_module.open(path).runs.drop(columns="seconds"),
                                  results_module.open(folder).runs.drop(columns="seconds"))


def test_more_rows_reuse_all(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "out"
    assert sweep("factorial", "copper=bust,flat", "replications=1", output=path) == 0
    assert sweep("factorial", "copper=ar1,bust,flat", "replications=1", output=path) == 0
    assert f"2 of 3 runs stand in {path} already" in capsys.readouterr().err
    results = results_module.open(path)
    assert results.runs["copper"].tolist() == ["bust", "flat", "ar1"]
    assert results.design["row"].tolist() == [2, 0, 1]
    assert results.runs["run_key"].is_unique


@pytest.mark.parametrize(("words", "why"), [
    (("seed=2",), "it was begun with seed=1, not seed=2"),
    (("recording=[ties]",), r"it was begun with recording=\[light\], not recording=\[ties,light\]"),
    (("parameters.distance_weight=0.1",), r"begun with other values \(parameters.distance_weight=.*, now parameters.distance_weight=0.1\)"),
    (("samples=4",), "it was begun as `lhs samples=3 .*`, and 3 of its 3 rows are not among the 4 that `lhs samples=4 .*` asks for"),
])
def test_another_sweep_in_the_same_folder_is_refused(
    folder: Path, words: Sequence[str], why: str, capsys: pytest.CaptureFixture[str]
) -> None:
    before = {path: path.stat().st_mtime_ns for path in folder.rglob("*.*")}
    assert sweep(*LHS, *words, output=folder) == 2
    told = capsys.readouterr().err
    assert re.search(why, told), told
    assert "nothing was changed; choose another folder (output=FOLDER), or restore what differs and repeat the command" in told
    assert {path: path.stat().st_mtime_ns for path in folder.rglob("*.*")} == before


def test_the_folder_of_an_unnamed_sweep_is_found_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    words = ["sweep", "single", *SMALL]
    assert main([*words, "replications=1"]) == main([*words, "replications=2", "workers=2"]) == 0
    (written,) = Path("outputs").iterdir()
    assert len(results_module.open(written).runs) == 2


def test_status_tells_how_far_it_is(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["status", str(folder), "--lang", "en"]) == 0
    told = capsys.readouterr().out
    assert "lhs samples=3 parameters.trust_weight=1..4 parameters.price_weight=3..6 scale=0.02 horizon=2006" in told
    assert "finished; done 6; failed 0; left 0 of 6 runs (3 rows x 2 replications)" in told
    assert main(["status", str(folder), "--lang", "es"]) == 0
    assert "terminado; hechas 6" in capsys.readouterr().out


def test_a_dry_run_tells_the_size_and_writes_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ("copper=ar1,bust", "start=recorded,weak,uniform", "replications=50", "--dry-run")
    assert sweep("factorial", *words, output=tmp_path / "out") == 0
    told = capsys.readouterr().out
    for line in ("rows          6 (6 samples)", "replications  50", "runs          300", "measured on one run of row 0"):
        assert line in told
    amount, unit = re.search(r"disk +about ([\d.]+) (kB|MB)", told).groups()  # type: ignore[union-attr]
    assert 0.1e6 < float(amount) * {"kB": 1e3, "MB": 1e6}[unit] < 1e6  # some 160 numbers a run
    assert not list(tmp_path.iterdir())


def test_a_second_process_in_a_folder_is_told(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with store.locked(folder):
        assert sweep(*LHS, output=folder) == 2
        assert main(["status", str(folder), "--lang", "en"]) == 0
    told = capsys.readouterr()
    assert "another process is writing into this folder; wait until it ends" in told.err
    assert "running; done 6" in told.out
    assert not store.is_locked(folder)


# ---- as many replications as it takes --------------------------------------------------------------------------------
def test_half_widths_are_those_of_the_paired_test() -> None:
    luck = np.random.default_rng(1)
    common, own = luck.normal(size=WAVE), luck.normal(size=(2, WAVE))
    runs = pd.DataFrame([{"row": row, "scenario": name, "replication": r + 1, "status": "done", "y": common[r] + own[row, r]}
                         for row, name in enumerate(("baseline", "policy")) for r in range(WAVE)])
    paired = stats.ttest_rel(common + own[1], common + own[0]).confidence_interval(0.95)
    alone = stats.ttest_1samp(common + own[0], 0).confidence_interval(0.95)
    found = stopping.differences(runs, [], "y")
    widths = found.std(ddof=1) / np.sqrt(WAVE) * quantile(WAVE)
    assert widths[1] == pytest.approx((paired.high - paired.low) / 2)
    assert widths[0] == pytest.approx((alone.high - alone.low) / 2)
    worst = widths.max()
    assert stopping.needed(runs, [], "y", worst * 1.01) == WAVE
    assert stopping.needed(runs, [], "y", worst / 1.2) == np.ceil(WAVE * 1.2**2)
    assert stopping.needed(runs, [], "y", worst / 100) == 2 * WAVE
    assert stopping.needed(runs[runs["replication"] <= 3], [], "y", worst * 100) == WAVE


def test_a_row_is_told_against_its_baseline_also_where_that_lacks_a_changed_value() -> None:
    rows = {0: ("baseline", "ar1", None, None), 1: ("baseline", None, None, 2.0), 2: ("policy", "ar1", 0.1, None),
            3: ("policy", "ar1", 0.2, None), 4: ("policy", None, 0.1, 2.0),
            5: ("policy", "bust", 0.1, None),
            6: ("other", "ar1", None, None)}
    changed = ["copper", "programmes.mine.preference", "programmes.pdp.capacity"]
    runs = pd.DataFrame([(row, r, "done", 10.0**row * r, *told) for row, told in rows.items() for r in (1, 2)],
                        columns=["row", "replication", "status", "y", "scenario", *changed])
    against = {0: 0, 1: 0, 2: 1, 3: 1, 4: 10, 5: 0, 6: 1}
    found = stopping.differences(runs, changed, "y")
    assert found.loc[2].to_dict() == {row: 2 * (10.0**row - base) for row, base in against.items()}


def half_width(path: Path, outcome: str) -> float:
    """Half of the 95 % interval of an outcome's mean over the runs in a folder."""
    (values,) = stopping.differences(results_module.open(path).runs, [], outcome).to_numpy().T
    return float(values.std(ddof=1) / np.sqrt(values.size) * quantile(values.size))


@pytest.mark.slow
def test_replications_go_on_until_the_interval_is_narrow_enough(tmp_path: Path) -> None:
    path, outcome = tmp_path / "out", "commuting_share"
    assert sweep("single", f"replications={AUTO_BEGINS}", output=path) == 0
    asked = 0.8 * half_width(path, outcome)
    assert sweep("single", "replications=auto", f"outcome={outcome}", f"half_width={asked}", output=path) == 0
    results = results_module.open(path)
    assert len(results.runs) > AUTO_BEGINS
    assert half_width(path, outcome) <= asked
    assert json.loads((path / manifest.MANIFEST).read_text())["replications"] == len(results.runs)
    assert resume.mend(path, 1, len(results.runs)).count == len(results.runs)
