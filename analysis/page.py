"""The command that prints one document of a folder of results: ``python -m analysis.scorecard FOLDER`` and its like."""

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from analysis.grid import Document
from sim.errors import BAD_INPUT, OK, InputError
from sim.experiment.results import Results
from sim.experiment.results import open as open_results
from sim.language import LANGUAGE_SETTING, language


def print_page(module: str, told: str, document: Callable[[Results], Document], words: Sequence[str] | None) -> int:
    """Print what ``document`` makes of the folder that the words name. Returns the exit code."""
    parser = argparse.ArgumentParser(prog=f"python -m {module}", description=told)
    parser.add_argument("folder", type=Path, help="a folder that `encadena run` has written")
    parser.add_argument("--markdown", action="store_true", help="print Markdown")
    parser.add_argument("--lang", help=f"language of the captions: en or es (default: {LANGUAGE_SETTING}, LANG)")
    args = parser.parse_args(words)
    try:
        lang = language(args.lang)
        found = document(open_results(args.folder))
    except InputError as error:
        print(f"{module}: {error}", file=sys.stderr)
        return BAD_INPUT
    print(found.markdown(lang) if args.markdown else found.text(lang), end="")
    return OK
