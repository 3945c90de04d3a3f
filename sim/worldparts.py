"""Turns the sheets of a world folder into the fields of :class:`sim.worlddata.WorldData`, checking them together.

Each function returns a mapping of field names to values; *abroad* is appended as the last region.
"""

from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim import worldschema as schema
from sim.calendar import quarter_name, year_of
from sim.errors import InputError
from sim.worldsheets import Sheet, nearest

F8 = NDArray[np.float64]
I8 = NDArray[np.int64]

SHARE_TOLERANCE, PRINTED_TOLERANCE = 0.005, 0.02


def identity(path: Path, keys: dict[str, Any], regions: tuple[str, ...]) -> dict[str, Any]:
    """Name, captions and calendar. Raises InputError."""
    for role in ("focal", "capital"):
        if keys[role] not in regions:
            raise InputError(f"{path}, key {role}: unknown region {keys[role]!r}; {nearest(keys[role], regions)}")
    if not keys["burn_in_from"] < keys["history_from"] < keys["outlook_from"]:
        raise InputError(f"{path}: burn_in_from, history_from and outlook_from must follow one another in time, "
                         "such as 1995Q1, 2005Q1, 2025Q1")
    same = ("name", "caption", "caption_es", "invented", "burn_in_from", "history_from", "outlook_from",
            "placement_year", "burn_in_firms")
    return {"focal": regions.index(keys["focal"]), "capital": regions.index(keys["capital"]),
            **{name: keys[name] for name in same}}


# ---- places ----------------------------------------------------------------------------------------------------------
def places(keys: dict[str, Any], sheets: dict[str, Sheet], regions: tuple[str, ...]) -> dict[str, Any]:
    """Regions with *abroad* appended, and the distances between them. Raises InputError."""
    sheet = sheets["regions.csv"]
    if schema.ABROAD in regions:
        sheet.fail(regions.index(schema.ABROAD), "region", "'abroad' is added by the program; take this row out")
    for share in ("supplier_share", "copper_share"):
        _check_sum(sheet, share, PRINTED_TOLERANCE)
    mining = np.zeros(len(regions) + 1, bool)
    operations = sheets["operations.csv"]
    mining[operations.index("region", regions, "region")] = True
    if not mining[regions.index(keys["focal"])]:
        raise InputError(f"{sheet.path.parent / 'world.yaml'}, key focal: {keys['focal']!r} has no operation in {operations.path.name}; "
                         f"choose one of {', '.join(name for name, has in zip(regions, mining, strict=False) if has)}")
    outside = {name: keys[f"abroad_{name}"] for name in ("rent", "amenity", "infrastructure", "wage")}
    return {
        "regions": (*regions, schema.ABROAD), "abroad": len(regions), "mining_region": mining,
        "region_captions": (*sheet["caption"], "Abroad"), "region_captions_es": (*sheet["caption_es"], "Extranjero"),
        "km": _distances(sheets["distances.csv"], regions, sheet["km_abroad"]),
        **{name: _floats([*sheet[name], value]) for name, value in outside.items()},
        **{name: _floats([*sheet[column], 0.0]) for name, column in (
            ("rest_jobs", "rest_jobs"), ("recorded_supplier_share", "supplier_share"),
            ("recorded_copper_share", "copper_share"))},
    }


def _distances(sheet: Sheet, regions: tuple[str, ...], km_abroad: list[float]) -> F8:
    """Road km [R, R]; a pair given in both directions must agree, and no pair may be missing."""
    ends = [sheet.index(column, regions, "region") for column in ("from", "to")]
    km = np.full((len(regions) + 1,) * 2, np.nan)
    np.fill_diagonal(km, 0.0)
    km[-1, :-1] = km[:-1, -1] = km_abroad
    for row, (a, b) in enumerate(zip(*ends, strict=True)):
        value = sheet["km"][row]
        if a == b:
            sheet.fail(row, "to", f"{regions[a]} to itself has no distance; take this row out")
        if not np.isnan(km[b, a]) and km[b, a] != value:
            sheet.fail(row, "km", f"{regions[a]} to {regions[b]} is {value:g} km but {km[b, a]:g} km the other way "
                                  "round; both directions need one distance")
        km[a, b] = km[b, a] = value
    for a, b in np.argwhere(np.isnan(km)):
        raise InputError(f"{sheet.path}: the distance from {regions[a]} to {regions[b]} is missing; add one row for it")
    return km


# ---- suppliers -------------------------------------------------------------------------------------------------------
def subsectors(sheet: Sheet) -> dict[str, Any]:
    """What is bought of each subsector and what the work needs [K]. Raises InputError."""
    for share in ("opex_share", "capex_share"):
        _check_sum(sheet, share, SHARE_TOLERANCE)
    numbers = ("opex_share", "capex_share", "import_content", "foreign_share", "knowledge_need", "urgency",
               "usd_per_worker", "contract_quarters", "tier2_share", "on_site_share")
    return {
        "subsectors": tuple(sheet["subsector"]), "subsector_captions": tuple(sheet["caption"]),
        "subsector_captions_es": tuple(sheet["caption_es"]), **{name: _floats(sheet[name]) for name in numbers},
        "knowledge_intensive": np.array(sheet["knowledge_intensive"], bool),
    }


def suppliers(keys: dict[str, Any], sheets: dict[str, Sheet], regions: tuple[str, ...]) -> dict[str, Any]:
    """Counts [R, K] and size classes of the suppliers. Raises InputError."""
    subsectors = sheets["subsectors.csv"]["subsector"]
    counts = _wide(sheets["suppliers.csv"], regions, subsectors)
    shares = _wide(sheets["size_shares.csv"], regions, list(schema.SIZE_CLASSES))
    _check_rows(sheets["size_shares.csv"], schema.SIZE_CLASSES)
    capital = regions.index(keys["capital"])
    return {
        "firms": np.vstack([counts, np.zeros(len(subsectors))]),
        "class_shares": np.vstack([shares, shares[capital]]), **_classes(sheets["size_classes.csv"]),
    }


def _wide(sheet: Sheet, regions: tuple[str, ...], names: list[str]) -> F8:
    order = sheet.row_of_each("region", regions, "region")
    return _floats([[sheet[name][row] for name in names] for row in order])


def _check_rows(sheet: Sheet, names: tuple[str, ...]) -> None:
    for row in range(len(sheet.lines)):
        total = sum(sheet[name][row] for name in names)
        if abs(total - 1.0) > SHARE_TOLERANCE:
            sheet.fail(row, " + ".join(names), f"the shares sum to {total:.4g}; they must sum to 1")


def _classes(sheet: Sheet) -> dict[str, Any]:
    names = tuple(sheet["class"])
    if names != schema.SIZE_CLASSES:
        raise InputError(f"{sheet.path}, column class: found {', '.join(names)}; "
                         f"write one row each, in this order: {', '.join(schema.SIZE_CLASSES)}")
    ceilings = [np.inf if c is None else c for c in sheet["ceiling_uf"]]
    for row, ceiling in enumerate(ceilings):
        if ceiling <= sheet["floor_uf"][row]:
            sheet.fail(row, "ceiling_uf", f"{ceiling:g} is not above the floor {sheet['floor_uf'][row]:g}; "
                                          "write a larger one")
        if row and ceilings[row - 1] != sheet["floor_uf"][row]:
            sheet.fail(row, "floor_uf", f"the class must start where the one before ends, at {ceilings[row - 1]:g} UF")
    return {
        "class_names": names, "class_floor_uf": _floats(sheet["floor_uf"]), "class_ceiling_uf": _floats(ceilings),
        "class_certified": _floats(sheet["certified"]), "class_sound_books": _floats(sheet["sound_books"]),
        "class_research": _floats(sheet["research_unit"]), "class_branches": _floats(sheet["branch_share"]),
    }


def cases(sheets: dict[str, Sheet], regions: tuple[str, ...]) -> list[dict[str, Any]]:
    """The firms known by name, one mapping each. Raises InputError."""
    sheet = sheets["cases.csv"]
    sheet.index("region", regions, "region")
    sheet.index("subsector", tuple(sheets["subsectors.csv"]["subsector"]), "subsector")
    for row, branches in enumerate(sheet["branch_regions"]):
        for name in branches:
            if name not in regions:
                sheet.fail(row, "branch_regions", f"unknown region {name!r}; {nearest(name, regions)}")
    names = [column.name for column in schema.CASES.columns if column.name != "firm"]
    return [{"name": firm, **{name: sheet[name][row] for name in names}} for row, firm in enumerate(sheet["firm"])]


# ---- mines, institutions, agencies -----------------------------------------------------------------------------------
def operations(sheet: Sheet, regions: tuple[str, ...]) -> dict[str, Any]:
    """The mines [M], with their calendar. Raises InputError."""
    opens = [schema.ALWAYS_OPEN if q is None else q for q in sheet["opens"]]
    closes = [schema.NEVER_CLOSES if q is None else q for q in sheet["closes"]]
    for row, (first, last) in enumerate(zip(opens, closes, strict=True)):
        if last < first:
            sheet.fail(row, "closes", f"{quarter_name(last)} lies before the opening in {quarter_name(first)}; "
                                      "write a later quarter or leave it blank")
        if (sheet["style_changes"][row] is None) != (sheet["style_local_later"][row] is None):
            sheet.fail(row, "style_changes", "style_changes and style_local_later belong together; fill both or none")
    later = zip(sheet["style_local_later"], sheet["style_local"], strict=True)
    return {
        "op_names": tuple(sheet["operation"]), "op_region": _whole(sheet.index("region", regions, "region")),
        "op_owner": _whole(sheet.index("owner", schema.OWNERS, "owner")),
        "op_company": tuple(sheet["company"]), "op_home": tuple(sheet["home"]),
        "op_opens": _whole(opens), "op_closes": _whole(closes), "op_kt": _floats(sheet["kt"]),
        **{f"op_{name}": _floats(sheet[name]) for name in ("capital_office", "style_local", "style_foreign")},
        "op_style_changes": _whole([schema.NEVER_CLOSES if q is None else q for q in sheet["style_changes"]]),
        "op_style_local_later": _floats([now if then is None else then for then, now in later]),
    }


def institutions(sheet: Sheet, regions: tuple[str, ...]) -> dict[str, Any]:
    """Universities and institutes [U]. Raises InputError."""
    return {
        "inst_names": tuple(sheet["institution"]), "inst_region": _whole(sheet.index("region", regions, "region")),
        "inst_graduates": _floats(sheet["graduates"]), "inst_research": _floats(sheet["research"]),
        "inst_pilot": np.array(sheet["pilot"], bool),
    }


def agencies(sheet: Sheet, regions: tuple[str, ...]) -> dict[str, Any]:
    """Bodies that run programmes [A]. Raises InputError."""
    return {
        "agency_names": tuple(sheet["agency"]), "agency_region": _whole(sheet.index("region", regions, "region")),
        "agency_reach": _floats(sheet["reach"]),
        "agency_budget": _floats([np.inf if budget is None else budget for budget in sheet["budget"]]),
    }


def markets(sheet: Sheet) -> dict[str, Any]:
    """Markets abroad. Raises InputError."""
    _check_sum(sheet, "share", SHARE_TOLERANCE)
    return {"market_names": tuple(sheet["market"]), "market_share": _floats(sheet["share"])}


# ---- prices ----------------------------------------------------------------------------------------------------------
def prices(sheet: Sheet, keys: dict[str, Any]) -> dict[str, Any]:
    """The copper price, one value a quarter. Raises InputError."""
    quarters = sheet["quarter"]
    _check_steps(sheet, "quarter", quarter_name)
    first, last = keys["burn_in_from"], keys["outlook_from"] - 1
    if quarters[0] > first or quarters[-1] < last:
        raise InputError(f"{sheet.path}: the prices run from {quarter_name(quarters[0])} to "
                         f"{quarter_name(quarters[-1])}; the calendar of this world needs "
                         f"{quarter_name(first)} to {quarter_name(last)}")
    return {"price_quarters": _whole(quarters), "price": _floats(sheet["us_cents_per_lb"])}


def costs(sheet: Sheet) -> dict[str, Any]:
    """C1 cash cost in the recorded years. Raises InputError."""
    _check_ascending(sheet, "year")
    return {"cost_years": _whole(sheet["year"]), "unit_cost": _floats(sheet["c1_us_cents_per_lb"])}


def currency(sheet: Sheet, keys: dict[str, Any]) -> dict[str, Any]:
    """UF and dollar, one value a year. Raises InputError."""
    years = sheet["year"]
    _check_steps(sheet, "year", str)
    first, last = year_of(keys["burn_in_from"]), year_of(keys["outlook_from"] - 1)
    if years[0] > first or years[-1] < last:
        raise InputError(f"{sheet.path}: the years run from {years[0]} to {years[-1]}; "
                         f"the calendar of this world needs {first} to {last}")
    uf = _floats(sheet["uf_clp"])
    return {"currency_years": _whole(years), "uf_usd": uf / _floats(sheet["usd_clp"]), "uf_clp": uf}


def taxes(sheet: Sheet, keys: dict[str, Any]) -> dict[str, Any]:
    """Rates of the tax on profit, and the years from which they hold. Raises InputError."""
    _check_ascending(sheet, "from_year")
    first = year_of(keys["burn_in_from"])
    if sheet["from_year"][0] > first:
        sheet.fail(0, "from_year", f"the first rate holds from {sheet['from_year'][0]}; this world begins in {first}")
    return {"tax_years": _whole(sheet["from_year"]), "tax_rate": _floats(sheet["rate"])}


# ---- small helpers ---------------------------------------------------------------------------------------------------
def _check_ascending(sheet: Sheet, column: str) -> None:
    years = sheet[column]
    for row, (before, year) in enumerate(pairwise(years)):
        if year < before:
            sheet.fail(row + 1, column, f"{year} stands after {before}; write the years in ascending order")


def _check_steps(sheet: Sheet, column: str, written: Callable[[int], str]) -> None:
    values = sheet[column]
    for row in range(1, len(values)):
        if values[row] != values[row - 1] + 1:
            sheet.fail(row, column, f"{written(values[row])} follows {written(values[row - 1])}; "
                                    f"there must be no gap, so {written(values[row - 1] + 1)} belongs here")


def _check_sum(sheet: Sheet, column: str, tolerance: float) -> None:
    total = sum(sheet[column])
    if abs(total - 1.0) > tolerance:
        raise InputError(f"{sheet.path}, column {column}: the shares sum to {total:.4g}; "
                         f"they must sum to 1 within {tolerance:g} (rounding)")


def _floats(values: Any) -> F8:
    return np.array(values, np.float64)


def _whole(values: list[int]) -> I8:
    return np.array(values, np.int64)
