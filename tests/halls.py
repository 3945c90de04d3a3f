"""Random halls of tenders and random books of contracts, drawn from one seed, as input for the kernels and their oracles."""

from typing import Any, NamedTuple

import numpy as np

from sim.contracts import FIELDS, Contracts
from sim.kernels.clearing import BIDDER, FIT_REACH, FIT_STEPS, GUIDE_BITS, TENDER, WEIGHTS, Market, Relations
from sim.kernels.delivery import DONE, WORKER, Outcome, Terms

FIRMS, BUYERS, REGIONS, SUBSECTORS, SLOTS, OWNERS = 40, 3, 4, 3, 6, 3
POTS = 3
Rng = np.random.Generator


class RandomHall(NamedTuple):
    """What the clearing kernel receives."""

    tenders: Any
    bidders: Any
    pots: Any
    relations: Relations
    market: Market
    weights: Any


def ids(rng: Rng, size: int) -> np.ndarray:
    return rng.integers(1, 2**63, size, dtype=np.uint64) * np.uint64(2) + np.uint64(1)


def presence_of(rng: Rng, region: np.ndarray) -> np.ndarray:
    present = rng.random((region.size, REGIONS)) < 0.2
    present[np.arange(region.size), region] = True
    return present


def random_hall(seed: int, tenders: int = 60) -> RandomHall:
    """Firms, buyers and tenders of every sort: known, unknown, tiny, huge, reserved, certified only, of both tiers."""
    rng = np.random.default_rng(seed)
    bidders = random_bidders(rng)
    subsector = rng.integers(0, SUBSECTORS, FIRMS)
    relations = random_relations(rng, bidders)
    market = random_market(rng, subsector, relations.trust)
    weights = np.array([(6.7, 2.0, 2.0, 0.5, 8.0, 1.5, 1.5, 4.0, -4.0, 0.3)], WEIGHTS)
    return RandomHall(random_tenders(rng, tenders), bidders, rng.choice([0.0, 50.0, 200.0], POTS), relations, market, weights)


def random_bidders(rng: Rng) -> Any:
    bidders = np.zeros(FIRMS, BIDDER)
    bidders["uid"], bidders["region"] = ids(rng, FIRMS), rng.integers(0, REGIONS, FIRMS)
    bidders["capability"], bidders["price"] = rng.random(FIRMS), rng.uniform(0.7, 1.4, FIRMS)
    bidders["log_price"] = np.log(bidders["price"])
    bidders["free"], bidders["pot"] = rng.normal(60.0, 60.0, FIRMS), rng.integers(-1, POTS, FIRMS)
    bidders["given"] = np.where(bidders["pot"] >= 0, rng.choice([0.0, 10.0, 40.0], FIRMS), 0.0)
    bidders["backed"] = (bidders["pot"] >= 0) & (rng.random(FIRMS) < 0.5)
    bidders["log_capacity"], bidders["known"] = rng.normal(6.0, 2.0, FIRMS), rng.choice([0.0, 1.0, 1.7], FIRMS)
    bidders["small"], bidders["certified"] = rng.random(FIRMS) < 0.6, rng.random(FIRMS) < 0.3
    return bidders


def random_relations(rng: Rng, bidders: Any) -> Relations:
    trust = np.where(rng.random((FIRMS, BUYERS)) < 0.4, rng.random((FIRMS, BUYERS)), 0.0).astype(np.float32)
    deliveries = np.where(trust > 0, rng.integers(0, 9, trust.shape), 0).astype(np.float32)
    good = (deliveries * rng.random(trust.shape)).astype(np.float32)
    sub_row = rng.integers(-1, FIRMS, (FIRMS, SLOTS)).astype(np.int32)
    gone = rng.random(sub_row.shape) < 0.2
    sub_uid = np.where(gone, np.uint64(1), bidders["uid"][np.maximum(sub_row, 0)])
    sub_trust = rng.random(sub_row.shape).astype(np.float32)
    return Relations(presence_of(rng, bidders["region"]), trust, deliveries, good, sub_row, sub_uid, sub_trust)


def random_market(rng: Rng, subsector: np.ndarray, trust: np.ndarray) -> Market:
    key = ids(rng, FIRMS)
    order = np.lexsort((key, subsector))
    listed = np.flatnonzero(rng.random(FIRMS) < 0.9)
    order = order[np.isin(order, listed)]
    start = np.searchsorted(subsector[order], np.arange(SUBSECTORS + 1)).astype(np.int64)
    held = [np.flatnonzero((trust[:, m] > 0.2) & (subsector == k)) for m in range(BUYERS) for k in range(SUBSECTORS)]
    held = [rows[np.argsort(key[rows])] for rows in held]
    cube = (SUBSECTORS, REGIONS, REGIONS)
    return Market(
        ring_key=key[order], ring_row=order.astype(np.int64), ring_start=start, guide=guide_of(key[order], start),
        incumbent_row=np.concatenate(held).astype(np.int64), incumbent_key=key[np.concatenate(held)],
        incumbent_start=np.cumsum([0, *map(len, held)]).astype(np.int64),
        standing=rng.uniform(0.6, 0.95, (BUYERS, SUBSECTORS, REGIONS)), local_bonus=rng.choice([0.0, 0.3, 1.1], (BUYERS, 3)),
        travel=1.0 + 0.1 * rng.random(cube), distance=rng.random(cube), fit=rng.random(int(2 * FIT_REACH * FIT_STEPS)),
        names=np.array([rng.integers(2, 17), rng.integers(0, 5)], np.int64))


def guide_of(key: np.ndarray, start: np.ndarray) -> np.ndarray:
    """For each subsector and each value of a point's highest bits: the first place on the ring worth looking at."""
    def first(k: int, bucket: int) -> int:
        own = key[start[k]:start[k + 1]]
        return int(start[k] + (own < np.uint64(bucket << (64 - GUIDE_BITS))).sum())
    return np.array([[first(k, bucket) for bucket in range(2**GUIDE_BITS)] for k in range(start.size - 1)], np.int32)


def random_tenders(rng: Rng, size: int) -> Any:
    called = np.zeros(size, TENDER)
    called["key"], called["rate"] = ids(rng, size), rng.exponential(30.0, size)
    called["log_value"], called["need"] = rng.normal(5.0, 2.5, size), rng.random(size)
    called["buyer"], called["subsector"] = rng.integers(0, BUYERS, size), rng.integers(0, SUBSECTORS, size)
    called["site"], called["office"] = rng.integers(0, REGIONS, size), rng.integers(0, REGIONS, size)
    called["reserved"] = rng.choice([-1, -1, 0, 1, 2], size)
    called["prime"] = np.where(rng.random(size) < 0.25, rng.integers(0, FIRMS, size), -1)
    for flag, chance in (("large", 0.4), ("small", 0.3), ("certified_only", 0.2)):
        called[flag] = rng.random(size) < chance
    return called


# ---- delivery --------------------------------------------------------------------------------------------------------
class RandomBook(NamedTuple):
    """What the delivery kernel receives, without the outcome that it fills."""

    contracts: Contracts
    workers: Any
    presence: np.ndarray
    terms: Terms
    key: np.uint64


def random_book(seed: int, contracts: int = 200) -> RandomBook:
    """Running and ended contracts of both tiers, some called off, paid late or reserved for small firms."""
    rng = np.random.default_rng(seed)
    workers = np.zeros(FIRMS, WORKER)
    workers["uid"], workers["region"], workers["small"] = ids(rng, FIRMS), rng.integers(0, REGIONS, FIRMS), rng.random(FIRMS) < 0.6
    workers["base_logit"], workers["capability"] = rng.normal(4.0, 2.0, FIRMS), rng.random(FIRMS)
    workers["domestic"] = rng.random(FIRMS)
    workers["best_distance"], workers["productivity"] = rng.uniform(0.08, 0.25, FIRMS), rng.uniform(0.7, 1.3, FIRMS)
    return RandomBook(random_contracts(rng, contracts), workers, presence_of(rng, workers["region"]), random_terms(rng), ids(rng, 1)[0])


def random_contracts(rng: Rng, size: int) -> Contracts:
    values = {
        "active": rng.random(size) < 0.8, "supplier": rng.integers(0, FIRMS, size), "buyer": rng.integers(0, BUYERS, size),
        "prime": np.where(rng.random(size) < 0.3, rng.integers(0, FIRMS, size), -1), "site": rng.integers(0, REGIONS, size),
        "subsector": rng.integers(0, SUBSECTORS, size), "rate": rng.exponential(40.0, size), "price": rng.uniform(0.7, 1.4, size),
        "need": rng.random(size), "passed_on": rng.choice([0.0, 0.2], size), "ends": np.full(size, 8000), "luck": ids(rng, size),
        "parent": np.full(size, -1)}
    return Contracts(**{name: values[name].astype(kind) for name, kind in FIELDS.items()})


def random_terms(rng: Rng) -> Terms:
    return Terms(
        owner=rng.integers(0, OWNERS, BUYERS), days=rng.uniform(15.0, 90.0, BUYERS), price_factor=rng.uniform(0.9, 1.0, BUYERS),
        call_off=rng.choice([1.0, 0.6], (BUYERS, SUBSECTORS)), local_days=rng.choice([90.0, 7.0, 30.0], (BUYERS, 3)),
        urgent_distance=rng.random((SUBSECTORS, REGIONS, REGIONS)), travel=1.0 + 0.1 * rng.random((SUBSECTORS, REGIONS, REGIONS)),
        gap_slope=6.0, on_site=rng.random(SUBSECTORS), per_worker=rng.uniform(5.0, 40.0, SUBSECTORS),
        commuting=rng.random((REGIONS, 5)), branch_part=0.27)


def empty_outcome(book: RandomBook) -> Outcome:
    return Outcome(
        done=np.zeros(FIRMS, DONE), revenue=np.zeros((FIRMS, OWNERS)), delayed=np.zeros((FIRMS, OWNERS)),
        total=np.zeros((FIRMS, BUYERS), np.float32), good=np.zeros((FIRMS, BUYERS), np.float32),
        belief=np.zeros((BUYERS, REGIONS, SUBSECTORS, 2)), site_work=np.zeros((REGIONS, 3)), home_work=np.zeros(REGIONS),
        spend_by_buyer=np.zeros(BUYERS), purchases=np.zeros((REGIONS, REGIONS, 2)), spend_small=np.zeros(REGIONS),
        value_added=np.zeros(REGIONS),
        travelling=np.zeros((REGIONS, REGIONS, 2)), success=np.zeros(book.contracts.active.size, np.int8))
