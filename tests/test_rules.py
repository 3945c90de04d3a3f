"""Every vectorised rule against its plain reference: one firm, one tender, one region at a time."""

import math
from functools import cache
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.draws import as_ids
from sim.rules import absorption, adoption, costs, founding, register
from sim.rules.delivery import delivery_logit
from sim.stages import copper, demography, knowledge, labour, procurement, ties
from sim.world import World
from tests import reference
from tests.reference import firm_of
from tests.worlds import resumed, small, step_through

SHARE = st.floats(0.0, 1.0)
MONEY = st.floats(0.0, 1e7)
SEEDS = st.integers(0, 2**32 - 1)
FEW = settings(max_examples=15)


@cache
def _world() -> World:
    """A world in its outlook, with programmes, groups and trust; its firms are scattered anew by every example."""
    world = resumed(small("cluster_push", "scale=0.1"), "2027Q2").world
    step_through(world, "ties")
    return world


def scattered(seed: int) -> World:
    """That world with random values in the columns that rules read."""
    world, rng = _world(), np.random.default_rng(seed)
    firms, n = world.firms, world.firms.n
    for name in ("management", "skills", "absorptive"):
        getattr(firms, name)[:] = rng.random(n)
    firms.capability[:] = rng.uniform(0.2, 0.7, n)
    for name, top in (("process_gain", 0.19), ("delivery_gain", 0.24), ("utilisation", 1.4), ("contacts", 3.0)):
        getattr(firms, name)[:] = rng.uniform(0.0, top, n)
    firms.sales_year[:], firms.aspiration[:] = rng.lognormal(9.0, 2.0, (2, n))
    firms.workers[:], firms.commuters[:] = rng.lognormal(2.0, 1.0, (2, n))
    firms.capacity[:], firms.cash[:] = rng.lognormal(8.0, 2.0, n), rng.normal(0.0, 1e4, n)
    firms.substitution[:] = rng.integers(0, 6, n)
    firms.research[:], firms.sound_books[:] = rng.random((2, n)) < 0.4
    world.place.wage[:] = world.data.wage * rng.uniform(0.8, 1.2, world.regions)
    return world


def some(world: World, seed: int, count: int = 25) -> list[int]:
    """A few living rows."""
    return np.random.default_rng(seed).choice(world.living(), count, replace=False).tolist()


# ---- costs -----------------------------------------------------------------------------------------------------------
@FEW
@given(SEEDS)
def test_cost_index(seed: int) -> None:
    world = scattered(seed)
    index, data = costs.cost_index(world), world.data
    for row in some(world, seed):
        firm = firm_of(world.firms, row, "region", "subsector", "commuters", "workers", "sales_year", "process_gain",
                       "capability", "management", "substitution")
        saved = data.import_content[firm.subsector] * world.p.substitution_cut * (firm.substitution == 5)
        place = SimpleNamespace(relative_wage=world.place.wage[firm.region] / data.wage[data.capital],
                                infrastructure=data.infrastructure[firm.region], abroad=firm.region == data.abroad, imports_saved=saved)
        assert index[row] == pytest.approx(reference.cost_index(firm, place, world.p), rel=1e-6)


@FEW
@given(SEEDS)
def test_productivity(seed: int) -> None:
    world = scattered(seed)
    productivity = costs.productivity(world)
    for row in some(world, seed):
        firm = firm_of(world.firms, row, "capability", "management")
        assert productivity[row] == pytest.approx(reference.productivity(firm.capability, firm.management, world.p))


def test_distance_abroad_is_that_of_the_country_s_gateway() -> None:
    world = _world()
    data, distance = world.data, costs.log_distance(world)
    assert distance[data.focal, data.capital] == pytest.approx(math.log(1 + data.km[data.focal, data.capital] / 100))
    assert distance[data.focal, data.abroad] == distance[data.focal, data.capital]
    assert distance[data.abroad, data.focal] == distance[data.capital, data.focal]
    assert (distance >= 0).all()


# ---- options ---------------------------------------------------------------------------------------------------------
@given(MONEY, MONEY, SHARE, SHARE, st.floats(0.1, 3.0), st.floats(0.0, 2.0))
def test_adoption_chance(gain: float, cost: float, short: float, rate: float, slope: float, push: float) -> None:
    told = adoption.adoption_chance(np.array([gain]), np.array([cost]), np.array([short]), rate, slope, push)[0]
    assert told == pytest.approx(reference.adoption_chance(gain, cost, short, rate, slope, push), abs=1e-12)
    assert 0.0 <= told <= rate


@given(MONEY, MONEY, st.tuples(SHARE, SHARE).map(sorted), SHARE)
def test_a_higher_public_share_never_lowers_the_adoption_chance(gain: float, cost: float, share: list[float], short: float) -> None:
    own = [np.array([cost * (1 - part)]) for part in share]
    less, more = (adoption.adoption_chance(np.array([gain]), each, np.array([short]), 0.1, 1.5, 1.0)[0] for each in own)
    assert more >= less


@FEW
@given(SEEDS, st.sampled_from(["certification_cost_share", "rd_cost_share", "training_cost_share", "mission_cost_share"]))
def test_with_a_higher_public_share_whoever_adopted_still_adopts(seed: int, lever: str) -> None:
    """The same firms on the same luck: each step up in the public part keeps all adopters and may add some."""
    world = scattered(seed)
    gain, cost = 0.01 * world.firms.sales_year, np.full(world.firms.n, 300.0)
    before: set[int] = set()
    for share in (0.0, 0.3, 0.5, 0.7, 0.95):
        world.levers.reset(world.firms.n)
        world.levers.push(lever, share, np.arange(world.firms.n))
        now = set(adoption.adopters(world, "train", world.domestic(), gain, cost, lever).tolist())
        assert before <= now
        before = now
    world.levers.reset(world.firms.n)
    assert before


@FEW
@given(SEEDS, st.floats(0.0, 0.3))
def test_credit_line_and_shortfall(seed: int, guarantee: float) -> None:
    world = scattered(seed)
    world.levers.reset(world.firms.n)
    world.levers.push("credit_line", guarantee, np.arange(world.firms.n))
    line, short = adoption.credit_line(world), adoption.shortfall(world)
    world.levers.reset(world.firms.n)
    for row in some(world, seed):
        firm = firm_of(world.firms, row, "sound_books", "sales_year", "aspiration")
        assert line[row] == pytest.approx(reference.credit_line(firm, guarantee, world.p))
        assert short[row] == pytest.approx(reference.shortfall(firm.sales_year, firm.aspiration))


# ---- knowledge -------------------------------------------------------------------------------------------------------
WEIGHTS = st.lists(st.floats(0.0, 0.25), min_size=4, max_size=4)


@given(SHARE, SHARE, st.booleans(), SHARE, WEIGHTS)
def test_absorptive_capacity(capability: float, skills: float, research: bool, management: float, weights: list[float]) -> None:
    firm = (np.array([value]) for value in (capability, skills, research, management))
    told = absorption.absorptive_capacity(*firm, np.array(weights))[0]
    assert told == pytest.approx(reference.absorptive_capacity(capability, skills, research, management, weights), abs=1e-9)
    assert 0.0 <= told <= 1.0


@given(st.floats(-1.0, 1.0), st.floats(0.05, 0.4))
def test_hump(distance: float, best: float) -> None:
    """The vectorised hump reads a table of 64 steps to the best distance, up to eight times that distance."""
    told = absorption.hump(np.array([distance]), np.array([best]))[0]
    assert told == pytest.approx(reference.hump(min(distance, 8 * best), best), abs=3e-4)
    assert 0.0 <= told <= 1.0 + 1e-12


def test_nothing_is_learnt_at_no_distance_most_at_the_best_and_little_far_away() -> None:
    at = absorption.hump(np.array([-0.3, 0.0, 0.15, 0.9]), np.full(4, 0.15))
    assert at[:2].tolist() == [0.0, 0.0]
    assert at[2] == pytest.approx(1.0)
    assert at[3] < 0.05


@FEW
@given(SEEDS)
def test_neighbour_spillover(seed: int) -> None:
    world = scattered(seed)
    firms, volume = world.firms, world.tally.outcome.done["volume"]
    told, inside = knowledge.neighbour_spillover(world), world.domestic()
    for row in some(world, seed):
        near = np.flatnonzero(inside & (firms.region == firms.region[row]) & (firms.subsector == firms.subsector[row]))
        others = [SimpleNamespace(volume=float(volume[i]), capability=float(firms.capability[i]), sales_year=float(firms.sales_year[i]))
                  for i in near]
        firm = firm_of(firms, row, "capability", "absorptive")
        plain = reference.neighbour_spillover(firm, others, world.spec.scale, world.p) if inside[row] else 0.0
        assert told[row] == pytest.approx(plain, abs=5e-6)
    assert told.max() > 0


@FEW
@given(SEEDS)
def test_partner_spillover(seed: int) -> None:
    world = scattered(seed)
    firms = world.firms
    told = knowledge.partner_spillover(world)
    tied = np.flatnonzero((firms.tie_row >= 0).any(axis=1) & firms.alive)[:60]
    for row in tied.tolist():
        slots = zip(firms.tie_row[row], firms.tie_uid[row], firms.tie_trust[row], strict=True)
        partners = [(float(firms.capability[i]), float(trust)) for i, uid, trust in slots
                    if i >= 0 and firms.alive[i] and firms.uid[i] == uid]
        plain = reference.partner_spillover(firm_of(firms, row, "capability", "absorptive"), partners, world.p)
        assert told[row] == pytest.approx(plain, abs=5e-6)
    assert told.max() > 0


@FEW
@given(SEEDS)
def test_gains_of_all_channels_need_absorptive_capacity(seed: int) -> None:
    world = scattered(seed)
    world.firms.absorptive[::2] = 0.0
    gains = knowledge.channel_gains(world)
    assert (gains >= 0).all()
    assert not gains[:, ::2].any()
    assert gains[:, 1::2].any(axis=1).all() or gains.shape[0] == 8


@given(st.floats(0.05, 0.95), st.floats(0.0, 0.4), st.floats(-4.0, 4.0))
def test_logit_normal(mean: float, spread: float, normal: float) -> None:
    told = founding.logit_normal(np.array([mean]), spread, np.array([normal]))[0]
    assert told == pytest.approx(reference.logit_normal(mean, spread, normal))
    assert 0.0 < told < 1.0


def test_sales_lie_in_their_class() -> None:
    world = _world()
    uid, data = as_ids(np.arange(4000)), world.data
    for number in range(4):
        sales = founding.class_sales(world, uid, np.full(uid.size, number))
        assert sales.min() >= data.class_floor_uf[number]
        assert sales.max() <= min(data.class_ceiling_uf[number], world.p.size_largest * data.class_floor_uf[number])


# ---- trust, belief, delivery -----------------------------------------------------------------------------------------
@given(SHARE, st.integers(0, 20), SHARE, SHARE, SHARE, SHARE)
def test_updated_trust(trust: float, total: int, part: float, gain: float, loss: float, decay: float) -> None:
    good, start = float(round(total * part)), np.float32(trust)
    told, deliveries, well = (np.full((1, 1), value, np.float32) for value in (start, 3.0, 2.0))
    since, rates = np.full((1, 1), 7990, np.int32), np.array([gain, loss, decay, 0.03, 0.05], np.float32)
    ties.update_trust(told, deliveries, well, np.full((1, 1), total, np.float32), np.full((1, 1), good, np.float32), since, rates)
    plain = reference.updated_trust(float(start), good, total, gain, loss, decay)
    assert told[0, 0] == pytest.approx(plain, abs=1e-5)
    assert 0.0 <= told[0, 0] <= 1.0
    assert (deliveries[0, 0], well[0, 0]) == pytest.approx((3 * 0.97 + total, 2 * 0.97 + good), rel=1e-5)
    assert (since[0, 0] < 0) == bool(total == 0 and told[0, 0] < np.float32(0.05))


@FEW
@given(SEEDS)
def test_beliefs(seed: int) -> None:
    world, rng = scattered(seed), np.random.default_rng(seed)
    world.belief_good, world.belief_bad = rng.exponential(20.0, (2, world.buyers, world.regions, world.subsectors))
    mean, doubt = register._beliefs(world)
    for m, r, k in rng.integers(0, (world.buyers, world.regions, world.subsectors), (20, 3)).tolist():
        good, bad = world.p.belief_good + world.belief_good[m, r, k], world.p.belief_bad + world.belief_bad[m, r, k]
        assert (mean[m, r, k], doubt[m, r, k]) == pytest.approx(reference.belief(good, bad))


def test_no_experience_means_the_one_common_prior_everywhere() -> None:
    world = _world()
    world.belief_good, world.belief_bad = np.zeros_like(world.belief_good), np.zeros_like(world.belief_bad)
    mean, doubt = register._beliefs(world)
    assert np.unique(mean).size == np.unique(doubt).size == 1
    assert mean[0, 0, 0] == pytest.approx(0.85)


@FEW
@given(SEEDS)
def test_delivery_logit(seed: int) -> None:
    world = scattered(seed)
    told = delivery_logit(world)
    for row in some(world, seed):
        firm = firm_of(world.firms, row, "capability", "management", "utilisation", "delivery_gain")
        assert told[row] == pytest.approx(reference.delivery_logit(firm, 0.0, 0.5, 0.0, world.p), rel=1e-5)


# ---- tenders ---------------------------------------------------------------------------------------------------------
@given(st.floats(100.0, 1e5), st.floats(0.5, 2.5), st.floats(10.0, 1e7))
@settings(max_examples=10)
def test_mean_capped(median: float, sigma: float, cap: float) -> None:
    told = procurement.mean_capped(median, sigma, np.array([cap]))[0]
    assert told == pytest.approx(reference.mean_capped(median, sigma, cap), rel=1e-4)
    assert told <= cap * (1 + 1e-9)


@FEW
@given(SEEDS)
def test_reserved_tenders_are_those_whose_luck_falls_below_the_set_aside(seed: int) -> None:
    world, rng = _world(), np.random.default_rng(seed)
    world.levers.reset(world.firms.n)
    world.levers.push("set_aside", 0.3, (np.array([0, 2]), 2))
    buyer, luck = rng.integers(0, 4, 50), rng.random(50)
    told = procurement._reserved(world, buyer, luck)
    world.levers.reset(world.firms.n)
    assert told.tolist() == [2 if b in (0, 2) and x < 0.3 else -1 for b, x in zip(buyer, luck, strict=True)]


# ---- labour, demography, copper --------------------------------------------------------------------------------------
@given(st.floats(0.2, 1e4), MONEY, st.floats(0.01, 1e6), st.floats(0.5, 1.0), st.floats(0.0, 0.2), st.floats(0.0, 0.3))
def test_wanted_staff(workers: float, volume: float, capacity: float, use: float, hiring: float, layoff: float) -> None:
    told = labour.wanted_staff(np.array([workers]), np.array([volume]), np.array([capacity]), use, hiring, layoff)[0]
    assert told == pytest.approx(reference.wanted_staff(workers, volume, capacity, use, hiring, layoff))


@given(st.integers(0, 400), st.floats(0.0, 0.1), st.floats(0.0, 0.1), st.floats(1.0, 40.0))
def test_closure_chance(age: int, rate: float, young: float, maturity: float) -> None:
    told = demography.closure_chance(np.array([float(age)]), rate, young, maturity)[0]
    assert told == pytest.approx(reference.closure_chance(age, rate, young, maturity))
    assert demography.closure_chance(np.array([age + 1.0]), rate, young, maturity)[0] <= told


@given(st.floats(-1e4, 1e4), st.floats(1.0, 1e5), st.floats(0.02, 0.2), st.floats(0.0, 30.0))
def test_profit_response(profit: float, sales: float, normal: float, slope: float) -> None:
    told = demography.profit_response(np.array([profit]), np.array([sales]), normal, slope)[0]
    assert told == pytest.approx(reference.profit_response(profit, sales, normal, slope))


@given(st.integers(7980, 8180), st.integers(7900, 8200), st.integers(0, 200))
def test_ramp(quarter: int, opens: int, life: int) -> None:
    told = copper.ramp(quarter, np.array([opens]), np.array([opens + life]), 8.0)[0]
    assert told == reference.ramp(quarter, opens, opens + life)


@FEW
@given(SEEDS)
def test_quotas_of_residents_bind_where_commuters_hold_more(seed: int) -> None:
    world, rng = _world(), np.random.default_rng(seed)
    quota, commuting = rng.random(world.buyers) * (rng.random(world.buyers) < 0.5), rng.random(world.regions)
    world.levers.reset(world.firms.n)
    world.levers.push("resident_jobs", quota, np.arange(world.buyers), 0)
    told = labour.reserved_for_residents(world, commuting)
    world.levers.reset(world.firms.n)
    for region in range(world.regions):
        mines = [m for m in range(world.buyers) if world.mines.region[m] == region and world.mines.workers[m] > 0]
        away = sum(min(commuting[region], 1.0 - quota[m]) * world.mines.workers[m] for m in mines)
        workers = sum(world.mines.workers[m] for m in mines)
        assert commuting[region] - told[region] == pytest.approx(away / workers if workers else commuting[region])


def test_commuting_grows_with_rent_lack_of_amenity_and_scarcity() -> None:
    world = _world()
    before = labour.commuting_logit(world).copy()
    held = world.place.rent.copy(), world.place.tightness.copy()
    world.place.rent[world.data.focal] *= 1.5
    world.place.tightness[world.data.focal] += 0.1
    after = labour.commuting_logit(world)
    world.place.rent[:], world.place.tightness[:] = held
    gain = world.p.commute_rent * math.log(1.5) + world.p.commute_tight * 0.1
    assert after[world.data.focal] - before[world.data.focal] == pytest.approx(gain)
    assert np.delete(after, world.data.focal).tolist() == np.delete(before, world.data.focal).tolist()
