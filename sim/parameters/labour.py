"""Residence, commuting, wages, graduates, hiring."""

from dataclasses import dataclass

from sim.declare import JUDGEMENT as J
from sim.declare import declare


@dataclass(frozen=True)
class Labour:
    """Residence, commuting, wages, graduates, hiring."""

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
    graduate_wage: float = declare(2.0, "logit/log wage", 1, 4, "pull of real wages on graduates who weigh other regions",
                                   "atracción del salario real sobre egresados", J)
    graduate_rent: float = declare(0.3, "share", 0.15, 0.5, "weight of rents in those real wages",
                                   "peso del arriendo en el salario real", J, ceiling=1)
    idle_tightness: float = declare(0.8, "share", 0.6, 0.9, "tightness below which skilled residents count as idle",
                                    "estrechez bajo la que hay residentes ociosos", J, floor=0.1, ceiling=1)
    scarce_tightness: float = declare(0.5, "share", 0.3, 0.7, "tightness up to which firms find all the skills they look for",
                                      "estrechez hasta la que no faltan habilidades", J, ceiling=1)
    scarce_skills: float = declare(0.3, "share", 0.1, 0.5, "skills that firms still find in the tightest market",
                                   "habilidades que se hallan en el mercado más estrecho", J, ceiling=1)
    hiring_limit: float = declare(0.08, "1/quarter", 0.05, 0.12, "fastest growth of a firm's staff", "crecimiento máximo de la dotación", J,
                                  ceiling=1)
    rest_growth: float = declare(0.015, "1/year", 0.005, 0.025, "growth of jobs in the rest of the region",
        "crecimiento del resto de la región",
                                 J, ceiling=0.2)
    rest_per_resident: float = declare(0.4, "jobs", 0.2, 0.7, "other jobs per resident in mining-related work",
        "otros empleos por residente", J)
    rest_per_commuter: float = declare(0.1, "jobs", 0.0, 0.2, "other jobs per commuter in mining-related work",
        "otros empleos por conmutante", J)
    layoff_limit: float = declare(0.15, "1/quarter", 0.1, 0.25, "fastest fall of a firm's staff", "caída máxima de la dotación", J,
        ceiling=1)
    normal_tightness: float = declare(0.9, "share", 0.85, 0.95, "jobs of residents over skilled residents in normal times",
        "empleo sobre residentes calificados en tiempos normales", J, floor=0.3, ceiling=1.2)
    pool_outflow: float = declare(0.25, "1/quarter", 0.1, 0.4, "idle skilled residents who leave the trade or the region",
        "residentes ociosos que dejan el oficio", J, ceiling=1)
    branch_part: float = declare(0.27, "share", 0.2, 0.4, "part of a branch's domestic value that stays where it works: wages of residents",
        "parte del valor de una sucursal que queda donde trabaja",
        "wages 0.25 of sales, 70 % residents, over 0.66 domestic content (derived)",
        ceiling=1)
