"""Delivery of all running contracts: prepares the kernel's columns and keeps its outcome for the later stages."""

import numpy as np
from numpy.typing import NDArray

from sim.kernels.delivery import DONE, WORKER, Outcome, Terms, deliver
from sim.ledger import MINE_CLASSES
from sim.rules.absorption import best_distance
from sim.rules.costs import MEAN_MANAGEMENT, home_made, import_content, log_distance, productivity, travel_factor, volume_per_worker
from sim.world import World

F8 = NDArray[np.float64]
MOST_SAVED = 0.9
"""No advice avoids more than this part of failures."""


def deliver_contracts(world: World) -> None:
    """Deliver the quarter's contracts; fills ``world.tally.outcome`` and the work done on sites and at home."""
    outcome = _empty(world)
    key = world.draws.key("delivery", world.quarter)
    deliver(world.book.columns, _workers(world), world.firms.presence, _terms(world), outcome, key)
    world.tally.outcome = outcome
    world.site_work, world.home_work = outcome.site_work, outcome.home_work
    world.firms.commuters[:] = outcome.done["commuting"]


def _workers(world: World) -> NDArray[np.void]:
    """Every supplier as delivery sees it: records WORKER [n]."""
    firms = world.firms
    seen = np.zeros(firms.n, WORKER)
    seen["uid"], seen["region"], seen["small"] = firms.uid, firms.region, world.small()
    seen["base_logit"], seen["productivity"] = delivery_logit(world), productivity(world) * home_made(world)
    seen["capability"] = firms.capability
    seen["domestic"] = np.where(firms.region == world.data.abroad, 0.0, 1.0 - import_content(world))
    seen["best_distance"] = best_distance(world)
    return seen


def _terms(world: World) -> Terms:
    p, data, mines = world.p, world.data, world.mines
    return Terms(
        owner=mines.owner.astype(np.int64), days=mines.payment_days, price_factor=mines.price_factor, call_off=mines.call_off,
        local_days=world.levers["payment_days_local"],
        urgent_distance=p.delivery_distance * data.urgency[:, None, None] * log_distance(world)[None],
        travel=travel_factor(world), gap_slope=p.delivery_gap, on_site=data.on_site_share, per_worker=volume_per_worker(world),
        commuting=world.place.commuting, branch_part=p.branch_part)


def delivery_logit(world: World) -> F8:
    """Logit of a good delivery before the contract's need and distance count [n]."""
    firms, p = world.firms, world.p
    overload = np.maximum(firms.utilisation - 1.0, 0.0)
    management = p.delivery_management * (firms.management - MEAN_MANAGEMENT)
    logit = p.delivery_base + p.delivery_gap * firms.capability + management - p.delivery_overload * overload
    saved = np.minimum(firms.delivery_gain, MOST_SAVED)
    return np.asarray(logit - np.log1p(-saved), dtype=np.float64)


def _empty(world: World) -> Outcome:
    n, m, r, k = world.firms.n, world.buyers, world.regions, world.subsectors
    owners = len(MINE_CLASSES)
    return Outcome(
        done=np.zeros(n, DONE), revenue=np.zeros((n, owners)), delayed=np.zeros((n, owners)), total=np.zeros((n, m), np.float32),
        good=np.zeros((n, m), np.float32), belief=np.zeros((m, r, k, 2)), site_work=np.zeros((r, 3)), home_work=np.zeros(r),
        spend_by_buyer=np.zeros(m), purchases=np.zeros((r, r, 2)), spend_small=np.zeros(r),
        value_added=np.zeros(r), travelling=np.zeros((r, r, 2)), success=np.zeros(world.book.columns.active.size, np.int8))
