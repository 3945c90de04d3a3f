"""Models of other frameworks, built and stepped as they ship. Imports nothing of this project.

A round is a fresh model of about ``agents`` agents: building it is not counted, stepping it is.
"""

from collections.abc import Callable
from time import process_time
from typing import Any
from unittest import mock

Round = tuple[float, float]
"""Agents alive summed over steps, and CPU seconds."""
SHIPPED_AGENTS, SHIPPED_SIDE = 200, 50
SUGAR_STEPS, DISEASE_STEPS = 3, 300


def _stepped(model: Any, steps: int) -> Round:
    agent_steps, began = 0, process_time()
    for _ in range(steps):
        agent_steps += len(model.agents)
        model.step()
    return float(agent_steps), process_time() - began


def _guarded_move(move: Callable[[Any], None]) -> Callable[[Any], None]:
    """The shipped move, except that a trader with no empty cell in sight stays where it is.

    As shipped it takes the maximum of an empty list and the whole model stops.
    """
    def guarded(trader: Any) -> None:
        try:
            move(trader)
        except ValueError:
            return
    return guarded


def sugarscape(agents: int, seed: int) -> Round:
    """Mesa's Sugarscape g1mt, its landscape repeated so that the shipped density of traders is kept."""
    from mesa.examples.advanced.sugarscape_g1mt import agents as traders
    from mesa.examples.advanced.sugarscape_g1mt import model as shipped

    tiles = max(round((agents / SHIPPED_AGENTS) ** 0.5), 1)
    read = shipped.np.genfromtxt
    with mock.patch.object(shipped.np, "genfromtxt", lambda path: shipped.np.tile(read(path), (tiles, tiles))):
        model = shipped.SugarscapeG1mt(SHIPPED_SIDE * tiles, SHIPPED_SIDE * tiles, initial_population=agents, seed=seed)
    with mock.patch.object(traders.Trader, "move", _guarded_move(traders.Trader.move)):
        done = _stepped(model, SUGAR_STEPS)
    getattr(traders.Trader, "_ids", {}).pop(model, None)  # Mesa 3.3 would keep the model alive
    return done


def starsim(agents: int, seed: int) -> Round:
    """Starsim's SIS epidemic on a random network."""
    import starsim as ss

    sim = ss.Sim(n_agents=agents, diseases=ss.SIS(), networks=ss.RandomNet(), dur=DISEASE_STEPS - 1, rand_seed=seed, verbose=0)
    sim.init()
    began = process_time()
    sim.run()
    return float(agents * len(sim.t.timevec)), process_time() - began


PEERS: dict[str, Callable[[int, int], Round]] = {"sugarscape": sugarscape, "starsim": starsim}
