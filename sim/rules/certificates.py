"""Certificates: what they cost a firm, what it expects of them, and who has a use for a voucher."""

import numpy as np
from numpy.typing import NDArray

from sim.rules.adoption import adoption_chance, shortfall
from sim.world import EVERY, Rows, World

F8 = NDArray[np.float64]


def audit_size(world: World, of: Rows | slice = EVERY) -> F8:
    """Cost of certifying each of the firms ``of`` over that of one with a single worker: days of audit and of the own staff grow with
    the staff."""
    return np.asarray(np.maximum(world.firms.workers[of], 1.0)**world.p.certificate_staff)


def certificate_worth(world: World, of: Rows | slice = EVERY) -> F8:
    """What each of the firms ``of`` expects of a certificate over its term, UF: the price that the award rule weighs like it, on the
    part of its mining sales whose award it expects it to decide."""
    p = world.p
    return np.asarray(p.certificate_weight / p.price_weight * p.certificate_gain * p.certificate_quarters / 4 * world.firms.mining_year[of])


def entry_worth(world: World, of: Rows | slice = EVERY) -> F8:
    """What each of the firms ``of`` expects of the entry norm over its term, UF."""
    p = world.p
    return np.asarray(p.entry_gain * p.certificate_quarters / 4 * world.firms.mining_year[of])


CERTIFICATE_SHARES = {"certification_cost_share": (certificate_worth, "certificate_cost"), "entry_cost_share": (entry_worth, "entry_cost")}
"""Levers that pay for a certificate: what it is worth to a firm, and the parameter with its cost for one worker."""


def interest_in_certificate(world: World, lever: str, public_share: float, of: Rows | slice = EVERY) -> F8:
    """Part of the firms ``of`` that would take the certificate at what a programme leaves them to pay, 0 to 1 each: whoever would not
    has no use for the voucher and does not apply."""
    worth, cost = CERTIFICATE_SHARES[lever]
    own = getattr(world.p, cost) * audit_size(world, of) * (1.0 - public_share)
    return adoption_chance(worth(world, of), own, shortfall(world, of), 1.0, world.p.option_slope, world.p.shortfall_push)
