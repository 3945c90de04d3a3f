"""Stage 8. Birth and death: insolvency and closure, spin-offs and start-ups, branches, moves, foreign followers."""

import numpy as np
from numpy.typing import NDArray

from sim.agents.columns import (
    FOREIGN,
    LARGE,
    MINE_SPIN_OFF,
    NATIONAL,
    NEW_FOUNDER,
    OUTSIDER,
    PARENT_FIRM,
    SMALL,
    SPIN_OFF,
    START_UP,
    SUBSIDIARY,
)
from sim.draws import as_ids, combine_column
from sim.rules.adoption import adopters
from sim.rules.cases import enter_cases
from sim.rules.founding import class_sales, found_capital, mean_size, mining_share, normal_margin, settle, start_capability
from sim.rules.outlook import hub_rate
from sim.rules.rosters import drop_gone_members
from sim.table import count_by, sum_by
from sim.world import Rows, World

F8 = NDArray[np.float64]
INHERITED_CLIENTS = 2
NEWBORN = (0.03, 0.97)
"""Bounds of a newborn's capability."""
ENTRY = (-3.0, 1.0)
"""Bounds of the log response of entry to markets."""
EXIT = (-2.0, 2.0)
"""Bounds of the log response of closures to profit."""


def run(world: World) -> None:
    """One quarter of births, deaths, branches and moves."""
    _exit(world)
    _open_branches(world)
    _close_branches(world)
    _move(world)
    _gather(world)
    _follow_clients(world)
    pull = _pull(world)
    _enter(world, pull)
    _open_subsidiaries(world, pull)
    enter_cases(world, at_start=False)
    drop_gone_members(world)


# ---- death -----------------------------------------------------------------------------------------------------------
def closure_chance(age: F8, rate: float, young: float, maturity: float) -> F8:
    """Chance to close this quarter, apart from insolvency: high when new, falling to ``rate``."""
    return np.asarray(rate + young * np.exp(-age / maturity))


def profit_response(profit: F8, sales: F8, normal: float, slope: float) -> F8:
    """Closures over those at the normal margin: owners give up what earns less than their money and time would elsewhere."""
    margin = profit / np.maximum(sales, 1e-9)
    return np.asarray(np.exp(np.clip(-slope * (margin - normal), *EXIT)))


def _exit(world: World) -> None:
    firms, p = world.firms, world.p
    age = np.maximum(world.quarter - firms.founded, 0).astype(np.float64)
    chance = closure_chance(age, p.exit_rate, p.exit_young, p.exit_maturity)
    chance = chance * np.where(firms.size_class >= LARGE, p.exit_large, 1.0)
    chance = chance * profit_response(firms.profit_year, firms.sales_year, normal_margin(world), p.exit_profit)
    closes = world.draws.uniform("exit", world.quarter, firms.uid) < chance
    dying = world.domestic() & ((closes & (firms.case < 0)) | (firms.distress >= p.exit_patience))
    rows = np.flatnonzero(dying)
    _settle_estate(world, rows)
    world.book.end_of_firms(rows, firms.n)
    firms.alive[rows], firms.uid[rows] = False, 0
    world.tally.exits = count_by(firms.region[rows], world.regions)


def _settle_estate(world: World, rows: Rows) -> None:
    """What is left goes to the owner; banks lose what is missing; what mines still owe to the firm lapses."""
    firms, ledger = world.firms, world.ledger
    left, missing = np.zeros(firms.n), np.zeros(firms.n)
    left[rows], missing[rows] = np.maximum(firms.cash[rows], 0.0), np.maximum(-firms.cash[rows], 0.0)
    national = firms.owner_region != world.data.abroad
    ledger.from_suppliers("estate", "households", np.where(national, left, 0.0), firms.owner_region)
    ledger.from_suppliers("estate abroad", "abroad", np.where(national, 0.0, left), firms.owner_region)
    ledger.to_suppliers("bank losses", "banks", missing, firms.region)
    world.owed[rows] = 0.0


# ---- birth -----------------------------------------------------------------------------------------------------------
def _pull(world: World) -> F8:
    """How strongly order books, margins and room in the market invite entry, by region x subsector [R * K].

    There is room where the country's suppliers of a trade sell more each than those of the start did (density dependence).
    """
    firms = world.firms
    inside = world.domestic()
    cell = firms.region * world.subsectors + firms.subsector
    size = world.regions * world.subsectors
    volume = sum_by(cell, firms.utilisation * firms.capacity * inside, size)
    room = sum_by(cell, firms.capacity * inside, size)
    use = np.where(room > 0, volume / np.maximum(room, 1e-9), world.p.normal_use)
    margin = sum_by(cell, firms.markup * firms.capacity * inside, size) / np.maximum(room, 1e-9)
    crowding = world.p.entry_crowding * np.tile(np.log(mean_size(world) / world.first_size), world.regions)
    return np.exp(np.clip(world.p.entry_margin * (use - world.p.normal_use + world.p.entry_markup * (margin - world.p.markup)) + crowding,
        *ENTRY))


def _enter(world: World, pull: F8) -> None:
    """Every capable firm may be the parent or the example of a newcomer; luck is the parent's own."""
    firms, p = world.firms, world.p
    able = world.domestic() & (firms.capability > world.data.knowledge_need[firms.subsector] - p.entry_gap)
    chance = p.entry_rate * pull[firms.region * world.subsectors + firms.subsector]
    parents = np.flatnonzero(able & (world.draws.uniform("entry", world.quarter, firms.uid) < chance))
    if parents.size == 0:
        return
    uid = combine_column(firms.uid[parents], as_ids(world.quarter))
    founder, region = _founders(world, parents, uid)
    _write(world, parents, uid, founder, region)


def _founders(world: World, parents: Rows, uid: NDArray[np.uint64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Who founds, and where: spin-offs mostly stay, start-ups need a university, outsiders come to mining regions."""
    firms, p, data = world.firms, world.p, world.data
    luck = world.draws.uniform("founder", world.quarter, uid)
    region = firms.region[parents].copy()
    mining = data.mining_region[region] & (region != data.capital)
    graduates = count_by(data.inst_region, world.regions)[region] > 0
    steps = np.cumsum([p.spinoff_share * (1 - p.mine_spinoffs), p.spinoff_share * p.mine_spinoffs, p.startup_share, p.outsider_share])
    kind = np.array([SPIN_OFF, MINE_SPIN_OFF, START_UP, OUTSIDER, NEW_FOUNDER])[np.searchsorted(steps, luck)]
    kind = np.where((kind == MINE_SPIN_OFF) & ~mining, SPIN_OFF, kind)
    kind = np.where((kind == START_UP) & ~(graduates & data.knowledge_intensive[firms.subsector[parents]]), NEW_FOUNDER, kind)
    kind = np.where((kind == OUTSIDER) & ~(mining & (_pays_branch(world) < p.birth_largest)), NEW_FOUNDER, kind)
    away = world.draws.uniform("move", world.quarter, uid) > p.spinoff_stay
    site, has_client = _main_client(world)
    client, known = site[parents], has_client[parents]
    region = np.where(away & known & (kind != START_UP), client, region)
    return kind, np.where(kind == OUTSIDER, data.capital, region)


def _pays_branch(world: World) -> float:
    """Yearly sales in UF from which a normal profit covers a branch."""
    return 4 * world.p.branch_cost / normal_margin(world)


def _birth_sales(world: World, uid: NDArray[np.uint64], founder: NDArray[np.int64]) -> F8:
    """Yearly sales at birth (log-uniform). An outsider comes by a branch, so that it is born at a size that pays for one."""
    p = world.p
    low = np.log(np.where(founder == OUTSIDER, max(_pays_branch(world), p.birth_smallest), p.birth_smallest))
    return np.asarray(np.exp(low + (np.log(p.birth_largest) - low) * world.draws.uniform("size", world.quarter, uid)))


def _write(world: World, parents: Rows, uid: NDArray[np.uint64], founder: NDArray[np.int64], region: NDArray[np.int64]) -> None:
    firms, p = world.firms, world.p
    subsector, home, of_mine = firms.subsector[parents], firms.region[parents], founder == MINE_SPIN_OFF
    parent_uid = np.where(of_mine, 0, firms.uid[parents])
    taught = np.where(of_mine, world.data.knowledge_need[subsector], firms.capability[parents].astype(np.float64))
    sales = _birth_sales(world, uid, founder)
    rows = firms.allocate(uid.size)
    world.grow_accounts()
    own = start_capability(world, uid, subsector, sales, np.zeros(uid.size, bool))
    spun = (founder == SPIN_OFF) | of_mine
    learnt = np.where(spun | (founder == OUTSIDER), np.maximum(p.inherit * taught, own), own)
    settle(world, rows, uid, region, subsector, sales, np.clip(learnt + p.startup_capability * (founder == START_UP), *NEWBORN),
           np.full(uid.size, p.mining_share_newborn))
    firms.parent[rows], firms.founder[rows] = parent_uid, founder
    outsiders = founder == OUTSIDER
    firms.presence[rows[outsiders], home[outsiders]] = True
    _inherit_ties(world, rows[spun & ~of_mine], parents[spun & ~of_mine])
    _keep_employer(world, rows[of_mine], home[of_mine])
    found_capital(world, rows)
    world.tally.entries = count_by(region, world.regions)
    world.tally.entries_spinoff = count_by(region[spun], world.regions)


def _open_subsidiaries(world: World, pull: F8) -> None:
    """Sellers abroad found large subsidiaries in the capital where their trade invites entry; mines of their home trust these."""
    firms, p, data, mines = world.firms, world.p, world.data, world.mines
    sellers = np.flatnonzero(firms.alive & (firms.region == data.abroad))
    chance = p.subsidiary_rate * pull[data.capital * world.subsectors + firms.subsector[sellers]]
    parents = sellers[world.draws.uniform("entry", world.quarter, firms.uid[sellers], as_ids(SUBSIDIARY)) < chance]
    if parents.size == 0:
        return
    uid = combine_column(firms.uid[parents], as_ids(world.quarter))
    subsector, home, parent_uid = firms.subsector[parents], firms.home[parents], firms.uid[parents]
    capability = np.clip(p.inherit * firms.capability[parents].astype(np.float64), *NEWBORN)
    sales, region = class_sales(world, uid, np.full(uid.size, data.class_floor_uf.size - 1)), np.full(uid.size, data.capital)
    rows = firms.allocate(uid.size)
    world.grow_accounts()
    firms.origin[rows], firms.home[rows], firms.parent[rows], firms.founder[rows] = FOREIGN, home, parent_uid, SUBSIDIARY
    settle(world, rows, uid, region, subsector, sales, capability, mining_share(world, region))
    firms.trust[rows] = p.home_trust * ((home[:, None] == mines.home) & mines.alive)
    found_capital(world, rows)
    world.tally.entries = world.tally.entries + count_by(region, world.regions)


def _inherit_ties(world: World, rows: Rows, parents: Rows) -> None:
    """A spin-off keeps ``inherit_trust`` of the trust in the parent's two best clients, and a tie with the parent."""
    firms = world.firms
    best = np.argsort(-firms.trust[parents], axis=1, kind="stable")[:, :INHERITED_CLIENTS]
    for column in best.T:
        firms.trust[rows, column] = world.p.inherit_trust * firms.trust[parents, column]
    firms.tie_row[rows, 0], firms.tie_uid[rows, 0], firms.tie_trust[rows, 0], firms.tie_kind[rows, 0] = (
        parents, firms.uid[parents], world.p.parent_trust, PARENT_FIRM)


def _keep_employer(world: World, rows: Rows, region: NDArray[np.int64]) -> None:
    """A spin-off of a mine knows one client: the operation of the region that its founder worked for."""
    firms, mines = world.firms, world.mines
    staff = mines.workers * (mines.region == region[:, None])
    luck = world.draws.uniform("parent", world.quarter, firms.uid[rows])
    employer = (np.cumsum(staff, axis=1) > luck[:, None] * staff.sum(axis=1, keepdims=True)).argmax(axis=1)
    known = staff.sum(axis=1) > 0
    firms.trust[rows[known], employer[known]] = world.p.inherit_trust


# ---- place -----------------------------------------------------------------------------------------------------------
def _main_client(world: World) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Region of the operation that trusts each firm most [n], and whether there is one."""
    return world.mines.region[world.main_client], world.has_client()


def _open_branches(world: World) -> None:
    """A branch near the main client pays where work is urgent and sales are large."""
    firms, p = world.firms, world.p
    site, known = _main_client(world)
    rows = np.arange(firms.n)
    gain, cost = _branch_gain(world), np.full(firms.n, 4 * p.branch_cost)
    opened = adopters(world, "branch", known & ~firms.presence[rows, site] & (firms.size_class >= SMALL), gain, cost, None)
    firms.presence[opened, site[opened]] = True


def _branch_gain(world: World) -> F8:
    """What a year of a branch is worth to each supplier [n], in UF."""
    return np.asarray(world.p.branch_gain * world.firms.mining_year * world.data.urgency[world.firms.subsector])


def _close_branches(world: World) -> None:
    """A branch is given up where no operation trusts the firm any more, and all of them when they no longer pay."""
    firms, p = world.firms, world.p
    rows = np.flatnonzero(firms.alive & (world.draws.uniform("move", world.quarter, firms.uid) < p.option_rate))
    pays = _branch_gain(world)[rows] >= 4 * p.branch_cost * p.branch_patience
    kept = _served(world, rows) & pays[:, None]
    kept[np.arange(rows.size), firms.region[rows]] = True
    firms.presence[rows] &= kept


def _served(world: World, rows: Rows) -> NDArray[np.bool_]:
    """Whether an operation of a region trusts a firm as one of its own [k, R]."""
    trusted = world.firms.trust[rows] > np.float32(world.p.incumbent_trust)
    served = np.zeros((rows.size, world.regions), bool)
    for buyer, region in enumerate(world.mines.region.tolist()):
        served[:, region] |= trusted[:, buyer]
    return served


def _move(world: World) -> None:
    """Firms that live from another region, and are there already, may bring their headquarters."""
    firms, p = world.firms, world.p
    site, known = _main_client(world)
    rows = np.arange(firms.n)
    lives = known & firms.presence[rows, site] & (site != firms.region) & (firms.mining_year > p.relocation_share * firms.sales_year)
    luck = world.draws.uniform("owner", world.quarter, firms.uid)
    moved = np.flatnonzero(lives & world.domestic() & (luck < p.relocation_rate) & (firms.origin == NATIONAL) & (firms.case < 0))
    firms.region[moved] = firms.owner_region[moved] = site[moved]


def _gather(world: World) -> None:
    """Foreign suppliers may open service centres in the focal region (a hub); headquarters and profits stay abroad."""
    firms, focal, rate = world.firms, world.data.focal, hub_rate(world)
    if rate > 0.0:
        luck = world.draws.uniform("owner", world.quarter, firms.uid)
        firms.presence[firms.alive & (firms.origin != NATIONAL) & (luck < rate), focal] = True


def _follow_clients(world: World) -> None:
    """When a mine opens, suppliers of its owner's home country are trusted from the first day."""
    opening = np.flatnonzero(world.data.op_opens == world.quarter)
    for mine in opening:
        same = world.firms.alive & (world.firms.home == world.mines.home[mine]) & (world.firms.origin != NATIONAL)
        world.firms.trust[same, mine] = np.maximum(world.firms.trust[same, mine], world.p.home_trust)
