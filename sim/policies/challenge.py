"""Challenges (World Class Suppliers, Expande): buyers draft problems, a few are put to suppliers, and what works is bought."""

import numpy as np
from numpy.typing import NDArray

from sim.ledger import MINE_CLASSES
from sim.levers import LEVERS
from sim.policies.eligibility import operation_mask
from sim.policies.programme import COUNTED, NOBODY
from sim.policies.support import Support
from sim.table import sum_by
from sim.world import Rows, World

F8 = NDArray[np.float64]


class Challenge(Support):
    """One supplier works on each picked problem, sponsored by the operation whose problem it is. The buyer bears ``risk_share`` of
    what is not public, and may open a test site. What works is the supplier's own and earns it a preferential contract (lever
    `first_refusal`), which is prolonged only as far as the buyer gained from it."""

    STATE = (*Support.STATE, "under", "under_uids", "under_until", "standing")
    AFTERWARDS = ("first_refusal", "own_solution")
    """Levers that work once a solution does, not while it is sought."""

    def __init__(self, *given: object) -> None:
        super().__init__(*given)  # type: ignore[arg-type]
        self.under = NOBODY
        self.under_uids = np.zeros(0, np.uint64)
        self.under_until = np.zeros(0, np.int64)
        self.standing = np.zeros(0)
        self.sponsors = NOBODY

    def is_idle(self) -> bool:
        return super().is_idle() and self.under.size == 0

    # ---- problems ----------------------------------------------------------------------------------------------------
    def call(self) -> None:
        problems = self._draft()
        if not problems:
            return
        free = np.flatnonzero((self.world.firms.sponsor < 0) & self._asked(problems))
        told = self.tell(free[self.eligible(free)])
        applicants = self.applicants(told)
        self.chosen, self.sponsors = self._match(problems[: self.places(len(problems))], applicants)
        self._count("told", told)
        self._count("applied", applicants)

    def _draft(self) -> list[tuple[int, int]]:
        """Problems picked this quarter, as operation and trade: where committed operations buy most and most knowledge is needed."""
        world, s, mines = self.world, self.spec, self.world.mines
        committed = operation_mask(world, s.operations, self.regions) & mines.alive
        weight = mines.target * committed[:, None] * (self.trades * world.data.knowledge_need)[None, :]
        total = weight.sum()
        if total <= 0:
            return []
        drafted = s.problems / 4 * world.spec.scale
        self.counts[COUNTED.index("problems")] += sum_by(mines.region, weight.sum(axis=1), world.regions) / total * drafted
        luck = world.draws.uniform("problem", world.quarter, self.salt, np.arange(1 + int(s.picked) + 1, dtype=np.uint64))
        number = int(np.floor(s.picked / 4 * world.spec.scale + luck[0]))
        cells = np.searchsorted(np.cumsum(weight.ravel()) / total, luck[1:1 + number])
        return [divmod(int(min(cell, weight.size - 1)), world.subsectors) for cell in cells]

    def _asked(self, problems: list[tuple[int, int]]) -> NDArray[np.bool_]:
        """Firms of the trades in which there is a problem [n]."""
        trades = np.zeros(self.world.subsectors, bool)
        trades[[trade for _, trade in problems]] = True
        return np.asarray(trades[self.world.firms.subsector])

    def _match(self, problems: list[tuple[int, int]], applicants: Rows) -> tuple[Rows, Rows]:
        """The best applicant of the trade for each problem, and the operations whose problems they are."""
        firms = self.world.firms
        chosen: list[int] = []
        sponsors: list[int] = []
        for operation, trade in problems:
            rivals = applicants[(firms.subsector[applicants] == trade) & ~np.isin(applicants, chosen)]
            if rivals.size:
                chosen.append(int(self.agency.select(self.world, self.spec, rivals, 1)[0]))
                sponsors.append(operation)
        return np.array(chosen, np.intp), np.array(sponsors, np.intp)

    def begin(self, chosen: Rows) -> Rows:
        """Firms that another programme's operation took on in the same quarter stay with that one."""
        firms = self.world.firms
        free = firms.sponsor[chosen] < 0
        firms.sponsor[chosen[free]] = self.sponsors[: chosen.size][free]
        return super().begin(chosen[free])

    def has_sponsors(self) -> bool:
        return True

    def sponsored(self) -> Rows:
        return np.concatenate([super().sponsored(), self.under[self.world.firms.uid[self.under] == self.under_uids]])

    # ---- solutions ---------------------------------------------------------------------------------------------------
    def release(self, rows: Rows, completed: bool) -> None:
        """Some solutions work: with capability, and where they could be tried. Their firms go under contract, the others go."""
        world, firms, p = self.world, self.world.firms, self.world.p
        need = world.data.knowledge_need[firms.subsector[rows]]
        chance = p.substitution_success + p.pilot_help * self.spec.test_site
        luck = world.draws.uniform("solution", world.quarter, firms.uid[rows], self.salt)
        worked = completed & (luck < np.minimum(firms.capability[rows] / need, 1.0) * chance)
        self._contract(rows[worked], np.ones(int(worked.sum())))
        firms.sponsor[rows[~worked]] = -1
        self._count("contracts", rows[worked])

    def _contract(self, rows: Rows, standing: F8) -> None:
        """Put firms under a preferential contract from now on."""
        self.under = np.concatenate([self.under, rows])
        self.under_uids = np.concatenate([self.under_uids, self.world.firms.uid[rows]])
        self.under_until = np.concatenate([self.under_until, np.full(rows.size, self.world.quarter + self.spec.contract_quarters - 1)])
        self.standing = np.concatenate([self.standing, standing])

    def end_terms(self) -> None:
        super().end_terms()
        if self.under.size:
            self._scale()

    def _scale(self) -> None:
        """At the end of a contract the buyer prolongs it as far as it gained: deliveries better than those of the trade."""
        world, firms = self.world, self.world.firms
        living = firms.alive[self.under] & (firms.uid[self.under] == self.under_uids)
        ended = living & (self.under_until < world.quarter)
        rows, gain = self.under[ended], buyer_gain(self.world, self.under[ended])
        kept = living & ~ended
        self.under, self.under_uids, self.under_until, self.standing = (
            held[kept] for held in (self.under, self.under_uids, self.under_until, self.standing))
        self._contract(rows[gain > 0], gain[gain > 0])
        firms.sponsor[rows[gain <= 0]] = -1

    def push(self) -> None:
        rows, levers, s = self.working(), self.world.levers, self.spec
        for name, dose in sorted((s.levers or {}).items()):
            if name in self.AFTERWARDS:
                levers.push(name, dose * (self.standing if name == "first_refusal" else 1.0), self.under, self.number)
            elif LEVERS[name].target == "buyer":
                levers.push(name, dose, np.unique(self.world.firms.sponsor[rows]), self.number)
            else:
                levers.push(name, self.strength(name, dose), rows, self.number)

    # ---- money -------------------------------------------------------------------------------------------------------
    def own_part(self) -> float:
        return (1.0 - self.spec.public_share) * (1.0 - self.spec.risk_share)

    def _book_running_costs(self) -> None:
        """The buyer's part comes on top of what every support books."""
        super()._book_running_costs()
        world, s = self.world, self.spec
        buyers = world.firms.sponsor[self.rows]
        amount = s.cost / max(s.duration, 1) * (1.0 - s.public_share) * s.risk_share
        if amount > 0 and buyers.size and not self.pays_by_use():
            for number, payer in enumerate(MINE_CLASSES):
                own = buyers[world.mines.owner[buyers] == number]
                world.ledger.between("risk sharing", payer, "rest_of_region", np.full(own.size, amount), world.mines.region[own])
            self.book(world.firms.region[self.rows], np.zeros(buyers.size), np.full(buyers.size, amount))


def buyer_gain(world: World, rows: Rows) -> F8:
    """By what part of the possible firms ``rows`` delivered better to their sponsors than their trade does [k], 0 to 1."""
    firms, gain = world.firms, np.zeros(rows.size)
    trades = {subsector: np.flatnonzero(firms.subsector == subsector) for subsector in np.unique(firms.subsector[rows]).tolist()}
    for number, row in enumerate(rows.tolist()):
        operation, trade = firms.sponsor[row], trades[int(firms.subsector[row])]
        asked = firms.deliveries[trade, operation].sum()
        usual = firms.good[trade, operation].sum() / asked if asked > 0 else 1.0
        own = firms.good[row, operation] / firms.deliveries[row, operation] if firms.deliveries[row, operation] > 0 else 0.0
        gain[number] = max((own - usual) / (1.0 - usual), 0.0) if usual < 1.0 else 0.0
    return gain
