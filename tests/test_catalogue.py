"""The catalogue: every instrument of the record is a programme file, every scenario loads, tells its question and runs."""

from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sim.branching import Snapshot, history_key, take
from sim.calendar import parse_quarter, quarter_name
from sim.catalogue import page
from sim.config import DEFAULT_SCENARIOS, load, load_comparison, load_programme
from sim.indicators import INDICATORS
from sim.layers import Reader
from sim.levers import LEVERS
from sim.model import Cluster
from sim.policies.programme import COUNTED
from sim.policies.record import KEYS, PUBLISHED, SHARES, USUAL, ProgrammeSpec, usual_of
from sim.roots import PROGRAMME, SCENARIO, SETTING, find_roots
from sim.rules.outlook import automated, growth, hub_rate, output_factor
from sim.spec import Spec
from sim.world import World
from sim.worldschema import ACTION_PLAN, PROGRAMMES_RECORD
from sim.worldsheets import Sheet, read_sheet
from tests.worlds import small, started

CHILE = Path(__file__).parent.parent / "scenarios" / "data" / "chile"
PROGRAMMES = tuple(find_roots({}).files(PROGRAMME))
SCENARIOS = tuple(find_roots({}).files(SCENARIO))
SOCIAL_DISCOUNT_RATE = 0.06
FIRST_YEAR = 2026
RECORDED_PUBLIC_SHARES = {
    "fc_certification": 0.50, "fc_nch2909": 0.70, "certification_renewal": 0.0, "profo_formulation": 0.70, "profo": 0.70,
    "profo_export": 0.70, "pdp_diagnosis": 0.70, "pdp": 0.70, "trade_association": 0.70, "innova_missions": 0.50, "innova_rd": 0.50,
    "innova_scale_up": 0.50, "innova_information_system": 0.50, "regional_studies_2007": 1.0, "interns": 0.0, "national_fairs": 0.0,
    "prochile_fairs": 0.50, "pyme_exporta": 0.50, "sicosur_guarantee": 0.0, "rd_tax_credit": 0.35, "cet_fortalece_pyme": 0.765}
RECORDED_CALENDARS = {
    "fc_certification": ("2004Q1", None), "fc_nch2909": ("2007Q1", "2011Q4"), "profo_formulation": ("1992Q1", None),
    "profo": ("1992Q1", None), "profo_export": ("2008Q1", "2017Q4"), "pdp_diagnosis": ("1998Q1", None), "pdp": ("1998Q1", None),
    "innova_missions": ("2007Q1", "2009Q4"), "innova_rd": ("2009Q1", "2011Q4"), "innova_scale_up": ("2011Q1", "2011Q4"),
    "innova_information_system": ("2007Q3", "2009Q4"), "regional_studies_2007": ("2007Q1", "2007Q4"),
    "sence_training": ("2008Q1", None), "sicosur_guarantee": ("2012Q1", "2012Q4"), "prochile_fairs": ("2008Q1", None),
    "pyme_exporta": ("2009Q1", "2017Q4"), "national_fairs": ("2012Q1", None), "interns": ("2007Q1", "2011Q4"),
    "rd_unit": ("2007Q1", "2010Q4"), "national_mining_cluster": ("2008Q1", "2014Q4"), "world_class_suppliers": ("2008Q1", "2014Q4"),
    "world_class_suppliers_codelco": ("2010Q1", "2014Q4"), "alta_ley": ("2015Q1", None), "pmc_tarapaca": ("2010Q1", "2013Q4"),
    "pmc_antofagasta": ("2010Q1", "2013Q4"), "per_cluster_minero": ("2016Q1", "2020Q4"), "corporacion_cluster": ("2020Q4", None),
    "cet_diagnosis": ("2016Q1", "2020Q2"), "cet_fortalece_pyme": ("2016Q1", "2020Q2"), "sercotec_chains": ("2025Q1", None),
    "sercotec_cooperatives": ("2025Q4", None), "set_aside_fast_payment": ("2019Q1", None), "bhp_package_2018": ("2018Q3", None),
    "bhp_payment_2018": ("2018Q3", None), "expande": ("2017Q1", None), "regional_strategy_tarapaca": ("2011Q1", "2020Q4"),
    "regional_strategy_antofagasta": ("2007Q1", "2017Q4"), "regional_strategy_atacama": ("2007Q1", "2017Q4")}
"""Every instrument with a date on record. Where an end or a first year is judged, the file's `source` says so."""
REPORTED_BOUNDS = {"unit_cost_cut": 0.19, "delivery_gain": 0.24, "process_advice": 0.5}
"""What firms reported of the extension centre is an upper bound: advice changes at most half of a firm's processes."""
OWN_HISTORY = ("action_plan_2006", "no_policy", "start_copper", "start_strong", "start_uniform", "start_weak", "grade_decline", "expansion",
               "automation", "foreign_supplier_hub")
"""Scenarios that change the past, or a parameter; all others share the history of the baseline."""
OTHER_PASTS = ("no_policy", "action_plan_2006", *(name for name in SCENARIOS if name.startswith("without_")))
"""Scenarios that change or end what is on record."""
MEASURED_BY = ("certified", "certified_small", "research", "told_share", "selected_share", "applied", "begun", "substitution",
               "of_programme")


def file_of(name: str) -> Any:
    return load_programme(name)[0]


@cache
def specs() -> dict[str, Spec]:
    """Every scenario, composed in one go."""
    return {spec.scenario: spec for spec in load_comparison(SCENARIOS, ["scale=0.05"]).specs}


def spec_of(name: str) -> Spec:
    return specs()[name]


def named(scenario: str, programme: str) -> ProgrammeSpec:
    return next(own for own in spec_of(scenario).programmes if own.name == programme)


@cache
def plan() -> Sheet:
    return read_sheet(CHILE, ACTION_PLAN)


# ---- programmes ------------------------------------------------------------------------------------------------------
def test_every_instrument_of_the_record_has_its_file() -> None:
    recorded = set(read_sheet(CHILE, PROGRAMMES_RECORD)["id"])
    assert len(recorded) == 38
    assert recorded <= {file_of(name)["id"] for name in PROGRAMMES}


@pytest.mark.parametrize("name", PROGRAMMES)
def test_a_programme_file_tells_itself_in_two_languages_with_its_sources(name: str) -> None:
    values = file_of(name)
    for key in ("caption", "effect"):
        english, spanish = values[key], values[f"{key}_es"]
        assert len(english) > 10
        assert len(spanish) > 10
        assert english != spanish
    assert values["evidence"]
    assert all(item["source"] and item["size"] for item in values["evidence"])
    said = values["source"] + "".join(item["source"] for item in values["evidence"])
    assert ".txt" not in said
    assert "seed" not in said


@pytest.mark.parametrize("name", RECORDED_PUBLIC_SHARES)
def test_public_shares_are_those_of_the_record(name: str) -> None:
    assert file_of(name)["public_share"] == RECORDED_PUBLIC_SHARES[name]


@pytest.mark.parametrize("name", RECORDED_CALENDARS)
def test_calendars_are_those_of_the_record(name: str) -> None:
    values = file_of(name)
    assert (values["from"], values["until"]) == RECORDED_CALENDARS[name]


@pytest.mark.parametrize("name", PROGRAMMES)
def test_no_dose_is_above_what_was_reported(name: str) -> None:
    levers = file_of(name).get("levers") or {}
    assert all(levers.get(lever, 0.0) <= bound for lever, bound in REPORTED_BOUNDS.items())


@pytest.mark.parametrize("name", PROGRAMMES)
def test_a_programme_file_names_every_dose_and_says_where_they_are_from(name: str) -> None:
    values = file_of(name)
    assert usual_of(values) == {}
    assert values["source"]


@pytest.mark.parametrize(("lang", "told"), [("en", "[usual with kind: coordination; judgement]"),
                                            ("es", "[usual con kind: coordination; juicio]")])
def test_a_page_tells_doses_that_a_file_leaves_out(lang: str, told: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "programmes").mkdir()
    (tmp_path / "programmes" / "table.yaml").write_text(
        "table: {kind: coordination, from: 2026Q1, aligns: [subsidies], levers: {wider_reach: 0.1, shared_files: null}}\n")
    monkeypatch.setenv(SETTING, str(tmp_path))
    lines = [line for line in page("table", lang, []) if "levers." in line]
    assert [told in line for line in lines] == [False, True], "shared_files is taken out, shared_agenda has its usual dose"
    assert "shared_agenda" in lines[1]


def test_usual_doses_lie_in_their_ranges() -> None:
    for one in USUAL:
        assert LEVERS[one.lever].low <= one.low <= one.dose <= one.high <= LEVERS[one.lever].high
        assert one.word in KEYS[one.key].metadata["allowed"]


def test_firms_that_hardly_know_a_committee_hear_no_more_by_it() -> None:
    """Otherwise the committee would be the regional strategy by another name."""
    committee, strategy = (file_of(name)["levers"] for name in ("cluster_committee", "regional_strategy_antofagasta"))
    assert (committee["wider_reach"], strategy["wider_reach"]) == (0, 0.3)


def test_the_baseline_holds_programmes_of_the_record_only() -> None:
    first_free = spec_of("baseline").world.outlook_from + 4
    assert all(programme.from_ < first_free for programme in spec_of("baseline").programmes)


def test_indicators_told_to_be_shares_are_those() -> None:
    assert set(SHARES) == {indicator.name for indicator in INDICATORS if indicator.name in PUBLISHED and indicator.unit == "share"}


@pytest.mark.parametrize(("programme", "told"), [
    ("fc_certification", "all that hold the record of chile but no_policy; action_plan_2006; cluster_push; continuity;"),
    ("alta_ley", "all that hold the record of chile but no_policy"), ("interns", "action_plan_2006; only_interns")])
def test_a_page_tells_which_scenarios_hold_the_programme(programme: str, told: str) -> None:
    lines = " ".join(line.strip() for line in page(programme, "en", []))
    assert lines.partition("Scenarios that hold it")[2].strip().startswith(told)


# ---- scenarios -------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("name", SCENARIOS)
def test_a_scenario_says_in_two_languages_what_it_asks(name: str) -> None:
    own = Reader(find_roots({})).layers(name).files[-1].body
    assert len(own["caption"]) > 10
    assert own["caption"] != own["caption_es"]
    assert name == "baseline" or ("?" in own["caption"] and {"¿", "?"} <= set(own["caption_es"]))
    assert (spec_of(name).caption, spec_of(name).caption_es) == (own["caption"], own["caption_es"])


@pytest.mark.parametrize("name", [name for name in SCENARIOS if name not in OWN_HISTORY])
def test_a_policy_of_the_future_shares_the_history_of_the_baseline(name: str) -> None:
    assert history_key(spec_of(name), 1, ()) == history_key(spec_of("baseline"), 1, ())


@pytest.mark.parametrize("scenario", [name for name in SCENARIOS if name not in OTHER_PASTS])
def test_history_is_that_of_baseline_and_new_policies_begin_in_2026(scenario: str) -> None:
    spec = spec_of(scenario)
    recorded = [programme for programme in spec.programmes if programme.from_ < parse_quarter("2026Q1")]
    assert recorded == list(spec_of("baseline").programmes)


@pytest.mark.parametrize("start", ["weak", "strong", "copper", "uniform"])
def test_start_scenarios_differ_from_baseline_in_their_start_only(start: str) -> None:
    other, baseline = spec_of(f"start_{start}"), spec_of("baseline")
    assert (other.start, baseline.start) == (start, "recorded")
    assert other.programmes == baseline.programmes


def test_cluster_push_holds_the_three_families_and_human_capital() -> None:
    names = {family: {p.name for p in spec_of(family).programmes} for family in DEFAULT_SCENARIOS}
    together = names["subsidies"] | names["local_purchasing"] | names["associativity"]
    assert names["cluster_push"] - together == {"graduate_places", "training_2026"}
    assert together < names["cluster_push"]


@pytest.mark.parametrize(("family", "programme", "value"), [
    ("subsidies", "fc_2026", "public_share"), ("subsidies", "cet_2026", "capacity"),
    ("subsidies", "rd_2026", "capacity"),
    ("local_purchasing", "local_weight", "preference"), ("local_purchasing", "reserve_2026", "set_aside"),
    ("associativity", "profo_2026", "capacity"), ("associativity", "trade_association", "capacity"),
])
def test_each_family_has_three_rising_intensities(family: str, programme: str, value: str) -> None:
    low, middle, high = (getattr(named(f"{family}{end}", programme), value) for end in ("_low", "", "_high"))
    assert low < middle < high


def test_extension_of_2016_serves_branches_within_its_sales_band() -> None:
    cet = named("baseline", "cet_fortalece_pyme")
    assert (cet.place, cet.sales_min, cet.sales_max, cet.sales_unit) == ("hq_or_branch", 100.0, 3500.0, "CLP_m")
    assert (cet.from_, cet.until) == (parse_quarter("2016Q1"), parse_quarter("2020Q2"))


def test_no_policy_has_no_programme_and_historical_has_those_of_the_baseline() -> None:
    assert spec_of("no_policy").programmes == ()
    assert spec_of("historical").programmes == spec_of("baseline").programmes


@pytest.mark.slow
@pytest.mark.parametrize("name", SCENARIOS)
def test_a_scenario_runs_beyond_2026(name: str) -> None:
    model = started(spec_of(name), "2028Q1")
    assert model.world.living().size > 100
    assert np.isfinite(model.world.ledger.accounts).all()


@pytest.mark.slow
@pytest.mark.parametrize("name", ["horizontal_neutral", "vertical_regional", "santiago_centred", "continuity", "discontinuity"])
def test_no_programme_of_an_equal_budget_spends_more_than_it_has(name: str) -> None:
    model = started(load(name, "scale=0.2"), "2028Q4")
    for programme in model.world.programmes:
        if programme.spec.budget is not None:
            assert programme.spent_this_year <= programme.spec.budget * 0.2 * (1 + 1e-9)


@pytest.mark.parametrize(("scenario", "programme", "key"), [
    ("stop_at_coverage", "fc_2026", "stop_when"), ("copper_fund", "rd_2026", "fund"), ("ratchet", "weight_2026", "ratchet")])
def test_scenarios_show_each_rule_on_a_published_indicator(scenario: str, programme: str, key: str) -> None:
    assert [rule for rule in ("stop_when", "fund", "ratchet") if getattr(named(scenario, programme), rule)] == [key]


def test_renewal_by_the_political_cycle_and_by_results_differ_in_the_rule_only() -> None:
    cycle, results = (named(name, "advice_2026") for name in ("political_cycle", "renewal_by_results"))
    assert (cycle.renews, results.renews) == ("political_cycle", "results")
    assert replace(results, renews=cycle.renews, renew_for=cycle.renew_for) == cycle


# ---- equal budgets ---------------------------------------------------------------------------------------------------
def discounted(scenario: str) -> float:
    """Public budgets of the scenario's own programmes, UF of the first year."""
    total = 0.0
    for programme in spec_of(scenario).programmes:
        if programme.budget is not None:
            assert programme.until is not None
            years = np.arange(programme.from_ // 4, programme.until // 4 + 1)
            total += programme.budget * float(((1 + SOCIAL_DISCOUNT_RATE) ** -(years - FIRST_YEAR)).sum())
    return total


def test_horizontal_vertical_and_santiago_have_one_discounted_budget() -> None:
    assert discounted("horizontal_neutral") == pytest.approx(709_656, abs=1)
    assert discounted("vertical_regional") == discounted("santiago_centred") == discounted("horizontal_neutral")


def test_stop_and_go_costs_as_much_as_continuity() -> None:
    assert discounted("discontinuity") == pytest.approx(discounted("continuity"), rel=1e-4)
    assert discounted("continuity") == pytest.approx(118_276, abs=1)


EQUAL_BUDGETS = (("horizontal_neutral", "vertical_regional", "santiago_centred"), ("continuity", "discontinuity"))


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2])
def test_equal_budgets_are_spent_equally(seed: int) -> None:
    """What is authorised is asked for: discounted money spent agrees within 15 %, and most of the budget is used.

    At full scale: in a small world a few vouchers of large firms are a year's money of a region.
    """
    history = take(started(load("baseline"), quarter_name(spec_of("baseline").world.outlook_from), seed))
    for names in EQUAL_BUDGETS:
        spent = {name: spent_of(load(name), seed, history) for name in names}
        assert max(spent.values()) < 1.15 * min(spent.values()), spent
        assert min(spent.values()) > 0.8 * discounted(names[0]), spent


def spent_of(spec: Spec, seed: int, history: Snapshot) -> float:
    """Public money of programmes with a budget, UF of the first year at scale 1."""
    model, total = Cluster(spec, seed, history=history), 0.0
    while model.world.quarter <= model.last_quarter:
        worth = (1 + SOCIAL_DISCOUNT_RATE) ** (FIRST_YEAR - model.world.quarter // 4) / spec.scale
        model.step()
        total += worth * sum(float(p.counts[COUNTED.index("public")].sum()) for p in model.world.programmes if p.record.budget is not None)
    model.close()
    return total


# ---- the action plan of 2006 -----------------------------------------------------------------------------------------
def test_the_plan_has_its_programmes_and_every_target_a_measure_or_a_reason() -> None:
    listed = {programme.name for programme in spec_of("action_plan_2006").programmes}
    sheet = plan()
    assert {name for name in sheet["programme"] if name} <= listed
    for indicator, reason in zip(sheet["indicator"], sheet["reason"], strict=True):
        assert reason if not indicator else indicator.split(":")[0] in MEASURED_BY
    others = {text.split(":")[1] for text in sheet["indicator"] if text and ":" in text}
    assert others <= listed


def test_the_plan_reaches_its_own_trades_and_region_only() -> None:
    spec = spec_of("action_plan_2006")
    trades = {"m": ("metal_parts",), "e": ("engineering",)}
    own = [programme for programme in spec.programmes if programme.name.startswith("plan_")]
    assert len(own) > 30
    for programme in own:
        assert programme.regions == ("antofagasta",)
        assert programme.subsectors == trades[programme.name[-1]]


# ---- outlooks --------------------------------------------------------------------------------------------------------
SHORT = ("scale=0.02", "horizon=2036")


@cache
def history() -> Snapshot:
    """Of the baseline: outlooks change what comes after it."""
    spec = small("baseline", *SHORT)
    return take(started(spec, quarter_name(spec.world.outlook_from)))


@cache
def at(quarter: str, *words: str) -> World:
    """A world of an outlook, not to be changed."""
    model = Cluster(small("baseline", *SHORT, *words), history=history())
    while model.world.quarter < parse_quarter(quarter):
        model.step()
    return model.world


def test_output_falls_from_six_to_four_million_tonnes_with_as_much_rock_and_labour() -> None:
    fallen, steady = at("2036Q1", "parameters.output_trend=-0.0397"), at("2036Q1")
    assert output_factor(steady) == 1.0
    assert fallen.mines.output.sum() / steady.mines.output.sum() == pytest.approx(4 / 6, rel=1e-3)
    assert fallen.mines.workers.sum() == pytest.approx(steady.mines.workers.sum())
    assert fallen.cash_cost > steady.cash_cost * 1.2
    assert growth(fallen) == 0.0


def test_expansion_is_bought_while_it_lasts() -> None:
    grown, steady = at("2030Q1", "parameters.output_trend=0.0292"), at("2030Q1")
    share = grown.mines.capex.sum() / grown.mines.output.sum() / (steady.mines.capex.sum() / steady.mines.output.sum())
    assert share > 1.1
    assert growth(at("2036Q1", "parameters.output_trend=0.0292")) == 0.0


def test_changes_of_the_outlook_are_under_way_in_all_quarters_of_their_years() -> None:
    """Half of the foreign suppliers come to the hub in ten years of four quarters."""
    model = Cluster(small("baseline", *SHORT, "parameters.foreign_hub=0.5"), history=history())
    away = 1.0
    for quarter in range(model.world.data.outlook_from - 1, model.world.data.outlook_from + 44):
        model.world.quarter = quarter
        away *= 1.0 - hub_rate(model.world)
    assert away == pytest.approx(0.5)


def test_automation_moves_purchases_to_knowledge_and_keeps_their_sum() -> None:
    after, before = at("2036Q1", "parameters.automation=0.3"), at("2036Q1")
    assert automated(after) == pytest.approx(0.3)
    assert after.mines.target.sum() == pytest.approx(before.mines.target.sum())
    knowing = after.data.knowledge_intensive
    assert (after.mines.target[:, knowing].sum(axis=0) > before.mines.target[:, knowing].sum(axis=0)).all()
    assert (after.mines.target[:, ~knowing].sum(axis=0) < before.mines.target[:, ~knowing].sum(axis=0)).all()
    assert after.mines.workers.sum() == pytest.approx(0.7 * before.mines.workers.sum())


def test_the_hub_is_made_of_foreign_branches_in_the_focal_region() -> None:
    """Centres that no operation trusts, or that do not pay, are given up again; so fewer stand than were opened."""
    present = {}
    for opened in (0.0, 0.5):
        world = at("2035Q2", f"parameters.foreign_hub={opened}")
        foreign = world.firms.alive & (world.firms.origin > 0)
        present[opened] = world.firms.presence[foreign, world.data.focal].mean()
    assert present[0.0] + 0.05 < present[0.5] < 0.5
    assert hub_rate(Cluster(small("baseline", *SHORT, "parameters.foreign_hub=0.5")).world) == 0.0
