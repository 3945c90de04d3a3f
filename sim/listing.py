"""What ``encadena scenarios`` and ``show`` print; units and captions come from the declarations."""

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import Field, fields
from typing import Any

from sim.calendar import quarter_name
from sim.config import DEFAULT_SCENARIOS
from sim.layers import Reader
from sim.levers import LEVERS
from sim.parameters import declared
from sim.policies.record import ProgrammeSpec, Watch
from sim.roots import SCENARIO, find_roots
from sim.settings import KEYS
from sim.spec import Spec
from sim.worlddata import WorldData
from sim.worldschema import ALWAYS_OPEN, NEVER_CLOSES

SAID = {
    "en": {"default": "run by default", "world": "World", "values": "Values", "parameters": "Parameters",
           "programmes": "Programmes", "plausible": "plausible", "source": "source", "changed": "changed by",
           "regions": "Regions", "subsectors": "Subsectors", "operations": "Operations", "open": "open",
           "focal": "focal region", "capital": "capital",
           "calendar": "burn-in from {0}, history from {1}, outlook from {2}",
           "data": "Data files (source and judgement of every row stand in them)",
           "owners": ("state", "foreign", "domestic")},
    "es": {"default": "corre por defecto", "world": "Mundo", "values": "Valores", "parameters": "Parámetros",
           "programmes": "Programas", "plausible": "plausible", "source": "fuente", "changed": "cambiado por",
           "regions": "Regiones", "subsectors": "Subsectores", "operations": "Operaciones", "open": "abierto",
           "focal": "región focal", "capital": "capital",
           "calendar": "calentamiento desde {0}, historia desde {1}, proyección desde {2}",
           "data": "Archivos de datos (fuente y juicio de cada fila están en ellos)",
           "owners": ("estatal", "extranjera", "nacional")},
}
_ALWAYS_TOLD = {"procurement": ("regions", "operations", "local_def"), "places": ("regions", "public_share")}
_OF_SUPPORT = ("regions", "place", "reach", "public_share", "duration")
_TOLD_APART = ("name", "id", "kind", "family", "agency", "caption", "caption_es", "effect", "effect_es", "source", "evidence", "from_",
               "until", "levers", "schedules")


def scenarios(lang: str) -> Iterator[str]:
    """One line a scenario."""
    reader = Reader(find_roots())
    names = reader.roots.files(SCENARIO)
    rows = []
    for name in (*DEFAULT_SCENARIOS, *(n for n in names if n not in DEFAULT_SCENARIOS)):
        own = reader.layers(name).files[-1].body
        mark = "*" if name in DEFAULT_SCENARIOS else ""
        rows.append((f"{name}{mark}", _caption(own, lang)))
    yield from table(rows)
    yield f"* {SAID[lang]['default']}"


def show(spec: Spec, lang: str) -> Iterator[str]:
    """The resolved world of a scenario: data, values, parameters, programmes, each with its unit and source."""
    said = SAID[lang]
    yield f"{spec.scenario}: {spec.caption_es if lang == 'es' else spec.caption}"
    if spec.changed:
        yield f"  {said['changed']} {' '.join(f'{key}={value}' for key, value in spec.changed.items())}"
    yield from ("", f"{said['world']} {spec.world.name}", *indented(_world(spec.world, lang)))
    yield from ("", str(said["values"]), *indented(table(_values(spec, lang))))
    yield from ("", str(said["parameters"]), *indented(table(_parameters(spec, lang))))
    yield from ("", str(said["programmes"]))
    for programme in spec.programmes:
        yield from indented(_programme(programme, lang))


# ---- parts of show ---------------------------------------------------------------------------------------------------
def _world(world: WorldData, lang: str) -> Iterator[str]:
    said, es = SAID[lang], lang == "es"
    captions = world.region_captions_es if es else world.region_captions
    yield world.caption_es if es else world.caption
    yield f"{said['focal']}: {captions[world.focal]}; {said['capital']}: {captions[world.capital]}"
    yield str(said["calendar"]).format(*map(quarter_name, (world.burn_in_from, world.history_from, world.outlook_from)))
    yield from ("", str(said["regions"]), *table(_regions(world, captions)))
    yield from ("", str(said["subsectors"]), *table(_subsectors(world, es)))
    yield from ("", str(said["operations"]), *table(_operations(world, lang)))
    files = [(file, f"sha256 {digest[:16]}") for file, digest in world.checksums.items()]
    yield from ("", str(said["data"]), *table(files))


def _regions(world: WorldData, captions: Sequence[str]) -> Iterator[tuple[str, ...]]:
    yield ("", "", f"suppliers {world.placement_year}", "rent (capital 1)", "amenity (0-1)", "infrastructure (0-1)",
           "wage (UF/quarter)", f"km to {world.regions[world.focal]}")
    for r, name in enumerate(world.regions):
        numbers = (world.firms[r].sum(), world.rent[r], world.amenity[r], world.infrastructure[r], world.wage[r],
                   world.km[r, world.focal])
        yield (name, captions[r], *map(quantity, numbers))


def _subsectors(world: WorldData, es: bool) -> Iterator[tuple[str, ...]]:
    yield ("", "", "opex (share)", "capex (share)", "imports (share)", "foreign (share)", "knowledge (frontier)",
           "urgency (0-1)", "US$/worker/year", "contract (quarters)")
    for k, name in enumerate(world.subsectors):
        numbers = (world.opex_share, world.capex_share, world.import_content, world.foreign_share, world.knowledge_need,
                   world.urgency, world.usd_per_worker, world.contract_quarters)
        captions = world.subsector_captions_es if es else world.subsector_captions
        yield (name, captions[k], *(quantity(column[k]) for column in numbers))


def _operations(world: WorldData, lang: str) -> Iterator[tuple[str, ...]]:
    yield ("", "", "", "", "kt Cu/year", "", "")
    for m, name in enumerate(world.op_names):
        opens = "" if world.op_opens[m] == ALWAYS_OPEN else quarter_name(int(world.op_opens[m]))
        closes = "" if world.op_closes[m] >= NEVER_CLOSES else quarter_name(int(world.op_closes[m]))
        yield (name, world.regions[world.op_region[m]], world.op_company[m], SAID[lang]["owners"][world.op_owner[m]],
               quantity(world.op_kt[m]), opens, closes)


def _values(spec: Spec, lang: str) -> Iterator[tuple[str, ...]]:
    for name in ("scale", "horizon", "copper", "start"):
        key = KEYS[name]
        yield name, str(getattr(spec, name)), key.unit, key.caption_es if lang == "es" else key.caption


def _parameters(spec: Spec, lang: str) -> Iterator[tuple[str, ...]]:
    for name, item in declared().items():
        value = getattr(spec.parameters, name)
        mark = "*" if value != item.default else ""
        yield (f"{name}{mark}", quantity(value), item.unit, f"{SAID[lang]['plausible']} {item.low:g}–{item.high:g}",
               item.caption_es if lang == "es" else item.caption, f"[{item.source}]")


def _programme(programme: ProgrammeSpec, lang: str) -> Iterator[str]:
    said = SAID[lang]
    until = said["open"] if programme.until is None else quarter_name(programme.until)
    yield f"{programme.name}: {programme.caption_es if lang == 'es' else programme.caption}"
    yield f"  {programme.kind}, {programme.family}, {programme.agency}, {quarter_name(programme.from_)} – {until}"
    yield from indented(table(_fields(programme)))
    yield from indented(table(_levers(programme, lang)))
    yield f"  {said['source']}: {programme.source}"


def _fields(programme: ProgrammeSpec) -> Iterator[tuple[str, ...]]:
    """The values that matter for its kind, and every other that differs from its default."""
    always = _ALWAYS_TOLD.get(programme.kind, _OF_SUPPORT)
    for item in fields(programme):
        value = getattr(programme, item.name)
        if item.name not in _TOLD_APART and (item.name in always or value != item.default):
            yield item.name, _over_time(programme, item.name) or _written(value), _unit(programme, item), str(item.metadata["caption"])


def _over_time(programme: ProgrammeSpec, key: str) -> str:
    """The points of a value that changes over time; empty for one that does not."""
    return ", ".join(f"{quarter_name(when)} {quantity(value)}" for when, value in (programme.schedules or {}).get(key, ()))


def _unit(programme: ProgrammeSpec, item: "Field[Any]") -> str:
    unit = str(item.metadata["unit"])
    return programme.sales_unit if unit == "sales_unit" else unit


def _levers(programme: ProgrammeSpec, lang: str) -> Iterator[tuple[str, ...]]:
    for name, dose in programme.levers.items():
        lever = LEVERS[name]
        unit = "× public_share" if lever.cost_share else lever.unit
        told = _over_time(programme, f"levers.{name}") or quantity(dose)
        yield f"levers.{name}", told, unit, lever.caption_es if lang == "es" else lever.caption


# ---- plain text ------------------------------------------------------------------------------------------------------
def table(rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """Columns side by side, as wide as their widest cell."""
    kept = [tuple(row) for row in rows]
    widths = [max(map(len, column)) for column in zip(*kept, strict=True)]
    for row in kept:
        yield "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()


def indented(lines: Iterable[str]) -> Iterator[str]:
    """Lines two blanks further in."""
    return (f"  {line}" if line else line for line in lines)


def _caption(values: Any, lang: str) -> str:
    return str(values.get("caption_es" if lang == "es" else "caption") or "")


def _written(value: Any) -> str:
    if isinstance(value, tuple):
        return ", ".join(map(str, value))
    if isinstance(value, Watch):
        return ", ".join(f"{item.name} {getattr(value, item.name)}" for item in fields(Watch) if getattr(value, item.name) != item.default)
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value if isinstance(value, str) else quantity(value)


def quantity(value: Any) -> str:
    """A number as short as it is useful; a dash for none and for no limit."""
    if value is None or math.isinf(value):
        return "–"
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.4g}"
