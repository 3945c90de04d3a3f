"""``encadena status FOLDER``: done, failed, left, runs a second, time to go; also while a sweep goes on."""

import json
import shlex
from datetime import datetime
from pathlib import Path

from sim.errors import InputError
from sim.experiment import manifest, resume, store
from sim.experiment.outcome import END_COLUMNS, FAILED
from sim.experiment.sweep_job import clock
from sim.wording import counted, number

SAID = {
    "en": {"title": "{folder}: {told}", "running": "running", "idle": "not running", "finished": "finished",
           "counts": "done {done}; failed {failed}; left {left} of {runs} ({rows} x {replications})",
           "rate": "{rate} runs/s; time to go {time}", "no_rate": "rate not known yet",
           "resume": "go on with the command that began it: encadena {command}",
           "failure": "failed: {scenario}, row {row}, replication {replication}, stage {stage} of {quarter}: {exception}\n  {replay}"},
    "es": {"title": "{folder}: {told}", "running": "en marcha", "idle": "detenido", "finished": "terminado",
           "counts": "hechas {done}; fallidas {failed}; faltan {left} de {runs} ({rows} x {replications})",
           "rate": "{rate} corridas/s; tiempo restante {time}", "no_rate": "ritmo aún desconocido",
           "resume": "se continúa con la orden que lo inició: encadena {command}",
           "failure": "falló: {scenario}, fila {row}, réplica {replication}, etapa {stage} de {quarter}: {exception}\n  {replay}"},
}
SHOWN = 3


def status(folder: Path, lang: str = "en") -> list[str]:
    """What to print about a folder. Raises InputError when it holds no experiment."""
    told = manifest.read(folder)
    if told is None:
        raise InputError(f"{folder}: holds no results; give a folder that `encadena run` or `encadena sweep` has written")
    said, running = SAID[lang], store.is_locked(folder)
    rows = [row for part in resume.read(folder, END_COLUMNS) for row in part.to_pylist() if row["replication"] <= told.replications]
    failures = [row for row in rows if row["status"] == FAILED]
    left = told.runs - len(rows)
    state = said["finished"] if not left and not running else said["running" if running else "idle"]
    lines = [said["title"].format(folder=folder, told=told.plan.get("told", "")),
             f"{state}; " + _counts(told, len(rows) - len(failures), len(failures), lang)]
    if left and running:
        lines.append(_rate(folder, len(rows), left, lang))
    elif left:
        lines.append(said["resume"].format(command=_command(folder)))
    return lines + [said["failure"].format(stage=row["error_stage"], quarter=row["error_quarter"], exception=row["error_exception"],
                                           replay=row["error_replay"], **{key: row[key] for key in ("scenario", "row", "replication")})
                    for row in sorted(failures, key=lambda row: (row["replication"], row["row"]))[:SHOWN]]


def _counts(told: manifest.Manifest, done: int, failed: int, lang: str) -> str:
    numbers = {"done": done, "failed": failed, "left": told.runs - done - failed}
    sizes = {f"{what}s": counted(count, what, lang) for what, count in
             (("run", told.runs), ("row", told.rows), ("replication", told.replications))}
    return SAID[lang]["counts"].format(**{name: number(count, 0, lang) for name, count in numbers.items()}, **sizes)


def _provenance(folder: Path) -> dict[str, object]:
    try:
        told: dict[str, object] = json.loads((folder / "provenance.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return told


def _command(folder: Path) -> str:
    words = _provenance(folder).get("command")
    return shlex.join(map(str, words[1:])) if isinstance(words, list) else "…"


def _rate(folder: Path, held: int, left: int, lang: str) -> str:
    """Runs written since this session began, over the time until its last shard."""
    said, session = SAID[lang], _provenance(folder).get("session")
    shards = [path.stat().st_mtime for path in (folder / resume.RUNS).glob("part-*.parquet")]
    if not isinstance(session, dict) or not shards:
        return said["no_rate"]
    elapsed = max(shards) - datetime.fromisoformat(session["started"]).timestamp()
    done = held - session["held"]
    if done <= 0 or elapsed <= 0:
        return said["no_rate"]
    return said["rate"].format(rate=number(done / elapsed, 2, lang), time=clock(left * elapsed / done, lang))
