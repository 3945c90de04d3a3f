"""Reads a YAML file that must be plain data: no doubled keys, no code, no interpolation."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from sim.errors import InputError

FORBIDDEN_KEYS = ("_target_", "_recursive_", "_partial_", "_args_", "_convert_", "hydra")
DOUBLED = "stands there twice"
_FLOAT = re.compile(r"[-+]?\d[\d_]*\.[\d_]*([eE][-+]?\d+)?$|[-+]?\d[\d_]*[eE][-+]?\d+$|\.[\d_]+([eE][-+]\d+)?$"
                    r"|[-+]?\.(inf|Inf|INF)$|\.(nan|NaN|NAN)$")


def _mapping(loader: Any, node: yaml.MappingNode) -> dict[Any, Any]:
    seen: set[Any] = set()
    for key, _ in node.value:
        named = isinstance(key, yaml.ScalarNode)
        if not named or key.value in seen:
            problem = f"the key {key.value!r} {DOUBLED}" if named else "a key is a name, and here it is a list or braces"
            raise yaml.constructor.ConstructorError(None, None, problem, key.start_mark)
        seen.add(key.value)
    return dict(loader.construct_mapping(node, deep=True))


def _plain(loader: Any) -> Any:
    """Teach a loader what numbers, texts and doubled keys are."""
    loader.yaml_implicit_resolvers = {
        first: [(tag, pattern) for tag, pattern in found if not tag.endswith(("timestamp", "float"))]
        for first, found in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }
    loader.add_implicit_resolver("tag:yaml.org,2002:float", _FLOAT, list("-+.0123456789"))
    loader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _mapping)
    return loader


_PlainLoader = _plain(type("_PlainLoader", (yaml.SafeLoader,), {}))
_FastLoader = _plain(type("_FastLoader", (getattr(yaml, "CSafeLoader", yaml.SafeLoader),), {}))
"""YAML as the composition reads it: 1e3 is a number, 2026-01-01 a text, and a doubled key an error. The fast one is tried
first; the plain one words what is broken."""


def parse(text: str) -> Any:
    """The value that a piece of YAML holds. Raises yaml.YAMLError."""
    try:
        return yaml.load(text, Loader=_FastLoader)
    except yaml.YAMLError:
        return yaml.load(text, Loader=_PlainLoader)


def read_mapping(path: Path, label: str) -> dict[str, Any]:
    """The mapping in a file. Raises InputError when it is unreadable, broken, no mapping, or could run code."""
    try:
        found = parse(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise InputError(f"{label}: this file cannot be read ({error.strerror})") from None
    except UnicodeDecodeError:
        raise InputError(f"{label}: this is not UTF-8 text; save the file with the encoding UTF-8") from None
    except yaml.YAMLError as error:
        raise InputError(f"{label}{_line(error)}: broken YAML ({_problem(error)}); {_advice(error)}") from None
    except RecursionError:
        raise InputError(f"{label}: brackets or blocks stand too deep inside one another; write `key: value` lines") from None
    if found is None:
        return {}
    if not isinstance(found, dict):
        raise InputError(f"{label}: the file must hold `key: value` lines, not {_kind(found)}")
    refuse_code(found, label)
    return found


def scalars(text: str) -> Iterator[tuple[str, str, int]]:
    """Key, text and line of every unquoted value; a point of a schedule goes by the key above it. None in a text that is no YAML.

    In braces a decimal comma ends the value, and what follows it is a key without value: the two are told as one text.
    """
    try:
        node = yaml.compose(text, Loader=_FastLoader)
    except yaml.YAMLError:
        return
    yield from _scalars(node, "")


def _scalars(node: yaml.Node | None, key: str) -> Iterator[tuple[str, str, int]]:
    if isinstance(node, yaml.MappingNode):
        last, before = key, ""
        for name, value in node.value:
            point = str(name.value)[:1].isdigit()
            if point and before and value.value == "":
                yield last, f"{before},{name.value}", name.start_mark.line + 1
            last = key if point else str(name.value)
            before = value.value if isinstance(value, yaml.ScalarNode) and value.value.lstrip("+-").isdigit() else ""
            yield from _scalars(value, last)
    elif isinstance(node, yaml.SequenceNode):
        for value in node.value:
            yield from _scalars(value, key)
    elif isinstance(node, yaml.ScalarNode) and not node.style:
        yield key, node.value, node.start_mark.line + 1


def refuse_code(value: Any, where: str) -> None:
    """Raise InputError when data holds an instruction to run something, or reads another value or the environment."""
    if isinstance(value, dict):
        for key, inner in value.items():
            if str(key).split("/")[0].removeprefix("override ") in FORBIDDEN_KEYS:
                raise InputError(f"{where}: the key {key!r} is refused, since these files are data and run nothing; "
                                 "take it out")
            refuse_code(key, where)
            refuse_code(inner, where)
    elif isinstance(value, list):
        for inner in value:
            refuse_code(inner, where)
    elif isinstance(value, str) and "${" in value:
        raise InputError(f"{where}: {value!r} holds an interpolation `${{...}}`, which is refused, since these files "
                         "are data and run nothing; write the value itself")


def _line(error: yaml.YAMLError) -> str:
    mark = getattr(error, "problem_mark", None)
    return f", line {mark.line + 1}" if mark else ""


def _problem(error: yaml.YAMLError) -> str:
    return str(getattr(error, "problem", None) or error).split("\n")[0]


def _advice(error: yaml.YAMLError) -> str:
    """What mends the mistakes that are made most."""
    problem, context, begun = _problem(error), str(getattr(error, "context", None)), getattr(error, "context_mark", None)
    opened = f" that opens in line {begun.line + 1}" if begun else ""
    if DOUBLED in problem:
        return "keep one of the two and take the other out"
    if "'\\t'" in problem:
        return "put blanks in place of the tabulator, two for each step further in"
    if "quoted scalar" in context:
        return f"close the quote{opened}"
    if "flow" in context:
        return f"close the bracket or brace{opened}, and put a comma between what stands in it"
    if "cannot start any token" in problem:
        return "put a text that begins with such a sign into quotes"
    ask = "; a text that holds a colon and a blank stands in quotes" if "mapping values" in problem else ""
    return f"write `key: value` lines, with two more blanks before what belongs to the key above{ask}"


def _kind(value: Any) -> str:
    return "a list" if isinstance(value, list) else f"the single value {value!r}"
