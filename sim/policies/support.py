"""Support of single firms: vouchers for certificates, R&D, training and missions, and advice at the firm."""

import numpy as np

from sim.levers import LEVERS
from sim.policies.programme import Programme
from sim.policies.vouchers import money_left, promise
from sim.world import Rows


class Support(Programme):
    """Pushes its levers for each supported firm; a cost-share lever is worth dose x public share."""

    def applicants(self, told: Rows) -> Rows:
        """Firms that apply; one that is visited is there already."""
        return told if self.spec.reach_by == "visit" else super().applicants(told)

    def own_part(self) -> float:
        return super().own_part() * (1.0 - self.spec.partners_share)

    def _book_running_costs(self) -> None:
        """The part of partners, who live and work in the region, comes on top of what every programme books."""
        super()._book_running_costs()
        s = self.spec
        part = s.cost / max(s.duration, 1) * (1.0 - s.public_share) * s.partners_share
        if part > 0 and self.rows.size:
            region, amounts = self.world.firms.region[self.rows], np.full(self.rows.size, part)
            self.world.ledger.between("partners' part", "rest_of_region", "rest_of_region", amounts, region)
            self.book(region, np.zeros(region.size), amounts)

    def push(self) -> None:
        """Levers work for whom support works; a voucher moves nobody once its money is gone."""
        rows, left = self.working(), money_left(self)
        if self.pays_by_use():
            promise(self)
        for name, dose in sorted((self.spec.levers or {}).items()):
            if LEVERS[name].cost_share and left <= 0.0:
                continue
            self.world.levers.push(name, self.strength(name, dose), rows, self.number)
