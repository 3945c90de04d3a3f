"""What the options of firms cost them, whole and before anybody else pays a part: UF each."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from sim.world import EVERY, Rows, World

F8 = NDArray[np.float64]
LEAST_SALES_UF = 1.0
"""Yearly sales below which an option that is priced by them costs no less."""


def audit_size(world: World, of: Rows | slice = EVERY) -> F8:
    """Cost of certifying each of the firms ``of`` over that of one with a single worker: days of audit and of the own staff grow with
    the staff."""
    return np.asarray(np.maximum(world.firms.workers[of], 1.0)**world.p.certificate_staff)


def certificate_cost(world: World, of: Rows | slice = EVERY) -> F8:
    """Implementing and certifying an international norm, by firms without the entry norm."""
    return world.p.certificate_cost * audit_size(world, of)


def entry_cost(world: World, of: Rows | slice = EVERY) -> F8:
    """Implementing and certifying the entry norm (NCh 2909)."""
    return world.p.entry_cost * audit_size(world, of)


def research_cost(world: World, of: Rows | slice = EVERY) -> F8:
    """Running an R&D unit for a year."""
    return np.asarray(world.p.rd_cost * np.maximum(world.firms.sales_year[of], LEAST_SALES_UF))


def training_cost(world: World, of: Rows | slice = EVERY) -> F8:
    """A year's training plan."""
    return np.asarray(world.p.training_cost * np.maximum(world.firms.sales_year[of], LEAST_SALES_UF))


def mission_cost(world: World, of: Rows | slice = EVERY) -> F8:
    """A technology mission or fair abroad."""
    return np.full(world.firms.uid[of].size, world.p.mission_cost)


OPTION_COST: dict[str, Callable[[World, Rows | slice], F8]] = {
    "certification_cost_share": certificate_cost, "entry_cost_share": entry_cost, "rd_cost_share": research_cost,
    "training_cost_share": training_cost, "mission_cost_share": mission_cost}
"""By the lever that pays a part of it."""
