"""Of what kind a support is: two of one kind within a short time teach the same thing twice."""

import numpy as np

from sim.draws import name_id
from sim.policies.record import ProgrammeSpec


def kind_code(spec: ProgrammeSpec) -> int:
    """A number for what a support does: programmes that pull the same levers are of one kind."""
    return int(name_id("+".join(sorted(spec.levers or {})))[0] % np.uint64(2**15))
