"""The firms known by name: each one's simulated life over replications, beside what the sources tell of it.

``encadena cases`` prints it. What the sources tell stands in ``cases_told.csv`` of the world: a sentence, the measure
that answers it (a column of the table ``cases`` by year, ``programme:PART`` of a name, or blank where the model cannot),
the years and the band in which the mean over replications and years should lie.
"""

import csv
import textwrap
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from analysis.context import Context
from analysis.fans import PALETTE, fan, plain, save, spread
from analysis.grid import Cell, Grid
from sim.errors import InputError
from sim.experiment import store
from sim.experiment.results import Results
from sim.roots import find_roots
from sim.wording import counted, number, size_told

WIDTH = 120
BY_YEAR = {"alive": "max", "contracts": "mean", "contract_value": "mean", "clients": "last", "partners": "last", "joint_projects": "last",
           "capability": "last", "workers": "mean", "sales_year": "last", "exports_year": "mean", "exported": "max", "certified": "last",
           "research": "last", "innovated": "max", "university": "max", "contacts": "mean", "supported": "max"}
"""How quarters become a year."""
SHOWN: tuple[tuple[str, float, int], ...] = (
    ("alive", 100, 0), ("contracts", 1, 0), ("contract_value", 1e-3, 1), ("clients", 1, 0), ("partners", 1, 0),
    ("joint_projects", 1, 1), ("capability", 1, 2), ("workers", 1, 1), ("sales_year", 1e-3, 1), ("exports_year", 1e-3, 1),
    ("certified", 100, 0), ("research", 100, 0), ("innovated", 100, 0), ("supported", 100, 0))
"""Measure, factor to the unit shown, digits."""
SHARES = ("alive", "certified", "research", "innovated", "supported")
TITLE_CHARACTERS = 130
BELOW_ZERO = 0.04
"""Part of a panel below zero, where a line at zero can be seen."""
DRAWN = ("contract_value", "clients", "partners", "capability", "exports_year")
WORDS = {
    "en": {
        "title": "{scenario}: the firms known by name; {n}, scale {scale}",
        "how": "Median over the replications in which the firm lives [5 % to 95 %]; shares are parts of replications. The simulated firm "
               "begins from its documented state and then follows the rules of all others: it shows what may become of such a firm.",
        "alive": "in business (%)", "contracts": "running contracts", "contract_value": "value of contracts (1000 UF a year)",
        "clients": "operations that trust it", "partners": "horizontal partners", "joint_projects": "joint projects in the year",
        "capability": "capability (1 = world frontier)", "workers": "workers", "sales_year": "sales (1000 UF a year)",
        "exports_year": "exports (1000 UF a year)", "certified": "certified (%)", "research": "R&D unit (%)",
        "innovated": "innovated in two years (%)", "supported": "in a programme (%)",
        "told": "What the sources tell", "simulated": "Simulated", "band": "Band", "verdict": "Verdict", "years": "Years",
        "hit": "as told", "miss": "not as told", "none": "not in the model", "away": "years not run",
        "programmes": "Programmes that supported it (part of replications, first year):", "no_programmes": "none",
        "score": "As told: {hits} of {all} statements that can be measured.",
        "no_score": "Nothing that the sources tell of these firms can be measured in the years run.", "year": "year", "none_lives": "–",
        "bands": "line: median; bands: 50 % and 90 % of {n}; a line ends where the firm lives on in none",
        "one": "line: one replication; it ends where the firm does",
    },
    "es": {
        "title": "{scenario}: las empresas conocidas por su nombre; {n}, escala {scale}",
        "how": "Mediana de las réplicas en que la empresa vive [5 % a 95 %]; las proporciones son partes de las réplicas. La empresa "
               "simulada parte de su estado documentado y sigue las reglas de todas: muestra qué puede ser de una empresa así.",
        "alive": "en actividad (%)", "contracts": "contratos vigentes", "contract_value": "valor de contratos (miles UF al año)",
        "clients": "operaciones que confían en ella", "partners": "socios horizontales", "joint_projects": "proyectos conjuntos en el año",
        "capability": "capacidad (1 = frontera mundial)", "workers": "trabajadores", "sales_year": "ventas (miles UF al año)",
        "exports_year": "exportaciones (miles UF al año)", "certified": "certificada (%)", "research": "unidad de I+D (%)",
        "innovated": "innovó en dos años (%)", "supported": "en un programa (%)",
        "told": "Lo que cuentan las fuentes", "simulated": "Simulado", "band": "Banda", "verdict": "Veredicto", "years": "Años",
        "hit": "como se cuenta", "miss": "no como se cuenta", "none": "no está en el modelo", "away": "años no simulados",
        "programmes": "Programas que la apoyaron (parte de las réplicas, primer año):", "no_programmes": "ninguno",
        "score": "Como se cuenta: {hits} de {all} afirmaciones medibles.",
        "no_score": "Nada de lo que las fuentes cuentan de estas empresas se puede medir en los años corridos.",
        "year": "año", "none_lives": "–",
        "bands": "línea: mediana; bandas: 50 % y 90 % de {n}; una línea termina donde la empresa ya no vive en ninguna",
        "one": "línea: una réplica; termina donde termina la empresa",
    },
}


@dataclass(frozen=True)
class Told:
    """One statement of the sources about a firm, and what the runs gave (NaN where nothing can be said)."""

    firm: str
    text: dict[str, str]
    measure: str
    first: int
    last: int
    low: float
    high: float
    value: float

    @property
    def verdict(self) -> str:
        """Key of the words for it."""
        if not self.measure:
            return "none"
        if np.isnan(self.value):
            return "away"
        return "miss" if self.value < self.low or self.value > self.high else "hit"


@dataclass(frozen=True)
class Lives:
    """One scenario's case firms. ``yearly`` has a row a (case, replication, year) in business; ``supports`` a row a programme;
    ``captions`` are the names of the firms."""

    scenario: str
    context: Context
    captions: dict[str, str]
    replications: list[int]
    yearly: pd.DataFrame
    supports: pd.DataFrame
    told: tuple[Told, ...]

    @property
    def firms(self) -> list[str]:
        """Names of the firms, the earliest seen first."""
        return list(dict.fromkeys(self.yearly["case"]))

    def title(self, lang: str) -> str:
        """Scenario and size."""
        return str(WORDS[lang]["title"]).format(scenario=self.context.scenario_caption(self.scenario, lang),
                                                **size_told(len(self.replications), self.context.scale, lang))

    def paths(self, firm: str, measure: str) -> pd.DataFrame:
        """Year × replication of one measure; NaN where the firm is gone (0 for being in business)."""
        own = self.yearly[self.yearly["case"] == firm].pivot(index="year", columns="replication", values=measure)
        own = own.reindex(columns=self.replications).astype(float)
        return own.reindex(range(own.index.min(), int(self.yearly["year"].max()) + 1)).fillna(0.0) if measure == "alive" else own

    def years(self) -> list[int]:
        """Years of the table: first, last, and a few between."""
        first, last = int(self.yearly["year"].min()), int(self.yearly["year"].max())
        return sorted({first, *(year for year in (2010, 2016, 2024, 2034) if first < year < last), last})

    def grid(self, firm: str, lang: str) -> Grid:
        """A firm's table: a row a measure, a column a year."""
        rows: list[tuple[Cell, ...]] = []
        for measure, factor, digits in SHOWN:
            paths = self.paths(firm, measure) * factor
            cells = [_cell(paths, year, measure, digits, lang) for year in self.years()]
            rows.append(((str(WORDS[lang][measure]),), *cells))
        return Grid((f"{self.captions[firm]} ({firm})", *map(str, self.years())), tuple(rows))

    def statements(self, firm: str, lang: str) -> Grid:
        """What the sources tell of a firm, and what came out."""
        said = WORDS[lang]
        rows = [((told.text[lang],), (f"{told.first}-{told.last}" if told.measure else "",),
                 (_told_value(told.value, lang),), (_band(told, lang),), (str(said[told.verdict]),))
                for told in self.told if told.firm == firm]
        return Grid(tuple(str(said[key]) for key in ("told", "years", "simulated", "band", "verdict")), tuple(rows))

    def supported(self, firm: str, lang: str) -> str:
        """Programmes that supported a firm: part of the replications, first year."""
        own = self.supports[self.supports["case"] == firm]
        first = own.groupby(["programme", "replication"])["year"].min().reset_index()
        parts = [f"{self.context.programme_caption(str(name), lang)} {len(rows)}/{len(self.replications)} ({rows['year'].min():.0f})"
                 for name, rows in first.groupby("programme")]
        return f"{WORDS[lang]['programmes']} {'; '.join(parts) or WORDS[lang]['no_programmes']}"

    def score(self, lang: str) -> str:
        """How many statements came out as told."""
        verdicts = [told.verdict for told in self.told]
        hits, measured = verdicts.count("hit"), verdicts.count("hit") + verdicts.count("miss")
        return str(WORDS[lang]["score" if measured else "no_score"]).format(hits=hits, all=measured)

    def text(self, lang: str = "en") -> str:
        """For a terminal."""
        return self._joined(lang, lambda grid: grid.text(WIDTH), WIDTH)

    def markdown(self, lang: str = "en") -> str:
        """As Markdown."""
        return self._joined(lang, lambda grid: grid.markdown(), None)

    def _joined(self, lang: str, written: Callable[[Grid], str], width: int | None) -> str:
        def wrapped(text: str) -> str:
            return textwrap.fill(text, width) if width else text

        blocks = [wrapped(self.title(lang)), wrapped(str(WORDS[lang]["how"]))]
        for firm in self.firms:
            blocks += [written(self.grid(firm, lang)), wrapped(self.supported(firm, lang))]
            statements = self.statements(firm, lang)
            blocks += [written(statements)] if statements.rows else []
        return "\n\n".join([*blocks, self.score(lang)]) + "\n"


def _cell(paths: pd.DataFrame, year: int, measure: str, digits: int, lang: str) -> Cell:
    values = paths.T[year].dropna() if year in paths.index else pd.Series(dtype=float)
    if values.empty:
        return (str(WORDS[lang]["none_lives"]),)
    if measure in SHARES:
        return (number(float(values.to_numpy(float).mean()), digits, lang),)
    middle, low, high = (number(value, digits, lang) for value in spread(values))
    return (middle, f"[{low}, {high}]") if low != high else (middle,)


def _told_value(value: float, lang: str) -> str:
    return "" if np.isnan(value) else number(value, 2, lang)


def _band(told: Told, lang: str) -> str:
    low, high = (number(bound, 1, lang) if np.isfinite(bound) else "" for bound in (told.low, told.high))
    return f"≥ {low}" if low and not high else f"≤ {high}" if high and not low else f"{low}-{high}".strip("-")


def lives(results: Results, scenario: str) -> Lives:
    """The case firms of one scenario. Raises InputError when the world has none or they were not recorded."""
    context = Context(results)
    rows = results.cases
    rows = rows[rows["scenario"] == scenario]
    if rows.empty:
        raise InputError(f"no firm known by name lives in these worlds ({context.world['name']}); they stand in its file cases.csv")
    rows = rows.assign(year=rows["quarter"].dt.year, case=rows["case"].astype(str), alive=1.0, exported=rows["exports_year"] > 0,
                       supported=rows["programmes"].astype(str) != "")
    yearly = rows.groupby(["case", "replication", "year"], sort=False)[list(BY_YEAR)].agg(BY_YEAR).astype(float).reset_index()
    supports = _supports(rows)
    count = context.replications(scenario)
    told = tuple(_told(row, yearly, supports, count) for row in _read(context.world["name"], "cases_told.csv"))
    captions = {row["firm"]: row["caption"] for row in _read(context.world["name"], "cases.csv")}
    return Lives(scenario, context, captions, count, yearly, supports, told)


def _supports(rows: pd.DataFrame) -> pd.DataFrame:
    """A row a (case, replication, year, programme)."""
    split = rows.assign(programme=rows["programmes"].astype(str).str.split("+")).explode("programme")
    kept = split.loc[split["programme"] != "", ["case", "replication", "year", "programme"]]
    return kept.drop_duplicates()


def _read(world: str, file: str) -> list[dict[str, str]]:
    path = find_roots().world_folder(world) / file
    if not path.is_file():
        return []
    with path.open(encoding="utf-8", newline="") as rows:
        return list(csv.DictReader(rows))


def _told(row: dict[str, str], yearly: pd.DataFrame, supports: pd.DataFrame, replications: list[int]) -> Told:
    first, last = (int(row[key] or 0) for key in ("first", "last"))
    told = Told(row["firm"], {"en": row["told"], "es": row["told_es"]}, row["measure"], first, last,
                float(row["low"] or "-inf"), float(row["high"] or "inf"), float("nan"))
    value = _value(told, yearly, supports, replications)
    return Told(**{**vars(told), "value": value})


def _value(told: Told, yearly: pd.DataFrame, supports: pd.DataFrame, replications: list[int]) -> float:
    """Mean over replications and years; for a programme the part of replications that were ever in it."""
    rows = yearly[(yearly["case"] == told.firm) & yearly["year"].between(told.first, told.last)]
    if not told.measure or told.last > yearly["year"].max() or rows.empty:
        return float("nan")
    if told.measure.startswith("programme:"):
        part = told.measure.partition(":")[2]
        held = supports[(supports["case"] == told.firm) & supports["year"].between(told.first, told.last)
                        & supports["programme"].str.contains(part, regex=False)]
        return held["replication"].nunique() / len(replications)
    if told.measure == "alive":
        return len(rows) / (len(replications) * (told.last - told.first + 1))
    return float(rows[told.measure].mean())


def draw_cases(found: Lives, lang: str) -> Figure:
    """A row a firm, a column a measure: median and bands over the replications in which it lives."""
    firms, factor = found.firms, {name: by for name, by, _ in SHOWN}
    figure = Figure(figsize=(2.9 * len(DRAWN), 1.9 * len(firms) + 1.0), layout="constrained")
    grid = figure.subplots(len(firms), len(DRAWN), squeeze=False, sharex=True)
    for row, firm in enumerate(firms):
        for column, measure in enumerate(DRAWN):
            ax = grid[row, column]
            fan(ax, found.paths(firm, measure) * factor[measure], PALETTE[row % len(PALETTE)], firm)
            plain(ax)
            ax.set_ylim(bottom=-BELOW_ZERO * ax.get_ylim()[1])
            ax.xaxis.set_major_locator(MaxNLocator(nbins=5, integer=True))
            ax.tick_params(labelsize=8)
            if row == 0:
                ax.set_title(str(WORDS[lang][measure]), fontsize=9)
        grid[row, 0].set_ylabel(found.captions[firm], fontsize=10)
    figure.suptitle(textwrap.fill(found.title(lang), TITLE_CHARACTERS), fontsize=12)
    bands = str(WORDS[lang]["bands" if len(found.replications) > 1 else "one"])
    figure.supxlabel(bands.format(n=counted(len(found.replications), "replication", lang)), fontsize=8)
    return figure


def report(results: Results, folder: Path, lang: str) -> None:
    """Save every scenario's case firms, tables and figures, then print them. Raises InputError when the disk refuses."""
    told = []
    for scenario in results.scenarios:
        found = lives(results, scenario)
        figure = save(draw_cases(found, lang), folder / "figures" / f"cases_{scenario}.png", lang)
        table = found.yearly.to_csv(index=False).encode()
        store.write_texts(folder, {f"cases_{scenario}.md": found.markdown(lang).encode(), f"cases_{scenario}.csv": table})
        told += [found.text(lang), str(figure)]
    print("\n".join(told))
