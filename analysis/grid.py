"""Plain tables for a terminal and for Markdown: cells and headings of several lines."""

import textwrap
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass

Cell = tuple[str, ...]
GAP = 1


@dataclass(frozen=True)
class Grid:
    """A table: one heading a column (the first names the rows; ``|`` breaks lines), cells of one or more lines."""

    heads: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    prose: bool = False
    """Cells are sentences: flush left, further apart."""

    def text(self, width: int) -> str:
        """The table in at most ``width`` characters a line; the first column takes what the others leave."""
        widths = [self._width(column) for column in range(1, len(self.heads))]
        gap = 2 * GAP if self.prose else GAP
        first = max(8, width - sum(widths) - gap * len(widths))
        first = min(first, max(len(line) for row in ((self.heads[0],), *(row[0] for row in self.rows)) for line in row))
        widths = [first, *widths]
        heads = [tuple(head.split("|")) for head in self.heads]
        rule = "-" * (sum(widths) + gap * (len(widths) - 1))
        body = [_lines(_wrapped(row, first), widths, prose=self.prose) for row in self.rows]
        return "\n".join([_lines(heads, widths, bottom=True, prose=self.prose), rule, *body, rule])

    def markdown(self) -> str:
        """The table as Markdown, the lines of a cell joined."""
        heads = tuple(head.replace("-|", "").replace("_|", "_").replace("|", " ") for head in self.heads)
        lines = [heads, ("---", *["---" if self.prose else "---:"] * (len(heads) - 1))]
        lines += [tuple(" ".join(part for part in cell if part) for cell in row) for row in self.rows]
        return "\n".join("| " + " | ".join(line) + " |" for line in lines)

    def _width(self, column: int) -> int:
        words = [len(word) for word in self.heads[column].split("|")]
        return max([*words, *(len(line) for row in self.rows for line in row[column])])


class Document(ABC):
    """One table with a title above and notes below, for a terminal (a wide one) and as Markdown."""

    PAGE = 150

    @abstractmethod
    def title(self, lang: str) -> str:
        """What stands above the table: paragraphs, parted by empty lines."""

    @abstractmethod
    def grid(self, lang: str) -> Grid:
        """The table."""

    @abstractmethod
    def notes(self, lang: str) -> list[str]:
        """Paragraphs below the table; empty ones are left out."""

    def text(self, lang: str = "en", width: int | None = None) -> str:
        """For a terminal of ``width`` characters (None: ``PAGE``)."""
        width = width or self.PAGE
        notes = [textwrap.fill(note, width, break_on_hyphens=False) for note in self.notes(lang) if note]
        title = "\n".join(textwrap.fill(line, width, break_on_hyphens=False) for line in self.title(lang).splitlines())
        return "\n\n".join([title, self.grid(lang).text(width), *notes]) + "\n"

    def markdown(self, lang: str = "en") -> str:
        """As Markdown."""
        return "\n\n".join([self.title(lang), self.grid(lang).markdown(), *filter(None, self.notes(lang))]) + "\n"


def _wrapped(row: Sequence[Cell], first: int) -> list[Cell]:
    """Cells of a row, the name broken at spaces where it is too long, at underscores where a word is."""
    return [tuple(part for line in row[0] for part in _broken(line, first)), *row[1:]]


def _broken(line: str, width: int) -> list[str]:
    if len(line) <= width:
        return [line]
    if all(len(word) <= width for word in line.split()):
        return textwrap.wrap(line, width, break_on_hyphens=False)
    return [part.replace("_ ", "_") for part in textwrap.wrap(line.replace("_", "_ "), width)]


def _lines(cells: Sequence[Cell], widths: Sequence[int], bottom: bool = False, prose: bool = False) -> str:
    height = max(len(cell) for cell in cells)
    lines = []
    for number in range(height):
        parts = [_part(cell, number - (height - len(cell)) if bottom else number) for cell in cells]
        padded = [part.rjust(size) if at and not prose else part.ljust(size)
                  for at, (part, size) in enumerate(zip(parts, widths, strict=True))]
        lines.append((" " * (2 * GAP if prose else GAP)).join(padded).rstrip())
    return "\n".join(lines)


def _part(cell: Cell, number: int) -> str:
    return cell[number] if 0 <= number < len(cell) else ""
