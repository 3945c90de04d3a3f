"""What firms may take up: certificates, R&D, training, missions, branches, exports, innovation."""

from dataclasses import dataclass

from sim.declare import JUDGEMENT as J
from sim.declare import declare


@dataclass(frozen=True)
class Options:
    """What firms may take up: certificates, R&D, training, missions, branches, exports, innovation."""

    certificate_cost: float = declare(25.0, "UF", 15, 50, "cost of implementing and certifying a norm in a firm of one worker",
                                      "costo de implementar y certificar una norma en una empresa de un trabajador", J, floor=1)
    certificate_staff: float = declare(
        0.75, "1", 0.38, 0.9, "growth of that cost with workers: its exponent", "alza de ese costo con los trabajadores: su exponente",
        "audit days grow with the power 0.38 of staff (IAF MD 5: 1.5 days up to 5, 7 for 100, 11 for 500; recalled), hours of the own "
        "staff with 1; between them, judged", ceiling=1)
    certificate_renewal: float = declare(7.5, "UF", 4, 15, "cost of renewal at the end of its term, one worker",
                                         "costo de renovarla al vencer, un trabajador",
                                         "2006 action plan: every 2 years, all private; amount judged", floor=1)
    certificate_gain: float = declare(
        0.06, "share of mining sales", 0.01, 0.2, "mining sales whose award a firm expects a certificate to decide",
        "ventas mineras cuya adjudicación se espera que decida el certificado", J, floor=1e-6, ceiling=1)
    rd_cost: float = declare(0.008, "share of sales/quarter", 0.004, 0.02, "running cost of an R&D unit", "costo corriente de I+D", J,
                             floor=1e-6, ceiling=1)
    rd_gain: float = declare(0.003, "share of sales/quarter", 0.002, 0.01, "gain a firm expects from R&D", "ganancia esperada de I+D", J,
                             floor=1e-6, ceiling=1)
    rd_closure: float = declare(0.02, "1/quarter", 0.005, 0.05, "R&D units closed", "cierre de unidades de I+D", J, ceiling=1)
    training_cost: float = declare(0.0025, "share of sales", 0.001, 0.005, "cost of a year's training plan",
                                   "costo de un plan anual de capacitación",
                                   "SENCE ceiling: 1 % of payroll a year (recalled), wages a quarter of sales", floor=1e-6, ceiling=1)
    training_gain: float = declare(0.002, "share of sales", 0.0005, 0.005, "gain a firm expects from training",
                                   "ganancia esperada de capacitar", J, floor=1e-6, ceiling=1)
    training_quarters: float = declare(4.0, "quarters", 4, 8, "shortest time between a firm's training plans",
                                       "plazo mínimo entre planes de capacitación", "the ceiling of SENCE is a yearly one", floor=1)
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
                                       "confianza perdida por cierre abrupto",
                                       "abrupt closure of regional programmes (Bravo-Ortega and Munoz 2017)", ceiling=1)
    export_hazard: float = declare(
        0.010, "1/quarter", 0.005, 0.03, "chance a quarter that an able firm wins its first export contract",
        "probabilidad trimestral del primer contrato de exportación", "one third exported in three years (Cochilco 2025)", ceiling=1)
    export_experience: float = declare(
        4.0, "factor", 2, 10, "chance of an export contract of a firm that exported of late, over that of others",
        "ventaja de quien exportó hace poco en lograr un contrato de exportación",
        "sunk cost of entry (Roberts and Tybout 1997): about 85 % of Chile's exporters export a year later, 4 % of others (recalled)",
        floor=1)
    export_memory: float = declare(
        8.0, "quarters", 4, 12, "time for which having exported counts", "plazo en que cuenta haber exportado",
        "Roberts and Tybout 1997: after two years most of the advantage is gone (recalled)", floor=1)
    export_share: float = declare(
        0.06, "share of capacity", 0.03, 0.2, "exports agreed by an exporter abreast of the world's sellers of its trade",
        "exportación pactada de un exportador a la par de los vendedores mundiales de su rubro", J, ceiling=1)
    export_spread: float = declare(
        1.2, "log points", 0.5, 1.5, "sd between firms, for good, of the part of capacity sold abroad",
        "dispersión entre empresas, permanente, de la parte exportada",
        "most exporters sell little abroad, few sell most (Bernard et al. 2007, recalled); size judged", ceiling=3)
    export_option: float = declare(
        1.0, "share", 0.2, 1.5, "exports beyond a contract while capacity is idle, at most",
        "exportación máxima sobre lo pactado con capacidad ociosa",
        "slack at home raises exports (Blum, Claro and Horstmann 2013 on Chile; Almunia et al. 2021); size judged", ceiling=4)
    innovation_rate: float = declare(0.14, "1/quarter", 0.08, 0.2, "innovation events of a mean firm", "eventos de innovación",
                                     "62-80 % declare innovation (Cochilco surveys)", ceiling=1)
    substitution_rate: float = declare(0.004, "1/quarter", 0.001, 0.01, "able goods makers that start to replace an import",
                                       "inicio de sustitución de importaciones", J, ceiling=1)
    substitution_quarters: float = declare(24.0, "quarters", 16, 32, "mean length of an import-substitution chain",
                                           "duración media de la sustitución", "2006 action plan: study 2006, plant 2012", floor=5)
    substitution_success: float = declare(0.6, "share", 0.4, 0.8, "success of each step after the first",
        "éxito de cada paso tras el primero", J, ceiling=1)
    certificate_quarters: float = declare(8.0, "quarters", 8, 12, "term of a certificate", "vigencia de un certificado",
        "2006 action plan: renewal every two years", floor=1)
    aspiration_stretch: float = declare(1.02, "factor", 1.0, 1.05, "sales aspired to over late sales", "ventas aspiradas sobre recientes",
        "Cyert and March 1963; size judged", floor=0.5, ceiling=2)
    aspiration_speed: float = declare(0.125, "1/quarter", 0.05, 0.3, "speed at which aspirations follow sales",
        "velocidad de las aspiraciones", J, ceiling=1)
    application_burden: float = declare(0.02, "share of sales", 0.005, 0.05, "own cost at which half of the willing do not apply",
        "costo propio con que la mitad no postula", J, floor=1e-4, ceiling=1)
    duplication_quarters: float = declare(8.0, "quarters", 4, 12,
        "two supports of one kind within this time bring one benefit and two costs", "plazo de duplicación de apoyos", J)
    news_decay: float = declare(0.01, "1/quarter", 0, 0.03, "firms that drop out of the agencies' network",
        "empresas que salen de la red", J, ceiling=1)
    branch_patience: float = declare(0.5, "factor", 0.2, 0.8, "gain over cost below which a branch is closed",
        "ganancia sobre costo que cierra una sucursal", J)
    export_contacts: float = declare(0.5, "1/contact", 0.2, 1, "export chance raised by a contact abroad",
        "efecto de un contacto externo en exportar", J)
    export_return: float = declare(0.7, "share", 0.4, 0.9, "new export contracts in the market that the firm knows",
        "contratos de exportación nuevos en el mercado ya conocido", J, ceiling=1)
    export_certificate: float = declare(0.5, "share", 0.2, 1, "export chance raised by a certificate",
        "efecto del certificado en exportar", J)
    export_multinational: float = declare(0.5, "share", 0.2, 1, "export chance raised by a multinational main client",
        "efecto de un cliente multinacional en exportar", J)
    export_size: float = declare(0.3, "1/class", 0.1, 0.6, "export chance raised by a size class", "efecto del tamaño en exportar", J)
    innovation_floor: float = declare(0.4, "1", 0.2, 0.8, "innovation of a firm without absorptive capacity, which adds to it",
        "innovación sin capacidad de absorción", J)
    export_floor: float = declare(0.4, "share", 0.2, 0.8, "added to a firm's standing in its trade in the chance to export",
        "sumado a la posición en su rubro en la probabilidad de exportar", J)
    renewal_habit: float = declare(1.0, "logit", 0, 2, "habit of renewing a certificate, beyond its gain over its cost",
        "hábito de renovar un certificado", J)
    applying_habit: float = declare(0.5, "share", 0.2, 0.8, "applications of firms whose sales meet their aspiration, over those in need",
        "postulaciones de empresas sin apremio", "Cyert and March 1963; size judged", ceiling=1)
    network_quarters: float = declare(8.0, "quarters", 4, 16, "time for which a support keeps a firm in the agencies' network",
        "plazo en que un apoyo mantiene a la empresa en la red", J)
    innovation_research: float = declare(0.5, "1", 0.2, 1, "innovation raised by an R&D unit", "efecto de I+D en innovar", J)
    innovation_contacts: float = declare(0.3, "1/contact", 0.1, 0.6, "innovation raised by a contact abroad",
        "efecto de contactos en innovar", "fairs and alliances precede innovation (Bravo-Ortega and Munoz 2017, section 5); size judged")
    substitution_gap: float = declare(0.1, "frontier", 0.05, 0.2, "capability below need with which an import can still be replaced",
        "brecha máxima para sustituir importaciones", J, ceiling=1)
    substitution_cut: float = declare(0.4, "share", 0.2, 0.6, "import content saved by a finished chain", "contenido importado ahorrado",
        J, ceiling=1)
    plant_cost: float = declare(0.2, "share of yearly sales", 0.1, 0.4, "plant for an import substitute",
        "planta para sustituir una importación", "all on credit (2006 action plan); about a year of the output it adds, judged",
        floor=0.01)
    pilot_help: float = declare(0.3, "share", 0.1, 0.4, "success of the pilot step added by full public infrastructure",
        "éxito del pilotaje con infraestructura pública", J, ceiling=1)
