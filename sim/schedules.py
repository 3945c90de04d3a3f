"""Values of a programme file that hold more than one thing: schedules, rules on published indicators, evidence."""

from collections.abc import Callable, Mapping
from itertools import pairwise
from typing import Any

from sim.calendar import QUARTERS_A_YEAR, parse_quarter, quarter_name
from sim.errors import InputError
from sim.policies.record import MEASURES, PUBLISHED, SCHEDULED, SIGNS, Evidence, Schedule, Watch
from sim.worldsheets import nearest

WATCHES = {"stop_when": ("indicator", "region", "above", "below"), "fund": ("indicator", "region", "above", "share"),
           "ratchet": ("indicator", "region", "value", "step", "up_to")}
"""Keys that hold a rule on a published indicator → what it may say."""
_NEEDED = {"stop_when": (), "fund": ("above", "share"), "ratchet": ("value", "step", "up_to")}
_EVIDENCE = ("measure", "sign", "size", "source")
Span = tuple[int | None, ...]
"""First and last quarter of a programme."""


# ---- schedules -------------------------------------------------------------------------------------------------------
def read_points(key: str, written: Mapping[Any, Any], where: str, span: Span, read: Callable[[Any], float]) -> Schedule:
    """(quarter, value) of a mapping of years or quarters; ``read`` checks each value. Raises InputError."""
    if not written:
        raise InputError(f"{where}: {key} has no points; write {key}: {{2026: first value, 2030: later value}}, or one value")
    points = [(_point(key, when, where, span), read(value)) for when, value in written.items()]
    for (before, _), (after, _) in pairwise(points):
        if after <= before:
            raise InputError(f"{where}: {key} is out of order, {quarter_name(after)} stands after {quarter_name(before)}; "
                             "write each point once, the earliest first")
    if span[0] is not None and points[0][0] > span[0]:
        raise InputError(f"{where}: {key} first speaks of {quarter_name(points[0][0])}, but the programme begins in "
                         f"{quarter_name(span[0])}; say what holds from then on, such as {quarter_name(span[0])}: 0")
    return tuple(points)


def _point(key: str, when: Any, where: str, span: Span) -> int:
    """The quarter of a point. A year means its first quarter, or the first of the programme if that lies in the year."""
    first, last = span
    if isinstance(when, int) and not isinstance(when, bool):
        quarter = when * QUARTERS_A_YEAR
        quarter = first if first is not None and first // QUARTERS_A_YEAR == when else quarter
    else:
        quarter = parse_quarter(when, f"{where}: {key}")
    if first is not None and quarter < first:
        raise InputError(f"{where}: {key} has a point at {when}, before the programme begins in {quarter_name(first)}; "
                         "begin the schedule with the programme")
    if last is not None and quarter > last:
        raise InputError(f"{where}: {key} has a point at {when}, after the programme's last quarter {quarter_name(last)}; "
                         "leave it out, or let the programme run longer")
    return quarter


# ---- rules on published indicators -----------------------------------------------------------------------------------
def read_watch(key: str, written: Any, where: str) -> Watch:
    """The rule under `stop_when`, `fund` or `ratchet`. Raises InputError."""
    known = WATCHES[key]
    if not isinstance(written, Mapping):
        raise InputError(f"{where}: {key} is {written!r}; write {key}: {{{', '.join(f'{word}: ...' for word in known)}}}")
    for word in written:
        if word not in known:
            raise InputError(f"{where}: {key} has no word {word!r}; {nearest(str(word), known)}")
    missing = [word for word in ("indicator", *_NEEDED[key]) if word not in written]
    if missing or (key == "stop_when" and not {"above", "below"} & written.keys()):
        raise InputError(f"{where}: {key} lacks {missing[0] if missing else 'above or below'}; it takes {', '.join(known)}")
    if written["indicator"] not in PUBLISHED:
        raise InputError(f"{where}: {key}: unknown indicator {written['indicator']!r}; {nearest(str(written['indicator']), PUBLISHED)}")
    return Watch(**{word: _of_watch(f"{where}: {key}", word, value) for word, value in written.items()})


def _of_watch(where: str, word: str, value: Any) -> Any:
    if word in ("indicator", "region", "value"):
        if not isinstance(value, str) or (word == "value" and value not in SCHEDULED and not value.startswith("levers.")):
            raise InputError(f"{where}: {word} is {value!r}; write one of {', '.join(SCHEDULED)} or levers.NAME")
        return value
    if isinstance(value, bool) or not isinstance(value, int | float) or (word in ("share", "step") and value < 0):
        raise InputError(f"{where}: {word} is {value!r}; write a number{' of 0 or more' if word in ('share', 'step') else ''}")
    return float(value)


# ---- evidence --------------------------------------------------------------------------------------------------------
def read_evidence(written: Any, where: str) -> tuple[Evidence, ...]:
    """What sources report about the programme. Raises InputError."""
    if not isinstance(written, list):
        raise InputError(f"{where}: evidence is {written!r}; write a list of {{measure: ..., sign: ..., size: ..., source: ...}}")
    return tuple(_report(item, where) for item in written)


def _report(item: Any, where: str) -> Evidence:
    if not isinstance(item, Mapping) or not {"measure", "sign"} <= item.keys() <= set(_EVIDENCE):
        raise InputError(f"{where}: evidence holds {item!r}; write {{measure: ..., sign: ..., size: ..., source: ...}}")
    for word, known in (("measure", MEASURES), ("sign", SIGNS)):
        if item[word] not in known:
            raise InputError(f"{where}: evidence: unknown {word} {item[word]!r}; {nearest(str(item[word]), known)}")
    return Evidence(**dict(item))
