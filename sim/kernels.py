"""The two fused loops of a quarter: clearing of tenders, and delivery of contracts.

Inside the loops only + - x /, comparisons, hashes and tables occur, so that a numpy version gives the same bits.
Logarithms, powers and exponentials are taken outside, on whole columns, or read from the tables of this file.
What a loop reads of one firm or tender lies side by side in one record; matrices come as plain arrays.
"""

from typing import Any, NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from sim.contracts import Contracts
from sim.draws import GUMBEL_TABLE, LOGISTIC_TABLE, combine, table_index

F8 = NDArray[np.float64]
I8 = NDArray[np.int64]
MAX_NAMES = 16
PROPOSALS = 48
LOOKED_AT = 32
"""Incumbents looked at before strangers are invited."""
GUIDE_BITS = 10
_GUIDE_SHIFT = np.uint64(64 - GUIDE_BITS)
_TO_UNIT = 1.0 / 2.0**53
_S11 = np.uint64(11)
_ACCEPT, _INCUMBENT, _BEGIN, _POINT = np.uint64(5), np.uint64(3), np.uint64(7), np.uint64(100)

HUMP_STEPS = 64
HUMP_REACH = 8.0
_RATIO = np.arange(int(HUMP_REACH * HUMP_STEPS) + 1) / HUMP_STEPS
HUMP_TABLE: F8 = _RATIO * np.exp(1.0 - _RATIO)
"""Learning against knowledge distance in units of the best distance: nothing at zero, 1 at one, little far away."""
FIT_STEPS = 16
FIT_REACH = 8.0

TENDER = np.dtype([
    ("key", "u8"), ("rate", "f8"), ("log_value", "f8"), ("need", "f8"), ("buyer", "i4"), ("site", "i4"), ("subsector", "i4"),
    ("office", "i4"), ("reserved", "i4"), ("prime", "i4"), ("large", "?"), ("small", "?"), ("certified_only", "?")])
"""A tender. ``rate`` is volume a quarter, ``log_value`` the log of twice its yearly value, ``reserved`` the definition of
local to which it is reserved (-1: open), ``prime`` the row of the contractor that calls it (-1: the operation)."""
BIDDER = np.dtype([
    ("uid", "u8"), ("capability", "f8"), ("price", "f8"), ("log_price", "f8"), ("log_capacity", "f8"), ("free", "f8"),
    ("known", "f8"), ("pot", "i4"), ("region", "i4"), ("small", "?"), ("certified", "?")])
"""What the award rule knows of a supplier. ``free`` shrinks as tenders are won, and so does its group's ``pot`` (-1: none)."""
WEIGHTS = np.dtype([(name, "f8") for name in (
    "price", "quality", "trust", "certificate", "shortfall", "site", "office", "own_experience", "sure", "prior")])


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
    """Registers, beliefs and distances of the quarter. ``standing`` [M, R, K] is the certainty equivalent of quality,
    ``travel`` [K, R, R] the price factor and ``distance`` [K, R, R] the score lost from place to site."""

    ring_key: NDArray[np.uint64]
    ring_row: I8
    ring_start: I8
    guide: I8
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
def _unit(hashed: Any) -> Any:
    return np.float64(hashed >> _S11) * _TO_UNIT


@njit(cache=True, inline="always")
def _already(names: Any, count: Any, row: Any) -> Any:
    found = False
    for a in range(count):
        found |= names[a] == row
    return found


@njit(cache=True, inline="always")
def _quality(w: Any, standing: Any, deliveries: Any, good: Any) -> Any:
    """Certainty equivalent of quality: own experience against what is believed of the firm's region and subsector."""
    own = deliveries / (deliveries + w.own_experience)
    rate = good / deliveries if deliveries > 0.0 else 0.0
    return own * rate + (1.0 - own) * standing


@njit(cache=True, inline="always")
def _visibility(t: Any, b: Any, w: Any, fit: Any, at_site: Any, at_office: Any) -> Any:
    """Chance that a proposed name of ordinary standing is invited: fit of size, being known, being near."""
    cell = min(max(int((b.log_capacity - t.log_value + FIT_REACH) * FIT_STEPS), 0), fit.size - 1)
    weight = fit[cell] * b.known
    if at_site:
        weight *= w.site * w.site if t.small else w.site
    if t.large and at_office:
        weight *= w.office
    return weight / w.sure


@njit(cache=True, inline="always")
def local_to(region: Any, at_site: Any, small: Any, site: Any, definition: Any) -> Any:
    """Whether a firm counts as local at a site: 0 headquarters, 1 headquarters or branch, 2 headquarters and small."""
    if definition == 1:
        return at_site
    return region == site and (definition == 0 or small)


@njit(cache=True)
def _incumbents(t: Any, bidders: Any, trust: Any, start: Any, rows: Any, keys: Any, subsectors: Any, limit: Any, names: Any) -> Any:
    """Fill ``names`` with incumbents, each by its trust, from a point on their ring on; returns their number."""
    cell = t.buyer * subsectors + t.subsector
    first, size = start[cell], start[cell + 1] - start[cell]
    point = combine(t.key, _BEGIN)
    low, high = 0, size
    while low < high:
        middle = (low + high) // 2
        if keys[first + middle] < point:
            low = middle + 1
        else:
            high = middle
    begin, count = low, 0
    for step in range(min(size, LOOKED_AT)):
        if count >= limit:
            break
        i = rows[first + (begin + step) % size]
        if _unit(combine(combine(t.key, bidders[i].uid), _INCUMBENT)) < trust[i, t.buyer]:
            names[count] = i
            count += 1
    return count


@njit(cache=True)
def _subcontractors(t: Any, bidders: Any, sub_row: Any, sub_uid: Any, limit: Any, names: Any) -> Any:
    """Fill ``names`` with the prime contractor's known subcontractors of the trade; returns their number."""
    count = 0
    for slot in range(sub_row.shape[1]):
        i = sub_row[t.prime, slot]
        if i >= 0 and bidders[i].uid == sub_uid[t.prime, slot] and count < limit:
            names[count] = i
            count += 1
    return count


@njit(cache=True, inline="always")
def _trust_of_prime(t: Any, b: Any, i: Any, sub_row: Any, sub_uid: Any, sub_trust: Any) -> Any:
    for slot in range(sub_row.shape[1]):
        if sub_row[t.prime, slot] == i and sub_uid[t.prime, slot] == b.uid:
            return np.float64(sub_trust[t.prime, slot])
    return 0.0


@njit(cache=True)
def _strangers(t: Any, bidders: Any, w: Any, presence: Any, deliveries: Any, good: Any, ring_key: Any, ring_row: Any, ring_start: Any,
               guide: Any, standing: Any, fit: Any, limit: Any, names: Any, count: Any) -> Any:
    """Add names from the register to ``names``: points on its ring propose, visibility accepts; returns their number."""
    first, last = ring_start[t.subsector], ring_start[t.subsector + 1]
    attempt = 0
    while last > first and attempt < PROPOSALS and count < limit:
        point = combine(t.key, _POINT + np.uint64(attempt))
        attempt += 1
        at = guide[t.subsector, np.int64(point >> _GUIDE_SHIFT)]
        while at < last and ring_key[at] < point:
            at += 1
        i = ring_row[at] if at < last else ring_row[first]
        if i == t.prime or _already(names, count, i):
            continue
        b = bidders[i]
        luck = _unit(combine(combine(t.key, b.uid), _ACCEPT))
        weight = _visibility(t, b, w, fit, presence[i, t.site], presence[i, t.office])
        if luck >= weight / (w.prior * w.prior):
            continue  # not even perfect standing would get this firm invited, so its record need not be read
        expected = standing[t.buyer, b.region, t.subsector]
        quality = _quality(w, expected, np.float64(deliveries[i, t.buyer]), np.float64(good[i, t.buyer]))
        if luck < weight * (quality / w.prior) * (quality / w.prior):
            names[count] = i
            count += 1
    return count


@njit(cache=True)
def clear(tenders: Any, bidders: Any, pots: F8, relations: Relations, market: Market, weights: Any, winner: I8, offers: I8, price: F8,
          shared: F8) -> None:
    """Decide every tender in order, each seeing the capacity that is left in firms and in the pots of groups.

    Fills winner (-1: none), offers, price, and the volume that the winner takes from its group's pot.
    """
    presence, trust, deliveries, good, sub_row, sub_uid, sub_trust = relations
    ring_key, ring_row, ring_start, guide, held_row, held_key, held_start, standing, bonus, travel, distance, fit, limits = market
    subsectors = ring_start.size - 1
    names = np.empty(MAX_NAMES, np.int64)
    w = weights[0]
    for j in range(tenders.size):
        t = tenders[j]
        k, m, site = t.subsector, t.buyer, t.site
        if t.prime >= 0:
            count = _subcontractors(t, bidders, sub_row, sub_uid, limits[1], names)
        else:
            count = _incumbents(t, bidders, trust, held_start, held_row, held_key, subsectors, limits[1], names)
        count = _strangers(t, bidders, w, presence, deliveries, good, ring_key, ring_row, ring_start, guide, standing, fit, limits[0],
                           names, count)
        best, best_local, top, top_local, bids = -1, -1, -1e30, -1e30, 0
        for a in range(count):
            i = names[a]
            b = bidders[i]
            room = b.free + pots[b.pot] if b.pot >= 0 else b.free
            if (t.certified_only and not b.certified) or room < t.rate or i == t.prime:
                continue
            bids += 1
            at_site = presence[i, site]
            score = _score(t, b, w, bonus, at_site)
            score -= distance[k, site, site if at_site else b.region]
            score += w.quality * _quality(w, standing[m, b.region, k], np.float64(deliveries[i, m]), np.float64(good[i, m]))
            known = np.float64(trust[i, m]) if t.prime < 0 else _trust_of_prime(t, b, i, sub_row, sub_uid, sub_trust)
            score += w.trust * known
            if score > top:
                best, top = i, score
            if t.reserved >= 0 and score > top_local and local_to(b.region, at_site, b.small, site, t.reserved):
                best_local, top_local = i, score
        won = best_local if best_local >= 0 else best
        winner[j], offers[j] = won, bids
        if won >= 0:
            b = bidders[won]
            price[j] = b.price * travel[k, site, site if presence[won, site] else b.region]
            shared[j] = max(0.0, t.rate - max(b.free, 0.0))
            b.free -= t.rate - shared[j]
            if shared[j] > 0.0:
                pots[b.pot] -= shared[j]


@njit(cache=True, inline="always")
def _score(t: Any, b: Any, w: Any, bonus: Any, at_site: Any) -> Any:
    """The part of a bid's score that needs no relation: price, certificate, missing knowledge, local preference, chance."""
    local = 0.0
    for definition in range(3):
        if bonus[t.buyer, definition] > local and local_to(b.region, at_site, b.small, t.site, definition):
            local = bonus[t.buyer, definition]
    score = local - w.price * b.log_price
    if b.certified:
        score += w.certificate
    gap = t.need - b.capability
    if gap > 0.0:
        score -= w.shortfall * gap
    return score + np.float64(GUMBEL_TABLE[table_index(combine(t.key, b.uid))])


# ---- delivery --------------------------------------------------------------------------------------------------------
WORKER = np.dtype([
    ("uid", "u8"), ("base_logit", "f8"), ("capability", "f8"), ("best_distance", "f8"), ("productivity", "f8"), ("region", "i4"),
    ("small", "?")])
"""What delivery knows of a supplier."""
DONE = np.dtype([(name, "f8") for name in ("volume", "tier2", "paid", "learning", "work", "away")])
"""What delivery leaves for a supplier: own volume, sales to and payments for tier 2, lessons, workers used, of them away."""


class Terms(NamedTuple):
    """Operations and subsectors: owner, days [M], price factor [M], call-off [M, K], days of local payment [M, 3],
    logit lost to urgent distance [K, R, R], slope in need, on-site part, volume per worker and domestic content [K], and the
    part of a branch's value added that stays where it works."""

    owner: I8
    days: F8
    price_factor: F8
    call_off: F8
    local_days: F8
    urgent_distance: F8
    gap_slope: float
    on_site: F8
    per_worker: F8
    domestic: F8
    branch_part: float


class Outcome(NamedTuple):
    """What delivery fills (zero at the start): records by firm; revenue and its delayed part [n, owners]; deliveries and
    good ones [n, M]; beliefs [M, R, K, 2]; work on site by kind of presence [R, 3] and at home [R]; purchases by site [R], by
    operation [M], by HQ region [R, R] and under each definition of local [R]; value added [R]; crews by home and site [R,
        R]; success by contract."""

    done: NDArray[np.void]
    revenue: F8
    delayed: F8
    total: NDArray[np.float32]
    good: NDArray[np.float32]
    belief: F8
    site_work: F8
    home_work: F8
    spend: F8
    spend_by_buyer: F8
    spend_by_region: F8
    spend_small: F8
    spend_operating: F8
    value_added: F8
    travelling: F8
    success: NDArray[np.int8]


@njit(cache=True, inline="always")
def _lesson(need: Any, capability: Any, best: Any) -> Any:
    """What a contract teaches: work whose need lies above the firm's capability teaches most."""
    x = (need - capability) / best * HUMP_STEPS
    cell = int(x)
    if x <= 0.0 or cell >= HUMP_TABLE.size - 1:
        return 0.0
    part = x - cell
    return HUMP_TABLE[cell] * (1.0 - part) + HUMP_TABLE[cell + 1] * part


@njit(cache=True)
def deliver(contracts: Contracts, workers: Any, presence: Any, terms: Terms, out: Outcome, key: np.uint64) -> None:
    """Deliver every running contract: work, payment, success, lessons, and who bought what where."""
    active, supplier, prime, buyer, sites, subsector, rate, price, need, passed_on, _, luck, _ = contracts
    owner, days, price_factor, call_off, local_days, urgent, gap_slope, on_site, per_worker, domestic, branch_part = terms
    (done, revenue, delayed, total, good, belief, site_work, home_work, spend, by_buyer, by_region, spend_small, operating,
     value_added, travelling, success) = out
    for j in range(active.size):
        if not active[j]:
            continue
        i, m, site, k = supplier[j], buyer[j], sites[j], subsector[j]
        f, r, at_site = workers[i], done[i], presence[i, site]
        own = rate[j] * call_off[m, k] * (1.0 - passed_on[j])
        value = rate[j] * call_off[m, k] * price[j] * price_factor[m]
        logit = f.base_logit - gap_slope * need[j]
        if not at_site:
            logit -= urgent[k, site, f.region]
        works = logit > -np.float64(LOGISTIC_TABLE[table_index(combine(combine(key, luck[j]), f.uid))])
        success[j] = 1 if works else 0
        kind = 0 if f.region == site else (1 if at_site else 2)
        staff = own / (per_worker[k] * f.productivity)
        site_work[site, kind] += staff * on_site[k]
        home_work[f.region] += staff * (1.0 - on_site[k])
        travelling[f.region, site] += staff * on_site[k]
        r.volume += own
        r.work += staff
        r.learning += own * _lesson(need[j], f.capability, f.best_distance)
        if kind == 2:
            r.away += staff * on_site[k]
        else:
            value_added[site] += value * (1.0 - passed_on[j]) * domestic[k] * (1.0 if kind == 0 else branch_part)
        if prime[j] >= 0:
            r.tier2 += value
            done[prime[j]].paid += value
            continue
        wait = days[m]
        if at_site:
            wait = min(wait, local_days[m, 1])
            operating[site] += value
        if f.region == site:
            wait = min(wait, local_days[m, 0])
            if f.small:
                wait = min(wait, local_days[m, 2])
                spend_small[site] += value
        revenue[i, owner[m]] += value
        delayed[i, owner[m]] += value * wait / 90.0
        spend[site] += value
        by_buyer[m] += value
        by_region[site, f.region] += value
        total[i, m] += 1.0
        if works:
            good[i, m] += 1.0
        belief[m, f.region, k, 1 - success[j]] += 1.0
