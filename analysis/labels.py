"""What outcomes and factors are called in tables and figures: captions and units of their declarations."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import floor, isfinite, log10

from sim.indicators import BY_NAME
from sim.levers import LEVERS
from sim.parameters import declared
from sim.policies.record import KEYS as PROGRAMME_KEYS
from sim.settings import KEYS
from sim.wording import as_written, unit_caption

INDEX, REGIME = "cluster_index", "regime"
PARAMETER, PROGRAMME = "parameters.", "programmes."
SCENARIO = "scenario"
CAPTIONS = {
    "en": {INDEX: "Enclave-cluster index", f"{INDEX}_strict": "Enclave-cluster index, thresholds 25 % harder",
           f"{INDEX}_lenient": "Enclave-cluster index, thresholds 25 % easier", REGIME: "Regime (0 enclave, 1 hybrid, 2 cluster)"},
    "es": {INDEX: "Índice enclave-clúster", f"{INDEX}_strict": "Índice enclave-clúster, umbrales 25 % más exigentes",
           f"{INDEX}_lenient": "Índice enclave-clúster, umbrales 25 % menos exigentes",
           REGIME: "Régimen (0 enclave, 1 híbrido, 2 clúster)"}}
YEARLY = 4 / 1000
SHOWN = {"share": (100.0, "%", 1), "UF/quarter": (YEARLY, "1000 UF/year", 0), "ratio": (1.0, "ratio", 2), "1": (1.0, "", 2),
         "years": (1.0, "years", 2)}
"""Declared unit → its factor to the unit that tables and figures show, that unit, and the decimals of a table."""
INDEX_PLACES, INDEX_UNIT = 2, "index"
AMOUNTS = ["reference", "mean", "effect", "low", "high", "minimum_detectable", "spread"]
"""Columns of a table of effects that are in the unit of the outcome."""
SCENARIOS = {"en": "scenario", "es": "escenario"}
VALUES = {
    "en": {"copper": {"ar1": "stochastic (ar1)", "boom": "boom", "bust": "bust", "flat": "flat", "supercycle": "supercycle"},
           "start": {"recorded": "as recorded", "copper": "suppliers where copper is (copper)",
                     "uniform": "suppliers spread evenly (uniform)", "weak": "weak suppliers (weak)",
                     "strong": "strong suppliers (strong)"}},
    "es": {"copper": {"ar1": "estocástica (ar1)", "boom": "auge (boom)", "bust": "caída (bust)", "flat": "constante (flat)",
                      "supercycle": "superciclo (supercycle)"},
           "start": {"recorded": "la registrada (recorded)", "copper": "proveedores donde está el cobre (copper)",
                     "uniform": "proveedores repartidos por igual (uniform)", "weak": "proveedores débiles (weak)",
                     "strong": "proveedores fuertes (strong)"}}}
"""Words that stand as values of a key."""
Called = Mapping[str, str]
"""Names of scenarios, and ``programmes.NAME``, as the experiment's own files caption them."""
NOBODY: Called = {}
SIGNIFICANT, FEW_SIGNIFICANT = 3, 2


@dataclass(frozen=True)
class Shown:
    """How an outcome is shown: its value times ``times``, in ``unit`` (empty where it has none), with so many decimals
    (None: as many as give three significant digits)."""

    caption: str
    times: float
    unit: str
    places: int | None = None

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
        return Shown(CAPTIONS[lang][name], 1.0, "", INDEX_PLACES)
    indicator = BY_NAME[name]
    caption = indicator.caption if lang == "en" else indicator.caption_es
    times, unit, places = SHOWN.get(indicator.unit, (1.0, indicator.unit, None))
    return Shown(f"{caption[0].upper()}{caption[1:]}", times, unit_caption(unit, lang), places)


def factor(name: str, lang: str, called: Called = NOBODY) -> str:
    """Caption of what a sweep varies; a programme's also bears the name that tells it from others like it."""
    if name == SCENARIO:
        return SCENARIOS[lang]
    if name.startswith(PROGRAMME):
        programme, *rest = name.removeprefix(PROGRAMME).split(".")
        caption = called.get(f"{PROGRAMME}{programme}")
        return f"{f'{caption} ({programme})' if caption else programme}: {_of_programme(rest, lang)}"
    item = declared().get(name.removeprefix(PARAMETER)) if name.startswith(PARAMETER) else KEYS.get(name)
    if item is None:
        return name
    return item.caption if lang == "en" else item.caption_es


def _of_programme(keys: Sequence[str], lang: str) -> str:
    """Caption of a programme's value or lever; what it explains in brackets is left out."""
    lever = LEVERS.get(keys[-1]) if keys else None
    if lever is not None:
        return lever.caption if lang == "en" else lever.caption_es
    if len(keys) != 1 or keys[0] not in PROGRAMME_KEYS:
        return " ".join(keys).replace("_", " ")
    told = PROGRAMME_KEYS[keys[0]].metadata["caption" if lang == "en" else "caption_es"]
    return str(told).partition(" (")[0].partition("; null")[0]


def value(name: str, level: object, lang: str, called: Called = NOBODY) -> str:
    """A value of a factor: numbers as the language writes them, scenarios and other words by their captions."""
    if isinstance(level, float):
        return as_written(f"{level:g}", lang)
    if name != SCENARIO:
        return VALUES[lang].get(name, {}).get(str(level), str(level))
    scenario, *held = str(level).split(", ")
    return ", ".join([called.get(scenario, scenario), *(_held(one, lang) for one in held)])


def _held(told: str, lang: str) -> str:
    """A value that stands with its scenario, ``key number``, by its key's caption."""
    key, _, number = told.rpartition(" ")
    return f"{_of_programme([key], lang)} {as_written(number, lang)}" if key in LEVERS or key in PROGRAMME_KEYS else told


def unit_of_factor(name: str, lang: str) -> str:
    """Unit in which a parameter is written; empty for all else."""
    item = declared().get(name.removeprefix(PARAMETER)) if name.startswith(PARAMETER) else None
    return unit_caption(item.unit, lang) if item is not None and item.unit != "1" else ""


def digits(values: Iterable[float], places: int | None = None) -> int:
    """Decimals for some values: the ``places`` that tables show, or more where nothing would be left; without them, as many
    as give the largest three significant digits."""
    largest = max((abs(value) for value in values if isfinite(value)), default=0.0)
    if not largest:
        return SIGNIFICANT - 1 if places is None else places
    if places is not None and largest >= 10.0**-places:
        return places
    return max(0, (SIGNIFICANT if places is None else FEW_SIGNIFICANT) - 1 - floor(log10(largest)))
