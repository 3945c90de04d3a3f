"""Who may apply: what an agency can see of a firm (place, trade, size, sales, what it holds) against what a programme asks."""

from collections.abc import Iterable
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

from sim.draws import Ids
from sim.policies.record import SIZES, ProgrammeSpec

if TYPE_CHECKING:
    from sim.world import Rows, World

Mask = NDArray[np.bool_]
LACKING = {"uncertified": "certified", "no_rd": "research", "unsound_books": "sound_books", "non_exporter": "exporter"}
"""Need of a firm that lacks something → what it lacks."""
EXPORTED_QUARTERS = 12
"""An exporter is a firm that exported in the last three years (Cochilco's surveys)."""


def needs_of(world: "World", needs: Iterable[str]) -> Mask | None:
    """Firms [n] that lack or hold all that a programme asks; None: it asks nothing."""
    asked = [~_holding(world, LACKING[need]) if need in LACKING else _holding(world, need) for need in needs if need != "any"]
    return np.logical_and.reduce(asked) if asked else None


def _holding(world: "World", what: str) -> Mask:
    firms = world.firms
    if what == "certified":
        return world.certified()
    if what in ("research", "sound_books"):
        return np.asarray(getattr(firms, what))
    if what == "substituting":
        return np.asarray(firms.substitution > 0)
    exports = np.asarray(firms.exported > world.quarter - EXPORTED_QUARTERS)
    return exports | (firms.group >= 0) if what == "exporter_or_member" else exports


class Directory:
    """What all programmes look up in a quarter: the cell of region, trade and size of each firm, and where a firm stands in the table."""

    def __init__(self, world: "World") -> None:
        firms, self.quarter = world.firms, world.quarter
        cell = (firms.region * world.subsectors + firms.subsector) * len(SIZES) + firms.size_class
        self._cell = np.where(world.domestic(), cell, world.regions * world.subsectors * len(SIZES))
        self._uid = firms.uid

    def fitting(self, asked: Mask) -> Mask:
        """Firms [n] of the country in the cells that a programme asks for."""
        return np.asarray(asked[self._cell])

    def rows_of(self, uids: Ids) -> "Rows":
        """Table rows of those of the firms ``uids`` that still live, in order of row."""
        at = np.minimum(np.searchsorted(self._uid, uids, sorter=self._by_uid), self._uid.size - 1)
        rows = self._by_uid[at]
        return np.sort(rows[self._uid[rows] == uids])

    @cached_property
    def _by_uid(self) -> "Rows":
        return np.argsort(self._uid)


def asked_cells(regions: Mask, trades: Mask, sizes: Mask) -> Mask:
    """Cells of ``regions`` [R], ``trades`` [K] and ``sizes`` [4] in one row, and at its end that of all other firms."""
    return np.append((regions[:, None, None] & trades[None, :, None] & sizes[None, None, :]).ravel(), False)


def directory_of(world: "World") -> Directory:
    """The quarter's directory, kept with the world; stages before this one no longer change what it holds."""
    held = world.directory
    if not isinstance(held, Directory) or held.quarter != world.quarter:
        held = world.directory = Directory(world)
    return held


@njit(cache=True)
def with_branch(fits: Any, presence: Any, regions: Any) -> None:
    """Keep of the firms ``fits`` [n] those with headquarters or a branch in one of ``regions`` [R], in place."""
    for i in range(fits.size):
        if fits[i]:
            here = False
            for r in range(regions.size):
                here |= regions[r] and presence[i, r]
            fits[i] = here


def region_mask(world: "World", names: tuple[str, ...]) -> Mask:
    """Regions [R] that a programme names, with the words all, mining and focal."""
    data = world.data
    mask = np.zeros(world.regions, bool)
    for name in names:
        if name == "all":
            mask[:] = True
        elif name == "mining":
            mask |= data.mining_region & (np.arange(world.regions) != data.capital)
        else:
            mask[data.focal if name == "focal" else data.regions.index(name)] = True
    mask[data.abroad] = False
    return mask


def trade_mask(world: "World", names: tuple[str, ...]) -> Mask:
    """Subsectors [K] that a programme names, or all."""
    if "all" in names:
        return np.ones(world.subsectors, bool)
    return np.isin(np.array(world.data.subsectors), names)


def size_mask(names: tuple[str, ...]) -> Mask:
    """Size classes [4] that a programme names, or all."""
    return np.array(["all" in names or size in names for size in SIZES])


def band_in_uf(world: "World", spec: ProgrammeSpec) -> tuple[float, float]:
    """The sales band in UF a year, converted at the year's rates."""
    at = world.data.currency_row(world.year)
    rate = {"UF": 1.0, "CLP_m": 1e6 / world.data.uf_clp[at], "US": 1.0 / world.data.uf_usd[at]}[spec.sales_unit]
    return spec.sales_min * rate, spec.sales_max * rate


def operation_mask(world: "World", names: tuple[str, ...], regions: Mask) -> Mask:
    """Operations [M] of the regions that commit: by their own name or their company's, all, or so many, the largest first."""
    data, here = world.data, regions[world.data.op_region]
    if names[0].isdigit():
        largest = np.argsort(-np.where(here, world.mines.target.sum(axis=1), -1.0), kind="stable")[: int(names[0])]
        chosen = np.zeros(here.size, bool)
        chosen[largest] = True
        return np.asarray(chosen & here)
    named = [("all" in names) or op in names or company in names
             for op, company in zip(data.op_names, data.op_company, strict=True)]
    return np.array(named) & here
