"""What a run leaves behind, whether it ended well or not."""

from dataclasses import dataclass, field

import pyarrow as pa

DONE, FAILED = "done", "failed"


@dataclass(frozen=True)
class Outcome:
    """What a run left: tables that name the run in their first columns, and the final indicators.

    ``stage`` and ``quarter`` say where a failed run was when it failed; ``seconds`` is wall time.
    """

    status: str
    seconds: float
    final: dict[str, float] = field(default_factory=dict)
    tables: dict[str, pa.Table] = field(default_factory=dict)
    stage: str = ""
    quarter: int | None = None
    exception: str = ""
    traceback: str = ""
