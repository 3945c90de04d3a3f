"""Where suppliers sell abroad: old exporters return to their market, contacts open new ones, newcomers follow demand."""

from functools import cache

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from sim.model import Cluster
from sim.rules.exports import choose_markets, export_volume
from sim.rules.frontier import trade_frontier
from sim.world import World
from tests.worlds import small


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
    world = new_world()
    firms, frontier = world.firms, trade_frontier(world)[world.firms.subsector]
    for standing in (0.5, 1.0):
        firms.capability[:] = standing * frontier
        np.testing.assert_allclose(export_volume(world), world.p.export_share * standing**2 * firms.capacity, rtol=1e-6)


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
