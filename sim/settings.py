"""How to run, apart from what the world is; and the checks of every top-level value of the configuration."""

from dataclasses import dataclass
from typing import Any

from sim.errors import InputError
from sim.spec import COPPER_PATHS, STARTS

EXECUTORS = ("serial", "processes", "dask")
FULL = "full"
RECORDINGS = ("firms", "awards", "ties", "labour", "cases", "trades", "supports", "resilience", "durability", FULL)
"""Tables on request, indicators that need a twin run, and the word for everything that a sweep leaves out."""
AUTO = "auto"
AUTO_BEGINS = 10
"""Replications of its first wave: with fewer, their spread is so uncertain that stopping by it costs coverage (see the tests)."""


@dataclass(frozen=True, kw_only=True)
class RunSettings:
    """Frozen settings of one command; their defaults stand in ``conf/config.yaml``.

    ``replications`` None = as many as ``half_width`` needs. ``workers`` None = all cores; ``address`` None = a Dask
    cluster on this machine; ``output`` None = a folder under outputs/; ``region`` None = the focal region.
    """

    replications: int | None
    outcome: str
    half_width: float | None
    samples: int
    levels: int
    seed: int
    workers: int | None
    executor: str
    address: str | None
    output: str | None
    recording: tuple[str, ...]
    region: str | None


@dataclass(frozen=True)
class Key:
    """One top-level value: its type, what is allowed, and captions."""

    kind: str
    caption: str
    caption_es: str
    unit: str = ""
    low: float = float("-inf")
    high: float = float("inf")
    allowed: tuple[str, ...] = ()
    optional: bool = False
    valid: str = ""
    word: str = ""


KEYS: dict[str, Key] = {
    "world": Key("text", "the world (a folder of data)", "el mundo (una carpeta de datos)", valid="the name of a world, such as chile"),
    "scale": Key("number", "size of the world; counts and demand shrink together",
                 "tamaño del mundo; cantidades y demanda se reducen juntas", low=1e-4, high=1.0,
                 valid="a number above 0 (at least 0.0001) and at most 1, the whole country"),
    "horizon": Key("whole", "last year", "último año", "year", valid="a year such as 2044"),
    "copper": Key("text", "copper price of the outlook", "precio del cobre de la proyección",
                  valid=f"one of {', '.join(COPPER_PATHS)}, or the name of a CSV file "
                        "(columns quarter, us_cents_per_lb)"),
    "start": Key("text", "how the world starts", "cómo parte el mundo", allowed=STARTS),
    "replications": Key("whole", "worlds a scenario, paired by seed", "mundos por escenario, pareados por semilla",
                        low=1, high=100_000, valid="a whole number from 1 to 100000, or auto", word=AUTO),
    "outcome": Key("text", "indicator that replications=auto looks at", "indicador que mira replications=auto",
                   valid="the name of an indicator, such as cluster_index"),
    "half_width": Key("number", "half-width of its 95 % interval at which replications=auto stops, in its unit",
                      "semiancho del intervalo de 95 % con que replications=auto termina, en su unidad", low=1e-12,
                      optional=True, valid="a number above 0"),
    "samples": Key("whole", "rows drawn by lhs, base samples of sobol, trajectories of morris",
                   "filas de lhs, muestras base de sobol, trayectorias de morris", low=1, high=10_000_000,
                   valid="a whole number from 1 on"),
    "levels": Key("whole", "levels of a range in factorial and morris", "niveles de un rango en factorial y morris",
                  low=2, high=1000, valid="a whole number from 2 to 1000"),
    "seed": Key("whole", "root of all luck", "raíz de todo el azar", low=0, high=2**63 - 1,
                valid="a whole number, 0 or more"),
    "workers": Key("whole", "processes at work; null = all cores", "procesos; null = todos los núcleos",
                   low=1, high=4096, optional=True, valid="a whole number from 1 on, or null for all cores"),
    "executor": Key("text", "where runs are carried out", "dónde se ejecutan las corridas", allowed=EXECUTORS),
    "address": Key("text", "executor.address: a Dask scheduler; null = a cluster on this machine",
                   "executor.address: un planificador Dask; null = un clúster en esta máquina", optional=True,
                   valid="an address such as tcp://127.0.0.1:8786"),
    "output": Key("text", "folder of the results; null = a dated folder, for a sweep one named after it",
                  "carpeta de resultados; null = carpeta fechada, de un barrido una con su nombre", optional=True,
                  valid="the name of a folder"),
    "recording": Key("list", "tables recorded besides the usual", "tablas adicionales que se guardan",
                     allowed=RECORDINGS),
    "region": Key("text", "region that tables speak of; null = the focal region",
                  "región de la que hablan las tablas; null = la región focal", optional=True,
                  valid="the name of a region"),
}


def check_setting(name: str, value: Any, where: str) -> None:
    """Raise InputError unless ``value`` can stand at the top-level key ``name``."""
    key = KEYS[name]
    if (value is None and key.optional) or (key.word and value == key.word):
        return
    if key.kind == "list":
        _check_list(name, value, where)
    elif key.kind == "text":
        _check_text(name, value, where)
    elif not _is_number(value, whole=key.kind == "whole") or not key.low <= value <= key.high:
        raise InputError(f"{where}: {name} is {value!r}; write {key.valid}")


def refuse_in_trials(settings: RunSettings) -> None:
    """Raise InputError for a way of running that a comparison of firms with their twins does not know."""
    if settings.executor == "dask":
        raise InputError("executor=dask: twins runs on this machine alone; write executor=processes, or leave the word out")
    if settings.replications is None:
        raise InputError(f"replications={AUTO}: twins has no interval at which it could stop; write a number, such as replications=8")


def _check_text(name: str, value: Any, where: str) -> None:
    key = KEYS[name]
    if not isinstance(value, str) or not value:
        raise InputError(f"{where}: {name} is {value!r}; write {key.valid or one_of(key.allowed)}")
    if key.allowed and value not in key.allowed:
        raise InputError(f"{where}: {name} is {value!r}; write {one_of(key.allowed)}")


def _check_list(name: str, value: Any, where: str) -> None:
    key = KEYS[name]
    if not isinstance(value, list):
        raise InputError(f"{where}: {name} is {value!r}; write a list in brackets of {', '.join(key.allowed)}, "
                         f"such as [{key.allowed[0]}]")
    for inner in value:
        if inner not in key.allowed:
            raise InputError(f"{where}: {name} holds {inner!r}; each entry is {one_of(key.allowed)}")
    if len(set(value)) < len(value):
        raise InputError(f"{where}: {name} names a table twice; name each once")


def one_of(allowed: tuple[str, ...]) -> str:
    """``a, b or c`` with a lead-in, for sentences."""
    return f"one of {', '.join(allowed[:-1])} or {allowed[-1]}"


def _is_number(value: Any, whole: bool) -> bool:
    if isinstance(value, bool):
        return False
    return isinstance(value, int) if whole else isinstance(value, int | float)
