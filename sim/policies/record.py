"""What a programme is: one frozen record with every value a programme file may hold."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any

from sim.levers import LOCAL_DEFINITIONS
from sim.worldschema import SIZE_CLASSES

KINDS = {"support": "apoyo", "group": "grupo", "procurement": "compras", "places": "cupos de formación", "challenge": "desafío",
         "coordination": "coordinación", "register": "registro"}
FAMILIES = {"subsidies": "subsidios", "local_purchasing": "compras locales", "associativity": "asociatividad",
            "human_capital": "capital humano", "other": "otra"}
"""Kinds of instrument and families of policy, as files write them → in Spanish."""
MINES = "mines"
"""Programmes that mining firms run themselves name this in place of an agency."""
PLACES = ("hq", "hq_or_branch")
SIZES = SIZE_CLASSES
NEEDS = ("any", "uncertified", "certified", "no_rd", "research", "unsound_books", "sound_books", "exporter", "non_exporter",
         "exporter_or_member", "substituting")
CERTIFICATES = ("international", "entry")
APPROACHES = ("news", "visit")
SELECTIONS = ("first_come", "capability", "need", "lottery")
ALLOCATIONS = ("horizontal", "vertical")
PARTNERS = ("none", "buyer", "university")
CLOSINGS = ("gradual", "abrupt", "hands_over")
RENEWALS = ("never", "results", "political_cycle", "calendar")
PHASES = ("steps", "linear")
SALES_UNITS = ("UF", "CLP_m", "US")
MEASURES = ("certified", "capability", "unit_cost", "management", "sales", "jobs", "exports", "survival", "ties", "joint_projects",
            "research", "innovation", "local_purchases", "credit", "training", "awareness")
"""What evidence about a programme may speak of."""
SIGNS = ("up", "down", "none", "unknown")
PUBLISHED = ("copper_price", "certification_coverage", "research_share", "innovation_share", "exporter_share", "export_share", "exports",
             "backward_linkage_hq", "backward_linkage_small", "backward_linkage_operating", "backward_linkage_value_added",
             "supplier_share", "suppliers", "commuting_share", "local_jobs", "supplier_jobs", "mean_capability", "horizontal_degree",
             "joint_projects_per_100", "purchases", "copper_output", "supported_share")
"""Indicators that authorities publish a year late: all that a programme may watch."""
SHARES = tuple(name for name in PUBLISHED if name.endswith(("_share", "_coverage")) or name.startswith("backward_linkage"))
"""Those of them that are parts of a whole."""
SCHEDULED = ("preference", "set_aside", "payment_days", "unbundling", "public_share", "reach", "capacity", "budget", "cost", "problems",
             "picked", "risk_share")
"""Values that may change over time, beside the doses under `levers`."""
Schedule = tuple[tuple[int, float], ...]
"""(quarter, value) in order."""


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """What a source reports about one measure."""

    measure: str
    sign: str
    size: str | float = ""
    source: str = ""


@dataclass(frozen=True, kw_only=True)
class Watch:
    """A rule on a published indicator of the last full year: `stop_when`, `fund` or `ratchet`."""

    indicator: str
    region: str = "focal"
    above: float | None = None
    below: float | None = None
    share: float = 0.0
    value: str = "preference"
    step: float = 0.0
    up_to: float = float("inf")

    def met(self, published: float) -> bool:
        """Whether the indicator is published and beyond the bound."""
        return (self.above is not None and published > self.above) or (self.below is not None and published < self.below)

    def excess(self, published: float) -> float:
        """By what part the indicator is beyond ``above``; 0 while it is not, or is not published."""
        return max(published / self.above - 1.0, 0.0) if self.above and not math.isnan(published) else 0.0

    def climbed(self, start: float, highs: int) -> float:
        """The value of a ratchet after so many new highs; it never lies below where it starts, nor goes beyond ``up_to``."""
        return max(start, min(start + self.step * highs, self.up_to))


def _value(caption: str, caption_es: str, unit: str = "", default: Any = None, allowed: Iterable[str] = ()) -> Any:
    return field(default=default, metadata={"caption": caption, "caption_es": caption_es, "unit": unit, "allowed": tuple(allowed)})


@dataclass(frozen=True, kw_only=True)
class ProgrammeSpec:
    """A policy instrument as data. Quarters are numbers (see :mod:`sim.calendar`), money is UF.

    ``schedules`` holds what changes over time; the plain fields are what holds first. :meth:`at` gives the record of a quarter.
    """

    name: str = field(metadata={"caption": "name of the instrument in this scenario", "unit": "", "allowed": ()})
    id: str = _value("number of the instrument in the record", "número del instrumento en el registro", default="")
    kind: str = _value("class of instrument that carries it out", "clase de instrumento que lo ejecuta", allowed=KINDS, default="support")
    family: str = _value("policy family", "familia de política", allowed=FAMILIES, default="other")
    agency: str = _value("agency that runs it, or `mines`", "agencia que lo ejecuta, o `mines`", default="corfo")
    caption: str = _value("caption in English", "leyenda en inglés", default="")
    caption_es: str = _value("caption in Spanish", "leyenda en español", default="")
    effect: str = _value(
        "what it changes in a firm, buyer or region: one sentence in English",
        "lo que cambia en una empresa, un comprador o una región: una frase en inglés", default="")
    effect_es: str = _value("the same in Spanish", "lo mismo en español", default="")
    source: str = _value("where the figures come from", "de dónde vienen las cifras", default="")
    evidence: tuple[Evidence, ...] = _value(
        f"list of {{measure, sign, size, source}}; measures are {', '.join(MEASURES)}; signs {', '.join(SIGNS)}",
        "lo que informan las fuentes: lista de {measure, sign, size, source}", default=())
    from_: int = _value("first quarter", "primer trimestre", "quarter", 0)
    until: int | None = _value("last quarter of calls; null = stays open", "último trimestre", "quarter")
    closes: str = _value(
        "what happens after `until`: supports run out, are cut, or pass to another programme",
        "qué pasa después de `until`: los apoyos terminan solos, se cortan o pasan a otro programa", allowed=CLOSINGS, default="gradual")
    hands_over_to: str = _value(
        "programme that takes over running supports and groups", "programa que recibe apoyos y grupos en curso", default="")
    renews: str = _value(
        "rule by which the agency prolongs it at `until`, from its own accounts and the calendar",
        "regla con que la agencia lo prolonga en `until`", allowed=RENEWALS, default="never")
    renew_for: int = _value("length of a renewal", "duración de la prórroga", "quarters", 16)
    phase: str = _value(
        "between the points of a schedule: hold, or interpolate", "entre los puntos de un calendario de valores: mantener o interpolar",
        allowed=PHASES, default="steps")
    stop_when: Watch | None = _value(
        "{indicator, above or below, region}: no call any more once the published indicator is there",
        "sin llamados desde que el indicador publicado llega ahí")
    fund: Watch | None = _value(
        "{indicator, above, share, region}: budget and places grow by `share` of the part by which it is above",
        "crece con lo que el indicador publicado excede")
    ratchet: Watch | None = _value(
        "{indicator, value, step, up_to, region}: each year the indicator reached a new high, `value` climbs",
        "sube un paso cada año en que el indicador marca un máximo")
    regions: tuple[str, ...] = _value(
        "regions, or the words all, mining, focal", "regiones, o las palabras all, mining, focal", default=("all",))
    place: str = _value(
        "presence in the region that makes a firm eligible", "presencia en la región que hace elegible", allowed=PLACES, default="hq")
    subsectors: tuple[str, ...] = _value("subsectors, or the word all", "subsectores, o la palabra all", default=("all",))
    sizes: tuple[str, ...] = _value(
        f"size classes ({', '.join(SIZES)}), or the word all", "clases de tamaño, o la palabra all", default=("all",))
    sales_min: float = _value("smallest yearly sales of an eligible firm", "ventas anuales mínimas", "sales_unit", 0.0)
    sales_max: float = _value("largest yearly sales of an eligible firm", "ventas anuales máximas", "sales_unit", float("inf"))
    sales_unit: str = _value("unit of the sales band: UF, million pesos (CLP_m) or US dollars (US)",
                             "unidad del rango de ventas: UF, millones de pesos (CLP_m) o dólares (US)", allowed=SALES_UNITS, default="UF")
    needs: tuple[str, ...] = _value(
        "what an eligible firm must lack or hold, all of it (`substituting`: in a chain of import substitution; a member: of a group)",
        "lo que debe faltarle o tener la empresa, todo (`substituting`: en cadena de sustitución de importaciones; member: de un grupo)",
        allowed=NEEDS, default=("any",))
    follows: str = _value("programme that an eligible firm must have finished", "programa que debe haberse terminado antes", default="")
    certificate: str = _value(
        "what a certification cost share pays for: ISO, or the entry norm NCh 2909",
        "qué certificado paga: ISO, o la norma de entrada NCh 2909", allowed=CERTIFICATES, default="international")
    group_minimum: int = _value("smallest number of firms in a group", "mínimo de empresas por grupo", "firms", 1)
    partner: str = _value("whom a group has beside its firms", "con quién se agrupan las empresas", allowed=PARTNERS, default="none")
    capacity: float | None = _value(
        "firms supported a year at scale 1; null = no limit", "empresas apoyadas al año a escala 1", "firms/year")
    budget: float | None = _value("public budget a year at scale 1; null = no limit", "presupuesto público anual", "UF/year")
    reach: float = _value(
        "chance that an eligible firm in the network hears of it; with `reach_by: visit`, that it is visited",
        "probabilidad de que una empresa elegible de la red se entere; con `reach_by: visit`, de que la visiten", "per quarter", 0.25)
    reach_by: str = _value(
        "news, which is as wide as the agency's reach and hardly leaves its network, or a visit at any eligible firm, which need not apply",
        "noticia, tan amplia como el alcance de la agencia, que apenas sale de su red, o visita a cualquier empresa elegible, sin postular",
        allowed=APPROACHES, default="news")
    selection: str = _value("how applicants are ranked", "cómo se ordenan los postulantes", allowed=SELECTIONS, default="first_come")
    allocation: str = _value(
        "one national call, or places by region and its priorities", "un llamado nacional, o cupos por región y sus prioridades",
        allowed=ALLOCATIONS, default="horizontal")
    public_share: float = _value("part of the cost that is public", "parte pública del costo", "share", 0.5)
    partners_share: float = _value(
        "part of the cost, less the public part, that the agency's partners carry; the firm pays the rest",
        "parte del costo, descontada la pública, que ponen los socios de la agencia; la empresa paga el resto", "share", 0.0)
    cost: float = _value(
        "cost of supporting one firm (or place) over the whole term", "costo de apoyar a una empresa (o cupo) por todo el plazo", "UF", 0.0)
    duration: int = _value("length of the support", "duración del apoyo", "quarters", 4)
    lag: int = _value("quarters from the start of support to its effect", "del inicio del apoyo a su efecto", "quarters", 0)
    levers: dict[str, float] = _value("lever → dose", "palanca → dosis", default=None)
    aligns: tuple[str, ...] = _value("families or programmes that a coordination aligns", "familias o programas que alinea", default=())
    problems: float = _value(
        "problems that buyers draft a year at scale 1", "problemas que plantean los compradores al año, a escala 1", "problems/year", 0.0)
    picked: float = _value(
        "problems put to suppliers a year at scale 1", "problemas que se entregan a proveedores al año, a escala 1", "problems/year", 0.0)
    risk_share: float = _value(
        "part of a solution's cost, less the public part, that the buyer carries", "parte del costo que asume el comprador", "share", 0.0)
    test_site: bool = _value("whether buyers open a test site to solutions", "si los compradores abren un sitio de prueba", default=False)
    contract_quarters: int = _value(
        "length of the preferential contract after a solution works", "duración del contrato preferente si la solución funciona",
        "quarters", 8)
    operations: tuple[str, ...] = _value(
        "operations or companies that commit, the word all, or how many, the largest first", "operaciones o compañías que se comprometen",
        default=("all",))
    local_def: str = _value("whom a purchasing rule counts as local", "a quién cuenta como local", allowed=LOCAL_DEFINITIONS, default="hq")
    preference: float = _value(
        "price preference for local bids (0.10 = a bid 10 % dearer still ties)",
        "preferencia de precio a ofertas locales (0,10 = 10 % más cara empata)", "share", 0.0)
    set_aside: float = _value(
        "share of tenders open to local firms only, if one bids",
        "parte de las licitaciones reservada a locales, si alguna oferta", "share", 0.0)
    payment_days: float | None = _value("days in which local firms are paid; null = as everyone", "días en que se paga a locales", "days")
    unbundling: float = _value(
        "part by which tenders are made smaller and more", "parte en que las licitaciones se hacen más chicas y más numerosas",
        "share", 0.0)
    prequalification: bool = _value(
        "whether committed mines ask for certificates in large tenders",
        "si las mineras comprometidas exigen certificado en licitaciones grandes", default=True)
    schedules: dict[str, Schedule] = _value("values that change over time", "valores que cambian en el tiempo", default=None)

    def at(self, quarter: int) -> "ProgrammeSpec":
        """The record with the values that hold in a quarter."""
        return self.having(self.scheduled(quarter)) if self.schedules else self

    def scheduled(self, quarter: int) -> dict[str, float]:
        """Key → value in a quarter of everything that changes over time; ``levers.NAME`` names a dose."""
        return {key: value_at(points, quarter, self.phase) for key, points in (self.schedules or {}).items()}

    def having(self, values: Mapping[str, float]) -> "ProgrammeSpec":
        """The record with other values; ``levers.NAME`` names a dose."""
        doses = {key.removeprefix("levers."): value for key, value in values.items() if key.startswith("levers.")}
        plain: dict[str, Any] = {key: value for key, value in values.items() if not key.startswith("levers.")}
        return replace(self, levers={**(self.levers or {}), **doses}, **plain)

    def worth(self, key: str) -> float | None:
        """A value by its key; ``levers.NAME`` names a dose."""
        return (self.levers or {}).get(key.removeprefix("levers.")) if key.startswith("levers.") else getattr(self, key)

    def highest(self, key: str) -> float:
        """The highest value that a key ever takes; infinite without a limit."""
        return highest((self.schedules or {}).get(key), self.worth(key))


def highest(points: Schedule | None, value: float | None) -> float:
    """The highest of a schedule's values, or the one ``value`` of a key without schedule; infinite where that is no limit."""
    if points:
        return max(scheduled for _, scheduled in points)
    return math.inf if value is None else value


def value_at(points: Schedule, quarter: int, phase: str) -> float:
    """The value of a schedule in a quarter: the first before its first point, then held or interpolated."""
    if quarter < points[0][0]:
        return points[0][1]
    last = max(i for i, (begin, _) in enumerate(points) if begin <= quarter)
    begin, value = points[last]
    if phase == "steps" or last + 1 == len(points):
        return value
    end, later = points[last + 1]
    return value + (later - value) * (quarter - begin) / (end - begin)


INTERNAL = ("name", "schedules")
"""Fields of the record that are not keys of a file."""
KEYS = {f.name.rstrip("_"): f for f in fields(ProgrammeSpec) if f.name not in INTERNAL}
"""Key of a programme file → field of the record."""


# ---- usual doses -----------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Usual:
    """The usual dose of a lever that a programme's file does not name: for those whose ``key`` is ``word``, with what is plausible and
    where it is from."""

    key: str
    word: str
    lever: str
    dose: float
    low: float
    high: float
    source: str = "judgement"


USUAL = (
    Usual("kind", "coordination", "wider_reach", 0.3, 0.0, 1.0),
    Usual("kind", "coordination", "shared_files", 0.7, 0.3, 1.0),
    Usual("kind", "coordination", "shared_agenda", 0.2, 0.0, 0.5),
    Usual("kind", "challenge", "buyer_meeting", 0.05, 0.01, 0.10),
    Usual("kind", "challenge", "joint_project", 0.25, 0.1, 0.5),
    Usual("kind", "challenge", "first_refusal", 1.0, 0.5, 1.0),
    Usual("kind", "challenge", "own_solution", 0.2, 0.05, 0.4),
    Usual("kind", "register", "visibility", 0.5, 0.1, 1.0),
    Usual("partner", "buyer", "buyer_meeting", 0.03, 0.01, 0.10),
    Usual("partner", "university", "university_contact", 0.25, 0.05, 0.5),
    Usual("partner", "university", "university_funding", 1.0, 0.5, 1.0),
)


def usual_of(values: Mapping[str, Any]) -> dict[str, Usual]:
    """Lever → its usual dose, for levers that the values of a programme do not name; a lever written as null has none."""
    written = values.get("levers")
    named = written if isinstance(written, Mapping) else {}
    return {one.lever: one for one in USUAL if (values.get(one.key) or KEYS[one.key].default) == one.word and one.lever not in named}
