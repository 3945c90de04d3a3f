"""What makes two runs the same run: the model's source, numpy and Numba, the resolved configuration, the seed."""

import ast
import dataclasses
import hashlib
import json
from collections.abc import Iterator
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

from sim.calendar import quarter_name
from sim.policies.record import ProgrammeSpec
from sim.spec import Spec

PACKAGE = Path(__file__).resolve().parents[1]
_TELLS_NOTHING = ("caption", "caption_es", "source", "id", "effect", "effect_es", "evidence")


def child_seed(seed: int, replication: int) -> int:
    """Seed of one replication, the same in every scenario; 0 <= seed < 2**63."""
    digest = hashlib.blake2b(f"{seed}/{replication}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") >> 1


def resolved(spec: Spec) -> dict[str, Any]:
    """The configuration as plain values, with the checksum of each data file in place of its path."""
    world = spec.world
    return {
        "scenario": spec.scenario,
        "caption": spec.caption,
        "caption_es": spec.caption_es,
        "world": {"name": world.name, "focal": world.regions[world.focal], "data": dict(sorted(world.checksums.items()))},
        "scale": float(spec.scale),
        "horizon": int(spec.horizon),
        "copper": spec.copper,
        "copper_path": None if spec.copper_path is None else [float(price) for price in spec.copper_path],
        "start": spec.start,
        "parameters": {name: float(value) for name, value in dataclasses.asdict(spec.parameters).items()},
        "programmes": {programme.name: _programme(programme) for programme in spec.programmes},
        "changed": {str(key): str(value) for key, value in spec.changed.items()},
    }


def _programme(programme: ProgrammeSpec) -> dict[str, Any]:
    values = {key: _plain(value) for key, value in dataclasses.asdict(programme).items() if key != "name"}
    values["from"] = quarter_name(values.pop("from_"))
    values["until"] = None if programme.until is None else quarter_name(programme.until)
    return values


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


def run_key(spec: Spec, seed: int) -> str:
    """Key of one run, 32 hexadecimal digits. Captions, sources and the way a value was given do not enter."""
    told = resolved(spec)
    del told["changed"]
    for record in (told, *told["programmes"].values()):
        for name in _TELLS_NOTHING:
            record.pop(name, None)
    text = json.dumps([model_digest(), _minor("numpy"), _minor("numba"), told, int(seed)], sort_keys=True)
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()


def _minor(library: str) -> str:
    return ".".join(version(library).split(".")[:2])


@cache
def model_digest() -> str:
    """Digest of every source file the model is made of; command line, configuration and docs are not among them."""
    digest = hashlib.blake2b(digest_size=16)
    for path in sorted(model_sources()):
        digest.update(path.relative_to(PACKAGE).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def model_sources() -> set[Path]:
    """The files of ``sim`` that ``sim.model`` imports, directly or through others."""
    found: set[Path] = set()
    waiting = [PACKAGE / "model.py"]
    while waiting:
        path = waiting.pop()
        if path not in found:
            found.add(path)
            waiting.extend(_imports(path))
    return found


def _imports(path: Path) -> Iterator[Path]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import | ast.ImportFrom) else []
        if isinstance(node, ast.ImportFrom) and node.module:
            names = [node.module, *(f"{node.module}.{name}" for name in names)]
        for name in names:
            yield from _files_of(name)


def _files_of(module: str) -> Iterator[Path]:
    head, *rest = module.split(".")
    if head == "sim" and rest:
        stem = PACKAGE.joinpath(*rest)
        yield from (path for path in (stem.with_suffix(".py"), stem / "__init__.py") if path.is_file())
