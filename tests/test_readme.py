"""Every fenced block of the README and of docs/extending.md runs: the first two in ``.ci/run``, the others here.

The blocks stand as a user would type them. Here ``.venv/bin/encadena`` is a stand-in that makes every run small, and
``.venv/bin/python`` is the interpreter of the tests.
"""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.readme_blocks import Block, blocks

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
EXTENDING = (ROOT / "docs" / "extending.md").read_text(encoding="utf-8")
INSTALLING = 2
"""Blocks that install and run everything; a test that ran the second would call itself for ever."""
SMALL = {"scale": "0.02", "replications": "2", "workers": "1", "samples": "2"}
LAST_YEAR = "2027"
STAND_IN = f"""#!{sys.executable}
import sys
from sim.cli import main

words = sys.argv[1:]
if words[:1] in (["run"], ["sweep"], ["cases"], ["twins"]):
    words = [word for word in words if word.partition("=")[0] not in {SMALL!r}]
    words += [f"{{key}}={{value}}" for key, value in {SMALL!r}.items()]
    if words[0] != "twins" and not any("durability" in word for word in words):
        years = [word.partition("=")[2] for word in words if word.startswith("horizon=")]
        words = [word for word in words if not word.startswith("horizon=")] + ["horizon=" + min([*years, "{LAST_YEAR}"])]
sys.exit(main(words))
"""
PATIENCE = 1800
"""Seconds after which a block hangs rather than works: `run all` takes ten minutes on a slow machine that does other things as well."""
LATER = blocks(README, "bash", "python")[INSTALLING:]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that looks like a checkout after the first block: one for all blocks, since later ones read what earlier ones wrote."""
    made = tmp_path_factory.mktemp("checkout")
    programs = made / ".venv" / "bin"
    programs.mkdir(parents=True)
    for name, text in (("encadena", STAND_IN), ("python", f'#!/bin/sh\nexec {sys.executable} "$@"\n')):
        (programs / name).write_text(text, encoding="utf-8")
        (programs / name).chmod(0o755)
    (made / "scenarios").symlink_to(ROOT / "scenarios")
    return made


def run_block(language: str, code: str, folder: Path) -> str:
    """Run code as a newcomer would; returns what it printed."""
    command = ["bash", "-eu", "-c", code] if language == "bash" else [sys.executable, "-W", "error", "-c", code]
    clean = {key: value for key, value in os.environ.items() if not key.startswith("ENCADENA")}
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, env=clean | {"PYTHONPATH": str(ROOT)}, timeout=PATIENCE)
    assert done.returncode == 0, f"{code}\n{done.stdout[-2000:]}\n{done.stderr[-2000:]}"
    return done.stdout


def _name(block: Block) -> str:
    return f"line-{block.line}-{block.language}"


@pytest.mark.slow
@pytest.mark.parametrize("block", LATER, ids=_name)
def test_readme_blocks_run(block: Block, folder: Path) -> None:
    if "outputs/main/" in block.code and not (folder / "outputs" / "main").exists():
        run_block("bash", ".venv/bin/encadena run baseline output=outputs/main", folder)
    assert run_block(block.language, block.code, folder).strip()


@pytest.mark.slow
def test_blocks_of_extending_run_in_one_shell(folder: Path) -> None:
    printed = run_block("bash", "".join(block.code for block in blocks(EXTENDING, "bash")), folder)
    assert "slow_start" in printed
    assert "my_valley" in printed


def test_first_two_blocks_are_the_two_commands() -> None:
    first, second = blocks(README, "bash")[:INSTALLING]
    assert blocks(README)[:INSTALLING] == [first, second]
    assert "encadena run\n" in first.code
    assert "pip install" in first.code
    assert "'.[test]'" in second.code
    assert second.code.strip().endswith("pytest")
    assert "activate" not in first.code + second.code


def test_ci_extracts_with_the_same_code() -> None:
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    assert re.search(r"tests/readme_blocks\.py README\.md", script)
    assert not re.search(r"\bsed\b|\bawk\b", script)


def test_extraction_from_the_command_line() -> None:
    command = [sys.executable, "tests/readme_blocks.py", "README.md", "2"]
    printed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert printed.stdout == blocks(README, "bash")[1].code


def test_blocks_are_found_with_their_lines() -> None:
    text = "a\n\n```bash\none\n```\n\n```python\ntwo\n```\n```text\nthree\n```\n"
    assert blocks(text, "bash", "python") == [Block("bash", "one\n", 4), Block("python", "two\n", 8)]
    assert len(blocks(text)) == 3
