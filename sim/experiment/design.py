"""Which worlds are run: rows (one a spec) times replications that share their luck."""

import json
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sim.errors import InputError
from sim.experiment.identity import child_seed, run_key
from sim.spec import Spec


@dataclass(frozen=True)
class Run:
    """One world to run. ``row`` counts from 0, ``replication`` from 1."""

    key: str
    row: int
    replication: int
    seed: int
    spec: Spec
    recording: tuple[str, ...] = ()

    @property
    def replay(self) -> str:
        """A command that runs this very world again, alone and in the foreground."""
        load = ", ".join(json.dumps(word, ensure_ascii=False) for word in (self.spec.scenario, *self._overrides()))
        return f"python -c {shlex.quote(f'import sim; sim.Cluster(sim.load({load}), {self.seed}).run()')}"

    def _overrides(self) -> list[str]:
        return [f"{key}={value}" for key, value in self.spec.changed.items()]


def design(specs: Sequence[Spec], replications: int, seed: int, recording: Sequence[str] = ()) -> tuple[Run, ...]:
    """All runs, replication 1 of every row first, so that a stopped experiment is balanced.

    Replication i of every row has the same seed. Raises InputError when two rows bear one name or live in
    different worlds, since neither could be compared.
    """
    _check_rows(specs)
    return tuple(
        Run(run_key(spec, child), row, replication, child, spec, tuple(recording))
        for replication in range(1, replications + 1)
        for child in (child_seed(seed, replication),)
        for row, spec in enumerate(specs)
    )


def _check_rows(specs: Sequence[Spec]) -> None:
    names = [spec.scenario for spec in specs]
    if not names:
        raise InputError("there is no scenario to run; name one, or leave the list out for the five of the first run")
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise InputError(f"scenario {twice[0]!r} occurs twice in one comparison; give each row a name of its own")
    worlds = sorted({spec.world.name for spec in specs})
    if len(worlds) > 1:
        raise InputError(f"scenarios of different worlds ({', '.join(worlds)}) cannot be compared; run them apart")


def changed_columns(specs: Sequence[Spec]) -> dict[str, bool]:
    """Name of every value that some row changed → whether all rows gave a number for it."""
    given: dict[str, list[str]] = {}
    for spec in specs:
        for key, value in spec.changed.items():
            given.setdefault(str(key), []).append(str(value))
    return {key: all(_is_number(value) for value in given[key]) for key in sorted(given)}


def changed_values(spec: Spec, columns: Mapping[str, bool]) -> dict[str, float | str | None]:
    """What one row gave for each of these columns; None where it left the default."""
    values: dict[str, float | str | None] = {}
    for key, number in columns.items():
        text = spec.changed.get(key)
        values[key] = float(text) if number and text is not None else text
    return values


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
