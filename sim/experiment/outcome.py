"""What a run leaves behind, whether it ended well or not."""

from dataclasses import dataclass, field

import pyarrow as pa

from sim.experiment.frames import Yearly

DONE, FAILED = "done", "failed"
END_COLUMNS = ["row", "replication", "scenario", "status", "error_stage", "error_quarter", "error_exception", "error_replay"]
"""Columns of ``runs`` that say how a run ended."""


@dataclass(frozen=True)
class Outcome:
    """What a run left: tables that name the run in their first columns, and the final indicators.

    ``yearly`` stands for the table ``series`` of a light run. ``stage`` and ``quarter`` say where a failed run was when
    it failed; ``seconds`` is wall time.
    """

    status: str
    seconds: float
    final: dict[str, float] = field(default_factory=dict)
    tables: dict[str, pa.Table] = field(default_factory=dict)
    yearly: Yearly | None = None
    stage: str = ""
    quarter: int | None = None
    exception: str = ""
    traceback: str = ""
