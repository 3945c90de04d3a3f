"""Plain references: each rule for one firm, one tender or one region, in the words of the model's description.

Slow and simple on purpose: scalars, loops and the standard library only, so that a reader can check a rule here and
the tests can check the vectorised rule against it.
"""

import math
from collections.abc import Iterable, Sequence
from types import SimpleNamespace
from typing import Any

MASK = 2**64 - 1
GOLDEN = 0x9E3779B97F4A7C15


# ---- luck ------------------------------------------------------------------------------------------------------------
def mix(x: int) -> int:
    """Finaliser of splitmix64 (Steele, Lea and Flood 2014, figure 16)."""
    x = ((x ^ (x >> 30)) * 0xBF58476D1CE4E5B9) & MASK
    x = ((x ^ (x >> 27)) * 0x94D049BB133111EB) & MASK
    return x ^ (x >> 31)


def combine(key: int, item: int) -> int:
    """Key made from a key and one more id: the next splitmix64 output after their exclusive or."""
    return mix(((key ^ item) * GOLDEN + GOLDEN) & MASK)


def hashed(seed: int, stream: int, quarter: int, *ids: int) -> int:
    """Hash of a draw; ``stream`` is the stream's number from 1 on."""
    key = combine(0, seed)
    for item in (stream, quarter, *ids):
        key = combine(key, item)
    return key


# ---- costs -----------------------------------------------------------------------------------------------------------
def productivity(capability: float, management: float, p: Any) -> float:
    """Volume a worker relative to a firm of mean capability 0.45 and mean management 0.40."""
    return 1.0 + p.productivity_slope * (capability - 0.45) + p.management_slope * (management - 0.40)


def cost_index(firm: Any, place: Any, p: Any) -> float:
    """Full cost of a unit of work of one firm. ``place`` holds the region's wage over the capital's recorded wage,
    infrastructure, whether it is abroad, and the part of a unit of work that a plant makes instead of importing."""
    commuting = min(firm.commuters / firm.workers, 1.0) if firm.workers > 1e-9 else 0.0
    if place.abroad:
        cost = 1.0 + p.abroad_landed
    else:
        cost = (place.relative_wage * (1 + p.commute_premium * commuting)) ** p.labour_weight
        cost *= 1 + p.infrastructure_cost * (1 - place.infrastructure)
    size = max(firm.sales_year, 100.0) / 8_000.0
    cost *= size ** (-p.scale_economy)
    cost *= 1 - firm.process_gain
    cost *= 1 - p.abroad_landed * place.imports_saved
    return float(cost / productivity(firm.capability, firm.management, p))


# ---- options ---------------------------------------------------------------------------------------------------------
def shortfall(sales: float, aspiration: float) -> float:
    """How far sales stay below aspiration, from 0 to 1."""
    return min(max(1.0 - sales / max(aspiration, 1e-9), 0.0), 1.0)


def credit_line(firm: Any, guarantee: float, p: Any) -> float:
    """Credit that banks grant: a share of yearly sales by the state of the books, or by a guarantee if that is more."""
    own = p.credit_sound if firm.sound_books else p.credit_unsound
    return float(max(own, guarantee) * firm.sales_year)


def adoption_chance(gain: float, own_cost: float, short: float, rate: float, slope: float, push: float) -> float:
    """Chance to take an option: logistic in the log of gain over own cost and in the shortfall, at most ``rate``."""
    odds = slope * (math.log(max(gain, 1e-9)) - math.log(max(own_cost, 1e-9))) + push * short
    return rate * logistic(min(max(odds, -30.0), 30.0))


def logistic(x: float) -> float:
    """The logistic function."""
    return 1.0 / (1.0 + math.exp(-x))


# ---- knowledge -------------------------------------------------------------------------------------------------------
def absorptive_capacity(capability: float, skills: float, research: bool, management: float, weights: Sequence[float]) -> float:
    """Cohen and Levinthal (1990): own capability, skilled staff, an R&D unit, management; all at their best make one."""
    missing = [1.0 - capability, 1.0 - skills, 0.0 if research else 1.0, 1.0 - management]
    return 1.0 - sum(weight * lack for weight, lack in zip(weights, missing, strict=True))


def hump(distance: float, best: float) -> float:
    """What can be learnt across a distance: (x / h) e^(1 - x / h), nothing at zero or below; exact, not from a table."""
    x = distance / best
    return x * math.exp(1.0 - x) if x > 0 else 0.0


def best_distance(absorptive: float, p: Any) -> float:
    """The distance at which most is learnt; it widens with absorptive capacity."""
    return float(p.hump_width * (p.receptive_floor + absorptive))


def neighbour_spillover(firm: Any, neighbours: Sequence[Any], scale: float, p: Any) -> float:
    """Learning of one firm from all firms (itself included) of its region and subsector: density x focus x distance."""
    count, work = len(neighbours), sum(other.volume for other in neighbours)
    sales = sum(other.sales_year / 4 for other in neighbours)
    if work <= 0 or sales <= 0:
        return 0.0
    level = sum(other.volume * other.capability for other in neighbours) / work
    density = count / (count + p.spillover_half * scale)
    focus = min(work / sales, 1.0)
    reach = hump(level - firm.capability, best_distance(firm.absorptive, p))
    return float(p.spillover * focus * density * p.hump_width * reach)


def partner_spillover(firm: Any, partners: Iterable[tuple[float, float]], p: Any) -> float:
    """Learning from the best of the partners, given as (capability, trust)."""
    best = best_distance(firm.absorptive, p)
    lessons = [trust * hump(capability - firm.capability, best) for capability, trust in partners]
    return float(p.partner_spillover * p.hump_width * max(lessons, default=0.0))


# ---- trust, delivery, belief -----------------------------------------------------------------------------------------
def updated_trust(trust: float, good: float, total: float, gain: float, loss: float, decay: float) -> float:
    """Trust after a quarter: it fades, then good deliveries add to what is missing and bad ones take a part away."""
    trust -= decay * trust
    if total == 0:
        return trust
    trust += gain * (good / total) * (1.0 - trust)
    return trust - loss * (1.0 - good / total) * trust


def belief(good: float, bad: float) -> tuple[float, float]:
    """Mean and sd of a Beta belief with these counts (prior included)."""
    total = good + bad
    return good / total, math.sqrt(good * bad / (total**2 * (total + 1.0)))


def delivery_logit(firm: Any, need: float, urgency: float, log_distance: float, p: Any) -> float:
    """Logit of a good delivery: capability over need, management, overload, urgent distance, failures avoided by advice."""
    logit = p.delivery_base + p.delivery_gap * (firm.capability - need)
    logit += p.delivery_management * (firm.management - 0.4)
    logit -= p.delivery_overload * max(firm.utilisation - 1.0, 0.0)
    logit -= p.delivery_distance * urgency * log_distance
    return float(logit + math.log(1.0 / (1.0 - min(firm.delivery_gain, 0.9))))


# ---- labour, demography, copper --------------------------------------------------------------------------------------
def wanted_staff(workers: float, volume: float, capacity: float, use: float, hiring: float, layoff: float) -> float:
    """Staff moves towards the planned use of capacity, by at most one limit up and another down."""
    ideal = workers * volume / (use * max(capacity, 1e-9))
    return min(max(ideal, workers - layoff * workers), workers + hiring * workers)


def closure_chance(age: float, rate: float, young: float, maturity: float) -> float:
    """Hazard of closure: that of established firms plus what being young adds, e-folding with maturity."""
    return rate + young / math.exp(age / maturity)


def profit_response(profit: float, sales: float, normal: float, slope: float) -> float:
    """Closures over those at the normal margin, at most e^2 and at least e^-2 times as many."""
    return math.exp(min(max(slope * (normal - profit / max(sales, 1e-9)), -2.0), 2.0))


def ramp(quarter: int, opens: int, closes: int) -> float:
    """Part of an operation's capacity in use: rising over eight quarters from the opening on, nothing outside its life."""
    return min((quarter - opens + 1) / 8.0, 1.0) if opens <= quarter <= closes else 0.0


def mean_capped(median: float, sigma: float, cap: float, steps: int = 20_000) -> float:
    """Mean of a lognormal value cut at ``cap``, by the midpoint rule over its quantiles between -8 and 8 sd."""
    total, width = 0.0, 16.0 / steps
    for step in range(steps):
        z = -8.0 + (step + 0.5) * width
        density = math.exp(-z * z / 2) / math.sqrt(2 * math.pi)
        total += min(median * math.exp(sigma * z), cap) * density * width
    return total


def logit_normal(mean: float, spread: float, normal: float) -> float:
    """A number in (0, 1): normal on the logit scale, with sd ``spread`` near the mean."""
    return logistic(math.log(mean) - math.log(1.0 - mean) + spread / max(mean * (1 - mean), 0.05) * normal)


# ---- one tender ------------------------------------------------------------------------------------------------------
def is_local(hq: int, at_site: bool, small: bool, site: int, definition: str) -> bool:
    """Whether a firm counts as local: headquarters there; or a branch; or headquarters and small."""
    return {"hq": hq == site, "hq_or_branch": at_site, "hq_small": hq == site and small}[definition]


def believed_quality(mean: float, sd: float, aversion: float, deliveries: float, good: float, weight: float) -> float:
    """What a buyer expects of a firm: own experience n/(n + n0) against the averse belief about its group."""
    group = mean - aversion * sd
    if deliveries == 0:
        return group
    return (deliveries * good / deliveries + weight * group) / (deliveries + weight)


def size_fit(capacity: float, yearly_value: float, p: Any) -> float:
    """Fit of a firm's yearly capacity to a tender: bell-shaped below twice its yearly value, times size^exponent."""
    x = math.log(capacity / (2.0 * yearly_value))
    bell = math.exp(-(x**2) / (2 * p.size_fit_width**2)) if x < 0 else 1.0
    return bell * math.exp(p.size_exponent * min(max(x, -4.0), 4.0))


def invitation_chance(fit: float, known: float, tender: Any, at_site: bool, at_office: bool, quality: float, p: Any) -> float:
    """Chance that a name from the register is invited; a weight of ``sure_weight`` is a sure invitation."""
    weight = fit * known
    if at_site:
        weight *= p.site_bonus ** (2 if tender.small else 1)
    if tender.large and at_office:
        weight *= p.office_bonus
    prior = p.belief_good / (p.belief_good + p.belief_bad)
    return float(weight * (quality / prior) ** 2 / p.sure_weight)


def award_score(bid: Any, tender: Any, p: Any) -> float:
    """Score of a bid. ``bid`` holds price, quality, trust, certified, log_km, preference (0 if not local), capability, noise."""
    score = -p.price_weight * math.log(bid.price) + p.quality_weight * bid.quality + p.trust_weight * bid.trust
    score += p.certificate_weight if bid.certified else 0.0
    score -= p.distance_weight * tender.urgency * bid.log_km
    score += p.price_weight * math.log(1.0 + bid.preference)
    return float(score - p.shortfall_weight * max(tender.need - bid.capability, 0.0) + bid.noise)


def firm_of(table: Any, row: int, *columns: str) -> SimpleNamespace:
    """One row of a table as a plain record of Python numbers."""
    return SimpleNamespace(**{name: getattr(table, name)[row].item() for name in columns})


# ---- short lists of partners -----------------------------------------------------------------------------------------
def enter_partner(slots: list[list[Any]], other: int, uid: int, first_trust: float) -> list[Any]:
    """The slot of a short list that holds a partner. Slots are [row, identity, trust, ...]; a newcomer takes the slot of
    the least trusted (the first of equals)."""
    for slot in slots:
        if slot[:2] == [other, uid]:
            return slot
    weakest = min(slots, key=lambda slot: slot[2])
    weakest[:3] = [other, uid, first_trust]
    return weakest
