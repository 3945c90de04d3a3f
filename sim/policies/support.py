"""Support of single firms: vouchers for certificates, R&D, training and missions, and advice at the firm."""

from sim.policies.programme import Programme
from sim.world import Rows


class Support(Programme):
    """Pushes its levers for each supported firm; a cost-share lever is worth dose x public share."""

    def applicants(self, told: Rows) -> Rows:
        """Firms that apply; one that is visited is there already."""
        return told if self.spec.reach_by == "visit" else super().applicants(told)

    def push(self) -> None:
        rows = self.working()
        for name, dose in sorted((self.spec.levers or {}).items()):
            self.world.levers.push(name, self.strength(name, dose), rows, self.number)
