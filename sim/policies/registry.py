"""Kind of instrument → the class that carries it out."""

from sim.policies.challenge import Challenge
from sim.policies.coordination import Coordination
from sim.policies.group import Grouping
from sim.policies.places import Places
from sim.policies.programme import Programme
from sim.policies.purchasing import Purchasing
from sim.policies.register import Register
from sim.policies.support import Support

REGISTRY: dict[str, type[Programme]] = {
    "support": Support, "group": Grouping, "procurement": Purchasing, "places": Places, "challenge": Challenge,
    "coordination": Coordination, "register": Register}
