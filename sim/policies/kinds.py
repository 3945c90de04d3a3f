"""Of what kind a support is: by its class of instrument and its main lever. Two of one kind in a short time bring the same thing twice."""

from collections.abc import Iterable

from sim.levers import LEVERS
from sim.policies.record import ProgrammeSpec

SUPPORTING = ("support", "group", "challenge", "register")
"""Classes of instrument that support single firms."""
OF_FIRMS = tuple(name for name, lever in LEVERS.items() if lever.target == "supplier")
SUPPORT_KINDS = len(SUPPORTING) * len(OF_FIRMS)


def kind_of(spec: ProgrammeSpec, beside: Iterable[ProgrammeSpec]) -> int | None:
    """Number of the kind among SUPPORT_KINDS; None: a support that moves nothing in a firm by itself, such as a diagnosis."""
    main = main_levers(spec, tuple(beside))[-1]
    return None if main is None or spec.kind not in SUPPORTING else SUPPORTING.index(spec.kind) * len(OF_FIRMS) + OF_FIRMS.index(main)


def main_levers(spec: ProgrammeSpec, beside: tuple[ProgrammeSpec, ...]) -> list[str | None]:
    """The main lever of each stage up to this one: that of the largest dose as part of its range, the first declared of equals.

    A later stage is meant to follow at once, so its main lever is one that no stage before it has; there may be none.
    """
    former = next((other for other in beside if other.name == spec.follows), None)
    before = main_levers(former, beside) if former is not None else []
    doses = {name: _largest(spec, name) / LEVERS[name].high for name in OF_FIRMS if name not in before}
    found = max(doses, key=lambda name: doses[name])
    return [*before, found if doses[found] > 0 else None]


def _largest(spec: ProgrammeSpec, lever: str) -> float:
    """The largest dose of a lever that the programme ever gives."""
    points = (spec.schedules or {}).get(f"levers.{lever}", ())
    return max([(spec.levers or {}).get(lever, 0.0), *(dose for _, dose in points)])
