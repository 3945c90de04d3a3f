"""What every method of sensitivity analysis hands back."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import pandas as pd

from analysis.labels import NOBODY, Called
from analysis.sensitivity.luck import Noise


@dataclass(frozen=True)
class Sensitivity:
    """``table`` has a row a factor (or factor and level), strongest first; the columns are explained by its maker.

    ``rows`` and ``replications`` entered; ``left_out`` rows did not, because a run failed, is missing, or stands in a
    block that is not whole. A column ``luck`` is what a factor would show that did nothing but reshuffle luck, judged
    from how much replications disagree on its own steps (NaN with one replication). ``unjudged`` are factors that not every
    row gave a number for, of which the method can say nothing. ``worlds`` tells by language where, when
    and how large the worlds are, where that is known; ``called`` by language what scenarios and programmes are called.
    """

    method: str
    output: str
    table: pd.DataFrame
    rows: int
    replications: int
    left_out: int
    noise: Noise
    unjudged: tuple[str, ...] = ()
    worlds: Mapping[str, str] = field(default_factory=dict)
    called: Mapping[str, Called] = field(default_factory=dict)

    def names(self, lang: str) -> Called:
        """What scenarios and programmes are called, where that is known."""
        return self.called.get(lang, NOBODY)
