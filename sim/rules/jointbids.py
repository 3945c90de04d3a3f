"""Joint bids: members of a group put a part of their free capacity and their certificates into one pot."""

import numpy as np
from numpy.typing import NDArray

from sim.agents.columns import TIE_KINDS
from sim.draws import as_ids, combine_column
from sim.rules.slots import NEVER_USED, bind_pairs
from sim.world import Group, World

F8 = NDArray[np.float64]
I8 = NDArray[np.int64]
NO_POT = -1
GROUP_TIE = TIE_KINDS.index("group")


def bids_jointly(world: World, group: Group) -> bool:
    """Whether a group bids jointly: while a programme lets it, and on its own once nobody pays for it any more."""
    return group.members.size > 1 and (group.until < world.quarter or bool((world.levers["joint_bid"][group.members] > 0).any()))


def pots_of(world: World, free: F8) -> tuple[F8, I8, F8, NDArray[np.bool_]]:
    """What each firm keeps of its free capacity [n], its pot [n] (NO_POT: none), the pots, and certificates held [n]."""
    own, pot, certified = free.copy(), np.full(free.size, NO_POT, np.int64), world.certified()
    groups = [group for group in world.groups if bids_jointly(world, group)]
    pots = np.zeros(max(len(groups), 1))
    for number, group in enumerate(groups):
        given = world.p.pooled * np.maximum(free[group.members], 0.0)
        own[group.members] -= given
        pots[number], pot[group.members] = given.sum(), number
        certified[group.members] = certified[group.members].any()
    return own, pot, pots, certified


def share_out(world: World, won: I8, slots: NDArray[np.intp], shared: F8) -> None:
    """Hand the part of each joint contract that its winner cannot do to the partner with most capacity.

    ``won`` [contracts] are winners, ``slots`` their places in the book, ``shared`` the volume that comes from the pot.
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
        _work_together(world, pairs, partner[pairs], NEVER_USED if by_programme else world.quarter)


def _partners(world: World) -> tuple[I8, NDArray[np.bool_]]:
    """The partner who helps each member of a group [n] (-1: none), and whether a programme pays for the group [n]."""
    firms = world.firms
    partner, paid = np.full(firms.n, -1, np.int64), np.zeros(firms.n, bool)
    for group in world.groups:
        if bids_jointly(world, group):
            largest, second = group.members[np.argsort(-firms.capacity[group.members], kind="stable")[:2]]
            partner[group.members] = largest
            partner[largest] = second
            paid[group.members] = group.until >= world.quarter
    return partner, paid


def _work_together(world: World, winners: I8, partners: I8, used: int) -> None:
    """A joint contract is joint work: it counts as the firms' own once no programme pays for the group."""
    firms, p = world.firms, world.p
    bind_pairs(firms.tie_row, firms.tie_uid, firms.tie_trust, firms.tie_kind, firms.tie_used, firms.uid, winners, partners, GROUP_TIE,
               p.first_tie, p.trust_gain, used)
