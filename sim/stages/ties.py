"""Stage 5. Ties: trust after deliveries, joint projects, subcontractors, horizontal partners and groups."""

from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

from sim.agents.columns import GROUP, INTRODUCED, NATIONAL, NEVER, SHARED_CLIENT, SLOTS
from sim.draws import Ids, as_ids, combine_column
from sim.rules.absorption import receptiveness
from sim.rules.rosters import Roster, roster
from sim.rules.slots import bind_each, bind_pairs, judge_subcontractors
from sim.table import count_by, sum_by
from sim.world import Rows, World

F8 = NDArray[np.float64]


def run(world: World) -> None:
    """One quarter of relations."""
    _trust_of_mines(world)
    _beliefs(world)
    _joint_projects(world)
    _trust_in_subcontractors(world)
    _meet(world)
    _introduce(world)
    _groups(world)
    _fade_partners(world)


@njit(cache=True, error_model="numpy")
def update_trust(trust: Any, deliveries: Any, good: Any, new: Any, new_good: Any, since: Any, rates: Any) -> None:
    """One quarter of trust and experience of every pair [n, M], in place: trust fades, grows with the good part of
    deliveries and shrinks with the bad part; experience is slowly forgotten; a link without trust and work is over.
    ``rates`` are gain, loss, decay, forgetting and the trust at which a link ends (float32)."""
    one, zero = np.float32(1.0), np.float32(0.0)
    gain, loss, decay, forgetting, ends = rates
    for i in range(trust.shape[0]):
        for m in range(trust.shape[1]):
            total = new[i, m]
            share = new_good[i, m] / total if total > zero else zero
            faded = trust[i, m] * (one - decay)
            bad = one - share if total > zero else zero
            trust[i, m] = (faded + gain * share * (one - faded)) * (one - loss * bad)
            deliveries[i, m] = deliveries[i, m] * (one - forgetting) + total
            good[i, m] = good[i, m] * (one - forgetting) + new_good[i, m]
            since[i, m] = NEVER if total == zero and trust[i, m] < ends else since[i, m]


def _trust_of_mines(world: World) -> None:
    firms, p, out = world.firms, world.p, world.tally.outcome
    assert out is not None
    rates = np.array([p.trust_gain, p.trust_loss, p.trust_decay, p.belief_forgetting, p.link_ends], np.float32)
    update_trust(firms.trust, firms.deliveries, firms.good, out.total, out.good, firms.link_since, rates)
    world.note_main_clients()


def _beliefs(world: World) -> None:
    out = world.tally.outcome
    assert out is not None
    keep = 1.0 - world.p.belief_forgetting
    world.belief_good = world.belief_good * keep + out.belief[..., 0] / world.spec.scale
    world.belief_bad = world.belief_bad * keep + out.belief[..., 1] / world.spec.scale


def _joint_projects(world: World) -> None:
    """Operations begin joint projects with suppliers they sponsor in a programme and, collaborative ones, with suppliers they trust."""
    _meet_sponsors(world)
    _work_with_sponsors(world)
    firms, mines, p = world.firms, world.mines, world.p
    row, buyer = np.divmod(np.flatnonzero((firms.trust > np.float32(p.joint_trust)) & firms.alive[:, None] & mines.alive), world.buyers)
    style = np.where(firms.origin[row] != NATIONAL, mines.style_foreign[buyer], mines.style_local[buyer])
    chance = p.joint_project_rate * style * (1.0 + world.levers["risk_share"][buyer]) * receptiveness(world)[row]
    luck = world.draws.uniform("joint", world.quarter, firms.uid[row], as_ids(buyer))
    row, buyer = row[luck < chance], buyer[luck < chance]
    _begin_projects(world, row, buyer)
    firms.joint_unpaid[row, buyer] = world.quarter


def _begin_projects(world: World, row: Rows, buyer: Rows) -> None:
    """Joint projects of suppliers ``row`` with operations ``buyer`` [k each]: both learn to trust."""
    firms, mines = world.firms, world.mines
    firms.joint_last[row, buyer] = world.quarter
    firms.trust[row, buyer] += np.float32(world.p.trust_gain) * (1 - firms.trust[row, buyer])
    mines.projects[:] += count_by(buyer, world.buyers).astype(np.int64)


def _work_with_sponsors(world: World) -> None:
    """A programme's sponsor works with its suppliers on what it needs: that is a joint project, whatever trust there was before."""
    firms, chance = world.firms, world.levers["joint_project"]
    rows = np.flatnonzero((chance > 0) & (firms.sponsor >= 0) & firms.alive)
    begun = rows[world.draws.uniform("joint_sponsored", world.quarter, firms.uid[rows]) < chance[rows]]
    _begin_projects(world, begun, firms.sponsor[begun].astype(np.intp))


def _meet_sponsors(world: World) -> None:
    """A buyer and the suppliers that it sponsors in a programme learn to trust one another."""
    firms, dose = world.firms, world.levers["buyer_meeting"]
    rows = np.flatnonzero((dose > 0) & (firms.sponsor >= 0))
    trust = firms.trust[rows, firms.sponsor[rows]]
    firms.trust[rows, firms.sponsor[rows]] = trust + dose[rows] * (1 - trust)


def _trust_in_subcontractors(world: World) -> None:
    """Prime contractors learn whom of their subcontractors to trust."""
    firms, p, book, out = world.firms, world.p, world.book.columns, world.tally.outcome
    assert out is not None
    firms.sub_trust[:] *= np.float32(1.0 - p.trust_decay)
    judge_subcontractors(book.active, book.prime, book.supplier, out.success, firms.sub_row, firms.sub_uid, firms.sub_trust, firms.uid,
                         p.trust_gain, p.trust_loss)


# ---- horizontal ties -------------------------------------------------------------------------------------------------
def _meet(world: World) -> None:
    """Suppliers that share their main client meet: each seeker the next on a ring of hashed identities, so that a firm
    more or less changes only its own neighbours' luck. Rivals of one subsector and region avoid one another."""
    firms, p = world.firms, world.p
    rows = np.flatnonzero(world.domestic() & world.has_client())
    if rows.size < 2:
        return
    luck = world.draws.uniform("tie", world.quarter, firms.uid[rows])
    eager = rows[luck < p.tie_rate]
    place = world.draws.hashes("place", world.quarter, firms.uid[rows])
    point = world.draws.hashes("point", world.quarter, firms.uid[eager])
    other = rows[next_on_rings(world.main_client[rows], place, world.main_client[eager], point)]
    _befriend(world, eager, other, SHARED_CLIENT, np.zeros(eager.size))


def next_on_rings(ring: Rows, place: Ids, asked: Rows, point: Ids) -> Rows:
    """Of entries that lie at ``place`` on ``ring`` [n each], the one that comes next after ``point`` on the ring ``asked`` [k each]."""
    order, n = np.argsort(place), place.size
    key = ring[order] * n + np.arange(n)
    by_ring = np.argsort(key)
    key = key[by_ring]
    at, end = np.searchsorted(key, asked * n + np.searchsorted(place[order], point)), np.searchsorted(key, (asked + 1) * n)
    return order[by_ring][np.where(at < end, at, np.searchsorted(key, asked * n))]


def _introduce(world: World) -> None:
    """Partners introduce their partners to one another: what they trust in common bridges rivalry."""
    firms, p = world.firms, world.p
    row, middle, slot = partners(world)
    trust = firms.tie_trust[row, slot].astype(np.float64)
    luck = world.draws.uniform("introduce", world.quarter, firms.uid[row], firms.uid[middle])
    met = np.flatnonzero(luck < p.introduction_rate * trust)
    pick = world.draws.uniform("introduced", world.quarter, firms.uid[row[met]], firms.uid[middle[met]])
    third_slot = np.floor(pick * firms.tie_row.shape[1]).astype(np.intp)
    third = firms.tie_row[middle[met], third_slot].astype(np.intp)
    known = (third >= 0) & (firms.uid[third] == firms.tie_uid[middle[met], third_slot]) & (third != row[met]) & firms.alive[third]
    bridge = np.minimum(trust[met], firms.tie_trust[middle[met], third_slot])
    _befriend(world, row[met][known], third[known], INTRODUCED, bridge[known])


def _befriend(world: World, first: Rows, second: Rows, kind: int, bridge: F8) -> None:
    """Tie pairs unless distance or rivalry undoes the meeting; trust in a common partner (``bridge``) softens both."""
    firms, p = world.firms, world.p
    pair = combine_column(firms.uid[first], firms.uid[second])
    luck = world.draws.uniform("meet", world.quarter, pair)
    same = firms.region[first] == firms.region[second]
    rivals = same & (firms.subsector[first] == firms.subsector[second])
    near = np.where(same, 1.0, np.maximum(p.distant_meeting, bridge))
    chance = near * np.where(rivals, 1.0 - p.rivalry * (1.0 - bridge), 1.0)
    bind(world, first[luck < chance], second[luck < chance], kind, p.first_tie)


def bind(world: World, first: Rows, second: Rows, kind: int, trust: float) -> None:
    """Tie pairs of firms (the weakest tie gives way), or strengthen the ties there are. To meet is not yet to work together."""
    firms = world.firms
    bind_pairs(firms.tie_row, firms.tie_uid, firms.tie_trust, firms.tie_kind, firms.tie_used, firms.uid, first, second, kind, trust,
               world.p.trust_gain, NEVER)


def partners(world: World) -> tuple[Rows, Rows, Rows]:
    """Living horizontal ties as (row, partner row, slot)."""
    firms = world.firms
    tied = world.live_partners() & firms.alive[:, None] & (firms.tie_trust > world.p.tie_ends)
    row, slot = np.divmod(np.flatnonzero(tied), SLOTS)
    return row, firms.tie_row[row, slot].astype(np.intp), slot


def _fade_partners(world: World) -> None:
    """Unused horizontal trust fades; partners that trust one another go on working together unpaid."""
    firms, p = world.firms, world.p
    firms.tie_trust[:] *= np.float32(1.0 - p.trust_decay)
    row, partner, slot = partners(world)
    chance = p.joint_work_rate * firms.tie_trust[row, slot]
    low, high = np.minimum(firms.uid[row], firms.uid[partner]), np.maximum(firms.uid[row], firms.uid[partner])
    again = world.draws.uniform("again", world.quarter, low, high) < chance
    old = firms.tie_trust[row[again], slot[again]]
    firms.tie_trust[row[again], slot[again]] = old + p.trust_gain * (1 - old)
    unpaid = again & ~_in_paid_group(world)[row]
    firms.tie_used[row[unpaid], slot[unpaid]] = world.quarter


def _in_paid_group(world: World) -> NDArray[np.bool_]:
    """Firms whose group a programme is paying for [n]: their ties do not count as their own."""
    paid = np.zeros(world.firms.n, bool)
    paid[roster([group for group in world.groups if group.until >= world.quarter]).rows] = True
    return paid


# ---- groups ----------------------------------------------------------------------------------------------------------
def _groups(world: World) -> None:
    """Members meet while a programme pays, go on while they trust one another, and part when trust is gone."""
    members = roster(world.groups)
    stays = _still_together(world, members)
    world.firms.group[members.rows[~stays[members.group]]] = -1
    _let_members_meet(world, members, stays)
    world.groups = [group for group, on in zip(world.groups, stays.tolist(), strict=True) if on]


def _still_together(world: World, members: Roster) -> NDArray[np.bool_]:
    """Whether two are left of a group and a programme still pays for it, or their mean trust in one another is enough [groups]."""
    firms = world.firms
    number = np.full(firms.n + 1, -1)
    number[members.rows] = members.group
    trust = firms.tie_trust[members.rows]
    inside = (number[firms.tie_row[members.rows]] == members.group[:, None]) & (trust > world.p.tie_ends)
    pairs = sum_by(members.group, inside.sum(axis=1), members.groups)
    mean = sum_by(members.group, (trust * inside).sum(axis=1), members.groups) / np.maximum(pairs, 1.0)
    paid = np.array([group.until >= world.quarter for group in world.groups], bool)
    several = np.bincount(members.group, minlength=members.groups) > 1
    return np.asarray(several & (paid | (mean > world.p.group_trust)))


def _let_members_meet(world: World, members: Roster, stays: NDArray[np.bool_]) -> None:
    """Members sit in a circle and meet one after the other; a pair that meets every (size - 1) / 2 quarters gets their doses at once."""
    firms, size = world.firms, np.bincount(members.group, minlength=members.groups)
    dose = np.zeros(members.groups)
    np.maximum.at(dose, members.group, world.levers["group_meeting"][members.rows])
    seat = np.flatnonzero((stays & (dose > 0))[members.group])
    group = members.group[seat]
    founded = np.array([group.founded for group in world.groups], np.intp)
    step = 1 + (world.quarter - founded) % np.maximum(size - 1, 1)
    first = np.cumsum(size) - size
    other = members.rows[first[group] + (seat - first[group] - step[group]) % size[group]]
    doses = np.minimum(dose * (size - 1) / 2, 1.0)[group]
    bind_each(firms.tie_row, firms.tie_uid, firms.tie_trust, firms.tie_kind, firms.tie_used, firms.uid, members.rows[seat], other, GROUP,
              doses, NEVER)
