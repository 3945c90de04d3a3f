"""The ten programmes as sentences: each case of ``policy_cases.yaml`` plays one programme in a small world."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml

from sim.calendar import parse_quarter, quarter_name
from sim.errors import InputError
from sim.levers import LEVERS
from sim.model import Cluster
from sim.policies import course
from sim.roots import PROGRAMME, find_roots
from tests import checks_of_course, checks_of_money
from tests.checks import CHECKS
from tests.diary import SCALE, Diary, record_of, world_for
from tests.worlds import programme, resumed, small, step_through, with_programmes

CASES = yaml.safe_load((Path(__file__).parent / "policy_cases.yaml").read_text(encoding="utf-8"))
RECORDED = ("cet_fortalece_pyme", "fc_certification", "graduate_places", "innova_rd", "local_weight", "pdp", "profo",
            "sence_training", "set_aside_fast_payment", "trade_association")


ALONE = {"follows": "", "partner": "none"}
"""Without others beside it, a programme plays without a predecessor."""


def _marks(case: dict[str, Any]) -> list[Any]:
    return [pytest.mark.xfail(strict=True, raises=AssertionError, reason=case["defect"])] if "defect" in case else []


@pytest.mark.parametrize("case", [pytest.param(case, id=case["case"], marks=_marks(case)) for case in CASES])
def test_policy(case: dict[str, Any]) -> None:
    alone = {} if "beside" in case else ALONE
    programme = record_of(case["programme"], alone | case["change"])
    beside = tuple(record_of(other["programme"], other.get("change", {})) for other in case.get("beside", ()))
    diary = Diary(world_for(programme, case.get("scale", SCALE), tuple(case.get("world", ())), beside), case["until"], name=programme.name)
    for name, value in case["holds"].items():
        CHECKS[name](diary, value)
    diary.model.close()


WHAT_A_KIND_PUSHES = {"support": ("supplier",), "group": ("supplier",), "procurement": ("buyer", "buyer_local"), "places": ("region",)}
MISFITS = [(kind, lever.name) for kind, targets in WHAT_A_KIND_PUSHES.items() for lever in LEVERS.values() if lever.target not in targets]


def test_a_lever_that_a_kind_of_programme_cannot_push_is_refused() -> None:
    """A support of firms cannot push a lever of mines: it would fail in the middle of a run, or push another firm's or mine's."""
    for kind, lever in MISFITS:
        with pytest.raises(InputError, match=lever):
            record_of("cet_fortalece_pyme", {"kind": kind, "levers": {lever: LEVERS[lever].high / 2}})


def test_a_ratchet_counts_the_steps_it_climbs_and_none_at_its_top(monkeypatch: pytest.MonkeyPatch) -> None:
    """The last step is what is left of one; 0.7 + 0.1 lies a rounding below 0.8, which is no step. Lows count for nothing."""
    monkeypatch.setattr(course, "_published", lambda *_: next(published))
    for top, steps, highest in ((0.85, [0, 1, 2, 2, 2, 2, 2], 0.85), (0.8, [0, 1, 1, 1, 1, 1, 1], 0.8)):
        rule = {"indicator": "exports", "value": "preference", "step": 0.1, "up_to": top}
        model = Cluster(world_for(record_of("local_weight", {"from": "2005Q1", "preference": 0.7, "ratchet": rule})))
        (programme,) = model.world.programmes
        published = iter([1.0, 2.0, 3.0, 2.5, 4.0, 5.0, 6.0])
        told = []
        for year in range(2006, 2013):
            model.world.quarter = parse_quarter(f"{year}Q1")
            course.turn(programme)
            told.append(programme.raised)
        assert (told, programme.spec.preference) == (steps, highest)
        model.close()


def test_places_stopped_by_a_result_bring_nobody_any_more(monkeypatch: pytest.MonkeyPatch) -> None:
    """What was begun before still comes of it: the lag of four quarters runs out."""
    monkeypatch.setattr(course, "_published", lambda *_: 0.7 if model.world.quarter >= parse_quarter("2006Q1") else 0.5)
    rule = {"indicator": "certification_coverage", "above": 0.6}
    model = Cluster(world_for(record_of("graduate_places", {"from": "2005Q1", "until": None, "lag": 4, "stop_when": rule})))
    (programme,) = model.world.programmes
    arriving = {}
    for quarter in range(parse_quarter("2005Q1"), parse_quarter("2007Q1") + 1):
        model.world.quarter = quarter
        programme.turn()
        model.world.levers.reset(model.world.firms.n)
        programme.push()
        arriving[quarter_name(quarter)] = bool(model.world.levers["graduate_places"].any())
    model.close()
    assert [name for name, some in arriving.items() if some] == ["2006Q1", "2006Q2", "2006Q3", "2006Q4"]
    assert not programme.is_open()


def test_who_waits_for_a_group_is_tried_again_though_nobody_new_is_chosen() -> None:
    """In the first quarter rivalry keeps all apart; in the second it has gone, and the programme chooses nobody new."""
    made = programme("groups", kind="group", from_=parse_quarter("1996Q1"), group_minimum=4, capacity=None, reach=1.0,
                     levers={"management_gain": 0.01}, cost=0.0, duration=4)
    world = resumed(with_programmes(small("baseline", "scale=0.1", "parameters.rivalry=1"), made), "1996Q1", 1).world
    group = next(p for p in world.programmes if p.spec.name == "groups")
    step_through(world, "agencies")
    waiting = group.waiting.size  # type: ignore[attr-defined]
    assert waiting > 10
    world.p = replace(world.p, rivalry=0.0)
    begun = group.begin(np.zeros(0, np.intp))
    assert 4 <= begun.size <= waiting


def test_cases_are_sentences_and_cover_every_programme_and_check() -> None:
    assert len({case["case"] for case in CASES}) == len(CASES) >= 45
    assert {case["programme"] for case in CASES} >= set(RECORDED)
    assert {case["programme"] for case in CASES} <= set(find_roots({}).files(PROGRAMME))
    assert {name for case in CASES for name in case["holds"]} == set(CHECKS)
    assert CHECKS["public_share"] is checks_of_money.public_share
    assert CHECKS["follows"] is checks_of_course.follows
