"""What buyers know when they invite and award: the register, incumbents, beliefs, distances and every bidder's state."""

from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

from sim.kernels.clearing import BIDDER, FIT_REACH, FIT_STEPS, GUIDE_BITS, WEIGHTS, Market, Relations
from sim.rules.costs import cost_index, log_distance, travel_factor
from sim.rules.exports import exports_agreed
from sim.rules.jointbids import pots_of
from sim.world import World

F8 = NDArray[np.float64]
NO_CONTRACT = 1e-12
"""A contract that is too small for every firm, in its yearly capacity."""
SIZE_REACH = 4.0
"""Log of capacity over contract beyond which size brings no more invitations."""


def bidders_of(world: World) -> tuple[NDArray[np.void], F8]:
    """Every supplier as the award rule sees it, records BIDDER [n], and the pots of joint bids. Also refreshes unit costs."""
    firms, p = world.firms, world.p
    firms.unit_cost[:] = cost_index(world)
    free = np.where(firms.alive, firms.capacity * p.overtime - firms.committed - _reserved_for_others(world), 0.0)
    known = 1.0 + p.award_bonus * np.minimum(firms.awards_recent, 1.0) + world.levers["visibility"]
    known += p.entry_visibility * (firms.entry_until >= world.quarter)
    given, pot, pots, backed = pots_of(world, free)
    seen = np.zeros(firms.n, BIDDER)
    seen["uid"], seen["region"], seen["small"], seen["certified"] = firms.uid, firms.region, world.small(), world.certified()
    seen["capability"], seen["free"], seen["given"], seen["pot"], seen["backed"] = firms.capability, free - given, given, pot, backed
    seen["price"] = firms.unit_cost * (1.0 + firms.markup) / (1.0 + p.markup)
    seen["log_price"] = np.log(seen["price"])
    seen["log_capacity"] = np.log(np.maximum(firms.capacity * 4, 1e-3))
    seen["known"] = np.where(firms.alive, known + p.information_visibility * world.levers["information"], 0.0)
    return seen, pots


def relations_of(world: World) -> Relations:
    """What suppliers and buyers remember of one another."""
    f = world.firms
    return Relations(f.presence, trust_shown(world), f.deliveries, f.good, f.sub_row, f.sub_uid, f.sub_trust)


def trust_shown(world: World) -> NDArray[np.float32]:
    """Trust of operations in suppliers [n, M]; a preferential contract counts like trust with the operation that sponsors the firm."""
    firms, preferred = world.firms, np.flatnonzero(world.levers["first_refusal"])
    if preferred.size == 0:
        return firms.trust
    shown, sponsor = firms.trust.copy(), firms.sponsor[preferred]
    shown[preferred, sponsor] = np.maximum(shown[preferred, sponsor], world.levers["first_refusal"][preferred])
    return shown


def weights_of(world: World) -> NDArray[np.void]:
    """The weights of invitation and award: one record WEIGHTS."""
    p = world.p
    values = (p.price_weight, p.quality_weight, p.trust_weight, p.certificate_weight, p.shortfall_weight, p.site_bonus, p.office_bonus,
              p.own_experience, np.log(2.0 * max(p.smallest_contract, NO_CONTRACT)), p.lead_part)
    return np.array([values], WEIGHTS)


def _reserved_for_others(world: World) -> F8:
    """Capacity that exports and the unyielding part of other clients' demand hold [n]."""
    return np.asarray(world.p.yielding * world.firms.other_demand + exports_agreed(world))


def market_of(world: World) -> Market:
    """Register, incumbents, beliefs and weights of this quarter."""
    p, data = world.p, world.data
    distance = log_distance(world)
    travel = travel_factor(world)
    delay = p.distance_weight * data.urgency[:, None, None] * distance[None]
    preference = world.levers["price_preference"].copy()
    preference[:, 0] = np.maximum(preference[:, 0], p.price_preference)
    belief, doubt = _beliefs(world)
    standing = belief - world.mines.aversion[:, None, None] * doubt
    ring = _ring(world)
    return Market(
        *ring, *_incumbents(world, ring[0], ring[1]), standing=np.ascontiguousarray(standing.transpose(0, 2, 1)),
        local_bonus=p.price_weight * np.log1p(preference), travel=travel, distance=delay + p.price_weight * np.log(travel),
        fit=_fit_table(world), names=np.array([p.invited_names, p.invited_incumbents], np.int64))


def _fit_table(world: World) -> F8:
    """Chance to be invited by fit of size to contract (log of capacity over twice the yearly value) for a firm of perfect
    standing; the believed quality of an unknown firm is what the weights are relative to."""
    p = world.p
    prior = p.belief_good / (p.belief_good + p.belief_bad)
    x = np.arange(int(2 * FIT_REACH * FIT_STEPS)) / FIT_STEPS - FIT_REACH
    below = np.exp(-(x**2) / (2 * p.size_fit_width**2))
    return np.where(x < 0, below, 1.0) * np.exp(p.size_exponent * np.clip(x, -SIZE_REACH, SIZE_REACH)) / (p.sure_weight * prior**2)


def _ring(world: World) -> tuple[NDArray[np.uint64], NDArray[np.int64], NDArray[np.int64], NDArray[np.int32]]:
    """The register of each subsector as a ring of hashed identities, new every quarter, with a guide into it.

    A point on the ring proposes the next firm. Births, deaths and policies elsewhere leave other firms' points alone.
    """
    firms, k = world.firms, world.subsectors
    rows = world.living()
    key = world.draws.hashes("propose", world.quarter, firms.uid[rows])
    order = np.argsort(key)
    order = order[np.argsort(firms.subsector[rows][order].astype(np.int16), kind="stable")]
    row, key = rows[order], key[order]
    start = np.searchsorted(firms.subsector[row], np.arange(k + 1)).astype(np.int64)
    return key, row.astype(np.int64), start, guide_into(key, start)


@njit(cache=True)
def guide_into(key: Any, start: Any) -> Any:
    """For each subsector and each value of a point's highest bits: the first place on its ring worth looking at."""
    guide = np.empty((start.size - 1, 2**GUIDE_BITS), np.int32)
    for k in range(start.size - 1):
        at = start[k]
        for bucket in range(2**GUIDE_BITS):
            while at < start[k + 1] and key[at] < np.uint64(bucket) << np.uint64(64 - GUIDE_BITS):
                at += 1
            guide[k, bucket] = at
    return guide


def _incumbents(world: World, ring_key: NDArray[np.uint64], ring_row: NDArray[np.int64]) -> tuple[
        NDArray[np.int64], NDArray[np.uint64], NDArray[np.int64]]:
    """Trusted suppliers by operation and subsector, in the order of their ring: rows, keys, and where each cell begins."""
    firms = world.firms
    held, start = by_cell(ring_row, trust_shown(world), firms.subsector, world.subsectors, np.float32(world.p.incumbent_trust))
    return ring_row[held], ring_key[held], start


@njit(cache=True)
def by_cell(ring_row: Any, trust: Any, subsector: Any, subsectors: int, threshold: Any) -> Any:
    """Places on the ring of the suppliers that each operation trusts more than ``threshold``, by operation and subsector,
    and where each of these cells begins."""
    buyers = trust.shape[1]
    start = np.zeros(buyers * subsectors + 1, np.int64)
    for i in ring_row:
        for m in range(buyers):
            start[m * subsectors + subsector[i] + 1] += trust[i, m] > threshold
    for cell in range(buyers * subsectors):
        start[cell + 1] += start[cell]
    held, filled = np.empty(start[-1], np.int64), start.copy()
    for at in range(ring_row.size):
        i = ring_row[at]
        for m in range(buyers):
            if trust[i, m] > threshold:
                cell = m * subsectors + subsector[i]
                held[filled[cell]] = at
                filled[cell] += 1
    return held, start


def _beliefs(world: World) -> tuple[F8, F8]:
    """Mean and sd of the Beta belief of each operation about each region and subsector [M, R, K]."""
    good = world.p.belief_good + world.belief_good
    bad = world.p.belief_bad + world.belief_bad
    total = good + bad
    mean = good / total
    return mean, np.sqrt(mean * (1.0 - mean) / (total + 1.0))
