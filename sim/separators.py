"""Decimal commas, points between thousands, semicolons between cells: what is usual in Chile and would be read as something else."""

import re

_COMMA = re.compile(r"([+-]?\d+),(\d+)")
_GROUP = re.compile(r"[+-]?[1-9]\d{0,2}[.,]\d{3}")
_GROUPS = re.compile(r"[+-]?[1-9]\d{0,2}(\.\d{3}){2,}")
_DOTS = ".."


def misread(text: str, amount: bool = False, before: str = "") -> str:
    """The sentence about a number, or a range ``LOW..HIGH``, that would be read as another; empty for every other text.

    A point is taken for one between thousands where three zeros follow, since nobody needs these as decimals; where three other
    digits follow only in an ``amount`` of money, firms and the like. ``before`` is put before the number to write.
    """
    parts = text.split(_DOTS)
    instead = [_instead(part, amount) for part in parts]
    if len(parts) > 2 or not any(instead):
        return ""
    told = [before + _DOTS.join(ways[at % len(ways)] if ways else part for part, ways in zip(parts, instead, strict=True))
            for at in range(max(map(len, instead)))]
    if any(in_thousands(part, amount) for part in parts):
        return f"numbers are written with nothing between thousands; write {', or '.join(told)}{' if decimals are meant' * (len(told) > 1)}"
    return f"numbers are written with a point, {told[0]}"


def in_thousands(text: str, amount: bool = False) -> bool:
    """Whether a number has points or commas as between thousands."""
    in_group = _GROUP.fullmatch(text) is not None and (amount or "," in text or text.endswith(".000"))
    return in_group or _GROUPS.fullmatch(text) is not None


def unmistakable(number: str) -> str:
    """A number with a further zero where it would be taken for one with a point between thousands."""
    return f"{number}0" if in_thousands(number, amount=True) else number


def _instead(text: str, amount: bool) -> tuple[str, ...]:
    """What may have been meant, as it is to be written: in thousands first."""
    if not in_thousands(text, amount):
        return (text.replace(",", "."),) if _COMMA.fullmatch(text) else ()
    whole = re.sub(r"[.,]", "", text)
    if _GROUPS.fullmatch(text):
        return (whole,)
    decimals = text.replace(",", ".")
    return whole, decimals.rstrip("0").rstrip(".") if decimals.endswith("0") else f"{decimals}0"


def in_semicolons(header: str) -> str:
    """The sentence about a CSV file whose first line has semicolons for commas; empty for any other."""
    if ";" not in header or "," in header:
        return ""
    return ("the cells are separated by semicolons, as a spreadsheet does where decimals have a comma; "
            "save it with commas between the cells and points before decimals")
