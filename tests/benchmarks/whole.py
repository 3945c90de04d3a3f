"""A full-scale run in a process of its own: CPU seconds of 160 quarters, seconds a stage, peak memory."""

import json
import resource
import subprocess
import sys
from typing import Any

from tests.benchmarks.worlds import FIRST_YEAR, QUARTERS, everything, spec_of, stepped, warmed

WORLDS = {"baseline": spec_of, "everything": everything}


def run(world: str, quarters: int) -> dict[str, Any]:
    """Run ``quarters`` from the first year of history on; stages share the CPU time as they shared the clock."""
    model = warmed(WORLDS[world](1.0), FIRST_YEAR)
    before = dict(model.stage_seconds)
    agent_steps, seconds = stepped(model, quarters)
    clock = {name: total - before[name] for name, total in model.stage_seconds.items()}
    stages = {name: seconds * part / sum(clock.values()) for name, part in clock.items()}
    return {"quarters": quarters, "seconds": seconds, "agent_steps": agent_steps, "stages": stages,
            "memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}


def measure(quarters: int = QUARTERS) -> dict[str, Any]:
    """Each world in a new process, so that memory is its own."""
    results: dict[str, Any] = {}
    for world in WORLDS:
        words = [sys.executable, "-m", "tests.benchmarks.whole", world, str(quarters)]
        done = subprocess.run(words, check=True, capture_output=True, text=True)
        results[world] = json.loads(done.stdout)
    return results


if __name__ == "__main__":
    print(json.dumps(run(sys.argv[1], int(sys.argv[2]))))
