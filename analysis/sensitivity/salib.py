"""The door to SALib: asked for only when needed, and its answer the same every time."""

import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.errors import InputError

SEED = 1
"""Of the bootstrap, so that a table is the same every time it is made; SALib takes 0 for none."""


@contextmanager
def salib() -> Iterator[None]:
    """Import and use SALib inside. Raises InputError where it is not installed."""
    try:
        with warnings.catch_warnings():
            # Its samplers and bootstrap warn of constant outcomes, which here are a result like any other.
            warnings.simplefilter("ignore")
            yield
    except ModuleNotFoundError as error:
        raise InputError(f"this needs a library that is not installed ({error.name}); pip install 'encadena[sensitivity]'") from error


def problem(factors: Sequence[str], values: NDArray[np.float64]) -> dict[str, Any]:
    """The factors as SALib wants them described; bounds are those of the ``values`` [rows, factors]."""
    return {"num_vars": len(factors), "names": list(factors), "groups": None,
            "bounds": np.column_stack([values.min(axis=0), values.max(axis=0)]).tolist()}
