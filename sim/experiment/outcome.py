"""What a run leaves behind, whether it ended well or not."""

from dataclasses import dataclass, field
from typing import Any

from numpy.typing import NDArray

Columns = dict[str, NDArray[Any]]
DONE, FAILED = "done", "failed"


@dataclass(frozen=True)
class Outcome:
    """What a run left. ``tables``: table → column → values, without the columns that name the run.

    ``stage`` and ``quarter`` say where a failed run was when it failed; ``seconds`` is wall time.
    """

    status: str
    seconds: float
    final: dict[str, float] = field(default_factory=dict)
    tables: dict[str, Columns] = field(default_factory=dict)
    stage: str = ""
    quarter: int | None = None
    exception: str = ""
    traceback: str = ""
