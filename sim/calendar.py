"""Quarters as whole numbers: ``year * 4 + (quarter - 1)``, so that differences are quarters."""

import re

import numpy as np

from sim.errors import InputError

QUARTERS_A_YEAR = 4
DAYS_A_QUARTER = 90.0
"""Days of the accounts, by which terms of payment and buffers of cash are counted."""
LAST_DAYS = (31, 30, 30, 31)
LATEST_HORIZON = 2200
"""The last year that a run may be asked for."""
_WRITTEN = re.compile(r"(\d{4})Q([1-4])")


def parse_quarter(text: str, where: str = "quarter") -> int:
    """The number of the quarter written as ``2026Q1``. Raises InputError when it is written otherwise."""
    match = _WRITTEN.fullmatch(str(text))
    if match is None:
        raise InputError(f"{where}: {text!r} is not a quarter; write it like 2026Q1")
    return int(match[1]) * QUARTERS_A_YEAR + int(match[2]) - 1


def quarter_name(quarter: int) -> str:
    """The quarter as it is written, ``2026Q1``."""
    return f"{quarter // QUARTERS_A_YEAR}Q{quarter % QUARTERS_A_YEAR + 1}"


def quarter_end(quarter: int) -> np.datetime64:
    """The quarter's last day."""
    year, position = divmod(quarter, QUARTERS_A_YEAR)
    return np.datetime64(f"{year}-{3 * position + 3:02d}-{LAST_DAYS[position]}", "D")


def year_of(quarter: int) -> int:
    """The calendar year of a quarter."""
    return quarter // QUARTERS_A_YEAR
