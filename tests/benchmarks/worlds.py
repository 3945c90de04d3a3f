"""Worlds for the benchmarks: any size, brought to the year in which the record counts suppliers."""

from dataclasses import replace
from time import process_time

from sim.config import load
from sim.model import Cluster
from sim.roots import PROGRAMME, find_roots
from sim.spec import Spec
from tests.diary import opened

FIRST_YEAR, QUARTERS = 2005, 160
"""A full run: 160 quarters of history and outlook, after the burn-in."""
SEED = 1


def spec_of(scale: float, horizon: int = FIRST_YEAR + QUARTERS // 4 - 1) -> Spec:
    """The baseline at any scale. The configuration refuses more than 1; the model itself only multiplies by it."""
    return replace(load("baseline", f"horizon={horizon}"), scale=scale)


def everything(scale: float) -> Spec:
    """The same world with every programme file open at once, in place of the record's calendar."""
    return replace(spec_of(scale), programmes=tuple(opened(name) for name in find_roots({}).files(PROGRAMME)))


def warmed(spec: Spec, year: int | None = None) -> Cluster:
    """A world in the first quarter of ``year`` (the year of the count of suppliers)."""
    model = Cluster(spec, SEED)
    while model.world.year < (year or model.world.data.placement_year):
        model.step()
    return model


def alive(model: Cluster) -> int:
    """Living suppliers; asking for the agents makes sure that their views exist, should a model make them late."""
    return len(model.agents) and int(model.world.firms.alive.sum())


def stepped(model: Cluster, quarters: int) -> tuple[float, float]:
    """Agent-steps and CPU seconds of some quarters, views and indicators on."""
    agent_steps, began = 0, process_time()
    for _ in range(quarters):
        model.step()
        agent_steps += alive(model)
    return float(agent_steps), process_time() - began
