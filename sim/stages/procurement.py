"""Stage 4. Procurement: purchases become tenders, firms are invited and bid, one wins and passes a part to tier 2."""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri

from sim.agents.columns import NEVER
from sim.draws import as_ids, combine_column, unit_interval
from sim.kernels.clearing import TENDER, Market, Relations, clear
from sim.rules.delivery import deliver_contracts
from sim.rules.jointbids import share_out
from sim.rules.register import bidders_of, market_of, relations_of, weights_of
from sim.rules.slots import keep_subcontractors
from sim.table import count_by, sum_by
from sim.world import World

F8 = NDArray[np.float64]
I8 = NDArray[np.int64]
U8 = NDArray[np.uint64]
KNOWN = 0.5
"""Remembered deliveries from which a supplier is not new to a buyer."""
NEEDS = (0.05, 0.98)
"""Bounds of the knowledge that a tender needs."""
USE_SWING = (-0.5, 0.3)
"""Bounds of the gap between actual and planned use to which markups react."""
VALUE, OFFICE, RESERVED, NEED, CERTIFICATE, PART_TRADE, OWN_TRADE, FIRST_END = range(1, 9)
"""What a tender's own luck decides: its key and one of these numbers give one draw."""
PASSED_ON = 11
"""The key of a tender and this number give the key of the part that its winner passes on."""
Called = NDArray[np.void]
"""Tenders as records of type TENDER."""


class Hall(NamedTuple):
    """Everything that awards of one quarter look at."""

    bidders: NDArray[np.void]
    pots: F8
    relations: Relations
    market: Market
    weights: NDArray[np.void]


def run(world: World) -> None:
    """Tender what is not under contract, then deliver all contracts of the quarter."""
    world.book.expire(world.quarter, world.firms.alive)
    world.firms.committed[:] = world.book.volume_by_firm(world.firms.n)
    hall = Hall(*bidders_of(world), relations_of(world), market_of(world), weights_of(world))
    _award(world, _new_tenders(world), hall)
    _set_markups(world, hall.bidders)
    world.firms.committed[:] = world.book.volume_by_firm(world.firms.n)
    deliver_contracts(world)


# ---- demand becomes tenders ------------------------------------------------------------------------------------------
def mean_capped(median: float | F8, sigma: float, cap: F8) -> F8:
    """Mean of a lognormal value cut at ``cap``."""
    z = (np.log(np.maximum(cap, 1e-9)) - np.log(median)) / sigma
    mean = median * np.exp(sigma**2 / 2) * ndtr(z - sigma) + cap * (1.0 - ndtr(z))
    return np.asarray(mean)


def _tender_counts(world: World) -> tuple[I8, F8]:
    """How many tenders each operation calls a subsector [M, K], and the largest value allowed in UF [M, K]."""
    p, mines = world.p, world.mines
    contracted = world.book.spend_by_buyer(world.buyers, world.subsectors)
    mines.call_off[:] = np.where(contracted > mines.target, mines.target / np.maximum(contracted, 1e-9), 1.0)
    missing = np.maximum(mines.target - contracted, 0.0)
    cap = np.maximum(p.tender_cap * 4 * mines.target / world.spec.scale, 1.0)
    whole = 1.0 - world.levers["unbundling"][:, None]
    mean_rate = mean_capped(_median_uf(world) * whole, p.tender_sigma, cap) / world.data.contract_quarters
    cells = np.arange(world.buyers * world.subsectors, dtype=np.uint64).reshape(missing.shape)
    luck = world.draws.uniform("tender", world.quarter, cells)
    return np.floor(missing / mean_rate + luck).astype(np.int64), cap


def _median_uf(world: World) -> float:
    return world.p.tender_median / world.uf_in_dollars()


def _new_tenders(world: World) -> Called:
    counts, cap = _tender_counts(world)
    flat = counts.ravel()
    cell = np.repeat(np.arange(flat.size), flat)
    rank = np.arange(cell.size) - np.repeat(np.cumsum(flat) - flat, flat)
    key = combine_column(combine_column(world.draws.key("value", world.quarter), as_ids(cell)), as_ids(rank))
    order = np.argsort(key)
    key, cell = key[order], cell[order]
    buyer, subsector = np.divmod(cell, world.subsectors)
    value = _median_uf(world) * (1.0 - world.levers["unbundling"][buyer]) * np.exp(world.p.tender_sigma * ndtri(_luck(key, VALUE)))
    value = np.minimum(value, cap.ravel()[cell])
    office = np.where(_luck(key, OFFICE) < world.mines.office[buyer], world.data.capital, world.mines.region[buyer])
    reserved = _reserved(world, buyer, _luck(key, RESERVED))
    none = np.full(buyer.size, -1, np.int64)
    return _tenders(world, key, buyer, subsector, value, world.data.contract_quarters[subsector], office, reserved, none)


def _luck(key: U8, number: int) -> F8:
    """A draw in (0, 1) for each tender."""
    return unit_interval(combine_column(key, as_ids(number)))


def _tenders(world: World, key: U8, buyer: I8, subsector: I8, value: F8, duration: F8, office: I8, reserved: I8, prime: I8) -> Called:
    """Tenders with what follows from value and subsector. ``value`` is UF over the whole contract of ``duration`` quarters."""
    data, p = world.data, world.p
    dollars = value * world.uf_in_dollars()
    called = np.zeros(key.size, TENDER)
    called["key"], called["buyer"], called["subsector"] = key, buyer, subsector
    called["site"], called["office"], called["reserved"], called["prime"] = world.mines.region[buyer], office, reserved, prime
    called["rate"] = value / duration / world.reference_price[subsector]
    called["log_value"] = np.log(2.0 * value / duration * np.minimum(duration, 4.0))
    called["need"] = np.clip(data.knowledge_need[subsector] + p.need_spread * ndtri(_luck(key, NEED)), *NEEDS)
    called["large"], called["small"] = dollars > p.office_value, dollars < p.site_value
    asked = 1.0 - world.levers["open_tenders"][buyer]
    called["certified_only"] = (dollars > p.certified_value) & (_luck(key, CERTIFICATE) < p.certified_tenders * asked)
    return called


def _reserved(world: World, buyer: I8, luck: F8) -> I8:
    """Definition of local to which a tender is reserved, -1 = open to all."""
    share = world.levers["set_aside"]
    reserved = np.full(buyer.size, -1, np.int64)
    for definition in range(share.shape[1]):
        reserved[luck < share[buyer, definition]] = definition
    return reserved


# ---- awards ----------------------------------------------------------------------------------------------------------
def _award(world: World, tenders: Called, hall: Hall) -> None:
    """Clear tier 1, then what its winners pass on; enter the contracts."""
    winner, offers, price, shared = _clear(tenders, hall)
    passed, tier2 = _subcontracts(world, tenders, winner)
    sub_winner, sub_offers, sub_price, _ = _clear(tier2, hall)
    share = np.zeros(tenders["key"].size)
    share[passed] = tier2["rate"] * (sub_winner >= 0) / tenders["rate"][passed]
    duration = world.data.contract_quarters[tenders["subsector"]]
    _remember(world, tenders, duration, winner, offers, price, tier=1)
    _learn_prices(world, tenders, winner, price)
    _remember(world, tier2, duration[passed], sub_winner, sub_offers, sub_price, tier=2)
    ends = _ends(world, tenders)
    slots = _enter(world, tenders, winner, price, share, ends, np.full(winner.size, -1))
    parent = np.full(winner.size, -1)
    parent[winner >= 0] = slots
    share_out(world, winner[winner >= 0], slots, shared[winner >= 0])
    _enter(world, tier2, sub_winner, sub_price, np.zeros(sub_winner.size), ends[passed], parent[passed])


def _clear(tenders: Called, hall: Hall) -> tuple[I8, I8, F8, F8]:
    size = tenders["key"].size
    winner, offers, price, shared = np.full(size, -1, np.int64), np.zeros(size, np.int64), np.ones(size), np.zeros(size)
    clear(tenders, *hall, winner, offers, price, shared)
    return winner, offers, price, shared


def _subcontracts(world: World, tenders: Called, winner: I8) -> tuple[NDArray[np.intp], Called]:
    """Positions of the contracts of which a part is passed on, and those parts as tenders of the winners."""
    data, p = world.data, world.p
    value = tenders["rate"] * (data.contract_quarters * world.reference_price)[tenders["subsector"]]
    large = value * world.uf_in_dollars() > p.tier2_threshold
    passed = np.flatnonzero((winner >= 0) & large & (data.tier2_share[tenders["subsector"]] > 0))
    key = combine_column(tenders["key"][passed], as_ids(PASSED_ON))
    appetite = np.cumsum(data.opex_share * (1.0 - data.import_content))
    part = np.searchsorted(appetite / appetite[-1], _luck(key, PART_TRADE))
    part = np.where(_luck(key, OWN_TRADE) < p.tier2_own_trade, tenders["subsector"][passed], np.minimum(part, world.subsectors - 1))
    share = data.tier2_share[tenders["subsector"][passed]]
    duration = data.contract_quarters[tenders["subsector"][passed]]
    passed_value = tenders["rate"][passed] * share * duration * world.reference_price[part]
    made = _tenders(world, key, tenders["buyer"][passed], part, passed_value, duration, tenders["site"][passed],
                    np.full(passed.size, -1), winner[passed])
    made["certified_only"] = False
    return passed, made


def _ends(world: World, tenders: Called) -> I8:
    """Last quarter of each contract; those of the very first quarter are found half-way, spread over their duration."""
    duration = world.data.contract_quarters[tenders["subsector"]].astype(np.int64)
    if not world.book.columns.active.any():
        duration = 1 + np.floor(_luck(tenders["key"], FIRST_END) * duration).astype(np.int64)
    return np.asarray(world.quarter + duration - 1)


def _enter(world: World, tenders: Called, winner: I8, price: F8, passed_on: F8, ends: I8, parent: I8) -> NDArray[np.intp]:
    """Enter the contracts that were won; returns their slots."""
    won = np.flatnonzero(winner >= 0)
    return world.book.add(
        supplier=winner[won], prime=tenders["prime"][won], buyer=tenders["buyer"][won], site=tenders["site"][won],
        subsector=tenders["subsector"][won], rate=tenders["rate"][won], price=price[won], need=tenders["need"][won],
        passed_on=passed_on[won], ends=ends[won], luck=tenders["key"][won], parent=parent[won])


def _remember(world: World, tenders: Called, duration: F8, winner: I8, offers: I8, price: F8, tier: int) -> None:
    """Awards make a firm known and open a link; what was decided is kept for those who ask."""
    firms = world.firms
    won = np.flatnonzero(winner >= 0)
    rows, buyer = winner[won], tenders["buyer"][won]
    firms.awards_recent[:] *= 1.0 - world.p.award_fading if tier == 1 else 1.0
    firms.awards_recent[:] += count_by(rows, firms.n)
    if world.keeps_awards:
        world.tally.awards.append(_decisions(world, tenders, duration, winner, offers, price, tier))
    if tier == 1:
        fresh = firms.link_since[rows, buyer] == NEVER
        firms.link_since[rows[fresh], buyer[fresh]] = world.quarter
    else:
        keep_subcontractors(firms.sub_row, firms.sub_uid, firms.sub_trust, firms.uid, tenders["prime"][won], rows, world.p.start_trust)


def _decisions(world: World, tenders: Called, duration: F8, winner: I8, offers: I8, price: F8, tier: int) -> dict[str, NDArray[Any]]:
    """What was decided on each tender, with the winner as it was when it won; -1 and identity 0 where nobody won."""
    firms, rows, won = world.firms, np.maximum(winner, 0), winner >= 0
    return {
        "buyer": tenders["buyer"], "site": tenders["site"], "subsector": tenders["subsector"], "tier": np.full(winner.size, tier),
        "value": tenders["rate"] * duration, "bidders": offers, "price": np.where(won, price, np.nan),
        "new": won & (firms.deliveries[rows, tenders["buyer"]] < KNOWN), "uid": np.where(won, firms.uid[rows], np.uint64(0)),
        "at_site": won & firms.presence[rows, tenders["site"]], "hq": np.where(won, firms.region[rows], -1),
        "origin": np.where(won, firms.origin[rows], -1), "size": np.where(won, firms.size_class[rows], -1)}


def _learn_prices(world: World, tenders: Called, winner: I8, price: F8) -> None:
    """Buyers turn budgets into volumes at the prices of late awards (volume-weighted, by subsector)."""
    weight = tenders["rate"] * (winner >= 0)
    volume = sum_by(tenders["subsector"], weight, world.subsectors)
    paid = sum_by(tenders["subsector"], weight * price, world.subsectors)
    seen = np.where(volume > 0, paid / np.maximum(volume, 1e-9), world.reference_price)
    world.reference_price += world.p.price_memory * (seen - world.reference_price)


def _set_markups(world: World, bidders: NDArray[np.void]) -> None:
    """Markups climb with full order books and bids won, fall with idle capacity and bids lost, and return to normal, within
    bounds. Sellers abroad keep theirs: one country's orders do not fill or empty their order books."""
    firms, p = world.firms, world.p
    use = np.clip(firms.utilisation - p.normal_use, *USE_SWING)
    won = np.where(bidders["bids"] > 0, bidders["wins"] / np.maximum(bidders["bids"], 1) - p.normal_wins, 0.0)
    change = p.markup_step * use + p.markup_wins * won - p.markup_return * (firms.markup - p.markup)
    firms.markup[:] = np.where(world.domestic(), np.clip(firms.markup + change, p.markup_floor, p.markup_ceiling), firms.markup)
