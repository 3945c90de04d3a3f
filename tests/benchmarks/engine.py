"""What the sweep engine costs beside its runs, taking turns with other sweepers; and what a shared history saves."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from sim.branching import LAST_HISTORY
from sim.config import load
from sim.experiment import store
from sim.experiment.design import Runs, comparison
from sim.experiment.experiment import Experiment
from sim.experiment.planning import plan
from sim.experiment.runner import Worlds, warm
from sim.outputs import LIGHT
from tests.benchmarks.rates import ONE_THREAD
from tests.benchmarks.spinning import Spinning

NAMES = ("bare", "encadena", "mesa", "ema", "hydra")
RUNS, SECONDS, WORKERS = 200, 0.2, 2
EMPTY = {"bare": 1000, "encadena": 4000, "mesa": 1000, "ema": 1000, "hydra": 40}
"""Runs of no time: as many as make a second or two."""
EIGHT = ("baseline", "subsidies", "local_purchasing", "associativity", "cluster_push", "subsidies_high", "local_purchasing_high",
         "associativity_high")


def _sweep(name: str, runs: int, seconds: float, workers: int, peers_python: str) -> dict[str, Any]:
    python = peers_python if name in ("ema", "hydra") else sys.executable
    words = [python, "-m", "tests.benchmarks.sweepers", name, str(runs), str(seconds), str(workers)]
    done = subprocess.run(words, capture_output=True, text=True, env=os.environ | ONE_THREAD, check=False)
    lines = [line for line in done.stdout.splitlines() if line.startswith("{")]
    if not lines:
        return {"missing": done.stderr.strip().splitlines()[-1] if done.stderr.strip() else "its process ended"}
    answer: dict[str, Any] = json.loads(lines[-1])
    return answer


def measure(rounds: int, peers_python: str) -> dict[str, Any]:
    """Every contender in every round: the loaded sweep, the empty one, and ours on one worker."""
    tries: dict[str, dict[str, list[dict[str, Any]]]] = {name: {"loaded": [], "empty": []} for name in NAMES}
    tries["encadena"]["one"] = []
    for _ in range(rounds):
        for name in NAMES:
            tries[name]["loaded"].append(_sweep(name, RUNS, SECONDS, WORKERS, peers_python))
            tries[name]["empty"].append(_sweep(name, EMPTY[name], 0.0, WORKERS, peers_python))
        tries["encadena"]["one"].append(_sweep("encadena", RUNS // 2, SECONDS, 1, peers_python))
    missing = {name: done["loaded"][0]["missing"] for name, done in tries.items() if "missing" in done["loaded"][0]}
    ideal = [done["seconds"] for done in tries["bare"]["loaded"]]
    contenders = {name: _summary(done, ideal, EMPTY[name]) for name, done in tries.items() if name not in missing}
    ours = tries["encadena"]
    return {"missing": missing, "contenders": contenders, "one_worker": RUNS // 2 / median(done["seconds"] for done in ours["one"]),
            "two_workers": RUNS / contenders["encadena"]["wall"], "start": median(done["start"] for done in ours["loaded"]),
            "open": median(done["open"] for done in ours["empty"]), "empty_runs": EMPTY["encadena"],
            "write_ns": median(writing() for _ in range(rounds + 1)), "branching": branching()}


def _summary(done: dict[str, list[dict[str, Any]]], ideal: list[float], empty: int) -> dict[str, float]:
    """Wall seconds, over those of the bare processes round by round; milliseconds an empty run; bytes on disk a run."""
    walls = [one["seconds"] for one in done["loaded"]]
    ratios = [wall / least for wall, least in zip(walls, ideal, strict=True)]
    disks = [one["disk"] for one in done["empty"] if "disk" in one]
    waits = [one["seconds"] - one.get("start", 0.0) for one in done["empty"]]
    return {"wall": median(walls), "ratio": median(ratios), "low": min(ratios), "high": max(ratios),
            "empty_ms": 1000 * median(waits) / empty, "disk": median(disks) if disks else float("nan")}


def writing(runs: int = 2000) -> float:
    """Nanoseconds of CPU to store one value of the yearly table."""
    planned = plan("lhs", ["parameters.trust_weight", f"samples={runs}", "replications=1"])
    experiment = Experiment(planned.design, planned.settings, light=True)
    work = Spinning(experiment.design.bases, experiment.design.names, experiment.recording)
    done = [(run, work(run)) for run in experiment.runs]
    values = sum(outcome.yearly.values.size for _, outcome in done if outcome.yearly)
    with TemporaryDirectory() as name:
        store.prepare(Path(name) / "out")
        began = time.process_time()
        writer = store.Writer(Path(name) / "out", experiment.runs_table)
        for run, outcome in done:
            writer.add(run, outcome)
        writer.flush()
        return 1e9 * (time.process_time() - began) / values


def branching(scale: float = 0.1) -> dict[str, float]:
    """CPU seconds of eight scenarios that differ from 2025 on, sharing their history and each with its own."""
    specs = [load(name, f"scale={scale}") for name in EIGHT]
    warm(specs[0])
    work = Worlds(tuple(specs), (), (LIGHT,))
    runs = Runs(comparison(specs), 2, 1)
    seconds: dict[bool, list[float]] = {True: [], False: []}
    for replication in (1, 2):
        for shared in (True, False):
            LAST_HISTORY.enabled, LAST_HISTORY.key = shared, b""
            began = time.process_time()
            for run in runs:
                if run.replication == replication:
                    assert work(run).status == "done"
            seconds[shared].append(time.process_time() - began)
    LAST_HISTORY.enabled = True
    return {"shared": float(np.median(seconds[True])), "whole": float(np.median(seconds[False])),
            "ratio": float(np.median(seconds[True]) / np.median(seconds[False]))}
