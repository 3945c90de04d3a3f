"""What a case of ``policy_cases.yaml`` may say under `holds`: each check reads the diary of one programme in one world."""

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
import pytest

from sim.calendar import parse_quarter, quarter_name
from sim.levers import LEVERS, LOCAL_DEFINITIONS
from tests.diary import Diary, world_for
from tests.worlds import digest

CHECKS: dict[str, Callable[[Diary, Any], None]] = {}


def check(function: Callable[[Diary, Any], None]) -> Callable[[Diary, Any], None]:
    """Register a check under its name."""
    CHECKS[function.__name__] = function
    return function


@cache
def _plain(until: str, scale: float) -> Diary:
    return Diary(world_for(None, scale), until)


def without(diary: Diary) -> Diary:
    """The same world without any programme."""
    return _plain(quarter_name(diary.world.quarter), diary.world.spec.scale)


# ---- who -------------------------------------------------------------------------------------------------------------
CONDITIONS: dict[str, Callable[[Any, Any], bool]] = {
    **{name: lambda firm, value, name=name: getattr(firm, name) is value  # type: ignore[misc]
       for name in ("certified", "entry", "research", "sound_books", "exporter", "exporter_or_member", "substituting")},
    "sizes": lambda firm, value: firm.size in value,
    "in_band": lambda firm, value: firm.in_band is value,
    "sales": lambda firm, value: value[0] <= firm.sales <= value[1],
    "subsectors": lambda firm, value: firm.subsector in value,
    "regions": lambda firm, value: firm.region in value,
    "present_in": lambda firm, value: value in firm.present,
    "hq_elsewhere": lambda firm, value: firm.region != value,
}


def _meets(firm: Any, conditions: dict[str, Any]) -> bool:
    return all(CONDITIONS[name](firm, value) for name, value in conditions.items())


@check
def every_told(diary: Diary, conditions: dict[str, Any]) -> None:
    assert diary.all("told")
    assert all(_meets(firm, conditions) for firm in diary.all("told"))


@check
def some_told(diary: Diary, conditions: dict[str, Any]) -> None:
    assert any(_meets(firm, conditions) for firm in diary.all("told"))


@check
def news_reaches(diary: Diary, shares: dict[str, float]) -> None:
    for where, inside in (("inside", True), ("outside", False)):
        asked, told = np.sum([page.news[inside] for page in diary.pages if page.news], axis=0)
        error = np.sqrt(shares[where] * (1 - shares[where]) / asked)
        assert abs(told / asked - shares[where]) < 4 * error
        assert 4 * error < 0.5 * shares[where], "too few firms to tell"


@check
def visits_outside(diary: Diary, least: float) -> None:
    """After a year of visits at most 1 - ``least`` of the firms that were outside the agencies' network are left there unvisited."""
    first = next(number for number, page in enumerate(diary.pages) if page.news)
    outside, _ = diary.pages[first].news[False]
    visited = [{firm.uid for firm in page.begun if not firm.aware} for page in diary.pages[first:first + 4]]
    eligible, _ = diary.pages[first + 3].news[False]
    assert outside > 15, "too few firms to tell"
    assert eligible - len(visited[-1]) <= (1.0 - least) * outside
    assert sum(map(len, visited)) <= 1.2 * outside


@check
def every_selected(diary: Diary, conditions: dict[str, Any]) -> None:
    assert diary.all("begun")
    assert all(_meets(firm, conditions) for firm in diary.all("begun"))


@check
def nobody(diary: Diary, _: Any) -> None:
    assert not diary.all("begun")
    assert diary.count("public") == 0


def _picks(diary: Diary, merit: str, sign: int) -> None:
    """In every quarter with more applicants than places, nobody left out had more merit than someone chosen."""
    scarce = 0
    for page in diary.pages:
        chosen = {firm.uid for firm in page.begun}
        refused = [getattr(firm, merit) * sign for firm in page.applied if firm.uid not in chosen]
        if chosen and refused:
            scarce += 1
            assert max(refused) <= min(getattr(firm, merit) * sign for firm in page.begun) + 1e-5
    assert scarce


@check
def picks_highest(diary: Diary, merit: str) -> None:
    _picks(diary, merit, 1)


@check
def picks_groups_of_highest(diary: Diary, merit: str) -> None:
    """Where whole groups apply for few places, those of most merit go on."""
    scarce = [page for page in diary.pages if page.begun and len(page.begun) < len(page.applied)]
    assert scarce
    for page in scarce:
        chosen = {firm.uid for firm in page.begun}
        refused = [getattr(firm, merit) for firm in page.applied if firm.uid not in chosen]
        assert np.mean([getattr(firm, merit) for firm in page.begun]) > np.mean(refused)


@check
def picks_lowest(diary: Diary, merit: str) -> None:
    _picks(diary, merit, -1)


@check
def counts_match(diary: Diary, _: Any) -> None:
    assert diary.count("selected") == len(diary.all("begun"))


@check
def at_most_a_year(diary: Diary, places: float) -> None:
    """Places are for the nation at scale 1; a fraction of a place is drawn by lot."""
    chosen = diary.by_year(lambda page: len(page.begun))
    assert max(chosen.values()) <= places * diary.world.spec.scale + 1
    assert max(chosen.values()) > 0.5 * places * diary.world.spec.scale


# ---- for how long ----------------------------------------------------------------------------------------------------
@check
def lasts(diary: Diary, quarters: int) -> None:
    ages = [page.quarter - begun for page in diary.pages for begun in page.supported.values()]
    assert ages
    assert max(ages) == quarters - 1


@check
def nobody_after(diary: Diary, last: str) -> None:
    supported = [page.quarter for page in diary.pages if page.supported]
    assert supported
    assert max(supported) <= parse_quarter(last)


@check
def supports_the_living(diary: Diary, _: Any) -> None:
    for page in diary.pages:
        assert page.supported.keys() <= page.alive
    ever = {uid for page in diary.pages for uid in page.supported}
    assert ever - diary.pages[-1].alive, "nobody died, so the case tells nothing"


@check
def effect_after(diary: Diary, told: dict[str, Any]) -> None:
    early, late = 0, 0
    for page in diary.pages:
        values = page.levers.get(told["lever"], {})
        for uid, begun in page.supported.items():
            waited = page.quarter - begun >= told["quarters"]
            expected = told["dose"] if waited and page.effective[uid] else LEVERS[told["lever"]].neutral
            assert values.get(uid, LEVERS[told["lever"]].neutral) == pytest.approx(expected)
            early, late = early + (not waited), late + waited
    assert early
    assert late


@check
def no_double_benefit(diary: Diary, quarters: int) -> None:
    """Another support soon after one with effect has none and is paid all the same; a later one has its effect again."""
    last: dict[int, int] = {}
    seen = {True: 0, False: 0}
    for page in diary.pages:
        for firm in page.begun:
            soon = firm.uid in last and page.quarter - last[firm.uid] < quarters
            assert page.effective[firm.uid] is not soon
            if firm.uid in last:
                seen[soon] += 1
            if not soon:
                last[firm.uid] = page.quarter
    assert min(seen.values()) > 0
    spec = diary.programme.spec
    paid = sum(len(page.supported) for page in diary.pages) * spec.cost / spec.duration
    assert diary.count("public") + diary.count("private") == pytest.approx(paid)


# ---- what is pushed --------------------------------------------------------------------------------------------------
@check
def lever_of_supported(diary: Diary, doses: dict[str, float]) -> None:
    seen = 0
    for page in diary.pages:
        for uid in (uid for uid, effective in page.effective.items() if effective):
            seen += 1
            assert all(page.levers[name][uid] == pytest.approx(dose) for name, dose in doses.items())
    assert seen


@check
def lever_of_others(diary: Diary, lever: str) -> None:
    for page in diary.pages:
        others = page.levers.get(lever, {}).keys() - page.supported.keys()
        assert all(page.levers[lever][uid] == LEVERS[lever].neutral for uid in others)
    assert diary.all("begun")


@check
def mines_pushed(diary: Diary, told: dict[str, Any]) -> None:
    data, page = diary.world.data, diary.pages[-1]
    here = np.array([data.regions[r] in told.get("regions", data.regions) for r in data.op_region])
    own = np.array([company == told.get("company", company) for company in data.op_company])
    expected = np.full((len(data.op_names), len(LOCAL_DEFINITIONS)), LEVERS[told["lever"]].neutral)
    expected[here & own, LOCAL_DEFINITIONS.index(told["definition"])] = told["dose"]
    assert page.levers[told["lever"]].tolist() == expected.tolist()
    assert 0 < (here & own).sum() < here.size


@check
def region_pushed(diary: Diary, told: dict[str, Any]) -> None:
    data, first = diary.world.data, parse_quarter(told["from"])
    last = parse_quarter(told["until"]) if "until" in told else diary.world.quarter
    here = np.array([name in told["regions"] for name in data.regions])
    for page in diary.pages:
        value = page.levers.get(told["lever"], np.zeros(here.size))
        running = first <= page.quarter <= last
        assert value.tolist() == np.where(here & running, told["dose"], 0.0).tolist()


# ---- against a world without -----------------------------------------------------------------------------------------
def _local_share(diary: Diary, name: str) -> float:
    world = diary.world
    out, focal = world.tally.outcome, world.data.focal
    assert out is not None
    local = {"backward_linkage": out.purchases[focal, focal].sum(), "small_local": out.spend_small[focal]}
    return float(local[name] / out.purchases[focal].sum())


@check
def raises(diary: Diary, what: str) -> None:
    plain = without(diary)
    if what == "skilled":
        focal = diary.world.data.focal
        assert diary.world.place.skilled[focal] > plain.world.place.skilled[focal]
    else:
        assert _local_share(diary, what) > _local_share(plain, what)


@check
def more_certified(diary: Diary, _: Any) -> None:
    plain = without(diary)
    now, before = (d.world.certified()[d.world.domestic()].sum() for d in (diary, plain))
    assert now > before


@check
def as_without(diary: Diary, _: Any) -> None:
    plain = without(diary)
    assert digest(diary.model) == digest(plain.model)
