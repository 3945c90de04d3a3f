"""From files and words to records: what is composed, what is inherited, what is found in a user's folder."""

import ast
import dataclasses
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hydra.core.override_parser.overrides_parser import OverridesParser
from hypothesis import given
from hypothesis import strategies as st
from omegaconf import OmegaConf

import sim
from sim.calendar import parse_quarter
from sim.config import DEFAULT_SCENARIOS, load, load_comparison
from sim.draws import Draws
from sim.errors import InputError
from sim.layers import both_captions
from sim.numerals import AMOUNTS, NUMBERS, refuse_misread, refuse_misread_word
from sim.overrides import quoted
from sim.policies.record import ProgrammeSpec
from sim.prices import NAMED_PATHS, price_path
from sim.roots import SCENARIO, SETTING, find_roots
from sim.spec import Spec
from sim.yamlfiles import parse

ROOTS = find_roots({})
SCENARIOS = tuple(ROOTS.files(SCENARIO))
ENDINGS = tuple(name for name in SCENARIOS if name.startswith("without_"))
OF_CHILE = ("no_policy", "action_plan_2006", *ENDINGS, "santiago_centred", "only_world_class_suppliers", "stop_at_coverage")
"""Scenarios that name programmes, regions or companies of Chile."""


def named(spec: Spec, name: str) -> ProgrammeSpec:
    return next(programme for programme in spec.programmes if programme.name == name)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A user's folder that ENCADENA_PATH names; a blank in its name must not matter."""
    mine = tmp_path / "my models"
    (mine / "programmes").mkdir(parents=True)
    monkeypatch.setenv(SETTING, str(mine))
    monkeypatch.chdir(tmp_path)
    return mine


# ---- what ships ------------------------------------------------------------------------------------------------------
def test_default_scenarios_stand_baseline_first() -> None:
    assert tuple(spec.scenario for spec in load_comparison().specs) == DEFAULT_SCENARIOS
    assert DEFAULT_SCENARIOS[0] == "baseline"


@pytest.mark.parametrize("scenario", [name for name in SCENARIOS if name not in OF_CHILE])
def test_every_scenario_also_plays_in_the_invented_world(scenario: str) -> None:
    assert load(scenario, "world=valle_inventado").world.name == "valle_inventado"


# ---- overrides -------------------------------------------------------------------------------------------------------
def test_values_reach_the_records() -> None:
    spec = load("local_purchasing", "programmes.local_weight.preference=0.15", "horizon=2035", "scale=0.25",
                "copper=bust", "parameters.trust_weight=2.5", "programmes.pdp.levers.visibility=0.1")
    assert named(spec, "local_weight").preference == 0.15
    assert (spec.horizon, spec.scale, spec.copper, spec.parameters.trust_weight) == (2035, 0.25, "bust", 2.5)
    assert named(spec, "pdp").levers == {"capability_gain": 0.002, "management_gain": 0.01, "visibility": 0.1, "buyer_meeting": 0.02}


def test_changes_are_kept_as_written_and_how_to_run_is_not_among_them() -> None:
    spec = load("baseline", "scale=0.10", "replications=3", "programmes.pdp=null")
    assert spec.changed == {"scale": "0.10", "programmes.pdp": "null"}


def test_a_spec_cannot_be_changed() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        load().scale = 0.5  # type: ignore[misc]


def test_a_setting_without_a_value_is_null() -> None:
    """As ``output=$UNSET`` is read by a shell."""
    assert load_comparison(["baseline"], ["output=", "executor.address=", "region=", "workers="]).settings == load_comparison(
        ["baseline"], []).settings


def test_run_settings_come_from_conf_and_the_shell() -> None:
    settings = load_comparison(["baseline"], ["replications=20", "recording=[firms,ties]", "workers=2"]).settings
    assert (settings.replications, settings.recording, settings.workers) == (20, ("firms", "ties"), 2)
    assert (settings.seed, settings.executor, settings.output, settings.region) == (1, "processes", None, None)


@pytest.mark.parametrize("word", ["~programmes.pdp", "programmes.pdp=null"])
def test_a_programme_can_be_taken_out(word: str) -> None:
    assert "pdp" not in {programme.name for programme in load("baseline", word).programmes}


def test_a_change_of_a_programme_holds_for_the_scenarios_that_list_it() -> None:
    specs = load_comparison((), ["programmes.local_weight.preference=0.15"]).specs
    changed = {spec.scenario for spec in specs if spec.changed}
    assert changed == {"local_purchasing", "cluster_push"}


def test_a_value_that_the_file_leaves_out_can_be_set() -> None:
    assert named(load("baseline", "programmes.pdp.budget=900"), "pdp").budget == 900.0


@pytest.mark.parametrize("text", [
    "Más compras", "with, a comma", "a=b", "it's", "(brackets) [and] {braces}", "ends in \\", "#5", "ñandú",
])
def test_texts_that_the_grammar_cannot_read_are_quoted(text: str) -> None:
    word = f"programmes.pdp.caption={quoted(text) if ',' in text else text}"
    assert named(load("baseline", word), "pdp").caption == text


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"])).filter(lambda text: "${" not in text))
def test_quoting_is_undone_by_the_grammar(text: str) -> None:
    assert OverridesParser.create().parse_override(f"key={quoted(text)}").value() == text


def test_the_last_of_two_changes_holds() -> None:
    assert load("baseline", "scale=0.1", "scale=0.2").scale == 0.2


# ---- instances -------------------------------------------------------------------------------------------------------
def test_an_instance_takes_all_values_but_those_it_changes() -> None:
    spec = load("subsidies")
    old, new = named(spec, "fc_certification"), named(spec, "fc_2026")
    changed = {f.name for f in dataclasses.fields(old) if getattr(old, f.name) != getattr(new, f.name)}
    assert changed == {"name", "caption", "caption_es", "from_", "regions", "public_share", "capacity", "reach"}


def test_an_instance_says_from_when_it_runs() -> None:
    assert named(load("subsidies"), "fc_2026").caption_es.endswith(", desde 2026Q1")


def test_levers_of_an_instance_merge_one_by_one(folder: Path) -> None:
    levers = "{visibility: 1.0, capability_gain: null}"
    (folder / "mine.yaml").write_text(f"programmes:\n  more: {{like: pdp, levers: {levers}}}\n")
    assert named(load("mine"), "more").levers == {"visibility": 1.0, "management_gain": 0.01, "buyer_meeting": 0.02}


def test_programmes_stand_sorted_whatever_the_order_of_files() -> None:
    names = [programme.name for programme in load("cluster_push").programmes]
    assert names == sorted(names)


# ---- the user's folder -----------------------------------------------------------------------------------------------
def test_own_scenarios_and_programmes_are_found(folder: Path) -> None:
    (folder / "programmes" / "night_school.yaml").write_text("night_school: {like: sence_training, from: 2030Q1, regions: [focal]}\n")
    (folder / "mine.yaml").write_text(
        "defaults:\n  - subsidies\n  - programmes@programmes: night_school\n"
        "caption: Más\nprogrammes: {cet_2026: null}\n")
    spec = load("mine")
    assert spec.caption == "Más"
    assert {programme.name for programme in spec.programmes} >= {"night_school", "fc_2026"}
    assert "cet_2026" not in {programme.name for programme in spec.programmes}


def test_several_folders_are_found(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    second = folder.parent / "second"
    second.mkdir()
    (folder / "mine.yaml").write_text("start: weak\n")
    (second / "yours.yaml").write_text("defaults: [mine]\nhorizon: 2030\n")
    monkeypatch.setenv(SETTING, f"{folder}:{second}")
    spec = load("yours")
    assert (spec.start, spec.horizon) == ("weak", 2030)


def test_the_scenario_of_the_readme_plays(folder: Path) -> None:
    readme = (ROOTS.scenarios[0] / "README.md").read_text(encoding="utf-8")
    (folder / "my_push.yaml").write_text(readme.split("```yaml\n")[1].split("```")[0])
    spec = load("my_push")
    assert named(spec, "local_weight").preference == 0.05
    assert named(spec, "profo_young").from_ == parse_quarter("2027Q1")
    assert "rd_2026" not in {programme.name for programme in spec.programmes}
    assert (spec.horizon, spec.parameters.trust_decay) == (load("baseline").horizon, 0.02)


def copy_valley(folder: Path) -> None:
    copied = Path(shutil.copytree(ROOTS.worlds()["valle_inventado"], folder / "data" / "my_valley"))
    described = (copied / "world.yaml").read_text(encoding="utf-8")
    (copied / "world.yaml").write_text(described.replace("name: valle_inventado", "name: my_valley"), encoding="utf-8")


def test_an_own_world_needs_its_data_only(folder: Path) -> None:
    copy_valley(folder)
    spec = load("baseline", "world=my_valley")
    assert spec.programmes == ()
    assert spec.world.regions[0] == "sierra_cobriza"


def test_an_own_world_brings_its_recorded_programmes(folder: Path) -> None:
    copy_valley(folder)
    (folder / "worlds").mkdir()
    (folder / "worlds" / "my_valley.yaml").write_text(
        "# @package _global_\ndefaults:\n  - /programmes@programmes: [profo]\n"
        "programmes: {profo: {group_minimum: 3, follows: \'\'}}\n")
    assert [(p.name, p.group_minimum) for p in load("baseline", "world=my_valley").programmes] == [("profo", 3)]


def test_baseline_moves_to_the_world_of_the_scenario_it_joins(folder: Path) -> None:
    (folder / "mine.yaml").write_text("defaults:\n  - override /world: valle_inventado\n")
    assert {spec.world.name for spec in load_comparison(["mine"]).specs} == {"valle_inventado"}


def test_own_word_on_the_world_counts_more_than_a_listed_scenario_s(folder: Path) -> None:
    (folder / "mine.yaml").write_text("defaults:\n  - override /world: valle_inventado\n")
    (folder / "back.yaml").write_text("defaults:\n  - mine\n  - override /world: chile\n")
    assert load("back").world.name == "chile"
    assert {"pdp"} < {programme.name for programme in load("back").programmes}


def test_own_copper_price_is_read_beside_its_scenario_and_from_the_shell(folder: Path) -> None:
    rows = [f"{year}Q{quarter},{400 + quarter}" for year in (2024, 2025) for quarter in (1, 2, 3, 4)]
    (folder / "path.csv").write_text("\n".join(["quarter,us_cents_per_lb", *rows, ""]))
    (folder / "mine.yaml").write_text("copper: path.csv\nhorizon: 2025\n")
    for spec in (load("mine"), load("baseline", "copper=my models/path.csv", "horizon=2025")):
        assert spec.copper_path is not None
        np.testing.assert_array_equal(spec.copper_path, [401.0, 402.0, 403.0, 404.0])


@pytest.mark.parametrize("name", NAMED_PATHS)
def test_named_copper_paths_are_multiples_of_the_long_run_mean_and_not_of_the_last_price(name: str) -> None:
    spec = load("baseline", f"copper={name}", "parameters.copper_mean=300", "horizon=2060")
    path = price_path(spec, Draws(1))
    outlook = path[spec.world.outlook_from - spec.world.burn_in_from:]
    assert {year: outlook[4 * int(year)] / 300 for year, _ in NAMED_PATHS[name] if year < 36} == pytest.approx(
        {year: multiple for year, multiple in NAMED_PATHS[name] if year < 36})
    assert outlook[-1] == 300
    assert path[spec.world.outlook_from - spec.world.burn_in_from - 1] == 416.09
    assert name != "flat" or set(outlook) == {300.0}


@pytest.mark.parametrize("text", [
    "levers: {visibility: 0.0}", "kind: procurement, agency: mines, preference: 0", "kind: group, group_minimum: 5, cost: 10",
    "levers: {visibility: 0.1}, capacity: {2026: 0, 2030: 5}", "kind: challenge, problems: 9, picked: 1",
    "levers: {visibility: 0.1}, capacity: 0, ratchet: {indicator: exports, value: capacity, step: 1, up_to: 9}",
    "kind: places, reach: 0, levers: {pilot_infrastructure: 1}",
])
def test_a_dose_of_zero_is_a_programme_and_so_is_one_that_begins_at_zero(text: str, folder: Path) -> None:
    (folder / "programmes" / "a.yaml").write_text(f"a: {{from: 2026Q1, {text}}}\n")
    (folder / "mine.yaml").write_text("defaults:\n  - programmes@programmes: [a]\n")
    assert named(load("mine"), "a").name == "a"


def test_a_first_stage_needs_no_levers(folder: Path) -> None:
    (folder / "programmes" / "a.yaml").write_text("a: {from: 2026Q1, cost: 5}\n")
    (folder / "programmes" / "b.yaml").write_text("b: {from: 2026Q1, follows: a, levers: {visibility: 0.1}}\n")
    (folder / "mine.yaml").write_text("defaults:\n  - programmes@programmes: [a, b]\n")
    assert not named(load("mine"), "a").levers
    assert not named(load("mine", "programmes.b=null"), "a").levers


def test_a_zero_in_a_word_of_the_shell_is_one_end_of_a_comparison() -> None:
    for key in ("capacity", "reach", "budget"):
        assert getattr(named(load("baseline", f"programmes.pdp.{key}=0"), "pdp"), key) == 0
    assert "cet_fortalece_pyme" not in {one.name for one in load("baseline", "programmes.cet_fortalece_pyme=null").programmes}


def test_a_listed_scenario_may_be_reached_by_one_way_only(folder: Path) -> None:
    (folder / "mine.yaml").write_text(
        "defaults: [subsidies, associativity]\nprogrammes: {fc_2026: {public_share: 0.6}}\n")
    assert named(load("mine"), "fc_2026").public_share == 0.6
    (folder / "ours.yaml").write_text("defaults: [mine, subsidies]\n")
    with pytest.raises(InputError, match="listed twice"):
        load("ours")


# ---- shape -----------------------------------------------------------------------------------------------------------
def test_only_config_and_the_hydra_application_know_hydra() -> None:
    package = Path(next(iter(sim.__path__)))
    knowing = set()
    for path in package.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            modules = [a.name for a in node.names] if isinstance(node, ast.Import) else []
            modules += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            if any(module.split(".")[0] in ("hydra", "omegaconf") for module in modules):
                knowing.add(path.name)
    assert knowing == {"config.py", "__main__.py"}


@pytest.mark.parametrize("text", [
    "1e3", "0.15", "2026-01-01", "2026Q1", "12", ".5", "1.", "-.inf", "1.2.3", "null", "12:30", "1_000", "1_0.5", "inf",
    "yes", "on", "no", "1E-3", "+1e3", "1e", "-.5", ".5e+3", "0x10", "017", "true", "~", "'5'", "[1, 1e3]",
])
def test_yaml_is_read_as_the_composition_reads_it(text: str) -> None:
    (read,) = parse(f"key: {text}").values()
    composed = OmegaConf.to_container(OmegaConf.create(f"key: {text}"))
    assert repr({"key": read}) == repr(composed)


@pytest.mark.parametrize("text", [
    "trust_weight: 1.125", "reach: 0.125", "capacity: 0.500", "cost: 1.12500", "cost: 1234.125", "cost: 1e3", "capacity: 5000",
    "caption: 5.000 firms, 1,5 each", "caption: 1,5", "size: 12,5", "source: 1.500", "cost: '1.500'", "reach: {2026: 0.125, 2030: 0.250}",
    "operations: [1, 5]", "{reach: 0.5, cost: 5, }", "above: 0.300",
])
def test_decimals_and_texts_are_left_alone(text: str) -> None:
    refuse_misread(text, "file")
    key, _, written = text.partition(": ")
    refuse_misread_word(text, key, written)


def test_amounts_are_the_numbers_of_money_and_firms() -> None:
    assert {"capacity", "budget", "cost", "sales_min", "sales_max", "problems", "tender_median"} <= AMOUNTS <= NUMBERS
    assert not {"reach", "preference", "trust_weight", "capability_gain", "above", "scale"} & AMOUNTS
    assert not {"caption", "source", "regions", "operations", "output", "indicator", "copper"} & NUMBERS


@pytest.mark.parametrize(("written", "told"), [({"caption": "a"}, ("a", "a")), ({"caption_es": "b"}, ("b", "b")), ({}, ("", ""))])
def test_one_caption_stands_for_both(written: dict[str, str], told: tuple[str, str]) -> None:
    assert both_captions(written) == dict(zip(("caption", "caption_es"), told, strict=True))


@pytest.mark.parametrize("words", [(5,), ("baseline", 0.1), (None,), (["baseline"],)])
def test_what_is_no_text_is_refused_from_python(words: tuple[Any, ...]) -> None:
    with pytest.raises(InputError, match="is no text; write the name of a scenario"):
        load(*words)
    if not isinstance(words[0], list):
        with pytest.raises(InputError, match="neither text nor a Spec"):
            sim.run(*words)
