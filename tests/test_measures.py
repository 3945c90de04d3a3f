"""Indicators against plain counts: one firm, one contract, one tie at a time, in a world at the end of a year."""

import re
from copy import deepcopy
from functools import cache
from statistics import mean
from typing import Any

import networkx as nx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim import measures as m
from sim.indicators import BY_NAME, INDEX_COMPONENTS, cluster_index, label, scaled
from sim.model import Cluster
from sim.rules import delivery
from sim.world import World
from tests.worlds import grouped, resumed, small


@cache
def _seen() -> tuple[Cluster, list[Any]]:
    """A model after the last quarter of a year, and what its delivery received in that quarter."""
    model = resumed(grouped(small("cluster_push", "scale=0.2")), "2029Q4")
    calls, kernel, patch = [], delivery.deliver, pytest.MonkeyPatch()

    def spy(*given: Any) -> None:
        calls.append(deepcopy(given))
        kernel(*given)
    patch.setattr(delivery, "deliver", spy)
    model.step()
    patch.undo()
    model.world.quarter -= 1
    return model, calls[0]


def world() -> World:
    return _seen()[0].world


def homes(flags: Any = None) -> list[list[int]]:
    """Rows of living firms by headquarters, of those for which ``flags`` holds."""
    firms = world().firms
    return [[row for row in np.flatnonzero(firms.alive & (firms.region == r)).tolist() if flags is None or flags[row]]
            for r in range(world().regions)]


def shares(parts: list[list[int]]) -> list[float]:
    """Part of each region's firms."""
    return [len(part) / len(all_) if all_ else float("nan") for part, all_ in zip(parts, homes(), strict=True)]


def at_home(told: Any, plain: list[float]) -> None:
    """Both agree in every region of the country; sellers abroad are of no interest here."""
    inside = np.arange(world().regions) != world().data.abroad
    np.testing.assert_allclose(np.asarray(told)[inside], np.asarray(plain)[inside], rtol=1e-6, atol=1e-12)


# ---- purchases -------------------------------------------------------------------------------------------------------
def _bought() -> list[dict[str, Any]]:
    """Every running contract of an operation: value paid this quarter, site, and who delivers."""
    contracts, workers, presence, terms, *_ = _seen()[1]
    rows = []
    for j in np.flatnonzero(contracts.active & (contracts.prime < 0)).tolist():
        i, buyer, site, k = (int(getattr(contracts, name)[j]) for name in ("supplier", "buyer", "site", "subsector"))
        value = contracts.rate[j] * contracts.price[j] * terms.call_off[buyer, k] * terms.price_factor[buyer]
        rows.append({"value": value, "site": site, "hq": int(workers["region"][i]), "here": bool(presence[i, site]),
                     "small": bool(workers["small"][i]), "supplier": i, "buyer": buyer})
    return rows


@pytest.mark.parametrize(("measure", "local"), [
    (m.backward_linkage_hq, lambda c: c["hq"] == c["site"]), (m.backward_linkage_operating, lambda c: c["here"]),
    (m.backward_linkage_small, lambda c: c["hq"] == c["site"] and c["small"])])
def test_backward_linkage(measure: Any, local: Any) -> None:
    plain = []
    for region in range(world().regions):
        bought = [c for c in _bought() if c["site"] == region]
        plain.append(sum(c["value"] for c in bought if local(c)) / sum(c["value"] for c in bought) if bought else float("nan"))
    np.testing.assert_allclose(measure(world()), plain, rtol=1e-9)


def test_local_ownership_is_the_headquarters_part_of_what_is_delivered_from_the_region() -> None:
    operating, found = m.backward_linkage_operating(world()), m.local_ownership(world())
    served = operating > 0
    assert served.sum() > 3
    np.testing.assert_allclose(found[served], m.backward_linkage_hq(world())[served] / operating[served], rtol=1e-9)
    assert np.isnan(found[~served]).all()


def test_buyer_dependence_is_the_mean_sum_of_squared_client_shares() -> None:
    w = world()
    book, firms = w.book.columns, w.firms
    clients: dict[int, dict[int, float]] = {}
    for j in np.flatnonzero(book.active & (book.prime < 0)).tolist():
        held = clients.setdefault(int(book.supplier[j]), {})
        held[int(book.buyer[j])] = held.get(int(book.buyer[j]), 0.0) + float(book.rate[j] * book.price[j])
    sales = firms.sales_mines + firms.sales_tier2 + firms.sales_other + firms.sales_exports
    index = {row: min(sum((value / max(float(sales[row]), 1e-9)) ** 2 for value in held.values()), 1.0) for row, held in clients.items()}
    at_home(m.buyer_dependence(w), [mean([index[row] for row in rows if row in index] or [float("nan")]) for rows in homes()])


# ---- firms -----------------------------------------------------------------------------------------------------------
def test_shares_of_firms() -> None:
    w = world()
    firms, q = w.firms, w.quarter
    near = float(re.search(r"know (\d+) %", BY_NAME["knowledge_intensive_firms"].formula)[1]) / 100  # type: ignore[index]
    sellers = np.minimum(w.data.knowledge_need + w.p.abroad_capability, 0.95)[firms.subsector]
    for measure, flags in ((m.knowledge_intensive_firms, firms.capability / sellers >= near), (m.research_share, firms.research),
                           (m.exporter_share, firms.exported > q - 12), (m.innovation_share, firms.innovated > q - 8),
                           (m.supported_share, firms.supported_ever)):
        at_home(measure(w), shares(homes(flags)))


def test_supplier_share_and_location_ratio() -> None:
    w = world()
    count = [float(len(rows)) for rows in homes()]
    count[w.data.abroad] = 0.0
    at_home(m.supplier_share(w), [n / sum(count) for n in count])
    copper = [sum(float(o) for o, r in zip(w.mines.output, w.mines.region, strict=True) if r == region) for region in range(w.regions)]
    ratio = [n / sum(count) / (c / sum(copper)) if c else float("nan") for n, c in zip(count, copper, strict=True)]
    at_home(m.location_ratio(w), ratio)


def test_certification_is_weighed_by_sales_and_engineering_by_heads() -> None:
    w = world()
    sales, heads = w.firms.sales_year, w.firms.workers
    certified = w.firms.certified_until >= w.quarter
    at_home(m.certification_coverage(w), [_weighed(rows, sales, certified) for rows in homes()])
    engineering = w.firms.subsector == w.data.subsectors.index("engineering")
    at_home(m.knowledge_intensive_jobs(w), [_weighed(rows, heads, engineering) for rows in homes()])
    at_home(m.large_sales_share(w), [_weighed(rows, sales, w.firms.size_class == 3) for rows in homes()])


def _weighed(rows: list[int], weight: Any, flags: Any) -> float:
    total = sum(float(weight[row]) for row in rows)
    return sum(float(weight[row]) for row in rows if flags[row]) / total if total else float("nan")


def test_exports_and_their_share_of_sales() -> None:
    w = world()
    f = w.firms
    sales = f.sales_mines + f.sales_tier2 + f.sales_other + f.sales_exports
    exports = [sum(float(f.sales_exports[row]) for row in rows) for rows in homes()]
    at_home(m.exports(w), exports)
    total = [sum(float(sales[row]) for row in rows) for rows in homes()]
    at_home(m.export_share(w), [e / t if t else float("nan") for e, t in zip(exports, total, strict=True)])


def test_exports_are_diverse_over_markets_and_subsectors() -> None:
    w, f, plain = world(), world().firms, []
    for rows in homes():
        sold: dict[tuple[int, int], float] = {}
        for row in rows:
            kind = int(f.export_market[row]), int(f.subsector[row])
            sold[kind] = sold.get(kind, 0.0) + float(f.sales_exports[row])
        total = sum(sold.values())
        plain.append(1.0 - sum((part / total) ** 2 for part in sold.values()) if total else float("nan"))
    at_home(m.export_diversification(w), plain)
    assert (f.export_market[f.alive & (f.sales_exports > 0)] >= 0).all(), "every exporter has a market"


def test_joint_projects_per_hundred_firms() -> None:
    w = world()
    recent = (w.firms.joint_unpaid > w.quarter - 4).sum(axis=1)
    at_home(m.joint_projects_per_100(w), [100 * mean([int(recent[row]) for row in rows]) if rows else float("nan") for rows in homes()])


def test_commuters_are_counted_over_all_jobs() -> None:
    place = world().place
    plain = [sum(j * c for j, c in zip(jobs, parts, strict=True)) / sum(jobs) if sum(jobs) else float("nan")
             for jobs, parts in zip(place.jobs.tolist(), place.commuting.tolist(), strict=True)]
    np.testing.assert_allclose(m.commuting_share(world()), plain, rtol=1e-9)


# ---- ties ------------------------------------------------------------------------------------------------------------
@cache
def _net() -> nx.Graph:
    """Firms, tied where a tie was used in eight quarters and its partner lives."""
    w = world()
    firms, net = w.firms, nx.Graph()
    net.add_nodes_from(w.living().tolist())
    for row in w.living().tolist():
        for other, uid, used in zip(firms.tie_row[row].tolist(), firms.tie_uid[row].tolist(), firms.tie_used[row].tolist(), strict=True):
            if other >= 0 and firms.alive[other] and int(firms.uid[other]) == uid and used > w.quarter - 8:
                net.add_edge(row, other)
    return net


def test_horizontal_degree_and_the_regional_part_of_ties() -> None:
    w, net = world(), _net()
    assert net.number_of_edges() > 20
    at_home(m.horizontal_degree(w), [mean([net.degree(row) for row in rows]) if rows else float("nan") for rows in homes()])
    region = w.firms.region
    inside = [[float(region[a] == region[b]) for a in rows for b in net[a]] for rows in homes()]
    at_home(m.regional_tie_share(w), [mean(each) if each else float("nan") for each in inside])


def test_closure_is_clustering_over_that_of_a_random_net_of_the_same_density() -> None:
    net, plain = _net(), []
    for rows in homes():
        triangles = sum(2 * count for count in nx.triangles(net, rows).values())
        triples = sum(net.degree(row) * (net.degree(row) - 1) for row in rows)
        density = mean([net.degree(row) for row in rows]) / len(rows) if rows else 0.0
        plain.append(triangles / triples / density if triples else float("nan"))
    at_home(m.closure_ratio(world()), plain)


def test_links_that_last_and_links_with_a_joint_project() -> None:
    w = world()
    firms = w.firms
    links = [[(row, b) for row in rows for b in range(w.buyers) if firms.link_since[row, b] > -10_000 and firms.trust[row, b] > 0.05]
             for rows in homes()]
    durable = [[float(firms.link_since[link] < w.quarter - 8) for link in each] for each in links]
    joint = [[float(firms.joint_last[link] > w.quarter - 12) for link in each] for each in links]
    for measure, flags in ((m.durable_link_share, durable), (m.joint_link_share, joint)):
        at_home(measure(w), [mean(each) if each else float("nan") for each in flags])


# ---- the index -------------------------------------------------------------------------------------------------------
@given(st.sampled_from(INDEX_COMPONENTS), st.floats(-1.0, 10.0), st.sampled_from([0.75, 1.0, 1.25]))
def test_a_component_is_scaled_from_its_enclave_to_its_cluster_threshold(name: str, value: float, strictness: float) -> None:
    indicator = BY_NAME[name]
    assert indicator.enclave is not None
    assert indicator.cluster is not None
    stretch = strictness if indicator.higher_is_cluster else 1.0 / strictness
    low, high = indicator.enclave * stretch, indicator.cluster * stretch
    told = float(scaled(name, np.array([value]), strictness)[0])
    assert told == pytest.approx(min(max((value - low) / (high - low), -0.25), 1.25))
    assert float(scaled(name, np.array([high]), strictness)[0]) == pytest.approx(1.0)


def test_the_index_is_the_mean_of_its_components_and_undefined_without_one() -> None:
    values = {name: np.array([BY_NAME[name].enclave, BY_NAME[name].cluster, np.nan]) for name in INDEX_COMPONENTS}
    assert cluster_index(values)[:2].tolist() == pytest.approx([0.0, 1.0])
    assert np.isnan(cluster_index(values)[2])


def test_a_label_counts_once_it_has_held_for_five_years() -> None:
    years = [0.1, 0.1, 0.1, 0.1, 0.1, 0.5, 0.5, 0.1, 0.5, 0.5, 0.5, 0.5, 0.5, 0.9, 0.9, 0.9, 0.9, 0.9]
    told = label(np.array(years)[:, None])[:, 0].tolist()
    assert told == [0] * 12 + [1] * 5 + [2]
