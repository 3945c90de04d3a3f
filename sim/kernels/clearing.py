"""The fused loops of clearing: naming of bidders and award of tenders."""

from typing import Any, NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from sim.draws import GUMBEL_TABLE, combine, table_index
from sim.kernels import HQ, HQ_OR_BRANCH, HQ_SMALL, Row

F8 = NDArray[np.float64]
I8 = NDArray[np.int64]
MAX_NAMES = 16
"""Room for the names of a tender: the ceiling of ``invited_names``."""
NOBODY = np.int64(-1)
PROPOSALS = 48
"""Points tried on the register's ring for a tender."""
LOOKED_AT = 32
"""Incumbents looked at before strangers are invited."""
GUIDE_BITS = 12
_GUIDE_SHIFT = np.uint64(64 - GUIDE_BITS)
_BEGIN, _POINT, _STRIDE = np.uint64(7), np.uint64(100), np.uint64(101)
"""With a tender's key: where its look at the incumbents' ring begins, and its first point and stride on the register's."""
_ODD = np.uint64(1)
"""Steps of an odd stride meet no point twice."""
LUCK_BITS = 26
"""The hash of a tender and a firm holds three draws: 12 bits of award noise, 26 of invitation, 26 of being kept in mind."""
_MIDDLE, _LOW_BITS, _TO_UNIT = np.uint64(LUCK_BITS), np.uint64(2**LUCK_BITS - 1), 2.0**-LUCK_BITS

FIT_STEPS = 16
FIT_REACH = 8.0
"""The table of fit: cells for one log point of capacity over contract, and how far it reaches to either side."""

TENDER = np.dtype([
    ("key", "u8"), ("rate", "f8"), ("log_value", "f8"), ("need", "f8"), ("buyer", "i4"), ("site", "i4"), ("subsector", "i4"),
    ("office", "i4"), ("reserved", "i4"), ("prime", "i4"), ("large", "?"), ("small", "?"), ("certified_only", "?")])
"""A tender. ``rate`` is volume a quarter, ``log_value`` the log of twice its yearly value, ``reserved`` the definition of
local to which it is reserved (-1: open), ``prime`` the row of the contractor that calls it (-1: the operation)."""
BIDDER = np.dtype([
    ("uid", "u8"), ("capability", "f8"), ("price", "f8"), ("log_price", "f8"), ("log_capacity", "f8"), ("free", "f8"), ("given", "f8"),
    ("known", "f8"), ("pot", "i4"), ("region", "i4"), ("bids", "i4"), ("wins", "i4"), ("small", "?"), ("certified", "?"), ("backed", "?")])
"""What the award rule knows of a supplier. ``free`` shrinks as tenders are won, and so do its group's ``pot`` (-1: none) and what of
that is ``given`` by the firm itself; ``backed`` tells whether its group holds a certificate; ``bids`` and ``wins`` count up."""
WEIGHTS = np.dtype([(name, "f8") for name in (
    "price", "quality", "trust", "certificate", "shortfall", "site", "office", "own_experience", "least", "lead")])
"""``least`` is the log of twice the smallest contract that a firm bids for, in its yearly capacity; ``lead`` the least part of a joint
contract that the bidder does itself."""

LISTED = np.dtype([("uid", "u8"), ("log_capacity", "f8"), ("known", "f8"), ("row", "u4"), ("region", "u4")])
"""What a chance to be invited needs of a supplier, by place on the register's ring."""


class Relations(NamedTuple):
    """What suppliers and buyers remember: presence [n, R]; trust, deliveries, good ones [n, M]; subcontractors [n, slots]."""

    presence: NDArray[np.bool_]
    trust: NDArray[np.float32]
    deliveries: NDArray[np.float32]
    good: NDArray[np.float32]
    sub_row: NDArray[np.int32]
    sub_uid: NDArray[np.uint64]
    sub_trust: NDArray[np.float32]


class Market(NamedTuple):
    """Registers, beliefs and distances of the quarter. ``standing`` [M, K, R] is the certainty equivalent of quality,
    ``travel`` [K, R, R] the price factor and ``distance`` [K, R, R] the score lost from place to site; ``fit`` is the chance
    that a firm of perfect standing is invited, by log of capacity over contract."""

    ring_key: NDArray[np.uint64]
    ring_row: I8
    ring_start: I8
    guide: NDArray[np.int32]
    incumbent_row: I8
    incumbent_key: NDArray[np.uint64]
    incumbent_start: I8
    standing: F8
    local_bonus: F8
    travel: F8
    distance: F8
    fit: F8
    names: I8


@njit(cache=True, inline="always")
def _quality(own_experience: Any, standing: Any, deliveries: Any, good: Any) -> Any:
    """Certainty equivalent of quality: own experience against what is believed of the firm's region and subsector."""
    if deliveries <= 0.0:
        return standing
    own = deliveries / (deliveries + own_experience)
    return own * (good / deliveries) + (1.0 - own) * standing


@njit(cache=True, inline="always")
def local_to(region: Any, at_site: Any, small: Any, site: Any, definition: Any) -> Any:
    """Whether a firm counts as local at a site."""
    if definition == HQ_OR_BRANCH:
        return at_site
    return region == site and (definition == HQ or small)


def clear(tenders: Any, bidders: Any, pots: F8, relations: Relations, market: Market, weights: Any, winner: I8, offers: I8, price: F8,
          shared: F8) -> None:
    """Decide every tender in order, each seeing the capacity that is left in firms and in the pots of groups.

    Fills winner (-1: none), offers, price, and the volume that the winner's partners take over. No award changes who is named, so
    names are found by subsector and operation: what is read of firms then lies in the processor's cache.
    """
    names, count = np.empty((tenders.size, MAX_NAMES), np.uint32), np.zeros(tenders.size, np.int64)
    order = np.argsort((tenders["subsector"] * relations.trust.shape[1] + tenders["buyer"]).astype(np.int16), kind="stable")
    name_incumbents(tenders, order, bidders, relations.trust, market, weights, names, count)
    name_subcontractors(tenders, bidders, relations.sub_row, relations.sub_uid, market.names[1], weights, names, count)
    name_strangers(tenders, order, bidders, relations, market, weights, names, count)
    award(tenders, bidders, pots, relations, market, weights, names, count, winner, offers, price, shared)


@njit(cache=True, inline="always")
def _worthwhile(t: Any, b: Any, w: Any) -> Any:
    """Whether a contract is large enough for a firm to write a bid."""
    return t.log_value - b.log_capacity >= w.least


@njit(cache=True)
def name_incumbents(tenders: Any, order: Any, bidders: Any, trust: Any, market: Market, weights: Any, names: Any, count: Any) -> None:
    """Name incumbents for tenders of operations, each by its trust, from a point on their ring on."""
    rows, keys, start, limit = market.incumbent_row, market.incumbent_key, market.incumbent_start, market.names[1]
    subsectors = market.ring_start.size - 1
    for j in order:
        t = tenders[j]
        if t.prime >= 0:
            continue
        cell = t.buyer * subsectors + t.subsector
        first, size = start[cell], start[cell + 1] - start[cell]
        point = combine(t.key, _BEGIN)
        at, high = 0, size
        while at < high:
            middle = (at + high) // 2
            if keys[first + middle] < point:
                at = middle + 1
            else:
                high = middle
        named = 0
        for _ in range(min(size, LOOKED_AT)):
            if named >= limit:
                break
            i = Row(rows[first + (at if at < size else at - size)])
            at += 1
            luck = np.float64(combine(t.key, bidders[i].uid) & _LOW_BITS) * _TO_UNIT
            if luck < trust[i, Row(t.buyer)] and _worthwhile(t, bidders[i], weights[0]):
                names[j, Row(named)] = i
                named += 1
        count[j] = named


@njit(cache=True)
def name_subcontractors(tenders: Any, bidders: Any, sub_row: Any, sub_uid: Any, limit: Any, weights: Any, names: Any,
                        count: Any) -> None:
    """Name the known subcontractors of prime contractors that call a tender."""
    for j in range(tenders.size):
        t = tenders[j]
        if t.prime < 0:
            continue
        for slot in range(sub_row.shape[1]):
            i = sub_row[t.prime, slot]
            if i >= 0 and bidders[i].uid == sub_uid[t.prime, slot] and count[j] < limit and _worthwhile(t, bidders[i], weights[0]):
                names[j, count[j]] = i
                count[j] += 1


@njit(cache=True)
def _listed(bidders: Any, ring_row: Any) -> Any:
    """The register's ring as records LISTED."""
    ring = np.empty(ring_row.size, LISTED)
    for at in range(ring.size):
        listed, i = ring[at], Row(ring_row[at])
        b = bidders[i]
        listed.uid, listed.log_capacity, listed.known, listed.row, listed.region = b.uid, b.log_capacity, b.known, i, b.region
    return ring


@njit(cache=True)
def name_strangers(tenders: Any, order: Any, bidders: Any, relations: Relations, market: Market, weights: Any, names: Any,
                   count: Any) -> None:
    """Add names from the register: points on its ring propose, visibility accepts, by fit of size, renown, nearness and quality.

    What operations believe is looked up only where luck might do: it lies far apart in memory, and no quality is above 1.
    """
    presence, deliveries, good = relations.presence, relations.deliveries, relations.good
    ring_key, ring_start, guide, ring = market.ring_key, market.ring_start, market.guide, _listed(bidders, market.ring_row)
    standing, fit, limit, w = market.standing, market.fit, market.names[0], weights[0]
    named_in = np.full(bidders.size, -1, np.int32)
    for j in order:
        t = tenders[j]
        first, last = ring_start[t.subsector], ring_start[t.subsector + 1]
        if first == last:
            continue
        named = count[j]
        for a in range(named):
            named_in[names[j, Row(a)]] = j
        if t.prime >= 0:
            named_in[Row(t.prime)] = j
        k, m, site, office = Row(t.subsector), Row(t.buyer), Row(t.site), Row(t.office)
        nearness, size_shift = w.site * w.site if t.small else w.site, FIT_REACH - t.log_value
        point, stride = combine(t.key, _POINT), combine(t.key, _STRIDE) | _ODD
        for _ in range(PROPOSALS):
            if named >= limit:
                break
            point += stride
            at = guide[k, point >> _GUIDE_SHIFT]
            while at < last and ring_key[at] < point:
                at += 1
            b = ring[Row(at if at < last else first)]
            i = b.row
            chance = fit[Row(min(max(int((b.log_capacity + size_shift) * FIT_STEPS), 0), fit.size - 1))] * b.known
            if presence[i, site]:
                chance *= nearness
            if t.large and presence[i, office]:
                chance *= w.office
            luck = np.float64((combine(t.key, b.uid) >> _MIDDLE) & _LOW_BITS) * _TO_UNIT
            if luck >= chance or not _worthwhile(t, b, w):
                continue
            quality = _quality(w.own_experience, standing[m, k, b.region], np.float64(deliveries[i, m]), np.float64(good[i, m]))
            if luck < chance * quality * quality and named_in[i] != j:
                names[j, Row(named)] = i
                named_in[i] = j
                named += 1
        count[j] = named


@njit(cache=True, inline="always")
def _trust_of_prime(t: Any, b: Any, i: Any, sub_row: Any, sub_uid: Any, sub_trust: Any) -> Any:
    for slot in range(sub_row.shape[1]):
        if sub_row[t.prime, slot] == i and sub_uid[t.prime, slot] == b.uid:
            return np.float64(sub_trust[t.prime, slot])
    return 0.0


@njit(cache=True, inline="always")
def _score(t: Any, b: Any, w: Any, bonus: Any, at_site: Any, certified: Any) -> Any:
    """The part of a bid's score that needs no relation: price, certificate, missing knowledge, local preference, chance."""
    local = 0.0
    for definition in (HQ, HQ_OR_BRANCH, HQ_SMALL):
        if bonus[t.buyer, definition] > local and local_to(b.region, at_site, b.small, t.site, definition):
            local = bonus[t.buyer, definition]
    score = local - w.price * b.log_price
    if certified:
        score += w.certificate
    gap = t.need - b.capability
    if gap > 0.0:
        score -= w.shortfall * gap
    return score + np.float64(GUMBEL_TABLE[table_index(combine(t.key, b.uid))])


@njit(cache=True)
def award(tenders: Any, bidders: Any, pots: F8, relations: Relations, market: Market, weights: Any, names: Any, count: Any, winner: Any,
          offers: Any, price: Any, shared: Any) -> None:
    """Award each tender to the best bid of those named that are able to bid, alone or, on what is larger, with their partners.

    A bid that full trust and quality would not make the best is not looked at further.
    """
    presence, trust, deliveries, good, sub_row, sub_uid, sub_trust = relations
    standing, bonus, travel, distance, w = market.standing, market.local_bonus, market.travel, market.distance, weights[0]
    for j in range(tenders.size):
        t = tenders[j]
        k, m, site = Row(t.subsector), Row(t.buyer), Row(t.site)
        best, best_local, top, top_local, bids = NOBODY, NOBODY, -1e30, -1e30, 0
        for a in range(count[j]):
            i = names[j, Row(a)]
            b = bidders[i]
            pot = pots[b.pot] if b.pot >= 0 else 0.0
            own = b.free + min(b.given, pot)
            certified = b.certified or (b.backed and t.rate > own)
            if (t.certified_only and not certified) or b.free + pot < t.rate or own < w.lead * t.rate or i == t.prime:
                continue
            bids += 1
            b.bids += 1
            at_site = presence[i, site]
            score = _score(t, b, w, bonus, at_site, certified)
            score -= distance[k, site, site if at_site else Row(b.region)]
            if score + w.trust + w.quality <= (top if t.reserved < 0 else top_local):
                continue
            known = np.float64(trust[i, m]) if t.prime < 0 else _trust_of_prime(t, b, i, sub_row, sub_uid, sub_trust)
            score += w.trust * known
            score += w.quality * _quality(w.own_experience, standing[m, k, Row(b.region)], np.float64(deliveries[i, m]),
                                          np.float64(good[i, m]))
            if score > top:
                best, top = np.int64(i), score
            if t.reserved >= 0 and score > top_local and local_to(b.region, at_site, b.small, t.site, t.reserved):
                best_local, top_local = np.int64(i), score
        won = best_local if best_local >= 0 else best
        winner[j], offers[j] = won, bids
        if won >= 0:
            b = bidders[won]
            price[j] = b.price * travel[k, site, site if presence[won, site] else Row(b.region)]
            pooled = max(0.0, t.rate - max(b.free, 0.0))
            b.wins += 1
            b.free -= t.rate - pooled
            if pooled > 0.0:
                own = min(min(b.given, pots[b.pot]), pooled)
                b.given -= own
                pots[b.pot] -= pooled
                shared[j] = pooled - own
