"""Growth rates of firms: wide, and narrower the larger the firm (Stanley et al. 1996)."""

import numpy as np
import pytest

from sim.agents.columns import LARGE, MICRO
from sim.calendar import parse_quarter
from sim.model import Cluster
from sim.stages.finance import other_spread
from tests.worlds import resumed, small


def yearly_sales(model: Cluster) -> dict[int, float]:
    """Sales of the country's firms over the next four quarters, by identity."""
    world, sold = model.world, dict[int, float]()
    for _ in range(4):
        model.step()
        firms, rows = world.firms, np.flatnonzero(world.domestic())
        sales = (firms.sales_mines + firms.sales_tier2 + firms.sales_other + firms.sales_exports)[rows]
        for uid, amount in zip(firms.uid[rows].tolist(), sales.tolist(), strict=True):
            sold[uid] = sold.get(uid, 0.0) + amount
    return sold


def test_small_firms_swing_more_than_large_ones() -> None:
    model = resumed(small("baseline", "scale=0.3"), "2000Q1")
    world = model.world
    size = dict(zip(world.firms.uid.tolist(), world.firms.size_class.tolist(), strict=True))
    old = set(world.firms.uid[world.domestic() & (world.firms.founded < parse_quarter("1997Q1"))].tolist())
    before, after = yearly_sales(model), yearly_sales(model)
    lasting = [uid for uid in before if uid in old and before[uid] > 0 and after.get(uid, 0.0) > 0]
    growth = {code: np.std([np.log(after[uid] / before[uid]) for uid in lasting if size[uid] == code]) for code in (MICRO, LARGE)}
    assert 0.3 < growth[MICRO] < 0.5, growth
    assert growth[MICRO] > 1.4 * growth[LARGE], growth


def test_the_spread_falls_with_sales_as_their_declared_power() -> None:
    sales = np.array([0.0, 100.0, 8_000.0, 800_000.0])
    spread = other_spread(sales, 0.15, 0.2)
    assert spread[0] == spread[1]
    np.testing.assert_allclose(spread[2], 0.15)
    np.testing.assert_allclose(spread[1] / spread[3], 8_000**0.2)
    assert other_spread(sales, 0.15, 0.0) == pytest.approx(0.15)
