"""Vouchers: a programme pays its part of what a firm buys, as long as the year's money lasts.

So that it lasts, an agency promises no more than it has: it knows what each firm may claim, and from its own accounts which part
of that is claimed.
"""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.policies.budgets import free_a_quarter
from sim.rules.optioncosts import OPTION_COST
from sim.world import Rows

if TYPE_CHECKING:
    from sim.policies.programme import Programme

F8 = NDArray[np.float64]


def claimable(programme: "Programme", rows: Rows) -> F8:
    """What vouchers of firms ``rows`` are good for a quarter [k], UF: the public part of each purchase, one a year."""
    shares = {name: programme.strength(name, dose) for name, dose in (programme.spec.levers or {}).items() if name in OPTION_COST}
    return np.asarray(sum((share * OPTION_COST[name](programme.world, rows) for name, share in shares.items()), np.zeros(rows.size)) / 4)


def claims(programme: "Programme", rows: Rows) -> F8:
    """What firms ``rows`` are expected to claim a quarter [k], UF: what they may, times the part that was claimed of late."""
    return claimable(programme, rows) * (programme.claimed / programme.promised if programme.promised > 0 else 1.0)


def funded(programme: "Programme", chosen: Rows) -> Rows:
    """Those of the chosen whose vouchers the money pays for, in the order of the programme's rule; one that asks for more than
    is left, is passed over. A new programme goes by a quarter's money as if it had been promised and claimed in full."""
    free = free_a_quarter(programme)
    if not np.isfinite(free) or chosen.size == 0:
        return chosen
    if programme.promised == 0.0:
        programme.promised = programme.claimed = max(free, 0.0)
    asked, paid = claims(programme, chosen), np.zeros(chosen.size, bool)
    for turn in np.argsort(programme.agency.order(programme.world, programme.spec, chosen), kind="stable").tolist():
        paid[turn] = asked[turn] <= free
        free -= asked[turn] if paid[turn] else 0.0
    return chosen[paid]


def promise(programme: "Programme") -> None:
    """Enter what the vouchers that are out are good for this quarter, if there is money for them."""
    if money_left(programme) > 0.0:
        programme.promised += float(claimable(programme, programme.rows).sum())


def ration(programme: "Programme", wanted: F8, rows: Rows) -> F8:
    """Public part of the vouchers that firms ``rows`` cash this quarter [k], of what each wants [k]: in an order of luck, until the money
    is gone."""
    world = programme.world
    programme.claimed += float(wanted.sum())
    order = np.argsort(world.draws.uniform("cashed", world.quarter, world.firms.uid[rows], programme.salt), kind="stable")
    before = np.empty(order.size)
    before[order] = np.cumsum(wanted[order]) - wanted[order]
    return np.clip(money_left(programme) - before, 0.0, wanted)


def money_left(programme: "Programme") -> float:
    """What the year's budgets, the programme's own and its agency's, leave for vouchers, UF."""
    left, agency, scale = np.inf, programme.agency, programme.world.spec.scale
    if programme.spec.budget is not None:
        left = programme.spec.budget * scale - programme.spent_this_year
    if np.isfinite(agency.budget):
        granted = sum(p.running() for p in agency.at_work() if not p.pays_by_use())
        left = min(left, agency.budget * scale - agency.spent_this_year() - granted * (3 - programme.world.quarter % 4))
    return max(left, 0.0)
