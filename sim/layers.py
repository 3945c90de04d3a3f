"""The files that make up one scenario, in the order in which they merge, each checked before anything is composed.

A scenario file may list, under ``defaults``, programmes (``- programmes@programmes: [a, b]``), other scenarios by name,
and a world (``- override /world: name``); everything else in it changes values.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from sim.errors import InputError
from sim.numerals import refuse_misread
from sim.parameters import LISTED_BY, declared
from sim.programmes import LIKE, PROGRAMME_KEYS, unknown_key
from sim.roots import PROGRAMME, SCENARIO, WORLD, Roots
from sim.settings import KEYS, check_setting
from sim.worldsheets import nearest
from sim.yamlfiles import read_mapping

DEFAULT_WORLD = "chile"
BASELINE = "baseline"
DEFAULTS = "defaults"
CAPTIONS = ("caption", "caption_es")
SECTIONS = ("parameters", "programmes")
LIST_OF_PROGRAMMES = "programmes@programmes"
WORLD_ENTRY = "override /world"
GLOBAL_HEADER = "# @package _global_"
_HOW = (f"a line lists programmes (`- {LIST_OF_PROGRAMMES}: [fc_certification]`), another scenario by its name, "
        f"or a world (`- {WORLD_ENTRY}: chile`)")


def both_captions(values: Mapping[str, Any]) -> dict[str, str]:
    """The captions in both languages; where only one is written, it stands for both."""
    written = [str(values.get(key) or "") for key in CAPTIONS]
    return {key: text or next(filter(None, written), "") for key, text in zip(CAPTIONS, written, strict=True)}


@dataclass(frozen=True)
class Layer:
    """One file: what it says of itself (``body``), and of others (``defaults``)."""

    path: Path
    label: str
    group: str
    body: Mapping[str, Any]
    defaults: tuple[Any, ...] = ()

    def holds(self, path: tuple[str, ...]) -> bool:
        """Whether the file itself gives a value to the dotted key ``path``."""
        found: Any = self.body
        for name in path:
            if not isinstance(found, Mapping) or name not in found:
                return False
            found = found[name]
        return True


@dataclass(frozen=True)
class Layers:
    """The files of one scenario in merge order: the world's, then the scenario's."""

    scenario: str
    world: str
    files: tuple[Layer, ...]

    @cached_property
    def programmes(self) -> dict[str, Any]:
        """Name → own values of every programme that is left when all files have been read."""
        merged: dict[str, Any] = {}
        for layer in self.files:
            for name, values in (layer.body.get("programmes") or {}).items():
                merged[name] = None if values is None else {**(merged.get(name) or {}), **values}
        return {name: values for name, values in merged.items() if values is not None}


class Reader:
    """Reads and checks configuration files, each once."""

    def __init__(self, roots: Roots) -> None:
        self.roots = roots
        self._read: dict[Path, Layer] = {}

    def layers(self, scenario: str, world: str | None = None) -> Layers:
        """The files of a scenario in the given world (None: the one it names). Raises InputError."""
        files = tuple(self._scenario(scenario, ""))
        world = world or _named_world(files) or DEFAULT_WORLD
        self.roots.world_folder(world)
        files = (*self._world(world), *files)
        _check_once(files)
        layers = Layers(scenario, world, files)
        self._check_instances(layers)
        return layers

    def programme(self, name: str, where: str = "") -> Mapping[str, Any]:
        """All values of a programme file, taken together with those of the file it is like. Raises InputError."""
        layer = self._layer(self.roots.file(PROGRAMME, name, where), PROGRAMME)
        return self.resolved(layer.body["programmes"][name], (name,), layer.label)

    def resolved(self, values: Mapping[str, Any], seen: tuple[str, ...] = (), label: str = "") -> dict[str, Any]:
        """Values with those of the programme they are ``like`` beneath them; levers merge one by one. They stand in file ``label``."""
        values = dict(values)
        like = values.pop(LIKE, None)
        if like is None:
            return values
        path = self.roots.file(PROGRAMME, str(like), _unknown_like(seen[-1], label) if seen else "")
        if like in seen:
            raise InputError(f"{self.roots.label(path)}: {' is like '.join((*seen, like))}; "
                             "a programme cannot be like itself, so give one of them values of its own")
        below = self.resolved(self._layer(path, PROGRAMME).body["programmes"][like], (*seen, like), self.roots.label(path))
        if isinstance(values.get("levers"), Mapping):
            values["levers"] = {**(below.get("levers") or {}), **values["levers"]}
        return {**below, **values}

    def _scenario(self, name: str, where: str, above: tuple[str, ...] = ()) -> Iterator[Layer]:
        layer = self._layer(self.roots.file(SCENARIO, name, where), SCENARIO)
        if name in above:
            raise InputError(f"{where}{' lists '.join((*above, name))}, so it would never end; "
                             "take one of these lines out")
        yield from self._listed(layer, (*above, name))
        yield layer

    def _world(self, name: str) -> Iterator[Layer]:
        path = self.roots.files(WORLD).get(name)
        if path is not None:
            layer = self._layer(path, WORLD)
            yield from self._listed(layer)
            yield layer

    def _listed(self, layer: Layer, above: tuple[str, ...] = ()) -> Iterator[Layer]:
        for entry in layer.defaults:
            match entry:
                case "_self_":
                    pass
                case str():
                    yield from self._scenario(entry.lstrip("/"), f"{layer.label}: ", above)
                case dict() if WORLD_ENTRY not in entry:
                    (names,) = entry.values()
                    for name in [names] if isinstance(names, str) else names:
                        yield self._layer(self.roots.file(PROGRAMME, str(name), f"{layer.label}: "), PROGRAMME)

    def _layer(self, path: Path, group: str) -> Layer:
        if path not in self._read:
            self._read[path] = _checked(path, self.roots.label(path), group)
        return self._read[path]

    def _check_instances(self, layers: Layers) -> None:
        known = {layer.path.stem: None for layer in layers.files if layer.group == PROGRAMME}
        for layer in layers.files:
            for name, values in (layer.body.get("programmes") or {}).items():
                if values and LIKE in values:
                    self.roots.file(PROGRAMME, str(values[LIKE]), _unknown_like(name, layer.label))
                    known[name] = None
                elif name not in known:
                    raise InputError(f"{layer.label}: programmes.{name} is not listed by this scenario; "
                                     f"{nearest(name, known)}; list it under defaults, "
                                     "or begin it with `like: ` and the programme it resembles")


def _unknown_like(name: str, label: str) -> str:
    return f"{label}: programmes.{name} is like an unknown one: "


def _checked(path: Path, label: str, group: str) -> Layer:
    found = read_mapping(path, label)
    refuse_misread(path.read_text(encoding="utf-8"), label)
    if group == PROGRAMME:
        return Layer(path, label, group, {"programmes": _programme_body(found, path.stem, label)})
    defaults = found.pop(DEFAULTS, None) or []
    _check_defaults(defaults, label, group)
    if group == WORLD and not path.read_text(encoding="utf-8").startswith(GLOBAL_HEADER):
        raise InputError(f"{label}: the first line of a world's file must be `{GLOBAL_HEADER}`")
    _check_body(found, label)
    return Layer(path, label, group, found, tuple(defaults))


def _programme_body(found: dict[str, Any], name: str, label: str) -> dict[str, Any]:
    if list(found) != [name] or not isinstance(found[name], dict):
        raise InputError(f"{label}: a programme file holds one mapping under its own name; "
                         f"begin it with the line `{name}:` and write its values two blanks further in")
    _check_programme_keys(name, found[name], label)
    return found


def _check_defaults(defaults: Any, label: str, group: str) -> None:
    if not isinstance(defaults, list):
        raise InputError(f"{label}: defaults is {defaults!r}; it is a list, and {_HOW}")
    for position, entry in enumerate(defaults):
        if entry == "_self_":
            if position < len(defaults) - 1:
                raise InputError(f"{label}: _self_ stands before other lines of defaults, so values written in this "
                                 "file would be lost; move it to the end or take it out")
        elif not _understood(entry, group):
            raise InputError(f"{label}: defaults holds {entry!r}, which is not understood; {_HOW}")
        elif entry == BASELINE:
            raise InputError(f"{label}: defaults lists baseline, whose programmes are in every scenario already; "
                             "take it out")


def _understood(entry: Any, group: str) -> bool:
    if isinstance(entry, str):
        return group == SCENARIO and re.fullmatch(r"/?\w+", entry) is not None
    if not isinstance(entry, dict) or len(entry) != 1:
        return False
    ((key, value),) = entry.items()
    if key == WORLD_ENTRY:
        return group == SCENARIO and isinstance(value, str)
    names = [value] if isinstance(value, str) else value
    allowed = (f"/{LIST_OF_PROGRAMMES}", *((LIST_OF_PROGRAMMES,) if group == SCENARIO else ()))
    return key in allowed and isinstance(names, list) and all(isinstance(name, str) for name in names)


def _check_body(body: Mapping[str, Any], label: str) -> None:
    for key, value in body.items():
        if key in SECTIONS:
            _check_section(key, value, label)
        elif key in CAPTIONS:
            if not isinstance(value, str):
                raise InputError(f"{label}: {key} is {value!r}; write a text")
        elif key == "world":
            raise InputError(f"{label}: a world is chosen under defaults, so that its programmes come along; "
                             f"write `- {WORLD_ENTRY}: {value}` there")
        elif key in KEYS:
            check_setting(key, value, label)
        else:
            known = (DEFAULTS, *CAPTIONS, *SECTIONS, *(name for name in KEYS if name != "world"))
            raise InputError(f"{label}: unknown key {key!r}; {nearest(str(key), known)}")


def _check_section(section: str, value: Any, label: str) -> None:
    if value is not None and not isinstance(value, dict):
        raise InputError(f"{label}: {section} is {value!r}; write `name: value` lines under it, two blanks further in")
    for name, inner in (value or {}).items():
        if section == "parameters":
            check_parameter(str(name), inner, label)
        else:
            _check_programme_keys(str(name), inner, label)


def check_parameter(name: str, value: Any, where: str) -> None:
    """Raise InputError for an unknown parameter or an impossible value."""
    known = declared()
    if name not in known:
        raise InputError(f"{where}: unknown parameter {name!r}; {nearest(name, known, LISTED_BY)}")
    item = known[name]
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise InputError(f"{where}: parameters.{name} is {value!r}; write a number, plausibly "
                         f"{item.low:g} to {item.high:g}{item.unit_told}")
    item.check(value, where)


def _check_programme_keys(name: str, values: Any, label: str) -> None:
    if values is None:
        return
    if not isinstance(values, dict):
        raise InputError(f"{label}: programmes.{name} is {values!r}; write `key: value` lines under it, "
                         "or null to take the programme out")
    for key in values:
        if key not in (*PROGRAMME_KEYS, LIKE):
            raise InputError(f"{label}: programmes.{name}: {unknown_key(str(key))}")


def _named_world(files: tuple[Layer, ...]) -> str | None:
    """The world that a scenario names; its own word counts more than those of scenarios it lists."""
    named = [(layer.label, entry[WORLD_ENTRY]) for layer in files for entry in layer.defaults
             if isinstance(entry, dict) and WORLD_ENTRY in entry]
    own = [str(world) for label, world in named if label == files[-1].label]
    if not own and len({world for _, world in named}) > 1:
        raise InputError(f"{files[-1].label}: the scenarios it lists name different worlds "
                         f"({', '.join(f'{world} in {label}' for label, world in named)}); "
                         f"write `- {WORLD_ENTRY}: name` in this file to choose")
    return next(reversed(own or [str(world) for _, world in named]), None)


def _check_once(files: tuple[Layer, ...]) -> None:
    seen: set[Path] = set()
    held: set[str] = set()
    for layer in files:
        if layer.path in seen or (layer.group == PROGRAMME and layer.path.stem in held):
            raise InputError(f"{files[-1].label}: {layer.label} is listed twice (perhaps through the world or another "
                             "scenario), which would undo values changed in between; list it once, and for a second "
                             f"programme of its kind write `name: {{like: {layer.path.stem}}}` under programmes")
        seen.add(layer.path)
        held |= (layer.body.get("programmes") or {}).keys()
