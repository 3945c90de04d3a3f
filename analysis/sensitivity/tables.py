"""Sensitivities as tables for a terminal and for Markdown."""

import textwrap
from typing import Any

import numpy as np
import pandas as pd

from analysis import labels
from analysis.grid import Cell, Grid
from analysis.sensitivity.luck import Noise
from analysis.sensitivity.result import Sensitivity
from analysis.sensitivity.sweep import FACTORIAL, MORRIS, ONE_AT_A_TIME, SAMPLE, SOBOL
from analysis.sensitivity.wording import WORDS
from analysis.wording import probability
from sim.wording import counted, number

WIDTH, LEVEL_WIDTH = 120, 40
COLUMNS = {SOBOL: ("total", "first", "luck"), MORRIS: ("mu_star", "mu", "sigma", "luck"), SAMPLE: ("first",), ONE_AT_A_TIME: ("effect",),
           FACTORIAL: ("effect",)}
BY_LEVEL = (ONE_AT_A_TIME, FACTORIAL)
INDEX_DIGITS = 2


def text(found: Sensitivity, lang: str = "en", width: int = WIDTH) -> str:
    """Title, table and notes for a terminal of ``width`` characters."""
    notes = "\n".join(textwrap.fill(line, width, break_on_hyphens=False) for line in _notes(found, lang))
    return f"{title(found, lang)}\n\n{grid(found, lang).text(width)}\n\n{notes}\n"


def markdown(found: Sensitivity, lang: str = "en") -> str:
    """The same as Markdown."""
    return "\n\n".join([title(found, lang), grid(found, lang).markdown(), *_notes(found, lang)]) + "\n"


def in_units(found: Sensitivity) -> pd.DataFrame:
    """The numbers in the unit that tables show, which stands in the column ``unit``; indices of variance have none."""
    if found.method in (SOBOL, SAMPLE):
        return found.table
    shown = labels.outcome(found.output, "en")
    amounts = labels.AMOUNTS if found.method in BY_LEVEL else [name for name in found.table.columns if name != "factor"]
    table = found.table.assign(unit=shown.unit or labels.INDEX_UNIT)
    table[amounts] *= shown.times
    return table


def title(found: Sensitivity, lang: str) -> str:
    """Method, outcome and number of worlds; below it, where known, which worlds."""
    said: Any = WORDS[lang]
    head = said["title"][found.method].format(outcome=labels.outcome(found.output, lang).label)
    told = f"{head}; {counted(found.rows, 'row', lang)} x {counted(found.replications, 'replication', lang)}"
    return "\n".join([told, *([found.worlds[lang]] if found.worlds else [])])


def grid(found: Sensitivity, lang: str) -> Grid:
    """A row a factor, or a factor and level."""
    said: Any = WORDS[lang]
    each = found.method in BY_LEVEL
    heads = [said["factor"], *([said["level"]] if each else []), *(said[name] for name in COLUMNS[found.method]),
             *([said["sign_share"], said["p_adjusted"]] if each else [said["verdict"]])]
    return Grid(tuple(heads), tuple(_row(found, line, lang) for line in found.table.to_dict("records")))


def _row(found: Sensitivity, line: dict[Any, Any], lang: str) -> tuple[Cell, ...]:
    said: Any = WORDS[lang]
    name = (labels.factor(line["factor"], lang, found.names(lang)),)
    values = [_value(found, line, column, lang) for column in COLUMNS[found.method]]
    if found.method not in BY_LEVEL:
        return name, *values, (said["yes" if told_from_luck(found, line) else "no"],)
    level = labels.value(line["factor"], line["level"], lang, found.names(lang))
    if line["level"] == line["base"]:
        return name, _broken(f"{level} ({said['base']})"), (number(0.0, 0, lang),), ("",), ("",)
    return name, _broken(level), *values, (_percent(line["sign_share"], lang),), (probability(line["p_adjusted"], lang),)


def told_from_luck(found: Sensitivity, line: dict[Any, Any]) -> bool:
    """Whether the interval of a factor's main column lies above what luck alone would show."""
    return bool(line[f"{COLUMNS[found.method][0]}_low"] > np.nan_to_num(line.get("luck", 0.0)))


def _broken(level: str) -> Cell:
    """A level in lines that leave room for the other columns."""
    return tuple(textwrap.wrap(level, LEVEL_WIDTH, break_on_hyphens=False))


def _value(found: Sensitivity, line: dict[Any, Any], column: str, lang: str) -> Cell:
    """A value and, below it, its interval."""
    times, places = _scale(found, lang)
    if np.isnan(line[column]):
        return (str(WORDS[lang]["none"]),)
    low, high = ("low", "high") if column == "effect" else (f"{column}_low", f"{column}_high")
    told = number(times * line[column], places, lang, sign=column in ("mu", "effect"))
    if low not in line or np.isnan(line[low]):
        return (told,)
    ends = {name: number(times * line[key], places, lang) for name, key in (("low", low), ("high", high))}
    return told, str(WORDS[lang]["interval"]).format(**ends)


def _scale(found: Sensitivity, lang: str) -> tuple[float, int]:
    """Factor to the unit shown, and decimals."""
    if found.method in (SOBOL, SAMPLE):
        return 1.0, INDEX_DIGITS
    shown = labels.outcome(found.output, lang)
    return shown.times, labels.digits(shown.times * found.table[COLUMNS[found.method][0]].to_numpy(float), shown.places)


def _notes(found: Sensitivity, lang: str) -> list[str]:
    said: Any = WORDS[lang]
    unit = labels.outcome(found.output, lang).change(lang)
    lines = [said["notes"][found.method].format(unit=f" ({unit})" if unit else "")]
    # Rows of the other plans are not spread evenly over the ranges, and their variance means nothing.
    lines += [_luck(found.noise, lang)] if found.method in (SOBOL, SAMPLE) else []
    if found.method == MORRIS and (words := found.table.loc[found.table["mu"].isna(), "factor"].tolist()):
        lines.append(said["of_words"].format(factors=", ".join(labels.factor(name, lang, found.names(lang)) for name in words)))
    if found.unjudged:
        lines.append(said["unjudged"].format(factors=", ".join(labels.factor(name, lang, found.names(lang)) for name in found.unjudged)))
    left = said["left"].format(left=counted(found.left_out, "row", lang))
    return [*lines, f"{left}."] if found.left_out else lines


def _luck(noise: Noise, lang: str) -> str:
    said: Any = WORDS[lang]
    if np.isnan(noise.share):
        return str(said["no_luck"])
    total = noise.rows + noise.common + noise.own
    shares = {"share": noise.share, "low": noise.low, "high": noise.high, "common": noise.common / total, "own": noise.own / total}
    return str(said["of_luck"]).format(**{name: _percent(value, lang) for name, value in shares.items()})


def _percent(share: float, lang: str) -> str:
    return str(WORDS[lang]["none"]) if pd.isna(share) else f"{number(100 * share, 0, lang)} %"
