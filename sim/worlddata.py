"""The frozen description of a country: places, suppliers, mines, institutions and prices, loaded from a folder.

Sizes in the docstrings: R regions including *abroad* (always last), K subsectors, C size classes, M mining
operations, U universities and institutes, A agencies. Every array is read-only.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim import worldparts as parts
from sim import worldschema as schema
from sim.errors import InputError
from sim.worldsheets import Sheet, read_keys, read_sheet

F8 = NDArray[np.float64]
I8 = NDArray[np.int64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class CaseFirm:
    """A firm known by name, with its documented starting state."""

    name: str
    caption: str
    region: str
    subsector: str
    founded: int
    size_class: str
    origin: str
    capability: float
    certified: bool
    exports: bool
    has_rd: bool
    branch_regions: tuple[str, ...]
    note: str
    source: str


GOODS_IMPORTS = 0.25
"""Subsectors with this import content (share of sales) or more sell goods, the others services (judgement)."""


@dataclass(frozen=True, eq=False)
class WorldData:
    """All a model needs to know about a country. Quarters are numbers (see :mod:`sim.calendar`), money is UF."""

    name: str
    caption: str
    caption_es: str
    invented: bool
    focal: int
    capital: int
    burn_in_from: int
    history_from: int
    outlook_from: int
    placement_year: int
    burn_in_firms: int
    regions: tuple[str, ...]
    region_captions: tuple[str, ...]
    region_captions_es: tuple[str, ...]
    abroad: int
    km: F8
    """road km between regional capitals [R, R]; 0 on the diagonal"""
    mining_region: Flags
    rent: F8
    amenity: F8
    infrastructure: F8
    wage: F8
    """UF per worker-quarter [R]"""
    rest_jobs: F8
    recorded_supplier_share: F8
    recorded_copper_share: F8
    subsectors: tuple[str, ...]
    subsector_captions: tuple[str, ...]
    subsector_captions_es: tuple[str, ...]
    opex_share: F8
    capex_share: F8
    import_content: F8
    foreign_share: F8
    knowledge_need: F8
    urgency: F8
    usd_per_worker: F8
    """US$ of sales a worker and year [K]"""
    contract_quarters: F8
    tier2_share: F8
    on_site_share: F8
    knowledge_intensive: Flags
    firms: F8
    """supplier headquarters in the placement year [R, K]; 0 abroad"""
    class_names: tuple[str, ...]
    class_floor_uf: F8
    class_ceiling_uf: F8
    """largest yearly sales of a class, UF [C]; infinite for the last"""
    class_certified: F8
    class_sound_books: F8
    class_research: F8
    class_branches: F8
    """parts of each size class that start certified, with sound books, with an R&D unit, with a focal branch [C]"""
    class_shares: F8
    """share of each class among a region's firms [R, C]; abroad as in the capital"""
    op_names: tuple[str, ...]
    op_region: I8
    op_owner: I8
    """0 state, 1 foreign, 2 domestic [M]"""
    op_company: tuple[str, ...]
    op_home: tuple[str, ...]
    op_opens: I8
    op_closes: I8
    """last quarter of output [M]"""
    op_kt: F8
    """copper capacity, kt a year [M]"""
    op_capital_office: F8
    op_style_local: F8
    op_style_foreign: F8
    op_style_changes: I8
    """quarter from which op_style_local_later holds instead of op_style_local [M]; the year 9999 = never"""
    op_style_local_later: F8
    inst_names: tuple[str, ...]
    inst_region: I8
    inst_graduates: F8
    inst_research: F8
    inst_pilot: Flags
    agency_names: tuple[str, ...]
    agency_region: I8
    """region served [A]; -1 = the whole country"""
    agency_reach: F8
    agency_budget: F8
    """UF a year for all its programmes at scale 1 [A]; infinite = no limit"""
    market_names: tuple[str, ...]
    market_share: F8
    """part of new export contracts that leads to a market, for firms that know none"""
    price_quarters: I8
    price: F8
    """US cents per lb, one value a quarter without gaps"""
    cost_years: I8
    unit_cost: F8
    """C1 cash cost in US cents per lb, in the recorded years only"""
    currency_years: I8
    uf_usd: F8
    """US$ per UF (31 December UF over the year's mean dollar)"""
    uf_clp: F8
    tax_years: I8
    tax_rate: F8
    """tax on profit from each of these years on"""
    cases: tuple[CaseFirm, ...]
    checksums: Mapping[str, str]
    """file → sha256"""

    def __post_init__(self) -> None:
        self._seal()

    def __setstate__(self, state: dict[str, Any]) -> None:
        # Unpickled arrays are writable again; sealed ones keep workers and parent on the same compiled kernels.
        self.__dict__.update(state)
        self._seal()

    @property
    def goods(self) -> NDArray[np.bool_]:
        """Subsectors that sell goods [K], which can replace imports."""
        return np.asarray(self.import_content >= GOODS_IMPORTS)

    @property
    def uf_per_worker(self) -> F8:
        """Sales a worker and year in UF of the placement year, by subsector [K]."""
        return self.usd_per_worker / self.uf_in_dollars(self.placement_year)

    def currency_row(self, year: int) -> int:
        """Row of a year among the recorded currencies, the nearest for a year beyond them."""
        return min(max(year - int(self.currency_years[0]), 0), self.currency_years.size - 1)

    def uf_in_dollars(self, year: int) -> float:
        """US$ per UF in a year."""
        return float(self.uf_usd[self.currency_row(year)])

    def profit_tax(self, year: int) -> float:
        """Rate of the tax on profit in a year."""
        return float(self.tax_rate[np.searchsorted(self.tax_years, year, side="right") - 1])

    def _seal(self) -> None:
        for value in self.__dict__.values():
            if isinstance(value, np.ndarray):
                value.setflags(write=False)


def load_world(folder: Path) -> WorldData:
    """The world in a folder. Raises InputError naming file, line, column and what would be valid."""
    folder = Path(folder)
    if not folder.is_dir():
        raise InputError(f"{folder}: there is no such folder; a world is a folder with world.yaml and its CSV files")
    keys, checksum = read_keys(folder / "world.yaml", schema.WORLD)
    subsectors = read_sheet(folder, schema.SUBSECTORS)
    spread = {schema.SUPPLIERS.file: tuple(subsectors["subsector"]), schema.SIZE_SHARES.file: schema.SIZE_CLASSES}
    sheets = {"subsectors.csv": subsectors}
    for file in schema.FILES:
        if file.file not in sheets:
            sheets[file.file] = read_sheet(folder, file.spread(spread[file.file]) if file.each else file)
    checksums = {"world.yaml": checksum, **{name: sheet.checksum for name, sheet in sheets.items()}}
    return _assemble(folder, keys, sheets, checksums)


def _assemble(folder: Path, keys: dict[str, Any], sheets: dict[str, Sheet], checksums: dict[str, str]) -> WorldData:
    regions = tuple(sheets["regions.csv"]["region"])
    return WorldData(
        **parts.identity(folder / "world.yaml", keys, regions), **parts.places(keys, sheets, regions),
        **parts.subsectors(sheets["subsectors.csv"]), **parts.suppliers(keys, sheets, regions),
        **parts.operations(sheets["operations.csv"], regions),
        **parts.institutions(sheets["institutions.csv"], regions),
        **parts.agencies(sheets["agencies.csv"], regions), **parts.markets(sheets["markets.csv"]),
        **parts.prices(sheets["copper_price_quarterly.csv"], keys),
        **parts.costs(sheets["unit_cost.csv"]), **parts.currency(sheets["currency.csv"], keys),
        **parts.taxes(sheets["profit_tax.csv"], keys),
        cases=tuple(CaseFirm(**firm) for firm in parts.cases(sheets, regions)), checksums=checksums,
    )
