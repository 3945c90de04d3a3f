"""Joint bids: members of a group put a part of their free capacity and their certificates into one pot."""

import numpy as np
from numpy.typing import NDArray

from sim.agents.columns import TIE_KINDS
from sim.draws import as_ids, combine_column
from sim.rules.slots import NEVER_USED, bind_pairs
from sim.world import Group, Rows, World

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
    """Hand the part of each joint contract that its winner cannot do to the other members, in proportion to capacity.

    ``won`` [contracts] are winners, ``slots`` their places in the book, ``shared`` the volume that comes from the pot.
    """
    groups = {int(row): group for group in world.groups if bids_jointly(world, group) for row in group.members}
    for at in np.flatnonzero(shared > 0):
        group = groups[int(won[at])]
        partners = group.members[group.members != won[at]]
        weight = np.maximum(world.firms.capacity[partners], 1e-9)
        _enter(world, int(slots[at]), partners, float(shared[at]) * weight / weight.sum())
        _work_together(world, group, int(won[at]), partners)


def _enter(world: World, parent: int, partners: Rows, rate: F8) -> None:
    book = world.book.columns
    done = rate.sum() / book.rate[parent]
    part = min(1.0, (1.0 - book.passed_on[parent]) / done)
    book.passed_on[parent] += part * done
    luck = combine_column(book.luck[parent], as_ids(np.arange(partners.size)))
    world.book.add(
        supplier=partners, prime=book.supplier[parent], buyer=book.buyer[parent], site=book.site[parent], luck=luck,
        subsector=book.subsector[parent], rate=part * rate, price=book.price[parent], need=book.need[parent], passed_on=0.0,
        ends=book.ends[parent], parent=parent)


def _work_together(world: World, group: Group, winner: int, partners: Rows) -> None:
    """A joint contract is joint work: it counts as the firms' own once no programme pays for the group."""
    firms, p = world.firms, world.p
    now = world.quarter if group.until < world.quarter else NEVER_USED
    bind_pairs(firms.tie_row, firms.tie_uid, firms.tie_trust, firms.tie_kind, firms.tie_used, firms.uid, np.full(partners.size, winner),
               partners, GROUP_TIE, p.first_tie, p.trust_gain, now)

