"""Outcomes, declared once: name, unit, formula, thresholds, source, and the function that computes them per region.

Codes F1 to F18 are the indicator list of the evidence base. No rule of the model reads an indicator.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from sim import measures as m
from sim.world import World

F8 = NDArray[np.float64]


def nothing(world: World) -> F8:
    """The measure of an indicator that is computed once a run, from a twin (see :mod:`sim.twins`)."""
    return np.full(world.regions, np.nan)


@dataclass(frozen=True)
class Indicator:
    """One outcome. ``measure`` gives an array [R] (NaN where undefined); thresholds separate the regimes."""

    name: str
    code: str
    unit: str
    frequency: str
    caption: str
    caption_es: str
    formula: str
    source: str
    measure: Callable[[World], F8] = nothing
    enclave: float | None = None
    cluster: float | None = None
    higher_is_cluster: bool = True
    headline: bool = False


def _q(name: str, code: str, unit: str, caption: str, caption_es: str, formula: str, measure: Callable[[World], F8],
       enclave: float | None = None, cluster: float | None = None, higher: bool = True, headline: bool = False,
       source: str = "definition", frequency: str = "quarter") -> Indicator:
    return Indicator(name, code, unit, frequency, caption, caption_es, formula, source, measure, enclave, cluster, higher, headline)


_y = partial(_q, frequency="year")

INDICATORS: tuple[Indicator, ...] = (
    _q("backward_linkage_hq", "F1", "share", "backward linkage share: headquarters in the region, all sizes",
       "encadenamiento hacia atrás: casa matriz en la región, todo tamaño",
       "purchases of the region's mines from firms with HQ there / all their addressable purchases",
       m.backward_linkage_hq, 0.15, 0.30, headline=True, source="Hirschman 1981; purchases reports of mining firms"),
    _q("backward_linkage_small", "F1", "share", "backward linkage share: HQ in the region and sales up to 200,000 UF",
       "encadenamiento: casa matriz en la región y ventas hasta 200.000 UF", "the same, small firms only", m.backward_linkage_small,
       headline=True, source="local purchasing programmes (press)"),
    _q("backward_linkage_operating", "F1", "share", "backward linkage share: HQ or branch in the region",
       "encadenamiento: casa matriz o sucursal en la región", "the same, firms with a branch included", m.backward_linkage_operating,
       headline=True, source="extension centre's eligibility (2020)"),
    _q("backward_linkage_value_added", "F1b", "share", "backward linkage in value added",
       "encadenamiento en valor agregado",
       "sum of value x (1 - import content) x local part (HQ 1, branch: wages of residents, outside 0), tiers 1 and 2 / purchases",
       m.backward_linkage_value_added, 0.08, 0.20, headline=True, source="Morris et al. 2012"),
    _q("local_value_added_ratio", "F2", "share", "local value added over operating cost and investment",
       "valor agregado local sobre costo operativo e inversión", "(wages of residents + local profits + local inputs) / (opex + capex)",
       m.local_value_added_ratio, 0.15, 0.30, source="Aroca 2001; at cost, so that it does not move with copper alone"),
    _y("location_ratio", "F3", "ratio", "location ratio", "razón de localización", "share of suppliers / share of copper",
       m.location_ratio, 0.35, 0.70, source="Bravo-Ortega and Munoz 2017, Table 1"),
    _y("supplier_share", "F3", "share", "share of the country's suppliers", "participación en proveedores del país",
       "suppliers with HQ in the region / all", m.supplier_share, headline=True, source="Bravo-Ortega and Munoz 2017, Table 1"),
    _y("suppliers", "", "firms", "suppliers with headquarters in the region", "proveedores con casa matriz en la región", "count",
       m.suppliers),
    _q("knowledge_spillover_share", "F4", "share", "part of capability growth that spills over", "parte del aprendizaje por derrame",
       "capability gained from neighbours, partners, buyers, universities, abroad / all gains", m.knowledge_spillover_share, 0.10, 0.25,
       source="Arias et al. 2014; Storper 1997"),
    _y("joint_projects_per_100", "F4", "projects/100 firms/year", "joint projects with buyers", "proyectos conjuntos con compradores",
       "firm-buyer pairs with a joint project in the year that no programme began / suppliers x 100", m.joint_projects_per_100, 1.0, 4.0,
       source="thresholds judged"),
    _q("commuting_share", "F5", "share", "commuters in all jobs", "conmutantes en el empleo total", "commuters / jobs at the workplace",
       m.commuting_share, 0.18, 0.10, higher=False, headline=True, source="INE; Aroca and Atienza 2011"),
    _q("commuting_share_mining", "F5", "share", "commuters in mining-related jobs", "conmutantes en empleo minero",
       "commuters / jobs of mines and of suppliers on site", m.commuting_share_mining, 0.40, 0.25, higher=False, source="INE"),
    _q("labour_thickness", "F6", "share", "vacancies filled by residents", "vacantes llenadas por residentes", "hired residents / hired",
       m.labour_thickness, 0.6, 0.8, source="Arias et al. 2014"),
    _q("skilled_residents_per_vacancy", "F6", "ratio", "free skilled residents per vacancy", "residentes calificados por vacante",
       "skilled residents without mining-related work / vacancies", m.skilled_per_vacancy, 1.0, 1.5, source="Arias et al. 2014"),
    _y("horizontal_degree", "F7", "ties/firm", "horizontal ties per supplier, not paid by a programme",
       "vínculos horizontales por proveedor, sin pago público",
       "ties with a joint bid or project in eight quarters not paid by a programme, mean",
       m.horizontal_degree, 0.5, 2.0, source="2006 action plan; Porter 1990"),
    _y("closure_ratio", "F8", "ratio", "closure of the network against chance", "clausura de la red sobre el azar",
       "clustering of horizontal ties / that of a random net of equal density", m.closure_ratio, 3.0, 10.0,
       source="Watts and Strogatz 1998"),
    _y("regional_tie_share", "F8", "share", "horizontal ties inside the region", "vínculos dentro de la región",
       "ties with both ends in the region / ties",
       m.regional_tie_share, 0.40, 0.60, source="Geldes et al."),
    _y("durable_link_share", "F9", "share", "links with mines older than two years", "vínculos con mineras de más de dos años",
       "links older than eight quarters / links", m.durable_link_share, 0.35, 0.60, source="Bravo-Ortega and Munoz 2017, sections 5-6"),
    _y("joint_link_share", "F9", "share", "links with mines that had a joint project", "vínculos con proyecto conjunto",
       "links with a joint project in twelve quarters / links", m.joint_link_share, 0.02, 0.08,
       source="Bravo-Ortega and Munoz 2017, sections 5-6"),
    _y("knowledge_intensive_firms", "F10", "share", "suppliers near their trade's frontier", "proveedores cerca de la frontera de su rubro",
       "suppliers that know 90 % of what the world's sellers of their trade know / suppliers", m.knowledge_intensive_firms, 0.10, 0.20,
       headline=True,
       source="thresholds judged"),
    _y("knowledge_intensive_jobs", "F10", "share", "engineering and consulting in supplier jobs",
       "ingeniería y consultoría en el empleo proveedor",
       "heads of engineering suppliers / heads of all suppliers", m.knowledge_intensive_jobs, 0.03, 0.08,
       source="Fundacion Chile 2012 (press)"),
    _y("transition_rate", "F11", "1/year", "smaller firms that rise a capability class", "pymes que suben de clase",
       "micro, small and medium firms into a higher tenth of the frontier / all such firms", m.transition_rate, 0.015, 0.04,
       source="Urzua 2011"),
    _q("exports", "F12", "UF/quarter", "exports of suppliers", "exportaciones de proveedores", "sum over HQ in the region", m.exports,
       headline=True),
    _q("export_share", "F12", "share", "exports in suppliers' sales", "exportaciones en ventas de proveedores", "exports / sales",
       m.export_share, 0.05, 0.15,
       source="Cochilco surveys; thresholds judged"),
    _y("exporter_share", "F12", "share", "suppliers that exported in three years", "proveedores que exportaron en tres años",
       "exported within twelve quarters / suppliers", m.exporter_share, 0.35, 0.50, source="Cochilco 2025 (press)"),
    _y("export_diversification", "F12", "index", "diversification of exports", "diversificación de las exportaciones",
       "1 - sum of squared shares of market x subsector in exports", m.export_diversification,
       source="Herfindahl index; no threshold on record"),
    _y("buyer_dependence", "F14", "index", "buyer dependence", "dependencia de compradores",
       "mean over mine suppliers of the sum of squared client shares",
       m.buyer_dependence, 0.6, 0.4, higher=False, source="Cochilco 2017; thresholds judged"),
    _q("local_ownership", "F15", "share", "headquarters' part of what is delivered from the region",
       "parte de casas matrices en lo entregado desde la región",
       "purchases from firms with HQ / from firms with HQ or branch", m.local_ownership, 0.3, 0.6, source="branch-plant literature"),
    _y("certification_coverage", "F17", "share", "certified suppliers, by sales", "cobertura de certificación por ventas",
       "sales of certified suppliers / sales", m.certification_coverage, 0.25, 0.60, source="2006 action plan targets"),
    _y("spinoff_rate", "F18", "share", "spin-offs among entrants", "escisiones entre entrantes",
       "entrants founded from suppliers or mines / entrants of the year",
       m.spinoff_rate, 0.1, 0.3, source="thresholds judged"),
    _y("mean_capability", "", "frontier", "mean capability of suppliers", "capacidad media de proveedores", "mean over suppliers",
       m.mean_capability),
    _y("innovation_share", "", "share", "suppliers with an innovation in two years", "proveedores que innovaron en dos años",
       "count / suppliers", m.innovation_share),
    _y("research_share", "", "share", "suppliers with an R&D unit", "proveedores con unidad de I+D", "count / suppliers", m.research_share),
    _y("supported_share", "", "share", "suppliers that ever had public innovation support",
       "proveedores que alguna vez tuvieron apoyo público a la innovación", "count / suppliers", m.supported_share),
    _y("cooperates_with_clients", "", "share", "mine suppliers that cooperate with a client", "proveedores que cooperan con clientes",
       "durable link of trust 0.5 or a joint project / suppliers with mining sales", m.cooperates_with_clients),
    _y("cooperates_with_suppliers", "", "share", "mine suppliers that cooperate with own suppliers",
       "proveedores que cooperan con sus proveedores",
       "trusted subcontractor / suppliers with mining sales", m.cooperates_with_suppliers),
    _y("large_sales_share", "", "share", "sales of large suppliers", "ventas de grandes proveedores", "large firms' sales / sales",
       m.large_sales_share),
    _y("foreign_goods_share", "", "share", "foreign sellers in goods bought", "vendedores extranjeros en bienes",
       "foreign-owned or abroad / purchases of goods", m.foreign_goods_share),
    _q("purchases", "", "UF/quarter", "addressable purchases of mines", "compras direccionables de las mineras", "tier 1, by site",
       m.purchases),
    _q("focal_purchases_share", "", "share", "where the focal region's mines buy", "dónde compran las mineras de la región focal",
       "purchases of the focal region's mines by HQ region / all", m.focal_purchases_share),
    _q("purchases_from_abroad", "", "share", "purchases delivered from abroad", "compras entregadas desde el extranjero",
       "from sellers abroad without a branch in the mine's region / all, by site", m.purchases_from_abroad),
    _q("local_jobs", "", "jobs", "mining-related jobs of residents", "empleos mineros de residentes",
       "residents in mines and suppliers, by workplace", m.local_jobs),
    _q("supplier_jobs", "", "jobs", "supplier jobs for mining, by workplace", "empleos proveedores para minería", "on sites and at home",
       m.supplier_jobs),
    _q("mine_jobs", "", "jobs", "own jobs of mines", "empleos propios de mineras", "by region", m.mine_jobs),
    _q("all_jobs", "", "jobs", "all jobs at the workplace", "empleo total por lugar de trabajo", "mining-related and rest", m.all_jobs),
    _q("income_leakage", "", "UF/quarter", "commuters' income that leaves", "ingreso de conmutantes que sale",
       "net of what they spend on site", m.income_leakage),
    _q("public_spend", "", "UF/quarter", "public spend on programmes", "gasto público en programas", "by region of the firm",
       m.public_spend, headline=True),
    _q("private_spend", "", "UF/quarter", "private part of programmes", "aporte privado a programas", "by region of the firm",
       m.private_spend),
    _q("supplier_sales", "", "UF/quarter", "sales of suppliers to mines, tier 2 included", "ventas de proveedores a la minería",
       "sum over HQ in the region", m.supplier_sales),
    _q("copper_price", "", "US c/lb", "copper price", "precio del cobre", "quarterly mean", m.copper_price),
    _q("cash_cost", "", "US c/lb", "C1 cash cost", "costo caja C1", "mean of operations", m.cash_cost),
    _q("copper_output", "", "kt/quarter", "copper output", "producción de cobre", "by region", m.copper_output),
)
RUN_INDICATORS: tuple[Indicator, ...] = (
    _q("price_elasticity", "F13", "1", "elasticity of suppliers' mining sales to a copper fall",
       "elasticidad de ventas a una caída del cobre",
       "sales lost against the twin without the fall / 0.30", nothing, 0.8, 0.5, higher=False, frequency="run",
       source="Bravo-Ortega and Munoz 2017, section 4; thresholds judged"),
    _q("shock_survivors", "F13", "share", "suppliers that survive a copper fall", "proveedores que sobreviven una caída del cobre",
       "suppliers / suppliers of the twin without the fall", nothing, 0.85, 0.92, frequency="run", source="thresholds judged"),
    _q("recovery_years", "F13", "years", "years to recover from a copper fall", "años para recuperarse de una caída del cobre",
       "years after the fall until sales reach 95 % of the twin's", nothing, 3.0, 2.0, higher=False, frequency="run",
       source="thresholds judged"),
    _q("policy_durability", "F16", "ratio", "what remains five years after policies end", "lo que queda cinco años después de terminar",
       "value-added linkage five years after the outlook's policies end / at their end", nothing, 0.8, 0.95, frequency="run",
       source="discontinuity of programmes (Bravo-Ortega and Munoz 2017); thresholds judged"),
)
"""Indicators that need a twin world: asked for with ``recording=[resilience,durability]``."""
ASKED_WITH = {"price_elasticity": "resilience", "shock_survivors": "resilience", "recovery_years": "resilience",
              "policy_durability": "durability"}
"""Which word of ``recording=`` gives each of them."""
BY_NAME = {indicator.name: indicator for indicator in (*INDICATORS, *RUN_INDICATORS)}

INDEX_COMPONENTS = ("backward_linkage_hq", "backward_linkage_value_added", "joint_projects_per_100", "commuting_share", "horizontal_degree",
                    "knowledge_intensive_firms", "export_share")
"""What the enclave-cluster index averages, each scaled from its enclave (0) to its cluster threshold (1)."""
REGIMES = ("enclave", "hybrid", "cluster")
CLIP = (-0.25, 1.25)
LABEL_BOUNDS = (0.33, 0.67)
HOLD_YEARS = 5


def scaled(name: str, values: F8, strictness: float = 1.0) -> F8:
    """A component on the scale of its thresholds, clipped; ``strictness`` moves both thresholds (0.75 to 1.25)."""
    indicator = BY_NAME[name]
    assert indicator.enclave is not None
    assert indicator.cluster is not None
    factor = strictness if indicator.higher_is_cluster else 1.0 / strictness
    low, high = indicator.enclave * factor, indicator.cluster * factor
    return np.clip((values - low) / (high - low), *CLIP)


def cluster_index(values: dict[str, F8], strictness: float = 1.0) -> F8:
    """The enclave-cluster index: mean of the scaled components [any shape]; NaN where a component is undefined."""
    return np.asarray(np.mean([scaled(name, values[name], strictness) for name in INDEX_COMPONENTS], axis=0))


def label(index: F8) -> F8:
    """0 enclave, 1 hybrid, 2 cluster, by year [Y, R]; a new label counts once it has held for five years."""
    raw = np.where(np.isnan(index), np.nan, np.digitize(np.nan_to_num(index), LABEL_BOUNDS).astype(float))
    held = raw.copy()
    for year in range(1, raw.shape[0]):
        recent = raw[max(0, year - HOLD_YEARS + 1):year + 1]
        steady = (recent.shape[0] == HOLD_YEARS) & (recent == raw[year]).all(axis=0)
        held[year] = np.where(steady | np.isnan(held[year - 1]), raw[year], held[year - 1])
    return held
