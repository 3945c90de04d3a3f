"""Every payment has two sides, and nothing else moves money."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.ledger import CLASS_NUMBER, CLASSES, SUPPLIERS, Ledger, LedgerError

FIRMS, REGIONS = 5, 3
REGION = np.array([0, 1, 2, 1, 0])
ALL_BUT_SUPPLIERS = [name for name in CLASSES if name != "suppliers"]
AMOUNTS = st.lists(st.floats(0.0, 1e7), min_size=FIRMS, max_size=FIRMS).map(np.array)
BY_REGION = st.lists(st.floats(0.0, 1e7), min_size=REGIONS, max_size=REGIONS).map(np.array)
NAME = st.sampled_from(ALL_BUT_SUPPLIERS)


class Books:
    """Supplier cash and a ledger over it, in a quarter that has begun."""

    def __init__(self, firms: int = FIRMS) -> None:
        self.cash = np.zeros(firms)
        self.ledger = Ledger(REGIONS, lambda: self.cash)
        self.ledger.open_quarter()

    def account(self, name: str) -> list[float]:
        return list(self.ledger.accounts[CLASS_NUMBER[name]])


@pytest.fixture
def books() -> Books:
    return Books()


# ---- the two sides ---------------------------------------------------------------------------------------------------
def test_classes_pay_one_another_within_each_region(books: Books) -> None:
    books.ledger.between("tax", "banks", "central_government", np.array([1.0, 2.0, 0.0]))
    assert books.account("banks") == [-1, -2, 0]
    assert books.account("central_government") == [1, 2, 0]


def test_amounts_by_operation_are_summed_by_region(books: Books) -> None:
    books.ledger.between("energy", "mines_state", "utilities", np.array([5.0, 7.0, 1.0]), np.array([1, 1, 2]))
    assert books.account("mines_state") == [0, -12, -1]
    assert books.account("utilities") == [0, 12, 1]


def test_a_class_moves_money_between_regions(books: Books) -> None:
    books.ledger.within("commuting", "households", np.array([3.0, 0.0, 0.0]), np.array([0.0, 1.0, 2.0]))
    assert books.account("households") == [-3, 1, 2]
    books.ledger.check()


def test_suppliers_are_paid_one_by_one(books: Books) -> None:
    books.ledger.to_suppliers("purchases", "mines_foreign", np.arange(5.0), REGION)
    assert books.cash.tolist() == [0, 1, 2, 3, 4]
    assert books.account("mines_foreign") == [-4, -4, -2]


def test_suppliers_may_be_paid_from_regions_other_than_their_own(books: Books) -> None:
    books.ledger.to_suppliers_from("purchases", "mines_foreign", np.arange(5.0), np.array([0.0, 3.0, 1.0]))
    assert books.cash.tolist() == [0, 1, 2, 3, 4]
    assert books.account("mines_foreign") == [0, -7.5, -2.5]
    books.ledger.check()


def test_suppliers_pay_one_by_one(books: Books) -> None:
    books.ledger.from_suppliers("wages", "households", np.arange(5.0), REGION)
    assert books.cash.tolist() == [0, -1, -2, -3, -4]
    assert books.account("households") == [4, 4, 2]


def test_suppliers_pay_suppliers(books: Books) -> None:
    books.ledger.among_suppliers("tier 2", np.array([3.0, 0, 0, 0, 1]), np.array([0.0, 2, 2, 0, 0]), REGION)
    assert books.cash.tolist() == [-3, 2, 2, 0, -1]
    assert not books.ledger.accounts.any()
    books.ledger.check()


def test_suppliers_cannot_receive_what_no_supplier_paid(books: Books) -> None:
    with pytest.raises(LedgerError, match="tier 2: suppliers paid"):
        books.ledger.among_suppliers("tier 2", np.array([3.0, 0, 0, 0, 0]), np.array([0.0, 3.5, 0, 0, 0]), REGION)


def test_flows_are_kept_by_payer_payee_kind_and_region(books: Books) -> None:
    for _ in range(2):
        books.ledger.from_suppliers("wages", "households", np.ones(5), REGION)
    books.ledger.to_suppliers("exports", "abroad", np.ones(5), REGION)
    flows = {key: amounts.tolist() for key, amounts in books.ledger.flows.items()}
    households, abroad = CLASS_NUMBER["households"], CLASS_NUMBER["abroad"]
    assert flows == {(SUPPLIERS, households, "wages"): [4, 4, 2], (abroad, SUPPLIERS, "exports"): [2, 2, 1]}


def test_a_new_quarter_forgets_flows_and_keeps_positions(books: Books) -> None:
    books.ledger.to_suppliers("exports", "abroad", np.ones(5), REGION)
    books.ledger.open_quarter()
    assert not books.ledger.flows
    assert books.account("abroad") == [-2, -2, -1]
    books.ledger.check()


# ---- any quarter balances --------------------------------------------------------------------------------------------
PAYMENT = st.one_of(
    st.tuples(st.just("between"), NAME, NAME, BY_REGION), st.tuples(st.just("within"), NAME, NAME, BY_REGION),
    st.tuples(st.just("to_suppliers"), NAME, NAME, AMOUNTS), st.tuples(st.just("from_suppliers"), NAME, NAME, AMOUNTS),
    st.tuples(st.just("among_suppliers"), NAME, NAME, AMOUNTS))


def pay(books: Books, how: str, first: str, second: str, amounts: np.ndarray) -> None:
    ledger: Any = books.ledger
    if how == "between":
        ledger.between("kind", first, second, amounts)
    elif how == "within":
        ledger.within("kind", first, amounts, np.roll(amounts, 1))
    elif how == "among_suppliers":
        ledger.among_suppliers("kind", amounts, np.roll(amounts, 2), REGION)
    else:
        getattr(ledger, how)("kind", first, amounts, REGION)


@given(st.lists(PAYMENT, max_size=15))
def test_any_payments_balance(payments: list[tuple[str, str, str, np.ndarray]]) -> None:
    books = Books()
    for payment in payments:
        pay(books, *payment)
    books.ledger.check()
    total, scale = books.cash.sum() + books.ledger.accounts.sum(), np.abs(books.cash).sum() + np.abs(books.ledger.accounts).sum()
    assert abs(total) <= 1e-12 * (1 + scale)
    assert not books.ledger.accounts[SUPPLIERS].any()


@given(st.lists(PAYMENT, min_size=1, max_size=8), st.integers(0, FIRMS - 1), st.sampled_from([-1.0, 1.0]))
def test_cash_that_moved_outside_the_ledger_is_found(payments: list[Any], row: int, sign: float) -> None:
    books = Books()
    for payment in payments:
        pay(books, *payment)
    books.cash[row] += sign * (1.0 + 1e-5 * abs(books.cash[row]))
    with pytest.raises(LedgerError, match=f"supplier row {row}: cash moved"):
        books.ledger.check()


def test_tampering_that_cancels_in_the_sum_is_found(books: Books) -> None:
    books.cash[0] += 5.0
    books.cash[1] -= 5.0
    with pytest.raises(LedgerError, match="outside the ledger"):
        books.ledger.check()


@pytest.mark.parametrize("other", [("households", 1), ("banks", 0)])
def test_an_account_that_moved_without_a_flow_is_found(books: Books, other: tuple[str, int]) -> None:
    books.ledger.accounts[CLASS_NUMBER["households"], 0] += 2.0
    books.ledger.accounts[CLASS_NUMBER[other[0]], other[1]] -= 2.0
    with pytest.raises(LedgerError, match="households of region 0: account moved without a flow"):
        books.ledger.check()


def test_a_flow_that_lost_one_side_is_found(books: Books) -> None:
    books.ledger.between("tax", "banks", "central_government", np.ones(3))
    books.ledger.accounts[CLASS_NUMBER["central_government"]] = 0.0
    with pytest.raises(LedgerError, match="central_government"):
        books.ledger.check()


def test_money_moved_inside_a_class_must_arrive(books: Books) -> None:
    books.ledger.within("commuting", "households", np.array([3.0, 0, 0]), np.array([0.0, 1.0, 1.0]))
    with pytest.raises(LedgerError, match="not to zero"):
        books.ledger.check()


def test_firms_born_in_the_quarter_join_the_accounts(books: Books) -> None:
    books.cash = np.concatenate([books.cash, np.zeros(2)])
    books.ledger.resize()
    books.ledger.to_suppliers("founders' capital", "households", np.array([0, 0, 0, 0, 0, 8.0, 9.0]), np.array([*REGION, 0, 2]))
    books.ledger.check()
    assert books.account("households") == [-8, 0, -9]
    books.cash[6] += 1.0
    with pytest.raises(LedgerError, match="row 6"):
        books.ledger.check()
