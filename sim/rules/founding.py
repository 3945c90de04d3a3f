"""Writing new suppliers into the table: what every newborn has, whoever founded it."""

import numpy as np
from numpy.typing import NDArray

from sim.agents.columns import NATIONAL
from sim.calendar import DAYS_A_QUARTER, QUARTERS_A_YEAR
from sim.draws import Ids
from sim.rules.costs import LEAST_SALES_UF, MEAN_SALES_UF, productivity, volume_per_worker
from sim.table import count_by, sum_by
from sim.world import Rows, World

F8 = NDArray[np.float64]
I8 = NDArray[np.int64]
BOUNDS = (0.05, 0.95)
"""No firm starts with less or more of a capability or practice."""


def logit_normal(mean: F8, spread: float, normal: F8) -> F8:
    """Numbers in (0, 1) around ``mean``: a normal on the logit scale whose sd near the mean is ``spread``."""
    slope = np.maximum(mean * (1.0 - mean), 0.05)
    return np.asarray(1.0 / (1.0 + np.exp(-(np.log(mean / (1.0 - mean)) + spread / slope * normal))))


def start_capability(world: World, uid: Ids, subsector: I8, sales: F8, foreign: NDArray[np.bool_]) -> F8:
    """Capability of firms that inherit nothing: what the subsector needs less a gap, more with size, no regional term."""
    p, data = world.p, world.data
    size = p.size_capability * np.log(np.maximum(sales, LEAST_SALES_UF) / MEAN_SALES_UF)
    mean = data.knowledge_need[subsector] - p.capability_gap + size + p.foreign_capability * foreign
    return logit_normal(np.clip(mean, *BOUNDS), p.capability_spread, world.draws.normal("capability", 0, uid))


def mining_share(world: World, region: I8) -> F8:
    """Part of sales that goes to mining-related work when a firm starts, by headquarters."""
    p, data = world.p, world.data
    share = np.where(data.mining_region[region], p.mining_share_mining, p.mining_share_other)
    share = np.where(region == data.capital, p.mining_share_other, share)
    return np.where(region == data.focal, p.mining_share_region, np.where(region == data.abroad, 1.0, share))


def settle(world: World, rows: Rows, uid: Ids, region: I8, subsector: I8, sales: F8, capability: F8,
           share: F8) -> None:
    """Fill what every firm starts with, for yearly ``sales`` in UF of which mining has ``share``."""
    firms, p, data = world.firms, world.p, world.data
    firms.uid[rows], firms.region[rows], firms.subsector[rows] = uid, region, subsector
    firms.presence[rows, region] = True
    firms.owner_region[rows] = np.where(firms.origin[rows] != NATIONAL, data.abroad, region)
    firms.capability[rows] = capability
    firms.sales_year[rows] = firms.aspiration[rows] = sales
    firms.size_class[rows] = np.searchsorted(data.class_ceiling_uf[:-1], sales, side="left")
    firms.management[rows] = p.start_management + p.size_management * firms.size_class[rows]
    firms.skills[rows] = p.start_skills + p.size_skills * firms.size_class[rows]
    firms.capacity[rows] = sales / 4 / p.normal_use
    firms.workers[rows] = firms.capacity[rows] / volume_per_worker(world)[subsector] / productivity(world)[rows]
    firms.mining_year[rows] = sales * share
    firms.other_demand[rows] = np.where(region == data.abroad, 0.0, sales / 4 * (1.0 - share))
    firms.markup[rows], firms.founded[rows] = p.markup, world.quarter
    firms.profit_year[rows] = sales * normal_margin(world)
    firms.buffer_days[rows] = p.cash_buffer_days * np.exp(p.cash_spread * world.draws.normal("cash", 0, uid))
    firms.agency_trust[rows] = p.agency_trust
    firms.aware[rows] = world.draws.uniform("awareness", 0, uid) < p.awareness
    firms.sound_books[rows] = world.draws.uniform("books", 0, uid) < data.class_sound_books[firms.size_class[rows]]


def normal_margin(world: World) -> float:
    """Profit over sales of a firm with the normal markup and its staff at work."""
    return world.p.markup / (1.0 + world.p.markup)


def mean_size(world: World) -> F8:
    """Yearly sales a supplier of the country has in the mean, by subsector [K] UF; 1 where there is none."""
    inside, k = np.flatnonzero(world.domestic()), world.subsectors
    subsector = world.firms.subsector[inside]
    sales, count = sum_by(subsector, world.firms.sales_year[inside], k), count_by(subsector, k)
    return np.where(sales > 0, sales / np.maximum(count, 1), 1.0)


def equip(world: World, rows: Rows) -> None:
    """Certificates, R&D units and management that firms of some age already have."""
    firms, p = world.firms, world.p
    uid, size = firms.uid[rows], firms.size_class[rows]
    certified = world.draws.uniform("certify", 0, uid) < world.data.class_certified[size]
    term = np.floor(world.draws.uniform("renew", 0, uid) * p.certificate_quarters).astype(np.int64)
    firms.certified_until[rows[certified]] = (world.quarter + term)[certified]
    firms.research[rows] = world.draws.uniform("rd", 0, uid) < world.data.class_research[size]
    firms.management[rows] = np.clip(firms.management[rows] + p.practice_spread * world.draws.normal("style", 0, uid), *BOUNDS)
    firms.skills[rows] = np.clip(firms.skills[rows] + p.practice_spread * world.draws.normal("train", 0, uid), 0.0, BOUNDS[1])


def class_sales(world: World, uid: Ids, size_class: I8) -> F8:
    """Yearly sales [UF]: log-uniform within a class, the largest class with a Pareto tail."""
    floor, ceiling = world.data.class_floor_uf, world.data.class_ceiling_uf
    luck = world.draws.uniform("size", 0, uid)
    top = np.where(np.isfinite(ceiling), ceiling, floor * 2)
    within = floor[size_class] * (top / floor)[size_class] ** luck
    largest = np.minimum(floor[-1] * (1.0 - luck) ** (-1.0 / world.p.size_tail), floor[-1] * world.p.size_largest)
    return np.where(size_class == floor.size - 1, largest, within)


def found_capital(world: World, rows: Rows) -> None:
    """Founders put in the cash that a firm of this size holds, in proportion to what they will keep in it."""
    amounts = np.zeros(world.firms.n)
    days = world.p.cash_days * world.firms.buffer_days[rows] / world.p.cash_buffer_days
    amounts[rows] = world.firms.sales_year[rows] * days / (QUARTERS_A_YEAR * DAYS_A_QUARTER)
    foreign, owner = world.firms.origin != NATIONAL, world.firms.owner_region
    world.ledger.to_suppliers("founders' capital", "households", np.where(foreign, 0.0, amounts), owner)
    world.ledger.to_suppliers("capital from abroad", "abroad", np.where(foreign, amounts, 0.0), owner)
