"""Where results come from: code, libraries, machine, seeds, data; and the folder's texts that say so."""

import json
import os
import platform
import subprocess
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Any

import numpy as np
import yaml

from sim.calendar import year_of
from sim.experiment.identity import PACKAGE, model_digest, resolved
from sim.outputs import LIGHT
from sim.spec import Spec
from sim.worlddata import WorldData

if TYPE_CHECKING:
    from sim.experiment.experiment import Experiment

LIBRARIES = ("mesa", "numpy", "numba", "llvmlite", "scipy", "pandas", "pyarrow", "networkx", "hydra-core", "matplotlib")
GIT_SECONDS = 5.0


def provenance(experiment: "Experiment") -> dict[str, Any]:
    """What can be said before the first run; what is known at the end is added then."""
    design, settings, runs = experiment.design, experiment.settings, experiment.runs
    world = design.bases[0].world
    return {
        "encadena": _version("encadena"),
        "code": _git() | {"model_digest": model_digest()},
        "python": sys.version,
        "libraries": {library: _version(library) for library in LIBRARIES},
        "machine": _machine(),
        "command": sys.argv,
        "scenarios": list(design.scenarios),
        "runs": len(runs),
        "seed": settings.seed,
        "seeds": seeds(experiment),
        "executor": settings.executor,
        "workers": experiment.workers,
        "recording": list(settings.recording),
        "light": LIGHT in experiment.recording,
        "region": settings.region or world.regions[world.focal],
        "world": world_facts(world),
        "data": dict(sorted(world.checksums.items())),
        "started": now(),
        "finished": None,
        "done": 0,
        "failed": 0,
    }


def seeds(experiment: "Experiment") -> dict[str, int]:
    """The seed of every replication, as many as there are by now."""
    return {str(replication): seed for replication, seed in enumerate(experiment.runs.seeds, 1)}


def world_facts(world: WorldData) -> dict[str, Any]:
    """What tables and figures say of the world: captions of its regions, recorded shares of suppliers, its years."""
    named = zip(world.regions, world.region_captions, world.region_captions_es, world.recorded_supplier_share, strict=True)
    return {
        "name": world.name, "caption": world.caption, "caption_es": world.caption_es,
        "focal": world.regions[world.focal], "capital": world.regions[world.capital],
        "abroad": world.regions[world.abroad],
        "placement_year": world.placement_year, "history_from": year_of(world.history_from),
        "outlook_from": year_of(world.outlook_from),
        "regions": {name: {"caption": en, "caption_es": es, "recorded_supplier_share": None if np.isnan(share) else float(share)}
                    for name, en, es, share in named},
    }


def now() -> str:
    """This moment in universal time, to the second."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def _version(library: str) -> str | None:
    try:
        return version(library)
    except PackageNotFoundError:
        return None


def _machine() -> dict[str, Any]:
    simd = np.show_config(mode="dicts") or {}
    return {
        "system": platform.platform(),
        "processor": platform.processor() or platform.machine(),
        "cores": os.cpu_count(),
        "numpy_processor_features": simd.get("SIMD Extensions", {}),
    }


def _git() -> dict[str, Any]:
    """Commit and dirty flag of the checkout this code runs from; None for an installed wheel."""
    if not (PACKAGE.parent / ".git").exists():
        return {"commit": None, "dirty": None}
    try:
        commit = _ask_git("rev-parse", "--verify", "--quiet", "HEAD") or None
        return {"commit": commit, "dirty": bool(_ask_git("status", "--porcelain"))}
    except (OSError, subprocess.SubprocessError):
        return {"commit": None, "dirty": None}


def _ask_git(*words: str) -> str:
    asked = subprocess.run(["git", *words], cwd=PACKAGE.parent, capture_output=True, text=True, timeout=GIT_SECONDS)
    return asked.stdout.strip()


def as_json(told: Mapping[str, Any]) -> bytes:
    """The provenance as the file holds it."""
    return json.dumps(told, indent=2, ensure_ascii=False).encode() + b"\n"


_DUMPER = getattr(yaml, "CSafeDumper", yaml.SafeDumper)


def as_yaml(spec: Spec) -> bytes:
    """A resolved configuration as the file holds it."""
    text: str = yaml.dump(resolved(spec), Dumper=_DUMPER, sort_keys=False, allow_unicode=True, width=120)
    return text.encode()
