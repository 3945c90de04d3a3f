"""Stage 3. Labour: graduates choose regions, firms hire, workers live in the region or commute, wages follow."""

import numpy as np
from numpy.typing import NDArray

from sim.ledger import MINE_CLASSES
from sim.rules.costs import output_per_worker
from sim.rules.exports import exports_planned
from sim.rules.outlook import automated
from sim.table import sum_by
from sim.world import MINE, MINING_RELATED, REGIONAL, REST, SUPPLYING, World

F8 = NDArray[np.float64]
SMALLEST_STAFF = 0.2
"""Workers of the smallest firm: an owner for a day a week."""
TIGHTNESS = (0.5, 1.3)
"""Bounds within which wages, rents and residence react to tightness."""


def run(world: World) -> None:
    """One quarter of the labour markets."""
    _staff(world)
    _place_jobs(world)
    _graduate(world)
    _choose_residence(world)
    _set_wages(world)
    _pay_mine_wages(world)


def wanted_staff(workers: F8, wanted_volume: F8, capacity: F8, use: float, hiring: float, layoff: float) -> F8:
    """Staff [n] after hiring or laying off towards the wanted volume, within the limits of one quarter.

    ``use`` is the part of capacity that firms plan for.
    """
    ideal = workers * wanted_volume / np.maximum(capacity * use, 1e-9)
    return np.clip(ideal, workers * (1.0 - layoff), workers * (1.0 + hiring))


def _staff(world: World) -> None:
    """Firms hire and lay off towards the work they have; those that have not yet seen a tender keep what they
    began with, and sellers abroad lay nobody off for a lost contract in one country."""
    firms, p = world.firms, world.p
    wanted = firms.committed + firms.other_demand + exports_planned(world, firms.committed)
    settling = (firms.founded >= world.quarter - 1) | ~world.book.columns.active.any()
    wanted = np.where(settling, np.maximum(wanted, firms.capacity * p.normal_use), wanted)
    before = firms.workers.copy()
    staff = wanted_staff(firms.workers, wanted, firms.capacity, p.normal_use, p.hiring_limit, p.layoff_limit)
    abroad = firms.region == world.data.abroad
    firms.workers[:] = np.maximum(np.where(abroad, np.maximum(staff, before), staff), SMALLEST_STAFF)
    gained = np.where(firms.alive, np.maximum(firms.workers - before, 0.0), 0.0)
    world.tally.hires = sum_by(firms.region, gained, world.regions)
    firms.capacity[:] = firms.workers * output_per_worker(world) / (1.0 - firms.time_gain)


def _place_jobs(world: World) -> None:
    """Jobs at the workplace by kind of employer, from the work that suppliers delivered and mines' own staff."""
    place, p = world.place, world.p
    place.jobs[:, SUPPLYING] = world.site_work
    place.office_jobs = world.home_work
    place.jobs[:, REGIONAL] += place.office_jobs
    place.jobs[:, MINE] = sum_by(world.mines.region, world.mines.workers, world.regions)
    mining = place.jobs[:, MINING_RELATED]
    commuters = (mining * place.commuting[:, MINING_RELATED]).sum(axis=1)
    residents = mining.sum(axis=1) - commuters
    if world.mining_jobs_before is None or world.year < world.data.placement_year:
        world.mining_jobs_before = (residents.copy(), commuters.copy())
    growth = (1.0 + p.rest_growth) ** (world.quarter / 4 - world.data.placement_year)
    residents_before, commuters_before = world.mining_jobs_before
    extra = p.rest_per_resident * (residents - residents_before) + p.rest_per_commuter * (commuters - commuters_before)
    place.rest_jobs = world.data.rest_jobs * world.spec.scale * growth + np.where(world.data.mining_region, extra, 0.0)
    place.jobs[:, REST] = np.maximum(place.rest_jobs, 0.0)
    place.hired_residents = vacancies(residents, place.previous_residents, p.retirement)
    place.hired = place.hired_residents + vacancies(commuters, place.previous_commuters, p.retirement)
    place.previous_residents, place.previous_commuters = residents, commuters


def vacancies(jobs: F8, before: F8, retirement: float) -> F8:
    """Jobs filled this quarter: those that came up, and those whose holders retired."""
    return np.asarray(np.maximum(jobs - before, 0.0) + retirement * jobs)


def _graduate(world: World) -> None:
    """Graduates arrive; the mobile ones choose regions by wage, jobs and amenity; others stay. Some leave work.

    The skilled of the start are counted from the first delivery on: before it nobody is yet seen to work for a supplier.
    """
    data, place, p = world.data, world.place, world.p
    if not place.skilled.any() and not (world.site_work.any() or world.home_work.any()):
        place.tightness = np.full(world.regions, p.normal_tightness)
        return
    yearly = sum_by(data.inst_region, data.inst_graduates, world.regions)
    arrived = (yearly + world.levers["graduate_places"]) / 4 * world.spec.scale
    mining_jobs = place.resident_jobs()
    if not place.skilled.any():
        place.skilled = mining_jobs / p.normal_tightness
    missing = np.maximum(mining_jobs - place.skilled, 0.0)
    appeal = np.log(place.wage / place.rent**p.graduate_rent) * p.graduate_wage + data.amenity + np.log1p(missing / world.spec.scale)
    appeal[data.abroad] = -np.inf
    chosen = np.exp(appeal - appeal.max())
    mobile = p.graduate_mobility * arrived.sum()
    stock = place.skilled * (1.0 - p.retirement) + (1 - p.graduate_mobility) * arrived + mobile * chosen / chosen.sum()
    idle = np.maximum(stock - mining_jobs / p.idle_tightness, 0.0)
    place.skilled = stock - p.pool_outflow * idle
    place.tightness = np.clip(mining_jobs / np.maximum(place.skilled, 1e-9), *TIGHTNESS)


def commuting_logit(world: World) -> F8:
    """What makes a job in each region be held from outside, before the kind of employer [R]."""
    data, place, p = world.data, world.place, world.p
    rent = p.commute_rent * np.log(place.rent / place.rent[data.capital])
    amenity = p.commute_amenity * (data.amenity[data.capital] - data.amenity)
    return np.asarray(rent + amenity + p.commute_tight * (place.tightness - p.normal_tightness))


def _choose_residence(world: World) -> None:
    """The share of jobs held by commuters moves towards what rent, amenity, scarcity and employer make it."""
    place, p, data = world.place, world.p, world.data
    start = np.array([p.commute_regional, p.commute_branch, p.commute_outside, p.commute_mine, p.commute_rest])
    at_focal = p.commute_rent * np.log(data.rent[data.focal] / data.rent[data.capital])
    at_focal += p.commute_amenity * (data.amenity[data.capital] - data.amenity[data.focal])
    constant = np.log(start / (1 - start)) - at_focal
    target = 1.0 / (1.0 + np.exp(-(constant[None, :] + commuting_logit(world)[:, None])))
    target[:, MINE] -= reserved_for_residents(world, target[:, MINE])
    speed = p.wage_speed if place.commuting.any() else 1.0
    place.commuting += speed * (target - place.commuting)


def reserved_for_residents(world: World, commuting: F8) -> F8:
    """Part of mines' own jobs in each region [R] that commuters would hold, were it not for quotas of residents."""
    mines = world.mines
    workers = sum_by(mines.region, mines.workers, world.regions)
    beyond = np.maximum(commuting[mines.region] - (1.0 - world.levers["resident_jobs"]), 0.0)
    return sum_by(mines.region, beyond * mines.workers, world.regions) / np.maximum(workers, 1e-9)


def _set_wages(world: World) -> None:
    """Wages and rents follow tightness; nobody pays a resident more than a commuter from the capital costs."""
    data, place, p = world.data, world.place, world.p
    gap = place.tightness - p.normal_tightness
    dearest = place.wage[data.capital] * (1.0 + p.commute_premium)
    wage = np.minimum(data.wage * (1.0 + p.wage_slope * gap), dearest)
    place.wage += p.wage_speed * (wage - place.wage)
    place.rent += p.wage_speed * (data.rent * (1.0 + p.rent_slope * gap) - place.rent)


def _pay_mine_wages(world: World) -> None:
    """Mines' wages: residents' part to the region's households, commuters' part to households of the capital."""
    mines, place, p, data = world.mines, world.place, world.p, world.data
    bill = p.own_wage_share * (1.0 - automated(world)) * mines.opex
    away = place.commuting[mines.region, MINE] * (1 + p.commute_premium)
    away = away / (away + 1 - place.commuting[mines.region, MINE])
    for number, name in enumerate(MINE_CLASSES):
        own = mines.owner == number
        region = mines.region[own]
        world.ledger.between("mine wages", name, "households", bill[own], region)
        leaving = sum_by(region, bill[own] * away[own] * (1 - p.commuter_spend), world.regions)
        world.move_households("commuters' income", leaving, data.capital)
        world.tally.wage_leak += leaving
        world.tally.mine_wages += sum_by(region, bill[own] * (1.0 - away[own]), world.regions)
