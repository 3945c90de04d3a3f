"""Paired statistics against answers known from scipy or by hand."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from statsmodels.stats.power import TTestIndPower
from statsmodels.stats.weightstats import CompareMeans, DescrStatsW

from analysis.effects import differences, effects, mean_interval, metrics, paired, ratio
from analysis.planning import pairs_for_power
from sim.experiment.intervals import next_replications
from sim.settings import AUTO_BEGINS
from tests.small_experiments import with_policy

BEFORE = np.array([1.0, 2.0, 3.0, 4.0, 5.0, 6.5])
AFTER = np.array([1.4, 2.1, 3.9, 4.3, 5.2, 7.5])


def test_interval_is_that_of_a_paired_t_test() -> None:
    effect = paired(BEFORE, AFTER)
    known = stats.ttest_rel(AFTER, BEFORE).confidence_interval(0.95)
    assert (effect.low, effect.high) == pytest.approx((known.low, known.high))
    assert effect.effect == pytest.approx((AFTER - BEFORE).mean())
    assert (effect.reference, effect.mean, effect.n) == (pytest.approx(BEFORE.mean()), pytest.approx(AFTER.mean()), 6)


def test_size_is_in_standard_deviations_of_single_worlds() -> None:
    pooled = np.sqrt((BEFORE.var(ddof=1) + AFTER.var(ddof=1)) / 2)
    assert paired(BEFORE, AFTER).size == pytest.approx((AFTER - BEFORE).mean() / pooled)


def test_variance_ratio_is_the_gain_over_unpaired_runs() -> None:
    gain = (BEFORE.var(ddof=1) + AFTER.var(ddof=1)) / (AFTER - BEFORE).var(ddof=1)
    assert paired(BEFORE, AFTER).variance_ratio == pytest.approx(gain)


def test_variance_ratio_is_that_of_the_two_sample_case_of_a_statistics_library() -> None:
    """Unpaired worlds have the two-sample standard error of statsmodels, and need as many times more worlds for one power."""
    luck = np.random.default_rng(1).normal(size=400)
    before, after = luck, luck + 0.1 + np.random.default_rng(2).normal(0.0, 0.4, 400)
    found = paired(before, after)
    unpaired = CompareMeans(DescrStatsW(after), DescrStatsW(before)).std_meandiff_separatevar
    assert found.variance_ratio == pytest.approx(unpaired**2 / (found.spread**2 / found.n))
    needed = TTestIndPower().solve_power(abs(found.effect) / np.sqrt((before.var(ddof=1) + after.var(ddof=1)) / 2), alpha=0.05, power=0.8)
    assert needed / pairs_for_power(found.effect, found.spread) == pytest.approx(found.variance_ratio, rel=0.03)


def test_share_of_replicates_with_the_sign() -> None:
    assert paired([0, 0, 0, 0], [1, 1, 1, -0.5]).sign_share == 0.75
    assert paired([0, 0, 0, 0], [-1, -1, -1, -1]).sign_share == 1.0


def test_minimum_detectable_effect_is_found_with_the_power_promised() -> None:
    effect = paired(np.zeros(12), np.linspace(-1, 1.3, 12))
    error = effect.spread / np.sqrt(12)
    critical = stats.t.ppf(0.975, 11)
    shift = effect.minimum_detectable / error
    assert stats.nct.sf(critical, 11, shift) + stats.nct.cdf(-critical, 11, shift) == pytest.approx(0.80)


def test_probability_is_that_of_a_paired_t_test() -> None:
    assert paired(BEFORE, AFTER).p == pytest.approx(stats.ttest_rel(AFTER, BEFORE).pvalue)
    assert np.isnan(paired(BEFORE, BEFORE + 1).p)


def test_one_pair_has_an_effect_but_no_interval() -> None:
    effect = paired([1.0], [3.0])
    assert effect.effect == 2.0
    assert np.isnan([effect.low, effect.high, effect.size, effect.minimum_detectable, effect.variance_ratio]).all()


def test_no_pair_is_undefined_and_identical_worlds_have_an_effect_of_zero() -> None:
    assert paired([np.nan], [1.0]).n == 0
    same = paired(BEFORE, BEFORE)
    assert (same.effect, same.low, same.high) == (0.0, 0.0, 0.0)
    assert np.isnan(same.sign_share)


def test_pairs_with_an_undefined_value_are_left_out() -> None:
    assert paired([1.0, np.nan, 2.0], [2.0, 5.0, 3.0]).n == 2


def test_mean_interval_is_that_of_a_one_sample_t_test() -> None:
    known = stats.ttest_1samp(AFTER, 0).confidence_interval(0.95)
    assert mean_interval(AFTER) == pytest.approx((AFTER.mean(), known.low, known.high))
    assert np.isnan(mean_interval([])).all()


def test_fieller_bounds_are_where_the_t_test_of_the_contrast_just_rejects() -> None:
    """The bounds are the ratios rho at which mean(top - rho * bottom) has exactly the critical t value."""
    rng = np.random.default_rng(3)
    bottom = rng.normal(10, 2, 20)
    top = 3 * bottom + rng.normal(0, 4, 20)
    value, low, high = ratio(top, bottom)
    for bound in (low, high):
        contrast = top - bound * bottom
        t = contrast.mean() / (contrast.std(ddof=1) / np.sqrt(20))
        assert abs(t) == pytest.approx(stats.t.ppf(0.975, 19))
    assert low < value < high


def test_ratio_is_undefined_without_a_gain_and_unbounded_when_the_gain_may_be_nothing() -> None:
    assert np.isnan(ratio([1.0, 2.0], [-1.0, -2.0])).all()
    value, low, high = ratio([1.0, 2.0, 3.0], [0.1, -2.0, 2.5])
    assert value == pytest.approx(6 / 0.6)
    assert np.isnan([low, high]).all()


# ---- over whole experiments ------------------------------------------------------------------------------------------
def test_differences_are_pair_by_pair() -> None:
    index = pd.MultiIndex.from_product([["baseline", "a", "b"], [1, 2]], names=["scenario", "replication"])
    values = pd.DataFrame({"x": [1.0, 2.0, 1.5, 4.0, 0.0, np.nan]}, index=index)
    found = differences(values, "baseline")
    assert found["x", "a"].tolist() == [0.5, 2.0]
    assert found["x", "b"].iloc[0] == -1.0
    assert np.isnan(found["x", "b"].iloc[1])


def test_effects_of_an_experiment_are_those_of_its_differences() -> None:
    results = with_policy()
    table = effects(results, "antofagasta", ["backward_linkage_hq", "cluster_index"])
    change = differences(metrics(results, "antofagasta"), "baseline")
    for line in table.itertuples():
        assert line.effect == pytest.approx(change[line.indicator, line.scenario].mean())
        assert line.p_adjusted >= line.p
    assert next_replications(change[["cluster_index"]], 0.001, most=50) == AUTO_BEGINS
