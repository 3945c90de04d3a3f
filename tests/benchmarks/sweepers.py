"""Sweeps of work that only takes time, one a process: ``python -m tests.benchmarks.sweepers NAME RUNS SECONDS WORKERS``.

Every run spins for the given CPU seconds and leaves the same fifty numbers. Ours also keeps twenty years of each and
writes everything; Hydra writes its own files; Mesa and EMA Workbench keep theirs in memory. Peers import nothing of this
project, so they may run in an interpreter of their own.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from multiprocessing import get_context
from pathlib import Path
from typing import Any

OUTCOMES = [f"x{number}" for number in range(50)]
HYDRA_APP = """
import json, sys
from pathlib import Path
import hydra
from hydra.core.hydra_config import HydraConfig
from tests.benchmarks.sweepers import left

@hydra.main(version_base=None, config_path=".", config_name="config")
def app(config):
    Path(HydraConfig.get().runtime.output_dir, "numbers.json").write_text(json.dumps(left(config.number, config.seconds)))

app()
"""
HYDRA_CONFIG = """
number: 0
seconds: {seconds}
defaults: [_self_, override hydra/launcher: joblib]
hydra: {{launcher: {{n_jobs: {workers}}}}}
"""


def spin(seconds: float) -> None:
    """Take CPU time."""
    until = time.process_time() + seconds
    while time.process_time() < until:
        pass


def left(number: float = 0.0, seconds: float = 0.0) -> dict[str, float]:
    """What a run leaves."""
    spin(seconds)
    return {name: number + at for at, name in enumerate(OUTCOMES)}


def encadena(runs: int, seconds: float, workers: int) -> dict[str, float]:
    """The engine of ``encadena sweep``: design, keys, processes, store, manifest."""
    from tests.benchmarks.spinning import swept

    return swept(runs, seconds, workers)


def bare(runs: int, seconds: float, workers: int) -> dict[str, float]:
    """No engine: as many processes as workers, each with an equal part of the runs and nothing to send or keep."""
    began = time.perf_counter()
    crew = [get_context("fork").Process(target=_part, args=(runs // workers, seconds)) for _ in range(workers)]
    for process in crew:
        process.start()
    for process in crew:
        process.join()
    return {"seconds": time.perf_counter() - began}


def _part(runs: int, seconds: float) -> None:
    for number in range(runs):
        left(number, seconds)


def mesa(runs: int, seconds: float, workers: int) -> dict[str, float]:
    """``mesa.batch_run``."""
    from mesa import batch_run

    from tests.benchmarks.mesa_sweep import Spinning

    began = time.perf_counter()
    rows = batch_run(Spinning, {"number": [float(n) for n in range(runs)], "seconds": seconds}, number_processes=workers, iterations=1,
                     max_steps=1, data_collection_period=-1, display_progress=False)
    assert len(rows) == runs
    return {"seconds": time.perf_counter() - began}


def ema(runs: int, seconds: float, workers: int) -> dict[str, float]:
    """EMA Workbench's evaluator."""
    from ema_workbench import Constant, Model, MultiprocessingEvaluator, RealParameter, ScalarOutcome

    model = Model("spinning", function=left)
    model.uncertainties = [RealParameter("number", 0, 1)]
    model.constants = [Constant("seconds", seconds)]
    model.outcomes = [ScalarOutcome(name) for name in OUTCOMES]
    began = time.perf_counter()
    with MultiprocessingEvaluator(model, n_processes=workers) as evaluator:
        experiments, _ = evaluator.perform_experiments(scenarios=runs)
    assert len(experiments) == runs
    return {"seconds": time.perf_counter() - began}


def hydra(runs: int, seconds: float, workers: int) -> dict[str, float]:
    """``--multirun`` with Hydra's joblib launcher."""
    import hydra_plugins.hydra_joblib_launcher  # noqa: F401  # missing: left out

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "app.py").write_text(HYDRA_APP, encoding="utf-8")
        (folder / "config.yaml").write_text(HYDRA_CONFIG.format(seconds=seconds, workers=workers), encoding="utf-8")
        began = time.perf_counter()
        subprocess.run([sys.executable, "app.py", "-m", f"number=range(0,{runs})"], cwd=folder, check=True, capture_output=True,
                       env=os.environ | {"PYTHONPATH": os.getcwd()})
        taken = time.perf_counter() - began
        disk = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
        assert len(list(folder.rglob("numbers.json"))) == runs
    return {"seconds": taken, "disk": disk / runs}


SWEEPERS: dict[str, Callable[[int, float, int], dict[str, float]]] = {
    "bare": bare, "encadena": encadena, "mesa": mesa, "ema": ema, "hydra": hydra}


def main(words: list[str]) -> None:
    """Sweep once and print one JSON line."""
    name, runs, seconds, workers = words[0], int(words[1]), float(words[2]), int(words[3])
    try:
        done: dict[str, Any] = SWEEPERS[name](runs, seconds, workers)
    except ImportError as missing:
        done = {"missing": str(missing)}
    print(json.dumps(done), flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
