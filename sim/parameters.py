"""Every number of the model that a user may doubt, declared once: value, unit, plausible range, captions, source.

"judgement" marks a value no source gives; sensitivity analysis is meant to move it over its range.
"""

from dataclasses import dataclass

from sim.declare import Declared, declare, declared_in

J = "judgement"


@dataclass(frozen=True)
class Parameters:
    """Parameters of the model, grouped by the stage that reads them."""

    # copper and purchases -----------------------------------------------------------------------------------------
    copper_persistence: float = declare(
        0.82, "1", 0.7, 0.92, "persistence of quarterly log copper price", "persistencia del precio trimestral del cobre",
        "computed, IMF PCOPP quarters 2006-2024", ceiling=0.999)
    copper_volatility: float = declare(
        0.13, "log points", 0.08, 0.18, "sd of quarterly innovations of log copper price",
        "desviación de las innovaciones trimestrales del precio", "computed, IMF PCOPP quarters 2006-2024", ceiling=1.0)
    copper_mean: float = declare(
        320.0, "US c/lb", 250, 420, "long-run mean of the copper price", "precio medio de largo plazo del cobre",
        "IMF PCOPP 2006-2024 (about 326)", floor=20.0)
    opex_over_cash_cost: float = declare(
        1.15, "1", 1.0, 1.3, "operating cost over C1 cash cost", "costo operativo sobre costo caja C1", J, floor=0.5, ceiling=3)
    outsourcing_share: float = declare(
        0.70, "share", 0.65, 0.75, "part of operating cost that is purchased", "parte del costo operativo que se compra",
        "Bravo-Ortega and Munoz 2017, section 1 (2014: 70 %)", ceiling=1)
    addressable_share: float = declare(
        0.74, "share", 0.60, 0.85, "part of purchases that falls into the eight subsectors (rest: energy, water, fuel, freight)",
        "parte de las compras en los ocho subsectores", J, ceiling=1)
    own_wage_share: float = declare(
        0.12, "share of opex", 0.08, 0.18, "mines' own wages in operating cost", "salarios propios en el costo operativo", J,
        ceiling=1)
    tonnes_per_worker: float = declare(
        97.0, "t/year", 80, 115, "copper per own mine worker in 2015", "cobre por trabajador propio en 2015",
        "57,000 own workers for 5.76 Mt (medium confidence)", floor=1)
    grade_decline: float = declare(
        0.01, "1/year", 0.005, 0.02, "yearly decline of ore grade", "caída anual de la ley del mineral", J, ceiling=0.2)
    cost_price_elasticity: float = declare(
        0.35, "1", 0.2, 0.6, "elasticity of unit cost to the three-year price", "elasticidad del costo al precio de tres años",
        "C1 2020-2023 against price (Cochilco via press)", ceiling=2)
    capex_per_tonne: float = declare(
        600.0, "US$/t/year", 450, 850, "capital expenditure per tonne of capacity at the mean price",
        "inversión por tonelada de capacidad al precio medio", "US$34 bn 2006-2016 over 5.5 Mt a year (2017 paper)")
    capex_price_elasticity: float = declare(
        1.0, "1", 0.5, 1.5, "elasticity of capex to the price one to three years back",
        "elasticidad de la inversión al precio de uno a tres años atrás", "price peak 2011, capex peak 2013", ceiling=3)
    opening_capex_per_tonne: float = declare(
        2500.0, "US$/t/year", 1000, 5000, "yearly capex per tonne of a mine in the two years before it opens",
        "inversión anual por tonelada de una mina los dos años antes de abrir", J)
    burn_in_output: float = declare(
        0.78, "share", 0.70, 0.90, "output at the start of the burn-in relative to capacity",
        "producción al inicio del calentamiento relativa a la capacidad",
        "2.49 Mt in 1995 (Cochilco, recalled) against 3.2 Mt of operations open",
        ceiling=1)
    forward_linkage: float = declare(
        0.02, "share of purchases", 0.0, 0.10, "local processing of copper that buys from the same suppliers",
        "procesamiento local del cobre que compra a los mismos proveedores", J, ceiling=1)
    # payment and the squeeze --------------------------------------------------------------------------------------
    payment_days: float = declare(
        30.0, "days", 15, 45, "days in which mines pay in normal times", "días de pago en tiempos normales",
        "BHP 30 days before November 2015 (press)", ceiling=90)
    squeeze_days: float = declare(
        60.0, "days", 45, 75, "days of payment under margin pressure", "días de pago bajo presión de margen",
        "BHP 60, industry 60-75 days after November 2015 (press)", ceiling=90)
    squeeze_margin: float = declare(
        1.75, "price/C1", 1.4, 2.1, "ratio of price to C1 below which mines squeeze", "razón precio/C1 bajo la cual las mineras aprietan",
        "2013-2015 renegotiations at price/C1 near 1.6-2 (press)", floor=0.5)
    squeeze_cut: float = declare(
        0.08, "share", 0.03, 0.15, "cut of contract prices under the squeeze", "rebaja de precios de contratos en el apriete",
        "2013 renegotiations, size judged", ceiling=0.5)
    squeeze_quarters: float = declare(
        6.0, "quarters", 4, 8, "length of a squeeze once begun", "duración de un apriete", J, floor=1)
    # procurement --------------------------------------------------------------------------------------------------
    tender_median: float = declare(
        60_000.0, "US$", 30_000, 120_000, "median value of a tender", "valor mediano de una licitación", J, floor=100)
    tender_sigma: float = declare(2.0, "log points", 1.5, 2.3, "sd of log tender value", "desviación del log del valor", J,
                                  floor=0.1, ceiling=4)
    tender_cap: float = declare(
        0.20, "share", 0.10, 0.35, "largest tender over the buyer's yearly purchase in the subsector",
        "licitación máxima sobre la compra anual del subsector", J, floor=0.001, ceiling=1)
    need_spread: float = declare(0.12, "frontier", 0.06, 0.2, "sd of the knowledge a tender needs",
                                 "desviación del conocimiento requerido", J, ceiling=1)
    invited_names: float = declare(12.0, "names", 6, 16, "names invited to a tender", "invitados a una licitación", J, floor=2,
                                   ceiling=16)
    invited_incumbents: float = declare(4.0, "names", 2, 6, "trusted incumbents among the invited",
                                        "incumbentes de confianza entre los invitados", J, ceiling=8)
    size_fit_width: float = declare(1.2, "log points", 0.8, 1.8, "width of the fit of firm size to contract",
                                    "ancho del ajuste tamaño-contrato", J, floor=0.1)
    size_exponent: float = declare(0.25, "1", 0.0, 0.7, "invitation weight grows with size to this power",
                                   "exponente del tamaño en la invitación", J, ceiling=1)
    office_bonus: float = declare(1.5, "factor", 1.0, 3.0, "invitation weight of presence at the procurement office",
                                  "peso de estar junto a la oficina de compras", J, floor=1, ceiling=5)
    site_bonus: float = declare(1.5, "factor", 1.0, 3.0, "invitation weight of presence near the mine",
                                "peso de estar cerca de la mina", J, floor=1, ceiling=5)
    award_bonus: float = declare(0.5, "factor - 1", 0.2, 1.0, "extra invitations of firms known by past awards",
                                 "invitaciones extra por adjudicaciones pasadas", J, ceiling=2)
    price_weight: float = declare(6.7, "1", 4, 10, "award: weight of log price", "adjudicación: peso del log precio", J)
    quality_weight: float = declare(2.0, "1", 0.5, 5, "award: weight of believed quality", "adjudicación: peso de calidad creída", J)
    trust_weight: float = declare(2.0, "1", 1, 4, "award: weight of trust", "adjudicación: peso de la confianza", J)
    certificate_weight: float = declare(0.5, "1", 0.2, 1.0, "award: weight of a certificate", "adjudicación: peso del certificado", J)
    distance_weight: float = declare(0.6, "1", 0.3, 4, "award: weight of urgency x log distance",
                                     "adjudicación: peso de urgencia x log distancia", J)
    shortfall_weight: float = declare(8.0, "1/frontier", 3, 15, "award: weight of missing knowledge",
                                      "adjudicación: peso del conocimiento faltante", J)
    certified_tenders: float = declare(0.15, "share", 0.05, 0.4, "tenders above the size of a medium firm open to certified only",
                                       "licitaciones sólo para certificados", J, ceiling=1)
    price_preference: float = declare(0.02, "share", 0.0, 0.20, "price preference for local bids at the start",
                                      "preferencia de precio local inicial", J, ceiling=1)
    risk_aversion: float = declare(0.75, "1", 0, 1.5, "buyers' mean aversion to unknown quality (sd of the belief)",
                                   "aversión media a la calidad desconocida", J, ceiling=5)
    belief_good: float = declare(6.8, "deliveries", 3, 12, "prior good deliveries in every belief",
                                 "entregas buenas a priori", "one common prior for all regions (judgement)", floor=0.1)
    belief_bad: float = declare(1.2, "deliveries", 0.5, 3, "prior bad deliveries in every belief", "entregas malas a priori",
                                "one common prior for all regions (judgement)", floor=0.1)
    belief_forgetting: float = declare(0.03, "1/quarter", 0.01, 0.08, "forgetting of experience", "olvido de la experiencia", J,
                                       ceiling=1)
    own_experience: float = declare(4.0, "deliveries", 2, 10, "own deliveries that weigh as much as the group's belief",
                                    "entregas propias que pesan como la creencia", J, floor=0.1)
    abroad_landed: float = declare(0.08, "share", -0.05, 0.20, "landed price of sellers abroad above the frontier's cost",
                                   "sobrecosto de vendedores externos", J, floor=-0.5, ceiling=1)
    abroad_part: float = declare(0.5, "share", 0.3, 0.7, "part of the foreign share that is sold directly from abroad",
                                 "parte de la cuota extranjera vendida desde fuera", J, ceiling=1)
    abroad_capacity: float = declare(1.3, "factor", 1.0, 2.0, "capacity of sellers abroad over their initial sales",
                                     "capacidad de vendedores externos sobre ventas iniciales", J, floor=0.1)
    mobilisation: float = declare(0.02, "1/log km", 0.0, 0.04, "cost of mobilising crews over distance",
                                  "costo de movilizar cuadrillas", J, ceiling=0.5)
    markup: float = declare(0.11, "share", 0.06, 0.18, "initial markup over full cost", "margen inicial sobre costo", J, ceiling=1)
    markup_step: float = declare(0.02, "share/quarter", 0.005, 0.04, "step by which markups follow utilisation",
                                 "paso del margen según utilización", J, ceiling=0.5)
    management_slope: float = declare(0.10, "1", 0.0, 0.3, "productivity gained over the range of management practice",
                                      "productividad ganada con la gestión", J, ceiling=1)
    labour_weight: float = declare(0.5, "1", 0.3, 0.8, "weight of regional wages in unit cost (wages and local inputs)",
                                   "peso del salario regional en el costo", J, ceiling=1)
    scale_economy: float = declare(0.015, "1/log", 0.0, 0.04, "fall of unit cost with the log of size", "economías de escala", J,
                                   ceiling=0.2)
    overtime: float = declare(1.10, "factor", 1.0, 1.25, "volume a firm can deliver over its normal capacity", "sobretiempo posible", J,
                              floor=1, ceiling=2)
    yielding: float = declare(0.8, "share", 0.5, 1.0, "part of other clients' demand that does not give way to mining contracts",
                              "demanda de otros clientes que no cede a la minería", J, ceiling=1)
    pooled: float = declare(0.5, "share", 0.2, 0.8, "part of partners' free capacity that a joint bid counts on",
                            "capacidad libre de socios en oferta conjunta", J, ceiling=1)
    infrastructure_cost: float = declare(0.10, "share", 0.0, 0.2, "cost of missing infrastructure", "costo de falta de infraestructura",
                                         J, ceiling=1)
    productivity_slope: float = declare(0.35, "1/frontier", 0.2, 0.7, "productivity gained over the whole range of capability",
                                        "productividad ganada con la capacidad", J, ceiling=2)
    price_memory: float = declare(0.2, "1/quarter", 0.05, 0.5, "speed at which buyers learn the price level",
                                  "velocidad con que se aprende el nivel de precios", J, ceiling=1)
    tier2_threshold: float = declare(150_000.0, "US$", 50_000, 400_000, "contract value above which a winner subcontracts",
                                     "valor sobre el cual se subcontrata", J)
    incumbent_trust: float = declare(0.20, "trust", 0.1, 0.4, "trust that makes a supplier an incumbent", "confianza de incumbente", J,
                                     floor=0.01, ceiling=1)
    # delivery and trust -------------------------------------------------------------------------------------------
    delivery_base: float = declare(2.0, "logit", 1, 3, "logit of a good delivery at zero knowledge gap",
                                   "logit de buena entrega sin brecha", "common prior 0.85", floor=-5, ceiling=8)
    delivery_gap: float = declare(6.0, "logit/frontier", 3, 10, "effect of capability above need on delivery",
                                  "efecto de la capacidad sobre la entrega", J)
    delivery_management: float = declare(0.8, "logit", 0.3, 1.5, "effect of management practice on delivery",
                                         "efecto de la gestión sobre la entrega", J)
    delivery_distance: float = declare(0.15, "logit/log km", 0.0, 0.4, "effect of urgent distance on delivery",
                                       "efecto de la distancia urgente", J)
    trust_gain: float = declare(0.12, "1/quarter", 0.05, 0.25, "trust gained by a good quarter", "confianza ganada en un buen trimestre",
                                J, ceiling=1)
    trust_loss: float = declare(0.35, "share", 0.2, 0.6, "trust lost by a bad quarter", "confianza perdida en un mal trimestre", J,
                                ceiling=1)
    trust_decay: float = declare(0.03, "1/quarter", 0.01, 0.08, "decay of unused trust", "decaimiento de la confianza", J, ceiling=1)
    home_trust: float = declare(0.25, "trust", 0.1, 0.4, "trust between buyer and supplier of one home country",
                                "confianza entre connacionales", "global suppliers follow mines (2017 paper, section 4); size judged",
                                ceiling=1)
    joint_project_rate: float = declare(0.012, "1/quarter", 0.004, 0.04, "joint projects of a trusted link with a collaborative buyer",
                                        "proyectos conjuntos de un vínculo confiable", J, ceiling=1)
    tie_rate: float = declare(0.05, "1/quarter", 0.02, 0.12, "meetings of two suppliers that share a client",
                              "encuentros de proveedores que comparten cliente", J, ceiling=1)
    joint_work_rate: float = declare(0.12, "1/quarter", 0.05, 0.3, "joint bids and projects of two fully trusting partners",
                                     "trabajo conjunto de dos socios de plena confianza", J, ceiling=1)
    introduction_rate: float = declare(0.10, "1/quarter", 0.03, 0.2, "introductions of a partner's partner at full trust",
                                       "presentaciones entre socios de un socio", "triadic closure; size judged", ceiling=1)
    rivalry: float = declare(0.85, "share", 0.5, 0.95, "meetings that rivalry of one subsector and region undoes",
                             "encuentros que la rivalidad anula", "2017 paper, section 5; 2006 action plan, Table 1", ceiling=1)
    distant_meeting: float = declare(0.15, "share", 0.05, 0.3, "meetings of partners from different regions that take hold",
                                     "encuentros entre regiones que prosperan", "social proximity first; size judged", ceiling=1)
    group_trust: float = declare(0.35, "trust", 0.2, 0.5, "mean trust that keeps a group together once unpaid",
                                 "confianza que mantiene un grupo sin pago", J, ceiling=1)
    # knowledge ----------------------------------------------------------------------------------------------------
    doing: float = declare(0.06, "frontier/quarter", 0.02, 0.12, "learning by doing at full use and best distance",
                           "aprendizaje por la práctica", J, ceiling=1)
    spillover: float = declare(0.10, "1/quarter", 0.02, 0.20, "spillover from neighbours of one subsector and region",
                               "derrame desde vecinos", J, ceiling=1)
    spillover_half: float = declare(60.0, "firms", 20, 150, "neighbours at which density reaches half its effect",
                                    "vecinos con mitad del efecto de densidad", J, floor=1)
    partner_spillover: float = declare(0.06, "1/quarter", 0.02, 0.15, "spillover from partners", "derrame desde socios", J, ceiling=1)
    buyer_spillover: float = declare(0.012, "frontier/quarter", 0.004, 0.03, "learning from a joint project with a buyer",
                                     "aprendizaje en un proyecto conjunto", J, ceiling=1)
    university_spillover: float = declare(0.004, "frontier/quarter", 0.001, 0.01, "learning from a university partner",
                                          "aprendizaje con una universidad", J, ceiling=1)
    university_knocks: float = declare(0.02, "1/quarter", 0.005, 0.05, "firms that seek a university partner",
        "empresas que buscan universidad",
                                       J, ceiling=1)
    university_quarters: float = declare(12.0, "quarters", 6, 20, "length of a partnership with a university",
        "duración de una alianza con universidad",
                                         J, floor=1)
    abroad_spillover: float = declare(0.006, "frontier/quarter", 0.002, 0.02, "learning from contacts abroad",
                                      "aprendizaje por contactos externos", J, ceiling=1)
    research: float = declare(0.006, "frontier/quarter", 0.002, 0.015, "learning from an own R&D unit", "aprendizaje por I+D propia", J,
                              ceiling=1)
    frontier_drift: float = declare(0.0025, "1/quarter", 0.001, 0.005, "drift of the world frontier", "avance de la frontera mundial",
                                    J, ceiling=0.05)
    idle_forgetting: float = declare(0.006, "1/quarter", 0.002, 0.012, "forgetting on unused capacity", "olvido por capacidad ociosa",
                                     J, ceiling=0.1)
    management_decay: float = declare(0.01, "1/quarter", 0.005, 0.03, "fading of management practice, skills and advice",
                                      "desgaste de gestión y habilidades", J, ceiling=1)
    training_dose: float = declare(0.06, "share", 0.03, 0.12, "skills and management gained by a training plan",
                                   "ganancia de un plan de capacitación", J, ceiling=1)
    contact_decay: float = declare(0.05, "1/quarter", 0.02, 0.1, "fading of contacts abroad", "desgaste de contactos externos", J,
                                   ceiling=1)
    hump_width: float = declare(0.15, "frontier", 0.1, 0.25, "distance from which most is learnt", "distancia de mayor aprendizaje", J,
                                floor=0.01, ceiling=1)
    capability_gap: float = declare(0.10, "frontier", 0.05, 0.15, "start: capability below what the subsector needs",
                                    "inicio: capacidad bajo la requerida", J, ceiling=0.5)
    capability_spread: float = declare(0.10, "frontier", 0.05, 0.15, "start: sd of capability", "inicio: desviación de la capacidad", J,
                                       ceiling=0.4)
    start_contrast: float = declare(0.15, "frontier", 0.05, 0.25, "capability by which the weak and strong starts differ from the recorded",
                                    "diferencia de capacidad de los inicios débil y fuerte", "definition of two scenarios", ceiling=0.4)
    # options a firm may take --------------------------------------------------------------------------------------
    certificate_cost: float = declare(400.0, "UF", 200, 700, "cost of implementing and certifying a norm", "costo de certificar una norma",
                                      J, floor=1)
    certificate_renewal: float = declare(120.0, "UF", 60, 250, "cost of renewal every two years", "costo de renovación cada dos años",
                                         "2006 action plan: every 2 years, all private; amount judged", floor=1)
    certificate_gain: float = declare(0.002, "share of yearly mining sales", 0.0005, 0.01, "gain a firm expects from a certificate",
                                      "ganancia esperada del certificado", J, floor=1e-6, ceiling=1)
    rd_cost: float = declare(0.008, "share of sales/quarter", 0.004, 0.02, "running cost of an R&D unit", "costo corriente de I+D", J,
                             floor=1e-6, ceiling=1)
    rd_gain: float = declare(0.003, "share of sales/quarter", 0.002, 0.01, "gain a firm expects from R&D", "ganancia esperada de I+D", J,
                             floor=1e-6, ceiling=1)
    rd_closure: float = declare(0.02, "1/quarter", 0.005, 0.05, "R&D units closed", "cierre de unidades de I+D", J, ceiling=1)
    training_cost: float = declare(0.005, "share of sales", 0.002, 0.01, "cost of a training plan", "costo de un plan de capacitación",
                                   "SENCE ceiling: 1 % of payroll a year (recalled)", floor=1e-6, ceiling=1)
    training_gain: float = declare(0.004, "share of sales", 0.001, 0.01, "gain a firm expects from training",
                                   "ganancia esperada de capacitar", J, floor=1e-6, ceiling=1)
    mission_cost: float = declare(250.0, "UF", 100, 500, "cost of a technology mission or fair abroad", "costo de una misión o feria", J,
                                  floor=1)
    mission_gain: float = declare(0.002, "share of yearly sales", 0.0005, 0.005, "gain a firm expects from a mission",
                                  "ganancia esperada de una misión", J, floor=1e-6, ceiling=1)
    branch_cost: float = declare(400.0, "UF/quarter", 250, 700, "running cost of a branch", "costo corriente de una sucursal", J, floor=1)
    branch_gain: float = declare(0.003, "share of yearly mining sales", 0.001, 0.02, "gain expected from a branch at the mine",
                                 "ganancia esperada de una sucursal", J, floor=1e-6, ceiling=1)
    option_rate: float = declare(0.10, "1/quarter", 0.04, 0.2, "chance a quarter that a firm considers an option",
                                 "frecuencia con que se evalúa una opción", J, ceiling=1)
    voucher_rate: float = declare(0.60, "1/quarter", 0.3, 0.9, "chance a quarter that a firm selected for a cost share considers using it",
                                  "frecuencia con que se evalúa un subsidio adjudicado", J, ceiling=1)
    option_slope: float = declare(1.5, "1/log point", 0.8, 3, "steepness of adoption in log gain over cost",
                                  "pendiente de adopción", J, floor=0.01)
    shortfall_push: float = declare(1.0, "1", 0.3, 2, "search when sales fall short of aspiration", "búsqueda bajo la aspiración",
                                    "Cyert and March 1963; size judged")
    awareness: float = declare(0.30, "share", 0.2, 0.4, "firms inside the agencies' network at the start", "empresas en la red al inicio",
                               "2006 action plan: distance between agencies and firms; size judged", ceiling=1)
    outside_network: float = declare(0.2, "factor", 0.1, 0.5, "reach of news outside the network", "alcance fuera de la red", J, ceiling=1)
    agency_trust: float = declare(0.5, "share", 0.3, 0.7, "start: firms' trust in agencies", "confianza inicial en agencias", J, ceiling=1)
    agency_trust_gain: float = declare(0.2, "share", 0.1, 0.3, "trust in the agency gained by a completed support",
                                       "confianza ganada por apoyo completado", J, ceiling=1)
    agency_trust_loss: float = declare(0.3, "share", 0.1, 0.5, "trust in the agency lost by abrupt closure",
                                       "confianza perdida por cierre abrupto", "abrupt closure of regional programmes (2017 paper)",
                                       ceiling=1)
    export_hazard: float = declare(0.016, "1/quarter", 0.005, 0.03, "chance that an able firm exports in a quarter",
                                   "probabilidad trimestral de exportar", "one third exported in three years (Cochilco 2025)", ceiling=1)
    export_share: float = declare(0.03, "share of capacity", 0.01, 0.08, "exports of an exporter of mean capability",
        "exportación de un exportador medio", J,
        ceiling=1)
    innovation_rate: float = declare(0.14, "1/quarter", 0.08, 0.2, "innovation events of a mean firm", "eventos de innovación",
                                     "62-80 % declare innovation (Cochilco surveys)", ceiling=1)
    substitution_rate: float = declare(0.004, "1/quarter", 0.001, 0.01, "able goods makers that start to replace an import",
                                       "inicio de sustitución de importaciones", J, ceiling=1)
    substitution_quarters: float = declare(24.0, "quarters", 16, 32, "mean length of an import-substitution chain",
                                           "duración media de la sustitución", "2006 action plan: study 2006, plant 2012", floor=5)
    substitution_success: float = declare(0.6, "share", 0.4, 0.8, "success of each of the five steps", "éxito de cada paso", J, ceiling=1)
    # labour -------------------------------------------------------------------------------------------------------
    commute_mine: float = declare(0.45, "share", 0.40, 0.52, "commuters among mines' own workers at the start",
                                  "conmutantes entre trabajadores propios", "45 % of mining in 2016 (press on INE)", floor=0.01,
                                  ceiling=0.99)
    commute_outside: float = declare(0.55, "share", 0.4, 0.7, "commuters in crews of firms from outside",
        "conmutantes en cuadrillas externas",
                                     J, floor=0.01, ceiling=0.99)
    commute_branch: float = declare(0.30, "share", 0.2, 0.45, "commuters in branches", "conmutantes en sucursales", J, floor=0.01,
                                    ceiling=0.99)
    commute_regional: float = declare(0.10, "share", 0.05, 0.2, "commuters in regional firms", "conmutantes en empresas regionales", J,
                                      floor=0.01, ceiling=0.99)
    commute_rest: float = declare(0.087, "share", 0.05, 0.12, "commuters in the rest of the region", "conmutantes en el resto de la región",
                                  "2016: 59,000 commuters, 37,000 of them miners", floor=0.001, ceiling=0.99)
    commute_rent: float = declare(0.8, "logit/log rent", 0.4, 1.5, "commuting against rent", "conmutación según arriendo", J)
    commute_amenity: float = declare(1.0, "logit", 0.5, 2.0, "commuting against amenity", "conmutación según amenidad", J)
    commute_tight: float = declare(2.0, "logit", 0.5, 4.0, "commuting when residents are scarce", "conmutación con escasez de residentes",
        J)
    commute_premium: float = declare(0.19, "share", 0.15, 0.23, "wage premium of commuters", "premio salarial del conmutante",
                                     "Jamett and Paredes 2013", ceiling=1)
    commuter_spend: float = declare(0.35, "share", 0.2, 0.5, "net wages that commuters spend on site", "gasto local de conmutantes", J,
                                    ceiling=1)
    net_wage: float = declare(0.80, "share", 0.75, 0.85, "net wage over gross", "salario líquido sobre bruto", J, ceiling=1)
    mine_wage: float = declare(2.0, "factor", 1.9, 2.2, "mines' wages over suppliers'", "salario minero sobre proveedores",
                               "2.483 m against 1.23 m CLP in 2024 (pension supervisor)", floor=0.5)
    rent_slope: float = declare(0.5, "1", 0.2, 1.0, "rent against tightness", "arriendo según estrechez", J)
    wage_slope: float = declare(0.3, "1", 0.1, 0.6, "wage against tightness", "salario según estrechez", J)
    wage_speed: float = declare(0.15, "1/quarter", 0.05, 0.3, "speed of wages and of residence", "velocidad de salarios y residencia", J,
                                ceiling=1)
    retirement: float = declare(0.0075, "1/quarter", 0.005, 0.012, "skilled residents who leave work", "retiro de residentes calificados",
        J,
                                ceiling=1)
    graduate_mobility: float = declare(0.35, "share", 0.2, 0.5, "graduates who weigh other regions",
        "egresados que evalúan otras regiones", J,
                                       ceiling=1)
    hiring_limit: float = declare(0.08, "1/quarter", 0.05, 0.12, "fastest growth of a firm's staff", "crecimiento máximo de la dotación", J,
                                  ceiling=1)
    rest_growth: float = declare(0.015, "1/year", 0.005, 0.025, "growth of jobs in the rest of the region",
        "crecimiento del resto de la región",
                                 J, ceiling=0.2)
    rest_per_resident: float = declare(0.4, "jobs", 0.2, 0.7, "other jobs per resident in mining-related work",
        "otros empleos por residente", J)
    rest_per_commuter: float = declare(0.1, "jobs", 0.0, 0.2, "other jobs per commuter in mining-related work",
        "otros empleos por conmutante", J)
    # money --------------------------------------------------------------------------------------------------------
    mining_share_region: float = declare(0.70, "share", 0.5, 0.9, "start: mining in sales of focal-region suppliers",
                                         "inicio: minería en ventas regionales", J, floor=0.01, ceiling=1)
    mining_share_mining: float = declare(0.55, "share", 0.4, 0.7, "start: mining in sales in other mining regions",
                                         "inicio: minería en otras regiones mineras", J, floor=0.01, ceiling=1)
    mining_share_other: float = declare(0.20, "share", 0.15, 0.45, "start: mining in sales elsewhere", "inicio: minería en otras regiones",
                                        J, floor=0.01, ceiling=1)
    mining_share_newborn: float = declare(0.20, "share", 0.05, 0.5, "mining in the sales a new firm starts with",
                                          "minería en ventas de una empresa nueva", J, ceiling=1)
    other_volatility: float = declare(0.06, "log points", 0.02, 0.10, "sd of quarterly shocks to other clients' demand",
                                      "volatilidad de otros clientes", "Gibrat growth; size judged", ceiling=0.5)
    other_rivalry: float = declare(0.25, "1/quarter", 0.1, 0.5, "speed at which firms crowd one another out of the other market",
                                   "rivalidad por otros clientes", J, ceiling=1)
    young_growth: float = declare(0.04, "1/quarter", 0.0, 0.08, "extra growth of newly founded firms, fading with age",
                                  "crecimiento extra de empresas nuevas", "Evans 1987; size judged", ceiling=0.3)
    other_price_response: float = declare(0.05, "1/quarter", 0.0, 0.15, "other clients move to cheaper suppliers",
                                          "otros clientes prefieren a los más baratos", J, ceiling=1)
    idle_wages: float = declare(0.80, "share of capacity", 0.6, 0.95, "part of the staff that is paid even when idle",
                                "dotación pagada aunque ociosa", J, ceiling=1)
    export_quarters: float = declare(8.0, "quarters", 4, 12, "length of an export contract", "duración de un contrato de exportación", J,
                                     floor=1)
    other_growth: float = declare(0.005, "1/quarter", 0.0, 0.01, "growth of other clients' demand", "crecimiento de otros clientes", J,
                                  ceiling=0.1)
    wage_cost: float = declare(0.25, "share of sales", 0.2, 0.32, "wages in sales", "salarios en ventas", J, ceiling=1)
    input_cost: float = declare(0.28, "share of sales", 0.2, 0.35, "domestic inputs in sales, tier 2 inside",
        "insumos nacionales en ventas", J,
                                ceiling=1)
    overhead_cost: float = declare(0.03, "share of sales", 0.01, 0.06, "overhead in sales", "gastos generales en ventas", J, ceiling=1)
    interest: float = declare(0.02, "1/quarter", 0.01, 0.03, "interest on credit used", "interés trimestral", J, ceiling=0.5)
    credit_sound: float = declare(0.15, "share of yearly sales", 0.1, 0.25, "credit line with sound accounts",
        "línea con contabilidad ordenada",
                                  J, ceiling=2)
    credit_unsound: float = declare(0.05, "share of yearly sales", 0.02, 0.1, "credit line without them",
        "línea sin contabilidad ordenada", J,
                                    ceiling=2)
    cash_days: float = declare(45.0, "days of sales", 20, 70, "start: cash", "inicio: caja", J)
    payout: float = declare(0.5, "share", 0.3, 0.7, "profit above 60 days' cash that is paid out", "reparto de utilidades", J, ceiling=1)
    # birth and death ----------------------------------------------------------------------------------------------
    entry_rate: float = declare(0.030, "1/quarter", 0.01, 0.04, "births per capable parent at normal margins",
        "nacimientos por empresa capaz",
                                "tuned to firm growth 4,100 (2005) to 5,998 (2016)", ceiling=0.5)
    entry_margin: float = declare(3.0, "1", 1, 6, "response of entry to demand per firm", "respuesta de la entrada a la demanda", J)
    entry_crowding: float = declare(10.0, "1", 3, 20, "response of entry to room in the market of other clients",
                                    "respuesta de la entrada al espacio de mercado", J)
    exit_rate: float = declare(0.012, "1/quarter", 0.006, 0.02, "closures of established firms", "cierre de empresas establecidas", J,
        ceiling=1)
    exit_young: float = declare(0.05, "1/quarter", 0.02, 0.08, "extra closures of new firms", "cierre extra de empresas nuevas",
                                "five-year survival 0.4-0.6 (recalled)", ceiling=1)
    exit_maturity: float = declare(10.0, "quarters", 6, 20, "age at which that extra has fallen by 63 %", "edad de consolidación", J,
        floor=1)
    exit_large: float = declare(0.35, "factor", 0.2, 0.6, "closures of large firms over those of others",
        "cierre de grandes sobre las demás", J,
                                ceiling=1)
    spinoff_share: float = declare(0.25, "share", 0.1, 0.35, "entrants founded from suppliers or mines",
        "entrantes desde proveedores o mineras",
                                   "Klepper; spin-off bands after Sudbury", ceiling=1)
    spinoff_stay: float = declare(0.85, "share", 0.7, 0.95, "spin-offs that stay in the parent's region", "escisiones que se quedan", J,
                                  ceiling=1)
    inherit: float = declare(0.85, "share", 0.7, 1.0, "parent's capability that a child starts with", "capacidad heredada", J, ceiling=1)
    relocation_rate: float = declare(0.002, "1/quarter", 0.0, 0.006, "moves of firms that live from another region",
                                     "traslados de empresas", J, ceiling=1)


def declared() -> dict[str, Declared]:
    """Name → declaration of every parameter, in the order written."""
    return declared_in(Parameters)
