"""Every table and column that a run can write: type, unit, captions. ``dictionary.csv`` is made from this."""

from dataclasses import dataclass

from sim.agents.columns import SUPPLIER_COLUMNS
from sim.indicators import INDICATORS, RUN_INDICATORS, Indicator
from sim.panels import CASE_NUMBERS, FIRM_FLAGS, FIRM_NUMBERS

LIGHT = "light"
"""Among the tables asked for: keep only the focal region's yearly values and the final indicators, as a sweep does."""


@dataclass(frozen=True)
class OutputColumn:
    """One column of an output table; captions in English and Spanish."""

    name: str
    type: str
    unit: str
    caption: str
    caption_es: str


_c = OutputColumn
KEYS = (_c("run_key", "string", "", "identity of the run: model, configuration and seed",
           "identidad de la corrida: modelo, configuración y semilla"),
        _c("scenario", "string", "", "scenario", "escenario"),
        _c("replication", "int64", "", "number of the paired replication", "número de la réplica pareada"))
_QUARTER = _c("quarter", "timestamp", "", "last day of the quarter", "último día del trimestre")
_REGION = _c("region", "string", "", "region (slug); abroad for the rest of the world",
             "región (nombre corto); abroad para el resto del mundo")
_HEADQUARTERS = _c("region", "string", "", "headquarters", "casa matriz")
_SUBSECTOR = _c("subsector", "string", "", "subsector", "subsector")
_PROGRAMME = _c("programme", "string", "", "programme", "programa")
_CASE = _c("case", "string", "", "case firm of the record", "empresa caso del registro")
_CLIENTS = _c("clients", "int64", "operations", "operations that trust it", "operaciones que confían en ella")
_CERTIFIED = _c("certified", "bool", "", "certificate running", "certificado vigente")

HOW_OFTEN = {"quarter": ("quarterly", "trimestral"), "year": ("yearly", "anual")}


def _measured(indicator: Indicator, when: str, when_es: str) -> OutputColumn:
    """The column of an indicator; ``when`` says which of its values stands there."""
    return _c(indicator.name, "float64", indicator.unit, f"{indicator.caption}{when}", f"{indicator.caption_es}{when_es}")


def _series(indicator: Indicator) -> OutputColumn:
    often, often_es = HOW_OFTEN[indicator.frequency]
    return _measured(indicator, f" ({often})", f" ({often_es})")


INDEX_COLUMNS = (
    _c("cluster_index", "float64", "index", "enclave-cluster index: mean of its seven scaled components (yearly)",
       "índice enclave-clúster: media de sus siete componentes en escala (anual)"),
    _c("cluster_index_strict", "float64", "index", "the same with all thresholds 25 % harder (yearly)",
       "el mismo con todos los umbrales 25 % más exigentes (anual)"),
    _c("cluster_index_lenient", "float64", "index", "the same with all thresholds 25 % easier (yearly)",
       "el mismo con todos los umbrales 25 % más fáciles (anual)"),
    _c("regime", "float64", "code", "0 enclave, 1 hybrid, 2 cluster; a new label counts once held five years (yearly)",
       "0 enclave, 1 híbrido, 2 clúster; una etiqueta nueva vale tras sostenerse cinco años (anual)"))

_RUNS = (
    _c("row", "int64", "", "row of the design", "fila del diseño"),
    _c("seed", "int64", "", "seed of the world", "semilla del mundo"),
    _c("status", "string", "", "done or failed", "done (hecha) o failed (fallida)"),
    _c("seconds", "float64", "s", "time of the run", "tiempo de la corrida"),
    _c("error_stage", "string", "", "stage in which a failed run stopped", "etapa en que se detuvo una corrida fallida"),
    _c("error_quarter", "string", "", "quarter in which it stopped", "trimestre en que se detuvo"),
    _c("error_exception", "string", "", "exception", "excepción"),
    _c("error_traceback", "string", "", "traceback", "traza del error"),
    _c("error_replay", "string", "", "command that repeats the failed run", "comando que repite la corrida fallida"))
FINAL_COLUMNS = (
    *(_measured(i, ": focal region, mean of the last five years", ": región focal, media de los últimos cinco años") for i in INDICATORS),
    *(_measured(i, ": focal region, when asked for", ": región focal, si se pide") for i in RUN_INDICATORS),
    _c("cluster_index", "float64", "index", "enclave-cluster index: focal region, mean of the last five years",
       "índice enclave-clúster: región focal, media de los últimos cinco años"),
    _c("regime", "float64", "code", "regime of the focal region at the end: 0 enclave, 1 hybrid, 2 cluster",
       "régimen de la región focal al final: 0 enclave, 1 híbrido, 2 clúster"))

_PROGRAMMES = (
    _PROGRAMME, _REGION, _QUARTER,
    _c("told", "float64", "firms", "firms that heard of a call", "empresas que supieron de un llamado"),
    _c("applied", "float64", "firms", "firms that applied", "empresas que postularon"),
    _c("selected", "float64", "firms", "firms selected", "empresas seleccionadas"),
    _c("supported", "float64", "firms or places", "under support in the quarter", "con apoyo en el trimestre"),
    _c("public", "float64", "UF", "public spend", "gasto público"),
    _c("private", "float64", "UF", "private part", "aporte privado"),
    _c("problems", "float64", "problems", "problems that buyers drafted", "problemas que redactaron los compradores"),
    _c("contracts", "float64", "firms", "firms whose solution worked and came under contract",
       "empresas cuya solución funcionó y obtuvo contrato"),
    _c("open", "float64", "0/1", "takes applications in the quarter, by its calendar and rules",
       "recibe postulaciones en el trimestre, según su calendario y sus reglas"),
    _c("stopped", "float64", "0/1", "stop_when has ended it for good", "stop_when le puso fin definitivo"),
    _c("prolonged", "float64", "quarters", "added to its calendar by renewals so far", "que las renovaciones agregaron a su calendario"),
    _c("windfall", "float64", "share", "part by which fund raises its budget and places this year",
       "parte en que fund aumenta este año su presupuesto y sus cupos"),
    _c("raised", "float64", "steps", "that ratchet has climbed so far (the value itself stops at up_to)",
       "que ratchet ha subido hasta ahora (el valor mismo se detiene en up_to)"))
_LEDGER = (
    _QUARTER, _c("payer", "string", "", "class that pays", "clase que paga"),
    _c("payee", "string", "", "class that receives", "clase que recibe"),
    _c("kind", "string", "", "what is paid", "qué se paga"),
    _c("region", "string", "",
       "the supplier's region where a supplier is a side (owner's or branch's where the kind says so), else the payer's",
       "la región del proveedor si un proveedor es parte (la del dueño o de la sucursal si el concepto lo dice); si no, la del pagador"),
    _c("uf", "float64", "UF", "amount", "monto"))


def _own(name: str, caption_es: str, kind: str = "float64") -> OutputColumn:
    """A column that shows an attribute of suppliers as it is."""
    return _c(name, kind, SUPPLIER_COLUMNS[name].unit, SUPPLIER_COLUMNS[name].caption, caption_es)


ATTRIBUTES_ES = {
    "absorptive": "capacidad de absorción",
    "awards_recent": "adjudicaciones recientes, que se desvanecen",
    "aware": "dentro de la red de las agencias",
    "capability": "capacidad en relación con la frontera mundial",
    "capacity": "ventas que el personal puede entregar a precios normales",
    "cash": "caja; negativa = crédito usado",
    "contacts": "contactos en el extranjero",
    "management": "prácticas de gestión",
    "markup": "margen sobre el costo total",
    "mining_year": "ventas ligadas a la minería de los últimos cuatro trimestres (móvil)",
    "research": "tiene una unidad de I+D",
    "sales_year": "ventas de los últimos cuatro trimestres (móvil)",
    "skills": "calificación del personal",
    "sound_books": "contabilidad que los bancos aceptan",
    "supported_ever": "alguna vez tuvo apoyo público a la innovación",
    "unit_cost": "costo total de una unidad de volumen",
    "utilisation": "volumen sobre capacidad",
    "workers": "personal",
}
"""Spanish captions of the attributes of suppliers that tables show."""
_FIRMS = (
    _QUARTER, _c("uid", "uint64", "", "identity of the firm", "identidad de la empresa"), _HEADQUARTERS, _SUBSECTOR,
    _c("origin", "string", "", "national, foreign or seller abroad", "nacional, extranjera o vendedora en el exterior"),
    _c("founder", "string", "", "how it came to be", "cómo nació"),
    _c("size_class", "string", "", "class by yearly sales", "tramo de ventas anuales"), _CASE,
    _c("age_quarters", "int64", "quarters", "age", "edad"),
    _c("branches", "int64", "branches", "branches beside headquarters", "sucursales además de la casa matriz"), _CERTIFIED,
    _c("exported", "bool", "", "exported in three years", "exportó en tres años"),
    _c("export_market", "string", "", "market of its last export contract (slug of markets.csv), empty = none yet",
       "mercado de su último contrato de exportación (nombre corto de markets.csv); vacío = todavía ninguno"),
    _c("substitution_stage", "int64", "stage", "step of import substitution", "paso de la sustitución de importaciones"), _CLIENTS,
    *(_own(name, ATTRIBUTES_ES[name], "bool") for name in FIRM_FLAGS), *(_own(name, ATTRIBUTES_ES[name]) for name in FIRM_NUMBERS))
_AWARDS = (
    _QUARTER,
    _c("buyer", "string", "", "operation (of the prime contractor for tier 2)", "operación (la del contratista principal en el nivel 2)"),
    _c("winner", "uint64", "", "identity of the winner; 0 if nobody won", "identidad de la ganadora; 0 si nadie ganó"),
    _c("tier", "int64", "", "1 operation's tender, 2 subcontract", "1 licitación de la operación, 2 subcontrato"),
    _c("new_to_buyer", "bool", "", "no delivery remembered", "sin entrega que se recuerde"),
    _c("bidders", "int64", "firms", "offers", "ofertas"), _SUBSECTOR,
    _c("site", "string", "", "region of the mine", "región de la mina"),
    _c("hq_region", "string", "", "winner's headquarters; empty, as all texts of the winner, if nobody won",
       "casa matriz de la ganadora; vacía, como todo texto sobre ella, si nadie ganó"),
    _c("delivering_place", "string", "", "from where it delivers", "desde dónde entrega"),
    _c("origin", "string", "", "owner's origin", "origen del dueño"),
    _c("size_class", "string", "", "winner's size", "tamaño de la ganadora"),
    _c("resident_work_share", "float64", "share", "residents in the crew on site", "residentes en la cuadrilla en faena"),
    _c("value", "float64", "UF", "volume of the contract at normal prices", "volumen del contrato a precios normales"),
    _c("price", "float64", "index", "price of the winner (1 = a mean firm of the capital at the normal markup)",
       "precio de la ganadora (1 = una empresa media de la capital con margen normal)"))
_TIES = (
    _QUARTER, _c("source", "uint64", "", "supplier", "proveedor"),
    _c("target", "string", "", "operation or supplier", "operación o proveedor"),
    _c("kind", "string", "", "kind of tie", "tipo de vínculo"), _c("trust", "float64", "share", "trust", "confianza"))
_LABOUR = (
    _QUARTER, _c("workplace", "string", "", "region of the job", "región del empleo"),
    _c("employer", "string", "", "kind of employer", "tipo de empleador"),
    _c("residence", "string", "", "in the region or commutes", "en la región o conmuta"),
    _c("home_region", "string", "", "where the income goes; the model sends that of all commuters to the capital's region",
       "adónde va el ingreso; el modelo envía el de todos los conmutantes a la región capital"),
    _c("jobs", "float64", "jobs", "jobs", "empleos"), _c("wage", "float64", "UF/quarter", "gross wage", "salario bruto"))

_CASES = (
    _QUARTER, _CASE, _HEADQUARTERS, _c("contracts", "int64", "contracts", "running contracts", "contratos vigentes"),
    _c("contract_value", "float64", "UF/year", "their yearly value", "su valor anual"), _CLIENTS,
    _c("partners", "int64", "firms", "horizontal partners", "socias horizontales"),
    _c("joint_projects", "int64", "projects", "joint projects with operations in four quarters",
       "proyectos conjuntos con operaciones en cuatro trimestres"), _CERTIFIED,
    _c("research", "bool", "", "has an R&D unit", "tiene una unidad de I+D"),
    _c("innovated", "bool", "", "an innovation in two years", "una innovación en dos años"),
    _c("university", "bool", "", "has a university partner", "tiene una universidad socia"),
    _c("exports_year", "float64", "UF/year", "exports, at the quarter's rate", "exportaciones, al ritmo del trimestre"),
    _c("programmes", "string", "", "programmes that support it, joined by +", "programas que la apoyan, unidos por +"),
    *(_own(name, ATTRIBUTES_ES[name]) for name in CASE_NUMBERS))
_TRADES = (
    _QUARTER, _HEADQUARTERS, _SUBSECTOR, _c("firms", "float64", "firms", "suppliers", "proveedores"),
    _c("small_firms", "float64", "firms", "micro and small ones among them", "micro y pequeñas entre ellas"),
    _c("certified", "float64", "firms", "with a running certificate", "con certificado vigente"),
    _c("certified_small", "float64", "firms", "micro and small ones with a certificate, the entry norm included",
       "micro y pequeñas con certificado, incluida la norma de entrada"),
    _c("research", "float64", "firms", "with an R&D unit", "con unidad de I+D"),
    _c("plants", "float64", "firms", "whose plant for an import substitute runs", "cuya planta de sustitución de importaciones opera"),
    _c("exporting", "float64", "firms", "that exported in three years", "que exportaron en tres años"),
    _c("supported", "float64", "firms", "whose last support began in the year", "cuyo último apoyo comenzó en el año"))
_SUPPORTS = (
    _QUARTER, _PROGRAMME,
    _c("uid", "uint64", "", "identity of the firm that is supported from now on", "identidad de la empresa apoyada desde ahora"),
    _c("region", "string", "", "its headquarters", "su casa matriz"), _c("subsector", "string", "", "its subsector", "su subsector"))

TABLES: dict[str, tuple[OutputColumn, ...]] = {
    "runs": (*KEYS, *_RUNS, *FINAL_COLUMNS),
    "series": (*KEYS, _QUARTER, _REGION, *(_series(i) for i in INDICATORS), *INDEX_COLUMNS),
    "programmes": (*KEYS, *_PROGRAMMES), "ledger": (*KEYS, *_LEDGER), "firms": (*KEYS, *_FIRMS), "awards": (*KEYS, *_AWARDS),
    "ties": (*KEYS, *_TIES), "labour": (*KEYS, *_LABOUR),
    "cases": (*KEYS, *_CASES), "trades": (*KEYS, *_TRADES), "supports": (*KEYS, *_SUPPORTS)}
"""Table → its columns, keys first."""
ALWAYS = ("runs", "series", "programmes", "ledger")
ON_REQUEST = ("firms", "awards", "ties", "labour", "cases", "trades", "supports")
