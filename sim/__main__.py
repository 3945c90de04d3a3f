"""``python -m sim``: a plain Hydra application on the configuration of ``encadena``, with all of Hydra's flags."""

import re
import sys
from collections.abc import Mapping
from itertools import pairwise
from pathlib import Path
from typing import Any

import hydra
from hydra.core.hydra_config import HydraConfig
from omegaconf import DictConfig

from sim import config
from sim.errors import InputError, strays_told
from sim.language import language
from sim.layers import BASELINE, DEFAULT_WORLD, DEFAULTS
from sim.roots import PROGRAMME, SCENARIO, WORLD, find_roots
from sim.yamlfiles import read_mapping

USUAL = (BASELINE, DEFAULT_WORLD)
"""What is composed where no word says otherwise."""
MANY = ("glob(", "${")
"""Signs of a word that may ask for any file."""
_FOLDER_FLAGS = ("--config-dir", "-cd", "--config-path", "-cp")


def application(composed: DictConfig) -> None:
    """One scenario, as Hydra composed it."""
    values = config.plain(composed)
    try:
        code = _run(values)
    except InputError as error:
        sys.exit(f"python -m sim: {error}")
    if code:
        sys.exit(code)


@strays_told()
def _run(values: dict[str, Any]) -> int:
    spec = config.spec_of(values, HydraConfig.get().overrides.task)
    settings = config.run_settings(values, spec.world)
    from sim.experiment.main_job import run_scenarios  # late: --help and --cfg job need no model

    return run_scenarios([spec], settings, language(None))


@strays_told()
def refuse_files_that_run_code(words: list[str]) -> None:
    """Read every file before Hydra does, which would instantiate a callback found in it.

    Raises InputError for a broken file that the words, or files that they name, may ask for; and for any in folders of Hydra's flags.
    """
    roots = find_roots()
    for folder in _named_folders(words):
        for path in _files_in(folder):
            read_mapping(path, roots.label(path))
    refused = {path: told for group in (SCENARIO, PROGRAMME, WORLD) for path, told in roots.misnamed(group).items()}
    texts = {}
    for path in (path for folder in roots.scenarios for path in _files_in(folder)):
        try:
            texts[path] = str(read_mapping(path, roots.label(path)).get(DEFAULTS, ""))
        except InputError as error:
            refused.setdefault(path, str(error))
    reached = _reached([*words, *USUAL], texts, refused)
    for path, told in refused.items():
        if path in reached or any(sign in word for sign in MANY for word in words):
            raise InputError(told)


def _files_in(folder: Path) -> list[Path]:
    """Configuration files of a folder, data and hidden folders left out."""
    return [path for path in sorted(folder.rglob("*.yaml"))
            if not any(part == "data" or part.startswith(".") for part in path.relative_to(folder).parts)]


def _reached(begin: list[str], texts: Mapping[Path, str], refused: Mapping[Path, str]) -> set[Path]:
    """Files whose names stand in the texts to begin with, or in the ``texts`` of defaults of a file that is reached: all that Hydra
    could come to compose."""
    reached: set[Path] = set()
    waiting = list(begin)
    while waiting:
        text = waiting.pop()
        named = {path for path in (*texts, *refused) if path not in reached and re.search(rf"(?<!\w){re.escape(path.stem)}(?!\w)", text)}
        reached |= named
        waiting += [texts[path] for path in named if path in texts]
    return reached


def _named_folders(words: list[str]) -> list[Path]:
    """Folders that Hydra's own flags add."""
    joined = [word.partition("=")[2] for word in words if word.split("=")[0] in _FOLDER_FLAGS and "=" in word]
    apart = [after for word, after in pairwise(words) if word in _FOLDER_FLAGS]
    return [Path(name) for name in (*joined, *apart) if Path(name).is_dir()]


def of_programmes(word: str) -> str:
    """The word as Hydra takes it: a value of a programme may stand in the file that the programme is like."""
    return f"++{word}" if word.startswith("programmes.") else word


def main() -> None:
    """Hand over to Hydra."""
    sys.argv[1:] = [of_programmes(word) for word in sys.argv[1:]]
    try:
        refuse_files_that_run_code(sys.argv[1:])
        roots = find_roots()
    except InputError as error:
        sys.exit(f"python -m sim: {error}")
    config.register(roots)
    config.register_search_path()
    hydra.main(version_base=config.VERSION_BASE, config_path=str(roots.conf), config_name="config")(application)()


if __name__ == "__main__":
    main()
