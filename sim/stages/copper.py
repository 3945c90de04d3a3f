"""Stage 1. Copper: price, output, cost, investment, what each operation wants to buy, and the squeeze."""

import numpy as np
from numpy.typing import NDArray

from sim.ledger import MINE_CLASSES
from sim.rules.outlook import automated, grade_factor, growth, output_factor
from sim.world import World

F8 = NDArray[np.float64]
POUNDS_A_TONNE = 2204.62
CENTS_A_DOLLAR = 100.0


def run(world: World) -> None:
    """One quarter of the copper business."""
    plan(world)
    _squeeze(world)
    _book(world)


def plan(world: World) -> None:
    """Price, cost, output and what each operation wants to buy this quarter."""
    step = world.quarter - world.data.burn_in_from
    world.price = float(world.price_path[step])
    world.cash_cost = cash_cost(world)
    _produce(world)
    _invest(world)
    _plan_purchases(world)


def cash_cost(world: World) -> float:
    """C1 cash cost in US c/lb: recorded (log-linear between years), then with the three-year price and falling grade."""
    data, p = world.data, world.p
    years = data.cost_years
    decimal_year = world.quarter / 4
    if decimal_year <= years[-1] + 1:
        return float(np.exp(np.interp(decimal_year, years + 0.5, np.log(data.unit_cost))))
    last_quarter = int((years[-1] + 1) * 4)
    price_now, price_then = (_mean_price(world, quarter, back=p.cost_memory) for quarter in (world.quarter, last_quarter))
    falling = (1.0 - p.grade_decline) ** (decimal_year - years[-1] - 1) * grade_factor(world)
    return float(data.unit_cost[-1] * (price_now / price_then) ** p.cost_price_elasticity * falling**-p.cost_grade_elasticity)


def _mean_price(world: World, quarter: int, back: float, skip: float = 0) -> float:
    """Mean price of ``back`` quarters up to ``skip`` quarters before one."""
    end = max(quarter - world.data.burn_in_from - int(skip), 0) + 1
    return float(world.price_path[max(0, end - int(back)):end].mean())


def ramp(quarter: int, opens: NDArray[np.int64], closes: NDArray[np.int64], commissioning: float) -> F8:
    """Part of capacity in use [M]: 0 before opening and after closing, rising over the commissioning."""
    risen = np.clip((quarter - opens + 1) / commissioning, 0.0, 1.0)
    return np.where((quarter >= opens) & (quarter <= closes), risen, 0.0)


def _produce(world: World) -> None:
    data, p, mines = world.data, world.p, world.mines
    mines.grade[:] = (1.0 - p.grade_decline) ** (world.quarter / 4 - data.placement_year) * grade_factor(world)
    youth = np.interp(world.quarter, [data.burn_in_from, data.history_from], [p.burn_in_output, 1.0])
    open_part = ramp(world.quarter, data.op_opens, data.op_closes, p.commissioning)
    mines.output[:] = data.op_kt * 1000.0 / 4 * open_part * youth * output_factor(world) * world.spec.scale
    uf_per_tonne = world.cash_cost / CENTS_A_DOLLAR * POUNDS_A_TONNE / world.uf_in_dollars()
    mines.opex[:] = p.opex_over_cash_cost * uf_per_tonne * mines.output
    mines.revenue[:] = world.price / CENTS_A_DOLLAR * POUNDS_A_TONNE / world.uf_in_dollars() * mines.output
    mines.workers[:] = mines.output * 4 / (p.tonnes_per_worker * mines.grade) * (1.0 - automated(world))
    mines.alive[:] = (open_part > 0) | _being_built(world)
    mines.style_local[:] = np.where(world.quarter >= data.op_style_changes, data.op_style_local_later, data.op_style_local)


def _being_built(world: World) -> NDArray[np.bool_]:
    """Operations in the quarters of building before they open [M]."""
    opens = world.data.op_opens
    return np.asarray((world.quarter < opens) & (world.quarter >= opens - world.p.commissioning))


def _invest(world: World) -> None:
    """Capex follows the price one to three years back, and part of it waits while mines squeeze; mines to be opened or enlarged add
    their building."""
    data, p, mines = world.data, world.p, world.mines
    lagged = _mean_price(world, world.quarter, back=p.capex_memory, skip=p.capex_lag) / p.copper_mean
    kept = 1.0 - p.squeeze_deferral * (mines.squeeze_left > 0)
    sustaining = kept * p.capex_per_tonne * lagged**p.capex_price_elasticity * mines.output
    opening = np.where(_being_built(world), p.opening_capex_per_tonne * data.op_kt * 1000.0 / 4 * world.spec.scale, 0.0)
    enlarged = p.commissioning / 4 * growth(world) * data.op_kt * 1000.0 / 4 * world.spec.scale * mines.alive
    mines.capex[:] = (sustaining + opening + p.opening_capex_per_tonne * enlarged) / world.uf_in_dollars()


def _plan_purchases(world: World) -> None:
    """Addressable purchases by subsector, with what local processing of copper buys on top."""
    data, p, mines = world.data, world.p, world.mines
    running = p.outsourcing_share * p.addressable_share * mines.opex
    investing = p.addressable_share * mines.capex
    forward = 1.0 + p.forward_linkage + world.levers["forward_linkage"][mines.region]
    mines.target[:] = forward[:, None] * (running[:, None] * data.opex_share + investing[:, None] * data.capex_share)
    _automate(world)


def _automate(world: World) -> None:
    """What machines and remote centres take over on site is bought from knowledge-intensive trades instead."""
    data, mines = world.data, world.mines
    freed = automated(world) * data.on_site_share * ~data.knowledge_intensive * mines.target
    towards = data.opex_share * data.knowledge_intensive
    mines.target[:] += freed.sum(axis=1, keepdims=True) * towards / max(towards.sum(), 1e-9) - freed


def _squeeze(world: World) -> None:
    """When margins fall below what they are used to, mines pay later and cut prices; both recover afterwards."""
    p, mines = world.p, world.mines
    if _margin_fell(world):
        mines.squeeze_left[:] = p.squeeze_quarters
    else:
        mines.squeeze_left[:] = np.maximum(mines.squeeze_left - 1.0, 0.0)
    squeezed = mines.squeeze_left > 0
    days = np.where(squeezed, p.squeeze_days, p.payment_days)
    factor = np.where(squeezed, 1.0 - p.squeeze_cut, 1.0)
    mines.payment_days[:] += (days - mines.payment_days) * p.squeeze_speed
    mines.price_factor[:] += (factor - mines.price_factor) * p.price_cut_speed


def _margin_fell(world: World) -> bool:
    """Whether price over C1 lies under ``squeeze_margin`` of its mean over the quarters before this one, which it joins."""
    margin = world.price / world.cash_cost
    usual = float(np.mean(world.margins[-int(world.p.squeeze_memory):] or [margin]))
    world.margins.append(margin)
    return bool(margin < world.p.squeeze_margin * usual)


def _book(world: World) -> None:
    """Copper sold, and everything mines pay except suppliers (finance) and wages (labour)."""
    p, mines, ledger = world.p, world.mines, world.ledger
    for number, name in enumerate(MINE_CLASSES):
        own = mines.owner == number
        region = mines.region[own]
        opex, capex, revenue = mines.opex[own], mines.capex[own], mines.revenue[own]
        other = 1.0 - p.outsourcing_share - p.own_wage_share * (1.0 - automated(world))
        ledger.between("copper", "abroad", name, revenue, region)
        ledger.between("energy, water, fuel, freight", name, "utilities",
                       p.outsourcing_share * (1 - p.addressable_share) * opex, region)
        ledger.between("treatment and overhead", name, "abroad", other * opex, region)
        ledger.between("equipment bought abroad", name, "abroad", (1 - p.addressable_share) * capex, region)
        profit = np.maximum(revenue - opex - capex, 0.0)
        tax = profit * world.data.profit_tax(world.year)
        ledger.between("profit tax", name, "central_government", tax, region)
        payee = ("central_government", "abroad", "households")[number]
        ledger.between("dividends", name, payee, profit - tax, region)
