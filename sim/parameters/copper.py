"""Copper, cost, investment, purchases, and the squeeze."""

from dataclasses import dataclass

from sim.declare import JUDGEMENT as J
from sim.declare import declare


@dataclass(frozen=True)
class Copper:
    """Copper, cost, investment, purchases, and the squeeze."""

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
        "inversión por tonelada de capacidad al precio medio", "US$34 bn 2006-2016 over 5.5 Mt a year (Bravo-Ortega and Munoz 2017)")
    capex_price_elasticity: float = declare(
        1.0, "1", 0.5, 1.5, "elasticity of capex to the price one to three years back",
        "elasticidad de la inversión al precio de uno a tres años atrás", "price peak 2011, capex peak 2013", ceiling=3)
    opening_capex_per_tonne: float = declare(
        2500.0, "US$/t/year", 1000, 5000, "yearly capex per tonne of a mine in the two years before it opens",
        "inversión anual por tonelada de una mina los dos años antes de abrir", J)
    cost_grade_elasticity: float = declare(
        0.5, "1", 0.3, 1.0, "response of cash cost to a falling grade", "elasticidad del costo a la ley", J, ceiling=2)
    burn_in_output: float = declare(
        0.78, "share", 0.70, 0.90, "output at the start of the burn-in relative to capacity",
        "producción al inicio del calentamiento relativa a la capacidad",
        "2.49 Mt in 1995 (Cochilco, recalled) against 3.2 Mt of operations open",
        ceiling=1)
    forward_linkage: float = declare(
        0.02, "share of purchases", 0.0, 0.10, "local processing of copper that buys from the same suppliers",
        "procesamiento local del cobre que compra a los mismos proveedores", J, ceiling=1)
    output_trend: float = declare(
        0.0, "1/year", -0.05, 0.04,
        "yearly change of copper output in the first change_years of the outlook; a fall is a fall of the grade",
        "cambio anual de la producción en los primeros change_years de la proyección; una caída es caída de la ley",
        "0: judgement; Bravo-Ortega and Munoz 2017, section 1: from 6 to 4 Mt in ten years without investment (-0.0397), "
        "to 8 Mt to keep the lead (0.0292)",
        floor=-0.2, ceiling=0.2)
    change_years: float = declare(
        10.0, "years", 5, 15, "years into the outlook over which output, automation and the foreign hub change",
        "años de la proyección en que cambian producción, automatización y centros extranjeros",
        "Bravo-Ortega and Munoz 2017, section 1: output to 2025 as seen in 2016", floor=1)
    automation: float = declare(
        0.0, "share", 0.0, 0.4, "work on site that machines and remote centres have taken over change_years into the outlook",
        "trabajo en faena reemplazado por máquinas y centros remotos a change_years de la proyección", J, ceiling=0.9)
    payment_days: float = declare(
        30.0, "days", 15, 45, "days in which mines pay in normal times", "días de pago en tiempos normales",
        "BHP 30 days before November 2015 (press)", ceiling=90)
    squeeze_days: float = declare(
        60.0, "days", 45, 75, "days of payment under margin pressure", "días de pago bajo presión de margen",
        "BHP 60, industry 60-75 days after November 2015 (press)", ceiling=90)
    squeeze_margin: float = declare(
        0.75, "share", 0.65, 0.85, "price over C1 relative to what mines are used to, below which they squeeze",
        "precio sobre C1 relativo a lo acostumbrado, bajo el cual las mineras aprietan",
        "renegotiations and longer payment from 2015 on, price/C1 near 1.7 after 2.4 (press); size judged", floor=0.1, ceiling=1.5)
    squeeze_memory: float = declare(
        20.0, "quarters", 12, 40, "quarters whose mean margin is what mines are used to",
        "trimestres cuyo margen medio es lo acostumbrado", J, floor=1)
    squeeze_cut: float = declare(
        0.08, "share", 0.03, 0.15, "cut of contract prices under the squeeze", "rebaja de precios de contratos en el apriete",
        "2013 renegotiations, size judged", ceiling=0.5)
    squeeze_deferral: float = declare(
        0.3, "share", 0.1, 0.5, "sustaining capex that waits while mines squeeze", "inversión de reposición que espera en el apriete", J,
        ceiling=1)
    squeeze_quarters: float = declare(
        6.0, "quarters", 4, 8, "length of a squeeze once begun", "duración de un apriete", J, floor=1)
    squeeze_speed: float = declare(0.5, "1/quarter", 0.25, 1.0, "speed at which payment days follow a squeeze",
        "velocidad con que los plazos de pago siguen el apriete", J, ceiling=1)
    price_cut_speed: float = declare(0.25, "1/quarter", 0.1, 0.5, "speed at which contract prices follow a squeeze",
        "velocidad con que los precios de contratos siguen el apriete", J, ceiling=1)
    commissioning: float = declare(8.0, "quarters", 4, 12, "building before an operation opens, and ramp-up after",
        "construcción antes de abrir una faena, y puesta en marcha después", J, floor=1)
    cost_memory: float = declare(12.0, "quarters", 8, 16, "quarters of prices that unit cost follows",
        "trimestres de precios que sigue el costo unitario", J, floor=1)
    capex_lag: float = declare(4.0, "quarters", 2, 8, "quarters after which investment follows the price",
        "trimestres con que la inversión sigue al precio", J)
    capex_memory: float = declare(8.0, "quarters", 4, 12, "quarters of prices that investment follows",
        "trimestres de precios que sigue la inversión", J, floor=1)
