"""Support of single firms: vouchers for certificates, R&D, training and missions, and advice at the firm."""

from sim.levers import LEVERS
from sim.policies.programme import Programme


class Support(Programme):
    """Pushes its levers for each supported firm; a cost-share lever is worth dose x public share."""

    def push(self) -> None:
        rows = self.working()
        for name, dose in sorted((self.spec.levers or {}).items()):
            strength = dose * self.spec.public_share if LEVERS[name].cost_share else dose
            self.world.levers.push(name, strength, rows, self.number)
