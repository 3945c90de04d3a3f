"""Checks of policy cases about money, groups, trust in agencies, and purchases by operations."""

from typing import Any

import numpy as np
import pytest

from sim.calendar import parse_quarter
from sim.levers import LOCAL_DEFINITIONS
from sim.world import World
from tests.checks import check
from tests.diary import Diary


# ---- what it costs ---------------------------------------------------------------------------------------------------
@check
def public_share(diary: Diary, share: float) -> None:
    public, private = diary.count("public"), diary.count("private")
    assert public > 0
    assert public / (public + private) == pytest.approx(share)


@check
def books_match(diary: Diary, _: Any) -> None:
    assert diary.flow("programmes") == pytest.approx(diary.count("public"))
    assert diary.flow("co-payments") + diary.flow("partners' part") == pytest.approx(diary.count("private"))


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
def firms_pay(diary: Diary, share: float) -> None:
    """Part of the whole cost that comes from firms; what neither they nor the state pay is the partners'."""
    public, private = diary.count("public"), diary.count("private")
    assert diary.flow("co-payments") == pytest.approx(share * (public + private))
    assert private > 0


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
    assert 0 < max(years.values()) <= budget * diary.world.spec.scale + one + 1e-6


@check
def no_public_money(diary: Diary, _: Any) -> None:
    assert diary.count("public") == diary.flow("programmes") == diary.flow("cost share") == 0


# ---- groups ----------------------------------------------------------------------------------------------------------
def _founded(diary: Diary) -> list[list[Any]]:
    """Firms that began support in one quarter and region, or with one buyer: one or more groups."""
    founded: dict[tuple[int, str], list[Any]] = {}
    for page in diary.pages:
        for firm in page.begun:
            founded.setdefault((page.quarter, firm.region if firm.sponsor < 0 else str(firm.sponsor)), []).append(firm)
    return list(founded.values())


@check
def groups_at_least(diary: Diary, size: int) -> None:
    assert _founded(diary)
    assert all(len(firms) >= size for firms in _founded(diary))
    assert min(formed for page in diary.pages for formed in page.formed) >= size


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
    """A group counts as paid for the quarters in which members are supported and no longer."""
    first, now = diary.pages[0].quarter, diary.world.quarter
    seen = 0
    for number, page in enumerate(diary.pages[:-1]):
        ended = page.supported.keys() - diary.pages[number + 1].supported.keys()
        for group in diary.world.groups:
            if group.founded <= page.quarter and ended & set(group.uids.tolist()):
                assert group.until == page.quarter
                seen += 1
    assert seen, f"no group ended between {first} and {now}"


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
def _days_of_payment(world: World, with_large: bool) -> dict[str, list[float]]:
    out = world.tally.outcome
    assert out is not None
    days: dict[str, list[float]] = {"local": [], "large": [], "others": []}
    delivered = world.firms.alive & (world.firms.founded < world.quarter - 1)  # the row of a firm that died may hold a newborn
    for row in np.flatnonzero(out.revenue.any(axis=1) & delivered[: out.revenue.shape[0]]).tolist():
        local = set((world.mines.region[out.total[row] > 0] == world.firms.region[row]).tolist())
        here, small = local == {True}, bool(world.firms.sales_year[row] < 150_000)
        if len(local) == 1 and (not with_large or small or world.firms.sales_year[row] > 250_000):
            whom = "local" if here and small else "large" if here and with_large else "others"
            days[whom].append(float(out.delayed[row].sum() / out.revenue[row].sum() * 90))
    return days


@check
def days_of_payment(diary: Diary, told: dict[str, float]) -> None:
    """Firms all of whose clients are local to them, or none; what is paid late tells the days. A firm in a hundred may have
    moved since it delivered. `large` are local firms beyond the cap of small ones; without it they are paid as others."""
    days = _days_of_payment(diary.world, "large" in told)
    while "large" in told and not days["large"]:  # few large firms have local clients only: wait until there is one
        diary.model.step()
        days = _days_of_payment(diary.world, True)
    for whom, expected in told.items():
        assert len(days[whom]) > (0 if whom == "large" else 20)
        assert np.isclose(days[whom], expected, atol=1.0).mean() > 0.98


@check
def set_aside(diary: Diary, told: dict[str, float]) -> None:
    kind = LOCAL_DEFINITIONS.index("hq_small")
    won = [pair for page in diary.pages if page.quarter >= diary.programme.spec.from_ for pair in page.reserved]
    reserved = [local for definition, local in won if definition == kind]
    open_to_all = [local for definition, local in won if definition < 0]
    assert len(reserved) + len(open_to_all) == len(won)
    assert told["low"] <= len(reserved) / len(won) <= told["high"]
    assert np.mean(reserved) > np.mean(open_to_all)
