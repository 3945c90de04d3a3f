"""The plain model: takes over the state of a running world, then steps with loops over objects."""

import math
from collections import defaultdict
from typing import Any

import mesa
import numpy as np

from sim.model import Cluster
from sim.rules.costs import MEAN_SALES_UF, log_distance, travel_factor
from sim.rules.frontier import trade_frontier
from sim.stages.copper import cash_cost
from tests.benchmarks.plain.demography import Demography
from tests.benchmarks.plain.firm import NUMBERS, Supplier
from tests.benchmarks.plain.learning import Learner
from tests.benchmarks.plain.market import Contract, Market
from tests.benchmarks.plain.mine import Mine
from tests.benchmarks.plain.region import Region


class PlainCluster(Demography, mesa.Model):
    """The model's rules with objects. ``start`` is a running model, which is not changed."""

    def __init__(self, start: Cluster, seed: int = 1) -> None:
        super().__init__(rng=seed)
        world = start.world
        self.spec, self.p, self.data, self.quarter, self.price_path = world.spec, world.p, world.data, world.quarter, world.price_path
        self._constants()
        self._read_tables(start)
        self.regions = [Region(self, number, start) for number in range(world.regions)]
        self.mines = [Mine(self, row, start) for row in range(world.buyers)]
        self._read_firms(start)
        self._read_contracts(start)
        self.core_places = [self.p.university_partners * float(r) * self.spec.scale for r in self.data.inst_research]
        self.research_places = world.research_places.tolist()
        self.accounts: dict[tuple[str, int], float] = defaultdict(float)
        self.flows: dict[tuple[str, str, str, int], float] = defaultdict(float)
        self.rivals_cost: dict[tuple[int, int], float] = {}
        self.series: list[dict[str, list[float]]] = []

    # ---- taking over -----------------------------------------------------------------------------------------------
    def _constants(self) -> None:
        """Plain numbers and lists instead of arrays: what loops read fast."""
        p, data = self.p, self.data
        for name in ("opex_share", "capex_share", "import_content", "knowledge_need", "tier2_share", "contract_quarters"):
            setattr(self, name, getattr(data, name).tolist())
        self.infrastructure, self.on_site = data.infrastructure.tolist(), data.on_site_share.tolist()
        self.appetite = (data.opex_share * (1.0 - data.import_content)).tolist()
        self.per_worker = (data.uf_per_worker / 4).tolist()
        self.class_ceilings, self.capital_wage = data.class_ceiling_uf[:-1].tolist(), float(data.wage[data.capital])
        self.prior = p.belief_good / (p.belief_good + p.belief_bad)
        self.preference = p.price_weight * math.log1p(p.price_preference)
        distance, travel = log_distance(self), travel_factor(self)
        lost = p.distance_weight * data.urgency[:, None, None] * distance + p.price_weight * np.log(travel)
        self.travel, self.lost_to_distance = travel.tolist(), lost.tolist()
        self.urgent_distance = (p.delivery_distance * data.urgency[:, None, None] * distance).tolist()
        shares = (p.commute_regional, p.commute_branch, p.commute_outside, p.commute_mine, p.commute_rest)
        at_focal = p.commute_rent * math.log(data.rent[data.focal] / data.rent[data.capital])
        at_focal += p.commute_amenity * (data.amenity[data.capital] - data.amenity[data.focal])
        self.commuting_constants = [math.log(share / (1 - share)) - at_focal for share in shares]

    def _read_tables(self, start: Cluster) -> None:
        world = start.world
        self.reference_price, self.other_market = world.reference_price.tolist(), world.other_market.tolist()
        self.first_size, self.margins, self.trade_frontier = world.first_size.tolist(), list(world.margins), trade_frontier(world).tolist()

    def _read_firms(self, start: Cluster) -> None:
        table, rows = start.world.firms, start.world.living().tolist()
        columns = {name: getattr(table, name)[rows].tolist() for name in NUMBERS}
        made = [Supplier(self, **{name: column[i] for name, column in columns.items()}) for i in range(len(rows))]
        self.firms, self._by_row = made, dict(zip(rows, made, strict=True))
        for row, firm in self._by_row.items():
            firm.export_bent = float(start.world.draws.normal("export_bent", 0, table.uid[[row]])[0])
            firm.presence = set(np.flatnonzero(table.presence[row]).tolist())
            firm.owed = float(start.world.owed[row].sum())
            for number in np.flatnonzero((table.trust[row] > 0) | (table.deliveries[row] > 0)).tolist():
                mine = self.mines[number]
                firm.trust[mine], firm.since[mine] = float(table.trust[row, number]), int(table.link_since[row, number])
                firm.deliveries[mine], firm.good[mine] = float(table.deliveries[row, number]), float(table.good[row, number])
                firm.joint[mine] = int(table.joint_last[row, number])
            firm.subcontractors = self._slots(table.sub_row[row], table.sub_uid[row], table.sub_trust[row], table.uid)
            ties = self._slots(table.tie_row[row], table.tie_uid[row], table.tie_trust[row], table.uid)
            firm.partners = {partner: [trust, self.quarter - 4] for partner, trust in ties.items()}

    def _slots(self, rows: Any, uids: Any, trust: Any, uid: Any) -> dict[Supplier, float]:
        return {self._by_row[r]: t for r, u, t in zip(rows.tolist(), uids.tolist(), trust.tolist(), strict=True)
                if r in self._by_row and int(uid[r]) == u}

    def _read_contracts(self, start: Cluster) -> None:
        book, self.market = start.world.book.columns, Market(self)
        names = ("supplier", "buyer", "subsector", "site", "rate", "price", "need", "ends", "passed_on", "prime", "parent")
        columns = [getattr(book, name)[book.active].tolist() for name in names]
        for supplier, buyer, k, site, rate, price, need, ends, passed_on, prime, parent in zip(*columns, strict=True):
            if supplier in self._by_row and (prime < 0 or prime in self._by_row):
                self.market.contracts.append(Contract(self._by_row[supplier], self.mines[buyer], k, site, rate, price, need, ends,
                                                      passed_on, self._by_row.get(prime), int(book.subsector[parent]) if prime >= 0 else k))

    # ---- the quarter -----------------------------------------------------------------------------------------------
    @property
    def year(self) -> int:
        return self.quarter // 4

    def step(self) -> None:
        """One quarter, in the order of the model's stages."""
        self.flows.clear()
        for firm in self.firms:
            firm.forget_quarter()
        self._copper()
        self._labour()
        self._procure()
        self._tie()
        self._learn()
        self._money()
        self.births_and_deaths()
        self._measure()
        self.quarter += 1

    def pay(self, kind: str, payer: str, payee: str, region: int, amount: float) -> None:
        """Book a payment on both sides."""
        self.accounts[payer, region] -= amount
        self.accounts[payee, region] += amount
        self.flows[kind, payer, payee, region] += amount

    def move(self, kind: str, origin: int, to: int, amount: float) -> None:
        """Households' money moves between regions."""
        self.accounts["households", origin] -= amount
        self.accounts["households", to] += amount
        self.flows[kind, "households", "households", origin] += amount

    def _copper(self) -> None:
        data, step = self.data, self.quarter - self.data.burn_in_from
        self.price, self.cash_cost = float(self.price_path[step]), cash_cost(self)
        self.margins.append(self.price / self.cash_cost)
        memory = int(self.p.squeeze_memory)
        self.squeezed = self.margins[-1] < self.p.squeeze_margin * sum(self.margins[-memory - 1:-1]) / memory
        self.uf = data.uf_in_dollars(self.year)
        self.lagged_price = float(self.price_path[max(0, step - 11):step - 3].mean()) / self.p.copper_mean
        self.grade = (1.0 - self.p.grade_decline) ** (self.quarter / 4 - data.placement_year)
        for mine in self.mines:
            mine.plan()

    def _labour(self) -> None:
        workers = [0.0] * len(self.regions)
        for mine in self.mines:
            workers[mine.region] += mine.workers
        for firm in self.firms:
            firm.staff()
        for region in self.regions:
            region.fill_jobs(workers[region.number])
        appeals = [region.appeal() for region in self.regions]
        arrived = [region.graduates / 4 * self.spec.scale for region in self.regions]
        mobile = self.p.graduate_mobility * sum(arrived) / sum(appeals)
        for region, came, appeal in zip(self.regions, arrived, appeals, strict=True):
            region.settle(came, mobile * appeal)
            region.forget_quarter()

    def _procure(self) -> None:
        p = self.p
        self.market.expire()
        for mine in self.mines:
            mine.form_beliefs()
        for firm in self.firms:
            firm.fresh_awards = firm.bids = firm.wins = 0
        self.market.clear()
        for firm in self.firms:
            firm.awards_recent = firm.awards_recent * (1.0 - p.award_fading) + firm.fresh_awards
            step = p.markup_step * min(max(firm.utilisation - p.normal_use, -0.5), 0.3) - p.markup_return * (firm.markup - p.markup)
            step += p.markup_wins * (firm.wins / firm.bids - p.normal_wins) if firm.bids else 0.0
            if firm.national:
                firm.markup = min(max(firm.markup + step, p.markup_floor), p.markup_ceiling)
            firm.prepare_deliveries()
        self.market.deliver()
        for firm in self.firms:
            firm.commuters = firm.away

    def _tie(self) -> None:
        p, by_client = self.p, defaultdict(list)
        for mine in self.mines:
            mine.update_beliefs()
        for firm in self.firms:
            firm.remember_mines()
            firm.begin_joint_projects()
            for other in firm.subcontractors:
                firm.subcontractors[other] *= 1.0 - p.trust_decay
            if firm.national and firm.best_trust > p.incumbent_trust:
                by_client[firm.client].append(firm)
        for meeting in by_client.values():
            for firm in meeting:
                if self.random.random() < p.tie_rate:
                    firm.befriend(self.random.choice(meeting), 0.0)
        for firm in self.firms:
            firm.introduce_partners()
        for firm in self.firms:
            firm.fade_partners()

    # ---- knowledge -------------------------------------------------------------------------------------------------
    def _learn(self) -> None:
        for firm in self.firms:
            firm.absorb()
            firm.take_options()
        self._universities()
        self._look_around()
        for firm in self.firms:
            firm.next_capability = firm.capability
            firm.learn()
        for firm in self.firms:
            firm.capability = firm.next_capability
            firm.substitute_imports()
            firm.innovate()

    def _universities(self) -> None:
        p, partners, knocking = self.p, defaultdict(int), defaultdict(list)
        for firm in self.firms:
            if firm.university >= 0 and (firm.cash < p.university_fee or self.random.random() < 1.0 / p.university_quarters):
                firm.university = -1
            if firm.university >= 0:
                partners[firm.university] += 1
                firm.pay("university contracts", "rest_of_region", p.university_fee)
            elif firm.cash >= p.university_fee and self.random.random() < p.university_knocks * (p.receptive_floor + firm.absorptive):
                knocking[self._door(firm.region)].append(firm)
        for number, core in enumerate(self.core_places):
            room = max(math.ceil(self.research_places[number]) - partners[number], 0)
            for firm in sorted(knocking[number], key=lambda firm: -firm.absorptive)[:room]:
                firm.university = number
            paid_for = core + p.university_fee / p.university_place_cost * partners[number]
            self.research_places[number] += p.university_hiring * (paid_for - self.research_places[number])

    def _door(self, region: int) -> int:
        """A university of the region, by luck in proportion to places; -1: there is none."""
        there = [number for number, seat in enumerate(self.data.inst_region.tolist()) if seat == region]
        places = [self.research_places[number] for number in there]
        return self.random.choices(there, places)[0] if sum(places) > 0 else -1

    def _look_around(self) -> None:
        """What neighbours of each region and subsector know, weighted by their work for mines."""
        cells: dict[tuple[int, int], list[float]] = defaultdict(lambda: [0.0] * 4)
        for firm in self.firms:
            if firm.national:
                cell = cells[firm.region, firm.subsector]
                cell[0] += 1.0
                cell[1] += firm.volume
                cell[2] += firm.volume * firm.capability
                cell[3] += firm.sales_year / 4
        self._around = {}
        half = self.p.spillover_half * self.spec.scale
        for key, (count, work, level, sales) in cells.items():
            strength = self.p.spillover * min(work / max(sales, 1e-9), 1.0) * count / (count + half)
            self._around[key] = strength * self.p.hump_width, level / max(work, 1e-9)

    def neighbourhood(self, firm: Learner) -> float:
        """What a firm learns from its neighbours."""
        strength, level = self._around.get((firm.region, firm.subsector), (0.0, 0.0))
        return strength * firm.lesson(level - firm.capability) if strength else 0.0

    # ---- money -----------------------------------------------------------------------------------------------------
    def _money(self) -> None:
        self._compare_costs()
        for firm in self.firms:
            firm.account()
        for region in self.regions:
            region.pay_wages()
        self._other_clients()

    def _compare_costs(self) -> None:
        """What the firms of each region and trade cost in the mean of logs."""
        costs: dict[tuple[int, int], list[float]] = defaultdict(list)
        for firm in self.firms:
            costs[firm.region, firm.subsector].append(math.log(max(firm.unit_cost, 0.1)))
        self.rivals_cost = {cell: sum(logs) / len(logs) for cell, logs in costs.items()}

    def _other_clients(self) -> None:
        """Other clients' wishes drift with luck, price and youth, and share a market that grows on its own."""
        p, total = self.p, [0.0] * len(self.other_market)
        for firm in self.firms:
            wanted = 0.0
            if firm.national:
                spread = p.other_volatility * (max(firm.sales_year, 100.0) / MEAN_SALES_UF) ** -p.other_volatility_size
                shock = math.exp(spread * self.random.gauss(0.0, 1.0) - spread**2 / 2)
                growth = 1.0 + p.other_growth + p.young_growth * math.exp(-max(self.quarter - firm.founded, 0) / p.exit_maturity)
                cheaper = (1.0 / firm.other_price()) ** p.other_price_response
                wanted = min(firm.other_demand * growth * cheaper * shock, p.other_reach * firm.capacity)
            firm.other_demand = wanted
            total[firm.subsector] += wanted
        self.other_market = [held * (1.0 + p.other_growth) for held in self.other_market]
        room = [held / max(sold, 1e-9) if sold else 1.0 for held, sold in zip(self.other_market, total, strict=True)]
        for firm in self.firms:
            firm.other_demand *= room[firm.subsector] ** p.other_rivalry

    # ---- measuring -------------------------------------------------------------------------------------------------
    def _measure(self) -> None:
        """The main indicators of every region."""
        count, size = [0] * len(self.regions), len(self.regions)
        capability, knowing, exporters, degree = [0.0] * size, [0] * size, [0] * size, [0] * size
        for firm in self.firms:
            r = firm.region
            count[r] += 1
            capability[r] += firm.capability
            knowing[r] += firm.standing() >= 0.90
            exporters[r] += firm.exported > self.quarter - 12
            if self.quarter % 4 == 3:
                degree[r] += sum(tie[1] > self.quarter - 8 for tie in firm.partners.values())
        each = [max(number, 1) for number in count]
        bought = [max(region.spend, 1e-9) for region in self.regions]
        self.series.append({
            "suppliers": count, "mean_capability": [c / n for c, n in zip(capability, each, strict=True)],
            "knowledge_intensive_firms": [c / n for c, n in zip(knowing, each, strict=True)],
            "exporter_share": [c / n for c, n in zip(exporters, each, strict=True)],
            "horizontal_degree": [c / n for c, n in zip(degree, each, strict=True)],
            "backward_linkage_hq": [r.spend_by_region[r.number] / b for r, b in zip(self.regions, bought, strict=True)],
            "backward_linkage_small": [r.spend_small / b for r, b in zip(self.regions, bought, strict=True)],
            "backward_linkage_operating": [r.spend_operating / b for r, b in zip(self.regions, bought, strict=True)],
            "backward_linkage_value_added": [r.value_added / b for r, b in zip(self.regions, bought, strict=True)],
            "local_jobs": [region.resident_jobs() for region in self.regions]})
