"""An outcome over a design: what was varied, what came out, and which sampling plan the rows follow.

The plan is read off the rows themselves, so that a stopped sweep, one with failed runs and a user's own table are
analysed alike. A Sobol' block is A, AB1 … ABk, B (with BA1 … BAk before B for second order), each AB row being A with
one value of B (Saltelli 2010). A Morris block is a walk of k + 1 rows on which each step moves one factor.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.errors import InputError
from sim.experiment.outcome import DONE
from sim.outputs import FINAL_COLUMNS, TABLES

OUTPUT = "cluster_index"
SCENARIO = "scenario"
SOBOL, MORRIS, FACTORIAL, ONE_AT_A_TIME, SAMPLE, LIST = "sobol", "morris", "factorial", "one_at_a_time", "sample", "list"
FEWEST_BLOCKS = 2
MOST_MISSING = 0.1
"""A replication that more of the rows lack than this was under way when the sweep stopped, and is left out."""
_DECLARED = {column.name for column in TABLES["runs"]}
Codes = NDArray[np.int64]


@dataclass(frozen=True)
class Sweep:
    """``design``: row × varied factor. ``values``: row × replication of ``output``, NaN where no run ended well."""

    output: str
    design: pd.DataFrame
    values: pd.DataFrame

    @property
    def factors(self) -> list[str]:
        """Names of what was varied."""
        return list(self.design.columns)

    @property
    def codes(self) -> Codes:
        """The design as whole numbers [rows, factors]: equal values, equal numbers, in ascending order of the values."""
        columns = [pd.factorize(self.design[name], sort=True)[0] for name in self.factors]
        return np.column_stack(columns).astype(np.int64) if columns else np.zeros((len(self.design), 0), np.int64)

    def numeric(self, factor: str) -> bool:
        """Whether all rows gave a number for the factor."""
        return bool(pd.api.types.is_numeric_dtype(self.design[factor]) and self.design[factor].notna().all())

    def balanced(self) -> "Sweep":
        """Replications that nearly all rows have; rows may still lack one of them."""
        lacking = self.values.isna().mean()
        kept = lacking.index[lacking <= max(MOST_MISSING, lacking.min())]
        return Sweep(self.output, self.design, self.values[kept])

    def in_blocks(self, plan: "Callable[[Sweep], Blocks | None]", otherwise: str) -> "tuple[Sweep, Blocks]":
        """Rows of the plan's blocks that are whole, block by block, factors in the plan's order; and the plan.

        Raises InputError, saying ``otherwise`` of the rows when they follow no such plan.
        """
        blocks = plan(self)
        if blocks is None:
            raise InputError(f"these rows are {otherwise}")
        known = self.values.notna().all(axis=1)
        kept = [row for row in blocks.rows if known.loc[row].all()]
        if len(kept) < FEWEST_BLOCKS:
            raise InputError("too few rows of this sweep ended well to be analysed; resume it")
        chosen = [int(row) for block in kept for row in block]
        return Sweep(self.output, self.design.loc[chosen, blocks.factors], self.values.loc[chosen]), blocks


def read(runs: pd.DataFrame, output: str = OUTPUT, factors: Sequence[str] | None = None) -> Sweep:
    """The sweep in a table ``runs``; ``factors`` (default: every column that rows changed) are those that vary.

    Raises InputError for an output or factor that the table does not hold, or when no run ended well.
    """
    _check(output, [column.name for column in FINAL_COLUMNS], runs, "outcome")
    rows = runs.drop_duplicates("row").set_index("row").sort_index()
    varied = varied_factors(rows)
    for name in factors or ():
        _check(name, varied, rows, "varied factor")
    done = runs[(runs["status"] == DONE) & runs[output].notna()]
    if done.empty:
        raise InputError(f"{output} is not defined in any run that ended well; choose another outcome")
    values = done.pivot_table(index="row", columns="replication", values=output).reindex(rows.index)
    return Sweep(output, rows[list(factors or varied)], values)


def varied_factors(rows: pd.DataFrame) -> list[str]:
    """Columns in which rows differ by what they changed; the scenario too, where it does not merely name each row."""
    changed = [name for name in rows.columns if name not in _DECLARED and rows[name].nunique(dropna=False) > 1]
    scenarios = rows[SCENARIO].nunique()
    return [SCENARIO, *changed] if changed and 1 < scenarios < len(rows) else changed


def _check(name: str, known: Sequence[str], table: pd.DataFrame, what: str) -> None:
    if name in known and name in table:
        return
    near = get_close_matches(name, known, 1)
    hint = f"did you mean {near[0]!r}? " if near else ""
    raise InputError(f"{name!r} is no {what} of this sweep; {hint}known are {', '.join(known) or 'none'}")


# ---- the plan --------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Blocks:
    """Whole blocks of a plan: row numbers [blocks, rows a block], and the factors in the order of the plan's steps."""

    rows: NDArray[np.int64]
    factors: list[str]
    second_order: bool = False


def plan_of(sweep: Sweep) -> str:
    """The sampling plan that the rows follow."""
    if not sweep.factors:
        return LIST
    if sobol_blocks(sweep) is not None:
        return SOBOL
    if morris_blocks(sweep) is not None:
        return MORRIS
    if centre(sweep) is not None:
        return ONE_AT_A_TIME
    return FACTORIAL if _is_factorial(sweep.codes) else SAMPLE


def sobol_blocks(sweep: Sweep) -> Blocks | None:
    """Blocks of a Sobol' plan, or None."""
    count = len(sweep.factors)
    for second in (False, True):
        blocks = _cut(sweep, (2 if second else 1) * count + 2)
        order = None if blocks is None else _sobol_order(sweep, blocks, second)
        if blocks is not None and order is not None:
            return Blocks(blocks, [sweep.factors[place] for place in order], second)
    return None


def _cut(sweep: Sweep, size: int) -> Codes | None:
    """Row numbers of blocks of ``size`` rows that are whole; None with fewer than two."""
    row = sweep.design.index.to_numpy()
    whole = np.flatnonzero(np.bincount(row // size, minlength=1) == size)
    return whole[:, None] * size + np.arange(size) if len(whole) >= FEWEST_BLOCKS else None


def _coded(sweep: Sweep, blocks: Codes) -> Codes:
    """Codes of the blocks' rows [blocks, rows a block, factors]."""
    place = pd.Index(sweep.design.index).get_indexer(pd.Index(blocks.ravel()))
    return np.asarray(sweep.codes[place].reshape(*blocks.shape, -1))


def _sobol_order(sweep: Sweep, blocks: Codes, second: bool) -> list[int] | None:
    """The factor that each AB row takes from B; None when the rows are no such blocks."""
    codes = _coded(sweep, blocks)
    first, last = codes[:, 0], codes[:, -1]
    order = [_only_change(first, codes[:, 1 + step]) for step in range(codes.shape[2])]
    if None in order or len(set(order)) < len(order):
        return None
    places = [place for place in order if place is not None]
    mixed = all((codes[:, 1 + step, place] == last[:, place]).all() for step, place in enumerate(places))
    if second:
        back = codes[:, 1 + len(places):-1]
        mixed = mixed and all(_only_change(last, back[:, step]) == place and (back[:, step, place] == first[:, place]).all()
                              for step, place in enumerate(places))
    return places if mixed else None


def _only_change(before: Codes, after: Codes) -> int | None:
    """The one factor in which two rows [blocks, factors] ever differ; None if there is none, or more than one."""
    moved = np.flatnonzero((before != after).any(axis=0))
    return int(moved[0]) if len(moved) == 1 else None


def morris_blocks(sweep: Sweep) -> Blocks | None:
    """Walks of a Morris plan, or None. A step between categories may lead to the same one."""
    blocks = _cut(sweep, len(sweep.factors) + 1)
    if blocks is None:
        return None
    moved = np.diff(_coded(sweep, blocks), axis=1) != 0
    walks = (moved.sum(axis=2) <= 1).all() and (moved.sum(axis=1) <= 1).all()
    return Blocks(blocks, sweep.factors) if walks and moved.mean() * len(sweep.factors) > 0.5 else None


def centre(sweep: Sweep) -> int | None:
    """The row from which every other differs in at most one factor (with three rows or more); None without one."""
    codes = sweep.codes
    if len(codes) <= FEWEST_BLOCKS:
        return None
    for place, row in enumerate(sweep.design.index):
        if ((codes != codes[place]).sum(axis=1) <= 1).all():
            return int(row)
    return None


def _is_factorial(codes: Codes) -> bool:
    """Every combination of the levels, each once."""
    levels = codes.max(axis=0) + 1 - codes.min(axis=0)
    return len(np.unique(codes, axis=0)) == len(codes) == int(np.prod(levels))
