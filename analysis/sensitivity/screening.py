"""Morris screening: which of many factors matter at all, and whether their effect is even and lonely (Morris 1991)."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from analysis.sensitivity.luck import noise
from analysis.sensitivity.result import Sensitivity
from analysis.sensitivity.sweep import MORRIS, OUTPUT, UNKNOWN, Sweep, morris_blocks, read

F8 = NDArray[np.float64]
Ranges = Mapping[str, tuple[float, float]]
SEED, RESAMPLES = 1, 1000
NO_PLAN = "no Morris plan (walks on which each step moves one factor); make one with `encadena sweep morris`"


def morris(runs: pd.DataFrame, output: str = OUTPUT, design: pd.DataFrame | None = None, ranges: Ranges | None = None) -> Sensitivity:
    """Screen the factors of a Morris sweep, on means over replications.

    Table, in units of the outcome for a move over the whole range of the factor: ``mu`` mean effect; ``mu_star`` mean
    size of the effect with ``mu_star_low`` and ``mu_star_high``; ``sigma`` how much the effect differs from place to
    place (curvature or interactions) with ``sigma_low`` and ``sigma_high``. Bootstrap intervals of 95 % over walks.
    Words, such as scenarios, have no range and no order: their ``mu_star`` is the mean size of a change from one to
    another, and ``mu`` and ``sigma`` are NaN.
    ``ranges`` (``results.ranges``) are lowest and highest number of a factor; without them, its range is as far as its values reach.
    ``luck``: the mu_star that luck alone would give. Raises InputError when the rows are no Morris plan.
    """
    whole = read(runs, output, design)
    sweep, _ = whole.balanced().in_blocks(morris_blocks, NO_PLAN)
    return Sensitivity(MORRIS, output, _analysed(sweep, ranges or {}), len(sweep.design), sweep.values.shape[1],
                       len(whole.design) - len(sweep.design), noise(sweep.values))


def _values(sweep: Sweep) -> F8:
    """Numbers of the design [rows, factors], codes for words; a value that is unknown for part of a walk did not move there."""
    codes = pd.DataFrame(sweep.codes, columns=sweep.factors).replace(UNKNOWN, np.nan)
    frame = pd.DataFrame({name: codes[name].to_numpy(float) if sweep.of_words(name) else sweep.design[name].to_numpy(float)
                          for name in sweep.factors})
    walk = np.arange(len(frame)) // (len(sweep.factors) + 1)
    return frame.groupby(walk).ffill().groupby(walk).bfill().fillna(0.0).to_numpy()


def _whole(sweep: Sweep, ranges: Ranges) -> F8:
    """Length of each factor's whole range [factors]: as the sweep was asked for, or as far as its values reach; NaN for words."""
    ends = [(np.nan, np.nan) if sweep.of_words(name) else ranges.get(name, (sweep.design[name].min(), sweep.design[name].max()))
            for name in sweep.factors]
    return np.array([high - low for low, high in ends], float)


def _analysed(sweep: Sweep, ranges: Ranges) -> pd.DataFrame:
    values, whole = _values(sweep), _whole(sweep, ranges)
    effects = elementary_effects(values, sweep.values.mean(axis=1).to_numpy(), whole)
    sizes = np.abs(effects)
    table = pd.DataFrame({"factor": sweep.factors, "mu": effects.mean(axis=1), "mu_star": sizes.mean(axis=1)})
    margin = np.array([_margin(each) for each in sizes])
    table["mu_star_low"], table["mu_star_high"] = (table["mu_star"] - margin).clip(lower=0), table["mu_star"] + margin
    table["sigma"] = effects.std(axis=1, ddof=1)
    table["sigma_low"], table["sigma_high"] = zip(*(_spread_interval(each) for each in effects), strict=True)
    table["luck"] = _luck(sweep, values, whole)
    table.loc[np.isnan(whole), ["mu", "sigma", "sigma_low", "sigma_high"]] = np.nan
    return table.sort_values("mu_star", ascending=False, ignore_index=True)


def _luck(sweep: Sweep, values: F8, whole: F8) -> F8:
    """Mean size of the effects that luck alone would give each factor [factors]; NaN with one replication."""
    replications = sweep.values.shape[1]
    if replications < 2:
        return np.full(len(sweep.factors), np.nan)
    own = np.stack([elementary_effects(values, outcome, whole) for outcome in sweep.values.to_numpy(float).T])
    of_mean = own.var(axis=0, ddof=1).mean(axis=1) / replications
    return np.asarray(np.sqrt(of_mean * 2 / np.pi))  # the mean size of a normal value is sd * sqrt(2 / pi)


def elementary_effects(values: F8, outcome: F8, whole: F8) -> F8:
    """Effect of each step up, by the ``whole`` range [factors] of its factor [factors, walks]; 0 where a step led to where it was.

    A step is scaled by its own length: half of the levels of a range (Morris 1991), and for listed numbers whatever lies between
    two of them. One between words (``whole`` NaN) is a step of one.
    """
    size = values.shape[1] + 1
    moves = np.diff(values.reshape(-1, size, size - 1), axis=1)
    changes = np.broadcast_to(np.diff(outcome.reshape(-1, size), axis=1)[:, :, None], moves.shape)
    parts = np.where(np.isnan(whole), np.sign(moves), moves / np.where(whole > 0, whole, 1.0))
    return np.asarray(np.divide(changes, parts, out=np.zeros_like(parts), where=parts != 0).sum(axis=1).T)


def _margin(sizes: F8) -> float:
    """Half-width of the 95 % interval of a mean over walks, by a normal bootstrap."""
    drawn = np.random.default_rng(SEED).integers(0, len(sizes), (RESAMPLES, len(sizes)))
    return float(stats.norm.ppf(0.975) * sizes[drawn].mean(axis=1).std(ddof=1))


def _spread_interval(effects: F8) -> tuple[float, float]:
    if np.ptp(effects) == 0:
        return 0.0, 0.0
    rng = np.random.default_rng(SEED)
    found = stats.bootstrap((effects,), _spread, n_resamples=RESAMPLES, method="percentile", rng=rng, vectorized=True)
    return float(found.confidence_interval.low), float(found.confidence_interval.high)


def _spread(values: F8, axis: int = -1) -> F8:
    return np.asarray(np.std(values, axis=axis, ddof=1))
