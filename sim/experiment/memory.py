"""Runs from Python, kept in memory: the same results object without a folder."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

import pyarrow as pa

from sim.experiment.design import Run
from sim.experiment.experiment import Experiment
from sim.experiment.outcome import Outcome
from sim.experiment.results import Memory, Results
from sim.settings import RunSettings
from sim.spec import Spec

BASELINE = "baseline"


def run(
    scenarios: str | Spec | Iterable[str | Spec] = (), *overrides: str, replications: int | None = None,
    seed: int | None = None, workers: int | None = None, recording: Sequence[str] | None = None,
) -> Results:
    """Run scenarios (names, specs, or both) and hand over their frames.

    As on the command line, names bring ``baseline`` along, none at all means the five of the first run, and overrides
    (``"scale=0.1"``) hold for every name; specs are run as they are. Raises InputError for what cannot be run.

    >>> results = run("local_purchasing", "scale=0.1", replications=4)        # doctest: +SKIP
    """
    asked = [scenarios] if isinstance(scenarios, str | Spec) else list(scenarios)
    specs, settings = _specs(asked, overrides)
    given: dict[str, Any] = {"replications": replications, "seed": seed, "workers": workers,
             "recording": None if recording is None else tuple(recording)}
    settings = replace(settings, **{name: value for name, value in given.items() if value is not None})
    return run_in_memory(specs, settings)


def _specs(asked: Sequence[str | Spec], overrides: Sequence[str]) -> tuple[list[Spec], RunSettings]:
    from sim.config import load_comparison  # late: the experiment layer itself needs no configuration

    given = [spec for spec in asked if isinstance(spec, Spec)]
    names = [name for name in asked if isinstance(name, str)]
    if given and not names:
        return given, load_comparison([BASELINE], overrides).settings
    comparison = load_comparison(names, overrides)
    return [*comparison.specs, *given], comparison.settings


def run_in_memory(specs: Sequence[Spec], settings: RunSettings) -> Results:
    """Run the specs and hand over their frames. Raises InputError as :class:`Experiment` does."""
    experiment = Experiment(specs, settings)
    done = list(experiment.outcomes())
    texts = {name: content.decode() for name, content in experiment.texts().items()}
    configs = {spec.scenario: texts.pop(f"config/{spec.scenario}.yaml") for spec in experiment.specs}
    return Results(Memory(_tables(experiment, done), texts, configs))


def _tables(experiment: Experiment, done: list[tuple[Run, Outcome]]) -> dict[str, pa.Table]:
    tables = {"runs": experiment.runs_table.rows(done)}
    for name in sorted({table for _, outcome in done for table in outcome.tables}):
        parts = [outcome.tables[name] for _, outcome in done if name in outcome.tables]
        tables[name] = pa.concat_tables(parts)
    return tables
