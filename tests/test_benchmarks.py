"""The benchmarks compare like with like: the plain reference follows the model, and the C rule decides as the kernel does."""

import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from sim.model import Cluster
from tests.benchmarks import clearing, scaling
from tests.benchmarks.plain import PlainCluster
from tests.benchmarks.worlds import spec_of
from tests.worlds import started

YEARS = 2


def summary_of_model(model: Cluster) -> dict[str, float]:
    """What the two models are compared by."""
    world, firms = model.world, model.world.firms
    alive, out = firms.alive, world.tally.outcome
    return {"suppliers": alive.sum(), "contracts": world.book.columns.active.sum(), "capability": firms.capability[alive].mean(),
            "utilisation": firms.utilisation[alive].mean(), "cash": firms.cash[alive].mean(), "purchases": out.purchases.sum(),
            "backward linkage": np.diagonal(out.purchases[:, :, 1]).sum() / out.purchases.sum(), "sales": firms.sales_year[alive].sum(),
            "jobs": world.place.jobs[:, :4].sum()}


def summary_of_plain(plain: PlainCluster) -> dict[str, float]:
    """The same of the plain reference."""
    firms, regions = plain.firms, plain.regions
    bought = sum(region.spend for region in regions)
    return {"suppliers": len(firms), "contracts": len(plain.market.contracts), "capability": np.mean([f.capability for f in firms]),
            "utilisation": np.mean([f.utilisation for f in firms]), "cash": np.mean([f.cash for f in firms]), "purchases": bought,
            "backward linkage": sum(region.spend_by_region[region.number] for region in regions) / bought,
            "sales": sum(f.sales_year for f in firms), "jobs": sum(sum(region.jobs[:4]) for region in regions)}


@pytest.mark.slow
def test_plain_reference_follows_the_model_in_distribution() -> None:
    """The plain model has luck of its own; means of years in three worlds keep one large firm's fate from deciding."""
    ours, theirs = [], []
    for seed in (1, 2, 3):
        model = started(spec_of(0.3), "2010Q1", seed)
        plain = PlainCluster(model)
        for _ in range(4 * YEARS):
            model.step()
            plain.step()
            ours.append(summary_of_model(model))
            theirs.append(summary_of_plain(plain))
        model.close()
    for name, mean in pd.DataFrame(ours).mean().items():
        assert pd.DataFrame(theirs)[name].mean() == pytest.approx(mean, rel=0.15), name


def test_rule_in_c_decides_as_the_kernel(tmp_path: Path) -> None:
    if shutil.which(clearing.COMPILER[0]) is None:
        pytest.skip("no C compiler")
    assert clearing.same_decisions(clearing.compiled(tmp_path), clearing.real_calls(quarters=4, scale=0.05))


def test_world_of_twice_the_scale_has_twice_the_suppliers() -> None:
    counts: list[Any] = []
    for scale in (1.0, 2.0):
        model = Cluster(spec_of(scale))
        counts.append(model.world.firms.alive.sum())
        model.close()
    assert counts[1] == pytest.approx(2 * counts[0], rel=0.02)


def test_exponent_of_a_proportional_cost_is_one() -> None:
    assert scaling.exponent([10.0, 100.0, 1000.0], [0.2, 2.0, 20.0]) == pytest.approx(1.0)
