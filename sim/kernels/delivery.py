"""The fused loop of delivery: contracts become work, payments, successes, lessons and who bought what where."""

from typing import Any, NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from sim.calendar import DAYS_A_QUARTER
from sim.contracts import Contracts
from sim.draws import LOGISTIC_TABLE, combine, table_index
from sim.kernels import HQ, HQ_OR_BRANCH, HQ_SMALL, Row

F8 = NDArray[np.float64]
I8 = NDArray[np.int64]
HUMP_STEPS = 64
HUMP_REACH = 8.0
"""Cells of the table of learning for one best distance, and the best distances that it covers."""
_RATIO = np.arange(int(HUMP_REACH * HUMP_STEPS) + 1) / HUMP_STEPS
HUMP_TABLE: F8 = _RATIO * np.exp(1.0 - _RATIO)
"""Learning against knowledge distance in units of the best distance: nothing at zero, 1 at one, little far away."""
AT_HOME, BY_BRANCH, FROM_OUTSIDE = range(3)
"""How a supplier is present at a site, in the order of the first of ``EMPLOYERS``."""

WORKER = np.dtype([
    ("uid", "u8"), ("base_logit", "f8"), ("capability", "f8"), ("best_distance", "f8"), ("productivity", "f8"), ("domestic", "f8"),
    ("region", "i4"),
    ("small", "?")])
"""What delivery knows of a supplier; ``domestic`` is the part of its work that is not imported."""
DONE = np.dtype([(name, "f8") for name in ("volume", "tier2", "paid", "learning", "work", "commuting", "mobilised")])
"""What delivery leaves for a supplier: own volume, sales to and payments for tier 2, lessons, workers used, of them commuters on
site, and the volume that would cost as much as mobilising its crews."""


class Terms(NamedTuple):
    """Operations and subsectors: owner, days [M], price factor [M], call-off [M, K], days of local payment [M, 3],
    logit lost to urgent distance and price factor of travel [K, R, R], slope in need,
    on-site part and volume per worker [K], commuters among workers [R, employer], and the part of a
    branch's value added that stays where it works."""

    owner: I8
    days: F8
    price_factor: F8
    call_off: F8
    local_days: F8
    urgent_distance: F8
    travel: F8
    gap_slope: float
    on_site: F8
    per_worker: F8
    commuting: F8
    branch_part: float


class Outcome(NamedTuple):
    """What delivery fills (zero at the start): records by firm; revenue and its delayed part [n, owners]; deliveries and
    good ones [n, M]; beliefs [M, R, K, 2]; work on site by kind of presence [R, 3] and at home [R]; purchases by operation [M],
    by site, HQ region and whether headquarters or a branch stand at the site [R, R, 2], and from small firms of the region
    [R]; value added [R]; crews by home, site and whether from a branch there [R, R, 2]; success by contract."""

    done: NDArray[np.void]
    revenue: F8
    delayed: F8
    total: NDArray[np.float32]
    good: NDArray[np.float32]
    belief: F8
    site_work: F8
    home_work: F8
    spend_by_buyer: F8
    purchases: F8
    spend_small: F8
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
    active, supplier, prime, buyer, sites, subsector, rate, price, need, passed_on, _, luck, parent = contracts
    owner, days, price_factor, call_off, local_days, urgent, travel, gap_slope, on_site, per_worker, commuting, branch_part = terms
    (done, revenue, delayed, total, good, belief, site_work, home_work, by_buyer, purchases, spend_small, value_added,
     travelling, success) = out
    for j in range(active.size):
        if not active[j]:
            continue
        i, m, site, k = Row(supplier[j]), Row(buyer[j]), Row(sites[j]), Row(subsector[j])
        f, r, at_site = workers[i], done[i], presence[i, site]
        home, payer = Row(f.region), Row(owner[m])
        called = rate[j] * call_off[m, Row(subsector[parent[j]]) if prime[j] >= 0 else k]
        own, value = called * (1.0 - passed_on[j]), called * price[j] * price_factor[m]
        logit = f.base_logit - gap_slope * need[j]
        if not at_site:
            logit -= urgent[k, site, home]
            r.mobilised += own * (travel[k, site, home] - 1.0)
        works = logit > -np.float64(LOGISTIC_TABLE[table_index(combine(combine(key, luck[j]), f.uid))])
        success[j] = 1 if works else 0
        kind = AT_HOME if home == site else (BY_BRANCH if at_site else FROM_OUTSIDE)
        staff = own / (per_worker[k] * f.productivity)
        site_work[site, kind] += staff * on_site[k]
        home_work[home] += staff * (1.0 - on_site[k])
        travelling[home, site, 1 if at_site else 0] += staff * on_site[k]
        r.volume += own
        r.work += staff
        r.learning += own * _lesson(need[j], f.capability, f.best_distance)
        r.commuting += staff * on_site[k] * commuting[site, kind]
        if kind != FROM_OUTSIDE:
            value_added[site] += value * (1.0 - passed_on[j]) * f.domestic * (1.0 if kind == AT_HOME else branch_part)
        if prime[j] >= 0:
            r.tier2 += value
            done[prime[j]].paid += value
            continue
        wait = days[m]
        if at_site:
            wait = min(wait, local_days[m, HQ_OR_BRANCH])
        if home == site:
            wait = min(wait, local_days[m, HQ])
            if f.small:
                wait = min(wait, local_days[m, HQ_SMALL])
                spend_small[site] += value
        revenue[i, payer] += value
        delayed[i, payer] += value * wait / DAYS_A_QUARTER
        by_buyer[m] += value
        purchases[site, home, 1 if at_site else 0] += value
        total[i, m] += 1.0
        if works:
            good[i, m] += 1.0
        belief[m, home, k, 1 - success[j]] += 1.0
