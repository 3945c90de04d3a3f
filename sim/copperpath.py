"""Reads a user's copper price path, declared and checked as the world's own price sheet is."""

from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from sim.calendar import QUARTERS_A_YEAR, quarter_name
from sim.errors import InputError
from sim.worldschema import PRICE
from sim.worldsheets import Sheet, read_sheet

FIRST_COLUMNS = 2


def read_copper_path(path: Path, outlook_from: int, horizon: int) -> NDArray[np.float64]:
    """US c/lb of every quarter from ``outlook_from`` to the last of the year ``horizon``. Raises InputError."""
    if not path.is_file():
        raise InputError(f"copper: there is no file {path}; write the name of a CSV file with the columns "
                         "quarter, us_cents_per_lb, or the name of a path such as boom")
    sheet = read_sheet(path.parent, replace(PRICE, file=path.name, columns=PRICE.columns[:FIRST_COLUMNS]))
    first, last = outlook_from, horizon * QUARTERS_A_YEAR + QUARTERS_A_YEAR - 1
    prices = dict(zip(sheet["quarter"], sheet["us_cents_per_lb"], strict=True))
    _check_quarters(sheet, prices, first, last)
    return np.array([prices[quarter] for quarter in range(first, last + 1)])


def _check_quarters(sheet: Sheet, prices: dict[int, float], first: int, last: int) -> None:
    for quarter in range(first, last + 1):
        if quarter not in prices:
            raise InputError(f"{sheet.path}: the price of {quarter_name(quarter)} is missing; the path needs every "
                             f"quarter from {quarter_name(first)} to {quarter_name(last)}, the end of the horizon")


def is_file_name(copper: str) -> bool:
    """True for a value of ``copper`` that names a file instead of a path known by name."""
    return copper.endswith(".csv") or "/" in copper
