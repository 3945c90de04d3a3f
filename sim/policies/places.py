"""Places for students and technicians, pilot plants and other levers of a whole region."""

import numpy as np

from sim.levers import LEVERS
from sim.policies.programme import COUNTED, Programme


class Places(Programme):
    """Pushes regional levers while it runs and pays for each place; ``capacity`` is places a year in each region, and the dose of
    ``graduate_places`` the graduates that come of a place."""

    def call(self) -> None:
        """No firm applies: the lever works on the region."""

    def is_idle(self) -> bool:
        ends = self.ends
        return super().is_idle() and (ends is None or self.world.quarter > ends + self.spec.lag)

    def use(self) -> float:
        return 1.0

    def push(self) -> None:
        world, s, ends = self.world, self.spec, self.ends
        started = world.quarter >= s.from_ + s.lag and (ends is None or world.quarter <= ends + s.lag)
        where = np.flatnonzero(self.regions)
        for name, dose in sorted((s.levers or {}).items()):
            if started and LEVERS[name].target == "region":
                world.levers.push(name, dose * (s.capacity or 0.0) if name == "graduate_places" else dose, where, self.number)
        if self.is_open() and s.cost > 0:
            self._pay(where)

    def _pay(self, where: "np.ndarray[tuple[int], np.dtype[np.intp]]") -> None:
        world, s = self.world, self.spec
        yearly = (s.capacity or 0.0) * s.cost * world.spec.scale
        amounts = np.zeros(world.regions)
        amounts[where] = yearly / 4
        world.ledger.between("programmes", self.payer(), "rest_of_region", amounts * s.public_share)
        world.ledger.between("co-payments", "households", "rest_of_region", amounts * (1.0 - s.public_share))
        self.book(where, amounts[where] * s.public_share, amounts[where] * (1.0 - s.public_share))
        self.counts[COUNTED.index("supported")][where] = (s.capacity or 0.0) / 4 * world.spec.scale
