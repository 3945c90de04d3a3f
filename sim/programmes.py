"""From the mapping in a YAML file to a :class:`ProgrammeSpec`; a refusal names the value and what would be valid."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from sim.calendar import parse_quarter, quarter_name
from sim.errors import InputError
from sim.levers import LEVERS
from sim.policies.record import ALLOCATIONS, FAMILIES, KEYS, MINES, NEEDS, SCHEDULED, SIZES, ProgrammeSpec, Schedule, highest, usual_of
from sim.roots import slug
from sim.schedules import WATCHES, read_evidence, read_points, read_watch
from sim.worldsheets import nearest

LIKE = "like"
WHOLE_COUNTRY = "all"
REGION_WORDS = (WHOLE_COUNTRY, "mining", "focal")
ALL = (WHOLE_COUNTRY,)
PROGRAMME_KEYS = tuple(KEYS)
_BOUNDS: dict[str, tuple[float, float]] = {
    "reach": (0, 1), "public_share": (0, 1), "partners_share": (0, 1),
    "preference": (0, 1), "set_aside": (0, 1), "payment_days": (0, 90), "unbundling": (0, 0.9),
    "risk_share": (0, 0.9), "duration": (1, 400), "lag": (0, 400), "group_minimum": (1, 1000), "renew_for": (1, 400),
    "contract_quarters": (1, 40),
}
LIST_KEYS = ("regions", "subsectors", "sizes", "operations", "aligns", "needs")
_ANY_AMOUNT = (0.0, math.inf)
_WHOLE = ("duration", "lag", "group_minimum", "renew_for", "contract_quarters")
_NO_LIMIT = {"capacity": None, "budget": None, "payment_days": None, "until": None, "sales_max": math.inf, "stop_when": None,
             "fund": None, "ratchet": None}
_YES_NO = ("test_site", "prequalification")
Where = Callable[..., str]
"""Some keys of a programme → where the last written of their values stands."""


@dataclass(frozen=True)
class Places:
    """The slugs that a programme may name in the world at hand."""

    regions: tuple[str, ...]
    subsectors: tuple[str, ...]
    agencies: tuple[str, ...]
    operations: tuple[str, ...]


def build(name: str, values: Mapping[str, Any], places: Places, where: Where) -> ProgrammeSpec:
    """The record of one programme. ``where(key, ...)`` tells where a value was written, the last one of several. Raises InputError."""
    schedules, read = read_values(name, values, where)
    _check_slugs(read, places, where)
    _check_targets(read, where)
    _check_spans(read, schedules, where)
    _check_kind(name, read, where)
    read["from_"] = read.pop("from")
    return _on_the_ladder(ProgrammeSpec(name=name, **{"schedules": schedules, **read}))


def read_values(name: str, values: Mapping[str, Any], where: Where) -> tuple[dict[str, Schedule], dict[str, Any]]:
    """Schedules and values of a programme, each checked by itself, whatever the world. Raises InputError."""
    for key in values:
        if key not in PROGRAMME_KEYS:
            raise InputError(f"{where(key)}: {unknown_key(key)}")
    if values.get("from") is None:
        raise InputError(f"{where('kind')}: programme {name} has no `from`; write its first quarter, "
                         "such as from: 2026Q1")
    schedules = _schedules(values, where)
    first = {key: points[0][1] for key, points in schedules.items()}
    read: dict[str, Any] = {key: _read(key, value, where(key)) for key, value in values.items() if key not in ("levers", *first)}
    read |= {key: value for key, value in first.items() if "." not in key}
    usual = {lever: one.dose for lever, one in usual_of(values).items()}
    read["levers"] = usual | _levers(values.get("levers"), first, where("levers"))
    return schedules, read


def _on_the_ladder(spec: ProgrammeSpec) -> ProgrammeSpec:
    """A certification cost share of an entry certificate pays for that one."""
    if spec.certificate == "international":
        return spec

    def stepped(key: str) -> str:
        return key.replace("certification_cost_share", "entry_cost_share")
    levers = {stepped(key): dose for key, dose in spec.levers.items()}
    schedules = {stepped(key): points for key, points in spec.schedules.items()}
    return ProgrammeSpec(**{**vars(spec), "levers": levers, "schedules": schedules})


def unknown_key(key: str) -> str:
    """The sentence about a key that no programme has."""
    return f"a programme has no key {key!r}; {nearest(key, (*PROGRAMME_KEYS, LIKE))}"


def is_number(key: str) -> bool:
    """Whether a programme's key holds one number, kept as it is written."""
    others = ("from", "until", "levers", "evidence", *LIST_KEYS, *WATCHES, *_YES_NO)
    return key in PROGRAMME_KEYS and key not in others and not isinstance(KEYS[key].default, str)


def is_whole(key: str) -> bool:
    """Whether that number is whole."""
    return key in _WHOLE


# ---- single values ---------------------------------------------------------------------------------------------------
def _read(key: str, value: Any, where: str) -> Any:
    if value is None and key in _NO_LIMIT:
        return _NO_LIMIT[key]
    if key in ("from", "until"):
        return parse_quarter(value, f"{where}: {key}")
    if key == "evidence":
        return read_evidence(value, where)
    if key in WATCHES:
        return read_watch(key, value, where)
    if key in LIST_KEYS:
        return _names(key, value, where)
    if key in _YES_NO:
        return _yes_no(key, value, where)
    return _text(key, value, where) if isinstance(KEYS[key].default, str) else _number(key, value, where)


def _text(key: str, value: Any, where: str) -> str:
    allowed = KEYS[key].metadata["allowed"]
    if not isinstance(value, str) or (allowed and value not in allowed):
        valid = f"one of {', '.join(allowed)}" if allowed else "a text"
        raise InputError(f"{where}: {key} is {value!r}; write {valid}")
    return value


def _yes_no(key: str, value: Any, where: str) -> bool:
    if not isinstance(value, bool):
        raise InputError(f"{where}: {key} is {value!r}; write true or false")
    return value


def _names(key: str, value: Any, where: str) -> tuple[str, ...]:
    if key == "operations" and isinstance(value, int) and not isinstance(value, bool) and value > 0:
        return (str(value),)
    written = [value] if isinstance(value, str) else value
    if not isinstance(written, list) or not written or not all(isinstance(item, str) for item in written):
        raise InputError(f"{where}: {key} is {value!r}; write a list of names such as [all]")
    if len(set(written)) < len(written):
        raise InputError(f"{where}: {key} names one thing twice in {value!r}; name each once")
    return tuple(written)


def _number(key: str, value: Any, where: str) -> float:
    low, high = _BOUNDS.get(key, _ANY_AMOUNT)
    whole = key in _WHOLE
    if isinstance(value, bool) or not isinstance(value, int if whole else int | float) or not low <= value <= high:
        raise InputError(f"{where}: {key} is {value!r}; write {_span(low, high, whole)}{_unit(key)}{_or_null(key)}")
    return value if whole else float(value)


def _span(low: float, high: float, whole: bool) -> str:
    kind = "a whole number" if whole else "a number"
    return f"{kind} of {low:g} or more" if high == math.inf else f"{kind} from {low:g} to {high:g}"


def _unit(key: str) -> str:
    unit = KEYS[key].metadata["unit"]
    return {"": "", "share": " (0.15 is 15 %)", "sales_unit": " in sales_unit"}.get(unit, f" ({unit})")


def _or_null(key: str) -> str:
    return ", or null for no limit" if key in _NO_LIMIT and key != "payment_days" else ""


# ---- levers and schedules --------------------------------------------------------------------------------------------
def _schedules(values: Mapping[str, Any], where: Where) -> dict[str, tuple[tuple[int, float], ...]]:
    """Points of every value that is written as a mapping of years or quarters."""
    read = {}
    renewed = values.get("renews", "never") != "never"
    ends = None if renewed else values.get("until")
    span = tuple(None if when is None else parse_quarter(when, f"{where(key)}: {key}")
                 for key, when in (("from", values["from"]), ("until", ends)))
    for key in SCHEDULED:
        if isinstance(values.get(key), Mapping):
            read[key] = read_points(key, values[key], where(key, "from", "until"), span, partial(_number, key, where=where(key)))
    levers = values.get("levers")
    for lever, dose in (levers if isinstance(levers, Mapping) else {}).items():
        if isinstance(dose, Mapping):
            read[f"levers.{lever}"] = read_points(str(lever), dose, where("levers", "from", "until"), span,
                                                  partial(_dose, lever, where=where("levers")))
    return read


def _levers(value: Any, first: Mapping[str, float], where: str) -> dict[str, float]:
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        raise InputError(f"{where}: levers is {value!r}; write lines `lever: dose` under it")
    doses = {lever: first.get(f"levers.{lever}", dose) for lever, dose in value.items() if dose is not None}
    return {lever: _dose(lever, dose, where) for lever, dose in doses.items()}


def _dose(lever: str, dose: Any, where: str) -> float:
    if lever not in LEVERS:
        raise InputError(f"{where}: unknown lever {lever!r}; {nearest(str(lever), LEVERS)}")
    spec = LEVERS[lever]
    high, unit = (1.0, "part of public_share") if spec.cost_share else (spec.high, spec.unit)
    if isinstance(dose, bool) or not isinstance(dose, int | float) or not spec.low <= dose <= high:
        raise InputError(f"{where}: lever {lever} is {dose!r}; write a number from {spec.low:g} to {high:g} ({unit})")
    return float(dose)


PUSHES = {"support": ("supplier",), "group": ("supplier",), "register": ("supplier",), "procurement": ("buyer", "buyer_local"),
          "places": ("region",), "challenge": ("supplier", "buyer"), "coordination": ("programme", "supplier")}
"""Kind of programme → targets of the levers that it can push."""


def _check_targets(read: Mapping[str, Any], where: Where) -> None:
    kind = read.get("kind", "support")
    fit = [name for name, lever in LEVERS.items() if lever.target in PUSHES[kind]]
    for lever in read.get("levers") or {}:
        if lever not in fit:
            raise InputError(f"{where('levers', 'kind')}: a programme of kind {kind} cannot push lever {lever!r}; "
                             f"it can push {', '.join(fit)}")


# ---- values that must fit together -----------------------------------------------------------------------------------
def _check_slugs(read: Mapping[str, Any], places: Places, where: Where) -> None:
    known = {"regions": (*REGION_WORDS, *places.regions), "subsectors": (*ALL, *places.subsectors), "sizes": (*ALL, *SIZES),
             "operations": (*ALL, *places.operations), "needs": NEEDS, "agency": (MINES, *places.agencies)}
    for key, names in known.items():
        found = read.get(key, ())
        for name in (found,) if isinstance(found, str) else found:
            if name not in names and not (key == "operations" and name.isdigit()):
                what = key.removesuffix("s")
                raise InputError(f"{where(key)}: unknown {what} {name!r}; {nearest(slug(name), names)}")
    for key in WATCHES:
        if read.get(key) is not None and read[key].region not in ("focal", *places.regions):
            raise InputError(f"{where(key)}: {key}: unknown region {read[key].region!r}; "
                             f"{nearest(slug(read[key].region), ('focal', *places.regions))}")


def _check_spans(read: Mapping[str, Any], schedules: Mapping[str, Any], where: Where) -> None:
    until = read.get("until")
    if until is not None and until < read["from"]:
        first = quarter_name(read["from"])
        raise InputError(f"{where('until', 'from')}: until {quarter_name(until)} lies before from {first}; "
                         "write a later quarter, or null to keep the programme open")
    low, high = read.get("sales_min", 0.0), read.get("sales_max", math.inf)
    if not low < high:
        raise InputError(f"{where('sales_max', 'sales_min')}: sales_max {high:g} is not above sales_min {low:g}, "
                         "so no firm is eligible; write a larger one, or null for no limit")
    _check_places(read, schedules, where)


def _check_places(read: Mapping[str, Any], schedules: Mapping[str, Any], where: Where) -> None:
    """Places a year hold a group, and the year's budget pays one firm, or one group."""
    grouped, places = read.get("kind") == "group", highest(schedules.get("capacity"), read.get("capacity"))
    least = max(read.get("group_minimum", 1), 2 if grouped else 1)
    if grouped and 0 < places < least:
        raise InputError(f"{where('group_minimum', 'capacity')}: group_minimum {least} is more than the {places:g} firms a year "
                         "that capacity allows, so no group could ever form; write a smaller group or a larger capacity")
    share = highest(schedules.get("public_share"), read.get("public_share", 0.5))
    firms = least if grouped else 1
    a_year = firms * read.get("cost", 0.0) * share * min(4 / read.get("duration", 4), 1.0)
    budget = highest(schedules.get("budget"), read.get("budget"))
    if 0 < budget < a_year and "cost" not in schedules and read.get("kind") != "places":
        whom = f"supporting a group of {firms} firms" if grouped else "one firm's support"
        keys = ("budget", "cost", "public_share", "duration", *(("group_minimum",) if grouped else ()))
        raise InputError(f"{where(*keys)}: budget {budget:g} UF a year cannot pay the {a_year:g} UF a year that the public part of "
                         f"{whom} costs; write a larger budget, or null for no limit")


_OF_ONE_KIND = {"aligns": "coordination", "problems": "challenge", "picked": "challenge", "risk_share": "challenge",
                "test_site": "challenge", "unbundling": "procurement", "partner": "group", "preference": "procurement",
                "set_aside": "procurement", "payment_days": "procurement", "prequalification": "procurement", "reach_by": "support"}
"""Key → the only kind of programme that reads it."""


def _check_kind(name: str, read: Mapping[str, Any], where: Where) -> None:
    kind = read.get("kind", "support")
    for key, reader in _OF_ONE_KIND.items():
        if key in read and kind != reader and read[key] != KEYS[key].default:
            raise InputError(f"{where(key, 'kind')}: {key} is read by programmes of kind {reader} only, and {name} is of kind {kind}; "
                             f"take it out, or write kind: {reader}")
    _check_payers(name, kind, read, where)
    if kind == "coordination" and not read.get("aligns"):
        raise InputError(f"{where('aligns', 'kind')}: a coordination aligns other programmes; write aligns: with families "
                         f"({', '.join(FAMILIES)}) or names of programmes")
    if kind == "challenge" and not 0 < _first(read, "picked") <= _first(read, "problems"):
        raise InputError(f"{where('picked', 'problems', 'kind')}: a challenge picks some of the problems that buyers draft, "
                         f"and here picked is {_first(read, 'picked'):g} and problems {_first(read, 'problems'):g}; "
                         "write picked above 0 and no more than problems")
    if (read.get("closes") == "hands_over") != bool(read.get("hands_over_to")):
        raise InputError(f"{where('closes', 'hands_over_to')}: closes: hands_over and hands_over_to: PROGRAMME belong together; "
                         "write both or neither")
    if (read.get("closes") == "hands_over" or read.get("renews", "never") != "never") and read.get("until") is None:
        raise InputError(f"{where('closes', 'renews', 'until')}: a programme that hands over or renews needs the quarter in which it does; "
                         "write until")
    if read.get("allocation", ALLOCATIONS[0]) == "vertical" and kind not in ("support", "group"):
        raise InputError(f"{where('allocation', 'kind')}: regional committees allocate places of programmes of kind support or group, "
                         f"not {kind}")


def _check_payers(name: str, kind: str, read: Mapping[str, Any], where: Where) -> None:
    """Who pays what is not public."""
    partners, share, cost = read.get("partners_share", 0.0), read.get("public_share", 0.5), read.get("cost", 0.0)
    if read.get("reach_by") == "visit" and cost > 0 and share < 1 and partners < 1:
        raise InputError(f"{where('reach_by', 'public_share', 'cost')}: firms that are visited do not apply, so nobody asks them for "
                         "a part of the cost; write public_share: 1 or partners_share: 1, or reach_by: news")
    by_use = any(LEVERS[lever].cost_share for lever in read.get("levers") or {})
    if partners > 0 and (kind not in ("support", "group") or by_use or cost == 0):
        why = "pays a share of what firms buy" if by_use else "has no cost" if cost == 0 else f"is of kind {kind}"
        raise InputError(f"{where('partners_share', 'kind')}: partners share the cost of a programme of kind support or group, and {name} "
                         f"{why}; take partners_share out")


def _first(read: Mapping[str, Any], key: str) -> float:
    return float(read.get(key, 0.0))
