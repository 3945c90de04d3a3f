"""Putting numbers into a composed world: a sweep composes a scenario once and changes numbers row by row."""

from collections.abc import Mapping
from dataclasses import replace

from sim.factors import whole
from sim.policies.record import ProgrammeSpec
from sim.spec import Spec


def concerns(spec: Spec, key: str) -> bool:
    """Whether the key means something in this world; a programme's key does where the scenario lists the programme."""
    first, *rest = key.split(".")
    return first != "programmes" or rest[0] in {programme.name for programme in spec.programmes}


def changed(spec: Spec, values: Mapping[str, float]) -> Spec:
    """The world with these keys changed; keys are of the kind that :func:`sim.factors.numeric` knows, values checked."""
    own = {key: _number(key, value) for key, value in values.items() if concerns(spec, key)}
    if not own:
        return spec
    parameters = {key.split(".")[1]: value for key, value in own.items() if key.startswith("parameters.")}
    plain = {key: value for key, value in own.items() if "." not in key}
    programmes = tuple(_programme(programme, own) for programme in spec.programmes)
    told = dict(spec.changed) | {key: f"{value!r}" for key, value in own.items()}
    return replace(spec, parameters=replace(spec.parameters, **parameters), programmes=programmes, changed=told, **plain)  # type: ignore[arg-type]


def _number(key: str, value: float) -> float:
    return int(value) if whole(key) else value


def _programme(programme: ProgrammeSpec, values: Mapping[str, float]) -> ProgrammeSpec:
    """The programme with its own numbers; one that a schedule moved holds still from then on."""
    mine = {key.split(".", 2)[2]: value for key, value in values.items() if key.startswith(f"programmes.{programme.name}.")}
    still = {key: points for key, points in (programme.schedules or {}).items() if key not in mine}
    return replace(programme.having(mine), schedules=still) if mine else programme
