"""The figures of a first run. Labels and units come from the declarations; bands span the replicates."""

import textwrap
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.ticker import MaxNLocator

from analysis.context import Context
from analysis.fans import GREY, PALETTE, fan, plain, save, yearly
from analysis.labels import INDEX, outcome, value
from analysis.places import draw_places
from analysis.spending import draw_spending
from sim.experiment.results import Results
from sim.indicators import BY_NAME, INDEX_COMPONENTS, LABEL_BOUNDS
from sim.wording import counted

LEGEND_INCHES = 12.0
"""Width of a figure that holds the whole legend in one line."""
TITLE_CHARACTERS, LEGEND_CHARACTERS = 40, 125
NAMED = 3
"""Scenarios of one set of price paths that its line is labelled with."""
COLUMNS = 5
ENCLAVE_COLOUR, CLUSTER_COLOUR = "#a33333", "#2277aa"
WORDS = {
    "en": {"policy": "policy from {year}", "policy_until": "policy {year}-{end}",
           "enclave": "enclave threshold", "cluster": "cluster threshold",
           "bands": "line: median; bands: 50 % and 90 % of {n}", "one": "line: one replication",
           "title": "{region}: the index and its components",
           "price": "Copper price (US cents per pound)", "recorded": "recorded", "path": "outlook, {copper}",
           "more": "; and {n} more", "price_title": "Copper price: recorded, then the paths that the worlds were given"},
    "es": {"policy": "política desde {year}", "policy_until": "política {year}-{end}",
           "enclave": "umbral de enclave", "cluster": "umbral de clúster",
           "bands": "línea: mediana; bandas: 50 % y 90 % de {n}", "one": "línea: una réplica",
           "title": "{region}: el índice y sus componentes",
           "price": "Precio del cobre (centavos de US$ por libra)", "recorded": "registrado", "path": "proyección {copper}",
           "more": "; y {n} más",
           "price_title": "Precio del cobre: registrado, y luego las trayectorias que recibieron los mundos"},
}


def draw_all(results: Results, folder: Path, lang: str = "en") -> list[Path]:
    """Draw every figure there is data for; returns the files. Raises InputError when the disk refuses."""
    return [save(figure, folder / f"{name}.png", lang) for name, figure in _figures(results, lang) if figure is not None]


def _figures(results: Results, lang: str) -> Iterator[tuple[str, Figure | None]]:
    """Each figure with its name, one at a time: a study of many scenarios has dozens."""
    context = Context(results)
    for number, scenarios in enumerate(_batches(context)):
        part, more = context.only(scenarios), f"_{number + 1}" if number else ""
        yield f"index_and_components{more}", draw_index(results, context, scenarios, lang)
        yield f"suppliers_and_purchases{more}", draw_places(results, part, lang)
        yield f"spend_by_programme{more}", draw_spending(results, part, lang)
    yield "copper_price", draw_price(results, context, lang)


def _batches(context: Context) -> list[list[str]]:
    """Scenarios a figure has room for, the reference in front of each batch."""
    others = [scenario for scenario in context.scenarios if scenario != context.reference]
    batches = [others[start:start + COLUMNS - 1] for start in range(0, len(others), COLUMNS - 1)] or [[]]
    return [[context.reference, *batch] for batch in batches]


def draw_index(results: Results, context: Context, scenarios: Sequence[str], lang: str) -> Figure:
    """The index (first row) and its components over time, a column a scenario, the reference in grey behind."""
    wide = results.part("series", region=context.region)
    names = [name for name in (INDEX, *INDEX_COMPONENTS) if wide[name].notna().any()]
    figure = Figure(figsize=(2.2 + 2.6 * len(scenarios), 1.75 * len(names) + 1.2), layout="constrained")
    grid = figure.subplots(len(names), len(scenarios), sharex=True, sharey="row", squeeze=False)
    for row, name in enumerate(names):
        shown = outcome(name, lang)
        for column, scenario in enumerate(scenarios):
            _panel(grid[row, column], wide, context, scenario, name, shown.times)
        grid[row, 0].set_ylabel(textwrap.fill(shown.label, 30), fontsize=7)
    for column, scenario in enumerate(scenarios):
        grid[0, column].set_title(_titled(context, scenario, lang), fontsize=8)
    figure.suptitle(WORDS[lang]["title"].format(region=context.region_caption(context.region, lang)), fontsize=12)
    _legend(figure, context, wide["replication"].nunique(), lang)
    return figure


def _panel(ax: Axes, wide: pd.DataFrame, context: Context, scenario: str, name: str, factor: float) -> None:
    place = context.scenarios.index(scenario)
    if scenario != context.reference:
        fan(ax, yearly(_of(wide, context.reference), name) * factor, GREY, context.reference, faint=True)
    colour = GREY if scenario == context.reference else PALETTE[(place - 1) % len(PALETTE)]
    fan(ax, yearly(_of(wide, scenario), name) * factor, colour, scenario)
    enclave, cluster = _thresholds(name)
    if enclave is not None and cluster is not None:
        ax.axhline(enclave * factor, color=ENCLAVE_COLOUR, linewidth=0.8, linestyle="--")
        ax.axhline(cluster * factor, color=CLUSTER_COLOUR, linewidth=0.8, linestyle="--")
    start, end = context.policy_from(scenario), context.policy_until(scenario)
    for year in (start, None if start is None or end is None else end + 1):
        if year is not None:
            ax.axvline(year, color="black", linewidth=0.8, linestyle=":")
    plain(ax)
    ax.xaxis.set_major_locator(MaxNLocator(nbins=5, integer=True))
    ax.tick_params(labelsize=7)


def _of(wide: pd.DataFrame, scenario: str) -> pd.DataFrame:
    return wide[wide["scenario"] == scenario]


def _thresholds(name: str) -> tuple[float | None, float | None]:
    return LABEL_BOUNDS if name == INDEX else (BY_NAME[name].enclave, BY_NAME[name].cluster)


def _titled(context: Context, scenario: str, lang: str) -> str:
    start = context.policy_from(scenario)
    told, said = textwrap.fill(context.scenario_name(scenario, lang), TITLE_CHARACTERS), WORDS[lang]
    end = context.policy_until(scenario)
    if start is None:
        return told
    return f"{told}\n({said['policy'].format(year=start) if end is None else said['policy_until'].format(year=start, end=end)})"


def _legend(figure: Figure, context: Context, replications: int, lang: str) -> None:
    said = WORDS[lang]
    lines = [Line2D([], [], color=colour, linewidth=0.8, linestyle="--", label=said[key])
             for key, colour in (("enclave", ENCLAVE_COLOUR), ("cluster", CLUSTER_COLOUR))]
    bands = Line2D([], [], linestyle="none", label=_bands(replications, lang))
    reference = textwrap.fill(context.scenario_name(context.reference, lang), TITLE_CHARACTERS)
    behind = Patch(color=GREY, alpha=0.5, linewidth=0, label=reference)
    figure.legend(handles=[behind, *lines, bands], loc="outside lower center", frameon=False, fontsize=9,
                  ncols=4 if figure.get_figwidth() > LEGEND_INCHES else 2)


def _bands(replications: int, lang: str) -> str:
    return WORDS[lang]["bands"].format(n=counted(replications, "replication", lang)) if replications > 1 else WORDS[lang]["one"]


def draw_price(results: Results, context: Context, lang: str) -> Figure:
    """The copper price by quarter: recorded until the outlook begins, from there a fan for each different set of paths."""
    said, found = WORDS[lang], price_paths(results, context)
    figure = Figure(figsize=(9, 4.2 + 0.35 * len(found)), layout="constrained")
    ax = figure.subplots()
    first = found[0][1]
    outlook = pd.DatetimeIndex(first.index).year >= context.outlook_from
    if not outlook.all():
        ax.plot(first.index[~outlook], first[~outlook].iloc[:, 0], color="black", linewidth=1.4, label=said["recorded"])
    for place, (scenarios, paths) in enumerate(found):
        label = textwrap.fill(_path_name(context, scenarios, len(found) > 1, lang), LEGEND_CHARACTERS)
        fan(ax, paths[outlook], PALETTE[place % len(PALETTE)], label)
    ax.set_ylabel(said["price"])
    ax.set_ylim(bottom=0)
    ax.set_title(said["price_title"], fontsize=11)
    plain(ax)
    if outlook.any():
        ax.plot([], [], linestyle="none", label=_bands(first.shape[1], lang))
    figure.legend(frameon=False, fontsize=8, loc="outside lower center")
    return figure


def price_paths(results: Results, context: Context) -> list[tuple[list[str], pd.DataFrame]]:
    """Prices as quarter × replication, each different table once with the scenarios whose worlds were given it."""
    wide = results.part("series", ("copper_price",), region=context.region)
    found: list[tuple[list[str], pd.DataFrame]] = []
    for scenario in context.scenarios:
        paths = _of(wide, scenario).pivot_table(index="quarter", columns="replication", values="copper_price", observed=True)
        alike = next((scenarios for scenarios, known in found if _same(paths, known)), None)
        if alike is not None:
            alike.append(scenario)
        elif not paths.empty:
            found.append(([scenario], paths))
    return found


def _same(one: pd.DataFrame, other: pd.DataFrame) -> bool:
    """Whether two tables agree in the replications that both have."""
    shared = one.columns.intersection(other.columns)
    return np.array_equal(one[shared], other[shared])


def _path_name(context: Context, scenarios: Sequence[str], several: bool, lang: str) -> str:
    """The kind of path and, where there are several, some of the scenarios that have it."""
    said, copper = WORDS[lang], context.configs[scenarios[0]]["copper"]
    told = said["path"].format(copper=value("copper", copper, lang))
    if not several:
        return told
    more = said["more"].format(n=len(scenarios) - NAMED) if len(scenarios) > NAMED else ""
    return f"{told}: {'; '.join(context.scenario_name(name, lang) for name in scenarios[:NAMED])}{more}"
