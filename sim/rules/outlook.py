"""What a scenario may change in the outlook beside policy: copper output, automation, a hub of foreign suppliers.

Each change begins with the outlook and is complete after ``change_years``; with the values declared nothing changes.
"""

from sim.calendar import QUARTERS_A_YEAR
from sim.world import World


def elapsed(world: World) -> float:
    """Years since the outlook began: 0 before it, at most ``change_years``."""
    return min(max((world.quarter - world.data.outlook_from) / QUARTERS_A_YEAR, 0.0), world.p.change_years)


def output_factor(world: World) -> float:
    """Copper output over recorded capacity: 1 until the outlook, then changing by ``output_trend`` a year."""
    return float((1.0 + world.p.output_trend) ** elapsed(world))


def grade_factor(world: World) -> float:
    """Ore grade over what ``grade_decline`` makes it: output falls because the same rock holds less copper."""
    return min(output_factor(world), 1.0)


def changing(world: World) -> bool:
    """Whether the changes of the outlook are under way: in ``change_years`` from its first quarter on."""
    return world.quarter >= world.data.outlook_from and elapsed(world) < world.p.change_years


def growth(world: World) -> float:
    """Capacity added a year over recorded capacity, while output grows."""
    return max(world.p.output_trend, 0.0) * output_factor(world) if changing(world) else 0.0


def automated(world: World) -> float:
    """Part of the work on site that machines and remote centres have taken over by now."""
    return world.p.automation * elapsed(world) / world.p.change_years


def hub_rate(world: World) -> float:
    """Chance this quarter that a foreign supplier opens a service centre in the focal region."""
    return 1.0 - (1.0 - world.p.foreign_hub) ** (1.0 / (QUARTERS_A_YEAR * world.p.change_years)) if changing(world) else 0.0
