"""What `encadena analyse` takes of a folder and says of its worlds: outcomes, regions, scenarios; years, scale, units."""

from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analysis import labels
from analysis.comparison import compare
from analysis.effects import effects, metrics
from analysis.effects_table import effects_table
from analysis.report import Report, report
from analysis.sensitivity import morris, tables
from analysis.wording import INDICATOR_COLUMNS
from sim.cli import main
from sim.errors import BAD_INPUT, InputError
from sim.experiment.results import Results
from sim.indicators import ASKED_WITH, RUN_INDICATORS
from sim.twins import TWINS
from tests.small_experiments import lasting, run, tiny, with_policy
from tests.test_sensitivity import morris_runs


# ---- outcomes --------------------------------------------------------------------------------------------------------
def test_each_indicator_of_a_twin_is_asked_for_by_a_word_that_gives_it() -> None:
    assert list(ASKED_WITH) == [one.name for one in RUN_INDICATORS]
    assert set(ASKED_WITH.values()) == set(TWINS)


@pytest.mark.slow
def test_an_indicator_of_a_twin_is_compared_like_any_other() -> None:
    found = effects_table(lasting(), ["policy_durability"])
    worlds = lasting().runs.set_index(["scenario", "replication"])["policy_durability"]
    change = worlds["local_purchasing"] - worlds["baseline"]
    assert found.table["effect"].tolist() == pytest.approx([change.mean()])
    assert found.table["n"].tolist() == [2]
    assert "Antofagasta, worlds to 2032; paired effects" in found.text("en")
    assert "promedios" not in found.title("es")


def test_what_was_not_recorded_is_told_with_how_to_record_it() -> None:
    for outcome, word in (("policy_durability", "durability"), ("recovery_years", "resilience")):
        with pytest.raises(InputError, match=rf"{outcome} is not in these results; run again.*'recording=\[{word}\]'"):
            report(with_policy(), outcome=outcome)
    with pytest.raises(InputError, match="measured in the focal region alone; write region=antofagasta"):
        report(lasting(), outcome="policy_durability", region="tarapaca")


def test_an_outcome_that_no_pair_of_worlds_has_is_told() -> None:
    results = run("local_purchasing", "scale=0.02", "horizon=2027", "recording=[durability]", replications=1)
    with pytest.raises(InputError, match=r"no world has a number for .policy_durability. in region=.antofagasta.; .* later horizon"):
        report(results, outcome="policy_durability")


@pytest.mark.parametrize("lang", ["en", "es"])
@pytest.mark.parametrize("outcome", ["cluster_index_strict", "purchases", "regime"])
def test_every_outcome_of_the_series_is_taken(outcome: str, lang: str) -> None:
    assert labels.outcome(outcome, lang).caption in report(with_policy(), lang, outcome).text


# ---- regions and scenarios -------------------------------------------------------------------------------------------
def test_a_region_or_scenario_that_is_none_is_answered_with_those_that_are() -> None:
    with pytest.raises(InputError, match=r"region='tarapacca' is not in these results; did you mean 'tarapaca'\? known are arica, tara"):
        report(with_policy(), region="tarapacca")
    with pytest.raises(InputError, match="scenario='boom' is not in these results; known are baseline, local_purchasing"):
        report(with_policy(), scenarios=["boom"])


@cache
def starts() -> Results:
    """Four other worlds beside baseline; the policy of one begins after their end."""
    names = ("baseline", "local_purchasing", "start_weak", "start_copper", "start_strong")
    return run([tiny(name) for name in names], replications=2)


def test_chosen_scenarios_are_compared_with_the_reference_in_a_file_of_their_own() -> None:
    found = report(starts(), scenarios=["start_strong", "start_weak"])
    assert found.name == "effects_chosen"
    assert set(found.figures) == {"effects_chosen", "tipping_chosen"}
    assert found.table["scenario"].unique().tolist() == ["start_strong", "start_weak"]
    assert len(found.figures["tipping_chosen"].axes[0].lines) == 3 + 3 * 3  # a course each, and a bar of three parts at its end


@pytest.fixture
def many(monkeypatch: pytest.MonkeyPatch) -> Report:
    """A report in which four scenarios are many, and two courses the most that a figure holds."""
    for name, value in (("analysis.effects_table.MANY", 2), ("analysis.report.MANY", 2), ("analysis.effects_table.MOST_LINES", 2)):
        monkeypatch.setattr(name, value)
    return report(starts())


def test_many_scenarios_are_sorted_by_their_effect_on_the_index(many: Report) -> None:
    effect = many.table["effect"].tolist()
    assert effect == sorted(effect, reverse=True)
    assert many.table["indicator"].unique().tolist() == ["cluster_index"]
    lines = many.text.splitlines()
    order = [line for line in lines if line.startswith("start_")]
    shown = [name for name in many.table["scenario"] if name != "local_purchasing"]
    assert [line[:len(name)] for line, name in zip(order, shown, strict=True)] == shown
    assert all("(" in line for line in order)
    assert max(map(len, lines)) <= 130


def test_many_scenarios_without_an_effect_are_named_in_a_sentence(many: Report) -> None:
    """Local purchasing begins in 2026; these worlds end in 2007."""
    told = " ".join(many.text.split())
    assert "4 scenarios, the largest effect first. Choose some of them with scenario=A,B" in told
    assert "1 scenario without an effect that shows (effect and interval are 0.00): local_purchasing." in told
    ticks = [tick.get_text() for tick in many.figures["effects"].axes[0].get_yticklabels()]
    assert {tick.rpartition("(")[2] for tick in ticks} == {"start_weak)", "start_copper)", "start_strong)"}


def test_courses_of_many_scenarios_are_those_that_differ_most(many: Report) -> None:
    largest = many.table.set_index("scenario")["effect"].abs().nlargest(2).index
    legend = many.figures["tipping"].axes[0].get_legend()
    assert legend is not None
    named = {text.get_text().partition("):")[0].rpartition("(")[2] for text in legend.get_texts()}
    assert named == {"baseline", *largest}
    assert "3 of 5 scenarios" in many.figures["tipping"]._supxlabel.get_text()  # type: ignore[attr-defined]


# ---- units -----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("lang", ["en", "es"])
def test_effects_are_written_as_in_the_table_of_the_run(lang: str) -> None:
    """The same unit and as many decimals, in text and in the numbers that are saved."""
    results = with_policy()
    beside = compare(results).table(lang).rows[1]
    grid = effects_table(results).grid(lang)
    for column, (name, row) in enumerate(zip((column.name for column in INDICATOR_COLUMNS), grid.rows, strict=True), 1):
        assert row[2][0] == beside[column][0], name
    saved = report(results, lang).table.set_index("indicator")
    known = compare(results).frame().set_index("measure")
    for column in INDICATOR_COLUMNS:
        for part in ("reference", "effect", "low", "high", "spread"):
            assert saved.loc[column.name, part] == pytest.approx(known.loc[column.name, part])
        assert saved.loc[column.name, "unit"] == known.loc[column.name, "unit"]


def test_exports_are_a_thousand_uf_a_year_everywhere() -> None:
    shown = labels.outcome("exports", "es")
    assert (shown.times, shown.label) == (0.004, "Exportaciones de proveedores (miles UF/año)")
    assert "Exports of suppliers (1000 UF/year)" in report(with_policy(), outcome="exports").text
    runs = morris_runs().rename(columns={"cluster_index": "exports"})
    found = morris(runs, "exports")
    saved = tables.in_units(found)
    assert saved["mu_star"].to_numpy() == pytest.approx(0.004 * found.table["mu_star"].to_numpy())
    assert saved["unit"].unique().tolist() == ["1000 UF/year"]


@pytest.mark.parametrize(("values", "places", "wanted"), [
    ([12.34, 0.001], 1, 1), ([0.3, np.nan], 1, 1), ([0.04], 1, 3), ([0.0], 2, 2), ([0.0], None, 2), ([123.4], None, 0),
    ([0.01234], None, 4)])
def test_decimals_are_those_of_the_tables_unless_nothing_would_be_left(values: list[float], places: int | None, wanted: int) -> None:
    assert labels.digits(values, places) == wanted


# ---- which worlds ----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(("lang", "told"), [
    ("en", "Antofagasta, means of 2024-2028; paired effects against baseline; 3 replications; scale 0.02"),
    ("es", "Antofagasta, promedios 2024-2028; efectos pareados respecto de baseline; 3 réplicas; escala 0,02")])
def test_effects_say_years_replications_and_scale(lang: str, told: str) -> None:
    found = report(with_policy(), lang)
    assert found.text.startswith(told)
    assert found.markdown.startswith(told)
    assert found.figures["effects"].get_suptitle() == told
    assert found.figures["tipping"].get_suptitle().endswith(told.rpartition("; ")[2])


def test_a_sweep_says_years_and_scale_also_where_they_vary(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    usual = ["executor=serial", "replications=1", "levels=2", "--lang", "en"]
    assert main(["sweep", "factorial", "scale=0.02,0.03", "horizon=2007..2008", *usual, f"output={tmp_path / 'both'}"]) == 0
    assert main(["sweep", "factorial", "start_weak", "parameters.trust_weight", "parameters.price_weight", "scale=0.02", "horizon=2007",
                 *usual, f"output={tmp_path / 'one'}"]) == 0
    capsys.readouterr()
    assert main(["analyse", str(tmp_path / "both"), "--lang", "es"]) == 0
    assert "Antofagasta, promedios de los últimos 5 años, hasta 2007-2008, escala 0,02-0,03" in capsys.readouterr().out
    assert main(["analyse", str(tmp_path / "one")]) == 0
    told = capsys.readouterr().out
    assert "4 rows x 1 replication\nAntofagasta, means of 2005-2007, scale 0.02\n" in told
    assert "figures/regimes.png" in told
    assert main(["analyse", str(tmp_path / "one"), "scenario=start_weak"]) == BAD_INPUT
    assert "the rows of a sweep are analysed together" in capsys.readouterr().err


def test_metrics_of_another_region_have_no_indicator_of_a_twin() -> None:
    assert "policy_durability" in metrics(lasting(), "antofagasta")
    assert "policy_durability" not in metrics(lasting(), "tarapaca")
    found = effects(lasting(), "antofagasta", ["policy_durability", "exports"])
    assert pd.api.types.is_float_dtype(found["effect"])
