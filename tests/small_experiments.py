"""Small experiments for the tests, run once a session, and work for workers that can be killed."""

import os
import signal
from functools import cache
from pathlib import Path
from typing import Any
from unittest import mock

from sim.config import load, load_comparison
from sim.experiment import memory
from sim.experiment.executors import Serial
from sim.experiment.memory import Asked
from sim.experiment.results import Results
from sim.settings import RunSettings
from sim.spec import Spec

TINY = ("scale=0.02", "horizon=2007")
POLICY = ("scale=0.02", "horizon=2028")


@cache
def tiny(scenario: str = "baseline", *overrides: str) -> Spec:
    """A world of about a hundred firms that ends in 2007."""
    return load(scenario, *TINY, *overrides)


@cache
def settings(**changed: Any) -> RunSettings:
    """One serial replication, unless ``changed`` says otherwise."""
    usual = load_comparison(["baseline"]).settings
    values = {name: getattr(usual, name) for name in RunSettings.__dataclass_fields__}
    return RunSettings(**(values | {"replications": 1, "executor": "serial"} | changed))


def run(*what: Asked, **given: Any) -> Results:
    """``sim.run`` in this process: another takes longer to start than small worlds take to run."""
    with mock.patch("sim.experiment.experiment.Processes", return_value=Serial()):
        return memory.run(*what, **given)


@cache
def recorded() -> Results:
    """Two rows and two replications to 2007 with every table, in memory."""
    return run([tiny(), tiny("start_strong")], replications=2, recording=("firms", "awards", "ties", "labour"))


@cache
def with_policy() -> Results:
    """Baseline and local purchasing to 2028, three replications, in memory."""
    return run("local_purchasing", *POLICY, replications=3)


@cache
def lasting() -> Results:
    """Baseline and local purchasing to 2032 with durability, two replications."""
    return run("local_purchasing", "scale=0.02", "horizon=2032", "recording=[durability]", replications=2)


def double(number: int) -> int:
    """Work that goes well."""
    return 2 * number


def die_once(task: tuple[str, int]) -> int:
    """Work that kills its process the first time it is tried; the mark is a file."""
    mark, number = Path(task[0]), task[1]
    if not mark.exists():
        mark.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return 2 * number


def die_on_three(number: int) -> int:
    """Work that kills its process whenever it meets a three."""
    if number == 3:
        os.kill(os.getpid(), signal.SIGKILL)
    return 2 * number
