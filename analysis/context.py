"""What tables and figures say of an experiment besides its numbers: region, years, captions, policy start."""

from collections.abc import Mapping, Sequence
from copy import copy
from typing import Any

import pandas as pd

from analysis.effects import reference_of
from analysis.labels import PROGRAMME
from sim.calendar import parse_quarter, year_of
from sim.experiment.outcome import DONE
from sim.experiment.results import Results
from sim.wording import YEAR, quantity

GROUPS_FROM_SCALE = 0.5
"""Groups need as many firms in a small world as in the whole, so that few come about in it."""


WORDS = {
    "en": {"years": "means of {first}-{last}", "ends": "means of the last {n} years, to {last}", "until": "worlds to {last}",
           "scale": "scale {scale}"},
    "es": {"years": "promedios {first}-{last}", "ends": "promedios de los últimos {n} años, hasta {last}", "until": "mundos hasta {last}",
           "scale": "escala {scale}"}}


class Context:
    """Facts of one experiment, read from its provenance and resolved configurations."""

    def __init__(self, results: Results) -> None:
        told = results.provenance
        self.world: Mapping[str, Any] = told["world"]
        self.region: str = told["region"]
        self.scenarios = results.scenarios
        done = results.runs[results.runs["status"] == DONE]
        self._replications = {name: sorted(rows["replication"]) for name, rows in done.groupby("scenario")}
        self.reference = reference_of(results)
        self.configs = results.config
        config = self.configs[self.reference]
        self.scale: float = config["scale"]
        self.last_year: int = max(self.configs[scenario]["horizon"] for scenario in self.scenarios)
        self.outlook_from: int = self.world["outlook_from"]
        self._varied = {name: _varied(results.runs, name, config[name]) for name in ("scale", "horizon")}

    def only(self, scenarios: Sequence[str]) -> "Context":
        """The same experiment seen through some of its scenarios."""
        part = copy(self)
        part.scenarios = list(scenarios)
        return part

    def first_year(self, years: int) -> int:
        """The first of the last so many years, of which means are taken."""
        return max(self.last_year - years + 1, int(self.world["history_from"]))

    def worlds_told(self, lang: str, years: int | None) -> dict[str, str]:
        """Words for a title: the years that numbers are means of (None: they are of whole worlds) and the scale."""
        said, ends = WORDS[lang], _span(self._varied["horizon"], lang, YEAR)
        when = said["until"] if years is None else said["ends" if len(self._varied["horizon"]) > 1 else "years"]
        return {"years": when.format(first=self.first_year(years or 0), last=ends, n=years),
                "scale": said["scale"].format(scale=_span(self._varied["scale"], lang))}

    def region_caption(self, region: str, lang: str) -> str:
        """Caption of a region in the language."""
        return str(self.world["regions"][region][_key(lang)])

    def scenario_caption(self, scenario: str, lang: str) -> str:
        """Caption of a scenario in the language."""
        return str(self.configs[scenario][_key(lang)])

    def scenario_name(self, scenario: str, lang: str) -> str:
        """What figures call a scenario: its caption up to the question, and the name that a user types."""
        return f"{self.scenario_caption(scenario, lang).partition(': ')[0]} ({scenario})"

    def programme_caption(self, programme: str, lang: str) -> str:
        """Caption of a programme in the language."""
        for config in self.configs.values():
            if programme in config["programmes"]:
                return str(config["programmes"][programme][_key(lang)])
        return programme

    def called(self, lang: str) -> dict[str, str]:
        """What figures call every scenario, and every programme (as ``programmes.NAME``)."""
        programmes = {name for config in self.configs.values() for name in config["programmes"]}
        return {**{name: self.scenario_name(name, lang) for name in self.scenarios},
                **{f"{PROGRAMME}{name}": self.programme_caption(name, lang) for name in sorted(programmes)}}

    def replications(self, scenario: str) -> list[int]:
        """Replications of which a whole run exists."""
        return self._replications.get(scenario, [])

    def new_programmes(self, scenario: str) -> list[str]:
        """Programmes that the scenario holds otherwise than the reference does."""
        known = self.configs[self.reference]["programmes"]
        return [name for name, values in self.configs[scenario]["programmes"].items() if values != known.get(name)]

    def is_small(self) -> bool:
        """Whether the world is too small for programmes with groups."""
        return self.scale < GROUPS_FROM_SCALE

    def given(self) -> list[str]:
        """What the words of the command changed, ``key=value``: first of all scenarios, then ``scenario: key=value``."""
        changed = {scenario: self.configs[scenario]["changed"] or {} for scenario in self.scenarios}
        shared = dict(set.intersection(*(set(values.items()) for values in changed.values())))
        own = {scenario: {key: value for key, value in values.items() if key not in shared} for scenario, values in changed.items()}
        return [*_pairs(shared), *(f"{scenario}: {' '.join(_pairs(values))}" for scenario, values in own.items() if values)]

    def policy_from(self, scenario: str) -> int | None:
        """Year in which the first programme starts that the reference has not; None without one before the end."""
        programmes = self.configs[scenario]["programmes"]
        years = [year_of(parse_quarter(programmes[name]["from"])) for name in self.new_programmes(scenario)]
        return min((year for year in years if year <= self.last_year), default=None)

    def policy_until(self, scenario: str) -> int | None:
        """Year in which the last of these programmes ends; None where one goes on to the end, or may be renewed."""
        programmes = [self.configs[scenario]["programmes"][name] for name in self.new_programmes(scenario)]
        if not programmes or any(values["until"] is None or values["renews"] != "never" for values in programmes):
            return None
        last = max(year_of(parse_quarter(values["until"])) for values in programmes)
        return last if last < self.last_year else None

    def first_policy_year(self) -> int:
        """The earliest policy start of all scenarios that tables tell of; the start of the outlook (or of history) where nothing is new."""
        years = [year for scenario in self.scenarios if (year := self.policy_from(scenario)) is not None]
        first, told = min(years, default=self.outlook_from), int(self.world["history_from"])
        return max(first, told) if first <= self.last_year else told


def _varied(runs: pd.DataFrame, name: str, usual: float) -> list[float]:
    """Values of a number of the configuration over all rows, ascending: a sweep may vary it."""
    return sorted({float(value) for value in (runs[name].fillna(usual) if name in runs else [usual])})


def _span(values: Sequence[float], lang: str, unit: str = "") -> str:
    """One number, or the lowest and the highest."""
    return "-".join(quantity(value, lang, unit) for value in dict.fromkeys((values[0], values[-1])))


def _pairs(values: Mapping[str, str]) -> list[str]:
    return [f"{key}={value}" for key, value in sorted(values.items())]


def both_captions(told: Mapping[str, Any]) -> dict[str, str]:
    """The captions of a world or region by language."""
    return {lang: str(told[_key(lang)]) for lang in WORDS}


def _key(lang: str) -> str:
    return "caption" if lang == "en" else f"caption_{lang}"
