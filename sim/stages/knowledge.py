"""Stage 6. Knowledge: options that firms take, learning by channel, the moving frontier, and import substitution."""

import numpy as np
from numpy.typing import NDArray

from sim.agents.columns import LARGE, SLOTS
from sim.rules.absorption import absorptive_capacity, best_distance, hump, receptiveness
from sim.rules.adoption import adopters
from sim.rules.certificates import certificate_worth, entry_worth, renew_certificates
from sim.rules.costs import MEAN_NEED
from sim.rules.frontier import behind, trade_frontier
from sim.rules.optioncosts import audit_size, certificate_cost, entry_cost, mission_cost, research_cost, training_cost
from sim.rules.substitution import substitute_imports
from sim.rules.universities import work_with_universities
from sim.table import count_by, sum_by
from sim.world import CHANNELS, World

F8 = NDArray[np.float64]
LOWEST, HIGHEST = 0.02, 0.98
"""Bounds of what a supplier of the country knows."""
CLASSES = 10
"""Capability classes of a tenth of the frontier, for the transition rate."""
TAUGHT_QUARTERS = 4
"""For so long a joint project with a buyer teaches."""


def run(world: World) -> None:
    """One quarter of learning."""
    _absorb(world)
    _certify_entry(world)
    _certify(world)
    _take_up_research(world)
    _take_advice(world)
    _train(world)
    _order_books(world)
    _go_abroad(world)
    work_with_universities(world)
    _learn(world)
    substitute_imports(world)
    _innovate(world)


def _absorb(world: World) -> None:
    firms, place, p = world.firms, world.place, world.p
    weights = np.array([p.absorb_capability, p.absorb_skills, p.absorb_research, p.absorb_management])
    skilled = np.clip(1.0 + p.scarce_tightness - place.tightness, p.scarce_skills, 1.0)[firms.region] * firms.skills
    firms.absorptive[:] = absorptive_capacity(firms.capability, skilled, firms.research, firms.management, weights)


# ---- options ---------------------------------------------------------------------------------------------------------
def _certify(world: World) -> None:
    """Certify for the first time, with a programme's share or without; renew at the end of a term at the firm's own cost.

    A certificate holds for the tenders that come, from the next quarter on; it is renewed in the last quarter of its term.
    """
    firms, p = world.firms, world.p
    gain = certificate_worth(world)
    lapsing = firms.certified_until == world.quarter
    renewed = renew_certificates(world, "renew", gain, p.certificate_renewal * audit_size(world), lapsing)
    cost = certificate_cost(world) * np.where(firms.entry_until >= world.quarter, 1.0 - p.entry_credit, 1.0)
    new = adopters(world, "certify", ~world.certified() & (firms.mining_year > 0), gain, cost, "certification_cost_share")
    world.pay_option(new, cost[new], "certification_cost_share", "certification")
    firms.certified_until[np.concatenate([renewed, new])] = world.quarter + int(p.certificate_quarters)
    firms.management[new] = np.minimum(firms.management[new] + p.training_dose, 1.0)


def _certify_entry(world: World) -> None:
    """The entry norm (NCh 2909) is taken up by firms that a programme helps with it, and renewed at the firm's own cost."""
    firms, p = world.firms, world.p
    lapsing, gain = firms.entry_until == world.quarter, entry_worth(world)
    last = world.quarter + int(p.certificate_quarters)
    if lapsing.any():
        renewed = renew_certificates(world, "renew_entry", gain, p.entry_renewal * audit_size(world), lapsing & ~world.certified())
        firms.entry_until[renewed] = last
    helped = world.levers["entry_cost_share"] > 0
    if helped.any():
        able = helped & ~world.certified() & (firms.entry_until < world.quarter) & (firms.mining_year > 0)
        cost = entry_cost(world)
        new = adopters(world, "certify_entry", able, gain, cost, "entry_cost_share")
        world.pay_option(new, cost[new], "entry_cost_share", "entry certification")
        firms.entry_until[new] = last
        firms.management[new] = np.minimum(firms.management[new] + p.training_dose * p.training_practice, 1.0)


def _take_up_research(world: World) -> None:
    """Open an R&D unit, or close it when its cost outruns what it brings."""
    firms, p = world.firms, world.p
    knowing = world.data.knowledge_need[firms.subsector] / MEAN_NEED
    gain, cost = p.rd_gain * firms.sales_year * knowing * receptiveness(world), research_cost(world)
    opened = adopters(world, "rd", ~firms.research & (firms.sales_year > 0), gain, cost, "rd_cost_share")
    firms.research[opened] = True
    running = np.flatnonzero(firms.research & firms.alive & world.domestic())
    world.pay_option(running, p.rd_cost / 4 * firms.sales_year[running], "rd_cost_share", "R&D")
    luck = world.draws.uniform("rd_close", world.quarter, firms.uid)
    squeezed = (firms.cash < 0) & (luck < p.option_rate)
    firms.research[:] &= ~(squeezed | (luck < p.rd_closure))


def _take_advice(world: World) -> None:
    """Advisers raise skills and management of the country's firms, and change processes; all of it fades."""
    firms, p = world.firms, world.p
    keep = np.float32(1.0 - p.management_decay)
    inside, gain = firms.region != world.data.abroad, world.levers["management_gain"]
    firms.skills[inside] = np.minimum(firms.skills * keep + gain, 1.0)[inside]
    firms.management[inside] = np.minimum(firms.management * keep + p.management_decay * p.start_management + gain, 1.0)[inside]
    _change_processes(world, keep)


def _train(world: World) -> None:
    """Training plans raise skills and management."""
    firms, p = world.firms, world.p
    gain, cost = p.training_gain * firms.sales_year, training_cost(world)
    rested = (firms.sales_year > 0) & (firms.trained <= world.quarter - p.training_quarters)
    rows = adopters(world, "train", rested, gain, cost, "training_cost_share")
    firms.trained[rows] = world.quarter
    world.pay_option(rows, cost[rows], "training_cost_share", "training")
    firms.skills[rows] = np.minimum(firms.skills[rows] + p.training_dose, 1.0)
    firms.management[rows] = np.minimum(firms.management[rows] + p.training_dose * p.training_practice, 1.0)


def _order_books(world: World) -> None:
    """Programmes put the accounts of some firms in order."""
    firms = world.firms
    ordered = world.draws.uniform("books_order", world.quarter, firms.uid) < world.levers["sound_books"]
    firms.sound_books[:] |= ordered & firms.alive


def _change_processes(world: World, keep: np.float32) -> None:
    """Advice changes a part of a firm's processes: time, failures and cost fall with it, as far as the firm absorbs it."""
    firms, p, changed = world.firms, world.p, world.levers["process_advice"]
    cost = np.maximum(world.levers["unit_cost_cut"], p.advice_cost * changed)
    failures = np.maximum(world.levers["delivery_gain"], p.advice_delivery * changed)
    firms.process_gain[:] = np.maximum(firms.process_gain * keep, cost * firms.absorptive)
    firms.delivery_gain[:] = np.maximum(firms.delivery_gain * keep, failures * firms.absorptive)
    firms.time_gain[:] = np.maximum(firms.time_gain * keep, p.advice_time * changed * firms.absorptive)


def _go_abroad(world: World) -> None:
    """Missions and fairs bring contacts abroad; promotion brings more; contacts fade."""
    firms, p = world.firms, world.p
    gain = p.mission_gain * firms.sales_year * receptiveness(world)
    rows = adopters(world, "mission", firms.alive, gain, mission_cost(world), "mission_cost_share")
    world.pay_option(rows, mission_cost(world, rows), "mission_cost_share", "missions and fairs")
    firms.contacts[:] = firms.contacts * np.float32(1.0 - p.contact_decay) + world.levers["export_contact"]
    firms.contacts[rows] += 1.0


# ---- learning --------------------------------------------------------------------------------------------------------
def _learn(world: World) -> None:
    """Add what each channel teaches, times absorptive capacity; then the frontier moves and idle capacity forgets."""
    firms, p = world.firms, world.p
    taught = channel_gains(world)
    gain = taught.sum(axis=0)
    before = firms.capability.copy()
    idle = p.idle_forgetting * np.clip(1.0 - firms.utilisation, 0.0, 1.0) * before
    after = (before + gain - idle) / (1.0 + p.frontier_drift)
    foreign = firms.region == world.data.abroad
    firms.capability[:] = np.where(foreign, before, np.clip(after, LOWEST, HIGHEST))
    counted = world.domestic()
    region = firms.region[counted]
    for number, learned in enumerate(taught[:, counted]):
        world.tally.learned[number] = sum_by(region, learned, world.regions)
    _count_transitions(world, counted)


def channel_gains(world: World) -> F8:
    """Capability gained this quarter by channel and firm [channels, n], absorptive capacity included."""
    firms, p, out = world.firms, world.p, world.tally.outcome
    assert out is not None
    mean_lesson = out.done["learning"] / np.maximum(out.done["volume"], 1e-9)
    use = np.minimum(1.0, out.done["volume"] / np.maximum(firms.capacity, 1e-9))
    joint = (firms.joint_last > world.quarter - TAUGHT_QUARTERS).any(axis=1)
    distance = behind(world)
    gains = {
        "doing": p.doing * use * mean_lesson,
        "research": p.research * firms.research * distance,
        "advice": world.levers["capability_gain"],
        "neighbours": neighbour_spillover(world),
        "partners": partner_spillover(world),
        "buyers": p.buyer_spillover * joint * distance,
        "universities": p.university_spillover * (firms.university >= 0) * distance,
        "abroad": p.abroad_spillover * np.minimum(firms.contacts, p.contacts_limit) * distance,
    }
    return np.stack([gains[name] * firms.absorptive for name in CHANNELS])


def neighbour_spillover(world: World) -> F8:
    """Learning from neighbours of one subsector and region [n]: density x mining focus x distance to their work-weighted mean."""
    firms, p, out = world.firms, world.p, world.tally.outcome
    assert out is not None
    cell = firms.region * world.subsectors + firms.subsector
    size = world.regions * world.subsectors
    inside = world.domestic()
    count = count_by(cell[inside], size)
    work = sum_by(cell, out.done["volume"] * inside, size)
    level = sum_by(cell, out.done["volume"] * firms.capability * inside, size) / np.maximum(work, 1e-9)
    sales = sum_by(cell, (firms.sales_year * inside) / 4, size)
    focus = np.minimum(work / np.maximum(sales, 1e-9), 1.0)
    half = p.spillover_half * world.spec.scale
    strength = p.spillover * focus * count / (count + half)
    best = best_distance(world)
    return np.where(inside, strength[cell] * p.hump_width * hump(level[cell] - firms.capability, best), 0.0)


def partner_spillover(world: World) -> F8:
    """Learning from horizontal partners [n]: trust x distance to the best partner, as far as the firm's own trade goes."""
    firms, p = world.firms, world.p
    row, slot = np.divmod(np.flatnonzero(world.live_partners()), SLOTS)
    useful = np.minimum(firms.capability[firms.tie_row[row, slot]], trade_frontier(world)[firms.subsector[row]])
    lesson = hump(useful - firms.capability[row], best_distance(world)[row]) * firms.tie_trust[row, slot]
    best = np.zeros(firms.n)
    np.maximum.at(best, row, lesson)
    return np.asarray(p.partner_spillover * p.hump_width * best)


def _count_transitions(world: World, counted: NDArray[np.bool_]) -> None:
    """Small and medium firms that rise into a higher tenth of the frontier this quarter, by region."""
    firms = world.firms
    smaller = counted & (firms.size_class < LARGE)
    now = np.minimum((firms.capability * CLASSES).astype(np.int8), CLASSES - 1)
    up = smaller & (now > firms.tier) & (firms.tier > 0)
    firms.tier[:] = np.maximum(now, np.where(now < firms.tier, firms.tier - (now < firms.tier - 1), firms.tier))
    firms.tier[firms.tier == 0] = now[firms.tier == 0]
    world.tally.moved_up = count_by(firms.region[up], world.regions)
    world.tally.smaller = count_by(firms.region[smaller], world.regions)


# ---- import substitution and innovation ------------------------------------------------------------------------------
def _innovate(world: World) -> None:
    """Innovation events, likelier with absorptive capacity, R&D and contacts abroad."""
    firms, p = world.firms, world.p
    outward = p.innovation_contacts * np.minimum(firms.contacts, 1.0)
    chance = p.innovation_rate * (p.innovation_floor + firms.absorptive + p.innovation_research * firms.research + outward)
    chance = np.maximum(chance, world.levers["own_solution"])
    event = world.domestic() & (world.draws.uniform("innovation", world.quarter, firms.uid) < chance)
    firms.innovated[event] = world.quarter
