"""Vouchers: a programme pays its part of what a firm buys, as long as the year's money lasts."""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from sim.policies.programme import Programme

F8 = NDArray[np.float64]


def ration(programme: "Programme", wanted: F8, rows: NDArray[np.intp]) -> F8:
    """Public part of the vouchers that firms ``rows`` cash this quarter [k], of what each wants [k]: in an order of luck, until the money
    is gone."""
    world = programme.world
    order = np.argsort(world.draws.uniform("cashed", world.quarter, world.firms.uid[rows], programme.salt), kind="stable")
    before = np.empty(order.size)
    before[order] = np.cumsum(wanted[order]) - wanted[order]
    return np.clip(money_left(programme) - before, 0.0, wanted)


def money_left(programme: "Programme") -> float:
    """What the year's budgets, the programme's own and its agency's, leave for vouchers, UF."""
    left, agency, scale = np.inf, programme.agency, programme.world.spec.scale
    if programme.spec.budget is not None:
        left = programme.spec.budget * scale - programme.spent_this_year
    if np.isfinite(agency.budget):
        promised = agency.running() * (3 - programme.world.quarter % 4)
        left = min(left, agency.budget * scale - sum(p.spent_this_year for p in agency.at_work()) - promised)
    return max(left, 0.0)
