"""Small worlds for the tests: how they are made, moved on, disturbed and compared."""

import hashlib
import math
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from types import SimpleNamespace
from typing import Any

import numpy as np

from sim.branching import Snapshot, history_key, take
from sim.calendar import parse_quarter
from sim.config import load
from sim.model import STAGES, Cluster
from sim.policies.programme import Programme
from sim.policies.record import ProgrammeSpec
from sim.spec import Spec
from sim.world import World

SMALL = ("scale=0.05", "horizon=2031")
VALLEY = ("world=valle_inventado", "horizon=2031")
HISTORIES: dict[bytes, dict[int, Snapshot]] = {}
"""Snapshots of :func:`resumed` by what decides a history and by quarter."""


@cache
def small(scenario: str = "baseline", *overrides: str) -> Spec:
    """A scenario of Chile at one twentieth, unless ``overrides`` say otherwise."""
    return load(scenario, *SMALL, *overrides)


@cache
def valley(*overrides: str) -> Spec:
    """The invented world, full size: 300 firms and four operations."""
    return load("baseline", *VALLEY, *overrides)


def grouped(spec: Spec) -> Spec:
    """The same world with no limit to group programmes, whose smallest group would not fit into a small world's places."""
    free = [replace(p, capacity=None, reach=1.0) if p.kind == "group" else p for p in spec.programmes]
    return replace(spec, programmes=tuple(free))


def with_programmes(spec: Spec, *programmes: ProgrammeSpec) -> Spec:
    """The same world with these programmes and no others."""
    return replace(spec, programmes=programmes)


def programme(name: str = "trial", **values: Any) -> ProgrammeSpec:
    """A programme that reaches whom it can, from 1996 on, unless ``values`` say otherwise."""
    usual = {"agency": "mines", "from_": parse_quarter("1996Q1"), "reach": 1.0, "duration": 400, "public_share": 1.0,
             "levers": {}}
    return ProgrammeSpec(name=name, **(usual | values))


def started(spec: Spec, until: str, seed: int = 1, prepare: Callable[[Cluster], None] | None = None) -> Cluster:
    """A model run up to (not through) the quarter ``until``; ``prepare`` may change it before the first step."""
    model = Cluster(spec, seed)
    if prepare is not None:
        prepare(model)
    return _brought(model, parse_quarter(until))


def resumed(spec: Spec, until: str, seed: int = 1, prepare: Callable[[Cluster], None] | None = None) -> Cluster:
    """The model of :func:`started`, its history run once a process and frozen for every spec that shares it.

    The last quarter at least is run anew, as is the outlook; ``prepare`` changes the model before that. For worlds as they ship.
    """
    held = HISTORIES.setdefault(history_key(spec, seed, ()), {})
    quarter = min(parse_quarter(until) - 1, spec.world.outlook_from)
    if quarter not in held:
        before = max((other for other in held if other < quarter), default=None)
        held[quarter] = take(_brought(Cluster(spec, seed, (), held[before] if before else None), quarter))
    model = Cluster(spec, seed, (), held[quarter])
    if prepare is not None:
        prepare(model)
    return _brought(model, parse_quarter(until))


def _brought(model: Cluster, quarter: int) -> Cluster:
    while model.world.quarter < quarter:
        model.step()
    return model


def step_through(world: World, last: str) -> None:
    """Run the stages of the running quarter up to and including stage ``last``, without measuring."""
    world.tally = world.fresh_tally()
    world.ledger.open_quarter()
    for name, stage in STAGES:
        stage(world)
        if name == last:
            return


class Push(Programme):
    """Pushes given levers at given entries every quarter from ``first`` on; ``at`` finds the entries anew each time."""

    def __init__(self, model: Cluster, first: str, levers: dict[str, float], at: Callable[[World], Any]) -> None:
        mines = SimpleNamespace(number=-1, regional=False, reach=1.0, budget=math.inf)
        super().__init__(model.world, programme("zz_push", levers=levers), len(model.world.programmes), mines)  # type: ignore[arg-type]
        self.first, self.at = parse_quarter(first), at

    def is_idle(self) -> bool:
        return False

    def open_quarter(self) -> None:
        self.counts[:] = 0.0

    def call(self) -> None:
        """No firm applies."""

    def support(self) -> None:
        if self.world.quarter >= self.first:
            for name, dose in (self.spec.levers or {}).items():
                self.world.levers.push(name, dose, self.at(self.world), self.number)


def pushing(first: str, levers: dict[str, float], at: Callable[[World], Any]) -> Callable[[Cluster], None]:
    """A preparation that adds a :class:`Push` to a model."""
    return lambda model: model.world.programmes.append(Push(model, first, levers, at))


def arrays(model: Cluster) -> dict[str, np.ndarray[Any, Any]]:
    """Everything a world's course can be told by: columns, contracts, accounts, beliefs, places, measures."""
    world = model.world
    held = {f"firms.{name}": column for name, column in world.firms.snapshot().items()}
    held |= {f"mines.{name}": column for name, column in world.mines.snapshot().items()}
    held |= {f"book.{name}": column for name, column in world.book.columns._asdict().items()}
    held |= {f"place.{name}": column for name, column in vars(world.place).items()}
    return held | {"accounts": world.ledger.accounts, "owed": world.owed, "belief_good": world.belief_good,
                   "belief_bad": world.belief_bad, "measures": np.nan_to_num(model.recorder.values, nan=-1e300)}


def digest(model: Cluster) -> str:
    """A fingerprint of :func:`arrays`, equal only if every bit is."""
    hashed = hashlib.sha256()
    for name, array in sorted(arrays(model).items()):
        hashed.update(name.encode())
        hashed.update(np.ascontiguousarray(array).tobytes())
    return hashed.hexdigest()


def digest_of(scenario: str, seed: int, until: str) -> str:
    """The digest of a small world; what another process or interpreter is asked for."""
    return digest(started(small(scenario), until, seed))
