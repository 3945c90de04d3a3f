"""The plain model: takes over the state of a running world, then steps with loops over objects."""

import math
from collections import defaultdict
from typing import Any

import mesa
import numpy as np

from sim.model import Cluster
from sim.rules.costs import MEAN_SALES_UF, log_distance
from sim.stages.copper import cash_cost
from tests.benchmarks.plain.firm import NUMBERS, Supplier
from tests.benchmarks.plain.learning import Learner
from tests.benchmarks.plain.market import Contract, Market
from tests.benchmarks.plain.mine import Mine
from tests.benchmarks.plain.region import Region

SPIN_OFF, MINE_SPIN_OFF, START_UP, OUTSIDER, NEW_FOUNDER = range(5)


class PlainCluster(mesa.Model):
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
        self.knocking_limit = [self.p.university_partners * float(r) * self.spec.scale for r in self.data.inst_research]
        self.accounts: dict[tuple[str, int], float] = defaultdict(float)
        self.flows: dict[tuple[str, str, str, int], float] = defaultdict(float)
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
        distance = log_distance(self)
        travel = p.mobilisation * data.on_site_share[:, None, None] * distance
        lost = p.distance_weight * data.urgency[:, None, None] * distance + p.price_weight * np.log1p(travel)
        self.travel, self.lost_to_distance = (1.0 + travel).tolist(), lost.tolist()
        self.urgent_distance = (p.delivery_distance * data.urgency[:, None, None] * distance).tolist()
        shares = (p.commute_regional, p.commute_branch, p.commute_outside, p.commute_mine, p.commute_rest)
        at_focal = p.commute_rent * math.log(data.rent[data.focal] / data.rent[data.capital])
        at_focal += p.commute_amenity * (data.amenity[data.capital] - data.amenity[data.focal])
        self.commuting_constants = [math.log(share / (1 - share)) - at_focal for share in shares]

    def _read_tables(self, start: Cluster) -> None:
        world = start.world
        self.reference_price, self.other_market = world.reference_price.tolist(), world.other_market.tolist()
        self.first_size = world.first_size.tolist()

    def _read_firms(self, start: Cluster) -> None:
        table, rows = start.world.firms, start.world.living().tolist()
        columns = {name: getattr(table, name)[rows].tolist() for name in NUMBERS}
        made = [Supplier(self, **{name: column[i] for name, column in columns.items()}) for i in range(len(rows))]
        self.firms, self._by_row = made, dict(zip(rows, made, strict=True))
        for row, firm in self._by_row.items():
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
        self._births_and_deaths()
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
            firm.fresh_awards = 0
        self.market.clear()
        for firm in self.firms:
            firm.awards_recent = firm.awards_recent * (1.0 - p.award_fading) + firm.fresh_awards
            step = p.markup_step * min(max(firm.utilisation - p.normal_use, -0.5), 0.3)
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
            if firm.university >= 0 and self.random.random() < 1.0 / p.university_quarters:
                firm.university = -1
            if firm.university >= 0:
                partners[firm.university] += 1
            elif self.random.random() < p.university_knocks * (p.receptive_floor + firm.absorptive):
                knocking[firm.region].append(firm)
        for number, region in enumerate(self.data.inst_region.tolist()):
            free = [firm for firm in knocking[region] if firm.university < 0]
            places = max(math.ceil(self.knocking_limit[number]) - partners[number], 0)
            for firm in sorted(free, key=lambda firm: -firm.absorptive)[:places]:
                firm.university = number

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
        for firm in self.firms:
            firm.account()
        for region in self.regions:
            region.pay_wages()
        self._other_clients()

    def _other_clients(self) -> None:
        """Other clients' wishes drift with luck, price and youth, and share a market that grows on its own."""
        p, total = self.p, [0.0] * len(self.other_market)
        for firm in self.firms:
            wanted = 0.0
            if firm.national:
                shock = math.exp(p.other_volatility * self.random.gauss(0.0, 1.0) - p.other_volatility**2 / 2)
                growth = 1.0 + p.other_growth + p.young_growth * math.exp(-max(self.quarter - firm.founded, 0) / p.exit_maturity)
                cheaper = (1.0 / max(firm.unit_cost, 0.1)) ** p.other_price_response
                wanted = min(firm.other_demand * growth * cheaper * shock, p.other_reach * firm.capacity)
            firm.other_demand = wanted
            total[firm.subsector] += wanted
        self.other_market = [held * (1.0 + p.other_growth) for held in self.other_market]
        room = [held / max(sold, 1e-9) if sold else 1.0 for held, sold in zip(self.other_market, total, strict=True)]
        for firm in self.firms:
            firm.other_demand *= room[firm.subsector] ** p.other_rivalry

    # ---- births and deaths -----------------------------------------------------------------------------------------
    def _births_and_deaths(self) -> None:
        for firm in self.firms:
            if firm.national:
                self._maybe_close(firm)
        self.firms = [firm for firm in self.firms if firm.alive]
        for firm in self.firms:
            if firm.national:
                self._places(firm)
        pull = self._pull()
        for parent in list(self.firms):
            able = parent.national and parent.capability > self.knowledge_need[parent.subsector] - self.p.entry_gap
            if able and self.random.random() < self.p.entry_rate * pull[parent.region, parent.subsector]:
                self.firms.append(self._newborn(parent))

    def _maybe_close(self, firm: Supplier) -> None:
        p = self.p
        chance = p.exit_rate + p.exit_young * math.exp(-max(self.quarter - firm.founded, 0) / p.exit_maturity)
        chance *= (p.exit_large if firm.size_class >= 3 else 1.0) * (p.exit_idle if firm.utilisation < 0.5 else 1.0)
        if self.random.random() < chance or firm.distress >= p.exit_patience:
            firm.alive = False
            firm.remove()

    def _places(self, firm: Supplier) -> None:
        """Open or close branches; move headquarters to where the firm lives from."""
        p = self.p
        site = firm.client.region if firm.client and firm.best_trust > p.incumbent_trust else None
        gain = p.branch_gain * firm.mining_year * float(self.data.urgency[firm.subsector])
        if site is not None and site not in firm.presence and firm.size_class >= 1 and firm.adopts(gain, 4 * p.branch_cost):
            firm.presence.add(site)
        if len(firm.presence) > 1 and self.random.random() < p.option_rate:
            poor = gain < p.branch_patience * 4 * p.branch_cost
            served = {mine.region for mine, trust in firm.trust.items() if trust > p.incumbent_trust}
            firm.presence = {firm.region} | (set() if poor else firm.presence & served)
        lives = site is not None and site != firm.region and site in firm.presence
        if lives and firm.origin == 0 and firm.mining_year > p.relocation_share * firm.sales_year and (
                self.random.random() < p.relocation_rate):
            firm.region = firm.owner_region = site

    def _pull(self) -> dict[tuple[int, int], float]:
        """How strongly order books, margins and room in the market invite entry."""
        p, cells = self.p, defaultdict(lambda: [0.0] * 3)
        sizes: dict[int, list[float]] = defaultdict(list)
        for firm in self.firms:
            if firm.national:
                sizes[firm.subsector].append(firm.sales_year)
                cell = cells[firm.region, firm.subsector]
                cell[0] += firm.capacity
                cell[1] += firm.capacity * firm.utilisation
                cell[2] += firm.capacity * firm.markup
        pull = {}
        for (region, k), (capacity, volume, margin) in cells.items():
            wish = p.entry_margin * (volume / capacity - p.normal_use + p.entry_markup * (margin / capacity - p.markup))
            room = math.log(sum(sizes[k]) / len(sizes[k]) / self.first_size[k])
            pull[region, k] = math.exp(min(max(wish + p.entry_crowding * room, -3.0), 1.0))
        return pull

    def _founder(self, parent: Supplier) -> tuple[int, int]:
        """Who founds, and where."""
        p, data = self.p, self.data
        kinds = (SPIN_OFF, MINE_SPIN_OFF, START_UP, OUTSIDER, NEW_FOUNDER)
        known = (p.spinoff_share * (1 - p.mine_spinoffs), p.spinoff_share * p.mine_spinoffs, p.startup_share, p.outsider_share)
        kind = self.random.choices(kinds, (*known, 1.0 - sum(known)))[0]
        mining = self.regions[parent.region].mining_region and parent.region != data.capital
        learned = self.regions[parent.region].graduates > 0 and bool(data.knowledge_intensive[parent.subsector])
        if kind == MINE_SPIN_OFF and not mining:
            kind = SPIN_OFF
        elif (kind == OUTSIDER and not mining) or (kind == START_UP and not learned):
            kind = NEW_FOUNDER
        known_client = parent.client is not None and parent.best_trust > p.incumbent_trust
        away = kind != START_UP and known_client and self.random.random() > p.spinoff_stay
        return kind, data.capital if kind == OUTSIDER else (parent.client.region if away else parent.region)

    def _newborn(self, parent: Supplier) -> Supplier:
        """A new firm with what its founder brings."""
        p, random = self.p, self.random
        kind, region = self._founder(parent)
        sales = math.exp(random.uniform(math.log(p.birth_smallest), math.log(p.birth_largest)))
        mean = self.knowledge_need[parent.subsector] - p.capability_gap + p.size_capability * math.log(max(sales, 100.0) / MEAN_SALES_UF)
        mean = min(max(mean, 0.05), 0.95)
        own = math.log(mean / (1.0 - mean)) + p.capability_spread / max(mean * (1.0 - mean), 0.05) * random.gauss()
        capability = 1.0 / (1.0 + math.exp(-own))
        if kind in (SPIN_OFF, MINE_SPIN_OFF, OUTSIDER):
            capability = max(p.inherit * parent.capability, capability)
        capability = min(max(capability + p.startup_capability * (kind == START_UP), 0.03), 0.97)
        firm = Supplier(self, **{**dict.fromkeys(NUMBERS, 0.0), **self._first_state(parent.subsector, region, sales, capability)})
        if kind == OUTSIDER:
            firm.presence.add(parent.region)
        if kind in (SPIN_OFF, MINE_SPIN_OFF):
            for mine in sorted(parent.trust, key=lambda mine: -parent.trust[mine])[:2]:
                firm.trust[mine] = p.inherit_trust * parent.trust[mine]
            firm.partners[parent] = [p.parent_trust, self.quarter]
        return firm

    def _first_state(self, k: int, region: int, sales: float, capability: float) -> dict[str, Any]:
        p, random = self.p, self.random.random
        size_class = sum(sales > ceiling for ceiling in self.class_ceilings)
        management = p.start_management + p.size_management * size_class
        state: dict[str, Any] = {
            "region": region, "subsector": k, "origin": 0, "owner_region": region, "founded": self.quarter, "capability": capability,
            "management": management,
            "skills": p.start_skills + p.size_skills * size_class, "absorptive": 0.4, "certified_until": -10_000,
            "research": False, "sound_books": random() < self.data.class_sound_books[size_class], "substitution": 0, "university": -1,
            "innovated": -10_000, "capacity": sales / 4 / p.normal_use, "unit_cost": 1.0, "markup": p.markup,
            "other_demand": sales / 4 * (1.0 - p.mining_share_newborn), "sales_year": sales, "aspiration": sales, "utilisation": 0.8,
            "mining_year": sales * p.mining_share_newborn, "cash": sales * p.cash_days / 360.0, "distress": 0,
            "exporting_until": -10_000, "exported": -10_000, "size_class": size_class}
        output = 1.0 + p.productivity_slope * (capability - 0.45) + p.management_slope * (management - 0.40)
        return state | {"workers": sales / 4 / p.normal_use / self.per_worker[k] / output}

    # ---- measuring -------------------------------------------------------------------------------------------------
    def _measure(self) -> None:
        """The main indicators of every region."""
        count, size = [0] * len(self.regions), len(self.regions)
        capability, knowing, exporters, degree = [0.0] * size, [0] * size, [0] * size, [0] * size
        for firm in self.firms:
            r = firm.region
            count[r] += 1
            capability[r] += firm.capability
            knowing[r] += firm.capability >= 0.80
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
