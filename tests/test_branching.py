"""A world forked from a shared history goes on exactly as one that ran its own."""

from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import pytest

from sim.branching import LAST_HISTORY, Snapshot, history_key, take
from sim.calendar import parse_quarter
from sim.model import Cluster, RunOutput, run_world
from sim.spec import Spec
from tests.worlds import arrays, digest, grouped, programme, resumed, small, started, with_programmes

OUTLOOK = "2025Q1"
TABLES = ("firms", "awards", "ties", "labour")


@pytest.fixture(autouse=True)
def no_history() -> Iterator[None]:
    """Each test begins without a history in memory."""
    LAST_HISTORY.key, LAST_HISTORY.snapshot = b"", None
    yield
    LAST_HISTORY.key, LAST_HISTORY.snapshot, LAST_HISTORY.enabled = b"", None, True


def forked(spec: Spec, snapshot: Snapshot, until: str, seed: int = 1) -> Cluster:
    model = Cluster(spec, seed, (), snapshot)
    while model.world.quarter < parse_quarter(until):
        model.step()
    return model


@cache
def _baseline() -> Cluster:
    """The baseline at its outlook, not to be changed."""
    return started(grouped(small()), OUTLOOK)


@pytest.mark.parametrize("name", ["cluster_push", "local_purchasing_high"])
def test_a_policy_world_forked_from_the_baselines_history_is_the_whole_world(name: str) -> None:
    spec = grouped(small(name))
    assert digest(forked(spec, take(_baseline()), "2028Q1")) == digest(started(spec, "2028Q1"))


def test_a_world_that_tests_resume_is_the_whole_one() -> None:
    """Whichever scenario ran its history, and from wherever that was frozen before."""
    whole = started(small("subsidies"), "1998Q2")
    for name, until in (("baseline", "1996Q3"), ("cluster_push", "1998Q2"), ("subsidies", "1998Q2")):
        fork = resumed(small(name), until)
    assert digest(fork) == digest(whole)
    assert fork.world.ledger.flows.keys() == whole.world.ledger.flows.keys()


def test_programmes_of_the_history_go_on_in_the_fork() -> None:
    """Terms, groups, budgets, what vouchers claimed, and what firms were taught."""
    running = programme("running", from_=parse_quarter("2023Q3"), duration=6, cost=50.0, budget=9000.0, public_share=0.6, agency="corfo",
                        levers={"management_gain": 0.02})
    closing = programme("closing", from_=parse_quarter("2023Q1"), until=parse_quarter("2024Q4"), duration=40, agency="aia",
                        levers={"capability_gain": 0.01})
    group = programme("group", kind="group", from_=parse_quarter("2022Q1"), duration=14, group_minimum=4,
                      levers={"group_meeting": 0.1, "joint_bid": 1.0})
    vouchers = programme("vouchers", from_=parse_quarter("2022Q1"), duration=6, budget=3000.0, public_share=0.6, agency="sence",
                         levers={"training_cost_share": 1.0})
    assert _unlike(with_programmes(small(), running, closing, group, vouchers), "2027Q1") == []


def test_forward_linkage_of_the_history_goes_on_in_the_fork() -> None:
    """Copper plans purchases before agencies push levers."""
    forward = programme("forward", kind="places", from_=parse_quarter("2020Q1"), levers={"forward_linkage": 0.3})
    assert _unlike(with_programmes(small(), forward), "2025Q2") == []


def _unlike(spec: Spec, until: str) -> list[str]:
    """What differs between a whole world and its fork."""
    whole = started(spec, OUTLOOK)
    fork = forked(spec, take(whole), until)
    while whole.world.quarter < fork.world.quarter:
        whole.step()
    first, second = arrays(whole), arrays(fork)
    return [name for name in first if first[name].tobytes() != second[name].tobytes()]


def test_freezing_a_world_leaves_it_alone_and_later_steps_leave_the_snapshot_alone() -> None:
    spec = small()
    model = started(spec, OUTLOOK)
    before = digest(model)
    snapshot = take(model)
    assert digest(model) == before
    for _ in range(4):
        model.step()
    assert digest(forked(spec, snapshot, "2026Q1")) == digest(model)


def _same(first: RunOutput, second: RunOutput) -> None:
    assert first.final == pytest.approx(second.final, nan_ok=True, rel=0, abs=0)
    assert first.tables.keys() == second.tables.keys()
    for table, columns in first.tables.items():
        for name, column in columns.items():
            assert np.array_equal(column, second.tables[table][name], equal_nan=column.dtype.kind == "f"), (table, name)


def test_runs_that_share_a_history_give_the_tables_of_whole_runs() -> None:
    specs = [replace(spec, horizon=2026) for spec in (small("baseline", "copper=bust"), small("cluster_push"))]
    shared = [run_world(spec, 3, TABLES) for spec in specs]
    assert LAST_HISTORY.snapshot is not None
    LAST_HISTORY.enabled = False
    for spec, output in zip(specs, shared, strict=True):
        _same(run_world(spec, 3, TABLES), output)


DIFFERENT: dict[str, Any] = {
    "scale": {"scale": 0.06}, "start": {"start": "uniform"}, "programmes": {"programmes": ()},
    "parameters": {"parameters": replace(small().parameters, trust_gain=0.11)},
    "world": {"world": replace(small().world, name="another")},
}


@pytest.mark.parametrize("what", DIFFERENT)
def test_another_history_has_another_key(what: str) -> None:
    assert history_key(replace(small(), **DIFFERENT[what]), 1, ()) != history_key(small(), 1, ())


def test_seed_and_tables_asked_for_belong_to_a_history_and_the_outlook_does_not() -> None:
    key = history_key(small(), 1, ())
    assert key != history_key(small(), 2, ())
    assert key != history_key(small(), 1, ("firms",))
    assert key == history_key(replace(small(), horizon=2040, copper="bust"), 1, ())
    assert key == history_key(small("cluster_push"), 1, ())


def test_a_forked_model_has_the_agents_of_the_whole_one() -> None:
    whole = _baseline()
    fork = Cluster(whole.spec, 1, (), take(whole))
    for kind, agents in whole.agents_by_type.items():
        assert len(fork.agents_by_type[kind]) == len(agents), kind
