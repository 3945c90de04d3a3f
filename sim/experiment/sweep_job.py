"""``encadena sweep``: many rows, kept light, resumed by the same command; and what a dry run tells beforehand."""

import shlex
import sys

from sim.errors import OK, InputError
from sim.experiment.estimate import estimate
from sim.experiment.experiment import Experiment
from sim.experiment.job import opened, size, tell
from sim.experiment.planning import Plan
from sim.wording import counted, number

SAID = {
    "en": {
        "start": "{told}: {size}; folder: {folder}",
        "done": "{done} of {runs} runs are in {folder}\n  status:  encadena status {quoted}\n"
                "  frames:  python -c 'import sim.experiment.results as r; print(r.open(\"{folder}\").runs)'",
        "dry": "design        {told}\nrows          {rows} ({samples})\nreplications  {replications}{auto}\n"
               "runs          {runs}\ntime          about {time} with {workers} ({seconds} s a run, {shared} s where "
               "the history is shared; measured on one run of row 0)\ndisk          about {disk}\nfolder        {folder}",
        "auto": " to begin with, then as many as half_width={half_width:g} of {outcome} needs",
    },
    "es": {
        "start": "{told}: {size}; carpeta: {folder}",
        "done": "{done} de {runs} corridas están en {folder}\n  estado:  encadena status {quoted}\n"
                "  tablas:  python -c 'import sim.experiment.results as r; print(r.open(\"{folder}\").runs)'",
        "dry": "diseño        {told}\nfilas         {rows} ({samples})\nréplicas      {replications}{auto}\n"
               "corridas      {runs}\ntiempo        cerca de {time} con {workers} ({seconds} s por corrida, {shared} s "
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
            start = SAID[lang]["start"]
            tell(start.format(told=planned.told["told"], size=size(experiment, "row", lang), folder=planned.folder), sys.stderr.isatty())
            job.carry_out(retry)
        except KeyboardInterrupt:
            return job.tell_stopped()
        except InputError:
            if job.saved:
                job.tell_stopped()
            raise
        print(SAID[lang]["done"].format(done=job.saved, runs=job.runs, folder=job.folder, quoted=shlex.quote(str(job.folder))))
        return job.tell_failures()


def _dry(planned: Plan, experiment: Experiment, lang: str) -> str:
    measured, settings, rows = estimate(experiment), planned.settings, len(experiment.design)
    auto = "" if settings.replications else SAID[lang]["auto"].format(half_width=settings.half_width, outcome=settings.outcome)
    return SAID[lang]["dry"].format(
        told=planned.told["told"], rows=number(rows, 0, lang), samples=counted(experiment.design.row_of.size, "sample", lang),
        replications=number(experiment.replications, 0, lang), auto=auto, runs=number(rows * experiment.replications, 0, lang),
        time=clock(measured.wall, lang), workers=counted(experiment.workers, "worker", lang), seconds=number(measured.whole, 2, lang),
        shared=number(measured.forked, 2, lang), disk=_bytes(measured.disk, lang), folder=planned.folder)


def clock(seconds: float, lang: str) -> str:
    """Seconds in words, such as 3.5 h."""
    for length, unit in ((86400.0, "d"), (3600.0, "h"), (60.0, "min")):
        if seconds >= 2 * length:
            return f"{number(seconds / length, 1, lang)} {unit}"
    return f"{seconds:.0f} s"


def _bytes(amount: float, lang: str) -> str:
    for unit in ("B", "kB", "MB"):
        if amount < 1000:
            return f"{amount:.0f} {unit}"
        amount /= 1000
    return f"{number(amount, 1, lang)} GB"
