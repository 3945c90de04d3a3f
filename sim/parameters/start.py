"""The world of the first quarter: ages, sizes, capabilities, links."""

from dataclasses import dataclass

from sim.declare import JUDGEMENT as J
from sim.declare import declare


@dataclass(frozen=True)
class Start:
    """The world of the first quarter: ages, sizes, capabilities, links."""

    placement_rounding: float = declare(0.005, "share", 0, 0.01, "rounding of the recorded regional shares, varied between worlds",
        "redondeo de las participaciones regionales", "the supplier table is printed in whole points", ceiling=0.02)
    size_tail: float = declare(1.1, "1", 1.0, 1.5, "Pareto exponent of the largest firms", "exponente de Pareto de las mayores", J,
        floor=0.5, ceiling=5)
    size_largest: float = declare(60.0, "class floors", 20, 200, "largest firm of the start over the floor of its class",
        "mayor empresa inicial sobre el piso de su clase", J, floor=1)
    size_capability: float = declare(0.02, "frontier/log", 0, 0.04, "start: capability with the log of sales",
        "inicio: capacidad según log de ventas", J, ceiling=0.2)
    foreign_capability: float = declare(0.1, "frontier", 0, 0.2, "start: capability of foreign-owned firms over others",
        "inicio: ventaja de capacidad extranjera", J, ceiling=0.5)
    abroad_capability: float = declare(
        0.25, "frontier", 0.15, 0.35, "frontier of a trade: what its sellers abroad know over what is needed",
        "frontera de un rubro: lo que saben sus vendedores externos sobre lo requerido", J, ceiling=0.5)
    sellers_abroad: float = declare(60.0, "sellers", 20, 120, "sellers abroad a subsector, times its foreign share",
        "vendedores externos por subsector", J, floor=1)
    start_age: float = declare(40.0, "quarters", 25, 60, "mean age of firms at the start", "edad media inicial",
        "a fifth founded before 1990 in 2016; recast to the start", floor=1)
    start_management: float = declare(0.3, "share", 0.2, 0.5, "start: management practice of a micro firm, and what it falls back to",
        "inicio: gestión de una microempresa", J, ceiling=1)
    size_management: float = declare(0.08, "share/class", 0, 0.15, "start: management practice gained by size class",
        "inicio: gestión por clase de tamaño", J, ceiling=0.2)
    practice_spread: float = declare(0.1, "share", 0, 0.2, "start: sd of management practice and of skills between firms of one size",
        "inicio: dispersión de gestión y habilidades", J, ceiling=0.5)
    abroad_management: float = declare(0.7, "share", 0.5, 0.9, "management practice of sellers abroad",
        "gestión de vendedores externos", J, ceiling=1)
    start_skills: float = declare(0.25, "share", 0.1, 0.4, "start: skills of a micro firm", "inicio: habilidades de una microempresa", J,
        ceiling=1)
    size_skills: float = declare(0.05, "share/class", 0, 0.1, "start: skills gained by size class",
        "inicio: habilidades por clase de tamaño", J, ceiling=0.2)
    start_trust: float = declare(0.15, "trust", 0.1, 0.3, "trust of a new link", "confianza de un vínculo nuevo", J, ceiling=1)
    tenure_trust: float = declare(0.35, "trust", 0.2, 0.5, "trust that long tenure adds", "confianza que agrega la antigüedad", J,
        ceiling=0.8)
    tenure_scale: float = declare(16.0, "quarters", 8, 32, "tenure that adds 63 % of it", "antigüedad que agrega el 63 %", J, floor=1)
    services_links: float = declare(3.0, "links", 2, 5, "start: most buyers of a services supplier, which has one or more",
        "inicio: máximo de compradores de un proveedor de servicios", J, floor=1)
    goods_links: float = declare(2.0, "links", 1, 4, "start: mean buyers of a goods supplier beyond the first (negative binomial)",
        "inicio: compradores de un proveedor de bienes tras el primero", J, floor=0.1)
    old_links: float = declare(2.0, "links", 0, 4, "start: buyers that firms founded before access became hard have in addition",
        "inicio: compradores adicionales de empresas antiguas", J)
    tie_reach: float = declare(800.0, "km", 400, 1600, "distance over which first links thin out", "distancia de los primeros vínculos",
        J, floor=10)
    other_branches: float = declare(0.3, "factor", 0.1, 1.0, "branches at the start in other mining regions over the focal one",
        "sucursales iniciales en otras regiones mineras", J, ceiling=2)
    start_contrast_loss: float = declare(0.5, "share", 0.3, 0.8, "weak start: trust in the region's suppliers that is missing",
        "inicio débil: confianza que falta", "definition of a scenario", ceiling=1)
    start_contrast_trust: float = declare(0.3, "trust", 0.1, 0.5, "strong start: extra trust of the region's mines in its suppliers",
        "inicio fuerte: confianza adicional", "definition of a scenario", ceiling=1)
