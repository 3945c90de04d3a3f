"""Who carries out the runs: this process, or a few of its own that may die without harm.

The seam is one method: ``outcomes(work, tasks)`` yields ``(task, outcome)`` in any order.
"""

import gc
import importlib
import multiprocessing as mp
import os
import signal
import sys
import time
from collections import Counter, deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from multiprocessing import forkserver, resource_tracker
from multiprocessing.connection import Connection, wait
from multiprocessing.context import ForkServerProcess
from types import ModuleType
from typing import Protocol, TypeVar, cast

Task = TypeVar("Task")
Result = TypeVar("Result")
CHUNK_SECONDS = 1.0
LAST_DEATH = 2
"""A run that kills its worker this many times is booked as failed."""


def cores() -> int:
    """Cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@dataclass(frozen=True)
class WorkerDied:
    """The outcome of a run whose worker was killed each time it was tried."""

    times: int
    exitcode: int | None


class Executor(Protocol):
    """Carries out tasks; ``work`` must be importable by name and must not raise."""

    def outcomes(
        self, work: Callable[[Task], Result], tasks: Sequence[Task]
    ) -> Iterator[tuple[Task, Result | WorkerDied]]:
        """Yield every task once with what came of it."""


class Serial:
    """One run after the other, here."""

    def outcomes(
        self, work: Callable[[Task], Result], tasks: Sequence[Task]
    ) -> Iterator[tuple[Task, Result | WorkerDied]]:
        """Yield every task with its result, in the order given."""
        for task in tasks:
            yield task, work(task)


class Processes:
    """A few processes, each handed a few runs at a time, and of one ``kin`` while there are such: kin share a history.

    They come from a fork server that has imported the model, and the parent imports it first, so that compiled
    kernels are read, not made. A worker answers run by run, so that a killed one tells by its silence which run it
    was; it is replaced, that run tried once more, and the rest of its share handed out again. When the parent goes,
    even by kill -9, their pipe closes and they end.
    """

    def __init__(self, workers: int, kin: Sequence[int] | None = None) -> None:
        self.workers, self.kin = workers, kin

    def outcomes(
        self, work: Callable[[Task], Result], tasks: Sequence[Task]
    ) -> Iterator[tuple[Task, Result | WorkerDied]]:
        """Yield every task once, in the order in which they end."""
        importlib.import_module(work.__module__)
        waiting, deaths = Waiting(range(len(tasks)) if self.kin is None else self.kin), Counter[int]()
        pace = Pace(self.workers)
        crew = [_Worker(work) for _ in range(min(self.workers, len(tasks)))]
        try:
            for worker in crew:
                worker.give(tasks, waiting, pace)
            while busy := {worker.pipe: worker for worker in crew if worker.hand}:
                for pipe in wait(list(busy)):
                    worker = busy[pipe]  # type: ignore[index]  # we asked for connections only
                    index, outcome = worker.take(deaths, waiting, pace)
                    if not worker.hand:
                        worker.give(tasks, waiting, pace)
                    if outcome is not None:
                        yield tasks[index], cast("Result | WorkerDied", outcome[0])
        finally:
            for worker in crew:
                worker.stop()


def prepare(executor: str, module: str = "sim.experiment.runner") -> None:
    """Let the fork server, if this executor needs it, begin to import while the caller has something else to do."""
    if executor != "processes":
        return
    mp.get_context("forkserver").set_forkserver_preload([module])
    resource_tracker.ensure_running()  # else the fork server starts it, which would let Ctrl-C through again
    with _script_hidden(), _interrupts_held():
        forkserver.ensure_running()


class Pace:
    """How many runs are handed over at once: as many as take about a second, and never more than a fair part of the rest."""

    def __init__(self, workers: int, seconds: float = CHUNK_SECONDS) -> None:
        self.workers, self.seconds = workers, seconds
        self.each: float | None = None

    def note(self, seconds: float) -> None:
        """Take one run's time into the running mean."""
        self.each = seconds if self.each is None else self.each + 0.2 * (seconds - self.each)

    def size(self, left: int) -> int:
        """Runs to hand over when so many are left; one while nothing has been measured."""
        if self.each is None:
            return 1
        return max(1, min(int(self.seconds / max(self.each, 1e-6)), left // (2 * self.workers)))


class Waiting:
    """Numbers of the tasks nobody has in hand. Kin stand side by side; each kindred stretch goes to one taker while it can."""

    def __init__(self, kin: Sequence[int] | Sequence[object]) -> None:
        self.left = len(kin)
        self._stops = [at for at in range(1, len(kin) + 1) if at == len(kin) or kin[at] != kin[at - 1]]
        self._next = 0
        self._open: dict[object, list[int]] = {}
        self._back: deque[int] = deque()

    def take(self, taker: object, size: int) -> list[int]:
        """Up to ``size`` tasks: handed back ones first, then the taker's stretch, a new one, the rest of another's."""
        taken: list[int] = []
        while self._back and len(taken) < size:
            taken.append(self._back.popleft())
        while len(taken) < size and (stretch := self._stretch(taker)):
            more = min(size - len(taken), stretch[1] - stretch[0])
            taken += range(stretch[0], stretch[0] + more)
            stretch[0] += more
        self.left -= len(taken)
        return taken

    def kindred(self, size: int, most: int) -> list[int]:
        """Up to ``size`` tasks, and on to the end of a kindred stretch while there are not more than ``most``."""
        taken = self.take(None, size)
        stretch = self._open.get(None)
        if taken and stretch and len(taken) < most and stretch[0] < stretch[1]:
            taken += self.take(None, min(most - len(taken), stretch[1] - stretch[0]))
        return taken

    def _stretch(self, taker: object) -> list[int] | None:
        """First and last place of the stretch from which a taker goes on."""
        mine = self._open.get(taker)
        if mine and mine[0] < mine[1]:
            return mine
        if self._next < len(self._stops):
            first = self._stops[self._next - 1] if self._next else 0
            self._open[taker] = [first, self._stops[self._next]]
            self._next += 1
            return self._open[taker]
        return max((other for other in self._open.values() if other[0] < other[1]), key=lambda other: other[1] - other[0], default=None)

    def put_back(self, tasks: Sequence[int]) -> None:
        """Let tasks wait again, before all others."""
        self._back.extendleft(reversed(tasks))
        self.left += len(tasks)


class _Worker:
    """One process, our end of its pipe, and the numbers of the tasks it has in hand, in its order."""

    def __init__(self, work: Callable[..., object]) -> None:
        self.work = work
        self.hand: deque[int] = deque()
        self._start()

    def _start(self) -> None:
        prepare("processes", self.work.__module__)
        context = mp.get_context("forkserver")
        self.pipe, theirs = context.Pipe()
        self.process: ForkServerProcess = context.Process(target=_serve, args=(self.work, theirs), daemon=True)
        with _script_hidden(), _interrupts_held():
            self.process.start()
        theirs.close()

    def give(self, tasks: Sequence[object], waiting: Waiting, pace: Pace) -> None:
        """Hand over the next waiting tasks, if any."""
        self.hand.extend(waiting.take(self, pace.size(waiting.left)))
        self._since = time.perf_counter()
        if self.hand:
            with suppress(OSError):  # died idle: `take` will see it
                self.pipe.send([tasks[index] for index in self.hand])

    def take(self, deaths: Counter[int], waiting: Waiting, pace: Pace) -> tuple[int, tuple[object] | None]:
        """The first task in hand with its outcome; None for an outcome that a death cost and that is worth another try."""
        index = self.hand.popleft()
        try:
            outcome = (self.pipe.recv(),)
        except (EOFError, OSError):
            return index, self._replaced(index, deaths, waiting)
        now = time.perf_counter()
        pace.note(now - self._since)
        self._since = now
        return index, outcome

    def _replaced(self, index: int, deaths: Counter[int], waiting: Waiting) -> "tuple[WorkerDied] | None":
        self.stop()
        exitcode = self.process.exitcode
        deaths[index] += 1
        again = deaths[index] < LAST_DEATH
        waiting.put_back([*([index] if again else []), *self.hand])
        self.hand.clear()
        self._start()
        return None if again else (WorkerDied(deaths[index], exitcode),)

    def stop(self) -> None:
        """End the process, whatever it does."""
        self.process.terminate()
        self.process.join()
        self.pipe.close()


def _serve(work: Callable[[object], object], pipe: "Connection[object, list[object]]") -> None:
    """What a worker does until its parent closes the pipe, or dies. Ctrl-C is the parent's affair.

    What has been imported lives on, so the garbage collector need not look at it.
    """
    gc.freeze()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with suppress(EOFError, ConnectionError):
        while True:
            for task in pipe.recv():
                pipe.send(work(task))


@contextmanager
def _script_hidden() -> Iterator[None]:
    """Keep a starting process from running the caller's script again: our work is imported by name."""
    script = sys.modules["__main__"]
    sys.modules["__main__"] = ModuleType("__main__")
    try:
        yield
    finally:
        sys.modules["__main__"] = script


@contextmanager
def _interrupts_held() -> Iterator[None]:
    """Hold Ctrl-C back for a moment. Processes started now never see it: it is the parent's affair."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
