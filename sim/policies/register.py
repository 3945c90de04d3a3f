"""A register of suppliers (SICEP): firms pay a fee, are graded from one to five by a field audit, and are seen by their grade."""

import numpy as np

from sim.policies.support import Support
from sim.world import Rows

GRADES = 5


class Register(Support):
    """Levers work by grade, the best one fully. A term is the time between audits; a firm that sells to mines and can pay the fee
    stays for the next one."""

    def begin(self, chosen: Rows) -> Rows:
        begun = super().begin(chosen)
        self._audit(begun)
        return begun

    def _audit(self, rows: Rows) -> None:
        """Grade firms by capability, management, certificate, and the luck of the day."""
        world, firms, p = self.world, self.world.firms, self.world.p
        seen = (firms.capability[rows] + firms.management[rows] + world.certified()[rows]) / 3
        luck = world.draws.normal("audit", world.quarter, firms.uid[rows])
        firms.register_grade[rows] = np.clip(np.floor((seen + p.audit_noise * luck) * GRADES) + 1, 1, GRADES).astype(np.int8)

    def end_terms(self) -> None:
        world, firms = self.world, self.world.firms
        due = (world.quarter - self.begun >= self.spec.duration) & self.present() & self.is_open()
        fee = self.spec.cost * self.own_part() / self.spec.duration
        again = due & (firms.mining_year[self.rows] > 0) & (firms.cash[self.rows] >= fee)
        self.begun = np.where(again, world.quarter, self.begun)
        self._audit(self.rows[again])
        super().end_terms()

    def release(self, rows: Rows, completed: bool) -> None:
        self.world.firms.register_grade[rows] = 0

    def push(self) -> None:
        rows = self.working()
        grade = self.world.firms.register_grade[rows] / GRADES
        for name, dose in sorted((self.spec.levers or {}).items()):
            self.world.levers.push(name, self.strength(name, dose) * grade, rows, self.number)
