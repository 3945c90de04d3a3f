"""`encadena analyse`, and the maps, fans and tipping times it draws: numbers known beforehand, labels in both languages."""

import pkgutil
import re
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from itertools import combinations
from pathlib import Path
from tempfile import mkdtemp

import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure
from matplotlib.image import imread
from matplotlib.text import Text
from scipy.stats import qmc

from analysis import labels
from analysis.effects_table import effects_table
from analysis.regimes import HYBRID, draw_regime_map, regime_map
from analysis.report import analyse, report
from analysis.sensitivity import first_order, main_effects, morris, one_at_a_time, sobol, tables
from analysis.sensitivity.figures import draw
from analysis.sensitivity.result import Sensitivity
from analysis.tipping import tipping
from analysis.uncertainty import draw_uncertainty, uncertainty
from sim.cli import main
from sim.errors import BAD_INPUT, InputError
from sim.experiment.main_job import _report
from sim.experiment.results import Results
from sim.experiment.results import open as open_results
from tests.readme_blocks import blocks
from tests.small_experiments import TINY, run, tiny, with_policy
from tests.sweeps import OUTPUT, additive, runs_of, with_luck
from tests.test_sensitivity import ABCD, morris_runs, one_at_a_time_runs, sobol_runs

NAMED = {"p.x": "parameters.trust_weight", "p.y": "programmes.local_weight.preference", "p.z": "copper"}


def grid_runs(replications: int = 4) -> pd.DataFrame:
    """A 4 x 3 factorial in which the regime steps up with the sum of both factors."""
    rows = np.array([[a, b] for a in range(4) for b in range(3)], float)
    runs = runs_of(rows, ["parameters.trust_weight", "parameters.price_weight"], with_luck(rows.sum(axis=1) / 5, replications, common=0.1))
    return runs.assign(regime=np.digitize(runs["parameters.trust_weight"] + runs["parameters.price_weight"], [2, 4]).astype(float))


# ---- tables and figures of sensitivity ------------------------------------------------------------------------------
@cache
def analyses() -> dict[str, Sensitivity]:
    """One of each method."""
    sample = qmc.LatinHypercube(4, rng=np.random.default_rng(2)).random(60)
    return {"sobol": sobol(sobol_runs(own=1.0, replications=2, base=64).rename(columns=NAMED)),
            "morris": morris(morris_runs(own=0.2, replications=2)),
            "one_at_a_time": one_at_a_time(one_at_a_time_runs()), "factorial": main_effects(grid_runs()),
            "sample": first_order(runs_of(sample, ABCD, additive(sample)[:, None]))}


@pytest.mark.parametrize("lang", ["en", "es"])
@pytest.mark.parametrize("name", ["sobol", "morris", "one_at_a_time", "factorial", "sample"])
def test_every_method_is_told_and_drawn(name: str, lang: str, tmp_path: Path) -> None:
    found = analyses()[name]
    text = tables.text(found, lang)
    assert max(map(len, text.splitlines())) <= tables.WIDTH
    assert all(labels.factor(factor, lang).split()[0] in text for factor in set(found.table["factor"]))
    assert ("rows x" in text) == (lang == "en")
    assert "|" in tables.markdown(found, lang)
    figure = draw(found, lang)
    assert all(ax.has_data() for ax in figure.axes if ax.axison)
    figure.savefig(tmp_path / "figure.png")
    assert (imread(tmp_path / "figure.png")[..., :3] < 0.5).mean() > 0.005


def test_factors_are_called_by_their_declared_captions() -> None:
    text = tables.text(analyses()["sobol"], "es")
    assert "adjudicación: peso de la confianza" in text
    assert "precio del cobre de la proyección" in text
    assert "local_weight: preferencia de precio a ofertas locales" in " ".join(text.split())
    assert labels.factor("programmes.cet.levers.rd_cost_share", "en") == "cet: public part of the cost of R&D"


LEVELS = """scenario,copper,start,programmes.local_weight.preference,programmes.pdp.levers.capability_gain
local_purchasing,ar1,recorded,0.1,0.02
local_purchasing,bust,recorded,0.1,0.02
local_purchasing,ar1,weak,0.1,0.02
local_purchasing,ar1,recorded,0.2,0.02
local_purchasing,ar1,recorded,0.1,0.01
subsidies_and_local_purchasing,ar1,recorded,0.1,0.02
"""


@cache
def varied() -> Results:
    """A sweep of words, of a value and a lever of programmes, and of scenarios."""
    folder = Path(mkdtemp())
    (folder / "rows.csv").write_text(LEVELS, encoding="utf-8")
    assert main(["sweep", str(folder / "rows.csv"), *TINY, "replications=1", "executor=serial", f"output={folder / 'out'}"]) == 0
    return open_results(folder / "out")


@pytest.mark.parametrize(("lang", "told"), [
    ("en", ["Price preference for suppliers of the region (local_weight): price preference for local bids", "bust",
            "Supplier development around a large client (PDP) (pdp): capability taught by advisers", "weak suppliers (weak)",
            "Local purchasing by every mine of the focal region from 2026 (local_purchasing)"]),
    ("es", ["Preferencia de precio a proveedores de la región (local_weight): preferencia de precio a ofertas locales", "caída (bust)",
            "Programa de Desarrollo de Proveedores (PDP) (pdp): capacidad enseñada por asesores", "proveedores débiles (weak)",
            "Compras locales de todas las mineras de la región focal desde 2026 (local_purchasing)"])])
def test_programmes_scenarios_and_words_are_called_by_their_captions(lang: str, told: list[str]) -> None:
    found = report(varied(), lang)
    figure = found.figures["one_at_a_time_cluster_index"]
    figure.draw_without_rendering()
    drawn = [" ".join(text.get_text().split()) for text in figure.findobj(Text) if isinstance(text, Text)]
    for caption in told:
        assert caption in drawn
        assert caption in found.markdown
    assert max(map(len, found.text.splitlines())) <= tables.WIDTH


def test_effects_of_a_morris_sweep_are_scaled_by_the_ranges_it_was_asked_for(tmp_path: Path) -> None:
    assert main(["sweep", "morris", "parameters.trust_weight=1..4", "parameters.price_weight=4,10", *TINY, "samples=2", "replications=1",
                 "executor=serial", f"output={tmp_path}"]) == 0
    results = open_results(tmp_path)
    assert results.ranges == {"parameters.trust_weight": (1.0, 4.0)}
    assert with_policy().ranges == {}
    walks = results.design.merge(results.runs[["row", OUTPUT]], on="row").sort_values("sample", ignore_index=True)
    walks = walks.select_dtypes("number")
    steps = walks.diff().loc[lambda change: (change["sample"] == 1) & (change.index % 3 > 0)]
    known = {"parameters.trust_weight": 3.0, "parameters.price_weight": 6.0}
    found = report(results).table.set_index("factor")["mu_star"]
    for name, whole in known.items():
        moved = steps[steps[name] != 0]
        assert found[name] == pytest.approx((moved[OUTPUT] / moved[name]).abs().mean() * whole)


@pytest.mark.parametrize("name", ["sobol", "morris", "one_at_a_time", "factorial"])
def test_labels_of_long_names_stay_apart_and_inside(name: str) -> None:
    long = "Licitaciones reservadas a pymes locales, con pago en una semana, desde 2026Q1 (reserve_2026)"
    found = analyses()[name]
    table = found.table.assign(factor=found.table["factor"].map(lambda factor: f"programmes.{factor}.set_aside"))
    known = {f"programmes.{factor.split('.')[0]}": long for factor in found.table["factor"]}
    figure = draw(replace(found, table=table, called={"es": known}), "es")
    figure.draw_without_rendering()
    for ax in figure.axes:
        boxes = [label.get_window_extent() for label in ax.get_yticklabels() if label.get_text()]
        assert not any(one.overlaps(other) for one, other in combinations(boxes, 2))
        assert all(box.x0 >= 0 for box in boxes)


def test_only_what_rises_above_luck_is_told_from_it() -> None:
    rows = analyses()["morris"]
    told = [tables.told_from_luck(rows, line) for line in rows.table.to_dict("records")]
    assert told == [True, True, True, False]


def test_main_effects_of_a_factorial_are_averages_over_the_others() -> None:
    table = main_effects(grid_runs()).table.set_index(["factor", "level"])
    assert table.loc["parameters.trust_weight", "effect"].to_numpy() == pytest.approx([0, 0.2, 0.4, 0.6])
    assert table.loc["parameters.price_weight", "effect"].to_numpy() == pytest.approx([0, 0.2, 0.4])
    with pytest.raises(InputError, match="no full factorial"):
        main_effects(grid_runs().iloc[:-4])


def test_a_lever_that_baseline_does_not_hold_is_part_of_the_scenario_in_a_factorial() -> None:
    """Two settings of a parameter x (baseline, or a policy with two preferences): baseline's rows are drawn once a preference."""
    cells = [("baseline", np.nan, 1.0), ("baseline", np.nan, 3.0)]
    cells += [("policy", dose, trust) for dose in (0.1, 0.2) for trust in (1.0, 3.0)]
    outcome = {"baseline": 0.0, "policy": 1.0}
    runs = runs_of(np.array([[dose, trust] for _, dose, trust in cells]), ["programmes.local_weight.preference", "parameters.trust_weight"],
                   np.array([[outcome[name] + np.nan_to_num(dose) + trust + 0.1 * luck for luck in (0, 1)] for name, dose, trust in cells]))
    runs["scenario"] = [cells[row][0] for row in runs["row"]]
    design = pd.DataFrame({"sample": range(8), "row": [0, 1, 0, 1, 2, 3, 4, 5]}).merge(
        runs.drop_duplicates("row")[["row", "scenario", "programmes.local_weight.preference", "parameters.trust_weight"]], on="row")
    table = main_effects(runs, OUTPUT, design).table.set_index(["factor", "level"])["effect"]
    assert table.loc["scenario"].to_dict() == pytest.approx({"baseline": 0.0, "policy, preference 0.1": 1.1, "policy, preference 0.2": 1.2})
    assert table.loc["parameters.trust_weight"].to_dict() == pytest.approx({1.0: 0.0, 3.0: 2.0})


def test_a_value_left_alone_in_a_list_of_rows_is_the_declared_default() -> None:
    runs = runs_of(np.array([[np.nan, np.nan], [1.0, np.nan], [np.nan, 9.0]]), ["parameters.trust_weight", "parameters.price_weight"],
                   np.array([[0.0, 0.1], [1.0, 1.2], [2.0, 2.1]]))
    table = one_at_a_time(runs).table
    assert table.loc[table["factor"] == "parameters.trust_weight", "base"].unique().tolist() == [2.0]
    assert sorted(table["level"]) == [1.0, 2.0, 6.7, 9.0]


# ---- regime maps -----------------------------------------------------------------------------------------------------
def test_regime_map_counts_worlds_cell_by_cell() -> None:
    runs = grid_runs()
    runs.loc[(runs["row"] == 11) & (runs["replication"] == 1), "regime"] = 0.0
    found = regime_map(runs)
    assert found.grid("probability").to_numpy()[2].tolist() == [0.0, 0.0, 1.0, 0.75]
    assert found.grid("probability").to_numpy()[:2].sum() == 1.0
    assert regime_map(runs, regime=HYBRID).grid("probability").to_numpy().sum() == 8.75
    known = found.table[found.table["probability"] == 0.75].iloc[0]
    assert (known["low"], known["high"]) == pytest.approx((0.3006, 0.9544), abs=1e-4)
    assert found.grid("index").to_numpy()[0, 0] == pytest.approx(runs.loc[runs["row"] == 0, OUTPUT].mean())


@pytest.mark.parametrize("lang", ["en", "es"])
def test_regime_map_is_drawn_with_contours(lang: str) -> None:
    figure = draw_regime_map(regime_map(grid_runs()), lang)
    assert len(figure.axes) == 4
    assert labels.factor("parameters.trust_weight", lang).split()[0] in figure.axes[0].get_xlabel()
    flat = draw_regime_map(regime_map(grid_runs().assign(regime=0.0, **{OUTPUT: 0.1})), lang)
    assert [("25, 50" in drawn._supxlabel.get_text()) for drawn in (figure, flat)] == [True, False]  # type: ignore[attr-defined]


@pytest.mark.parametrize("lang", ["en", "es"])
def test_regime_map_ends_at_the_levels_of_its_factors(lang: str) -> None:
    """A lever that starts at 0 has no cell below it, and each level has a tick."""
    figure = draw_regime_map(regime_map(grid_runs()), lang)
    for ax in figure.axes[:2]:
        assert (ax.get_xlim(), ax.get_ylim()) == ((0.0, 3.0), (0.0, 2.0))
        assert (ax.get_xticks().tolist(), ax.get_yticks().tolist()) == ([0.0, 1.0, 2.0, 3.0], [0.0, 1.0, 2.0])
        assert all(0 < text.get_position()[0] < 3 and 0 < text.get_position()[1] < 2 for text in ax.texts)


def test_regime_map_of_levers_leaves_out_the_baseline_that_lacks_them() -> None:
    levers = ["programmes.local_weight.preference", "programmes.local_weight.levers.joint_bid"]
    policy = grid_runs().rename(columns=dict(zip(["parameters.trust_weight", "parameters.price_weight"], levers, strict=True)))
    alone = policy[policy["row"] == 0].assign(scenario="baseline", row=12, regime=2.0, **dict.fromkeys(levers, np.nan))
    found = regime_map(pd.concat([policy.assign(scenario="local_purchasing"), alone]))
    assert (found.table["worlds"].sum(), found.scenarios) == (48, ("local_purchasing",))
    assert "48 worlds: local_purchasing;" in draw_regime_map(found)._supxlabel.get_text()  # type: ignore[attr-defined]


def test_regime_map_of_a_parameter_and_a_lever_that_only_the_policy_holds() -> None:
    runs = grid_runs().rename(columns={"parameters.price_weight": "programmes.local_weight.preference"}).assign(scenario="local_purchasing")
    first = runs[runs["programmes.local_weight.preference"] == 0]
    alone = first.assign(scenario="baseline", row=first["row"] + 100, **{"programmes.local_weight.preference": np.nan})
    found = regime_map(pd.concat([runs, alone]))
    assert {found.x, found.y} == {"parameters.trust_weight", "programmes.local_weight.preference"}
    assert len(found.table) == 12
    assert regime_map(runs, x="programmes.local_weight.preference").y == "parameters.trust_weight"
    assert regime_map(runs, y="parameters.trust_weight").x == "programmes.local_weight.preference"


def test_regime_map_needs_a_grid_of_two_numbers() -> None:
    with pytest.raises(InputError, match="form no full grid"):
        regime_map(grid_runs()[lambda runs: runs["row"] != 3])
    with pytest.raises(InputError, match="needs two varied numbers"):
        regime_map(grid_runs().drop(columns="parameters.price_weight"))
    with pytest.raises(InputError, match="'copper' is no varied number of this sweep"):
        regime_map(grid_runs(), x="copper")


# ---- from worlds -----------------------------------------------------------------------------------------------------
class _Given(Results):
    """Results with other runs and another series than their tables hold."""

    def __init__(self, results: Results, runs: pd.DataFrame, wide: pd.DataFrame) -> None:
        super().__init__(results._source)
        self.__dict__["runs"], self._wide = runs, wide

    def part(self, table: str, columns: Sequence[str] | None = None, **where: str) -> pd.DataFrame:
        assert table == "series"
        return self._wide[self._wide["region"] == where["region"]]


def test_fans_keep_luck_and_parameters_apart() -> None:
    results = with_policy()
    runs = results.runs
    wide = results.series_wide
    copies = pd.concat([wide.assign(run_key=wide["run_key"].astype(str) + mark) for mark in "ab"])
    twice = pd.concat([runs.assign(run_key=runs["run_key"] + mark, row=runs["row"] + shift) for mark, shift in (("a", 0), ("b", 2))])
    fake = _Given(results, twice, copies)
    found = uncertainty(fake, "supplier_share")
    here = wide[wide["region"] == "antofagasta"].assign(year=wide["quarter"].dt.year)
    last = here[here["year"] == 2028].groupby(["scenario", "replication"], observed=True)["supplier_share"].mean()
    assert found.luck.shape[1] == 3
    assert found.rows.iloc[-1].to_numpy() == pytest.approx(np.tile([last["baseline"].mean(), last["local_purchasing"].mean()], 2))
    figure = draw_uncertainty(fake, "supplier_share", "es")
    assert [len(ax.lines) for ax in figure.axes] == [3, 4]
    assert "Participación" in figure.get_suptitle()
    with pytest.raises(InputError, match="sweep 3 rows or more"):
        uncertainty(results)
    with pytest.raises(InputError, match="'nothing' was not recorded by year"):
        uncertainty(results, "nothing")


def test_tipping_counts_worlds_once_they_have_held_the_regime() -> None:
    results = with_policy()
    wide = results.series_wide.copy()
    here = (wide["region"] == "antofagasta") & (wide["scenario"] == "local_purchasing")
    wide.loc[wide["regime"].notna(), "regime"] = 0.0
    year = wide["quarter"].dt.year
    wide.loc[here & (wide["replication"] == 1) & (year == 2026) & wide["regime"].notna(), "regime"] = 1.0
    wide.loc[here & (wide["replication"] == 2) & (year >= 2027) & wide["regime"].notna(), "regime"] = 2.0
    fake = _Given(results, results.runs, wide)
    baseline, purchasing = tipping(fake, HYBRID)
    assert baseline.share.tolist() == [0.0, 0.0, 0.0]
    assert purchasing.share == pytest.approx([1 / 3, 2 / 3, 2 / 3])
    assert (purchasing.median, np.isnan(baseline.median)) == (2027.0, True)
    assert (purchasing.low <= purchasing.share).all()
    assert baseline.high[0] > 0.4
    with pytest.raises(InputError, match="region='atlantis' is not in these results"):
        tipping(fake, region="atlantis")


def test_effects_are_told_in_full() -> None:
    found = effects_table(with_policy())
    text = found.text("es")
    assert max(map(len, text.splitlines())) <= 130
    assert "Índice enclave-clúster" in text
    line = found.table.iloc[0]
    assert line["needed"] >= 2
    assert isinstance(found.draw("en"), Figure)
    with pytest.raises(InputError, match="'cluster_indx' is no outcome"):
        effects_table(with_policy(), ["cluster_indx"])


def test_a_region_without_mines_is_analysed_as_far_as_it_goes() -> None:
    """Its linkages and its regime are not defined; the share of suppliers is."""
    results = run([tiny(), tiny("start_strong")], replications=2)
    found = report(results, "es", region="los_lagos")
    assert list(found.figures) == ["effects_los_lagos"]
    assert "supplier_share" in set(found.table["indicator"])
    assert "backward_linkage_hq" not in set(found.table["indicator"])
    assert "Se omite lo que ningún mundo define en Los Lagos (sin minas o sin proveedores ahí): Encadenamiento" in found.text
    assert "start_strong: Otra partida" in " ".join(found.text.split())
    with pytest.raises(InputError, match="no world has a number for 'backward_linkage_hq' in region='los_lagos'"):
        report(results, "en", "backward_linkage_hq", "los_lagos")
    with pytest.raises(InputError, match="has no regime in these results"):
        tipping(results, region="los_lagos")


def test_one_scenario_has_no_effect() -> None:
    with pytest.raises(InputError, match="there is one scenario and so no effect"):
        report(run([tiny()], replications=2))


# ---- the command -----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("lang", ["en", "es"])
def test_analyse_prints_saves_and_draws(lang: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], no_figures: None) -> None:
    folder = tmp_path / "run"
    assert main(["run", "local_purchasing", *TINY, "replications=2", "executor=serial", f"output={folder}"]) == 0
    assert main(["analyse", str(folder)]) == 0
    whole = (folder / "effects.csv").read_bytes()
    capsys.readouterr()
    assert main(["--lang", lang, "analyse", str(folder), "outcome=supplier_share"]) == 0
    told = capsys.readouterr().out
    assert ("Share of the country's suppliers" if lang == "en" else "Participación en proveedores del país") in told
    assert {path.name for path in (folder / "figures").iterdir()} == {"effects.png", "effects_supplier_share.png", "tipping.png"}
    assert pd.read_csv(folder / "effects_supplier_share.csv")["indicator"].tolist() == ["supplier_share"]
    assert (folder / "effects.csv").read_bytes() == whole
    assert main(["analyse", str(folder), "outcome=suplier_share"]) == BAD_INPUT
    assert "did you mean 'supplier_share'?" in capsys.readouterr().err


def test_what_came_out_is_saved_before_it_is_printed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, no_figures: None, nobody_reads: None,
) -> None:
    monkeypatch.setattr("analysis.report.open_results", lambda _: with_policy())
    with pytest.raises(BrokenPipeError):
        analyse([str(tmp_path), "outcome=supplier_share"])
    with pytest.raises(BrokenPipeError):
        _report(with_policy(), tmp_path, "en")
    assert {path.name for path in tmp_path.rglob("*.*")} == {
        "effects_supplier_share.csv", "effects_supplier_share.md", "effects_supplier_share.png", "tipping.png", "comparison.csv",
        "comparison.md"}


# ---- the page --------------------------------------------------------------------------------------------------------
PAGE = (Path(__file__).parents[1] / "docs" / "statistics.md").read_text(encoding="utf-8")


def test_the_page_names_functions_that_exist() -> None:
    named = re.findall(r"`(analysis(?:\.\w+)+)", PAGE)
    assert len(named) > 8
    for name in named:
        assert pkgutil.resolve_name(name) is not None


def test_the_lines_of_the_page_run(capsys: pytest.CaptureFixture[str]) -> None:
    (block,) = blocks(PAGE, "python")
    exec(block.code, {})
    assert "Enclave-cluster index" in capsys.readouterr().out
