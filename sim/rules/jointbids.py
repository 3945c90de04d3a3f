"""Joint bids: members of a group put a part of their free capacity and their certificates into one pot."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.agents.columns import GROUP, NEVER
from sim.draws import as_ids, combine_column
from sim.rules.rosters import roster
from sim.rules.slots import bind_pairs
from sim.table import sum_by
from sim.world import Group, World

F8 = NDArray[np.float64]
I8 = NDArray[np.int64]
NO_POT = -1


def joint_bidders(world: World) -> list[Group]:
    """Groups that bid jointly: while a programme lets them, and on their own once nobody pays for them any more."""
    groups = [group for group in world.groups if group.members.size > 1]
    allowed = roster(groups).any_member(world.levers["joint_bid"] > 0)
    return [group for group, may in zip(groups, allowed.tolist(), strict=True) if may or group.until < world.quarter]


class Pots(NamedTuple):
    """What each firm gives of its free capacity to its group's pot [n], which pot that is [n] (NO_POT: none), the pots, and whether
    a member of the group holds a certificate [n]."""

    given: F8
    pot: I8
    pots: F8
    backed: NDArray[np.bool_]


def pots_of(world: World, free: F8) -> Pots:
    """The pots of groups that bid jointly, of their members' ``free`` capacity [n]."""
    given, pot, backed = np.zeros(free.size), np.full(free.size, NO_POT, np.int64), np.zeros(free.size, bool)
    members = roster(joint_bidders(world))
    given[members.rows] = world.p.pooled * np.maximum(free[members.rows], 0.0)
    pot[members.rows] = members.group
    backed[members.rows] = members.any_member(world.certified())[members.group]
    return Pots(given, pot, sum_by(members.group, given[members.rows], max(members.groups, 1)), backed)


def share_out(world: World, won: I8, slots: NDArray[np.intp], shared: F8) -> None:
    """Hand the part of each joint contract that its winner cannot do to the partner with most capacity.

    ``won`` [contracts] are winners, ``slots`` their places in the book, ``shared`` the volume that partners take over.
    """
    partner, paid = _partners(world)
    joint = np.flatnonzero(shared > 0)
    winner, parent = won[joint], slots[joint]
    book = world.book.columns
    part = np.minimum(shared[joint] / book.rate[parent], 1.0 - book.passed_on[parent])
    book.passed_on[parent] += part
    world.book.add(
        supplier=partner[winner], prime=winner, buyer=book.buyer[parent], site=book.site[parent], subsector=book.subsector[parent],
        rate=part * book.rate[parent], price=book.price[parent], need=book.need[parent], passed_on=0.0, ends=book.ends[parent],
        luck=combine_column(book.luck[parent], as_ids(0)), parent=parent)
    for by_programme in (False, True):
        pairs = winner[paid[winner] == by_programme]
        _work_together(world, pairs, partner[pairs], NEVER if by_programme else world.quarter)


def _partners(world: World) -> tuple[I8, NDArray[np.bool_]]:
    """The partner who helps each member of a group [n] (-1: none): its largest member, and that one's is the second largest;
    and whether a programme pays for the group [n]."""
    firms, groups = world.firms, joint_bidders(world)
    partner, paid = np.full(firms.n, -1, np.int64), np.zeros(firms.n, bool)
    members = roster(groups)
    by_size = members.rows[np.lexsort((-firms.capacity[members.rows], members.group))]
    first = np.flatnonzero(np.diff(members.group, prepend=-1))
    partner[members.rows] = by_size[first][members.group]
    partner[by_size[first]] = by_size[first + 1]
    paid[members.rows] = np.array([group.until >= world.quarter for group in groups], bool)[members.group]
    return partner, paid


def _work_together(world: World, winners: I8, partners: I8, used: int) -> None:
    """A joint contract is joint work: it counts as the firms' own once no programme pays for the group."""
    firms, p = world.firms, world.p
    bind_pairs(firms.tie_row, firms.tie_uid, firms.tie_trust, firms.tie_kind, firms.tie_used, firms.uid, winners, partners, GROUP,
               p.first_tie, p.trust_gain, used)
