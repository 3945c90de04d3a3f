"""Learning by channel, absorptive capacity, the frontier."""

from dataclasses import dataclass

from sim.declare import JUDGEMENT as J
from sim.declare import declare


@dataclass(frozen=True)
class Knowledge:
    """Learning by channel, absorptive capacity, the frontier."""

    doing: float = declare(0.06, "frontier/quarter", 0.02, 0.12, "learning by doing at full use and best distance",
                           "aprendizaje por la práctica", J, ceiling=1)
    spillover: float = declare(0.10, "1/quarter", 0.02, 0.20, "spillover from neighbours of one subsector and region",
                               "derrame desde vecinos", J, ceiling=1)
    spillover_half: float = declare(60.0, "firms", 20, 150, "neighbours at which density reaches half its effect",
                                    "vecinos con mitad del efecto de densidad", J, floor=1)
    partner_spillover: float = declare(0.06, "1/quarter", 0.02, 0.15, "spillover from partners", "derrame desde socios", J, ceiling=1)
    buyer_spillover: float = declare(0.03, "1/quarter", 0.004, 0.05, "learning from a joint project with a buyer",
                                     "aprendizaje en un proyecto conjunto", J, ceiling=1)
    university_spillover: float = declare(0.008, "1/quarter", 0.002, 0.02, "learning from a university partner",
                                          "aprendizaje con una universidad", J, ceiling=1)
    university_knocks: float = declare(0.02, "1/quarter", 0.005, 0.05, "firms that seek a university partner",
        "empresas que buscan universidad",
                                       J, ceiling=1)
    university_quarters: float = declare(12.0, "quarters", 6, 20, "length of a partnership with a university",
        "duración de una alianza con universidad",
                                         J, floor=1)
    abroad_spillover: float = declare(0.006, "1/quarter", 0.002, 0.02, "learning from contacts abroad",
                                      "aprendizaje por contactos externos", J, ceiling=1)
    research: float = declare(0.012, "1/quarter", 0.004, 0.03, "learning from an own R&D unit", "aprendizaje por I+D propia", J,
                              ceiling=1)
    frontier_drift: float = declare(0.0037, "1/quarter", 0.001, 0.005, "drift of the world frontier", "avance de la frontera mundial",
                                    J, ceiling=0.05)
    idle_forgetting: float = declare(0.006, "1/quarter", 0.002, 0.012, "forgetting on unused capacity", "olvido por capacidad ociosa",
                                     J, ceiling=0.1)
    management_decay: float = declare(0.01, "1/quarter", 0.005, 0.03, "fading of management practice, skills and advice",
                                      "desgaste de gestión y habilidades", J, ceiling=1)
    training_practice: float = declare(0.5, "share", 0.2, 1, "gain in management over that in skills, of a training plan or an entry norm",
                                       "ganancia de gestión sobre la de competencias", J, ceiling=1)
    training_dose: float = declare(0.06, "share", 0.03, 0.12, "skills gained by a training plan, management by a certificate",
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
    absorb_capability: float = declare(0.4, "weight", 0.2, 0.6, "absorptive capacity: own capability", "absorción: capacidad propia",
        "Cohen and Levinthal 1990; weight judged", ceiling=1)
    absorb_skills: float = declare(0.2, "weight", 0.1, 0.3, "absorptive capacity: skilled residents", "absorción: residentes calificados",
        "Cohen and Levinthal 1990; weight judged", ceiling=1)
    absorb_research: float = declare(0.15, "weight", 0.05, 0.25, "absorptive capacity: R&D unit", "absorción: unidad de I+D",
        "Cohen and Levinthal 1990; weight judged", ceiling=1)
    absorb_management: float = declare(0.15, "weight", 0.05, 0.25, "absorptive capacity: management practice", "absorción: gestión",
        "Cohen and Levinthal 1990; weight judged", ceiling=1)
    receptive_floor: float = declare(0.5, "share", 0.25, 1.0, "openness to what is new before absorptive capacity adds to it",
                                     "apertura a lo nuevo antes de la capacidad de absorción",
                                     "Cohen and Levinthal 1990; size judged", ceiling=2)
    contacts_limit: float = declare(2.0, "contacts", 1, 4, "contacts abroad beyond which more teach and sell nothing",
                                    "contactos externos que cuentan", J)
    university_partners: float = declare(20.0, "firms", 8, 40, "firms that an institution of full research capacity works with at a time",
        "empresas por institución de plena investigación", J)
    university_fee: float = declare(15.0, "UF/quarter", 5, 60, "what a firm pays its university partner, unless a project does",
                                    "lo que una empresa paga a su universidad socia, si no paga un proyecto", J)
    university_place_cost: float = declare(25.0, "UF/quarter", 15, 80, "cost of the people whom a university needs to work with one firm",
                                           "costo del personal con que una universidad atiende a una empresa",
                                           "a tenth of a researcher's time; judgement", floor=1)
    university_hiring: float = declare(0.08, "1/quarter", 0.03, 0.25, "pace at which a university's places follow what pays for them",
                                       "ritmo con que las plazas de una universidad siguen a lo que las paga", J, ceiling=1)
