"""Whom buyers invite and how they score, in a running world, against the rules as described; and short lists of partners."""

import math
from functools import cache
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.agents.columns import NEVER
from sim.draws import STREAMS
from sim.levers import LOCAL_DEFINITIONS
from sim.rules import costs, jointbids, register
from sim.rules.slots import bind_pairs, judge_subcontractors, keep_subcontractors
from sim.stages import procurement
from sim.stages.procurement import Hall
from sim.world import World
from tests import oracle, reference
from tests.worlds import grouped, resumed, small, step_through


@cache
def _hall() -> tuple[World, Any, oracle.Clearing]:
    """A quarter's tenders of a running world, as the oracle of the kernel holds them."""
    world = resumed(grouped(small("cluster_push", "scale=0.1")), "2028Q2").world
    step_through(world, "labour")
    hall = Hall(*register.bidders_of(world), register.relations_of(world), register.market_of(world), register.weights_of(world))
    return world, procurement._new_tenders(world), oracle.Clearing(*hall)


def _tender(world: World, record: Any) -> Any:
    t = SimpleNamespace(**{name: record[name].item() for name in record.dtype.names})
    t.urgency = world.data.urgency[t.subsector]
    return t


def _pairs() -> list[tuple[Any, int]]:
    """Tenders of the hall, each with invited firms."""
    world, tenders, clearing = _hall()
    picked = [_tender(world, record) for record in tenders[:: max(tenders.size // 60, 1)]]
    return [(t, i) for t in picked for i in clearing.invited(t)[:4]]


def _quality_in_words(world: World, t: Any, i: int) -> float:
    f, p = world.firms, world.p
    good, bad = (getattr(world, name)[t.buyer, f.region[i], t.subsector] for name in ("belief_good", "belief_bad"))
    mean, sd = reference.belief(p.belief_good + good, p.belief_bad + bad)
    own = (float(f.deliveries[i, t.buyer]), float(f.good[i, t.buyer]))
    return reference.believed_quality(mean, sd, float(world.mines.aversion[t.buyer]), *own, p.own_experience)


def _bid_in_words(world: World, t: Any, i: int) -> Any:
    f, p, data = world.firms, world.p, world.data
    at_site = bool(f.presence[i, t.site])
    log_km = 0.0 if at_site else float(costs.log_distance(world)[t.site, f.region[i]])
    price = f.unit_cost[i] * (1 + f.markup[i]) / (1 + p.markup) * (1 + p.mobilisation * data.on_site_share[t.subsector] * log_km)
    pushed = world.levers["price_preference"][t.buyer].copy()
    pushed[0] = max(pushed[0], p.price_preference)
    local = [reference.is_local(int(f.region[i]), at_site, bool(world.small()[i]), t.site, d) for d in LOCAL_DEFINITIONS]
    noise = float(oracle.GUMBEL_TABLE[reference.combine(t.key, int(f.uid[i])) >> 52])
    return SimpleNamespace(
        price=price, quality=_quality_in_words(world, t, i), trust=float(f.trust[i, t.buyer]),
        certified=_certified(world, t, i), log_km=log_km, preference=max([0.0, *pushed[local]]),
        capability=float(f.capability[i]), noise=noise)


def _certified(world: World, t: Any, i: int) -> bool:
    """A certificate of one's own or, for what takes more than one's own capacity, of a group that may bid jointly."""
    seen = register.bidders_of(world)[0][i]
    return bool(world.certified()[i] or (seen["backed"] and t.rate > seen["free"] + seen["given"]))


def test_award_score_is_the_one_described() -> None:
    world, _, clearing = _hall()
    pairs = _pairs()
    assert len(pairs) > 100
    for t, i in pairs:
        assert clearing.score(t, i) == pytest.approx(reference.award_score(_bid_in_words(world, t, i), t, world.p), rel=1e-5, abs=1e-5)


def test_invitation_chance_is_the_one_described() -> None:
    """Sizes are compared in steps of a sixteenth of a log point, as the table of the fit has them."""
    world, _, clearing = _hall()
    for t, i in _pairs():
        f = world.firms
        x = math.floor((math.log(max(f.capacity[i] * 4, 1e-3)) - t.log_value) * 16) / 16
        fit = reference.size_fit(2 * math.exp(x), 1.0, world.p)
        known = 1 + world.p.award_bonus * min(float(f.awards_recent[i]), 1.0) + world.levers["visibility"][i]
        known += 0.5 * world.levers["information"][i] + world.p.entry_visibility * bool(world.firms.entry_until[i] >= world.quarter)
        at_site, at_office = bool(f.presence[i, t.site]), bool(f.presence[i, t.office])
        plain = reference.invitation_chance(fit, known, t, at_site, at_office, _quality_in_words(world, t, i), world.p)
        assert clearing.invitation(t, i) == pytest.approx(plain, rel=1e-5)


def test_the_register_is_a_ring_of_hashed_identities_by_subsector() -> None:
    world, _, clearing = _hall()
    firms, market = world.firms, clearing.market
    stream = STREAMS.index("propose") + 1
    for k in range(world.subsectors):
        rows = np.flatnonzero(firms.alive & (firms.subsector == k)).tolist()
        hashed = {reference.hashed(world.draws.seed, stream, world.quarter, int(firms.uid[row])): row for row in rows}
        ring = slice(int(market.ring_start[k]), int(market.ring_start[k + 1]))
        assert market.ring_key[ring].tolist() == sorted(hashed)
        assert market.ring_row[ring].tolist() == [hashed[key] for key in sorted(hashed)]


def test_incumbents_are_living_firms_that_the_operation_trusts() -> None:
    world, _, clearing = _hall()
    firms, market = world.firms, clearing.market
    for m in range(world.buyers):
        for k in range(world.subsectors):
            cell = m * world.subsectors + k
            held = market.incumbent_row[market.incumbent_start[cell]:market.incumbent_start[cell + 1]].tolist()
            trusted = firms.alive & (firms.subsector == k) & (firms.trust[:, m] > world.p.incumbent_trust)
            assert sorted(held) == np.flatnonzero(trusted).tolist()


def test_only_members_of_a_group_that_may_bid_jointly_share_capacity_and_certificates() -> None:
    world, _, _ = _hall()
    free = world.draws.uniform("start", 7, world.firms.uid) * 100.0
    given, pot, pots, backed = jointbids.pots_of(world, free)
    joint = {int(i): g for g in world.groups for i in g.members if world.levers["joint_bid"][g.members].any() or g.until < world.quarter}
    assert joint
    for row in world.living().tolist():
        members = joint[row].members.tolist() if row in joint else []
        assert (pot[row] >= 0) == (len(members) > 1)
        if len(members) > 1:
            assert pots[pot[row]] == pytest.approx(world.p.pooled * sum(free[i] for i in members))
        assert given[row] == pytest.approx(world.p.pooled * free[row] * (len(members) > 1))
        assert backed[row] == (len(members) > 1 and any(world.certified()[i] for i in members))


# ---- short lists of partners -----------------------------------------------------------------------------------------
FIRMS, SLOTS = 7, 3
MEETINGS = st.lists(st.tuples(st.integers(0, FIRMS - 1), st.integers(0, FIRMS - 1), st.booleans()), max_size=40)


@given(MEETINGS)
def test_meetings_fill_short_lists_as_described(meetings: list[tuple[int, int, bool]]) -> None:
    """A new tie starts at 0.30 in the slot of the least trusted; another meeting adds to trust; paid ones leave no use."""
    uid = np.arange(1, FIRMS + 1, dtype=np.uint64) * np.uint64(11)
    rows, uids = np.full((FIRMS, SLOTS), -1, np.int32), np.zeros((FIRMS, SLOTS), np.uint64)
    trust, kinds, used = np.zeros((FIRMS, SLOTS), np.float32), np.zeros((FIRMS, SLOTS), np.int8), np.full((FIRMS, SLOTS), -10_000, np.int32)
    plain: list[list[list[Any]]] = [[[-1, 0, 0.0, -10_000] for _ in range(SLOTS)] for _ in range(FIRMS)]
    for number, (first, second, paid) in enumerate(meetings):
        now = NEVER if paid else 8000 + number
        bind_pairs(rows, uids, trust, kinds, used, uid, np.array([first]), np.array([second]), 2, 0.30, 0.12, now)
        for a, b in ((first, second), (second, first)) if first != second else ():
            _meet_in_words(plain[a], b, int(uid[b]), now)
    assert rows.tolist() == [[slot[0] for slot in slots] for slots in plain]
    assert uids.tolist() == [[slot[1] for slot in slots] for slots in plain]
    np.testing.assert_allclose(trust, [[slot[2] for slot in slots] for slots in plain], atol=1e-5)
    assert used.tolist() == [[slot[3] for slot in slots] for slots in plain]


def _meet_in_words(slots: list[list[Any]], other: int, uid: int, now: int) -> None:
    known = [slot for slot in slots if slot[:2] == [other, uid]]
    slot = reference.enter_partner(slots, other, uid, np.float32(0.30))
    if known:
        slot[2] = np.float32(slot[2] + (1 - slot[2]) * np.float32(0.12))
    else:
        slot[3] = -10_000
    slot[3] = max(slot[3], now)


@given(st.lists(st.tuples(st.integers(0, FIRMS - 1), st.integers(0, FIRMS - 1)), max_size=40))
def test_a_prime_keeps_its_subcontractors_the_least_trusted_giving_way(pairs: list[tuple[int, int]]) -> None:
    uid = np.arange(1, FIRMS + 1, dtype=np.uint64)
    rows, uids = np.full((FIRMS, SLOTS), -1, np.int32), np.zeros((FIRMS, SLOTS), np.uint64)
    trust = np.zeros((FIRMS, SLOTS), np.float32)
    plain: list[list[list[Any]]] = [[[-1, 0, 0.0] for _ in range(SLOTS)] for _ in range(FIRMS)]
    prime, sub = (np.array([pair[side] for pair in pairs], np.int64) for side in (0, 1))
    keep_subcontractors(rows, uids, trust, uid, prime, sub, 0.15)
    for a, b in pairs:
        reference.enter_partner(plain[a], b, int(uid[b]), np.float32(0.15))
    assert rows.tolist() == [[slot[0] for slot in slots] for slots in plain]
    assert uids.tolist() == [[slot[1] for slot in slots] for slots in plain]
    assert trust.tolist() == [[slot[2] for slot in slots] for slots in plain]


JUDGED = st.lists(st.tuples(st.booleans(), st.integers(-1, FIRMS - 1), st.integers(0, FIRMS - 1), st.booleans()), max_size=30)


@given(JUDGED)
def test_every_delivery_of_a_subcontract_moves_the_primes_trust(contracts: list[tuple[bool, int, int, bool]]) -> None:
    """In the order of the book: a good one adds to what is missing, a bad one takes a part, unknown firms are left out."""
    uid = np.arange(1, FIRMS + 1, dtype=np.uint64)
    rows = np.array([[(a + step) % FIRMS for step in range(1, SLOTS + 1)] for a in range(FIRMS)], np.int32)
    uids, trust = uid[rows], np.full((FIRMS, SLOTS), 0.4, np.float32)
    plain = {(a, int(b)): 0.4 for a in range(FIRMS) for b in rows[a]}
    active, prime, sub, good = (np.array([c[part] for c in contracts], np.int64) for part in range(4))
    judge_subcontractors(active.astype(bool), prime, sub, good, rows, uids, trust, uid, 0.12, 0.35)
    for running, a, b, success in contracts:
        if running and (a, b) in plain:
            plain[a, b] += 0.12 * (1 - plain[a, b]) if success else -0.35 * plain[a, b]
    np.testing.assert_allclose(trust, [[plain[a, int(b)] for b in rows[a]] for a in range(FIRMS)], rtol=1e-4)
