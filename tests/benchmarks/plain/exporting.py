"""What a supplier as an object sells abroad."""

import math


class Exporter:
    """The part of a supplier that seeks, signs and plans exports."""

    def export_wish(self, mining: float | None = None) -> float:
        """Volume agreed abroad while an export contract runs; beside ``mining`` work, idle capacity sells more."""
        if self.exporting_until < self.model.quarter:
            return 0.0
        p, agreed = self.model.p, self.export_agreed
        if mining is None:
            return agreed
        idle = max(self.capacity * p.normal_use - mining - self.other_demand - agreed, 0.0)
        return agreed + min(idle, p.export_option * agreed)

    def _seek_exports(self) -> None:
        p, model = self.model.p, self.model
        pull = (p.export_floor + self.standing()) * (1.0 + p.export_size * self.size_class)
        pull *= 1.0 + p.export_contacts * min(self.contacts, p.contacts_limit)
        pull *= 1.0 + p.export_certificate * self.certified
        if self.client and self.client.owner == 1 and self.best_trust > p.incumbent_trust:
            pull *= 1.0 + p.export_multinational
        if self.exported >= model.quarter - int(p.export_memory):
            pull *= p.export_experience
        if self.national and model.random.random() < p.export_hazard * pull:
            self._sign_export_contract()

    def _sign_export_contract(self) -> None:
        """A client who returns orders what it did; another as much as standing, bent and work at home tell."""
        p, model = self.model.p, self.model
        at_home = max(self.capacity - (self.export_agreed if self.exporting_until >= model.quarter else 0.0), 0.0)
        returning = p.export_return / (1.0 + p.export_contacts * min(self.contacts, p.contacts_limit))
        if self.export_market >= 0 and model.random.random() < returning:
            self.export_agreed = min(self.export_agreed, at_home)
        else:
            bent = math.exp(p.export_spread * self.export_bent - p.export_spread**2 / 2)
            self.export_agreed = p.export_share * self.standing() ** 2 * bent * at_home
            self.export_market = model.random.choices(range(len(model.data.market_names)), model.data.market_share.tolist())[0]
        self.exporting_until = model.quarter + int(p.export_quarters) - 1
