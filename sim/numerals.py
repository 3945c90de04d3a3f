"""Numbers in files and in words of the shell that a reader may mean otherwise than the program reads them."""

import re

from sim.errors import InputError
from sim.levers import LEVERS
from sim.parameters import declared
from sim.policies.record import KEYS as PROGRAMME_KEYS
from sim.programmes import is_number
from sim.schedules import WATCHES
from sim.separators import misread
from sim.settings import KEYS
from sim.yamlfiles import scalars

_SUSPECT = re.compile(r"\d[.,]\d{3}|\d,\d")
_UNITS = ("firms", "firms/year", "UF", "UF/year", "sales_unit", "problems/year")
_THOUSANDS = 1000.0
AMOUNTS = frozenset([*(key for key, item in PROGRAMME_KEYS.items() if item.metadata["unit"] in _UNITS),
                     *(name for name, item in declared().items() if item.high >= _THOUSANDS)])
"""Keys of money, firms and the like, where nobody writes three decimals."""
NUMBERS = frozenset([*AMOUNTS, *filter(is_number, PROGRAMME_KEYS), *LEVERS, *declared(),
                     *(word for words in WATCHES.values() for word in words if word not in ("indicator", "region", "value")),
                     *(name for name, key in KEYS.items() if key.kind in ("number", "whole"))])
"""Keys that hold a number."""


def refuse_misread(text: str, label: str) -> None:
    """Raise InputError for a number in a YAML file that has a decimal comma, or a point between thousands."""
    for key, written, line in scalars(text) if _SUSPECT.search(text) else ():
        if told := misread_as(key, written, f"{key}: "):
            raise InputError(f"{label}, line {line}: {key} is {written}; {told}")


def refuse_misread_word(word: str, key: str, written: str) -> None:
    """The same for ``key=written`` in a word of the shell, also inside brackets."""
    if told := misread_as(key, written, f"{key}="):
        raise InputError(f"{word}: {told}")
    for inner, text, _ in scalars(f"{_last(key)}: {written}") if written[:1] in ("[", "{") else ():
        if told := misread_as(inner, text, f"{inner}: "):
            raise InputError(f"{word}: {inner} is {text}; {told}")


def misread_as(key: str, written: str, before: str = "") -> str:
    """The sentence about a number of a key that would be read as another; empty for every other text."""
    return misread(written, _last(key) in AMOUNTS, before) if _last(key) in NUMBERS else ""


def _last(key: str) -> str:
    return key.split(".")[-1]
