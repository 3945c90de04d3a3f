"""Where suppliers sit, and where the purchases of the focal region's mines go."""

import textwrap
from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from analysis.context import Context
from analysis.fans import GREY, PALETTE, plain, spread
from sim.experiment.results import Results
from sim.wording import counted

SMALLEST = 0.5
MARKERS = "osD^vP*X"
YEARS = ("#b5b5b5", "#7d7d7d", "#111111")
RECORDED = "#000000"
MARGIN = 0.02
TITLE_CHARACTERS, NAME_CHARACTERS = 80, 42
SHARES = (("supplier_share", "suppliers", "share"), ("focal_purchases_share", "purchases", "bought"))
WORDS = {
    "en": {"suppliers": "Where suppliers have their headquarters", "share": "% of the country's suppliers",
           "purchases": "Where the mines of {region} buy", "bought": "% of purchases, by the seller's headquarters",
           "delivered": "From where {region} is served", "served": "% of the purchases of its mines",
           "recorded": "recorded {year}",
           "bands": "mark: median; bar: 90 % of {n}; places that never reach 0.5 % are left out",
           "hq": "headquarters\nin the region", "branch": "branch in\nthe region", "country": "elsewhere\nin the country",
           "abroad": "abroad"},
    "es": {"suppliers": "Dónde tienen su casa matriz los proveedores", "share": "% de los proveedores del país",
           "purchases": "Dónde compran las mineras de {region}", "bought": "% de las compras, por casa matriz del vendedor",
           "delivered": "Desde dónde se atiende a {region}", "served": "% de las compras de sus mineras",
           "recorded": "registrado {year}",
           "bands": "marca: mediana; barra: 90 % de {n}; se omiten los lugares que nunca llegan a 0,5 %",
           "hq": "casa matriz\nen la región", "branch": "sucursal en\nla región", "country": "resto\ndel país", "abroad": "extranjero"},
}
Spread = tuple[float, float, float]


def draw_places(results: Results, context: Context, lang: str) -> Figure:
    """Suppliers and purchases by region: over time in the reference (left), at the end by scenario (right)."""
    figure = Figure(figsize=(13, 12), layout="constrained")
    grid = figure.subplots(3, 2, gridspec_kw={"height_ratios": (1.0, 1.0, 0.55)})
    said, focal = WORDS[lang], context.region_caption(context.world["focal"], lang)
    for row, (indicator, title, label) in enumerate(SHARES):
        shares = _by_region(results, indicator)
        recorded = _recorded(context) if indicator == "supplier_share" else None
        names = _regions(shares, recorded)
        captions = [context.region_caption(name, lang) for name in names]
        _dots(grid[row, 0], _over_time(shares, context, names), captions, YEARS)
        _dots(grid[row, 1], _by_scenario(shares, context, names, lang), captions, (GREY, *PALETTE))
        if recorded is not None:
            told = said["recorded"].format(year=context.world["placement_year"])
            for ax in grid[row]:
                ax.plot([recorded.get(name, np.nan) for name in names], range(len(names)), "x", color=RECORDED, label=told, zorder=5)
        _entitle(grid[row], said[title].format(region=focal), context.last_year)
        for ax in grid[row]:
            ax.set_xlabel(said[label])
    served = _served(results, context)
    kinds = [said[kind] for kind in ("hq", "branch", "country", "abroad")]
    _dots(grid[2, 0], _over_time(served, context, list(served.columns)), kinds, YEARS)
    _dots(grid[2, 1], _by_scenario(served, context, list(served.columns), lang), kinds, (GREY, *PALETTE))
    _entitle(grid[2], said["delivered"].format(region=focal), context.last_year)
    reference = textwrap.fill(context.scenario_name(context.reference, lang), TITLE_CHARACTERS)
    for ax, top, title, columns in zip(grid[2], grid[0], (reference, ""), (4, 2), strict=True):
        top.legend(frameon=False, fontsize=8, loc="lower center", bbox_to_anchor=(0.5, 1.06), ncols=columns, title=title, title_fontsize=8)
        ax.set_xlabel(said["served"])
    for ax in grid.flat:
        ax.set_xlim(-MARGIN * ax.dataLim.x1, (1 + MARGIN) * ax.dataLim.x1)
    figure.supxlabel(said["bands"].format(n=counted(results.runs["replication"].nunique(), "replication", lang)), fontsize=9)
    return figure


def _entitle(row: Sequence[Axes], title: str, last_year: int) -> None:
    for ax, told in zip(row, (title, f"{title}, {last_year}"), strict=True):
        ax.set_title(told, fontsize=11)


def _by_region(results: Results, indicator: str) -> pd.DataFrame:
    """Percent by (scenario, replication, year) × region: means of the year's known values."""
    wide = results.part("series", columns=(indicator,)).dropna()
    keys = [wide["scenario"], wide["replication"], wide["quarter"].dt.year.rename("year"), wide["region"]]
    return 100.0 * wide.groupby(keys, observed=True)[indicator].mean().unstack("region")


def _served(results: Results, context: Context) -> pd.DataFrame:
    """Percent of the focal mines' purchases by the place they are delivered from, by (scenario, replication, year)."""
    focal = context.world["focal"]
    hq = _by_region(results, "backward_linkage_hq")[focal]
    branch = _by_region(results, "backward_linkage_operating")[focal] - hq
    abroad = _by_region(results, "purchases_from_abroad")[focal]
    return pd.DataFrame({"hq": hq, "branch": branch, "country": 100.0 - hq - branch - abroad, "abroad": abroad})


def _recorded(context: Context) -> Mapping[str, float]:
    shares = {name: facts["recorded_supplier_share"] for name, facts in context.world["regions"].items()}
    return {name: 100.0 * share for name, share in shares.items() if share is not None and name != context.world["abroad"]}


def _regions(shares: pd.DataFrame, recorded: Mapping[str, float] | None) -> list[str]:
    """Regions worth a line: half a per cent somewhere, simulated or on record; in the order of the world."""
    largest = shares.groupby("scenario", observed=True).mean().max()
    known = recorded or {}
    return [str(name) for name in shares.columns if max(largest[name], known.get(str(name), 0.0)) >= SMALLEST]


def _over_time(shares: pd.DataFrame, context: Context, names: Sequence[str]) -> dict[str, list[Spread]]:
    of_reference = shares[shares.index.get_level_values("scenario") == context.reference]
    years = of_reference.index.get_level_values("year")
    wanted = sorted({int(years.min()), min(context.outlook_from - 1, int(years.max())), int(years.max())})
    return {str(year): _spreads(of_reference.loc[years == year], names) for year in wanted}


def _by_scenario(shares: pd.DataFrame, context: Context, names: Sequence[str], lang: str) -> dict[str, list[Spread]]:
    last = shares[shares.index.get_level_values("year") == context.last_year]
    return {textwrap.fill(context.scenario_name(scenario, lang), NAME_CHARACTERS):
            _spreads(last[last.index.get_level_values("scenario") == scenario], names) for scenario in context.scenarios}


def _spreads(shares: pd.DataFrame, names: Sequence[str]) -> list[Spread]:
    return [spread(shares[name]) for name in names]


def _dots(ax: Axes, groups: Mapping[str, Sequence[Spread]], names: Sequence[str], colours: Sequence[str]) -> None:
    """A line a name, a mark with its bar a group, side by side."""
    step = 0.8 / max(len(groups), 1)
    for place, (label, spreads) in enumerate(groups.items()):
        middle, low, high = (np.array(part) for part in zip(*spreads, strict=True))
        height = np.arange(len(names)) - 0.4 + step * (place + 0.5)
        ax.errorbar(middle, height, xerr=np.abs([middle - low, high - middle]), fmt=MARKERS[place % len(MARKERS)],
                    color=colours[place % len(colours)], markersize=4.5, linewidth=1.2, label=label)
    ax.set_yticks(range(len(names)), names, fontsize=9)
    ax.set_ylim(len(names) - 0.5, -0.5)
    plain(ax)
