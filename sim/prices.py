"""Copper price paths: recorded to the outlook, then stochastic, named or a user's own."""

import numpy as np
from numpy.typing import NDArray

from sim.draws import Draws, as_ids
from sim.errors import InputError
from sim.spec import Spec

F8 = NDArray[np.float64]

NAMED_PATHS: dict[str, tuple[tuple[float, float], ...]] = {
    "flat": ((0, 1.0), (100, 1.0)),
    "boom": ((0, 1.25), (3, 1.6), (8, 1.6), (12, 1.0), (100, 1.0)),
    "bust": ((0, 1.0), (2, 0.6), (5, 0.6), (9, 1.0), (100, 1.0)),
    "supercycle": ((0, 1.1), (4, 1.6), (10, 1.7), (14, 0.8), (20, 1.0), (100, 1.0)),
}
"""Named outlooks as (years after the outlook begins, multiple of the long-run mean); judgement, straight lines between.

They do not begin at the last recorded price: ``flat`` is flat at the mean, where ``bust`` begins its fall."""


def price_path(spec: Spec, draws: Draws) -> F8:
    """Quarterly prices in US c/lb from the start of the burn-in to the last quarter of the horizon."""
    data = spec.world
    recorded = _recorded(spec)
    quarters = (spec.horizon + 1) * 4 - data.outlook_from
    return np.concatenate([recorded, _outlook(spec, draws, recorded[-1], quarters)])


def _recorded(spec: Spec) -> F8:
    data = spec.world
    first = int(np.searchsorted(data.price_quarters, data.burn_in_from))
    last = int(np.searchsorted(data.price_quarters, data.outlook_from))
    end = (spec.horizon + 1) * 4 - data.burn_in_from
    return data.price[first:last][: max(end, 1)]


def _outlook(spec: Spec, draws: Draws, start: float, quarters: int) -> F8:
    if quarters <= 0:
        return np.zeros(0)
    if spec.copper_path is not None:
        return _users_path(spec, quarters)
    if spec.copper == "ar1":
        return _autoregression(spec, draws, start, quarters)
    years, multiples = np.array(NAMED_PATHS[spec.copper]).T
    return np.asarray(spec.parameters.copper_mean * np.interp(np.arange(quarters) / 4, years, multiples))


def _users_path(spec: Spec, quarters: int) -> F8:
    path = spec.copper_path
    assert path is not None
    if path.size < quarters:
        raise InputError(f"copper={spec.copper}: the path has {path.size} quarters but horizon={spec.horizon} needs {quarters}")
    return path[:quarters]


def _autoregression(spec: Spec, draws: Draws, start: float, quarters: int) -> F8:
    """AR(1) of quarterly logs, from the last recorded price."""
    p = spec.parameters
    shocks = draws.normal("price", 0, as_ids(np.arange(quarters))) * p.copper_volatility
    logs, level = np.empty(quarters), np.log(start)
    for step, shock in enumerate(shocks):
        level = (1 - p.copper_persistence) * np.log(p.copper_mean) + p.copper_persistence * level + shock
        logs[step] = level
    return np.exp(logs)
