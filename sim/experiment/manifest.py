"""``manifest.json`` and ``config/design.parquet``: what a folder's runs have in common, and which rows they are.

Both say whether a repeated command goes on with a folder. More rows or replications extend it; anything else that
would mix results is refused, with what differs and the way out.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from sim.errors import InputError
from sim.experiment.design import Design
from sim.experiment.identity import code_digest, resolved
from sim.yamlfiles import parse

MANIFEST, DESIGN = "manifest.json", "config/design.parquet"
FORMAT = 1
WAY_OUT = "choose another folder (output=FOLDER)"


@dataclass(frozen=True)
class Manifest:
    """What must stay the same while a folder grows, and how large it is meant to get."""

    kind: str
    code: tuple[str, ...]
    data: dict[str, str]
    seed: int
    recording: tuple[str, ...]
    rows: int
    replications: int
    plan: dict[str, Any] = field(default_factory=dict)
    format: int = FORMAT

    @property
    def runs(self) -> int:
        """Runs the folder is meant to hold."""
        return self.rows * self.replications

    def as_json(self) -> bytes:
        """The manifest as the file holds it."""
        return json.dumps(asdict(self), indent=2, ensure_ascii=False).encode() + b"\n"


def manifest_of(design: Design, kind: str, seed: int, replications: int, recording: Sequence[str], plan: Mapping[str, Any]) -> Manifest:
    """The manifest of an experiment; ``plan`` tells how its rows were drawn."""
    data = dict(sorted(design.bases[0].world.checksums.items()))
    return Manifest(kind, code_digest(), data, seed, tuple(recording), len(design), replications, dict(plan))


def read(folder: Path) -> Manifest | None:
    """The manifest of a folder; None where there is none. Raises InputError when it cannot be read."""
    path = folder / MANIFEST
    if not path.is_file():
        return None
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
        told |= {name: tuple(told[name]) for name in ("code", "recording")}
        manifest = Manifest(**told)
    except (ValueError, TypeError, KeyError) as error:
        raise InputError(f"{path}: cannot be read as this version's manifest; {WAY_OUT}") from error
    return manifest


def rows_before(folder: Path) -> list[bytes]:
    """Digests of the rows in a folder, in the order of their numbers. Raises InputError."""
    if not (folder / DESIGN).is_file() and not any(folder.glob("*.parquet")):
        return []  # killed before it began
    try:
        table = pq.read_table(folder / DESIGN, columns=["row", "row_key"])
    except (OSError, pa.ArrowException) as error:
        raise InputError(f"{folder / DESIGN}: cannot be read, so the rows of this folder are unknown; {WAY_OUT}") from error
    numbered = dict(zip(table["row"].to_pylist(), table["row_key"].to_pylist(), strict=True))
    return [bytes.fromhex(numbered[row]) for row in sorted(numbered)]


def design_table(design: Design) -> pa.Table:
    """A row a sample, in the order drawn: the row of ``runs`` that answers it, its scenario, and its factors' values."""
    rows = design.row_of.tolist()
    told = {row: design.told(row) for row in set(rows)}
    columns: dict[str, Any] = {
        "sample": pa.array(range(len(rows)), pa.int64()), "row": pa.array(rows, pa.int64()),
        "row_key": pa.array([design.digests[row].hex() for row in rows]), "scenario": pa.array([design.scenario(row) for row in rows])}
    for name, number in design.changed.items():
        columns[name] = pa.array([told[row][name] for row in rows], pa.float64() if number else pa.string())
    return pa.table(columns)


def continued(folder: Path, old: Manifest, new: Manifest, design: Design) -> tuple[Manifest, Design]:
    """The manifest and design with which a folder goes on. Raises InputError, with what differs, when it may not."""
    _refuse(folder, _difference(old, new))
    before = rows_before(folder)
    missing = len(set(before) - set(design.digests))
    if missing:
        _refuse(folder, _configured(folder, design) or f"it was begun as `{old.plan.get('told')}`, and {missing} of its "
                f"{len(before)} rows are not among the {len(design)} that `{new.plan.get('told')}` asks for")
    grown = Manifest(new.kind, new.code, new.data, new.seed, new.recording, len(design), max(old.replications, new.replications), new.plan)
    return grown, design.renumbered(before)


def _refuse(folder: Path, why: str) -> None:
    if why:
        raise InputError(f"output={folder}: {why}; nothing was changed; {WAY_OUT}, or restore what differs and repeat the command")


def _difference(old: Manifest, new: Manifest) -> str:
    """What differs between two manifests beside size; empty when nothing does."""
    if old.format != new.format or old.code != new.code:
        return "it was written by another version of the model, so its runs cannot be joined by new ones"
    files = [name for name in {**old.data, **new.data} if old.data.get(name) != new.data.get(name)]
    if files:
        return f"the data file {files[0]} has changed since it was begun"
    for name, was, now in (("kind", old.kind, new.kind), ("seed", old.seed, new.seed), ("recording", old.recording, new.recording)):
        if was != now:
            return f"it was begun with {name}={_written(was)}, not {name}={_written(now)}"
    return ""


def _configured(folder: Path, design: Design) -> str:
    """The first value of a scenario's configuration that differs from what the folder holds."""
    for spec in {spec.scenario: spec for spec in reversed(design.bases)}.values():
        path = folder / "config" / f"{spec.scenario}.yaml"
        if not path.is_file():
            continue
        was, now = parse(path.read_text(encoding="utf-8")), resolved(spec)
        for told in (was, now):
            told.pop("changed", None)
        differs = _first_difference(was, now, "")
        if differs:
            return f"it was begun with other values ({differs})"
    return ""


def _first_difference(was: Any, now: Any, path: str) -> str:
    if isinstance(was, Mapping) and isinstance(now, Mapping):
        for key in {**was, **now}:
            found = _first_difference(was.get(key), now.get(key), f"{path}.{key}" if path else str(key))
            if found:
                return found
        return ""
    return "" if was == now or path.endswith(("caption", "caption_es", "source")) else f"{path}={_written(was)}, now {path}={_written(now)}"


def _written(value: Any) -> str:
    return f"[{','.join(map(str, value))}]" if isinstance(value, tuple | list) else str(value)
