"""A full-scale run in a process of its own: CPU seconds of 160 quarters, seconds a stage, peak memory."""

import json
import resource
import subprocess
import sys
from typing import Any

from tests.benchmarks.worlds import FIRST_YEAR, QUARTERS, stepped, warmed


def run(quarters: int) -> dict[str, Any]:
    """Run ``quarters`` from the first year of history on; stages share the CPU time as they shared the clock."""
    model = warmed(1.0, FIRST_YEAR)
    before = dict(model.stage_seconds)
    agent_steps, seconds = stepped(model, quarters)
    clock = {name: total - before[name] for name, total in model.stage_seconds.items()}
    stages = {name: seconds * part / sum(clock.values()) for name, part in clock.items()}
    return {"quarters": quarters, "seconds": seconds, "agent_steps": agent_steps, "stages": stages,
            "memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}


def measure(quarters: int = QUARTERS) -> dict[str, Any]:
    """The same in a new process, so that memory is its own."""
    done = subprocess.run([sys.executable, "-m", "tests.benchmarks.whole", str(quarters)], check=True, capture_output=True, text=True)
    result: dict[str, Any] = json.loads(done.stdout)
    return result


if __name__ == "__main__":
    print(json.dumps(run(int(sys.argv[1]))))
