"""How a firm decides on an option: expected gain against own cost, shortfall against aspiration, and what it can pay."""

import numpy as np
from numpy.typing import NDArray

from sim.world import EVERY, Rows, World

F8 = NDArray[np.float64]


def credit_line(world: World) -> F8:
    """Credit that banks grant [n] UF: by sound books, or by a guarantee."""
    firms, p = world.firms, world.p
    share = np.where(firms.sound_books, p.credit_sound, p.credit_unsound)
    return np.asarray(np.maximum(share, world.levers["credit_line"]) * firms.sales_year)


def adoption_chance(gain: F8, own_cost: F8, shortfall: F8, rate: F8 | float, slope: float, push: float) -> F8:
    """Chance a quarter to take an option: ``rate`` x logistic in log gain over own cost, raised by shortfall.

    A cost-free option still has to be considered, so that the chance never exceeds ``rate``.
    """
    odds = slope * np.log(np.maximum(gain, 1e-9) / np.maximum(own_cost, 1e-9)) + push * shortfall
    return np.asarray(rate / (1.0 + np.exp(-np.clip(odds, -30.0, 30.0))))


def shortfall(world: World, of: Rows | slice = EVERY) -> F8:
    """How far sales of the firms ``of`` fall short of aspiration, 0 to 1 (Cyert and March)."""
    firms = world.firms
    return np.asarray(np.clip(1.0 - firms.sales_year[of] / np.maximum(firms.aspiration[of], 1e-9), 0.0, 1.0))


def adopters(world: World, stream: str, able: NDArray[np.bool_], gain: F8, cost: F8, lever: str | None) -> Rows:
    """Rows of able firms that take an option this quarter. ``cost`` is the whole cost in UF, ``lever`` its public share."""
    share = world.levers[lever] if lever else np.zeros(world.firms.n)
    own = cost * (1.0 - share)
    rate = np.where(share > 0, world.p.voucher_rate, world.p.option_rate)
    chance = adoption_chance(gain, own, shortfall(world), rate, world.p.option_slope, world.p.shortfall_push)
    affordable = world.firms.cash + credit_line(world) >= own
    luck = world.draws.uniform(stream, world.quarter, world.firms.uid)
    return np.flatnonzero(able & affordable & world.domestic() & (luck < chance))
