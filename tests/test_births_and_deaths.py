"""Who closes and who stays: profit, what owners keep in the firm, and outsiders that can pay for their branch."""

import numpy as np
import pytest
from numpy.typing import NDArray

from sim.config import load
from sim.model import Cluster
from sim.rules.costs import other_price
from sim.rules.founding import normal_margin
from sim.stages import demography
from sim.table import count_by
from sim.world import World
from tests.worlds import resumed, small


def _response(world: World) -> NDArray[np.float64]:
    return demography.profit_response(world.firms.profit_year, world.firms.sales_year, normal_margin(world), world.p.exit_profit)


def _dead(profit_over_sales: float | None, changed: int) -> NDArray[np.uint64]:
    """Who closes in one quarter if the firms whose identity leaves rest ``changed`` by 2 earn that; None: nobody is changed."""
    world = resumed(small("baseline", "scale=0.2"), "1998Q1", 1).world
    firms = world.firms
    if profit_over_sales is not None:
        rows = firms.alive & (firms.uid % 2 == changed)
        firms.profit_year[rows] = profit_over_sales * firms.sales_year[rows]
    before, alive = firms.uid.copy(), firms.alive.copy()
    demography._exit(world)
    return np.sort(before[alive & ~firms.alive])


def test_owners_close_what_earns_less_and_rivals_have_the_same_luck() -> None:
    usual, poor, rich = _dead(None, 0), _dead(-0.05, 0), _dead(0.25, 0)
    assert (usual % 2 == 0).sum() > 3
    assert set(rich[rich % 2 == 0]) < set(usual[usual % 2 == 0]) < set(poor[poor % 2 == 0])
    for told in (poor, rich):
        np.testing.assert_array_equal(told[told % 2 == 1], usual[usual % 2 == 1])


def test_a_newborn_has_the_normal_margin_and_closes_at_the_plain_rate() -> None:
    world = resumed(small("baseline", "scale=0.2"), "1998Q1", 1).world
    new = world.firms.alive & (world.firms.founded == world.quarter - 1)
    assert new.sum() > 5
    np.testing.assert_allclose(_response(world)[new], 1.0, rtol=1e-9)


@pytest.mark.parametrize("part", [1.0, 0.6])
def test_a_firm_that_is_cheaper_than_its_rivals_keeps_part_of_the_difference(part: float) -> None:
    """Advice that cuts the cost of some firms raises their margin, unless they pass on all of it."""
    def margins(gain: float) -> tuple[World, NDArray[np.float64], NDArray[np.bool_]]:
        model = resumed(small("baseline", "scale=0.2", f"parameters.other_pass_through={part}"), "1996Q1", 1)
        firms = model.world.firms
        helped = model.world.domestic() & (firms.uid % 5 == 0) & (firms.mining_year < 0.3 * firms.sales_year)
        uid = firms.uid.copy()
        for _ in range(4):
            firms.process_gain[helped & (firms.uid[: helped.size] == uid)] = gain
            model.step()
        same = helped & firms.alive[: helped.size] & (firms.uid[: helped.size] == uid)
        return model.world, (firms.profit_year / np.maximum(firms.sales_year, 1e-9))[: helped.size], same

    (_, plain, first), (world, cut, second) = margins(0.0), margins(0.2)
    both = first & second
    gained = np.median((cut - plain)[both])
    assert both.sum() > 20
    assert (gained > 0.03) if part < 1 else abs(gained) < 0.01
    if part < 1:
        assert (other_price(world)[: both.size][both] > world.firms.unit_cost[: both.size][both]).mean() > 0.8


def test_rivals_on_average_are_paid_what_they_cost() -> None:
    world = resumed(small("baseline", "scale=0.2"), "1998Q1", 1).world
    inside = world.domestic()
    cell = world.firms.region * world.subsectors + world.firms.subsector
    gap = np.where(inside, np.log(other_price(world)) - np.log(world.firms.unit_cost), 0.0)
    sums = np.bincount(cell, gap)
    np.testing.assert_allclose(sums[count_by(cell[inside], sums.size) > 0], 0.0, atol=1e-9)
    np.testing.assert_array_equal(other_price(world)[~inside], world.firms.unit_cost[~inside])


def test_owners_differ_in_the_cash_they_keep() -> None:
    world = resumed(small("baseline", "scale=0.3"), "2003Q1", 1).world
    firms, p = world.firms, world.p
    inside = world.domestic()
    logs = np.log(firms.buffer_days[inside] / p.cash_buffer_days)
    assert np.median(logs) == pytest.approx(0.0, abs=0.12)
    assert logs.std() == pytest.approx(p.cash_spread, rel=0.08)
    rich = inside & (firms.cash > 0)
    days = 360 * firms.cash[rich] / firms.sales_year[rich]
    low, high = np.quantile(days, [0.05, 0.95])
    assert high > 5 * low
    assert np.corrcoef(np.log(days), np.log(firms.buffer_days[rich]))[0, 1] > 0.7


def test_what_an_owner_keeps_stays_with_the_firm_and_its_identity() -> None:
    worlds = (("parameters.exit_profit=16",), ("parameters.exit_profit=8",))
    first, second = (resumed(small("baseline", "scale=0.1", *words), "2000Q1", 1).world.firms for words in worlds)
    shared, a, b = np.intersect1d(first.uid[first.alive], second.uid[second.alive], return_indices=True)
    assert shared.size > 100
    np.testing.assert_array_equal(first.buffer_days[first.alive][a], second.buffer_days[second.alive][b])


def _outsiders(*words: str) -> tuple[World, list[float]]:
    """A world in which many are founded from the capital, and yearly sales of the outsiders born in three years."""
    model = resumed(small("baseline", "scale=0.3", "parameters.outsider_share=0.2", *words), "1997Q1", 1)
    firms, sales = model.world.firms, []
    for _ in range(12):
        model.step()
        new = firms.alive & (firms.founder == demography.OUTSIDER) & (firms.founded == model.world.quarter - 1)
        assert (firms.presence[new].sum(axis=1) == 2).all()
        assert (firms.region[new] == model.world.data.capital).all()
        sales.extend(firms.sales_year[new].tolist())
    return model.world, sales


def test_outsiders_are_born_at_a_size_that_pays_for_their_branch() -> None:
    world, sales = _outsiders()
    assert len(sales) > 5
    assert min(sales) * normal_margin(world) >= 4 * world.p.branch_cost * (1 - 1e-9)
    assert max(sales) <= world.p.birth_largest
    came = world.firms.founder == demography.OUTSIDER
    assert (world.firms.distress[came & world.firms.alive] == 0).mean() > 0.9
    assert (came & world.firms.alive).sum() > 0.5 * len(sales)


def test_nobody_comes_as_an_outsider_where_no_newborn_could_pay_for_a_branch() -> None:
    _, sales = _outsiders("parameters.birth_largest=12000")
    assert sales == []


def test_a_bust_closes_suppliers_of_mines_and_a_boom_keeps_them() -> None:
    """Benavente and Külzer 2008: the cycle moves exit more than entry."""
    told = {}
    for path in ("bust", "boom"):
        world = resumed(small("baseline", "scale=0.3", f"copper={path}"), "2029Q1", 1).world
        live = world.domestic() & (world.firms.mining_year > 0.5 * world.firms.sales_year)
        told[path] = _response(world)[live].mean()
    assert told["bust"] > 1.2 * told["boom"]


@pytest.mark.slow
def test_the_less_capable_close_more_often() -> None:
    """Jovanovic 1982; firms over five years old, fifths of capability within a trade, from 2005 on."""
    model, at_risk, gone = Cluster(load("baseline", "horizon=2024"), 1), np.zeros(5), np.zeros(5)
    firms = model.world.firms
    while model.world.quarter < 2024 * 4:
        capability, uid, subsector = firms.capability.copy(), firms.uid.copy(), firms.subsector.copy()
        old = model.world.domestic() & (firms.founded < model.world.quarter - 20) & (model.world.quarter >= 2005 * 4)
        model.step()
        dead = old & ~(firms.alive[: old.size] & (firms.uid[: old.size] == uid))
        for k in range(model.world.subsectors if old.any() else 0):
            mine = old & (subsector == k)
            fifth = np.searchsorted(np.quantile(capability[mine], (0.2, 0.4, 0.6, 0.8)), capability[mine])
            at_risk += np.bincount(fifth, minlength=5)
            gone += np.bincount(fifth[dead[mine]], minlength=5)
    rate = gone / at_risk
    assert rate[0] > 1.3 * rate[2] > 1.3 * rate[4]
    assert rate[0] > 1.5 * rate[3]
    assert 400 * gone.sum() / at_risk.sum() == pytest.approx(5.5, abs=1.0)
