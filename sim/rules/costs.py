"""What a unit of work costs a supplier, and how much a worker delivers."""

import numpy as np
from numpy.typing import NDArray

from sim.agents.columns import PLANT
from sim.table import sum_by
from sim.world import World

F8 = NDArray[np.float64]
MEAN_CAPABILITY, MEAN_MANAGEMENT, MEAN_SALES_UF, MEAN_NEED = 0.45, 0.40, 8_000.0, 0.5
"""The firm whose cost index is 1, and its trade: reference points of scales, not assumptions."""
LEAST_COST = 0.1
"""Unit cost below which other clients see no difference."""
LEAST_SALES_UF = 100.0
"""Yearly sales below which a firm has no further scale to lose."""


def productivity(world: World) -> F8:
    """Volume a worker relative to a mean firm [n]: grows with capability and management practice."""
    firms, p = world.firms, world.p
    return np.asarray(1.0 + p.productivity_slope * (firms.capability.astype(np.float64) - MEAN_CAPABILITY)
                      + p.management_slope * (firms.management.astype(np.float64) - MEAN_MANAGEMENT))


def output_per_worker(world: World) -> F8:
    """UF of work that a worker of each supplier does in a quarter [n]; a plant needs hands for what was imported."""
    firms = world.firms
    return np.asarray(volume_per_worker(world)[firms.subsector] * productivity(world) * home_made(world))


def home_made(world: World) -> F8:
    """Domestic part of the trade's work over that of the supplier [n]: 1, less where a plant runs."""
    return np.asarray((1.0 - world.data.import_content[world.firms.subsector]) / (1.0 - import_content(world)))


def volume_per_worker(world: World) -> F8:
    """UF of work that a mean worker does in a quarter, by subsector [K]."""
    return world.data.uf_per_worker / 4


def cost_index(world: World) -> F8:
    """Full cost of one unit of work [n]; a mean firm of the capital has 1.

    Wages weigh by their part in cost; missing infrastructure and commuting crews add, capability, management, size and
    absorbed process advice reduce. Sellers abroad have the frontier's cost plus what landing adds; a plant saves landing.
    """
    firms, p, data = world.firms, world.p, world.data
    commuting = firms.commuters / np.maximum(firms.workers, 1e-9)
    wage = world.place.wage / data.wage[data.capital]
    labour = wage[firms.region] * (1.0 + p.commute_premium * np.minimum(commuting, 1.0))
    index = labour**p.labour_weight * (1.0 + p.infrastructure_cost * (1.0 - data.infrastructure[firms.region]))
    index = np.where(firms.region == data.abroad, 1.0 + p.abroad_landed, index)
    size = np.maximum(firms.sales_year, LEAST_SALES_UF) / MEAN_SALES_UF
    advice = 1.0 - firms.process_gain.astype(np.float64)
    landing = 1.0 - p.abroad_landed * (data.import_content[firms.subsector] - import_content(world))
    return np.asarray(index * size**-p.scale_economy * advice * landing / productivity(world))


def other_price(world: World) -> F8:
    """Price to other clients before markups [n]: own cost in part, for the rest what rivals of the trade and region cost in the mean.

    So a firm that is cheaper than its rivals keeps part of the difference, and one that is dearer bears part of it.
    """
    firms, inside = world.firms, world.domestic()
    cell, cells = firms.region * world.subsectors + firms.subsector, world.regions * world.subsectors
    log_cost = np.log(np.maximum(firms.unit_cost, LEAST_COST))
    rivals = sum_by(cell, log_cost * inside, cells) / np.maximum(sum_by(cell, inside.astype(np.float64), cells), 1.0)
    return np.asarray(np.where(inside, np.exp(rivals[cell] + world.p.other_pass_through * (log_cost - rivals[cell])), firms.unit_cost))


def import_content(world: World) -> F8:
    """Imported inputs per unit of work [n]: the subsector's, less where a plant has taken the place of imports."""
    plant = world.firms.substitution >= PLANT
    return np.asarray(world.data.import_content[world.firms.subsector] * np.where(plant, 1.0 - world.p.substitution_cut, 1.0))


def travel_factor(world: World) -> F8:
    """Price and cost of work at a site over work at home, by subsector, site and headquarters [K, R, R]: crews travel."""
    return np.asarray(1.0 + world.p.mobilisation * world.data.on_site_share[:, None, None] * log_distance(world)[None])


def log_distance(world: World) -> F8:
    """ln(1 + km/100) between regions [R, R]; sellers abroad deliver through the capital, the country's gateway."""
    data = world.data
    km = data.km.copy()
    km[data.abroad, :], km[:, data.abroad] = km[data.capital, :], km[:, data.capital]
    return np.log1p(km / 100.0)
