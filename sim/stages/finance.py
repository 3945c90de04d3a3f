"""Stage 7. Money: sales to mines, other suppliers, other clients and abroad; every cost; credit, tax and payout."""

import numpy as np
from numpy.typing import NDArray

from sim.calendar import DAYS_A_QUARTER
from sim.ledger import MINE_CLASSES
from sim.rules.adoption import credit_line
from sim.rules.costs import LEAST_SALES_UF, MEAN_SALES_UF, import_content, other_price
from sim.rules.exports import exports_planned, win_export_contracts
from sim.table import sum_by
from sim.world import SUPPLYING, World

F8 = NDArray[np.float64]


def run(world: World) -> None:
    """One quarter of every supplier's accounts."""
    win_export_contracts(world)
    other, exports = _other_volumes(world)
    price = other_price(world)
    income = _collect(world, other * price, exports)
    costs = _pay_costs(world, other, exports)
    _branches(world)
    earned = _pay_interest_and_tax(world, income - costs - world.tally.options_paid)
    _pay_out(world, earned)
    _count_local_profit(world, earned)
    _count_distress(world)
    _place_wages(world)
    _remember(world)
    _share_other_market(world, price)


def _other_volumes(world: World) -> tuple[F8, F8]:
    """Volumes for other clients and for export [n], within what capacity is left by mining work."""
    firms, p, out = world.firms, world.p, world.tally.outcome
    assert out is not None
    room = np.maximum(firms.capacity * p.overtime - out.done["volume"], 0.0)
    exports = np.where(world.domestic(), np.minimum(exports_planned(world, out.done["volume"]), room), 0.0)
    firms.exported[exports > 0] = world.quarter
    return np.where(firms.alive, np.minimum(firms.other_demand, room - exports), 0.0), exports


def _collect(world: World, other: F8, exports: F8) -> F8:
    """Book all sales, with other clients for ``other`` UF before markups; mines pay a part next quarter. Returns income on accrual [n]."""
    firms, ledger, out, region = world.firms, world.ledger, world.tally.outcome, world.firms.region
    assert out is not None
    for number, name in enumerate(MINE_CLASSES):
        own = world.mines.owner == number
        bought = sum_by(world.mines.region[own], out.spend_by_buyer[own], world.regions)
        owed = sum_by(world.mines.region[own], world.owed_by[own], world.regions)
        ledger.to_suppliers_from("purchases of mines", name, out.revenue[:, number] - out.delayed[:, number], bought)
        ledger.to_suppliers_from("purchases of mines, paid late", name, world.owed[:, number], owed)
    world.owed, world.owed_by = out.delayed.copy(), out.spend_by_buyer.copy()
    ledger.among_suppliers("tier 2", out.done["paid"], out.done["tier2"], region)
    markup = (1.0 + firms.markup) / (1.0 + world.p.markup)
    firms.sales_mines[:], firms.sales_tier2[:] = out.revenue.sum(axis=1), out.done["tier2"]
    firms.sales_other[:], firms.sales_exports[:] = other * markup, exports * firms.unit_cost * markup
    ledger.to_suppliers("other clients", "rest_of_region", firms.sales_other, region)
    ledger.to_suppliers("exports", "abroad", firms.sales_exports, region)
    return np.asarray(world.sales() - out.done["paid"])


def _pay_costs(world: World, other: F8, exports: F8) -> F8:
    """Imports, wages, domestic inputs, overhead and crews' travel of all work [n]; idle staff is paid too. Returns their sum."""
    firms, p, out, data = world.firms, world.p, world.tally.outcome, world.data
    assert out is not None
    volume = out.done["volume"] + other + exports
    unit = firms.unit_cost / (1.0 + p.markup)
    content = import_content(world)
    seller_abroad = firms.region == data.abroad
    domestic = np.where(seller_abroad, 0.0, 1.0 - content)
    parts = p.wage_cost + p.input_cost + p.overhead_cost
    staffed = np.where(firms.alive, np.maximum(volume, p.idle_wages * firms.capacity), 0.0)
    imports = volume * unit * np.where(seller_abroad, 1.0, content)
    wages = staffed * unit * domestic * p.wage_cost / parts
    inputs = volume * unit * domestic * p.input_cost / parts
    overhead = volume * unit * domestic * p.overhead_cost / parts
    mobilised = out.done["mobilised"] * unit
    for kind, payee, amount in (("imports", "abroad", imports), ("wages", "households", wages),
                                ("domestic inputs", "rest_of_region", inputs), ("overhead", "rest_of_region", overhead)):
        world.ledger.from_suppliers(kind, payee, amount, firms.region)
    world.ledger.from_suppliers("mobilisation", "rest_of_region", mobilised, np.where(seller_abroad, data.capital, firms.region))
    mining_part = out.done["volume"] / np.maximum(volume, 1e-9)
    world.tally.local_inputs = sum_by(firms.region, inputs * mining_part, world.regions)
    firms.utilisation[:] = np.where(firms.alive, volume / np.maximum(firms.capacity, 1e-9), 0.0)
    return np.asarray(imports + wages + inputs + overhead + mobilised)


def _branches(world: World) -> None:
    """Each branch costs its rent and three people, paid where it stands; service centres of sellers abroad too."""
    firms, data = world.firms, world.data
    living = world.living()
    branch = firms.presence[living].copy()
    branch[np.arange(living.size), firms.region[living]] = False
    branch[:, data.abroad] = False
    for region in np.flatnonzero(branch.any(axis=0)):
        amounts = np.zeros(firms.n)
        amounts[living[branch[:, region]]] = world.p.branch_cost
        world.pay_plain("branches", amounts, np.full(firms.n, region))


def _pay_interest_and_tax(world: World, profit: F8) -> F8:
    """Interest on credit used, and tax on what is left of ``profit`` [n]. Returns what is left of both, below zero at a loss."""
    firms, p, ledger, region = world.firms, world.p, world.ledger, world.firms.region
    interest = np.where(firms.alive, np.maximum(-firms.cash, 0.0) * p.interest, 0.0)
    ledger.from_suppliers("interest", "banks", interest, region)
    net = profit - interest
    firms.profit_year[:] += (4 * net - firms.profit_year) / 4
    foreign = region == world.data.abroad
    tax = np.where(foreign, 0.0, np.maximum(net, 0.0) * world.data.profit_tax(world.year))
    ledger.from_suppliers("profit tax", "central_government", tax, region)
    return np.asarray(net - tax)


def _pay_out(world: World, earned: F8) -> None:
    """Owners get a part of the cash that exceeds what they keep in it, as far as profit after tax and a part of that excess reach."""
    firms, p, ledger = world.firms, world.p, world.ledger
    spare = np.maximum(firms.cash - world.sales() * firms.buffer_days / DAYS_A_QUARTER, 0.0)
    payout = np.where(firms.alive, p.payout * np.minimum(spare, np.maximum(earned, 0.0) + p.payout_excess * spare), 0.0)
    national = firms.owner_region != world.data.abroad
    ledger.from_suppliers("payout", "households", np.where(national, payout, 0.0), firms.owner_region)
    ledger.from_suppliers("payout abroad", "abroad", np.where(national, 0.0, payout), firms.owner_region)


def _count_local_profit(world: World, earned: F8) -> None:
    """Profit from mining-related work whose owner lives where the firm is, by region."""
    firms = world.firms
    mining_part = np.minimum(world.mining_sales() / np.maximum(world.sales(), 1e-9), 1.0)
    local = np.where(firms.owner_region == firms.region, np.maximum(earned, 0.0) * mining_part, 0.0)
    world.tally.local_profit = sum_by(firms.region, local, world.regions)


def _count_distress(world: World) -> None:
    """Quarters in a row beyond the credit line."""
    firms = world.firms
    beyond = firms.alive & (firms.cash < -credit_line(world))
    firms.distress[:] = np.where(beyond, firms.distress + 1, 0)


def _place_wages(world: World) -> None:
    """Crews are paid where they work; commuters spend a part there and take the rest to the capital's region."""
    place, p, out = world.place, world.p, world.tally.outcome
    assert out is not None
    crews = out.travelling.sum(axis=2) * ~np.eye(world.regions, dtype=bool) * place.wage
    world.ledger.within("wages on site", "households", crews.sum(axis=1), crews.sum(axis=0))
    kinds = place.commuting[:, SUPPLYING]
    pay = place.wage[:, None] * out.site_work
    leak = (pay * kinds * (1 + p.commute_premium)).sum(axis=1) * (1 - p.commuter_spend)
    world.move_households("suppliers' commuters' income", leak, world.data.capital)
    world.tally.wage_leak += leak
    world.tally.resident_wages = (pay * (1 - kinds)).sum(axis=1) + place.wage * out.home_work


def _remember(world: World) -> None:
    """Moving yearly sales, size class and aspiration."""
    firms, p = world.firms, world.p
    firms.sales_year[:] += (4 * world.sales() - firms.sales_year) / 4
    firms.mining_year[:] += (4 * world.mining_sales() - firms.mining_year) / 4
    firms.size_class[:] = np.searchsorted(world.data.class_ceiling_uf[:-1], firms.sales_year, side="left")
    firms.aspiration[:] += (p.aspiration_stretch * firms.sales_year - firms.aspiration) * p.aspiration_speed


def other_spread(sales: F8, volatility: float, size: float) -> F8:
    """Sd of the quarterly shock to other clients' demand [n]: firms of many clients swing less (Stanley et al. 1996)."""
    return np.asarray(volatility * (np.maximum(sales, LEAST_SALES_UF) / MEAN_SALES_UF)**-size)


def _share_other_market(world: World, price: F8) -> None:
    """What other clients will want: firms drift with luck, ``price`` and youth, and share a market that grows on its own.

    The market over what firms would serve tells how far they crowd one another out.
    """
    firms, p, k = world.firms, world.p, world.subsectors
    cheaper = (1.0 / price) ** p.other_price_response
    spread = other_spread(firms.sales_year, p.other_volatility, p.other_volatility_size)
    shock = np.exp(spread * world.draws.normal("start", world.quarter, firms.uid) - spread**2 / 2)
    age = np.maximum(world.quarter - firms.founded, 0)
    growth = 1.0 + p.other_growth + p.young_growth * np.exp(-age / p.exit_maturity)
    wanted = np.where(world.domestic(), np.minimum(firms.other_demand * growth * cheaper * shock, p.other_reach * firms.capacity), 0.0)
    if not world.other_market.any():
        world.other_market = sum_by(firms.subsector, wanted, k)
    world.other_market *= 1.0 + p.other_growth
    total = sum_by(firms.subsector, wanted, k)
    room = np.where(total > 0, world.other_market / np.maximum(total, 1e-9), 1.0)
    firms.other_demand[:] = wanted * (room**p.other_rivalry)[firms.subsector]
