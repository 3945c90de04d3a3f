"""The action plan of 2006: its targets are read, measured by their own definition, and scored."""

import re
from dataclasses import replace
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pandas as pd
import pytest

from analysis.plan import (
    LAST_YEAR,
    MEASURES,
    NEEDED,
    OF_PROGRAMME,
    PlanScore,
    Scored,
    Target,
    _Evidence,
    _row,
    draw,
    due_quarter,
    recorded_for,
    saved,
    score,
    targets,
)
from analysis.planwords import WORDS
from sim.calendar import parse_quarter
from sim.config import load
from sim.experiment.results import Results
from sim.panels import PANELS
from sim.roots import SETTING
from sim.spec import Spec
from tests.small_experiments import run
from tests.worlds import resumed, small

PLAN = """
caption: A part of the plan
caption_es: Una parte del plan
programmes:
  plan_outreach_e: {like: sence_training, from: 2006Q3, until: 2007Q4, regions: [antofagasta], subsectors: [engineering], reach: 1.0}
  plan_training_m: {like: sence_training, from: 2008Q1, regions: [antofagasta], subsectors: [metal_parts], capacity: null, reach: 1.0}
  plan_fc_m: {like: fc_certification, from: 2007Q1, regions: [antofagasta], subsectors: [metal_parts], capacity: null, reach: 1.0}
"""


@pytest.fixture(scope="module")
def spec(tmp_path_factory: pytest.TempPathFactory) -> Spec:
    folder = tmp_path_factory.mktemp("plan")
    (folder / "part_of_plan.yaml").write_text(PLAN)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(SETTING, str(folder))
        return load("part_of_plan", "scale=0.1", "horizon=2011")


@pytest.fixture(scope="module")
def results(spec: Spec) -> Results:
    return run([spec], replications=2, recording=NEEDED)


@pytest.fixture(scope="module")
def found(results: Results) -> PlanScore:
    return score(results, "part_of_plan")


@cache
def by_id() -> dict[str, Target]:
    return {target.id: target for target in targets("chile")}


# ---- the targets -----------------------------------------------------------------------------------------------------
def test_all_targets_of_the_plan_are_read_and_each_is_measured_or_explained() -> None:
    assert len(by_id()) == 56
    for target in by_id().values():
        known = target.indicator in MEASURES or target.indicator.startswith(OF_PROGRAMME)
        assert known != (not target.indicator), target.id
        assert target.indicator or target.reason["en"], f"{target.id} has neither a measure nor a reason"
        assert target.text["en"] != target.text["es"]
        assert bool(target.reason["en"]) == bool(target.reason["es"]), f"{target.id} has its reason in one language"
        assert not target.reason["en"] or target.reason["en"] != target.reason["es"]


@pytest.mark.parametrize(("deadline", "quarter"), [
    ("2011", "2011Q4"), ("2008-H2", "2008Q4"), ("2007-H1", "2007Q2"), ("2007-06", "2007Q2"), ("2007-10", "2007Q4"),
    ("2009-03", "2009Q1"), ("2017 (printed 1017)", "2017Q4")])
def test_deadlines_are_read_as_printed(deadline: str, quarter: str) -> None:
    assert due_quarter(deadline) == parse_quarter(quarter)


def test_no_deadline_is_none() -> None:
    assert due_quarter("") is None


def test_only_worlds_that_carry_out_the_plan_record_more(spec: Spec) -> None:
    assert recorded_for([programme.name for programme in spec.programmes], "chile") == NEEDED
    assert recorded_for([programme.name for programme in small().programmes], "chile") == ()
    assert recorded_for(["plan_fc_m"], "valle_inventado") == ()


# ---- what is recorded ------------------------------------------------------------------------------------------------
def test_trades_count_every_domestic_firm_once() -> None:
    model = resumed(small(), "2006Q1")
    world = model.world
    world.quarter -= 1
    seen = PANELS["trades"](world)
    assert seen["firms"].sum() == world.domestic().sum()
    assert seen["certified"].sum() == (world.certified() & world.domestic()).sum()
    assert (seen["certified_small"] <= seen["small_firms"]).all()
    here = (seen["region"] == "antofagasta") & (seen["subsector"] == "engineering")
    firms, data = world.firms, world.data
    mine = world.domestic() & (firms.region == data.focal) & (firms.subsector == data.subsectors.index("engineering"))
    assert seen["firms"][here].sum() == mine.sum()


def test_supports_are_those_that_programmes_count(results: Results, spec: Spec) -> None:
    registers = [programme.name for programme in spec.programmes if programme.kind == "register"]
    seen = results.supports[~results.supports["programme"].isin(registers)]
    begun = seen.groupby(["programme", "replication"], observed=True).size()
    counted = results.programmes.groupby(["programme", "replication"], observed=True)["selected"].sum()
    assert begun.sum() > 0
    for key, number in begun.items():
        assert counted[key] == pytest.approx(number)


# ---- the score -------------------------------------------------------------------------------------------------------
def test_shares_are_those_of_the_programme_s_own_firms(found: PlanScore, results: Results) -> None:
    course = next(item for item in found.scored if item.target.id == "M02").course
    own = results.trades[(results.trades["region"] == "antofagasta") & (results.trades["subsector"] == "metal_parts")]
    own = own[(own["quarter"].dt.year == 2010) & (own["replication"] == 1)].iloc[0]
    assert course.loc[4 * 2010 + 3, 1] == pytest.approx(own["certified"] / own["firms"])


def test_a_firm_helped_twice_counts_once(found: PlanScore) -> None:
    course = next(item for item in found.scored if item.target.id == "M21").course
    assert course.to_numpy().max() <= 1.0
    assert course.loc[: parse_quarter("2007Q4")].to_numpy().max() == 0, "the programme begins in 2008"
    assert course.to_numpy()[-1].mean() > 0


def test_firms_of_another_programme_are_those_helped_by_both() -> None:
    begun = [("a", 1, 8, 4), ("a", 1, 9, 5), ("b", 1, 9, 6), ("b", 1, 7, 4)]
    supports = pd.DataFrame(begun, columns=["programme", "replication", "uid", "at"])
    held = _Evidence.__new__(_Evidence)
    held.supports, held.quarters, held.replications = supports, range(4, 8), [1]
    assert held.helped("a")[1].tolist() == [1, 2, 2, 2]
    assert held.helped("a", among="b")[1].tolist() == [0, 0, 1, 1]


def test_targets_without_their_programme_or_a_measure_are_not_measured(found: PlanScore) -> None:
    empty = {item.target.id for item in found.scored if item.course.empty}
    assert "M01" in empty
    assert "M05" in empty, "this scenario has no missions"
    assert "M02" not in empty


def course(values: list[list[float]]) -> pd.DataFrame:
    return pd.DataFrame(values, index=[4 * 2007 + at for at in range(len(values))], columns=[1, 2])


TARGET = Target("X", "CER-M", {"en": "", "es": ""}, 0.8, "share", "2007-06", 2007, 4 * 2007 + 1, "certified", "plan_fc_m",
                {"en": "", "es": ""})


@pytest.mark.parametrize(("values", "verdict", "in_time"), [
    ([[0.9, 0.9], [0.9, 0.9], [0.9, 0.9], [0.9, 0.9]], "met", 1.0), ([[0, 0], [0, 0], [0, 0], [0.9, 0.9]], "late", 0.0),
    ([[0, 0], [0, 0], [0, 0], [0.9, 0]], "missed", 0.0), ([[0.9, 0], [0, 0], [0, 0], [0, 0]], "missed", 0.5)])
def test_verdicts(values: list[list[float]], verdict: str, in_time: float) -> None:
    item = Scored(TARGET, course(values), 4 * 2007 + 3)
    assert (item.verdict, item.in_time) == (verdict, in_time)


def told(item: Scored) -> tuple[str, ...]:
    """A row from what was reached on, in English."""
    return tuple(" ".join(cell) for cell in _row(item, "en")[4:])


def test_a_row_does_not_contradict_its_verdict() -> None:
    """The mean reaches the target in time, one of two worlds does not, and what that one lacks is told."""
    half = Scored(TARGET, course([[1.0, 0.7], [1.0, 0.7], [1.0, 0.7], [1.0, 0.9]]), 4 * 2007 + 3)
    assert told(half) == ("85 %", "1/2", "2007Q4", "5 %", "late")
    assert told(replace(half, course=half.course.iloc[:3])) == ("85 %", "1/2", "never", "5 %", "missed")
    done = Scored(replace(TARGET, unit="done", value=1.0), course([[1, 0], [1, 0], [1, 1], [1, 1]]), 4 * 2007 + 3)
    assert told(done) == ("", "1/2", "2007Q3", "", "late")


def test_most_worlds_are_more_than_half_of_them() -> None:
    values = pd.DataFrame({1: [0.0, 0.9, 0.9], 2: [0.0, 0.0, 0.9], 3: [0.0, 0.0, 0.0]}, index=[8028, 8029, 8030])
    assert Scored(TARGET, values, 8031).by_most == 8030
    assert np.isnan(Scored(TARGET, values[[1, 3]], 8031).by_most)


def test_a_target_due_after_the_run_is_not_counted_as_missed() -> None:
    item = Scored(TARGET, course([[0.0, 0.0]]), TARGET.due - 1)
    assert (item.verdict, told(item)) == ("after", ("", "", "", "", "due after the horizon"))
    ready = replace(item, course=course([[0.9, 0.9]]))
    assert (ready.verdict, told(ready)) == ("after", ("", "", "2007Q1", "", "due after the horizon"))
    before = Scored(replace(TARGET, unit="a year"), pd.DataFrame(columns=[1, 2], dtype=float), TARGET.due - 1)
    assert told(before) == ("", "", "", "", "due after the horizon"), "a yearly target has no value before its deadline"


def test_nothing_measured_has_its_own_verdict() -> None:
    assert Scored(by_id()["M01"], pd.DataFrame(), 4 * 2020 + 3).verdict == "unmeasured"


@cache
def early() -> PlanScore:
    """A plan with missions, scored in 2008."""
    with pytest.MonkeyPatch.context() as patch, TemporaryDirectory() as folder:
        missions = PLAN.replace("plan_fc_m: {like: fc_certification", "plan_missions_m: {like: innova_missions")
        (Path(folder) / "missions.yaml").write_text(missions)
        patch.setenv(SETTING, folder)
        return score(run([load("missions", "scale=0.02", "horizon=2008")], replications=1, recording=NEEDED), "missions")


@pytest.mark.parametrize("lang", ["en", "es"])
def test_a_run_that_ends_early_says_what_it_cannot_judge(lang: str) -> None:
    """To 2008, the yearly missions (due in 2009) are due later, and no target stands without a measure or a reason."""
    verdicts = {item.target.id: item.verdict for item in early().scored}
    assert (verdicts["M04"], verdicts["M05"], verdicts["M21"] != "after") == ("after", "after", True)
    assert WORDS[lang]["after"].split()[0] in early().grid(lang).text(150)
    assert re.search(rf"horizont?e?: {list(verdicts.values()).count('after')}", early().score(lang))
    assert not re.search(r"[:;] *[.;]", " ".join(early().notes(lang))), "a reason is empty"
    assert WORDS[lang]["no_programme"] in " ".join(early().notes(lang))


@pytest.mark.parametrize("lang", ["en", "es"])
def test_the_table_names_what_is_measured_and_what_is_not(found: PlanScore, lang: str) -> None:
    text = found.text(lang)
    assert by_id()["M21"].text[lang].split()[0] in text
    assert WORDS[lang]["unmeasured_list"] in text
    assert "M01, M27, M31" in " ".join(text.split())
    assert "{" not in text
    assert max(map(len, text.splitlines()[4:])) <= 150
    assert len(draw(found, lang).axes) == 2


def test_years_stand_in_the_file(found: PlanScore, results: Results, tmp_path: Path) -> None:
    (told,) = saved(results, tmp_path, "en")
    assert "targets" in told
    frame = pd.read_csv(tmp_path / "plan_part_of_plan.csv")
    assert set(frame["id"]) == {item.target.id for item in found.scored if not item.course.empty}
    row = frame[(frame["id"] == "M21") & (frame["year"] == 2010)].iloc[0]
    course = next(item for item in score(results, "part_of_plan").scored if item.target.id == "M21").course
    best = course.loc[4 * 2010:4 * 2010 + 3].max()
    assert row["simulated"] == pytest.approx(best.mean())
    assert row["missed_by"] == pytest.approx((row["target"] - best).clip(lower=0).mean())
    assert (tmp_path / "figures" / "plan_part_of_plan.png").stat().st_size > 0
    assert not np.isnan(frame["target"]).any()
    assert LAST_YEAR > 2017
