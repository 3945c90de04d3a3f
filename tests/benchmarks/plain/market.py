"""Tenders and contracts as objects, and how a tender is decided."""

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sim.kernels.clearing import LOOKED_AT, PROPOSALS

if TYPE_CHECKING:
    from tests.benchmarks.plain.firm import Supplier
    from tests.benchmarks.plain.mine import Mine
    from tests.benchmarks.plain.model import PlainCluster


@dataclass(slots=True)
class Tender:
    """Work that an operation, or its prime contractor, asks bids for."""

    mine: "Mine"
    subsector: int
    site: int
    office: int
    value: float
    rate: float
    log_value: float
    need: float
    large: bool
    small: bool
    certified_only: bool
    prime: "Supplier | None" = None


@dataclass(slots=True)
class Contract:
    """Work under way."""

    supplier: "Supplier"
    mine: "Mine"
    subsector: int
    site: int
    rate: float
    price: float
    need: float
    ends: int
    passed_on: float = 0.0
    prime: "Supplier | None" = None
    called_as: int = -1
    """The subsector under which the operation calls the work off: that of the contract of which it is a part."""


class Market:
    """Register, incumbents and the book of contracts."""

    def __init__(self, model: "PlainCluster") -> None:
        self.model = model
        self.contracts: list[Contract] = []

    # ---- tenders ---------------------------------------------------------------------------------------------------
    def expire(self) -> None:
        """Drop what is over; count what is under contract by firm and by operation."""
        model, quarter = self.model, self.model.quarter
        self.contracts = [c for c in self.contracts if c.ends >= quarter and c.supplier.alive and (c.prime is None or c.prime.alive)]
        for firm in model.firms:
            firm.committed = 0.0
        for mine in model.mines:
            mine.contracted = [0.0] * len(mine.contracted)
        for c in self.contracts:
            c.supplier.committed += c.rate * (1.0 - c.passed_on)
            if c.prime is None:
                c.mine.contracted[c.subsector] += c.rate * c.price

    def tender(self, mine: "Mine", subsector: int, value: float, prime: "Supplier | None" = None, duration: float = 0.0) -> Tender:
        """A tender of ``value`` UF over ``duration`` quarters (0: the subsector's) with what follows from it."""
        p, model, random = self.model.p, self.model, self.model.random
        dollars, duration = value * model.uf, duration or model.contract_quarters[subsector]
        office = model.data.capital if prime is None and random.random() < mine.office else mine.region
        need = min(max(model.knowledge_need[subsector] + p.need_spread * random.gauss(0.0, 1.0), 0.05), 0.98)
        certified_only = prime is None and dollars > p.certified_value and random.random() < p.certified_tenders
        return Tender(mine, subsector, mine.region, office, value, value / duration / model.reference_price[subsector],
                      math.log(2.0 * value / duration * min(duration, 4.0)), need, dollars > p.office_value, dollars < p.site_value,
                      certified_only, prime)

    def call(self) -> list[Tender]:
        """All tenders of operations this quarter, in random order."""
        p, model, tenders = self.model.p, self.model, []
        for mine in model.mines:
            for subsector in range(len(mine.target)):
                count, cap = mine.tenders_wanted(subsector)
                for _ in range(count):
                    value = min(p.tender_median / model.uf * math.exp(p.tender_sigma * model.random.gauss(0.0, 1.0)), cap)
                    tenders.append(self.tender(mine, subsector, value))
        model.random.shuffle(tenders)
        return tenders

    # ---- awards ----------------------------------------------------------------------------------------------------
    def open_register(self) -> None:
        """Who may be invited, by subsector; whom each operation trusts."""
        self.register: list[list[Supplier]] = [[] for _ in self.model.opex_share]
        self.incumbents: dict[tuple[Mine, int], list[Supplier]] = {}
        for firm in self.model.firms:
            firm.prepare_bids()
            self.register[firm.subsector].append(firm)
            for mine, trust in firm.trust.items():
                if trust > self.model.p.incumbent_trust:
                    self.incumbents.setdefault((mine, firm.subsector), []).append(firm)

    def _trusted(self, tender: Tender) -> list["Supplier"]:
        random, limit = self.model.random, int(self.model.p.invited_incumbents)
        if tender.prime is not None:
            return [firm for firm in tender.prime.subcontractors if firm.alive and firm.is_worth_a_bid(tender)][:limit]
        held = self.incumbents.get((tender.mine, tender.subsector), [])
        begin, names = int(random.random() * len(held)), []
        for step in range(min(len(held), LOOKED_AT)):
            firm = held[(begin + step) % len(held)]
            if random.random() < firm.trust[tender.mine] and firm.is_worth_a_bid(tender):
                names.append(firm)
                if len(names) >= limit:
                    break
        return names

    def invite(self, tender: Tender) -> list["Supplier"]:
        """Incumbents by trust, then strangers by what can be seen of them."""
        names, random, register = self._trusted(tender), self.model.random.random, self.register[tender.subsector]
        limit, size = int(self.model.p.invited_names), len(register)
        for _ in range(PROPOSALS if size else 0):
            if len(names) >= limit:
                break
            firm = register[int(random() * size)]
            able = firm is not tender.prime and firm not in names and firm.is_worth_a_bid(tender)
            if able and random() < firm.chance_of_invitation(tender):
                names.append(firm)
        return names

    def decide(self, tender: Tender) -> "tuple[Supplier | None, int]":
        """The winner among the invited that can bid, and how many bid."""
        best, top, bids = None, -math.inf, 0
        for firm in self.invite(tender):
            if firm is tender.prime or firm.free < tender.rate or (tender.certified_only and not firm.is_certified):
                continue
            bids += 1
            firm.bids += 1
            score = firm.score(tender)
            if score > top:
                best, top = firm, score
        if best is not None:
            best.wins += 1
            best.free -= tender.rate
        return best, bids

    def clear(self) -> None:
        """Decide every tender, then what its winner passes on; enter the contracts."""
        self.open_register()
        tenders = self.call()
        decided = [(tender, *self.decide(tender)) for tender in tenders]
        self.tenders, self.bids = len(tenders), sum(bids for *_, bids in decided)
        volume, paid = [0.0] * len(self.register), [0.0] * len(self.register)
        entered = []
        for tender, winner, _ in decided:
            if winner is None:
                continue
            sub, share = self._subcontract(tender, winner)
            contract = self.enter(tender, winner, share, self._end(tender))
            volume[tender.subsector] += tender.rate
            paid[tender.subsector] += tender.rate * contract.price
            entered += [contract, sub] if sub else [contract]
        self.contracts += entered
        self._learn_prices(volume, paid)

    def enter(self, tender: Tender, winner: "Supplier", passed_on: float, ends: int, called_as: int = -1) -> Contract:
        """The contract of an award; a subcontract ends with the contract of which it is a part."""
        model, k = self.model, tender.subsector
        place = tender.site if tender.site in winner.presence else winner.region
        winner.fresh_awards += 1
        winner.committed += tender.rate * (1.0 - passed_on)
        if tender.prime is None:
            winner.since.setdefault(tender.mine, model.quarter)
        else:
            tender.prime.keep_subcontractor(winner)
        price = winner.price * model.travel[k][tender.site][place]
        return Contract(winner, tender.mine, k, tender.site, tender.rate, price, tender.need, ends, passed_on, tender.prime,
                        k if called_as < 0 else called_as)

    def _subcontract(self, tender: Tender, winner: "Supplier") -> tuple[Contract | None, float]:
        """A part of a large contract, passed on by the same rule."""
        p, model, random = self.model.p, self.model, self.model.random
        share = model.tier2_share[tender.subsector]
        if share <= 0 or tender.value * model.uf <= p.tier2_threshold:
            return None, 0.0
        k = tender.subsector
        if random.random() >= p.tier2_own_trade:
            k = random.choices(range(len(model.appetite)), model.appetite)[0]
        duration = model.contract_quarters[tender.subsector]
        part = self.tender(tender.mine, k, tender.rate * share * duration * model.reference_price[k], winner, duration)
        sub, bids = self.decide(part)
        self.tenders, self.bids = self.tenders + 1, self.bids + bids
        return (self.enter(part, sub, 0.0, self._end(tender), tender.subsector), share) if sub else (None, 0.0)

    def _end(self, tender: Tender) -> int:
        return self.model.quarter + int(self.model.contract_quarters[tender.subsector]) - 1

    def _learn_prices(self, volume: list[float], paid: list[float]) -> None:
        model = self.model
        for k, size in enumerate(volume):
            if size > 0:
                model.reference_price[k] += model.p.price_memory * (paid[k] / size - model.reference_price[k])

    # ---- delivery --------------------------------------------------------------------------------------------------
    def deliver(self) -> None:
        """Deliver every running contract; prime contractors judge who worked for them."""
        for c in self.contracts:
            works = c.supplier.deliver(c)
            if c.prime is not None:
                c.prime.judge(c.supplier, works)
