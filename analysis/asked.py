"""What a user may name of a folder of results: its regions, its scenarios, what was recorded; and how a slip is answered."""

from collections.abc import Iterable, Sequence
from difflib import get_close_matches

import pandas as pd

from sim.errors import InputError
from sim.experiment.outcome import DONE
from sim.experiment.results import Results
from sim.indicators import ASKED_WITH


def hint(word: str, known: Iterable[str]) -> str:
    """The closing clause for a name that does not exist: the likeliest meant, and all that do."""
    names = list(known)
    near = get_close_matches(word, names, 1)
    return f"{f'did you mean {near[0]!r}? ' if near else ''}known are {', '.join(names)}"


def regions(results: Results) -> list[str]:
    """The regions whose series a folder holds; of a sweep, which is kept light, the focal one."""
    world = results.provenance["world"]
    return [world["focal"]] if results.provenance.get("light") else list(world["regions"])


def series_of(results: Results, region: str) -> pd.DataFrame:
    """The series of one region. Raises InputError when it was not recorded."""
    wide = results.part("series", region=region)
    if wide.empty:
        raise InputError(f"region={region!r} is not in these results; {hint(region, regions(results))}")
    return wide


def check_scenarios(results: Results, names: Sequence[str]) -> None:
    """Raise InputError for a scenario that was not run."""
    for name in names:
        if name not in results.scenarios:
            raise InputError(f"scenario={name!r} is not in these results; {hint(name, results.scenarios)}")


def check_recorded(results: Results, outcome: str) -> None:
    """Raise InputError for an indicator that needs a twin world and was not asked for when the worlds were run."""
    word = ASKED_WITH.get(outcome)
    if word is not None and word not in results.provenance["recording"]:
        raise InputError(f"{outcome} is not in these results; run again, into another folder, with 'recording=[{word}]'")


def lasting(results: Results) -> pd.DataFrame:
    """Indicators that need a twin world, of those that were recorded, by (scenario, replication)."""
    runs = results.runs[results.runs["status"] == DONE]
    recorded = [name for name, word in ASKED_WITH.items() if word in results.provenance["recording"]]
    return runs.set_index(["scenario", "replication"])[recorded]
