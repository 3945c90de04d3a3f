"""What every stage receives: the tables, ties, book, ledger, prices and the quarter's tallies of one world."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim.agents.columns import MINE_COLUMNS, SLOTS, SUPPLIER_COLUMNS
from sim.contracts import ContractBook
from sim.draws import Draws, Ids
from sim.ledger import MINE_CLASSES, Ledger
from sim.levers import Levers
from sim.parameters import Parameters
from sim.policies.kinds import SUPPORT_KINDS
from sim.spec import Spec
from sim.table import Table
from sim.worlddata import WorldData

if TYPE_CHECKING:
    from scipy import sparse

    from sim.agents.university import University
    from sim.kernels.delivery import Outcome
    from sim.policies.programme import Programme

F8 = NDArray[np.float64]
Rows = NDArray[np.intp]
EVERY = slice(None)
"""In place of rows: all firms of the table."""
CHANNELS = ("doing", "research", "advice", "neighbours", "partners", "buyers", "universities", "abroad")
SPILLOVER_CHANNELS = ("neighbours", "partners", "buyers", "universities", "abroad")
REGIONAL_TALLIES = ("hires", "entries", "entries_spinoff", "exits", "wage_leak", "resident_wages", "mine_wages",
                    "local_profit", "local_inputs", "moved_up", "smaller")
EMPLOYERS = ("regional supplier", "branch", "supplier from outside", "mine", "rest of the region")
REGIONAL, BRANCH, OUTSIDE, MINE, REST = range(len(EMPLOYERS))
SUPPLYING, MINING_RELATED = slice(REGIONAL, MINE), slice(REGIONAL, REST)
"""Employers of suppliers' crews, and those with the mines themselves."""


@dataclass
class RegionState:
    """Labour markets and homes, one entry a region [R].

    ``wage`` is UF a worker and quarter, ``rent`` an index (the capital's at the start is 1), ``skilled`` are skilled residents
    (persons), ``tightness`` is resident jobs over them. ``commuting`` [R, employer] is the share of ``jobs`` [R, employer]
    that commuters hold; ``office_jobs`` are those of the regional suppliers' jobs that are not on a site. ``hired`` are
    vacancies filled this quarter, ``previous_residents`` and ``previous_commuters`` mining-related jobs of the quarter before.
    """

    wage: F8
    rent: F8
    skilled: F8
    tightness: F8
    commuting: F8
    rest_jobs: F8
    jobs: F8
    office_jobs: F8
    previous_residents: F8
    previous_commuters: F8
    hired: F8
    hired_residents: F8

    def resident_jobs(self) -> F8:
        """Mining-related jobs held by residents [R]: suppliers' and mines'."""
        return np.asarray((self.jobs[:, MINING_RELATED] * (1.0 - self.commuting[:, MINING_RELATED])).sum(axis=1))


@dataclass
class Group:
    """An association of suppliers: a PROFO or PDP group, a trade association.

    ``members`` are table rows, ``uids`` who they were when they joined. A programme pays through the quarter ``until``.
    ``buyer`` is the operation around which the group formed, -1 = none.
    """

    number: int
    programme: str
    region: int
    members: Rows
    uids: Ids
    until: int
    founded: int
    buyer: int = -1


@dataclass
class Tally:
    """What a quarter's stages leave for measurement, by region [R] where nothing else is said: wages, profit and inputs in UF,
    workers hired, firms that entered or left, and how many of the micro, small and medium firms (``smaller``) rose a capability
    class (``moved_up``)."""

    mine_wages: F8
    hires: F8
    learned: F8
    """Capability gained by channel and region [channels, R]."""
    entries: F8
    entries_spinoff: F8
    exits: F8
    wage_leak: F8
    resident_wages: F8
    local_profit: F8
    local_inputs: F8
    moved_up: F8
    smaller: F8
    options_paid: F8
    """What each supplier paid for advice, R&D, certificates, missions and branches, less what programmes gave back [n]."""
    awards: list[dict[str, NDArray[np.generic]]] = field(default_factory=list)
    """A record of columns a round of awards: tier 1, then tier 2."""
    outcome: "Outcome | None" = None
    """What delivery gave; None before it."""
    net: "sparse.csr_matrix | None" = None
    """Horizontal ties in use, kept by the first measure that asks."""


class World:
    """The state of one simulated world. Stages read and write it; nothing else is passed between them.

    Shapes: n rows of suppliers, R regions, K subsectors, M operations (``buyers``), U universities.

    * ``owed`` [n, owner]: UF that mines pay this quarter for work of the last one; ``owed_by`` [M]: what each operation bought then.
    * ``belief_good``, ``belief_bad`` [M, R, K]: deliveries that an operation remembers of firms of a region and subsector.
    * ``reference_price`` [K]: price index at which budgets become volumes. ``other_market`` [K]: UF a quarter that clients other
      than mines want. ``first_size`` [K]: UF that a supplier of the start sold a year in the mean.
    * ``price_path``, ``price``, ``cash_cost``: US c/lb; ``margins``: price over cash cost, a number a quarter so far.
    * ``site_work`` [R, kind of presence], ``home_work`` [R]: workers that last quarter's deliveries used.
    * ``research_places`` [U]: firms that each university has people to work with.
    * ``mining_jobs_before``: residents and commuters [R each] in mining-related jobs in the last quarter before the placement year.
    * ``main_client`` [n], ``best_trust`` [n]: the operation that trusts a supplier most, and how much, since this quarter's ties.
    * ``directory``: what programmes look up of all firms, kept for a quarter by them; ``published``: the last full year's value of
      an indicator [R]; ``tally``, ``year_tally``: what this quarter and this year leave for measurement.
    """

    def __init__(self, spec: Spec, seed: int) -> None:
        self.spec = spec
        self.data: WorldData = spec.world
        self.p: Parameters = spec.parameters
        self.draws = Draws(seed)
        self.quarter = self.data.burn_in_from
        data = self.data
        self.regions, self.subsectors = len(data.regions), len(data.subsectors)
        self.buyers, self.agencies = len(data.op_names), len(data.agency_names)
        widths = {"regions": self.regions, "buyers": self.buyers, "slots": SLOTS, "agencies": self.agencies,
                  "subsectors": self.subsectors, "kinds of support": SUPPORT_KINDS}
        room = int(spec.scale * data.firms.sum() * 1.3) + 256
        self.firms = Table(SUPPLIER_COLUMNS, widths, room)
        self.mines = Table(MINE_COLUMNS, widths, self.buyers)
        self.book = ContractBook(int(60_000 * spec.scale) + 1024)
        self.ledger = Ledger(self.regions, lambda: self.firms.cash)
        self.levers = Levers(0, self.buyers, self.regions, len(spec.programmes))
        self.programmes: list[Programme] = []
        self.keeps_awards = False
        self.groups: list[Group] = []
        self.groups_founded = 0
        self.universities: list[University] = []
        self.owed = np.zeros((0, len(MINE_CLASSES)))
        self.owed_by = np.zeros(self.buyers)
        self.belief_good = np.zeros((self.buyers, self.regions, self.subsectors))
        self.belief_bad = np.zeros_like(self.belief_good)
        self.reference_price = np.ones(self.subsectors)
        self.other_market = np.zeros(self.subsectors)
        self.first_size = np.zeros(self.subsectors)
        self.place = self._first_places()
        self.price_path = np.zeros(0)
        self.price = self.data.price[0]
        self.cash_cost = 0.0
        self.margins: list[float] = []
        self.site_work = np.zeros((self.regions, 3))
        self.home_work = np.zeros(self.regions)
        self.mining_jobs_before: tuple[F8, F8] | None = None
        self.research_places = np.zeros(0)
        self.main_client = np.zeros(0, np.intp)
        self.best_trust = np.zeros(0, np.float32)
        self.directory: object = None
        self.published: Callable[[str], F8] = lambda name: np.full(self.regions, np.nan)
        self.tally = self.fresh_tally()
        self.year_tally = {name: np.zeros(self.regions) for name in REGIONAL_TALLIES}

    def _first_places(self) -> RegionState:
        r, data = self.regions, self.data
        return RegionState(
            wage=data.wage.copy(), rent=data.rent.copy(), skilled=np.zeros(r), tightness=np.full(r, self.p.normal_tightness),
            commuting=np.zeros((r, len(EMPLOYERS))), rest_jobs=data.rest_jobs.copy(), jobs=np.zeros((r, len(EMPLOYERS))),
            office_jobs=np.zeros(r), previous_residents=np.zeros(r), previous_commuters=np.zeros(r), hired=np.zeros(r),
            hired_residents=np.zeros(r))

    def fresh_tally(self) -> Tally:
        """An empty tally for a new quarter."""
        r = self.regions
        flows: dict[str, Any] = {name: np.zeros(r) for name in REGIONAL_TALLIES}
        return Tally(learned=np.zeros((len(CHANNELS), r)), options_paid=np.zeros(self.firms.n), **flows)

    # ---- often-read facts ------------------------------------------------------------------------------------------
    @property
    def year(self) -> int:
        """Calendar year of the running quarter."""
        return self.quarter // 4

    def uf_in_dollars(self) -> float:
        """US$ per UF this year."""
        return self.data.uf_in_dollars(self.year)

    def living(self) -> Rows:
        """Rows of living suppliers, sellers abroad included."""
        return np.flatnonzero(self.firms.alive)

    def domestic(self) -> NDArray[np.bool_]:
        """Living suppliers with headquarters in the country [n]."""
        return np.asarray(self.firms.alive & (self.firms.region != self.data.abroad))

    def mining_sales(self) -> F8:
        """Sales of the quarter to mines and to other suppliers of mines [n], UF."""
        return np.asarray(self.firms.sales_mines + self.firms.sales_tier2)

    def sales(self) -> F8:
        """All sales of the quarter [n], UF."""
        return np.asarray(self.mining_sales() + self.firms.sales_other + self.firms.sales_exports)

    def small(self) -> NDArray[np.bool_]:
        """Suppliers with sales of at most 200,000 UF a year [n] (BHP's local programme)."""
        return np.asarray(self.firms.sales_year <= SMALL_SALES_UF)

    def certified(self) -> NDArray[np.bool_]:
        """Suppliers with a running certificate [n]."""
        return np.asarray(self.firms.certified_until >= self.quarter)

    def live_partners(self) -> NDArray[np.bool_]:
        """Slots of the lists of horizontal partners that hold a firm which still lives [n, slots]."""
        firms = self.firms
        partner = np.maximum(firms.tie_row, 0)
        return np.asarray((firms.tie_row >= 0) & firms.alive[partner] & (firms.uid[partner] == firms.tie_uid))

    def grow_accounts(self) -> None:
        """Make room for rows born this quarter."""
        missing = self.firms.n - self.owed.shape[0]
        if missing > 0:
            self.owed = np.concatenate([self.owed, np.zeros((missing, self.owed.shape[1]))])
        self.ledger.resize()

    def move_households(self, kind: str, leaving: F8, to: int) -> None:
        """Households of each region hand ``leaving`` [R] to households of region ``to``."""
        arriving = np.zeros(self.regions)
        arriving[to] = leaving.sum()
        self.ledger.within(kind, "households", leaving, arriving)

    def note_main_clients(self) -> None:
        """Keep for this quarter which operation trusts each supplier most [n], and how much."""
        self.main_client = self.firms.trust.argmax(axis=1)
        self.best_trust = self.firms.trust[np.arange(self.firms.n), self.main_client]

    def has_client(self) -> NDArray[np.bool_]:
        """Suppliers that their main client trusts as one of its own [n]."""
        return np.asarray(self.best_trust > self.p.incumbent_trust)

    def by_name(self) -> "list[Programme]":
        """Programmes in the order of their names, so that the order in which they are listed changes no sum."""
        return sorted(self.programmes, key=lambda programme: programme.spec.name)

    # ---- costs of options ------------------------------------------------------------------------------------------
    def pay_option(self, rows: Rows, cost: F8, lever: str, kind: str) -> None:
        """Suppliers ``rows`` buy advice at ``cost`` UF each; programmes pay their public parts of it, all together no more than that."""
        amounts, region, left = np.zeros(self.firms.n), self.firms.region, cost.copy()
        amounts[rows] = cost
        served = []
        for programme, at, wanted in self._claims(rows, cost, lever):
            granted = np.zeros(self.firms.n)
            granted[rows[at]] = programme.ration(np.minimum(wanted, left[at]), rows[at])
            left[at] -= granted[rows[at]]
            self.ledger.to_suppliers("cost share", programme.payer(), granted, region)
            self.tally.options_paid -= granted
            programme.book(region[rows[at]], granted[rows[at]], np.zeros(at.size))
            served.append((programme, at))
        for programme, at in served:
            programme.book(region[rows[at]], np.zeros(at.size), left[at])
            left[at] = 0.0
        self.pay_plain(kind, amounts, region)

    def _claims(self, rows: Rows, cost: F8, lever: str) -> "Iterator[tuple[Programme, Rows, F8]]":
        """Programmes that pay for what ``rows`` buy, which of these firms, and how much each: those that moved them to buy, then those
        whose vouchers duplicate another and pay for what was bought without them."""
        share, payer = self.levers[lever][rows], self.levers.payer(lever)[rows]
        listed, payers = self.by_name(), set(payer.tolist())
        for programme in (programme for programme in listed if programme.number in payers):
            at = np.flatnonzero(payer == programme.number)
            yield programme, at, (cost * share)[at]
        for programme in listed:
            at = programme.doubled(lever, rows)
            if at.size:
                yield programme, at, cost[at] * programme.strength(lever, (programme.spec.levers or {})[lever])

    def pay_plain(self, kind: str, amounts: F8, region: NDArray[np.int64]) -> None:
        """Suppliers pay ``amounts`` [n], one each, where they stand or in ``region`` [n]: a cost of their quarter."""
        self.tally.options_paid += amounts
        self.ledger.from_suppliers(kind, "rest_of_region", amounts, region)


SMALL_SALES_UF = 200_000.0
"""Largest yearly sales of a small supplier in local purchasing rules (BHP's programme, press)."""
