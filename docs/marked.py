"""Text between a pair of HTML comments is generated; everything else is written by hand.

A section is marked by ``<!-- generated: NAME -->`` and ``<!-- end of NAME -->``, each on a line of its own.
"""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
_SECTION = re.compile(r"(<!-- generated: (?P<name>[a-z_]+) -->\n)(?P<body>.*?)(<!-- end of (?P=name) -->)", re.DOTALL)


def names(text: str) -> list[str]:
    """Names of the marked sections, in order."""
    return [match["name"] for match in _SECTION.finditer(text)]


def bodies(text: str) -> dict[str, str]:
    """Name → what stands in the section."""
    return {match["name"]: match["body"] for match in _SECTION.finditer(text)}


def rewritten(text: str, sections: Mapping[str, str]) -> str:
    """The text with the sections that are given written anew; others stay as they are."""

    def section(match: re.Match[str]) -> str:
        body = sections.get(match["name"])
        return match[0] if body is None else f"{match[1]}\n{body.strip()}\n\n{match[4]}"

    return _SECTION.sub(section, text)


def table(heads: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    """A Markdown table; bars inside cells are escaped."""
    lines = [heads, ("---",) * len(heads), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines)
