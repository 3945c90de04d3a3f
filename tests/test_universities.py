"""Universities and firms: which door, who is taken on, what it costs, and how places follow what pays for them."""

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.agents.university import University
from sim.model import Cluster
from sim.rules.universities import core_places, work_with_universities
from sim.world import World
from tests.worlds import resumed, small


@pytest.fixture
def world() -> World:
    """A world two years old, for one test, in which no partnership ends by luck."""
    world = resumed(small("baseline", "scale=0.2"), "1997Q1", 1).world
    world.p = replace(world.p, university_quarters=1e9)
    world.tally = world.fresh_tally()
    world.levers.reset(world.firms.n)
    return world


def _partners(world: World) -> np.ndarray:
    firms = world.firms
    return np.bincount(firms.university[firms.alive & (firms.university >= 0)], minlength=len(world.universities))


def _quarters(world: World, number: int) -> None:
    for _ in range(number):
        work_with_universities(world)
        world.quarter += 1


def test_firms_work_with_a_university_of_their_region(world: World) -> None:
    _quarters(world, 8)
    firms = world.firms
    rows = np.flatnonzero(firms.alive & (firms.university >= 0))
    assert rows.size > 20
    np.testing.assert_array_equal(world.data.inst_region[firms.university[rows]], firms.region[rows])


def test_places_follow_the_fees_of_partners_and_go_when_nobody_comes(world: World) -> None:
    core, p = core_places(world), world.p
    world.p = replace(p, university_knocks=1.0)
    _quarters(world, 200)
    full = core / (1.0 - p.university_fee / p.university_place_cost)
    capital = world.data.inst_region == world.data.capital
    assert ((core <= world.research_places) & (world.research_places <= full + 2)).all()
    np.testing.assert_allclose(world.research_places[capital].sum(), full[capital].sum(), rtol=0.1)
    assert (_partners(world) <= np.floor(world.research_places) + 2).all()
    world.p = replace(p, university_knocks=0.0)
    world.firms.university[:] = -1
    _quarters(world, 200)
    np.testing.assert_allclose(world.research_places, core, rtol=1e-6)


def test_a_project_brings_the_people_it_needs_and_pays_the_fee(world: World) -> None:
    """Firms whose work a project pays find a partner where all places are taken, and pay nothing; others wait."""
    world.p = replace(world.p, university_knocks=10.0)
    _quarters(world, 40)
    firms, data = world.firms, world.data
    seeking = np.flatnonzero(firms.alive & (firms.university < 0) & np.isin(firms.region, data.inst_region[data.inst_research > 0.1]))
    seeking = seeking[firms.cash[seeking] > world.p.university_fee]
    funded, others = seeking[::2], seeking[1::2]
    world.levers.push("university_funding", 1.0, funded)
    world.tally = world.fresh_tally()
    work_with_universities(world)
    assert (firms.university[funded] >= 0).all()
    assert (firms.university[others] >= 0).mean() < 0.1
    assert not world.tally.options_paid[funded].any()
    paying = firms.alive & (firms.university >= 0)
    paying[funded] = False
    np.testing.assert_allclose(world.tally.options_paid, np.where(paying, world.p.university_fee, 0.0))


def test_who_cannot_pay_a_partner_parts(world: World) -> None:
    _quarters(world, 8)
    firms = world.firms
    poor = np.flatnonzero(firms.alive & (firms.university >= 0))[::2]
    firms.cash[poor] = world.p.university_fee / 2
    work_with_universities(world)
    assert (firms.university[poor] < 0).all()


def test_a_firm_in_debt_keeps_and_finds_a_partner_that_a_project_pays_for(world: World) -> None:
    world.p = replace(world.p, university_knocks=10.0)
    _quarters(world, 8)
    firms, data = world.firms, world.data
    near = firms.alive & np.isin(firms.region, data.inst_region[data.inst_research > 0.1])
    partners, others = np.flatnonzero(near & (firms.university >= 0))[:9], np.flatnonzero(near & (firms.university < 0))[:9]
    indebted = np.concatenate([partners, others])
    firms.cash[indebted] = -100.0
    world.levers.push("university_funding", 1.0, indebted)
    world.tally = world.fresh_tally()
    work_with_universities(world)
    assert (firms.university[indebted] >= 0).all()


@cache
def _university() -> University:
    return Cluster(small()).world.universities[0]


@given(needs=st.lists(st.sampled_from([0.0, 0.5, 1.0]), max_size=12), room=st.floats(-3, 8), seed=st.integers(0, 99))
def test_a_university_takes_projects_first_and_then_the_most_receptive(needs: list[float], room: float, seed: int) -> None:
    absorptive = np.random.default_rng(seed).permutation(len(needs)).astype(np.float32)
    taken = set(_university().choose(np.arange(len(needs)), absorptive, np.array(needs), room).tolist())
    left = max(room, 0.0)
    for row in sorted(range(len(needs)), key=lambda row: (needs[row] > 0, -absorptive[row])):
        left -= needs[row]
        assert (row in taken) == (left >= 0)
