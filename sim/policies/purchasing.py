"""Local purchasing by operations that commit: price preference, set-aside, payment in days."""

import numpy as np

from sim.levers import LOCAL_DEFINITIONS
from sim.policies.programme import Programme


class Purchasing(Programme):
    """Pushes buyers' levers while its calendar runs; costs are prices paid, not grants."""

    def call(self) -> None:
        """No firm applies: the rule holds for every tender of the committed operations."""

    def push(self) -> None:
        if not self.is_open():
            return
        s, levers = self.spec, self.world.levers
        where = (self._committed(), LOCAL_DEFINITIONS.index(s.local_def))
        levers.push("price_preference", s.preference, where, self.number)
        levers.push("set_aside", s.set_aside, where, self.number)
        if s.payment_days is not None:
            levers.push("payment_days_local", s.payment_days, where, self.number)
        for name, dose in sorted((s.levers or {}).items()):
            levers.push(name, dose, self._committed(), self.number)

    def _committed(self) -> "np.ndarray[tuple[int], np.dtype[np.intp]]":
        """Operations of the named regions that commit, by their own name or their company's."""
        data, names = self.world.data, self.spec.operations
        named = [("all" in names) or op in names or company in names
                 for op, company in zip(data.op_names, data.op_company, strict=True)]
        return np.flatnonzero(np.array(named) & self.regions[data.op_region])
