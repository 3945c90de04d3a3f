"""The ``key=value`` words of the shell: read, checked, and quoted so that the composition can read them."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import yaml

from sim.errors import InputError
from sim.layers import check_parameter
from sim.numerals import refuse_misread_word
from sim.parameters import declared
from sim.programmes import LIST_KEYS as PROGRAMME_LISTS
from sim.programmes import PROGRAMME_KEYS, unknown_key
from sim.roots import slug
from sim.settings import KEYS, check_setting
from sim.worldsheets import nearest
from sim.yamlfiles import parse, refuse_code

_PLAIN = re.compile(r"[\w./:+\-%@*?|]*", re.ASCII)
_SWEEP = re.compile(r"(choice|range|interval|glob|shuffle|sort)\(")
LIST_KEYS = (*PROGRAMME_LISTS, *(name for name, key in KEYS.items() if key.kind == "list"))
_DEEPEST = {"parameters": 2, "programmes": 4}
IDLE_IN_TRIALS = ("horizon", "recording", "region")
_ALIASES = {"executor.address": "address"}


@dataclass(frozen=True)
class Override:
    """One ``key=value``; ``text`` is the word as the user wrote it."""

    text: str
    key: str
    written: str

    @property
    def path(self) -> tuple[str, ...]:
        """The key's parts."""
        return tuple(self.key.split("."))

    @property
    def programme(self) -> str | None:
        """The programme whose value it changes, if any."""
        return self.path[1] if self.path[0] == "programmes" else None

    @property
    def value(self) -> Any:
        """The value as YAML reads it; the text itself where YAML cannot."""
        try:
            return parse(self.written)
        except yaml.YAMLError:
            return self.written

    def composed(self) -> str:
        """The word in the composition's grammar; a value inside a programme may be new there. No value is null, as to YAML."""
        if not self.written and self.key in KEYS:
            return f"{self.key}=null"
        mark = "++" if len(self.path) > 2 else ""
        plain = self.written[:1] in ("[", "{", "'", '"') or _PLAIN.fullmatch(self.written)
        return f"{mark}{self.key}={self.written if plain else quoted(self.written)}"


def quoted(text: str) -> str:
    """Text in single quotes for the composition's grammar."""
    escaped = re.sub(r"(\\*)'", lambda found: found[1] * 2 + "\\'", text)
    return "'" + re.sub(r"(\\+)$", lambda found: found[1] * 2, escaped) + "'"


def read_overrides(words: Sequence[str], programmes: Mapping[str, Any]) -> list[Override]:
    """The overrides in ``words``, each checked as far as it can be without a scenario. Raises InputError.

    ``programmes`` holds all known programme files, for hints.
    """
    overrides = [_split(word) for word in words]
    for override in overrides:
        _check_key(override, programmes)
        _check_value(override)
    return overrides


def as_composed(words: Sequence[str]) -> list[Override]:
    """The words from which Hydra has composed already that change a value of ours. Raises InputError for a number misread."""
    overrides = [override for word in words if (override := _split(word.lstrip("+"))).path[0] in (*KEYS, *_DEEPEST)]
    for override in overrides:
        refuse_misread_word(override.text, override.key, override.written)
    return overrides


def refuse_idle_in_trials(words: Sequence[str]) -> None:
    """Raise InputError for a key that changes nothing in a comparison of firms with their twins."""
    for word in words:
        if (key := word.split("=")[0]) in IDLE_IN_TRIALS:
            raise InputError(f"{word}: twins compares the same measures of firms, over four years from the start of their support; "
                             f"{key} changes nothing there, so leave it out")


def _split(word: str) -> Override:
    if word.startswith("~"):
        return Override(word, word[1:].split("=")[0], "null")
    key, equals, written = word.partition("=")
    if not equals:
        raise InputError(f"{word!r} is not of the form key=value; write for example scale=0.25")
    if not key.strip("+"):
        raise InputError(f"{word!r} has no key before the equals sign; write key=value without blanks around it")
    return Override(word, _ALIASES.get(key, key.strip("+").strip()), written.strip())


def _check_key(override: Override, programmes: Mapping[str, Any]) -> None:
    first, *rest = override.path
    if first == "hydra":
        raise InputError(f"{override.text}: settings of Hydra belong to `python -m sim`, which takes all of its flags")
    if first == "scenario":
        raise InputError(f"{override.text}: scenarios are plain words; write `encadena run {override.written}`")
    if first in KEYS and not rest:
        return
    if first not in _DEEPEST or not rest or not all(rest):
        raise InputError(f"{override.text}: unknown key {override.key!r}; {_hint(override, programmes)}")
    if len(override.path) > _DEEPEST[first] or (len(override.path) == 4 and rest[1] != "levers"):
        raise InputError(f"{override.text}: {override.key} reaches too deep; write {_form(first)}")
    if first == "programmes" and len(rest) > 1 and rest[1] not in PROGRAMME_KEYS:
        raise InputError(f"{override.text}: {unknown_key(rest[1])}")


def _form(first: str) -> str:
    if first == "parameters":
        return "parameters.NAME=number"
    return "programmes.NAME.KEY=value or programmes.NAME.levers.LEVER=dose"


def _hint(override: Override, programmes: Mapping[str, Any]) -> str:
    first = slug(override.path[0])
    if first in programmes:
        return f"did you mean programmes.{override.key}?"
    if first in declared() and len(override.path) == 1:
        return f"did you mean parameters.{first}?"
    if first in _DEEPEST:
        return f"write {_form(first)}"
    return nearest(first, (*KEYS, *_DEEPEST))


def _check_value(override: Override) -> None:
    refuse_code(override.written, override.text)
    value = override.written
    refuse_misread_word(override.text, override.key, value)
    if _SWEEP.match(value) or ("," in value and value[:1] not in ("[", "{", "'", '"')):
        lists = override.path[-1] in LIST_KEYS
        raise InputError(f"{override.text}: one value a run; several values of one key are a sweep, such as "
                         f"`encadena sweep factorial {override.text}`"
                         + (f"; a list is written {override.key}=[{value}]" if lists else ""))
    if override.path[0] in KEYS:
        check_setting(override.key, override.value, override.text)
    elif override.path[0] == "parameters":
        check_parameter(override.path[1], override.value, override.text)


def for_scenario(overrides: Sequence[Override], listed: Mapping[str, Any]) -> list[Override]:
    """The overrides that concern a scenario which lists the programmes ``listed``."""
    return [override for override in overrides if override.programme is None or override.programme in listed]


def check_programmes_met(overrides: Sequence[Override], listed: Mapping[str, Mapping[str, Any]]) -> None:
    """Raise InputError when an override's programme is in none of the scenarios (name → programmes it lists)."""
    everywhere = {name: None for programmes in listed.values() for name in programmes}
    for override in overrides:
        if override.programme is not None and override.programme not in everywhere:
            several = f"none of the scenarios {', '.join(listed)} lists"
            which = several if len(listed) > 1 else f"{next(iter(listed))} does not list"
            raise InputError(f"{override.text}: {which} a programme {override.programme!r}; "
                             f"{nearest(override.programme, everywhere)}")
