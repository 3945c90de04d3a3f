"""Keeping what a run shows: the series of indicators, programmes, ledger and, when asked, firms, awards, ties, labour."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.calendar import quarter_end
from sim.indicators import INDICATORS, cluster_index, label
from sim.ledger import CLASSES
from sim.outputs import LIGHT
from sim.panels import PANELS
from sim.policies.programme import COUNTED, Programme
from sim.world import REGIONAL_TALLIES, World

F8 = NDArray[np.float64]
Columns = dict[str, NDArray[Any]]
FINAL_YEARS = 5
RULED: dict[str, Callable[[Programme], float]] = {
    "open": lambda programme: float(programme.is_open()), "stopped": lambda programme: float(programme.stopped is not None),
    "prolonged": lambda programme: float(programme.prolonged), "windfall": lambda programme: programme.windfall,
    "raised": lambda programme: float(programme.raised)}
"""What the calendar and a programme's rules have made of it by a quarter. Programmes with a rule are told of in every quarter."""


@dataclass
class RunOutput:
    """What a finished run leaves: tables as columns, final indicators of the focal region, and timings."""

    tables: dict[str, Columns]
    final: dict[str, float]
    seconds: float
    stage_seconds: dict[str, float]


class Recorder:
    """Measures a world at the end of each quarter from the start of history on."""

    def __init__(self, world: World, recording: tuple[str, ...] = ()) -> None:
        self.world = world
        self.first = world.data.history_from
        quarters = max((world.spec.horizon + 1) * 4 - self.first, 0)
        self.values = np.full((quarters, world.regions, len(INDICATORS)), np.nan)
        self.panels = {name: PANELS[name] for name in recording if name in PANELS}
        self.light = LIGHT in recording
        self._regions = np.array(world.data.regions)
        world.keeps_awards = "awards" in self.panels
        self._rows: dict[str, dict[str, list[NDArray[Any]]]] = defaultdict(lambda: defaultdict(list))

    def measure(self) -> None:
        """Take this quarter's measures."""
        world = self.world
        self._sum_year()
        if world.quarter < self.first:
            return
        at = world.quarter - self.first
        year_ends = world.quarter % 4 == 3
        for number, indicator in enumerate(INDICATORS):
            if indicator.frequency == "quarter" or year_ends:
                self.values[at, :, number] = indicator.measure(world)
        if not self.light:
            self._keep_programmes()
            self._keep_flows()
        for name, panel in self.panels.items():
            self._append(name, panel(world))

    def published(self, name: str) -> F8:
        """An indicator of the last full year by region [R], as statistics give it: the mean of its quarters; NaN if there is none."""
        number = next(n for n, indicator in enumerate(INDICATORS) if indicator.name == name)
        end = (self.world.quarter - self.first) // 4 * 4
        year = self.values[max(end - 4, 0):max(end, 0), :, number]
        known = ~np.isnan(year)
        return np.asarray(np.where(known, year, 0.0).sum(axis=0) / np.where(known.any(axis=0), known.sum(axis=0), np.nan))

    def _sum_year(self) -> None:
        world = self.world
        for name in REGIONAL_TALLIES:
            if world.quarter % 4 == 0:
                world.year_tally[name] = np.zeros(world.regions)
            world.year_tally[name] = world.year_tally[name] + getattr(world.tally, name)

    def _append(self, table: str, columns: Columns) -> None:
        for name, column in columns.items():
            self._rows[table][name].append(column)

    def _keep_programmes(self) -> None:
        """A row for each programme and region in which it counted anything, or in which its rules are to be told."""
        world, programmes = self.world, self.world.programmes
        if not programmes:
            return
        counts = np.array([programme.counts for programme in programmes])
        told = np.asarray(counts.any(axis=1))
        for here, programme in zip(told, programmes, strict=True):
            if (programme.watches or programme.record.renews != "never") and world.quarter >= programme.record.from_:
                here |= programme.regions
        number, region = np.nonzero(told)
        if number.size:
            at = number.tolist()
            kept: Columns = {"programme": np.array([programmes[i].spec.name for i in at]), "region": self._regions[region],
                             "quarter": np.full(number.size, quarter_end(world.quarter))}
            kept |= {name: counts[number, i, region] for i, name in enumerate(COUNTED)}
            self._append("programmes", kept | {name: np.array([held(programmes[i]) for i in at]) for name, held in RULED.items()})

    def _keep_flows(self) -> None:
        """Payments between classes by kind: who, to whom, and how much in each region."""
        flows = self.world.ledger.flows
        if flows:
            payer, payee, kind = zip(*flows, strict=True)
            self._append("flows", {"quarter": np.full(len(flows), quarter_end(self.world.quarter)), "payer": np.array(payer),
                                   "payee": np.array(payee), "kind": np.array(kind), "paid": np.array(list(flows.values()))})

    # ---- a shared history ------------------------------------------------------------------------------------------
    def kept(self) -> dict[str, Columns]:
        """What has been kept so far, beside the indicators."""
        return {table: self._joined(table, {}) for table in self._rows}

    def resume(self, values: F8, kept: dict[str, Columns]) -> None:
        """Go on from what another recorder had kept of the same history."""
        self.values[: values.shape[0]] = values
        for table, columns in kept.items():
            self._append(table, columns)

    # ---- tables ------------------------------------------------------------------------------------------------
    def tables(self) -> dict[str, Columns]:
        """All tables as columns."""
        tables = {"series": self._series()}
        if not self.light:
            tables |= {"programmes": self._joined("programmes", EMPTY_PROGRAMMES), "ledger": self._ledger()}
        return tables | {name: self._joined(name, {}) for name in self.panels}

    def _joined(self, table: str, empty: Columns) -> Columns:
        rows = self._rows.get(table)
        return {name: np.concatenate(parts) for name, parts in rows.items()} if rows else empty

    def index(self, strictness: float = 1.0) -> F8:
        """The enclave-cluster index by quarter and region, defined in the last quarter of each year."""
        by_name = {indicator.name: self.values[:, :, number] for number, indicator in enumerate(INDICATORS)}
        return cluster_index(by_name, strictness)

    def _series(self) -> Columns:
        quarters, regions, _ = self.values.shape
        ends = np.array([quarter_end(self.first + q) for q in range(quarters)], "datetime64[D]")
        columns: Columns = {"quarter": np.repeat(ends, regions), "region": np.tile(self._regions, quarters)}
        for number, indicator in enumerate(INDICATORS):
            columns[indicator.name] = self.values[:, :, number].ravel()
        for name, strictness in (("cluster_index", 1.0), ("cluster_index_strict", 1.25), ("cluster_index_lenient", 0.75)):
            columns[name] = self.index(strictness).ravel()
        columns["regime"] = self._regime().ravel()
        return columns

    def _regime(self) -> F8:
        index = self.index()
        held = np.full_like(index, np.nan)
        held[3::4] = label(index[3::4])
        return held

    def _ledger(self) -> Columns:
        """A row for every flow of a quarter and region that is not zero."""
        flows, classes = self._joined("flows", EMPTY_FLOWS), np.array(CLASSES)
        flow, region = np.nonzero(flows["paid"])
        return {
            "quarter": flows["quarter"][flow], "payer": classes[flows["payer"][flow]], "payee": classes[flows["payee"][flow]],
            "kind": flows["kind"][flow], "region": self._regions[region], "uf": flows["paid"][flow, region]}

    def final(self) -> dict[str, float]:
        """Focal region's mean of each indicator over the last five years, index and regime included."""
        focal = self.world.data.focal
        last = slice(-4 * FINAL_YEARS, None)
        values = {i.name: mean_of_known(self.values[last, focal, number]) for number, i in enumerate(INDICATORS)}
        values["cluster_index"] = mean_of_known(self.index()[last, focal])
        regime = self._regime()[last, focal]
        values["regime"] = float(regime[~np.isnan(regime)][-1]) if (~np.isnan(regime)).any() else float("nan")
        return values


def mean_of_known(values: F8) -> float:
    """Mean of what is not NaN; NaN if nothing is known."""
    known = values[~np.isnan(values)]
    return float(known.mean()) if known.size else float("nan")


EMPTY_PROGRAMMES: Columns = {
    "programme": np.zeros(0, "U1"), "region": np.zeros(0, "U1"), "quarter": np.zeros(0, "datetime64[D]"),
    **{name: np.zeros(0) for name in (*COUNTED, *RULED)}}
EMPTY_FLOWS: Columns = {
    "quarter": np.zeros(0, "datetime64[D]"), "payer": np.zeros(0, np.intp), "payee": np.zeros(0, np.intp), "kind": np.zeros(0, "U1"),
    "paid": np.zeros((0, 0))}
