"""Encadena: an agent-based simulation of mining-supplier clusters.

``sim.load`` composes a scenario, ``sim.run`` runs scenarios and returns tidy frames, ``Cluster`` is the Mesa model.
Names are imported when first used, so that ``import sim`` and ``encadena --help`` stay fast.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sim.agents.agency import Agency
    from sim.agents.association import Association
    from sim.agents.mining_firm import MiningFirm
    from sim.agents.supplier import Supplier
    from sim.agents.university import University
    from sim.config import load
    from sim.experiment.memory import run
    from sim.model import Cluster

__all__ = ["Agency", "Association", "Cluster", "MiningFirm", "Supplier", "University", "load", "run"]
__version__ = "0.1.0"

_HOMES = {
    "Agency": "sim.agents.agency", "Association": "sim.agents.association", "Cluster": "sim.model", "MiningFirm": "sim.agents.mining_firm",
    "Supplier": "sim.agents.supplier", "University": "sim.agents.university", "load": "sim.config", "run": "sim.experiment.memory"}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'sim' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
