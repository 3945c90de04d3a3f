"""From the mapping in a YAML file to a :class:`ProgrammeSpec`; a refusal names the value and what would be valid."""

import math
from collections.abc import Callable, Mapping
from dataclasses import MISSING, dataclass, fields
from typing import Any

from sim.calendar import parse_quarter, quarter_name
from sim.errors import InputError
from sim.levers import LEVERS
from sim.policies.record import ProgrammeSpec
from sim.roots import slug
from sim.worldsheets import nearest

LIKE = "like"
REGION_WORDS = ("all", "mining", "focal")
ALL = ("all",)
MINES = "mines"
_FIELDS = {f.name.rstrip("_"): f for f in fields(ProgrammeSpec)}
PROGRAMME_KEYS = tuple(name for name in _FIELDS if name != "name")
_BOUNDS: dict[str, tuple[float, float]] = {
    "reach": (0, 1), "public_share": (0, 1), "preference": (0, 1), "set_aside": (0, 1), "payment_days": (0, 90),
    "duration": (1, 400), "lag": (0, 400), "group_minimum": (1, 1000),
}
LIST_KEYS = ("regions", "subsectors", "operations")
_ANY_AMOUNT = (0.0, math.inf)
_WHOLE = ("duration", "lag", "group_minimum")
_NO_LIMIT = {"capacity": None, "budget": None, "payment_days": None, "until": None, "sales_max": math.inf}
Where = Callable[[str], str]


@dataclass(frozen=True)
class Places:
    """The slugs that a programme may name in the world at hand."""

    regions: tuple[str, ...]
    subsectors: tuple[str, ...]
    agencies: tuple[str, ...]
    operations: tuple[str, ...]


def build(name: str, values: Mapping[str, Any], places: Places, where: Where) -> ProgrammeSpec:
    """The record of one programme. ``where(key)`` tells where a value was written. Raises InputError."""
    for key in values:
        if key not in PROGRAMME_KEYS:
            raise InputError(f"{where(key)}: {unknown_key(key)}")
    if values.get("from") is None:
        raise InputError(f"{where('kind')}: programme {name} has no `from`; write its first quarter, "
                         "such as from: 2026Q1")
    read = {key: _read(key, value, where(key)) for key, value in values.items()}
    _check_slugs(read, places, where)
    _check_targets(read, where)
    _check_spans(read, where)
    read["from_"] = read.pop("from")
    return ProgrammeSpec(name=name, **{"levers": {}, **read})


def unknown_key(key: str) -> str:
    """The sentence about a key that no programme has."""
    return f"a programme has no key {key!r}; {nearest(key, (*PROGRAMME_KEYS, LIKE))}"


def is_number(key: str) -> bool:
    """Whether a programme's key holds one number, kept as it is written."""
    return key in PROGRAMME_KEYS and key not in ("from", "until", "levers", *LIST_KEYS) and not _is_text(key)


def is_whole(key: str) -> bool:
    """Whether that number is whole."""
    return key in _WHOLE


def _read(key: str, value: Any, where: str) -> Any:
    if value is None and key in _NO_LIMIT:
        return _NO_LIMIT[key]
    if key in ("from", "until"):
        return parse_quarter(value, f"{where}: {key}")
    if key == "levers":
        return _levers(value, where)
    if key in LIST_KEYS:
        return _names(key, value, where)
    return _text(key, value, where) if _is_text(key) else _number(key, value, where)


def _is_text(key: str) -> bool:
    default = _FIELDS[key].default
    return default is not MISSING and isinstance(default, str)


def _text(key: str, value: Any, where: str) -> str:
    allowed = _FIELDS[key].metadata["allowed"]
    if not isinstance(value, str) or (allowed and value not in allowed):
        valid = f"one of {', '.join(allowed)}" if allowed else "a text"
        raise InputError(f"{where}: {key} is {value!r}; write {valid}")
    return value


def _names(key: str, value: Any, where: str) -> tuple[str, ...]:
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
    unit = _FIELDS[key].metadata["unit"]
    return {"": "", "share": "", "sales_unit": " in sales_unit"}.get(unit, f" ({unit})")


def _or_null(key: str) -> str:
    return ", or null for no limit" if key in _NO_LIMIT and key != "payment_days" else ""


def _levers(value: Any, where: str) -> dict[str, float]:
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        raise InputError(f"{where}: levers is {value!r}; write lines `lever: dose` under it")
    return {lever: _dose(lever, dose, where) for lever, dose in value.items() if dose is not None}


def _dose(lever: str, dose: Any, where: str) -> float:
    if lever not in LEVERS:
        raise InputError(f"{where}: unknown lever {lever!r}; {nearest(str(lever), LEVERS)}")
    spec = LEVERS[lever]
    high, unit = (1.0, "part of public_share") if spec.cost_share else (spec.high, spec.unit)
    if isinstance(dose, bool) or not isinstance(dose, int | float) or not spec.low <= dose <= high:
        raise InputError(f"{where}: lever {lever} is {dose!r}; write a number from {spec.low:g} to {high:g} ({unit})")
    return float(dose)


PUSHES = {"support": ("supplier",), "group": ("supplier",), "procurement": ("buyer", "buyer_local"), "places": ("region",)}
"""Kind of programme → targets of the levers that it can push."""


def _check_targets(read: Mapping[str, Any], where: Where) -> None:
    kind = read.get("kind", "support")
    fit = [name for name, lever in LEVERS.items() if lever.target in PUSHES[kind]]
    for lever in read.get("levers") or {}:
        if lever not in fit:
            raise InputError(f"{where('levers')}: a programme of kind {kind} cannot push lever {lever!r}; it can push {', '.join(fit)}")


def _check_slugs(read: Mapping[str, Any], places: Places, where: Where) -> None:
    known = {"regions": (*REGION_WORDS, *places.regions), "subsectors": (*ALL, *places.subsectors),
             "operations": (*ALL, *places.operations), "agency": (MINES, *places.agencies)}
    for key, names in known.items():
        found = read.get(key, ())
        for name in (found,) if isinstance(found, str) else found:
            if name not in names:
                what = key.removesuffix("s")
                raise InputError(f"{where(key)}: unknown {what} {name!r}; {nearest(slug(name), names)}")


def _check_spans(read: Mapping[str, Any], where: Where) -> None:
    until = read.get("until")
    if until is not None and until < read["from"]:
        first = quarter_name(read["from"])
        raise InputError(f"{where('until')}: until {quarter_name(until)} lies before from {first}; "
                         "write a later quarter, or null to keep the programme open")
    low, high = read.get("sales_min", 0.0), read.get("sales_max", math.inf)
    if not low < high:
        raise InputError(f"{where('sales_max')}: sales_max {high:g} is not above sales_min {low:g}, "
                         "so no firm is eligible; write a larger one, or null for no limit")
