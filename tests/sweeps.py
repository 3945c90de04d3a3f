"""Tables ``runs`` of invented models whose sensitivities are known, in the rows of SALib's own samplers."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

F8 = NDArray[np.float64]
Model = Callable[[F8], F8]
OUTPUT = "cluster_index"


def runs_of(design: F8 | pd.DataFrame, names: Sequence[str], outcome: F8, scenario: str = "baseline") -> pd.DataFrame:
    """The table of a sweep: ``design`` [rows, factors], ``outcome`` [rows, replications]."""
    given = pd.DataFrame(design).set_axis(list(names), axis=1)
    rows, replications = outcome.shape
    row, replication = np.repeat(np.arange(rows), replications), np.tile(np.arange(1, replications + 1), rows)
    keys = pd.DataFrame({"run_key": [f"k{number}" for number in range(row.size)], "scenario": scenario, "replication": replication,
                         "row": row, "status": "done", OUTPUT: outcome.ravel()})
    return pd.concat([keys, given.iloc[row].reset_index(drop=True)], axis=1)


def with_luck(means: F8, replications: int, common: float = 0.0, own: float = 0.0, seed: int = 3) -> F8:
    """Outcomes [rows, replications]: ``common`` and ``own`` are standard deviations of luck."""
    rng = np.random.default_rng(seed)
    return means[:, None] + rng.normal(0, common, replications) + rng.normal(0, own, (means.size, replications))


def unit(count: int) -> dict[str, Any]:
    """A problem of SALib over the unit cube."""
    return {"num_vars": count, "names": [f"x{number}" for number in range(count)], "bounds": [[0.0, 1.0]] * count}


def ishigami(share: F8) -> F8:
    """The function of Ishigami and Homma (1990), a = 7 and b = 0.1, over the unit cube."""
    x = (2 * share - 1) * np.pi
    return np.asarray(np.sin(x[:, 0]) + 7 * np.sin(x[:, 1]) ** 2 + 0.1 * x[:, 2] ** 4 * np.sin(x[:, 0]))


ISHIGAMI_FIRST, ISHIGAMI_TOTAL = (0.3139, 0.4424, 0.0), (0.5576, 0.4424, 0.2437)
"""Known indices of the three factors."""
WEIGHTS = np.array([4.0, 2.0, 1.0, 0.0])


def additive(share: F8) -> F8:
    """A sum over the unit cube: the variance of each term is its weight squared over twelve."""
    return np.asarray(share @ WEIGHTS)
