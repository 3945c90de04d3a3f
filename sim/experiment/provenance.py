"""Where results come from: code, libraries, machine, seeds, data; and the folder's texts that say so."""

import csv
import io
import json
import os
import platform
import subprocess
import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from typing import Any

import numpy as np
import yaml

from sim.experiment.design import Run
from sim.experiment.frames import NAMED_BY, RunsTable
from sim.experiment.identity import PACKAGE, model_digest, resolved
from sim.settings import RunSettings
from sim.spec import Spec

LIBRARIES = ("mesa", "numpy", "numba", "llvmlite", "scipy", "pandas", "pyarrow", "networkx", "hydra-core", "matplotlib")
GIT_SECONDS = 5.0
DICTIONARY_HEAD = ("table", "column", "type", "unit", "caption", "caption_es")
_RUNS = {
    "run_key": ("text", "", "key of the run: model, configuration, data and seed", "clave de la corrida"),
    "scenario": ("text", "", "name of the scenario", "nombre del escenario"),
    "replication": ("integer", "", "replication, from 1; equal numbers share their luck", "réplica, desde 1"),
    "row": ("integer", "", "row of the design, from 0", "fila del diseño, desde 0"),
    "seed": ("integer", "", "seed of this replication", "semilla de la réplica"),
    "status": ("text", "", "done or failed", "done (terminada) o failed (fallida)"),
    "seconds": ("number", "s", "wall time of the run", "duración de la corrida"),
    "stage": ("text", "", "stage in which a failed run failed", "etapa en que falló"),
    "quarter": ("timestamp", "", "quarter in which a failed run failed", "trimestre en que falló"),
    "exception": ("text", "", "kind of failure", "tipo de falla"),
    "message": ("text", "", "what the failure says", "mensaje de la falla"),
    "traceback": ("text", "", "where in the code it failed", "lugar del código en que falló"),
    "replay": ("text", "", "command that runs this world again", "comando que repite esta corrida"),
}


def provenance(runs: Sequence[Run], settings: RunSettings, workers: int) -> dict[str, Any]:
    """What can be said before the first run; :func:`finished` adds the rest."""
    world = runs[0].spec.world
    return {
        "encadena": _version("encadena"),
        "code": _git() | {"model_digest": model_digest()},
        "python": sys.version,
        "libraries": {library: _version(library) for library in LIBRARIES},
        "machine": _machine(),
        "command": sys.argv,
        "scenarios": list(dict.fromkeys(run.spec.scenario for run in runs)),
        "runs": len(runs),
        "seed": settings.seed,
        "seeds": {str(run.replication): run.seed for run in runs},
        "executor": settings.executor,
        "workers": workers,
        "recording": list(settings.recording),
        "region": settings.region or world.regions[world.focal],
        "world": world.name,
        "data": dict(sorted(world.checksums.items())),
        "started": now(),
        "finished": None,
        "done": 0,
        "failed": 0,
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


def as_yaml(spec: Spec) -> bytes:
    """A resolved configuration as the file holds it."""
    text: str = yaml.safe_dump(resolved(spec), sort_keys=False, allow_unicode=True, width=120)
    return text.encode()
