"""How the cost of a quarter grows with the number of suppliers: worlds of many sizes, taking turns."""

from statistics import median
from typing import Any

import numpy as np

from tests.benchmarks.worlds import spec_of, stepped, warmed

TINY = 0.02
"""A world so small that what a quarter costs in it is what no supplier causes."""
SCALES = (0.25, 0.5, 1.0, 2.0, 4.8, 12.3)
FITS = {"1,500 to 24,000": (0.25, 4.8), "6,000 to 60,000": (1.0, 12.3)}
QUARTERS = 4


def exponent(suppliers: list[float], seconds: list[float]) -> float:
    """Slope of log seconds in log suppliers, by least squares."""
    return float(np.polyfit(np.log(suppliers), np.log(seconds), 1)[0])


def measure(rounds: int) -> dict[str, Any]:
    """Suppliers and median CPU seconds a quarter by scale, fitted exponents, and the part that no supplier causes."""
    worlds = {scale: warmed(spec_of(scale)) for scale in (TINY, *SCALES)}
    taken: dict[float, list[tuple[float, float]]] = {scale: [] for scale in worlds}
    for _ in range(rounds):
        for scale, model in worlds.items():
            taken[scale].append(stepped(model, QUARTERS))
    size = {scale: median(steps for steps, _ in rows) / QUARTERS for scale, rows in taken.items()}
    cost = {scale: median(seconds for _, seconds in rows) / QUARTERS for scale, rows in taken.items()}
    fits = {}
    for name, (low, high) in FITS.items():
        inside = [scale for scale in SCALES if low <= scale <= high]
        fits[name] = exponent([size[s] for s in inside], [cost[s] for s in inside])
    return {"suppliers": size, "seconds": cost, "exponents": fits, "fixed_share": cost[TINY] / cost[1.0]}
