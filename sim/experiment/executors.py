"""Who carries out the runs: this process, or a few of its own that may die without harm.

The seam is one method: ``outcomes(work, tasks)`` yields ``(task, outcome)`` in any order.
"""

import importlib
import multiprocessing as mp
import os
import signal
import sys
from collections import Counter, deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from multiprocessing.context import ForkServerProcess
from types import ModuleType
from typing import Any, Protocol, TypeVar, cast

Task = TypeVar("Task")
Result = TypeVar("Result")
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
    """A few processes, each fed one run at a time, and of one ``kin`` while there are such: kindred runs share a history.

    They come from a fork server that has imported the model, and the parent imports it first, so that compiled
    kernels are read, not made. A killed worker is replaced and its run tried once more. When the parent goes, even by
    kill -9, their pipe closes and they end.
    """

    def __init__(self, workers: int, kin: Callable[[Any], object] = id) -> None:
        self.workers, self.kin = workers, kin

    def outcomes(
        self, work: Callable[[Task], Result], tasks: Sequence[Task]
    ) -> Iterator[tuple[Task, Result | WorkerDied]]:
        """Yield every task once, in the order in which they end."""
        importlib.import_module(work.__module__)
        waiting, deaths = _Waiting([self.kin(task) for task in tasks]), Counter[int]()
        crew = [_Worker(work) for _ in range(min(self.workers, len(tasks)))]
        try:
            for worker in crew:
                worker.give(tasks, waiting, crew)
            while busy := {worker.pipe: worker for worker in crew if worker.task is not None}:
                for pipe in wait(list(busy)):
                    worker = busy[pipe]  # type: ignore[index]  # we asked for connections only
                    index, outcome = worker.take(deaths)
                    if outcome is None:
                        waiting.put_back(index)
                    worker.give(tasks, waiting, crew)
                    if outcome is not None:
                        yield tasks[index], cast("Result | WorkerDied", outcome[0])
        finally:
            for worker in crew:
                worker.stop()


class _Waiting:
    """Numbers of the tasks nobody has in hand, by kin, in the order given."""

    def __init__(self, kin: Sequence[object]) -> None:
        self.kin = kin
        self.groups: dict[object, deque[int]] = {}
        for index, group in enumerate(kin):
            self.groups.setdefault(group, deque()).append(index)

    def take(self, last: object, taken: set[object]) -> int | None:
        """The next task: kin of the ``last`` one, else kin of none that is ``taken``, else the first of all."""
        if not self.groups:
            return None
        free = (group for group in self.groups if group not in taken)
        group = last if last in self.groups else next(free, next(iter(self.groups)))
        index = self.groups[group].popleft()
        if not self.groups[group]:
            del self.groups[group]
        return index

    def put_back(self, index: int) -> None:
        """Let a task wait again, as the first of its kin."""
        self.groups.setdefault(self.kin[index], deque()).appendleft(index)


class _Worker:
    """One process, our end of its pipe, and the number of the task it has in hand."""

    def __init__(self, work: Callable[..., object]) -> None:
        self.work = work
        self.task: int | None = None
        self.kin: object = None
        self._start()

    def _start(self) -> None:
        context = mp.get_context("forkserver")
        context.set_forkserver_preload([self.work.__module__])
        self.pipe, theirs = context.Pipe()
        self.process: ForkServerProcess = context.Process(target=_serve, args=(self.work, theirs), daemon=True)
        with _script_hidden(), _interrupts_held():
            self.process.start()
        theirs.close()

    def give(self, tasks: Sequence[object], waiting: _Waiting, crew: "Sequence[_Worker]") -> None:
        """Hand over the next waiting task, if any, preferably of the kin of the last one."""
        self.task = waiting.take(self.kin, {other.kin for other in crew if other is not self})
        if self.task is not None:
            self.kin = waiting.kin[self.task]
            with suppress(OSError):  # died idle: `take` will see it
                self.pipe.send(tasks[self.task])

    def take(self, deaths: Counter[int]) -> tuple[int, tuple[object] | None]:
        """The task in hand with its outcome; None for an outcome that a death cost and that is worth another try."""
        assert self.task is not None
        try:
            return self.task, (self.pipe.recv(),)
        except (EOFError, OSError):
            return self.task, self._replaced(deaths)

    def _replaced(self, deaths: Counter[int]) -> "tuple[WorkerDied] | None":
        assert self.task is not None
        self.stop()
        exitcode = self.process.exitcode
        deaths[self.task] += 1
        self._start()
        return (WorkerDied(deaths[self.task], exitcode),) if deaths[self.task] >= LAST_DEATH else None

    def stop(self) -> None:
        """End the process, whatever it does."""
        self.process.terminate()
        self.process.join()
        self.pipe.close()


def _serve(work: Callable[[object], object], pipe: "Connection[object, object]") -> None:
    """What a worker does until its parent closes the pipe."""
    with suppress(EOFError, BrokenPipeError):
        while True:
            pipe.send(work(pipe.recv()))


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
