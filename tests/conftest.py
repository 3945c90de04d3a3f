"""Settings of all tests: generated examples are the same in every run, and none is judged by the clock."""

import pytest
from hypothesis import settings

WITH_ASSERTIONS = ("checks", "checks_of_course", "checks_of_money", "interrupted", "small_history")
"""Helpers whose assertions tell their values, as those of tests do."""
pytest.register_assert_rewrite(*(f"tests.{name}" for name in WITH_ASSERTIONS))
settings.register_profile("encadena", deadline=None, derandomize=True)
settings.load_profile("encadena")


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
