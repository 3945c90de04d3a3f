"""A diary of one programme in one small world: whom it told and chose, what it pushed, what it cost, quarter by quarter."""

from dataclasses import dataclass, field, replace
from types import SimpleNamespace
from typing import Any

import numpy as np

from sim.calendar import parse_quarter, quarter_name
from sim.config import load_programme
from sim.ledger import CLASSES
from sim.model import Cluster
from sim.policies.eligibility import band_in_uf
from sim.policies.programme import COUNTED, Programme
from sim.policies.record import SIZES, ProgrammeSpec
from sim.programmes import Places, build
from sim.spec import Spec
from sim.stages import procurement
from sim.world import World
from tests.worlds import small, with_programmes

SCALE = 0.2


def record_of(name: str, change: dict[str, Any]) -> ProgrammeSpec:
    """A programme file's record with some values changed, as the configuration would build it."""
    world = small().world
    slugs = tuple(dict.fromkeys((*world.op_names, *world.op_company)))
    places = Places(world.regions[: world.abroad], world.subsectors, world.agency_names, slugs)
    return build(name, dict(load_programme(name)[0]) | change, places, lambda key, *_: f"{name}.{key}")


def opened(name: str, quarter: str = "1996Q1") -> ProgrammeSpec:
    """A programme file's record, open from a quarter on whatever its calendar says."""
    return replace(record_of(name, {}), from_=parse_quarter(quarter), until=None, schedules={}, hands_over_to="", closes="gradual")


def world_for(programme: ProgrammeSpec | None, scale: float = SCALE, words: tuple[str, ...] = (),
              beside: tuple[ProgrammeSpec, ...] = ()) -> Spec:
    """The small world of the cases, with this programme and those ``beside`` it alone."""
    return with_programmes(small("baseline", f"scale={scale}", *words), *([programme] if programme else []), *beside)


def portrait(world: World, programme: Programme, row: int) -> SimpleNamespace:
    """What an agency could see of a firm at this moment."""
    firms, regions = world.firms, world.data.regions
    low, high = band_in_uf(world, programme.spec)
    sales = float(firms.sales_year[row])
    return SimpleNamespace(
        uid=int(firms.uid[row]), region=regions[firms.region[row]], sales=sales, in_band=bool(low <= sales <= high),
        present={regions[r] for r in np.flatnonzero(firms.presence[row])}, subsector=world.data.subsectors[firms.subsector[row]],
        certified=bool(world.certified()[row]), entry=bool(firms.entry_until[row] >= world.quarter), research=bool(firms.research[row]),
        sound_books=bool(firms.sound_books[row]), aware=bool(firms.aware[row]),
        size=SIZES[firms.size_class[row]], sponsor=int(firms.sponsor[row]),
        exporter=bool(firms.exported[row] > world.quarter - 12), substituting=bool(firms.substitution[row] > 0),
        exporter_or_member=bool(firms.exported[row] > world.quarter - 12 or firms.group[row] >= 0), group=int(firms.group[row]),
        capability=float(firms.capability[row]), fulfilment=sales / float(firms.aspiration[row]))


@dataclass
class Page:
    """One quarter."""

    quarter: int
    told: list[Any] = field(default_factory=list)
    news: dict[bool, tuple[int, int]] = field(default_factory=dict)
    """Inside the agencies' network or not -> how many were eligible, how many of them were told."""
    applied: list[Any] = field(default_factory=list)
    begun: list[Any] = field(default_factory=list)
    supported: dict[int, int] = field(default_factory=dict)
    """Identity -> quarter in which the running support began."""
    effective: dict[int, bool] = field(default_factory=dict)
    levers: dict[str, Any] = field(default_factory=dict)
    """Lever -> identity -> value this quarter, for every firm (region and buyer levers: the array)."""
    counts: dict[str, float] = field(default_factory=dict)
    flows: dict[tuple[str, str, str], float] = field(default_factory=dict)
    alive: set[int] = field(default_factory=set)
    trust: dict[int, float] = field(default_factory=dict)
    reserved: list[tuple[int, bool]] = field(default_factory=list)
    """Tenders won in the quarter: the definition they were reserved to, and whether the winner is small and local."""
    beside: dict[str, dict[int, int]] = field(default_factory=dict)
    """Another programme -> identity -> quarter in which support by it began."""
    tenders: Any = None
    """Tenders of the first tier."""
    ties_made: list[float] = field(default_factory=list)
    """New ties a member in each group of the programme whose term ends with the quarter."""
    formed: list[int] = field(default_factory=list)
    """Sizes of the groups founded in the quarter."""
    groups: list[tuple[bool, int]] = field(default_factory=list)
    """Groups: whether members are supported, and how many ties among them were used for work of their own."""


class Diary:
    """Runs a world to ``until`` and writes a page a quarter."""

    def __init__(self, spec: Spec, until: str, seed: int = 1, name: str = "") -> None:
        self.model = Cluster(spec, seed)
        self.world = self.model.world
        self.beside = {p.record.name: p for p in self.world.programmes if p.record.name != name}
        listed = self.world.programmes
        self.programme = next((p for p in listed if p.record.name == name), listed[0] if listed else None)
        self.pages: list[Page] = []
        self._ties: dict[int, int] = {}
        if self.programme is not None:
            self._listen(self.programme)
        while self.world.quarter < parse_quarter(until):
            self.page = Page(self.world.quarter)
            tenders, kernel = [], procurement.clear
            procurement.clear = lambda *given, seen=tenders, run=kernel: (run(*given), seen.append(given))[0]  # type: ignore[assignment]
            try:
                self.model.step()
            finally:
                procurement.clear = kernel
            self.page.reserved = _reservations(tenders[0])
            self.page.tenders = tenders[0][0].copy()
            self.page.beside = {n: dict(zip(p.uids.tolist(), p.begun.tolist(), strict=True)) for n, p in self.beside.items()}
            self._money()
            self._groups()
            self.pages.append(self.page)

    def _listen(self, programme: Programme) -> None:
        run, tell, applicants = programme.support, programme.agency.tell, programme.applicants

        def told(world: World, spec: ProgrammeSpec, eligible: Any, *wider: Any) -> Any:
            rows = tell(world, spec, eligible, *wider)
            if spec.name != programme.record.name:
                return rows
            self.page.told = [portrait(world, programme, row) for row in rows.tolist()]
            for inside in (True, False):
                asked = eligible[world.firms.aware[eligible] == inside]
                self.page.news[inside] = (asked.size, int(np.isin(asked, rows).sum()))
            return rows

        def applied(rows: Any) -> Any:
            chosen = applicants(rows)
            self.page.applied = [portrait(self.world, programme, row) for row in chosen.tolist()]
            return chosen

        def ran() -> None:
            run()
            self._support(programme)
        programme.support, programme.agency.tell, programme.applicants = ran, told, applied  # type: ignore[method-assign]

    def _support(self, programme: Programme) -> None:
        world, page = self.world, self.page
        new = programme.rows[programme.begun == world.quarter].tolist()
        page.begun = [portrait(world, programme, row) for row in new]
        uids = programme.uids.tolist()
        page.supported = dict(zip(uids, programme.begun.tolist(), strict=True))
        page.effective = dict(zip(uids, programme.effective.tolist(), strict=True))
        self._ties |= {group.number: self._alliances(group) for group in world.groups if group.founded == world.quarter}
        page.formed = [group.members.size for group in world.groups if group.founded == world.quarter]
        page.counts = {name: float(programme.counts[number].sum()) for number, name in enumerate(COUNTED)}
        living = world.living()
        page.alive = set(world.firms.uid[living].tolist())
        page.trust = dict(zip(world.firms.uid[living].tolist(), world.firms.agency_trust[living, programme.agency.number].tolist(),
                              strict=True))
        for name in world.levers.pushed:
            values = world.levers[name]
            if values.shape == (world.firms.n,):
                values = dict(zip(world.firms.uid[living].tolist(), values[living].tolist(), strict=True))
            page.levers[name] = values

    def _alliances(self, group: Any) -> int:
        """Pairs of members that trust one another."""
        firms = self.world.firms
        inside = np.isin(firms.tie_row[group.members], group.members) & (firms.tie_trust[group.members] > self.world.p.tie_ends)
        return int(inside.sum()) // 2

    def _money(self) -> None:
        world, programme = self.world, self.programme
        for (payer, payee, kind), amounts in world.ledger.flows.items():
            key = (CLASSES[payer], CLASSES[payee], kind)
            self.page.flows[key] = self.page.flows.get(key, 0.0) + float(amounts.sum())
        if programme is not None:
            self.page.counts |= {name: float(programme.counts[COUNTED.index(name)].sum()) for name in ("public", "private")}

    def _groups(self) -> None:
        firms, quarter = self.world.firms, self.page.quarter
        for group in self.world.groups:
            inside = np.isin(firms.tie_row[group.members], group.members)
            used = int((firms.tie_used[group.members][inside] == quarter).sum())
            if group.until == quarter and group.number in self._ties:
                self.page.ties_made.append((self._alliances(group) - self._ties[group.number]) / group.members.size)
            self.page.groups.append((bool(self.page.supported.keys() & set(group.uids.tolist())), used))

    # ---- what cases ask for ------------------------------------------------------------------------------------------
    def all(self, what: str) -> list[Any]:
        """Portraits of all quarters."""
        return [each for page in self.pages for each in getattr(page, what)]

    def by_year(self, amount: Any) -> dict[int, float]:
        """Sum of an amount of each page, by year."""
        years: dict[int, float] = {}
        for page in self.pages:
            years[page.quarter // 4] = years.get(page.quarter // 4, 0.0) + amount(page)
        return years

    def flow(self, kind: str, payer: str | None = None) -> float:
        """Money that moved under a kind, from a class or from any."""
        return sum(amount for page in self.pages for (who, _, what), amount in page.flows.items()
                   if what == kind and payer in (None, who))

    def count(self, name: str) -> float:
        """Total of one of the programme's accounts."""
        return sum(page.counts.get(name, 0.0) for page in self.pages)

    def __repr__(self) -> str:
        return f"diary of {self.programme.spec.name if self.programme else 'no programme'} to {quarter_name(self.world.quarter)}"


def _reservations(given: Any) -> list[tuple[int, bool]]:
    """For each tender of the first tier that was won: to which definition it was reserved, and whether the winner is small and local."""
    tenders, bidders, _, _, _, _, winner, *_ = given
    won = np.flatnonzero(winner >= 0)
    firms = bidders[winner[won]]
    local = (firms["region"] == tenders["site"][won]) & firms["small"]
    return list(zip(tenders["reserved"][won].tolist(), local.tolist(), strict=True))
