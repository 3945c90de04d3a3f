"""What a programme is: one frozen record with every value a programme file may hold."""

from dataclasses import dataclass, field
from typing import Any

KINDS = ("support", "group", "procurement", "places")
FAMILIES = ("subsidies", "local_purchasing", "associativity", "human_capital", "other")
PLACES = ("hq", "hq_or_branch")
NEEDS = ("any", "uncertified", "certified", "no_rd", "unsound_books")
SELECTIONS = ("first_come", "capability", "need", "lottery")
LOCAL_DEFINITIONS = ("hq", "hq_or_branch", "hq_small")
SALES_UNITS = ("UF", "CLP_m", "US")


def _value(caption: str, unit: str = "", default: Any = None, allowed: tuple[str, ...] = ()) -> Any:
    return field(default=default, metadata={"caption": caption, "unit": unit, "allowed": allowed})


@dataclass(frozen=True, kw_only=True)
class ProgrammeSpec:
    """A policy instrument as data. Quarters are numbers (see :mod:`sim.calendar`), money is UF."""

    name: str = field(metadata={"caption": "name of the instrument in this scenario", "unit": "", "allowed": ()})
    kind: str = _value("class of instrument that carries it out", allowed=KINDS, default="support")
    family: str = _value("policy family", allowed=FAMILIES, default="other")
    agency: str = _value("agency that runs it, or `mines`", default="corfo")
    caption: str = _value("caption in English", default="")
    caption_es: str = _value("caption in Spanish", default="")
    source: str = _value("where the figures come from", default="")
    from_: int = _value("first quarter", "quarter", 0)
    until: int | None = _value("last quarter; null = stays open", "quarter")
    regions: tuple[str, ...] = _value("regions, or the words all, mining, focal", default=("all",))
    place: str = _value("presence in the region that makes a firm eligible", allowed=PLACES, default="hq")
    subsectors: tuple[str, ...] = _value("subsectors, or the word all", default=("all",))
    sales_min: float = _value("smallest yearly sales of an eligible firm", "sales_unit", 0.0)
    sales_max: float = _value("largest yearly sales of an eligible firm", "sales_unit", float("inf"))
    sales_unit: str = _value("unit of the sales band", allowed=SALES_UNITS, default="UF")
    needs: str = _value("what an eligible firm must lack or hold", allowed=NEEDS, default="any")
    group_minimum: int = _value("smallest number of firms in a group", "firms", 1)
    capacity: float | None = _value("firms supported a year at scale 1; null = no limit", "firms/year")
    budget: float | None = _value("public budget a year at scale 1; null = no limit", "UF/year")
    reach: float = _value("chance that an eligible firm in the network hears of it", "per quarter", 0.25)
    selection: str = _value("how applicants are ranked", allowed=SELECTIONS, default="first_come")
    public_share: float = _value("part of the cost that is public", "share", 0.5)
    cost: float = _value("cost of supporting one firm (or place) over the whole term", "UF", 0.0)
    duration: int = _value("length of the support", "quarters", 4)
    lag: int = _value("quarters from the start of support to its effect", "quarters", 0)
    levers: dict[str, float] = _value("lever → dose", default=None)
    operations: tuple[str, ...] = _value("operations or companies that commit, or the word all", default=("all",))
    local_def: str = _value("whom a purchasing rule counts as local", allowed=LOCAL_DEFINITIONS, default="hq")
    preference: float = _value("price preference for local bids (0.10 = a bid 10 % dearer still ties)", "share", 0.0)
    set_aside: float = _value("share of tender value open to local firms only", "share", 0.0)
    payment_days: float | None = _value("days in which local firms are paid; null = as everyone", "days")
