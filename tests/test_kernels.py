"""The two kernels against their oracles, bit for bit, on random input and on quarters of a running world."""

from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from sim.kernels.clearing import clear, local_to
from sim.kernels.delivery import HUMP_TABLE, Outcome, deliver
from sim.levers import LOCAL_DEFINITIONS
from sim.rules import delivery
from sim.stages import procurement
from tests import oracle, reference
from tests.halls import RandomHall, empty_outcome, random_book, random_hall
from tests.worlds import resumed, small

SEEDS = st.integers(0, 2**32 - 1)
EFFORT = settings(max_examples=40)


def cleared(hall: RandomHall) -> tuple[Any, ...]:
    """Winner, offers, price, what is left in firms and pots, and what partners took over, by the kernel."""
    size = hall.tenders.size
    winner, offers, price, shared = np.full(size, -1, np.int64), np.zeros(size, np.int64), np.ones(size), np.zeros(size)
    bidders, pots = hall.bidders.copy(), hall.pots.copy()
    clear(hall.tenders, bidders, pots, hall.relations, hall.market, hall.weights, winner, offers, price, shared)
    return winner.tolist(), offers.tolist(), price.tolist(), bidders["free"].tolist(), pots.tolist(), shared.tolist()


def decided(hall: RandomHall) -> tuple[Any, ...]:
    """The same by the oracle."""
    plain = oracle.Clearing(hall.bidders, hall.pots, hall.relations, hall.market, hall.weights)
    winner, offers, price = plain.decide(hall.tenders)
    return winner, offers, price, [f.free for f in plain.firms], plain.pots, plain.shared


# ---- clearing --------------------------------------------------------------------------------------------------------
@EFFORT
@example(seed=0)
@given(seed=SEEDS)
def test_clearing_gives_the_bits_of_its_oracle(seed: int) -> None:
    hall = random_hall(seed)
    assert cleared(hall) == decided(hall)


def test_random_halls_show_every_course_of_a_tender() -> None:
    """Otherwise equality above would say little."""
    halls = [random_hall(seed) for seed in range(20)]
    winners = [np.array(cleared(hall)[0]) for hall in halls]
    offers = np.concatenate([cleared(hall)[1] for hall in halls])
    assert any((won < 0).any() for won in winners)
    assert (offers == 0).any()
    assert (offers > 4).any()
    pooled = [(np.array(cleared(hall)[4]) < hall.pots).any() for hall in halls]
    assert any(pooled)
    assert any(((won >= 0) & (hall.tenders["prime"] >= 0)).any() for won, hall in zip(winners, halls, strict=True))


@EFFORT
@given(seed=SEEDS)
def test_no_award_breaks_the_rules(seed: int) -> None:
    hall = random_hall(seed)
    winner, offers, _, free, pots, shared = (np.array(part) for part in cleared(hall))
    won = np.flatnonzero(winner >= 0)
    called, firms = hall.tenders[won], hall.bidders[winner[won]]
    assert (winner[won] != called["prime"]).all()
    assert (firms["certified"] | firms["backed"] | ~called["certified_only"]).all()
    assert (called["log_value"] - firms["log_capacity"] >= hall.weights["least"]).all()
    assert ((offers > 0) == (winner >= 0)).all()
    assert (offers <= hall.market.names[0] + hall.market.names[1]).all()
    assert hall.bidders["free"].sum() + hall.pots.sum() - called["rate"].sum() == pytest.approx(free.sum() + pots.sum())
    assert ((shared[won] <= called["rate"]) & ((shared[won] == 0.0) | (firms["pot"] >= 0))).all()
    assert (pots > -1e-9).all()
    assert (free >= np.minimum(hall.bidders["free"], 0.0) - 1e-9).all()


def test_joint_bids_cannot_use_more_capacity_than_the_members_have() -> None:
    """All firms as one group of 100 UF each, of which half is pooled: together they cannot take on more than they have."""
    hall = random_hall(1, tenders=200)
    hall.bidders["free"], hall.bidders["given"], hall.bidders["pot"], hall.tenders["rate"] = 50.0, 50.0, 0, 140.0
    hall.pots[0] = 50.0 * hall.bidders.size
    winner = np.array(cleared(hall)[0])
    assert (winner >= 0).any()
    assert hall.tenders["rate"][winner >= 0].sum() <= 100.0 * hall.bidders.size


def test_partners_do_only_what_a_winner_cannot_do_itself() -> None:
    """Members with 100 UF each, half of it in the pot: 90 UF is done alone, of 140 UF the partners do 40, and only then does a
    certificate of the group count."""
    for rate, done_by_partners in ((90.0, 0.0), (140.0, 40.0)):
        hall = random_hall(1, tenders=30)
        hall.bidders["free"], hall.bidders["given"], hall.bidders["pot"] = 50.0, 50.0, 0
        hall.bidders["certified"], hall.bidders["backed"] = False, True
        hall.tenders["rate"], hall.tenders["certified_only"] = rate, np.arange(30) % 2 == 0
        hall.pots[0] = 50.0 * hall.bidders.size
        winner, shared = (np.array(cleared(hall)[part]) for part in (0, 5))
        first = np.unique(winner, return_index=True)[1]
        first = first[winner[first] >= 0]
        assert first.size > 3
        np.testing.assert_allclose(shared[first], done_by_partners)
        assert hall.tenders["certified_only"][first].any() == (done_by_partners > 0)


def test_who_leads_a_joint_bid_does_its_part_of_the_work() -> None:
    """Members with no capacity of their own left cannot bid with that of their partners."""
    for own, bids in ((10.0, False), (50.0, True)):
        hall = random_hall(1, tenders=30)
        hall.bidders["free"], hall.bidders["given"], hall.bidders["pot"], hall.tenders["rate"] = own, 0.0, 0, 100.0
        hall.pots[0] = 1e6
        assert (np.array(cleared(hall)[0]) >= 0).any() == bids


def test_firms_do_not_bid_for_what_is_too_small_for_them() -> None:
    hall = random_hall(3, tenders=200)
    hall.weights["least"] = 1e9
    assert set(cleared(hall)[0]) == {-1}
    hall.weights["least"] = -1e9
    assert max(cleared(hall)[0]) >= 0


@EFFORT
@given(seed=SEEDS)
def test_a_tender_without_register_and_known_names_finds_nobody(seed: int) -> None:
    hall = random_hall(seed)
    hall.relations.trust[:], hall.relations.sub_row[:] = 0.0, -1
    market = hall.market._replace(ring_start=np.zeros_like(hall.market.ring_start))
    winner, offers, *_ = cleared(hall._replace(market=market))
    assert set(winner) == {-1}
    assert set(offers) == {0}


def test_without_places_for_incumbents_nobody_is_invited_for_trust() -> None:
    """``parameters.invited_incumbents=0`` is allowed and means that all names come from the register."""
    hall = random_hall(1)
    hall.relations.trust[:] = 1.0
    market = hall.market._replace(ring_start=np.zeros_like(hall.market.ring_start), names=np.array([12, 0], np.int64))
    _, offers, *_ = cleared(hall._replace(market=market))
    assert set(offers) == {0}


@EFFORT
@given(seed=SEEDS)
def test_a_reserved_tender_goes_to_a_local_firm_if_one_bids(seed: int) -> None:
    hall = random_hall(seed)
    plain = oracle.Clearing(hall.bidders, hall.pots, hall.relations, hall.market, hall.weights)
    winner = cleared(hall)[0]
    for record, won in zip(hall.tenders, winner, strict=True):
        tender = _plain(record)
        bids = [i for i in plain.invited(tender) if plain.may_bid(tender, i)]
        if tender.reserved >= 0 and any(plain.local(tender, i, tender.reserved) for i in bids):
            assert plain.local(tender, won, tender.reserved)
        plain.shared.append(0.0)
        if won >= 0:
            plain.award(tender, won)


def _plain(record: Any) -> Any:
    return oracle.SimpleNamespace(**{name: record[name].item() for name in record.dtype.names})


@given(st.integers(0, 3), st.booleans(), st.booleans(), st.integers(0, 3), st.sampled_from(LOCAL_DEFINITIONS))
def test_local_means_the_same_in_the_kernel_as_in_words(hq: int, branch: bool, tiny: bool, site: int, definition: str) -> None:
    at_site = branch or hq == site
    told = local_to(hq, at_site, tiny, site, LOCAL_DEFINITIONS.index(definition))
    assert bool(told) == reference.is_local(hq, at_site, tiny, site, definition)


# ---- monotone responses of awards ------------------------------------------------------------------------------------
PREFERENCE = st.tuples(st.floats(0.0, 1.0), st.floats(0.0, 1.0)).map(sorted)


def _roomy(seed: int, bonus: float, definition: int) -> tuple[RandomHall, np.ndarray]:
    """A hall of open tenders in which nobody runs out of capacity, and for each tender and firm whether it is local."""
    hall = random_hall(seed)
    hall.bidders["free"], hall.bidders["pot"] = 1e12, -1
    hall.tenders["reserved"] = -1
    hall.market.local_bonus[:] = 0.0
    hall.market.local_bonus[:, definition] = bonus
    plain = oracle.Clearing(hall.bidders, hall.pots, hall.relations, hall.market, hall.weights)
    local = [[plain.local(_plain(t), i, definition) for i in range(hall.bidders.size)] for t in hall.tenders]
    return hall, np.array(local)


@EFFORT
@given(seed=SEEDS, preference=PREFERENCE, definition=st.integers(0, 2))
def test_a_higher_local_preference_never_takes_a_tender_from_a_local_firm(seed: int, preference: list[float], definition: int) -> None:
    """On the same tenders with ample capacity: whoever local won still wins, so the local share never falls."""
    winners = []
    for value in preference:
        hall, local = _roomy(seed, 6.7 * np.log1p(value), definition)
        winners.append(np.array(cleared(hall)[0]))
    before, after = winners
    kept = (before >= 0) & local[np.arange(before.size), before]
    assert (after[kept] == before[kept]).all()
    changed = after != before
    assert local[np.arange(after.size), after][changed].all()


@EFFORT
@given(seed=SEEDS, firm=st.integers(0, 39), what=st.sampled_from(["price", "capability", "trust", "certified"]))
def test_a_better_bid_never_loses_what_it_won(seed: int, firm: int, what: str) -> None:
    """With the same invitations: a lower price, more capability, more trust or a certificate keeps every award."""
    hall, _ = _roomy(seed, 0.0, 0)
    before = np.array(cleared(hall)[0])
    if what == "price":
        hall.bidders["log_price"][firm] -= 0.2
    elif what == "trust":
        hall.relations.trust[firm] = np.minimum(hall.relations.trust[firm] + 0.3, 1.0)
        hall.relations.sub_trust[hall.relations.sub_row == firm] = 1.0
    else:
        hall.bidders[what][firm] = 1.0
    after = np.array(cleared(hall)[0])
    assert (after[before == firm] == firm).all()
    if what != "certified":
        assert np.isin(after[before != firm], [firm, *before]).all()


# ---- delivery --------------------------------------------------------------------------------------------------------
def same_bits(first: Outcome, second: Outcome) -> None:
    for name in Outcome._fields:
        a, b = getattr(first, name), getattr(second, name)
        assert a.tobytes() == b.tobytes(), name


@EFFORT
@example(seed=0)
@given(seed=SEEDS)
def test_delivery_gives_the_bits_of_its_oracle(seed: int) -> None:
    book = random_book(seed)
    kernel, plain = empty_outcome(book), empty_outcome(book)
    deliver(*book[:4], kernel, book.key)
    oracle.deliver(*book[:4], plain, book.key)
    same_bits(kernel, plain)


@EFFORT
@given(seed=SEEDS)
def test_delivery_conserves_money_and_work(seed: int) -> None:
    book = random_book(seed)
    out = empty_outcome(book)
    deliver(*book[:4], out, book.key)
    done = out.done
    assert done["tier2"].sum() == pytest.approx(done["paid"].sum())
    assert out.revenue.sum() == pytest.approx(out.purchases.sum()) == pytest.approx(out.spend_by_buyer.sum())
    assert done["work"].sum() == pytest.approx(out.site_work.sum() + out.home_work.sum())
    np.testing.assert_allclose(out.travelling.sum(axis=(0, 2)), out.site_work.sum(axis=1))
    assert out.total.sum() == out.belief.sum()
    assert out.good.sum() == out.belief[..., 0].sum()
    hq = np.diagonal(out.purchases[:, :, 1])
    assert (out.spend_small <= hq + 1e-9).all()
    assert not np.diagonal(out.purchases[:, :, 0]).any()
    assert (out.delayed <= out.revenue + 1e-9).all()


@EFFORT
@given(seed=SEEDS, more=st.floats(0.0, 3.0))
def test_a_more_able_firm_never_fails_where_it_succeeded(seed: int, more: float) -> None:
    book = random_book(seed)
    before, after = empty_outcome(book), empty_outcome(book)
    deliver(*book[:4], before, book.key)
    book.workers["base_logit"] += more
    deliver(*book[:4], after, book.key)
    assert (after.success >= before.success).all()


@EFFORT
@given(seed=SEEDS)
def test_faster_payment_of_local_firms_never_delays_anyone(seed: int) -> None:
    book = random_book(seed)
    slow, fast = empty_outcome(book), empty_outcome(book)
    deliver(*book[:4], slow, book.key)
    deliver(*book[:3], book.terms._replace(local_days=np.minimum(book.terms.local_days, 7.0)), fast, book.key)
    assert (fast.delayed <= slow.delayed).all()
    assert (fast.revenue == slow.revenue).all()


def test_the_table_of_the_hump_holds_the_hump() -> None:
    exact = [reference.hump(step / 64, 1.0) for step in range(HUMP_TABLE.size)]
    np.testing.assert_allclose(HUMP_TABLE, exact, atol=1e-12)
    assert HUMP_TABLE.argmax() == 64


# ---- a running world -------------------------------------------------------------------------------------------------
@pytest.fixture(scope="module")
def seen() -> Iterator[dict[str, list[Any]]]:
    """Input and outcome of both kernels in three quarters of a world with every kind of programme."""
    calls: dict[str, list[Any]] = {"clear": [], "deliver": []}
    model = resumed(small("cluster_push"), "2028Q1")
    patch = pytest.MonkeyPatch()
    patch.setattr(procurement, "clear", _keeping(calls["clear"], clear))
    patch.setattr(delivery, "deliver", _keeping(calls["deliver"], deliver))
    for _ in range(3):
        model.step()
    patch.undo()
    yield calls
    model.close()


def _keeping(calls: list[Any], kernel: Any) -> Any:
    def call(*given: Any) -> None:
        before = deepcopy(given)
        kernel(*given)
        calls.append((before, deepcopy(given)))
    return call


def test_clearing_in_a_running_world_is_that_of_the_oracle(seen: dict[str, list[Any]]) -> None:
    assert len(seen["clear"]) == 6
    for before, after in seen["clear"]:
        tenders, bidders, pots, relations, market, weights, *_ = before
        plain = oracle.Clearing(bidders, pots, relations, market, weights)
        told = plain.decide(tenders)
        assert (*told, plain.shared) == tuple(column.tolist() for column in after[6:10])
        assert plain.pots == after[2].tolist()
        assert [f.free for f in plain.firms] == after[1]["free"].tolist()
        assert tenders.size > 50


def test_delivery_in_a_running_world_is_that_of_the_oracle(seen: dict[str, list[Any]]) -> None:
    for before, after in seen["deliver"]:
        contracts, workers, presence, terms, out, key = before
        oracle.deliver(contracts, workers, presence, terms, out, key)
        same_bits(out, after[4])
    assert len(seen["deliver"]) == 3
