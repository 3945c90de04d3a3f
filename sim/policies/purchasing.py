"""Local purchasing by operations that commit: preference, set-aside, smaller tenders, payment in days, no pre-qualification."""

from sim.levers import LOCAL_DEFINITIONS
from sim.policies.eligibility import operation_mask
from sim.policies.programme import Programme


class Purchasing(Programme):
    """Pushes buyers' levers while its calendar runs; costs are prices paid, not grants."""

    def call(self) -> None:
        """No firm applies: the rule holds for every tender of the committed operations."""

    def use(self) -> float:
        return 1.0

    def push(self) -> None:
        if not self.is_open():
            return
        s, levers = self.spec, self.world.levers
        committed = operation_mask(self.world, s.operations, self.regions).nonzero()[0]
        local = (committed, LOCAL_DEFINITIONS.index(s.local_def))
        levers.push("price_preference", s.preference, local, self.number)
        levers.push("set_aside", s.set_aside, local, self.number)
        if s.payment_days is not None:
            levers.push("payment_days_local", s.payment_days, local, self.number)
        levers.push("unbundling", s.unbundling, committed, self.number)
        levers.push("open_tenders", float(not s.prequalification), committed, self.number)
        for name, dose in sorted((s.levers or {}).items()):
            levers.push(name, dose, committed, self.number)
