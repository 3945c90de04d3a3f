"""Stylised facts as the model can be held against them: what is measured, over which years, and what the fact was used for.

Bands stand in ``stylised_facts.csv`` of the world, save where a fact has several definitions. A fact is *free* when
nothing was set by it, *fitted* when parameters were chosen with it in view, an *input* when it was put in or coded (then
it is a check that the input survived, never a hit), and *indicative* when it describes another population.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from sim.errors import InputError
from sim.experiment.results import Results

FREE, FITTED, INPUT, INDICATIVE = "free", "fitted", "input", "indicative"
Values = pd.Series
"""A value a replication, indexed by it."""
SURVIVAL_YEARS = 5
A_MILLION = 1e6


class Evidence:
    """One scenario of an experiment, as facts look at it: series, panels, values of parameters, rates of exchange."""

    def __init__(self, results: Results, scenario: str, dollars_per_uf: "pd.Series[float]") -> None:
        self._results, self._scenario = results, scenario
        world = results.provenance["world"]
        self.focal, self.capital, self.abroad = str(world["focal"]), str(world["capital"]), str(world["abroad"])
        self.dollars_per_uf = dollars_per_uf
        self.parameters: dict[str, float] = results.config[scenario]["parameters"]
        self.scale = float(results.config[scenario]["scale"])

    @cached_property
    def series(self) -> pd.DataFrame:
        """Quarter x region, with a column ``year``."""
        return self._of_scenario(self._results.series_wide)

    @cached_property
    def firms(self) -> pd.DataFrame | None:
        """Firm x year, None unless recorded."""
        return self._panel("firms")

    @cached_property
    def labour(self) -> pd.DataFrame | None:
        """Jobs and wages, None unless recorded."""
        return self._panel("labour")

    def _panel(self, name: str) -> pd.DataFrame | None:
        try:
            return self._of_scenario(getattr(self._results, name))
        except InputError:
            return None

    def _of_scenario(self, frame: pd.DataFrame) -> pd.DataFrame:
        own = frame[frame["scenario"] == self._scenario]
        return own.assign(year=own["quarter"].dt.year)

    def region(self, name: str, years: "Years") -> pd.DataFrame:
        """Series of one region in some years."""
        rows = self.series
        return rows[(rows["region"] == name) & rows["year"].between(*years)]


Years = tuple[int, int]
Measure = Callable[[Evidence, Years], "Values[Any] | None"]


@dataclass(frozen=True)
class Fact:
    """A fact with one way to measure it. ``measure`` gives None when the results hold not what it needs (``needs``)."""

    id: str
    what: str
    what_es: str
    years: Years
    measure: Measure
    use: str = FREE
    unit: str = "%"
    band: tuple[float, float] | None = None
    needs: str = ""


# ---- ways to measure -------------------------------------------------------------------------------------------------
def focal(indicator: str) -> Measure:
    """Mean of an indicator in the focal region."""
    return lambda evidence, years: evidence.region(evidence.focal, years).groupby("replication")[indicator].mean()


def capital(indicator: str) -> Measure:
    """Mean of an indicator in the capital's region."""
    return lambda evidence, years: evidence.region(evidence.capital, years).groupby("replication")[indicator].mean()


def national(indicator: str) -> Measure:
    """Mean of a share of firms over the country: regions weigh by their suppliers."""

    def measure(evidence: Evidence, years: Years) -> "Values[Any]":
        rows = evidence.series[evidence.series["year"].between(*years)].dropna(subset=[indicator, "suppliers"])
        return weighted(rows, indicator, "suppliers")

    return measure


def weighted(rows: pd.DataFrame, value: str, weight: str) -> "Values[Any]":
    """Weighted mean by replication; NaN where nothing weighs."""
    parts = rows.assign(part=rows[value] * rows[weight]).groupby("replication")[["part", weight]].sum()
    return parts["part"] / parts[weight].where(parts[weight] > 0)


def parameter(name: str) -> Measure:
    """A number that was put in: the same in every replication."""
    return lambda evidence, years: pd.Series(evidence.parameters[name], index=evidence.series["replication"].unique())


def price_volatility(evidence: Evidence, years: Years) -> "Values[Any]":
    """Standard deviation of yearly changes of the log copper price."""
    rows = evidence.region(evidence.focal, years)
    price = rows.groupby(["replication", "year"])["copper_price"].mean()
    change = price.map(np.log).groupby("replication").diff()
    return change.groupby("replication").std()


def jobs_per_mine_job(evidence: Evidence, years: Years) -> "Values[Any]":
    """Suppliers' jobs for mining over mines' own, whole country."""
    rows = evidence.series[evidence.series["year"].between(*years) & (evidence.series["region"] != evidence.abroad)]
    total = rows.groupby("replication")[["supplier_jobs", "mine_jobs"]].sum()
    return total["supplier_jobs"] / total["mine_jobs"]


def _in_dollars(evidence: Evidence, rows: pd.DataFrame, uf: "pd.Series[float]") -> "Values[Any]":
    """Mean over the years of quarterly UF, in millions of US$ a year of a whole country (scale 1), at each year's rate."""
    rates = evidence.dollars_per_uf
    rate = rows["year"].map(lambda year: rates.loc[: max(year, rates.index[0])].iloc[-1])
    yearly = (uf * rate / A_MILLION / evidence.scale).groupby([rows["replication"], rows["year"]]).sum()
    return yearly.groupby("replication").mean()


def income_that_leaves(evidence: Evidence, years: Years) -> "Values[Any]":
    """Commuters' income less what they spend on site, millions of US$ a year."""
    rows = evidence.region(evidence.focal, years)
    return _in_dollars(evidence, rows, rows["income_leakage"])


def income_by_formula(evidence: Evidence, years: Years) -> "Values[Any] | None":
    """The source's formula: commuters times the region's mean net wage, millions of US$ a year."""
    if evidence.labour is None:
        return None
    jobs = evidence.labour
    jobs = jobs[(jobs["workplace"] == evidence.focal) & jobs["year"].between(*years)]
    keys = ["replication", "year", "quarter"]
    total = jobs.assign(pay=jobs["jobs"] * jobs["wage"]).groupby(keys)[["jobs", "pay"]].sum()
    commuters = jobs[jobs["residence"] == "commutes"].groupby(keys)["jobs"].sum()
    net = evidence.parameters["net_wage"] * commuters * total["pay"] / total["jobs"]
    return _in_dollars(evidence, net.reset_index()[keys], net.reset_index(drop=True))


def of_firms(rule: Callable[[pd.DataFrame], float], abroad: bool = False) -> Measure:
    """A number computed from the firm panel of each replication (sellers abroad left out)."""

    def measure(evidence: Evidence, years: Years) -> "Values[Any] | None":
        if evidence.firms is None:
            return None
        firms = evidence.firms[evidence.firms["year"].between(*years)]
        firms = firms if abroad else firms[firms["origin"] != "seller abroad"]
        return pd.Series({replication: rule(rows) for replication, rows in firms.groupby("replication")})

    return measure


def engineering_heads(firms: pd.DataFrame) -> float:
    """Engineering and consulting in the heads of all suppliers."""
    return float(firms.loc[firms["subsector"] == "engineering", "workers"].sum() / firms["workers"].sum())


def micro_firms(firms: pd.DataFrame) -> float:
    """Share of micro firms."""
    return float((firms["size_class"] == "micro").mean())


def large_sales(firms: pd.DataFrame) -> float:
    """Share of large firms in sales."""
    return float(firms.loc[firms["size_class"] == "large", "sales_year"].sum() / firms["sales_year"].sum())


def age_and_clients(firms: pd.DataFrame) -> float:
    """Correlation of age with the number of operations that trust the firm, among firms that have one."""
    known = firms[firms["clients"] > 0]
    return float(known["age_quarters"].corr(known["clients"])) if len(known) > 2 else float("nan")


def survival(firms: pd.DataFrame) -> float:
    """Firms alive five years after the first year-end that saw them, over all cohorts seen twice so far apart."""
    seen = firms[["uid", "year"]]
    births = firms.loc[firms["age_quarters"] < 4, ["uid", "year"]]
    births = births[births["year"] <= seen["year"].max() - SURVIVAL_YEARS]
    later = births.assign(year=births["year"] + SURVIVAL_YEARS).merge(seen, on=["uid", "year"])
    return len(later) / len(births) if len(births) else float("nan")


# ---- the facts -------------------------------------------------------------------------------------------------------
def _placed(fact: str, what: str, what_es: str, measure: Measure, unit: str = "%") -> tuple[Fact, ...]:
    return tuple(Fact(fact, what, what_es, (year, year), measure, INPUT, unit) for year in PLACED_YEARS)


PLACED_YEARS = (2005, 2016, 2024)
FACTS: tuple[Fact, ...] = (
    *_placed("SF01", "focal region: share of suppliers over share of copper",
             "región focal: parte de proveedores sobre parte del cobre", focal("location_ratio"), "ratio"),
    *_placed("SF02", "suppliers with headquarters in the capital's region",
             "proveedores con sede en la región capital", capital("supplier_share")),
    Fact("SF04", "operating cost that is purchased",
         "costo operativo que se compra", (2014, 2014), parameter("outsourcing_share"), INPUT),
    Fact("SF05", "focal mines' purchases from firms with HQ there, all sizes",
         "compras de mineras focales a firmas con sede allí, todo tamaño", (2016, 2024), focal("backward_linkage_hq"), FITTED),
    Fact("SF05", "focal mines' purchases, HQ there and sales up to 200,000 UF",
         "compras de mineras focales, sede allí y ventas hasta 200.000 UF", (2016, 2024), focal("backward_linkage_small"), FITTED,
         band=(0.03, 0.06)),
    Fact("SF05", "focal mines' purchases, HQ or branch there",
         "compras de mineras focales, sede o sucursal allí", (2016, 2024), focal("backward_linkage_operating"), FITTED,
         band=(0.25, 0.45)),
    Fact("SF07", "foreign-owned or abroad in goods that focal mines buy",
         "extranjeros en los bienes que compran las mineras focales", (2010, 2016), focal("foreign_goods_share"), FITTED),
    Fact("SF08", "micro firms among suppliers",
         "microempresas entre proveedores", (2016, 2016), of_firms(micro_firms), INDICATIVE, needs="firms"),
    Fact("SF09", "large firms in suppliers' sales",
         "grandes en las ventas de proveedores", (2016, 2016), of_firms(large_sales), INDICATIVE, needs="firms"),
    Fact("SF11", "engineering and consulting in supplier heads, focal region",
         "ingeniería y consultoría en el empleo proveedor, región focal", (2010, 2014), focal("knowledge_intensive_jobs"), FITTED),
    Fact("SF11", "engineering and consulting in supplier heads, country",
         "ingeniería y consultoría en el empleo proveedor, país", (2010, 2014), of_firms(engineering_heads), FREE, needs="firms"),
    Fact("SF12", "suppliers that exported in three years",
         "proveedores que exportaron en tres años", (2022, 2024), national("exporter_share"), FITTED),
    Fact("SF14", "suppliers with an innovation in two years",
         "proveedores con una innovación en dos años", (2020, 2024), national("innovation_share")),
    Fact("SF15", "suppliers with an R&D unit",
         "proveedores con unidad de I+D", (2019, 2022), national("research_share")),
    Fact("SF16", "suppliers that ever had public innovation support",
         "proveedores con apoyo público a innovar alguna vez", (2022, 2024), national("supported_share")),
    Fact("SF17", "commuters in all jobs of the focal region",
         "conmutantes en todo el empleo de la región focal", (2014, 2024), focal("commuting_share"), FITTED),
    Fact("SF18", "commuters in mining jobs of the focal region",
         "conmutantes en el empleo minero de la región focal", (2016, 2024), focal("commuting_share_mining"), FITTED),
    Fact("SF20", "commuters' income that leaves the focal region a year",
         "ingreso anual de conmutantes que sale de la región focal", (2016, 2024), income_that_leaves, FREE, "US$ m"),
    Fact("SF20", "commuters times mean net wage (the source's formula)",
         "conmutantes por salario líquido medio (fórmula de la fuente)", (2016, 2024), income_by_formula, FREE, "US$ m", needs="labour"),
    Fact("SF21", "wage premium of commuters",
         "premio salarial del conmutante", (2013, 2013), parameter("commute_premium"), INPUT),
    Fact("SF22", "mines' wages over suppliers'",
         "salario minero sobre el de proveedores", (2024, 2024), parameter("mine_wage"), INPUT, "ratio"),
    Fact("SF23", "sd of the yearly change of the log copper price",
         "desviación del cambio anual del log del precio del cobre", (2005, 2024), price_volatility, INPUT, "ratio"),
    Fact("SF26", "days of payment in normal times",
         "días de pago en tiempos normales", (2015, 2015), parameter("payment_days"), INPUT, "days"),
    Fact("SF26", "days of payment under the squeeze",
         "días de pago bajo el apriete", (2016, 2016), parameter("squeeze_days"), INPUT, "days"),
    Fact("SF29", "focal suppliers that cooperate with clients",
         "proveedores focales que cooperan con clientes", (2014, 2018), focal("cooperates_with_clients"), FITTED),
    Fact("SF29", "focal suppliers that cooperate with their own suppliers",
         "proveedores focales que cooperan con sus proveedores", (2014, 2018), focal("cooperates_with_suppliers"), FITTED),
    Fact("SF39", "correlation of a supplier's age and number of clients",
         "correlación entre edad y número de clientes", (2016, 2016), of_firms(age_and_clients), FREE, "ratio", needs="firms"),
    Fact("SF43", "supplier jobs per mine job, country",
         "empleos proveedores por empleo minero, país", (2010, 2014), jobs_per_mine_job, INPUT, "ratio"),
    Fact("SF46", "new firms alive five years after their first year-end",
         "empresas nuevas vivas cinco años después de su primer cierre", (2005, 2024), of_firms(survival), FREE, needs="firms"),
)
NOT_MEASURED = {
    "SF24": ("coded: investment follows the price one to three years back",
             "programado: la inversión sigue al precio con uno a tres años de rezago"),
    "SF27": ("coded: all operations cut contract prices in a squeeze", "programado: en un apriete toda faena baja los precios de contrato"),
    "SF28": ("unemployment is not in the model", "el modelo no tiene desempleo"),
    "SF31": ("needs an estimate of who cooperates with whom", "requiere estimar quién coopera con quién"),
    "SF32": ("needs a twin world without the programme: `encadena twins pdp`",
             "requiere un mundo gemelo sin el programa: `encadena twins pdp`"),
    "SF34": ("input: doses of the extension programme", "insumo: dosis del programa de extensión"),
    "SF35": ("input: five of 140 drafted problems are picked first", "insumo: de 140 problemas esbozados se eligen cinco primero"),
    "SF37": ("input: calendars of the programmes", "insumo: calendarios de los programas"),
    "SF40": ("needs an estimate from dated contacts and innovations", "requiere estimarse con contactos e innovaciones fechados"),
    "SF41": ("needs a twin world without the institute: `encadena run new_institute`",
             "requiere un mundo gemelo sin el instituto: `encadena run new_institute`"),
    "SF42": ("operations of one region share one residence rule", "las faenas de una región comparten una regla de residencia"),
    "SF44": ("input: recorded unit cost", "insumo: costo unitario registrado"),
    "SF47": ("input: fourteen firms a chain project", "insumo: catorce empresas por proyecto de encadenamiento"),
}
"""Facts of the file that this scorecard leaves out, and why (English, Spanish)."""
