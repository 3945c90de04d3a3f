"""A region as an object: jobs, commuters, graduates, wages and rents, and what is counted there."""

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sim.model import Cluster
    from tests.benchmarks.plain.model import PlainCluster


class Region:
    """One labour market, and the quarter's counts of one place. Five kinds of employer, as in the model."""

    def __init__(self, model: "PlainCluster", number: int, start: "Cluster") -> None:
        place, world, data = start.world.place, start.world, model.data
        self.model, self.number = model, number
        self.first_wage, self.first_rent, self.amenity = float(data.wage[number]), float(data.rent[number]), float(data.amenity[number])
        self.wage, self.rent, self.skilled = float(place.wage[number]), float(place.rent[number]), float(place.skilled[number])
        self.tightness, self.commuting = float(place.tightness[number]), place.commuting[number].tolist()
        self.site_work, self.home_work = world.site_work[number].tolist(), float(world.home_work[number])
        self.previous_residents, self.previous_commuters = float(place.previous_residents[number]), float(place.previous_commuters[number])
        self.mining_region = bool(data.mining_region[number])
        self.rest_jobs, self.graduates = float(data.rest_jobs[number]) * model.spec.scale, float(
            data.inst_graduates[data.inst_region == number].sum())
        self.base = (0.0, 0.0)
        if world.mining_jobs_before is not None:
            self.base = (float(world.mining_jobs_before[0][number]), float(world.mining_jobs_before[1][number]))
        self.jobs, self.local_inputs, self.local_profit = [0.0] * 5, 0.0, 0.0

    def forget_quarter(self) -> None:
        """Empty the counts of a quarter, once labour has read the work of the last one."""
        regions = len(self.model.data.regions)
        self.site_work, self.home_work, self.crews = [0.0] * 3, 0.0, [0.0] * regions
        self.spend = self.spend_small = self.spend_operating = self.value_added = self.local_inputs = self.local_profit = 0.0
        self.spend_by_region, self.learned = [0.0] * regions, {}

    def resident_jobs(self) -> float:
        """Mining-related jobs held by residents."""
        return sum(jobs * (1.0 - share) for jobs, share in zip(self.jobs[:4], self.commuting[:4], strict=True))

    def fill_jobs(self, mine_workers: float) -> None:
        """Jobs at the workplace by kind of employer."""
        p, model = self.model.p, self.model
        self.jobs = [self.site_work[0] + self.home_work, self.site_work[1], self.site_work[2], mine_workers, 0.0]
        residents, everyone = self.resident_jobs(), sum(self.jobs)
        growth = (1.0 + p.rest_growth) ** (model.quarter / 4 - model.data.placement_year)
        extra = p.rest_per_resident * (residents - self.base[0]) + p.rest_per_commuter * (everyone - residents - self.base[1])
        self.jobs[4] = max(self.rest_jobs * growth + (extra if self.mining_region else 0.0), 0.0)
        commuters = everyone - residents
        self.hired_residents = max(residents - self.previous_residents, 0.0) + p.retirement * residents
        self.hired = self.hired_residents + max(commuters - self.previous_commuters, 0.0) + p.retirement * commuters
        self.previous_residents, self.previous_commuters = residents, commuters

    def appeal(self) -> float:
        """How strongly it draws mobile graduates."""
        if self.number == self.model.data.abroad:
            return 0.0
        p, free = self.model.p, max(self.resident_jobs() - self.skilled, 0.0) / self.model.spec.scale
        return (self.wage / self.rent**p.graduate_rent) ** p.graduate_wage * math.exp(self.amenity) * (1.0 + free)

    def settle(self, arrived: float, mobile: float) -> None:
        """Graduates arrive, some of the skilled leave; commuting, wages and rents follow."""
        p, model, jobs = self.model.p, self.model, self.resident_jobs()
        stock = self.skilled * (1.0 - p.retirement) + (1 - p.graduate_mobility) * arrived + mobile
        self.skilled = stock - p.pool_outflow * max(stock - jobs / p.idle_tightness, 0.0)
        self.tightness = min(max(jobs / max(self.skilled, 1e-9), 0.5), 1.3)
        gap, capital = self.tightness - p.normal_tightness, model.regions[model.data.capital]
        logit = p.commute_rent * math.log(self.rent / capital.rent) + p.commute_amenity * (capital.amenity - self.amenity)
        for kind, constant in enumerate(model.commuting_constants):
            target = 1.0 / (1.0 + math.exp(-(constant + logit + p.commute_tight * gap)))
            self.commuting[kind] += p.wage_speed * (target - self.commuting[kind])
        wage = min(self.first_wage * (1.0 + p.wage_slope * gap), capital.wage * (1.0 + p.commute_premium))
        self.wage += p.wage_speed * (wage - self.wage)
        self.rent += p.wage_speed * (self.first_rent * (1.0 + p.rent_slope * gap) - self.rent)

    def pay_wages(self) -> None:
        """Travelling crews are paid at the site; commuters take theirs home."""
        p, model = self.model.p, self.model
        for site, crew in enumerate(self.crews):
            if crew and site != self.number:
                place = model.regions[site]
                model.move("wages on site", self.number, site, crew * place.wage)
        pay = [self.wage * work for work in self.site_work]
        self.wage_leak = sum(w * share * (1 + p.commute_premium) for w, share in zip(pay, self.commuting[:3], strict=True))
        self.wage_leak *= 1.0 - p.commuter_spend
        model.move("suppliers' commuters' income", self.number, model.data.capital, self.wage_leak)
        self.resident_wages = sum(w * (1.0 - share) for w, share in zip(pay, self.commuting[:3], strict=True)) + self.wage * self.home_work
