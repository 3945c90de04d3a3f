"""Coordination: Alta Ley, cluster councils, PTI and regional strategies have no money of their own but align the instruments of others."""

import numpy as np

from sim.levers import LEVERS
from sim.policies.programme import Programme


class Coordination(Programme):
    """Pushes levers of other programmes in its regions, before these call: wider reach, shared files, a shared agenda; and levers of
    all firms that it can see, such as news."""

    _aligned: list[int] | None = None

    def open_quarter(self) -> None:
        super().open_quarter()
        if not self.is_open():
            return
        aligned = self.aligned()
        where = np.ix_(np.array(aligned, np.intp), np.flatnonzero(self.regions))
        for name, dose in sorted((self.spec.levers or {}).items()):
            if LEVERS[name].target == "programme" and aligned:
                self.world.levers.push(name, dose, where, self.number)

    def aligned(self) -> list[int]:
        """Numbers of the programmes that it aligns, by name or family; never of another coordination."""
        if self._aligned is None:
            self._aligned = [p.number for p in self.world.programmes if p.record.kind != "coordination"
                             and (p.record.name in self.spec.aligns or p.record.family in self.spec.aligns)]
        return self._aligned

    def call(self) -> None:
        """No firm applies."""

    def use(self) -> float:
        """How far the aligned programmes were used: what a coordination is judged by."""
        aligned = [p.use() for p in self.world.programmes if p.number in self.aligned()]
        return float(np.mean(aligned)) if aligned else 0.0

    def push(self) -> None:
        doses = {name: dose for name, dose in (self.spec.levers or {}).items() if LEVERS[name].target == "supplier"}
        if not doses or not self.is_open():
            return
        rows = np.flatnonzero(self.eligible())
        for name, dose in sorted(doses.items()):
            self.world.levers.push(name, dose, rows, self.number)
