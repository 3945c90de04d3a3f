"""``encadena sweep``: many rows, kept light, resumed by the same command; and what a dry run tells beforehand."""

import sys

from sim.errors import InputError
from sim.experiment.estimate import estimate
from sim.experiment.experiment import Experiment
from sim.experiment.job import OK, opened, tell
from sim.experiment.planning import Plan

SAID = {
    "en": {
        "start": "{told}: {rows} rows x {replications} replications = {runs} runs; workers: {workers}; folder: {folder}",
        "done": "{done} of {runs} runs are in {folder}\n  status:  encadena status {folder}\n"
                "  frames:  python -c 'import sim.experiment.results as r; print(r.open(\"{folder}\").runs)'",
        "dry": "design        {told}\nrows          {rows:,} ({samples:,} samples)\nreplications  {replications:,}{auto}\n"
               "runs          {runs:,}\ntime          about {time} with {workers} workers ({seconds:.2f} s a run, {shared:.2f} s where "
               "the history is shared; measured on one run of row 0)\ndisk          about {disk}\nfolder        {folder}",
        "auto": " to begin with, then as many as half_width={half_width:g} of {outcome} needs",
    },
    "es": {
        "start": "{told}: {rows} filas x {replications} réplicas = {runs} corridas; procesos: {workers}; carpeta: {folder}",
        "done": "{done} de {runs} corridas están en {folder}\n  estado:  encadena status {folder}\n"
                "  tablas:  python -c 'import sim.experiment.results as r; print(r.open(\"{folder}\").runs)'",
        "dry": "diseño        {told}\nfilas         {rows:,} ({samples:,} muestras)\nréplicas      {replications:,}{auto}\n"
               "corridas      {runs:,}\ntiempo        cerca de {time} con {workers} procesos ({seconds:.2f} s por corrida, {shared:.2f} s "
               "donde se comparte la historia; medido en una corrida de la fila 0)\ndisco         cerca de {disk}\ncarpeta       {folder}",
        "auto": " para empezar, y después las que pida half_width={half_width:g} de {outcome}",
    },
}


def run_sweep(planned: Plan, lang: str = "en", dry_run: bool = False, retry: bool = False) -> int:
    """Run a planned sweep, or go on with it; the exit code (0, 1 = some failed, 130 = Ctrl-C). Raises InputError."""
    experiment = Experiment(planned.design, planned.settings, light=True)
    if dry_run:
        print(_dry(planned, experiment, lang))
        return OK
    with opened(experiment, planned.folder, "sweep", planned.told, lang) as job:
        try:
            tell(SAID[lang]["start"].format(**_size(planned, experiment)), sys.stderr.isatty())
            job.carry_out(retry)
        except KeyboardInterrupt:
            return job.tell_stopped()
        except InputError:
            if job.saved:
                job.tell_stopped()
            raise
        print(SAID[lang]["done"].format(done=job.saved, runs=job.runs, folder=job.folder))
        return job.tell_failures()


def _size(planned: Plan, experiment: Experiment) -> dict[str, object]:
    return {"told": planned.told["told"], "rows": len(experiment.design), "replications": experiment.replications,
            "runs": len(experiment.design) * experiment.replications, "workers": experiment.workers, "folder": planned.folder}


def _dry(planned: Plan, experiment: Experiment, lang: str) -> str:
    measured, settings = estimate(experiment), planned.settings
    auto = "" if settings.replications else SAID[lang]["auto"].format(half_width=settings.half_width, outcome=settings.outcome)
    return SAID[lang]["dry"].format(
        **_size(planned, experiment), samples=experiment.design.row_of.size, auto=auto, time=clock(measured.wall),
        seconds=measured.whole, shared=measured.forked, disk=_bytes(measured.disk))


def clock(seconds: float) -> str:
    """Seconds in words, such as 3.5 h."""
    for size, unit in ((86400.0, "d"), (3600.0, "h"), (60.0, "min")):
        if seconds >= 2 * size:
            return f"{seconds / size:.1f} {unit}"
    return f"{seconds:.0f} s"


def _bytes(size: float) -> str:
    for unit in ("B", "kB", "MB"):
        if size < 1000:
            return f"{size:.0f} {unit}"
        size /= 1000
    return f"{size:.1f} GB"
