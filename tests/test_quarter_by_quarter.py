"""What a single quarter must show: certificates without gaps, staff of newborns, wages and vacancies as they were paid and filled."""

from typing import Any
from unittest import mock

import numpy as np
import pytest

from sim import measures
from sim.agents.columns import MINE_SPIN_OFF, NEVER, SUBSIDIARY
from sim.calendar import parse_quarter
from sim.config import load
from sim.kernels.clearing import BIDDER
from sim.ledger import CLASS_NUMBER, MINE_CLASSES, SUPPLIERS
from sim.model import STAGES, Cluster
from sim.rules.costs import travel_factor
from sim.rules.frontier import trade_frontier
from sim.stages import copper, demography, finance, knowledge, labour, procurement, ties
from sim.stages.labour import vacancies
from sim.world import CHANNELS, World
from tests.worlds import programme, resumed, small, started, with_programmes

HOUSEHOLDS = CLASS_NUMBER["households"]


@pytest.fixture(scope="module")
def running() -> Cluster:
    """A world some years into its history."""
    return resumed(small("baseline", "scale=0.2"), "2007Q1", 1)


def test_a_certificate_that_is_renewed_holds_in_every_call_for_tenders() -> None:
    model = resumed(small("baseline", "scale=0.2"), "1999Q1", 1)
    world, seen = model.world, []

    def called(of: World) -> None:
        seen.append((of.firms.uid.copy(), of.certified().copy()))
        procurement.run(of)

    stages = tuple((name, called if name == "procurement" else stage) for name, stage in STAGES)
    renewals = 0
    with mock.patch("sim.model.STAGES", stages):
        for _ in range(12):
            before = world.firms.certified_until.copy()
            model.step()
            n = before.size
            renewed = (before == world.quarter - 1) & (world.firms.certified_until[:n] > before)
            uid, certified = seen[-1]
            kept = renewed[: uid.size] & (world.firms.uid[: uid.size] == uid)
            assert certified[kept].all()
            rows = np.flatnonzero(kept)
            renewals += rows.size
            model.step()
            same = world.firms.uid[rows] == uid[rows]
            assert seen[-1][1][rows[same]].all()
    assert renewals > 20


def test_newborn_firms_keep_the_staff_they_were_founded_with_until_they_have_seen_tenders(running: Cluster) -> None:
    world = running.world
    newborn = np.flatnonzero(world.firms.alive & (world.firms.founded == world.quarter - 1) & (world.firms.case < 0))
    planned = world.firms.sales_year[newborn] / 4 / world.p.normal_use
    np.testing.assert_allclose(world.firms.capacity[newborn], planned, rtol=1e-5)
    uid = world.firms.uid[newborn].copy()
    running.step()
    same = world.firms.uid[newborn] == uid
    assert same.sum() > 5
    assert (world.firms.capacity[newborn[same]] > 0.999 * planned[same]).all()


def test_residents_wages_from_mines_are_those_that_the_ledger_paid(running: Cluster) -> None:
    running.step()
    world = running.world
    flows = world.ledger.flows
    paid = sum(flows.get((CLASS_NUMBER[name], HOUSEHOLDS, "mine wages"), 0.0) for name in MINE_CLASSES)
    moved = flows[(HOUSEHOLDS, HOUSEHOLDS, "commuters' income")]
    away = moved / (1.0 - world.p.commuter_spend)
    np.testing.assert_allclose(world.tally.mine_wages + away, paid, rtol=1e-9, atol=1e-6)


def test_vacancies_are_new_jobs_and_those_of_the_retired() -> None:
    filled = vacancies(np.array([110.0, 90.0, 0.0]), np.array([100.0, 100.0, 0.0]), 0.01)
    assert filled.tolist() == pytest.approx([11.1, 0.9, 0.0])


def test_vacancies_filled_by_residents_are_not_their_share_of_all_jobs(running: Cluster) -> None:
    running.step()
    place = running.world.place
    told, stock = measures.labour_thickness(running.world), 1.0 - measures.commuting_share(running.world)
    mining = running.world.data.mining_region
    assert (place.hired_residents <= place.hired + 1e-9).all()
    assert np.abs(told - stock)[mining].max() > 0.02


def test_sellers_abroad_keep_staff_and_practice_whatever_one_country_buys() -> None:
    model = resumed(small("baseline", "scale=0.2"), "2001Q1", 1)
    firms = model.world.firms
    rows = np.flatnonzero(firms.alive & (firms.region == model.world.data.abroad))
    staff, practice = firms.workers[rows].copy(), firms.management[rows].copy()
    for _ in range(8):
        model.step()
    assert (firms.workers[rows] >= staff).all()
    np.testing.assert_array_equal(firms.management[rows], practice)


def test_what_comes_from_the_frontier_shrinks_with_the_distance_to_it(running: Cluster) -> None:
    gains = {}

    def learned(world: World) -> None:
        kept = world.firms.capability.copy()
        for level in (0.5, 0.9, 1.01):
            world.firms.capability[:] = level * trade_frontier(world)[world.firms.subsector]
            gains[level] = knowledge.channel_gains(world)
        world.firms.capability[:] = kept
        knowledge.run(world)

    with mock.patch("sim.model.STAGES", tuple((name, learned if name == "knowledge" else stage) for name, stage in STAGES)):
        running.step()
    for channel in ("research", "buyers", "universities", "abroad"):
        far, near, ahead = (gains[level][CHANNELS.index(channel)] for level in (0.5, 0.9, 1.01))
        assert far.sum() > 0
        np.testing.assert_allclose(near, far * (1 - 0.9) / (1 - 0.5), rtol=1e-5, atol=1e-8)
        assert (ahead == 0).all()


def test_partners_of_another_trade_teach_no_more_than_the_own_trade_asks_for(running: Cluster) -> None:
    world = running.world
    firms, frontier = world.firms, trade_frontier(world)[world.firms.subsector]
    kept = firms.capability.copy()
    firms.capability[:] = 0.95
    taught = firms.tie_trust.max(axis=1) > 0
    firms.capability[taught] = 0.8 * frontier[taught]
    below = knowledge.partner_spillover(world)
    firms.capability[taught] = frontier[taught]
    assert below.max() > 0
    assert knowledge.partner_spillover(world).max() == pytest.approx(0.0, abs=1e-6)
    firms.capability[:] = kept


def test_a_spin_off_of_a_mine_knows_the_mine_and_no_other_client() -> None:
    model = resumed(small("baseline", "scale=0.3", "parameters.mine_spinoffs=0.9"), "1997Q1", 1)
    world, seen = model.world, 0
    for _ in range(12):
        model.step()
        new = np.flatnonzero(world.firms.alive & (world.firms.founder == MINE_SPIN_OFF)
                             & (world.firms.founded == world.quarter - 1))
        trust = world.firms.trust[new]
        seen += new.size
        assert ((trust > 0).sum(axis=1) == 1).all()
        assert (trust.max(axis=1, initial=0.0) == np.float32(world.p.inherit_trust)).all()
        assert (world.firms.parent[new] == 0).all()
        assert (world.firms.tie_row[new] < 0).all()
        assert world.mines.alive[trust.argmax(axis=1)].all()
    assert seen > 5


def test_mines_squeeze_when_margins_fall_below_what_they_are_used_to() -> None:
    """Press: mines paid later and cut prices after 2008 and from 2015 on, not in the boom years, when C1 rose with the price."""
    model = resumed(small("baseline", "scale=0.05"), "2005Q4", 1)
    world, days = model.world, {}
    while world.year < 2019:
        model.step()
        days[(world.quarter - 1) / 4] = float(world.mines.payment_days.mean())
    paid = {year: np.mean([of for quarter, of in days.items() if int(quarter) == year]) for year in range(2006, 2019)}
    usual, late = world.p.payment_days, world.p.squeeze_days
    assert all(paid[year] < (usual + late) / 2 for year in (2006, 2007, 2008, 2011, 2012, 2013))
    assert all(paid[year] > (usual + late) / 2 for year in (2009, 2016, 2017))


def test_part_of_the_investment_waits_while_mines_squeeze(running: Cluster) -> None:
    """Sustaining capex only: what builds a mine that opens on record goes on."""
    world = running.world
    mines, held = world.mines, world.mines.squeeze_left.copy()
    capex = {}
    for left in (0.0, 3.0):
        mines.squeeze_left[:] = left
        copper.plan(world)
        capex[left] = mines.capex.copy()
    sustaining = capex[0.0] - capex[3.0]
    running_mines = mines.output > 0
    np.testing.assert_allclose(sustaining[running_mines & ~copper._being_built(world)],
                               world.p.squeeze_deferral * capex[0.0][running_mines & ~copper._being_built(world)])
    assert not sustaining[~running_mines].any()
    mines.squeeze_left[:] = held
    copper.plan(world)


def test_markups_return_to_normal_and_those_of_sellers_abroad_stay(running: Cluster) -> None:
    world = running.world
    firms, p = world.firms, world.p
    markup, used = firms.markup.copy(), firms.utilisation.copy()
    national = world.domestic()
    firms.markup[:] = p.markup + 0.1
    for use, change in ((p.normal_use, 0.0), (p.normal_use + 0.2, 0.2 * p.markup_step)):
        before, firms.utilisation[:] = firms.markup.copy(), use
        procurement._set_markups(world, np.zeros(firms.n, BIDDER))
        expected = before + change - p.markup_return * (before - p.markup)
        np.testing.assert_allclose(firms.markup[national], expected[national])
        np.testing.assert_array_equal(firms.markup[~national], before[~national])
    firms.markup[:], firms.utilisation[:] = markup, used


def test_markups_climb_with_bids_won_beyond_the_normal_and_fall_with_bids_lost(running: Cluster) -> None:
    world = running.world
    firms, p = world.firms, world.p
    markup, used = firms.markup.copy(), firms.utilisation.copy()
    firms.markup[:], firms.utilisation[:] = p.markup, p.normal_use
    winner, loser, silent = np.flatnonzero(world.domestic() & (firms.subsector == 1))[:3]
    bidders = np.zeros(firms.n, BIDDER)
    bidders["bids"][[winner, loser]], bidders["wins"][winner] = 4, 3
    procurement._set_markups(world, bidders)
    changes = firms.markup[[winner, loser, silent]] - p.markup
    np.testing.assert_allclose(changes, p.markup_wins * np.array([3 / 4 - p.normal_wins, -p.normal_wins, 0.0]), atol=1e-12)
    firms.markup[:], firms.utilisation[:] = markup, used


def test_no_resident_is_paid_more_than_a_commuter_from_the_capital_costs(running: Cluster) -> None:
    world = running.world
    place, p = world.place, world.p
    kept, focal, capital = (place.wage.copy(), place.rent.copy(), place.tightness.copy()), world.data.focal, world.data.capital
    place.tightness[:] = p.normal_tightness
    place.tightness[focal] = 2.0
    for _ in range(100):
        labour._set_wages(world)
    assert place.wage[focal] == pytest.approx(place.wage[capital] * (1.0 + p.commute_premium))
    assert place.wage[focal] < world.data.wage[focal] * (1.0 + p.wage_slope * (2.0 - p.normal_tightness))
    place.wage[:], place.rent[:], place.tightness[:] = kept


def _check_mobilisation(world: World) -> None:
    firms, out, data, book = world.firms, world.tally.outcome, world.data, world.book.columns
    assert out is not None
    paid = world.ledger.flows[(SUPPLIERS, CLASS_NUMBER["rest_of_region"], "mobilisation")]
    payer = np.where(firms.region == data.abroad, data.capital, firms.region)
    unit = firms.unit_cost / (1.0 + world.p.markup)
    np.testing.assert_allclose(paid, np.bincount(payer, out.done["mobilised"] * unit, world.regions))
    supplier, site, subsector = book.supplier[book.active], book.site[book.active], book.subsector[book.active]
    travels = np.zeros(firms.n, bool)
    far = travel_factor(world)[subsector, site, firms.region[supplier]] > 1.0
    travels[supplier[~firms.presence[supplier, site] & far]] = True
    pays = out.done["mobilised"] > 0
    assert travels[pays].all()
    assert pays.sum() > 0.9 * (travels & (out.done["volume"] > 0)).sum() > 0
    assert 0.002 < paid.sum() / out.revenue.sum() < 0.05


def test_crews_that_travel_cost_what_their_price_adds_and_branches_save_it(running: Cluster) -> None:
    def paid(world: World) -> None:
        finance.run(world)
        _check_mobilisation(world)

    with mock.patch("sim.model.STAGES", tuple((name, paid if name == "finance" else stage) for name, stage in STAGES)):
        running.step()


def test_a_firm_trains_at_most_once_a_year() -> None:
    model = resumed(small("subsidies", "scale=0.2"), "2027Q1", 1)
    firms, plans = model.world.firms, np.zeros(0)
    for _ in range(8):
        before, uid = firms.trained.copy(), firms.uid.copy()
        model.step()
        since = firms.trained[: before.size] - before
        plans = np.append(plans, since[(since > 0) & (before > NEVER) & (firms.uid[: uid.size] == uid)])
    assert plans.size > 20
    assert plans.min() >= model.world.p.training_quarters


@pytest.mark.parametrize("capacity", [0.5, 2.0, 6.5])
def test_a_programme_fills_on_average_the_places_it_has_a_year(capacity: float) -> None:
    made = programme("few", kind="support", from_=parse_quarter("1996Q1"), capacity=capacity, levers={"management_gain": 0.01}, cost=0.0)
    few = next(p for p in Cluster(with_programmes(small("baseline", "scale=1"), made), 1).world.programmes if p.spec.name == "few")
    filled = []
    for year in range(2000, 2400):
        few.selected_this_year = 0.0
        for few.world.quarter in range(4 * year, 4 * year + 4):
            few.selected_this_year += few.places(100)
        filled.append(few.selected_this_year)
    assert np.mean(filled) == pytest.approx(capacity, abs=0.08)
    assert max(filled) <= np.ceil(capacity)


def test_a_challenge_picks_no_more_problems_than_it_has_places() -> None:
    made = programme("challenge", kind="challenge", from_=parse_quarter("1996Q1"), problems=400.0, picked=200.0, capacity=40.0, reach=1.0,
                     levers={"own_solution": 0.1}, cost=0.0, duration=4)
    model = resumed(with_programmes(small("baseline", "scale=0.3"), made), "1996Q1", 1)
    challenge = next(p for p in model.world.programmes if p.spec.name == "challenge")
    begun = 0.0
    for _ in range(8):
        model.step()
        quarter = (model.world.quarter - 1) % 4
        assert challenge.selected_this_year <= 40.0 * 0.3 * (quarter + 1) / 4 + 1
        begun += challenge.selected_this_year * (quarter == 3)
    assert begun > 0.5 * 2 * 40.0 * 0.3


def test_entry_falls_where_firms_sell_less_than_those_of_the_start(running: Cluster) -> None:
    world = running.world
    before, kept = demography._pull(world), world.firms.sales_year.copy()
    world.firms.sales_year[:] *= 0.8
    after = demography._pull(world)
    world.firms.sales_year[:] = kept
    assert (after <= before).all()
    free = (before < np.exp(1.0)) & (after > np.exp(-3.0))
    np.testing.assert_allclose((after / before)[free], 0.8**world.p.entry_crowding)


@pytest.mark.parametrize("rate", [0.0, 0.5])
def test_sellers_abroad_found_foreign_subsidiaries_in_the_capital(rate: float) -> None:
    world = resumed(small("baseline", "scale=0.2", f"parameters.subsidiary_rate={rate}"), "1996Q1", 1).world
    new = world.firms.alive & (world.firms.founder == SUBSIDIARY)
    assert new.any() == (rate > 0)
    assert (world.firms.origin[new] == 1).all()
    assert (world.firms.owner_region[new] == world.data.abroad).all()
    assert (world.firms.region[new] == world.data.capital).mean() > 0.9 if rate else True


def test_to_meet_is_not_to_work_together(running: Cluster) -> None:
    world = running.world
    firms = world.firms
    pair = np.flatnonzero(world.domestic() & ~(firms.tie_row >= 0).any(axis=1))[:2]
    ties.bind(world, pair[:1], pair[1:], 0, 0.3)
    slot = int(np.flatnonzero(firms.tie_row[pair[0]] == pair[1])[0])
    assert firms.tie_trust[pair[0], slot] > 0
    assert firms.tie_used[pair[0], slot] == NEVER


def test_firms_that_found_no_group_wait_for_the_next_call() -> None:
    """Ten places a year for groups of eight: without a list no eight of one region are ever chosen in one quarter."""
    made = programme("groups", kind="group", from_=parse_quarter("1996Q1"), group_minimum=8, capacity=100.0, reach=1.0,
                     levers={"management_gain": 0.01}, cost=0.0, duration=4)
    model = resumed(with_programmes(small("baseline", "scale=0.1"), made), "1996Q1", 1)
    begun, waited, group = 0, 0, next(p for p in model.world.programmes if p.spec.name == "groups")
    for _ in range(12):
        model.step()
        waited = max(waited, group.waiting.size)  # type: ignore[attr-defined]
        assert not np.isin(group.waiting, group.uids).any()  # type: ignore[attr-defined]
        begun += int((group.begun == model.world.quarter - 1).sum())
    assert waited > 0
    assert 8 <= begun <= 3 * 100 * 0.1


def test_rivals_group_where_they_trust_one_another_one_client_or_who_convenes_them() -> None:
    """In worlds without and with rivalry, with a client and with an agency that all trust: how many have founded a group at once."""
    made = programme("groups", kind="group", from_=parse_quarter("1996Q1"), group_minimum=8, capacity=None, agency="corfo",
                     reach=1.0, levers={"management_gain": 0.01}, cost=0.0, duration=4)
    begun = {}
    for rivalry, client, convener in ((0.0, 0.0, 0.0), (0.9, 0.0, 0.0), (0.9, 1.0, 0.0), (0.9, 0.0, 1.0)):
        model = resumed(with_programmes(small("baseline", "scale=0.2", f"parameters.rivalry={rivalry}"), made), "1996Q1", 1)
        firms = model.world.firms
        firms.trust[:], firms.tie_trust[:] = 0.0, 0.0
        firms.trust[:, 0] = client
        group: Any = next(p for p in model.world.programmes if p.spec.name == "groups")
        group.agency.reach, firms.aware[:], firms.agency_trust[:] = 1.0, True, 1.0
        group.call()
        firms.agency_trust[:] = convener
        group.support()
        begun[rivalry, client, convener] = group.uids.size
    free = begun[0.0, 0.0, 0.0]
    assert free >= 40
    assert begun[0.9, 0.0, 0.0] < 0.6 * free
    assert begun[0.9, 1.0, 0.0] == begun[0.9, 0.0, 1.0] == free


def test_foreign_suppliers_come_from_the_home_countries_of_foreign_owners(running: Cluster) -> None:
    world = running.world
    foreign = world.firms.alive & (world.firms.origin > 0) & (world.firms.home >= 0)
    owned_abroad = world.mines.home[world.mines.owner == MINE_CLASSES.index("mines_foreign")]
    assert foreign.sum() > 5
    assert set(world.firms.home[foreign].tolist()) <= set(owned_abroad.tolist())


def test_a_subcontractor_that_is_gone_is_nobody_s_partner(running: Cluster) -> None:
    world = running.world
    firms = world.firms
    before = measures.cooperates_with_suppliers(world)
    kept = firms.sub_uid.copy()
    firms.sub_uid[:] = np.uint64(1)
    assert np.nansum(measures.cooperates_with_suppliers(world)) == 0 < np.nansum(before)
    firms.sub_uid[:] = kept


@pytest.mark.slow
def test_the_country_has_as_many_suppliers_as_the_record_counts() -> None:
    """About 4,100 (800 more or less) in 2005; 5,998 in 2016, within a tenth."""
    counts: dict[str, list[int]] = {"2005Q4": [], "2016Q4": []}
    for seed in (1, 2, 3, 4):
        model = started(load("baseline", "horizon=2017"), "2005Q4", seed)
        for quarter, found in counts.items():
            while model.world.quarter <= parse_quarter(quarter):
                model.step()
            found.append(int(model.world.domestic().sum()))
    assert np.mean(counts["2005Q4"]) == pytest.approx(4_100, abs=800)
    assert np.mean(counts["2016Q4"]) == pytest.approx(5_998, rel=0.10)
