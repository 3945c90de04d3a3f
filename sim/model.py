"""The model: a Mesa model whose step is a table of contents."""

from time import perf_counter
from typing import TYPE_CHECKING, Any

import mesa

from sim.agents.agency import Agency
from sim.agents.mining_firm import MiningFirm
from sim.agents.mirror import Mirror
from sim.agents.university import University
from sim.branching import LAST_HISTORY, Snapshot, history_key, restore, take
from sim.policies.record import MINES
from sim.policies.registry import REGISTRY
from sim.prices import price_path
from sim.recording import Recorder, RunOutput
from sim.spec import Spec
from sim.stages import agencies, copper, demography, finance, knowledge, labour, procurement, ties
from sim.start import populate
from sim.twins import TWINS
from sim.world import World

if TYPE_CHECKING:
    from collections.abc import Callable

STAGES: tuple[tuple[str, "Callable[[World], None]"], ...] = (
    ("copper", copper.run),
    ("agencies", agencies.run),
    ("labour", labour.run),
    ("procurement", procurement.run),
    ("ties", ties.run),
    ("knowledge", knowledge.run),
    ("finance", finance.run),
    ("demography", demography.run),
)
"""The quarter, in order; measuring comes ninth."""


class Cluster(mesa.Model):
    """A world of mining firms, suppliers, universities, agencies and associations."""

    def __init__(self, spec: Spec, seed: int = 1, recording: tuple[str, ...] = (), history: Snapshot | None = None) -> None:
        super().__init__(rng=seed)
        self.spec, self.seed_of_world, self.recording = spec, seed, recording
        self.world = World(spec, seed)
        self.world.price_path = price_path(spec, self.world.draws)
        self.stage_seconds = dict.fromkeys([name for name, _ in STAGES] + ["measure"], 0.0)
        self._mirror = Mirror(self)
        self._create_institutions()
        self.recorder = Recorder(self.world, recording)
        self.world.published = self.recorder.published
        if history is None:
            self.world.ledger.open_quarter()
            populate(self.world)
        else:
            restore(self, history)

    def _create_institutions(self) -> None:
        world = self.world
        self.operations = [MiningFirm(self, row) for row in range(world.buyers)]
        world.universities = [University(self, number) for number in range(len(world.data.inst_names))]
        self.agencies = {name: Agency(self, name) for name in (*world.data.agency_names, MINES)}
        for number, programme in enumerate(sorted(self.spec.programmes, key=lambda p: p.name)):
            office = self.agencies.get(programme.agency, self.agencies[MINES])
            world.programmes.append(REGISTRY[programme.kind](world, programme, number, office))
            office.programmes.append(world.programmes[-1])

    # ---- time --------------------------------------------------------------------------------------------------
    @property
    def last_quarter(self) -> int:
        """The quarter after which the horizon is over."""
        return (self.spec.horizon + 1) * 4 - 1

    def step(self) -> None:
        """One quarter: every stage in order, then measure, check the accounts and move the calendar."""
        world = self.world
        world.tally = world.fresh_tally()
        world.ledger.open_quarter()
        for name, stage in STAGES:
            began = perf_counter()
            stage(world)
            self.stage_seconds[name] += perf_counter() - began
        began = perf_counter()
        world.ledger.check()
        self.recorder.measure()
        if self._mirror.watched:
            self._mirror.refresh()
        self.stage_seconds["measure"] += perf_counter() - began
        world.quarter += 1

    def run(self) -> RunOutput:
        """Run to the horizon."""
        began = perf_counter()
        key = history_key(self.spec, self.seed_of_world, self.recording)
        while self.world.quarter <= self.last_quarter:
            if self.world.quarter == self.world.data.outlook_from and LAST_HISTORY.of(key) is None:
                LAST_HISTORY.keep(key, take(self))
            self.step()
        return RunOutput(self.recorder.tables(), self.recorder.final(), perf_counter() - began, self.stage_seconds)

    # ---- agents as views -----------------------------------------------------------------------------------------
    @property  # type: ignore[misc]  # Mesa's setter does nothing but refuse
    def agents(self) -> Any:
        """All agents, suppliers and associations included (Mesa's AgentSet)."""
        self._mirror.look()
        return super().agents

    @property
    def agents_by_type(self) -> Any:
        """Mesa's AgentSet of each kind: ``model.agents_by_type[Supplier]``."""
        self._mirror.look()
        return super().agents_by_type

    @property
    def agent_types(self) -> list[type]:
        """Every kind of agent that there is."""
        return list(self.agents_by_type)

    def close(self) -> None:
        """Let go of all agents. Mesa 3.3 keeps every model alive through a class attribute; this undoes it."""
        self.remove_all_agents()  # type: ignore[no-untyped-call]
        getattr(mesa.Agent, "_ids", {}).pop(self, None)


def run_world(spec: Spec, seed: int, recording: tuple[str, ...] = ()) -> RunOutput:
    """Build a world, run it to its horizon, let it go; add the indicators that need a twin when ``recording`` asks."""
    output, world = _run(spec, seed, recording)
    for name in recording:
        if name in TWINS:
            output.final |= TWINS[name](spec, output, world, lambda changed: _run(changed, seed, ()))
    return output


def _run(spec: Spec, seed: int, recording: tuple[str, ...]) -> tuple[RunOutput, World]:
    reaches_outlook = (spec.horizon + 1) * 4 > spec.world.outlook_from
    history = LAST_HISTORY.of(history_key(spec, seed, recording)) if reaches_outlook else None
    model = Cluster(spec, seed, recording, history)
    try:
        return model.run(), model.world
    finally:
        model.close()
