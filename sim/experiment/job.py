"""Carrying out an experiment in a folder, or going on with it: the one engine of ``encadena run`` and ``encadena sweep``."""

import sys
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.compute

from sim.calendar import quarter_name
from sim.errors import INTERRUPTED, OK, SOME_FAILED
from sim.experiment import manifest, resume, store
from sim.experiment.design import Run
from sim.experiment.experiment import Experiment
from sim.experiment.outcome import END_COLUMNS, FAILED, Outcome
from sim.experiment.provenance import now
from sim.wording import counted, quantity

SAID = {
    "en": {
        "unit": "run", "compiling": "compiling once; later runs start at once",
        "held": "{held} of {runs} runs stand in {folder} already",
        "torn": "encadena: {file} could not be read and was moved to {folder}/torn; its runs are run again",
        "stopped": "encadena: stopped; {saved} of {runs} runs are saved in {folder}",
        "failing": "failed: {scenario}, row {row}, replication {replication}{place}: {exception}",
        "failed": "encadena: {failed} of {runs} runs failed; the first is {scenario}, replication {replication}{place}: "
                  "{exception}\n  replay it with: {replay}",
        "place": ", in stage {stage} of {quarter}",
        "more": "replications: {before} are not enough for a half-width of {half_width}; going on to {after}",
    },
    "es": {
        "unit": "corrida", "compiling": "compilando por única vez; después parte de inmediato",
        "held": "{held} de {runs} corridas ya están en {folder}",
        "torn": "encadena: {file} no se pudo leer y quedó en {folder}/torn; sus corridas se repiten",
        "stopped": "encadena: detenido; {saved} de {runs} corridas están guardadas en {folder}",
        "failing": "falló: {scenario}, fila {row}, réplica {replication}{place}: {exception}",
        "failed": "encadena: {failed} de {runs} corridas fallaron; la primera es {scenario}, réplica {replication}"
                  "{place}: {exception}\n  se repite con: {replay}",
        "place": ", en la etapa {stage} de {quarter}",
        "more": "réplicas: {before} no bastan para un semiancho de {half_width}; se sigue hasta {after}",
    },
}


@dataclass
class Job:
    """An experiment in its folder, which is locked while the job is open."""

    experiment: Experiment
    folder: Path
    kind: str
    plan: Mapping[str, Any]
    lang: str
    saved: int = 0

    @property
    def runs(self) -> int:
        """Runs that the folder is meant to hold."""
        return len(self.experiment.design) * self.experiment.replications

    def carry_out(self, retry: bool = False) -> None:
        """Run what is missing; with ``replications=auto``, until the intervals are as narrow as asked."""
        experiment, settings = self.experiment, self.experiment.settings
        while True:
            self._round(self._begin(retry))
            if settings.replications is not None or settings.half_width is None:
                return
            from sim.experiment import stopping  # late: scipy.stats takes a while to import

            before = experiment.replications
            runs = pd.concat([part.to_pandas() for part in resume.read(self.folder, None)])
            enough = stopping.needed(runs, experiment.design.changed, settings.outcome, settings.half_width)
            if enough <= before:
                return
            tell(self._said("more", before=before, after=enough, half_width=quantity(settings.half_width, self.lang)))
            experiment.replications, retry = enough, False

    def _begin(self, retry: bool) -> resume.Held:
        """Write down what is going to stand here, and tell what does already."""
        experiment, settings = self.experiment, self.experiment.settings
        old = manifest.read(self.folder)
        new = manifest.manifest_of(experiment.design, self.kind, settings.seed, experiment.replications, experiment.recording, self.plan)
        if old is not None:
            new, experiment.design = manifest.continued(self.folder, old, new, experiment.design)
        with store.disk(self.folder):
            store.write(self.folder / manifest.MANIFEST, new.as_json())  # first: by it the folder is known as ours
            (self.folder / manifest.DESIGN).parent.mkdir(exist_ok=True)
            store.write_table(self.folder / manifest.DESIGN, manifest.design_table(experiment.design))
        held = resume.mend(self.folder, len(experiment.design), new.replications, retry)
        for file in held.torn:
            tell(self._said("torn", file=file))
        self.saved = int(held.done[: experiment.replications].sum())
        experiment.tables |= {home.name.removesuffix(".parquet") for home in self.folder.glob("*.parquet") if home.is_dir()}
        experiment.provenance |= {"done": held.count - held.failed, "failed": held.failed, "runs": new.runs,
                                  "session": {"started": now(), "held": held.count, "workers": experiment.workers}}
        tell(self._said("held", held=self.saved), bool(self.saved))
        return held

    def _round(self, held: resume.Held) -> None:
        """Run and save; whatever ends it early, what was finished is saved and the texts say how far it came."""
        experiment = self.experiment
        store.write_texts(self.folder, experiment.texts(finished=False))
        writer, before = store.Writer(self.folder, experiment.runs_table), self.saved
        missing = experiment.runs.without(held.done)
        unit, compiling = SAID[self.lang]["unit"], SAID[self.lang]["compiling"]
        try:
            with closing(experiment.outcomes(unit, compiling, missing, self._failing)) as outcomes:
                for run, outcome in outcomes:
                    writer.add(run, outcome)
        finally:
            try:
                writer.flush()
            finally:
                self.saved = before + writer.saved
            store.write_texts(self.folder, experiment.texts())

    def _said(self, what: str, **words: Any) -> str:
        return SAID[self.lang][what].format(**{"runs": self.runs, "folder": self.folder, "saved": self.saved} | words)

    def _failing(self, run: Run, outcome: Outcome) -> str:
        quarter = None if outcome.quarter is None else quarter_name(outcome.quarter)
        return self._said("failing", scenario=run.scenario, row=run.row, replication=run.replication,
                          place=self._place(outcome.stage, quarter), exception=outcome.exception)

    def _place(self, stage: str, quarter: str | None) -> str:
        return self._said("place", stage=stage or "?", quarter=quarter) if quarter else ""

    def tell_failures(self) -> int:
        """Tell of the first run that failed, if any; the exit code."""
        parts = [part.filter(pa.compute.equal(part["status"], FAILED)) for part in resume.read(self.folder, END_COLUMNS)]
        failed = [row for part in parts for row in part.to_pylist()]
        if not failed:
            return OK
        first = min(failed, key=lambda row: (row["replication"], row["row"]))
        tell(self._said("failed", failed=len(failed), scenario=first["scenario"], replication=first["replication"],
                        place=self._place(first["error_stage"], first["error_quarter"]), exception=first["error_exception"],
                        replay=first["error_replay"]))
        return SOME_FAILED

    def tell_stopped(self) -> int:
        """Say what is saved; the exit code of an interrupted command."""
        tell(self._said("stopped"))
        return INTERRUPTED


@contextmanager
def opened(experiment: Experiment, folder: Path, kind: str, plan: Mapping[str, Any], lang: str) -> Iterator[Job]:
    """The job of an experiment in a folder that nobody else may write into meanwhile. Raises InputError."""
    store.prepare(folder)
    with store.locked(folder):
        yield Job(experiment, folder, kind, plan, lang)


def size(experiment: Experiment, row: str, lang: str) -> str:
    """How much is to be run, and by how many workers; ``row`` says what a row is: a scenario, or any row of a design."""
    rows, replications = len(experiment.design), experiment.replications
    return (f"{counted(rows, row, lang)} x {counted(replications, 'replication', lang)} = {counted(rows * replications, 'run', lang)}; "
            f"{counted(experiment.workers, 'worker', lang)}")


def tell(sentence: str, wanted: bool = True) -> None:
    """Say something on stderr."""
    if wanted:
        print(sentence, file=sys.stderr)
