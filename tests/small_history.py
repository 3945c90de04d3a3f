"""A small history in an output folder, run once a session: two starts, two replications, to 2024, with firms and labour."""

import atexit
import shutil
import tempfile
from functools import cache
from pathlib import Path

from sim.config import load_comparison
from sim.experiment.main_job import run_scenarios

WORDS = ("scale=0.02", "horizon=2024", "replications=2", "executor=serial", "recording=[firms,labour]")


@cache
def history() -> Path:
    """The folder."""
    made = Path(tempfile.mkdtemp(prefix="encadena-history-"))
    atexit.register(shutil.rmtree, made, ignore_errors=True)
    comparison = load_comparison(["start_weak"], [*WORDS, f"output={made / 'run'}"])
    assert run_scenarios(comparison.specs, comparison.settings) == 0
    return made / "run"
