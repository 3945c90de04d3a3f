"""Where suppliers sell abroad: old exporters return to their market, contacts open new ones, newcomers follow demand."""

from dataclasses import replace
from functools import cache

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from sim.agents.columns import NEVER
from sim.model import Cluster
from sim.rules.exports import choose_markets, export_bent, exports_planned, sign_export_contracts, win_export_contracts
from sim.rules.frontier import standing, trade_frontier
from sim.world import World
from tests.worlds import resumed, small


@cache
def new_world() -> World:
    """A world that has not begun."""
    return Cluster(small("baseline", "scale=0.2"), 1).world


def chosen(before: int, contacts: float) -> tuple[World, NDArray[np.int8]]:
    """Markets that every firm gets when all win a contract at once, having known ``before``."""
    world, rows = new_world(), new_world().living()
    world.firms.export_market[:], world.firms.contacts[:] = before, contacts
    choose_markets(world, rows)
    return world, world.firms.export_market[rows]


def test_newcomers_go_where_most_is_bought() -> None:
    world, markets = chosen(-1, 0.0)
    found = np.bincount(markets, minlength=len(world.data.market_names)) / markets.size
    np.testing.assert_allclose(found, world.data.market_share, atol=0.04)


def test_exports_grow_with_the_square_of_what_a_firm_knows_of_its_trade() -> None:
    world = Cluster(small("baseline", "scale=0.2"), 1).world
    firms, frontier, rows = world.firms, trade_frontier(world)[world.firms.subsector], world.living()
    agreed = {}
    for known in (0.5, 1.0):
        firms.capability[:], firms.export_market[:], firms.exporting_until[:] = known * frontier, -1, NEVER
        sign_export_contracts(world, rows, world.quarter + 7)
        agreed[known] = firms.export_agreed[rows].copy()
    np.testing.assert_allclose(agreed[1.0], 4 * agreed[0.5], rtol=1e-5)
    part = np.log(agreed[1.0] / firms.capacity[rows])
    assert abs(part.std() - world.p.export_spread) < 0.1
    assert abs(np.exp(part).mean() / world.p.export_share - 1.0) < 0.25


def test_a_client_who_returns_orders_what_it_did_and_exports_do_not_feed_on_themselves() -> None:
    world = Cluster(small("baseline", "scale=0.2"), 1).world
    firms, rows = world.firms, world.living()
    world.p = replace(world.p, export_return=1.0, export_contacts=0.0)
    firms.export_market[:], firms.export_agreed[:] = 2, 0.2 * firms.capacity
    sign_export_contracts(world, rows, world.quarter + 7)
    np.testing.assert_allclose(firms.export_agreed[rows], 0.2 * firms.capacity[rows])
    world.p = replace(world.p, export_return=0.0)
    for _ in range(20):
        sign_export_contracts(world, rows, world.quarter + 7)
        assert (firms.export_agreed[rows] >= 0).all()
    firms.export_agreed[:] = 0.9 * firms.capacity
    sign_export_contracts(world, rows, world.quarter + 7)
    np.testing.assert_allclose(firms.export_agreed[rows], 0.1 * world.p.export_share * standing(world)[rows] ** 2
                               * export_bent(world, rows) * firms.capacity[rows])


def test_idle_capacity_sells_abroad_as_far_as_the_contract_lets() -> None:
    world = Cluster(small("baseline", "scale=0.2"), 1).world
    firms, p = world.firms, world.p
    firms.exporting_until[:], firms.export_agreed[:], firms.other_demand[:] = world.quarter, 0.1 * firms.capacity, 0.0
    busy, half, idle = (exports_planned(world, use * p.normal_use * firms.capacity) for use in (1.0, 0.8, 0.0))
    np.testing.assert_allclose(busy, firms.export_agreed)
    np.testing.assert_allclose(half, np.minimum(0.2 * p.normal_use, 0.1 * (1.0 + p.export_option)) * firms.capacity)
    np.testing.assert_allclose(idle, (1.0 + p.export_option) * firms.export_agreed)
    firms.exporting_until[:] = world.quarter - 1
    assert not exports_planned(world, np.zeros(firms.n)).any()


def test_who_exported_of_late_wins_the_next_contract_more_easily() -> None:
    world = resumed(small("baseline", "scale=0.2"), "1996Q1").world
    firms, p, won = world.firms, world.p, {}
    for quarters in (1, int(p.export_memory), int(p.export_memory) + 1, 400):
        firms.exporting_until[:], firms.exported[:] = NEVER, world.quarter - quarters
        win_export_contracts(world)
        won[quarters] = firms.exporting_until >= world.quarter
    first, last, late, never = won.values()
    np.testing.assert_array_equal(first, last)
    np.testing.assert_array_equal(late, never)
    assert (first | ~never).all(), "luck is the same"
    assert first.sum() > 0.7 * p.export_experience * never.sum() > 0


def test_exporters_mostly_go_on() -> None:
    model = resumed(small("baseline", "scale=0.3"), "2003Q4")
    world, sold = model.world, []
    for _ in range(2):
        year = set[int]()
        for _ in range(4):
            model.step()
            year |= set(world.firms.uid[world.firms.sales_exports > 0].tolist())
        sold.append(year)
    alive = set(world.firms.uid[world.domestic()].tolist())
    assert len(sold[0] & sold[1]) > 0.8 * len(sold[0] & alive)


def test_old_exporters_return_and_contacts_open_other_markets() -> None:
    """Those who do not return draw among all markets, their old one included."""
    for contacts in (0.0, 1.0, 2.0):
        world, markets = chosen(3, contacts)
        p = world.p
        back = p.export_return / (1.0 + p.export_contacts * contacts)
        expected = back + (1.0 - back) * world.data.market_share[3]
        assert abs((markets == 3).mean() - expected) < 0.04


@given(st.integers(-1, 5), st.floats(0.0, 5.0))
def test_another_firms_contract_changes_nobody_elses_market(before: int, contacts: float) -> None:
    world, markets = chosen(before, contacts)
    rows = world.living()
    world.firms.export_market[:] = before
    choose_markets(world, rows[::2])
    np.testing.assert_array_equal(world.firms.export_market[rows[::2]], markets[::2])
    assert (world.firms.export_market[rows[1::2]] == before).all()
