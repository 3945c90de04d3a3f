"""How a programme changes over time: schedules, renewal, sunset by result, windfall fund, ratchet, and its end.

An agency goes by the calendar, by its own accounts, and by indicators as published: those of the last full year.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from sim.policies.record import Watch

if TYPE_CHECKING:
    from sim.policies.programme import Programme
    from sim.world import World

ROUNDING = 1e-6
"""Part of a ratchet's step below which a difference is the rounding of a sum."""
OFFICE_QUARTER = 1
"""Governments change in March (Chile), so that the second quarter is the first whole one."""


def turn(programme: "Programme") -> None:
    """At the start of a quarter: renew, look at what was published, and take the values that hold now."""
    if programme.ends == programme.world.quarter - 1:
        _renew(programme)
    if programme.watches and programme.world.quarter % 4 == 0 and programme.is_open():
        _watch(programme)
    if programme.watches or programme.record.schedules:
        values = _values(programme)
        if values != programme.held:
            programme.held, programme.spec = values, programme.record.having(values)


# ---- renewal ---------------------------------------------------------------------------------------------------------
def _renew(programme: "Programme") -> None:
    """Prolong a programme that has just ended, if its agency's rule says so."""
    rule, quarters = programme.record.renews, programme.record.renew_for
    world = programme.world
    if rule == "political_cycle":
        same = _office(world, programme.record.from_) == _office(world, world.quarter)
        quarters = min(quarters, _last_of_office(world) - world.quarter + 1) if same else 0
    elif rule == "results" and programme.use() < world.p.renewal_use:
        quarters = 0
    if rule != "never" and programme.stopped is None:
        programme.prolonged += quarters


def _office(world: "World", quarter: int) -> int:
    """Number of the government in office."""
    return int((quarter - int(world.p.office_begins) * 4 - OFFICE_QUARTER) // (4 * int(world.p.office_years)))


def _last_of_office(world: "World") -> int:
    """The last quarter of the government in office."""
    term = 4 * int(world.p.office_years)
    return int(world.p.office_begins) * 4 + OFFICE_QUARTER + (_office(world, world.quarter) + 1) * term - 1


# ---- published indicators --------------------------------------------------------------------------------------------
def _watch(programme: "Programme") -> None:
    """Once a year: stop by result, fill the fund, climb the ratchet."""
    record = programme.record
    if record.stop_when is not None:
        met = record.stop_when.met(_published(programme, record.stop_when))
        programme.stopped = programme.world.quarter if met else None
    if record.fund is not None:
        programme.windfall = record.fund.share * record.fund.excess(_published(programme, record.fund))
    if record.ratchet is not None:
        value = _published(programme, record.ratchet)
        if value > programme.best:
            _climb(programme, record.ratchet)
        programme.best = float(np.fmax(programme.best, value))


def _climb(programme: "Programme", ratchet: Watch) -> None:
    """A new high: it is a step only if the value goes up by it, and not once that stands at ``up_to`` (to the rounding of a sum)."""
    start = _start(programme, ratchet, programme.record.scheduled(programme.world.quarter))
    climbed = ratchet.climbed(start, programme.highs + 1) - ratchet.climbed(start, programme.highs)
    programme.highs += 1
    programme.raised += int(climbed > ROUNDING * ratchet.step)


def _start(programme: "Programme", ratchet: Watch, values: Mapping[str, float]) -> float:
    """The value that the ratchet climbs from this quarter."""
    return values.get(ratchet.value, programme.record.worth(ratchet.value) or 0.0)


def _published(programme: "Programme", watch: Watch) -> float:
    """The indicator of the last full year in the region that the rule names; NaN before anything is published."""
    data = programme.world.data
    region = data.focal if watch.region == "focal" else data.regions.index(watch.region)
    return float(programme.world.published(watch.indicator)[region])


def _values(programme: "Programme") -> dict[str, float]:
    """Values that schedules, the fund and the ratchet change this quarter."""
    record = programme.record
    values = record.scheduled(programme.world.quarter)
    if record.fund is not None:
        for key in ("budget", "capacity"):
            value = values.get(key, record.worth(key))
            if value is not None:
                values[key] = value * (1.0 + programme.windfall)
    if record.ratchet is not None:
        values[record.ratchet.value] = record.ratchet.climbed(_start(programme, record.ratchet, values), programme.highs)
    return values


# ---- the end ---------------------------------------------------------------------------------------------------------
def close(programme: "Programme") -> None:
    """After the last quarter: supports run out, are cut short, or pass to another programme."""
    how, world = programme.record.closes, programme.world
    if how == "gradual":
        return
    programme.end_terms()
    if how == "abrupt":
        programme.agency.disappoint(world, programme.rows)
        programme.release(programme.rows, completed=False)
        _end_groups(programme, world.quarter - 1)
        programme.keep(np.zeros(programme.rows.size, bool))
    for heir in world.programmes:
        if how == "hands_over" and heir.record.name == programme.record.hands_over_to:
            _hand_over(programme, heir)


def _hand_over(programme: "Programme", heir: "Programme") -> None:
    """Another programme goes on with the firms, groups and trust of this one; operations stay sponsors if it has any."""
    world, rows = programme.world, programme.rows
    heir.agency.inherit(world, programme.agency, rows)
    heir.take_on(rows, programme.begun, programme.effective)
    if programme.has_sponsors() and not heir.has_sponsors():
        world.firms.sponsor[rows] = -1
    for group in world.groups:
        if group.programme == programme.record.name:
            group.programme = heir.record.name
    programme.keep(np.zeros(rows.size, bool))


def _end_groups(programme: "Programme", last: int) -> None:
    """Groups of a programme that still run are paid for until ``last`` only."""
    for group in programme.world.groups:
        if group.programme == programme.record.name:
            group.until = min(group.until, last)
