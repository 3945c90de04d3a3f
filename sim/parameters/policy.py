"""What programmes do to firms beyond their own values: advice, entry certificates, the register; how agencies renew."""

from dataclasses import dataclass

from sim.declare import JUDGEMENT as J
from sim.declare import declare


@dataclass(frozen=True)
class Policy:
    """What programmes do to firms beyond their own values: advice, entry certificates, the register; how agencies renew."""

    advice_time: float = declare(0.30, "share", 0.0, 0.30, "operating time saved when advice changes all of a firm's processes",
                                 "tiempo de operación ahorrado por asesoría plena", "AIA 2020 (-30 %, self-reported: an upper bound)",
                                 ceiling=0.30)
    advice_delivery: float = declare(0.24, "share", 0.0, 0.24, "failures of delivery avoided in the same case",
                                     "fallas de entrega evitadas por asesoría plena", "AIA 2020 (-24 %, self-reported: an upper bound)",
                                     ceiling=0.24)
    advice_cost: float = declare(0.19, "share", 0.0, 0.19, "unit cost saved in the same case", "costo unitario ahorrado por asesoría plena",
                                 "AIA 2020 (-19 %, self-reported: an upper bound)", ceiling=0.19)
    entry_cost: float = declare(6.0, "UF", 3, 12, "cost of the entry certificate (NCh 2909), one worker",
                                "costo del certificado de entrada, un trabajador",
                                "2006 action plan: a step below ISO; amount judged", floor=1)
    entry_renewal: float = declare(1.8, "UF", 0.9, 5, "cost of its renewal at the end of its term, one worker",
                                   "costo de renovarlo al vencer, un trabajador", J, floor=1)
    entry_gain: float = declare(0.001, "share of yearly mining sales", 0.0003, 0.005, "gain a firm expects from an entry certificate",
                                "ganancia esperada del certificado de entrada", J, floor=1e-6, ceiling=1)
    entry_visibility: float = declare(0.2, "factor - 1", 0.0, 0.5, "invitations that an entry certificate adds",
                                      "invitaciones que suma el certificado de entrada", J, ceiling=2)
    entry_credit: float = declare(0.3, "share", 0.0, 0.6, "cost of an international certificate saved by a firm that holds the entry one",
                                  "costo del certificado internacional que ahorra el de entrada", J, ceiling=1)
    audit_noise: float = declare(0.08, "share", 0.0, 0.2, "sd of a field audit around what a firm deserves", "error de una auditoría", J,
                                 ceiling=1)
    renewal_use: float = declare(0.5, "share", 0.25, 0.9, "part of its places a programme must fill to be renewed for results",
                                 "uso de cupos para renovar por resultados", J, ceiling=2)
    office_begins: float = declare(2006.0, "year", 1990, 2026, "a year in which a government takes office", "año en que asume un gobierno",
                                   "Constitution of Chile, March 2006", floor=1900, ceiling=2200)
    office_years: float = declare(4.0, "years", 4, 6, "term of a government", "período de gobierno", "Constitution of Chile since 2006",
                                  floor=1, ceiling=20)
