"""Power and numbers of pairs against statsmodels and by simulation; the coverage of intervals, fixed and automatic."""

from math import inf

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import stats
from statsmodels.stats.power import TTestPower

from analysis.effects import adjusted, paired
from analysis.planning import minimum_detectable, pairs_for_power, power
from sim.experiment.intervals import GROWTH, next_replications, pairs_for_width, quantile
from sim.settings import AUTO_BEGINS as LEAST

WORLDS = 4000
"""Simulated experiments: a proportion of 0.95 is then known to about 0.0035."""


@pytest.mark.parametrize(("effect", "spread", "n"), [(1.0, 2.0, 8), (-0.3, 1.0, 30), (5.0, 2.0, 5), (0.1, 1.0, 400), (0.0, 1.0, 12)])
def test_power_is_that_of_statsmodels(effect: float, spread: float, n: int) -> None:
    known = TTestPower().power(abs(effect) / spread, n, alpha=0.05)
    assert power(effect, spread, n) == pytest.approx(known, abs=1e-8)


@pytest.mark.parametrize("n", [2, 3, 8, 50])
def test_minimum_detectable_effect_is_that_of_statsmodels(n: int) -> None:
    known = TTestPower().solve_power(nobs=n, alpha=0.05, power=0.8)
    assert minimum_detectable(3.0, n) == pytest.approx(3.0 * known, rel=1e-4)
    assert power(minimum_detectable(3.0, n), 3.0, n) == pytest.approx(0.8)


@pytest.mark.parametrize("effect", [0.1, 0.5, -1.0, 4.0])
def test_pairs_for_power_are_the_fewest(effect: float) -> None:
    n = int(pairs_for_power(effect, 1.0))
    assert power(effect, 1.0, n) >= 0.8
    assert n == 2 or power(effect, 1.0, n - 1) < 0.8


def test_what_no_number_of_pairs_can_show() -> None:
    assert pairs_for_power(0.0, 1.0) == inf
    assert np.isnan([pairs_for_power(1.0, 0.0), power(1.0, 1.0, 1), power(1.0, 0.0, 5), minimum_detectable(1.0, 1)]).all()
    assert np.isnan([quantile(1), pairs_for_width(1.0, 1, 0.1)]).all()


def simulated(n: int, effect: float = 0.0) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Worlds [WORLDS, n] of a reference and of a policy, which share most of their luck."""
    rng = np.random.default_rng(20)
    shared = rng.normal(0, 3, (WORLDS, n))
    return shared + rng.normal(0, 1, (WORLDS, n)), shared + effect + rng.normal(0, 1, (WORLDS, n))


def test_nominal_power_is_what_simulated_experiments_have() -> None:
    before, after = simulated(8, effect=1.7)
    found = [effect.low > 0 or effect.high < 0 for effect in map(paired, before, after)]
    assert np.mean(found) == pytest.approx(power(1.7, np.sqrt(2.0), 8), abs=0.02)


def test_intervals_cover_the_truth_as_often_as_they_say() -> None:
    before, after = simulated(6, effect=0.5)
    covered = [effect.low <= 0.5 <= effect.high for effect in map(paired, before, after)]
    assert np.mean(covered) == pytest.approx(0.95, abs=0.012)


def test_pairing_is_worth_what_the_ratio_says() -> None:
    """Variances 9 + 1 each, 2 of the difference: pairing divides the variance of the effect by ten."""
    before, after = simulated(40)
    assert np.median([effect.variance_ratio for effect in map(paired, before[:400], after[:400])]) == pytest.approx(10, rel=0.05)


# ---- replications until an interval is narrow enough ----------------------------------------------------------------
def test_width_is_reached_exactly_when_no_more_pairs_are_wanted() -> None:
    difference = np.random.default_rng(4).normal(0, 1, 25)
    margin = paired(np.zeros(25), difference).high - difference.mean()
    spread = difference.std(ddof=1)
    assert pairs_for_width(spread, 25, margin * 1.0001) <= 25 < pairs_for_width(spread, 25, margin * 0.9999)


def automatic(rng: np.random.Generator, half_width: float, spread: float = 1.0, most: int = 10_000) -> NDArray[np.float64]:
    """Differences of one experiment whose replications the rule decides; their true mean is 0."""
    found = np.zeros(0)
    while (wanted := next_replications(found[:, None], half_width, most)) > found.size:
        found = np.append(found, rng.normal(0, spread, wanted - found.size))
    return found


@pytest.mark.parametrize("half_width", [0.3, 0.45, 0.6, 1.5])
def test_automatic_replications_keep_width_and_coverage(half_width: float) -> None:
    """Looking again and again costs a point of coverage or less, and nothing of the width."""
    rng = np.random.default_rng(11)
    ends = [paired(np.zeros(found.size), found) for found in (automatic(rng, half_width) for _ in range(3000))]
    assert max(end.high - end.effect for end in ends) <= half_width
    assert np.mean([end.low <= 0 <= end.high for end in ends]) >= 0.935
    ideal = (stats.norm.ppf(0.975) / half_width) ** 2
    assert np.mean([end.n for end in ends]) <= max(LEAST + 0.1, 1.4 * ideal)


def test_the_rule_asks_for_the_worst_comparison_and_stops_at_its_bounds() -> None:
    rng = np.random.default_rng(5)
    calm, wild = rng.normal(0, 0.01, LEAST), rng.normal(0, 10, LEAST)
    assert next_replications(np.zeros((3, 2)), 0.1, most=50) == LEAST
    assert next_replications(np.zeros((3, 2)), 0.1, most=5) == 5
    assert next_replications(np.c_[calm, calm], 0.1, most=50) == LEAST
    assert next_replications(np.c_[calm, wild], 0.1, most=50) == GROWTH * LEAST
    assert next_replications(np.c_[calm, wild], 0.1, most=12) == 12
    assert next_replications(np.full((LEAST, 1), np.nan), 0.1, most=50) == LEAST
    assert next_replications(np.r_[[[1.0]], np.full((LEAST - 1, 1), np.nan)], 0.1, most=50) == LEAST


def test_an_outcome_that_is_defined_in_half_of_the_worlds_takes_twice_as_many() -> None:
    known = np.random.default_rng(6).normal(0, 1, 2 * LEAST)
    width = paired(np.zeros(known.size), known).high - known.mean()
    gaps = np.c_[known, np.full(known.size, np.nan)].reshape(-1, 1)
    assert next_replications(known[:, None], width / 1.1, most=500) == np.ceil(known.size * 1.1**2)
    assert next_replications(gaps, width / 1.1, most=500) == 2 * np.ceil(known.size * 1.1**2)


# ---- many tests at once ----------------------------------------------------------------------------------------------
def test_adjusted_probabilities_are_those_of_statsmodels() -> None:
    from statsmodels.stats.multitest import multipletests

    p = np.array([0.001, 0.2, 0.03, 0.004, 0.9])
    known = multipletests(p, method="fdr_by")[1]
    assert adjusted(p) == pytest.approx(known)
    with_gap = adjusted(np.insert(p, 2, np.nan))
    assert np.isnan(with_gap[2])
    assert np.delete(with_gap, 2) == pytest.approx(known)
    assert np.isnan(adjusted([np.nan])).all()


def test_adjusted_probabilities_hold_the_false_alarms_of_dependent_tests() -> None:
    """Twenty indicators with no effect, half of them the mirror image of the others: hardly ever one is called different."""
    rng = np.random.default_rng(8)
    alarms = 0
    for _ in range(500):
        ten = rng.normal(0, 1, (9, 10)) + rng.normal(0, 1, (9, 1))
        p = stats.ttest_1samp(np.c_[ten, -ten + rng.normal(0, 0.1, ten.shape)], 0).pvalue
        alarms += bool((adjusted(p) < 0.05).any())
    assert alarms / 500 <= 0.05
