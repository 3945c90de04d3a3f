"""One experiment: its runs, who carries them out, and what is told of it."""

import sys
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager
from threading import Timer
from typing import Any

from sim.errors import InputError
from sim.experiment import dictionary, provenance
from sim.experiment.design import Design, Run, Runs, comparison
from sim.experiment.executors import Executor, Processes, Serial, cores
from sim.experiment.frames import RunsTable
from sim.experiment.outcome import FAILED, Outcome
from sim.experiment.progress import progress
from sim.experiment.runner import Worlds, as_outcome, warm
from sim.outputs import FINAL_COLUMNS, LIGHT
from sim.settings import AUTO, AUTO_BEGINS, FULL, RunSettings, check_setting
from sim.spec import Spec

COMPILING = "compiling once; later runs start at once"
SLOW_SECONDS = 1.5
TOLD_AT_ONCE = 3
OUTCOMES = tuple(column.name for column in FINAL_COLUMNS)


class Experiment:
    """The runs of a design (or of specs side by side) under some settings. Raises InputError when they make no sense together.

    ``light`` runs keep the focal region's yearly values and final indicators, unless everything is asked for; ``also`` tells
    what a spec records besides.
    """

    def __init__(self, rows: Design | Sequence[Spec], settings: RunSettings, light: bool = False,
                 also: Callable[[Spec], tuple[str, ...]] = lambda spec: ()) -> None:
        for name in ("replications", "seed", "workers", "executor", "half_width", "outcome", "address"):
            check_setting(name, AUTO if name == "replications" and settings.replications is None else getattr(settings, name), "settings")
        check_setting("recording", list(settings.recording), "settings")
        self.design = rows if isinstance(rows, Design) else comparison(rows)
        self.settings = settings
        self.also = tuple(also(spec) for spec in self.design.bases)
        self.replications = settings.replications or AUTO_BEGINS
        self.recording = tuple(name for name in settings.recording if name != FULL)
        if light and FULL not in settings.recording:
            self.recording += (LIGHT,)
        _check(self.design.bases[0], settings)
        self.failed = 0
        self.tables: set[str] = {"runs"}
        self.provenance = provenance.provenance(self)

    @property
    def workers(self) -> int:
        """Processes at work."""
        return 1 if self.settings.executor == "serial" else min(self.settings.workers or cores(), len(self.design) * self.replications)

    @property
    def runs(self) -> Runs:
        """All runs, in order."""
        return Runs(self.design, self.replications, self.settings.seed)

    @property
    def runs_table(self) -> RunsTable:
        """The table ``runs`` of this design."""
        return RunsTable(self.design)

    @property
    def worlds(self) -> Worlds:
        """The work that an executor carries out."""
        return Worlds(self.design.bases, self.design.names, self.recording, self.also)

    def executor(self, runs: Runs) -> Executor:
        """Who carries out these runs."""
        if self.settings.executor == "serial":
            return Serial()
        if self.settings.executor == "dask":
            from sim.experiment.daskcluster import Dask  # late: an extra

            return Dask(self.settings.address, self.workers, runs.kin.tolist())
        return Processes(self.workers, runs.kin.tolist())

    def outcomes(self, unit: str = "run", compiling: str = COMPILING, runs: Runs | None = None,
                 failing: Callable[[Run, Outcome], str] | None = None) -> Generator[tuple[Run, Outcome]]:
        """Every run (or those given) with its outcome, as they end, under a progress bar with rate and time to go.

        ``failing`` words a failure; the first few are told at once.
        """
        runs = self.runs if runs is None else runs
        if self.settings.executor == "processes" and len(runs):
            with _told_when_slow(compiling):
                warm(self.design.bases[0])
        total = len(self.design) * self.replications
        with progress(total, unit, total - len(runs)) as bar:
            for run, outcome in self.executor(runs).outcomes(self.worlds, runs):
                ended = as_outcome(outcome)
                self._note(ended)
                if ended.status == FAILED and failing is not None and self.failed <= TOLD_AT_ONCE:
                    bar.write(failing(run, ended), file=sys.stderr)
                bar.update()
                yield run, ended

    def _note(self, outcome: Outcome) -> None:
        self.tables.update(outcome.tables, ["series"] if outcome.yearly else [])
        self.failed += outcome.status == FAILED
        self.provenance["failed" if outcome.status == FAILED else "done"] += 1

    def texts(self, finished: bool = True) -> dict[str, bytes]:
        """The texts beside the tables, by their path in the output folder."""
        told: dict[str, Any] = self.provenance | {"finished": provenance.now() if finished else None, "seeds": provenance.seeds(self)}
        configs = {f"config/{spec.scenario}.yaml": provenance.as_yaml(spec) for spec in reversed(self.design.bases)}
        return {
            "provenance.json": provenance.as_json(told),
            "dictionary.csv": dictionary.as_csv(self.tables, self.design.changed),
            **configs,
        }


def _check(spec: Spec, settings: RunSettings) -> None:
    world, region = spec.world, settings.region
    if region is not None and region not in world.regions:
        raise InputError(f"region={region!r} is not in world {world.name}; choose one of {', '.join(world.regions)}")
    if settings.outcome not in OUTCOMES:
        raise InputError(f"outcome={settings.outcome}: there is no indicator of this name; "
                         f"it is one of the columns of `runs`, such as {', '.join(OUTCOMES[:3])} or cluster_index")
    if settings.replications is None and settings.half_width is None:
        raise InputError("replications=auto needs to know when to stop; add for example half_width=0.05, in the unit of "
                         f"outcome={settings.outcome}")
    if settings.address is not None and settings.executor != "dask":
        raise InputError(f"address={settings.address} is that of a Dask scheduler; add executor=dask")


@contextmanager
def _told_when_slow(sentence: str) -> Iterator[None]:
    """Print the sentence when what follows has not ended after a moment."""
    timer = Timer(SLOW_SECONDS, print, (sentence,), {"file": sys.stderr})
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
