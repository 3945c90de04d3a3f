"""What the shell may offer after ``encadena run`` and ``encadena show``: scenarios, keys and values."""

from collections.abc import Iterable

from sim.errors import InputError
from sim.factors import DESIGNS
from sim.parameters import declared
from sim.programmes import PROGRAMME_KEYS
from sim.roots import PROGRAMME, SCENARIO, Roots, find_roots
from sim.settings import KEYS
from sim.spec import COPPER_PATHS


def complete(prefix: str) -> list[str]:
    """Words that begin with ``prefix``. Broken settings offer nothing; the command itself will tell why."""
    try:
        roots = find_roots()
        key, equals, _ = prefix.partition("=")
        offered = [f"{key}={value}" for value in _values(key, roots)] if equals else _words(prefix, roots)
    except InputError:
        return []
    return [word for word in offered if word.startswith(prefix)]


def designs(prefix: str) -> list[str]:
    """Names of designs that begin with ``prefix``."""
    return [name for name in DESIGNS if name.startswith(prefix)]


def _words(prefix: str, roots: Roots) -> Iterable[str]:
    if prefix.startswith("parameters."):
        return [f"parameters.{name}=" for name in declared()]
    if prefix.startswith("programmes."):
        return _programme_words(prefix, roots)
    return [*roots.files(SCENARIO), *(f"{key}=" for key in KEYS), "parameters.", "programmes."]


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
