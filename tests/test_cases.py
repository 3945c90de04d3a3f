"""The firms known by name: what is recorded of them, and what ``encadena cases`` tells."""

from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from matplotlib.text import Text

from analysis.cases import DRAWN, WORDS, Lives, Told, draw_cases, lives, report
from analysis.context import Context
from sim.cli import main
from sim.config import Comparison, load
from sim.errors import BAD_INPUT, OK, InputError
from sim.experiment.results import Results
from sim.panels import PANELS
from tests.small_experiments import recorded, run, settings, tiny
from tests.worlds import resumed, small

FIRMS = ["enaex", "bailac", "neptuno_pumps", "ingmat", "msmin"]


@cache
def results() -> Results:
    """Two small worlds to 2010 with their case firms."""
    return run([replace(tiny(), horizon=2010, scale=0.05)], replications=2, recording=("cases",))


@cache
def found() -> Lives:
    return lives(results(), "baseline")


def test_contracts_of_a_case_are_those_in_the_book() -> None:
    model = resumed(small(), "2006Q1")
    world, firms = model.world, model.world.firms
    seen = PANELS["cases"](world)
    assert seen["case"].size == 4, "all but the one founded later"
    book = world.book.columns
    for at, name in enumerate(seen["case"]):
        row = int(np.flatnonzero(firms.alive & (firms.case == [case.name for case in world.data.cases].index(name)))[0])
        mine = book.active & (book.supplier == row)
        assert seen["contracts"][at] == mine.sum()
        assert seen["contract_value"][at] == pytest.approx(4 * (book.rate * book.price)[mine].sum())


def test_the_documented_firms_live_and_enter_when_they_were_founded() -> None:
    assert sorted(found().firms) == sorted(FIRMS)
    alive = {firm: found().paths(firm, "alive") for firm in FIRMS}
    assert alive["msmin"].index.min() == 2006, "founded 2006"
    assert (alive["enaex"].loc[2005] == 1).all()
    assert found().yearly["contracts"].max() > 0
    assert (found().yearly.groupby("case")["sales_year"].median().rank(ascending=False)["enaex"]) == 1


@pytest.mark.parametrize("lang", ["en", "es"])
def test_the_text_speaks_the_language_and_fits(lang: str) -> None:
    text = found().text(lang)
    assert max(map(len, text.splitlines())) <= 130
    assert WORDS[lang]["told"] in text
    assert WORDS[lang]["capability"] in text
    assert "{" not in text
    assert all(firm in text for firm in FIRMS)
    assert len(draw_cases(found(), lang).axes) == len(FIRMS) * len(DRAWN)


@pytest.mark.parametrize("lang", ["en", "es"])
def test_nothing_in_the_figure_is_cut_off(lang: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Under the longest caption of all scenarios."""
    caption = {"en": load("action_plan_2006").caption, "es": load("action_plan_2006").caption_es}
    monkeypatch.setattr(Context, "scenario_caption", lambda self, scenario, lang: caption[lang])
    figure = draw_cases(found(), lang)
    figure.draw_without_rendering()
    written = {text for text in figure.findobj(Text) if text.get_visible() and text.get_text() and not text.get_text().isdigit()}
    boxes = {text.get_text(): text.get_window_extent() for text in written}
    assert any(caption[lang] in " ".join(text.split()) for text in boxes)
    assert [text for text, box in boxes.items() if box.x0 < 0 or box.x1 > figure.bbox.x1 or box.y1 > figure.bbox.y1] == []


def test_firms_and_programmes_are_called_by_their_captions() -> None:
    text = found().text("es")
    assert "Neptuno Pumps (neptuno_pumps)" in text
    names = set(found().supports["programme"])
    assert names
    assert not [name for name in names if name in text]
    assert found().context.programme_caption(min(names), "es")[:30] in text
    assert "Neptuno Pumps" in [ax.get_ylabel() for ax in draw_cases(found(), "es").axes]
    alone = replace(found(), replications=[1])
    assert "línea: una réplica" in draw_cases(alone, "es").get_supxlabel()
    assert "1 réplicas" not in alone.text("es")


@pytest.mark.parametrize(("value", "low", "high", "measure", "verdict"), [
    (0.6, 0.5, np.inf, "research", "hit"), (0.4, 0.5, np.inf, "research", "miss"), (0.4, -np.inf, 0.3, "supported", "miss"),
    (np.nan, 0.5, np.inf, "research", "away"), (np.nan, -np.inf, np.inf, "", "none"),
])
def test_a_statement_is_judged_by_its_band(value: float, low: float, high: float, measure: str, verdict: str) -> None:
    assert Told("enaex", {}, measure, 2005, 2010, low, high, value).verdict == verdict


def test_statements_about_years_not_run_are_not_judged() -> None:
    later = [told for told in found().told if told.last > 2010]
    assert later
    assert {told.verdict for told in later} <= {"away", "none"}
    unmeasured = replace(found(), told=tuple(later))
    assert unmeasured.score("en").startswith("Nothing that the sources tell of these firms can be measured")
    assert "0 de 0" not in unmeasured.score("es")


def test_worlds_without_a_recording_say_how_to_get_one() -> None:
    with pytest.raises(InputError, match=r"recording=\[cases\]"):
        lives(recorded(), "baseline")


def test_a_world_that_knows_no_firm_says_so(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    spec = tiny()
    nobody = Comparison((replace(spec, world=replace(spec.world, cases=())),), settings())
    monkeypatch.setattr("sim.config.load_comparison", lambda *_: nobody)
    assert main(["cases"]) == BAD_INPUT
    assert capsys.readouterr().err == "encadena: world chile knows no firm by name; list them in its file cases.csv\n"


def test_the_command_prints_and_keeps_tables_and_a_figure(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["cases", "scale=0.02", "horizon=2006", "replications=1", "executor=serial", f"output={tmp_path / 'out'}"]
    assert main([*words, "--lang", "es"]) == OK
    told = capsys.readouterr().out
    assert "Lo que cuentan las fuentes" in told
    kept = {path.relative_to(tmp_path / "out").as_posix() for path in (tmp_path / "out").rglob("*") if path.is_file()}
    assert {"cases_baseline.md", "cases_baseline.csv", "figures/cases_baseline.png", "provenance.json"} <= kept
    assert "comparison.md" not in kept


def test_lives_are_saved_before_they_are_printed(tmp_path: Path, nobody_reads: None) -> None:
    with pytest.raises(BrokenPipeError):
        report(results(), tmp_path, "en")
    assert {path.name for path in tmp_path.rglob("*.*")} == {"cases_baseline.md", "cases_baseline.csv", "cases_baseline.png"}
