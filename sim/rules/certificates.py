"""Certificates: what they cost a firm, what it expects of them, and who has a use for a voucher."""

import numpy as np
from numpy.typing import NDArray

from sim.rules.adoption import adoption_chance, shortfall
from sim.rules.optioncosts import OPTION_COST
from sim.world import EVERY, Rows, World

F8 = NDArray[np.float64]


def certificate_worth(world: World, of: Rows | slice = EVERY) -> F8:
    """What each of the firms ``of`` expects of a certificate over its term, UF: the price that the award rule weighs like it, on the
    part of its mining sales whose award it expects it to decide."""
    p = world.p
    return np.asarray(p.certificate_weight / p.price_weight * p.certificate_gain * p.certificate_quarters / 4 * world.firms.mining_year[of])


def entry_worth(world: World, of: Rows | slice = EVERY) -> F8:
    """What each of the firms ``of`` expects of the entry norm over its term, UF."""
    p = world.p
    return np.asarray(p.entry_gain * p.certificate_quarters / 4 * world.firms.mining_year[of])


def renew_certificates(world: World, stream: str, gain: F8, cost: F8, lapsing: NDArray[np.bool_]) -> Rows:
    """Firms that pay to keep a certificate whose term ends (``lapsing`` [n]): renewal must pay, and cash must cover it."""
    p, firms = world.p, world.firms
    rows = np.flatnonzero(lapsing & firms.alive & (firms.cash > cost))
    odds = p.option_slope * np.log(np.maximum(gain[rows], 1e-9) / cost[rows]) + p.renewal_habit
    renewed = rows[world.draws.uniform(stream, world.quarter, firms.uid[rows]) < 1.0 / (1.0 + np.exp(-np.clip(odds, -30, 30)))]
    paid = np.zeros(firms.n)
    paid[renewed] = cost[renewed]
    world.pay_plain("certificate renewal", paid, firms.region)
    return renewed


CERTIFICATE_SHARES = {"certification_cost_share": certificate_worth, "entry_cost_share": entry_worth}
"""Levers that pay for a certificate, and what it is worth to a firm."""


def interest_in_certificate(world: World, lever: str, public_share: float, of: Rows | slice = EVERY) -> F8:
    """Part of the firms ``of`` that would take the certificate at what a programme leaves them to pay, 0 to 1 each: whoever would not
    has no use for the voucher and does not apply."""
    own = OPTION_COST[lever](world, of) * (1.0 - public_share)
    worth = CERTIFICATE_SHARES[lever](world, of)
    return adoption_chance(worth, own, shortfall(world, of), 1.0, world.p.option_slope, world.p.shortfall_push)
