"""What a supplier does to learn: options it takes, what each channel teaches, import substitution, innovation."""

import math

from sim.rules.costs import MEAN_NEED

NEAR = 8.0
"""Distances beyond this many best ones teach nothing."""


class Learner:
    """The learning half of a supplier."""

    def lesson(self, distance: float) -> float:
        """What can be learnt at a knowledge distance."""
        x = distance / self.best_distance
        return x * math.exp(1.0 - x) if 0.0 < x < NEAR else 0.0

    def absorb(self) -> None:
        """Absorptive capacity of the quarter."""
        p = self.model.p
        skilled = min(max(1.0 + p.scarce_tightness - self.model.regions[self.region].tightness, p.scarce_skills), 1.0) * self.skills
        floor = 1.0 - p.absorb_capability - p.absorb_skills - p.absorb_research - p.absorb_management
        capacity = floor + p.absorb_capability * self.capability + p.absorb_skills * skilled
        capacity += p.absorb_research * self.research + p.absorb_management * self.management
        self.absorptive = min(max(capacity, 0.0), 1.0)
        self.best_distance = p.hump_width * (p.receptive_floor + self.absorptive)

    # ---- options ---------------------------------------------------------------------------------------------------
    def adopts(self, gain: float, cost: float) -> bool:
        """Whether it takes an option this quarter."""
        p = self.model.p
        if not self.national or self.cash + self.credit_line() < cost:
            return False
        shortfall = min(max(1.0 - self.sales_year / max(self.aspiration, 1e-9), 0.0), 1.0)
        odds = p.option_slope * math.log(max(gain, 1e-9) / max(cost, 1e-9)) + p.shortfall_push * shortfall
        return bool(self.model.random.random() < p.option_rate / (1.0 + math.exp(-min(max(odds, -30.0), 30.0))))

    def take_options(self) -> None:
        """Certificates, R&D, training and missions."""
        self._certify()
        self._research()
        self._train()
        self._go_abroad()

    def _certify(self) -> None:
        p, quarter = self.model.p, self.model.quarter
        gain = p.certificate_weight / p.price_weight * p.certificate_gain * p.certificate_quarters / 4 * self.mining_year
        staffed = max(self.workers, 1.0) ** p.certificate_staff
        cost, renewal = p.certificate_cost * staffed, p.certificate_renewal * staffed
        if self.certified_until == quarter:
            odds = p.option_slope * math.log(max(gain, 1e-9) / renewal) + 1.0
            if self.cash > renewal and self.model.random.random() < 1.0 / (1.0 + math.exp(-min(max(odds, -30.0), 30.0))):
                self.pay("certificate renewal", "rest_of_region", renewal)
                self.certified_until = quarter + int(p.certificate_quarters)
        elif self.certified_until < quarter and self.mining_year > 0 and self.adopts(gain, cost):
            self.pay("certification", "rest_of_region", cost)
            self.certified_until = quarter + int(p.certificate_quarters)
            self.management = min(self.management + p.training_dose, 1.0)

    def _research(self) -> None:
        p, need = self.model.p, self.model.knowledge_need[self.subsector]
        gain = p.rd_gain * self.sales_year * need / MEAN_NEED * (p.receptive_floor + self.absorptive)
        if not self.research and self.sales_year > 0 and self.adopts(gain, p.rd_cost * max(self.sales_year, 1.0)):
            self.research = True
        if self.research and self.national:
            self.pay("R&D", "rest_of_region", p.rd_cost / 4 * self.sales_year)
        luck = self.model.random.random()
        if luck < p.rd_closure or (self.cash < 0 and luck < p.option_rate):
            self.research = False

    def _train(self) -> None:
        p, keep = self.model.p, 1.0 - self.model.p.management_decay
        self.skills *= keep
        self.management = min(self.management * keep + p.management_decay * p.start_management, 1.0)
        self.process_gain *= keep
        self.delivery_gain *= keep
        cost = p.training_cost * max(self.sales_year, 1.0)
        rested = self.trained <= self.model.quarter - p.training_quarters
        if rested and self.sales_year > 0 and self.adopts(p.training_gain * self.sales_year, cost):
            self.trained = self.model.quarter
            self.pay("training", "rest_of_region", cost)
            self.skills = min(self.skills + p.training_dose, 1.0)
            self.management = min(self.management + p.training_dose * p.training_practice, 1.0)

    def _go_abroad(self) -> None:
        p = self.model.p
        self.contacts *= 1.0 - p.contact_decay
        if self.adopts(p.mission_gain * self.sales_year * (p.receptive_floor + self.absorptive), p.mission_cost):
            self.pay("missions and fairs", "rest_of_region", p.mission_cost)
            self.contacts += 1.0

    # ---- learning --------------------------------------------------------------------------------------------------
    def learn(self) -> None:
        """Add what each channel teaches, times absorptive capacity; the frontier moves, idle capacity forgets."""
        p, model, learned = self.model.p, self.model, self.model.regions[self.region].learned
        doing = p.doing * min(1.0, self.volume / max(self.capacity, 1e-9)) * self.learning / max(self.volume, 1e-9)
        behind = max(1.0 - self.standing(), 0.0)
        gains = {
            "doing": doing, "research": p.research * self.research * behind,
            "neighbours": model.neighbourhood(self), "partners": self._partners_lesson(),
            "buyers": p.buyer_spillover * any(last > model.quarter - 4 for last in self.joint.values()) * behind,
            "universities": p.university_spillover * (self.university >= 0) * behind,
            "abroad": p.abroad_spillover * min(self.contacts, p.contacts_limit) * behind}
        if not self.national:
            return
        for channel, gain in gains.items():
            learned[channel] = learned.get(channel, 0.0) + gain * self.absorptive
        idle = p.idle_forgetting * min(max(1.0 - self.utilisation, 0.0), 1.0) * self.capability
        after = (self.capability + sum(gains.values()) * self.absorptive - idle) / (1.0 + p.frontier_drift)
        self.next_capability = min(max(after, 0.02), 0.98)

    def _partners_lesson(self) -> float:
        p, frontier = self.model.p, self.model.trade_frontier[self.subsector]
        lessons = [self.lesson(min(partner.capability, frontier) - self.capability) * tie[0] for partner, tie in self.partners.items()
                   if partner.alive]
        return p.partner_spillover * p.hump_width * max(lessons, default=0.0)

    def substitute_imports(self) -> None:
        """A chain of five steps; each takes its time and may fail."""
        p, luck = self.model.p, self.model.random.random()
        if not self.national:
            return
        if self.substitution == 0:
            near = self.capability > self.model.knowledge_need[self.subsector] - p.substitution_gap
            if near and self.model.import_content[self.subsector] >= 0.25:
                self.substitution = int(luck < p.substitution_rate * (1.0 + self.research) * (p.receptive_floor + self.absorptive))
        elif self.substitution < 5 and luck < 4 / p.substitution_quarters:
            if self.model.random.random() >= min(p.substitution_success, 0.95):
                self.substitution = 0
            elif self.substitution < 4:
                self.substitution += 1
            elif self.cash + self.credit_line() >= p.plant_cost * self.sales_year:
                self._build_plant()

    def _build_plant(self) -> None:
        self.pay("plants", "rest_of_region", self.model.p.plant_cost * self.sales_year)
        before, self.substitution = self.output_of_worker(), 5
        self.workers *= before / self.output_of_worker()

    def innovate(self) -> None:
        """Innovation events."""
        p = self.model.p
        chance = 0.4 + self.absorptive + p.innovation_research * self.research + p.innovation_contacts * min(self.contacts, 1.0)
        if self.national and self.model.random.random() < p.innovation_rate * chance:
            self.innovated = self.model.quarter
