"""Two supports of one kind: what a kind is, and who pays for a voucher that duplicates another."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from sim.policies.kinds import SUPPORT_KINDS, kind_of, main_levers
from sim.policies.programme import COUNTED, Programme
from sim.policies.record import ProgrammeSpec
from sim.policies.vouchers import claimable, claims, funded, money_left
from sim.roots import PROGRAMME, find_roots
from sim.world import World
from tests.diary import opened
from tests.worlds import small, started, step_through, with_programmes

RECORDS = {name: opened(name) for name in find_roots({}).files(PROGRAMME)}
LEVER = "training_cost_share"


def kind(name: str) -> int | None:
    return kind_of(RECORDS[name], RECORDS.values())


# ---- what a kind is --------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("names", [("fc_nch2909", "sercotec_mejora_negocios"), ("innova_rd", "rd_tax_credit", "rd_unit"),
                                   ("prochile_fairs", "innova_missions"), ("world_class_suppliers", "expande"),
                                   ("per_cluster_minero", "pmc_antofagasta")], ids="+".join)
def test_programmes_with_one_main_lever_are_of_one_kind_whatever_else_they_do(names: tuple[str, ...]) -> None:
    assert len({kind(name) for name in names}) == 1
    assert kind(names[0]) in range(SUPPORT_KINDS)


@pytest.mark.parametrize("names", [("profo_formulation", "profo"), ("pdp_diagnosis", "pdp"), ("sicep_register", "national_fairs", "pdp"),
                                   ("outreach", "per_cluster_minero"), ("fc_certification", "fc_nch2909")], ids="+".join)
def test_stages_of_a_ladder_and_other_instruments_are_of_other_kinds(names: tuple[str, ...]) -> None:
    assert len({kind(name) for name in names}) == len(names)


def test_hours_of_a_centre_do_not_void_the_advice_of_engineers() -> None:
    """What engineers change in a firm's processes is the main thing that they bring, not the management it teaches besides."""
    assert main_levers(RECORDS["cet_fortalece_pyme"], tuple(RECORDS.values()))[-1] == "process_advice"
    assert kind("cet_fortalece_pyme") not in {kind("sercotec_business_centres"), kind("certification_renewal")}


def test_a_later_stage_never_repeats_an_earlier_one_and_what_moves_nothing_has_no_kind() -> None:
    first = ProgrammeSpec(name="first", from_=0, levers={"capability_gain": 0.01, "visibility": 0.1})
    stages = (first, replace(first, name="second", follows="first"), replace(first, name="third", follows="second"))
    assert main_levers(stages[2], stages) == ["capability_gain", "visibility", None]
    assert kind_of(stages[2], stages) is None
    assert kind("cet_diagnosis") is None
    assert kind_of(replace(first, schedules={"levers.visibility": ((0, 0.1), (4, 2.0))}), ()) == kind_of(stages[1], stages)


# ---- vouchers --------------------------------------------------------------------------------------------------------
def trained(*shares: float, void: Any = slice(0)) -> tuple[World, list[Programme]]:
    """A world in which programmes of vouchers for training have firms, some of the first one's ``void``; levers of the quarter pushed."""
    wide: dict[str, Any] = {"agency": "mines", "capacity": None, "reach": 1.0}
    records = [replace(opened("sence_training"), name=f"training_{number}", public_share=share, **wide)
               for number, share in enumerate(shares)]
    world = started(with_programmes(small("baseline", "scale=0.1"), *records), "1996Q4").world
    world.programmes[0].effective[void] = False
    step_through(world, "agencies")
    return world, world.programmes


def paid(programme: Programme) -> dict[str, float]:
    return {name: float(programme.counts[COUNTED.index(name)].sum()) for name in ("public", "private")}


def test_a_voucher_that_duplicates_another_moves_nothing_and_is_cashed_for_what_is_bought_anyway() -> None:
    world, (programme,) = trained(0.6, void=slice(0, None, 2))
    rows, void = programme.rows, ~programme.effective
    assert 5 < void.sum() < rows.size
    assert (world.levers[LEVER][rows] == np.where(void, 0.0, 0.6)).all()
    before = world.firms.cash[rows].copy()
    world.pay_option(rows, np.full(rows.size, 10.0), LEVER, "training")
    assert before - world.firms.cash[rows] == pytest.approx(np.full(rows.size, 4.0))
    assert paid(programme) == pytest.approx({"public": 6.0 * rows.size, "private": 4.0 * rows.size})


def test_two_agencies_that_fund_one_purchase_pay_no_more_than_it_costs() -> None:
    """The second is money spent for nothing: the lever is that of the first alone."""
    world, (first, second) = trained(0.6, 0.8)
    both = np.intersect1d(first.working(), np.setdiff1d(second.rows, second.working()))
    assert both.size > 3
    assert (world.levers[LEVER][both] == 0.6).all()
    before = world.firms.cash[both].copy()
    world.pay_option(both, np.full(both.size, 10.0), LEVER, "training")
    assert world.firms.cash[both] == pytest.approx(before)
    assert paid(first) == pytest.approx({"public": 6.0 * both.size, "private": 0.0})
    assert paid(second) == pytest.approx({"public": 4.0 * both.size, "private": 0.0})


def limited(left: float) -> tuple[World, Programme]:
    """The first world of :func:`trained`, whose vouchers have ``left`` UF this year."""
    world, (programme,) = trained(0.6)
    programme.spec = replace(programme.spec, budget=(programme.spent_this_year + left) / world.spec.scale)
    return world, programme


def test_short_money_goes_to_the_lucky_and_not_to_the_first_rows() -> None:
    """Rows stand in the order of regions: in it, the north would be paid before the south."""
    world, programme = limited(60.0)
    rows = np.sort(programme.rows)
    before = world.firms.cash[rows].copy()
    world.pay_option(rows, np.full(rows.size, 10.0), LEVER, "training")
    helped = np.flatnonzero(before - world.firms.cash[rows] < 9.99)
    assert helped.size == 10 < rows.size / 2
    assert helped.max() > rows.size / 2
    assert paid(programme)["public"] == pytest.approx(60.0)
    assert money_left(programme) == pytest.approx(0.0, abs=1e-6)


def test_a_voucher_without_money_moves_nobody() -> None:
    for left, moved in ((60.0, True), (0.0, False)):
        world, programme = limited(left)
        world.levers.reset(world.firms.n)
        programme.push()
        assert (world.levers[LEVER][programme.rows] > 0).any() == moved


# ---- vouchers within a budget ----------------------------------------------------------------------------------------
def budgeted(budget: float | None, until: str = "1996Q1", selection: str = "lottery") -> tuple[World, Programme, Programme]:
    """A world with a programme of training vouchers that has ``budget`` UF a year, and from the next year one like it without limit."""
    first = replace(opened("sence_training"), name="first", agency="mines", capacity=None, reach=1.0, budget=budget, selection=selection)
    later = replace(first, name="later", budget=None, from_=first.from_ + 4)
    model = started(with_programmes(small("baseline", "scale=0.1"), first, later), until)
    return model.world, model.world.programmes[0], model.world.programmes[1]


def test_no_more_vouchers_are_handed_out_than_the_money_pays_for() -> None:
    """A new programme reckons that all is claimed, so that a quarter's vouchers are good for a quarter's money."""
    good_for = {}
    for budget in (None, 1000.0):
        world, first, _ = budgeted(budget)
        step_through(world, "agencies")
        good_for[budget] = claimable(first, first.rows).sum()
    a_quarter = 1000.0 * world.spec.scale / 4
    assert 0.8 * a_quarter < good_for[1000.0] <= a_quarter < good_for[None] / 10


def test_who_holds_no_voucher_keeps_the_use_of_another_agency_s() -> None:
    void = {}
    for budget in (None, 100.0):
        world, _, later = budgeted(budget, "1997Q1")
        step_through(world, "agencies")
        void[budget] = 1.0 - later.effective.mean()
    assert void[100.0] < 0.2 < 0.5 < void[None]


def test_an_agency_promises_more_once_its_accounts_show_that_not_all_is_claimed() -> None:
    world, first, _ = budgeted(3000.0, "1998Q1")
    assert 0 < first.claimed < first.promised
    assert claims(first, first.rows) == pytest.approx(claimable(first, first.rows) * first.claimed / first.promised)
    free = 3000.0 * world.spec.scale / 4
    assert claims(first, first.rows).sum() <= free < claimable(first, first.rows).sum()


def test_the_use_of_a_budget_for_vouchers_is_the_part_that_is_claimed() -> None:
    """By it agencies renew their programmes by results."""
    small_one, large_one = (budgeted(budget, "1998Q1")[1].use() for budget in (1000.0, 300_000.0))
    assert 0.4 < small_one < 1.6
    assert 0.0 < large_one < 0.4


def test_a_firm_that_asks_for_more_than_is_left_is_passed_over() -> None:
    _, first, _ = budgeted(3000.0)
    firms = np.flatnonzero(first.eligible())
    asked = claims(first, firms)
    chosen = funded(first, firms)
    assert asked.max() > 75 >= claims(first, chosen).sum() > 70


def test_money_for_vouchers_goes_by_the_rule_of_selection() -> None:
    """Whoever was refused asked for more than those who came before left."""
    world, first, _ = budgeted(3000.0, selection="capability")
    firms = np.flatnonzero(first.eligible() & (world.firms.sales_year > 0))
    asked, chosen = claims(first, firms), np.isin(firms, funded(first, firms))
    capability = world.firms.capability[firms]
    for refused in np.flatnonzero(~chosen):
        before = chosen & (capability >= capability[refused])
        assert asked[before].sum() + asked[refused] > 75
    assert 3 < chosen.sum() < firms.size
