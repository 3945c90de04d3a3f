"""Runs carried out by a Dask cluster: one that is running somewhere, or a small one on this machine.

A worker that dies is Dask's affair: its runs go to another. Only this process writes results.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from time import monotonic, perf_counter
from typing import Any, TypeVar, cast

from sim.errors import InputError
from sim.experiment.executors import LAST_DEATH, Pace, Waiting, WorkerDied
from sim.experiment.identity import code_digest

try:
    from dask import config
    from distributed import Client, LocalCluster, as_completed, get_worker
    from distributed.scheduler import KilledWorker
except ModuleNotFoundError:
    raise InputError("executor=dask needs Dask; install it with `pip install 'encadena[dask]'`") from None

Task = TypeVar("Task")
Result = TypeVar("Result")
CONNECT_SECONDS = 20
WORKER_SECONDS = 60
"""For so long a scheduler may be without any worker."""
COUNT_SECONDS = 1.0
"""So often we look whether workers have come or gone."""
AHEAD = 9
"""Shares that wait at each thread beside the one it has in hand: with shares of a second, more than the five seconds of work a thread
beyond which an adaptive cluster asks for more of them."""
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
            self._check(client)
            yield from _carried_out(client, work, tasks, Waiting(self.kin))

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

    def _check(self, client: Any) -> None:
        """See that there are workers, and that they run this very model; of those that come later each share tells."""
        try:
            client.wait_for_workers(1, timeout=WORKER_SECONDS)
        except TimeoutError:
            raise InputError(f"executor.address={self.address}: no Dask worker has come to this scheduler in {WORKER_SECONDS} s; start "
                             "some with `dask worker ADDRESS --nthreads 1` and repeat the command") from None
        for worker, code in client.run(code_digest, on_error="return").items():
            _check_code(worker, code)


def _check_code(worker: str, code: Any) -> None:
    if isinstance(code, Exception) or tuple(code) != code_digest():
        raise InputError(f"the Dask worker {worker} runs another version of the model, numpy or Numba; install there what runs here")


class _Threads:
    """Threads of the cluster now, asked for once a second: workers come and go."""

    def __init__(self, client: Any) -> None:
        self._client, self._count, self._asked = client, 1, float("-inf")

    def count(self) -> int:
        """At least one, so that something waits for the worker that comes."""
        if monotonic() - self._asked >= COUNT_SECONDS:
            self._count, self._asked = max(sum(map(int, self._client.nthreads().values())), 1), monotonic()
        return self._count


def _carried_out(
    client: Any, work: Callable[[Task], Result], tasks: Sequence[Task], waiting: Waiting
) -> Iterator[tuple[Task, Result | WorkerDied]]:
    """Keep a window of shares on the cluster, refilled as they end, so that memory does not grow with the design."""
    shared = client.scatter(work, broadcast=True, hash=False)
    ended, threads = as_completed(), _Threads(client)
    pace = Pace(threads.count())
    hands: dict[str, list[int]] = {}

    def submit(indices: list[int]) -> None:
        future = client.submit(_share, shared, [tasks[index] for index in indices], pure=False)
        hands[future.key] = indices
        ended.add(future)

    def refill() -> None:
        pace.workers = threads.count()
        while len(hands) < (1 + AHEAD) * pace.workers and waiting.left:
            submit(waiting.kindred(max(pace.size(waiting.left), 1), KINDRED))

    refill()
    for future in ended:
        indices = hands.pop(future.key)
        if future.status == "finished":
            outcomes, seconds, worker, code = future.result()
            _check_code(worker, code)
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


def _share(work: Callable[[Any], Any], tasks: Sequence[Any]) -> tuple[list[Any], float, str, tuple[str, ...]]:
    """What a worker does with its share; beside the outcomes its seconds, who it is and which model it runs."""
    began = perf_counter()
    return [work(task) for task in tasks], perf_counter() - began, get_worker().address, code_digest()
