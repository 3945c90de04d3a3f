"""Treated firms against their twins: what moved first, what followed, what it cost, and how that stands beside the evidence.

``encadena twins`` prints it. An interval covers replications (the pairs of one world are one cluster), or the pairs of
the only world where there is one replication.
"""

import textwrap
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from scipy import stats

from analysis.context import GROUPS_FROM_SCALE
from analysis.fans import GREY, PALETTE, save
from analysis.grid import Cell, Document, Grid
from analysis.treatedwords import WORDS
from sim.evidence import CAPTIONS, MEASURED
from sim.experiment import store
from sim.experiment.intervals import LEVEL
from sim.experiment.provenance import as_json, as_yaml
from sim.experiment.treated import TRIAL_YEARS, Trials
from sim.policies.record import ProgrammeSpec
from sim.wording import counted, number, quantity, size_told

CELL = 30
NAME_CHARACTERS = 54
OF_REGIONS = "local_purchases"
"""The measure of regions, which is taken also where no firm was selected."""
YEARS = (0, 1, 2, 3, 4)
FOUR_YEARS = -1
"""Stands for the mean of the four years in place of one."""
SMALLEST = 0.001
"""A smaller shift counts as none: a tenth of a per cent, or of a percentage point."""
UP, DOWN, NONE, UNKNOWN = "up", "down", "none", "unknown"
UNTRIED = "untried"
"""Stands for the sign of a measure where a programme selected nobody."""


@dataclass(frozen=True)
class Shift:
    """What one measure of treated firms differs by from their twins, ``year`` years on (FOUR_YEARS: on average)."""

    measure: str
    year: int
    pairs: int
    twin: float
    effect: float
    low: float
    high: float

    @property
    def size(self) -> float:
        """The effect without its sign, as part of the twin's value or as it is."""
        return abs(self.effect) / self.twin if MEASURED[self.measure] == "relative" and self.twin > 0 else abs(self.effect)

    @property
    def sign(self) -> str:
        """``up`` or ``down`` when the interval excludes zero and the shift is not negligible, else ``none``."""
        if self.size < SMALLEST:
            return NONE
        return UP if self.low > 0 else DOWN if self.high < 0 else NONE


@dataclass(frozen=True)
class Verdict:
    """An entry of the evidence beside what came out: ``hit``, ``unseen``, ``opposite``; ``open`` where no sign is reported, ``untried``
    where nobody was selected."""

    measure: str
    told: str
    seen: str

    @property
    def word(self) -> str:
        """Key of the words for it."""
        if self.told == UNKNOWN:
            return "open"
        if self.seen == UNTRIED:
            return UNTRIED
        if self.told == self.seen:
            return "hit"
        return "opposite" if {self.told, self.seen} == {UP, DOWN} or self.told == NONE else "unseen"


@dataclass(frozen=True)
class Row:
    """One programme of the table. Money is UF at scale 1, a supported firm (``per_firm``) or a year."""

    programme: ProgrammeSpec
    shifts: tuple[Shift, ...]
    supported: float
    pairs: int
    per_firm: float
    a_year: float
    others_a_year: float
    verdicts: tuple[Verdict, ...]

    def over(self, year: int) -> dict[str, Shift]:
        """Shifts of one year by measure."""
        return {shift.measure: shift for shift in self.shifts if shift.year == year}

    def name(self, lang: str) -> str:
        """The programme's caption, and the name that a user types."""
        return f"{self.programme.caption_es if lang == 'es' else self.programme.caption} ({self.programme.name})"

    def first_moves(self) -> dict[int, list[Shift]]:
        """Year → measures that differ for the first time in it, in the order of the chain."""
        moved: dict[str, Shift] = {}
        for year in YEARS:
            for measure, shift in self.over(year).items():
                if shift.sign != NONE:
                    moved.setdefault(measure, shift)
        years = sorted({shift.year for shift in moved.values()})
        return {year: [moved[name] for name in MEASURED if name in moved and moved[name].year == year] for year in years}


@dataclass(frozen=True)
class Table(Document):
    """The table of all programmes."""

    rows: tuple[Row, ...]
    replications: int
    scale: float

    def frame(self) -> pd.DataFrame:
        """Numbers: a row a (programme, measure, year); year -1 is the mean of the four years."""
        return pd.DataFrame([{"programme": row.programme.name} | asdict(shift) | {"sign": shift.sign}
                             for row in self.rows for shift in row.shifts])

    def title(self, lang: str) -> str:
        """What is compared, in how many worlds of which size."""
        return WORDS[lang]["title"].format(**size_told(self.replications, self.scale, lang))

    def notes(self, lang: str) -> list[str]:
        """How to read it, and the reported signs that came out and that did not."""
        small = WORDS[lang]["small"].format(scale=quantity(self.scale, lang)) if self.scale < GROUPS_FROM_SCALE else ""
        return [WORDS[lang]["notes"], self.score(lang), self.misses(lang), small]

    def grid(self, lang: str) -> Grid:
        """A row a programme."""
        said = WORDS[lang]
        rows = [((row.name(lang),), (str(row.pairs),), *_moves(row, lang), _cost(row, lang), _verdicts(row, lang)) for row in self.rows]
        return Grid(tuple(said[key] for key in ("programme", "pairs", "first", "then", "cost", "evidence")), tuple(rows), prose=True)

    def score(self, lang: str) -> str:
        """How many reported signs came out."""
        words = [verdict.word for row in self.rows for verdict in row.verdicts]
        return WORDS[lang]["score"].format(hits=words.count("hit"), all=len(words) - words.count("open") - words.count(UNTRIED))

    def misses(self, lang: str) -> str:
        """Every reported sign that did not come out, by name; empty where there is none."""
        said, shown = WORDS[lang], []
        for row in self.rows:
            shown += [f"{row.name(lang)}: {CAPTIONS[verdict.measure][lang == 'es']} ({said[verdict.told]}; {said[verdict.word]})"
                      for verdict in row.verdicts if verdict.word in ("unseen", "opposite")]
        return f"{said['misses']} {'; '.join(shown)}." if shown else ""


# ---- from numbers to the table ---------------------------------------------------------------------------------------
def table(trials: Trials) -> Table:
    """Judge every programme that was tried."""
    scale = trials.spec.scale
    rows = [_row(programme, trials, scale) for programme in trials.programmes]
    return Table(tuple(rows), trials.replications, scale)


def _row(programme: ProgrammeSpec, trials: Trials, scale: float) -> Row:
    own = trials.effects[trials.effects["programme"] == programme.name]
    cost = trials.costs[trials.costs["programme"] == programme.name]
    shifts = tuple(_shifts(own))
    pairs = own[(own["after"] == 0) & (own["measure"] == "survival")]["pairs"].sum()
    supported = float(cost["supported"].sum())
    years = len(cost) * TRIAL_YEARS * scale
    public, others = float(cost["public"].sum()), float((cost["all_public"] - cost["public"]).sum())
    four = {shift.measure: shift.sign for shift in shifts if shift.year == FOUR_YEARS}
    tried = (own["measure"] != OF_REGIONS).any()
    verdicts = tuple(Verdict(entry.measure, entry.sign, four.get(entry.measure, NONE) if tried else UNTRIED)
                     for entry in programme.evidence)
    return Row(programme, shifts, supported, int(pairs), public / supported if supported else float("nan"), public / years, others / years,
               verdicts)


def _shifts(own: pd.DataFrame) -> Iterable[Shift]:
    for measure, rows in own.groupby("measure", sort=False):
        for year in YEARS:
            at = rows[rows["after"] == 4 * year]
            if not at.empty:
                yield _shift(str(measure), year, at)
        later = rows[rows["after"] > 0]
        if not later.empty:
            yield _shift(str(measure), FOUR_YEARS, later)


def _shift(measure: str, year: int, rows: pd.DataFrame) -> Shift:
    """Mean difference over pairs, with the interval of clustered means (one cluster a replication).

    In a lone replication a pair is one draw of luck, however often it was looked at.
    """
    n, difference = rows["pairs"].to_numpy(float), (rows["treated"] - rows["twin"]).to_numpy(float)
    effect = float((n * difference).sum() / n.sum())
    pairs = int(rows.groupby("replication")["pairs"].max().sum())
    sums = pd.Series(n * (difference - effect)).groupby(rows["replication"].to_numpy()).sum().to_numpy()
    if sums.size > 1:
        variance = sums.size / (sums.size - 1) * float((sums**2).sum()) / n.sum() ** 2
        freedom = sums.size - 1
    else:
        freedom = pairs - 1
        variance = (rows["squares"].sum() / n.sum() - effect**2) / freedom if freedom > 0 else float("nan")
    margin = float(stats.t.ppf(0.5 + LEVEL / 2, freedom) * np.sqrt(max(variance, 0.0))) if freedom > 0 else float("nan")
    return Shift(measure, year, pairs, float((n * rows["twin"]).sum() / n.sum()), effect, effect - margin, effect + margin)


# ---- cells -----------------------------------------------------------------------------------------------------------
def amount(shift: Shift, lang: str) -> str:
    """A shift with its sign: per cent of the twin, percentage points, or as it is."""
    how = MEASURED[shift.measure]
    if how == "relative":
        return f"{_short(100 * shift.effect / shift.twin, lang)} %" if shift.twin else WORDS[lang]["undefined"]
    return f"{_short(100 * shift.effect, lang)} {WORDS[lang]['points']}" if how == "share" else _short(shift.effect, lang)


def _short(value: float, lang: str) -> str:
    """Two digits that tell something."""
    digits = 0 if abs(value) >= 10 else 1 if abs(value) >= 1 else 2 if abs(value) >= 0.1 else 3
    return number(value, digits, lang, sign=True)


def _told(shifts: Iterable[Shift], lang: str) -> str:
    return ", ".join(f"{CAPTIONS[shift.measure][lang == 'es']} {amount(shift, lang)}" for shift in shifts)


def _wrapped(text: str) -> Cell:
    return tuple(textwrap.wrap(text, CELL)) or ("",)


def _moves(row: Row, lang: str) -> tuple[Cell, Cell]:
    said, moves = WORDS[lang], row.first_moves()
    if not row.pairs:
        return _wrapped(said["nobody"]), ("",)
    if not moves:
        return _wrapped(said["nothing"]), ("",)
    told = [f"{said['year']} {year}: {_told(shifts, lang)}" for year, shifts in moves.items()]
    return _wrapped(told[0]), tuple(line for part in told[1:] for line in _wrapped(part)) or ("",)


def _cost(row: Row, lang: str) -> Cell:
    said = WORDS[lang]
    told = [said["per_firm"].format(number(row.per_firm, 0, lang))] if row.supported else []
    return (*told, said["a_year"].format(number(row.a_year, 0, lang)), said["others"].format(number(row.others_a_year, 0, lang, sign=True)))


def _verdicts(row: Row, lang: str) -> Cell:
    said = WORDS[lang]
    lines = [f"{CAPTIONS[verdict.measure][lang == 'es']} {said[verdict.told]}: {said[verdict.word]}"
             for verdict in row.verdicts if verdict.word != "open"]
    return tuple(part for line in lines for part in textwrap.wrap(line, CELL)) or (said["open" if row.verdicts else "none_given"],)


# ---- figure and report -----------------------------------------------------------------------------------------------
def draw(found: Table, lang: str) -> Figure:
    """Programmes by measures: up or down over the four years where told from none; a frame where the evidence has a sign."""
    said, measures = WORDS[lang], list(MEASURED)
    figure = Figure(figsize=(4.6 + 0.62 * len(measures), 1.9 + 0.36 * len(found.rows)), layout="constrained")
    ax = figure.subplots()
    for y, row in enumerate(found.rows):
        judged = {verdict.measure: verdict.word for verdict in row.verdicts}
        for x, name in enumerate(measures):
            shift = row.over(FOUR_YEARS).get(name)
            if shift is not None:
                mark, colour, size = {UP: ("^", PALETTE[0], 70), DOWN: ("v", PALETTE[1], 70), NONE: (".", "#bbbbbb", 20)}[shift.sign]
                ax.scatter(x, y, marker=mark, color=colour, s=size, zorder=3)
            if judged.get(name) in FRAMES:
                ax.scatter(x, y, marker="s", s=260, facecolors="none", edgecolors=FRAMES[judged[name]], linewidths=1.6, zorder=2)
    ax.set_xticks(range(len(measures)), [CAPTIONS[name][lang == "es"] for name in measures], rotation=45, ha="right", fontsize=9)
    names = [textwrap.fill(row.name(lang), NAME_CHARACTERS) for row in found.rows]
    ax.set_yticks(range(len(found.rows)), names, fontsize=7)
    ax.set_xlim(-0.6, len(measures) - 0.4)
    ax.set_ylim(len(found.rows) - 0.4, -0.6)
    ax.grid(True, color="#eeeeee", linewidth=0.6)
    ax.set_axisbelow(True)
    ax.spines[:].set_visible(False)
    ax.set_title(said["figure"].format(n=counted(found.replications, "replication", lang)), fontsize=11)
    figure.legend(handles=_legend(lang), loc="outside lower center", ncols=3, frameon=False, fontsize=9)
    return figure


FRAMES = {"hit": "#2a8a4a", "unseen": "#a33333", "opposite": "#a33333"}


def _legend(lang: str) -> list[Line2D]:
    said = WORDS[lang]
    marks = [("^", PALETTE[0], "up_mark"), ("v", PALETTE[1], "down_mark"), (".", GREY, "none_mark")]
    frames = [(FRAMES["hit"], "hit_frame"), (FRAMES["unseen"], "miss_frame")]
    return [*(Line2D([], [], linestyle="none", marker=mark, color=colour, label=said[key]) for mark, colour, key in marks),
            *(Line2D([], [], linestyle="none", marker="s", markersize=11, markerfacecolor="none", markeredgecolor=colour, label=said[key])
              for colour, key in frames)]


def report(trials: Trials, folder: Path, lang: str) -> None:
    """Save the table, its numbers, the figure and where they come from, then print it. Raises InputError when the disk refuses."""
    found = table(trials)
    store.write_texts(folder, {
        "twins.csv": found.frame().to_csv(index=False).encode(), "twins.md": found.markdown(lang).encode(),
        "twins_costs.csv": trials.costs.to_csv(index=False).encode(), "provenance.json": as_json(trials.provenance),
        f"config/{trials.spec.scenario}.yaml": as_yaml(trials.spec)})
    figure = save(draw(found, lang), folder / "figures" / "twins.png", lang)
    print(found.text(lang))
    print(WORDS[lang]["saved"].format(folder=folder, figure=figure))
