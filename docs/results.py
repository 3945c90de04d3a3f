"""Writes the tables and the figure of the README anew from folders that ``encadena run`` has written.

``python -m docs.results MAIN HISTORY STARTS`` fills the sections main, scorecard and starts; ``--all FOLDER`` (of
``encadena run all``) the section all; ``--speed FILE`` the section speed; ``--twins FOLDER`` (of ``encadena twins``) and
``--contrast FOLDER`` (of ``encadena run``) those of docs/record.md; ``--engine FILE`` the one of docs/sweeps.md.
Each command that makes such a folder or file stands beside its table.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from PIL import Image

from analysis.comparison import compare
from analysis.scorecard import scorecard
from analysis.starts import starts
from docs.marked import ROOT, names, rewritten
from sim.errors import BAD_INPUT, OK, InputError
from sim.experiment.results import open as open_results

README = ROOT / "README.md"
RECORD, SWEEPS = ROOT / "docs" / "record.md", ROOT / "docs" / "sweeps.md"
FIGURE = "index_and_components.png"
WIDTH, COLOURS = 1600, 256
"""Of the figure in the repository: a quarter of what the folder of results holds."""
SECTIONS = ("main", "all", "scorecard", "starts", "speed")


def sections(main_folder: Path, history: Path, starts_folder: Path) -> dict[str, str]:
    """Section → its Markdown. Raises InputError for a folder that holds no results."""
    return {
        "main": _below_heading(compare(open_results(main_folder)).markdown()),
        "scorecard": scorecard(open_results(history)).markdown(),
        "starts": starts(open_results(starts_folder)).markdown(),
    }


def one_table(folder: Path) -> str:
    """One table with a row a scenario, and its notes. Raises InputError for a folder that holds no results."""
    comparison = compare(open_results(folder))
    return _below_heading(comparison.markdown(parts=False))


def _below_heading(text: str) -> str:
    """A document as a section: its title is no heading of the README."""
    return text.removeprefix("# ")


def main(words: Sequence[str] | None = None) -> int:
    """Fill the sections. Returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m docs.results", description="Fill the README's tables from results.")
    parser.add_argument("folders", type=Path, nargs="*", help="MAIN HISTORY STARTS: three folders of results")
    parser.add_argument("--all", type=Path, help="a folder that `encadena run all` has written")
    parser.add_argument("--speed", type=Path, help="what `python -m tests.benchmarks` printed")
    parser.add_argument("--twins", type=Path, help="a folder that `encadena twins` has written")
    parser.add_argument("--contrast", type=Path, help="a folder that `encadena run` has written, with the scenarios of equal budgets")
    parser.add_argument("--engine", type=Path, help="what `python -m tests.benchmarks engine` printed")
    parser.add_argument("--readme", type=Path, default=README, help="the file to fill (default: this repository's README)")
    args = parser.parse_args(words)
    if len(args.folders) not in (0, 3):
        parser.error("give three folders: of the main comparison, of the history, of the starts")
    try:
        filled = sections(*args.folders) if args.folders else {}
        filled |= {"all": one_table(args.all)} if args.all else {}
        beside = {"contrast": one_table(args.contrast)} if args.contrast else {}
    except InputError as error:
        print(f"docs.results: {error}", file=sys.stderr)
        return BAD_INPUT
    text = args.readme.read_text(encoding="utf-8")
    if args.all and "all" not in names(text):
        print(f"docs.results: {args.readme} has no section for --all; write the lines `<!-- generated: all -->` and `<!-- end of all -->` "
              "where the table shall stand", file=sys.stderr)
        return BAD_INPUT
    if args.speed:
        filled["speed"] = _printed(args.speed)
    _rewrite(args.readme, filled)
    if args.twins:
        beside["twins"] = _below_heading((args.twins / "twins.md").read_text(encoding="utf-8"))
    _rewrite(RECORD, beside)
    if args.engine:
        _rewrite(SWEEPS, {"engine": _printed(args.engine)})
    if args.folders:
        _copy_small(args.folders[0] / "figures" / FIGURE, _figures(args.readme) / FIGURE)
    elsewhere = [name for name in ("twins", "contrast", "engine") if getattr(args, name)]
    print(f"filled: {', '.join([*filled, *elsewhere]) or 'nothing'}")
    return OK


def _printed(file: Path) -> str:
    return f"```text\n{file.read_text(encoding='utf-8').strip()}\n```"


def _rewrite(document: Path, filled: dict[str, str]) -> None:
    document.write_text(rewritten(document.read_text(encoding="utf-8"), filled), encoding="utf-8")


def _copy_small(drawn: Path, kept: Path) -> None:
    with Image.open(drawn) as figure:
        smaller = figure.convert("RGB").resize((WIDTH, round(figure.height * WIDTH / figure.width)), Image.Resampling.LANCZOS)
    smaller.quantize(COLOURS).save(kept, optimize=True)


def _figures(readme: Path) -> Path:
    folder = readme.parent / "docs" / "figures"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


if __name__ == "__main__":
    sys.exit(main())
