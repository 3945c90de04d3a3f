"""One contender in a process of its own: prints a line of JSON for every line it reads, until its input ends.

``python -m tests.benchmarks.worker NAME AGENTS``. The first line tells how many agents it has; each later one is a round:
agent-steps, CPU seconds, and peak memory of the process in MB. A contender that is not installed says so and stops.
"""

import json
import resource
import sys
import warnings
from collections.abc import Callable, Iterator

from tests.benchmarks.peers import PEERS, Round

QUARTERS = 8
"""Quarters of a round of the model: two years, so that yearly work is in it."""
PLAIN_QUARTERS = 1


def model_rounds() -> Iterator[Round]:
    """The model itself at full scale; first the number of its suppliers."""
    from tests.benchmarks.worlds import alive, spec_of, stepped, warmed

    model = warmed(spec_of(1.0))
    yield float(alive(model)), 0.0
    while True:
        yield stepped(model, QUARTERS)


def plain_rounds() -> Iterator[Round]:
    """The plain reference, from the same state."""
    from time import process_time

    from tests.benchmarks.plain import PlainCluster
    from tests.benchmarks.worlds import spec_of, warmed

    plain = PlainCluster(warmed(spec_of(1.0)))
    yield float(len(plain.firms)), 0.0
    while True:
        began, agent_steps = process_time(), 0
        for _ in range(PLAIN_QUARTERS):
            plain.step()
            agent_steps += len(plain.firms)
        yield float(agent_steps), process_time() - began


def peer_rounds(peer: Callable[[int, int], Round], agents: int) -> Iterator[Round]:
    """Another framework's model; the first, unmeasured round loads and compiles what it needs."""
    peer(agents, 0)
    yield float(agents), 0.0
    seed = 0
    while True:
        seed += 1
        yield peer(agents, seed)


def main(name: str, agents: int) -> None:
    """Answer every line of the standard input with a round."""
    warnings.simplefilter("ignore")
    rounds = {"model": model_rounds, "plain": plain_rounds}.get(name, lambda: peer_rounds(PEERS[name], agents))()
    for _ in sys.stdin:
        try:
            steps, seconds = next(rounds)
        except ImportError as missing:
            print(json.dumps({"missing": str(missing)}), flush=True)
            return
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(json.dumps({"steps": steps, "seconds": seconds, "memory": memory}), flush=True)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
