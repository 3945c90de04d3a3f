"""The files of a world folder, each column declared once: name, kind, unit, range, caption.

The loader's checks, its error sentences and the table in ``scenarios/data/README.md`` all follow these declarations.
"""

from dataclasses import dataclass, replace
from math import inf

SIZE_CLASSES = ("micro", "small", "medium", "large")
OWNERS = ("state", "foreign", "domestic")
CASE_ORIGINS = ("regional", "national", "foreign")
ABROAD = "abroad"
ALWAYS_OPEN, NEVER_CLOSES = 0, 4 * 9999
NO_HEADS = ("", "")


@dataclass(frozen=True)
class Column:
    """One column (or one key of world.yaml). A blank cell needs ``optional``.

    ``heads`` is what a table calls it, in English and in Spanish, beside its unit. ``otherwise`` tells who has it in another unit
    what to do.
    """

    name: str
    kind: str
    caption: str
    unit: str = ""
    low: float = -inf
    high: float = inf
    allowed: tuple[str, ...] = ()
    optional: bool = False
    heads: tuple[str, str] = NO_HEADS
    otherwise: str = ""

    def valid(self) -> str:
        """What may stand in a cell, in words."""
        if self.allowed:
            return "one of " + ", ".join(self.allowed)
        words = {
            "text": "some text", "slug": "a name of lower-case letters, digits and _, such as los_lagos",
            "slugs": "names separated by ; such as atacama;coquimbo", "flag": "yes or no",
            "quarter": "a quarter such as 2026Q1", "number": "a number", "whole": "a whole number",
        }[self.kind]
        return words + self._range() + (f" ({self.unit})" if self.unit else "")

    def _range(self) -> str:
        if self.low > -inf and self.high < inf:
            return f" from {self.low:g} to {self.high:g}"
        return f" of at least {self.low:g}" if self.low > -inf else ""


@dataclass(frozen=True)
class FileSchema:
    """One CSV file. ``key`` columns may not repeat; ``each`` stands once for every subsector or size class."""

    file: str
    caption: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    each: Column | None = None
    may_be_empty: bool = False

    def spread(self, names: tuple[str, ...]) -> "FileSchema":
        """The same file with one ``each`` column for every name."""
        assert self.each is not None
        return replace(self, columns=(*self.columns, *(replace(self.each, name=n) for n in names)), each=None)

    def column(self, name: str) -> Column:
        """A column by its name."""
        return next(column for column in self.columns if column.name == name)


def _text(name: str, caption: str, optional: bool = False) -> Column:
    return Column(name, "text", caption, optional=optional)


def _slug(name: str, caption: str, heads: tuple[str, str] = NO_HEADS) -> Column:
    return Column(name, "slug", caption, heads=heads)


def _share(name: str, caption: str, heads: tuple[str, str] = NO_HEADS) -> Column:
    return Column(name, "number", caption, "share", 0.0, 1.0, heads=heads)


def _amount(name: str, caption: str, unit: str, low: float = 0.0, high: float = inf, heads: tuple[str, str] = NO_HEADS) -> Column:
    return Column(name, "number", caption, unit, low, high, heads=heads)


def _choice(name: str, caption: str, allowed: tuple[str, ...], heads: tuple[str, str] = NO_HEADS) -> Column:
    return Column(name, "slug", caption, allowed=allowed, heads=heads)


SOURCE = _text("source", "where the row's figures come from, and how sure they are")
NOTE = _text("note", "remark", optional=True)
CAPTIONS = (Column("caption", "text", "name shown in English", heads=("name", "nombre")),
            Column("caption_es", "text", "name shown in Spanish", heads=("name", "nombre")))

WORLD = (
    _slug("name", "name of the world, used on the command line"), *CAPTIONS,
    Column("invented", "flag", "yes if the world is made up"),
    _slug("focal", "region whose cluster is studied"),
    _slug("capital", "region where the mining companies' head offices buy"),
    Column("burn_in_from", "quarter", "first quarter simulated; discarded from results"),
    Column("history_from", "quarter", "first quarter of the recorded past"),
    Column("outlook_from", "quarter", "first quarter of the future"),
    Column("placement_year", "whole", "year that suppliers.csv counts", "year", 1900, 2200),
    Column("burn_in_firms", "whole", "supplier firms alive when the burn-in starts", "firms", 1),
    _amount("abroad_rent", "rent where sellers abroad sit (capital = 1)", "index", 0.01),
    _share("abroad_amenity", "living conditions abroad"),
    _share("abroad_infrastructure", "infrastructure abroad"),
    _amount("abroad_wage", "wage abroad, at the capital's level unless the landed price says otherwise",
            "UF per worker-quarter", 1.0),
    _text("source", "where the figures come from"),
)

REGIONS = FileSchema("regions.csv", "one row a region, in the order of the map", (
    _slug("region", "name of the region", ("region", "región")), *CAPTIONS,
    _share("supplier_share", "recorded share of supplier headquarters, placement year"),
    _share("copper_share", "recorded share of copper output, the year before"),
    _amount("mining_labour", "residents working in mining, placement year: kept for comparison, no rule reads it", "persons"),
    _amount("rest_jobs", "jobs outside mining-related work, placement year", "jobs"),
    _amount("rent", "rents relative to the capital region", "index, capital = 1", 0.01, 10.0, ("rent", "arriendo")),
    _share("amenity", "living conditions, 1 = best", ("amenity", "calidad de vida")),
    _share("infrastructure", "infrastructure, 1 = best", ("infrastructure", "infraestructura")),
    _amount("wage", "wage of a supplier's worker at the start", "UF per worker-quarter", 1.0, heads=("wage", "salario")),
    _amount("km_abroad", "distance from sellers abroad, in road km of equal transport cost", "km"),
    SOURCE, _text("judgement", "columns that rest on judgement, and why"),
), key=("region",))

DISTANCES = FileSchema("distances.csv", "road distance of each pair of regional capitals, once or in both directions", (
    _slug("from", "region"), _slug("to", "region"), _amount("km", "road distance", "km", 1.0, 10_000.0, ("road to", "camino a")), SOURCE,
), key=("from", "to"))

SUBSECTORS = FileSchema("subsectors.csv", "one row a subsector of the suppliers", (
    _slug("subsector", "name of the subsector", ("subsector", "subsector")), *CAPTIONS,
    _share("opex_share", "share of the mines' addressable operating purchases", ("operation", "operación")),
    _share("capex_share", "share of the mines' investment purchases", ("investment", "inversión")),
    _amount("import_content", "imported inputs per unit of sales", "share", 0.0, 0.95, ("imports", "importado")),
    _share("foreign_share", "share of the market held by sellers abroad or foreign-owned at the start",
           ("foreign", "extranjero")),
    _share("knowledge_need", "mean knowledge a contract needs, relative to the world frontier",
           ("knowledge", "conocimiento")),
    _share("urgency", "weight of quick response on site", ("urgency", "urgencia")),
    _amount("usd_per_worker", "sales per worker", "US$ a year", 1_000.0, heads=("sales per worker", "ventas por trabajador")),
    _amount("contract_quarters", "mean duration of a contract", "quarters", 1.0, 40.0, ("contract", "contrato")),
    _share("tier2_share", "part of a contract passed on to subcontractors"),
    _share("on_site_share", "share of the work done at the mine"),
    Column("knowledge_intensive", "flag", "yes if the subsector counts as knowledge-intensive"),
    SOURCE,
), key=("subsector",))

FIRMS = Column("<subsector>", "whole", "firms with headquarters in the region", "firms", 0.0, 1e6, heads=("suppliers", "proveedores"))
SUPPLIERS = FileSchema("suppliers.csv", "supplier headquarters in the placement year, one row a region", (
    _slug("region", "region of the headquarters"), SOURCE,
), key=("region",), each=FIRMS)

CLASSES = FileSchema("size_classes.csv", "the four classes of yearly sales, smallest first", (
    _choice("class", "name of the class", SIZE_CLASSES), *CAPTIONS,
    _amount("floor_uf", "smallest yearly sales", "UF", 1.0),
    Column("ceiling_uf", "number", "largest yearly sales; blank = no limit", "UF", 1.0, optional=True),
    _share("certified", "part of the class with a certificate at the start"),
    _share("sound_books", "part of the class with accounts that banks accept"),
    _share("research_unit", "part of the class with an R&D unit at the start"),
    _share("branch_share", "part of the capital's firms of the class with a branch in the focal region at the start"), SOURCE,
), key=("class",))

SIZE_SHARES = FileSchema("size_shares.csv", "share of each size class among a region's suppliers", (
    _slug("region", "region of the headquarters"), SOURCE,
), key=("region",), each=_share("<class>", "share of the region's firms"))

OPERATIONS = FileSchema("operations.csv", "one row a mining operation", (
    _slug("operation", "name of the operation", ("operation", "operación")), _text("caption", "name shown"),
    _slug("region", "region of the mine", ("region", "región")), _choice("owner", "who controls it", OWNERS, ("owner", "dueño")),
    _slug("company", "company that buys", ("company", "compañía")), _slug("home", "home country of the controlling owner"),
    Column("opens", "quarter", "first quarter of output; blank = before the burn-in", optional=True, heads=("opens", "abre")),
    Column("closes", "quarter", "last quarter of output; blank = stays open", optional=True, heads=("closes", "cierra")),
    _amount("kt", "copper capacity", "kt a year", 0.1, 5_000.0, ("capacity", "capacidad")),
    _share("capital_office", "share of purchase value decided in the capital"),
    _share("style_local", "collaboration with partners of the country: 0 transactional, 1 collaborative"),
    _share("style_foreign", "collaboration with foreign partners"),
    Column("style_changes", "quarter", "quarter in which style_local changes; blank = never", optional=True),
    Column("style_local_later", "number", "style_local from that quarter", "share", 0.0, 1.0, optional=True),
    SOURCE, NOTE,
), key=("operation",))

INSTITUTIONS = FileSchema("institutions.csv", "one row a university or technical institute (per region)", (
    _slug("institution", "name of the institution"), _text("caption", "name shown"),
    _slug("region", "region where it teaches"),
    _amount("graduates", "graduates a year that matter to mining and its suppliers", "persons a year"),
    _share("research", "research capacity, 1 = the country's strongest in mining"),
    Column("pilot", "flag", "yes if it runs a pilot facility open to firms"), SOURCE,
), key=("institution",))

AGENCIES = FileSchema("agencies.csv", "one row a body that runs or hosts programmes", (
    _slug("agency", "name of the agency"), *CAPTIONS,
    Column("region", "slug", "region it serves; blank = the whole country", optional=True),
    _share("reach", "share of the eligible firms inside its network at the start"),
    Column("budget", "number", "public money a year for all its programmes at scale 1; blank = no limit", "UF/year", 0.0, optional=True),
    SOURCE, NOTE,
), key=("agency",))

MARKETS = FileSchema("markets.csv", "one row a market abroad to which suppliers export", (
    _slug("market", "name of the market", ("market", "mercado")), *CAPTIONS,
    _share("share", "part of new export contracts that leads there, for firms that know no market; the rows sum to 1", ("share", "parte")),
    SOURCE,
), key=("market",))

PRICE = FileSchema("copper_price_quarterly.csv", "mean copper price of each quarter, without gaps", (
    Column("quarter", "quarter", "quarter"),
    Column("us_cents_per_lb", "number", "price, nominal", "US cents per lb", 20.0, 2_000.0,
           otherwise="multiply a price in US$ per lb by 100, and divide one in US$ per tonne by 22.046"),
    SOURCE,
), key=("quarter",))

UNIT_COST = FileSchema("unit_cost.csv", "C1 cash cost of large copper mines in the recorded years", (
    Column("year", "whole", "calendar year", "year", 1900, 2200),
    _amount("c1_us_cents_per_lb", "C1 cash cost, nominal", "US cents per lb", 1.0, 10_000.0),
    _choice("confidence", "how sure the figure is", ("high", "medium", "low")), SOURCE,
), key=("year",))

CURRENCY = FileSchema("currency.csv", "the Unidad de Fomento (UF) and the dollar, each year without gaps", (
    Column("year", "whole", "calendar year", "year", 1900, 2200),
    _amount("uf_clp", "UF on 31 December", "CLP per UF", 1.0),
    _amount("usd_clp", "dollar, yearly mean", "CLP per US$", 1.0),
    _text("uf_source", "source of the UF, and how sure it is"),
    _text("usd_source", "source of the dollar, and how sure it is"),
), key=("year",))

TAXES = FileSchema("profit_tax.csv", "tax on the profit of firms, a row for each change of its rate", (
    Column("from_year", "whole", "first calendar year of the rate", "year", 1900, 2200),
    _share("rate", "part of profit that is paid as tax"), SOURCE,
), key=("from_year",))

CASES = FileSchema("cases.csv", "firms known by name, with their documented starting state", (
    _slug("firm", "name of the firm"), _text("caption", "name shown"), _slug("region", "region of the headquarters"),
    _slug("subsector", "subsector"), Column("founded", "whole", "year of foundation", "year", 1800, 2200),
    _choice("size_class", "size class", SIZE_CLASSES), _choice("origin", "where the firm comes from", CASE_ORIGINS),
    _share("capability", "capability relative to the world frontier"),
    Column("certified", "flag", "yes if it holds a certificate at the start"),
    Column("exports", "flag", "yes if it exports at the start"), Column("has_rd", "flag", "yes if it has an R&D unit"),
    Column("branch_regions", "slugs", "regions with a branch or plant", optional=True), SOURCE,
    _text("note", "what is documented and what is assumed"),
), key=("firm",), may_be_empty=True)

FACTS = FileSchema("stylised_facts.csv", "recorded facts with the band a simulated world should fall into", (
    _text("id", "number of the fact"), _text("statement", "the fact in words"), _text("metric", "what is measured"),
    Column("low", "number", "lower end of the band"),
    Column("high", "number", "upper end of the band; blank = only the sign is known", optional=True), SOURCE,
), key=("id",))

PROGRAMMES_RECORD = FileSchema("programmes_record.csv", "instruments on record, in the words of their sources", (
    _text("id", "number of the instrument"), _text("name", "name"), _text("kind", "sort of instrument"),
    *(_text(name, caption, optional=True) for name, caption in (
        ("agency", "who runs it"), ("start", "first year or quarter"), ("end", "last year or quarter, or open"),
        ("eligibility", "who may take part"), ("public_share_pct", "public part of the cost, per cent"),
        ("private_share_pct", "private part of the cost, per cent"), ("group_minimum", "smallest group, firms"),
        ("budget", "budget"), ("intended_effect", "what it was meant to do"),
        ("reported_effect", "what was reported or evaluated"), ("model_lever", "how a model may represent it"))),
    SOURCE,
), key=("id",))

ACTION_PLAN = FileSchema("action_plan_2006.csv", "targets of the 2006 action plan for two supplier clusters", (
    _text("id", "number of the target"),
    Column("cluster", "text", "metalworking (CER-M) or engineering (CER-I)", allowed=("CER-M", "CER-I")),
    _text("row", "row of the plan's table"), _text("target", "what is to be reached"), _text("target_es", "the same in Spanish"),
    Column("start", "whole", "first year", "year", 1900, 2200, optional=True),
    Column("year", "whole", "year by which it is due (the first one, where the plan says 'from then on')", "year", 1900, 2200,
           optional=True),
    _amount("value", "target value", "as in the column unit"), _text("unit", "unit of the value"),
    _text("deadline", "last year, half-year or month as printed", optional=True),
    _text("indicator", "what of a run measures it; blank = nothing does", optional=True),
    _text("programme", "programme of the scenario action_plan_2006 that serves it", optional=True),
    _text("reason", "why nothing measures it, or how the measure falls short", optional=True),
    _text("reason_es", "the same in Spanish", optional=True), SOURCE,
), key=("id",))

FILES = (REGIONS, DISTANCES, SUBSECTORS, SUPPLIERS, CLASSES, SIZE_SHARES, OPERATIONS, INSTITUTIONS, AGENCIES, MARKETS, PRICE,
         UNIT_COST, CURRENCY, TAXES, CASES)
RECORDS = (FACTS, PROGRAMMES_RECORD, ACTION_PLAN)
