"""Delivery, trust, ties, joint projects."""

from dataclasses import dataclass

from sim.declare import JUDGEMENT as J
from sim.declare import declare


@dataclass(frozen=True)
class Relations:
    """Delivery, trust, ties, joint projects."""

    delivery_base: float = declare(2.0, "logit", 1, 3, "logit of a good delivery at zero knowledge gap",
                                   "logit de buena entrega sin brecha", "common prior 0.85", floor=-5, ceiling=8)
    delivery_gap: float = declare(6.0, "logit/frontier", 3, 10, "effect of capability above need on delivery",
                                  "efecto de la capacidad sobre la entrega", J)
    delivery_management: float = declare(0.8, "logit", 0.3, 1.5, "effect of management practice on delivery",
                                         "efecto de la gestión sobre la entrega", J)
    delivery_distance: float = declare(0.15, "logit/log km", 0.0, 0.4, "effect of urgent distance on delivery",
                                       "efecto de la distancia urgente", J)
    trust_gain: float = declare(0.14, "1/quarter", 0.05, 0.25, "trust gained by a good quarter", "confianza ganada en un buen trimestre",
                                J, ceiling=1)
    trust_loss: float = declare(0.35, "share", 0.2, 0.6, "trust lost by a bad quarter", "confianza perdida en un mal trimestre", J,
                                ceiling=1)
    trust_decay: float = declare(0.03, "1/quarter", 0.01, 0.08, "decay of unused trust", "decaimiento de la confianza", J, ceiling=1)
    home_trust: float = declare(0.25, "trust", 0.1, 0.4, "trust between buyer and supplier of one home country",
                                "confianza entre connacionales",
                                "global suppliers follow mines (Bravo-Ortega and Munoz 2017, section 4); size judged", ceiling=1)
    joint_project_rate: float = declare(0.013, "1/quarter", 0.004, 0.04, "joint projects of a trusted link with a collaborative buyer",
                                        "proyectos conjuntos de un vínculo confiable", J, ceiling=1)
    tie_rate: float = declare(0.05, "1/quarter", 0.02, 0.12, "meetings of two suppliers that share a client",
                              "encuentros de proveedores que comparten cliente", J, ceiling=1)
    joint_work_rate: float = declare(0.12, "1/quarter", 0.05, 0.3, "joint bids and projects of two fully trusting partners",
                                     "trabajo conjunto de dos socios de plena confianza", J, ceiling=1)
    introduction_rate: float = declare(0.15, "1/quarter", 0.03, 0.3, "introductions of a partner's partner at full trust",
                                       "presentaciones entre socios de un socio", "triadic closure; size judged", ceiling=1)
    rivalry: float = declare(0.85, "share", 0.5, 0.95, "meetings that rivalry of one subsector and region undoes",
                             "encuentros que la rivalidad anula",
                             "Bravo-Ortega and Munoz 2017, section 5; 2006 action plan, Table 1", ceiling=1)
    distant_meeting: float = declare(0.15, "share", 0.05, 0.3, "meetings of partners from different regions that take hold",
                                     "encuentros entre regiones que prosperan", "social proximity first; size judged", ceiling=1)
    group_trust: float = declare(0.35, "trust", 0.2, 0.5, "mean trust that keeps a group together once unpaid",
                                 "confianza que mantiene un grupo sin pago", J, ceiling=1)
    delivery_overload: float = declare(2.0, "logit", 0.5, 4, "loss of delivery per unit of overload",
        "efecto de la sobrecarga sobre la entrega", J)
    link_ends: float = declare(0.05, "trust", 0.02, 0.1, "trust below which an unused link is over",
        "confianza bajo la que termina un vínculo", J, ceiling=1)
    joint_trust: float = declare(0.5, "trust", 0.3, 0.7, "trust from which joint projects are possible",
        "confianza para proyectos conjuntos", J, ceiling=1)
    first_tie: float = declare(0.3, "trust", 0.15, 0.5, "trust of a new horizontal tie", "confianza de un vínculo horizontal nuevo", J,
        ceiling=1)
    tie_ends: float = declare(0.1, "trust", 0.05, 0.2, "trust below which a horizontal tie is over",
        "confianza bajo la que termina un vínculo horizontal", J, ceiling=1)
