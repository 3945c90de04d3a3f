"""The book of contracts against plain loops over a list of contracts."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.contracts import FIELDS, ContractBook

FIRMS, BUYERS, SUBSECTORS = 6, 3, 4
AMOUNT = st.floats(0.0, 1e6)
CONTRACT = st.fixed_dictionaries({
    "supplier": st.integers(0, FIRMS - 1), "prime": st.integers(-1, FIRMS - 1), "buyer": st.integers(0, BUYERS - 1),
    "site": st.integers(0, 4), "subsector": st.integers(0, SUBSECTORS - 1), "rate": AMOUNT, "price": st.floats(0.1, 3.0),
    "need": st.floats(0.0, 1.0), "passed_on": st.floats(0.0, 1.0), "ends": st.integers(8000, 8010),
    "luck": st.integers(0, 2**64 - 1), "parent": st.just(-1)})
CONTRACTS = st.lists(CONTRACT, min_size=1, max_size=25)


def book_of(contracts: list[dict[str, Any]], room: int = 2) -> ContractBook:
    book = ContractBook(room)
    book.add(**{name: np.array([c[name] for c in contracts], FIELDS[name]) for name in FIELDS if name != "active"})
    return book


def listed(book: ContractBook) -> list[tuple[Any, ...]]:
    """Running contracts as plain tuples, sorted."""
    slots = book.live()
    return sorted(zip(*(getattr(book.columns, name)[slots].tolist() for name in FIELDS if name != "active"), strict=True))


def plain(contracts: list[dict[str, Any]]) -> list[tuple[Any, ...]]:
    return sorted(tuple(c[name] for name in FIELDS if name != "active") for c in contracts)


@given(CONTRACTS, CONTRACTS)
def test_contracts_are_kept_as_entered_and_the_book_grows(first: list[dict[str, Any]], second: list[dict[str, Any]]) -> None:
    book = book_of(first)
    book.add(**{name: np.array([c[name] for c in second], FIELDS[name]) for name in FIELDS if name != "active"})
    assert listed(book) == plain(first + second)


def test_slots_of_ended_contracts_are_used_again() -> None:
    book = ContractBook(4)
    one = {"prime": -1, "buyer": 0, "site": 0, "subsector": 0, "rate": 1.0, "price": 1.0, "need": 0.5, "passed_on": 0.0, "luck": 1,
           "parent": -1}
    book.add(supplier=np.arange(4), ends=np.array([8000, 8005, 8000, 8005]), **one)
    book.expire(8001, np.ones(4, bool))
    assert book.live().tolist() == [1, 3]
    assert book.add(supplier=np.array([7, 8]), ends=8009, **one).tolist() == [0, 2]
    assert book.columns.active.size == 4


@given(CONTRACTS, st.integers(7999, 8011), st.sets(st.integers(0, FIRMS - 1)))
def test_contracts_end_with_their_term_their_firm_or_their_prime(contracts: list[dict[str, Any]], quarter: int,
                                                                 dead: set[int]) -> None:
    book, alive = book_of(contracts), np.array([row not in dead for row in range(FIRMS)])
    book.expire(quarter, alive)
    assert listed(book) == plain([c for c in contracts if c["ends"] >= quarter and not {c["supplier"], c["prime"]} & dead])


@given(CONTRACTS, st.sets(st.integers(0, FIRMS - 1)))
def test_a_firm_that_dies_takes_its_contracts_and_subcontracts_along(contracts: list[dict[str, Any]], dead: set[int]) -> None:
    book = book_of(contracts)
    book.end_of_firms(np.array(sorted(dead), np.intp), FIRMS)
    assert listed(book) == plain([c for c in contracts if not {c["supplier"], c["prime"]} & dead])


SHARES = st.lists(st.tuples(st.integers(1, FIRMS - 1), st.floats(0.01, 0.15)), min_size=1, max_size=6)


@given(SHARES, st.sets(st.integers(1, FIRMS - 1)))
def test_a_prime_does_itself_what_dead_subcontractors_leave(parts: list[tuple[int, float]], dead: set[int]) -> None:
    """Firm 0 has a contract of 200 UF a quarter and passes a part of it to each of some firms."""
    book, kept = ContractBook(2), sum(part for firm, part in parts if firm not in dead)
    one = {"buyer": 0, "site": 0, "subsector": 0, "price": 1.0, "need": 0.5, "ends": 8000, "luck": 1}
    whole = book.add(supplier=np.array([0]), prime=-1, rate=200.0, passed_on=sum(part for _, part in parts), parent=-1, **one)
    firms, rates = np.array([firm for firm, _ in parts]), np.array([200.0 * part for _, part in parts])
    book.add(supplier=firms, prime=0, rate=rates, passed_on=0.0, parent=whole[0], **one)
    book.end_of_firms(np.array(sorted(dead), np.intp), FIRMS)
    assert book.columns.passed_on[whole[0]] == pytest.approx(kept, abs=1e-9)
    assert book.volume_by_firm(FIRMS).sum() == pytest.approx(200.0)


@given(CONTRACTS, st.integers(8000, 8011))
def test_volumes_and_spending_are_sums_over_running_contracts(contracts: list[dict[str, Any]], quarter: int) -> None:
    book = book_of(contracts)
    book.expire(quarter, np.ones(FIRMS, bool))
    running = [c for c in contracts if c["ends"] >= quarter]
    own, spent = np.zeros(FIRMS), np.zeros((BUYERS, SUBSECTORS))
    for c in running:
        own[c["supplier"]] += c["rate"] * (1 - c["passed_on"])
        if c["prime"] < 0:
            spent[c["buyer"], c["subsector"]] += c["rate"] * c["price"]
    np.testing.assert_allclose(book.volume_by_firm(FIRMS), own, atol=1e-6)
    np.testing.assert_allclose(book.spend_by_buyer(BUYERS, SUBSECTORS), spent, atol=1e-6)


def test_an_empty_book_holds_nothing() -> None:
    book = ContractBook(3)
    assert book.live().size == 0
    assert book.volume_by_firm(2).tolist() == [0.0, 0.0]


def test_a_field_left_out_is_an_error() -> None:
    with pytest.raises(KeyError):
        ContractBook(3).add(supplier=np.array([1]))
