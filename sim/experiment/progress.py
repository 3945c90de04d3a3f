"""The progress bar: rate and time to go, on a terminal only."""

import os
import sys
from threading import RLock
from typing import Never

from tqdm import tqdm

NARROWEST, USUAL = 20, 80
"""Terminals may say that they have no columns at all; they are taken to be as wide as usual."""


def progress(total: int, unit: str, done: int = 0) -> "tqdm[Never]":
    """A bar for ``total`` pieces of work, ``done`` of them already."""
    tqdm.set_lock(RLock())  # its own lock would be shared between processes, and left behind by a kill
    shown = sys.stderr.isatty()
    columns = os.get_terminal_size(sys.stderr.fileno()).columns if shown else 0
    return tqdm(total=total, initial=done, unit=f" {unit}", smoothing=0.05, disable=not shown,
                ncols=None if columns >= NARROWEST else USUAL)
