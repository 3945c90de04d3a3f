"""Words and columns of the comparison table, in English and Spanish."""

from dataclasses import dataclass

from analysis.labels import INDEX_UNIT, outcome
from sim.wording import number

REGIMES = {"en": ("enclave", "hybrid", "cluster"), "es": ("enclave", "híbrido", "clúster")}


@dataclass(frozen=True)
class Column:
    """A column of the table: a value a replication, printed as ``factor`` times the value; heads break at ``|``."""

    name: str
    factor: float
    digits: int
    unit: str
    head: str
    head_es: str


def _shown(name: str, head: str, head_es: str) -> Column:
    """A column in the unit and with the decimals that the indicator has everywhere."""
    shown = outcome(name, "en")
    return Column(name, shown.times, shown.places or 0, shown.unit or INDEX_UNIT, head, head_es)


INDICATOR_COLUMNS = (
    _shown("backward_linkage_hq", "Linkage|HQ, all|sizes|%", "Encad.|sede,|todas|%"),
    _shown("backward_linkage_small", "Linkage|HQ, up|to 200k|%", "Encad.|sede,|pymes|%"),
    _shown("backward_linkage_operating", "Linkage|HQ or|branch|%", "Encad.|sede o|sucurs.|%"),
    _shown("backward_linkage_value_added", "Linkage|value|added|%", "Encad.|valor|agreg.|%"),
    _shown("supplier_share", "Share of|all sup-|pliers|%", "Parte de|provee-|dores|%"),
    _shown("commuting_share", "Commut-|ing|share|%", "Conmu-|tación|%"),
    _shown("knowledge_intensive_jobs", "Know-|ledge|jobs|%", "Empleo|conoci-|miento|%"),
    _shown("exports", "Exports|1000 UF|a year", "Export.|miles UF|al año"),
    _shown("cluster_index", "Cluster|index", "Índice|clúster"),
)
REGIME = Column("regime", 1, 0, "worlds", "Regime|(worlds)", "Régimen|(mundos)")
SPEND = Column("public_spend_total", 1 / 1000, 0, "1000 UF", "Public|spend|1000 UF", "Gasto|público|miles UF")
SPEND_COUNTRY = Column("public_spend_country", 1 / 1000, 0, "1000 UF", "Spend,|country|1000 UF", "Gasto,|país|miles UF")
COST = Column("cost_per_net_local_job", 1, 0, "UF/job", "UF per|net local|job", "UF por|empleo|neto")

ASKED_HEADS = {
    "price_elasticity": ("Sales lost to|a fall of|copper", "Ventas que|pierde una|caída del cobre"),
    "shock_survivors": ("Suppliers that|survive it|%", "Proveedores que|la sobreviven|%"),
    "recovery_years": ("Years to|recover", "Años para|recuperarse"),
    "policy_durability": ("Left five years|after policies", "Queda a cinco|años del fin"),
}
"""Indicators that need a twin world, as heads of a table."""
COMPONENT_HEADS = {
    "backward_linkage_hq": ("Linkage|HQ", "Encad.|sede"), "backward_linkage_value_added": ("Value|added", "Valor|agreg."),
    "joint_projects_per_100": ("Joint|projects", "Proy.|conj."), "commuting_share": ("Com-|muters", "Conmu-|tantes"),
    "horizontal_degree": ("Ties", "Vínculos"), "knowledge_intensive_firms": ("Near|frontier", "Cerca|frontera"),
    "export_share": ("Export|share", "Parte|export."), "cluster_index": ("Index", "Índice"),
}
"""Short heads of the index's components, for tables with a row a scenario."""

WORDS = {
    "en": {
        "none": "n/a", "of": "of", "tie": "tie", "to": "to",
        "scenario": "Scenario", "component": "Component of the index", "index": "index (mean)",
        "thresholds": "Enclave;|cluster", "raw": "Level",
        "title": "{region}, means of {first}-{last}; paired replications: {n}; scale {scale}",
        "how": "First row: level of {reference}; below it, what each scenario changes, in the same units (shares in "
               "percentage points). ±: half-width of the 95 % interval; for UF per job, ≥ and ≤: its bounds (Fieller).",
        "parts": "Components of the index, from 0 (enclave threshold) to 1 (cluster threshold), cut at -0.25 and 1.25. "
                 "Level and scaled value of {reference}, then the changes:",
        "many_parts": "Components of the index, from 0 (enclave threshold) to 1 (cluster threshold), cut at -0.25 and 1.25. "
                      "First row: scaled value of {reference}; below it, the changes:",
        "asked": "Asked for with recording=, by scenario: what a fall of copper by 30 % for two years does to sales to mines (elasticity), "
                 "to suppliers (part of those without the fall) and for how long; and what is left of linkage in value added five years "
                 "after a scenario's policies end, over what it was then. {none}: no policy of its own, or not so many years.",
        "bounds": "enclave; cluster threshold",
        "notes": "Linkage: part of the purchases of the region's mines that goes to suppliers with headquarters (HQ) in the "
                 "region, of all sizes; to those of them with sales up to 200,000 UF a year; to suppliers with HQ or a branch "
                 "there; and the local value added in it. Share of all suppliers: of the country's. Commuting: of all jobs in "
                 "the region. Knowledge jobs: engineering and consulting in supplier jobs. Regime: the label, held for five "
                 "years, that most worlds ended with (tie: as many with another). Public spend: in the region and in the "
                 "country, sum of {policy}-{last}; what mines pay for preferring local bids is no part of it. UF per net local job: the "
                 "change of the region's spend over the change of resident jobs in mining-related work "
                 "({first}-{last}), with bounds after Fieller; {none} where the interval of that change does not lie above zero, since "
                 "nothing then bounds the ratio. {none}: not defined.",
        "undefined": "Left out, because no world has a number for it in {region} (no mines or no suppliers there): {undefined}.",
        "jobs": "No UF per net local job where jobs may not have risen; 95 % interval of their change: {jobs}.",
        "part": "Scale {scale}: exports and spend are those of a country of {scale} of the size.",
        "small": "Scale {scale} is a quick look: programmes with groups count from scale 0.5 on.",
        "given": "Changed by the command: {given}.",
        "early": "Some policies begin only after {first}, within the years of these means: their effects look smaller than "
                 "they become. Ask for a later horizon, such as horizon=2044.",
        "few": "One replication has no interval; ask for more with replications=8.",
        "equal": "The same as {reference} in every number: {equal}. Nothing of theirs differs, begins by {last}, or fills its group.",
    },
    "es": {
        "none": "n/d", "of": "de", "tie": "empate", "to": "a",
        "scenario": "Escenario", "component": "Componente del índice", "index": "índice (promedio)",
        "thresholds": "Enclave;|clúster", "raw": "Nivel",
        "title": "{region}, promedios {first}-{last}; réplicas pareadas: {n}; escala {scale}",
        "how": "Primera fila: nivel de {reference}; debajo, lo que cambia cada escenario, en las mismas unidades (proporciones en "
               "puntos porcentuales). ±: semiancho del intervalo del 95 %; en UF por empleo, ≥ y ≤: sus límites (Fieller).",
        "parts": "Componentes del índice, de 0 (umbral de enclave) a 1 (umbral de clúster), cortados en -0,25 y 1,25. "
                 "Nivel y valor en escala de {reference}; luego los cambios:",
        "many_parts": "Componentes del índice, de 0 (umbral de enclave) a 1 (umbral de clúster), cortados en -0,25 y 1,25. "
                      "Primera fila: valor en escala de {reference}; debajo, los cambios:",
        "asked": "Pedido con recording=, por escenario: qué hace una caída del cobre de 30 % por dos años con las ventas a minas "
                 "(elasticidad), con los proveedores (parte de los que habría sin ella) y por cuánto tiempo; y qué queda del "
                 "encadenamiento en valor agregado cinco años después de terminar las políticas del escenario, sobre lo que era "
                 "entonces. {none}: sin política propia, o sin tantos años.",
        "bounds": "umbral de enclave; de clúster",
        "notes": "Encadenamiento: parte de las compras de las minas de la región que va a proveedores con sede en la región, de "
                 "todo tamaño; pymes: a los que de ellos venden hasta 200.000 UF al año; a proveedores con sede o sucursal en "
                 "ella; y el valor agregado local que contiene. Parte de proveedores: del país. Conmutación: del empleo total en "
                 "la región. Empleo conocimiento: ingeniería y consultoría en el empleo proveedor. Régimen: la etiqueta, "
                 "mantenida cinco años, con que termina la mayoría de los mundos (empate: otros tantos con otra). Gasto público: en la "
                 "región y en el país, suma de {policy}-{last}, sin lo que las mineras pagan por preferir ofertas locales. UF por empleo "
                 "neto: el cambio del gasto en la región sobre el cambio del empleo de residentes "
                 "ligado a la minería ({first}-{last}), con límites según Fieller; {none} si el intervalo de ese cambio no queda sobre "
                 "cero, pues entonces nada acota la razón. {none}: no definido.",
        "undefined": "Se omite lo que ningún mundo define en {region} (sin minas o sin proveedores ahí): {undefined}.",
        "jobs": "Sin UF por empleo neto donde el empleo pudo no aumentar; intervalo del 95 % de su cambio: {jobs}.",
        "part": "Escala {scale}: exportaciones y gasto son los de un país de {scale} del tamaño.",
        "small": "La escala {scale} es una mirada rápida: los programas con grupos cuentan desde la escala 0,5.",
        "given": "Cambiado por la orden: {given}.",
        "early": "Algunas políticas comienzan después de {first}, dentro de los años de estos promedios: sus efectos se ven "
                 "menores de lo que llegan a ser. Pida un horizonte posterior, como horizon=2044.",
        "few": "Una réplica no tiene intervalo; pida más con replications=8.",
        "equal": "Igual a {reference} en toda cifra: {equal}. Nada propio difiere, empieza hasta {last} o llena su grupo.",
    },
}

SMALL_P = 0.001


def probability(value: float, lang: str) -> str:
    """A probability of a test; tiny ones as below a bound."""
    if value != value:
        return WORDS[lang]["none"]
    return f"<{number(SMALL_P, 3, lang)}" if value < SMALL_P else number(value, 3, lang)
