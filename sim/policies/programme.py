"""The generic programme: calls, tells, selects within capacity and budget, supports for a term, and ends.

A programme sees what an agency sees: what applicants declare (place, trade, sales, certificates), its own accounts, and
indicators once published. It acts through levers only. One small class per kind of instrument says what support means.
"""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.draws import name_id
from sim.levers import LEVERS
from sim.policies.budgets import free_a_quarter
from sim.policies.course import close, turn
from sim.policies.eligibility import asked_cells, band_in_uf, directory_of, needs_of, region_mask, size_mask, trade_mask, with_branch
from sim.policies.kinds import kind_of
from sim.policies.record import ProgrammeSpec
from sim.policies.vouchers import claims, funded, ration
from sim.rules.certificates import CERTIFICATE_SHARES, interest_in_certificate
from sim.table import count_by, sum_by
from sim.world import EVERY, Rows, World

if TYPE_CHECKING:
    from sim.agents.agency import Agency

F8 = NDArray[np.float64]
COUNTED = ("told", "applied", "selected", "supported", "public", "private", "problems", "contracts")
NOBODY = np.zeros(0, np.intp)
USE_MEMORY = 0.75
"""Part of last quarter's counts of uses and claims that is kept, so that it settles at those of a year."""


class Programme:
    """One instrument at work in one world. ``record`` is what was written, ``spec`` the values that hold this quarter."""

    STATE: tuple[str, ...] = ("rows", "uids", "begun", "effective", "spent_this_year", "selected_this_year", "used", "promised", "claimed",
                              "passed", "prolonged", "stopped", "best", "highs", "raised", "windfall")
    """What a snapshot of a history keeps."""

    def __init__(self, world: World, spec: ProgrammeSpec, number: int, agency: "Agency") -> None:
        self.world, self.record, self.spec, self.number, self.agency = world, spec, spec, number, agency
        self.rows = NOBODY
        self.uids = np.zeros(0, np.uint64)
        self.begun = np.zeros(0, np.int64)
        self.effective = np.zeros(0, bool)
        self.passed = np.zeros(0, np.uint64)
        self.spent_this_year = self.selected_this_year = 0.0
        self.used = self.promised = self.claimed = 0.0
        """Supports begun, UF that vouchers were good for, and UF that were claimed of it: those of about a year."""
        self.prolonged = 0
        self.stopped: int | None = None
        """The quarter in which a published indicator stopped it."""
        self.best, self.highs, self.raised, self.windfall = float("nan"), 0, 0, 0.0
        self.held: dict[str, float] = {}
        self.watches = spec.stop_when is not None or spec.fund is not None or spec.ratchet is not None
        self.regions = region_mask(world, spec.regions)
        self.trades = trade_mask(world, spec.subsectors)
        self.branches = spec.place == "hq_or_branch"
        homes = region_mask(world, ("all",)) if self.branches else self.regions
        self.asked = asked_cells(homes, self.trades, size_mask(spec.sizes))
        self.chosen = NOBODY
        self.counts = np.zeros((len(COUNTED), world.regions))
        self.salt, self._kind = name_id(spec.name), kind_of(spec, world.spec.programmes)
        moments = {spec.from_, *(quarter for points in (spec.schedules or {}).values() for quarter, _ in points)}
        self._null = spec.ratchet is None and not any(self.does_something(spec.at(quarter)) for quarter in moments)

    # ---- the quarter -------------------------------------------------------------------------------------------
    @property
    def ends(self) -> int | None:
        """The last quarter of calls, renewals and a stop by result included; None: it stays open."""
        known = [] if self.record.until is None else [self.record.until + self.prolonged]
        return min([*known, self.stopped - 1] if self.stopped is not None else known, default=None)

    def is_open(self) -> bool:
        """Whether it takes applications this quarter."""
        ends = self.ends
        return self.record.from_ <= self.world.quarter and (ends is None or self.world.quarter <= ends)

    def is_idle(self) -> bool:
        """Whether there is nothing to do this quarter: not begun, or closed with nobody left."""
        ends = self.ends
        over = ends is not None and self.world.quarter > ends + 1 and self.rows.size == 0 and not self.counts.any()
        return self.world.quarter < self.record.from_ or over

    def is_null(self) -> bool:
        """A programme without dose, cost, preference or set-aside does nothing at all."""
        return self._null

    def is_at_work(self) -> bool:
        """Whether it does anything this quarter."""
        return not (self.is_null() or self.is_idle())

    def does_something(self, spec: ProgrammeSpec) -> bool:
        """Whether the values of a quarter have any dose, cost or rule."""
        doses = any(self.strength(name, dose, spec) != LEVERS[name].neutral for name, dose in (spec.levers or {}).items())
        rules = spec.preference > 0 or spec.set_aside > 0 or spec.unbundling > 0 or not spec.prequalification
        return doses or rules or spec.cost > 0 or spec.payment_days is not None

    def strength(self, lever: str, dose: float, spec: ProgrammeSpec | None = None) -> float:
        """What a dose is worth: a cost-share lever takes the public share of the programme's."""
        return dose * (spec or self.spec).public_share if LEVERS[lever].cost_share else dose

    def turn(self) -> None:
        """Take the values that hold this quarter; close, if the last one was the last."""
        turn(self)
        if self.ends == self.world.quarter - 1:
            close(self)

    def open_quarter(self) -> None:
        """Forget last quarter's counts, end terms that are over."""
        self.counts[:] = 0.0
        self.chosen = NOBODY
        self.used, self.promised, self.claimed = (count * USE_MEMORY for count in (self.used, self.promised, self.claimed))
        if self.world.quarter % 4 == 0:
            self.spent_this_year = self.selected_this_year = 0.0
        self.end_terms()

    def call(self) -> None:
        """Tell, receive applications, select: on the state that all programmes of the quarter see."""
        told = self.tell(np.flatnonzero(self.eligible()))
        if told.size == 0:
            return
        applicants = self.applicants(told)
        self.chosen = self.select(applicants, self.places(applicants.size))
        if self.pays_by_use():
            self.chosen = funded(self, self.chosen)
        self._count("told", told)
        self._count("applied", applicants)

    def support(self) -> None:
        """Begin the support of the chosen, push levers, book costs."""
        begun = self.begin(self.chosen)
        self._count("selected", begun)
        self.selected_this_year += begun.size
        self.used += begun.size
        self.push()
        self._book_running_costs()

    def push(self) -> None:
        """Push this quarter's levers for whoever is supported."""
        raise NotImplementedError

    # ---- eligibility -------------------------------------------------------------------------------------------
    def eligible(self, of: Rows | slice = EVERY) -> NDArray[np.bool_]:
        """Which of the firms ``of`` meet place, trade, size, sales band, need and ladder, and are not in the programme."""
        world, s = self.world, self.spec
        firms = world.firms
        fits = directory_of(world).fitting(self.asked)[of]
        if self.branches:
            with_branch(fits, firms.presence[of], self.regions)
        if s.sales_min > 0.0 or np.isfinite(s.sales_max):
            sales, (low, high) = firms.sales_year[of], band_in_uf(world, s)
            fits &= (sales >= low) & (sales <= high)
        needed = needs_of(world, s.needs)
        if needed is not None:
            fits &= needed[of]
        if s.follows:
            fits &= self.predecessor_passed()[of]
        outside = np.ones(firms.n, bool)
        outside[self.rows] = False
        fits &= outside[of]
        return self._without_double_funding(fits, of)

    def predecessor_passed(self) -> NDArray[np.bool_]:
        """Firms that finished the programme which this one follows [n]."""
        return next((p.has_passed() for p in self.world.programmes if p.spec.name == self.spec.follows), np.zeros(self.world.firms.n, bool))

    def has_passed(self) -> NDArray[np.bool_]:
        """Living firms that finished this programme [n]."""
        finished = np.zeros(self.world.firms.n, bool)
        finished[: self.passed.size] = self.passed == self.world.firms.uid[: self.passed.size]
        return finished

    def _without_double_funding(self, fits: NDArray[np.bool_], of: Rows | slice) -> NDArray[np.bool_]:
        """Agencies that share files leave out those of the firms ``of`` that had a support of this kind of late, as far as files go."""
        world, firms, shared = self.world, self.world.firms, self.world.levers["shared_files"][self.number]
        if self._kind is None or not shared.any():
            return fits
        again = np.flatnonzero(fits & self._had_of_late(of))
        luck = world.draws.uniform("files", world.quarter, firms.uid[of][again], self.salt)
        fits[again] = luck >= shared[firms.region[of][again]]
        return fits

    def _had_of_late(self, of: Rows | slice) -> NDArray[np.bool_]:
        """Whether firms ``of`` had a support of this kind within the time that makes a second one useless."""
        world, firms = self.world, self.world.firms
        if self._kind is None:
            return np.zeros(firms.uid[of].size, bool)
        return np.asarray(firms.last_of_kind[of, self._kind] > world.quarter - world.p.duplication_quarters)

    def tell(self, eligible: Rows) -> Rows:
        """Eligible firms that hear of the call; coordination widens the agency's reach."""
        return self.agency.tell(self.world, self.spec, eligible, 1.0 + self._of_coordination("wider_reach", eligible))

    def _of_coordination(self, lever: str, rows: Rows) -> F8 | float:
        """What a coordination adds to this programme for firms ``rows``."""
        levers = self.world.levers
        return levers[lever][self.number][self.world.firms.region[rows]] if lever in levers.pushed else 0.0

    def applicants(self, told: Rows) -> Rows:
        """Told firms that apply: trust in the agency, need, use for it, and cash for their own part; more where an agenda is shared."""
        world, s = self.world, self.spec
        firms = world.firms
        own = s.cost * self.own_part()
        trust = self.agency.trusted_by(world, told)
        shortfall = np.clip(1.0 - firms.sales_year[told] / np.maximum(firms.aspiration[told], 1e-9), 0.0, 1.0)
        habit = world.p.applying_habit
        burden = own / np.maximum(firms.sales_year[told] * world.p.application_burden, 1e-9)
        chance = trust * (habit + (1.0 - habit) * shortfall) / (1.0 + burden)
        chance *= (1.0 + self._of_coordination("shared_agenda", told)) * self._use_of_voucher(told)
        luck = world.draws.uniform("apply", world.quarter, firms.uid[told], self.salt)
        return np.asarray(told[(luck < chance) & (firms.cash[told] >= own / max(s.duration, 1))])

    def _use_of_voucher(self, told: Rows) -> F8 | float:
        """Part of told firms that have a use for what a programme of certificates and nothing else pays."""
        levers = list(self.spec.levers or {})
        lever = levers[0] if len(levers) == 1 else ""
        if lever not in CERTIFICATE_SHARES:
            return 1.0
        return interest_in_certificate(self.world, lever, self.spec.public_share, told)

    def select(self, applicants: Rows, places: int) -> Rows:
        """The applicants that get a place."""
        return self.agency.select(self.world, self.spec, applicants, places)

    def places(self, wanted: int) -> int:
        """Places left by capacity and budget this year; luck of the year rounds the places, never the money."""
        s, scale = self.spec, self.world.spec.scale
        left = float(wanted)
        if s.capacity is not None:
            quarterly = s.capacity * scale / 4 * (self.world.quarter % 4 + 1)
            new_year = self.world.quarter - self.world.quarter % 4
            luck = float(self.world.draws.uniform("select", new_year, self.salt)[0])
            left = min(left, np.floor(quarterly - self.selected_this_year + luck))
        if self._public_a_quarter() > 0 and not self.pays_by_use():
            left = min(left, free_a_quarter(self) / self._public_a_quarter())
        return max(int(np.floor(left)), 0)

    def running(self) -> float:
        """What the supports that run are expected to cost the public a quarter, UF."""
        return float(claims(self, self.rows).sum()) if self.pays_by_use() else self.rows.size * self._public_a_quarter()

    def _public_a_quarter(self) -> float:
        """What one support that is granted costs the public a quarter, UF."""
        return self.spec.cost * self.spec.public_share / max(self.spec.duration, 1)

    def use(self) -> float:
        """Part of its places that the programme filled in the last year, as its own accounts tell; 1 without limits."""
        scale, s = self.world.spec.scale, self.spec
        if s.capacity is not None:
            return self.used / max(s.capacity * scale, 1e-9)
        if s.budget is not None and (self.pays_by_use() or s.cost * s.public_share > 0):
            asked = self.claimed if self.pays_by_use() else self.used * s.cost * s.public_share
            return asked / max(s.budget * scale, 1e-9)
        return float(self.used > 0)

    def ration(self, wanted: F8, rows: Rows) -> F8:
        """Public part of the vouchers that firms ``rows`` cash this quarter [k]."""
        return ration(self, wanted, rows)

    def payer(self) -> str:
        """The account that pays the public part: the region's for regional agencies."""
        return "regional_funds" if self.agency.regional else "central_government"

    # ---- terms -------------------------------------------------------------------------------------------------
    def begin(self, chosen: Rows) -> Rows:
        """Start the term of the chosen firms; a second support of one kind costs but brings nothing new. Returns who began."""
        if chosen.size == 0:
            return chosen
        world, firms, new = self.world, self.world.firms, ~self._had_of_late(chosen)
        self.take_on(chosen, np.full(chosen.size, world.quarter), new)
        firms.last_support[chosen] = world.quarter
        if self._kind is not None:
            firms.last_of_kind[chosen[new], self._kind] = world.quarter
        firms.supported_ever[chosen] |= self.backs_innovation()
        return chosen

    def backs_innovation(self) -> bool:
        """Whether public money goes into R&D, prototypes, solutions of the firms' own, or work with universities."""
        return self.spec.public_share > 0.0 and any(LEVERS[name].innovation for name in self.spec.levers or {})

    def take_on(self, rows: Rows, begun: NDArray[np.int64], effective: NDArray[np.bool_]) -> None:
        """Enter firms with the quarter in which their support began."""
        self.rows = np.concatenate([self.rows, rows])
        self.uids = np.concatenate([self.uids, self.world.firms.uid[rows]])
        self.begun = np.concatenate([self.begun, begun])
        self.effective = np.concatenate([self.effective, effective])

    def end_terms(self) -> None:
        """Completed terms raise trust in the agency; dead firms leave."""
        if self.rows.size == 0:
            return
        world, living = self.world, self.present()
        done = world.quarter - self.begun >= self.spec.duration
        finished = self.rows[living & done]
        self.keep(living & ~done)
        self.agency.remember(world, finished)
        self.release(finished, completed=True)
        self._pass(finished)

    def present(self) -> NDArray[np.bool_]:
        """Which of the supported firms still live [rows]: the row of a dead firm may hold a newborn."""
        firms = self.world.firms
        return np.asarray(firms.alive[self.rows] & (firms.uid[self.rows] == self.uids))

    def _pass(self, rows: Rows) -> None:
        """Note who finished: for a certificate, who holds it."""
        firms, levers = self.world.firms, self.record.levers or {}
        if "certification_cost_share" in levers or "entry_cost_share" in levers:
            held = firms.certified_until if "certification_cost_share" in levers else np.maximum(firms.entry_until, firms.certified_until)
            rows = rows[held[rows] >= self.world.quarter]
        missing = firms.n - self.passed.size
        self.passed = np.concatenate([self.passed, np.zeros(missing, np.uint64)]) if missing > 0 else self.passed
        self.passed[rows] = firms.uid[rows]

    def has_sponsors(self) -> bool:
        """Whether an operation sponsors the firms while they are in the programme."""
        return False

    def sponsored(self) -> Rows:
        """Living firms that an operation sponsors because of it."""
        return self.rows[self.present()] if self.has_sponsors() else NOBODY

    def release(self, rows: Rows, completed: bool) -> None:
        """Let go of what firms held only for the term, completed or cut short."""

    def keep(self, kept: NDArray[np.bool_]) -> None:
        """Go on with these of the supports only."""
        self.rows, self.uids = self.rows[kept], self.uids[kept]
        self.begun, self.effective = self.begun[kept], self.effective[kept]

    def working(self) -> Rows:
        """Rows whose support has its effect this quarter: past the lag, and not a duplication."""
        return self.rows[self.effective & (self.world.quarter - self.begun >= self.spec.lag)]

    def doubled(self, lever: str, rows: Rows) -> Rows:
        """Where in ``rows`` firms hold a voucher for ``lever`` that duplicates another: it moves nothing and is cashed all the same."""
        if lever not in (self.spec.levers or {}) or self.effective.all():
            return NOBODY
        return np.flatnonzero(np.isin(rows, self.rows[~self.effective & (self.world.quarter - self.begun >= self.spec.lag)]))

    # ---- money -------------------------------------------------------------------------------------------------
    def pays_by_use(self) -> bool:
        """Whether the programme pays a share of what firms buy (vouchers) rather than a cost of its own."""
        return any(LEVERS[name].cost_share for name in self.spec.levers or {})

    def own_part(self) -> float:
        """Part of the cost that a supported firm pays itself."""
        return 1.0 - self.spec.public_share

    def _book_running_costs(self) -> None:
        """Public and private part of the support's cost, spread over its term."""
        s, world = self.spec, self.world
        self._count("supported", self.rows)
        if self.pays_by_use() or s.cost <= 0 or self.rows.size == 0:
            return
        region, a_quarter = world.firms.region[self.rows], s.cost / max(s.duration, 1)
        public, private = np.full(self.rows.size, a_quarter * s.public_share), np.full(self.rows.size, a_quarter * self.own_part())
        world.ledger.between("programmes", self.payer(), "rest_of_region", public, region)
        if self.own_part() > 0:
            paid = np.zeros(world.firms.n)
            paid[self.rows] = private
            world.pay_plain("co-payments", paid, world.firms.region)
        self.book(region, public, private)

    def book(self, region: NDArray[np.int64], public: F8, private: F8) -> None:
        """Add to the programme's accounts what was paid, by region of the firm."""
        size = self.world.regions
        self.counts[COUNTED.index("public")] += sum_by(region, public, size)
        self.counts[COUNTED.index("private")] += sum_by(region, private, size)
        self.spent_this_year += float(public.sum())

    def _count(self, what: str, rows: Rows) -> None:
        if rows.size:
            self.counts[COUNTED.index(what)] += count_by(self.world.firms.region[rows], self.world.regions)
