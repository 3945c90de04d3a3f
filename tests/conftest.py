"""Settings of all tests: generated examples are the same in every run, and none is judged by the clock."""

from collections.abc import Iterator

import mesa
import pytest
from hypothesis import settings

WITH_ASSERTIONS = ("checks", "checks_of_course", "checks_of_money", "interrupted", "small_history")
"""Helpers whose assertions tell their values, as those of tests do."""
pytest.register_assert_rewrite(*(f"tests.{name}" for name in WITH_ASSERTIONS))
settings.register_profile("encadena", deadline=None, derandomize=True)
settings.load_profile("encadena")
LONGEST = ("test_readme.py", "test_robustness.py", "test_dask.py", "test_comparison.py", "test_sweep.py", "test_report.py", "test_plots.py")
"""Files that take longest, begun first: each runs in one process, and one begun last would keep all others waiting."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the files that take longest; the others keep their order."""
    turn = {name: number for number, name in enumerate(LONGEST)}
    items.sort(key=lambda item: turn.get(item.path.name, len(LONGEST)))


@pytest.fixture(scope="module", autouse=True)
def worlds_go_with_their_file() -> Iterator[None]:
    """Models that a file left open are let go: Mesa 3.3 keeps every one alive, hundreds in a process that tests many files."""
    yield
    getattr(mesa.Agent, "_ids", {}).clear()


@pytest.fixture
def nobody_reads(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever is printed ends the command, so that what was not saved before is lost."""
    def closed(*_: object, **__: object) -> None:
        raise BrokenPipeError

    monkeypatch.setattr("builtins.print", closed)


@pytest.fixture
def no_figures(monkeypatch: pytest.MonkeyPatch) -> None:
    """A run draws nothing: its figures take longer than small worlds do, and test_plots.py looks at them."""
    monkeypatch.setattr("analysis.plots.draw_all", lambda *_: [])
