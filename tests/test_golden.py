"""The golden baseline: a change of results is seen before it is wanted. ``python -m tests.golden`` takes it over."""

import json
from typing import Any

import pytest

from tests import golden


@pytest.fixture(scope="module")
def now() -> dict[str, Any]:
    return golden.figures()


@pytest.fixture(scope="module")
def kept() -> dict[str, Any]:
    return json.loads(golden.FILE.read_text(encoding="utf-8"))


@pytest.mark.parametrize("world", ["baseline", "every policy"])
def test_counts_are_those_of_the_golden_file(world: str, now: dict[str, Any], kept: dict[str, Any]) -> None:
    assert now[world]["counts"] == kept[world]["counts"], "if this is meant: python -m tests.golden"


@pytest.mark.parametrize("world", ["baseline", "every policy"])
def test_amounts_are_those_of_the_golden_file(world: str, now: dict[str, Any], kept: dict[str, Any]) -> None:
    assert now[world]["amounts"] == pytest.approx(kept[world]["amounts"], rel=1e-6), "if this is meant: python -m tests.golden"


def test_the_golden_worlds_show_something(kept: dict[str, Any]) -> None:
    assert all(kept["every policy"]["counts"][name] > 0 for name in ("firms", "certified", "groups", "ties", "supported", "joint_projects"))
    assert kept["every policy"]["amounts"]["programmes_public"] > 0
