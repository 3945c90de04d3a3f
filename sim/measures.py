"""How each indicator is computed from the state and the quarter's tallies: functions of the world that give [R]."""

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from sim.agents.columns import LARGE, NATIONAL, NEVER
from sim.kernels.delivery import Outcome
from sim.policies.programme import COUNTED
from sim.rules.frontier import standing
from sim.table import count_by, sum_by
from sim.world import CHANNELS, MINE, MINING_RELATED, REGIONAL, SPILLOVER_CHANNELS, SUPPLYING, World

F8 = NDArray[np.float64]
TIE_QUARTERS = DURABLE_QUARTERS = INNOVATION_QUARTERS = 8
EXPORT_QUARTERS = JOINT_QUARTERS = 12
"""Over how long a tie, a link, an innovation, an export, a joint project counts: part of the indicators' definitions."""
WORLD_CLASS = 0.90
"""What a knowledge-intensive supplier knows at least, as a part of what the world's sellers of its trade know."""
TRUSTED = 0.5
ACTIVE = 0.05
"""Mining in sales from which a firm counts as a supplier of mines that can be asked about its clients."""


def ratio(above: F8, below: F8) -> F8:
    """Element-wise ratio, NaN where there is nothing below."""
    return np.where(below > 0, above / np.where(below > 0, below, 1.0), np.nan)


def by_region(world: World, values: F8 | NDArray[np.bool_]) -> F8:
    """Sum over living suppliers by headquarters [R]."""
    return sum_by(world.firms.region, np.where(world.firms.alive, values, 0.0), world.regions)


def share_of_firms(world: World, flags: NDArray[np.bool_]) -> F8:
    """Share of a region's suppliers for which ``flags`` [n] holds."""
    return ratio(by_region(world, flags), suppliers(world))


def _out(world: World) -> Outcome:
    assert world.tally.outcome is not None
    return world.tally.outcome


# ---- linkages --------------------------------------------------------------------------------------------------------
def purchases(world: World) -> F8:
    return np.asarray(_out(world).purchases.sum(axis=(1, 2)))


def purchases_by_seat(world: World) -> F8:
    """Purchases of each region's mines by the seller's headquarters [R, R]."""
    return np.asarray(_out(world).purchases.sum(axis=2))


def _from_headquarters(world: World) -> F8:
    return np.diagonal(purchases_by_seat(world))


def _from_sites(world: World) -> F8:
    """Purchases of each region's mines from firms with headquarters or a branch there [R]."""
    return np.asarray(_out(world).purchases[:, :, 1].sum(axis=1))


def backward_linkage_hq(world: World) -> F8:
    return ratio(_from_headquarters(world), purchases(world))


def backward_linkage_small(world: World) -> F8:
    return ratio(_out(world).spend_small, purchases(world))


def backward_linkage_operating(world: World) -> F8:
    return ratio(_from_sites(world), purchases(world))


def purchases_from_abroad(world: World) -> F8:
    return ratio(_out(world).purchases[:, world.data.abroad, 0], purchases(world))


def backward_linkage_value_added(world: World) -> F8:
    return ratio(_out(world).value_added, purchases(world))


def local_ownership(world: World) -> F8:
    return ratio(_from_headquarters(world), _from_sites(world))


def focal_purchases_share(world: World) -> F8:
    bought = purchases_by_seat(world)[world.data.focal]
    return ratio(bought, np.full(world.regions, bought.sum()))


def foreign_goods_share(world: World) -> F8:
    """Share of goods bought from foreign-owned firms or from abroad, by site (contract value)."""
    book, firms = world.book.columns, world.firms
    goods = np.flatnonzero(book.active & (book.prime < 0) & world.data.goods[book.subsector])
    site, value = book.site[goods], book.rate[goods] * book.price[goods]
    foreign = firms.origin[book.supplier[goods]] != NATIONAL
    return ratio(sum_by(site, value * foreign, world.regions), sum_by(site, value, world.regions))


def local_value_added_ratio(world: World) -> F8:
    mines, tally = world.mines, world.tally
    cost = sum_by(mines.region, mines.opex + mines.capex, world.regions)
    return ratio(tally.mine_wages + tally.resident_wages + tally.local_profit + tally.local_inputs, cost)


# ---- place -----------------------------------------------------------------------------------------------------------
def suppliers(world: World) -> F8:
    return count_by(world.firms.region[world.firms.alive], world.regions) * _inside(world)


def _inside(world: World) -> NDArray[np.bool_]:
    return np.asarray(np.arange(world.regions) != world.data.abroad)


def supplier_share(world: World) -> F8:
    count = suppliers(world)
    return ratio(count, np.full(world.regions, count.sum()))


def location_ratio(world: World) -> F8:
    output = copper_output(world)
    return ratio(supplier_share(world), output / max(output.sum(), 1e-9))


# ---- knowledge -------------------------------------------------------------------------------------------------------
def knowledge_spillover_share(world: World) -> F8:
    learned = world.tally.learned
    spilt = learned[[CHANNELS.index(name) for name in SPILLOVER_CHANNELS]].sum(axis=0)
    return ratio(spilt, learned.sum(axis=0))


def joint_projects_per_100(world: World) -> F8:
    pairs = (world.firms.joint_unpaid > world.quarter - 4).sum(axis=1)
    return 100.0 * ratio(by_region(world, pairs), suppliers(world))


def knowledge_intensive_firms(world: World) -> F8:
    return share_of_firms(world, standing(world) >= WORLD_CLASS)


def knowledge_intensive_jobs(world: World) -> F8:
    engineering = world.data.subsectors.index("engineering") if "engineering" in world.data.subsectors else -1
    heads = world.firms.workers * (world.firms.subsector == engineering)
    return ratio(by_region(world, heads), by_region(world, world.firms.workers)) * np.where(_inside(world), 1.0, np.nan)


def mean_capability(world: World) -> F8:
    return ratio(by_region(world, world.firms.capability.astype(np.float64)), suppliers(world))


def transition_rate(world: World) -> F8:
    return ratio(world.year_tally["moved_up"], world.year_tally["smaller"] / 4.0)


def innovation_share(world: World) -> F8:
    return share_of_firms(world, world.firms.innovated > world.quarter - INNOVATION_QUARTERS)


def research_share(world: World) -> F8:
    return share_of_firms(world, world.firms.research)


def supported_share(world: World) -> F8:
    return share_of_firms(world, world.firms.supported_ever)


def certification_coverage(world: World) -> F8:
    sales = world.firms.sales_year
    return ratio(by_region(world, sales * world.certified()), by_region(world, sales)) * np.where(_inside(world), 1.0, np.nan)


# ---- labour ----------------------------------------------------------------------------------------------------------
def commuting_share(world: World) -> F8:
    place = world.place
    return ratio((place.jobs * place.commuting).sum(axis=1), place.jobs.sum(axis=1))


def commuting_share_mining(world: World) -> F8:
    """Over jobs of mines and of suppliers' crews on site; work done in suppliers' own offices is left out."""
    place = world.place
    jobs = place.jobs[:, MINING_RELATED].copy()
    jobs[:, REGIONAL] -= place.office_jobs
    commuters = (jobs * place.commuting[:, MINING_RELATED]).sum(axis=1)
    return ratio(commuters, jobs.sum(axis=1)) * np.where(world.data.mining_region, 1.0, np.nan)


def labour_thickness(world: World) -> F8:
    return ratio(world.place.hired_residents, world.place.hired)


def skilled_per_vacancy(world: World) -> F8:
    place = world.place
    return ratio(np.maximum(place.skilled - place.resident_jobs(), 0.0), place.hired)


def local_jobs(world: World) -> F8:
    return world.place.resident_jobs()


def supplier_jobs(world: World) -> F8:
    return np.asarray(world.place.jobs[:, SUPPLYING].sum(axis=1))


def mine_jobs(world: World) -> F8:
    return np.asarray(world.place.jobs[:, MINE].copy())


def all_jobs(world: World) -> F8:
    return np.asarray(world.place.jobs.sum(axis=1))


def income_leakage(world: World) -> F8:
    return world.tally.wage_leak.copy()


# ---- relations -------------------------------------------------------------------------------------------------------
def _net(world: World) -> sparse.csr_matrix:
    """Symmetric 0/1 matrix of horizontal ties used in eight quarters and not paid for by a programme."""
    if world.tally.net is None:
        world.tally.net = _tied(world)
    return world.tally.net


def _tied(world: World) -> sparse.csr_matrix:
    firms = world.firms
    row, slot = np.nonzero(world.live_partners() & firms.alive[:, None] & (firms.tie_used > world.quarter - TIE_QUARTERS))
    entries = sparse.coo_matrix((np.ones(row.size), (row, firms.tie_row[row, slot])), shape=(firms.n, firms.n)).tocsr()
    return (entries + entries.T).astype(bool).astype(float)


def horizontal_degree(world: World) -> F8:
    degree = np.asarray(_net(world).sum(axis=1)).ravel()
    return ratio(by_region(world, degree), suppliers(world))


def closure_ratio(world: World) -> F8:
    net = _net(world)
    degree = np.asarray(net.sum(axis=1)).ravel()
    closed = np.asarray((net @ net).multiply(net).sum(axis=1)).ravel()
    clustering = ratio(by_region(world, closed), by_region(world, degree * (degree - 1.0)))
    chance = ratio(ratio(by_region(world, degree), suppliers(world)), suppliers(world))
    return ratio(clustering, chance)


def regional_tie_share(world: World) -> F8:
    net = _net(world).tocoo()
    region = world.firms.region
    same = region[net.row] == region[net.col]
    inside = count_by(region[net.row[same]], world.regions)
    return ratio(inside, count_by(region[net.row], world.regions))


def _share_of_links(world: World, flags: NDArray[np.bool_]) -> F8:
    """Share of the links between a region's suppliers and operations for which ``flags`` [n, M] holds."""
    links = (world.firms.link_since > NEVER) & (world.firms.trust > world.p.link_ends)
    return ratio(by_region(world, (links & flags).sum(axis=1)), by_region(world, links.sum(axis=1)))


def durable_link_share(world: World) -> F8:
    return _share_of_links(world, world.firms.link_since < world.quarter - DURABLE_QUARTERS)


def joint_link_share(world: World) -> F8:
    return _share_of_links(world, world.firms.joint_last > world.quarter - JOINT_QUARTERS)


def cooperates_with_clients(world: World) -> F8:
    firms = world.firms
    active = firms.mining_year > ACTIVE * firms.sales_year
    durable = ((firms.trust > TRUSTED) & (firms.link_since < world.quarter - DURABLE_QUARTERS) & (firms.link_since > NEVER)).any(axis=1)
    joint = (firms.joint_last > world.quarter - JOINT_QUARTERS).any(axis=1)
    return ratio(by_region(world, active & (durable | joint)), by_region(world, active))


def cooperates_with_suppliers(world: World) -> F8:
    firms = world.firms
    living = firms.uid[np.maximum(firms.sub_row, 0)] == firms.sub_uid
    active = firms.mining_year > ACTIVE * firms.sales_year
    return ratio(by_region(world, active & (living & (firms.sub_trust > TRUSTED)).any(axis=1)), by_region(world, active))


def buyer_dependence(world: World) -> F8:
    """Mean over suppliers of mines of the sum of squared shares of clients in sales; other clients count as many."""
    book, firms = world.book.columns, world.firms
    live = np.flatnonzero(book.active & (book.prime < 0))
    cell = book.supplier[live].astype(np.int64) * world.buyers + book.buyer[live]
    share = sum_by(cell, book.rate[live] * book.price[live], firms.n * world.buyers).reshape(firms.n, world.buyers)
    sells = np.asarray(share.any(axis=1))
    share /= np.maximum(world.sales(), 1e-9)[:, None]
    index = np.minimum(np.square(share, out=share).sum(axis=1), 1.0)
    return ratio(by_region(world, index * sells), by_region(world, sells))


# ---- trade, money, copper --------------------------------------------------------------------------------------------
def exports(world: World) -> F8:
    return by_region(world, world.firms.sales_exports)


def export_share(world: World) -> F8:
    return ratio(exports(world), by_region(world, world.sales()))


def exporter_share(world: World) -> F8:
    return share_of_firms(world, world.firms.exported > world.quarter - EXPORT_QUARTERS)


def export_diversification(world: World) -> F8:
    """One less the sum of squared shares of market x subsector in a region's exports [R]; NaN where nothing is exported."""
    firms, kinds = world.firms, len(world.data.market_names) * world.subsectors
    sold = firms.alive & (firms.sales_exports > 0)
    kind = firms.export_market.astype(np.int64) * world.subsectors + firms.subsector
    cell = (firms.region * kinds + kind)[sold]
    value = sum_by(cell, firms.sales_exports[sold], world.regions * kinds).reshape(world.regions, kinds)
    return 1.0 - ratio((value**2).sum(axis=1), value.sum(axis=1) ** 2)


def supplier_sales(world: World) -> F8:
    return by_region(world, world.mining_sales())


def large_sales_share(world: World) -> F8:
    firms = world.firms
    return ratio(by_region(world, firms.sales_year * (firms.size_class == LARGE)), by_region(world, firms.sales_year))


def spinoff_rate(world: World) -> F8:
    return ratio(world.year_tally["entries_spinoff"], world.year_tally["entries"])


def public_spend(world: World) -> F8:
    return np.asarray(sum((p.counts[COUNTED.index("public")] for p in world.by_name()), np.zeros(world.regions)))


def private_spend(world: World) -> F8:
    return np.asarray(sum((p.counts[COUNTED.index("private")] for p in world.by_name()), np.zeros(world.regions)))


def copper_price(world: World) -> F8:
    return np.full(world.regions, world.price)


def cash_cost(world: World) -> F8:
    return np.full(world.regions, world.cash_cost)


def copper_output(world: World) -> F8:
    return sum_by(world.mines.region, world.mines.output, world.regions) / 1000.0
