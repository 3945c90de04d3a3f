"""The frozen description of one world to run: what the configuration becomes and what the model receives."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from sim.parameters import Parameters
from sim.policies.record import ProgrammeSpec
from sim.worlddata import WorldData

STARTS = ("recorded", "copper", "uniform", "weak", "strong")
COPPER_PATHS = ("ar1", "boom", "bust", "supercycle", "flat")


@dataclass(frozen=True)
class Spec:
    """Everything that decides a world's course except its seed."""

    scenario: str
    caption: str
    caption_es: str
    world: WorldData
    parameters: Parameters
    programmes: tuple[ProgrammeSpec, ...]
    scale: float
    horizon: int
    copper: str
    start: str
    copper_path: NDArray[np.float64] | None = None
    changed: Mapping[str, str] = field(default_factory=dict)
