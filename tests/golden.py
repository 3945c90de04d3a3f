"""The golden baseline: figures of two small worlds after a few quarters, kept in ``tests/golden/baseline.json``.

Regenerate it, after a change of the model that is meant to change results, with ``python -m tests.golden``.
"""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from sim.calendar import parse_quarter
from sim.indicators import INDICATORS
from sim.ledger import CLASSES
from sim.model import Cluster
from sim.policies.programme import COUNTED
from sim.spec import Spec
from tests.worlds import grouped, small, started

FILE = Path(__file__).parent / "golden" / "baseline.json"
UNTIL, SEED = "1997Q1", 1


def every_policy() -> Spec:
    """All programmes of the record and of the widest scenario, open from the first quarter."""
    spec = grouped(small("cluster_push", "scale=0.1"))
    first = parse_quarter("1995Q1")
    return replace(spec, programmes=tuple(replace(p, from_=first, until=None) for p in spec.programmes))


def worlds() -> dict[str, Cluster]:
    """The worlds that are measured, run to ``UNTIL``."""
    return {"baseline": started(small(), UNTIL, SEED), "every policy": started(every_policy(), UNTIL, SEED)}


def counts(model: Cluster) -> dict[str, int]:
    """Whole numbers, which must be met exactly."""
    world = model.world
    firms, living = world.firms, world.living()
    told = {"firms": living.size, "rows": firms.n, "certified": int(world.certified()[living].sum()),
            "research": int(firms.research[living].sum()), "contracts": world.book.live().size, "groups": len(world.groups),
            "branches": int(firms.presence[living].sum()) - living.size,
            "exporters": int((firms.exporting_until[living] >= world.quarter).sum()),
            "joint_projects": int(world.mines.projects.sum()), "links": int((firms.trust[living] > world.p.incumbent_trust).sum()),
            "ties": int((firms.tie_trust[living] > 0.1).sum()), "supported": sum(p.rows.size for p in world.programmes)}
    return told | {f"firms_{name}": int((firms.region[living] == r).sum()) for r, name in enumerate(world.data.regions)}


def amounts(model: Cluster) -> dict[str, float]:
    """Floats, which must be met to one part in a million."""
    world = model.world
    firms, living, focal = world.firms, world.living(), world.data.focal
    told = {f"mean_{name}": float(getattr(firms, name)[living].astype(float).mean()) for name in (
        "capability", "management", "skills", "markup", "unit_cost", "sales_year", "workers", "utilisation")}
    told |= {f"account_{name}": float(np.abs(world.ledger.accounts[number]).sum()) for number, name in enumerate(CLASSES)}
    told |= {f"programmes_{name}": float(sum(p.counts[number].sum() for p in world.programmes)) for number, name in enumerate(COUNTED)}
    told |= {f"focal_{i.name}": float(i.measure(world)[focal]) for i in INDICATORS if i.frequency == "quarter"}
    told |= {"cash": float(firms.cash[living].sum()), "mean_trust": float(firms.trust[living].astype(float).mean())}
    return {name: value for name, value in told.items() if np.isfinite(value)}


def figures() -> dict[str, dict[str, dict[str, Any]]]:
    """What the file holds: world -> counts and amounts."""
    return {name: {"counts": counts(model), "amounts": amounts(model)} for name, model in worlds().items()}


if __name__ == "__main__":
    FILE.parent.mkdir(exist_ok=True)
    FILE.write_text(json.dumps(figures(), indent=1) + "\n", encoding="utf-8")
    print(f"wrote {FILE}")
