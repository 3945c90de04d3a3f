"""The printed table and the effects behind it."""

import json
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analysis.comparison import Comparison, _regime_cell, compare
from analysis.context import Context
from analysis.effects import effects, metrics, paired, ratio
from analysis.grid import Grid
from analysis.plots import draw_all, draw_index
from sim.config import load
from sim.errors import InputError
from sim.experiment.results import Memory, Results
from sim.indicators import INDEX_COMPONENTS
from sim.wording import number
from tests.small_experiments import lasting, recorded, run, tiny, with_policy

TERMINAL = 120


@pytest.fixture(scope="module")
def table() -> Comparison:
    """Baseline and local purchasing to 2028."""
    return compare(with_policy())


def test_metrics_are_means_of_the_last_years_of_a_region() -> None:
    results = with_policy()
    wide = results.series_wide.query("region == 'tarapaca'")
    expected = wide[wide["quarter"].dt.year > 2023].groupby(["scenario", "replication"], observed=True)["exports"].mean()
    np.testing.assert_allclose(metrics(results, "tarapaca", years=5)["exports"], expected)
    with pytest.raises(InputError, match="region='atlantis' is not in these results"):
        metrics(results, "atlantis")


def test_effects_pair_replications_and_leave_the_reference_out() -> None:
    results = with_policy()
    table = effects(results, "antofagasta", ["backward_linkage_hq"], years=3)
    values = metrics(results, "antofagasta", years=3)["backward_linkage_hq"].unstack("scenario")
    expected = paired(values["baseline"], values["local_purchasing"])
    assert table["scenario"].tolist() == ["local_purchasing"]
    assert table.loc[0, ["n", "effect", "low"]].tolist() == [3, expected.effect, expected.low]


@pytest.mark.parametrize("lang", ["en", "es"])
def test_the_table_fits_a_terminal_and_speaks_the_language(table: Comparison, lang: str) -> None:
    text = table.text(lang)
    assert max(map(len, text.splitlines())) <= TERMINAL
    assert ("Régimen" in text, "Regime" in text) == (lang == "es", lang == "en")
    assert "{" not in text
    assert "local_" in text


@pytest.mark.parametrize(("lang", "words"), [("en", "Left five years"), ("es", "Queda a cinco")])
def test_what_needs_a_twin_world_is_shown_if_it_was_recorded(table: Comparison, lang: str, words: str) -> None:
    asked = compare(lasting())
    assert words not in table.text(lang)
    text = asked.text(lang)
    assert words in text
    assert max(map(len, text.splitlines())) <= TERMINAL
    told = lasting().runs.set_index("scenario").loc["local_purchasing", "policy_durability"].mean()
    assert number(told, 2, lang) in asked.lasting(lang).text(TERMINAL)
    assert asked.lasting(lang).markdown() in asked.markdown(lang)


def test_wide_numbers_still_fit_by_breaking_the_names(table: Comparison) -> None:
    grid = table.table("en")
    wider = Grid(grid.heads, tuple((row[0], *((*cell, "+23,456") for cell in row[1:])) for row in grid.rows))
    assert max(map(len, wider.text(TERMINAL).splitlines())) <= TERMINAL


def test_the_index_never_comes_without_its_components(table: Comparison) -> None:
    assert len(table.components("en").rows) == len(INDEX_COMPONENTS) + 1
    parts = table.parts
    np.testing.assert_allclose(parts[list(INDEX_COMPONENTS)].mean(axis=1), parts["cluster_index"])


def test_numbers_behind_the_table_are_saved(table: Comparison, tmp_path: Path) -> None:
    table.save(tmp_path, "es")
    saved = pd.read_csv(tmp_path / "comparison.csv")
    linkage = saved.query("measure == 'backward_linkage_hq'").iloc[0]
    assert linkage["effect"] == pytest.approx(100 * effects(with_policy(), "antofagasta", ["backward_linkage_hq"])["effect"][0])
    assert {"cost_per_net_local_job", "component_horizontal_degree"} <= set(saved["measure"])
    told = (tmp_path / "comparison.md").read_text(encoding="utf-8")
    assert "| Escenario | Encad. sede, todas % |" in told


def test_cost_per_job_is_undefined_where_jobs_do_not_rise() -> None:
    """The two starts spend nothing apart before 2026, and the weak one has fewer jobs."""
    told = compare(run([tiny(), tiny("start_weak")], replications=2)).frame()
    cost = told.query("measure == 'cost_per_net_local_job'").iloc[0]
    assert np.isnan(cost["effect"]) or cost["effect"] == 0


def costs(jobs: list[float], lang: str) -> tuple[tuple[str, ...], str]:
    """The cell of UF per job, and the text, where worlds of local purchasing have so many more resident jobs than the baseline's."""
    found = compare(with_policy() if len(jobs) > 1 else run([tiny(), tiny("start_strong")], replications=1))
    values = found.values.copy()
    for world, more in enumerate(jobs, 1):
        for measure, change in (("local_jobs", more), ("public_spend_total", 1000.0 * world)):
            values.loc[(found.others[0], world), measure] = values.loc[("baseline", world), measure] + change
    told = replace(found, values=values)
    return told.table(lang).rows[1][-1], " ".join(told.text(lang).split())


@pytest.mark.parametrize(("lang", "reason"), [
    ("en", "No UF per net local job where jobs may not have risen; 95 % interval of their change: local_purchasing -3 to 6."),
    ("es", "Sin UF por empleo neto donde el empleo pudo no aumentar; intervalo del 95 % de su cambio: local_purchasing -3 a 6.")])
def test_cost_per_job_comes_with_its_bounds_or_with_the_reason_why_not(lang: str, reason: str) -> None:
    value, low, high = ratio([1000.0, 2000.0, 3000.0], [10.0, 11.0, 12.0])
    cell, text = costs([10.0, 11.0, 12.0], lang)
    assert cell == (number(value, 0, lang), f"≥{number(low, 0, lang)}", f"≤{number(high, 0, lang)}")
    assert reason[:30] not in text
    cell, text = costs([0.0, 1.0, 3.66], lang)
    assert cell == ({"en": "n/a", "es": "n/d"}[lang],)
    assert reason in text
    assert costs([10.0], lang)[0] == ("100",), "one replication has no interval at all"


@cache
def without_mines() -> Results:
    """Two starts, told of Los Lagos."""
    return run("start_strong", "scale=0.02", "horizon=2007", "region=los_lagos", replications=2)


@pytest.mark.parametrize(("lang", "left_out"), [
    ("en", "Left out, because no world has a number for it in Los Lagos (no mines or no suppliers there): Backward linkage share"),
    ("es", "Se omite lo que ningún mundo define en Los Lagos (sin minas o sin proveedores ahí): Encadenamiento hacia atrás")])
def test_a_region_without_mines_shows_what_it_has_and_names_the_rest(lang: str, left_out: str, tmp_path: Path) -> None:
    results = without_mines()
    told = compare(results)
    table, components = told.table(lang), told.components(lang)
    assert [head for head in table.heads[1:] if head.split("|")[0] in ("Linkage", "Encad.", "Cluster", "Índice", "Regime", "Régimen")] == []
    assert {cell[0] for cell in table.rows[0][1:]}.isdisjoint({"n/a", "n/d"})
    assert len(components.rows) == len([name for name in INDEX_COMPONENTS if told.parts[name].notna().any()]) < len(INDEX_COMPONENTS)
    assert left_out in " ".join(told.text(lang).split())
    assert left_out in told.markdown(lang)
    context = Context(results)
    figure = draw_index(results, context, context.scenarios, lang)
    assert all(any(line.get_xdata().size > 2 for line in ax.lines) for ax in figure.axes), "a panel is empty"
    assert {"copper_price.png", "index_and_components.png"} <= {path.name for path in draw_all(results, tmp_path, lang)}


def test_spend_in_the_country_holds_that_in_the_region_and_all_others() -> None:
    results = with_policy()
    values = compare(results).values
    first = compare(results).context.first_policy_year()
    wide = results.part("series", ["public_spend"])
    country = wide[wide["quarter"].dt.year >= first].groupby(["scenario", "replication"], observed=True)["public_spend"].sum()
    np.testing.assert_allclose(values["public_spend_country"], country.reindex(values.index))
    assert (values["public_spend_country"] > values["public_spend_total"]).all()


def test_a_region_with_mines_leaves_nothing_out(table: Comparison) -> None:
    assert "Left out" not in table.text("en")
    assert len(table.table("en").heads) == 14


def test_one_replication_has_no_intervals_and_says_so() -> None:
    text = compare(run([tiny()], replications=1)).text("en")
    assert "One replication has no interval" in text
    assert "±" not in text.split("Scenario")[1]


def test_a_scenario_that_cannot_differ_is_named() -> None:
    """Local purchasing begins in 2026; another start differs from the first quarter on."""
    results = run([tiny(), tiny("local_purchasing"), tiny("start_weak")], replications=1)
    assert "The same as baseline in every number: local_purchasing. Nothing" in compare(results).text("en")


def test_what_the_command_changed_is_told_by_scenario() -> None:
    given = ("scale=0.05", "horizon=2030", "copper=bust")
    specs = [load("baseline", *given), load("local_purchasing", *given, "programmes.local_weight.preference=0.15")]
    table = compare(run(specs, replications=1))
    assert table.context.given() == ["copper=bust", "horizon=2030", "scale=0.05",
                                     "local_purchasing: programmes.local_weight.preference=0.15"]
    assert "Changed by the command: copper=bust; horizon=2030;" in " ".join(table.text("en").split())
    assert "Cambiado por la orden" in table.markdown("es")
    assert "within the years of these means" not in table.text("en")


def test_means_that_begin_before_a_policy_are_told(table: Comparison) -> None:
    assert "begin only after 2024, within the years of these means" in " ".join(table.text("en").split())


def test_worlds_that_end_with_two_labels_alike_are_a_tie() -> None:
    cells = [_regime_cell(pd.Series(values), "en") for values in ([0.0, 1.0], [0.0, 1.0, 1.0], [2.0, np.nan])]
    assert cells == [("tie", "1 of 2"), ("hybrid", "2 of 3"), ("cluster", "1 of 1")]


def test_without_a_baseline_the_first_scenario_is_the_reference() -> None:
    assert compare(run([tiny("start_strong"), tiny("start_weak")], replications=1)).others == ["start_weak"]


def test_scenarios_without_a_whole_run_are_told_as_undefined() -> None:
    results = recorded()
    tables = {"runs": results._source.table("runs"), "series": results._source.table("series")}
    status = ["done" if name == "baseline" else "failed" for name in tables["runs"]["scenario"].to_pylist()]
    at = tables["runs"].schema.get_field_index("status")
    tables["runs"] = tables["runs"].set_column(at, "status", [status])
    texts = {"provenance.json": json.dumps(results.provenance)}
    half = Results(Memory(tables, texts, results._source.configurations()))
    row = compare(half).table("en").rows[1]
    assert {cell[0] for cell in row[1:]} == {"n/a"}


@pytest.mark.parametrize(("value", "digits", "lang", "sign", "text"), [
    (1234.56, 1, "en", False, "1,234.6"), (1234.56, 1, "es", True, "+1.234,6"), (-0.04, 1, "en", True, "0.0"), (-2.0, 0, "es", True, "-2")])
def test_numbers_are_written_as_the_language_does(value: float, digits: int, lang: str, sign: bool, text: str) -> None:
    assert number(value, digits, lang, sign) == text


def test_many_scenarios_get_a_row_each_with_the_same_numbers(table: Comparison, monkeypatch: pytest.MonkeyPatch) -> None:
    beside = table.components("en")
    monkeypatch.setattr("analysis.comparison.MOST_COLUMNS", 0)
    below = table.components("en")
    assert [row[0] for row in below.rows] == [("baseline",), ("local_purchasing",)]
    assert [cell for row in below.rows for cell in row[1:]] == [row[at] for at in (3, 4) for row in beside.rows]
    assert max(map(len, table.text("es").splitlines())) <= TERMINAL
