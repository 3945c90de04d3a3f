"""What a run tells of rules that stopped, prolonged, funded or raised programmes: years and worlds, against the table itself."""

from functools import cache
from pathlib import Path

import pandas as pd
import pytest

from analysis import rules
from sim.cli import main
from sim.config import load
from sim.experiment.results import Results
from tests.small_experiments import run, tiny

BEGIN = pd.Timestamp("2005-04-01")


@cache
def ruled() -> Results:
    """Rules that fire (and one that begins after the end) in two small worlds each."""
    small = ("scale=0.02", "horizon=2029")
    names = ("baseline", "stop_at_coverage", "political_cycle", "ratchet", "copper_fund")
    return run([load(name, *small) for name in names], replications=2)


@pytest.mark.parametrize(("column", "first", "values", "years"), [
    ("stopped", "2026-03-31", [0, 0, 1, 1, 1], {2026}), ("stopped", "2026-03-31", [1, 1, 1, 1, 1], {2026}),
    ("prolonged", "2005-03-31", [8, 8, 8, 8, 16], {2006}), ("raised", "2026-09-30", [0, 1, 1, 2, 2], {2026, 2027}),
    ("windfall", "2026-06-30", [0, 0.5, 0.5, 0, 0], {2026}), ("stopped", "2026-03-31", [0, 0, 0, 0, 0], set())])
def test_a_rule_fires_when_its_column_grows(column: str, first: str, values: list[float], years: set[int]) -> None:
    quarters = pd.date_range(first, periods=len(values), freq="QE")
    rows = pd.DataFrame({"quarter": [*quarters, *quarters], column: [float(value) for value in [*values, *values]]})
    assert rules._years(rows, column, BEGIN) == years


def test_years_and_worlds_are_those_of_the_table() -> None:
    found = {(one.programme, one.rule): (one, scenarios) for one, scenarios in rules.fired(ruled()).items()}
    one, scenarios = found["fc_2026", "stop_when"]
    table = ruled().programmes
    stopped = table[(table["programme"] == "fc_2026") & (table["stopped"] > 0)]
    assert scenarios == ["stop_at_coverage"]
    assert (one.count, one.worlds) == (stopped["replication"].nunique(), 2)
    assert one.years == tuple(sorted(stopped.groupby("replication", observed=True)["quarter"].min().dt.year.unique()))
    funded = table[(table["programme"] == "rd_2026") & (table["windfall"] > 0)]
    assert found["rd_2026", "fund"][0].years == tuple(sorted(funded["quarter"].dt.year.unique()))
    assert found["advice_2026", "renews"][0].years == (2028,)
    assert ("weight_2026", "ratchet") in found


@pytest.mark.parametrize(("lang", "told"), [
    ("en", "Technology extension (CET, Fortalece PyME), from 2026Q2 (advice_2026): prolonged by its rule (renews) in 2028, "
           "in 2 of 2 worlds [political_cycle]"),
    ("es", "Extensionismo tecnológico (CET, Fortalece PyME), desde 2026Q2 (advice_2026): prorrogado por su regla (renews) en 2028, "
           "en 2 de 2 mundos [political_cycle]")])
def test_a_line_a_rule_in_the_chosen_language(lang: str, told: str) -> None:
    assert told in rules.lines(ruled(), lang)
    assert len(rules.lines(ruled(), lang)) == 4


def test_a_rule_that_had_no_occasion_says_so_and_worlds_without_rules_say_nothing() -> None:
    assert rules.lines(run([tiny(), tiny("start_weak")], replications=1)) == []
    (line,) = rules.lines(run([tiny(), tiny("stop_at_coverage")], replications=1))
    assert line.endswith("(fc_2026): never stopped by its rule (stop_when), in 1 world [stop_at_coverage]")


def test_a_run_prints_it(tmp_path: Path, capsys: pytest.CaptureFixture[str], no_figures: None) -> None:
    assert main(["run", "stop_at_coverage", "scale=0.02", "horizon=2007", "replications=1", "executor=serial", f"output={tmp_path}",
                 "--lang", "es"]) == 0
    assert "(fc_2026): nunca terminado por su regla (stop_when)" in capsys.readouterr().out
