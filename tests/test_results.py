"""Tidy frames: from memory and from a folder, melted and wide, whole and failed runs, graphs of ties."""

import shutil
from dataclasses import replace
from pathlib import Path

import networkx as nx
import numpy as np
import pandas as pd
import pytest

from sim.config import load
from sim.errors import InputError
from sim.experiment import memory, store
from sim.experiment import results as results_module
from sim.experiment.experiment import Experiment
from sim.experiment.results import Results, melted
from sim.outputs import TABLES
from sim.roots import SETTING
from tests.small_experiments import recorded, settings, tiny


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Results:
    """The same experiment as ``recorded()``, written to a folder in three shards and opened."""
    folder = tmp_path_factory.mktemp("results") / "out"
    store.prepare(folder)
    experiment = Experiment([tiny(), tiny("start_strong")],
                            settings(replications=2, recording=("firms", "awards", "ties", "labour")))
    writer = store.Writer(folder, experiment.runs_table)
    for number, (run, outcome) in enumerate(experiment.outcomes()):
        writer.add(run, outcome)
        if number % 2:
            writer.flush()
    writer.flush()
    store.write_texts(folder, experiment.texts())
    return results_module.open(folder)


def test_a_folder_and_memory_give_the_same_frames(opened: Results) -> None:
    memory = recorded()
    for table in ("series", "series_wide", "programmes", "ledger", "firms", "awards", "ties", "labour"):
        one, other = getattr(memory, table), getattr(opened, table)
        words = one.select_dtypes("category").columns
        pd.testing.assert_frame_equal(one.astype(dict.fromkeys(words, str)), other.astype(dict.fromkeys(words, str)))
    pd.testing.assert_frame_equal(memory.runs.drop(columns="seconds"), opened.runs.drop(columns="seconds"))
    assert memory.config == opened.config
    assert memory.dictionary.equals(opened.dictionary)


@pytest.mark.parametrize("stored", [True, False])
def test_a_part_is_the_whole_narrowed(stored: bool, opened: Results) -> None:
    results = opened if stored else recorded()
    keys = ["run_key", "scenario", "replication", "quarter", "region"]
    here = results.series_wide.query("region == 'antofagasta'").reset_index(drop=True)
    part = results.part("series", region="antofagasta")
    pd.testing.assert_frame_equal(part.astype({"region": str}), here.astype({"region": str}))
    assert results.part("series", region="antofagasta") is part
    some = results.part("programmes", ("programme", "public"), region="antofagasta", scenario="start_strong")
    wanted = results.programmes.query("region == 'antofagasta' and scenario == 'start_strong'")[[*keys, "programme", "public"]]
    words = dict.fromkeys(["region", "programme"], str)
    pd.testing.assert_frame_equal(some.astype(words), wanted.reset_index(drop=True).astype(words))
    assert results.part("series", region="atlantis").empty
    assert list(results.part("ties", ["kind", "quarter"], scenario="baseline").columns) == [*keys[:4], "kind"]
    with pytest.raises(InputError, match="there is no table 'serie'; tables are runs, series"):
        results.part("serie")
    with pytest.raises(InputError, match="table 'series' has no column 'exprots'; its columns are run_key, scenario"):
        results.part("series", ["exprots"])


def test_frames_hold_the_declared_columns_in_their_order() -> None:
    results = recorded()
    frames = {"series": results.series_wide} | {name: getattr(results, name) for name in
                                                ("runs", "programmes", "ledger", "firms", "awards", "ties", "labour")}
    for name, frame in frames.items():
        changed = {"scale", "horizon"} if name == "runs" else set()
        assert [column for column in frame.columns if column not in changed] == [column.name for column in TABLES[name]]


def test_rows_are_sorted_by_scenario_replication_and_time() -> None:
    results = recorded()
    assert results.scenarios == ["baseline", "start_strong"]
    assert results.runs[["scenario", "replication"]].to_numpy().tolist() == [
        ["baseline", 1], ["baseline", 2], ["start_strong", 1], ["start_strong", 2]]
    for _, frame in results.series_wide.groupby("run_key", observed=True):
        assert frame["quarter"].is_monotonic_increasing


def test_melted_series_are_the_wide_ones_without_what_is_undefined() -> None:
    results = recorded()
    wide, tidy = results.series_wide, results.series
    assert list(tidy.columns) == ["run_key", "scenario", "replication", "quarter", "region", "indicator", "value"]
    assert not tidy["value"].isna().any()
    assert len(tidy) == int(wide.drop(columns=["run_key", "scenario", "replication", "quarter", "region"]).notna().sum().sum())
    back = tidy.pivot(index=["run_key", "quarter", "region"], columns="indicator", values="value")
    expected = wide.set_index(["run_key", "quarter", "region"])["exports"]
    np.testing.assert_array_equal(back["exports"].reindex(expected.index), expected)


RULED = """
caption: Rules
caption_es: Reglas
programmes:
  stops: {like: sence_training, id: '', from: 2006Q2, regions: [antofagasta], stop_when: {indicator: copper_price, above: 1}}
  grows: {like: innova_rd, id: '', from: 2006Q2, regions: [antofagasta], fund: {indicator: copper_price, above: 100, share: 0.5}}
  climbs:
    {like: local_weight, from: 2006Q2, regions: [antofagasta], preference: 0.02,
     ratchet: {indicator: copper_price, value: preference, step: 0.01, up_to: 0.12}}
  renewed: {like: sence_training, id: '', from: 2006Q2, until: 2006Q4, regions: [antofagasta], renews: calendar, renew_for: 4}
"""


def test_the_programmes_table_tells_when_a_rule_fired(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Quarter by quarter from the first, also of a programme that reaches nobody. The ratchet's first high is that of 2006."""
    (tmp_path / "ruled.yaml").write_text(RULED, encoding="utf-8")
    monkeypatch.setenv(SETTING, str(tmp_path))
    found = memory.run([load("ruled", "scale=0.02", "horizon=2008")], replications=1, workers=1)
    table = found.programmes.query("region == 'antofagasta'")
    copper = found.series_wide.query("region == 'antofagasta'").groupby(found.series_wide["quarter"].dt.year)["copper_price"].mean()

    def course(programme: str, column: str) -> list[float]:
        own = table[table["programme"] == programme]
        assert own["quarter"].min() == pd.Timestamp("2006-06-30")
        return own[column].to_list()

    assert course("stops", "stopped") == [0, 0, 0] + 8 * [1]
    assert course("stops", "open") == [1, 1, 1] + 8 * [0]
    parts = [0.5 * (copper[year] / 100 - 1) for year in (2006, 2007)]
    assert course("grows", "windfall") == pytest.approx(3 * [0.0] + 4 * [parts[0]] + 4 * [parts[1]])
    assert copper[2006] < copper[2007]
    assert course("climbs", "raised") == 7 * [0] + 4 * [1]
    assert course("renewed", "prolonged") == [0, 0, 0] + 4 * [4] + 4 * [8]
    assert course("renewed", "open") == 11 * [1]


def test_melting_keeps_the_indicators_of_one_quarter_together() -> None:
    wide = pd.DataFrame({"region": ["a", "b"], "x": [1.0, np.nan], "y": [2.0, 3.0]})
    assert melted(wide).to_numpy().tolist() == [["a", "x", 1.0], ["a", "y", 2.0], ["b", "y", 3.0]]


def test_final_indicators_in_runs_are_means_of_the_focal_region() -> None:
    results = recorded()
    focal = results.series_wide.query("region == 'antofagasta'")
    means = focal.groupby(["scenario", "replication"], observed=True)["commuting_share"].mean()
    np.testing.assert_allclose(results.runs["commuting_share"], means)


def test_ties_become_a_graph_and_graphml(tmp_path: Path) -> None:
    results = recorded()
    graph = results.network("baseline", replication=2, year=2006)
    ties = results.ties.query("scenario == 'baseline' and replication == 2")
    assert graph.number_of_edges() == (ties["quarter"].dt.year == 2006).sum() > 0
    results.write_graphml(tmp_path / "ties.graphml", "baseline")
    read = nx.read_graphml(tmp_path / "ties.graphml")
    assert {"kind", "trust"} <= set(next(iter(read.edges(data=True)))[2])
    with pytest.raises(InputError, match="no ties of scenario 'nowhere'"):
        results.network("nowhere")
    for kind in ties["kind"].unique():
        one = results.network("baseline", replication=2, year=2006, kind=kind, row=0)
        assert {edge["kind"] for *_, edge in one.edges(data=True)} == {kind}
    with pytest.raises(InputError, match="year=1900: no ties were recorded in it; choose one from 2005 to 2007"):
        results.network("baseline", year=1900)
    with pytest.raises(InputError, match="'friendship' is no kind of tie of this run; choose one of"):
        results.network("baseline", kind="friendship")


def test_a_table_that_was_not_recorded_is_told(tmp_path: Path) -> None:
    folder = tmp_path / "out"
    store.prepare(folder)
    experiment = Experiment([tiny()], settings())
    writer = store.Writer(folder, experiment.runs_table)
    for run, outcome in experiment.outcomes():
        writer.add(run, outcome)
    writer.flush()
    with pytest.raises(InputError, match=r"'firms' is not in these results; run again with recording=\[firms\]"):
        _ = results_module.open(folder).firms


@pytest.mark.parametrize(("broken", "why"), [
    ("runs.parquet", "the table 'runs' cannot be read"), ("series.parquet", "the table 'series' cannot be read"),
    ("config", "cannot be read"), ("provenance.json", "provenance.json: cannot be read")])
def test_a_damaged_folder_is_told_with_the_way_out(broken: str, why: str, opened: Results, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    shutil.copytree(opened._source.path, folder)  # type: ignore[attr-defined]
    for file in folder.glob(f"{broken}/*") if (folder / broken).is_dir() else [folder / broken]:
        file.write_bytes(b"\xff torn")
    results = results_module.open(folder)
    with pytest.raises(InputError, match=f"{why}.*repeat the command that made the folder"):
        _ = results.runs, results.series_wide, results.config, results.provenance


def test_a_folder_where_no_run_is_saved_yet_is_told(opened: Results, tmp_path: Path) -> None:
    shutil.copytree(opened._source.path, tmp_path / "out")  # type: ignore[attr-defined]
    for file in (tmp_path / "out" / "runs.parquet").iterdir():
        file.unlink()
    with pytest.raises(InputError, match="no run has been saved yet"):
        _ = results_module.open(tmp_path / "out").runs


def test_a_folder_without_results_is_told(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="holds no results; give a folder that `encadena run` or `encadena sweep` has written"):
        results_module.open(tmp_path)


def test_shards_of_a_run_that_runs_does_not_list_are_left_out(tmp_path: Path) -> None:
    """``runs`` is written last: a kill in between leaves tables of a run that was never finished."""
    folder = tmp_path / "out"
    store.prepare(folder)
    experiment = Experiment([tiny()], settings(replications=2))
    writer = store.Writer(folder, experiment.runs_table)
    (first, whole), (second, torn) = experiment.outcomes()
    writer.add(first, whole)
    writer.flush()
    store.write_shard(folder, "series", torn.tables["series"], "torn")
    results = results_module.open(folder)
    assert results.series_wide["run_key"].unique().tolist() == [first.key] != [second.key]


def test_text_and_numbers_changed_by_rows_are_columns() -> None:
    busts = [replace(tiny("baseline", f"copper={path}"), scenario=path) for path in ("boom", "bust")]
    rows = Experiment(busts, settings()).design
    assert rows.changed == {"copper": False, "horizon": True, "scale": True}
