"""Indicators that need a twin: the same world once more with one thing changed. Computed once a run, when asked.

Resilience (F13) gives copper a two-year fall of 30 % in the outlook; durability (F16) ends every policy of the outlook
that has not ended by then five years before the horizon.
"""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from sim.policies.record import ProgrammeSpec
from sim.prices import price_path
from sim.recording import RunOutput, mean_of_known
from sim.spec import Spec
from sim.world import World

F8 = NDArray[np.float64]
Run = Callable[[Spec], tuple[RunOutput, World]]
FALL = 0.30
FALL_QUARTERS = 8
RECOVERED = 0.95
AFTER_YEARS = 5


def resilience(spec: Spec, output: RunOutput, world: World, run: Run) -> dict[str, float]:
    """Elasticity of mine suppliers' sales to the fall, survivors relative to the twin, years to 95 % of the twin's sales."""
    outlook, first = spec.world.outlook_from, spec.world.outlook_from + AFTER_YEARS * 4
    path = price_path(spec, world.draws)[outlook - spec.world.burn_in_from:].copy()
    fall = slice(first - outlook, first - outlook + FALL_QUARTERS)
    if path.size <= fall.stop:
        return dict.fromkeys(("price_elasticity", "shock_survivors", "recovery_years"), float("nan"))
    path[fall] *= 1.0 - FALL
    fallen, _ = run(replace(spec, copper=f"{spec.copper} with a fall", copper_path=path))
    sales, fallen_sales = (_focal(o, spec, "supplier_sales") for o in (output, fallen))
    firms, fallen_firms = (_focal(o, spec, "suppliers") for o in (output, fallen))
    start = first - spec.world.history_from
    shock = slice(start, start + FALL_QUARTERS + 4)
    lost = 1.0 - fallen_sales[shock].sum() / sales[shock].sum()
    later = slice(start + FALL_QUARTERS, None)
    back = np.flatnonzero(fallen_sales[later] >= RECOVERED * sales[later])
    survivors = mean_of_known(fallen_firms[shock]) / mean_of_known(firms[shock])
    return {"price_elasticity": float(lost / FALL), "shock_survivors": survivors,
            "recovery_years": float(back[0] / 4) if back.size else float("nan")}


def durability(spec: Spec, output: RunOutput, world: World, run: Run) -> dict[str, float]:
    """Backward linkage in value added five years after the outlook's policies end, over the linkage at their end.

    Policies that end by themselves early enough are taken as they are, renewals included; in a twin world those that last longer are
    cut, and those that would begin later never do.
    """
    latest = (spec.horizon + 1 - AFTER_YEARS) * 4 - 1
    new = [p for p in spec.programmes if spec.world.outlook_from <= p.from_ <= latest]
    if not new:
        return {"policy_durability": float("nan")}
    ran = {p.record.name: p.ends for p in world.programmes}
    ends = {p.name: _known(ran[p.name], spec.horizon * 4 + 3) for p in new}
    end = min(max(ends.values()), latest)
    if max(ends.values()) > latest or any(p.from_ > latest for p in spec.programmes):
        kept = (p for p in spec.programmes if p.from_ <= latest)
        output, _ = run(replace(spec, programmes=tuple(_ended(p, ends[p.name], latest) if p.name in ends else p for p in kept)))
    linkage, at = _focal(output, spec, "backward_linkage_value_added"), end - spec.world.history_from + 1
    after = at + AFTER_YEARS * 4
    return {"policy_durability": mean_of_known(linkage[after - 4:after]) / mean_of_known(linkage[at - 4:at])}


def _known(ends: int | None, last: int) -> int:
    return last if ends is None else ends


def _ended(programme: ProgrammeSpec, ends: int, latest: int) -> ProgrammeSpec:
    """The programme as it ran, at most to ``latest``: cut there if it would go on."""
    if ends > latest:
        return replace(programme, until=latest, closes="abrupt", renews="never")
    return replace(programme, until=ends, renews="never")


def _focal(output: RunOutput, spec: Spec, indicator: str) -> F8:
    series = output.tables["series"]
    return np.asarray(series[indicator][series["region"] == spec.world.regions[spec.world.focal]])


TWINS = {"resilience": resilience, "durability": durability}
"""What ``recording=`` may ask for beside tables."""
