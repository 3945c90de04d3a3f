"""Selling abroad: which firms win an export contract, to which market it leads, and how much it sells."""

import numpy as np
from numpy.typing import NDArray

from sim.ledger import MINE_CLASSES
from sim.rules.frontier import standing
from sim.world import Rows, World

F8 = NDArray[np.float64]
MULTINATIONAL = MINE_CLASSES.index("mines_foreign")


def win_export_contracts(world: World) -> None:
    """Able firms win export contracts: contacts abroad, certificates, standing and a multinational as main client help."""
    firms, p = world.firms, world.p
    multinational = (world.mines.owner[world.main_client] == MULTINATIONAL) & (world.best_trust > p.incumbent_trust)
    certified = np.where(world.certified(), 1.0 + p.export_certificate, 1.0)
    pull = (p.export_floor + standing(world)) * _contacts(world) * certified
    chance = p.export_hazard * pull * np.where(multinational, 1.0 + p.export_multinational, 1.0) * (1.0 + p.export_size * firms.size_class)
    won = np.flatnonzero(world.domestic() & (world.draws.uniform("export", world.quarter, firms.uid) < chance))
    firms.exporting_until[won] = world.quarter + int(p.export_quarters) - 1
    choose_markets(world, won)


def choose_markets(world: World, rows: Rows) -> None:
    """Markets of new export contracts: most firms return to the one they know; others go where most is bought. Contacts abroad
    open new markets (promotion works at that margin: Volpe and Carballo 2008)."""
    firms, uid = world.firms, world.firms.uid[rows]
    returning = world.p.export_return / _contacts(world)[rows]
    back = (firms.export_market[rows] >= 0) & (world.draws.uniform("market", world.quarter, uid) < returning)
    offered = np.cumsum(world.data.market_share)
    drawn = np.searchsorted(offered / offered[-1], world.draws.uniform("new_market", world.quarter, uid))
    firms.export_market[rows] = np.where(back, firms.export_market[rows], drawn)


def export_volume(world: World) -> F8:
    """Volume that a firm with an export contract sells abroad a quarter [n]: grows with the square of its standing in the trade."""
    return np.asarray(world.p.export_share * standing(world)**2 * world.firms.capacity)


def _contacts(world: World) -> F8:
    return np.asarray(1.0 + world.p.export_contacts * np.minimum(world.firms.contacts, world.p.contacts_limit))
