"""Runs from Python, kept in memory: the same results object without a folder."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from sim.errors import InputError
from sim.experiment.experiment import Experiment
from sim.experiment.manifest import design_table
from sim.experiment.results import Memory, Results
from sim.experiment.store import tables_of
from sim.settings import RunSettings
from sim.spec import Spec

Asked = str | Spec | Iterable[str | Spec]


def run(*what: Asked, replications: int | None = None, seed: int | None = None, workers: int | None = None,
        recording: Sequence[str] | None = None) -> Results:
    """Run scenarios and hand over their frames.

    ``what`` holds names of scenarios, ``key=value`` words and :class:`Spec` records, alone or in lists. As on the
    command line, names bring ``baseline`` along, none at all means the five of the first run, and words hold for every
    name; specs are run as they are. Raises InputError for what cannot be run.

    >>> results = run("local_purchasing", "scale=0.1", replications=4)        # doctest: +SKIP
    """
    specs, settings = _specs(_flat(what))
    given: dict[str, Any] = {"replications": replications, "seed": seed, "workers": workers,
                             "recording": None if recording is None else tuple(recording)}
    return run_in_memory(specs, replace(settings, **{name: value for name, value in given.items() if value is not None}))


def _flat(what: Iterable[Asked]) -> list[str | Spec]:
    parts = [part for asked in what for part in (asked if isinstance(asked, Iterable) and not isinstance(asked, str) else [asked])]
    for part in parts:
        if not isinstance(part, str | Spec):
            raise InputError(f"{part!r} is neither text nor a Spec; write names of scenarios, and changes as in 'scale=0.1'")
    return parts


def _specs(asked: Sequence[str | Spec]) -> tuple[list[Spec], RunSettings]:
    from sim.config import load_comparison  # late: the experiment layer itself needs no configuration
    from sim.layers import BASELINE

    given = [spec for spec in asked if isinstance(spec, Spec)]
    words = [word for word in asked if isinstance(word, str)]
    overrides = [word for word in words if "=" in word or word.startswith(("~", "+"))]
    names = [word for word in words if word not in overrides]
    if given and not names:
        if overrides:
            raise InputError(f"{overrides[0]!r} changes scenarios given by name; a Spec is run as it is, so load it with that word")
        return given, load_comparison([BASELINE]).settings
    comparison = load_comparison(names, overrides)
    return [*comparison.specs, *given], comparison.settings


def run_in_memory(specs: Sequence[Spec], settings: RunSettings) -> Results:
    """Run the specs and hand over their frames. Raises InputError as :class:`Experiment` does."""
    if settings.replications is None:
        raise InputError("replications=auto needs a folder; use `encadena run replications=auto` or give a number")
    experiment = Experiment(specs, settings)
    done = sorted(experiment.outcomes(), key=lambda ended: (ended[0].replication, ended[0].row))
    texts = {name: content.decode() for name, content in experiment.texts().items()}
    configs = {name: texts.pop(f"config/{name}.yaml") for name in experiment.design.scenarios}
    tables = {"runs": experiment.runs_table.rows(done), "design": design_table(experiment.design)} | tables_of(done)
    return Results(Memory(tables, texts, configs))
