"""Runs kept in memory: the same results object without a folder."""

from collections.abc import Sequence

import pyarrow as pa

from sim.experiment.design import Run
from sim.experiment.experiment import Experiment
from sim.experiment.frames import keyed
from sim.experiment.outcome import Outcome
from sim.experiment.results import Memory, Results
from sim.settings import RunSettings
from sim.spec import Spec


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
        parts = [keyed(run, outcome.tables[name]) for run, outcome in done if name in outcome.tables]
        tables[name] = pa.concat_tables(parts)
    return tables
