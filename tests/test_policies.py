"""The ten programmes as sentences: each case of ``policy_cases.yaml`` plays one programme in a small world."""

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml

from sim.calendar import parse_quarter, quarter_name
from sim.levers import LEVERS, LOCAL_DEFINITIONS
from sim.roots import PROGRAMME, find_roots
from tests.diary import SCALE, Diary, record_of, world_for
from tests.worlds import digest

CASES = yaml.safe_load((Path(__file__).parent / "policy_cases.yaml").read_text(encoding="utf-8"))
RECORDED = ("cet_fortalece_pyme", "fc_certification", "graduate_places", "innova_rd", "local_weight", "pdp", "profo",
            "sence_training", "set_aside_fast_payment", "trade_association")
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
    "certified": lambda firm, value: firm.certified is value,
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
    """A second support within the time has no effect and is paid all the same; a later one has its effect again."""
    last: dict[int, int] = {}
    seen = {True: 0, False: 0}
    for page in diary.pages:
        for firm in page.begun:
            soon = firm.uid in last and page.quarter - last[firm.uid] < quarters
            assert page.effective[firm.uid] is not soon
            if firm.uid in last:
                seen[soon] += 1
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
    expected = np.zeros((len(data.op_names), len(LOCAL_DEFINITIONS)))
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


# ---- what it costs ---------------------------------------------------------------------------------------------------
@check
def public_share(diary: Diary, share: float) -> None:
    public, private = diary.count("public"), diary.count("private")
    assert public > 0
    assert public / (public + private) == pytest.approx(share)


@check
def books_match(diary: Diary, _: Any) -> None:
    assert diary.flow("programmes") == pytest.approx(diary.count("public"))
    assert diary.flow("co-payments") == pytest.approx(diary.count("private"))


@check
def voucher_books_match(diary: Diary, told: list[str]) -> None:
    """The public part is in the ledger, and the supported are a part of all who buy at the known price."""
    kind, parameter = told
    cost = getattr(diary.world.p, parameter)
    assert diary.flow("cost share") == pytest.approx(diary.count("public"))
    assert diary.count("public") + diary.count("private") <= diary.flow(kind) + 1e-6
    bought = (diary.count("public") + diary.count("private")) / cost
    assert bought == pytest.approx(round(bought))


@check
def paid_by(diary: Diary, payer: str) -> None:
    kinds = ("programmes", "cost share")
    paid = sum(diary.flow(kind, payer) for kind in kinds)
    assert paid > 0
    assert paid == pytest.approx(sum(diary.flow(kind) for kind in kinds))


@check
def all_private(diary: Diary, kind: str) -> None:
    assert diary.flow(kind) > 0
    assert diary.flow(kind, "suppliers") == pytest.approx(diary.flow(kind))
    new = diary.count("public") + diary.count("private")
    assert new <= diary.flow("certification") + 1e-6


@check
def cost_of_a_firm(diary: Diary, cost: float) -> None:
    quarters = sum(len(page.supported) for page in diary.pages)
    paid = diary.count("public") + diary.count("private")
    assert paid == pytest.approx(quarters * cost / diary.programme.spec.duration)
    assert quarters


@check
def spends_a_year(diary: Diary, amount: float) -> None:
    years = diary.by_year(lambda page: page.counts["public"] + page.counts["private"])
    assert years[max(years)] == pytest.approx(amount * diary.world.spec.scale)


@check
def spends_at_most_a_year(diary: Diary, budget: float) -> None:
    years = diary.by_year(lambda page: page.counts["public"])
    one = diary.programme.spec.cost * diary.programme.spec.public_share
    assert 0 < max(years.values()) <= budget * diary.world.spec.scale + one


@check
def no_public_money(diary: Diary, _: Any) -> None:
    assert diary.count("public") == diary.flow("programmes") == diary.flow("cost share") == 0


# ---- groups ----------------------------------------------------------------------------------------------------------
def _founded(diary: Diary) -> list[list[Any]]:
    """Firms that began support in one quarter and region: one or more groups."""
    founded: dict[tuple[int, str], list[Any]] = {}
    for page in diary.pages:
        for firm in page.begun:
            founded.setdefault((page.quarter, firm.region), []).append(firm)
    return list(founded.values())


@check
def groups_at_least(diary: Diary, size: int) -> None:
    assert _founded(diary)
    assert all(len(firms) >= size for firms in _founded(diary))
    founded_now = [group for group in diary.world.groups if group.founded == diary.world.quarter - 1]
    assert all(group.members.size >= size for group in founded_now)


@check
def groups_of_one_region(diary: Diary, _: Any) -> None:
    """Firms may move later; when the group is founded they are neighbours."""
    for group in diary.world.groups:
        page = next(page for page in diary.pages if page.quarter == group.founded)
        homes = {firm.region for firm in page.begun if firm.uid in group.uids.tolist()}
        assert homes == {diary.world.data.regions[group.region]}
    assert diary.world.groups


@check
def one_group_each(diary: Diary, _: Any) -> None:
    members = [uid for group in diary.world.groups for uid in group.uids.tolist()]
    assert members
    assert len(members) == len(set(members))
    for page in diary.pages:
        assert not {firm.uid for firm in page.begun} & {u for u, begun in page.supported.items() if begun < page.quarter}


@check
def unused_while_paid(diary: Diary, _: Any) -> None:
    """No tie of a group counts as the members' own work while they are supported; later some do."""
    seen = [pair for page in diary.pages for pair in page.groups]
    assert sum(paid for paid, _ in seen) > 10
    assert not any(used for paid, used in seen if paid)
    assert any(used for paid, used in seen if not paid), "no group outlived its programme, so the case tells nothing"


@check
def joint_bids_without_a_gap(diary: Diary, _: Any) -> None:
    """The last paid quarter is the one before the members leave the programme."""
    assert diary.world.groups
    for group in diary.world.groups:
        paid = [page.quarter for page in diary.pages if page.supported.keys() & set(group.uids.tolist())]
        if max(paid) < diary.world.quarter - 1:
            assert group.until == max(paid)


@check
def members_aware(diary: Diary, _: Any) -> None:
    world = diary.world
    members = np.concatenate([g.members[world.firms.uid[g.members] == g.uids] for g in world.groups])
    assert world.firms.aware[members].mean() > 0.9
    assert world.firms.aware[members].mean() > world.firms.aware[world.living()].mean()


# ---- trust -----------------------------------------------------------------------------------------------------------
@check
def trust_falls_at(diary: Diary, quarter: str) -> None:
    before, after = (next(p for p in diary.pages if p.quarter == parse_quarter(quarter) + step) for step in (-1, 0))
    cut = [uid for uid, begun in before.supported.items() if uid in after.alive and after.quarter - begun < diary.programme.spec.duration]
    assert cut
    for uid in cut:
        assert after.trust[uid] == pytest.approx(before.trust[uid] * (1 - diary.world.p.agency_trust_loss), rel=1e-5)


@check
def trust_rises_with_completion(diary: Diary, _: Any) -> None:
    risen = 0
    for before, after in zip(diary.pages, diary.pages[1:], strict=False):
        done = [uid for uid in before.supported.keys() & after.alive if uid not in after.supported]
        for uid in done:
            gain = diary.world.p.agency_trust_gain * (1 - before.trust[uid])
            assert after.trust[uid] == pytest.approx(before.trust[uid] + gain, rel=1e-5)
        risen += len(done)
    assert risen


# ---- purchases -------------------------------------------------------------------------------------------------------
@check
def days_of_payment(diary: Diary, told: dict[str, float]) -> None:
    """Firms all of whose clients are local to them, or none; what is paid late tells the days. A firm in a hundred may have
    moved since it delivered."""
    world, out = diary.world, diary.world.tally.outcome
    assert out is not None
    days: dict[bool, list[float]] = {True: [], False: []}
    for row in np.flatnonzero(out.revenue.any(axis=1) & world.firms.alive[: out.revenue.shape[0]]).tolist():
        local = set((world.mines.region[out.total[row] > 0] == world.firms.region[row]).tolist())
        small = bool(world.firms.sales_year[row] < 150_000)
        if len(local) == 1:
            days[local.pop() and small].append(float(out.delayed[row].sum() / out.revenue[row].sum() * 90))
    for quick, expected in ((True, told["local"]), (False, told["others"])):
        assert len(days[quick]) > 20
        assert np.isclose(days[quick], expected, atol=1.0).mean() > 0.98


@check
def set_aside(diary: Diary, told: dict[str, float]) -> None:
    kind = LOCAL_DEFINITIONS.index("hq_small")
    won = [pair for page in diary.pages if page.quarter >= diary.programme.spec.from_ for pair in page.reserved]
    reserved = [local for definition, local in won if definition == kind]
    open_to_all = [local for definition, local in won if definition < 0]
    assert len(reserved) + len(open_to_all) == len(won)
    assert told["low"] <= len(reserved) / len(won) <= told["high"]
    assert np.mean(reserved) > np.mean(open_to_all)


# ---- against a world without -----------------------------------------------------------------------------------------
def _local_share(diary: Diary, name: str) -> float:
    world = diary.world
    out, focal = world.tally.outcome, world.data.focal
    assert out is not None
    local = {"backward_linkage": out.spend_by_region[focal, focal], "small_local": out.spend_small[focal]}
    return float(local[name] / out.spend[focal])


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


# ---- the cases -------------------------------------------------------------------------------------------------------
def _marks(case: dict[str, Any]) -> list[Any]:
    return [pytest.mark.xfail(strict=True, raises=AssertionError, reason=case["defect"])] if "defect" in case else []


@pytest.mark.parametrize("case", [pytest.param(case, id=case["case"], marks=_marks(case)) for case in CASES])
def test_policy(case: dict[str, Any]) -> None:
    programme = record_of(case["programme"], case["change"])
    diary = Diary(world_for(programme, case.get("scale", SCALE), tuple(case.get("world", ()))), case["until"])
    for name, value in case["holds"].items():
        CHECKS[name](diary, value)


def test_cases_are_sentences_and_cover_every_programme_and_check() -> None:
    assert len({case["case"] for case in CASES}) == len(CASES) >= 45
    assert {case["programme"] for case in CASES} == set(RECORDED) <= set(find_roots({}).files(PROGRAMME))
    assert {name for case in CASES for name in case["holds"]} == set(CHECKS)
