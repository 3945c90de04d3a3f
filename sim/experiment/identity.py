"""What makes two runs the same run: the model's source, numpy and Numba, the resolved configuration, the seed."""

import ast
import dataclasses
import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.branching import history_key
from sim.calendar import quarter_name
from sim.experiment.changes import changed
from sim.parameters import Parameters, declared
from sim.policies.record import ProgrammeSpec
from sim.spec import Spec

I8 = NDArray[np.int64]
F8 = NDArray[np.float64]
PARAMETERS = tuple(declared())
NO_PARAMETERS = Parameters()
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
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    return [_plain(item) for item in value] if isinstance(value, tuple) else value


def key_of(digest: bytes, seed: int) -> str:
    """Key of the run of a row (its digest) with this seed, 32 hexadecimal digits."""
    return hashlib.blake2b(digest + int(seed).to_bytes(8, "big"), digest_size=16).hexdigest()


def row_digests(bases: Sequence[Spec], names: Sequence[str], base: I8, values: F8) -> list[bytes]:
    """What makes each row the world it is, 16 bytes a row: its base [rows] with numbers [rows, names] put in (NaN: none).

    Parameters enter as numbers, so that a row which changes nothing else costs microseconds; captions, sources and the way a value
    was given do not enter.
    """
    return _digested(bases, names, base, values, _head, b"row")


def history_of(bases: Sequence[Spec], names: Sequence[str], base: I8, values: F8) -> list[bytes]:
    """The same for the course of each row's world before its outlook: equal digests share a history."""
    return _digested(bases, names, base, values, _history_head, b"history")


def _digested(
    bases: Sequence[Spec], names: Sequence[str], base: I8, values: F8, head: Callable[[Spec], bytes], first: bytes
) -> list[bytes]:
    parameters = np.array([_parameters(spec) for spec in bases])
    own = [number for number, name in enumerate(names) if name.startswith("parameters.")]
    others = [number for number in range(len(names)) if number not in own]
    columns = [PARAMETERS.index(names[number].split(".")[1]) for number in own]
    heads = {number: head(bases[number]) for number in np.unique(base).tolist()}
    digests = []
    for number, row in zip(base.tolist(), values, strict=True):
        vector, given = parameters[number].copy(), row[own]
        known = ~np.isnan(given)
        vector[np.array(columns, np.intp)[known]] = given[known]
        rest = {names[k]: float(row[k]) for k in others if not np.isnan(row[k])}
        told = head(changed(bases[number], rest)) if rest else heads[number]
        digests.append(hashlib.blake2b(first + told + vector.tobytes(), digest_size=16).digest())
    return digests


def _parameters(spec: Spec) -> list[float]:
    return [float(getattr(spec.parameters, name)) for name in PARAMETERS]


def _head(spec: Spec) -> bytes:
    """Everything but the parameters, and the code."""
    told = resolved(spec)
    del told["changed"], told["parameters"]
    for record in (told, *told["programmes"].values()):
        for name in _TELLS_NOTHING:
            record.pop(name, None)
    text = json.dumps([*code_digest(), PARAMETERS, told], sort_keys=True)
    return hashlib.blake2b(text.encode(), digest_size=16).digest()


def _history_head(spec: Spec) -> bytes:
    return hashlib.blake2b(history_key(replace(spec, parameters=NO_PARAMETERS), 0, ()), digest_size=16).digest()


def code_digest() -> tuple[str, str, str]:
    """Digest of the model's source, and the minor versions of numpy and Numba: worlds of other code are other worlds."""
    return model_digest(), _minor("numpy"), _minor("numba")


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
