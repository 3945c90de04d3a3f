"""When rules of programmes fired: which stopped a programme, prolonged it, filled its fund or climbed, when, and in how many worlds."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from analysis.context import Context
from sim.experiment.results import Results
from sim.wording import counted, number

RULES = {"stop_when": "stopped", "renews": "prolonged", "fund": "windfall", "ratchet": "raised"}
"""Rule of a programme file → the column of the table ``programmes`` that tells what it has done."""
FEW_YEARS = 3
"""Years that are listed one by one."""
WORDS = {
    "en": {"stop_when": "stopped by its rule (stop_when)", "renews": "prolonged by its rule (renews)",
           "fund": "given more money and places by its rule (fund)", "ratchet": "raised by its rule (ratchet)",
           "fired": "{programme}: {what} in {years}, in {count} of {worlds} [{scenarios}]",
           "never": "{programme}: never {what}, in {worlds} [{scenarios}]", "every": "every scenario"},
    "es": {"stop_when": "terminado por su regla (stop_when)", "renews": "prorrogado por su regla (renews)",
           "fund": "con más dinero y cupos por su regla (fund)", "ratchet": "elevado por su regla (ratchet)",
           "fired": "{programme}: {what} en {years}, en {count} de {worlds} [{scenarios}]",
           "never": "{programme}: nunca {what}, en {worlds} [{scenarios}]", "every": "todos los escenarios"},
}


@dataclass(frozen=True)
class Fired:
    """What one rule of a programme did: the ``years`` in which it fired in any world, and in how many of the ``worlds`` it ever did."""

    programme: str
    rule: str
    years: tuple[int, ...]
    count: int
    worlds: int


def fired(results: Results) -> dict[Fired, list[str]]:
    """What every rule of a programme did, and the scenarios in which it did just that; from the table ``programmes``."""
    context, found = Context(results), dict[Fired, list[str]]()
    ruled = {scenario: list(_ruled(context.configs[scenario]["programmes"])) for scenario in context.scenarios}
    begin = pd.Timestamp(year=int(context.world["history_from"]), month=4, day=1)
    for scenario, rules in ruled.items():
        worlds = len(context.replications(scenario))
        for programme, rule in rules if worlds else ():
            held = results.part("programmes", tuple(RULES.values()), programme=programme)
            own = held[held["scenario"] == scenario].groupby("replication", observed=True)
            when = [_years(world, RULES[rule], begin) for _, world in own]
            years = tuple(sorted({year for each in when for year in each}))
            found.setdefault(Fired(programme, rule, years, sum(map(bool, when)), worlds), []).append(scenario)
    return found


def _ruled(programmes: Mapping[str, Mapping[str, Any]]) -> Iterator[tuple[str, str]]:
    """Programmes that have a rule, and the rule."""
    for name, values in programmes.items():
        yield from ((name, rule) for rule in RULES if values.get(rule) not in (None, "never"))


def _years(rows: pd.DataFrame, column: str, begin: pd.Timestamp) -> set[int]:
    """Years in which a rule fired in one world: its column grew, or, of a fund, was above zero."""
    course = rows.groupby("quarter", observed=True)[column].max()
    before = course.shift(fill_value=0.0)
    if len(course) and course.index[0] < begin:
        before.iloc[0] = course.iloc[0]  # what it did before history began is told of no year
    when = course.index[course > (0.0 if column == "windfall" else before)]
    return {pd.Timestamp(quarter).year for quarter in when}


def lines(results: Results, lang: str = "en") -> list[str]:
    """A line for each rule that the run's programmes have."""
    said, context, told = WORDS[lang], Context(results), []
    for one, scenarios in fired(results).items():
        what = {"programme": f"{context.programme_caption(one.programme, lang)} ({one.programme})", "what": said[one.rule],
                "worlds": counted(one.worlds, "world", lang), "count": number(one.count, 0, lang), "years": _span(one.years),
                "scenarios": said["every"] if len(scenarios) == len(context.scenarios) > 1 else ", ".join(scenarios)}
        told.append(said["fired" if one.years else "never"].format(**what))
    return told


def _span(years: tuple[int, ...]) -> str:
    return ", ".join(map(str, years)) if len(years) <= FEW_YEARS else f"{years[0]}-{years[-1]}"
