"""Sharing a history: worlds of one seed that differ only in the outlook are run once up to it, then forked.

A snapshot is the declared state of a world at the start of its outlook; a forked world goes on from it exactly as a
world that ran its own history (a test proves it). One process keeps the last history it ran.
"""

import pickle
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from sim.spec import Spec

if TYPE_CHECKING:
    from sim.model import Cluster

WORLD_STATE = ("quarter", "groups", "groups_founded", "owed", "owed_by", "belief_good", "belief_bad", "reference_price", "other_market",
               "first_size", "place", "price", "cash_cost", "margins", "site_work", "home_work", "mining_jobs_before", "research_places",
               "year_tally")


@dataclass(frozen=True)
class Snapshot:
    """The state of a world at the start of a quarter, frozen."""

    quarter: int
    frozen: bytes


def history_key(spec: Spec, seed: int, recording: tuple[str, ...]) -> bytes:
    """What decides a world's course before its outlook; equal keys share a history."""
    before = tuple(p for p in spec.programmes if p.from_ < spec.world.outlook_from)
    ended = tuple(replace(p, until=None if p.until is None or p.until >= spec.world.outlook_from else p.until) for p in before)
    world = (spec.world.name, tuple(sorted(spec.world.checksums.items())))
    return pickle.dumps((world, spec.parameters, ended, spec.scale, spec.start, seed, recording))


def take(model: "Cluster") -> Snapshot:
    """Freeze a model between two quarters."""
    world, recorder = model.world, model.recorder
    held = recorder.values[: max(world.quarter - recorder.first, 0)]
    state: dict[str, Any] = {
        "world": {name: getattr(world, name) for name in WORLD_STATE}, "firms": world.firms.snapshot(), "mines": world.mines.snapshot(),
        "book": tuple(world.book.columns), "accounts": world.ledger.accounts, "levers": world.levers.snapshot(),
        "programmes": {p.spec.name: {key: getattr(p, key) for key in p.STATE} for p in world.programmes},
        "sponsored": {p.spec.name: p.sponsored() for p in world.programmes}, "recorded": (held, recorder.kept())}
    return Snapshot(world.quarter, pickle.dumps(state, protocol=pickle.HIGHEST_PROTOCOL))


def restore(model: "Cluster", snapshot: Snapshot) -> None:
    """Bring a newly built, still empty model to the snapshot's quarter."""
    state = pickle.loads(snapshot.frozen)
    world = model.world
    for name, value in state["world"].items():
        setattr(world, name, value)
    world.firms.restore(state["firms"])
    world.mines.restore(state["mines"])
    world.book.restore(state["book"])
    world.ledger.accounts = state["accounts"]
    world.levers.restore(state["levers"])
    for programme in world.programmes:
        vars(programme).update(state["programmes"].get(programme.spec.name, {}))
    here = {programme.spec.name for programme in world.programmes}
    for name, rows in state["sponsored"].items():
        if name not in here:
            world.firms.sponsor[rows] = -1
    values, kept_rows = state["recorded"]
    model.recorder.resume(values, kept_rows)


class LastHistory:
    """The history that this process ran last. ``enabled`` is for tests and benchmarks that want whole histories."""

    def __init__(self) -> None:
        self.key = b""
        self.snapshot: Snapshot | None = None
        self.enabled = True

    def of(self, key: bytes) -> Snapshot | None:
        """The snapshot of that history, if it is the one kept."""
        return self.snapshot if self.enabled and key == self.key else None

    def keep(self, key: bytes, snapshot: Snapshot) -> None:
        """Keep this one instead."""
        self.key, self.snapshot = key, snapshot


LAST_HISTORY = LastHistory()
