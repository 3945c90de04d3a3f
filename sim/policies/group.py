"""Groups: PROFO, PDP, chains, cooperatives and trade associations bring firms together for a term; what they learn to trust may last."""

from typing import TYPE_CHECKING

import numpy as np

from sim.draws import as_ids
from sim.policies.eligibility import directory_of
from sim.policies.programme import NOBODY
from sim.policies.record import ProgrammeSpec
from sim.policies.support import Support
from sim.rules.rosters import Candidates, bridging_trust, is_shared, leave_groups
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
        members = np.flatnonzero((groups >= 0) & np.isin(groups, groups[willing]))
        return np.union1d(willing, members[self.eligible(members)])

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
        if chosen.size == 0 and not (self.waiting.size and self.is_open()):
            return chosen
        uid, wait = self.world.firms.uid, np.zeros(self.world.firms.n, bool)
        wait[chosen] = wait[self._waiting_rows()] = True
        pool = np.flatnonzero(wait)
        begun = self._begin(chosen, pool, self.places(pool.size))
        wait[begun] = False
        self.waiting = np.sort(uid[wait])
        return begun

    def _waiting_rows(self) -> Rows:
        """Firms chosen before that found no group and still can take part; they need not apply again."""
        if self.waiting.size == 0:
            return NOBODY
        rows = directory_of(self.world).rows_of(self.waiting)
        return rows[self.eligible(rows)]

    def _begin(self, chosen: Rows, pool: Rows, places: int) -> Rows:
        """Predecessors' groups go on; the others of the pool found new ones, as far as places go, in an order of luck by circle."""
        going_on = np.concatenate([*(self._go_on(chosen) if self.spec.follows else ()), NOBODY])
        stays = np.zeros(self.world.firms.n, bool)
        stays[going_on] = True
        founding = self._grouped(self._come_to_terms(self._candidates(self._free(pool[~stays[pool]]))))
        founding = founding.at(slice(max(places - going_on.size, 0) // self._size * self._size))
        leave_groups(self.world, founding.rows)
        for members, circle in zip(founding.rows.reshape(-1, self._size), founding.circle[:: self._size].tolist(), strict=True):
            self._found(members, circle)
        return super().begin(np.concatenate([going_on, founding.rows]))

    def _free(self, rows: Rows) -> Rows:
        """Firms without a group, and those whose group the predecessor pays for no longer."""
        groups = self.world.firms.group[rows]
        if not self.spec.follows:
            return rows[groups < 0]
        over = [group.number for group in self.world.groups if group.programme == self.spec.follows and group.until < self.world.quarter]
        return rows[(groups < 0) | np.isin(groups, over)]

    def _candidates(self, free: Rows) -> Candidates:
        """Those of the firms ``free`` that can group with somebody: in the region or, for buyers, around the operation of its circle."""
        world, firms = self.world, self.world.firms
        client = firms.trust[free].argmax(axis=1)
        if self.spec.partner == "buyer":
            served = (firms.trust[free, client] > world.p.incumbent_trust) & (firms.sponsor[free] < 0)
            return Candidates(free, client, client).at(served)
        candidates = Candidates(free, firms.region[free], client)
        homes = np.zeros(world.regions, bool)
        homes[[university.region for university in world.universities]] = True
        return candidates.at(homes[candidates.circle]) if self.spec.partner == "university" else candidates

    def _come_to_terms(self, candidates: Candidates) -> Candidates:
        """Those of a circle whose trust exceeds rivalry: a firm that would sit with rivals of its trade and region may shy away, the
        less the more it trusts another candidate, a client that both serve, or the agency that convenes them; it is asked again in
        the next quarter."""
        world, firms, rows = self.world, self.world.firms, candidates.rows
        trade = (candidates.circle * world.regions + firms.region[rows]) * world.subsectors + firms.subsector[rows]
        trust = np.maximum(bridging_trust(world, candidates), self.agency.trusted_by(world, rows))
        chance = 1.0 - world.p.rivalry * is_shared(trade) * (1.0 - trust)
        return candidates.at(world.draws.uniform("group", world.quarter, firms.uid[rows], self.salt) < chance)

    def _grouped(self, candidates: Candidates) -> Candidates:
        """As many of each circle as fill groups of the minimum size, group after group: circles in an order of luck, and within one
        those that share a client together, in order of that client."""
        world, (rows, circle, client) = self.world, candidates
        size = np.bincount(circle)
        ordered = candidates.at(np.lexsort((world.firms.uid[rows], client, circle)))
        place = np.arange(circle.size) - (np.cumsum(size) - size)[ordered.circle]
        grouped = ordered.at(place < (size // self._size * self._size)[ordered.circle])
        luck = world.draws.uniform("lottery", world.quarter, as_ids(np.arange(size.size)), self.salt)
        return grouped.at(np.argsort(luck[grouped.circle], kind="stable"))

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
