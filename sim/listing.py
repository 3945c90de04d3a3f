"""What ``encadena scenarios`` and ``show`` print; units and captions come from the declarations."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import Field, fields
from typing import Any, TypeVar

from sim.calendar import quarter_name
from sim.config import DEFAULT_SCENARIOS
from sim.errors import InputError
from sim.layers import Reader, both_captions
from sim.levers import LEVERS
from sim.parameters import declared
from sim.policies.record import FAMILIES, KINDS, ProgrammeSpec, Watch
from sim.policies.record import KEYS as PROGRAMME_KEYS
from sim.roots import SCENARIO, find_roots
from sim.settings import KEYS
from sim.spec import Spec
from sim.wording import TRUTH, quantity, unit_caption
from sim.worlddata import WorldData
from sim.worldschema import ALWAYS_OPEN, DISTANCES, FIRMS, NEVER_CLOSES, OPERATIONS, REGIONS, SUBSECTORS, SUPPLIERS, Column, FileSchema

T = TypeVar("T")
SAID = {
    "en": {"default": "run by default", "world": "World", "values": "Values", "parameters": "Parameters",
           "programmes": "Programmes", "plausible": "plausible", "source": "source", "changed": "changed by",
           "regions": "Regions", "subsectors": "Subsectors", "operations": "Operations", "open": "open",
           "focal": "focal region", "capital": "capital",
           "calendar": "burn-in from {0}, history from {1}, outlook from {2}",
           "data": "Data files (columns source and judgement of every row say where it is from)",
           "owners": ("state", "foreign", "domestic")},
    "es": {"default": "corre por defecto", "world": "Mundo", "values": "Valores", "parameters": "Parámetros",
           "programmes": "Programas", "plausible": "plausible", "source": "fuente", "changed": "cambiado por",
           "regions": "Regiones", "subsectors": "Subsectores", "operations": "Operaciones", "open": "abierto",
           "focal": "región focal", "capital": "capital",
           "calendar": "calentamiento desde {0}, historia desde {1}, proyección desde {2}",
           "data": "Archivos de datos (las columnas source y judgement de cada fila dicen de dónde viene)",
           "owners": ("estatal", "extranjera", "nacional")},
}
_ALWAYS_TOLD = {"procurement": ("regions", "operations", "local_def"), "places": ("regions", "public_share")}
_OF_SUPPORT = ("regions", "place", "reach", "public_share", "duration")
_TOLD_APART = ("name", "id", "kind", "family", "agency", "caption", "caption_es", "effect", "effect_es", "source", "evidence", "from_",
               "until", "levers", "schedules")


def readable(names: Iterable[str], read: Callable[[str], T], unread: list[str]) -> dict[str, T]:
    """Name → what ``read`` makes of it; what it says of those that it refuses is added to ``unread``, each sentence once."""
    found = {}
    for name in names:
        try:
            found[name] = read(name)
        except InputError as error:
            unread += [] if str(error) in unread else [str(error)]
    return found


def scenarios(lang: str, unread: list[str]) -> Iterator[str]:
    """One line a scenario that can be read; ``unread`` takes the sentences about others."""
    reader = Reader(find_roots())
    names = dict.fromkeys((*DEFAULT_SCENARIOS, *reader.roots.files(SCENARIO)))
    rows = []
    for name, own in readable(names, lambda name: reader.layers(name).files[-1].body, unread).items():
        mark = "*" if name in DEFAULT_SCENARIOS else ""
        rows.append((f"{name}{mark}", _caption(own, lang)))
    unread += reader.roots.misnamed(SCENARIO).values()
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
    yield from ("", _titled("regions", lang, REGIONS, SUPPLIERS, DISTANCES), *table(_regions(world, captions, lang)))
    subsectors = world.subsector_captions_es if es else world.subsector_captions
    yield from ("", _titled("subsectors", lang, SUBSECTORS), *table(_subsectors(world, subsectors, lang)))
    yield from ("", _titled("operations", lang, OPERATIONS), *table(_operations(world, lang)))
    files = [(file, f"sha256 {digest[:16]}") for file, digest in world.checksums.items()]
    yield from ("", str(said["data"]), *table(files))


def _titled(what: str, lang: str, *files: FileSchema) -> str:
    """A title with the data files that the table shows."""
    return f"{SAID[lang][what]} ({', '.join(schema.file for schema in files)})"


def _regions(world: WorldData, captions: Sequence[str], lang: str) -> Iterator[tuple[str, ...]]:
    at, focal = REGIONS.column, world.regions[world.focal]
    return _sheet(
        lang, (at("region"), "", world.regions), (at("caption"), "", captions),
        (FIRMS, str(world.placement_year), world.firms.sum(axis=1)), (at("rent"), "", world.rent),
        (at("amenity"), "", world.amenity), (at("infrastructure"), "", world.infrastructure), (at("wage"), "", world.wage),
        (DISTANCES.column("km"), focal, world.km[:, world.focal]))


def _subsectors(world: WorldData, captions: Sequence[str], lang: str) -> Iterator[tuple[str, ...]]:
    told = ("opex_share", "capex_share", "import_content", "foreign_share", "knowledge_need", "urgency", "usd_per_worker",
            "contract_quarters")
    at = SUBSECTORS.column
    return _sheet(lang, (at("subsector"), "", world.subsectors), (at("caption"), "", captions),
                  *((at(name), "", getattr(world, name)) for name in told))


def _operations(world: WorldData, lang: str) -> Iterator[tuple[str, ...]]:
    opens = ["" if when == ALWAYS_OPEN else quarter_name(int(when)) for when in world.op_opens]
    closes = ["" if when >= NEVER_CLOSES else quarter_name(int(when)) for when in world.op_closes]
    told = {"operation": world.op_names, "region": [world.regions[r] for r in world.op_region], "company": world.op_company,
            "owner": [SAID[lang]["owners"][owner] for owner in world.op_owner], "kt": world.op_kt, "opens": opens, "closes": closes}
    return _sheet(lang, *((OPERATIONS.column(name), "", values) for name, values in told.items()))


def _sheet(lang: str, *columns: tuple[Column, str, Iterable[Any]]) -> Iterator[tuple[str, ...]]:
    """Columns of the data files under their declared heads (and what is added to them) and units."""
    yield tuple(f"{column.heads[lang == 'es']} {more}".strip() for column, more, _ in columns)
    yield tuple(unit_caption(column.unit, lang) for column, _, _ in columns)
    for row in zip(*(values for _, _, values in columns), strict=True):
        yield tuple(value if isinstance(value, str) else quantity(value, lang) for value in row)


def _values(spec: Spec, lang: str) -> Iterator[tuple[str, ...]]:
    for name in ("scale", "horizon", "copper", "start"):
        key = KEYS[name]
        value = getattr(spec, name)
        told = value if isinstance(value, str) else quantity(value, lang, key.unit)
        yield name, told, unit_caption(key.unit, lang), key.caption_es if lang == "es" else key.caption


def _parameters(spec: Spec, lang: str) -> Iterator[tuple[str, ...]]:
    for name, item in declared().items():
        value = getattr(spec.parameters, name)
        mark = "*" if value != item.default else ""
        low, high = (quantity(end, lang, item.unit) for end in (item.low, item.high))
        yield (f"{name}{mark}", quantity(value, lang, item.unit), unit_caption(item.unit, lang), f"{SAID[lang]['plausible']} {low}–{high}",
               item.caption_es if lang == "es" else item.caption, f"[{item.source}]")


def _programme(programme: ProgrammeSpec, lang: str) -> Iterator[str]:
    said = SAID[lang]
    until = said["open"] if programme.until is None else quarter_name(programme.until)
    yield f"{programme.name}: {programme.caption_es if lang == 'es' else programme.caption}"
    yield f"  {', '.join(sorts(programme.kind, programme.family, lang))}, {programme.agency}, {quarter_name(programme.from_)} – {until}"
    yield from indented(table(_fields(programme, lang)))
    yield from indented(table(_levers(programme, lang)))
    yield f"  {said['source']}: {programme.source}"


def sorts(kind: str, family: str, lang: str) -> list[str]:
    """What sort of programme it is: its kind and its family, where they are given."""
    return [names.get(word, word) if lang == "es" else word for word, names in ((kind, KINDS), (family, FAMILIES)) if word]


def key_caption(key: str, lang: str) -> str:
    """What a key of a programme file means."""
    return str(PROGRAMME_KEYS[key].metadata["caption_es" if lang == "es" else "caption"])


def _fields(programme: ProgrammeSpec, lang: str) -> Iterator[tuple[str, ...]]:
    """The values that matter for its kind, and every other that differs from its default."""
    always = _ALWAYS_TOLD.get(programme.kind, _OF_SUPPORT)
    for key, item in PROGRAMME_KEYS.items():
        value = getattr(programme, item.name)
        if item.name not in _TOLD_APART and (item.name in always or value != item.default):
            told = _over_time(programme, item.name, lang) or _written(value, lang)
            yield key, told, unit_caption(_unit(programme, item), lang), key_caption(key, lang)


def _over_time(programme: ProgrammeSpec, key: str, lang: str) -> str:
    """The points of a value that changes over time; empty for one that does not."""
    return "; ".join(f"{quarter_name(when)} {quantity(value, lang)}" for when, value in (programme.schedules or {}).get(key, ()))


def _unit(programme: ProgrammeSpec, item: "Field[Any]") -> str:
    unit = str(item.metadata["unit"])
    return programme.sales_unit if unit == "sales_unit" else unit


def _levers(programme: ProgrammeSpec, lang: str) -> Iterator[tuple[str, ...]]:
    for name, dose in programme.levers.items():
        told = _over_time(programme, f"levers.{name}", lang) or quantity(dose, lang)
        yield f"levers.{name}", told, lever_unit(name, lang), lever_caption(name, lang)


def lever_unit(name: str, lang: str) -> str:
    """Unit of a lever's dose; a cost share is a multiple of the programme's public share."""
    return "× public_share" if LEVERS[name].cost_share else unit_caption(LEVERS[name].unit, lang)


def lever_caption(name: str, lang: str) -> str:
    """What a lever moves."""
    return LEVERS[name].caption_es if lang == "es" else LEVERS[name].caption


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
    return both_captions(values)["caption_es" if lang == "es" else "caption"]


def _written(value: Any, lang: str) -> str:
    if isinstance(value, tuple):
        return ", ".join(map(str, value))
    if isinstance(value, Watch):
        held = {item.name: getattr(value, item.name) for item in fields(Watch) if getattr(value, item.name) != item.default}
        return "; ".join(f"{name} {_written(inner, lang)}" for name, inner in held.items())
    if isinstance(value, bool):
        return TRUTH[lang][value]
    return value if isinstance(value, str) else quantity(value, lang)
