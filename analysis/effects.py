"""Paired effects: what a scenario changes against the baseline when both worlds share their luck."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy import stats

from analysis.asked import lasting, series_of
from analysis.planning import POWER, minimum_detectable
from sim.experiment.intervals import LEVEL, quantile
from sim.experiment.results import Results
from sim.indicators import ASKED_WITH

BASELINE = "baseline"
LAST_YEARS = 5
_UNDEFINED = float("nan")


@dataclass(frozen=True)
class Effect:
    """A paired comparison of two sets of replicates.

    ``low`` and ``high`` bound the 95 % interval of the mean effect (Student's t on the differences). ``size`` is the
    effect in standard deviations of single worlds (root of the mean of both variances). ``sign_share`` is the share of
    replicates whose own effect has the sign of the mean. ``minimum_detectable`` is the effect that so many pairs would
    find with a power of 80 % at the 5 % level. ``variance_ratio`` says how many times more variance the effect would
    have without pairing, which is also how many times more worlds unpaired runs would need. ``spread`` is the standard
    deviation of the differences, ``p`` the two-sided probability of the paired t test. Undefined values are NaN: an
    interval needs two pairs, a size some spread.
    """

    n: int
    reference: float
    mean: float
    effect: float
    low: float
    high: float
    size: float
    sign_share: float
    minimum_detectable: float
    variance_ratio: float
    spread: float
    p: float


def paired(reference: ArrayLike, treated: ArrayLike, level: float = LEVEL, power: float = POWER) -> Effect:
    """Compare two equally long arrays, pair by pair; pairs with an undefined value are left out."""
    before, after = np.asarray(reference, float), np.asarray(treated, float)
    whole = ~(np.isnan(before) | np.isnan(after))
    before, after = before[whole], after[whole]
    if not whole.any():
        return Effect(0, *[_UNDEFINED] * 11)
    difference = after - before
    effect = float(difference.mean())
    error = _standard_error(difference)
    margin = quantile(difference.size, level) * error
    spread = float(np.sqrt(_variance(difference)))
    return Effect(
        n=difference.size,
        reference=float(before.mean()),
        mean=float(after.mean()),
        effect=effect,
        low=effect - margin,
        high=effect + margin,
        size=_over(effect, np.sqrt((_variance(before) + _variance(after)) / 2)),
        sign_share=float((np.sign(difference) == np.sign(effect)).mean()) if effect else _UNDEFINED,
        minimum_detectable=minimum_detectable(spread, difference.size, power, level),
        variance_ratio=_over(_variance(before) + _variance(after), _variance(difference)),
        spread=spread,
        p=float(2 * stats.t.sf(abs(effect) / error, difference.size - 1)) if error > 0 else _UNDEFINED,
    )


def mean_interval(values: ArrayLike, level: float = LEVEL) -> tuple[float, float, float]:
    """Mean of the defined values with the bounds of its interval (Student's t)."""
    known = np.asarray(values, float)
    known = known[~np.isnan(known)]
    if not known.size:
        return _UNDEFINED, _UNDEFINED, _UNDEFINED
    mean, margin = float(known.mean()), quantile(known.size, level) * _standard_error(known)
    return mean, mean - margin, mean + margin


def ratio(numerator: ArrayLike, denominator: ArrayLike, level: float = LEVEL) -> tuple[float, float, float]:
    """Ratio of two paired means with its interval after Fieller (1954).

    NaN where the denominator's mean is not above zero; the bounds are NaN where its interval reaches zero, since the
    ratio is then unbounded.
    """
    top, bottom = np.asarray(numerator, float), np.asarray(denominator, float)
    whole = ~(np.isnan(top) | np.isnan(bottom))
    top, bottom = top[whole], bottom[whole]
    if not whole.any() or bottom.mean() <= 0:
        return _UNDEFINED, _UNDEFINED, _UNDEFINED
    value = float(top.mean() / bottom.mean())
    if top.size < 2:
        return value, _UNDEFINED, _UNDEFINED
    (vaa, vab), (_, vbb) = np.cov(top, bottom) * (quantile(top.size, level) ** 2 / top.size)
    square = bottom.mean() ** 2 - vbb
    if square <= 0:
        return value, _UNDEFINED, _UNDEFINED
    middle = top.mean() * bottom.mean() - vab
    root = np.sqrt(max(middle**2 - (top.mean() ** 2 - vaa) * square, 0.0))
    return value, float((middle - root) / square), float((middle + root) / square)


def metrics(results: Results, region: str, years: int = LAST_YEARS) -> pd.DataFrame:
    """Mean of every indicator over the last years in a region; index (scenario, replication), a column an indicator.

    What was asked for of whole runs (resilience, durability) joins those of the focal region. Raises InputError for a region
    that was not recorded.
    """
    wide = series_of(results, region)
    year = wide["quarter"].dt.year
    wide = wide[year > year.groupby(wide["run_key"], observed=True).transform("max") - years]
    keys = ["scenario", "replication"]
    means: pd.DataFrame = wide.drop(columns=["run_key", "quarter", "region"]).groupby(keys, observed=True).mean()
    return means.join(lasting(results)) if region == results.provenance["world"]["focal"] else means


def years_of(outcomes: Iterable[str]) -> int | None:
    """The years of which outcomes are means; None for those that belong to whole worlds."""
    return None if set(outcomes) <= set(ASKED_WITH) else LAST_YEARS


def reference_of(results: Results) -> str:
    """The scenario that others are compared with: ``baseline``, or the first where there is none."""
    return BASELINE if BASELINE in results.scenarios else results.scenarios[0]


def effects(
    results: Results, region: str, indicators: Sequence[str] | None = None, years: int = LAST_YEARS,
    reference: str | None = None, scenarios: Sequence[str] | None = None,
) -> pd.DataFrame:
    """A row a scenario (None: all) and indicator: the :class:`Effect` against the reference, on means of the last years.

    ``p_adjusted`` is ``p`` corrected for the number of rows: among all rows where it is below 0.05, at most one in
    twenty is expected to be a false alarm, however the indicators depend on one another (:func:`adjusted`).
    """
    reference = reference_of(results) if reference is None else reference
    last = metrics(results, region, years)
    rows = [
        {"scenario": scenario, "indicator": indicator} | asdict(pair(last[indicator], reference, scenario))
        for scenario in scenarios or results.scenarios if scenario != reference
        for indicator in (indicators or last.columns)
    ]
    found = pd.DataFrame(rows, columns=["scenario", "indicator", *Effect.__dataclass_fields__])
    return found.assign(p_adjusted=adjusted(found["p"]))


def adjusted(p: ArrayLike) -> NDArray[np.float64]:
    """Probabilities of many tests, adjusted to the false discovery rate (Benjamini and Yekutieli 2001); NaN stays."""
    given = np.asarray(p, float)
    found, known = np.full(given.shape, _UNDEFINED), ~np.isnan(given)
    if known.any():
        found[known] = stats.false_discovery_control(given[known], method="by")
    return found


def pair(values: "pd.Series[float]", reference: str, scenario: str) -> Effect:
    """The effect in a series indexed by (scenario, replication)."""
    before, after = aligned(values, reference, scenario)
    return paired(before, after)


def aligned(
    values: "pd.Series[float]", reference: str, scenario: str
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Values of both scenarios for the replications that both have, in one order."""
    table = values.unstack("scenario")
    if reference not in table or scenario not in table:
        return np.zeros(0), np.zeros(0)
    both = table[[reference, scenario]].dropna()
    return both[reference].to_numpy(float), both[scenario].to_numpy(float)


def differences(values: pd.DataFrame, reference: str) -> pd.DataFrame:
    """What every scenario changes, pair by pair: a row a replication, a column a (indicator, scenario); NaN without a pair.

    ``values`` is indexed by (scenario, replication), as :func:`metrics` gives it. This is what
    :func:`sim.experiment.intervals.next_replications` takes.
    """
    changes: dict[tuple[str, str], pd.Series[float]] = {}
    for indicator in values.columns:
        table = values[indicator].unstack("scenario").astype(float)
        changes |= {(indicator, name): table[name] - table[reference] for name in table.columns if name != reference}
    return pd.DataFrame(changes).rename_axis(columns=["indicator", "scenario"])


def _variance(values: NDArray[np.float64]) -> float:
    return float(values.var(ddof=1)) if values.size > 1 else _UNDEFINED


def _standard_error(values: NDArray[np.float64]) -> float:
    return float(np.sqrt(_variance(values) / values.size))


def _over(top: float, bottom: float) -> float:
    return top / bottom if bottom > 0 else _UNDEFINED
