"""Every lever does something: pushed in a run it moves what it is meant to move, more strongly the more it is pushed."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest

from sim.levers import LEVERS, LOCAL_DEFINITIONS
from sim.model import Cluster
from sim.stages import procurement
from sim.world import MINE, World
from tests.worlds import programme, pushing, resumed, small, started, with_programmes

BEGIN = "1998Q1"
QUARTERS = 12
Place = Callable[[World], Any]


def everyone(world: World) -> Any:
    return np.arange(world.firms.n)


def focal_firms(world: World) -> Any:
    return np.flatnonzero(world.firms.region == world.data.focal)


def every_seventh(world: World) -> Any:
    return np.flatnonzero(world.firms.uid % np.uint64(7) == 0)


def every_mine(world: World) -> Any:
    return np.arange(world.buyers)


def focal_region(world: World) -> Any:
    return np.array([world.data.focal])


def every_region(world: World) -> Any:
    return np.arange(world.regions)


def to_local(definition: str) -> Place:
    return lambda world: (np.arange(world.buyers), LOCAL_DEFINITIONS.index(definition))


def sponsored(world: World) -> Any:
    """Every firm, each sponsored by the operation that trusts it most."""
    world.firms.sponsor[:] = world.firms.trust.argmax(axis=1)
    return np.arange(world.firms.n)


def sponsored_at_focal(world: World) -> Any:
    """Firms of the focal region, each sponsored by one of its operations."""
    rows, mines = focal_firms(world), np.flatnonzero((world.data.op_region == world.data.focal) & world.mines.alive)
    world.firms.sponsor[rows] = mines[rows % mines.size]
    return rows


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
        self.spend += out.purchases.sum()
        self.local += np.diagonal(out.purchases[:, :, 1]).sum()
        self.small_local += out.spend_small.sum()
        self.operating += out.purchases[:, :, 1].sum()
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


def clients_of_every_seventh(model: Cluster, _: Trace) -> float:
    firms = model.world.firms
    return float((firms.deliveries[every_seventh(model.world)] > 0.1).sum())


def deliveries_to_sponsors(model: Cluster, _: Trace) -> float:
    firms, rows = model.world.firms, sponsored_at_focal(model.world)
    return float(firms.deliveries[rows, firms.sponsor[rows]].mean())


def share_certified(model: Cluster, _: Trace) -> float:
    return float(model.world.certified()[model.world.domestic()].mean())


def share_of(held: Callable[[World], Any]) -> Measure:
    return lambda model, _: float(held(model.world)[model.world.domestic()].mean())


def contracts(model: Cluster, _: Trace) -> float:
    return float(model.world.book.columns.active.sum())


def sold_by_uncertified(model: Cluster, _: Trace) -> float:
    firms, none = model.world.firms, ~model.world.certified()
    return float(firms.sales_mines[none].sum() / firms.sales_mines.sum())


def skilled_at_focal(model: Cluster, _: Trace) -> float:
    return float(model.world.place.skilled[model.world.data.focal])


def residents_of_mines(model: Cluster, _: Trace) -> float:
    world = model.world
    return 1.0 - float(world.place.commuting[world.data.focal, MINE])


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
    doses: tuple[float, ...]
    where: Place
    measure: Measure
    lowers: bool = False
    overrides: tuple[str, ...] = ()
    groups: bool = False
    seeds: tuple[int, ...] = (1,)


CASES = (
    Case("certification_cost_share", (0.4, 0.9), everyone, share_certified),
    Case("entry_cost_share", (0.4, 0.9), everyone, share_of(lambda world: world.firms.entry_until >= world.quarter)),
    Case("process_advice", (0.3, 1.0), everyone, mean_of("unit_cost"), lowers=True),
    Case("process_advice", (0.3, 1.0), everyone, lambda _, t: t.good / t.deliveries, seeds=(1, 2)),
    Case("process_advice", (0.3, 1.0), everyone, mean_of("time_gain")),
    Case("substitution_help", (0.4, 1.0), everyone, past_the_pilot,
         overrides=("parameters.substitution_rate=0.2", "parameters.substitution_quarters=6", "parameters.substitution_success=0.5")),
    Case("university_contact", (0.05, 0.5), everyone, share_of(lambda world: world.firms.university >= 0),
         overrides=("parameters.university_partners=400",)),
    Case("university_funding", (0.5, 1.0), everyone, share_of(lambda world: world.firms.university >= 0)),
    Case("joint_project", (0.1, 0.5), sponsored, joint_projects),
    Case("buyer_meeting", (0.02, 0.1), sponsored, mean_of("trust")),
    Case("first_refusal", (0.5, 0.9), sponsored_at_focal, deliveries_to_sponsors),
    Case("own_solution", (0.3, 0.9), everyone, share_of(lambda world: world.firms.innovated > world.quarter - 4)),
    Case("unbundling", (0.3, 0.8), every_mine, contracts),
    Case("open_tenders", (1.0,), every_mine, sold_by_uncertified, seeds=(1, 2, 3, 4)),
    Case("rd_cost_share", (0.4, 0.9), everyone, mean_of("research")),
    Case("training_cost_share", (0.4, 0.9), everyone, mean_of("skills")),
    Case("mission_cost_share", (0.4, 0.9), everyone, mean_of("contacts")),
    Case("information", (0.05, 0.5), everyone, mean_of("aware")),
    Case("capability_gain", (0.004, 0.02), everyone, mean_of("capability")),
    Case("management_gain", (0.01, 0.05), everyone, mean_of("management")),
    Case("unit_cost_cut", (0.05, 0.19), everyone, mean_of("unit_cost"), lowers=True),
    Case("delivery_gain", (0.06, 0.24), everyone, lambda _, t: t.good / t.deliveries, seeds=(1, 2)),
    Case("group_meeting", (0.05, 0.20), everyone, group_trust, groups=True),
    Case("visibility", (0.5, 2.0), every_seventh, clients_of_every_seventh),
    Case("export_contact", (0.2, 1.0), everyone, all_of("sales_exports"), seeds=(1, 2)),
    Case("credit_line", (0.1, 0.3), everyone, lambda _, t: t.distress, lowers=True, seeds=(1, 2, 3)),
    Case("sound_books", (0.01, 0.2), everyone, mean_of("sound_books")),
    Case("price_preference", (0.08, 0.3), to_local("hq"), lambda _, t: t.local / t.spend, seeds=(1, 2)),
    Case("set_aside", (0.1, 0.5), to_local("hq_small"), lambda _, t: t.small_local / t.spend),
    Case("payment_days_local", (20.0, 7.0), to_local("hq"), lambda _, t: t.delayed_local / t.local_sales, lowers=True),
    Case("resident_jobs", (0.7, 0.95), every_mine, residents_of_mines),
    Case("risk_share", (0.3, 0.9), every_mine, joint_projects, seeds=(1, 2)),
    Case("graduate_places", (300.0, 3000.0), focal_region, skilled_at_focal),
    Case("pilot_infrastructure", (0.4, 1.0), every_region, past_the_pilot,
         overrides=("parameters.substitution_rate=0.2", "parameters.substitution_quarters=6", "parameters.substitution_success=0.5")),
    Case("forward_linkage", (0.05, 0.2), every_region, lambda _, t: t.spend),
)


def measured(case: Case, dose: float) -> float:
    """The measure after three years with the lever at ``dose``, mean over seeds."""
    return float(np.mean([_run(case, dose, seed) for seed in case.seeds]))


def _run(case: Case, dose: float, seed: int) -> float:
    model = _begun(case, dose, seed)
    trace = Trace()
    for _ in range(QUARTERS):
        model.step()
        trace.add(model.world)
    value = case.measure(model, trace)
    model.close()
    return value


def _begun(case: Case, dose: float, seed: int) -> Cluster:
    groups = (programme("groups", kind="group", group_minimum=5, levers={"management_gain": 1e-9}),) if case.groups else ()
    spec = with_programmes(small("baseline", "scale=0.1", *case.overrides), *groups)
    return resumed(spec, BEGIN, seed, prepare=pushing(BEGIN, {case.lever: dose}, case.where))


@pytest.mark.parametrize("case", CASES, ids=[case.lever for case in CASES])
def test_a_lever_moves_what_it_is_meant_to_move(case: Case) -> None:
    told = [measured(case, dose) for dose in (LEVERS[case.lever].neutral, *case.doses)]
    steps = np.diff(told)
    assert (steps < 0).all() if case.lowers else (steps > 0).all(), told


def test_every_lever_has_its_case() -> None:
    elsewhere = {"joint_bid", *(name for name, lever in LEVERS.items() if lever.target == "programme")}
    assert {case.lever for case in CASES} | elsewhere == set(LEVERS)


def test_only_groups_that_may_bid_jointly_win_with_their_partners_capacity(monkeypatch: pytest.MonkeyPatch) -> None:
    used, kernel = {0.0: 0.0, 1.0: 0.0}, procurement.clear
    for dose in used:
        def spy(tenders: Any, bidders: Any, pots: Any, *others: Any, at: float = dose) -> None:
            before = pots.copy()
            kernel(tenders, bidders, pots, *others)
            used[at] += float((before - pots).sum())
        monkeypatch.setattr(procurement, "clear", spy)
        _run(Case("joint_bid", (), everyone, lambda *_: 0.0, groups=True), dose, 1)
    assert used[0.0] == 0.0
    assert used[1.0] > 0.0


def test_meetings_of_a_twentieth_of_the_strength_build_less_than_half_of_the_trust() -> None:
    case = next(case for case in CASES if case.lever == "group_meeting")
    assert measured(case, 0.01) < 0.5 * measured(case, 0.20)


def test_a_push_that_ends_needs_no_undo() -> None:
    """Levers are neutral again in the first quarter without a push. Copper plans purchases before agencies act, so that
    what mines want to buy is as if nothing had been from the second quarter on."""
    model = started(with_programmes(small()), "1999Q1", prepare=pushing(BEGIN, {"forward_linkage": 0.5}, every_region))
    model.world.programmes.clear()
    plain = started(with_programmes(small()), "1999Q1")
    for each in (model, model, plain, plain):
        each.step()
    assert all((model.world.levers[name] == LEVERS[name].neutral).all() for name in LEVERS)
    assert model.world.mines.target.tolist() == plain.world.mines.target.tolist()
