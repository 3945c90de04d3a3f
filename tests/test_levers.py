"""Levers: neutral each quarter, pushed in any order with one result, clipped, and paid for by the strongest push."""

from itertools import permutations
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.levers import LEVERS, LOCAL_DEFINITIONS, NO_PROGRAMME, Levers

FIRMS, BUYERS, REGIONS, PROGRAMMES = 6, 4, 3, 5
SHAPES = {"supplier": (FIRMS,), "buyer": (BUYERS,), "buyer_local": (BUYERS, len(LOCAL_DEFINITIONS)), "region": (REGIONS,),
          "programme": (PROGRAMMES, REGIONS)}
ROWS = st.sets(st.integers(0, REGIONS - 1), min_size=1).map(lambda rows: np.array(sorted(rows), np.intp))
PUSHES = st.lists(st.tuples(st.floats(0.0, 2.0), ROWS, st.integers(0, 9)), max_size=5)


def fresh() -> Levers:
    return Levers(FIRMS, BUYERS, REGIONS, PROGRAMMES)


def combined(how: str, neutral: float, doses: list[float]) -> float:
    """The declared combination, in plain Python."""
    return {"max": lambda: max([neutral, *doses]), "min": lambda: min([neutral, *doses]),
            "sum": lambda: neutral + sum(doses)}[how]()


def test_every_lever_is_declared_in_both_languages_with_a_possible_neutral_value() -> None:
    for name, lever in LEVERS.items():
        assert lever.name == name
        assert lever.unit
        assert lever.caption
        assert lever.caption_es != lever.caption
        assert lever.low <= lever.neutral <= lever.high
        assert lever.combine in ("max", "min", "sum")
        assert lever.target in SHAPES
        assert lever.cost_share == name.endswith("_cost_share")


@pytest.mark.parametrize("name", LEVERS)
def test_a_quarter_starts_neutral_and_starts_neutral_again(name: str) -> None:
    levers, lever = fresh(), LEVERS[name]
    assert levers[name].shape == SHAPES[lever.target]
    assert (levers[name] == lever.neutral).all()
    levers.push(name, (lever.low + lever.high) / 3, np.array([1]), 4)
    assert (levers[name] != lever.neutral).any()
    levers.reset(FIRMS)
    assert (levers[name] == lever.neutral).all()
    assert not lever.cost_share or (levers.payer(name) == NO_PROGRAMME).all()
    assert not levers.pushed


@pytest.mark.parametrize("name", LEVERS)
@given(pushes=PUSHES)
def test_pushes_combine_as_declared_whatever_their_order(name: str, pushes: list[tuple[float, Any, int]]) -> None:
    lever = LEVERS[name]
    doses = [(dose * lever.high, rows, number) for dose, rows, number in pushes]
    size = SHAPES[lever.target][0]
    expected = [combined(lever.combine, lever.neutral, [d for d, rows, _ in doses if row in rows]) for row in range(size)]
    expected = np.clip(expected, lever.low, lever.high).tolist()
    for order in (doses, doses[::-1], sorted(doses, key=lambda push: push[2])):
        levers = fresh()
        for dose, rows, number in order:
            levers.push(name, dose, rows, number)
        values = levers[name] if levers[name].ndim == 1 else levers[name][:, 1]
        assert values.tolist() == pytest.approx(expected)


@pytest.mark.parametrize("name", LEVERS)
def test_values_are_clipped_to_what_is_possible(name: str) -> None:
    levers, lever = fresh(), LEVERS[name]
    for dose in (-5.0 * (1 + lever.high), 5.0 * (1 + lever.high), 0.9 * lever.high):
        levers.push(name, dose, np.arange(REGIONS), 1)
        assert levers[name].min() >= lever.low
        assert levers[name].max() <= lever.high


@pytest.mark.parametrize("name", [name for name, lever in LEVERS.items() if lever.cost_share])
def test_the_strongest_push_pays_in_any_order(name: str) -> None:
    high = LEVERS[name].high
    for order in permutations([(0.2 * high, 1), (0.9 * high, 2), (0.5 * high, 3)]):
        levers = fresh()
        for dose, number in order:
            levers.push(name, dose, np.array([0]), number)
        assert levers.payer(name)[:2].tolist() == [2, NO_PROGRAMME]


def test_two_programmes_of_one_dose_have_one_payer_in_any_order() -> None:
    """Otherwise the books of two equal programmes would depend on which is run first."""
    payers = []
    for order in ((3, 5), (5, 3)):
        levers = fresh()
        for number in order:
            levers.push("rd_cost_share", 0.5, np.array([0]), number)
        payers.append(int(levers.payer("rd_cost_share")[0]))
    assert payers[0] == payers[1]


@pytest.mark.parametrize("name", LEVERS)
def test_a_push_of_the_neutral_dose_leaves_no_trace(name: str) -> None:
    levers = fresh()
    levers.push(name, LEVERS[name].neutral, np.array([0]), 1)
    assert name not in levers.pushed
    assert not LEVERS[name].cost_share or (levers.payer(name) == NO_PROGRAMME).all()


def test_a_push_reaches_only_where_it_is_aimed() -> None:
    levers = fresh()
    levers.push("price_preference", 0.1, (np.array([0, 2]), 1), 7)
    expected = np.zeros((BUYERS, 3))
    expected[[0, 2], 1] = 0.1
    assert levers["price_preference"].tolist() == expected.tolist()
    levers.push("capability_gain", 0.01, np.array([5]), 7)
    assert levers["capability_gain"].tolist() == [0, 0, 0, 0, 0, 0.01]


def test_levers_of_firms_grow_with_the_table() -> None:
    levers = fresh()
    levers.push("visibility", 0.5, np.array([0]), 1)
    levers.reset(FIRMS + 3)
    assert levers["visibility"].tolist() == [0.0] * (FIRMS + 3)
    assert levers["risk_share"].shape == (BUYERS,)


def test_an_unknown_lever_is_an_error() -> None:
    with pytest.raises(KeyError):
        fresh().push("magic", 1.0, np.array([0]))
