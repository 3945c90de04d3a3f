"""Sensitivity analysis against models with known answers, and rows that are incomplete or follow no plan."""

import numpy as np
import pandas as pd
import pytest
from SALib.analyze import morris as morris_analysis
from SALib.sample import morris as morris_sampler
from SALib.sample import sobol as sobol_sampler
from scipy.stats import qmc

from analysis.sensitivity import first_order, morris, noise, one_at_a_time, read, sobol, tables
from analysis.sensitivity.screening import elementary_effects
from analysis.sensitivity.sweep import FACTORIAL, LIST, MORRIS, ONE_AT_A_TIME, SAMPLE, SOBOL, plan_of
from analysis.sensitivity.variance import FEWEST_ROWS
from sim.errors import InputError
from sim.experiment.sampling import draw
from sim.factors import Factor
from tests.sweeps import (
    ISHIGAMI_FIRST,
    ISHIGAMI_TOTAL,
    OUTPUT,
    WEIGHTS,
    additive,
    ishigami,
    runs_of,
    unit,
    with_luck,
)

XYZ, ABCD = ["p.x", "p.y", "p.z"], ["p.a", "p.b", "p.c", "p.d"]


def sobol_runs(own: float = 0.0, replications: int = 1, second: bool = False, base: int = 1024) -> pd.DataFrame:
    """Ishigami's function on a Sobol' plan."""
    rows = sobol_sampler.sample(unit(3), base, calc_second_order=second, seed=4)
    return runs_of(rows, XYZ, with_luck(ishigami(rows), replications, common=1.0, own=own))


def morris_runs(walks: int = 20, own: float = 0.0, replications: int = 1, levels: int = 4) -> pd.DataFrame:
    """The additive model on a Morris plan."""
    rows = morris_sampler.sample(unit(4), walks, num_levels=levels, seed=4)
    return runs_of(rows, ABCD, with_luck(additive(rows), replications, own=own))


def by_factor(table: pd.DataFrame, column: str, names: list[str]) -> list[float]:
    return [float(table.set_index("factor").loc[name, column]) for name in names]


# ---- Sobol' ----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("second", [False, True])
def test_sobol_indices_of_ishigami(second: bool) -> None:
    table = sobol(sobol_runs(second=second)).table
    assert by_factor(table, "first", XYZ) == pytest.approx(ISHIGAMI_FIRST, abs=0.05)
    assert by_factor(table, "total", XYZ) == pytest.approx(ISHIGAMI_TOTAL, abs=0.05)
    for name, known in (("first", ISHIGAMI_FIRST), ("total", ISHIGAMI_TOTAL)):
        assert (np.array(by_factor(table, f"{name}_low", XYZ)) <= known).all()
        assert (np.array(by_factor(table, f"{name}_high", XYZ)) >= known).all()


@pytest.mark.parametrize("second", [False, True])
def test_a_sobol_plan_is_known_though_a_word_never_differs_between_its_two_samples(second: bool) -> None:
    frame, block = sobol_runs(second=second, base=8), 2 * 3 + 2 if second else 3 + 2
    assert plan_of(read(frame)) == SOBOL
    frame["p.z"] = np.array(["low", "high"])[np.arange(len(frame)) // block % 2]
    assert plan_of(read(frame)) == SOBOL
    frame["p.y"] = frame["p.z"]
    assert plan_of(read(frame)) != SOBOL


def test_factors_are_named_whatever_the_order_of_columns() -> None:
    """Columns of `runs` stand in alphabetic order, steps of a plan in the order in which the user gave the factors."""
    runs = sobol_runs()
    shuffled = runs[[*runs.columns[:6], "p.z", "p.x", "p.y"]]
    pd.testing.assert_frame_equal(sobol(runs).table, sobol(shuffled).table)


def test_luck_lifts_total_indices_by_what_is_told() -> None:
    """With noise of the size of the signal, an inert factor shows a total index as told of luck, and hardly a first."""
    rows = sobol_sampler.sample(unit(4), 1024, calc_second_order=False, seed=4)
    found = sobol(runs_of(rows, ABCD, with_luck(additive(rows), 2, common=2.0, own=1.0)))
    luck = by_factor(found.table, "luck", ABCD)
    assert luck == pytest.approx([0.5 / (0.5 + (WEIGHTS**2).sum() / 12)] * 4, rel=0.15)
    assert by_factor(found.table, "total", ["p.d"])[0] == pytest.approx(luck[3], abs=0.03)
    assert by_factor(found.table, "first", ["p.d"])[0] == pytest.approx(0, abs=0.03)


def test_luck_is_judged_factor_by_factor() -> None:
    """A factor that leaves a world's luck as it is has no luck to be told from, however much luck others reshuffle."""
    rows = sobol_sampler.sample(unit(4), 256, calc_second_order=False, seed=4)
    means = additive(rows)
    reshuffled = np.random.default_rng(1).normal(0, 1, (len(rows), 2))
    _, same = np.unique(rows[:, :3], axis=0, return_inverse=True)
    table = sobol(runs_of(rows, ABCD, means[:, None] + reshuffled[same])).table
    assert by_factor(table, "luck", ABCD) == pytest.approx([0.22, 0.22, 0.22, 0.0], abs=0.05)
    assert by_factor(table, "total", ["p.d"]) == [0.0]


def test_bootstrap_intervals_cover_the_known_index() -> None:
    """Nominally 95 %; SALib's normal bootstrap keeps nearly that on samples of ordinary size."""
    covered = 0
    for seed in range(60):
        rows = sobol_sampler.sample(unit(4), 128, calc_second_order=False, scramble=True, seed=seed + 1)
        table = sobol(runs_of(rows, ABCD, additive(rows)[:, None])).table.set_index("factor")
        known = WEIGHTS[0] ** 2 / (WEIGHTS**2).sum()
        covered += bool(table.loc["p.a", "total_low"] <= known <= table.loc["p.a", "total_high"])
    assert covered / 60 >= 0.9


def test_a_failed_run_costs_its_block_and_a_torn_replication_is_left_out() -> None:
    runs = sobol_runs(own=0.2, replications=3)
    runs.loc[(runs["row"] == 7) & (runs["replication"] == 2), ["status", OUTPUT]] = ["failed", np.nan]
    runs = runs[(runs["replication"] < 3) | (runs["row"] < 100)]
    found = sobol(runs)
    assert (found.replications, found.left_out, found.rows) == (2, 5, 1023 * 5)
    assert by_factor(found.table, "total", XYZ) == pytest.approx(ISHIGAMI_TOTAL, abs=0.06)


def test_a_stopped_sweep_is_analysed_as_a_smaller_one() -> None:
    runs = sobol_runs()
    found = sobol(runs[runs["row"] < 1003])
    assert (found.rows, found.left_out) == (1000, 3)


def test_a_categorical_factor_takes_part() -> None:
    rows = sobol_sampler.sample(unit(2), 1024, calc_second_order=False, seed=4)
    design = pd.DataFrame({"copper": np.where(rows[:, 0] < 0.5, "boom", "bust"), "p.x": rows[:, 1]})
    outcome = np.where(rows[:, 0] < 0.5, 1.0, 0.0) + rows[:, 1]
    table = sobol(runs_of(design, ["copper", "p.x"], outcome[:, None])).table
    assert by_factor(table, "first", ["copper", "p.x"]) == pytest.approx([0.75, 0.25], abs=0.03)


def test_samples_that_are_the_same_world_are_run_once_and_counted_as_drawn() -> None:
    """A category often stays as it is between A and AB; `design` tells which row answers which sample."""
    rows = sobol_sampler.sample(unit(2), 256, calc_second_order=False, seed=4)
    drawn = pd.DataFrame({"copper": np.where(rows[:, 0] < 0.5, "boom", "bust"), "p.x": rows[:, 1]})
    worlds = drawn.drop_duplicates().reset_index(drop=True)
    outcome = np.where(worlds["copper"] == "boom", 1.0, 0.0) + worlds["p.x"].to_numpy()
    assert len(worlds) < len(drawn)
    design = drawn.reset_index(names="sample").merge(worlds.reset_index(names="row"), on=["copper", "p.x"]).assign(scenario="baseline")
    runs = runs_of(worlds, ["copper", "p.x"], outcome[:, None])
    table = sobol(runs, OUTPUT, design.sample(frac=1, random_state=1)).table
    assert by_factor(table, "first", ["copper", "p.x"]) == pytest.approx([0.75, 0.25], abs=0.05)
    with pytest.raises(InputError, match="no Sobol' plan"):
        sobol(runs)


# ---- Morris ----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("levels", [4, 6])
def test_morris_effects_of_an_additive_model_are_its_weights(levels: int) -> None:
    found = morris(morris_runs(levels=levels))
    assert found.table["factor"].tolist() == ABCD
    for column in ("mu", "mu_star", "mu_star_low", "mu_star_high"):
        assert found.table[column].to_numpy() == pytest.approx(WEIGHTS, abs=1e-9)
    assert found.table["sigma"].to_numpy() == pytest.approx(np.zeros(4), abs=1e-9)


def test_morris_tells_interaction_from_a_lonely_effect() -> None:
    rows = morris_sampler.sample(unit(4), 40, num_levels=4, seed=2)
    outcome = additive(rows) + 6 * rows[:, 2] * rows[:, 3]
    table = morris(runs_of(rows, ABCD, outcome[:, None])).table.set_index("factor")
    assert (table.loc[["p.c", "p.d"], "sigma_low"] > 1).all()
    assert table.loc[["p.a", "p.b"], "sigma_high"].to_numpy() == pytest.approx(np.zeros(2), abs=1e-9)


def test_elementary_effects_are_those_of_salib() -> None:
    rows = morris_sampler.sample(unit(4), 30, num_levels=4, seed=6)
    outcome = additive(rows) ** 2
    table = morris(runs_of(rows, ABCD, outcome[:, None])).table.set_index("factor").loc[ABCD]
    library = morris_analysis.analyze(unit(4), rows, outcome, num_levels=4, num_resamples=1000, seed=1)
    assert elementary_effects(rows, outcome, np.ones(4)).mean(axis=1) == pytest.approx(library["mu"])
    for name in ("mu", "mu_star", "sigma"):
        assert table[name].to_numpy() == pytest.approx(library[name])
    assert (table["mu_star_high"] - table["mu_star"]).to_numpy() == pytest.approx(library["mu_star_conf"], rel=0.1)


@pytest.mark.parametrize("listed", [("1", "2"), ("1", "2", "10"), ("1", "2", "3", "4")])
def test_listed_numbers_are_scaled_by_the_steps_between_them(listed: tuple[str, ...]) -> None:
    """Whatever the levels of the grid: a step between two listed numbers is the whole way, not two thirds of it."""
    drawn = pd.DataFrame(draw("morris", [Factor("p.listed", values=listed), Factor("p.x", 0.0, 1.0)], 20, 4, 1)).astype(float)
    outcome = (3 * drawn["p.listed"] + 2 * drawn["p.x"]).to_numpy()
    table = morris(runs_of(drawn, list(drawn), outcome[:, None])).table.set_index("factor")
    whole = 3 * (float(listed[-1]) - float(listed[0]))
    assert table.loc["p.listed", ["mu", "mu_star"]].tolist() == pytest.approx([whole, whole])
    assert table.loc["p.x", ["mu", "mu_star"]].tolist() == pytest.approx([2.0, 2.0])


def test_a_range_is_the_one_asked_for_where_it_is_known() -> None:
    """Two walks may see only two thirds of a range."""
    rows = np.array([[0.0, 0.0], [2 / 3, 0.0], [2 / 3, 2 / 3], [0.0, 1 / 3], [2 / 3, 1 / 3], [2 / 3, 1.0]])
    runs = runs_of(rows, ["p.x", "p.y"], 2 * rows[:, :1])
    assert by_factor(morris(runs).table, "mu", ["p.x"]) == pytest.approx([4 / 3])
    assert by_factor(morris(runs, ranges={"p.x": (0.0, 1.0)}).table, "mu", ["p.x"]) == pytest.approx([2.0])


@pytest.mark.parametrize("plan", ["sobol", "morris"])
def test_a_lever_may_be_unknown_where_its_scenario_lacks_the_programme(plan: str) -> None:
    """Without the programme the lever does nothing: its mean effect is its weight times how often the programme is there."""
    rows = (sobol_sampler.sample(unit(2), 512, calc_second_order=False, seed=4) if plan == "sobol"
            else morris_sampler.sample(unit(2), 600, num_levels=4, seed=4))
    there = rows[:, 0] >= 0.5
    design = pd.DataFrame({"programmes.p.levers.x": np.where(there, rows[:, 1], np.nan)})
    outcome = np.where(there, rows[:, 1], 0.0)
    runs = runs_of(design, list(design), outcome[:, None]).assign(scenario=np.where(there, "local_purchasing", "baseline"))
    names = ["scenario", "programmes.p.levers.x"]
    if plan == "sobol":
        table = sobol(runs).table
        assert by_factor(table, "total", names) == pytest.approx([0.8, 0.4], abs=0.06)
    else:
        table = morris(runs).table
        assert by_factor(table, "mu_star", names) == pytest.approx([0.5, 0.5], abs=0.06)
        effects = table.set_index("factor").loc[names[1]]
        assert effects["mu"] == pytest.approx(effects["mu_star"])


def test_a_word_moves_an_outcome_by_what_a_change_of_word_does() -> None:
    """It has neither a range to be scaled to nor an order that would give its effect a sign."""
    rows = morris_sampler.sample(unit(2), 40, num_levels=4, seed=4)
    words = np.array(["bust", "boom", "ar1"])[(rows[:, 0] * 3).astype(int).clip(max=2)]
    outcome = pd.Series(words).map({"ar1": 0.0, "boom": 1.0, "bust": 0.0}).to_numpy() + 2 * rows[:, 1]
    design, names = pd.DataFrame({"copper": words, "p.x": rows[:, 1]}), ["copper", "p.x"]
    exact = morris(runs_of(design, names, outcome[:, None])).table.set_index("factor")
    changes = [abs(outcome[row + 1] - outcome[row]) for row in range(len(rows) - 1) if row % 3 < 2 and words[row] != words[row + 1]]
    assert exact.loc["copper", "mu_star"] == pytest.approx(np.mean(changes))
    assert np.isnan(exact.loc["copper", ["mu", "sigma"]].to_numpy(float)).all()
    assert exact.loc["p.x", ["mu", "mu_star"]].tolist() == pytest.approx([2.0, 2.0])
    found = morris(runs_of(design, names, with_luck(outcome, 3, own=0.3)))
    assert by_factor(found.table, "luck", ["copper"])[0] == pytest.approx(0.3 * np.sqrt(2 / 3) * np.sqrt(2 / np.pi), rel=0.2)
    for lang, told in (("en", "nor an order (copper price of the outlook)"), ("es", "ni orden (precio del cobre de la proyección)")):
        assert told in " ".join(tables.text(found, lang).split())


def test_an_inert_factor_shows_what_is_told_of_luck() -> None:
    table = morris(morris_runs(walks=200, own=0.5, replications=3)).table
    luck = by_factor(table, "luck", ABCD)
    assert luck == pytest.approx([0.5 * np.sqrt(2 / 3) * np.sqrt(2 / np.pi) * 1.5] * 4, rel=0.1)
    assert by_factor(table, "mu_star", ["p.d"])[0] == pytest.approx(luck[3], rel=0.15)
    assert np.isnan(morris(morris_runs()).table["luck"]).all()


# ---- one at a time ---------------------------------------------------------------------------------------------------
def one_at_a_time_runs(replications: int = 6) -> pd.DataFrame:
    """A centre and three other levels of two factors; the second bends."""
    rows = np.array([[1.0, 1.0], [0.0, 1.0], [2.0, 1.0], [3.0, 1.0], [1.0, 0.0], [1.0, 2.0], [1.0, 3.0]])
    return runs_of(rows, ["p.a", "p.b"], with_luck(rows[:, 0] + (rows[:, 1] - 1) ** 2, replications, common=5.0, own=0.01))


def test_one_at_a_time_gives_paired_effects_level_by_level() -> None:
    found = one_at_a_time(one_at_a_time_runs())
    assert found.table.loc[found.table["factor"] == "p.a", "effect"].to_numpy() == pytest.approx([-1, 0, 1, 2], abs=0.03)
    assert found.table.loc[found.table["factor"] == "p.b", "effect"].to_numpy() == pytest.approx([1, 0, 1, 4], abs=0.03)
    assert found.table["factor"].iloc[0] == "p.b"
    moved = found.table[found.table["level"] != found.table["base"]]
    assert (moved["p_adjusted"] < 0.001).all()
    assert (moved["high"] - moved["low"] < 0.1).all()


# ---- luck ------------------------------------------------------------------------------------------------------------
def test_noise_share_of_a_model_with_known_noise() -> None:
    """Variances: rows 21/12, common luck 1, own luck 0.25."""
    rows = qmc.LatinHypercube(4, rng=np.random.default_rng(1)).random(400)
    found = noise(with_luck(additive(rows), 40, common=1.0, own=0.5))
    assert found.rows == pytest.approx(21 / 12, rel=0.1)
    assert found.own == pytest.approx(0.25, rel=0.05)
    assert found.low <= 1.25 / 3 <= found.high
    assert found.in_means == pytest.approx(0.25 / 40 / (21 / 12 + 0.25 / 40), rel=0.1)


@pytest.mark.parametrize("replications", [2, 5])
def test_interval_of_the_noise_share_covers_the_truth(replications: int) -> None:
    rng = np.random.default_rng(7)
    covered = 0
    for seed in range(300):
        found = noise(with_luck(rng.normal(0, 1, 40), replications, common=0.5, own=0.5, seed=seed))
        covered += bool(found.low <= 1 / 3 <= found.high)
    assert covered / 300 >= 0.93


def test_one_replication_says_nothing_of_luck() -> None:
    found = noise(np.arange(5.0)[:, None])
    assert np.isnan([found.share, found.low, found.in_means]).all()


# ---- any sample ------------------------------------------------------------------------------------------------------
def test_first_order_indices_of_a_latin_hypercube() -> None:
    rows = qmc.LatinHypercube(4, rng=np.random.default_rng(2)).random(2000)
    table = first_order(runs_of(rows, ABCD, with_luck(additive(rows), 2, own=0.1))).table
    assert by_factor(table, "first", ABCD) == pytest.approx(WEIGHTS**2 / 21, abs=0.06)


def test_as_few_rows_as_are_allowed_give_indices_with_ends() -> None:
    rows = qmc.LatinHypercube(4, rng=np.random.default_rng(2)).random(FEWEST_ROWS)
    table = first_order(runs_of(rows, ABCD, with_luck(additive(rows), 2, own=0.1))).table
    assert np.isfinite(table[["first", "first_low", "first_high"]].to_numpy()).all()
    assert table["factor"].iloc[0] == ABCD[np.argmax(WEIGHTS)]


# ---- which plan ------------------------------------------------------------------------------------------------------
def test_the_plan_is_read_off_the_rows() -> None:
    grid = np.array([[a, b] for a in range(3) for b in range(4)], float)
    sample = qmc.LatinHypercube(3, rng=np.random.default_rng(2)).random(60)
    frames = {SOBOL: sobol_runs(base=8), MORRIS: morris_runs(5), FACTORIAL: runs_of(grid, ["p.a", "p.b"], grid[:, :1]),
              ONE_AT_A_TIME: one_at_a_time_runs(), SAMPLE: runs_of(sample, XYZ, sample[:, :1]),
              LIST: runs_of(np.ones((3, 1)), ["p.a"], np.ones((3, 2)))}
    assert {name: plan_of(read(frame)) for name, frame in frames.items()} == {name: name for name in frames}


@pytest.mark.parametrize("values", [[np.nan, 0.15], [np.nan, 0.15, np.nan], [1.0, 2.0, 3.0, 4.0]])
def test_rows_that_are_each_a_scenario_of_its_own_are_a_list(values: list[float]) -> None:
    """As `encadena run local_purchasing programmes.local_weight.preference=0.15` leaves them."""
    runs = runs_of(np.array(values)[:, None], ["programmes.local_weight.preference"], np.ones((len(values), 2)))
    runs["scenario"] = [f"s{row}" for row in runs["row"]]
    assert plan_of(read(runs)) == LIST


@pytest.mark.parametrize(("call", "says"), [(sobol, "no Sobol' plan"), (morris, "no Morris plan"), (one_at_a_time, "no centre")])
def test_a_wrong_plan_is_told(call: object, says: str) -> None:
    rows = qmc.LatinHypercube(3, rng=np.random.default_rng(2)).random(60)
    assert callable(call)
    with pytest.raises(InputError, match=says):
        call(runs_of(rows, XYZ, rows[:, :1]))


def test_what_the_table_does_not_hold_is_told() -> None:
    runs = sobol_runs(base=8)
    with pytest.raises(InputError, match="'cluster_indx' is no outcome of this sweep; did you mean 'cluster_index'"):
        read(runs, "cluster_indx")
    with pytest.raises(InputError, match="not defined in any run"):
        read(runs.assign(cluster_index=np.nan))
    with pytest.raises(InputError, match="too few rows"):
        sobol(runs.assign(cluster_index=runs[OUTPUT].where(runs["row"] < 5)))
    with pytest.raises(InputError, match="too few for indices of variance"):
        first_order(runs[runs["row"] < 20])
