"""How a value is declared once: unit, range, captions and source stand beside its default.

Tables in the docs, ranges of sweeps and the sentences that refuse a bad value are all made from these declarations.
"""

import math
from dataclasses import MISSING, Field, dataclass, field, fields
from typing import Any

from sim.errors import InputError

JUDGEMENT = "judgement"
"""Source of a value that no source gives."""


@dataclass(frozen=True)
class Declared:
    """One declared value. ``low`` and ``high`` bound the plausible range, ``floor`` and ``ceiling`` what is possible."""

    name: str
    default: float
    unit: str
    low: float
    high: float
    floor: float
    ceiling: float
    caption: str
    caption_es: str
    source: str

    @property
    def unit_told(self) -> str:
        """The unit as it follows a number in a sentence; a pure number has none."""
        return f" {self.unit}" if self.unit != "1" else ""

    def check(self, value: float, where: str) -> None:
        """Raise InputError when the value is impossible."""
        if not (self.floor <= value <= self.ceiling and math.isfinite(value)):
            ends = f"is at least {self.floor:g}" if math.isinf(self.ceiling) else f"lies between {self.floor:g} and {self.ceiling:g}"
            raise InputError(f"{where}: {self.name}={value:g}{self.unit_told} is impossible; it {ends} "
                             f"(plausible: {self.low:g} to {self.high:g})")


def declare(
    default: float, unit: str, low: float, high: float, caption: str, caption_es: str, source: str,
    floor: float = 0.0, ceiling: float = float("inf"),
) -> Any:
    """A dataclass field that carries its declaration."""
    meta = {"unit": unit, "low": low, "high": high, "floor": floor, "ceiling": ceiling,
            "caption": caption, "caption_es": caption_es, "source": source}
    return field(default=default, metadata=meta)


def declared_in(record: type) -> dict[str, Declared]:
    """Name → declaration of every declared field of a dataclass, in the order written."""
    return {f.name: _read(f) for f in fields(record) if "unit" in f.metadata}


def _read(item: "Field[Any]") -> Declared:
    assert item.default is not MISSING
    return Declared(name=item.name, default=item.default, **item.metadata)
