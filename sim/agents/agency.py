"""A development agency: whom its news finds, whom it selects, what firms remember of it."""

from typing import TYPE_CHECKING

import mesa
import numpy as np
from numpy.typing import NDArray

from sim.draws import name_id
from sim.policies.record import ProgrammeSpec

if TYPE_CHECKING:
    from sim.model import Cluster
    from sim.policies.programme import Programme
    from sim.world import World

Rows = NDArray[np.intp]


class Agency(mesa.Agent):
    """One agency. ``number`` is its column in firms' trust, -1 for mining firms that run a programme themselves."""

    def __init__(self, model: "Cluster", name: str) -> None:
        super().__init__(model)
        data = model.world.data
        self.name = name
        self.number = data.agency_names.index(name) if name in data.agency_names else -1
        self.regional = self.number >= 0 and bool(data.agency_region[self.number] >= 0)
        self.reach = float(data.agency_reach[self.number]) if self.number >= 0 else 1.0
        self.budget = float(data.agency_budget[self.number]) if self.number >= 0 else np.inf
        self.programmes: list[Programme] = []
        """What it runs, in the order of names."""

    def at_work(self) -> "list[Programme]":
        """Its programmes that are at work this quarter."""
        return [programme for programme in self.programmes if programme.is_at_work()]

    def spent_this_year(self) -> float:
        """What its programmes have paid this year, UF."""
        return sum(p.spent_this_year for p in self.at_work())

    def tell(self, world: "World", spec: ProgrammeSpec, eligible: Rows, wider: float | NDArray[np.float64] = 1.0) -> Rows:
        """Eligible firms that hear of the call: news goes as far as the agency does, and hardly outside its network; a visit is where
        the firm is, whatever the agency's network.

        ``wider`` is the factor by which others spread the news (a number, or one each).
        """
        luck = world.draws.uniform("told", world.quarter, world.firms.uid[eligible], name_id(spec.name))
        reach = spec.reach if spec.reach_by == "visit" else spec.reach * self.reach * self._inside(world, eligible)
        return eligible[luck < np.minimum(reach * wider, 1.0)]

    def _inside(self, world: "World", rows: Rows) -> NDArray[np.float64]:
        """What of the agency's news gets to firms inside and outside its network."""
        return np.where(world.firms.aware[rows], 1.0, world.p.outside_network)

    def select(self, world: "World", spec: ProgrammeSpec, applicants: Rows, places: int) -> Rows:
        """The applicants that get a place, the first in order."""
        if applicants.size <= places:
            return applicants
        order = self.order(world, spec, applicants)
        return applicants[np.sort(np.argsort(order, kind="stable")[:places])]

    def order(self, world: "World", spec: ProgrammeSpec, applicants: Rows) -> NDArray[np.float64]:
        """When each applicant's turn comes by the programme's selection rule, the lowest first; ties by luck."""
        firms = world.firms
        luck = world.draws.uniform("lottery", world.quarter, firms.uid[applicants], name_id(spec.name))
        merit = {"first_come": luck, "lottery": luck, "capability": -firms.capability[applicants] + 1e-6 * luck,
                 "need": firms.sales_year[applicants] / np.maximum(firms.aspiration[applicants], 1e-9) + 1e-6 * luck}
        order = merit[spec.selection]
        return self._turns(world, applicants, order) if spec.allocation == "vertical" else order

    def _turns(self, world: "World", applicants: Rows, merit: NDArray[np.float64]) -> NDArray[np.float64]:
        """When each applicant's turn comes if regional committees share out the places: by region and trade in proportion to
        what the region's mines buy of the trade, by merit within; what one leaves goes to the others."""
        mines, firms = world.mines, world.firms
        priority = np.zeros((world.regions, world.subsectors))
        np.add.at(priority, mines.region, mines.target)
        cell = firms.region[applicants] * world.subsectors + firms.subsector[applicants]
        order = np.lexsort((merit, cell))
        rank = np.empty(applicants.size)
        rank[order] = np.arange(applicants.size) - np.searchsorted(cell[order], cell[order])
        return np.asarray((rank + 0.5) / np.maximum(priority.ravel()[cell], 1e-9))

    def trusted_by(self, world: "World", rows: Rows) -> NDArray[np.float64]:
        """Trust of firms in this agency; in mines that run a programme themselves it is that of a newcomer."""
        if self.number < 0:
            return np.full(rows.size, world.p.agency_trust)
        return np.asarray(world.firms.agency_trust[rows, self.number], np.float64)

    def remember(self, world: "World", rows: Rows) -> None:
        """Firms that completed a support trust the agency more."""
        if self.number >= 0:
            trust = world.firms.agency_trust
            trust[rows, self.number] += world.p.agency_trust_gain * (1.0 - trust[rows, self.number])

    def inherit(self, world: "World", former: "Agency", rows: Rows) -> None:
        """Firms trust an agency that takes over their support at least as much as the one that hands it over."""
        if self.number >= 0:
            trust = world.firms.agency_trust
            trust[rows, self.number] = np.maximum(trust[rows, self.number], former.trusted_by(world, rows))

    def disappoint(self, world: "World", rows: Rows) -> None:
        """Firms whose support was cut short trust the agency less."""
        if self.number >= 0:
            world.firms.agency_trust[rows, self.number] *= np.float32(1.0 - world.p.agency_trust_loss)
