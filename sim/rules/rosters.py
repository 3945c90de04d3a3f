"""The members of many groups side by side, so that a rule looks at all groups at once."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.draws import Ids
from sim.world import Group, Rows, World


class Roster(NamedTuple):
    """One entry a member: table row, identity when it joined, and the position of its group; ``groups`` are how many there are."""

    rows: Rows
    uids: Ids
    group: Rows
    groups: int

    def any_member(self, flags: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Whether a flag [n] holds for a member, by group."""
        return np.bincount(self.group, weights=flags[self.rows], minlength=self.groups) > 0


def roster(groups: list[Group]) -> Roster:
    """The members of ``groups``, one group after the other."""
    rows = np.concatenate([*(group.members for group in groups), np.zeros(0, np.intp)])
    uids = np.concatenate([*(group.uids for group in groups), np.zeros(0, np.uint64)])
    size = np.array([group.members.size for group in groups], np.intp)
    return Roster(rows, uids, np.repeat(np.arange(len(groups)), size), len(groups))


class Candidates(NamedTuple):
    """Firms that look for a group: their table rows, the circle within which each would find one, and its best client [k each]."""

    rows: Rows
    circle: Rows
    client: Rows

    def at(self, which: Rows | NDArray[np.bool_] | slice) -> "Candidates":
        """These of the candidates."""
        return Candidates(*(column[which] for column in self))


def is_shared(number: Rows) -> NDArray[np.bool_]:
    """Whether another entry has the same ``number`` [k]."""
    return np.asarray(np.bincount(number)[number] > 1)


def bridging_trust(world: World, candidates: Candidates) -> NDArray[np.float64]:
    """What each candidate trusts in common with another of its circle: a partner there, or a best client that they share."""
    firms, (rows, circle, client) = world.firms, candidates
    sits = np.full(firms.n, -1)
    sits[rows] = circle
    partner = np.maximum(firms.tie_row[rows], 0)
    known = (firms.tie_row[rows] >= 0) & (sits[partner] == circle[:, None]) & (firms.uid[partner] == firms.tie_uid[rows])
    tie = np.where(known, firms.tie_trust[rows], 0.0).max(axis=1)
    shared = is_shared(circle * world.buyers + client)
    return np.asarray(np.maximum(tie, np.where(shared, firms.trust[rows, client], 0.0)), np.float64)


def drop_gone_members(world: World) -> None:
    """Let firms that died leave their groups: a newborn in the row of a dead member is not a member."""
    members, firms = roster(world.groups), world.firms
    _leave(world, members, ~firms.alive[members.rows] | (firms.uid[members.rows] != members.uids))


def leave_groups(world: World, rows: Rows) -> None:
    """Let the firms in ``rows`` leave whatever group they are in: they are about to found another."""
    if (world.firms.group[rows] >= 0).any():
        members, leaving = roster(world.groups), np.zeros(world.firms.n, bool)
        leaving[rows] = True
        _leave(world, members, leaving[members.rows])


def _leave(world: World, members: Roster, gone: NDArray[np.bool_]) -> None:
    for number in np.unique(members.group[gone]).tolist():
        group, present = world.groups[number], ~gone[members.group == number]
        group.members, group.uids = group.members[present], group.uids[present]
