"""Agent-steps a CPU second of the model, of its plain reference and of other frameworks' models, taking turns."""

import json
import os
import subprocess
import sys
from statistics import median
from typing import Any

MODEL = "model"
ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS"), "1")


class Worker:
    """A contender in a process of its own."""

    def __init__(self, name: str, agents: int, python: str) -> None:
        self.name = name
        self._process = subprocess.Popen([python, "-m", "tests.benchmarks.worker", name, str(agents)], text=True, stdin=subprocess.PIPE,
                                         stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=os.environ | ONE_THREAD)

    def ask(self) -> dict[str, Any]:
        """Let it take its turn; ``missing`` tells why it cannot."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        try:
            self._process.stdin.write("round\n")
            self._process.stdin.flush()
        except BrokenPipeError:
            return {"missing": "its process ended"}
        for line in self._process.stdout:
            if line.startswith("{"):
                answer: dict[str, Any] = json.loads(line)
                return answer
        return {"missing": "its process ended"}

    def close(self) -> None:
        """End its input and wait for it."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait()


def _started(names: list[str], peers_python: str) -> tuple[dict[str, Worker], dict[str, str], int]:
    """Contenders that run, reasons of those that do not, and the number of agents (that of the model's suppliers)."""
    own, missing = {}, {}
    agents = 0
    for name in [MODEL, *names]:
        worker = Worker(name, agents, peers_python if name == "starsim" else sys.executable)
        first = worker.ask()
        if "missing" in first:
            missing[name] = first["missing"]
            worker.close()
        else:
            own[name] = worker
            agents = agents or int(first["steps"])
    return own, missing, agents


def measure(names: list[str], rounds: int, peers_python: str = sys.executable) -> dict[str, Any]:
    """Median rate of each contender with its range, and the model's rate over it, round by round."""
    workers, missing, agents = _started(names, peers_python)
    rates: dict[str, list[float]] = {name: [] for name in workers}
    memory: dict[str, float] = {}
    for _ in range(rounds if MODEL in workers else 0):
        for name, worker in workers.items():
            answer = worker.ask()
            rates[name].append(answer["steps"] / answer["seconds"])
            memory.setdefault(name, answer["memory"])  # of its first turn: some peers never let go of a model
    for worker in workers.values():
        worker.close()
    return {"agents": agents, "missing": missing, "contenders": {
        name: {"rate": median(own), "low": min(own), "high": max(own), "memory": memory[name],
               **_ratio([ours / theirs for ours, theirs in zip(rates[MODEL], own, strict=True)])}
        for name, own in rates.items()}}


def _ratio(ratios: list[float]) -> dict[str, float]:
    return {"ratio": median(ratios), "ratio_low": min(ratios), "ratio_high": max(ratios)}
