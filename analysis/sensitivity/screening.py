"""Morris screening: which of many factors matter at all, and whether their effect is even and lonely (SALib)."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from analysis.sensitivity.luck import noise
from analysis.sensitivity.result import Sensitivity
from analysis.sensitivity.salib import SEED, problem, salib
from analysis.sensitivity.sweep import MORRIS, OUTPUT, UNKNOWN, Sweep, morris_blocks, read

RESAMPLES = 1000
FEWEST_LEVELS = 4
NO_PLAN = "no Morris plan (walks on which each step moves one factor); make one with `encadena sweep morris`"


def morris(runs: pd.DataFrame, output: str = OUTPUT, design: pd.DataFrame | None = None) -> Sensitivity:
    """Screen the factors of a Morris sweep, on means over replications.

    Table, in units of the outcome for a move over the whole range of the factor: ``mu`` mean effect; ``mu_star`` mean
    size of the effect with ``mu_star_low`` and ``mu_star_high``; ``sigma`` how much the effect differs from place to
    place (curvature or interactions) with ``sigma_low`` and ``sigma_high``. Bootstrap intervals of 95 % over walks.
    Words, such as scenarios, have no range and no order: their ``mu_star`` is the mean size of a change from one to
    another, and ``mu`` and ``sigma`` are NaN.
    ``luck``: the mu_star that luck alone would give. Raises InputError when the rows are no Morris plan.
    """
    whole = read(runs, output, design)
    sweep, _ = whole.balanced().in_blocks(morris_blocks, NO_PLAN)
    return Sensitivity(MORRIS, output, _analysed(sweep, _levels(sweep)), len(sweep.design), sweep.values.shape[1],
                       len(whole.design) - len(sweep.design), noise(sweep.values))


def step(levels: int) -> float:
    """Length of a step as a part of the range, on a grid of so many levels (Morris 1991)."""
    return levels / (2.0 * (levels - 1))


def _levels(sweep: Sweep) -> int:
    """Levels of the grid: the most that any number has, made even."""
    seen = max((sweep.design[name].nunique() for name in sweep.factors if sweep.numeric(name)), default=FEWEST_LEVELS)
    return max(FEWEST_LEVELS, seen + seen % 2)


def _analysed(sweep: Sweep, levels: int) -> pd.DataFrame:
    codes, outcome = _walked(sweep).astype(float), sweep.values.mean(axis=1).to_numpy()
    given = problem(sweep.factors, codes)
    with salib():
        from SALib.analyze import morris as library

        found = library.analyze(given, codes, outcome, num_levels=levels, num_resamples=RESAMPLES, seed=SEED)
    sigma = [_spread_interval(each) for each in elementary_effects(codes, outcome, step(levels))]
    table = pd.DataFrame({"factor": sweep.factors, "mu": found["mu"], "mu_star": found["mu_star"]})
    margin = np.asarray(found["mu_star_conf"], float)
    table["mu_star_low"], table["mu_star_high"] = (table["mu_star"] - margin).clip(lower=0), table["mu_star"] + margin
    table["sigma"] = found["sigma"]
    table["sigma_low"], table["sigma_high"] = zip(*sigma, strict=True)
    table["luck"] = _luck(sweep, codes, step(levels))
    words = [sweep.of_words(name) for name in sweep.factors]
    table.loc[words, ["mu_star", "mu_star_low", "mu_star_high", "luck"]] *= step(levels)
    table.loc[words, ["mu", "sigma", "sigma_low", "sigma_high"]] = np.nan
    return table.sort_values("mu_star", ascending=False, ignore_index=True)


def _luck(sweep: Sweep, codes: NDArray[np.float64], length: float) -> NDArray[np.float64]:
    """Mean size of the effects that luck alone would give each factor [factors]; NaN with one replication."""
    replications = sweep.values.shape[1]
    if replications < 2:
        return np.full(len(sweep.factors), np.nan)
    own = np.stack([elementary_effects(codes, outcome, length) for outcome in sweep.values.to_numpy(float).T])
    of_mean = own.var(axis=0, ddof=1).mean(axis=1) / replications
    return np.asarray(np.sqrt(of_mean * 2 / np.pi))  # the mean size of a normal value is sd * sqrt(2 / pi)


def _walked(sweep: Sweep) -> NDArray[np.int64]:
    """Codes in which a value that is unknown for part of a walk did not move there."""
    known = pd.DataFrame(sweep.codes).replace(UNKNOWN, np.nan)
    walk = np.arange(len(known)) // (len(sweep.factors) + 1)
    return known.groupby(walk).ffill().groupby(walk).bfill().fillna(0).to_numpy(np.int64)


def elementary_effects(codes: NDArray[np.float64], outcome: NDArray[np.float64], length: float) -> NDArray[np.float64]:
    """Effect of each step, up the range and by the whole range [factors, walks]; 0 where a category led to itself."""
    size = codes.shape[1] + 1
    moves = np.sign(np.diff(codes.reshape(-1, size, size - 1), axis=1))
    changes = np.diff(outcome.reshape(-1, size), axis=1) / length
    return np.asarray((moves * changes[:, :, None]).sum(axis=1).T)


def _spread_interval(effects: NDArray[np.float64]) -> tuple[float, float]:
    if np.ptp(effects) == 0:
        return 0.0, 0.0
    rng = np.random.default_rng(SEED)
    found = stats.bootstrap((effects,), _spread, n_resamples=RESAMPLES, method="percentile", rng=rng, vectorized=True)
    return float(found.confidence_interval.low), float(found.confidence_interval.high)


def _spread(values: NDArray[np.float64], axis: int = -1) -> NDArray[np.float64]:
    return np.asarray(np.std(values, axis=axis, ddof=1))
