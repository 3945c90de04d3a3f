"""Figures: drawn whenever there is data, with labels, bands and a size that a reader can use."""

import re
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from matplotlib.collections import PolyCollection
from matplotlib.figure import Figure
from matplotlib.image import imread
from matplotlib.lines import Line2D
from matplotlib.text import Text

from analysis.context import Context
from analysis.fans import save
from analysis.places import draw_places
from analysis.plots import draw_all, draw_index, draw_price, price_paths
from analysis.spending import draw_spending, yearly_spend
from analysis.tipping import draw_tipping
from sim.config import load
from sim.experiment.results import Results
from tests.small_experiments import recorded, run, tiny, with_policy

FIGURES = ["copper_price.png", "index_and_components.png", "spend_by_programme.png", "suppliers_and_purchases.png"]


@pytest.mark.parametrize("lang", ["en", "es"])
def test_every_figure_is_drawn_and_shows_something(lang: str, tmp_path: Path) -> None:
    drawn = draw_all(with_policy(), tmp_path / "figures", lang)
    assert sorted(path.name for path in drawn) == FIGURES
    for path in drawn:
        picture = imread(path)[..., :3]
        assert min(picture.shape[:2]) > 500
        assert (picture < 0.5).mean() > 0.005


@cache
def figures() -> dict[str, Figure | None]:
    """The four figures of the experiment with a policy, in English."""
    results = with_policy()
    context = Context(results)
    return {"index": draw_index(results, context, context.scenarios, "en"), "places": draw_places(results, context, "en"),
            "spend": draw_spending(results, context, "en"), "price": draw_price(results, context, "en")}


def test_no_panel_is_empty_and_axes_are_labelled() -> None:
    for name, figure in figures().items():
        assert figure is not None
        for ax in figure.axes:
            assert ax.has_data(), name
        assert any(ax.get_ylabel() or ax.get_xlabel() for ax in figure.axes)


def test_a_scenario_s_name_beside_its_spend_stays_in_its_row(monkeypatch: pytest.MonkeyPatch) -> None:
    long = "Compras mineras mayormente comunales y mejoramiento mancomunado de empresas menores (compras_comunes)"
    monkeypatch.setattr(Context, "scenario_name", lambda *_: long)
    figure = draw_spending(with_policy(), Context(with_policy()), "es")
    assert figure is not None
    figure.draw_without_rendering()
    for ax in figure.axes[::2]:
        assert ax.yaxis.label.get_window_extent().height <= ax.get_window_extent().height


def test_lines_come_with_their_bands() -> None:
    figure = figures()["index"]
    assert figure is not None
    assert all(any(isinstance(item, PolyCollection) for item in ax.collections) for ax in figure.axes)


def test_every_different_price_path_is_shown_once_and_named() -> None:
    """Falling grades leave the price alone; in a bust it falls."""
    specs = [load(name, "scale=0.02", "horizon=2028") for name in ("baseline", "bust", "grade_decline", "boom")]
    results = run(specs, replications=2)
    context = Context(results)
    found = {tuple(scenarios): paths for scenarios, paths in price_paths(results, context)}
    assert list(found) == [("baseline", "grade_decline"), ("bust",), ("boom",)]
    own = results.series_wide.query("scenario == 'bust' and region == 'antofagasta' and replication == 2").set_index("quarter")
    np.testing.assert_array_equal(found[("bust",)][2], own["copper_price"])
    figure = draw_price(results, context, "es")
    lines = [line for line in figure.axes[0].lines if line.get_xdata().size]
    assert [label(line)[:18] for line in lines] == ["registrado", "proyección estocás", "proyección caída (", "proyección auge (b"]
    assert label(lines[1]).endswith("(baseline); La producción cae de 6 a 4 Mt en diez años con la ley del mineral (grade_decline)")
    np.testing.assert_array_equal(lines[2].get_ydata(), found[("bust",)][2][lines[0].get_xdata().size:])


def label(line: Line2D) -> str:
    """The label of a line, as one line of text."""
    return " ".join(str(line.get_label()).split())


def test_one_price_path_is_named_alone() -> None:
    results = with_policy()
    lines = draw_price(results, Context(results), "en").axes[0].lines
    assert [label(line) for line in lines] == ["recorded", "outlook, stochastic (ar1)",
                                               "line: median; bands: 50 % and 90 % of 3 replications"]


@cache
def alike() -> Results:
    """Two scenarios to 2007, which differ later only."""
    return run([tiny(), tiny("local_purchasing")], replications=1)


@pytest.mark.parametrize("lang", ["en", "es"])
def test_figures_call_scenarios_by_their_captions(lang: str) -> None:
    """Names that a user types stand in brackets only, behind the caption; one world is one replication."""
    results = alike()
    context = Context(results)
    drawn = [draw_index(results, context, context.scenarios, lang), draw_places(results, context, lang),
             draw_spending(results, context, lang), draw_tipping(results, lang), draw_price(results, context, lang)]
    name = context.scenario_name("local_purchasing", lang)
    assert name.startswith({"en": "Local purchasing by every mine", "es": "Compras locales de todas las"}[lang])
    assert name.endswith("(local_purchasing)")
    for figure in filter(None, drawn[:4]):
        told = [" ".join(text.get_text().split()) for text in figure.findobj(Text)]
        assert any(name in text for text in told)
        assert not [text for text in told if re.search(r"(?<!\()\b(baseline|local.purchasing)\b", text)]
        assert not [text for text in told if re.search(r"\b1 (réplicas|replications|mundos|worlds)", text)]


def test_a_policy_start_is_marked_where_something_is_new() -> None:
    context = Context(with_policy())
    assert (context.policy_from("baseline"), context.policy_from("local_purchasing")) == (None, 2026)
    assert context.first_policy_year() == 2026


def test_spend_by_programme_is_what_the_table_says() -> None:
    results = with_policy()
    context = Context(results)
    table = results.programmes
    expected = table.loc[table["region"] == "antofagasta", "public"].sum() / 1000
    assert yearly_spend(results, context)["public"].sum() == pytest.approx(expected)
    assert np.isclose(results.series_wide.query("region == 'antofagasta'")["public_spend"].sum() / 1000, expected)


def test_a_single_world_is_drawn_without_bands(tmp_path: Path) -> None:
    results = run([tiny()], replications=1)
    assert draw_all(results, tmp_path, "en")
    context = Context(results)
    for ax in draw_index(results, context, context.scenarios, "en").axes:
        assert ax.lines
        assert not any(isinstance(item, PolyCollection) for item in ax.collections)


@pytest.mark.slow
def test_many_scenarios_are_spread_over_several_figures(tmp_path: Path) -> None:
    """Six others do not fit beside the reference: it leads both figures."""
    names = ["start_copper", "start_uniform", "start_weak", "start_strong", "subsidies", "local_purchasing"]
    results = run([tiny(), *(tiny(name) for name in names)], replications=1)
    drawn = [path.name for path in draw_all(results, tmp_path, "en")]
    assert {"index_and_components.png", "index_and_components_2.png", "suppliers_and_purchases_2.png"} < set(drawn)


def test_figures_may_speak_of_another_region() -> None:
    results = recorded()
    context = Context(results)
    context.region = "tarapaca"
    title = draw_index(results, context, context.scenarios, "es").get_suptitle()
    assert title == "Tarapacá: el índice y sus componentes"


@pytest.mark.parametrize(("lang", "fractions", "thousands"), [("en", "0.5", "1,200,000"), ("es", "0,5", "1.200.000")])
def test_numbers_on_axes_are_written_as_the_language_does(lang: str, fractions: str, thousands: str, tmp_path: Path) -> None:
    figure = Figure()
    ax = figure.subplots()
    ax.plot([0.0, 1.0], [0.0, 1_200_000.0])
    ax.ticklabel_format(axis="y", style="plain", useOffset=False)
    ax.set_xticks([0.0, 0.5, 1.0])
    ax.set_yticks([0.0, 1_200_000.0])
    save(figure, tmp_path / "figure.png", lang)
    assert [label.get_text() for label in ax.get_xticklabels()][1] == fractions
    assert [label.get_text() for label in ax.get_yticklabels()][-1] == thousands


def test_years_have_no_separators(tmp_path: Path) -> None:
    figure = Figure()
    ax = figure.subplots()
    ax.plot([2005, 2044], [0.0, 1.0])
    ax.set_xticks([2010, 2040])
    save(figure, tmp_path / "figure.png", "es")
    assert [label.get_text() for label in ax.get_xticklabels()] == ["2010", "2040"]


def test_a_policy_that_ends_is_marked_at_both_ends() -> None:
    ended = ("programmes.local_weight.until=2029Q4", "programmes.reserve_2026.until=2028Q4")
    size = ("scale=0.03", "horizon=2033")
    results = run([load("baseline", *size), load("local_purchasing", *size, *ended)], replications=1)
    context = Context(results)
    assert (context.policy_from("local_purchasing"), context.policy_until("local_purchasing")) == (2026, 2029)
    assert Context(with_policy()).policy_until("local_purchasing") is None
    figure = draw_index(results, context, context.scenarios, "es")
    assert "(política 2026-2029)" in figure.axes[1].get_title()
    marks = [line.get_xdata()[0] for line in figure.axes[1].lines if line.get_linestyle() == ":" and line.get_color() == "black"]
    assert marks == [2026, 2030]
