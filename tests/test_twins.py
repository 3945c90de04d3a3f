"""Durability: which policies the twin world takes as they ran, which it cuts, and which never begin in it."""

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from sim.calendar import parse_quarter
from sim.spec import Spec
from sim.twins import durability
from tests.worlds import programme, small, with_programmes

LATEST = "2035Q4"
"""Five years before the end of the horizon of these worlds."""


def told(spec: Spec, linkage: np.ndarray) -> Any:
    """What a run leaves of the focal region."""
    focal = spec.world.regions[spec.world.focal]
    return SimpleNamespace(tables={"series": {"region": np.full(linkage.size, focal), "backward_linkage_value_added": linkage}})


def durability_of(*programmes: Any, ends: dict[str, int | None]) -> tuple[float, Spec | None]:
    """The indicator, of a linkage that falls from 0.2 to 0.1 in the twin and stays in the world; and the spec of the twin, if one ran."""
    spec = with_programmes(small("baseline", "horizon=2040"), *programmes)
    world: Any = SimpleNamespace(programmes=[SimpleNamespace(record=p, ends=ends[p.name]) for p in programmes])
    quarters = (spec.horizon + 1) * 4 - spec.world.history_from
    ran: list[Spec] = []

    def run(changed: Spec) -> tuple[Any, Any]:
        ran.append(changed)
        fallen = np.where(np.arange(quarters) > parse_quarter(LATEST) - spec.world.history_from, 0.1, 0.2)
        return told(spec, fallen), None

    found = durability(spec, told(spec, np.full(quarters, 0.2)), world, run)["policy_durability"]
    return found, ran[0] if ran else None


def outlook(name: str, begins: str, until: str | None, **values: Any) -> Any:
    return programme(name, from_=parse_quarter(begins), until=until and parse_quarter(until), **values)


def test_policies_that_end_in_time_need_no_twin() -> None:
    short = outlook("short", "2026Q1", "2030Q4")
    assert durability_of(short, ends={"short": short.until}) == (pytest.approx(1.0), None)


def test_the_twin_cuts_what_lasts_keeps_the_ends_of_the_rest_and_lets_nothing_begin_later() -> None:
    """What was handed over is handed over, what an agency prolonged lasts as long as it did, and no burst comes after the end."""
    made = (outlook("short", "2026Q1", "2030Q4", closes="hands_over", hands_over_to="heir"), outlook("heir", "2031Q1", None),
            outlook("renewed", "2026Q1", "2027Q4", renews="results", renew_for=8), outlook("burst", "2036Q1", "2038Q4"),
            outlook("record", "2010Q1", None))
    ends = {"short": made[0].until, "heir": None, "renewed": parse_quarter("2029Q4"), "burst": made[3].until, "record": None}
    found, twin = durability_of(*made, ends=ends)
    assert found == pytest.approx(0.5)
    assert twin is not None
    ran = {p.name: p for p in twin.programmes}
    assert set(ran) == {"short", "heir", "renewed", "record"}
    assert (ran["short"], ran["record"]) == (made[0], made[4])
    assert (ran["heir"].until, ran["heir"].closes) == (parse_quarter(LATEST), "abrupt")
    assert (ran["renewed"].until, ran["renewed"].renews, ran["renewed"].closes) == (parse_quarter("2029Q4"), "never", made[2].closes)


def test_a_burst_after_the_end_is_kept_out_though_all_others_end_in_time() -> None:
    first, second = outlook("first", "2026Q1", "2030Q4"), outlook("second", "2036Q1", "2038Q4")
    found, twin = durability_of(first, second, ends={"first": first.until, "second": second.until})
    assert twin is not None
    assert [p.name for p in twin.programmes] == ["first"]
    assert found == pytest.approx(1.0)
