"""The factors of a sweep: which keys vary, over which range or among which values.

``parameters.trust_weight`` (its declared range), ``parameters.trust_weight=0.5..3`` (a range), ``copper=ar1,bust``
(values), and plain scenario names, which are values of the factor ``scenario``.
"""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

from sim.errors import InputError
from sim.levers import LEVERS
from sim.numerals import refuse_misread_word
from sim.parameters import LISTED_BY, declared
from sim.programmes import PROGRAMME_KEYS, is_number, is_whole
from sim.settings import KEYS
from sim.worldsheets import nearest

SCENARIO = "scenario"
DOTS = ".."
DESIGNS = ("single", "list", "factorial", "lhs", "sobol", "morris")
"""Names of designs; the name of a CSV or Parquet file is one, too."""
HOW_TO_RUN = ("replications", "outcome", "half_width", "samples", "levels", "seed", "workers", "executor", "address", "output",
              "recording", "region", "world")
"""Keys that hold for a whole sweep and cannot vary within one."""


@dataclass(frozen=True)
class Factor:
    """A key with a range (``values`` empty) or with values as written; ``whole`` numbers stay whole."""

    key: str
    low: float = math.nan
    high: float = math.nan
    values: tuple[str, ...] = ()
    whole: bool = False

    @property
    def text(self) -> str:
        """The factor as a user writes it."""
        return f"{self.key}={','.join(self.values)}" if self.values else f"{self.key}={self.low:g}{DOTS}{self.high:g}"

    @property
    def with_point(self) -> str:
        """Two whole numbers as the one number that they are with a decimal point; empty for other values."""
        whole = len(self.values) == 2 and all(map(str.isdigit, self.values))
        return f"{self.key}={'.'.join(self.values)}" if whole else ""

    def at(self, share: float) -> str | float:
        """The value at a share of the way, 0 to 1: of the range, or along the list in equal parts."""
        if self.values:
            return self.values[min(int(share * len(self.values)), len(self.values) - 1)]
        if self.whole:
            return float(min(math.floor(self.low + share * (self.high - self.low + 1)), self.high))
        return self.low + share * (self.high - self.low)


def numeric(key: str) -> bool:
    """Whether numbers of this key can be put into a composed world without composing it again."""
    first, *rest = key.split(".")
    if first == "parameters":
        return True
    if first == "programmes":
        return (len(rest) == 3 and rest[1] == "levers") or (len(rest) == 2 and is_number(rest[1]))
    return key in ("scale", "horizon")


def whole(key: str) -> bool:
    """Whether the key's numbers are whole."""
    return key == "horizon" or is_whole(key.split(".")[-1])


def read_factors(words: Sequence[str]) -> tuple[tuple[Factor, ...], tuple[str, ...]]:
    """Factors and the words that hold for every row. Raises InputError."""
    scenarios = [word for word in words if "=" not in word and "." not in word and not word.startswith("~") and word not in KEYS]
    for word in scenarios:
        if word in declared():
            raise InputError(f"{word!r} is not a scenario; did you mean the factor parameters.{word}?")
    factors = [Factor(SCENARIO, values=tuple(scenarios))] if scenarios else []
    fixed = []
    for word in words:
        if word in scenarios:
            continue
        factor = _factor(word)
        if factor is None:
            fixed.append(word)
        else:
            factors.append(factor)
    _check_once(factors)
    return tuple(factors), tuple(fixed)


def _factor(word: str) -> Factor | None:
    """The factor that a word stands for; None for a fixed value."""
    key, equals, written = word.partition("=")
    if not equals:
        return None if word.startswith("~") else _declared_range(word)
    if key != SCENARIO and (written[:1] in ("[", "{", "'", '"') or not ("," in written or DOTS in _bare(written))):
        return None
    if key.split(".")[0] in HOW_TO_RUN and key != "executor.address":
        raise InputError(f"{word}: {key} holds for a whole sweep and takes one value; run a sweep for each")
    if DOTS in _bare(written):
        refuse_misread_word(word, key, written)
    return _range(key, written, word) if DOTS in _bare(written) and "," not in written else _listed(key, written, word)


def _bare(written: str) -> str:
    """What may hold the dots of a range: not the dots of a path such as ``../copper.csv``."""
    return "" if "/" in written else written


def _listed(key: str, written: str, word: str) -> Factor:
    values = tuple(value.strip() for value in written.split(","))
    if not all(values):
        raise InputError(f"{word}: a value between the commas is missing; write for example {key}=A,B")
    if numeric(key) and len(values) == 2 and values[0].isdigit() and re.fullmatch(r"0\d+", values[1]):
        refuse_misread_word(word, key, written)  # 0,05: nobody writes five with a nought before it
    for value in values:
        refuse_misread_word(word, key, value)
    twice = sorted({value for value in values if values.count(value) > 1 and key == SCENARIO})
    if twice:
        raise InputError(f"{word}: {twice[0]!r} is named twice; name each scenario once")
    return Factor(key, values=values, whole=whole(key))


def _range(key: str, written: str, word: str) -> Factor:
    if not numeric(key):
        raise InputError(f"{word}: only numbers have ranges; list the values of {key}, as in {key}=A,B")
    low, _, high = written.partition(DOTS)
    try:
        bounds = float(low), float(high)
    except ValueError:
        raise InputError(f"{word}: {written!r} is no range; write two numbers, as in {key}=0.5..3") from None
    if not (bounds[0] < bounds[1] and all(map(math.isfinite, bounds))):
        raise InputError(f"{word}: the range {written} is empty; write the lower number first, as in {key}=0.5..3")
    return Factor(key, *bounds, whole=whole(key))


def _declared_range(key: str) -> Factor:
    """A key alone: the range that its declaration calls plausible, or a lever's whole range."""
    first, *rest = key.split(".")
    if first == "parameters" and len(rest) == 1:
        if rest[0] not in declared():
            raise InputError(f"{key}: unknown parameter {rest[0]!r}; {nearest(rest[0], declared(), LISTED_BY)}")
        item = declared()[rest[0]]
        return Factor(key, item.low, item.high)
    if first == "programmes" and len(rest) == 3 and rest[1] == "levers" and rest[2] in LEVERS:
        lever = LEVERS[rest[2]]
        return Factor(key, lever.low, 1.0 if lever.cost_share else lever.high)
    known = first in KEYS or (first == "programmes" and len(rest) == 2 and rest[1] in PROGRAMME_KEYS)
    raise InputError(f"{key!r} has no declared range; write {key}=A,B for values or {key}=LOW..HIGH for a range" if known else
                     f"{key!r} is neither a scenario nor a factor; write parameters.NAME, KEY=A,B or KEY=LOW..HIGH")


def _check_once(factors: Sequence[Factor]) -> None:
    keys = [factor.key for factor in factors]
    twice = sorted({key for key in keys if keys.count(key) > 1})
    if twice:
        raise InputError(f"factor {twice[0]} is given twice; write its values or its range once")
