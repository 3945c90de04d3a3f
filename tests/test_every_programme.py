"""All programme files at once in one small world: order, forks, twins of no strength, and what a user's own file does."""

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sim.branching import take
from sim.calendar import parse_quarter
from sim.config import load
from sim.indicators import INDICATORS
from sim.levers import LEVERS
from sim.model import Cluster
from sim.policies.programme import COUNTED
from sim.policies.record import PUBLISHED, ProgrammeSpec
from sim.roots import PROGRAMME, SETTING, find_roots
from sim.spec import Spec
from tests.diary import opened
from tests.readme_blocks import blocks
from tests.worlds import arrays, digest, small, started, with_programmes

FILES = tuple(find_roots({}).files(PROGRAMME))


@pytest.fixture(scope="module")
def all_early() -> Spec:
    return with_programmes(small("baseline", "scale=0.1"), *(opened(name) for name in FILES))


def test_the_order_in_which_all_programmes_are_listed_and_act_means_nothing(all_early: Spec) -> None:
    turned = replace(all_early, programmes=all_early.programmes[::-1])
    plain = digest(started(all_early, "2000Q1"))
    assert digest(started(turned, "2000Q1")) == plain
    assert digest(started(all_early, "2000Q1", prepare=lambda model: model.world.programmes.reverse())) == plain


def test_most_programmes_support_somebody(all_early: Spec) -> None:
    model = started(all_early, "2000Q1")
    assert len(FILES) > 40
    assert sum(p.passed.any() or p.rows.size > 0 for p in model.world.programmes) > len(FILES) / 3


def test_surveys_of_innovation_support_count_public_money_for_innovation_only(all_early: Spec) -> None:
    backing = {p.spec.name for p in started(all_early, "1996Q2").world.programmes if p.backs_innovation()}
    assert backing == {"anid_joint_research", "corfo_consortium", "expande", "innova_rd", "innova_scale_up", "rd_tax_credit", "rd_unit",
                       "world_class_suppliers_codelco"}
    for name, counted in (("fc_certification", False), ("rd_tax_credit", True)):
        world = started(with_programmes(all_early, opened(name)), "1999Q1").world
        assert (world.firms.last_support > 0).any(), name
        assert world.firms.supported_ever.any() == counted, name


def test_a_fork_goes_on_with_every_programme_as_the_whole_world_does() -> None:
    """Challenges, registers, sponsors, ladders, ratchets: what they remember is in the snapshot."""
    records = [opened(name, "2022Q1") for name in FILES]
    spec = with_programmes(small("baseline", "scale=0.1"), *records)
    whole = started(spec, "2025Q1")
    fork = Cluster(spec, 1, (), take(whole))
    for model in (whole, fork):
        while model.world.quarter < parse_quarter("2026Q3"):
            model.step()
    first, second = arrays(whole), arrays(fork)
    assert [name for name in first if first[name].tobytes() != second[name].tobytes()] == []


def nothing(record: ProgrammeSpec) -> ProgrammeSpec:
    """The same programme without dose, cost, preference or rule."""
    return replace(record, levers={name: LEVERS[name].neutral for name in record.levers}, schedules={}, cost=0.0, preference=0.0,
                   set_aside=0.0, payment_days=None, unbundling=0.0, prequalification=True, ratchet=None)


def test_every_programme_without_dose_and_cost_is_as_absent() -> None:
    spec = small("baseline", "scale=0.1")
    weak = with_programmes(spec, *(nothing(opened(name)) for name in FILES))
    assert digest(started(weak, "1999Q1")) == digest(started(with_programmes(spec), "1999Q1"))


def test_what_programmes_may_watch_is_measured() -> None:
    assert set(PUBLISHED) <= {indicator.name for indicator in INDICATORS}


# ---- agencies ------------------------------------------------------------------------------------------------------------
def test_an_agency_s_budget_holds_for_all_its_programmes_together() -> None:
    """Grants and vouchers of one agency share its money; the programmes of another do not touch it."""
    spec = small("baseline", "scale=0.2")
    data, corfo = spec.world, spec.world.agency_names.index("corfo")
    budget = np.where(np.arange(len(data.agency_names)) == corfo, 3000.0, np.inf)
    files = {"ifrs_books": "corfo", "pti_cluster_minero": "corfo", "fc_certification": "corfo", "sence_training": "sence"}
    wide = {"regions": ("all",), "capacity": None, "reach": 1.0, "budget": None}
    records = [replace(opened(name), agency=agency, **wide) for name, agency in files.items()]

    def spent(limits: Any) -> dict[str, float]:
        model, years = Cluster(replace(with_programmes(spec, *records), world=replace(data, agency_budget=limits)), 1), {}
        while model.world.quarter < parse_quarter("1999Q1"):
            model.step()
            for programme in model.world.programmes:
                key = programme.record.agency, (model.world.quarter - 1) // 4
                years[key] = years.get(key, 0.0) + programme.counts[COUNTED.index("public")].sum()
        return {agency: max(value for (who, _), value in years.items() if who == agency) for agency in ("corfo", "sence")}

    free, limited = spent(np.full(budget.size, np.inf)), spent(budget)
    assert 0.5 * 600 < limited["corfo"] <= 600 + 1e-6 < free["corfo"]
    assert limited["sence"] > 0.8 * free["sence"]


def test_a_budget_that_does_not_bind_changes_no_places() -> None:
    """Half a place a year is one place every other year, with a budget beside it or without."""
    open_to_all = replace(opened("ifrs_books"), agency="mines", needs=("any",), regions=("all",), reach=1.0, capacity=2.5)
    passed = []
    for budget in (None, 1e6):
        model = started(with_programmes(small("baseline", "scale=0.2"), replace(open_to_all, budget=budget)), "2004Q1")
        passed.append((model.world.programmes[0].passed > 0).sum())
    assert passed[0] == passed[1] > 0


# ---- a user's own file --------------------------------------------------------------------------------------------------
@pytest.fixture
def council(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Spec:
    """The files of the walk-through in docs/extending.md, as a user writes them."""
    page = (Path(__file__).parents[1] / "docs" / "extending.md").read_text(encoding="utf-8")
    (code,) = (block.code for block in blocks(page, "bash") if "council_advice.yaml" in block.code)
    for name, text in re.findall(r"cat > my_encadena/(\S+) <<'END'\n(.*?)^END$", code, re.DOTALL | re.MULTILINE):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    monkeypatch.setenv(SETTING, str(tmp_path))
    return load("council", "scale=0.4", "horizon=2031")


def test_a_programme_of_one_yaml_file_and_no_python_works(council: Spec) -> None:
    """Its schedule is interpolated, its advice reaches processes, and its second stage takes only who finished the first."""
    written = [p for p in council.programmes if p.name.startswith("council")]
    own = with_programmes(council, *(replace(p, from_=p.from_ - 25 * 4, until=None, schedules=_earlier(p.schedules)) for p in written))
    model = started(own, "2004Q2")
    first, second = (next(p for p in model.world.programmes if p.record.name == name) for name in ("council_advice", "council_stage_2"))
    assert first.spec.capacity == pytest.approx((80 + 120) / 2)
    assert first.spec.public_share == pytest.approx(0.9 - 0.3 * 3 / 4)
    assert first.passed.any()
    firms = model.world.firms
    assert firms.time_gain.max() > 0
    taken = {*second.uids.tolist(), *second.passed[second.passed > 0].tolist()}
    assert taken
    assert taken <= set(first.passed.tolist())


def _earlier(schedules: dict[str, Any]) -> dict[str, Any]:
    return {key: tuple((quarter - 25 * 4, value) for quarter, value in points) for key, points in schedules.items()}


# ---- statistics come late ----------------------------------------------------------------------------------------------
def test_an_indicator_is_published_once_its_year_is_over() -> None:
    model = started(with_programmes(small("baseline", "scale=0.02")), "2007Q1")
    number = [indicator.name for indicator in INDICATORS].index("copper_price")
    told = model.world.published("copper_price")
    assert told[0] == pytest.approx(model.recorder.values[4:8, 0, number].mean())
    model.step()
    assert model.world.published("copper_price")[0] == told[0]


@pytest.mark.parametrize("name", ["copper_price", "certification_coverage"])
def test_before_history_nothing_is_published(name: str) -> None:
    model: Any = started(with_programmes(small("baseline", "scale=0.02")), "2005Q4")
    assert (model.world.published(name) != model.world.published(name)).all()
