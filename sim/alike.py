"""What scenarios that are run side by side must have in common."""

from collections.abc import Sequence
from dataclasses import asdict

from sim.errors import InputError
from sim.settings import RunSettings
from sim.spec import Spec

OF_WORLDS = ("scale", "horizon")
"""Values of a world without which pairs of worlds cannot be compared."""


def alike(specs: tuple[Spec, ...]) -> tuple[Spec, ...]:
    """The worlds, all of one size and one horizon. Raises InputError where they are not."""
    first = specs[0]
    for key in OF_WORLDS:
        for spec in specs:
            told, other = getattr(spec, key), getattr(first, key)
            if told != other:
                raise InputError(f"{spec.scenario}: {key} is {told}, and {other} in {first.scenario}, with which it is compared; take it "
                                 f"out of the scenario's file and write {key}={told} on the command line, where it holds for all")
    return specs


def common_settings(settings: Sequence[tuple[str, RunSettings]]) -> RunSettings:
    """How the scenarios, given by name, ask to be run. Raises InputError when their files disagree."""
    first, common = settings[0]
    for name, own in settings:
        for key, value in asdict(own).items():
            if value != (other := asdict(common)[key]):
                raise InputError(f"{name} asks for {key}={value}, and {first} for {key}={other}; scenarios that are compared are run in "
                                 f"one way, write {key}=VALUE on the command line")
    return common
