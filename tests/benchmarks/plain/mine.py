"""A mining operation as an object: what it produces, wants to buy, how it pays and what it believes of suppliers."""

import math
from statistics import NormalDist
from typing import TYPE_CHECKING

import mesa

from sim.ledger import MINE_CLASSES
from sim.stages.copper import POUNDS_A_TONNE

if TYPE_CHECKING:
    from sim.model import Cluster
    from tests.benchmarks.plain.model import PlainCluster

NORMAL = NormalDist()


class Mine(mesa.Agent):
    """One operation. ``standing[region][subsector]`` is the certainty equivalent of a good delivery by such a firm."""

    def __init__(self, model: "PlainCluster", row: int, start: "Cluster") -> None:
        super().__init__(model)
        data, mines, world = model.data, start.world.mines, start.world
        self.region, self.owner, self.payer = int(data.op_region[row]), int(data.op_owner[row]), MINE_CLASSES[int(data.op_owner[row])]
        self.opens, self.closes, self.kt = int(data.op_opens[row]), int(data.op_closes[row]), float(data.op_kt[row])
        self.office, self.aversion = float(mines.office[row]), float(mines.aversion[row])
        self.style_local, self.style_foreign = float(mines.style_local[row]), float(mines.style_foreign[row])
        self.payment_days, self.price_factor = float(mines.payment_days[row]), float(mines.price_factor[row])
        self.squeeze_left, self.open = float(mines.squeeze_left[row]), True
        self.believed = [[[float(world.belief_good[row, r, k]), float(world.belief_bad[row, r, k])] for k in range(world.subsectors)]
                         for r in range(world.regions)]
        self.fresh: dict[tuple[int, int], list[float]] = {}
        self.contracted = [0.0] * world.subsectors
        self.call_off = [1.0] * world.subsectors

    def plan(self) -> None:
        """Output, cost, investment and wanted purchases of the quarter; the squeeze; copper's money."""
        p, model, quarter = self.model.p, self.model, self.model.quarter
        risen = min(max((quarter - self.opens + 1) / p.commissioning, 0.0), 1.0) if self.opens <= quarter <= self.closes else 0.0
        building = self.opens - p.commissioning <= quarter < self.opens
        self.open = risen > 0 or building
        self.output = self.kt * 1000.0 / 4 * risen * model.spec.scale
        self.opex = p.opex_over_cash_cost * model.cash_cost / 100.0 * POUNDS_A_TONNE / model.uf * self.output
        kept = 1.0 - p.squeeze_deferral * (self.squeeze_left > 0)
        sustaining = kept * p.capex_per_tonne * model.lagged_price**p.capex_price_elasticity * self.output
        opening = p.opening_capex_per_tonne * self.kt * 1000.0 / 4 * model.spec.scale if building else 0.0
        self.capex = (sustaining + opening) / model.uf
        self.workers = self.output * 4 / (p.tonnes_per_worker * model.grade)
        running, investing = p.outsourcing_share * p.addressable_share * self.opex, p.addressable_share * self.capex
        shares = zip(model.opex_share, model.capex_share, strict=True)
        self.target = [(1.0 + p.forward_linkage) * (running * o + investing * c) for o, c in shares]
        self._squeeze()
        self._book()

    def _squeeze(self) -> None:
        p, model = self.model.p, self.model
        self.squeeze_left = p.squeeze_quarters if model.squeezed else max(self.squeeze_left - 1.0, 0.0)
        days, factor = (p.squeeze_days, 1.0 - p.squeeze_cut) if self.squeeze_left > 0 else (p.payment_days, 1.0)
        self.payment_days += (days - self.payment_days) * p.squeeze_speed
        self.price_factor += (factor - self.price_factor) * p.price_cut_speed

    def _book(self) -> None:
        p, model, region = self.model.p, self.model, self.region
        revenue = model.price / 100.0 * POUNDS_A_TONNE / model.uf * self.output
        model.pay("copper", "abroad", self.payer, region, revenue)
        model.pay("energy, water, fuel, freight", self.payer, "utilities", region,
                  p.outsourcing_share * (1 - p.addressable_share) * self.opex)
        model.pay("treatment and overhead", self.payer, "abroad", region, (1.0 - p.outsourcing_share - p.own_wage_share) * self.opex)
        model.pay("equipment bought abroad", self.payer, "abroad", region, (1 - p.addressable_share) * self.capex)
        model.pay("mine wages", self.payer, "households", region, p.own_wage_share * self.opex)
        profit = max(revenue - self.opex - self.capex, 0.0)
        model.pay("profit tax", self.payer, "central_government", region, profit * model.data.profit_tax(model.year))
        payee = ("central_government", "abroad", "households")[self.owner]
        model.pay("dividends", self.payer, payee, region, profit * (1.0 - model.data.profit_tax(model.year)))

    def form_beliefs(self) -> None:
        """What it expects of a firm of each region and subsector that it has no experience with."""
        p = self.model.p
        self.standing = []
        for by_subsector in self.believed:
            row = []
            for more_good, more_bad in by_subsector:
                good, total = p.belief_good + more_good, p.belief_good + p.belief_bad + more_good + more_bad
                mean = good / total
                row.append(mean - self.aversion * math.sqrt(mean * (1.0 - mean) / (total + 1.0)))
            self.standing.append(row)
        self.fresh = {(r, k): [0.0, 0.0] for r in range(len(self.believed)) for k in range(len(self.contracted))}

    def update_beliefs(self) -> None:
        """Forget a little and add the quarter's deliveries."""
        keep, scale = 1.0 - self.model.p.belief_forgetting, self.model.spec.scale
        for (region, subsector), (good, bad) in self.fresh.items():
            cell = self.believed[region][subsector]
            cell[0], cell[1] = cell[0] * keep + good / scale, cell[1] * keep + bad / scale

    def tenders_wanted(self, subsector: int) -> tuple[int, float]:
        """How many tenders it calls in a subsector, and the largest value allowed (UF)."""
        p, model, target = self.model.p, self.model, self.target[subsector]
        contracted = self.contracted[subsector]
        self.call_off[subsector] = target / max(contracted, 1e-9) if contracted > target else 1.0
        cap = max(p.tender_cap * 4 * target / model.spec.scale, 1.0)
        median = p.tender_median / model.uf
        z = (math.log(cap) - math.log(median)) / p.tender_sigma
        mean = median * math.exp(p.tender_sigma**2 / 2) * NORMAL.cdf(z - p.tender_sigma) + cap * (1.0 - NORMAL.cdf(z))
        missing = max(target - contracted, 0.0)
        return int(missing / (mean / model.contract_quarters[subsector]) + model.random.random()), cap
