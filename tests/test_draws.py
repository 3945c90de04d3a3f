"""Luck is keyed: the same bits in numpy, in Numba and in plain Python, uniform, and independent of who else draws."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from sim import draws
from sim.draws import GUMBEL_TABLE, LOGISTIC_TABLE, STREAMS, TABLE_SIZE, Draws, as_ids, combine_column, unit_interval
from tests import reference

IDS = st.integers(0, reference.MASK)
COLUMNS = st.lists(IDS, min_size=1, max_size=20)
MANY = as_ids(np.arange(100_000))
FEW = as_ids(np.arange(4_000))
ALIKE = 4.5 / np.sqrt(FEW.size)
"""Correlation that two independent streams do not reach (4.5 standard errors)."""


# ---- bits ------------------------------------------------------------------------------------------------------------
def test_hash_is_splitmix64_as_published() -> None:
    """The first three outputs of the published generator for seed 0."""
    known = [0xE220A8397B1DCDAF, 0x6E789E6AA1B965F4, 0x06C45D188009454F]
    assert [reference.mix(n * reference.GOLDEN & reference.MASK) for n in (1, 2, 3)] == known
    assert int(combine_column(np.uint64(0), as_ids(0))[0]) == known[0]


@given(COLUMNS, IDS)
def test_numpy_numba_and_plain_python_give_the_same_bits(items: list[int], key: int) -> None:
    plain = [reference.combine(key, item) for item in items]
    assert combine_column(np.uint64(key), np.array(items, np.uint64)).tolist() == plain
    assert [int(draws.combine(np.uint64(key), np.uint64(item))) for item in items] == plain
    assert [int(draws.mix(np.uint64(item))) for item in items] == [reference.mix(item) for item in items]


@given(st.integers(0, 2**40), st.sampled_from(STREAMS), st.integers(7000, 9000), COLUMNS)
def test_a_draw_is_the_hash_of_seed_stream_quarter_and_ids(seed: int, stream: str, quarter: int, ids: list[int]) -> None:
    column, number = np.array(ids, np.uint64), STREAMS.index(stream) + 1
    plain = [reference.hashed(seed, number, quarter, item) for item in ids]
    assert Draws(seed).hashes(stream, quarter, column).tolist() == plain
    pairs = [reference.hashed(seed, number, quarter, item, 7) for item in ids]
    assert Draws(seed).hashes(stream, quarter, column, as_ids(7)).tolist() == pairs


@given(COLUMNS)
def test_a_kernel_goes_on_from_a_streams_key(ids: list[int]) -> None:
    luck = Draws(5)
    key = luck.key("delivery", 8000)
    assert isinstance(key, np.uint64)
    inside = [int(draws.combine(key, np.uint64(item))) for item in ids]
    assert luck.hashes("delivery", 8000, np.array(ids, np.uint64)).tolist() == inside


# ---- keyed -----------------------------------------------------------------------------------------------------------
@given(st.lists(IDS, min_size=2, max_size=30, unique=True), st.randoms(use_true_random=False))
def test_company_and_order_leave_a_draw_alone(ids: list[int], shuffler: object) -> None:
    luck, column = Draws(1), np.array(ids, np.uint64)
    together = luck.uniform("entry", 8000, column)
    shuffler.shuffle(ids)  # type: ignore[attr-defined]
    alone = {item: luck.uniform("entry", 8000, as_ids(item))[0] for item in ids}
    assert together.tolist() == [alone[int(item)] for item in column]


def test_streams_are_named_once_and_have_their_own_keys() -> None:
    keys = {int(Draws(1).key(stream, quarter)) for stream in STREAMS for quarter in range(7980, 8180)}
    assert len(set(STREAMS)) == len(STREAMS)
    assert len(keys) == len(STREAMS) * 200


def test_an_unknown_stream_is_an_error() -> None:
    with pytest.raises(KeyError):
        Draws(1).uniform("lukc", 8000, FEW)


# ---- uniform and independent -----------------------------------------------------------------------------------------
@pytest.mark.parametrize(("stream", "quarter"), [("delivery", 7980), ("tie", 8100), ("entry", 8179)])
def test_draws_are_uniform(stream: str, quarter: int) -> None:
    values = Draws(1).uniform(stream, quarter, MANY)
    assert stats.kstest(values, "uniform").pvalue > 0.001
    assert stats.chisquare(np.bincount((values * 1000).astype(int), minlength=1000)).pvalue > 0.001
    assert abs(np.corrcoef(values[1:], values[:-1])[0, 1]) < 0.015


def test_streams_are_independent_of_one_another() -> None:
    columns = np.array([Draws(1).uniform(stream, 8000, FEW) for stream in STREAMS])
    alike = np.abs(np.corrcoef(columns))
    assert all(alike[a, b] < ALIKE for a, b in combinations(range(len(STREAMS)), 2))


def test_quarters_seeds_and_partners_are_independent_of_one_another() -> None:
    by_quarter = [Draws(1).uniform("exit", quarter, FEW) for quarter in range(8000, 8010)]
    by_seed = [Draws(seed).uniform("exit", 8000, FEW) for seed in range(2, 12)]
    by_partner = [Draws(1).uniform("joint", 8000, FEW, as_ids(other)) for other in range(10)]
    alike = np.abs(np.corrcoef(np.array(by_quarter + by_seed + by_partner)))
    assert np.triu(alike, 1).max() < ALIKE


@given(COLUMNS)
def test_numbers_lie_between_zero_and_one(hashes: list[int]) -> None:
    values = unit_interval(np.array(hashes, np.uint64))
    assert ((values > 0) & (values <= 1)).all()


def test_the_largest_hash_is_still_below_one() -> None:
    """A one would make an infinite normal number."""
    assert unit_interval(np.array([0, reference.MASK], np.uint64)).max() < 1.0


def test_normal_numbers_are_normal() -> None:
    values = Draws(1).normal("price", 0, MANY)
    assert stats.kstest(values, "norm").pvalue > 0.001
    assert values.std() == pytest.approx(1.0, abs=0.01)


# ---- tables ----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(("table", "distribution"), [(GUMBEL_TABLE, stats.gumbel_r), (LOGISTIC_TABLE, stats.logistic)])
def test_quantile_tables_hold_quantiles(table: np.ndarray, distribution: stats.rv_continuous) -> None:
    middles = (np.arange(TABLE_SIZE) + 0.5) / TABLE_SIZE
    np.testing.assert_allclose(table, distribution.ppf(middles), rtol=1e-5, atol=1e-6)
    assert (np.diff(table) > 0).all()


def test_every_hash_has_a_place_in_a_quantile_table() -> None:
    places = [int(draws.table_index(np.uint64(item))) for item in (0, 2**52 - 1, 2**52, 2**63, reference.MASK)]
    assert places == [0, 0, 1, TABLE_SIZE // 2, TABLE_SIZE - 1]


@pytest.mark.parametrize("sizes", [(5,), (1,), (0,), (5, 5), (5, 1), (1, 5), (5, 0)])
def test_units_drawn_in_one_pass_are_those_of_the_hashes(sizes: tuple[int, ...]) -> None:
    columns = [as_ids(np.arange(size) + 3) for size in sizes]
    luck = Draws(7)
    for quarter in (8001, 8002, 8001):
        assert luck.uniform("tie", quarter, *columns).tolist() == unit_interval(luck.hashes("tie", quarter, *columns)).tolist()
