"""The catalogue of programmes: ``encadena programmes`` lists it, ``encadena programmes NAME`` explains one on a page.

Everything comes from the programme files and from the declaration of their keys, so a user's own file is told like ours.
"""

import textwrap
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from sim.calendar import parse_quarter, year_of
from sim.completion import FILTERS
from sim.config import load_programme
from sim.errors import InputError
from sim.evidence import CAPTIONS
from sim.layers import BASELINE, DEFAULT_WORLD, Layers, Reader
from sim.levers import LEVERS
from sim.listing import indented, key_caption, lever_caption, lever_unit, readable, sorts, table
from sim.policies.record import KEYS, usual_of
from sim.programmechecks import regions_of
from sim.programmes import LIKE
from sim.roots import PROGRAMME, SCENARIO, find_roots, slug
from sim.wording import TRUTH, quantity, unit_caption
from sim.worlddata import WorldData, load_world
from sim.worldsheets import nearest

Values = Mapping[str, Any]
SAID = {
    "en": {"open": "open", "who": "Who", "what": "What it does", "cost": "What it costs", "when": "When",
           "evidence": "Evidence", "source": "Source", "scenarios": "Scenarios that hold it",
           "nothing": "nothing of its own", "no_evidence": "none is given in its file",
           "none": "no programme fits {0}",
           "a_firm": "of it public {0} UF, private {1} UF", "a_year": "{0} UF public a year when all places are taken",
           "usual": "usual with {0}; {1}", "judgement": "judgement",
           "up": "up", "down": "down", "none_": "unchanged", "unknown": "(sign not reported)",
           "all": "all that hold the record of {0}", "all_but": "all that hold the record of {0} but {1}"},
    "es": {"open": "abierto", "who": "Quién", "what": "Qué hace", "cost": "Qué cuesta", "when": "Cuándo", "evidence": "Evidencia",
           "source": "Fuente", "scenarios": "Escenarios que lo contienen",
           "nothing": "nada propio", "no_evidence": "su archivo no indica ninguna",
           "none": "ningún programa calza con {0}",
           "a_firm": "de ello público {0} UF, privado {1} UF", "a_year": "{0} UF públicas al año con todos los cupos ocupados",
           "usual": "usual con {0}; {1}", "judgement": "juicio",
           "up": "sube", "down": "baja", "none_": "sin cambio", "unknown": "(signo no informado)",
           "all": "todos los que llevan el registro de {0}", "all_but": "todos los que llevan el registro de {0} salvo {1}"},
}
PAGE, VALUE = 116, 48
"""Characters of a line, and of the values in it."""
WHO = ("agency", "regions", "place", "subsectors", "sizes", "sales_min", "sales_max", "needs", "group_minimum", "partner", "follows",
       "allocation", "operations", "local_def", "reach", "reach_by", "selection")
COST = ("cost", "public_share", "partners_share", "capacity", "budget")
WHEN = ("from", "until", "duration", "lag", "phase", "closes", "hands_over_to", "renews", "renew_for", "stop_when", "ratchet", "fund")
_ALWAYS = {"support": ("agency", "regions", "place", "reach", "selection", "cost", "public_share", "capacity"),
           "procurement": ("agency", "regions", "operations", "local_def")}
_APART = ("id", "kind", "family", "caption", "caption_es", "effect", "effect_es", "evidence", "source", "levers", "sales_unit")


def listing(words: Sequence[str], lang: str, unread: list[str]) -> Iterator[str]:
    """One line a programme that can be read and passes the filters ``key=value``; ``unread`` takes the sentences about broken files.

    Raises InputError for a filter that can fit nothing.
    """
    roots = find_roots()
    known = readable(roots.files(PROGRAMME), lambda name: load_programme(name)[0], unread)
    unread += roots.misnamed(PROGRAMME).values()
    wanted, world = _filters(words, known)
    kept = [(name, values) for name, values in known.items() if _passes(values, wanted, world)]
    if not kept:
        return iter((str(SAID[lang]["none"]).format(" ".join(words)),))
    marks = any(values.get("id") for _, values in kept)
    rows = []
    for name, values in kept:
        family, agency, number = (str(values.get(key) or "") for key in ("family", "agency", "id"))
        rows.append((*((number,) if marks else ()), name, family, agency, _calendar(values, lang), _caption(values, "caption", lang)))
    return table(rows)


def page(name: str, lang: str, unread: list[str]) -> Iterator[str]:
    """One programme: who, what, cost, calendar, evidence, source, scenarios that can be read (``unread``: sentences about others).

    Raises InputError for an unknown name and for a broken file.
    """
    said, (values, _) = SAID[lang], load_programme(name)
    number, kind, family = (str(values.get(key) or "") for key in ("id", "kind", "family"))
    yield f"{name}: {_caption(values, 'caption', lang)}"
    yield f"  {' · '.join([*([number] if number else ()), *sorts(kind, family, lang), _calendar(values, lang)])}"
    parts: dict[str, Callable[[], Iterable[str]]] = {
        "who": lambda: _rows(values, WHO, lang), "what": lambda: _what(values, lang), "cost": lambda: _cost(values, lang),
        "when": lambda: _rows(values, WHEN, lang), "evidence": lambda: _evidence(values, lang),
        "source": lambda: (str(values.get("source") or "–"),), "scenarios": lambda: _scenarios(name, lang, unread)}
    for part, told in parts.items():
        lines = [broken for line in told() for broken in _broken(line)]
        yield from ("", str(said[part]), *indented(lines or [str(said["nothing"])]))


def _broken(line: str) -> list[str]:
    """A sentence on lines of a page; tables are narrow already."""
    return [line] if "  " in line else textwrap.wrap(line, PAGE) or [""]


# ---- the list --------------------------------------------------------------------------------------------------------
def _filters(words: Sequence[str], programmes: Mapping[str, Values]) -> tuple[dict[str, str], WorldData]:
    """Filters by key, checked, and the world whose regions they speak of."""
    read = dict(word.split("=", 1) for word in words if "=" in word)
    wrong = [word for word in words if "=" not in word or word.split("=")[0] not in FILTERS]
    if wrong:
        raise InputError(f"{wrong[0]!r} is no filter; write one programme's name, or filters such as family=associativity year=2012 "
                         f"(keys: {', '.join(FILTERS)})")
    world = load_world(find_roots().world_folder(read.pop("world", DEFAULT_WORLD)))
    if "year" in read and not read["year"].isdecimal():
        raise InputError(f"year={read['year']}: write a year such as year=2012")
    for key, value in read.items():
        if key != "year":
            _check_known(key, value, _known(key, world, programmes))
    return read, world


def _known(key: str, world: WorldData, programmes: Mapping[str, Values]) -> tuple[str, ...]:
    if key == "region":
        return world.regions[: world.abroad]
    written = {str(values.get(key)) for values in programmes.values() if values.get(key)}
    return tuple(sorted(written | set(KEYS[key].metadata["allowed"])))


def _check_known(key: str, value: str, known: Sequence[str]) -> None:
    if value not in known:
        raise InputError(f"{key}={value}: no programme has the {key} {value!r}; {nearest(slug(value), known)}")


def _passes(values: Values, wanted: Mapping[str, str], world: WorldData) -> bool:
    return all(_has(values, key, value, world) for key, value in wanted.items())


def _has(values: Values, key: str, value: str, world: WorldData) -> bool:
    if key == "region":
        return _reaches(values.get("regions") or ["all"], value, world)
    if key == "year":
        until = values.get("until")
        begun = year_of(parse_quarter(values["from"], "from")) <= int(value)
        return begun and (until is None or int(value) <= year_of(parse_quarter(until, "until")))
    return str(values.get(key) or KEYS[key].default) == value


def _reaches(named: Any, region: str, world: WorldData) -> bool:
    return region in regions_of([named] if isinstance(named, str) else named, world)


# ---- the page --------------------------------------------------------------------------------------------------------
def _what(values: Values, lang: str) -> Iterator[str]:
    effect = _caption(values, "effect", lang)
    if effect:
        yield effect
    rest = [key for key in KEYS if key not in (*WHO, *COST, *WHEN, *_APART)]
    yield from _rows(values, rest, lang)
    yield from table(_levers(values, lang))


def _levers(values: Values, lang: str) -> Iterator[tuple[str, ...]]:
    """The doses that the file names, and those that its kind or partner implies, with what they go by."""
    for name, dose in (values.get("levers") or {}).items():
        if name in LEVERS and dose is not None:
            yield f"levers.{name}", f"{written(dose, lang)} {lever_unit(name, lang)}", lever_caption(name, lang)
    for name, usual in usual_of(values).items():
        said = str(SAID[lang]["usual"]).format(f"{usual.key}: {usual.word}", SAID[lang].get(usual.source, usual.source))
        yield f"levers.{name}", f"{written(usual.dose, lang)} {lever_unit(name, lang)}", f"{lever_caption(name, lang)} [{said}]"


def _cost(values: Values, lang: str) -> Iterator[str]:
    yield from _rows(values, COST, lang)
    cost, share, places = (values.get(key, KEYS[key].default) for key in ("cost", "public_share", "capacity"))
    if isinstance(cost, int | float) and isinstance(share, int | float) and cost > 0:
        yield str(SAID[lang]["a_firm"]).format(quantity(cost * share, lang), quantity(cost * (1 - share), lang))
        if isinstance(places, int | float):
            yield str(SAID[lang]["a_year"]).format(quantity(cost * share * places, lang))


def _evidence(values: Values, lang: str) -> Iterator[str]:
    """One entry a source and measure, wrapped."""
    found = values.get("evidence") or ()
    if not found:
        yield str(SAID[lang]["no_evidence"])
    for entry in found:
        size = f"; {entry['size']}" if entry.get("size") not in (None, "") else ""
        sign = SAID[lang]["none_" if entry.get("sign") == "none" else str(entry.get("sign"))]
        measure = CAPTIONS[str(entry.get("measure"))][lang == "es"]
        told = f"{measure}: {sign}{size} [{entry.get('source') or '–'}]"
        first, *more = textwrap.wrap(told, PAGE - 2)
        yield from (first, *(f"  {line}" for line in more))


def _scenarios(name: str, lang: str, unread: list[str]) -> Iterator[str]:
    """Scenarios that hold the programme or one like it. Those that only have it from their world's record are one word, and those
    that take it out of the record are told."""
    reader = Reader(find_roots())
    lacking: dict[str, list[str]] = {}
    holding = []
    for scenario, layers in readable(reader.roots.files(SCENARIO), reader.layers, unread).items():
        held, recorded = (_instances(name, found) for found in (layers, reader.layers(BASELINE, layers.world)))
        if recorded:
            lacking.setdefault(layers.world, []).extend([] if held else [scenario])
        if held - recorded:
            holding.append(scenario)
    unread += reader.roots.misnamed(SCENARIO).values()
    said = SAID[lang]
    told = [str(said["all_but" if without else "all"]).format(world, ", ".join(without)) for world, without in sorted(lacking.items())]
    yield "; ".join([*told, *holding]) or "–"


def _instances(name: str, layers: Layers) -> set[str]:
    """Programmes of a scenario that are the one named, or like it."""
    return {own for own, values in layers.programmes.items() if name in (own, values.get(LIKE))}


def _rows(values: Values, keys: Iterable[str], lang: str) -> Iterator[str]:
    """Keys with value, unit and caption: those that matter for the kind, and whatever the file itself says."""
    always = _ALWAYS.get(str(values.get("kind") or "support"), ("agency", "regions"))
    rows = []
    for key in keys:
        if key in KEYS and key not in _APART and (key in always or key in values):
            value = values[key] if key in values else KEYS[key].default
            unit = _unit(key, values)
            lines = textwrap.wrap(f"{_told(key, value, lang)} {unit_caption(unit, lang)}", VALUE)
            rows += [(key, lines[0], key_caption(key, lang)), *(("", line, "") for line in lines[1:])]
    return table(rows)


def _told(key: str, value: Any, lang: str) -> str:
    return str(SAID[lang]["open"]) if key == "until" and value is None else written(value, lang)


def _unit(key: str, values: Values) -> str:
    unit = str(KEYS[key].metadata["unit"])
    if key in ("from", "until"):
        return ""
    return str(values.get("sales_unit") or "UF") if unit == "sales_unit" else unit


def written(value: Any, lang: str) -> str:
    """A value of a programme file as one short text; a schedule as its points."""
    if isinstance(value, Mapping):
        return "; ".join(f"{key}: {written(inner, lang)}" for key, inner in value.items())
    if isinstance(value, list | tuple):
        return ", ".join(written(inner, lang) for inner in value)
    if isinstance(value, bool):
        return TRUTH[lang][value]
    return quantity(value, lang) if value is None or isinstance(value, int | float) else str(value)


def _calendar(values: Values, lang: str) -> str:
    return f"{values.get('from')} – {values.get('until') or SAID[lang]['open']}"


def _caption(values: Values, key: str, lang: str) -> str:
    return str(values.get(f"{key}_es" if lang == "es" else key) or "")
