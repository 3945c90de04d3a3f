"""Import substitution: who gets past which step, what a plant costs, and what it changes."""

from dataclasses import replace

import numpy as np
import pytest

from sim.agents.columns import PLANT
from sim.ledger import CLASS_NUMBER, SUPPLIERS
from sim.rules.adoption import credit_line
from sim.rules.costs import cost_index, import_content, output_per_worker
from sim.rules.substitution import PILOT, substitute_imports
from sim.world import Rows, World
from tests.worlds import resumed, small


@pytest.fixture
def world() -> World:
    """A world two years old, for one test."""
    return resumed(small("baseline", "scale=0.2"), "1997Q1", 1).world


def test_the_pilot_plant_of_a_university_helps_the_firms_it_works_with(world: World) -> None:
    firms, data = world.firms, world.data
    world.levers.reset(firms.n)
    with_plant, without = int(np.argmax(data.inst_pilot)), int(np.argmin(data.inst_pilot))
    passed = {}
    for partner in (with_plant, without, -1):
        firms.substitution[:], firms.university[:] = np.where(firms.alive, PILOT, 0), partner
        substitute_imports(world)
        passed[partner] = firms.substitution == PILOT + 1
    assert (passed[with_plant] >= passed[without]).all()
    assert passed[with_plant].sum() > 1.2 * passed[without].sum() > 0
    np.testing.assert_array_equal(passed[without], passed[-1])


def test_a_plant_lowers_the_import_content_of_a_firm_and_of_its_value_added(world: World) -> None:
    rows = np.flatnonzero(world.domestic() & world.data.goods[world.firms.subsector] & (world.firms.substitution == 0))
    before = import_content(world)[rows]
    world.firms.substitution[rows] = PLANT
    np.testing.assert_allclose(import_content(world)[rows], before * (1.0 - world.p.substitution_cut))


def _ready(world: World) -> Rows:
    """Goods makers brought to the last step, all of whose steps come due and work."""
    firms = world.firms
    rows = np.flatnonzero(world.domestic() & world.data.goods[firms.subsector] & (firms.sales_year > 100))
    firms.substitution[:] = 0
    firms.substitution[rows] = PLANT - 1
    world.p = replace(world.p, substitution_quarters=4.0, substitution_success=1.0, substitution_rate=0.0)
    world.levers.reset(firms.n)
    return rows


def test_a_plant_is_paid_for_and_waits_for_the_money(world: World) -> None:
    firms = world.firms
    rows = _ready(world)
    cost = world.p.plant_cost * firms.sales_year[rows]
    firms.cash[rows] = np.where(np.arange(rows.size) % 2 == 0, 2.0, -2.0) * firms.sales_year[rows]
    cash = firms.cash[rows].copy()
    substitute_imports(world)
    built = firms.substitution[rows] == PLANT
    assert built[::2].mean() > 0.8
    assert not built[1::2].any()
    assert (firms.substitution[rows[1::2]] == PLANT - 1).mean() > 0.8
    np.testing.assert_allclose(cash - firms.cash[rows], np.where(built, cost, 0.0), rtol=1e-9, atol=1e-6)
    paid = world.ledger.flows[(SUPPLIERS, CLASS_NUMBER["rest_of_region"], "plants")]
    assert paid.sum() == pytest.approx(cost[built].sum())


def test_a_guarantee_lets_banks_lend_for_a_plant(world: World) -> None:
    firms = world.firms
    rows = _ready(world)
    firms.cash[rows] = world.p.plant_cost * firms.sales_year[rows] - credit_line(world)[rows] - 1.0
    world.levers.push("credit_line", 1.0, rows[::2])
    substitute_imports(world)
    built = firms.substitution[rows] == PLANT
    assert built[::2].mean() > 0.8
    assert not built[1::2].any()


def test_a_plant_makes_a_firm_cheaper_and_gives_work(world: World) -> None:
    firms = world.firms
    rows = _ready(world)
    firms.cash[rows] = 1e9
    workers, unit, output = firms.workers[rows].copy(), cost_index(world)[rows], output_per_worker(world)[rows]
    substitute_imports(world)
    built = firms.substitution[rows] == PLANT
    content = world.data.import_content[firms.subsector[rows]]
    homemade = (1.0 - content * (1.0 - world.p.substitution_cut)) / (1.0 - content)
    np.testing.assert_allclose(firms.workers[rows] / workers, np.where(built, homemade, 1.0))
    np.testing.assert_allclose(firms.workers[rows] * output_per_worker(world)[rows], workers * output)
    saved = world.p.abroad_landed * content * world.p.substitution_cut
    firms.commuters[rows] *= firms.workers[rows] / workers
    np.testing.assert_allclose(cost_index(world)[rows] / unit, np.where(built, 1.0 - saved, 1.0))
