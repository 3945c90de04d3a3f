"""Sales, costs, credit, payout."""

from dataclasses import dataclass

from sim.declare import JUDGEMENT as J
from sim.declare import declare


@dataclass(frozen=True)
class Money:
    """Sales, costs, credit, payout."""

    mining_share_region: float = declare(0.70, "share", 0.5, 0.9, "start: mining in sales of focal-region suppliers",
                                         "inicio: minería en ventas regionales", J, floor=0.01, ceiling=1)
    mining_share_mining: float = declare(0.55, "share", 0.4, 0.7, "start: mining in sales in other mining regions",
                                         "inicio: minería en otras regiones mineras", J, floor=0.01, ceiling=1)
    mining_share_other: float = declare(0.20, "share", 0.15, 0.45, "start: mining in sales elsewhere", "inicio: minería en otras regiones",
                                        J, floor=0.01, ceiling=1)
    mining_share_newborn: float = declare(0.20, "share", 0.05, 0.5, "mining in the sales a new firm starts with",
                                          "minería en ventas de una empresa nueva", J, ceiling=1)
    other_volatility: float = declare(
        0.14, "log points", 0.05, 0.25, "sd of quarterly shocks to other clients' demand of a firm that sells 8,000 UF a year",
        "volatilidad trimestral de otros clientes de una empresa que vende 8.000 UF al año",
        "yearly log growth of firms has an sd of 0.3 to 0.5, less in large ones (recalled); size judged", ceiling=0.5)
    other_volatility_size: float = declare(
        0.2, "1", 0.1, 0.3, "fall of that sd with sales: its exponent", "baja de esa volatilidad con las ventas: su exponente",
        "Stanley et al. 1996: 0.15 to 0.20", ceiling=1)
    other_rivalry: float = declare(0.25, "1/quarter", 0.1, 0.5, "speed at which firms crowd one another out of the other market",
                                   "rivalidad por otros clientes", J, ceiling=1)
    young_growth: float = declare(0.04, "1/quarter", 0.0, 0.08, "extra growth of newly founded firms, fading with age",
                                  "crecimiento extra de empresas nuevas", "Evans 1987; size judged", ceiling=0.3)
    other_price_response: float = declare(0.05, "1/quarter", 0.0, 0.15, "other clients move to cheaper suppliers",
                                          "otros clientes prefieren a los más baratos", J, ceiling=1)
    other_pass_through: float = declare(0.6, "1", 0.4, 0.8, "part of a firm's own cost in its price to other clients; the rest is rivals'",
                                        "parte del costo propio en el precio a otros clientes; el resto es el de sus rivales",
                                        "Amiti, Itskhoki and Konings 2019 (own costs 0.6, competitors' prices 0.4)", ceiling=1)
    idle_wages: float = declare(0.80, "share of capacity", 0.6, 0.95, "part of the staff that is paid even when idle",
                                "dotación pagada aunque ociosa", J, ceiling=1)
    export_quarters: float = declare(8.0, "quarters", 4, 12, "length of an export contract", "duración de un contrato de exportación", J,
                                     floor=1)
    other_reach: float = declare(1.3, "factor", 1.0, 1.6, "demand of other clients that a firm can draw, over its capacity",
                                 "demanda de otros clientes sobre la capacidad", J, floor=0.5, ceiling=4)
    payout_excess: float = declare(0.5, "share", 0.2, 1.0, "excess cash that owners regard as profit to be shared",
                                   "caja excedente que cuenta como utilidad", J, ceiling=1)
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
    cash_days: float = declare(45.0, "days of sales", 20, 70, "start: cash of the median owner", "inicio: caja del dueño mediano", J)
    payout: float = declare(0.5, "share", 0.3, 0.7, "part of the cash above the buffer that is paid out",
                            "parte de la caja sobre el colchón que se reparte", J, ceiling=1)
    cash_buffer_days: float = declare(60.0, "days of sales", 30, 90, "cash above which the median owner takes profit out",
        "caja sobre la que reparte el dueño mediano", J)
    cash_spread: float = declare(0.8, "log points", 0.4, 1.2, "sd over owners of the logs of cash at the start and of that buffer",
        "dispersión entre dueños de la caja y del colchón",
        "quartiles of 13 and 62 days among small firms (recalled: JPMorgan Chase Institute 2016), less what passes in a month", ceiling=2)
