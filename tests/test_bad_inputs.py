"""Every bad configuration, file or override of ``bad_inputs.yaml`` is answered by its sentence and exit code 2."""

import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml

from sim.cli import main
from sim.errors import BAD_INPUT
from sim.roots import SETTING, find_roots

CASES = yaml.safe_load((Path(__file__).parent / "bad_inputs.yaml").read_text(encoding="utf-8"))
LONGEST_BUT_FOR_LISTS = 400


def _write(case: dict[str, Any], folder: Path) -> None:
    for name, text in case.get("files", {}).items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    if "valley" in case:
        _write_valley(case["valley"], folder / "data" / "my_valley")


def _write_valley(changes: dict[str, list[str] | None], folder: Path) -> None:
    shutil.copytree(find_roots({}).worlds()["valle_inventado"], folder)
    described = (folder / "world.yaml").read_text(encoding="utf-8")
    described = described.replace("name: valle_inventado", f"name: {folder.name}")
    (folder / "world.yaml").write_text(described, encoding="utf-8")
    for name, change in changes.items():
        if change is None:
            (folder / name).unlink()
            continue
        before = (folder / name).read_text(encoding="utf-8")
        assert change[0] in before
        (folder / name).write_text(before.replace(change[0], change[1], 1), encoding="utf-8")


@pytest.mark.parametrize("case", CASES, ids=[case["case"] for case in CASES])
def test_bad_input_is_told_in_one_sentence(
    case: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
) -> None:
    _write(case, tmp_path)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv(SETTING, case.get("setting", str(tmp_path)))
    for name, value in case.get("env", {}).items():
        monkeypatch.setenv(name, value)
    code = main(case["words"])
    told = capsys.readouterr()
    assert case["says"].replace("FOLDER", str(tmp_path)) in told.err
    assert code == BAD_INPUT
    assert told.err.startswith("encadena: ")
    assert told.err.count("\n") == 1
    assert told.out == ""
    assert len(told.err.replace(str(tmp_path), "").split("known are")[0]) < LONGEST_BUT_FOR_LISTS


def test_cases_are_many_and_distinct() -> None:
    inputs = [str({key: value for key, value in case.items() if key not in ("case", "says")}) for case in CASES]
    assert len(set(inputs)) == len(inputs) >= 45
    assert len({case["case"] for case in CASES}) == len(CASES)
    assert len({case["says"] for case in CASES}) == len(CASES)
