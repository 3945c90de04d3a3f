"""Births, deaths, branches and moves of the plain model."""

import math
from collections import defaultdict
from typing import Any

from sim.rules.costs import MEAN_SALES_UF
from tests.benchmarks.plain.firm import NUMBERS, Supplier

SPIN_OFF, MINE_SPIN_OFF, START_UP, OUTSIDER, NEW_FOUNDER = range(5)


class Demography:
    """The half of the plain model that founds, closes and moves firms."""

    def births_and_deaths(self) -> None:
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
        short = p.markup / (1.0 + p.markup) - firm.profit_year / max(firm.sales_year, 1e-9)
        chance *= (p.exit_large if firm.size_class >= 3 else 1.0) * math.exp(min(max(p.exit_profit * short, -2.0), 2.0))
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
        affordable = self._pays_branch() < p.birth_largest
        learned = self.regions[parent.region].graduates > 0 and bool(data.knowledge_intensive[parent.subsector])
        if kind == MINE_SPIN_OFF and not mining:
            kind = SPIN_OFF
        elif (kind == OUTSIDER and not (mining and affordable)) or (kind == START_UP and not learned):
            kind = NEW_FOUNDER
        known_client = parent.client is not None and parent.best_trust > p.incumbent_trust
        away = kind != START_UP and known_client and self.random.random() > p.spinoff_stay
        return kind, data.capital if kind == OUTSIDER else (parent.client.region if away else parent.region)

    def _pays_branch(self) -> float:
        """Yearly sales from which a normal profit covers a branch."""
        return 4 * self.p.branch_cost * (1.0 + self.p.markup) / self.p.markup

    def _newborn(self, parent: Supplier) -> Supplier:
        """A new firm with what its founder brings."""
        p, random = self.p, self.random
        kind, region = self._founder(parent)
        smallest = max(self._pays_branch(), p.birth_smallest) if kind == OUTSIDER else p.birth_smallest
        sales = math.exp(random.uniform(math.log(smallest), math.log(p.birth_largest)))
        mean = self.knowledge_need[parent.subsector] - p.capability_gap + p.size_capability * math.log(max(sales, 100.0) / MEAN_SALES_UF)
        mean = min(max(mean, 0.05), 0.95)
        own = math.log(mean / (1.0 - mean)) + p.capability_spread / max(mean * (1.0 - mean), 0.05) * random.gauss()
        capability = 1.0 / (1.0 + math.exp(-own))
        if kind in (SPIN_OFF, MINE_SPIN_OFF, OUTSIDER):
            taught = self.knowledge_need[parent.subsector] if kind == MINE_SPIN_OFF else parent.capability
            capability = max(p.inherit * taught, capability)
        capability = min(max(capability + p.startup_capability * (kind == START_UP), 0.03), 0.97)
        firm = Supplier(self, **{**dict.fromkeys(NUMBERS, 0.0), **self._first_state(parent.subsector, region, sales, capability)})
        if kind == OUTSIDER:
            firm.presence.add(parent.region)
        if kind == MINE_SPIN_OFF:
            here = [mine for mine in self.mines if mine.region == parent.region]
            firm.trust[random.choices(here, [max(mine.workers, 1e-9) for mine in here])[0]] = p.inherit_trust
        if kind == SPIN_OFF:
            for mine in sorted(parent.trust, key=lambda mine: -parent.trust[mine])[:2]:
                firm.trust[mine] = p.inherit_trust * parent.trust[mine]
            firm.partners[parent] = [p.parent_trust, self.quarter]
        return firm

    def _first_state(self, k: int, region: int, sales: float, capability: float) -> dict[str, Any]:
        p, random = self.p, self.random.random
        size_class = sum(sales > ceiling for ceiling in self.class_ceilings)
        management = p.start_management + p.size_management * size_class
        habit = math.exp(p.cash_spread * self.random.gauss())
        state: dict[str, Any] = {
            "region": region, "subsector": k, "origin": 0, "owner_region": region, "founded": self.quarter, "capability": capability,
            "management": management, "skills": p.start_skills + p.size_skills * size_class, "absorptive": 0.4, "certified_until": -10_000,
            "research": False, "sound_books": random() < self.data.class_sound_books[size_class], "substitution": 0, "university": -1,
            "innovated": -10_000, "trained": -10_000, "capacity": sales / 4 / p.normal_use, "unit_cost": 1.0, "markup": p.markup,
            "other_demand": sales / 4 * (1.0 - p.mining_share_newborn), "sales_year": sales, "aspiration": sales, "utilisation": 0.8,
            "mining_year": sales * p.mining_share_newborn, "cash": sales * p.cash_days * habit / 360.0, "distress": 0,
            "buffer_days": p.cash_buffer_days * habit, "profit_year": sales * p.markup / (1.0 + p.markup),
            "exporting_until": -10_000, "exported": -10_000, "export_market": -1, "size_class": size_class}
        output = 1.0 + p.productivity_slope * (capability - 0.45) + p.management_slope * (management - 0.40)
        return state | {"workers": sales / 4 / p.normal_use / self.per_worker[k] / output}
