"""Support of single firms: vouchers for certificates, R&D, training and missions, and advice at the firm."""

from sim.policies.programme import Programme


class Support(Programme):
    """Pushes its levers for each supported firm; a cost-share lever is worth dose x public share."""

    def push(self) -> None:
        rows = self.working()
        for name, dose in sorted((self.spec.levers or {}).items()):
            self.world.levers.push(name, self.strength(name, dose), rows, self.number)
