"""Columns that grow, rows that are used again, and agents that read one cell."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.table import Column, Table, count_by, sum_by, view

COLUMNS = {
    "alive": Column("bool", 0, "", "lives"),
    "uid": Column("uint64", 0, "", "identity"),
    "cash": Column("float64", 1.5, "UF", "cash"),
    "trust": Column("float32", 0.25, "share", "trust by buyer", "buyers"),
}


def table(capacity: int = 2) -> Table:
    return Table(COLUMNS, {"buyers": 3}, capacity)


class Holder:
    """Any agent with a table and a row."""

    cash = view("cash")
    trust = view("trust")
    alive = view("alive")

    def __init__(self, held: Table, row: int) -> None:
        self.table, self.row = held, row


def test_new_rows_have_the_declared_types_shapes_and_defaults() -> None:
    held = table()
    rows = held.allocate(2)
    assert rows.tolist() == [0, 1]
    assert {name: getattr(held, name).dtype.name for name in COLUMNS} == {n: c.dtype for n, c in COLUMNS.items()}
    assert held.trust.shape == (2, 3)
    assert held.cash.tolist() == [1.5, 1.5]
    assert (held.trust == np.float32(0.25)).all()
    assert held.alive.all()


def test_dead_rows_are_used_again_before_new_ones_and_start_afresh() -> None:
    held = table()
    held.allocate(5)
    held.cash[:], held.trust[:] = 9.0, 0.9
    held.alive[[1, 3]] = False
    assert held.allocate(3).tolist() == [1, 3, 5]
    assert held.cash.tolist() == [9.0, 1.5, 9.0, 1.5, 9.0, 1.5]
    assert held.trust[:, 0].tolist() == pytest.approx([0.9, 0.25, 0.9, 0.25, 0.9, 0.25])


def test_growing_moves_no_row() -> None:
    held = table(capacity=1)
    for number in range(200):
        row = held.allocate(1)
        held.cash[row] = number
    assert held.cash.tolist() == list(range(200))


def test_columns_are_contiguous_for_the_kernels() -> None:
    held = table()
    held.allocate(7)
    assert all(getattr(held, name).flags["C_CONTIGUOUS"] for name in COLUMNS)


def test_a_column_that_was_not_declared_is_an_error() -> None:
    with pytest.raises(AttributeError, match="no column 'cahs'"):
        table().cahs  # noqa: B018


def test_a_snapshot_is_a_copy() -> None:
    held = table()
    held.allocate(2)
    kept = held.snapshot()
    held.cash[0] = -4.0
    assert kept["cash"].tolist() == [1.5, 1.5]
    assert set(kept) == set(COLUMNS)


def test_a_view_reads_and_writes_one_cell() -> None:
    held = table()
    held.allocate(3)
    agent = Holder(held, 1)
    agent.cash = 7.25
    assert held.cash.tolist() == [1.5, 7.25, 1.5]
    assert (type(agent.cash), type(agent.alive)) == (float, bool)
    agent.trust[2] = 0.75
    assert held.trust[1].tolist() == [0.25, 0.25, 0.75]


def test_a_view_follows_its_column_when_the_table_grows() -> None:
    held = table(capacity=1)
    held.allocate(1)
    agent = Holder(held, 0)
    agent.cash = 3.0
    held.allocate(50)
    assert agent.cash == 3.0
    agent.cash = 4.0
    assert held.cash[0] == 4.0


def test_a_view_of_the_class_is_the_descriptor() -> None:
    assert isinstance(Holder.cash, view)


STEPS = st.lists(st.one_of(st.tuples(st.just("birth"), st.integers(0, 4)), st.tuples(st.just("death"), st.integers(0, 30))),
                 max_size=40)


@given(STEPS)
def test_births_and_deaths_in_any_order_keep_every_living_row(steps: list[tuple[str, int]]) -> None:
    """A plain dictionary of row -> identity is the reference."""
    held, living, born = table(capacity=1), {}, 0
    for what, number in steps:
        if what == "birth":
            rows = held.allocate(number)
            held.uid[rows] = np.arange(born + 1, born + number + 1)
            assert not living.keys() & set(rows.tolist())
            living |= dict(zip(rows.tolist(), range(born + 1, born + number + 1), strict=True))
            born += number
        elif living:
            row = sorted(living)[number % len(living)]
            held.alive[row] = False
            del living[row]
    assert np.flatnonzero(held.alive).tolist() == sorted(living)
    assert {row: int(held.uid[row]) for row in living} == living
    assert held.n <= max(born, 1)


@given(st.lists(st.tuples(st.integers(0, 4), st.floats(-1e6, 1e6)), max_size=30))
def test_sums_and_counts_by_group(entries: list[tuple[int, float]]) -> None:
    group, value = np.array([e[0] for e in entries], np.int64), np.array([e[1] for e in entries], np.float64)
    plain = [0.0] * 5
    for number, amount in entries:
        plain[number] += amount
    assert sum_by(group, value, 5).tolist() == plain
    assert count_by(group, 5).tolist() == [sum(number == g for number, _ in entries) for g in range(5)]
