"""Universities and firms: who knocks at which door, what a partnership costs, and how a university's places follow what pays for them."""

import numpy as np
from numpy.typing import NDArray

from sim.draws import as_ids
from sim.rules.absorption import receptiveness
from sim.table import sum_by
from sim.world import Rows, World

F8 = NDArray[np.float64]
Flags = NDArray[np.bool_]


def work_with_universities(world: World) -> None:
    """One quarter of partnerships: some begin, all are paid for, universities hire for what pays, some end."""
    _find(world)
    _pay(world)
    _hire(world)
    _part(world)


def core_places(world: World) -> F8:
    """Firms that each university's core funding has people for [U]."""
    return np.asarray(world.p.university_partners * world.data.inst_research * world.spec.scale)


def _find(world: World) -> None:
    """Firms that seek a partner knock at a university of their region, which chooses among them."""
    firms, p = world.firms, world.p
    luck = world.draws.uniform("university", world.quarter, firms.uid)
    chance = np.maximum(p.university_knocks * receptiveness(world), world.levers["university_contact"])
    eager = np.flatnonzero(firms.alive & (firms.university < 0) & (luck < chance) & ~_short(world))
    door, own = _doors(world, eager), 1.0 - world.levers["university_funding"]
    rounding = world.draws.uniform("university", 0, as_ids(np.arange(len(world.universities))))
    room = np.floor(world.research_places + rounding) - _used(world)
    for number in np.unique(door[door >= 0]).tolist():
        knocking = eager[door == number]
        taken = world.universities[number].choose(knocking, firms.absorptive[knocking], own[knocking], room[number])
        firms.university[taken] = number


def _doors(world: World, rows: Rows) -> Rows:
    """The university of its region at which each firm knocks [k], by luck in proportion to their places; -1: there is none."""
    there = world.data.inst_region == np.arange(world.regions)[:, None]
    ends = np.cumsum(world.research_places * there, axis=1)
    size = ends[:, -1][world.firms.region[rows]]
    point = size * world.draws.uniform("door", world.quarter, world.firms.uid[rows])
    return np.where(size > 0, (ends[world.firms.region[rows]] <= point[:, None]).sum(axis=1), -1)


def _fees(world: World) -> F8:
    """What a partnership costs a firm a quarter [n]: all of the fee, but for the part of the work that a project pays."""
    return world.p.university_fee * (1.0 - world.levers["university_funding"])


def _short(world: World) -> Flags:
    """Firms whose cash does not cover their part of the fee [n]; who owes nothing is never short, whatever its cash."""
    fees = _fees(world)
    return np.asarray((fees > 0) & (world.firms.cash < fees))


def _pay(world: World) -> None:
    """Firms pay their partners; who cannot parts."""
    firms = world.firms
    firms.university[_short(world)] = -1
    world.pay_plain("university contracts", np.where(firms.alive & (firms.university >= 0), _fees(world), 0.0), firms.region)


def _used(world: World) -> F8:
    """Places of each university that partners use [U]; a project brings the people that it pays for."""
    firms = world.firms
    rows = np.flatnonzero(firms.alive & (firms.university >= 0))
    return sum_by(firms.university[rows], 1.0 - world.levers["university_funding"][rows], len(world.universities))


def _hire(world: World) -> None:
    """Places follow, slowly, what core funding and partners' fees pay for; they go when the fees do."""
    p = world.p
    paid_for = core_places(world) + p.university_fee / p.university_place_cost * _used(world)
    world.research_places = world.research_places + p.university_hiring * (paid_for - world.research_places)


def _part(world: World) -> None:
    """Partnerships end by luck, whatever they were."""
    over = world.draws.uniform("university_end", world.quarter, world.firms.uid) < 1.0 / world.p.university_quarters
    world.firms.university[over] = -1
