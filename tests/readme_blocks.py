"""The fenced blocks of a document: one extraction for the tests and for ``.ci/run``. Needs nothing but Python.

``python tests/readme_blocks.py README.md 1`` prints the first ``bash`` block.
"""

import re
import sys
from pathlib import Path
from typing import NamedTuple

_FENCE = re.compile(r"^```(?P<language>[a-z]+)\n(?P<code>.*?)^```$", re.DOTALL | re.MULTILINE)


class Block(NamedTuple):
    """A fenced block: its language, its text, and the line on which it begins."""

    language: str
    code: str
    line: int


def blocks(text: str, *languages: str) -> list[Block]:
    """Blocks of these languages (none: of all), in order."""
    found = (Block(match["language"], match["code"], text.count("\n", 0, match.start()) + 2) for match in _FENCE.finditer(text))
    return [block for block in found if not languages or block.language in languages]


def main(words: list[str]) -> int:
    """Print one bash block."""
    path, number = words
    print(blocks(Path(path).read_text(encoding="utf-8"), "bash")[int(number) - 1].code, end="")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
