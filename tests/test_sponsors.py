"""Firms that an operation sponsors: in one programme at a time, and no longer than that programme or its contract lasts."""

from sim.calendar import parse_quarter
from sim.model import Cluster
from tests.diary import opened
from tests.sponsors import sponsored_by_none, sponsoring, unsponsored
from tests.worlds import grouped, small, with_programmes


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
    wide = {"capacity": None, "reach": 1.0, "regions": ("all",), "agency": "mines"}
    records = [type(record)(**vars(record) | wide | ({"picked": 200.0, "problems": 400.0} if record.kind == "challenge" else {}))
               for record in map(opened, names)]
    world = (model := Cluster(with_programmes(small("baseline", "scale=0.2"), *records), 1)).world
    while world.quarter < parse_quarter("2000Q1"):
        model.step()
        assert sponsored_by_none(world) == unsponsored(world) == 0, world.quarter
    assert sponsoring(world).size > 50
