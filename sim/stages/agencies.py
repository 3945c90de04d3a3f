"""Stage 2. Agencies: levers go back to neutral, then programmes call, tell, select, support and end."""

from sim.world import World


def run(world: World) -> None:
    """One quarter of programmes: all call on one state of the world before any of them begins or pays."""
    world.levers.reset(world.firms.n)
    programmes = [programme for programme in world.by_name() if programme.is_at_work()]
    for programme in programmes:
        programme.turn()
    for programme in programmes:
        programme.open_quarter()
    for programme in programmes:
        if programme.is_open():
            programme.call()
    for programme in programmes:
        programme.support()
    _spread_news(world)


def _spread_news(world: World) -> None:
    """Support, group life and news bring firms into the agencies' network; without them some drop out of it."""
    firms = world.firms
    supported = firms.last_support >= world.quarter - world.p.network_quarters
    told = world.levers["information"] > world.draws.uniform("told", world.quarter, firms.uid)
    firms.aware[:] |= supported | told | ((firms.group >= 0) & firms.alive)
    lost = world.draws.uniform("books", world.quarter, firms.uid) > 1.0 - world.p.news_decay
    firms.aware[:] &= ~(lost & ~supported)
