"""Groups: PROFO, PDP, chains, cooperatives and trade associations bring firms together for a term; what they learn to trust may last."""

from typing import TYPE_CHECKING

import numpy as np

from sim.draws import as_ids
from sim.policies.programme import NOBODY
from sim.policies.record import ProgrammeSpec
from sim.policies.support import Support
from sim.rules.rosters import bridging_trust, leave_groups
from sim.world import Group, Rows, World

if TYPE_CHECKING:
    from sim.agents.agency import Agency


class Grouping(Support):
    """Selected firms form groups of at least the minimum; a smaller remainder waits for the next call.

    Neighbours group together where trust exceeds rivalry, those of one client first. With ``partner: buyer`` a group is suppliers
    of one operation, which then sponsors them. With ``partner: university`` groups form where there is one. With ``follows`` the
    predecessor's groups apply, are chosen by the mean of their members, and go on as a whole.
    """

    STATE = (*Support.STATE, "waiting")

    def __init__(self, world: World, spec: ProgrammeSpec, number: int, agency: "Agency") -> None:
        super().__init__(world, spec, number, agency)
        self.waiting = np.zeros(0, np.uint64)
        """Firms that were chosen and found no group yet."""

    # ---- who applies -----------------------------------------------------------------------------------------------
    def applicants(self, told: Rows) -> Rows:
        willing = super().applicants(told)
        if not self.spec.follows:
            return willing
        groups = self.world.firms.group
        able = np.flatnonzero(self.eligible())
        together = np.isin(groups[able], groups[willing][groups[willing] >= 0])
        return able[together | np.isin(able, willing)]

    def select(self, applicants: Rows, places: int) -> Rows:
        if not self.spec.follows or applicants.size <= places:
            return super().select(applicants, places)
        number = self.world.firms.group[applicants]
        number = np.where(number < 0, -2 - applicants, number)
        groups, of, size = np.unique(number, return_inverse=True, return_counts=True)
        turn = np.bincount(of, self.agency.order(self.world, self.spec, applicants)) / size
        first = np.argsort(turn, kind="stable")
        taken = groups[first][np.cumsum(size[first]) <= places]
        return applicants[np.isin(number, taken)]

    # ---- how groups form ---------------------------------------------------------------------------------------------
    def begin(self, chosen: Rows) -> Rows:
        if chosen.size == 0:
            return chosen
        uid, pool = self.world.firms.uid, np.union1d(chosen, self._waiting_rows())
        begun = self._begin(chosen, pool, self.places(pool.size))
        self.waiting = np.setdiff1d(uid[pool], uid[begun])
        return begun

    def _waiting_rows(self) -> Rows:
        """Firms chosen before that found no group and still can take part; they need not apply again."""
        if self.waiting.size == 0:
            return NOBODY
        able = np.flatnonzero(self.eligible())
        return able[np.isin(self.world.firms.uid[able], self.waiting)]

    def _begin(self, chosen: Rows, pool: Rows, places: int) -> Rows:
        """Predecessors' groups go on; the others of the pool found new ones, as far as places go, in an order of luck by circle."""
        going_on = [*self._go_on(chosen), NOBODY] if self.spec.follows else [NOBODY]
        free = self._free(pool[~np.isin(pool, np.concatenate(going_on))])
        circle = self._circles(free)
        free, circle = self._come_to_terms(free, circle)
        room = places - sum(rows.size for rows in going_on)
        founding: dict[int, Rows] = {}
        for one in self._in_turn(np.unique(circle)):
            grouped = self._grouped(free[circle == one])
            founding[one] = grouped[: min(grouped.size, max(room, 0)) // self._size * self._size]
            room -= founding[one].size
        leave_groups(self.world, np.concatenate([*founding.values(), NOBODY]))
        for one, grouped in founding.items():
            self._found_all(grouped, one)
        return super().begin(np.concatenate([*going_on, *founding.values(), NOBODY]))

    def _in_turn(self, circles: Rows) -> list[int]:
        luck = self.world.draws.uniform("lottery", self.world.quarter, as_ids(circles), self.salt)
        return [int(one) for one in circles[np.argsort(luck, kind="stable")]]

    def _free(self, rows: Rows) -> Rows:
        """Firms without a group, and those whose group the predecessor pays for no longer."""
        groups = self.world.firms.group[rows]
        if not self.spec.follows:
            return rows[groups < 0]
        over = [group.number for group in self.world.groups if group.programme == self.spec.follows and group.until < self.world.quarter]
        return rows[(groups < 0) | np.isin(groups, over)]

    def _circles(self, free: Rows) -> Rows:
        """Whom each firm can group with: firms of one number; -1: with nobody. A number is a region or, for buyers, an operation."""
        world, firms = self.world, self.world.firms
        if self.spec.partner == "buyer":
            client = firms.trust[free].argmax(axis=1)
            served = (firms.trust[free, client] > world.p.incumbent_trust) & (firms.sponsor[free] < 0)
            return np.where(served, client, -1)
        homes = np.array([university.region for university in world.universities], np.intp)
        alone = (self.spec.partner == "university") & ~np.isin(firms.region[free], homes)
        return np.where(alone, -1, firms.region[free])

    def _come_to_terms(self, free: Rows, circle: Rows) -> tuple[Rows, Rows]:
        """Those of a circle whose trust exceeds rivalry: a firm that would sit with rivals of its trade and region may shy away, the
        less the more it trusts another candidate, a client that both serve, or the agency that convenes them; it is asked again in
        the next quarter."""
        free, circle = free[circle >= 0], circle[circle >= 0]
        firms, p = self.world.firms, self.world.p
        trade = (circle * self.world.regions + firms.region[free]) * self.world.subsectors + firms.subsector[free]
        _, of, many = np.unique(trade, return_inverse=True, return_counts=True)
        trust = np.maximum(bridging_trust(self.world, free, circle), self.agency.trusted_by(self.world, free))
        chance = 1.0 - p.rivalry * (many[of] > 1) * (1.0 - trust)
        come = self.world.draws.uniform("group", self.world.quarter, firms.uid[free], self.salt) < chance
        return free[come], circle[come]

    def _grouped(self, candidates: Rows) -> Rows:
        """As many as fill groups of the minimum size, those that share a client together, in order of that client."""
        firms = self.world.firms
        order = np.lexsort((firms.uid[candidates], firms.trust[candidates].argmax(axis=1)))
        return candidates[order][: candidates.size // self._size * self._size]

    def _found_all(self, grouped: Rows, circle: int) -> None:
        for members in np.split(grouped, grouped.size // self._size) if grouped.size else []:
            self._found(members, circle)

    @property
    def _size(self) -> int:
        return max(self.spec.group_minimum, 2)

    def _found(self, members: Rows, circle: int) -> None:
        world, buyer = self.world, circle if self.spec.partner == "buyer" else -1
        world.groups_founded += 1
        region = int(world.mines.region[buyer]) if buyer >= 0 else circle
        group = Group(world.groups_founded, self.spec.name, region, members, world.firms.uid[members].copy(), self._last(), world.quarter,
                      buyer)
        world.firms.group[members] = group.number
        world.firms.sponsor[members] = np.where(buyer >= 0, buyer, world.firms.sponsor[members])
        world.groups.append(group)

    def _go_on(self, chosen: Rows) -> list[Rows]:
        """Groups of the predecessor with enough chosen members go on under this programme; returns their members."""
        world = self.world
        kept, involved = [], set(world.firms.group[chosen].tolist())
        for group in world.groups:
            if group.number not in involved or group.programme != self.spec.follows:
                continue
            sponsored = (group.buyer >= 0) & (world.firms.sponsor[group.members] >= 0)
            members = group.members[np.isin(group.members, chosen) & ~sponsored]
            if members.size >= self.spec.group_minimum:
                group.programme, group.until = self.spec.name, self._last()
                world.firms.sponsor[members] = np.where(group.buyer >= 0, group.buyer, world.firms.sponsor[members])
                kept.append(members)
        return kept

    def _last(self) -> int:
        """The last quarter for which a group that begins now is paid."""
        return self.world.quarter + self.spec.duration - 1

    def has_sponsors(self) -> bool:
        return self.spec.partner == "buyer"

    def release(self, rows: Rows, completed: bool) -> None:
        if self.has_sponsors():
            self.world.firms.sponsor[rows] = -1
