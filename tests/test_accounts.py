"""Whole worlds: money, work and people are conserved, and every value stays where it can be."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from sim.agents.supplier import Supplier
from sim.indicators import INDICATORS
from sim.ledger import CLASS_NUMBER, CLASSES, MINE_CLASSES, SUPPLIERS, Ledger
from sim.levers import LEVERS
from sim.model import Cluster
from sim.stages import procurement
from tests.worlds import grouped, pushing, resumed, small, started, valley

WORLDS: dict[str, Callable[[], Cluster]] = {
    "baseline": lambda: Cluster(small(), 1),
    "weak start": lambda: Cluster(small("start_weak"), 2),
    "strong start": lambda: Cluster(small("start_strong"), 3),
    "uniform start": lambda: Cluster(small("start_uniform"), 4),
    "invented valley": lambda: Cluster(valley(), 5),
    "bust from 2025": lambda: resumed(small("baseline", "copper=bust"), "2026Q1", 6),
    "boom from 2025": lambda: resumed(small("subsidies", "copper=boom"), "2026Q1", 6),
    "every policy": lambda: resumed(grouped(small("cluster_push")), "2026Q1", 8),
    "local purchasing, strong": lambda: resumed(small("local_purchasing_high"), "2026Q1", 6),
}
QUARTERS = 14
NOT_A_PART = ("local_value_added_ratio",)
"""Shares by name whose numerator holds work for operations of other regions, so that the capital's exceeds one."""
IN_UNIT = ("trust", "management", "absorptive", "sub_trust", "tie_trust", "agency_trust")


class Witness:
    """An account book of its own: hears every payment and adds it up firm by firm, class by class, region by region."""

    def __init__(self, model: Cluster) -> None:
        self.ledger: Ledger = model.world.ledger
        self.firms = model.world.firms
        self.cash = self.firms.cash.copy()
        self.accounts = self.ledger.accounts.copy()
        for name in ("between", "within", "to_suppliers", "to_suppliers_from", "from_suppliers", "among_suppliers"):
            setattr(self.ledger, name, self._heard(name, getattr(self.ledger, name)))

    def _heard(self, name: str, pay: Callable[..., None]) -> Callable[..., None]:
        def heard(*given: Any, **named: Any) -> None:
            getattr(self, name)(*[np.array(g) if isinstance(g, np.ndarray) else g for g in given], **named)
            pay(*given, **named)
        return heard

    def between(self, kind: str, payer: str, payee: str, amounts: Any, region: Any = None) -> None:
        for entry, amount in enumerate(amounts):
            at = entry if region is None else region[entry]
            self.accounts[CLASS_NUMBER[payer], at] -= amount
            self.accounts[CLASS_NUMBER[payee], at] += amount

    def within(self, kind: str, name: str, leaving: Any, arriving: Any) -> None:
        self.accounts[CLASS_NUMBER[name]] += arriving - leaving

    def to_suppliers(self, kind: str, payer: str, amounts: Any, region: Any) -> None:
        self._room(amounts.size)
        for row in np.flatnonzero(amounts):
            self.cash[row] += amounts[row]
            self.accounts[CLASS_NUMBER[payer], region[row]] -= amounts[row]

    def to_suppliers_from(self, kind: str, payer: str, amounts: Any, weights: Any) -> None:
        self._room(amounts.size)
        self.cash += amounts
        if amounts.any():
            self.accounts[CLASS_NUMBER[payer]] -= amounts.sum() * weights / weights.sum()

    def from_suppliers(self, kind: str, payee: str, amounts: Any, region: Any) -> None:
        self.to_suppliers(kind, payee, -amounts, region)

    def among_suppliers(self, kind: str, paid: Any, received: Any, region: Any) -> None:
        assert paid.sum() == pytest.approx(received.sum())
        self._room(paid.size)
        self.cash += received - paid

    def _room(self, rows: int) -> None:
        self.cash = np.concatenate([self.cash, np.zeros(rows - self.cash.size)])

    def agree(self) -> None:
        """The world's accounts are what was heard, element by element."""
        np.testing.assert_allclose(self.firms.cash, self.cash[: self.firms.n], rtol=1e-7, atol=1e-3)
        np.testing.assert_allclose(self.ledger.accounts, self.accounts, rtol=1e-9, atol=1e-2)
        total, turnover = self.cash.sum() + self.accounts.sum(), np.abs(self.accounts).sum()
        assert abs(total) < 1e-9 * turnover


@pytest.mark.parametrize("name", WORLDS)
def test_a_world_stays_in_its_accounts_and_its_bounds(name: str) -> None:
    model = WORLDS[name]()
    witness = Witness(model)
    for _ in range(QUARTERS):
        owed = model.world.owed.copy(), model.world.owed_by.copy()
        model.step()
        witness.agree()
        _purchases_are_paid(model, *owed)
        _values_are_possible(model)
        _lists_fit_together(model)
    model.close()


@pytest.mark.slow
@pytest.mark.parametrize(("scenario", "seed"), [("baseline", 1), ("subsidies_high", 2), ("local_purchasing_high", 3), ("cluster_push", 4)])
def test_forty_years_stay_in_their_accounts_and_bounds(scenario: str, seed: int) -> None:
    model = Cluster(small(scenario, "scale=0.5", "horizon=2044"), seed)
    while model.world.quarter <= model.last_quarter:
        owed = model.world.owed.copy(), model.world.owed_by.copy()
        model.step()
        _purchases_are_paid(model, *owed)
        _values_are_possible(model)
        _lists_fit_together(model)
    model.close()


def _purchases_are_paid(model: Cluster, owed: np.ndarray, owed_by: np.ndarray) -> None:
    """What operations bought is what suppliers received at once, next quarter, or lost by dying first; each region's
    operations of a class bear it as they bought, this quarter and last."""
    world = model.world
    out, mines = world.tally.outcome, world.mines
    assert out is not None
    for number, name in enumerate(MINE_CLASSES):
        for kind, amount, bought in (("purchases of mines", (out.revenue - out.delayed)[:, number], out.spend_by_buyer),
                                     ("purchases of mines, paid late", owed[:, number], owed_by)):
            flow = world.ledger.flows[CLASS_NUMBER[name], SUPPLIERS, kind]
            by_region = np.bincount(mines.region, weights=np.where(mines.owner == number, bought, 0.0), minlength=world.regions)
            part = by_region / by_region.sum() if by_region.any() else by_region
            np.testing.assert_allclose(flow, amount.sum() * part, rtol=1e-9, atol=1e-6)
    assert out.revenue.sum() == pytest.approx(out.purchases.sum())
    assert out.done["paid"].sum() == pytest.approx(out.done["tier2"].sum())
    assert out.purchases.sum() > 0


def _values_are_possible(model: Cluster) -> None:
    world = model.world
    firms, alive = world.firms, world.firms.alive
    for name in IN_UNIT:
        values = getattr(firms, name)[alive]
        assert values.min() >= 0.0, name
        assert values.max() <= 1.0, name
    assert 0.0 < firms.capability[alive].min() <= firms.capability[alive].max() < 1.0
    assert firms.process_gain[alive].max() <= LEVERS["unit_cost_cut"].high + 1e-6
    assert firms.delivery_gain[alive].max() <= LEVERS["delivery_gain"].high + 1e-6
    assert world.p.markup_floor <= firms.markup[alive].min() <= firms.markup[alive].max() <= world.p.markup_ceiling
    for name in ("workers", "capacity", "unit_cost"):
        assert getattr(firms, name)[alive].min() > 0.0, name
    for name in ("sales_year", "mining_year", "other_demand", "committed", "contacts", "utilisation", "commuters", "skills"):
        assert getattr(firms, name)[alive].min() >= 0.0, name
    assert (firms.mining_year <= firms.sales_year * (1 + 1e-9) + 1e-6)[alive].all()
    assert ((world.place.commuting > 0) & (world.place.commuting < 1)).all()
    assert (world.place.skilled >= 0).all()
    assert ((world.mines.call_off >= 0) & (world.mines.call_off <= 1)).all()
    _measures_are_possible(model)


def _measures_are_possible(model: Cluster) -> None:
    at = model.world.quarter - 1 - model.recorder.first
    if at < 0:
        return
    for number, indicator in enumerate(INDICATORS):
        values = model.recorder.values[at, :, number]
        known = values[~np.isnan(values)]
        if indicator.unit == "share" and indicator.name not in NOT_A_PART:
            assert ((known >= -1e-9) & (known <= 1 + 1e-9)).all(), indicator.name
        assert np.isfinite(known).all(), indicator.name


def _lists_fit_together(model: Cluster) -> None:
    """Identities, contracts, groups, headquarters and agents all speak of the same living firms."""
    world = model.world
    firms, living, book = world.firms, world.living(), world.book.columns
    assert np.unique(firms.uid[living]).size == living.size
    assert (firms.uid[living] != 0).all()
    assert firms.presence[living, firms.region[living]].all()
    assert firms.alive[book.supplier[book.active]].all()
    primes = book.prime[book.active & (book.prime >= 0)]
    assert firms.alive[primes].all()
    agents = model.agents_by_type[Supplier]
    assert sorted(agent.row for agent in agents) == living.tolist()
    assert all(agent.alive for agent in agents)


# ---- group membership, skills, partners of universities ----------------------------------------------------------------
@pytest.fixture(scope="module")
def pushed() -> Cluster:
    """A world with every policy on, some years into its outlook."""
    return resumed(grouped(small("cluster_push", "scale=0.2")), "2031Q1", 1)


def test_skills_stay_below_one() -> None:
    """Under five years of the strongest advice."""
    everyone = lambda world: np.arange(world.firms.n)  # noqa: E731
    firms = started(small(), "2003Q1", prepare=pushing("1998Q1", {"management_gain": 0.10}, everyone)).world.firms
    assert firms.skills[firms.alive].max() == 1.0


def test_universities_count_the_partners_they_have(pushed: Cluster) -> None:
    """Otherwise places of firms that died are never given to others, and the channel dries up."""
    firms = pushed.world.firms
    university = next(university for university in pushed.world.universities if university.partners)
    rows = np.flatnonzero(firms.university == university.number)
    assert university.partners == firms.alive[rows].sum()
    dying = rows[firms.alive[rows]][0]
    firms.alive[dying] = False
    assert university.partners == firms.alive[rows].sum()
    firms.alive[dying] = True


def test_groups_hold_living_members_when_bids_are_pooled(pushed: Cluster) -> None:
    """Procurement comes before the stage that drops the dead; a newborn in a dead member's row is not a member."""
    world = pushed.world
    assert world.groups
    for group in world.groups:
        assert (world.firms.uid[group.members] == group.uids).all()


def test_mines_pay_from_where_they_are(pushed: Cluster) -> None:
    """A region without operations has no mining account that moves."""
    world = pushed.world
    without = np.bincount(world.mines.region, minlength=world.regions) == 0
    accounts = world.ledger.accounts[[CLASS_NUMBER[name] for name in MINE_CLASSES]]
    assert not accounts[:, without].any()


def test_all_work_that_is_passed_on_is_done_by_a_subcontractor(pushed: Cluster) -> None:
    """For every prime contractor: what its contracts leave to others is what others have under contract for it."""
    book, firms = pushed.world.book.columns, pushed.world.firms.n
    first, second = book.active & (book.prime < 0), book.active & (book.prime >= 0)
    passed = np.bincount(book.supplier[first], weights=(book.rate * book.passed_on)[first], minlength=firms)
    done = np.bincount(book.prime[second], weights=book.rate[second], minlength=firms)
    assert np.abs(passed - done).sum() < 0.01 * passed.sum()


def test_the_awards_table_names_the_firms_that_won(monkeypatch: pytest.MonkeyPatch) -> None:
    """As clearing decided, tender by tender, whatever becomes of the winner later in the quarter; 0 where nobody won."""
    won: list[int] = []
    offers: list[int] = []
    kernel = procurement.clear

    def spy(tenders: Any, bidders: Any, *others: Any) -> None:
        kernel(tenders, bidders, *others)
        winner = others[4]
        won.extend(np.where(winner >= 0, bidders["uid"][winner], 0).tolist())
        offers.extend(others[5].tolist())
    model = Cluster(small("baseline", "scale=0.1"), 1, ("awards",))
    while model.world.quarter < model.recorder.first:
        model.step()
    monkeypatch.setattr(procurement, "clear", spy)
    for _ in range(12):
        model.step()
    table = model.recorder.tables()["awards"]
    assert table["winner"].tolist() == won
    assert table["bidders"].tolist() == offers
    nobody = table["winner"] == 0
    assert 0 < nobody.sum() < 0.05 * nobody.size
    assert ((table["hq_region"] == "") == nobody).all()
    assert (np.isnan(table["price"]) == nobody).all()


def test_trust_is_a_share_in_a_strong_start() -> None:
    firms = Cluster(small("start_strong", "scale=0.5", "parameters.home_trust=0.4"), 2).world.firms
    assert firms.trust[firms.alive].max() <= 1.0


def test_the_ledger_table_tells_how_every_account_moved() -> None:
    model = resumed(small(), "2005Q1", 1)
    before = model.world.ledger.accounts.copy()
    for _ in range(4):
        model.step()
    table, expected = model.recorder.tables()["ledger"], before.copy()
    region = [model.world.data.regions.index(name) for name in table["region"]]
    for payer, payee, at, amount in zip(table["payer"], table["payee"], region, table["uf"], strict=True):
        if payer != payee:
            expected[CLASS_NUMBER[payer], at] -= amount
            expected[CLASS_NUMBER[payee], at] += amount
    others = [CLASS_NUMBER[name] for name in CLASSES if name not in ("suppliers", "households")]
    np.testing.assert_allclose(model.world.ledger.accounts[others], expected[others], rtol=1e-9, atol=1e-2)
    nation = model.world.ledger.accounts[CLASS_NUMBER["households"]].sum()
    assert nation == pytest.approx(expected[CLASS_NUMBER["households"]].sum())
