"""Every number of the model that a user may doubt, declared once: value, unit, plausible range, captions, source.

A file a group, named after the part of the model that reads it. "judgement" marks a value that no source gives;
sensitivity analysis is meant to move it over its range.
"""

from dataclasses import dataclass

from sim.declare import Declared, declared_in
from sim.parameters.copper import Copper
from sim.parameters.demography import Demography
from sim.parameters.knowledge import Knowledge
from sim.parameters.labour import Labour
from sim.parameters.money import Money
from sim.parameters.options import Options
from sim.parameters.policy import Policy
from sim.parameters.procurement import Procurement
from sim.parameters.relations import Relations
from sim.parameters.start import Start

LISTED_BY = "encadena show baseline"


@dataclass(frozen=True)
class Parameters(Start, Demography, Money, Labour, Options, Knowledge, Relations, Procurement, Copper, Policy):
    """All parameters of the model."""


def declared() -> dict[str, Declared]:
    """Name → declaration of every parameter, group by group."""
    return declared_in(Parameters)
