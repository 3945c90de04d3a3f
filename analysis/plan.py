"""The action plan of 2006 scored target by target: met when, missed by how much, and what cannot be measured.

``encadena run action_plan_2006`` prints it. The targets stand in ``action_plan_2006.csv`` of the world. A target is
measured among the firms for which its programme is made (region and subsectors), every quarter; firms' certificates, R&D
units and plants at the end of each year.
"""

import csv
import re
import textwrap
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from analysis.context import Context
from analysis.fans import save
from analysis.grid import Cell, Document, Grid
from analysis.planwords import WORDS
from analysis.wording import WORDS as COMPARED
from sim.calendar import parse_quarter, quarter_name
from sim.experiment import store
from sim.experiment.results import Results
from sim.roots import find_roots
from sim.wording import number, quantity, size_told

FILE = "action_plan_2006.csv"
NEEDED = ("trades", "supports")
"""What a run must record for its targets to be measured."""
TEXT, VERDICT = 46, 18
"""Characters of a line of these columns."""
DONE = "done"
"""Unit of a target that is met or not; worlds are its only number."""
FOUNDING_QUARTERS = 8
"""In which applications count."""
SHARES = {"certified": "firms", "research": "firms", "certified_small": "small_firms"}
LAST_YEAR = 2020
"""Of the figure: three years after the last target is due."""
Course = pd.DataFrame
"""Quarter × replication."""


@dataclass(frozen=True)
class Target:
    """One target of the plan. ``due`` is its last quarter; without ``indicator`` nothing measures it, for the ``reason`` given by
    language; with one, the reason says how the measure falls short."""

    id: str
    cluster: str
    text: dict[str, str]
    value: float
    unit: str
    deadline: str
    start: int | None
    due: int | None
    indicator: str
    programme: str
    reason: dict[str, str]

    @property
    def share(self) -> bool:
        """Whether its values are parts of firms."""
        return self.unit == "share"


@dataclass(frozen=True)
class Scored:
    """A target and its course to the run's ``last`` quarter: quarter × replication; without columns where nothing measures it."""

    target: Target
    course: Course
    last: int

    @cached_property
    def met(self) -> "pd.Series[float]":
        """First quarter in which each world reaches the target; NaN where none does."""
        reached = self.course >= self.target.value - 1e-9
        return reached.idxmax().where(reached.any()).astype(float)

    @property
    def by_most(self) -> float:
        """The quarter by which more than half of the worlds have reached it; NaN where they do not."""
        return float(np.sort(self.met.to_numpy())[len(self.met) // 2])

    @property
    def in_time(self) -> float:
        """Part of the worlds that reach it by its deadline; NaN where that cannot be said."""
        if self.course.empty or self.target.due is None:
            return float("nan")
        return float((self.met <= self.target.due).mean())

    @property
    def at_deadline(self) -> "pd.Series[float]":
        """Value of each world at the deadline (the best by then)."""
        due = self.course.index.max() if self.target.due is None else self.target.due
        return self.course.loc[:due].max()

    @property
    def verdict(self) -> str:
        """Key of the words: due after the run ends; met in time, late, or missed by most worlds; or not measured."""
        if len(self.course.columns) and self.target.due is not None and self.target.due > self.last:
            return "after"
        if self.course.empty:
            return "unmeasured"
        if self.in_time > 0.5:
            return "met"
        return "missed" if np.isnan(self.by_most) else "late"

    def why(self, lang: str) -> str:
        """Why it is not measured, or how its measure falls short; empty where there is nothing to say."""
        if self.target.reason[lang] or self.verdict != "unmeasured":
            return self.target.reason[lang]
        return str(WORDS[lang]["no_firms" if len(self.course.columns) else "no_programme"])


@dataclass(frozen=True)
class PlanScore(Document):
    """All targets of one scenario; ``small`` says that the world is too small for groups, and is empty where it is not."""

    heading: dict[str, str]
    small: dict[str, str]
    scored: tuple[Scored, ...]

    def frame(self) -> pd.DataFrame:
        """Year by year: the mean over worlds, whether the target was reached, and by how much it was missed."""
        rows = []
        for item in self.scored:
            for year, values in _yearly(item.course).iterrows() if not item.course.empty else ():
                mean = float(values.mean())
                rows.append((item.target.id, item.target.cluster, year, item.target.value, item.target.unit, item.target.deadline, mean,
                             float((values >= item.target.value - 1e-9).mean()), _lacking(values, item.target)))
        return pd.DataFrame(rows, columns=["id", "cluster", "year", "target", "unit", "deadline", "simulated", "reached_in", "missed_by"])

    def grid(self, lang: str) -> Grid:
        """A row a measured target, and each that is due after the run ends."""
        rows = [_row(item, lang) for item in self.scored if item.verdict != "unmeasured"]
        return Grid(WORDS[lang]["heads"], tuple(rows), prose=True)

    def unmeasured(self, lang: str) -> str:
        """The targets that nothing measures, and why, grouped by reason."""
        reasons: dict[str, list[str]] = {}
        for item in self.scored:
            if item.verdict == "unmeasured":
                reasons.setdefault(item.why(lang), []).append(item.target.id)
        return "; ".join(f"{', '.join(ids)}: {why}" for why, ids in reasons.items())

    def score(self, lang: str) -> str:
        """How many were met in time, late or missed; and, not counted among these, due after the run ends or not measured."""
        verdicts = [item.verdict for item in self.scored]
        counts = {key: verdicts.count(key) for key in ("met", "late", "missed", "after", "unmeasured")}
        return str(WORDS[lang]["score"]).format(all=len(verdicts), **counts)

    def title(self, lang: str) -> str:
        """Scenario and size, and the score."""
        return f"{self.heading[lang]}\n\n{self.score(lang)}"

    def notes(self, lang: str) -> list[str]:
        """How to read it, where measures fall short of the plan's words, and what nothing measures."""
        said = WORDS[lang]
        short = [f"{item.target.id}: {item.why(lang)}" for item in self.scored if item.why(lang) and item.verdict != "unmeasured"]
        unmeasured = self.unmeasured(lang)
        return [str(said["notes"]), self.small[lang], f"{said['short']} {'; '.join(short)}." if short else "",
                f"{said['unmeasured_list']} {unmeasured}." if unmeasured else ""]


# ---- reading ---------------------------------------------------------------------------------------------------------
def targets(world: str) -> tuple[Target, ...]:
    """The targets of a world's plan; none where it has no such file."""
    path = find_roots().world_folder(world) / FILE
    if not path.is_file():
        return ()
    with path.open(encoding="utf-8", newline="") as file:
        return tuple(_target(row) for row in csv.DictReader(file))


def _target(row: dict[str, str]) -> Target:
    deadline = row["deadline"] or row["year"]
    texts, reasons = ({"en": row[name], "es": row[f"{name}_es"]} for name in ("target", "reason"))
    return Target(row["id"], row["cluster"], texts, float(row["value"] or "nan"), row["unit"], deadline,
                  int(row["start"]) if row["start"] else None, due_quarter(deadline), row["indicator"], row["programme"], reasons)


def due_quarter(deadline: str) -> int | None:
    """Last quarter of a year, a half-year or a month as printed: 2011, 2008-H2, 2007-06, ``2017 (printed 1017)``."""
    found = re.match(r"(\d{4})(?:-(H?)(\d+))?", deadline)
    if not found:
        return None
    year, half, part = int(found[1]), found[2], int(found[3] or 12)
    return parse_quarter(f"{year}Q{part * 2 if half else (part + 2) // 3}", deadline)


def recorded_for(programmes: Sequence[str], world: str) -> tuple[str, ...]:
    """What a world that holds these programmes must record besides: something if it carries out the plan."""
    return NEEDED if {target.programme for target in targets(world) if target.programme} & set(programmes) else ()


# ---- measuring -------------------------------------------------------------------------------------------------------
class _Evidence:
    """Tables of one scenario, narrowed to the firms that a programme is made for."""

    def __init__(self, results: Results, context: Context, scenario: str) -> None:
        self.specs = context.configs[scenario]["programmes"]
        self.replications = context.replications(scenario)
        named = {target.programme for target in targets(context.world["name"])} & set(self.specs)
        self.begun = min(parse_quarter(self.specs[name]["from"], name) for name in named)
        first, self.last = context.world["history_from"], 4 * context.configs[scenario]["horizon"] + 3
        self.quarters = range(4 * first, self.last + 1)
        self.trades, self.supports, self.calls = (_numbered(results.part(table, scenario=scenario))
                                                  for table in ("trades", "supports", "programmes"))

    def among(self, frame: pd.DataFrame, programme: str) -> pd.DataFrame:
        """Rows of the regions (and subsectors) of a programme."""
        spec = self.specs[programme]
        kept = frame["region"].isin(spec["regions"])
        if "subsector" in frame and "all" not in spec["subsectors"]:
            kept &= frame["subsector"].isin(spec["subsectors"])
        return frame[kept]

    def stock(self, programme: str, column: str) -> Course:
        """A number of firms at the end of each year, held through the next one."""
        sums = self.among(self.trades, programme).groupby(["at", "replication"], observed=True)[column].sum().unstack("replication")
        return self._whole(sums).ffill()

    def flow(self, programme: str, column: str) -> Course:
        """A programme's count in each quarter; 0 where it did nothing."""
        own = self.among(self.calls[self.calls["programme"] == programme], programme)
        return self._whole(own.groupby(["at", "replication"], observed=True)[column].sum().unstack("replication")).fillna(0.0)

    def helped(self, programme: str, among: str = "") -> Course:
        """How many different firms it has begun to support so far; with ``among``, of those that this other programme supported too."""
        own = self._firsts(programme)
        if among:
            both = own.merge(self._firsts(among), on=["replication", "uid"], suffixes=("", "_among"))
            own = both.assign(at=both[["at", "at_among"]].max(axis=1))
        return self._whole(own.groupby(["at", "replication"], observed=True).size().unstack("replication")).fillna(0.0).cumsum()

    def _firsts(self, programme: str) -> pd.DataFrame:
        """The first support of each firm."""
        return self.supports[self.supports["programme"] == programme].drop_duplicates(["replication", "uid"])

    def _whole(self, frame: pd.DataFrame) -> Course:
        whole: pd.DataFrame = frame.reindex(index=list(self.quarters), columns=self.replications).astype(float)
        return whole


def _numbered(frame: pd.DataFrame) -> pd.DataFrame:
    when = frame["quarter"].dt
    return frame.assign(at=when.year * 4 + when.quarter - 1)


def _of_firms(path: Course, firms: Course) -> Course:
    """Parts of the firms, of which there may be fewer than were ever counted."""
    return (path / firms.bfill().where(lambda count: count > 0)).clip(upper=1.0)


def _told_share(held: _Evidence, target: Target) -> Course:
    """Part of firms that was told at least once, quarters being independent: 1 - prod(1 - told / firms)."""
    each = _of_firms(held.flow(target.programme, "told"), held.stock(target.programme, "firms"))
    return 1.0 - (1.0 - each.fillna(0.0)).cumprod()


def _begun(held: _Evidence, target: Target) -> Course:
    """1 from the quarter on in which the programme first supports a firm or works; a yearly target is what years have on average."""
    selected = held.flow(target.programme, "selected")
    works = (selected + held.flow(target.programme, "supported") > 0).astype(float)
    return _a_year((selected > 0).astype(float), target) if target.unit == "a year" else works.cummax()


def _a_year(events: Course, target: Target) -> Course:
    """Years with an event over years since the first of the target, from its deadline on."""
    assert target.start is not None
    assert target.due is not None
    years = events.groupby(events.index // 4).max().loc[target.start:]
    mean = years.expanding().mean()
    mean.index = mean.index * 4 + 3
    return mean.loc[target.due:].reindex(events.index).ffill().dropna(how="all")


def _applied(held: _Evidence, target: Target) -> Course:
    flow = held.flow(target.programme, "applied")
    begun = parse_quarter(held.specs[target.programme]["from"], target.programme)
    return flow.loc[begun:begun + FOUNDING_QUARTERS - 1].cumsum().reindex(flow.index).ffill().fillna(0.0)


def _plants(held: _Evidence, target: Target) -> Course:
    """Plants that began to run since the plan began: what ran the year before does not count."""
    plants = held.stock(target.programme, "plants").fillna(0.0)
    return (plants - plants.loc[: held.begun - 1].max().fillna(0.0)).clip(lower=0.0).cummax()


MEASURES: dict[str, Callable[[_Evidence, Target], Course]] = {
    **{name: lambda held, target, name=name, of=of: _of_firms(  # type: ignore[misc]
        held.stock(target.programme, name), held.stock(target.programme, of)) for name, of in SHARES.items()},
    "told_share": _told_share,
    "selected_share": lambda held, target: _of_firms(held.helped(target.programme), held.stock(target.programme, "firms")),
    "begun": _begun,
    "applied": _applied,
    "substitution": _plants,
}
OF_PROGRAMME = "of_programme:"


def _course(held: _Evidence, target: Target) -> Course:
    """The target's course; without columns where nothing measures it or the scenario lacks its programme."""
    if not target.indicator or target.programme not in held.specs:
        return pd.DataFrame()
    if target.indicator.startswith(OF_PROGRAMME):
        other = target.indicator.removeprefix(OF_PROGRAMME)
        return _of_firms(held.helped(target.programme, among=other), held.helped(other)).fillna(0.0)
    course = MEASURES[target.indicator](held, target)
    return course.dropna(how="all")


def score(results: Results, scenario: str) -> PlanScore:
    """Score every target in one scenario."""
    context = Context(results)
    held = _Evidence(results, context, scenario)
    scored = tuple(Scored(target, _course(held, target), held.last) for target in targets(context.world["name"]))
    title = {lang: str(WORDS[lang]["title"]).format(caption=context.scenario_caption(scenario, lang),
                                                    **size_told(len(held.replications), context.scale, lang)) for lang in WORDS}
    small = {lang: COMPARED[lang]["small"].format(scale=quantity(context.scale, lang)) if context.is_small() else "" for lang in WORDS}
    return PlanScore(title, small, scored)


# ---- table, figure, report -------------------------------------------------------------------------------------------
def _row(item: Scored, lang: str) -> tuple[Cell, ...]:
    said, target = WORDS[lang], item.target
    text, verdict = (tuple(textwrap.wrap(*told)) for told in ((target.text[lang], TEXT), (said[item.verdict], VERDICT)))
    due = tuple(target.deadline.replace("(printed", f"({said['printed']}").split(" ", 1))
    wanted = str(said["units"].get(target.unit, "{value}")).format(value=_amount(target.value, target, lang))
    return ((target.id,), text, due, (wanted,), *_outcome(item, lang), verdict)


def _outcome(item: Scored, lang: str) -> tuple[Cell, Cell, Cell, Cell]:
    """Reached by the deadline, worlds in time, the quarter by which most worlds reach it, and what lacks; blank where nothing is due."""
    by_most = "" if item.course.empty or np.isnan(item.by_most) else quarter_name(int(item.by_most))
    if item.verdict == "after":
        return ("",), ("",), (by_most,), ("",)
    values, target = item.at_deadline, item.target
    in_time, lacking = f"{round(item.in_time * len(values))}/{len(values)}", _lacking(values, target)
    reached, missed = ("" if target.unit == DONE else _amount(value, target, lang) for value in (float(values.mean()), lacking))
    return (reached,), (in_time,), (by_most or WORDS[lang]["never"],), (missed if lacking > 1e-9 else "",)


def _lacking(values: "pd.Series[float]", target: Target) -> float:
    """What a world lacks to the target, on average: one that exceeds it makes up for no other."""
    return float((target.value - values).clip(lower=0.0).mean())


def _amount(value: float, target: Target, lang: str) -> str:
    if np.isnan(value):
        return str(WORDS[lang]["none"])
    return f"{number(100 * value, 0, lang)} %" if target.share else number(value, 0 if value == round(value) else 1, lang)


def _yearly(course: Course) -> pd.DataFrame:
    """Year × replication: the best of the year."""
    return course.groupby(course.index // 4).max()


def draw(found: PlanScore, lang: str) -> Figure:
    """Targets by years: how much of each target worlds have reached on average; a mark where it is due."""
    said = WORDS[lang]
    shown = [item for item in found.scored if not item.course.empty]
    years = range(2006, LAST_YEAR + 1)
    reached = np.array([[_reached(item, year) for year in years] for item in shown])
    figure = Figure(figsize=(12, 1.8 + 0.3 * len(shown)), layout="constrained")
    ax = figure.subplots()
    image = ax.imshow(reached, aspect="auto", cmap="cividis", vmin=0, vmax=1, extent=(2005.5, LAST_YEAR + 0.5, len(shown) - 0.5, -0.5))
    for y, item in enumerate(shown):
        if item.target.due is not None:
            ax.plot(item.target.due // 4, y, marker="D", markersize=5, markerfacecolor="white", markeredgecolor="#a33333")
    names = [f"{item.target.id} {textwrap.shorten(item.target.text[lang], 58, placeholder=' …')}" for item in shown]
    ax.set_yticks(range(len(shown)), names, fontsize=8)
    ax.set_xticks(list(years), [str(year) for year in years], fontsize=8)
    ax.set_title(textwrap.fill(found.heading[lang], 110), fontsize=10)
    figure.colorbar(image, ax=ax, label=str(said["reached"]), shrink=0.6)
    figure.supxlabel(str(said["mark"]), fontsize=8)
    return figure


def _reached(item: Scored, year: int) -> float:
    yearly = _yearly(item.course)
    return float(np.clip(yearly.loc[year].to_numpy() / item.target.value, 0.0, 1.0).mean()) if year in yearly.index else float("nan")


def saved(results: Results, folder: Path, lang: str) -> Iterator[str]:
    """Save the score of every scenario that carries out the plan; what to print of each. Raises InputError when the disk refuses."""
    context = Context(results)
    for scenario in results.scenarios:
        if context.replications(scenario) and recorded_for(list(context.configs[scenario]["programmes"]), context.world["name"]):
            found = score(results, scenario)
            store.write_texts(folder, {f"plan_{scenario}.md": found.markdown(lang).encode(),
                                       f"plan_{scenario}.csv": found.frame().to_csv(index=False).encode()})
            yield f"{found.text(lang)}\n{save(draw(found, lang), folder / 'figures' / f'plan_{scenario}.png', lang)}"
