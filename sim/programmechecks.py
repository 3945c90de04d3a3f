"""Programmes of one scenario against one another and against their world; a refusal names the value and what would be valid."""

import math
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from sim.calendar import LATEST_HORIZON, quarter_name, year_of
from sim.errors import InputError
from sim.levers import LEVERS
from sim.parameters import Parameters
from sim.policies.record import FAMILIES, SHARES, ProgrammeSpec
from sim.programmes import WHOLE_COUNTRY
from sim.roots import slug
from sim.schedules import WATCHES
from sim.worlddata import WorldData
from sim.worldsheets import nearest

Where = Callable[..., str]
"""Some pairs of a programme's name and a key → where the last written of these values stands."""


def check_together(programmes: Iterable[ProgrammeSpec], world: WorldData, where: Where) -> None:
    """Raise InputError when programmes of one scenario contradict one another or can never act in its world."""
    listed = {programme.name: programme for programme in programmes}
    for one in listed.values():
        _check_calendar(one, world, where)
        _check_read(one, where)
        _check_group(one, world, where)
        _check_watches(one, where)
        for key, other in (("follows", one.follows), ("hands_over_to", one.hands_over_to)):
            if other:
                _check_other(one, key, other, listed, where)
        for aligned in one.aligns:
            if aligned not in (*FAMILIES, *listed):
                raise InputError(f"{where((one.name, 'aligns'))}: aligns names {aligned!r}, which is neither a family nor a programme of "
                                 f"this scenario; {nearest(slug(aligned), (*FAMILIES, *listed))}")
    _check_circles(listed, where)
    _check_windows(list(listed.values()), world, where)


def regions_of(named: Iterable[str], world: WorldData) -> frozenset[str]:
    """The regions that a list of names and words (all, mining, focal) stands for."""
    known = world.regions[: world.abroad]
    words = {WHOLE_COUNTRY: known, "focal": (world.regions[world.focal],),
             "mining": tuple(name for at, name in enumerate(known) if world.mining_region[at] and at != world.capital)}
    return frozenset(region for name in named for region in words.get(name, (name,)))


# ---- a programme and its world ---------------------------------------------------------------------------------------
def _check_calendar(one: ProgrammeSpec, world: WorldData, where: Where) -> None:
    if _ends(one) < world.burn_in_from and one.renews == "never":
        raise InputError(f"{where((one.name, 'until'))}: until {quarter_name(int(_ends(one)))} lies before the world begins in "
                         f"{quarter_name(world.burn_in_from)}, so {one.name} would never run; write a later quarter, or take it out")
    if year_of(one.from_) > LATEST_HORIZON:
        raise InputError(f"{where((one.name, 'from'))}: from {quarter_name(one.from_)} lies after {LATEST_HORIZON}, the last year that can "
                         f"be simulated, so {one.name} would never run; write an earlier quarter")


def _check_read(one: ProgrammeSpec, where: Where) -> None:
    """Limits that the programme's kind does not read."""
    kind = (one.name, "kind")
    if one.budget is not None and one.kind not in ("support", "group", "challenge", "register"):
        raise InputError(f"{where((one.name, 'budget'), kind)}: budget limits supports of firms, and {one.name} is of kind {one.kind}, "
                         "which would not read it; take it out, or write null")
    if one.group_minimum > 1 and one.kind != "group":
        raise InputError(f"{where((one.name, 'group_minimum'), kind)}: group_minimum is read by programmes of kind group only, and "
                         f"{one.name} is of kind {one.kind}; take it out, or write kind: group")


def _check_group(one: ProgrammeSpec, world: WorldData, where: Where) -> None:
    """Groups form within a region, those of a client in all regions together."""
    homes = regions_of((WHOLE_COUNTRY,) if one.place == "hq_or_branch" else one.regions, world)
    trades = [at for at, name in enumerate(world.subsectors) if {name, WHOLE_COUNTRY} & {*one.subsectors}]
    firms = [world.firms[world.regions.index(region), trades].sum() for region in homes]
    most = math.ceil(sum(firms) if one.partner == "buyer" else max(firms, default=0))
    if one.kind == "group" and one.group_minimum > most:
        raise InputError(f"{where(*((one.name, key) for key in ('group_minimum', 'regions', 'subsectors')))}: group_minimum "
                         f"{one.group_minimum} is more than the {most} suppliers that its regions and subsectors hold at one place, "
                         "so no group could ever form; write a smaller group")


def _check_watches(one: ProgrammeSpec, where: Where) -> None:
    for key in WATCHES:
        watch = getattr(one, key)
        for word in ("above", "below") if watch is not None and watch.indicator in SHARES else ():
            bound = getattr(watch, word)
            if bound is not None and not 0 <= bound <= 1:
                raise InputError(f"{where((one.name, key))}: {key}: {word} is {bound:g}, and {watch.indicator} is a share; "
                                 "write a number from 0 to 1, such as 0.60 for 60 %")


# ---- programmes beside one another -----------------------------------------------------------------------------------
def _check_other(one: ProgrammeSpec, key: str, other: str, listed: Mapping[str, ProgrammeSpec], where: Where) -> None:
    verb = "follow" if key == "follows" else "hand over to"
    if other == one.name:
        raise InputError(f"{where((one.name, key))}: a programme cannot {verb} itself; name another, or take {key} out")
    if other not in listed:
        raise InputError(f"{where((one.name, key))}: {key} names {other!r}, which this scenario does not list; "
                         f"list it too, or {nearest(slug(other), listed)}")
    named = listed[other]
    if key == "hands_over_to" and _ends(named) <= _ends(one) and named.renews == "never":
        place = where((one.name, key), (one.name, "until"), (other, "until"))
        raise InputError(f"{place}: {one.name} hands over to {other} after {quarter_name(int(_ends(one)))}, and {other} has "
                         f"closed by then (until {quarter_name(int(_ends(named)))}); let {other} run longer, or name another")
    first = named.from_ + (named.duration if named.kind in ("support", "group") else 0)
    if key == "follows" and first > _ends(one) and one.renews == "never":
        place = where((one.name, key), (one.name, "until"), (other, "from"), (other, "duration"))
        raise InputError(f"{place}: {one.name} follows {other}, which nobody can have finished before "
                         f"{quarter_name(first)}, and ends in {quarter_name(int(_ends(one)))}; let it run longer, or begin {other} earlier")


def _check_circles(listed: Mapping[str, ProgrammeSpec], where: Where) -> None:
    for name in listed:
        seen = [name]
        while (before := listed[seen[-1]].follows) and before not in seen:
            seen.append(before)
        if before == name:
            raise InputError(f"{where((name, 'follows'))}: {' follows '.join((*seen, name))}, so nobody could ever begin; "
                             "let one of them follow nothing")


def _check_windows(programmes: list[ProgrammeSpec], world: WorldData, where: Where) -> None:
    """One instrument of one agency may run twice over one time only in different regions, or in one beside a call for the country."""
    for number, one in enumerate(programmes):
        for other in programmes[:number]:
            apart = _ends(one) < other.from_ or _ends(other) < one.from_
            if one.id and _instrument(one) == _instrument(other) and not apart and (shared := _shared(one, other, world)):
                place = where(*((programme.name, key) for programme in (one, other) for key in ("from", "until", "regions")))
                raise InputError(f"{place}: {one.name} and {other.name} are one instrument ({one.id}) of one agency in "
                                 f"the same regions ({', '.join(shared[:3])}), and their calendars overlap; end one before the other "
                                 "begins, give them different regions, or write id: '' for one that is meant to run beside the other")


def _instrument(one: ProgrammeSpec) -> tuple[Any, ...]:
    """What makes two programmes the same thing for the same firms."""
    return one.id, one.agency, one.kind, frozenset(one.operations), frozenset(one.levers), one.subsectors, one.sizes


def _shared(one: ProgrammeSpec, other: ProgrammeSpec, world: WorldData) -> list[str]:
    """Regions that both serve; a call for the whole country is told as such and meets only another one."""
    whole = [WHOLE_COUNTRY in programme.regions for programme in (one, other)]
    if any(whole):
        return [WHOLE_COUNTRY] if all(whole) else []
    return sorted(regions_of(one.regions, world) & regions_of(other.regions, world))


def _ends(programme: ProgrammeSpec) -> float:
    return math.inf if programme.until is None else programme.until


# ---- programmes that do nothing --------------------------------------------------------------------------------------
_CALLS = ("support", "group", "challenge", "register")
_RULES = ("preference", "set_aside", "payment_days", "unbundling", "prequalification")
_FOR_EXAMPLE = {"support": "levers: {capability_gain: 0.002}", "group": "levers: {group_meeting: 0.03}",
                "places": "levers: {graduate_places: 0.9}", "procurement": "preference: 0.08"}
"""Kinds of programme that do nothing without levers or rules → what one might write."""


def check_acts(one: ProgrammeSpec, written: Mapping[str, Any], where: Callable[..., str]) -> None:
    """Raise InputError for a programme that does nothing, or, as its files are ``written``, is one that nobody could ever enter.

    A dose of zero, and a zero in a word of the shell or a sweep, is one end of a comparison and stays.
    """
    climbs = one.ratchet.value if one.ratchet is not None else ""
    costs = one.kind in _CALLS and one.highest("cost") > 0
    if not (one.levers or climbs or costs or any(key in written for key in _RULES)):
        raise InputError(f"{where('levers', 'kind')}: {_idle(one)}, or take it out")
    graduates = one.kind == "places" and ("graduate_places" in (one.levers or {}) or climbs == "levers.graduate_places")
    if graduates and one.capacity is None and climbs != "capacity":
        raise InputError(f"{where('capacity', 'levers', 'kind')}: {one.name} has no capacity, so graduate_places would have no places to "
                         "multiply; write capacity, the places a year in each region, or take the lever out")
    limits = {"reach": one.kind in _CALLS, "capacity": one.kind in _CALLS or "graduate_places" in (one.levers or {}),
              "budget": (costs or _shares(one)) and one.highest("public_share") > 0}
    for key, binds in limits.items():
        in_shell = where(key).lstrip("+").startswith(f"programmes.{one.name}.")
        if binds and climbs != key and not in_shell and one.highest(key) == 0:
            more = "" if key == "reach" else ", null for no limit"
            raise InputError(f"{where(key)}: {key} is 0, so nobody could ever take part in {one.name}; write a number above 0{more}, "
                             "or take the programme out")


def _shares(one: ProgrammeSpec) -> list[str]:
    """Levers by which it pays a part of what firms buy (vouchers)."""
    return [name for name in one.levers or {} if LEVERS[name].cost_share]


def check_vouchers(programmes: Iterable[ProgrammeSpec], parameters: Parameters, where: Where) -> None:
    """Raise InputError for a year's budget that does not pay the public part of the cheapest thing that its vouchers are for."""
    for one in programmes:
        prices = [getattr(parameters, LEVERS[name].least_cost, 0.0) * one.highest(f"levers.{name}") for name in _shares(one)]
        least = min(prices, default=0.0) * one.highest("public_share")
        climbs = one.ratchet.value if one.ratchet is not None else ""
        budget = one.highest("budget")
        if 0 < budget < least and climbs != "budget":
            keys = ((one.name, key) for key in ("budget", "levers", "public_share"))
            raise InputError(f"{where(*keys)}: budget {budget:g} UF a year cannot pay the {least:g} UF that the public part of one voucher "
                             "comes to; write a larger budget, or null for no limit")


def check_followed(programmes: Iterable[ProgrammeSpec], where: Where) -> None:
    """Raise InputError for a support without levers that is no first stage of another programme, so that it only costs."""
    listed = tuple(programmes)
    followed = {one.follows for one in listed}
    for one in listed:
        if one.kind == "support" and not one.levers and one.ratchet is None and one.name not in followed:
            raise InputError(f"{where((one.name, 'levers'))}: {_idle(one)}, or take it out, or let another programme say "
                             f"follows: {one.name}")


def _idle(one: ProgrammeSpec) -> str:
    return f"{one.name} has no levers, so it could never change anything; write what it does, such as {_FOR_EXAMPLE[one.kind]}"
