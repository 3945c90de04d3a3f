"""The scorecard and the table of starts: measures by hand, verdicts, and a small history from end to end."""

import csv
import json
import math
import shutil
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from analysis import facts, scorecard, starts
from analysis.effects import Effect
from analysis.facts import FACTS, INDICATIVE, INPUT, NOT_MEASURED, Fact
from analysis.grid import Document
from analysis.scorecard import WORDS, Line
from analysis.starts import Gap
from sim.errors import BAD_INPUT, InputError
from sim.experiment.results import open as open_results
from sim.indicators import BY_NAME
from tests.small_history import history

CHILE = Path(__file__).resolve().parents[1] / "scenarios" / "data" / "chile"


def evidence(series: pd.DataFrame, **more: Any) -> Any:
    """Evidence from frames made by hand."""
    usual = {"series": series, "focal": "north", "capital": "centre", "parameters": {"net_wage": 0.8}, "scale": 1.0, "labour": None,
             "firms": None, "dollars_per_uf": pd.Series({2015: 30.0, 2016: 40.0})}
    made = SimpleNamespace(**(usual | more))
    made.region = lambda name, years: series[(series["region"] == name) & series["year"].between(*years)]
    return made


def quarters(**columns: Any) -> pd.DataFrame:
    """Two regions of one replication in the last quarter of 2016."""
    return pd.DataFrame({"replication": 1, "year": 2016, "region": ["north", "centre"], **columns})


# ---- measures --------------------------------------------------------------------------------------------------------
def test_national_shares_weigh_regions_by_suppliers() -> None:
    found = facts.national("exporter_share")(evidence(quarters(exporter_share=[0.5, 0.2], suppliers=[100.0, 300.0])), (2016, 2016))
    assert found is not None
    assert found[1] == pytest.approx((0.5 * 100 + 0.2 * 300) / 400)


def test_regions_without_suppliers_do_not_weigh() -> None:
    rows = quarters(exporter_share=[0.5, np.nan], suppliers=[100.0, 0.0])
    assert facts.national("exporter_share")(evidence(rows), (2016, 2016))[1] == 0.5  # type: ignore[index]


def test_focal_and_capital_look_at_their_region_and_years() -> None:
    rows = pd.concat([quarters(supplier_share=[0.1, 0.6]), quarters(supplier_share=[0.3, 0.4]).assign(year=2020)])
    assert facts.focal("supplier_share")(evidence(rows), (2016, 2016))[1] == 0.1  # type: ignore[index]
    assert facts.capital("supplier_share")(evidence(rows), (2016, 2020))[1] == pytest.approx(0.5)  # type: ignore[index]


def test_income_is_in_dollars_of_the_year_and_of_a_whole_country() -> None:
    rows = pd.DataFrame({"replication": 1, "year": [2015, 2015, 2030], "region": "north", "income_leakage": [1e6, 1e6, 2e6]})
    found = facts.income_that_leaves(evidence(rows, scale=0.5), (2015, 2030))
    assert found[1] == pytest.approx(((1 + 1) * 30 + 2 * 40) / 2 / 0.5)


def test_the_sources_formula_is_commuters_times_mean_net_wage() -> None:
    labour = pd.DataFrame({"replication": 1, "year": 2016, "quarter": pd.Timestamp("2016-12-31"), "workplace": "north",
                           "residence": ["in the region", "commutes"], "jobs": [3e4, 1e4], "wage": [100.0, 200.0]})
    found = facts.income_by_formula(evidence(quarters(), labour=labour), (2016, 2016))
    assert found is not None
    assert found[1] == pytest.approx(0.8 * 1e4 * 125 * 40 / 1e6)
    assert facts.income_by_formula(evidence(quarters()), (2016, 2016)) is None


def test_price_volatility_is_that_of_yearly_means() -> None:
    prices = [100.0, 200.0, 100.0]
    rows = pd.DataFrame({"replication": 1, "year": [2014, 2015, 2016], "region": "north", "copper_price": prices})
    assert facts.price_volatility(evidence(rows), (2014, 2016))[1] == pytest.approx(np.std([math.log(2), -math.log(2)], ddof=1))


def test_survival_counts_firms_seen_five_years_on() -> None:
    firms = pd.DataFrame({"uid": [1, 2, 1, 3, 3], "year": [2005, 2005, 2010, 2008, 2010], "age_quarters": [2, 3, 22, 1, 9]})
    assert facts.survival(firms) == 0.5  # firm 3 was born too late to be followed for five years
    assert math.isnan(facts.survival(firms.assign(age_quarters=30)))


def test_shares_and_correlation_of_firms() -> None:
    firms = pd.DataFrame({"size_class": ["micro", "large", "micro", "small"], "sales_year": [1.0, 7.0, 1.0, 1.0], "clients": [0, 3, 1, 2],
                          "age_quarters": [90, 30, 10, 20], "subsector": ["engineering", "repair", "repair", "repair"],
                          "workers": [2.0, 5.0, 2.0, 1.0]})
    assert facts.micro_firms(firms) == 0.5
    assert facts.large_sales(firms) == 0.7
    assert facts.engineering_heads(firms) == 0.2
    assert facts.age_and_clients(firms) == pytest.approx(1.0)
    assert math.isnan(facts.age_and_clients(firms[:2]))


def test_firm_panels_leave_sellers_abroad_out() -> None:
    firms = pd.DataFrame({"replication": 1, "year": 2016, "origin": ["national", "seller abroad"], "size_class": ["micro", "large"]})
    found = facts.of_firms(facts.micro_firms)(evidence(quarters(), firms=firms), (2016, 2016))
    assert found is not None
    assert found[1] == 1.0


# ---- declarations ----------------------------------------------------------------------------------------------------
def test_every_fact_of_the_file_is_measured_or_left_out_with_a_reason() -> None:
    with (CHILE / "stylised_facts.csv").open(encoding="utf-8") as file:
        recorded = {row["id"] for row in csv.DictReader(file)}
    measured = {fact.id for fact in FACTS}
    assert measured | set(NOT_MEASURED) == recorded
    assert measured & set(NOT_MEASURED) == set()


def test_facts_speak_both_languages_and_inputs_are_checks() -> None:
    assert all(fact.what and fact.what_es and fact.what != fact.what_es for fact in FACTS)
    assert {fact.id for fact in FACTS if fact.use == INPUT} == {"SF01", "SF02", "SF04", "SF21", "SF22", "SF23", "SF26", "SF43"}
    assert set(WORDS["en"]) == set(WORDS["es"])
    assert all(reason and en_espanol and reason != en_espanol for reason, en_espanol in NOT_MEASURED.values())
    assert {fact.unit for fact in FACTS} - set(WORDS["es"]) == {"%", "ratio"}
    assert set(starts.WORDS["en"]) == set(starts.WORDS["es"])


def fact(use: str = facts.FREE, unit: str = "%") -> Fact:
    """A fact with nothing to measure."""
    return Fact("SF00", "it", "ello", (2016, 2016), lambda evidence, years: None, use, unit)


@pytest.mark.parametrize(("use", "mean", "verdict"), [
    (facts.FREE, 0.2, "hit"), (facts.FITTED, 0.4, "miss"), (INPUT, 0.2, "in"), (INPUT, 0.0, "out"), (INDICATIVE, 0.9, INDICATIVE),
    (facts.FREE, math.nan, "none")])
def test_verdicts(use: str, mean: float, verdict: str) -> None:
    assert Line(fact(use), (0.1, 0.3), mean, mean, mean).verdict == verdict


@pytest.mark.parametrize(("low", "high", "unit", "lang", "told"), [
    (0.08, 0.25, "%", "en", "8.0-25.0 %"), (0.08, 0.25, "%", "es", "8,0-25,0 %"), (-0.1, 0.2, "%", "es", "-10,0 a 20,0 %"),
    (0.2, 0.2, "ratio", "en", "0.20"), (0.0, math.inf, "ratio", "en", ">= 0.00"), (-math.inf, 900.0, "US$ m", "en", "<= 900 US$ m"),
    (800.0, 1300.0, "US$ m", "en", "800-1,300 US$ m"),
    (30.0, 30.0, "days", "es", "30 días"), (80.0, 90.0, "US$ m", "es", "80-90 millones de US$")])
def test_spans(low: float, high: float, unit: str, lang: str, told: str) -> None:
    assert scorecard._span(low, high, unit, lang) == told


# ---- end to end ------------------------------------------------------------------------------------------------------
def test_scorecard_of_a_small_history() -> None:
    card = scorecard.scorecard(open_results(history()))
    frame = card.frame()
    assert len(frame) == len(FACTS)
    assert frame["mean"].notna().all()
    assert (card.replications, card.scale, card.scenario) == (2, 0.02, "baseline")
    assert frame.loc[frame["fact"] == "SF04", "mean"].item() == 0.70
    assert frame.loc[frame["fact"] == "SF23", "mean"].item() == pytest.approx(0.23, abs=0.02)
    shares = frame[frame["fact"].isin(["SF05", "SF02", "SF12", "SF14", "SF17"])]
    assert shares["mean"].between(0, 1).all()
    assert (frame["low"] <= frame["mean"]).all()


@pytest.mark.parametrize("lang", ["en", "es"])
def test_scorecard_prints(lang: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert scorecard.main([str(history()), "--lang", lang, "--markdown"]) == 0
    printed = capsys.readouterr().out
    assert printed.count("SF05 ") == 3 + 1  # three rows and the note
    assert str(WORDS[lang]["left"]) in printed
    assert NOT_MEASURED["SF28"][lang == "es"] in printed
    assert scorecard.main([str(history()), "--lang", lang]) == 0
    assert max(len(line) for line in capsys.readouterr().out.splitlines() if line.startswith("SF")) <= Document.PAGE


@pytest.mark.parametrize(("lang", "world", "region"), [("en", "The land", "The north"), ("es", "La tierra", "El norte")])
def test_places_are_called_as_the_language_does(lang: str, world: str, region: str, tmp_path: Path,
                                                capsys: pytest.CaptureFixture[str]) -> None:
    folder = Path(shutil.copytree(history(), tmp_path / "run"))
    told = json.loads((folder / "provenance.json").read_text(encoding="utf-8"))
    told["world"] |= {"caption": "The land", "caption_es": "La tierra"}
    told["world"]["regions"]["antofagasta"] |= {"caption": "The north", "caption_es": "El norte"}
    (folder / "provenance.json").write_text(json.dumps(told), encoding="utf-8")
    capsys.readouterr()
    for page, caption in ((scorecard, world), (starts, region)):
        assert page.main([str(folder), "--lang", lang]) == 0
        assert capsys.readouterr().out.startswith(caption)


def test_a_folder_without_results_and_a_world_without_facts_are_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert scorecard.main([str(tmp_path)]) == BAD_INPUT
    assert starts.main([str(tmp_path)]) == BAD_INPUT
    assert capsys.readouterr().err.count("holds no results") == 2
    with pytest.raises(InputError, match="no stylised facts"):
        scorecard.read_bands(tmp_path / "stylised_facts.csv")


def test_starts_of_a_small_history(capsys: pytest.CaptureFixture[str]) -> None:
    found = starts.starts(open_results(history()))
    frame = found.frame()
    assert list(frame["indicator"]) == list(starts.SHOWN)
    assert set(frame["scenario"]) == {"start_weak"}
    assert frame.loc[frame["indicator"] == "mean_capability", "early_gap"].item() < 0
    assert starts.main([str(history()), "--markdown", "--lang", "es"]) == 0
    assert "brecha" in capsys.readouterr().out
    assert starts.main([str(history())]) == 0


def test_everything_shown_of_starts_is_an_indicator_or_has_a_caption() -> None:
    for name in starts.SHOWN:
        assert name in BY_NAME or all(name in captions for captions in starts.CAPTIONS.values())


def effect(value: float, margin: float) -> Effect:
    """An effect with its interval."""
    nan = math.nan
    return Effect(8, 1.0, 1.0 + value, value, value - margin, value + margin, nan, nan, nan, nan, nan, nan)


@pytest.mark.parametrize(("early", "late", "verdict"), [
    ((1.0, 0.1), (1.2, 0.1), "grows"), ((1.0, 0.1), (0.6, 0.1), "persists"), ((1.0, 0.1), (0.3, 0.1), "fades"),
    ((1.0, 0.1), (0.1, 0.2), "converged"), ((1.0, 0.1), (0.9, 2.0), "undecided"), ((0.1, 0.5), (0.6, 0.1), "opens"),
    ((0.1, 0.5), (0.1, 0.5), "none"), ((-1.0, 0.1), (-0.7, 0.1), "persists"),
    ((1.0, 0.1), (-0.4, 0.1), "reverses"), ((-1.0, 0.1), (0.4, 0.1), "reverses")])
def test_what_becomes_of_a_gap(early: tuple[float, float], late: tuple[float, float], verdict: str) -> None:
    assert Gap("supplier_share", "start_weak", effect(*early), effect(*late)).verdict == verdict
