"""What outcomes and factors are called in tables and figures: captions and units of their declarations."""

from collections.abc import Iterable
from dataclasses import dataclass
from math import floor, isfinite, log10

from sim.indicators import BY_NAME
from sim.levers import LEVERS
from sim.parameters import declared
from sim.settings import KEYS
from sim.wording import unit_caption

INDEX, REGIME = "cluster_index", "regime"
PARAMETER, PROGRAMME = "parameters.", "programmes."
SCENARIO = "scenario"
CAPTIONS = {"en": {INDEX: "Enclave-cluster index", REGIME: "Regime (0 enclave, 1 hybrid, 2 cluster)"},
            "es": {INDEX: "Índice enclave-clúster", REGIME: "Régimen (0 enclave, 1 híbrido, 2 clúster)"}}
SCENARIOS = {"en": "scenario", "es": "escenario"}
SIGNIFICANT = 3


@dataclass(frozen=True)
class Shown:
    """How an outcome is shown: its value times ``times``, in ``unit`` (empty where it has none)."""

    caption: str
    times: float
    unit: str

    @property
    def label(self) -> str:
        """The caption with its unit, for an axis."""
        return f"{self.caption} ({self.unit})" if self.unit else self.caption

    def change(self, lang: str) -> str:
        """Unit of a difference; shares differ by percentage points."""
        return {"en": "percentage points", "es": "puntos porcentuales"}[lang] if self.unit == "%" else self.unit


def outcome(name: str, lang: str) -> Shown:
    """Caption and unit of an indicator, the index or the regime."""
    if name in CAPTIONS[lang]:
        return Shown(CAPTIONS[lang][name], 1.0, "")
    indicator = BY_NAME[name]
    caption = indicator.caption if lang == "en" else indicator.caption_es
    times, unit = (100.0, "%") if indicator.unit == "share" else (1.0, unit_caption(indicator.unit, lang))
    return Shown(f"{caption[0].upper()}{caption[1:]}", times, unit)


def factor(name: str, lang: str) -> str:
    """Caption of what a sweep varies; programmes are called as the user wrote them."""
    if name == SCENARIO:
        return SCENARIOS[lang]
    if name.startswith(PROGRAMME):
        programme, *rest = name.removeprefix(PROGRAMME).split(".")
        lever = LEVERS.get(rest[-1]) if rest else None
        told = " ".join(rest) if lever is None else lever.caption if lang == "en" else lever.caption_es
        return f"{programme}: {told}".replace("_", " ")
    item = declared().get(name.removeprefix(PARAMETER)) if name.startswith(PARAMETER) else KEYS.get(name)
    if item is None:
        return name
    return item.caption if lang == "en" else item.caption_es


def unit_of_factor(name: str, lang: str) -> str:
    """Unit in which a parameter is written; empty for all else."""
    item = declared().get(name.removeprefix(PARAMETER)) if name.startswith(PARAMETER) else None
    return unit_caption(item.unit, lang) if item is not None and item.unit != "1" else ""


def digits(values: Iterable[float]) -> int:
    """Decimals that give the largest of some values three significant digits."""
    largest = max((abs(value) for value in values if isfinite(value)), default=0.0)
    return max(0, SIGNIFICANT - 1 - floor(log10(largest))) if largest > 0 else SIGNIFICANT - 1
