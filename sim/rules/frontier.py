"""How far suppliers stand from the world's sellers of their trade."""

import numpy as np
from numpy.typing import NDArray

from sim.world import World

F8 = NDArray[np.float64]
MOST = 0.95
"""No trade's sellers know more of the frontier of all trades."""


def trade_frontier(world: World) -> F8:
    """What the world's sellers of each trade know, relative to the frontier of all trades [K]."""
    return np.asarray(np.clip(world.data.knowledge_need + world.p.abroad_capability, 0.0, MOST))


def standing(world: World) -> F8:
    """What each supplier knows as a part of what the world's sellers of its trade know [n]; 1: abreast of them."""
    return np.asarray(world.firms.capability / trade_frontier(world)[world.firms.subsector])


def behind(world: World) -> F8:
    """The part of what the world's sellers of its trade know that each supplier lacks [n]; 0: abreast or ahead."""
    return np.asarray(np.maximum(1.0 - standing(world), 0.0))
