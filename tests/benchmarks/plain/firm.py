"""A supplier as an object."""

import math
from typing import TYPE_CHECKING, Any

import mesa

from sim.rules.costs import MEAN_CAPABILITY, MEAN_MANAGEMENT, MEAN_SALES_UF
from tests.benchmarks.plain.exporting import Exporter
from tests.benchmarks.plain.learning import Learner

if TYPE_CHECKING:
    from tests.benchmarks.plain.market import Contract, Tender
    from tests.benchmarks.plain.mine import Mine
    from tests.benchmarks.plain.model import PlainCluster

SLOTS = 6
"""Subcontractors and partners that a firm keeps in mind."""
OPTIONS = ("branches", "plants", "certificate renewal", "certification", "R&D", "training", "missions and fairs",
           "university contracts")
"""Payments that lower profit beside the cost of work."""
NUMBERS = ("region", "subsector", "origin", "owner_region", "founded", "capability", "management", "skills", "absorptive", "process_gain",
           "delivery_gain", "certified_until", "trained", "research", "sound_books", "contacts", "substitution", "university",
           "innovated", "workers", "commuters", "capacity", "committed", "unit_cost", "markup", "other_demand", "sales_mines",
           "sales_tier2", "sales_other", "sales_exports", "sales_year", "mining_year", "profit_year", "aspiration", "utilisation", "cash",
           "buffer_days", "distress", "exporting_until", "exported", "export_market", "export_agreed", "awards_recent", "size_class")
"""Attributes taken over from a running model's table, under the same names."""


class Supplier(Learner, Exporter, mesa.Agent):
    """One supplier; relations are dictionaries keyed by the other object."""

    def __init__(self, model: "PlainCluster", **state: Any) -> None:
        super().__init__(model)
        self.alive = True
        self.export_bent = model.random.gauss()
        self.presence = {state["region"]}
        self.trust: dict[Mine, float] = {}
        self.deliveries: dict[Mine, float] = {}
        self.good: dict[Mine, float] = {}
        self.since: dict[Mine, int] = {}
        self.joint: dict[Mine, int] = {}
        self.subcontractors: dict[Supplier, float] = {}
        self.partners: dict[Supplier, list[float]] = {}
        self.owed = 0.0
        self.client: Mine | None = None
        self.best_trust = 0.0
        self.forget_quarter()
        self.__dict__.update(state)

    def forget_quarter(self) -> None:
        """Empty the sums of a quarter."""
        self.volume = self.tier2 = self.paid = self.learning = self.away = self.mobilised = self.revenue = self.delayed = 0.0
        self.options_paid = 0.0
        self.fresh: dict[Mine, list[float]] = {}

    @property
    def national(self) -> bool:
        """Whether the headquarters are in the country."""
        return bool(self.region != self.model.data.abroad)

    @property
    def certified(self) -> bool:
        return bool(self.certified_until >= self.model.quarter)

    # ---- work ------------------------------------------------------------------------------------------------------
    def productivity(self) -> float:
        """Volume a worker, relative to a mean firm."""
        p = self.model.p
        return 1.0 + p.productivity_slope * (self.capability - MEAN_CAPABILITY) + p.management_slope * (self.management - MEAN_MANAGEMENT)

    def output_of_worker(self) -> float:
        """Volume a worker, relative to a mean firm without a plant."""
        return self.productivity() * (1.0 - float(self.model.import_content[self.subsector])) / (1.0 - self.import_content())

    def cost_index(self) -> float:
        """Full cost of one unit of work."""
        p, data, model = self.model.p, self.model.data, self.model
        if self.region == data.abroad:
            index = 1.0 + p.abroad_landed
        else:
            commuting = min(self.commuters / max(self.workers, 1e-9), 1.0)
            labour = model.regions[self.region].wage / model.capital_wage * (1.0 + p.commute_premium * commuting)
            index = labour**p.labour_weight * (1.0 + p.infrastructure_cost * (1.0 - model.infrastructure[self.region]))
        size = max(self.sales_year, 100.0) / MEAN_SALES_UF
        saved = float(model.import_content[self.subsector]) - self.import_content()
        return index * size**-p.scale_economy * (1.0 - self.process_gain) * (1.0 - p.abroad_landed * saved) / self.productivity()

    def import_content(self) -> float:
        """Imported inputs per unit of work: a plant has taken the place of some."""
        return float(self.model.import_content[self.subsector]) * (1.0 - self.model.p.substitution_cut * (self.substitution >= 5))

    def standing(self) -> float:
        """What it knows as a part of what the world's sellers of its trade know."""
        return float(self.capability / self.model.trade_frontier[self.subsector])

    def staff(self) -> None:
        """Hire or lay off towards what is wanted."""
        p = self.model.p
        wanted = self.committed + self.other_demand + self.export_wish(self.committed)
        if self.founded >= self.model.quarter - 1:
            wanted = max(wanted, self.capacity * p.normal_use)
        ideal = self.workers * wanted / max(self.capacity * p.normal_use, 1e-9)
        most, least = self.workers * (1.0 + p.hiring_limit), self.workers * (1.0 - p.layoff_limit)
        self.workers = max(min(max(ideal, least), most), 0.2)
        self.capacity = self.workers * self.model.per_worker[self.subsector] * self.output_of_worker()

    # ---- bidding ---------------------------------------------------------------------------------------------------
    def prepare_bids(self) -> None:
        """What does not change over the quarter's tenders."""
        p = self.model.p
        self.unit_cost = self.cost_index()
        self.price = self.unit_cost * (1.0 + self.markup) / (1.0 + p.markup)
        self.log_price = math.log(self.price)
        self.log_capacity = math.log(max(self.capacity * 4, 1e-3))
        self.known = 1.0 + p.award_bonus * min(self.awards_recent, 1.0)
        self.is_certified, self.small = self.certified, self.sales_year <= 200_000.0
        self.free = self.capacity * p.overtime - self.committed - p.yielding * self.other_demand - self.export_wish()

    def quality(self, mine: "Mine", subsector: int) -> float:
        """How good the mine believes it to be."""
        standing = mine.standing[self.region][subsector]
        deliveries = self.deliveries.get(mine, 0.0)
        if deliveries <= 0.0:
            return standing
        own = deliveries / (deliveries + self.model.p.own_experience)
        return own * self.good[mine] / deliveries + (1.0 - own) * standing

    def is_worth_a_bid(self, tender: "Tender") -> bool:
        """Whether the contract is large enough for a firm of its size."""
        return tender.log_value - self.log_capacity >= math.log(2.0 * max(self.model.p.smallest_contract, 1e-12))

    def chance_of_invitation(self, tender: "Tender") -> float:
        """Chance that it is invited when its name comes up."""
        p = self.model.p
        x = self.log_capacity - tender.log_value
        weight = self.known * math.exp(p.size_exponent * max(-4.0, min(x, 4.0)))
        if x < 0:
            weight *= math.exp(-(x * x) / (2 * p.size_fit_width**2))
        if tender.site in self.presence:
            weight *= p.site_bonus**2 if tender.small else p.site_bonus
        if tender.large and tender.office in self.presence:
            weight *= p.office_bonus
        return weight / p.sure_weight * (self.quality(tender.mine, tender.subsector) / self.model.prior) ** 2

    def score(self, tender: "Tender") -> float:
        """Its bid's score: price, knowledge, certificate, place, quality, trust and chance."""
        p, model = self.model.p, self.model
        at_site = tender.site in self.presence
        score = -p.price_weight * self.log_price
        if self.region == tender.site:
            score += model.preference
        if self.is_certified:
            score += p.certificate_weight
        if tender.need > self.capability:
            score -= p.shortfall_weight * (tender.need - self.capability)
        score -= model.lost_to_distance[tender.subsector][tender.site][tender.site if at_site else self.region]
        score += p.quality_weight * self.quality(tender.mine, tender.subsector)
        known = self.trust.get(tender.mine, 0.0) if tender.prime is None else tender.prime.subcontractors.get(self, 0.0)
        return score + p.trust_weight * known - math.log(-math.log(model.random.random() or 1e-300))

    # ---- delivery --------------------------------------------------------------------------------------------------
    def prepare_deliveries(self) -> None:
        """What every delivery of the quarter shares."""
        p = self.model.p
        self.logit = p.delivery_base + p.delivery_gap * self.capability + p.delivery_management * (self.management - MEAN_MANAGEMENT)
        self.logit -= p.delivery_overload * max(self.utilisation - 1.0, 0.0) + math.log1p(-min(self.delivery_gain, 0.9))
        self.output = self.output_of_worker()
        self.best_distance = p.hump_width * (p.receptive_floor + self.absorptive)

    def deliver(self, contract: "Contract") -> bool:
        """Work one quarter on a contract and book it; returns whether the work was good."""
        p, model, mine, site, k = self.model.p, self.model, contract.mine, contract.site, contract.subsector
        called, at_site = contract.rate * mine.call_off[contract.called_as], site in self.presence
        own, value = called * (1.0 - contract.passed_on), called * contract.price * mine.price_factor
        logit = self.logit - p.delivery_gap * contract.need
        if not at_site:
            logit -= model.urgent_distance[k][site][self.region]
            self.mobilised += own * (model.travel[k][site][self.region] - 1.0)
        works = model.random.random() < 1.0 / (1.0 + math.exp(-logit))
        staff = own / (model.per_worker[k] * self.output)
        on_site = staff * model.on_site[k]
        kind = 0 if self.region == site else (1 if at_site else 2)
        model.regions[site].site_work[kind] += on_site
        model.regions[self.region].home_work += staff - on_site
        model.regions[self.region].crews[site] += on_site
        self.volume += own
        self.learning += own * self.lesson(contract.need - self.capability)
        self.away += on_site * model.regions[site].commuting[kind]
        if kind < 2:
            domestic = 1.0 - self.import_content()
            model.regions[site].value_added += value * (1.0 - contract.passed_on) * domestic * (1.0, p.branch_part)[kind]
        if contract.prime is None:
            self._sell(contract, value, at_site, works)
        else:
            self.tier2 += value
            contract.prime.paid += value
        return works

    def _sell(self, contract: "Contract", value: float, at_site: bool, works: bool) -> None:
        mine, place = contract.mine, self.model.regions[contract.site]
        place.spend += value
        place.spend_by_region[self.region] += value
        if at_site:
            place.spend_operating += value
        if self.region == contract.site and self.small:
            place.spend_small += value
        self.revenue += value
        self.delayed += value * mine.payment_days / 90.0
        self.model.pay("purchases of mines", mine.payer, "suppliers", contract.site, value)
        counts = self.fresh.setdefault(mine, [0.0, 0.0])
        counts[0] += 1.0
        counts[1] += works
        mine.fresh[self.region, contract.subsector][0 if works else 1] += 1.0

    # ---- trust -----------------------------------------------------------------------------------------------------
    def remember_mines(self) -> None:
        """Trust fades, grows with good deliveries and shrinks with bad ones; experience is slowly forgotten."""
        p = self.model.p
        keep, remember = 1.0 - p.trust_decay, 1.0 - p.belief_forgetting
        for mine in self.trust.keys() | self.fresh.keys():
            total, good = self.fresh.get(mine, (0.0, 0.0))
            share = good / total if total else 0.0
            faded = self.trust.get(mine, 0.0) * keep
            trust = (faded + p.trust_gain * share * (1.0 - faded)) * (1.0 - p.trust_loss * ((1.0 - share) if total else 0.0))
            self.trust[mine] = trust
            self.deliveries[mine] = self.deliveries.get(mine, 0.0) * remember + total
            self.good[mine] = self.good.get(mine, 0.0) * remember + good
            if not total and trust < p.link_ends:
                self.since.pop(mine, None)
                if trust < 1e-3:
                    del self.trust[mine]
        self.client = max(self.trust, key=self.trust.__getitem__, default=None)
        self.best_trust = self.trust[self.client] if self.client else 0.0

    def begin_joint_projects(self) -> None:
        """Collaborative mines begin joint projects with suppliers they trust."""
        p, model = self.model.p, self.model
        for mine, trust in self.trust.items():
            if trust > p.joint_trust and mine.open:
                style = mine.style_foreign if self.origin > 0 else mine.style_local
                if model.random.random() < p.joint_project_rate * style * (p.receptive_floor + self.absorptive):
                    self.joint[mine] = model.quarter
                    self.trust[mine] = trust + p.trust_gain * (1.0 - trust)

    def judge(self, other: "Supplier", works: bool) -> None:
        """Learn whether to trust a subcontractor."""
        p, trust = self.model.p, self.subcontractors.get(other)
        if trust is not None:
            self.subcontractors[other] = trust + p.trust_gain * (1.0 - trust) if works else trust * (1.0 - p.trust_loss)

    def keep_subcontractor(self, other: "Supplier") -> None:
        """Enter a new subcontractor in place of the least trusted."""
        if other not in self.subcontractors:
            if len(self.subcontractors) >= SLOTS:
                del self.subcontractors[min(self.subcontractors, key=self.subcontractors.__getitem__)]
            self.subcontractors[other] = self.model.p.start_trust

    def bind(self, other: "Supplier") -> None:
        """Enter or strengthen a tie with a partner."""
        tie = self.partners.get(other)
        if tie is not None:
            tie[0] += self.model.p.trust_gain * (1.0 - tie[0])
            tie[1] = self.model.quarter
            return
        if len(self.partners) >= SLOTS:
            del self.partners[min(self.partners, key=lambda partner: self.partners[partner][0])]
        self.partners[other] = [self.model.p.first_tie, self.model.quarter]

    def befriend(self, other: "Supplier", bridge: float) -> None:
        """Tie with a firm it meets, unless distance or rivalry undoes the meeting."""
        p = self.model.p
        chance = 1.0 if self.region == other.region else max(p.distant_meeting, bridge)
        if self.region == other.region and self.subsector == other.subsector:
            chance *= 1.0 - p.rivalry * (1.0 - bridge)
        if other is not self and self.model.random.random() < chance:
            self.bind(other)
            other.bind(self)

    def introduce_partners(self) -> None:
        """Partners introduce their partners."""
        p, random = self.model.p, self.model.random.random
        for middle, (trust, _) in list(self.partners.items()):
            if middle.alive and trust > p.tie_ends and random() < p.introduction_rate * trust and middle.partners:
                third = self.model.random.choice(list(middle.partners))
                if third.alive and third is not self:
                    self.befriend(third, min(trust, middle.partners[third][0]))

    def fade_partners(self) -> None:
        """Unused trust fades; partners that trust one another go on working together."""
        p, model = self.model.p, self.model
        for partner, tie in list(self.partners.items()):
            tie[0] *= 1.0 - p.trust_decay
            if not partner.alive:
                del self.partners[partner]
            elif tie[0] > p.tie_ends and model.random.random() < p.joint_work_rate * tie[0]:
                tie[0] += p.trust_gain * (1 - tie[0])
                tie[1] = model.quarter

    # ---- money -----------------------------------------------------------------------------------------------------
    def pay(self, kind: str, payee: str, amount: float, region: int | None = None) -> None:
        """Pay a class of its region."""
        self.cash -= amount
        if kind in OPTIONS:
            self.options_paid += amount
        self.model.pay(kind, "suppliers", payee, self.region if region is None else region, amount)

    def credit_line(self) -> float:
        p = self.model.p
        return (p.credit_sound if self.sound_books else p.credit_unsound) * self.sales_year

    def account(self) -> None:
        """Sales, costs, interest, tax and payout of the quarter."""
        p, data, model = self.model.p, self.model.data, self.model
        self._seek_exports()
        room = max(self.capacity * p.overtime - self.volume, 0.0)
        exports = min(self.export_wish(self.volume), room)
        other = min(self.other_demand, room - exports)
        income = self._collect(other, exports)
        volume, unit = self.volume + other + exports, self.unit_cost / (1.0 + p.markup)
        content = self.import_content() if self.national else 1.0
        parts = p.wage_cost + p.input_cost + p.overhead_cost
        home = unit * (1.0 - content) / parts
        imports, wages = volume * unit * content, max(volume, p.idle_wages * self.capacity) * home * p.wage_cost
        inputs, overhead = volume * home * p.input_cost, volume * home * p.overhead_cost
        self.pay("imports", "abroad", imports)
        self.pay("wages", "households", wages)
        self.pay("domestic inputs", "rest_of_region", inputs)
        self.pay("overhead", "rest_of_region", overhead)
        mobilised = self.mobilised * unit
        self.pay("mobilisation", "rest_of_region", mobilised, self.region if self.national else data.capital)
        model.regions[self.region].local_inputs += inputs * self.volume / max(volume, 1e-9)
        self.utilisation = volume / max(self.capacity, 1e-9)
        for region in self.presence:
            if self.national and region not in (self.region, data.abroad):
                self.pay("branches", "rest_of_region", p.branch_cost, region)
        self._close_books(income - imports - wages - inputs - overhead - mobilised)

    def other_price(self) -> float:
        """Price to other clients before markups: own cost in part, for the rest what rivals of the trade and region cost."""
        if not self.national:
            return self.unit_cost
        rivals = self.model.rivals_cost[self.region, self.subsector]
        return math.exp(rivals + self.model.p.other_pass_through * (math.log(max(self.unit_cost, 0.1)) - rivals))

    def _collect(self, other: float, exports: float) -> float:
        p, model = self.model.p, self.model
        self.cash += self.revenue - self.delayed + self.owed + self.tier2 - self.paid
        self.owed = self.delayed
        markup = (1.0 + self.markup) / (1.0 + p.markup)
        self.sales_mines, self.sales_tier2 = self.revenue, self.tier2
        self.sales_other, self.sales_exports = other * self.other_price() * markup, exports * self.unit_cost * markup
        self.cash += self.sales_other + self.sales_exports
        model.pay("other clients", "rest_of_region", "suppliers", self.region, self.sales_other)
        model.pay("exports", "abroad", "suppliers", self.region, self.sales_exports)
        if exports > 0:
            self.exported = model.quarter
        return self.sales_mines + self.sales_tier2 + self.sales_other + self.sales_exports - self.paid

    def _close_books(self, profit: float) -> None:
        p, model = self.model.p, self.model
        interest = max(-self.cash, 0.0) * p.interest
        self.pay("interest", "banks", interest)
        net = profit - interest - self.options_paid
        tax = max(net, 0.0) * model.data.profit_tax(model.year) if self.national else 0.0
        self.pay("profit tax", "central_government", tax)
        sales = self.sales_mines + self.sales_tier2 + self.sales_other + self.sales_exports
        self.profit_year += (4 * net - self.profit_year) / 4
        spare = max(self.cash - sales * self.buffer_days / 90.0, 0.0)
        payout = p.payout * min(spare, max(net - tax, 0.0) + p.payout_excess * spare)
        self.pay("payout", "households" if self.owner_region != model.data.abroad else "abroad", payout, self.owner_region)
        if self.owner_region == self.region:
            share = min((self.sales_mines + self.sales_tier2) / max(sales, 1e-9), 1.0)
            model.regions[self.region].local_profit += max(net - tax, 0.0) * share
        self.distress = self.distress + 1 if self.cash < -self.credit_line() else 0
        self.sales_year += (4 * sales - self.sales_year) / 4
        self.mining_year += (4 * (self.sales_mines + self.sales_tier2) - self.mining_year) / 4
        self.size_class = sum(self.sales_year > ceiling for ceiling in model.class_ceilings)
        self.aspiration += (p.aspiration_stretch * self.sales_year - self.aspiration) * p.aspiration_speed
