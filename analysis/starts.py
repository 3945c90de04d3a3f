"""What different starts leave behind: each scenario against the reference early in history and at its end.

``python -m analysis.starts FOLDER [--markdown] [--lang es]`` reads a folder written by, for example,
``encadena run start_weak start_strong start_copper start_uniform``.
"""

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.context import both_captions
from analysis.effects import Effect, pair, reference_of
from analysis.grid import Cell, Document, Grid
from analysis.page import print_page
from sim.errors import InputError
from sim.experiment.results import Results
from sim.indicators import BY_NAME
from sim.wording import number, size_told

SPAN = 3
"""Years averaged at either end."""
KEPT = 0.5
"""A gap that keeps at least this part of itself persists; a smaller one fades."""
CAPITAL = "supplier_share@capital"
SHOWN = ("supplier_share", CAPITAL, "backward_linkage_hq", "backward_linkage_value_added", "mean_capability", "knowledge_intensive_firms",
         "joint_projects_per_100", "horizontal_degree", "commuting_share", "export_share", "cluster_index")
CAPTIONS = {"en": {"cluster_index": "enclave-cluster index", CAPITAL: "the capital's share of suppliers"},
            "es": {"cluster_index": "índice enclave-clúster", CAPITAL: "parte de proveedores de la capital"}}
WORDS = {
    "en": {"heads": ("Indicator", "Scenario", "{first}: level", "{last}: level", "{first}: gap", "{last}: gap", "Verdict"),
           "title": "{region}: {n}, scale {scale}; paired gaps to {reference} with 95 % intervals",
           "persists": "persists", "fades": "fades", "converged": "converged", "grows": "grows", "opens": "opens",
           "undecided": "undecided", "reverses": "reverses", "none": "no gap seen",
           "notes": "Grows: the gap is larger than at first, beyond its interval. Persists: half of it or more "
                    "is left. Fades: less than half. Converged: less than half, and its interval reaches zero. Undecided: large, but its "
                    "interval reaches zero. Reverses: changes its sign. Opens: a gap not seen at first."},
    "es": {"heads": ("Indicador", "Escenario", "{first}: nivel", "{last}: nivel", "{first}: brecha", "{last}: brecha", "Veredicto"),
           "title": "{region}: {n}, escala {scale}; brechas pareadas con {reference} e intervalos del 95 %",
           "persists": "persiste", "fades": "se atenúa", "converged": "convergió", "grows": "crece", "opens": "se abre",
           "undecided": "indeciso", "reverses": "se invierte", "none": "sin brecha visible",
           "notes": "Crece: la brecha es mayor que al principio, más allá de su intervalo. Persiste: queda la mitad "
                    "o más. Se atenúa: menos de la mitad. Convergió: menos de la mitad, y su intervalo llega a cero. Indeciso: grande, "
                    "pero su intervalo llega a cero. Se invierte: cambia de signo. Se abre: una brecha que al principio no se veía."},
}


@dataclass(frozen=True)
class Gap:
    """One indicator of one scenario at both ends of history: paired effects against the reference."""

    indicator: str
    scenario: str
    early: Effect
    late: Effect

    @property
    def verdict(self) -> str:
        """Key of the words for what became of the gap."""
        before, after = _apart(self.early), _apart(self.late)
        if not before:
            return "opens" if after else "none"
        kept = self.late.effect / self.early.effect
        if not after:
            return "converged" if kept < KEPT else "undecided"
        if kept < 0:
            return "reverses"
        outgrown = min(abs(self.late.low), abs(self.late.high)) > abs(self.early.effect)
        return "grows" if outgrown else "persists" if kept >= KEPT else "fades"


def _apart(effect: Effect) -> bool:
    return bool(effect.low > 0 or effect.high < 0)


@dataclass(frozen=True)
class Starts(Document):
    """All gaps of an experiment, and where they come from; ``region`` is its caption by language."""

    region: Mapping[str, str]
    reference: str
    replications: int
    scale: float
    years: tuple[int, int]
    gaps: tuple[Gap, ...]

    def frame(self) -> pd.DataFrame:
        """Numbers: indicator, scenario, gap early and late with bounds, verdict."""
        rows = [(gap.indicator, gap.scenario, gap.early.mean, gap.late.mean, gap.early.effect, gap.early.low, gap.early.high,
                 gap.late.effect, gap.late.low, gap.late.high, gap.verdict) for gap in self.gaps]
        return pd.DataFrame(rows, columns=["indicator", "scenario", "early", "late", "early_gap", "early_low", "early_high", "late_gap",
                                           "late_low", "late_high", "verdict"])

    def grid(self, lang: str) -> Grid:
        """The table: the reference's levels, then each scenario's with its gaps."""
        heads = tuple(head.format(first=self._span(0), last=self._span(1)) for head in WORDS[lang]["heads"])
        rows: list[tuple[Cell, ...]] = []
        for gap in self.gaps:
            if gap.scenario == self.gaps[0].scenario:
                levels = [_level(effect.reference, gap.indicator, lang) for effect in (gap.early, gap.late)]
                rows.append(((_caption(gap.indicator, lang),), (self.reference,), *levels, ("",), ("",), ("",)))
            levels = [_level(effect.mean, gap.indicator, lang) for effect in (gap.early, gap.late)]
            gaps = [_change(effect, gap.indicator, lang) for effect in (gap.early, gap.late)]
            rows.append((("",), (gap.scenario,), *levels, *gaps, (str(WORDS[lang][gap.verdict]),)))
        return Grid(heads, tuple(rows))

    def _span(self, end: int) -> str:
        first = self.years[0] if end == 0 else self.years[1] - SPAN + 1
        return f"{first}-{first + SPAN - 1}"

    def title(self, lang: str) -> str:
        """Region, reference, replications and size."""
        return str(WORDS[lang]["title"]).format(region=self.region[lang], reference=self.reference,
                                                **size_told(self.replications, self.scale, lang))

    def notes(self, lang: str) -> list[str]:
        """What the verdicts mean."""
        return [str(WORDS[lang]["notes"])]


def starts(results: Results) -> Starts:
    """Gaps of every scenario to the reference. Raises InputError when there is nothing to compare."""
    reference, told = reference_of(results), results.provenance
    others = [name for name in results.scenarios if name != reference]
    if not others:
        raise InputError("these results hold one scenario; run others beside it, such as `encadena run start_weak start_strong`")
    values = _values(results, str(told["region"]), str(told["world"]["capital"]))
    years = (int(values.index.get_level_values("year").min()), int(values.index.get_level_values("year").max()))
    early, late = _mean(values, years[0]), _mean(values, years[1] - SPAN + 1)
    gaps = [Gap(name, other, pair(early[name], reference, other), pair(late[name], reference, other)) for name in SHOWN for other in others]
    caption = both_captions(told["world"]["regions"][told["region"]])
    count = results.runs.loc[results.runs["scenario"] == reference, "replication"].nunique()
    return Starts(caption, reference, count, results.config[reference]["scale"], years, tuple(gaps))


def _values(results: Results, region: str, capital: str) -> pd.DataFrame:
    """Yearly means of what is shown, by scenario, replication and year."""
    keys = ["scenario", "replication", "year"]
    named = [name for name in SHOWN if name != CAPITAL]
    here, there = (_with_year(results.part("series", region=place)).groupby(keys, observed=True) for place in (region, capital))
    return here[named].mean().assign(**{CAPITAL: there["supplier_share"].mean()})


def _with_year(wide: pd.DataFrame) -> pd.DataFrame:
    return wide.assign(year=wide["quarter"].dt.year)


def _mean(values: pd.DataFrame, first: int) -> pd.DataFrame:
    year = values.index.get_level_values("year")
    return values[(year >= first) & (year < first + SPAN)].groupby(["scenario", "replication"], observed=True).mean()


def _caption(name: str, lang: str) -> str:
    if name in CAPTIONS[lang]:
        return CAPTIONS[lang][name]
    return BY_NAME[name].caption if lang == "en" else BY_NAME[name].caption_es


def _scale(name: str) -> tuple[float, int, str]:
    share = name == CAPITAL or (name in BY_NAME and BY_NAME[name].unit == "share")
    return (100.0, 1, " %") if share else (1.0, 2, "")


def _level(value: float, name: str, lang: str) -> Cell:
    factor, digits, sign = _scale(name)
    return ("" if np.isnan(value) else number(factor * value, digits, lang) + sign,)


def _change(effect: Effect, name: str, lang: str) -> Cell:
    factor, digits, _ = _scale(name)
    margin = "" if np.isnan(effect.low) else f" ±{number(factor * (effect.effect - effect.low), digits, lang)}"
    return ("" if np.isnan(effect.effect) else number(factor * effect.effect, digits, lang, sign=True) + margin,)


def main(words: Sequence[str] | None = None) -> int:
    """Print the table of a folder. Returns the exit code."""
    return print_page("analysis.starts", "What different starts leave behind.", starts, words)


if __name__ == "__main__":
    sys.exit(main())
