"""Whole worlds: the same spec and seed give the same bits, and a policy changes nothing but what it acts upon."""

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any
from unittest import mock

import numpy as np
import pytest

from sim.agents.mining_firm import MiningFirm
from sim.agents.supplier import Supplier
from sim.calendar import parse_quarter
from sim.draws import Draws, unit_interval
from sim.model import STAGES, Cluster
from sim.world import World
from tests.worlds import (
    arrays,
    digest,
    digest_of,
    grouped,
    programme,
    pushing,
    resumed,
    small,
    started,
    valley,
    with_programmes,
)

ROOT = Path(__file__).parents[1]
OTHER = "ENCADENA_OTHER_PYTHON"
ASK = "from tests.worlds import digest_of; print(digest_of('cluster_push', 3, '2028Q1'))"


# ---- one spec and seed, one world ------------------------------------------------------------------------------------
def test_one_seed_is_one_world_and_another_is_another() -> None:
    first, again, other = (digest(started(valley(), "2000Q1", seed)) for seed in (1, 1, 2))
    assert first == again
    assert first != other


def test_reading_agents_changes_nothing() -> None:
    def read(model: Cluster) -> Cluster:
        while model.world.quarter < parse_quarter("2000Q1"):
            model.step()
            suppliers = model.agents_by_type[Supplier]
            assert np.mean([s.capability for s in suppliers]) > 0
            assert {s.region_name for s in suppliers} <= set(model.world.data.regions)
            assert sum(s.certified for s in suppliers) == model.world.certified()[model.world.living()].sum()
            [mine.belief("antofagasta", "repair") for mine in model.agents_by_type[MiningFirm]]
            model.agents_by_type[Supplier].agg("cash", sum)
            model.recorder.tables()
        return model
    assert digest(read(Cluster(small(), 1))) == digest(started(small(), "2000Q1", 1))


def test_agents_are_made_at_the_first_look_and_follow_births_and_deaths_from_then_on() -> None:
    with mock.patch("sim.agents.mirror.Supplier", side_effect=AssertionError("nobody looked")):
        model = started(small("cluster_push"), "2003Q1", 1)
    held = model.agents_by_type[Supplier]
    before = {agent.uid for agent in held}
    for _ in range(8):
        model.step()
        firms, living = model.world.firms, model.world.living()
        assert {agent.row: agent.uid for agent in held} == dict(zip(living.tolist(), firms.uid[living].tolist(), strict=True))
    after = {agent.uid for agent in held}
    assert before - after
    assert after - before
    assert {Supplier, MiningFirm} <= set(model.agent_types) == set(model.agents_by_type)
    assert len(held) < len(model.agents)


def test_worlds_side_by_side_do_not_touch() -> None:
    first, second = Cluster(valley(), 1), Cluster(small("cluster_push"), 2)
    for _ in range(20):
        first.step()
        second.step()
    assert digest(first) == digest(started(valley(), "2000Q1", 1))
    first.close()
    second.step()


def _told_by(python: str) -> str:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONHASHSEED": "17"}
    asked = [python, "-W", "error", "-c", ASK]
    return subprocess.run(asked, cwd=ROOT, env=environment, capture_output=True, text=True, check=True).stdout.strip()


def test_a_new_process_finds_the_same_world() -> None:
    assert _told_by(sys.executable) == digest_of("cluster_push", 3, "2028Q1")


@pytest.mark.skipif(OTHER not in os.environ, reason=f"set {OTHER} to another interpreter with Encadena's dependencies")
def test_another_python_finds_the_same_world() -> None:
    assert _told_by(os.environ[OTHER]) == digest_of("cluster_push", 3, "2028Q1")


def test_stages_are_listed_in_the_order_of_the_quarter() -> None:
    assert [name for name, _ in STAGES] == ["copper", "agencies", "labour", "procurement", "ties", "knowledge", "finance", "demography"]


# ---- no policy -------------------------------------------------------------------------------------------------------
NOTHING = {
    "no dose": {"levers": {"capability_gain": 0.0, "certification_cost_share": 0.0}},
    "not yet": {"levers": {"capability_gain": 0.02}, "from_": parse_quarter("2100Q1")},
    "over": {"levers": {"capability_gain": 0.02}, "from_": parse_quarter("1990Q1"), "until": parse_quarter("1994Q4")},
    "no place": {"levers": {"capability_gain": 0.02}, "capacity": 0.0},
    "no budget": {"levers": {"capability_gain": 0.02}, "cost": 100.0, "budget": 0.0},
    "nobody eligible": {"levers": {"capability_gain": 0.02}, "sales_min": 1e15},
    "nobody told": {"levers": {"capability_gain": 0.02}, "reach": 0.0},
    "groups too large": {"kind": "group", "levers": {"group_meeting": 0.2}, "group_minimum": 100_000},
    "no preference": {"kind": "procurement", "preference": 0.0, "set_aside": 0.0},
    "the usual days": {"kind": "procurement", "payment_days": 90.0},
    "nobody commits": {"kind": "procurement", "preference": 0.2, "operations": ("nobody",)},
    "no places": {"kind": "places", "levers": {"graduate_places": 0.0}},
    "vouchers of no worth": {"levers": {"certification_cost_share": 1.0}, "public_share": 0.0},
}


@pytest.fixture(scope="module")
def untouched() -> str:
    return digest(started(with_programmes(small()), "2002Q1", 1))


@pytest.mark.parametrize("name", NOTHING)
def test_a_policy_of_no_strength_is_no_policy(name: str, untouched: str) -> None:
    spec = with_programmes(small(), programme(**NOTHING[name]))
    assert digest(started(spec, "2002Q1", 1)) == untouched


def test_a_policy_of_some_strength_is_one(untouched: str) -> None:
    """Otherwise the test above would say little."""
    spec = with_programmes(small(), programme(levers={"capability_gain": 0.02}))
    assert digest(started(spec, "2002Q1", 1)) != untouched


def test_all_is_as_without_a_policy_until_it_begins() -> None:
    """In the year before; that the history is the same, too, is seen in ``test_branching.py``."""
    plain, pushed = (digest(resumed(small(name), "2026Q1", 1)) for name in ("baseline", "cluster_push"))
    assert plain == pushed


# ---- order -----------------------------------------------------------------------------------------------------------
def _turned(model: Cluster) -> None:
    model.world.programmes.reverse()


def test_the_order_in_which_programmes_are_listed_and_act_means_nothing() -> None:
    """In the outlook, with every policy; for all programmes from the start see ``test_every_programme.py``."""
    spec = grouped(small("cluster_push", "scale=0.1"))
    plain = digest(resumed(spec, "2029Q1"))
    assert digest(resumed(replace(spec, programmes=spec.programmes[::-1]), "2029Q1")) == plain
    assert digest(resumed(spec, "2029Q1", prepare=_turned)) == plain


# ---- a policy on one firm --------------------------------------------------------------------------------------------
BEGIN = "2000Q1"
TRADE = 4


def _chosen(world: World) -> int:
    """A large maker of metal parts."""
    firms = world.firms
    return int(np.flatnonzero(world.domestic() & (firms.subsector == TRADE) & (firms.size_class == 3))[0])


class Twins:
    """Two worlds of one seed; in the second, one firm is taught and, unless told otherwise, seen more from 2000 on."""

    def __init__(self, **levers: float) -> None:
        spec = small("baseline", "scale=0.1")
        self.plain = resumed(spec, BEGIN)
        self.row = _chosen(self.plain.world)
        uid = self.plain.world.firms.uid[self.row]
        at = lambda world: np.flatnonzero(world.firms.uid == uid)  # noqa: E731
        self.pushed = resumed(spec, BEGIN, prepare=pushing(BEGIN, levers or {"capability_gain": 0.02, "visibility": 2.0}, at))

    def step(self) -> None:
        self.plain.step()
        self.pushed.step()

    def changed(self) -> dict[str, np.ndarray]:
        """Firms' columns that differ, with the rows that do."""
        first, second = self.plain.world.firms.snapshot(), self.pushed.world.firms.snapshot()
        differs = {name: (first[name] != second[name]).reshape(first[name].shape[0], -1).any(axis=1) for name in first}
        return {name: np.flatnonzero(rows) for name, rows in differs.items() if rows.any()}


@pytest.fixture(scope="module")
def first_quarter() -> Twins:
    twins = Twins(capability_gain=0.02)
    assert digest(twins.plain) == digest(twins.pushed)
    twins.step()
    return twins


def test_in_its_first_quarter_a_policy_on_one_firm_changes_that_firm_alone(first_quarter: Twins) -> None:
    """It is taught after the quarter's tenders; to be seen more may win it one, which is another's loss."""
    changed = first_quarter.changed()
    assert {"capability"} <= changed.keys() <= {"capability", "tier"}
    assert {row for rows in changed.values() for row in rows.tolist()} == {first_quarter.row}
    first, second = arrays(first_quarter.plain), arrays(first_quarter.pushed)
    others = [name for name in first if not name.startswith("firms.") and name != "measures"]
    assert all(first[name].tobytes() == second[name].tobytes() for name in others)


def test_in_its_second_quarter_it_leaves_unrelated_trades_alone() -> None:
    """Only firms with tier-2 work, their neighbours of one trade, or a partner in the trade to learn from, can notice before wages
    have moved."""
    twins = Twins()
    for _ in range(2):
        twins.step()
    firms = twins.plain.world.firms
    changed = {row for rows in twins.changed().values() for row in rows.tolist()}
    trade = firms.subsector == TRADE
    partners = (firms.tie_row >= 0) & trade[np.maximum(firms.tie_row, 0)]
    second_tier = _second_tier(twins.plain) + _second_tier(twins.pushed)
    cell, elsewhere = firms.region * twins.plain.world.subsectors + firms.subsector, _worked_elsewhere(twins)
    assert set(elsewhere[~trade[elsewhere]].tolist()) <= set(second_tier)
    related = np.flatnonzero(trade | partners.any(axis=1) | np.isin(cell, cell[elsewhere])).tolist() + second_tier
    assert twins.row in changed
    assert changed <= set(related)
    assert len(set(related)) < 0.7 * firms.alive.sum()


def _worked_elsewhere(twins: Twins) -> np.ndarray:
    """Rows whose work for mines differs between the twins."""
    plain, pushed = (model.world.tally.outcome for model in (twins.plain, twins.pushed))
    assert plain is not None
    assert pushed is not None
    return np.flatnonzero(plain.done["volume"] != pushed.done["volume"])


def _second_tier(model: Cluster) -> list[int]:
    out = model.world.tally.outcome
    assert out is not None
    return np.flatnonzero((out.done["tier2"] > 0) | (out.done["paid"] > 0)).tolist()


def test_it_leaves_the_luck_of_awards_and_entrants_alone() -> None:
    """After two years the same tenders are called, nearly all go to the same firms, and the same newcomers are born alike."""
    twins, before = Twins(), None
    born: list[dict[int, tuple[Any, ...]]] = [{}, {}]
    for _ in range(8):
        before = [set(m.world.firms.uid.tolist()) for m in (twins.plain, twins.pushed)]
        twins.step()
        for known, lives, model in zip(before, born, (twins.plain, twins.pushed), strict=True):
            lives |= _newborn(model.world, known)
    both = born[0].keys() & born[1].keys()
    assert len(both) > 30
    assert len(born[0].keys() ^ born[1].keys()) <= 0.1 * len(both)
    assert all(born[0][uid] == born[1][uid] for uid in both)
    first, second = (dict(zip(*_book(m.world), strict=True)) for m in (twins.plain, twins.pushed))
    same = [first[key] == second[key] for key in first.keys() & second.keys()]
    assert len(same) > 0.98 * len(first)
    assert np.mean(same) > 0.95


def _newborn(world: World, known: set[int]) -> dict[int, tuple[Any, ...]]:
    """Identity -> what luck alone decides at birth: sales, trade, parent, foundation, news of agencies, state of the books."""
    firms = world.firms
    rows = [row for row in world.living().tolist() if int(firms.uid[row]) not in known]
    names = ("sales_year", "subsector", "parent", "founded", "founder", "aware", "sound_books")
    return {int(firms.uid[row]): tuple(getattr(firms, name)[row].item() for name in names) for row in rows}


def _book(world: World) -> tuple[list[int], list[int]]:
    book = world.book.columns
    return book.luck[book.active].tolist(), world.firms.uid[book.supplier[book.active]].tolist()


def test_a_programme_for_which_one_firm_is_eligible_supports_that_firm_alone() -> None:
    plain = started(with_programmes(small("baseline", "scale=0.1")), "2000Q1")
    firms, row = plain.world.firms, _chosen(plain.world)
    sales = float(firms.sales_year[row])
    narrow = programme(
        levers={"capability_gain": 0.02}, from_=parse_quarter("2000Q1"), until=parse_quarter("2000Q1"), sales_min=sales * (1 - 1e-9),
        sales_max=sales * (1 + 1e-9), regions=(plain.world.data.regions[firms.region[row]],), subsectors=("metal_parts",))
    pushed = started(with_programmes(small("baseline", "scale=0.1"), narrow), "2000Q1")
    assert np.flatnonzero(pushed.world.programmes[0].eligible()).tolist() == [row]
    plain.step()
    pushed.step()
    first, second = plain.world.firms.snapshot(), pushed.world.firms.snapshot()
    others = np.arange(firms.n) != row
    assert all((first[name][others] == second[name][others]).all() for name in first)


def test_a_programme_of_the_mines_leaves_trust_in_public_agencies_alone() -> None:
    policy = programme(agency="mines", duration=2, until=parse_quarter("1996Q4"), levers={"sound_books": 1e-12})
    plain, pushed = (started(with_programmes(small(), *policies), "1997Q1") for policies in ((), (policy,)))
    assert pushed.world.programmes[0].passed.any(), "nobody finished, so the case tells nothing"
    assert plain.world.firms.agency_trust.tolist() == pushed.world.firms.agency_trust.tolist()


# ---- luck ------------------------------------------------------------------------------------------------------------
def _rule_that_draws() -> str:
    """The function of the model that asked for luck."""
    frame = sys._getframe(1)
    while frame.f_code.co_filename.endswith(("draws.py", "test_world.py")):
        assert frame.f_back is not None
        frame = frame.f_back
    return f"{Path(frame.f_code.co_filename).stem}.{frame.f_code.co_name}"


def test_no_two_rules_share_their_luck(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every hash drawn in a quarter belongs to one line of the model: rules that drew the same would be correlated."""
    drawn: dict[int, str] = {}
    shared: set[tuple[str, ...]] = set()
    draw = Draws.hashes

    def heard(luck: Draws, stream: str, quarter: int, *ids: Any) -> Any:
        result = draw(luck, stream, quarter, *ids)
        rule = _rule_that_draws()
        for value in result.ravel().tolist():
            if drawn.setdefault(value, rule) != rule:
                shared.add((stream, *sorted((drawn[value], rule))))
        return result
    model = resumed(grouped(small("cluster_push")), "2027Q1")
    monkeypatch.setattr(Draws, "hashes", heard)
    monkeypatch.setattr(Draws, "uniform", lambda luck, stream, quarter, *ids: unit_interval(luck.hashes(stream, quarter, *ids)))
    for _ in range(4):
        drawn.clear()
        model.step()
        assert len(drawn) > 5000
    assert not shared


# ---- scale and monotone responses ------------------------------------------------------------------------------------
def _local_share(model: Cluster, quarters: int = 12) -> float:
    """Part of purchases of the focal region's operations that its own firms deliver, over some quarters."""
    spent, local, focal = 0.0, 0.0, model.world.data.focal
    for _ in range(quarters):
        model.step()
        out = model.world.tally.outcome
        assert out is not None
        spent, local = spent + out.purchases[focal].sum(), local + out.purchases[focal, focal].sum()
    return float(local / spent)


def test_on_average_a_higher_local_preference_raises_the_local_share() -> None:
    """Same seeds, three strengths from 1998 on."""
    shares = []
    for preference in (0.0, 0.1, 0.3):
        policy = programme(kind="procurement", from_=parse_quarter("1998Q1"), preference=preference)
        spec = with_programmes(small("baseline", "scale=0.1"), policy)
        shares.append(np.mean([_local_share(started(spec, "1998Q1", seed)) for seed in (1, 2)]))
    assert shares[0] < shares[1] < shares[2]


@pytest.mark.slow
def test_a_quarter_of_the_scale_gives_the_shares_of_the_full_scale() -> None:
    """Means over replications at 2016; bands are three standard errors of the small worlds plus a hundredth."""
    names = ("supplier_share", "backward_linkage_hq", "backward_linkage_operating", "commuting_share", "certification_coverage",
             "exporter_share", "mean_capability", "large_sales_share", "buyer_dependence", "local_ownership", "durable_link_share")
    finals = {}
    for scale, seeds in (("0.25", range(1, 9)), ("1.0", range(1, 4))):
        spec = small("baseline", f"scale={scale}", "horizon=2016")
        runs = [Cluster(spec, seed).run().final for seed in seeds]
        finals[scale] = {name: np.array([run[name] for run in runs]) for name in names}
    for name in names:
        few, full = finals["0.25"][name], finals["1.0"][name]
        error = np.hypot(few.std(ddof=1) / np.sqrt(few.size), full.std(ddof=1) / np.sqrt(full.size))
        assert abs(few.mean() - full.mean()) <= 3 * error + 0.01, name
