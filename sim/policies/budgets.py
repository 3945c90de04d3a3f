"""Budgets: for how much a programme may begin new supports, so that all that run never cost more than its agency has."""

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from sim.policies.programme import Programme


def free_a_quarter(programme: "Programme") -> float:
    """UF a quarter that new supports may cost, by the programme's budget and by its agency's; infinite without either.

    What its agency has left is shared by the agency's programmes that call.
    """
    scale, agency, free = programme.world.spec.scale, programme.agency, np.inf
    quarters = 4 - programme.world.quarter % 4
    if programme.spec.budget is not None:
        free = _free(programme.spec.budget * scale, programme.spent_this_year, programme.running(), quarters)
    if np.isfinite(agency.budget):
        running = sum(p.running() for p in agency.at_work())
        calling = max(sum(p.is_open() for p in agency.at_work()), 1)
        free = min(free, _free(agency.budget * scale, agency.spent_this_year(), running, quarters) / calling)
    return float(free)


def _free(budget: float, spent: float, running: float, quarters: int) -> float:
    """What a budget leaves a quarter, this year and any year, beside what runs."""
    return min((budget - spent) / quarters, budget / 4) - running
