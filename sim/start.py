"""The world's first quarter: suppliers placed and sized, their branches, links and ties, and the operations."""

import numpy as np
from numpy.typing import NDArray

from sim.agents.columns import FOREIGN, NATIONAL, SELLER_ABROAD
from sim.draws import as_ids, combine_column
from sim.ledger import MINE_CLASSES
from sim.rules.cases import enter_cases
from sim.rules.founding import BOUNDS, class_sales, equip, found_capital, mean_size, mining_share, settle, start_capability
from sim.rules.frontier import trade_frontier
from sim.rules.universities import core_places
from sim.stages import copper
from sim.table import sum_by
from sim.world import Rows, World

F8 = NDArray[np.float64]
I8 = NDArray[np.int64]
OLD_QUARTERS = 64
"""Age from which a firm of the start counts as old: founded before access became hard."""
LONGEST_LIFE = 400
LONGEST_TENURE = 60
"""Quarters beyond which a first link is as old as trust can tell."""
STRETCH = (0.3, 10.0)
"""Bounds of the factor by which the largest class is fitted to demand."""
FIRST_TRUST = 0.9
"""Highest trust of a link at the start."""
MOST_LINKS = 12
FAR_KM = 3000.0
"""Distance beyond which first links thin out no further."""
PLACED, SELLERS = np.uint64(17), np.uint64(23)
"""Keys of the identities of suppliers of the start and of sellers abroad."""
FOR_GOOD = 10**6
"""A quarter that no run reaches: sellers abroad never lose their certificate."""


def populate(world: World) -> None:
    """Fill the tables of an empty world for its first quarter."""
    _open_mines(world)
    copper.plan(world)
    world.research_places = core_places(world)
    region, subsector, uid = _placed(world)
    size_class = _classes(world, region, uid)
    sales = _fitted_sales(world, region, subsector, uid, size_class)
    rows = _settle_suppliers(world, region, subsector, uid, sales)
    rows = np.concatenate([rows, enter_cases(world, at_start=True)])
    abroad = _settle_sellers_abroad(world)
    _branches(world, rows)
    _link(world, np.concatenate([rows, abroad]))
    _contrast(world, rows)
    world.first_size = mean_size(world)


def _open_mines(world: World) -> None:
    data, p = world.data, world.p
    mines = world.mines
    mines.allocate(world.buyers)
    mines.region[:], mines.owner[:], mines.office[:] = data.op_region, data.op_owner, data.op_capital_office
    homes = sorted(set(data.op_home))
    mines.home[:] = [homes.index(home) for home in data.op_home]
    mines.style_local[:], mines.style_foreign[:] = data.op_style_local, data.op_style_foreign
    spread = world.draws.uniform("style", 0, as_ids(np.arange(world.buyers)))
    mines.aversion[:] = p.risk_aversion * (1.0 - p.aversion_spread + 2.0 * p.aversion_spread * spread)
    mines.payment_days[:] = p.payment_days
    mines.call_off[:] = 1.0
    mines.price_factor[:] = 1.0


# ---- where ----------------------------------------------------------------------------------------------------------
def _wanted_counts(world: World) -> F8:
    """Expected number of suppliers [R, K] at the start of the burn-in, by the chosen start."""
    data, spec = world.data, world.spec
    total = data.burn_in_firms * spec.scale
    mix = data.firms.sum(axis=0) / data.firms.sum()
    inside = np.arange(world.regions) != data.abroad
    if spec.start == "copper":
        share = sum_by(data.op_region, data.op_kt, world.regions)
        return np.outer(share / share.sum() * total, mix)
    if spec.start == "uniform":
        return np.outer(inside / inside.sum() * total, mix)
    share = data.firms.sum(axis=1) / data.firms.sum()
    wobble = world.p.placement_rounding * (2.0 * world.draws.uniform("start", 0, as_ids(np.arange(world.regions))) - 1.0)
    varied = np.maximum(share + wobble, share / 2.0) * inside
    factor = varied / varied.sum() / np.maximum(share, 1e-12)
    return np.asarray(data.firms / data.firms.sum() * factor[:, None] * total)


def _placed(world: World) -> tuple[I8, I8, NDArray[np.uint64]]:
    """Region, subsector and identity of every supplier of the start."""
    wanted = _wanted_counts(world)
    cells = np.arange(wanted.size)
    counts = np.floor(wanted.ravel() + world.draws.uniform("placement", 0, as_ids(cells))).astype(np.int64)
    cell = np.repeat(cells, counts)
    rank = np.arange(cell.size) - np.repeat(np.cumsum(counts) - counts, counts)
    region, subsector = np.divmod(cell, world.subsectors)
    uid = combine_column(combine_column(PLACED, as_ids(cell)), as_ids(rank))
    return region, subsector, uid


# ---- how large ------------------------------------------------------------------------------------------------------
def _classes(world: World, region: I8, uid: NDArray[np.uint64]) -> I8:
    cumulative = np.cumsum(world.data.class_shares, axis=1)[region]
    luck = world.draws.uniform("size_class", 0, uid)
    return np.asarray((luck[:, None] > cumulative[:, :-1]).sum(axis=1))


def domestic_demand(world: World) -> F8:
    """Yearly mining-related sales that the country's suppliers share, by subsector [K] UF, tier 2 included."""
    data, p = world.data, world.p
    bought = 4 * world.mines.target.sum(axis=0) * (1.0 - data.foreign_share * p.abroad_part)
    passed = bought * data.tier2_share
    appetite = data.opex_share * (1.0 - data.import_content)
    own = p.tier2_own_trade
    return np.asarray(bought + own * passed + (1.0 - own) * passed.sum() * appetite / appetite.sum())


def _fitted_sales(world: World, region: I8, subsector: I8, uid: NDArray[np.uint64], size_class: I8) -> F8:
    """Sales by class; the largest class is stretched, subsector by subsector, until mining-related sales meet demand."""
    sales = class_sales(world, uid, size_class)
    share = mining_share(world, region)
    top = size_class == world.data.class_floor_uf.size - 1
    k = world.subsectors
    by_top = sum_by(subsector[top], (sales * share)[top], k)
    by_rest = sum_by(subsector[~top], (sales * share)[~top], k)
    stretch = (domestic_demand(world) - by_rest) / np.maximum(by_top, 1e-9)
    stretch = np.clip(stretch, *STRETCH)
    return np.where(top, sales * stretch[subsector], sales)


# ---- who ------------------------------------------------------------------------------------------------------------
def _settle_suppliers(world: World, region: I8, subsector: I8, uid: NDArray[np.uint64], sales: F8) -> Rows:
    data, p, firms = world.data, world.p, world.firms
    rows = firms.allocate(uid.size)
    world.grow_accounts()
    held = data.foreign_share * (1.0 - p.abroad_part) / (1.0 - data.foreign_share * p.abroad_part)
    large = sales >= data.class_floor_uf[-1]
    foreign = large & (world.draws.uniform("owner", 0, uid) < held[subsector])
    firms.origin[rows] = np.where(foreign, FOREIGN, NATIONAL)
    firms.home[rows] = np.where(foreign, _homes(world, uid), -1)
    capability = start_capability(world, uid, subsector, sales, foreign)
    settle(world, rows, uid, region, subsector, sales, capability, mining_share(world, region))
    equip(world, rows)
    age = -world.p.start_age * np.log(world.draws.uniform("age", 0, uid))
    firms.founded[rows] = world.quarter - np.minimum(age, LONGEST_LIFE).astype(np.int64)
    found_capital(world, rows)
    return rows


def _homes(world: World, uid: NDArray[np.uint64]) -> I8:
    """Home countries of foreign suppliers: those of the foreign owners of operations, each alike."""
    abroad = np.unique(world.mines.home[world.mines.owner == MINE_CLASSES.index("mines_foreign")])
    if abroad.size == 0:
        return np.full(uid.size, -1)
    return np.asarray(abroad[np.floor(world.draws.uniform("founder", 0, uid) * abroad.size).astype(np.int64)], np.int64)


def _settle_sellers_abroad(world: World) -> Rows:
    """Sellers abroad: at the frontier of their trade, with room for their initial share of purchases."""
    data, p, firms = world.data, world.p, world.firms
    luck = world.draws.uniform("placement", 1, as_ids(np.arange(world.subsectors)))
    counts = np.maximum(np.floor(p.sellers_abroad * data.foreign_share * world.spec.scale + luck), 1).astype(np.int64)
    subsector = np.repeat(np.arange(world.subsectors), counts)
    uid = combine_column(SELLERS, as_ids(np.arange(subsector.size)))
    sold = 4 * world.mines.target.sum(axis=0) * data.foreign_share * p.abroad_part * p.abroad_capacity
    weight = np.exp(world.draws.normal("size", 0, uid))
    total = sum_by(subsector, weight, world.subsectors)
    sales = sold[subsector] * weight / total[subsector]
    rows = firms.allocate(uid.size)
    world.grow_accounts()
    firms.origin[rows], firms.home[rows] = SELLER_ABROAD, _homes(world, uid)
    settle(world, rows, uid, np.full(uid.size, data.abroad), subsector, sales, trade_frontier(world)[subsector], np.ones(uid.size))
    firms.certified_until[rows], firms.management[rows], firms.sound_books[rows] = FOR_GOOD, p.abroad_management, True
    firms.founded[rows] = world.quarter - OLD_QUARTERS
    found_capital(world, rows)
    return rows


# ---- branches, links and ties ----------------------------------------------------------------------------------------
def _branches(world: World, rows: Rows) -> None:
    firms, data = world.firms, world.data
    sites = np.flatnonzero(data.mining_region & (np.arange(world.regions) != data.capital))
    for site in sites:
        chance = data.class_branches[firms.size_class[rows]] * (1.0 if site == data.focal else world.p.other_branches)
        luck = world.draws.uniform("branch", 0, firms.uid[rows], as_ids(site))
        opened = rows[(luck < chance) & (firms.region[rows] == data.capital)]
        firms.presence[opened, site] = True


def _link(world: World, rows: Rows) -> None:
    """First links: buyers near and large first, and those of the same home country; trust grows with tenure."""
    firms, data = world.firms, world.data
    degree = _degrees(world, rows)
    purchases = world.mines.target.sum(axis=1)
    km = data.km[firms.region[rows]][:, world.mines.region]
    weight = np.log(np.maximum(purchases, 1e-9))[None, :] - np.minimum(km, FAR_KM) / world.p.tie_reach
    shared_home = (firms.home[rows][:, None] == world.mines.home[None, :]) & (firms.origin[rows] != NATIONAL)[:, None]
    weight = weight + np.log(2.0) * shared_home
    uid = np.repeat(firms.uid[rows], world.buyers)
    luck = world.draws.uniform("tie", 0, uid, as_ids(np.tile(np.arange(world.buyers), rows.size)))
    score = np.where(purchases > 0, weight - np.log(-np.log(luck)).reshape(weight.shape), -np.inf)
    rank = np.argsort(np.argsort(-score, axis=1), axis=1)
    linked = (rank < degree[:, None]) & np.isfinite(score)
    age = np.minimum(world.quarter - firms.founded[rows], LONGEST_TENURE).astype(np.float64)
    tenure = age * world.draws.uniform("start", 1, firms.uid[rows])
    trust = world.p.start_trust + world.p.tenure_trust * (1.0 - np.exp(-tenure / world.p.tenure_scale))
    trust = trust[:, None] + world.p.home_trust * shared_home
    firms.trust[rows] = np.where(linked, np.minimum(trust, FIRST_TRUST), 0.0)
    firms.link_since[rows] = np.where(linked, (world.quarter - tenure.astype(np.int64))[:, None], firms.link_since[rows])


def _degrees(world: World, rows: Rows) -> I8:
    """Buyers that each supplier of the start works for."""
    firms, p = world.firms, world.p
    luck = world.draws.uniform("joint", 0, firms.uid[rows])
    goods = world.data.goods[firms.subsector[rows]]
    services = 1 + np.floor(luck * p.services_links).astype(np.int64)
    extra = np.floor(np.log(luck) / np.log(p.goods_links / (1.0 + p.goods_links))).astype(np.int64)
    old = world.quarter - firms.founded[rows] > OLD_QUARTERS
    return np.asarray(np.where(goods, 1 + np.minimum(extra, MOST_LINKS), services) + int(p.old_links) * old)


def _contrast(world: World, rows: Rows) -> None:
    """The weak and strong starts: capability, management and trust of the focal region's suppliers moved down or up."""
    sign = {"weak": -1.0, "strong": 1.0}.get(world.spec.start, 0.0)
    if sign == 0.0:
        return
    firms, shift = world.firms, sign * world.p.start_contrast
    local = rows[firms.region[rows] == world.data.focal]
    firms.capability[local] = np.clip(firms.capability[local] + shift, *BOUNDS)
    firms.management[local] = np.clip(firms.management[local] + shift, *BOUNDS)
    firms.trust[local] *= np.float32(1.0 - world.p.start_contrast_loss if sign < 0 else 1.0)
    focal_mines = world.mines.alive & (world.mines.region == world.data.focal)
    if sign > 0:
        at = np.ix_(local, np.flatnonzero(focal_mines))
        firms.trust[at] = np.minimum(firms.trust[at] + np.float32(world.p.start_contrast_trust), BOUNDS[1])
