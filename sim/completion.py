"""What the shell may offer after ``encadena``'s commands: scenarios, programmes, keys and values."""

from collections.abc import Callable, Iterable

from sim.errors import InputError
from sim.factors import DESIGNS
from sim.parameters import declared
from sim.policies.record import FAMILIES, KINDS
from sim.programmes import PROGRAMME_KEYS
from sim.roots import PROGRAMME, SCENARIO, Roots, find_roots
from sim.settings import KEYS
from sim.spec import COPPER_PATHS

FILTERS = ("agency", "family", "kind", "region", "year", "world")
"""What ``encadena programmes`` can be narrowed by."""


def complete(prefix: str) -> list[str]:
    """Words of ``encadena run`` and its like that begin with ``prefix``."""
    return _offer(prefix, _words, _values)


def complete_programmes(prefix: str) -> list[str]:
    """Words of ``encadena programmes`` and ``twins`` that begin with ``prefix``."""
    return _offer(prefix, lambda _, roots: [*roots.files(PROGRAMME), *(f"{key}=" for key in FILTERS)], _filter_values)


def _offer(prefix: str, words: Callable[[str, Roots], Iterable[str]], values: Callable[[str, Roots], Iterable[str]]) -> list[str]:
    """Broken settings offer nothing; the command itself will tell why."""
    try:
        roots = find_roots()
        key, equals, _ = prefix.partition("=")
        offered = [f"{key}={value}" for value in values(key, roots)] if equals else words(prefix, roots)
    except InputError:
        return []
    return [word for word in offered if word.startswith(prefix)]


def _filter_values(key: str, roots: Roots) -> Iterable[str]:
    return roots.worlds() if key == "world" else {"family": FAMILIES, "kind": KINDS}.get(key, ())


def designs(prefix: str) -> list[str]:
    """Names of designs that begin with ``prefix``."""
    return [name for name in DESIGNS if name.startswith(prefix)]


def _words(prefix: str, roots: Roots) -> Iterable[str]:
    if prefix.startswith("parameters."):
        return [f"parameters.{name}=" for name in declared()]
    if prefix.startswith("programmes."):
        return _programme_words(prefix, roots)
    return [*roots.files(SCENARIO), "all", *(f"{key}=" for key in KEYS), "parameters.", "programmes."]


def _programme_words(prefix: str, roots: Roots) -> list[str]:
    name = prefix.split(".")[1]
    if prefix.count(".") == 1:
        return [f"programmes.{known}." for known in roots.files(PROGRAMME)]
    return [f"programmes.{name}.{key}{'.' if key == 'levers' else '='}" for key in PROGRAMME_KEYS]


def _values(key: str, roots: Roots) -> Iterable[str]:
    if key == "world":
        return roots.worlds()
    if key == "copper":
        return COPPER_PATHS
    if key in KEYS and KEYS[key].kind == "list":
        return [f"[{value}]" for value in KEYS[key].allowed]
    return KEYS[key].allowed if key in KEYS else ()
