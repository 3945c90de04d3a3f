"""An outcome over a design: what was varied, what came out, and which sampling plan the rows follow.

The plan is read off the rows themselves, so that a stopped sweep, one with failed runs and a user's own table are
analysed alike. A Sobol' block is A, AB1 … ABk, B (with BA1 … BAk before B for second order), each AB row being A with
one value of B (Saltelli 2010). A Morris block is a walk of k + 1 rows on which each step moves one factor.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.asked import hint
from sim.errors import InputError
from sim.experiment.outcome import DONE
from sim.outputs import FINAL_COLUMNS, TABLES

OUTPUT = "cluster_index"
SCENARIO = "scenario"
SOBOL, MORRIS, FACTORIAL, ONE_AT_A_TIME, SAMPLE, LIST = "sobol", "morris", "factorial", "one_at_a_time", "sample", "list"
FEWEST_BLOCKS = 2
MOST_MISSING = 0.1
"""A replication that more of the rows lack than this was under way when the sweep stopped, and is left out."""
_DECLARED = {"sample", "row_key", *(column.name for column in TABLES["runs"])}
UNKNOWN = -1
"""Code of a value that a row left alone: a lever of a programme that its scenario does not hold."""
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
        """The design as whole numbers [rows, factors]: equal values, equal numbers, in ascending order; or :data:`UNKNOWN`."""
        columns = [pd.factorize(self.design[name], sort=True)[0] for name in self.factors]
        return np.column_stack(columns).astype(np.int64) if columns else np.zeros((len(self.design), 0), np.int64)

    def numeric(self, factor: str) -> bool:
        """Whether all rows gave a number for the factor."""
        return bool(pd.api.types.is_numeric_dtype(self.design[factor]) and self.design[factor].notna().all())

    def of_words(self, factor: str) -> bool:
        """Whether the factor's values are words, such as scenarios."""
        return not pd.api.types.is_numeric_dtype(self.design[factor])

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


def read(runs: pd.DataFrame, output: str = OUTPUT, design: pd.DataFrame | None = None) -> Sweep:
    """The sweep in a table ``runs``; its factors are all columns that rows changed.

    With the sweep's ``design`` (``results.design``: a row a sample, and the row of ``runs`` that answers it), samples
    that are the same world are counted as often as they were drawn. Raises InputError for an output that the table does
    not hold, or when no run ended well.
    """
    _check(output, runs)
    done = runs[(runs["status"] == DONE) & runs[output].notna()]
    if done.empty:
        raise InputError(f"{output} is not defined in any run that ended well; choose another outcome")
    rows = _rows(runs, design)
    values = done.pivot_table(index="row", columns="replication", values=output).reindex(rows["row"]).set_axis(rows.index)
    return Sweep(output, rows[varied_factors(rows)], values)


def drawn(runs: pd.DataFrame, design: pd.DataFrame | None = None) -> Sweep:
    """What :func:`read` gives before an outcome is chosen: the design alone, from which :func:`plan_of` reads the plan."""
    rows = _rows(runs, design)
    return Sweep("", rows[varied_factors(rows)], pd.DataFrame(index=rows.index))


def _rows(runs: pd.DataFrame, design: pd.DataFrame | None) -> pd.DataFrame:
    """A row a sample, or a row of ``runs`` where no design tells; the column ``row`` says which answers it."""
    if design is not None:
        return design.set_index("sample").sort_index()
    return runs.drop_duplicates("row").set_index("row", drop=False).rename_axis(None).sort_index()


def varied_factors(rows: pd.DataFrame) -> list[str]:
    """Columns in which rows differ by what they changed, and the scenario; none where each row is a scenario of its own."""
    scenarios = rows[SCENARIO].nunique()
    if scenarios == len(rows):
        return []
    changed = [name for name in rows.columns if name not in _DECLARED and rows[name].nunique(dropna=False) > 1]
    return [SCENARIO, *changed] if changed and scenarios > 1 else changed


def _check(output: str, runs: pd.DataFrame) -> None:
    known = [column.name for column in FINAL_COLUMNS if column.name in runs]
    if output not in known:
        raise InputError(f"{output!r} is no outcome of this sweep; {hint(output, known)}")


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
    return FACTORIAL if _is_factorial(folded(sweep).codes) else SAMPLE


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
    row = sweep.design.index.to_numpy(dtype=np.int64)
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
    places = _one_each([_changes(first, codes[:, 1 + step]) for step in range(codes.shape[2])])
    if places is None:
        return None
    mixed = all(not _differ(codes[:, 1 + step, place], last[:, place]).any() for step, place in enumerate(places))
    if second:
        back = codes[:, 1 + len(places):-1]
        mixed = mixed and all(set(_changes(last, back[:, step])) <= {place} and not _differ(back[:, step, place], first[:, place]).any()
                              for step, place in enumerate(places))
    return places if mixed else None


def _one_each(changes: list[list[int]]) -> list[int] | None:
    """The one factor of each step; None if a step changes several, or two the same. A word may happen never to differ between A and
    B: one step without a change is that of the factor which no other has, where several others show the plan."""
    told = [found[0] for found in changes if len(found) == 1]
    left = sorted(set(range(len(changes))) - set(told))
    if max(map(len, changes)) > 1 or len(set(told)) < len(told) or len(left) > (1 if len(told) > 1 else 0):
        return None
    return [found[0] if found else left[0] for found in changes]


def _differ(before: Codes, after: Codes) -> NDArray[np.bool_]:
    """Where two values are known and differ."""
    return np.asarray((before != after) & (before != UNKNOWN) & (after != UNKNOWN))


def _changes(before: Codes, after: Codes) -> list[int]:
    """The factors in which two rows [blocks, factors] ever differ."""
    return [int(place) for place in np.flatnonzero(_differ(before, after).any(axis=0))]


def morris_blocks(sweep: Sweep) -> Blocks | None:
    """Walks of a Morris plan, or None. A step between categories may lead to the same one."""
    blocks = _cut(sweep, len(sweep.factors) + 1)
    if blocks is None:
        return None
    codes = _coded(sweep, blocks)
    moved = _differ(codes[:, :-1], codes[:, 1:])
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


def folded(sweep: Sweep) -> Sweep:
    """The sweep with each lever that only some scenarios hold told as part of the scenario, and every world once.

    A full factorial over such a lever and ``baseline`` is then one over "baseline" and "scenario, lever value".
    """
    within = [name for name in sweep.factors if _is_of_some_scenarios(sweep.design, name)]
    if not within:
        return sweep
    scenario = sweep.design[SCENARIO].astype(str)
    for name in within:
        value = sweep.design[name]
        told = value.map(lambda one: f"{one:g}" if isinstance(one, float) else str(one))
        scenario = scenario.where(value.isna(), scenario + ", " + name.rpartition(".")[2] + " " + told)
    design = sweep.design.drop(columns=within).assign(**{SCENARIO: scenario})
    once = ~design.duplicated()
    return Sweep(sweep.output, design[once], sweep.values[once])


def _is_of_some_scenarios(design: pd.DataFrame, name: str) -> bool:
    """Whether a factor is missing in all rows of some scenarios and in none of the others."""
    if SCENARIO not in design or name == SCENARIO:
        return False
    missing = design[name].isna().groupby(design[SCENARIO]).mean()
    return bool(missing.isin([0.0, 1.0]).all() and 0.0 < missing.mean() < 1.0)


def _is_factorial(codes: Codes) -> bool:
    """Every combination of the levels, each once."""
    levels = codes.max(axis=0) + 1 - codes.min(axis=0)
    return len(np.unique(codes, axis=0)) == len(codes) == int(np.prod(levels))
