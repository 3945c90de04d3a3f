"""Oracles of the two kernels: the same rules without Numba, meant to give the same bits.

Clearing is written for one tender after the other with plain Python numbers and lists; delivery in numpy on whole
columns. Neither uses the kernels' helpers, and the ring is searched by bisection, not through the kernel's guide.
"""

from bisect import bisect_left
from types import SimpleNamespace
from typing import Any

import numpy as np

from sim.contracts import Contracts
from sim.draws import GUMBEL_TABLE, LOGISTIC_TABLE, combine_column
from sim.kernels.clearing import LOOKED_AT, PROPOSALS, Market, Relations
from sim.kernels.delivery import HUMP_TABLE, Outcome, Terms
from tests.reference import combine

BEGIN, POINT, STRIDE = 7, 100, 101
"""Numbers that tell apart the luck of one tender: where incumbents begin, where points on the ring begin, their stride."""
ACCEPT, KEPT = 26, 0
"""First of the 26 bits of the hash of a tender and a firm that decide an invitation, or whether an incumbent is thought of."""
FIT_REACH, FIT_STEPS = 8.0, 16


# ---- clearing --------------------------------------------------------------------------------------------------------
class Clearing:
    """All tenders of a hall, decided one by one. ``free`` of firms and ``pots`` of groups hold what capacity is left,
    ``shared`` what each winner's partners take over."""

    def __init__(self, bidders: Any, pots: Any, relations: Relations, market: Market, weights: Any) -> None:
        self.pots, self.shared = [float(pot) for pot in pots], []
        self.rel, self.market = relations, market
        self.w = SimpleNamespace(**{name: float(weights[name][0]) for name in weights.dtype.names})
        self.firms = [SimpleNamespace(**{name: b[name].item() for name in bidders.dtype.names}) for b in bidders]
        self.subsectors = market.ring_start.size - 1

    def decide(self, tenders: Any) -> tuple[list[int], list[int], list[float]]:
        """Winner (-1: none), number of offers and price of every tender, in order."""
        winners, offers, prices = [], [], []
        for record in tenders:
            t = SimpleNamespace(**{name: record[name].item() for name in tenders.dtype.names})
            bids = [(self.score(t, i), i) for i in self.invited(t) if self.may_bid(t, i)]
            for _, i in bids:
                self.firms[i].bids += 1
            won = self.best(t, bids)
            winners.append(won)
            offers.append(len(bids))
            self.shared.append(0.0)
            prices.append(1.0 if won < 0 else self.award(t, won))
        return winners, offers, prices

    def invited(self, t: Any) -> list[int]:
        """Known names first (incumbents, or a prime's subcontractors), then strangers from the ring."""
        known, most = int(self.market.names[1]), int(self.market.names[0])
        names = self.subcontractors(t)[:known] if t.prime >= 0 else self.incumbents(t)[:known]
        ring = range(int(self.market.ring_start[t.subsector]), int(self.market.ring_start[t.subsector + 1]))
        points = [int(self.market.ring_key[at]) for at in ring]
        for attempt in range(PROPOSALS if points else 0):
            if len(names) >= most:
                break
            stride = combine(t.key, STRIDE) | 1
            place = bisect_left(points, (combine(t.key, POINT) + (attempt + 1) * stride) % 2**64) % len(points)
            i = int(self.market.ring_row[ring[place]])
            if i != t.prime and i not in names and self.luck(t, i, ACCEPT) < self.invitation(t, i) and self.worthwhile(t, i):
                names.append(i)
        return names

    def luck(self, t: Any, i: int, first_bit: int) -> float:
        return ((combine(t.key, self.firms[i].uid) >> first_bit) % 2**26) * 2.0**-26

    def incumbents(self, t: Any) -> list[int]:
        cell = t.buyer * self.subsectors + t.subsector
        rows = self.market.incumbent_row[self.market.incumbent_start[cell]:self.market.incumbent_start[cell + 1]].tolist()
        keys = self.market.incumbent_key[self.market.incumbent_start[cell]:self.market.incumbent_start[cell + 1]].tolist()
        begin = sum(key < int(combine(t.key, BEGIN)) for key in keys)
        looked_at = (rows[begin:] + rows[:begin])[:LOOKED_AT]
        return [i for i in looked_at if self.luck(t, i, KEPT) < float(self.rel.trust[i, t.buyer]) and self.worthwhile(t, i)]

    def worthwhile(self, t: Any, i: int) -> bool:
        return bool(t.log_value - self.firms[i].log_capacity >= self.w.least)

    def subcontractors(self, t: Any) -> list[int]:
        pairs = zip(self.rel.sub_row[t.prime].tolist(), self.rel.sub_uid[t.prime].tolist(), strict=True)
        return [i for i, uid in pairs if i >= 0 and self.firms[i].uid == uid and self.worthwhile(t, i)]

    def quality(self, t: Any, i: int) -> float:
        standing = float(self.market.standing[t.buyer, t.subsector, self.firms[i].region])
        total, good = float(self.rel.deliveries[i, t.buyer]), float(self.rel.good[i, t.buyer])
        if total == 0:
            return standing
        own = total / (total + self.w.own_experience)
        return own * (good / total) + (1.0 - own) * standing

    def invitation(self, t: Any, i: int) -> float:
        f, cells = self.firms[i], self.market.fit.size
        cell = min(max(int((f.log_capacity + (FIT_REACH - t.log_value)) * FIT_STEPS), 0), cells - 1)
        chance = float(self.market.fit[cell]) * f.known
        if self.rel.presence[i, t.site]:
            chance *= self.w.site * self.w.site if t.small else self.w.site
        if t.large and self.rel.presence[i, t.office]:
            chance *= self.w.office
        return chance * self.quality(t, i) * self.quality(t, i)

    def may_bid(self, t: Any, i: int) -> bool:
        f = self.firms[i]
        enough = f.free + self.pot(i) >= t.rate and self.own(i) >= self.w.lead * t.rate
        return i != t.prime and (self.certified(t, i) or not t.certified_only) and enough

    def pot(self, i: int) -> float:
        f = self.firms[i]
        return self.pots[f.pot] if f.pot >= 0 else 0.0

    def own(self, i: int) -> float:
        """Its own free capacity, in the pot or not."""
        return float(self.firms[i].free + min(self.firms[i].given, self.pot(i)))

    def certified(self, t: Any, i: int) -> bool:
        """By a certificate of its own or, in a bid that it cannot make alone, by one of its group."""
        f = self.firms[i]
        return f.certified or (f.backed and t.rate > self.own(i))

    def local(self, t: Any, i: int, definition: int) -> bool:
        f, at_site = self.firms[i], bool(self.rel.presence[i, t.site])
        return (f.region == t.site, at_site, f.region == t.site and f.small)[definition]

    def trust(self, t: Any, i: int) -> float:
        if t.prime < 0:
            return float(self.rel.trust[i, t.buyer])
        pairs = zip(self.rel.sub_row[t.prime], self.rel.sub_uid[t.prime], self.rel.sub_trust[t.prime], strict=True)
        known = [float(trust) for row, uid, trust in pairs if row == i and int(uid) == self.firms[i].uid]
        return known[0] if known else 0.0

    def score(self, t: Any, i: int) -> float:
        f, w, market = self.firms[i], self.w, self.market
        bonus = max([0.0, *(float(market.local_bonus[t.buyer, d]) for d in range(3) if self.local(t, i, d))])
        score = bonus - w.price * f.log_price + (w.certificate if self.certified(t, i) else 0.0)
        score -= w.shortfall * max(t.need - f.capability, 0.0)
        score += float(GUMBEL_TABLE[combine(t.key, f.uid) >> 52])
        score -= float(market.distance[t.subsector, t.site, self.place(t, i)])
        return score + w.trust * self.trust(t, i) + w.quality * self.quality(t, i)

    def place(self, t: Any, i: int) -> int:
        """Whence the firm would deliver."""
        return int(t.site) if self.rel.presence[i, t.site] else int(self.firms[i].region)

    def best(self, t: Any, bids: list[tuple[float, int]]) -> int:
        """The highest score, among local bids if the tender is reserved and one of them bids; the first of equals."""
        among = [bid for bid in bids if t.reserved >= 0 and self.local(t, bid[1], t.reserved)] or bids
        return max(among, key=lambda bid: bid[0])[1] if among else -1

    def award(self, t: Any, won: int) -> float:
        """Price of the winner, whose own free capacity, in the pot or not, is used before its partners'."""
        f = self.firms[won]
        from_pot = max(0.0, t.rate - max(f.free, 0.0))
        f.free -= t.rate - from_pot
        f.wins += 1
        own = min(f.given, self.pot(won), from_pot)
        f.given -= own
        self.shared[-1] = from_pot - own
        if f.pot >= 0:
            self.pots[f.pot] -= from_pot
        return float(f.price * self.market.travel[t.subsector, t.site, self.place(t, won)])


# ---- delivery --------------------------------------------------------------------------------------------------------
def lessons(need: np.ndarray, capability: np.ndarray, best: np.ndarray) -> np.ndarray:
    """What each contract teaches, read from the table of the hump."""
    x = (need - capability) / best * 64
    cell = x.astype(np.int64)
    inside = (x > 0.0) & (cell < HUMP_TABLE.size - 1)
    cell = np.where(inside, cell, 0)
    part = x - cell
    return np.where(inside, HUMP_TABLE[cell] * (1.0 - part) + HUMP_TABLE[cell + 1] * part, 0.0)


def deliver(contracts: Contracts, workers: Any, presence: Any, terms: Terms, out: Outcome, key: np.uint64) -> None:
    """Numpy version of the delivery kernel: fills ``out``, adding in the order of the book's slots."""
    slots = np.flatnonzero(contracts.active)
    c = SimpleNamespace(**{name: column[slots] for name, column in contracts._asdict().items()})
    f = workers[c.supplier]
    at_site, at_home = presence[c.supplier, c.site], f["region"] == c.site
    ordered = np.where(c.prime >= 0, contracts.subsector[c.parent], c.subsector)
    called = c.rate * terms.call_off[c.buyer, ordered]
    own, value = called * (1.0 - c.passed_on), called * c.price * terms.price_factor[c.buyer]
    logit = f["base_logit"] - terms.gap_slope * c.need
    logit = np.where(at_site, logit, logit - terms.urgent_distance[c.subsector, c.site, f["region"]])
    luck = combine_column(combine_column(key, c.luck), f["uid"])
    works = logit > -LOGISTIC_TABLE[luck >> np.uint64(52)].astype(np.float64)
    out.success[slots] = works
    _work(c, f, own, at_home, at_site, terms, out)
    _value_added(c, f, value, at_home, at_site, terms, out)
    second = c.prime >= 0
    np.add.at(out.done["tier2"], c.supplier[second], value[second])
    np.add.at(out.done["paid"], c.prime[second], value[second])
    first = SimpleNamespace(**{name: column[~second] for name, column in vars(c).items()})
    _first_tier(first, f[~second], value[~second], works[~second], at_home[~second], at_site[~second], terms, out)


def _work(c: Any, f: Any, own: Any, at_home: Any, at_site: Any, terms: Terms, out: Outcome) -> None:
    staff = own / (terms.per_worker[c.subsector] * f["productivity"])
    kind = np.where(at_home, 0, np.where(at_site, 1, 2))
    on_site = staff * terms.on_site[c.subsector]
    np.add.at(out.site_work, (c.site, kind), on_site)
    np.add.at(out.home_work, f["region"], staff * (1.0 - terms.on_site[c.subsector]))
    np.add.at(out.travelling, (f["region"], c.site, at_site.astype(int)), on_site)
    np.add.at(out.done["volume"], c.supplier, own)
    away = ~at_site
    np.add.at(out.done["mobilised"], c.supplier[away],
              (own * (terms.travel[c.subsector, c.site, f["region"]] - 1.0))[away])
    np.add.at(out.done["work"], c.supplier, staff)
    np.add.at(out.done["learning"], c.supplier, own * lessons(c.need, f["capability"], f["best_distance"]))
    np.add.at(out.done["commuting"], c.supplier, on_site * terms.commuting[c.site, kind])


def _value_added(c: Any, f: Any, value: Any, at_home: Any, at_site: Any, terms: Terms, out: Outcome) -> None:
    part = np.where(at_home, 1.0, terms.branch_part)
    added = value * (1.0 - c.passed_on) * f["domestic"] * part
    stays = at_home | at_site
    np.add.at(out.value_added, c.site[stays], added[stays])


def _first_tier(c: Any, f: Any, value: Any, works: Any, at_home: Any, at_site: Any, terms: Terms, out: Outcome) -> None:
    owner, small = terms.owner[c.buyer], f["small"]
    days = terms.local_days[c.buyer]
    wait = terms.days[c.buyer]
    for definition, local in enumerate((at_home, at_site, at_home & small)):
        wait = np.where(local, np.minimum(wait, days[:, definition]), wait)
    np.add.at(out.revenue, (c.supplier, owner), value)
    np.add.at(out.delayed, (c.supplier, owner), value * wait / 90.0)
    np.add.at(out.spend_by_buyer, c.buyer, value)
    np.add.at(out.purchases, (c.site, f["region"], np.asarray(at_site).astype(np.int64)), value)
    np.add.at(out.spend_small, c.site[at_home & small], value[at_home & small])
    np.add.at(out.total, (c.supplier, c.buyer), np.float32(1))
    np.add.at(out.good, (c.supplier[works], c.buyer[works]), np.float32(1))
    np.add.at(out.belief, (c.buyer, f["region"], c.subsector, np.where(works, 0, 1)), 1.0)
