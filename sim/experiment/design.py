"""Which worlds are run: rows, each one world, times replications that share their luck.

A row is kept as the number of the composed world it begins from (its base) and the numbers it puts into it, so that a
hundred thousand rows take a few megabytes; its :class:`Spec` is made when it is run.
"""

import json
import shlex
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import overload

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sim.errors import InputError
from sim.experiment.changes import changed, concerns
from sim.experiment.identity import child_seed, history_of, key_of, row_digests
from sim.separators import unmistakable
from sim.spec import Spec

I8 = NDArray[np.int64]
F8 = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Run:
    """One world to run. ``row`` counts from 0, ``replication`` from 1; ``values`` are the row's own numbers."""

    key: str
    row: int
    replication: int
    seed: int
    scenario: str
    base: int
    values: tuple[float, ...] = ()


class Design:
    """Rows of an experiment, each world once.

    ``base`` [S] and ``values`` [S, names] describe the samples in the order drawn; NaN leaves a value as the base has
    it. Samples that are the same world share a row: ``row_of`` [S] tells which. Rows are numbered as they first occur,
    after those of ``before`` (digests), so that a design which adds rows leaves the numbers of the old ones alone.
    """

    def __init__(self, bases: Sequence[Spec], base: ArrayLike, names: Sequence[str] = (), values: ArrayLike | None = None,
                 before: Sequence[bytes] = ()) -> None:
        self.bases, self.names = tuple(bases), tuple(names)
        sample_base = np.asarray(base, np.int64)
        sample_values = np.zeros((sample_base.size, 0)) if values is None else np.asarray(values, float)
        sample_values = np.where(self._concerned()[sample_base], sample_values, np.nan)
        digests = row_digests(self.bases, self.names, sample_base, sample_values)
        numbers = {digest: number for number, digest in enumerate(before)}
        missing = len(set(before) - set(digests))
        if missing:
            raise InputError(f"{missing} of the {len(before)} rows in the folder are not in this design")
        self.row_of: I8 = np.array([numbers.setdefault(digest, len(numbers)) for digest in digests], np.int64)
        self.digests = tuple(numbers)
        first = np.full(len(numbers), -1)
        first[self.row_of[::-1]] = np.arange(self.row_of.size)[::-1]
        self.base, self.values = sample_base[first], sample_values[first]

    def __len__(self) -> int:
        return len(self.digests)

    def _concerned(self) -> NDArray[np.bool_]:
        return np.array([[concerns(spec, name) for name in self.names] for spec in self.bases], bool).reshape(len(self.bases), -1)

    def renumbered(self, before: Sequence[bytes]) -> "Design":
        """The same rows after those with these digests. Raises InputError when one of those is not among them."""
        return Design(self.bases, self.base[self.row_of], self.names, self.values[self.row_of], before)

    def spec(self, row: int) -> Spec:
        """The world of a row."""
        return changed(self.bases[self.base[row]], self.numbers(tuple(self.values[row].tolist())))

    def numbers(self, values: Sequence[float]) -> dict[str, float]:
        """The values that a row gives itself, by key."""
        return {name: value for name, value in zip(self.names, values, strict=True) if not np.isnan(value)}

    def scenario(self, row: int) -> str:
        """Name of the scenario that a row begins from."""
        return self.bases[int(self.base[row])].scenario

    @cached_property
    def scenarios(self) -> tuple[str, ...]:
        """Names of all scenarios, in order."""
        return tuple(dict.fromkeys(spec.scenario for spec in self.bases))

    @cached_property
    def changed(self) -> dict[str, bool]:
        """Name of every value that some row changed → whether all rows gave a number for it."""
        given: dict[str, list[str]] = {}
        for spec in self.bases:
            for key, value in spec.changed.items():
                given.setdefault(str(key), []).append(str(value))
        words = {key: all(_is_number(value) for value in given[key]) for key in given if key not in self.names}
        return dict(sorted((words | dict.fromkeys(self.names, True)).items()))

    def told(self, row: int) -> dict[str, float | str | None]:
        """What a row gave for each value that some row changed; None where it left the default."""
        words: Mapping[str, str] = self.bases[self.base[row]].changed
        given: dict[str, float | str | None] = {}
        for key, number in self.changed.items():
            text = words.get(key)
            given[key] = float(text) if number and text is not None else text
        return given | self.numbers(self.values[row].tolist())

    def replay(self, run: Run) -> str:
        """A command that runs this very world again, alone and in the foreground."""
        spec = self.spec(run.row)
        words = (spec.scenario, *(f"{key}={unmistakable(value)}" for key, value in spec.changed.items()))
        load = ", ".join(json.dumps(word, ensure_ascii=False) for word in words)
        return f"python -c {shlex.quote(f'import sim; sim.Cluster(sim.load({load}), {run.seed}).run()')}"

    @cached_property
    def history(self) -> I8:
        """Number of the history that each row shares with others, counted as they occur."""
        numbers: dict[bytes, int] = {}
        keys = history_of(self.bases, self.names, self.base, self.values)
        return np.array([numbers.setdefault(key, len(numbers)) for key in keys], np.int64)


class Runs(Sequence[Run]):
    """The runs of a design: replication 1 of every row first, so that a stopped experiment is a balanced smaller one.

    Within a replication, rows that share a history stand together. Replication i of every row has the same seed. A run
    is made when asked for. ``which`` [n] are the places in that order of the runs that are wanted (None: all).
    """

    def __init__(self, design: Design, replications: int, seed: int, which: I8 | None = None) -> None:
        self.design, self.replications, self.seed = design, replications, seed
        self.order = np.argsort(design.history, kind="stable")
        self.seeds = [child_seed(seed, replication) for replication in range(1, replications + 1)]
        self.which = np.arange(replications * len(design)) if which is None else which

    def __len__(self) -> int:
        return self.which.size

    @overload
    def __getitem__(self, index: int) -> Run: ...
    @overload
    def __getitem__(self, index: slice) -> "Runs": ...
    def __getitem__(self, index: int | slice) -> "Run | Runs":
        if isinstance(index, slice):
            return Runs(self.design, self.replications, self.seed, self.which[index])
        at, place = divmod(int(self.which[index]), len(self.design))
        row, design = int(self.order[place]), self.design
        return Run(key_of(design.digests[row], self.seeds[at]), row, at + 1, self.seeds[at], design.scenario(row),
                   int(design.base[row]), tuple(design.values[row].tolist()))

    def __iter__(self) -> Iterator[Run]:
        return (self[index] for index in range(len(self)))

    def without(self, done: NDArray[np.bool_]) -> "Runs":
        """The runs that are not among those done [replications, rows]."""
        return Runs(self.design, self.replications, self.seed, np.flatnonzero(~done[: self.replications, self.order].ravel()))

    @cached_property
    def kin(self) -> I8:
        """A number for each run, equal for those that share a history and a seed."""
        at, place = np.divmod(self.which, len(self.design))
        return at * (int(self.design.history.max()) + 1) + self.design.history[self.order[place]]


def comparison(specs: Sequence[Spec]) -> Design:
    """One row a spec. Raises InputError when two rows bear one name or live in different worlds: they cannot be compared."""
    check_world(specs)
    names = [spec.scenario for spec in specs]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise InputError(f"scenario {twice[0]!r} occurs twice in one comparison; give each row a name of its own")
    return Design(specs, np.arange(len(specs)))


def check_world(specs: Sequence[Spec]) -> None:
    """Raise InputError when there is nothing to run, or scenarios live in different worlds."""
    if not specs:
        raise InputError("there is no scenario to run; name one, or leave the list out for the five of the first run")
    worlds = sorted({spec.world.name for spec in specs})
    if len(worlds) > 1:
        raise InputError(f"scenarios of different worlds ({', '.join(worlds)}) cannot be compared; run them apart")


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
