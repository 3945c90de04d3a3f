"""Words and columns of the comparison table, in English and Spanish."""

from dataclasses import dataclass

QUARTERS = 4
REGIMES = {"en": ("enclave", "hybrid", "cluster"), "es": ("enclave", "híbrido", "clúster")}


@dataclass(frozen=True)
class Column:
    """A column of the table: a value a replication, printed as ``factor`` times the value."""

    name: str
    factor: float
    digits: int
    unit: str
    head: str
    head_es: str


INDICATOR_COLUMNS = (
    Column("backward_linkage_hq", 100, 1, "%", "Linkage (1) HQ, all sizes %", "Enca- dena- miento (1) todo tamaño %"),
    Column("backward_linkage_small", 100, 1, "%", "(2) HQ, small %", "(2) peque- ños %"),
    Column("backward_linkage_operating", 100, 1, "%", "(3) HQ or branch %", "(3) con sucur- sal %"),
    Column("backward_linkage_value_added", 100, 1, "%", "(4) value added %", "(4) valor agreg. %"),
    Column("supplier_share", 100, 1, "%", "Share of sup- pliers %", "Parte de provee- dores %"),
    Column("commuting_share", 100, 1, "%", "Com- muting share %", "Conmu- tantes %"),
    Column("knowledge_intensive_jobs", 100, 1, "%", "Know- ledge jobs %", "Empleo conoci- miento %"),
    Column("exports", QUARTERS / 1000, 0, "1000 UF/year", "Exports 1000 UF/year", "Export. miles UF/año"),
    Column("cluster_index", 1, 2, "index", "Cluster index", "Índice clúster"),
)
REGIME = Column("regime", 1, 0, "worlds", "Regime (worlds)", "Régimen (mundos)")
SPEND = Column("public_spend_total", 1 / 1000, 0, "1000 UF", "Public spend 1000 UF", "Gasto público miles UF")
COST = Column("cost_per_net_local_job", 1, 0, "UF/job", "UF per net local job", "UF por empleo local neto")

WORDS = {
    "en": {
        "none": "n/a", "of": "of", "scenario": "Scenario", "component": "Component of the index", "index": "index (mean)",
        "thresholds": "Enclave; cluster", "raw": "Level",
        "title": "{region}, means of {first}-{last}; {n} paired replications, scale {scale:g}",
        "how": "First row: level of {reference}; below it, what each scenario changes, in the same units (shares in "
               "percentage points). Second line of a cell: half-width of the 95 % interval; for UF per job, its bounds (Fieller).",
        "parts": "Components of the index, from 0 (enclave threshold) to 1 (cluster threshold), cut at -0.25 and 1.25. "
                 "Level and scaled value of {reference}, then the changes:",
        "notes": "Linkage: part of the purchases of the region's mines that goes (1) to suppliers with headquarters in the region, of all "
                 "sizes; (2) to those of them with sales up to 200,000 UF a year; (3) to suppliers with headquarters or a branch "
                 "there; (4) what of it is local value added. Share of suppliers: of the country's. Commuting: of all jobs in the region. Knowledge jobs: "
                 "engineering and consulting in supplier jobs. Regime: the label that most worlds ended with, held for five years. Public spend: in the region, "
                 "{policy} to {last}. UF per net local job: the change of that spend over the change of resident jobs in mining-related "
                 "work ({first}-{last}); {none} unless jobs rise, without bounds where they may not. {none}: not defined.",
        "small": "Scale {scale:g} is a quick look: programmes with groups count from scale 0.5 on.",
        "few": "One replication has no interval; ask for more with replications=8.",
    },
    "es": {
        "none": "n/d", "of": "de", "scenario": "Escenario", "component": "Componente del índice", "index": "índice (promedio)",
        "thresholds": "Enclave; clúster", "raw": "Nivel",
        "title": "{region}, promedios {first}-{last}; {n} réplicas pareadas, escala {scale:g}",
        "how": "Primera fila: nivel de {reference}; debajo, lo que cambia cada escenario, en las mismas unidades (proporciones en "
               "puntos porcentuales). Segunda línea: semiancho del intervalo del 95 %; en UF por empleo, sus límites (Fieller).",
        "parts": "Componentes del índice, de 0 (umbral de enclave) a 1 (umbral de clúster), cortados en -0,25 y 1,25. "
                 "Nivel y valor en escala de {reference}; luego los cambios:",
        "notes": "Encadenamiento: parte de las compras de las minas de la región que va (1) a proveedores con sede en la región, de todo "
                 "tamaño; (2) a los que de ellos venden hasta 200.000 UF al año; (3) a proveedores con sede o sucursal en ella; (4) lo que de "
                 "ello es valor agregado local. Parte de proveedores: del país. Conmutantes: del empleo total en la región. Empleo conocimiento: ingeniería y "
                 "consultoría en el empleo proveedor. Régimen: la etiqueta con que termina la mayoría de los mundos, mantenida cinco años. Gasto público: en la región, "
                 "{policy} a {last}. UF por empleo local neto: el cambio de ese gasto sobre el cambio del empleo de residentes ligado a la "
                 "minería ({first}-{last}); {none} si no aumenta, sin límites donde puede no aumentar. {none}: no definido.",
        "small": "La escala {scale:g} es una mirada rápida: los programas con grupos cuentan desde la escala 0,5.",
        "few": "Una réplica no tiene intervalo; pida más con replications=8.",
    },
}


def number(value: float, digits: int, lang: str, sign: bool = False) -> str:
    """A number as the language writes it; the words for an undefined one are the caller's."""
    text = f"{value:{'+' if sign else ''},.{digits}f}"
    text = text.replace("-", "") if float(text.replace(",", "")) == 0 else text
    return text.translate(str.maketrans(",.", ".,")) if lang == "es" else text
