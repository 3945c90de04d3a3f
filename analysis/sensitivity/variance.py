"""Which factors the variance of an outcome comes from: Sobol' indices, and first-order ones of any sample (SALib)."""

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.sensitivity.luck import noise
from analysis.sensitivity.result import Sensitivity
from analysis.sensitivity.salib import SEED, problem, salib
from analysis.sensitivity.sweep import OUTPUT, SAMPLE, SOBOL, Blocks, Sweep, read, sobol_blocks
from sim.errors import InputError

RESAMPLES = 1000
FEWEST_ROWS = 40
HARMONICS = 10
"""Of the search curve of RBD-FAST (Tarantola, Gatelli and Mara 2006); fewer where rows are few, a tenth of them, since the
bootstrap takes half of the rows at a time and needs many more of these than harmonics."""
NO_PLAN = "no Sobol' plan (blocks of Saltelli's scheme); make one with `encadena sweep sobol`"


def sobol(runs: pd.DataFrame, output: str = OUTPUT, design: pd.DataFrame | None = None) -> Sensitivity:
    """Sobol' indices of the factors of a Sobol' sweep, for the means over replications.

    Table: ``first``, the share of the variance that goes when the factor is known; ``total``, the share that stays
    when all others are known; bounds of their 95 % bootstrap intervals over blocks (``…_low``, ``…_high``). total well
    above first means interactions. ``luck``: the total index that luck alone would give. Raises InputError when the
    rows are no Sobol' plan.
    """
    whole = read(runs, output, design)
    sweep, plan = whole.balanced().in_blocks(sobol_blocks, NO_PLAN)
    size = plan.rows.shape[1]
    ends = np.arange(len(sweep.values)) % size
    return Sensitivity(SOBOL, output, _indices(sweep, plan), len(sweep.design), sweep.values.shape[1],
                       len(whole.design) - len(sweep.design), noise(sweep.values[(ends == 0) | (ends == size - 1)]))


def _indices(sweep: Sweep, plan: Blocks) -> pd.DataFrame:
    outcome = sweep.values.mean(axis=1).to_numpy()
    with salib():
        from SALib.analyze import sobol as library

        found = library.analyze(problem(sweep.factors, sweep.codes.astype(float)), outcome, calc_second_order=plan.second_order,
                                num_resamples=RESAMPLES, seed=SEED)
    table = _table(sweep, found, {"first": "S1", "total": "ST"}).assign(luck=_luck(sweep, plan.rows.shape[1]))
    return table.sort_values("total", ascending=False, ignore_index=True)


def _luck(sweep: Sweep, size: int) -> NDArray[np.float64]:
    """Total index that luck alone would give each factor [factors]; NaN with one replication or without variance.

    The index is half the mean square of the steps from A to AB over the variance of A and B; replications that disagree
    on a step add to that square the variance of their mean.
    """
    blocks = sweep.values.to_numpy(float).reshape(-1, size, sweep.values.shape[1])
    variance = blocks[:, [0, -1]].mean(axis=2).var()
    replications = blocks.shape[2]
    if replications < 2 or not variance > 0:
        return np.full(len(sweep.factors), np.nan)
    steps = blocks[:, 1:1 + len(sweep.factors)] - blocks[:, :1]
    return np.asarray(steps.var(axis=2, ddof=1).mean(axis=0) / replications / 2 / variance)


def first_order(runs: pd.DataFrame, output: str = OUTPUT, design: pd.DataFrame | None = None) -> Sensitivity:
    """First-order indices from any sample of rows, such as a Latin hypercube (RBD-FAST), for means over replications.

    Table: ``first`` with its 95 % bootstrap interval. Factors that are no numbers are left out. Raises InputError with
    fewer than :data:`FEWEST_ROWS` rows.
    """
    whole = read(runs, output, design)
    sweep = whole.balanced()
    numbers = [name for name in sweep.factors if sweep.numeric(name)]
    known = sweep.values.notna().all(axis=1)
    sweep = Sweep(output, sweep.design.loc[known, numbers], sweep.values[known])
    if len(sweep.design) < FEWEST_ROWS or not numbers:
        raise InputError(f"{len(sweep.design)} rows with {len(numbers)} varied numbers are too few for indices of variance; "
                         f"sample {FEWEST_ROWS} rows or more")
    values = sweep.design.to_numpy(float)
    with salib():
        from SALib.analyze import rbd_fast as library

        found = library.analyze(problem(numbers, values), values, sweep.values.mean(axis=1).to_numpy(),
                                M=min(HARMONICS, len(values) // 10), num_resamples=RESAMPLES, seed=SEED)
    table = _table(sweep, found, {"first": "S1"}).sort_values("first", ascending=False, ignore_index=True)
    return Sensitivity(SAMPLE, output, table, len(sweep.design), sweep.values.shape[1], len(whole.design) - len(sweep.design),
                       noise(sweep.values), tuple(name for name in whole.factors if name not in numbers))


def _table(sweep: Sweep, found: dict[str, Any], indices: dict[str, str]) -> pd.DataFrame:
    """SALib's indices with the ends of their intervals."""
    table = pd.DataFrame({"factor": sweep.factors})
    for name, key in indices.items():
        value, margin = np.asarray(found[key], float), np.asarray(found[f"{key}_conf"], float)
        table[name], table[f"{name}_low"], table[f"{name}_high"] = value, value - margin, value + margin
    return table
