"""Runs carried out by a Dask cluster: one that is running somewhere, or a small one on this machine.

A worker that dies is Dask's affair: its runs go to another. Only this process writes results.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from time import perf_counter
from typing import Any, TypeVar, cast

from sim.errors import InputError
from sim.experiment.executors import LAST_DEATH, Pace, Waiting, WorkerDied
from sim.experiment.identity import code_digest

try:
    from dask import config
    from distributed import Client, LocalCluster, as_completed
    from distributed.scheduler import KilledWorker
except ModuleNotFoundError:
    raise InputError("executor=dask needs Dask; install it with `pip install 'encadena[dask]'`") from None

Task = TypeVar("Task")
Result = TypeVar("Result")
CONNECT_SECONDS = 20
AHEAD = 2
"""Shares that wait at each worker beside the one it has in hand."""
KINDRED = 8
"""Runs of one history that stay in one share, however long each takes."""


class Dask:
    """A cluster's workers, each handed a few runs at a time."""

    def __init__(self, address: str | None, workers: int, kin: Sequence[int]) -> None:
        self.address, self.workers, self.kin = address, workers, kin

    def outcomes(
        self, work: Callable[[Task], Result], tasks: Sequence[Task]
    ) -> Iterator[tuple[Task, Result | WorkerDied]]:
        """Yield every task once, as they end. Raises InputError when the cluster cannot be reached or runs other code."""
        with ExitStack() as stack:
            client = self._client(stack)
            threads = self._checked(client)
            yield from _carried_out(client, work, tasks, Waiting(self.kin), Pace(threads), (1 + AHEAD) * threads)

    def _client(self, stack: ExitStack) -> Any:
        stack.enter_context(config.set({"distributed.comm.timeouts.connect": f"{CONNECT_SECONDS}s"}))
        if self.address is None:
            local = LocalCluster(n_workers=self.workers, threads_per_worker=1, dashboard_address=None, silence_logs="ERROR")
            cluster = stack.enter_context(local)
            return stack.enter_context(Client(cluster))
        try:
            client = Client(self.address, timeout=CONNECT_SECONDS)
        except (OSError, ValueError) as error:
            raise InputError(f"executor.address={self.address}: no Dask scheduler answers there; start one with `dask scheduler` "
                             "and workers with `dask worker ADDRESS --nthreads 1`") from error
        return stack.enter_context(client)

    def _checked(self, client: Any) -> int:
        """Threads of the cluster, all of which must run this very model."""
        client.wait_for_workers(1, timeout=CONNECT_SECONDS)
        for worker, code in client.run(code_digest).items():
            if tuple(code) != code_digest():
                raise InputError(f"the Dask worker {worker} runs another version of the model, numpy or Numba; "
                                 "install there what runs here")
        return max(sum(int(threads) for threads in client.nthreads().values()), 1)


def _carried_out(
    client: Any, work: Callable[[Task], Result], tasks: Sequence[Task], waiting: Waiting, pace: Pace, window: int
) -> Iterator[tuple[Task, Result | WorkerDied]]:
    """Keep a window of shares on the cluster, refilled as they end, so that memory does not grow with the design."""
    shared = client.scatter(work, broadcast=True, hash=False)
    ended = as_completed()
    hands: dict[str, list[int]] = {}

    def submit(indices: list[int]) -> None:
        future = client.submit(_share, shared, [tasks[index] for index in indices], pure=False)
        hands[future.key] = indices
        ended.add(future)

    def refill() -> None:
        while len(hands) < window and waiting.left:
            submit(waiting.kindred(max(pace.size(waiting.left), 1), KINDRED))

    refill()
    for future in ended:
        indices = hands.pop(future.key)
        if future.status == "finished":
            outcomes, seconds = future.result()
            pace.note(seconds / len(indices))
            yield from ((tasks[index], cast("Result | WorkerDied", outcome)) for index, outcome in zip(indices, outcomes, strict=True))
        elif len(indices) > 1:  # one of them kills workers: alone, it will show
            for index in indices:
                submit([index])
        else:
            yield tasks[indices[0]], _died(future)
        refill()


def _died(future: Any) -> WorkerDied:
    error = future.exception()
    if isinstance(error, KilledWorker):
        return WorkerDied(LAST_DEATH, None)
    raise InputError(f"the Dask cluster lost a run ({type(error).__name__}: {error}); what was finished is saved, "
                     "repeat the command") from error


def _share(work: Callable[[Any], Any], tasks: Sequence[Any]) -> tuple[list[Any], float]:
    """What a worker does with its share; its seconds beside the outcomes."""
    began = perf_counter()
    return [work(task) for task in tasks], perf_counter() - began
