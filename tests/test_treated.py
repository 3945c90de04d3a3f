"""Treated firms against their twins: luck is shared, only the programme differs, signs are judged as told."""

from dataclasses import replace
from functools import cache
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from analysis.treated import FOUR_YEARS, Row, Shift, Table, Verdict, _shifts, draw, report, table
from analysis.treatedwords import WORDS
from sim.calendar import parse_quarter
from sim.cli import main
from sim.config import load_comparison, load_trials, programme_in
from sim.errors import BAD_INPUT, OK, InputError
from sim.evidence import CAPTIONS, MEASURED
from sim.experiment import store, treated
from sim.experiment.manifest import MANIFEST
from sim.experiment.treated import COSTS, Trials, run_trials
from sim.policies import record
from sim.roots import SETTING
from sim.treated import AFTER, MEASURES, Tried, trial_of, try_all
from tests.worlds import programme, small

FORK = parse_quarter("2006Q1")


@cache
def tried(name: str) -> Tried:
    """One trial in one small world that forks in 2006."""
    made = {
        "advice": programme("advice", from_=FORK, duration=8, cost=10.0, capacity=2000.0,
                            levers={"management_gain": 0.05, "capability_gain": 0.01}),
        "nothing": programme("nothing", from_=FORK, until=FORK, levers={"management_gain": 1e-300}, cost=0.0, duration=8),
        "preference": programme("preference", kind="procurement", from_=FORK, preference=0.2, regions=("antofagasta",)),
    }[name]
    spec = small()
    return dict(try_all(spec, 3, [trial_of(spec, made)]))[name]


def difference(found: Tried, measure: str, after: int) -> float:
    return next(treated - twin for name, when, _, treated, twin, _ in found.rows if (name, when) == (measure, after))


def test_a_programme_without_effect_leaves_twins_alike() -> None:
    """Being told makes known to agencies; nothing else may differ (a dose of 1e-300 changes no digit)."""
    found = tried("nothing")
    assert found.supported > 0
    own = {(name, after): treated - twin for name, after, _, treated, twin, _ in found.rows if after == 0 and name not in ("awareness",)}
    assert set(own.values()) == {0.0}


def test_advice_moves_what_it_teaches_first_and_the_twin_stays() -> None:
    found = tried("advice")
    assert difference(found, "management", 4) > 0.03
    assert difference(found, "capability", 4) > 0.005
    assert difference(found, "certified", 0) == 0
    assert found.private == 0, "all of the cost is public"
    assert found.public > 0


def test_firms_are_followed_for_four_years_and_never_more_numerous_later() -> None:
    pairs = {after: n for name, after, n, *_ in tried("advice").rows if name == "management"}
    assert sorted(pairs) == list(AFTER)
    assert [pairs[after] for after in AFTER] == sorted(pairs.values(), reverse=True)


def test_purchasing_is_judged_on_all_firms_of_its_regions_and_on_local_purchases() -> None:
    found = tried("preference")
    assert found.supported == 0
    assert difference(found, "local_purchases", 16) > 0.005
    pairs = {after: n for name, after, n, *_ in found.rows if name == "survival"}
    assert set(pairs.values()) == {pairs[0]}, "all firms of the fork count for survival"
    assert pairs[0] > 10


def test_a_programme_of_the_record_is_switched_off_in_the_twin_only() -> None:
    spec = small()
    recorded = next(p for p in spec.programmes if p.name == "sence_training")
    trial = trial_of(spec, recorded)
    assert {p.name for p in trial.treated} - {p.name for p in trial.twin} == {"sence_training"}
    assert trial.fork == recorded.from_
    assert trial_of(spec, replace(recorded, from_=0)).fork == spec.world.history_from


def test_measures_have_a_caption_and_a_unit() -> None:
    assert set(MEASURED) == set(CAPTIONS) == {*MEASURES, "survival", "local_purchases"} == set(record.MEASURES)


# ---- the table -------------------------------------------------------------------------------------------------------
def effects(differences: list[float], pairs: int = 10, measure: str = "capability") -> pd.DataFrame:
    rows = [(measure, at, after, pairs, 0.5 + d, 0.5, pairs * (d**2 + 0.01)) for at, d in enumerate(differences) for after in (0, 4)]
    return pd.DataFrame(rows, columns=["measure", "replication", "after", "pairs", "treated", "twin", "squares"])


def test_an_interval_takes_worlds_as_clusters_of_firms() -> None:
    found = {shift.year: shift for shift in _shifts(effects([0.1, 0.2, 0.3]))}
    assert found[1].effect == pytest.approx(0.2)
    half = 4.302653 * 0.1 / np.sqrt(3)
    assert found[1].high - found[1].effect == pytest.approx(half, rel=1e-4), "Student's t on three means"
    assert found[FOUR_YEARS].sign == "none"
    alone = next(shift for shift in _shifts(effects([0.1])) if shift.year == 1)
    assert alone.high - alone.effect == pytest.approx(2.262157 * np.sqrt(0.01 / 9), rel=1e-4), "one world: its pairs"


def test_a_firm_looked_at_four_times_is_one_pair() -> None:
    def four_years(replications: int, firms: list[int]) -> Shift:
        rows = [("sales", at, 4 * year, n, 0.7, 0.5, n * 0.05) for at in range(replications) for year, n in enumerate(firms, 1)]
        frame = pd.DataFrame(rows, columns=["measure", "replication", "after", "pairs", "treated", "twin", "squares"])
        return next(shift for shift in _shifts(frame) if shift.year == FOUR_YEARS)

    alone = four_years(1, [10, 10, 9, 8])
    assert alone.pairs == 10
    assert alone.high - alone.effect == pytest.approx(2.262157 * np.sqrt(0.01 / 9), rel=1e-4), "nine degrees of freedom"
    assert four_years(3, [10, 10, 9, 8]).pairs == 30
    one = four_years(1, [1, 1, 1, 1])
    assert (one.sign, np.isnan(one.low)) == ("none", True)


@pytest.mark.parametrize(("told", "seen", "word"), [
    ("up", "up", "hit"), ("down", "none", "unseen"), ("up", "down", "opposite"), ("none", "none", "hit"), ("none", "up", "opposite"),
    ("unknown", "up", "open"), ("up", "untried", "untried")])
def test_a_sign_is_judged(told: str, seen: str, word: str) -> None:
    assert Verdict("sales", told, seen).word == word


def row(**changed: object) -> Row:
    shifts = (Shift("management", 0, 9, 0.5, 0.05, 0.04, 0.06), Shift("sales", 0, 9, 100.0, 1.0, -1.0, 3.0),
              Shift("sales", 1, 9, 100.0, 5.0, 3.0, 7.0), Shift("jobs", 1, 9, 10.0, 0.001, 0.0005, 0.002),
              Shift("exports", 1, 9, 10.0, 1.0, 0.0, 2.0),
              Shift("sales", FOUR_YEARS, 9, 100.0, 4.0, 1.0, 7.0))
    usual = {"programme": programme(caption="A trial", caption_es="Un ensayo"), "shifts": shifts, "supported": 9.0, "pairs": 9,
             "per_firm": 50.0, "a_year": 400.0, "others_a_year": -3.0,
             "verdicts": (Verdict("sales", "up", "up"), Verdict("exports", "up", "none"))}
    return Row(**(usual | changed))  # type: ignore[arg-type]


@pytest.mark.parametrize("lang", ["en", "es"])
def test_the_table_tells_the_chain_the_cost_and_the_misses(lang: str) -> None:
    found = Table((row(), row(pairs=0, shifts=(), verdicts=())), 3, 0.5)
    said, text = WORDS[lang], found.text(lang)
    assert {year: [shift.measure for shift in moved] for year, moved in row().first_moves().items()} == {0: ["management"], 1: ["sales"]}
    assert said["nobody"] in text
    assert said["none_given"] in text
    name = {"en": "A trial (trial)", "es": "Un ensayo (trial)"}[lang]
    assert name in text
    assert name in [label.get_text() for label in draw(found, lang).axes[0].get_yticklabels()]
    assert f"{name}: {CAPTIONS['exports'][lang == 'es']} ({said['up']}; {said['unseen']})" in " ".join(text.split())
    assert said["score"].format(hits=1, all=2) in text
    assert max(map(len, text.splitlines())) <= 160
    assert "{" not in text
    assert draw(found, lang).axes


def test_twins_are_saved_before_they_are_printed(tmp_path: Path, nobody_reads: None) -> None:
    costs = pd.DataFrame([("trial", 0, 8.0, 1.0, 0.0, 1.0)], columns=list(COSTS))
    with pytest.raises(BrokenPipeError):
        report(Trials((programme(),), small(), 1, effects([0.1]).assign(programme="trial"), costs, {}), tmp_path, "en")
    assert {path.name for path in tmp_path.rglob("*.*")} == {"twins.csv", "twins.md", "twins_costs.csv", "provenance.json", "baseline.yaml",
                                                             "twins.png"}


def test_evidence_of_a_file_is_judged_on_four_years() -> None:
    evidence = (SimpleNamespace(measure="capability", sign="up"), SimpleNamespace(measure="sales", sign="down"))
    told = SimpleNamespace(name="trial", evidence=evidence)
    frame = effects([0.1, 0.11, 0.12]).assign(programme="trial")
    costs = pd.DataFrame([("trial", at, 5, 100.0, 50.0, 120.0) for at in range(3)],
                         columns=["programme", "replication", "supported", "public", "private", "all_public"])
    found = table(Trials((told,), small(), 3, frame, costs, {}))  # type: ignore[arg-type]
    assert [verdict.word for verdict in found.rows[0].verdicts] == ["hit", "unseen"]
    assert found.rows[0].per_firm == 20.0
    nobody = table(Trials((told,), small(), 3, frame.iloc[:0], costs, {}))  # type: ignore[arg-type]
    assert [verdict.word for verdict in nobody.rows[0].verdicts] == ["untried", "untried"]
    assert "0 of 0" in nobody.score("en")
    regions_only = table(Trials((told,), small(), 3, frame.assign(measure="local_purchases"), costs, {}))  # type: ignore[arg-type]
    assert [verdict.word for verdict in regions_only.rows[0].verdicts] == ["untried", "untried"]
    assert found.rows[0].others_a_year == pytest.approx(20 / 6.25 / small().scale)


# ---- the command -----------------------------------------------------------------------------------------------------
def test_a_user_s_own_programme_is_tried(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "programmes").mkdir()
    (tmp_path / "programmes" / "mine.yaml").write_text(
        "mine: {like: sence_training, from: 2006Q1, caption: Mine, caption_es: Mío, reach: 1.0}\n")
    monkeypatch.setenv(SETTING, str(tmp_path))
    words = ["twins", "mine", "scale=0.02", "replications=1", "executor=serial", f"output={tmp_path / 'out'}", "--lang", "en"]
    assert main(words) == OK
    told = capsys.readouterr().out
    assert "Mine (mine) " in told
    assert "Scale 0.02 is a quick look" in told
    kept = {path.relative_to(tmp_path / "out").as_posix() for path in (tmp_path / "out").rglob("*") if path.is_file()}
    assert kept == {store.LOCK, "twins.csv", "twins.md", "twins_costs.csv", "provenance.json", "config/baseline.yaml",
                    "figures/twins.png"}
    assert set(pd.read_csv(tmp_path / "out" / "twins.csv")["programme"]) == {"mine"}


def test_a_folder_of_another_command_or_process_is_left_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["twins", "pdp", "scale=0.02", "replications=1", "executor=serial"]
    with store.locked(tmp_path):
        assert main([*words, f"output={tmp_path}"]) == BAD_INPUT
    assert "another process is writing into this folder" in capsys.readouterr().err
    for name in (MANIFEST, "provenance.json"):
        (tmp_path / name).write_text("{}")
    assert main([*words, f"output={tmp_path}"]) == BAD_INPUT
    assert capsys.readouterr().err == (f"encadena: output={tmp_path}: the folder is not empty; nothing was overwritten, "
                                       "choose another folder\n")
    assert (tmp_path / "provenance.json").read_text() == "{}"


def test_all_files_are_tried_when_none_is_named() -> None:
    spec, chosen, _ = load_trials([])
    names = [found.name for found, _ in chosen]
    assert {p.name for p in spec.programmes} < set(names)
    assert "local_weight" in names


def test_an_ended_programme_is_refused() -> None:
    comparison = load_comparison(["baseline"], ["scale=0.02"])
    ended = replace(programme_in("pdp", comparison.specs[0].world), until=parse_quarter("2001Q4"))
    with pytest.raises(InputError, match="programme pdp ended before history begins"):
        run_trials(comparison.specs[0], [(ended, ())], comparison.settings)


def test_a_failure_keeps_its_traceback_for_debugging(monkeypatch: pytest.MonkeyPatch) -> None:
    comparison = load_comparison(["baseline"], ["scale=0.02", "executor=serial", "replications=1"])
    spec = comparison.specs[0]

    def failing(*_: object) -> None:
        raise ZeroDivisionError("no copper left")

    monkeypatch.setattr(treated, "try_all", failing)
    with pytest.raises(InputError, match="replication 1 failed: ZeroDivisionError: no copper left; run again with --debug") as told:
        run_trials(spec, [(programme_in("pdp", spec.world), ())], comparison.settings)
    assert "in failing" in str(told.value.__cause__)
