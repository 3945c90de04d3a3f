"""The documents say what the code says: tables are fresh, every parameter stands in a rule, every name and link exists."""

import re
from dataclasses import fields
from pathlib import Path

import pytest

from docs import results, tables
from docs.marked import bodies, names, rewritten, table
from sim.agents.columns import MINE_COLUMNS, SUPPLIER_COLUMNS
from sim.indicators import BY_NAME
from sim.levers import LEVERS
from sim.outputs import INDEX_COLUMNS
from sim.parameters import declared
from sim.policies.record import ProgrammeSpec
from sim.roots import PROGRAMME, SCENARIO, find_roots
from sim.worlddata import WorldData
from tests.small_history import history

ROOT = Path(__file__).resolve().parents[1]
PAGES = [ROOT / name for name in (
    "README.md", "CONTRIBUTING.md", "CHANGELOG.md", "docs/odd.md", "docs/architecture.md", "docs/extending.md",
    "docs/record.md", "docs/statistics.md", "docs/sweeps.md")]
_SECTION = re.compile(r"<!-- generated: (\w+) -->.*?<!-- end of \1 -->", re.DOTALL)
_CODE = re.compile(r"`([a-z][a-z0-9]*(?:_[a-z0-9]+)+)`")
_LINK = re.compile(r"\]\(([^)#\s]+)?(#[^)\s]+)?\)")
OTHER_NAMES = {"run_key", "burn_in_firms", "hq_or_branch", "us_cents_per_lb", "index_and_components"}


def by_hand(path: Path) -> str:
    """A page without its generated sections."""
    return _SECTION.sub("", path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("file", tables.FILES)
def test_generated_tables_are_fresh(file: str) -> None:
    before, after = tables.current(ROOT / file)
    assert before == after, f"{file} is stale; run `python -m docs.tables`"


@pytest.mark.parametrize("file", tables.FILES)
def test_every_marked_section_has_a_maker_and_a_body(file: str) -> None:
    found = bodies((ROOT / file).read_text(encoding="utf-8"))
    assert set(found) <= set(tables.SECTIONS) | set(results.SECTIONS)
    text = (ROOT / file).read_text(encoding="utf-8")
    assert text.count("<!-- generated:") == text.count("<!-- end of") == len(names(text))
    assert [name for name, body in found.items() if not body.strip()] == []


@pytest.mark.parametrize("name", [*declared(), *LEVERS])
def test_every_parameter_and_lever_stands_in_a_rule(name: str) -> None:
    assert re.search(rf"(?<!\w){name}(?!\w)", by_hand(ROOT / "docs" / "odd.md")), f"{name} is in no rule of docs/odd.md"


def test_names_in_code_type_exist() -> None:
    roots = find_roots({})
    known = {*declared(), *LEVERS, *SUPPLIER_COLUMNS, *MINE_COLUMNS, *BY_NAME, *OTHER_NAMES, *(column.name for column in INDEX_COLUMNS),
             *roots.files(SCENARIO), *roots.files(PROGRAMME), *(item.name for item in fields(ProgrammeSpec)),
             *(item.name for item in fields(WorldData)), *(word for item in fields(ProgrammeSpec) for word in item.metadata["allowed"])}
    written = set(_CODE.findall(by_hand(ROOT / "docs" / "odd.md")))
    assert written - known == set()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    for target, anchor in _LINK.findall(text):
        if target.startswith("http"):
            continue
        file = (page.parent / target) if target else page
        assert file.exists(), f"{page.name} links to {target}"
        if anchor:
            assert anchor[1:] in _anchors(file.read_text(encoding="utf-8")), f"{page.name} links to {target}{anchor}"


def _anchors(text: str) -> set[str]:
    heads = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads}


@pytest.mark.parametrize("page", [*PAGES, ROOT / "CITATION.cff", ROOT / ".pre-commit-config.yaml", ROOT / ".ci" / "run"],
                         ids=lambda page: page.name)
def test_pages_have_readable_lines(page: Path) -> None:
    """Prose is wrapped; only tables and links run on."""
    for number, line in enumerate(by_hand(page).splitlines(), 1):
        assert len(line) <= 180 or line.startswith("|"), f"{page.name}, line {number} has {len(line)} characters"


def test_sections_are_rewritten_and_the_rest_is_left_alone() -> None:
    text = "before\n<!-- generated: a -->\nold\n<!-- end of a -->\nbetween\n<!-- generated: b -->\n<!-- end of b -->\n"
    once = rewritten(text, {"a": "new\n"})
    assert once == "before\n<!-- generated: a -->\n\nnew\n\n<!-- end of a -->\nbetween\n<!-- generated: b -->\n<!-- end of b -->\n"
    assert rewritten(once, {"a": "new"}) == once
    assert names(text) == ["a", "b"]


def test_bars_in_cells_are_escaped() -> None:
    assert table(("x",), [("a|b",)]) == "| x |\n| --- |\n| a\\|b |"


def test_check_says_what_is_stale(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "page.md").write_text("<!-- generated: payers -->\n<!-- end of payers -->\n", encoding="utf-8")
    monkeypatch.setattr(tables, "ROOT", tmp_path)
    monkeypatch.setattr(tables, "FILES", ("page.md",))
    assert tables.main(["--check"]) == tables.STALE
    assert tables.main([]) == 0
    assert "households" in (tmp_path / "page.md").read_text(encoding="utf-8")
    assert tables.main(["--check"]) == 0
    assert capsys.readouterr().out.splitlines() == ["stale: page.md", "rewritten: page.md", "stale: none"]


def test_licence_is_apache() -> None:
    text = (ROOT / "LICENSE").read_text(encoding="utf-8")
    assert "Apache License" in text
    assert "END OF TERMS AND CONDITIONS" in text


def test_results_fill_the_readme(tmp_path: Path) -> None:
    readme = tmp_path / "README.md"
    readme.write_text("".join(f"<!-- generated: {name} -->\n<!-- end of {name} -->\n" for name in results.SECTIONS), encoding="utf-8")
    (tmp_path / "speed.txt").write_text("| fast |\n", encoding="utf-8")
    words = [str(history())] * 3 + ["--all", str(history()), "--speed", str(tmp_path / "speed.txt"), "--readme", str(readme)]
    assert results.main(words) == 0
    filled = bodies(readme.read_text(encoding="utf-8"))
    assert "SF05" in filled["scorecard"]
    assert "start_weak" in filled["starts"]
    assert "95 % interval" in filled["main"]
    assert "Component" in filled["main"]
    assert "start_weak" in filled["all"]
    assert "Component" not in filled["all"], "one table, without the parts of the index"
    assert filled["speed"].strip() == "```text\n| fast |\n```"
    assert (tmp_path / "docs" / "figures" / results.FIGURE).stat().st_size > 0


def test_results_fill_the_page_of_the_record(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(results, "RECORD", tmp_path / "record.md")
    marks = "".join(f"<!-- generated: {name} -->\n<!-- end of {name} -->\n" for name in ("twins", "contrast"))
    results.RECORD.write_text(marks, encoding="utf-8")
    (tmp_path / "twins.md").write_text("# Treated firms\n", encoding="utf-8")
    assert results.main(["--twins", str(tmp_path), "--contrast", str(history())]) == 0
    filled = bodies(results.RECORD.read_text(encoding="utf-8"))
    assert filled["twins"].strip() == "Treated firms"
    assert "start_weak" in filled["contrast"]
    assert "95 % interval" in filled["contrast"]


def test_all_scenarios_need_a_place_to_stand(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    readme = tmp_path / "README.md"
    readme.write_text("no marks\n", encoding="utf-8")
    assert results.main(["--all", str(history()), "--readme", str(readme)]) == results.BAD_INPUT
    assert "has no section for --all; write the lines `<!-- generated: all -->`" in capsys.readouterr().err
    assert readme.read_text(encoding="utf-8") == "no marks\n"


def test_results_refuse_an_empty_folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert results.main([str(tmp_path)] * 3) == results.BAD_INPUT
    assert "holds no results" in capsys.readouterr().err
