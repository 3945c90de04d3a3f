"""Every bad configuration, file or override of ``bad_inputs.yaml`` is answered by its sentence and exit code 2."""

import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml

from sim.__main__ import refuse_files_that_run_code
from sim.cli import main
from sim.config import load
from sim.errors import BAD_INPUT, InputError
from sim.roots import SETTING, find_roots
from tests.test_cli import FOLDER, python

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


# ---- what is not asked for --------------------------------------------------------------------------------------------
def test_files_that_are_not_asked_for_stand_in_nobody_s_way(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "programmes").mkdir()
    for name, text in {**FOLDER, "uses.yaml": "defaults: [zz_torn]\n", "lists.yaml": "defaults: [uses]\n"}.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    monkeypatch.setenv(SETTING, str(tmp_path))
    assert load("fine").caption == "Fine"
    refuse_files_that_run_code(["scenario=fine", "--cfg", "job"])
    for words, says in ((["scenario=zz_torn"], "zz_torn.yaml, line 2: broken YAML"), (["-m", "scenario=fine,lists"], "zz_torn.yaml, line"),
                        (["-m", "scenario=glob(*)"], "all.yaml"), (["scenario='zz_año malo'"], "zz_año malo.yaml: names are written")):
        with pytest.raises(InputError, match=says):
            refuse_files_that_run_code(words)


def test_a_name_the_program_keeps_for_itself_is_refused_only_when_asked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nor does such a file come before the program's own of that name."""
    for name in ("all", "config", "schema"):
        (tmp_path / f"{name}.yaml").write_text("start: weak\nhorizon: 2030\n")
    (tmp_path / "fine.yaml").write_text("caption: Fine\n")
    monkeypatch.setenv(SETTING, str(tmp_path))
    spec = load("fine")
    assert (spec.caption, spec.start, spec.horizon) == ("Fine", "recorded", load("baseline").horizon)
    refuse_files_that_run_code(["scenario=fine"])
    with pytest.raises(InputError, match="the name 'config' is taken by the program"):
        refuse_files_that_run_code(["scenario=config"])
    told = python("-m", "sim", "scenario=fine", "--cfg", "job", ENCADENA_PATH=str(tmp_path))
    assert "start: recorded\n" in told.stdout, told.stderr


def test_the_hydra_application_runs_beside_a_broken_file(tmp_path: Path) -> None:
    (tmp_path / "torn.yaml").write_text("caption: [x\n")
    (tmp_path / "mine.yaml").write_text("start: weak\n")
    told = python("-m", "sim", "scenario=mine", "--cfg", "job", ENCADENA_PATH=str(tmp_path))
    assert "start: weak\n" in told.stdout, told.stderr
    told = python("-m", "sim", "scenario=torn", "--cfg", "job", ENCADENA_PATH=str(tmp_path))
    assert (told.returncode, "torn.yaml, line 2: broken YAML" in told.stderr) == (1, True)
    assert "Traceback" not in told.stderr
