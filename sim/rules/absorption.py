"""What a firm can take in: absorptive capacity, openness, and how much is learnt at a knowledge distance."""

import numpy as np
from numpy.typing import NDArray

from sim.kernels.delivery import HUMP_REACH, HUMP_STEPS, HUMP_TABLE
from sim.world import World

F8 = NDArray[np.float64]


def absorptive_capacity(capability: F8, skills: F8, research: NDArray[np.bool_], management: F8, weights: F8) -> F8:
    """Absorptive capacity [n] in 0 to 1 (Cohen and Levinthal 1990): own capability, skills, R&D unit, management
    with these ``weights`` [4] over a floor of what the weights leave to one."""
    own, skill, unit, practice = weights
    floor = 1.0 - weights.sum()
    return np.asarray(np.clip(floor + own * capability + skill * skills + unit * research + practice * management, 0.0, 1.0))


def hump(distance: F8, best: F8) -> F8:
    """What can be learnt at a knowledge distance: nothing at zero or below, most at ``best``, little far away."""
    x = np.clip(distance / best, 0.0, HUMP_REACH - 1e-9) * HUMP_STEPS
    cell = x.astype(np.int64)
    part = x - cell
    return HUMP_TABLE[cell] * (1.0 - part) + HUMP_TABLE[cell + 1] * part


def receptiveness(world: World) -> NDArray[np.float32]:
    """How open each supplier is to what is new [n]: a floor that all share, and its absorptive capacity."""
    return np.asarray(world.p.receptive_floor + world.firms.absorptive)


def best_distance(world: World) -> F8:
    """Knowledge distance from which each supplier learns most [n], in parts of the frontier."""
    return np.asarray(world.p.hump_width * receptiveness(world), np.float64)
