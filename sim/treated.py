"""Treated and twin: the same firm with the same luck, in a world with a programme and in one without it, four years on.

A trunk world runs the record. When a programme is due, it is forked: in one branch the programme runs as its file says,
in the other it is switched off. Firms are compared pair by pair from the quarter in which the programme begins to
support them; programmes that select no firm are compared on all firms of their regions.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.branching import Snapshot, take
from sim.measures import INNOVATION_QUARTERS
from sim.model import Cluster
from sim.policies.eligibility import region_mask
from sim.policies.programme import COUNTED, Programme
from sim.policies.record import ProgrammeSpec
from sim.spec import Spec
from sim.world import Rows, World

F8 = NDArray[np.float64]
AFTER = (0, 4, 8, 12, 16)
"""Quarters after a firm's support began at which it is compared with its twin."""
INTAKE = 8
"""Quarters after the fork in which firms may begin."""
UNSELECTIVE = ("procurement", "places", "coordination")
"""Kinds that support no firm of their own choice."""
SURVIVAL, LOCAL = "survival", "local_purchases"


def _ties(world: World, rows: Rows) -> F8:
    return np.asarray(world.live_partners()[rows].sum(axis=1), np.float64)


def _credit(world: World, rows: Rows) -> F8:
    """Credit that banks grant, UF; firms born this quarter had no guarantee yet."""
    firms, line = world.firms, world.levers["credit_line"]
    guaranteed = np.where(rows < line.size, line[np.minimum(rows, line.size - 1)], 0.0)
    share = np.where(firms.sound_books[rows], world.p.credit_sound, world.p.credit_unsound)
    return np.asarray(np.maximum(share, guaranteed) * firms.sales_year[rows])


def _column(name: str, factor: float = 1.0) -> Callable[[World, Rows], F8]:
    return lambda world, rows: np.asarray(getattr(world.firms, name)[rows], np.float64) * factor


MEASURES: dict[str, Callable[[World, Rows], F8]] = {
    "awareness": _column("aware"),
    "certified": lambda world, rows: world.certified()[rows].astype(np.float64),
    "management": _column("management"),
    "training": _column("skills"),
    "capability": _column("capability"),
    "unit_cost": _column("unit_cost"),
    "research": _column("research"),
    "innovation": lambda world, rows: (world.firms.innovated[rows] > world.quarter - INNOVATION_QUARTERS).astype(np.float64),
    "ties": _ties,
    "joint_projects": lambda world, rows: (world.firms.joint_last[rows] > world.quarter - 4).sum(axis=1).astype(np.float64),
    "credit": _credit,
    "sales": _column("sales_year"),
    "jobs": _column("workers"),
    "exports": _column("sales_exports", 4.0),
}
"""What is compared of a firm; survival and the regions' local purchases come beside them."""


@dataclass(frozen=True)
class Trial:
    """One programme to be tried: when the trunk is forked, and the programmes of either branch."""

    programme: ProgrammeSpec
    fork: int
    treated: tuple[ProgrammeSpec, ...]
    twin: tuple[ProgrammeSpec, ...]

    @property
    def last(self) -> int:
        """Last quarter of the branches."""
        return self.fork + INTAKE + AFTER[-1]


@dataclass
class Tried:
    """What one trial in one world gave. ``rows``: (measure, quarters after, pairs, mean treated, mean twin, sum of squared
    differences); ``supported`` counts firms that began; money is UF; ``all_public`` is what all programmes together cost more."""

    rows: list[tuple[str, int, int, float, float, float]]
    supported: int
    public: float
    private: float
    all_public: float


def trial_of(spec: Spec, programme: ProgrammeSpec, others: Iterable[ProgrammeSpec] = ()) -> Trial:
    """The trial of a programme beside the programmes of a spec; ``others`` run in both branches (those it follows)."""
    beside = {p.name: p for p in (*others, *spec.programmes) if p.name != programme.name}
    twin = tuple(sorted(beside.values(), key=lambda p: p.name))
    return Trial(programme, max(programme.from_, spec.world.history_from), (*twin, programme), twin)


def try_all(spec: Spec, seed: int, trials: Iterable[Trial]) -> Iterator[tuple[str, Tried]]:
    """Run a trunk world once and every trial from it; yields (programme, what came of it)."""
    due = defaultdict(list)
    for trial in trials:
        due[trial.fork].append(trial)
    horizon = max(trial.last for forks in due.values() for trial in forks) // 4
    trunk = Cluster(replace(spec, horizon=horizon), seed)
    try:
        for fork in sorted(due):
            while trunk.world.quarter < fork:
                trunk.step()
            snapshot = take(trunk)
            for trial in due[fork]:
                yield trial.programme.name, _try(replace(spec, horizon=horizon), seed, trial, snapshot)
    finally:
        trunk.close()


def _try(spec: Spec, seed: int, trial: Trial, snapshot: Snapshot) -> Tried:
    treated, twin = (Cluster(replace(spec, programmes=branch), seed, (), snapshot) for branch in (trial.treated, trial.twin))
    try:
        return _Comparison(trial, treated, twin).run()
    finally:
        treated.close()
        twin.close()


class _Comparison:
    """Two branches stepped side by side."""

    def __init__(self, trial: Trial, treated: Cluster, twin: Cluster) -> None:
        self.trial, self.treated, self.twin = trial, treated, twin
        self.programme = next(p for p in treated.world.programmes if p.spec.name == trial.programme.name)
        self.regions = region_mask(treated.world, trial.programme.regions)
        world = treated.world
        self.known = set(world.firms.uid[world.living()].tolist())
        """Firms that live at the fork: the same in both branches."""
        self.begun: dict[int, list[int]] = defaultdict(list)
        self.seen: set[int] = set(self.programme.uids.tolist())
        self.sums: dict[tuple[str, int], list[float]] = defaultdict(lambda: [0.0, 0.0, 0.0, 0.0])
        self.supported, self.money, self.all_public = 0, np.zeros(2), 0.0

    def run(self) -> Tried:
        """Step to the end of the trial, compare firms at their anniversaries."""
        if self.trial.programme.kind in UNSELECTIVE:
            world = self.treated.world
            domestic = np.flatnonzero(world.domestic() & self.regions[world.firms.region])
            self.begun[self.trial.fork] = world.firms.uid[domestic].tolist()
        while self.treated.world.quarter <= self.trial.last:
            quarter = self.treated.world.quarter
            self.treated.step()
            self.twin.step()
            self._note_beginners(quarter)
            self._note_money()
            for begin, uids in self.begun.items():
                if quarter - begin in AFTER:
                    self._compare(np.array(uids, np.uint64), quarter - begin)
            if quarter - self.trial.fork in AFTER:
                self._compare_regions(quarter - self.trial.fork)
        rows = [(measure, after, round(n), treated / n, twin / n, squares)
                for (measure, after), (n, treated, twin, squares) in self.sums.items()]
        return Tried(rows, self.supported, float(self.money[0]), float(self.money[1]), self.all_public)

    def _note_beginners(self, quarter: int) -> None:
        fresh = self.programme.uids[self.programme.begun == quarter].tolist()
        self.supported += len(fresh)
        if self.trial.programme.kind not in UNSELECTIVE and quarter < self.trial.fork + INTAKE:
            self.begun[quarter] += [uid for uid in fresh if uid in self.known and uid not in self.seen]
        self.seen.update(fresh)

    def _note_money(self) -> None:
        own = self.programme.counts
        self.money += own[[COUNTED.index("public"), COUNTED.index("private")]].sum(axis=1)
        self.all_public += _public(self.treated.world.programmes) - _public(self.twin.world.programmes)

    def _compare(self, uids: NDArray[np.uint64], after: int) -> None:
        """Add the pairs of these firms; a firm that is gone in either world counts for survival only."""
        worlds = self.treated.world, self.twin.world
        found = [_rows_of(world, uids) for world in worlds]
        living = [rows >= 0 for rows in found]
        self._add(SURVIVAL, after, living[0].astype(np.float64), living[1].astype(np.float64))
        both = living[0] & living[1]
        if both.any():
            for name, measure in MEASURES.items():
                self._add(name, after, *(_after_step(world, measure, rows[both]) for world, rows in zip(worlds, found, strict=True)))

    def _compare_regions(self, after: int) -> None:
        """Local purchases of the programme's regions: one pair a world."""
        shares = [_local_share(world, self.regions) for world in (self.treated.world, self.twin.world)]
        self._add(LOCAL, after, *(np.array([share]) for share in shares))

    def _add(self, measure: str, after: int, treated: F8, twin: F8) -> None:
        whole = ~(np.isnan(treated) | np.isnan(twin))
        if whole.any():
            treated, twin = treated[whole], twin[whole]
            more = (treated.size, treated.sum(), twin.sum(), ((treated - twin) ** 2).sum())
            held = self.sums[measure, after]
            self.sums[measure, after] = [a + float(b) for a, b in zip(held, more, strict=True)]


def _after_step(world: World, measure: Callable[[World, Rows], F8], rows: Rows) -> F8:
    """A measure as of the quarter that has just been run."""
    world.quarter -= 1
    try:
        return measure(world, rows)
    finally:
        world.quarter += 1


def _rows_of(world: World, uids: NDArray[np.uint64]) -> NDArray[Any]:
    """Rows of living firms by identity [len(uids)]; -1 where the firm is gone."""
    living = world.living()
    held = world.firms.uid[living]
    order = np.argsort(held)
    at = np.minimum(np.searchsorted(held, uids, sorter=order), held.size - 1)
    rows = living[order[at]]
    return np.where(world.firms.uid[rows] == uids, rows, -1)


def _local_share(world: World, regions: NDArray[np.bool_]) -> float:
    """Part of the purchases of the regions' mines that goes to firms with headquarters in the mine's region."""
    outcome = world.tally.outcome
    assert outcome is not None
    spent = outcome.purchases[regions].sum()
    return float(np.diagonal(outcome.purchases[:, :, 1])[regions].sum() / spent) if spent > 0 else float("nan")


def _public(programmes: Iterable[Programme]) -> float:
    return float(sum(programme.counts[COUNTED.index("public")].sum() for programme in programmes))
