"""Firms that an operation sponsors: in one programme at a time, as long as it or its contract lasts, prolonged by what they deliver."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from sim.branching import take
from sim.calendar import parse_quarter
from sim.measures import joint_projects_per_100
from sim.model import Cluster
from sim.policies.challenge import Challenge
from sim.world import World
from tests.diary import opened, record_of
from tests.sponsors import sponsored_by_none, sponsoring, unsponsored
from tests.worlds import grouped, small, started, step_through, with_programmes


def test_through_recorded_history_nobody_is_sponsored_without_a_programme_that_sponsors() -> None:
    """PDP, PER and its corporation, World Class Suppliers and Expande come and go; the corporation takes over from the PER in 2021."""
    world = (model := Cluster(grouped(small("baseline", "scale=0.2")), 1)).world
    sponsored = 0
    while world.quarter < parse_quarter("2023Q1"):
        model.step()
        assert sponsored_by_none(world) == unsponsored(world) == 0, world.quarter
        sponsored = max(sponsored, sponsoring(world).size)
    assert sponsored > 50


def test_challenges_that_choose_one_firm_in_one_quarter_do_not_share_it() -> None:
    """Three challenges at once over a few hundred firms: whoever has a sponsor of one is left by the others."""
    names = ("world_class_suppliers", "world_class_suppliers_codelco", "expande", "pdp", "pdp_diagnosis", "per_cluster_minero")
    wide: dict[str, Any] = {"capacity": None, "reach": 1.0, "regions": ("all",), "agency": "mines"}
    many = {"picked": 200.0, "problems": 400.0}
    records = [replace(record, **wide | (many if record.kind == "challenge" else {})) for record in map(opened, names)]
    world = (model := Cluster(with_programmes(small("baseline", "scale=0.2"), *records), 1)).world
    while world.quarter < parse_quarter("2000Q1"):
        model.step()
        assert sponsored_by_none(world) == unsponsored(world) == 0, world.quarter
    assert sponsoring(world).size > 50


# ---- preferential contracts ------------------------------------------------------------------------------------------
OPEN = {"from": "1996Q1", "until": None, "operations": ["all"], "problems": 200, "picked": 100, "agency": "mines", "cost": 100,
        "duration": 2}


def challenge(scale: float, until: str, **change: Any) -> tuple[Cluster, Challenge]:
    """World Class Suppliers of all mines alone in a small world."""
    record = record_of("world_class_suppliers", OPEN | change)
    model = started(with_programmes(small("baseline", f"scale={scale}"), record), until)
    (programme,) = model.world.programmes
    assert isinstance(programme, Challenge)
    return model, programme


def excess(world: World, row: int) -> float:
    """A firm's rate of good deliveries to its sponsor against its trade's to the same, over the room that is left above that."""
    firms, mine = world.firms, world.firms.sponsor[row]
    trade = firms.subsector == firms.subsector[row]
    usual = firms.good[trade, mine].sum() / firms.deliveries[trade, mine].sum()
    return float((firms.good[row, mine] / firms.deliveries[row, mine] - usual) / (1 - usual))


def test_a_contract_is_prolonged_as_far_as_the_supplier_delivers_better_than_its_trade() -> None:
    """Four firms of one mine and trade, which good deliveries tell apart; the others of the trade deliver nine in ten well."""
    model, programme = challenge(0.05, "1996Q1")
    world, firms, quarter = model.world, model.world.firms, model.world.quarter
    trade = np.flatnonzero(firms.alive & (firms.subsector == np.bincount(firms.subsector[world.domestic()]).argmax()) & world.domestic())
    worse, better, best, silent = rows = trade[:4]
    firms.deliveries[trade, 3], firms.good[trade, 3] = 10.0, 9.0
    firms.good[rows, 3], firms.deliveries[silent, 3] = (8.0, 9.5, 10.0, 0.0), 0.0
    firms.sponsor[rows] = 3
    programme._contract(rows, np.ones(4))
    programme.under_until[:] = quarter - 1
    expected = {int(row): excess(world, row) for row in (better, best)}
    assert excess(world, worse) < 0 < expected[better] < expected[best] == pytest.approx(1.0)
    step_through(world, "agencies")
    dose = programme.spec.levers["first_refusal"]
    assert world.levers["first_refusal"][rows] == pytest.approx([0.0, dose * expected[better], dose, 0.0], rel=1e-5)
    assert firms.sponsor[rows].tolist() == [-1, 3, 3, -1]
    assert set(programme.under.tolist()) == set(expected)
    assert (programme.under_until == quarter + programme.spec.contract_quarters - 1).all()


def test_in_a_running_world_contracts_end_or_go_on_by_what_the_mines_saw() -> None:
    model, programme = challenge(0.2, "1997Q1", contract_quarters=2)
    world, went_on, ended = model.world, [], 0
    while world.quarter < parse_quarter("2002Q1"):
        living = world.firms.alive[programme.under] & (world.firms.uid[programme.under] == programme.under_uids)
        over = programme.under[(programme.under_until < world.quarter) & living].tolist()
        gains = {row: excess(world, row) if world.firms.deliveries[row, world.firms.sponsor[row]] > 0 else 0.0 for row in over}
        model.step()
        for row, gain in gains.items():
            assert world.levers["first_refusal"][row] == pytest.approx(programme.spec.levers["first_refusal"] * max(gain, 0.0), abs=1e-5)
        went_on += [gain for gain in gains.values() if gain > 0]
        ended += sum(gain <= 0 for gain in gains.values())
    assert ended > 10
    assert len(went_on) > 5
    assert np.std(went_on) > 0.05


def test_a_fork_without_a_programme_lets_go_of_the_firms_that_it_sponsored() -> None:
    """A twin of `encadena twins pdp`: nobody else would release them, and no other programme could have them."""
    record = replace(opened("pdp"), follows="", capacity=None, reach=1.0, regions=("all",), agency="mines")
    spec = with_programmes(small("baseline", "scale=0.1"), record)
    model = started(spec, "2003Q1")
    assert sponsoring(model.world).size > 5
    snapshot = take(model)
    assert sponsoring(Cluster(spec, 1, (), snapshot).world).size == sponsoring(model.world).size
    assert sponsoring(Cluster(with_programmes(spec), 1, (), snapshot).world).size == 0


def test_what_a_programme_begins_with_sponsors_is_no_joint_project_of_the_index() -> None:
    record = replace(opened("pdp"), follows="", capacity=None, reach=1.0, regions=("all",), agency="mines", levers={"joint_project": 1.0})
    world = started(with_programmes(small("baseline", "scale=0.1"), record), "2003Q1").world
    held = sponsoring(world)
    pairs = held, world.firms.sponsor[held]
    assert (world.firms.joint_last[pairs] >= world.quarter - 1).mean() > 0.5
    assert (world.firms.joint_unpaid[pairs] >= world.quarter - 1).mean() < 0.1
    assert (world.firms.joint_unpaid <= world.firms.joint_last).all()
    assert joint_projects_per_100(world)[world.data.focal] < 10
