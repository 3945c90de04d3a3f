"""Every lever does something: pushed in a run it moves what it is meant to move, more strongly the more it is pushed."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pytest

from sim.levers import LEVERS, LOCAL_DEFINITIONS
from sim.model import Cluster
from sim.world import World
from tests.worlds import digest, programme, pushing, small, started, with_programmes

BEGIN, END = "1998Q1", "2001Q1"
Place = Callable[[World], Any]


def everyone(world: World) -> Any:
    return np.arange(world.firms.n)


def focal_firms(world: World) -> Any:
    return np.flatnonzero(world.firms.region == world.data.focal)


def every_mine(world: World) -> Any:
    return np.arange(world.buyers)


def focal_region(world: World) -> Any:
    return np.array([world.data.focal])


def every_region(world: World) -> Any:
    return np.arange(world.regions)


def to_local(definition: str) -> Place:
    return lambda world: (np.arange(world.buyers), LOCAL_DEFINITIONS.index(definition))


@dataclass
class Trace:
    """What is added up over the quarters of a run: purchases in all, local ones, good deliveries, distress, exits."""

    spend: float = 0.0
    local: float = 0.0
    small_local: float = 0.0
    operating: float = 0.0
    good: float = 0.0
    deliveries: float = 0.0
    distress: float = 0.0
    delayed_local: float = 0.0
    local_sales: float = 0.0

    def add(self, world: World) -> None:
        out = world.tally.outcome
        assert out is not None
        self.spend += out.spend.sum()
        self.local += np.diagonal(out.spend_by_region).sum()
        self.small_local += out.spend_small.sum()
        self.operating += out.spend_operating.sum()
        self.good += out.good.sum()
        self.deliveries += out.total.sum()
        self.distress += (world.firms.distress[world.firms.alive] > 0).sum()
        local = world.firms.region[: out.revenue.shape[0]] == world.data.focal
        self.delayed_local += out.delayed[local].sum()
        self.local_sales += out.revenue[local].sum()


Measure = Callable[[Cluster, Trace], float]


def mean_of(column: str) -> Measure:
    return lambda model, _: float(getattr(model.world.firms, column)[model.world.domestic()].mean())


def all_of(column: str) -> Measure:
    return lambda model, _: float(getattr(model.world.firms, column)[model.world.domestic()].sum())


def share_certified(model: Cluster, _: Trace) -> float:
    return float(model.world.certified()[model.world.domestic()].mean())


def skilled_at_focal(model: Cluster, _: Trace) -> float:
    return float(model.world.place.skilled[model.world.data.focal])


def joint_projects(model: Cluster, _: Trace) -> float:
    return float(model.world.mines.projects.sum())


def past_the_pilot(model: Cluster, _: Trace) -> float:
    return float((model.world.firms.substitution[model.world.domestic()] >= 3).mean())


def group_trust(model: Cluster, _: Trace) -> float:
    firms = model.world.firms
    return float(sum(firms.tie_trust[g.members][np.isin(firms.tie_row[g.members], g.members)].sum() for g in model.world.groups))


@dataclass(frozen=True)
class Case:
    """A lever, two doses, where it is pushed, what must then be larger (smaller where ``lowers``), and the world for it."""

    lever: str
    doses: tuple[float, float]
    where: Place
    measure: Measure
    lowers: bool = False
    overrides: tuple[str, ...] = ()
    groups: dict[str, Any] = field(default_factory=dict)


CASES = (
    Case("certification_cost_share", (0.4, 0.9), everyone, share_certified),
    Case("rd_cost_share", (0.4, 0.9), everyone, mean_of("research")),
    Case("training_cost_share", (0.4, 0.9), everyone, mean_of("skills")),
    Case("mission_cost_share", (0.4, 0.9), everyone, mean_of("contacts")),
    Case("information", (0.05, 0.5), everyone, mean_of("aware")),
    Case("capability_gain", (0.004, 0.02), everyone, mean_of("capability")),
    Case("management_gain", (0.01, 0.05), everyone, mean_of("management")),
    Case("unit_cost_cut", (0.05, 0.19), everyone, mean_of("unit_cost"), lowers=True),
    Case("delivery_gain", (0.06, 0.24), everyone, lambda _, t: t.good / t.deliveries),
    Case("group_meeting", (0.12, 0.20), everyone, group_trust, groups={"management_gain": 1e-9}),
    Case("joint_bid", (0.5, 1.0), everyone, lambda _, t: t.deliveries, groups={"management_gain": 1e-9}),
    Case("visibility", (0.5, 2.0), focal_firms, lambda _, t: t.local),
    Case("export_contact", (0.2, 1.0), everyone, all_of("sales_exports")),
    Case("credit_line", (0.1, 0.3), everyone, lambda _, t: t.distress, lowers=True),
    Case("sound_books", (0.01, 0.2), everyone, mean_of("sound_books")),
    Case("price_preference", (0.08, 0.3), to_local("hq"), lambda _, t: t.local / t.spend),
    Case("set_aside", (0.1, 0.5), to_local("hq_small"), lambda _, t: t.small_local / t.spend),
    Case("payment_days_local", (20.0, 7.0), to_local("hq"), lambda _, t: t.delayed_local / t.local_sales, lowers=True),
    Case("risk_share", (0.3, 0.9), every_mine, joint_projects),
    Case("graduate_places", (300.0, 3000.0), focal_region, skilled_at_focal),
    Case("pilot_infrastructure", (0.4, 1.0), every_region, past_the_pilot,
         overrides=("parameters.substitution_rate=0.2", "parameters.substitution_quarters=6", "parameters.substitution_success=0.5")),
    Case("forward_linkage", (0.05, 0.2), every_region, lambda _, t: t.spend),
)


def measured(case: Case, dose: float) -> float:
    groups = (programme("groups", kind="group", group_minimum=5, levers=case.groups),) if case.groups else ()
    spec = with_programmes(small("baseline", "scale=0.1", *case.overrides), *groups)
    model = started(spec, BEGIN, prepare=pushing(BEGIN, {case.lever: dose}, case.where))
    trace = Trace()
    for _ in range(12):
        model.step()
        trace.add(model.world)
    value = case.measure(model, trace)
    model.close()
    return value


@pytest.mark.parametrize("case", CASES, ids=[case.lever for case in CASES])
def test_a_lever_moves_what_it_is_meant_to_move(case: Case) -> None:
    none, some, much = (measured(case, dose) for dose in (LEVERS[case.lever].neutral, *case.doses))
    print(case.lever, none, some, much)
    assert (none > some > much) if case.lowers else (none < some < much)


def test_every_lever_has_its_case() -> None:
    assert [case.lever for case in CASES] == list(LEVERS)
