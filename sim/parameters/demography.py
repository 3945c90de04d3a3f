"""Births, deaths, spin-offs, moves."""

from dataclasses import dataclass

from sim.declare import JUDGEMENT as J
from sim.declare import declare


@dataclass(frozen=True)
class Demography:
    """Births, deaths, spin-offs, moves."""

    entry_rate: float = declare(0.026, "1/quarter", 0.01, 0.04, "births per capable parent at normal margins",
        "nacimientos por empresa capaz",
                                "tuned to firm growth 4,100 (2005) to 5,998 (2016)", ceiling=0.5)
    entry_margin: float = declare(3.0, "1", 1, 6, "response of entry to use of capacity and markups",
                                  "respuesta de la entrada al uso y los márgenes", J)
    entry_crowding: float = declare(4.0, "1/log", 1, 8, "response of entry to the log of sales a firm over those of the start",
                                    "respuesta de la entrada a las ventas por empresa",
                                    "density dependence (Hannan and Freeman 1989); size judged")
    exit_rate: float = declare(0.009, "1/quarter", 0.006, 0.02, "closures of established firms", "cierre de empresas establecidas", J,
        ceiling=1)
    exit_young: float = declare(0.03, "1/quarter", 0.02, 0.08, "extra closures of new firms", "cierre extra de empresas nuevas",
                                "five-year survival 0.4-0.6 (recalled)", ceiling=1)
    exit_maturity: float = declare(10.0, "quarters", 6, 20, "age at which that extra, and extra growth, have fallen by 63 %",
                                   "edad de consolidación", J, floor=1)
    exit_large: float = declare(0.35, "factor", 0.2, 0.6, "closures of large firms over those of others",
        "cierre de grandes sobre las demás", J,
                                ceiling=1)
    spinoff_share: float = declare(0.25, "share", 0.1, 0.35, "entrants founded from suppliers or mines",
        "entrantes desde proveedores o mineras",
                                   "Klepper; spin-off bands after Sudbury", ceiling=1)
    spinoff_stay: float = declare(0.87, "share", 0.7, 0.95, "spin-offs and new founders that stay in the parent's region",
                                  "escisiones y nuevos fundadores que se quedan", J, ceiling=1)
    inherit: float = declare(0.85, "share", 0.7, 1.0, "parent's capability that a child starts with", "capacidad heredada", J, ceiling=1)
    relocation_rate: float = declare(0.002, "1/quarter", 0.0, 0.006, "moves of firms that live from another region",
                                     "traslados de empresas", J, ceiling=1)
    exit_patience: float = declare(3.0, "quarters", 1, 6, "quarters beyond the credit line until insolvency",
        "trimestres sobre la línea hasta la insolvencia", J, floor=1)
    exit_profit: float = declare(12.0, "1", 8, 24, "closures fall by this log for each unit of profit margin above the normal one",
        "caída log. de los cierres por unidad de margen sobre el normal",
        "Jovanovic 1982, Hopenhayn 1992; sign and order: Foster, Haltiwanger and Syverson 2008; size judged", floor=0)
    entry_markup: float = declare(2.0, "1", 0.5, 4, "response of entry to markups relative to use",
        "respuesta de la entrada a los márgenes", J)
    entry_gap: float = declare(0.25, "frontier", 0.15, 0.35, "capability below need with which a firm is still a parent or example",
        "brecha con que una empresa aún inspira", J, ceiling=1)
    birth_smallest: float = declare(200.0, "UF/year", 50, 1000, "smallest sales at birth (log-uniform)", "ventas mínimas al nacer", J,
        floor=1)
    birth_largest: float = declare(40_000.0, "UF/year", 12000, 100000, "largest sales at birth", "ventas máximas al nacer", J, floor=10)
    mine_spinoffs: float = declare(0.3, "share", 0.1, 0.5, "spin-offs in mining regions that come from mines", "escisiones desde mineras",
        J, ceiling=1)
    startup_share: float = declare(0.05, "share", 0.01, 0.1, "entrants that start from a university, in knowledge-intensive trades",
        "entrantes universitarios", J, ceiling=1)
    outsider_share: float = declare(0.1, "share", 0.05, 0.2, "entrants of mining regions founded from the capital",
        "entrantes fundados desde la capital", J, ceiling=1)
    subsidiary_rate: float = declare(0.004, "1/quarter", 0.001, 0.012, "subsidiaries that a seller abroad founds at normal margins",
        "filiales fundadas por un vendedor externo", "global suppliers follow mines (Bravo-Ortega and Munoz 2017, section 4); size judged",
        ceiling=0.5)
    startup_capability: float = declare(0.05, "frontier", 0, 0.1, "capability of a university start-up over other newcomers",
        "ventaja de una empresa universitaria", J, ceiling=0.5)
    inherit_trust: float = declare(
        0.5, "share", 0.3, 0.7, "trust of two clients of its parent that a spin-off keeps; of full trust, that of its mine",
        "confianza que hereda de dos clientes de la madre; de la plena, la de la minera de que nace", J, ceiling=1)
    parent_trust: float = declare(0.4, "trust", 0.2, 0.6, "trust between a spin-off and its parent", "confianza con la empresa madre", J,
        ceiling=1)
    foreign_hub: float = declare(0.0, "share", 0, 0.8,
        "foreign suppliers that open a service centre in the focal region within change_years",
        "proveedores extranjeros que abren un centro de servicio en la región focal", J, ceiling=0.99)
    relocation_share: float = declare(0.6, "share", 0.4, 0.8, "mining in sales from which a firm may move to its client",
        "minería en ventas desde la que se traslada", J, ceiling=1)
