"""The firms known by name enter with their documented state, so that their paths can be read against their stories.

They follow every rule of other suppliers, except that chance alone does not close them (insolvency does).
"""

import numpy as np

from sim.agents.columns import FOREIGN, NATIONAL
from sim.draws import name_id
from sim.rules.exports import sign_export_contracts
from sim.rules.founding import found_capital, mining_share, settle
from sim.world import Rows, World
from sim.worlddata import CaseFirm

STAYS_CERTIFIED = 8
LARGEST = 4.0
"""Sales of a case in the open-ended class, over the class's floor."""


def enter_cases(world: World, at_start: bool) -> Rows:
    """Rows of the cases that enter now: at the start those founded before, later those founded this quarter."""
    due = [number for number, case in enumerate(world.data.cases)
           if (case.founded * 4 < world.quarter if at_start else case.founded * 4 == world.quarter)]
    rows = world.firms.allocate(len(due))
    world.grow_accounts()
    for row, number in zip(rows.tolist(), due, strict=True):
        _enter(world, np.array([row]), number, world.data.cases[number])
    found_capital(world, rows)
    return rows


def _enter(world: World, row: Rows, number: int, case: CaseFirm) -> None:
    firms, data = world.firms, world.data
    region = np.array([data.regions.index(case.region)])
    subsector = np.array([data.subsectors.index(case.subsector)])
    firms.origin[row] = FOREIGN if case.origin == "foreign" else NATIONAL
    settle(world, row, name_id(case.name), region, subsector, np.array([_sales(world, case)]), np.array([case.capability]),
           mining_share(world, region))
    firms.case[row], firms.founded[row], firms.research[row] = number, case.founded * 4, case.has_rd
    firms.home[row] = -1
    if case.certified:
        firms.certified_until[row] = world.quarter + STAYS_CERTIFIED
    if case.exports:
        sign_export_contracts(world, row, world.quarter + int(world.p.export_quarters))
    for branch in case.branch_regions:
        firms.presence[row, data.regions.index(branch)] = True


def _sales(world: World, case: CaseFirm) -> float:
    """Yearly sales in the middle of the case's size class (UF)."""
    at = world.data.class_names.index(case.size_class)
    floor, ceiling = world.data.class_floor_uf[at], world.data.class_ceiling_uf[at]
    return float(np.sqrt(floor * ceiling)) if np.isfinite(ceiling) else float(LARGEST * floor)
