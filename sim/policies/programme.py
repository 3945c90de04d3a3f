"""The generic programme: calls, tells, selects within capacity and budget, supports for a term, and ends.

A programme sees what an agency sees: what applicants declare (place, trade, sales, certificates) and its own accounts.
It acts through levers only. One small class per kind of instrument says what support means.
"""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.draws import name_id
from sim.levers import LEVERS
from sim.policies.record import NEEDS, ProgrammeSpec
from sim.table import count_by, sum_by

if TYPE_CHECKING:
    from sim.agents.agency import Agency
    from sim.world import Rows, World

F8 = NDArray[np.float64]
COUNTED = ("told", "applied", "selected", "supported", "public", "private")


class Programme:
    """One instrument at work in one world."""

    def __init__(self, world: "World", spec: ProgrammeSpec, number: int, agency: "Agency") -> None:
        self.world, self.spec, self.number, self.agency = world, spec, number, agency
        self.rows = np.zeros(0, np.intp)
        self.uids = np.zeros(0, np.uint64)
        self.begun = np.zeros(0, np.int64)
        self.effective = np.zeros(0, bool)
        self.spent_this_year = 0.0
        self.selected_this_year = 0.0
        self.regions = region_mask(world, spec.regions)
        self.trades = trade_mask(world, spec.subsectors)
        self.chosen = np.zeros(0, np.intp)
        self.counts = np.zeros((len(COUNTED), world.regions))

    # ---- the quarter -------------------------------------------------------------------------------------------
    def is_open(self) -> bool:
        """Whether the calendar lets it take applications this quarter."""
        until = self.spec.until
        return self.spec.from_ <= self.world.quarter and (until is None or self.world.quarter <= until)

    def is_null(self) -> bool:
        """A programme without dose, cost, preference or set-aside does nothing at all."""
        s = self.spec
        doses = any(self.strength(name, dose) != LEVERS[name].neutral for name, dose in (s.levers or {}).items())
        return not (doses or s.cost > 0 or s.preference > 0 or s.set_aside > 0 or s.payment_days is not None)

    def strength(self, lever: str, dose: float) -> float:
        """What a dose is worth: a cost-share lever takes the public share of the programme's."""
        return dose * self.spec.public_share if LEVERS[lever].cost_share else dose

    def open_quarter(self) -> None:
        """Forget last quarter's counts, end terms that are over."""
        self.counts[:] = 0.0
        self.chosen = np.zeros(0, np.intp)
        if self.world.quarter % 4 == 0:
            self.spent_this_year = self.selected_this_year = 0.0
        self._end_terms()

    def call(self) -> None:
        """Tell, receive applications, select: on the state that all programmes of the quarter see."""
        told = self.agency.tell(self.world, self.spec, np.flatnonzero(self.eligible()))
        applicants = self.applicants(told)
        self.chosen = self.agency.select(self.world, self.spec, applicants, self.places(applicants.size))
        self._count("told", told)
        self._count("applied", applicants)

    def support(self) -> None:
        """Begin the support of the chosen, push levers, book costs."""
        begun = self.begin(self.chosen)
        self._count("selected", begun)
        self.selected_this_year += begun.size
        self.push()
        self._book_running_costs()

    def push(self) -> None:
        """Push this quarter's levers for whoever is supported."""
        raise NotImplementedError

    # ---- eligibility -------------------------------------------------------------------------------------------
    def eligible(self) -> NDArray[np.bool_]:
        """Firms that meet place, trade, sales band and need, and are not in the programme [n]."""
        world, s = self.world, self.spec
        firms = world.firms
        low, high = band_in_uf(world, s)
        here = self.regions[firms.region] if s.place == "hq" else (firms.presence & self.regions[None, :]).any(axis=1)
        fits = world.domestic() & here & self.trades[firms.subsector] & self._needs(s.needs)
        fits &= (firms.sales_year >= low) & (firms.sales_year <= high)
        fits[self.rows] = False
        return np.asarray(fits)

    def _needs(self, need: str) -> NDArray[np.bool_]:
        world = self.world
        lacking = (np.ones(world.firms.n, bool), ~world.certified(), world.certified(), ~world.firms.research,
                   ~world.firms.sound_books)
        return np.asarray(lacking[NEEDS.index(need)])

    def applicants(self, told: "Rows") -> "Rows":
        """Told firms that apply: trust in the agency, need, and cash for their own part."""
        world, s = self.world, self.spec
        firms = world.firms
        own = s.cost * (1.0 - s.public_share)
        trust = self.agency.trusted_by(world, told)
        shortfall = np.clip(1.0 - firms.sales_year[told] / np.maximum(firms.aspiration[told], 1e-9), 0.0, 1.0)
        burden = own / np.maximum(firms.sales_year[told] * world.p.application_burden, 1e-9)
        chance = trust * (0.5 + 0.5 * shortfall) / (1.0 + burden)
        luck = world.draws.uniform("apply", world.quarter, firms.uid[told], self.salt())
        return np.asarray(told[(luck < chance) & (firms.cash[told] >= own / max(s.duration, 1))])

    def salt(self) -> NDArray[np.uint64]:
        """Key of the programme's own luck: its name, so that order and company do not matter."""
        return name_id(self.spec.name)

    def places(self, wanted: int) -> int:
        """Places left by capacity and budget this year."""
        s, scale = self.spec, self.world.spec.scale
        left = float(wanted)
        if s.capacity is not None:
            quarterly = s.capacity * scale / 4 * (self.world.quarter % 4 + 1)
            left = min(left, quarterly - self.selected_this_year)
        if s.budget is not None and s.cost * s.public_share > 0 and not self.pays_by_use():
            left = min(left, self._affordable(s.budget * scale))
        luck = float(self.world.draws.uniform("select", self.world.quarter, self.salt())[0])
        return max(int(np.floor(left + (luck if s.budget is None else 0.0))), 0)

    def _affordable(self, budget: float) -> float:
        """Supports that can begin so that all that run never cost more than the budget, this year or the next."""
        a_quarter = self.spec.cost * self.spec.public_share / max(self.spec.duration, 1)
        quarters_left = 4 - self.world.quarter % 4
        this_year = (budget - self.spent_this_year) / (a_quarter * quarters_left) - self.rows.size
        any_year = budget / (4 * a_quarter) - self.rows.size
        return min(this_year, any_year)

    def ration(self, wanted: F8) -> F8:
        """Public part of vouchers cashed this quarter [k], in the order given, until the year's budget is gone."""
        if self.spec.budget is None:
            return wanted
        left = max(self.spec.budget * self.world.spec.scale - self.spent_this_year, 0.0)
        before = np.cumsum(wanted) - wanted
        return np.clip(left - before, 0.0, wanted)

    def payer(self) -> str:
        """The account that pays the public part: the region's for regional agencies."""
        return "regional_funds" if self.agency.regional else "central_government"

    # ---- terms -------------------------------------------------------------------------------------------------
    def begin(self, chosen: "Rows") -> "Rows":
        """Start the term of the chosen firms; a second support of one kind costs but brings nothing new. Returns who began."""
        world, firms = self.world, self.world.firms
        kind = kind_code(self.spec)
        double = (firms.last_kind[chosen] == kind) & (firms.last_support[chosen] > world.quarter - world.p.duplication_quarters)
        self.rows = np.concatenate([self.rows, chosen])
        self.uids = np.concatenate([self.uids, firms.uid[chosen]])
        self.begun = np.concatenate([self.begun, np.full(chosen.size, world.quarter)])
        self.effective = np.concatenate([self.effective, ~double])
        firms.last_support[chosen], firms.last_kind[chosen] = world.quarter, kind
        firms.supported_ever[chosen] |= self.spec.family == "subsidies"
        return chosen

    def _end_terms(self) -> None:
        """Completed terms raise trust in the agency; dead firms leave; an abrupt end lowers trust."""
        world, firms, s = self.world, self.world.firms, self.spec
        living = firms.alive[self.rows] & (firms.uid[self.rows] == self.uids)
        done = world.quarter - self.begun >= s.duration
        closing = s.until is not None and world.quarter == s.until + 1
        self.agency.remember(world, self.rows[living & done])
        if closing:
            self.agency.disappoint(world, self.rows[living & ~done])
        self._keep(living & ~done & (not closing))

    def _keep(self, kept: NDArray[np.bool_]) -> None:
        self.rows, self.uids = self.rows[kept], self.uids[kept]
        self.begun, self.effective = self.begun[kept], self.effective[kept]

    def working(self) -> "Rows":
        """Rows whose support has its effect this quarter: past the lag, and not a duplication."""
        return self.rows[self.effective & (self.world.quarter - self.begun >= self.spec.lag)]

    # ---- money -------------------------------------------------------------------------------------------------
    def pays_by_use(self) -> bool:
        """Whether the programme pays a share of what firms buy (vouchers) rather than a cost of its own."""
        return any(LEVERS[name].cost_share for name in self.spec.levers or {})

    def _book_running_costs(self) -> None:
        """Public and private part of the support's cost, spread over its term."""
        s, world = self.spec, self.world
        self._count("supported", self.rows)
        if self.pays_by_use() or s.cost <= 0 or self.rows.size == 0:
            return
        amounts = np.zeros(world.firms.n)
        amounts[self.rows] = s.cost / max(s.duration, 1)
        region = world.firms.region
        public, private = amounts * s.public_share, amounts * (1.0 - s.public_share)
        world.ledger.between("programmes", self.payer(), "rest_of_region", public, region)
        world.ledger.from_suppliers("co-payments", "rest_of_region", private, region)
        self.book(region[self.rows], public[self.rows], private[self.rows])

    def book(self, region: NDArray[np.int64], public: F8, private: F8) -> None:
        """Add to the programme's accounts what was paid, by region of the firm."""
        size = self.world.regions
        self.counts[COUNTED.index("public")] += sum_by(region, public, size)
        self.counts[COUNTED.index("private")] += sum_by(region, private, size)
        self.spent_this_year += float(public.sum())

    def _count(self, what: str, rows: "Rows") -> None:
        self.counts[COUNTED.index(what)] += count_by(self.world.firms.region[rows], self.world.regions)


def kind_code(spec: ProgrammeSpec) -> int:
    """A number for what a support does: programmes that pull the same levers are of one kind."""
    return int(name_id("+".join(sorted(spec.levers or {})))[0] % np.uint64(2**15))


def region_mask(world: "World", names: tuple[str, ...]) -> NDArray[np.bool_]:
    """Regions [R] that a programme names, with the words all, mining and focal."""
    data = world.data
    mask = np.zeros(world.regions, bool)
    for name in names:
        if name == "all":
            mask[:] = True
        elif name == "mining":
            mask |= data.mining_region & (np.arange(world.regions) != data.capital)
        else:
            mask[data.focal if name == "focal" else data.regions.index(name)] = True
    mask[data.abroad] = False
    return mask


def trade_mask(world: "World", names: tuple[str, ...]) -> NDArray[np.bool_]:
    """Subsectors [K] that a programme names, or all."""
    if "all" in names:
        return np.ones(world.subsectors, bool)
    return np.isin(np.array(world.data.subsectors), names)


def band_in_uf(world: "World", spec: ProgrammeSpec) -> tuple[float, float]:
    """The sales band in UF a year, converted at the year's rates."""
    at = int(np.clip(world.year - world.data.currency_years[0], 0, world.data.currency_years.size - 1))
    rate = {"UF": 1.0, "CLP_m": 1e6 / world.data.uf_clp[at], "US": 1.0 / world.data.uf_usd[at]}[spec.sales_unit]
    return spec.sales_min * rate, spec.sales_max * rate
