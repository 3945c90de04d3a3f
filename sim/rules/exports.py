"""Selling abroad: which firms win an export contract, to which market it leads, how much it sells, and what slack adds."""

import numpy as np
from numpy.typing import NDArray

from sim.ledger import MINE_CLASSES
from sim.rules.frontier import standing
from sim.world import Rows, World

F8 = NDArray[np.float64]
MULTINATIONAL = MINE_CLASSES.index("mines_foreign")


def win_export_contracts(world: World) -> None:
    """Able firms win export contracts: contacts abroad, certificates, standing and a multinational as main client help.

    Most of what the first contract takes is sunk: those who exported of late win the next one far more easily.
    """
    firms, p = world.firms, world.p
    multinational = (world.mines.owner[world.main_client] == MULTINATIONAL) & world.has_client()
    certified = np.where(world.certified(), 1.0 + p.export_certificate, 1.0)
    known = np.where(firms.exported >= world.quarter - int(p.export_memory), p.export_experience, 1.0)
    pull = (p.export_floor + standing(world)) * _contacts(world) * certified * known
    chance = p.export_hazard * pull * np.where(multinational, 1.0 + p.export_multinational, 1.0) * (1.0 + p.export_size * firms.size_class)
    won = np.flatnonzero(world.domestic() & (world.draws.uniform("export", world.quarter, firms.uid) < chance))
    sign_export_contracts(world, won, world.quarter + int(p.export_quarters) - 1)


def sign_export_contracts(world: World, rows: Rows, until: int) -> None:
    """New export contracts: a client who returns orders what it did; another as much as standing, a lasting bent for selling abroad, and
    what works for clients at home tell (capacity that a running contract abroad holds would feed on itself)."""
    firms = world.firms
    before = firms.export_agreed[rows]
    at_home = np.maximum(firms.capacity - exports_agreed(world), 0.0)[rows]
    fresh = world.p.export_share * standing(world)[rows]**2 * export_bent(world, rows) * at_home
    firms.export_agreed[rows] = np.where(choose_markets(world, rows), np.minimum(before, at_home), fresh)
    firms.exporting_until[rows] = until


def export_bent(world: World, rows: Rows) -> F8:
    """How much more or less of its capacity than its like a firm sells abroad, for good: lognormal with mean 1."""
    spread = world.p.export_spread
    return np.asarray(np.exp(spread * world.draws.normal("export_bent", 0, world.firms.uid[rows]) - spread**2 / 2))


def choose_markets(world: World, rows: Rows) -> NDArray[np.bool_]:
    """Markets of new export contracts: most firms return to the one they know; others go where most is bought. Contacts abroad
    open new markets (promotion works at that margin: Volpe and Carballo 2008). Tells who returns."""
    firms, uid = world.firms, world.firms.uid[rows]
    returning = world.p.export_return / _contacts(world)[rows]
    back = (firms.export_market[rows] >= 0) & (world.draws.uniform("market", world.quarter, uid) < returning)
    offered = np.cumsum(world.data.market_share)
    drawn = np.searchsorted(offered / offered[-1], world.draws.uniform("new_market", world.quarter, uid))
    firms.export_market[rows] = np.where(back, firms.export_market[rows], drawn)
    return np.asarray(back)


def exports_agreed(world: World) -> F8:
    """Volume a quarter that running export contracts hold [n]."""
    return np.where(world.firms.exporting_until >= world.quarter, world.firms.export_agreed, 0.0)


def exports_planned(world: World, mining: F8) -> F8:
    """Volume that exporters mean to sell abroad this quarter [n]: what was agreed, and more while ``mining`` and other work leave hands
    idle, as far as the contract lets. Hands kept busy so are not laid off."""
    firms, p = world.firms, world.p
    agreed = exports_agreed(world)
    idle = np.maximum(firms.capacity * p.normal_use - mining - firms.other_demand - agreed, 0.0)
    return np.asarray(agreed + np.minimum(idle, p.export_option * agreed))


def _contacts(world: World) -> F8:
    return np.asarray(1.0 + world.p.export_contacts * np.minimum(world.firms.contacts, world.p.contacts_limit))
