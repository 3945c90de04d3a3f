"""Who is sponsored by an operation, and which programme gives each firm its sponsor."""

import numpy as np

from sim.policies.programme import NOBODY
from sim.world import World


def sponsoring(world: World) -> np.ndarray:
    """Rows of living firms in programmes that give them a sponsor: circles of a buyer, challenges and their contracts; a row each time."""
    firms, held = world.firms, [NOBODY]
    for programme in world.programmes:
        held.append(programme.sponsored())
    rows = np.concatenate(held)
    return rows[firms.alive[rows]]


def sponsored_by_none(world: World) -> int:
    """Living firms with a sponsor that no programme gives them."""
    return np.setdiff1d(np.flatnonzero(world.firms.alive & (world.firms.sponsor >= 0)), sponsoring(world)).size


def unsponsored(world: World) -> int:
    """Firms in such a programme whose sponsor is missing, and firms that are in two of them."""
    rows, times = np.unique(sponsoring(world), return_counts=True)
    return int((world.firms.sponsor[rows] < 0).sum() + (times > 1).sum())
