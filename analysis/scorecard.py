"""The scorecard: stylised facts with their bands beside what the baseline gives, misses included.

``python -m analysis.scorecard FOLDER [--markdown] [--lang es]`` reads a folder that ``encadena run`` has written. Firm
and labour panels widen it: run with ``recording=[firms,labour]``.
"""

import csv
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from analysis.context import both_captions
from analysis.effects import mean_interval, reference_of
from analysis.facts import FACTS, FITTED, FREE, INDICATIVE, INPUT, NOT_MEASURED, Evidence, Fact
from analysis.grid import Document, Grid
from analysis.page import print_page
from sim.errors import InputError
from sim.experiment.results import Results
from sim.roots import find_roots
from sim.wording import number, size_told

Band = tuple[float, float]
WORDS = {
    "en": {
        "heads": ("Fact and how it is measured", "Years", "Band", "Simulated", "95 % interval", "Verdict", "Use"),
        "hit": "hit", "miss": "miss", "in": "check: in band", "out": "check: out of band", "none": "n/a", "to": " to ",
        FREE: "free", FITTED: "fitted", INPUT: "input", INDICATIVE: "indicative",
        "title": "{world}, {scenario}: {n}, scale {scale}",
        "score": "Free facts in their band: {free} of {all_free}. Fitted: {fitted} of {all_fitted}. "
                 "Inputs still in theirs: {inputs} of {all_inputs}.",
        "notes": "Intervals: over replications (Student's t), not over parameters. A hit is a mean inside the band. Input: put in "
                 "or coded, a check and never a hit. Fitted: in view when parameters were chosen. Indicative: another population, no "
                 "verdict. SF05 has the file's band under its first definition; what small firms "
                 "and branches can reach is judged from the size classes and the branches of the start. SF46 counts firms from the "
                 "first year-end that saw them.",
        "absent": "n/a: not in these results ({needs}).", "needs": "recording=[{0}]", "years": "years not run", "left": "Left out: ",
        "days": "days", "US$ m": "US$ m",
    },
    "es": {
        "heads": ("Hecho y cómo se mide", "Años", "Banda", "Simulado", "Intervalo 95 %", "Veredicto", "Uso"),
        "hit": "acierto", "miss": "falla", "in": "control: en banda", "out": "control: fuera de banda", "none": "n/d", "to": " a ",
        FREE: "libre", FITTED: "ajustado", INPUT: "insumo", INDICATIVE: "indicativo",
        "title": "{world}, {scenario}: {n}, escala {scale}",
        "score": "Hechos libres en su banda: {free} de {all_free}. Ajustados: {fitted} de {all_fitted}. "
                 "Insumos aún en la suya: {inputs} de {all_inputs}.",
        "notes": "Intervalos: entre réplicas (t de Student), no entre parámetros. Acierto: promedio dentro de la banda. Insumo: dato o "
                 "regla programada, es un control y nunca un acierto. Ajustado: a la vista al elegir parámetros. Indicativo: otra "
                 "población, sin veredicto. SF05 lleva la banda del archivo en su primera "
                 "definición; lo que alcanzan pequeñas y sucursales se juzga por las clases de tamaño y las sucursales de la partida. "
                 "SF46 cuenta desde el primer cierre de año que vio a la empresa.",
        "absent": "n/d: no está en estos resultados ({needs}).", "needs": "recording=[{0}]", "years": "años no simulados",
        "days": "días", "US$ m": "millones de US$",
        "left": "Sin medir: ",
    },
}


@dataclass(frozen=True)
class Line:
    """A fact with its band (an open end is infinite) and what came out."""

    fact: Fact
    band: Band
    mean: float
    low: float
    high: float

    @property
    def inside(self) -> bool | None:
        """Whether the mean lies in the band; None without a value."""
        if np.isnan(self.mean):
            return None
        return not (self.mean < self.band[0] or self.mean > self.band[1])

    @property
    def verdict(self) -> str:
        """Key of the words for it."""
        if self.inside is None:
            return "none"
        if self.fact.use == INDICATIVE:
            return INDICATIVE
        words = ("out", "in") if self.fact.use == INPUT else ("miss", "hit")
        return words[self.inside]


@dataclass(frozen=True)
class Scorecard(Document):
    """All lines, and where they come from; ``world`` is its caption by language."""

    world: Mapping[str, str]
    scenario: str
    replications: int
    scale: float
    lines: tuple[Line, ...]

    def frame(self) -> pd.DataFrame:
        """Numbers: fact, measured, years, band, mean, interval, verdict, use."""
        rows = [(line.fact.id, line.fact.what, *line.fact.years, *line.band, line.mean, line.low, line.high, line.verdict, line.fact.use)
                for line in self.lines]
        return pd.DataFrame(rows, columns=["fact", "measured", "first_year", "last_year", "band_low", "band_high", "mean", "low", "high",
                                           "verdict", "use"])

    def grid(self, lang: str) -> Grid:
        """The table."""
        said = WORDS[lang]
        return Grid(tuple(said["heads"]), tuple(_row(line, lang) for line in self.lines))

    def title(self, lang: str) -> str:
        """World, scenario, replications and size."""
        return str(WORDS[lang]["title"]).format(world=self.world[lang], scenario=self.scenario,
                                                **size_told(self.replications, self.scale, lang))

    def notes(self, lang: str) -> list[str]:
        """The count of hits, and how to read the table."""
        said = WORDS[lang]
        needs = sorted({str(said["needs"]).format(line.fact.needs) if line.fact.needs else str(said["years"])
                        for line in self.lines if line.verdict == "none"})
        counts = {name: [line.inside for line in self.lines if line.fact.use == use and line.inside is not None]
                  for name, use in (("free", FREE), ("fitted", FITTED), ("inputs", INPUT))}
        numbers = {name: sum(found) for name, found in counts.items()} | {f"all_{name}": len(found) for name, found in counts.items()}
        absent = [str(said["absent"]).format(needs="; ".join(needs))] if needs else []
        left = "; ".join(f"{name} ({why[lang == 'es']})" for name, why in NOT_MEASURED.items())
        return [str(said["score"]).format(**numbers), str(said["notes"]), *absent, f"{said['left']}{left}."]


def scorecard(results: Results) -> Scorecard:
    """Hold the reference scenario against the facts of its world. Raises InputError when the world has none."""
    scenario, world = reference_of(results), str(results.provenance["world"]["name"])
    folder = find_roots().world_folder(world)
    bands = read_bands(folder / "stylised_facts.csv")
    evidence = Evidence(results, scenario, dollars_per_uf(folder / "currency.csv"))
    lines = tuple(_line(fact, bands, evidence) for fact in FACTS if fact.id in bands)
    count = evidence.series["replication"].nunique()
    return Scorecard(both_captions(results.provenance["world"]), scenario, count, results.config[scenario]["scale"], lines)


def read_bands(path: Path) -> dict[str, Band]:
    """Fact → its band; an open end is infinite. Raises InputError without the file."""
    if not path.is_file():
        raise InputError(f"{path}: this world has no stylised facts to be held against; write the file with the columns id, low, high")
    with path.open(encoding="utf-8", newline="") as file:
        return {row["id"]: (float(row["low"] or "-inf"), float(row["high"] or "inf")) for row in csv.DictReader(file)}


def dollars_per_uf(path: Path) -> "pd.Series[float]":
    """US$ per UF by year."""
    rates = pd.read_csv(path, index_col="year")
    return (rates["uf_clp"] / rates["usd_clp"]).astype(float)


def _line(fact: Fact, bands: dict[str, Band], evidence: Evidence) -> Line:
    values = fact.measure(evidence, fact.years) if _covered(fact, evidence) else None
    mean, low, high = mean_interval(np.full(1, np.nan) if values is None else values.to_numpy(float))
    return Line(fact, fact.band or bands[fact.id], mean, low, high)


def _covered(fact: Fact, evidence: Evidence) -> bool:
    return bool(evidence.series["year"].min() <= fact.years[0] and evidence.series["year"].max() >= fact.years[1])


def _row(line: Line, lang: str) -> tuple[tuple[str, ...], ...]:
    said, fact = WORDS[lang], line.fact
    told = f"{fact.id} {fact.what if lang == 'en' else fact.what_es}"
    years = "-".join(map(str, dict.fromkeys(fact.years)))
    shown = str(said["none"]) if np.isnan(line.mean) else _span(line.mean, line.mean, fact.unit, lang)
    spread = "" if np.isnan(line.low) or line.low == line.high else _span(line.low, line.high, fact.unit, lang)
    cells = (told, years, _span(*line.band, fact.unit, lang), shown, spread, str(said[line.verdict]), str(said[fact.use]))
    return tuple((cell,) for cell in cells)


def _span(low: float, high: float, unit: str, lang: str) -> str:
    """From ``low`` to ``high`` with the unit; one number where both are one, a bound where an end is open."""
    factor, digits = {"%": (100.0, 1), "ratio": (1.0, 2)}.get(unit, (1.0, 0))
    ends = [number(factor * end, digits, lang) for end in dict.fromkeys((low, high)) if np.isfinite(end)]
    to = str(WORDS[lang]["to"])
    bound = "" if len(ends) == 2 or low == high else (">= " if np.isinf(high) else "<= ")
    return f"{bound}{'-'.join(ends) if low >= 0 else to.join(ends)}{'' if unit == 'ratio' else f' {WORDS[lang].get(unit, unit)}'}"


def main(words: Sequence[str] | None = None) -> int:
    """Print the scorecard of a folder. Returns the exit code."""
    return print_page("analysis.scorecard", "Stylised facts: band and simulated value.", scorecard, words)


if __name__ == "__main__":
    sys.exit(main())
