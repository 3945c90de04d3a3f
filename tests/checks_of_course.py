"""Checks of policy cases about ladders, closures, schedules, challenges, registers, coordination and allocation."""

from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from sim.agents.columns import GROUP
from sim.calendar import parse_quarter, quarter_name
from sim.indicators import INDICATORS
from sim.policies.programme import COUNTED
from sim.world import MINE
from tests.checks import check, without
from tests.diary import Diary, world_for
from tests.sponsors import sponsored_by_none, unsponsored


def without_beside(diary: Diary) -> Diary:
    """The same world with the programme alone."""
    alone = world_for(diary.programme.record, diary.world.spec.scale)
    return Diary(alone, quarter_name(diary.world.quarter), name=diary.programme.record.name)


# ---- ladders ---------------------------------------------------------------------------------------------------------
@check
def follows(diary: Diary, name: str) -> None:
    """Nobody is told who has not finished the step before, and some go on."""
    done: set[int] = set()
    before: dict[int, int] = {}
    for page in diary.pages:
        done |= {uid for uid, begun in before.items() if page.beside[name].get(uid) != begun}
        assert {firm.uid for firm in page.told} <= done
        before = page.beside[name]
    assert diary.all("begun")


@check
def goes_on_in_whole_groups(diary: Diary, name: str) -> None:
    """Most firms of the second stage are together with partners of the first."""
    together = 0
    for page in diary.pages:
        for number in {firm.group for firm in page.begun}:
            members = [firm for firm in page.begun if firm.group == number]
            assert len(members) >= diary.programme.spec.group_minimum
            together += len(members)
    assert together == len(diary.all("begun")) > 0


@check
def certificates(diary: Diary, told: dict[str, float]) -> None:
    """Entry certificates are paid by share, lapse after two years, and are renewed at the firms' own cost."""
    assert (diary.world.firms.entry_until >= diary.world.quarter).sum() > told["at_least"]
    assert diary.flow("entry certification") > 0
    assert diary.flow("cost share") == pytest.approx(told["public"] * (diary.count("public") + diary.count("private")))
    assert diary.flow("certificate renewal", "suppliers") == pytest.approx(diary.flow("certificate renewal"))
    assert diary.flow("certificate renewal") > 0


@check
def iso_is_cheaper_after(diary: Diary, _: Any) -> None:
    """Firms with the entry certificate pay less for the international one."""
    p = diary.world.p
    full, reduced = p.certificate_cost, p.certificate_cost * (1 - p.entry_credit)
    seen = {cost for page in diary.pages if (cost := page.counts.get("public", 0.0) + page.counts.get("private", 0.0)) > 0}
    possible = {a * full + b * reduced for a in range(9) for b in range(9)}
    assert all(min(abs(cost - other) for other in possible) < 1e-6 for cost in seen)
    assert any(min(abs(cost - a * full) for a in range(9)) > 1e-6 for cost in seen), "everybody paid in full"


@check
def processes_change(diary: Diary, bounds: dict[str, float]) -> None:
    """What advice changes stays below what is reported, and firms without advice have none of it."""
    firms = diary.world.firms
    advised = np.isin(firms.uid, np.array([firm.uid for firm in diary.all("begun")], np.uint64)) & firms.alive
    for column, bound in bounds.items():
        gain = getattr(firms, column)
        assert 0 < gain[advised].max() <= bound * firms.absorptive[advised].max() + 1e-6
        assert not gain[firms.alive & ~advised].any()


@check
def column_of_supported(diary: Diary, told: dict[str, Any]) -> None:
    """A larger part of the firms that were supported has what the programme helps to get."""
    firms, now = diary.world.firms, diary.world.quarter
    held = {"university": firms.university >= 0, "sound_books": firms.sound_books, "exporting": firms.exporting_until >= now,
            "trust_of_buyer": firms.trust.max(axis=1) > 0.5, "aware": firms.aware, "substitution": firms.substitution > 0}[told["column"]]
    ever = np.isin(firms.uid, np.array([firm.uid for firm in diary.all("begun")], np.uint64))
    like = diary.programme.trades[firms.subsector] & diary.world.domestic()
    assert held[ever & like].mean() > told.get("at_least", told.get("times", 0.0) * held[like & ~ever].mean()), (
        held[ever & like].mean(), held[like & ~ever].mean())


# ---- buyers and their suppliers --------------------------------------------------------------------------------------
@check
def sponsored_by_one_buyer(diary: Diary, _: Any) -> None:
    """Members of a group that was paid for in the last quarter have its buyer as sponsor, and only they have one."""
    firms, groups = diary.world.firms, [group for group in diary.world.groups if group.until >= diary.world.quarter - 1]
    assert groups
    for group in groups:
        assert group.buyer >= 0
        assert (firms.sponsor[group.members] == group.buyer).all()
    members = np.concatenate([group.members for group in groups])
    assert not (np.delete(firms.sponsor, members)[np.delete(firms.alive, members)] >= 0).any()


@check
def funnel(diary: Diary, told: dict[str, dict[int, float]]) -> None:
    """Many problems, few picked, fewer contracts, as the years' figures say.

    Nearly every picked one has a supplier (a problem in whose trade nobody applies has none) with a sponsor, whose part of the cost
    is paid.
    """
    scale, spec = diary.world.spec.scale, diary.programme.spec
    years = {year: n for year, n in diary.by_year(lambda page: page.counts.get("problems", 0.0)).items() if year >= spec.from_ // 4}
    problems, picked = ({year: points[max(first for first in points if first <= year)] * scale for year in years}
                        for points in (told["problems"], told["picked"]))
    assert years == pytest.approx(problems)
    chosen = diary.by_year(lambda page: len(page.begun))
    assert all(chosen[year] <= picked[year] + 4 for year in years), (chosen, picked)
    assert 0 < diary.count("contracts") <= diary.count("selected") <= sum(picked.values()) + len(years)
    assert diary.count("selected") == len(diary.all("begun")) >= 0.75 * sum(picked.values()), (chosen, picked)
    assert all(firm.sponsor >= 0 for firm in diary.all("begun"))
    paid = sum(len(page.supported) for page in diary.pages) * spec.cost / spec.duration
    assert diary.flow("risk sharing") == pytest.approx(paid * (1 - spec.public_share) * spec.risk_share)
    assert diary.flow("co-payments") == pytest.approx(paid * (1 - spec.public_share) * (1 - spec.risk_share))


@check
def narrows(diary: Diary, told: dict[str, Any]) -> None:
    """Several applicants for each solution picked; contracts are a part of the problems that were drafted a year before."""
    low, high = told["contracts"]
    drafted = sum(page.counts.get("problems", 0.0) for page in diary.pages[: -diary.programme.spec.duration])
    assert diary.count("applied") > told["applicants"] * diary.count("selected")
    assert low <= diary.count("contracts") / drafted <= high, diary.count("contracts") / drafted


@check
def preferred_under_contract(diary: Diary, _: Any) -> None:
    """The lever of the preferential contract is pushed for firms whose solution worked, never while it is sought; standing goes on
    only with a gain."""
    seen, scaled = 0, set()
    for page in diary.pages:
        pushed = {uid: dose for uid, dose in page.levers.get("first_refusal", {}).items() if dose > 0}
        assert not pushed.keys() & page.supported.keys()
        seen += len(pushed)
        scaled |= {dose for dose in pushed.values() if dose < 1}
    assert seen
    assert all(0 < dose < 1 for dose in scaled)
    page = diary.pages[-1]
    assert {uid for uid, dose in page.levers.get("own_solution", {}).items() if dose > 0} == {
        uid for uid, dose in page.levers.get("first_refusal", {}).items() if dose > 0}


# ---- registers -------------------------------------------------------------------------------------------------------
@check
def graded(diary: Diary, told: dict[str, int]) -> None:
    """Grades run from one to five and follow capability; a firm is seen by its grade; audits come every so many quarters."""
    firms, held = diary.world.firms, diary.programme
    rows = held.rows[firms.alive[held.rows] & (firms.uid[held.rows] == held.uids)]
    grades = firms.register_grade[rows]
    assert set(grades.tolist()) <= {1, 2, 3, 4, 5}
    assert len(set(grades.tolist())) >= 3
    assert np.corrcoef(grades, firms.capability[rows])[0, 1] > 0.3
    assert not firms.register_grade[np.setdiff1d(np.flatnonzero(firms.alive), rows)].any()
    page = diary.pages[-1]
    seen = {uid: page.levers["visibility"][uid] for uid in page.supported if page.effective[uid]}
    assert set(np.round(list(seen.values()), 6)) <= {round(diary.programme.spec.levers["visibility"] * g / 5, 6) for g in range(1, 6)}
    begun = [page.supported for page in diary.pages]
    again = {b[uid] - a[uid] for a, b in pairwise(begun) for uid in a.keys() & b.keys() if a[uid] != b[uid]}
    assert again == {told["every"]}, again


# ---- how it ends -----------------------------------------------------------------------------------------------------
@check
def groups_paid_until(diary: Diary, last: str) -> None:
    """No group is paid for after the abrupt end, and trust among members decays from there."""
    assert diary.world.groups_founded
    assert all(group.until <= parse_quarter(last) for group in diary.world.groups)
    lasting = Diary(world_for(_renamed(diary, closes="gradual"), diary.world.spec.scale), quarter_name(diary.world.quarter))
    assert trust_in_groups(diary) < trust_in_groups(lasting)


def _renamed(diary: Diary, **changes: Any) -> Any:
    return type(diary.programme.record)(**{**vars(diary.programme.record), **changes})


def trust_in_groups(diary: Diary) -> float:
    """Trust of ties that grew in groups."""
    firms = diary.world.firms
    return float(firms.tie_trust[firms.alive[:, None] & (firms.tie_kind == GROUP) & (firms.tie_row >= 0)].sum())


@check
def handed_over(diary: Diary, told: dict[str, str]) -> None:
    """Running supports and groups pass to the heir in the quarter after the end, and firms trust its agency no less."""
    end, heir = parse_quarter(told["after"]), diary.beside[told["to"]]
    before, after = (next(page for page in diary.pages if page.quarter == end + step) for step in (0, 1))
    running = {uid for uid, begun in before.supported.items() if end + 1 - begun < diary.programme.spec.duration} & after.alive
    assert running
    assert not after.supported
    assert running <= after.beside[told["to"]].keys()
    assert not [group for group in diary.world.groups if group.programme == diary.programme.record.name]
    assert heir.counts[COUNTED.index("supported")].sum() > 0


@check
def sponsored_at_the_end(diary: Diary, some: bool) -> None:
    """Whoever was sponsored under the programme; at the end a firm has a sponsor only in a programme that gives it one."""
    world = diary.world
    assert any(firm.sponsor >= 0 for firm in diary.all("begun"))
    assert sponsored_by_none(world) == unsponsored(world) == 0
    assert bool((world.firms.sponsor[world.living()] >= 0).any()) is some


@check
def last_call(diary: Diary, quarter: str) -> None:
    """The last quarter in which anybody began."""
    assert max(page.quarter for page in diary.pages if page.begun) <= parse_quarter(quarter)
    assert max(page.quarter for page in diary.pages if page.begun) > parse_quarter(quarter) - 4


@check
def stops_at(diary: Diary, told: dict[str, Any]) -> None:
    """Calls go on until the year after the published indicator passed the bound, and there is none from then on."""
    recorder, focal = diary.model.recorder, diary.world.data.focal
    values = recorder.values[:, focal, [indicator.name for indicator in INDICATORS].index(told["indicator"])]
    years = values[: diary.world.quarter - recorder.first].reshape(-1, 4)   # measured once a year
    met = np.flatnonzero(np.nanmean(years, axis=1) > told["above"])
    assert met.size, years
    stop = recorder.first + 4 * (int(met[0]) + 1)
    called = [page.quarter for page in diary.pages if page.told]
    assert stop - 4 <= max(called) < stop, (quarter_name(max(called)), quarter_name(stop))


@check
def still_calls(diary: Diary, _: Any) -> None:
    assert any(page.begun for page in diary.pages[-4:])


# ---- over time -------------------------------------------------------------------------------------------------------
@check
def dose_over_time(diary: Diary, told: dict[str, Any]) -> None:
    """The value of a lever of mines in the quarters named."""
    for quarter, expected in told["at"].items():
        page = next(page for page in diary.pages if page.quarter == parse_quarter(quarter))
        values = page.levers.get(told["lever"], np.zeros(1))
        assert float(values.max()) == pytest.approx(expected), quarter


@check
def places_follow_copper(diary: Diary, told: dict[str, float]) -> None:
    """Places of a year are those written, and more by the share of last year's price above the bound."""
    scale, recorder = diary.world.spec.scale, diary.model.recorder
    prices = recorder.values[:, 0, [indicator.name for indicator in INDICATORS].index("copper_price")]
    price = {2005 + year: prices[4 * year:4 * year + 4].mean() for year in range(3)}
    chosen = diary.by_year(lambda page: len(page.begun))
    for year in (2006, 2007, 2008):
        excess = max(price[year - 1] / told["above"] - 1, 0)
        assert chosen[year] == pytest.approx(told["places"] * scale * (1 + told["share"] * excess), abs=1), (chosen, price)
    assert chosen[2005] == pytest.approx(told["places"] * scale, abs=1)
    assert chosen[2008] > 1.5 * chosen[2005]


@check
def only_climbs(diary: Diary, told: dict[str, Any]) -> None:
    """A ratchet goes up by steps and never down."""
    values = [float(page.levers.get(told["lever"], np.zeros(1)).max()) for page in diary.pages if page.quarter >= parse_quarter("2005Q1")]
    steps = np.diff(values)
    assert (steps >= 0).all()
    assert set(np.round(steps[steps > 0], 6)) == {told["step"]}
    assert values[-1] <= told["up_to"] + 1e-9


# ---- together --------------------------------------------------------------------------------------------------------
@check
def coordinated(diary: Diary, told: dict[str, Any]) -> None:
    """With a coordination fewer firms are funded twice, more of those told apply as its agenda says, and it has no money of its own."""
    alone = without_beside(diary)
    assert _wasted(diary) < told["wasted"] * _wasted(alone)
    (agenda,) = (1.0 + p.record.levers["shared_agenda"] for p in diary.beside.values() if p.record.kind == "coordination")
    assert _applied(diary) / _applied(alone) == pytest.approx(agenda, rel=0.08)
    assert agenda > 1.15, "too weak an agenda to tell"
    assert not any(p.counts[COUNTED.index("public")].any() for p in diary.beside.values() if p.record.kind == "coordination")
    assert diary.flow("programmes") + diary.flow("cost share") == pytest.approx(diary.count("public"))


def _applied(diary: Diary) -> float:
    """Part of those told that apply."""
    return len(diary.all("applied")) / len(diary.all("told"))


def _wasted(diary: Diary) -> float:
    """Part of supports begun that bring nothing new."""
    begun = [page.effective[firm.uid] for page in diary.pages for firm in page.begun]
    assert begun
    return 1.0 - float(np.mean(begun))


@check
def duplicates(diary: Diary, told: dict[str, Any]) -> None:
    """A support is void soon after one with effect, of this programme or `of` another of its kind; what came `between` hides nothing."""
    last: dict[int, tuple[int, str]] = {}
    other, seen = {name: dict[int, int]() for name in diary.beside}, 0
    for page in diary.pages:
        for name, supported in page.beside.items():
            new = [uid for uid, begun in supported.items() if begun == page.quarter]
            other[name] |= dict.fromkeys(new, page.quarter)
            if name == told.get("of"):
                last |= {uid: (page.quarter, name) for uid in new if page.quarter - last.get(uid, (-99, ""))[0] >= told["quarters"]}
        for firm in page.begun:
            begun, by = last.get(firm.uid, (-99, ""))
            soon = page.quarter - begun < told["quarters"]
            assert page.effective[firm.uid] is not soon
            last[firm.uid] = last[firm.uid] if soon else (page.quarter, "")
            seen += soon and by == told.get("of", "") and ("between" not in told or other[told["between"]].get(firm.uid, -99) > begun)
    assert seen


@check
def regional_committees(diary: Diary, _: Any) -> None:
    """At the same number of places and the same cost, committees move support to where mines buy; a national call follows applications."""
    neutral = Diary(world_for(_renamed(diary, allocation="horizontal"), diary.world.spec.scale), quarter_name(diary.world.quarter))
    assert len(diary.all("begun")) == pytest.approx(len(neutral.all("begun")), rel=0.02)
    assert diary.count("public") == pytest.approx(neutral.count("public"), rel=0.03)
    capital = diary.world.data.regions[diary.world.data.capital]
    vertical, horizontal, applied = (np.mean([firm.region == capital for firm in each])
                                     for each in (diary.all("begun"), neutral.all("begun"), neutral.all("applied")))
    assert vertical < horizontal - 0.1
    assert horizontal == pytest.approx(applied, abs=0.08)


# ---- purchases -------------------------------------------------------------------------------------------------------
@check
def tenders(diary: Diary, told: dict[str, Any]) -> None:
    """Tenders of committed mines against those of the others: smaller and more, or without a demand for certificates."""
    world = diary.world
    committed = np.isin(np.arange(world.buyers), np.flatnonzero(diary.pages[-1].levers[told["lever"]]))
    called = np.concatenate([page.tenders for page in diary.pages if page.quarter >= diary.programme.spec.from_])
    own = committed[called["buyer"]]
    assert committed.sum() == told["mines"]
    if told["lever"] == "open_tenders":
        assert not called["certified_only"][own].any()
        assert called["certified_only"][~own].any()
    else:
        first, plain = diary.pages[-1].tenders, without(diary).pages[-1].tenders
        small, usual = first[committed[first["buyer"]]], plain[committed[plain["buyer"]]]
        assert np.median(small["rate"]) < (1 - told["dose"] / 2) * np.median(usual["rate"])
        assert small.size > (1 + told["dose"] / 2) * usual.size
        assert set(first["key"][~committed[first["buyer"]]]) == set(plain["key"][~committed[plain["buyer"]]])


@check
def residents_of_mines(diary: Diary, told: dict[str, Any]) -> None:
    """Residents hold at least this part of the focal mines' own jobs, and less than that without the quota."""
    kept, plain = (1.0 - world.place.commuting[world.data.focal, MINE] for world in (diary.world, without(diary).world))
    assert kept >= told["least"]
    assert plain <= told["without"]


@check
def one_alliance_each(diary: Diary, told: dict[str, Any]) -> None:
    """Groups of a chain's size, and about one new tie a firm; advice is a few hours: management hardly moves."""
    sizes = [size for page in diary.pages for size in page.formed]
    assert sizes
    assert set(sizes) == {told["firms"]}
    assert diary.programme.spec.levers["management_gain"] <= told["most_advice"]
    low, high = told["ties"]
    ended = [made for page in diary.pages for made in page.ties_made]
    assert low <= np.mean(ended) <= high, np.mean(ended)
