"""Detailed tables that are kept only when asked for: firms, awards, ties, labour, cases, trades, supports."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.agents.columns import FOUNDERS, ORIGINS, PLANT, SMALL, TIE_KINDS
from sim.calendar import quarter_end
from sim.measures import EXPORT_QUARTERS, INNOVATION_QUARTERS
from sim.world import BRANCH, EMPLOYERS, MINE, OUTSIDE, REGIONAL, World

Columns = dict[str, NDArray[Any]]
FIRM_NUMBERS = ("capability", "management", "skills", "absorptive", "workers", "capacity", "sales_year", "mining_year", "markup",
                "cash", "utilisation", "unit_cost", "contacts", "awards_recent")
FIRM_FLAGS = ("research", "sound_books", "aware", "supported_ever")
SHOWN_TRUST = 0.1
"""Trust from which the table of ties tells of a subcontractor or a horizontal partner."""


def _dated(world: World, columns: Columns) -> Columns:
    size = next(iter(columns.values())).size
    return {"quarter": np.full(size, quarter_end(world.quarter)), **columns}


def firms(world: World) -> Columns:
    """A row a living supplier, in the last quarter of each year."""
    table, data = world.firms, world.data
    rows = world.living() if world.quarter % 4 == 3 else np.zeros(0, np.intp)
    columns: Columns = {
        "uid": table.uid[rows], "region": np.array(data.regions)[table.region[rows]],
        "subsector": np.array(data.subsectors)[table.subsector[rows]], "origin": np.array(ORIGINS)[table.origin[rows]],
        "founder": np.array(FOUNDERS)[table.founder[rows]], "size_class": np.array(data.class_names)[table.size_class[rows]],
        "case": np.array([*(c.name for c in data.cases), ""])[table.case[rows]], "age_quarters": world.quarter - table.founded[rows],
        "branches": table.presence[rows].sum(axis=1) - 1, "certified": world.certified()[rows],
        "exported": table.exported[rows] > world.quarter - EXPORT_QUARTERS,
        "export_market": np.array([*data.market_names, ""])[table.export_market[rows]], "substitution_stage": table.substitution[rows],
        "clients": (table.trust[rows] > world.p.incumbent_trust).sum(axis=1)}
    columns |= {name: getattr(table, name)[rows] for name in FIRM_FLAGS}
    columns |= {name: getattr(table, name)[rows].astype(np.float64) for name in FIRM_NUMBERS}
    return _dated(world, columns)


def awards(world: World) -> Columns:
    """A row a tender of both tiers, with the winner as it was when it won; texts are empty where nobody won."""
    data, regions = world.data, np.array([*world.data.regions, ""])
    kept = {name: np.concatenate([a[name] for a in world.tally.awards]) for name in world.tally.awards[0]}
    site, hq, at_site = kept["site"].astype(np.intp), kept["hq"].astype(np.intp), kept["at_site"].astype(bool)
    crew = np.where(hq == site, REGIONAL, np.where(at_site, BRANCH, OUTSIDE))
    residents = np.where(hq >= 0, 1.0 - world.place.commuting[site, crew], np.nan)
    return _dated(world, {
        "buyer": np.array(data.op_names)[kept["buyer"].astype(np.intp)], "winner": kept["uid"], "tier": kept["tier"],
        "new_to_buyer": kept["new"], "bidders": kept["bidders"], "subsector": np.array(data.subsectors)[kept["subsector"].astype(np.intp)],
        "site": regions[site], "hq_region": regions[hq], "delivering_place": regions[np.where(at_site, site, hq)],
        "origin": np.array([*ORIGINS, ""])[kept["origin"].astype(np.intp)],
        "size_class": np.array([*data.class_names, ""])[kept["size"].astype(np.intp)], "resident_work_share": residents,
        "value": kept["value"], "price": kept["price"]})


def ties(world: World) -> Columns:
    """A row an edge at the end of each year: links with operations, subcontractors, horizontal ties."""
    if world.quarter % 4 != 3:
        return _edges(world, [])
    table = world.firms
    row, buyer = np.nonzero((table.trust > world.p.incumbent_trust) & table.alive[:, None])
    edges = [(table.uid[row], np.array(world.data.op_names)[buyer], np.full(row.size, "client"), table.trust[row, buyer])]
    for kind, partner, uid, trust in (("subcontractor", table.sub_row, table.sub_uid, table.sub_trust),
                                      ("horizontal", table.tie_row, table.tie_uid, table.tie_trust)):
        row, slot = np.nonzero((partner >= 0) & table.alive[:, None] & (trust > SHOWN_TRUST))
        known = table.uid[partner[row, slot]] == uid[row, slot]
        row, slot = row[known], slot[known]
        detail = np.array(TIE_KINDS)[table.tie_kind[row, slot]] if kind == "horizontal" else np.full(row.size, kind)
        edges.append((table.uid[row], uid[row, slot].astype(str), detail, trust[row, slot]))
    return _edges(world, edges)


def _edges(world: World, edges: Sequence[tuple[NDArray[Any], ...]]) -> Columns:
    parts = list(zip(*edges, strict=True)) or [[np.zeros(0, np.uint64)], [np.zeros(0, "U1")], [np.zeros(0, "U1")], [np.zeros(0)]]
    source, target, kind, trust = (np.concatenate(list(part)) for part in parts)
    return _dated(world, {"source": source, "target": target, "kind": kind, "trust": trust.astype(np.float64)})


def labour(world: World) -> Columns:
    """Jobs and wages by workplace, residence and kind of employer."""
    place, regions = world.place, np.array(world.data.regions)
    r, e = place.jobs.shape
    commuters = place.jobs * place.commuting
    both = np.stack([place.jobs - commuters, commuters], axis=2).ravel()
    wage = np.repeat(place.wage, e * 2) * np.tile([1.0, 1.0 + world.p.commute_premium], r * e)
    wage = wage * np.tile(np.repeat(np.where(np.arange(e) == MINE, world.p.mine_wage, 1.0), 2), r)
    home = np.stack([np.repeat(regions, e), np.full(r * e, regions[world.data.capital])], axis=1).ravel()
    return _dated(world, {
        "workplace": np.repeat(regions, e * 2), "home_region": home, "employer": np.tile(np.repeat(np.array(EMPLOYERS), 2), r),
        "residence": np.tile(np.array(["in the region", "commutes"]), r * e), "jobs": both, "wage": wage})


CASE_NUMBERS = ("capability", "management", "skills", "workers", "sales_year", "mining_year", "contacts", "cash")


def cases(world: World) -> Columns:
    """A row a living case firm of the record, every quarter."""
    table, data, book = world.firms, world.data, world.book.columns
    rows = np.flatnonzero(table.alive & (table.case >= 0))
    running = np.flatnonzero(book.active & np.isin(book.supplier, rows))
    value = np.bincount(book.supplier[running], (4.0 * book.rate * book.price)[running], table.n)
    columns: Columns = {
        "case": np.array([c.name for c in data.cases], np.str_)[table.case[rows]], "region": np.array(data.regions)[table.region[rows]],
        "contracts": np.bincount(book.supplier[running], minlength=table.n)[rows], "contract_value": value[rows],
        "clients": (table.trust[rows] > world.p.incumbent_trust).sum(axis=1), "partners": world.live_partners()[rows].sum(axis=1),
        "joint_projects": (table.joint_last[rows] > world.quarter - 4).sum(axis=1), "certified": world.certified()[rows],
        "research": table.research[rows], "innovated": table.innovated[rows] > world.quarter - INNOVATION_QUARTERS,
        "university": table.university[rows] >= 0, "exports_year": 4.0 * table.sales_exports[rows],
        "programmes": np.array([_supports(world, row) for row in rows.tolist()], np.str_)}
    return _dated(world, columns | {name: getattr(table, name)[rows].astype(np.float64) for name in CASE_NUMBERS})


def _supports(world: World, row: int) -> str:
    """Names of the programmes that support a firm now, joined by +."""
    return "+".join(programme.spec.name for programme in world.by_name() if row in programme.rows)


def trades(world: World) -> Columns:
    """A row a region and subsector that has firms, in the last quarter of each year: how many hold what."""
    table, data = world.firms, world.data
    rows = np.flatnonzero(world.domestic()) if world.quarter % 4 == 3 else np.zeros(0, np.intp)
    small = table.size_class[rows] <= SMALL
    held = {"firms": np.ones(rows.size), "small_firms": small, "certified": world.certified()[rows],
            "certified_small": (world.certified() | (table.entry_until >= world.quarter))[rows] & small, "research": table.research[rows],
            "plants": table.substitution[rows] >= PLANT, "exporting": table.exported[rows] > world.quarter - EXPORT_QUARTERS,
            "supported": table.last_support[rows] > world.quarter - 4}
    cell = table.region[rows] * world.subsectors + table.subsector[rows]
    sums = {name: np.bincount(cell, flags, world.regions * world.subsectors) for name, flags in held.items()}
    used = np.flatnonzero(sums["firms"])
    region, subsector = np.divmod(used, world.subsectors)
    named = {"region": np.array(data.regions)[region], "subsector": np.array(data.subsectors)[subsector]}
    return _dated(world, named | {name: total[used] for name, total in sums.items()})


def supports(world: World) -> Columns:
    """A row a support begun in the quarter; registers begin again when they look at a grade again."""
    table, data = world.firms, world.data
    begun = [(programme.spec.name, programme.rows[fresh], programme.uids[fresh]) for programme in world.by_name()
             for fresh in (programme.begun == world.quarter,)]
    rows = np.concatenate([np.zeros(0, np.intp), *(rows for _, rows, _ in begun)])
    return _dated(world, {
        "programme": np.repeat(np.array([name for name, _, _ in begun], np.str_), [rows.size for _, rows, _ in begun]),
        "uid": np.concatenate([np.zeros(0, np.uint64), *(uids for _, _, uids in begun)]),
        "region": np.array(data.regions)[table.region[rows]], "subsector": np.array(data.subsectors)[table.subsector[rows]]})


PANELS: dict[str, Callable[[World], Columns]] = {"firms": firms, "awards": awards, "ties": ties, "labour": labour, "cases": cases,
                                                 "trades": trades, "supports": supports}
