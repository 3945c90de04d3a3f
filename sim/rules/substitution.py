"""Import substitution: goods makers find, prototype, pilot and scale what was imported, and build a plant for it."""

import numpy as np
from numpy.typing import NDArray

from sim.agents.columns import PLANT
from sim.rules.absorption import receptiveness
from sim.rules.adoption import credit_line
from sim.rules.costs import output_per_worker
from sim.world import World

F8 = NDArray[np.float64]
Flags = NDArray[np.bool_]
PILOT = 2
"""The step of the chain from which the pilot comes next: a pilot plant helps it."""
SUREST = 0.95
"""No step of the chain is safer than this, whoever helps."""


def substitute_imports(world: World) -> None:
    """One quarter of all chains. Each step takes its time and may fail; the last needs the money for a plant."""
    firms, p = world.firms, world.p
    luck = world.draws.uniform("substitution", world.quarter, firms.uid)
    helped = world.levers["substitution_help"]
    started = _able(world) & (luck < p.substitution_rate * (1.0 + firms.research + helped) * receptiveness(world))
    running = (firms.substitution > 0) & (firms.substitution < PLANT) & firms.alive
    due = running & (luck < (PLANT - 1) / p.substitution_quarters)
    works = world.draws.uniform("substitution_step", world.quarter, firms.uid) < _success(world, helped)
    last = firms.substitution == PLANT - 1
    firms.substitution[due & works & ~last] += 1
    firms.substitution[due & ~works] = 0
    firms.substitution[started] = 1
    _build_plants(world, due & works & last)


def _able(world: World) -> Flags:
    """Goods makers without a chain that know nearly enough [n]."""
    firms, data = world.firms, world.data
    near = firms.capability > data.knowledge_need[firms.subsector] - world.p.substitution_gap
    return np.asarray(data.goods[firms.subsector] & world.domestic() & (firms.substitution == 0) & near)


def _success(world: World, helped: F8) -> F8:
    """Chance that a step which comes due works [n]: public places and partners' pilot plants help the pilot, advice every step."""
    firms, p = world.firms, world.p
    open_plant = np.maximum(world.levers["pilot_infrastructure"][firms.region], _partner_has_plant(world))
    pilot = np.where(firms.substitution == PILOT, open_plant, 0.0)
    return np.minimum(p.substitution_success + p.pilot_help * np.maximum(pilot, helped), SUREST)


def _partner_has_plant(world: World) -> Flags:
    """Whether a firm's university partner has a pilot plant [n]."""
    partner = world.firms.university
    return np.asarray((partner >= 0) & world.data.inst_pilot[np.maximum(partner, 0)])


def _build_plants(world: World, ready: Flags) -> None:
    """Those whose cash and credit cover a plant build it, and staff it for the work that was imported; others keep
    the step, which comes due again."""
    firms = world.firms
    if not ready.any():
        return
    cost = np.where(ready, world.p.plant_cost * firms.sales_year, 0.0)
    builds = ready & (firms.cash + credit_line(world) >= cost)
    world.pay_plain("plants", np.where(builds, cost, 0.0), firms.region)
    before = output_per_worker(world)
    firms.substitution[builds] = PLANT
    firms.workers[builds] *= (before / output_per_worker(world))[builds]
