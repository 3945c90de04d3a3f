"""Reads one file of a world folder against its declaration; refuses with file, line and column."""

import csv
import difflib
import hashlib
import io
import math
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any, NoReturn

import yaml

from sim.calendar import parse_quarter
from sim.errors import InputError
from sim.separators import in_semicolons, in_thousands, misread
from sim.worldschema import Column, FileSchema

_SLUG = re.compile(r"[a-z][a-z0-9_]*")
MANY = 24
_FLAGS = {"yes": True, "true": True, "no": False, "false": False}


def nearest(word: str, known: Iterable[str], listing: str = "") -> str:
    """A closing clause for an unknown name: the likeliest meant, and all that exist.

    More names than a reader takes in are printed only where none is similar and no command ``listing`` tells them.
    """
    names = [str(n) for n in known]
    many = len(names) > MANY
    close = difflib.get_close_matches(word, names, n=1)
    meant = f"did you mean {close[0]!r}?" if close else ""
    if many and listing:
        return f"{meant} `{listing}` lists all {len(names)}".lstrip()
    return meant if many and close else f"{meant} known are {', '.join(names)}".lstrip()


@dataclass(frozen=True)
class Sheet:
    """The checked cells of one file: ``columns[name]`` is a list with one value a row; ``lines`` are line numbers."""

    path: Path
    columns: Mapping[str, list[Any]]
    lines: list[int]
    checksum: str

    def __getitem__(self, name: str) -> list[Any]:
        return self.columns[name]

    def fail(self, row: int, column: str, sentence: str) -> NoReturn:
        """Raise InputError about one cell."""
        raise InputError(f"{self.path}, line {self.lines[row]}, column {column}: {sentence}")

    def index(self, column: str, known: tuple[str, ...], what: str) -> list[int]:
        """Positions in ``known`` of the names in a column; -1 for a blank. Raises InputError for an unknown name."""
        return [self._position(row, column, known, what) for row in range(len(self.lines))]

    def _position(self, row: int, column: str, known: tuple[str, ...], what: str) -> int:
        name = self[column][row]
        if name is None:
            return -1
        if name not in known:
            self.fail(row, column, f"unknown {what} {name!r}; {nearest(name, known)}")
        return known.index(name)

    def row_of_each(self, column: str, names: tuple[str, ...], what: str) -> list[int]:
        """The row of each name, in the order of ``names``. Raises InputError for an unknown or a missing one."""
        self.index(column, names, what)
        for name in names:
            if name not in self[column]:
                raise InputError(f"{self.path}, column {column}: the {what} {name!r} is missing; write one row for it")
        return [self[column].index(name) for name in names]


def read_text(path: Path, caption: str) -> tuple[str, str]:
    """Text and sha256 of a file. Raises InputError when it is missing, unreadable or not UTF-8."""
    try:
        raw = path.read_bytes()
    except FileNotFoundError:
        raise InputError(f"{path}: this file is missing; a world folder needs it ({caption})") from None
    except OSError as error:
        raise InputError(f"{path}: this file cannot be read ({error.strerror})") from None
    try:
        return raw.decode("utf-8-sig"), hashlib.sha256(raw).hexdigest()
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise InputError(f"{path}, line {line}: this is not UTF-8 text; save the file as UTF-8") from None


def read_sheet(folder: Path, schema: FileSchema) -> Sheet:
    """One CSV file, checked cell by cell. Raises InputError."""
    path = folder / schema.file
    text, checksum = read_text(path, schema.caption)
    rows = records(path, text)
    header = next(rows, (0, []))[1]
    _check_header(path, schema, header)
    body = list(rows)
    if not body and not schema.may_be_empty:
        raise InputError(f"{path}: there is no row under the header; the file holds {schema.caption}")
    lines = [line for line, _ in body]
    columns = {c.name: _cells(path, c, body, header.index(c.name)) for c in schema.columns}
    sheet = Sheet(path, columns, lines, checksum)
    _check_key(sheet, schema.key)
    return sheet


def records(path: Path, text: str, blank_rows: bool = False) -> Iterator[tuple[int, list[str]]]:
    """Line number and cells of every row that is not blank (``blank_rows``: also of commas alone). Raises InputError for uneven rows."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True, skipinitialspace=True)
    width = None
    try:
        for cells in reader:
            if not any(cell.strip() for cell in cells) and not (blank_rows and len(cells) > 1):
                continue
            width = width or len(cells)
            if len(cells) != width:
                raise InputError(f"{path}, line {reader.line_num}: {len(cells)} cells where the header has {width}; "
                                 f"put double quotes around a text that holds a comma{_comma_between_digits(cells)}")
            yield reader.line_num, [cell.strip() for cell in cells]
    except csv.Error as error:
        raise InputError(f"{path}, line {reader.line_num}: broken CSV ({error}); "
                         "cells are separated by commas, and a quoted text ends with a double quote") from None


def _comma_between_digits(cells: list[str]) -> str:
    return ", and a point before decimals" if any((one + other).isdecimal() and one and other for one, other in pairwise(cells)) else ""


def _check_header(path: Path, schema: FileSchema, header: list[str]) -> None:
    names = [c.name for c in schema.columns]
    if not header:
        raise InputError(f"{path}: the file is empty; its first line must name the columns {', '.join(names)}")
    if told := in_semicolons(",".join(header)):
        raise InputError(f"{path}, line 1: {told}")
    for name in header:
        if name not in names:
            raise InputError(f"{path}, line 1: unknown column {name!r}; {nearest(name, names)}")
        if header.count(name) > 1:
            raise InputError(f"{path}, line 1: the column {name!r} stands there twice; name it once")
    for column in schema.columns:
        if column.name not in header:
            raise InputError(f"{path}, line 1: the column {column.name!r} is missing; "
                             f"it holds {column.caption}, {column.valid()}")


def _cells(path: Path, column: Column, body: list[tuple[int, list[str]]], at: int) -> list[Any]:
    return [parse_cell(column, cells[at], f"{path}, line {line}, column {column.name}") for line, cells in body]


def _check_key(sheet: Sheet, key: tuple[str, ...]) -> None:
    seen: dict[tuple[Any, ...], int] = {}
    for row, values in enumerate(zip(*(sheet[name] for name in key), strict=True)):
        if values in seen:
            named = " to ".join(str(v) for v in values) if key != ("quarter",) else "this quarter"
            sheet.fail(row, key[0], f"{named} already stands in line {sheet.lines[seen[values]]}; "
                                    "keep one of the two rows")
        seen[values] = row


def parse_cell(column: Column, text: str, where: str) -> Any:
    """The value of one cell: str, float, int, bool, tuple of str, or None if blank. Raises InputError."""
    if not text:
        if column.optional:
            return () if column.kind == "slugs" else None
        raise InputError(f"{where}: the cell is blank; write {column.valid()}")
    value = _convert(column, text, where)
    if column.kind in ("number", "whole") and not column.low <= value <= column.high:
        raise InputError(f"{where}: {text} is out of range; write {column.valid()}{'; ' * bool(column.otherwise)}{column.otherwise}")
    if column.allowed and value not in column.allowed:
        raise InputError(f"{where}: {text!r} is unknown; write {column.valid()}")
    return value


def _convert(column: Column, text: str, where: str) -> Any:
    match column.kind:
        case "number" | "whole":
            return _number(column, text, where)
        case "quarter":
            return parse_quarter(text, where)
        case "flag" if text.lower() in _FLAGS:
            return _FLAGS[text.lower()]
        case "slug" if column.allowed or _SLUG.fullmatch(text):
            return text
        case "slugs" if all(_SLUG.fullmatch(name.strip()) for name in text.split(";")):
            return tuple(name.strip() for name in text.split(";"))
        case "text":
            return text
    raise InputError(f"{where}: {text!r} cannot stand here; write {column.valid()}")


def _number(column: Column, text: str, where: str) -> float | int:
    try:
        value = float("" if "_" in text or (column.kind == "whole" and in_thousands(text)) else text)
    except ValueError:
        hint = " without thousands separators" if re.fullmatch(r"[\d.,' ]+", text) else ""
        hint = f"; {misread(text)}" if misread(text) and not in_thousands(text) else hint
        raise InputError(f"{where}: {text!r} is not a number; write {column.valid()}{hint}") from None
    if not math.isfinite(value):
        raise InputError(f"{where}: {text!r} is not a finite number; write {column.valid()}")
    if column.kind == "number":
        return value
    if value != int(value):
        raise InputError(f"{where}: {text} is not whole; write {column.valid()}")
    return int(value)


def read_keys(path: Path, keys: tuple[Column, ...]) -> tuple[dict[str, Any], str]:
    """The checked keys of a flat YAML file, and its sha256. Raises InputError."""
    text, checksum = read_text(path, "name, captions, calendar")
    try:
        found = yaml.load(text, Loader=getattr(yaml, "CBaseLoader", yaml.BaseLoader))  # texts as written, for parse_cell
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f", line {mark.line + 1}" if mark else ""
        raise InputError(f"{path}{line}: broken YAML; write one `key: value` a line") from None
    names = [key.name for key in keys]
    if not isinstance(found, dict):
        raise InputError(f"{path}: no keys found; write one `key: value` a line for {', '.join(names)}")
    for name in found:
        if name not in names:
            raise InputError(f"{path}: unknown key {name!r}; {nearest(str(name), names)}")
    return {key.name: _key(path, key, found) for key in keys}, checksum


def _key(path: Path, key: Column, found: dict[str, Any]) -> Any:
    if key.name not in found:
        raise InputError(f"{path}: the key {key.name!r} is missing; it holds {key.caption}, {key.valid()}")
    return parse_cell(key, str(found[key.name]).strip(), f"{path}, key {key.name}")
