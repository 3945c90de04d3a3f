"""How the rows of a sweep are drawn: scipy's and SALib's samplers on the unit cube, or the user's own table."""

import itertools
import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.errors import InputError
from sim.factors import DESIGNS, Factor
from sim.roots import path_of
from sim.separators import in_semicolons
from sim.settings import RunSettings
from sim.worldsheets import read_text, records

Columns = dict[str, list[str | float | None]]
"""Key → its value in every sample; None leaves the scenario's own."""
Column = tuple[str, list[str | float | None]]
"""One of them."""
F8 = NDArray[np.float64]
NESTED = ("single", "list", "factorial", "sobol")
"""Designs that keep their rows when they grow."""
OWN = ("sample", "row", "row_key")
"""Columns of ``config/design.parquet`` that are no factors, so that a folder's design can be used again."""
RUN_SETTINGS = tuple(item.name for item in fields(RunSettings))
_SUFFIXES = (".csv", ".parquet")


def draw(name: str, factors: Sequence[Factor], samples: int, levels: int, seed: int) -> Columns:
    """The samples of a design. Raises InputError for a design that is unknown or that the factors do not fit."""
    if is_file(name):
        if factors:
            raise InputError(f"{factors[0].text}: the rows stand in {name}; add a column {factors[0].key} there")
        return from_file(path_of(name, name))
    if name not in DESIGNS:
        raise InputError(f"{name!r} is not a design; write {', '.join(DESIGNS)}, or the name of a CSV or Parquet file")
    held = {factor.key: factor.values[0] for factor in factors if len(factor.values) == 1}
    columns = _drawn(name, [factor for factor in factors if factor.key not in held], samples, levels, seed)
    rows = len(next(iter(columns.values()), [None]))
    return columns | {key: [value] * rows for key, value in held.items()}


def _drawn(name: str, factors: Sequence[Factor], samples: int, levels: int, seed: int) -> Columns:
    """The samples of what varies; one value, such as a lone scenario, is no factor of a design."""
    if name in ("single", "list"):
        return _listed(name, factors)
    if not factors:
        raise InputError(f"{name} needs something that varies; add for example parameters.trust_weight, parameters.trust_weight=0.5..3 "
                         "or copper=ar1,bust")
    if name == "factorial":
        return _factorial(factors, levels)
    shares = _SAMPLERS[name](factors, samples, levels, seed)
    return {factor.key: [factor.at(share) for share in shares[:, at].tolist()] for at, factor in enumerate(factors)}


def is_file(name: str) -> bool:
    """Whether a design is the user's own table."""
    return name.endswith(_SUFFIXES)


def _listed(name: str, factors: Sequence[Factor]) -> Columns:
    for factor in factors:
        if not factor.values:
            raise InputError(f"{factor.text}: {name} takes no ranges; list values, as in {factor.key}=A,B, or use lhs, sobol or morris")
    lengths = {len(factor.values) for factor in factors} or {1}
    if len(lengths) > 1 or (name == "single" and lengths != {1}):
        told = ", ".join(f"{factor.key} has {len(factor.values)}" for factor in factors)
        raise InputError(f"{name} takes {'one value' if name == 'single' else 'equally many values'} of each factor, but {told}"
                         "; for all combinations use factorial")
    return {factor.key: list(factor.values) for factor in factors}


def _factorial(factors: Sequence[Factor], levels: int) -> Columns:
    choices = [list(dict.fromkeys(factor.values or map(factor.at, np.linspace(0.0, 1.0, levels).tolist()))) for factor in factors]
    columns = list(zip(*itertools.product(*choices), strict=True))
    return {factor.key: list(column) for factor, column in zip(factors, columns, strict=True)}


def _lhs(factors: Sequence[Factor], samples: int, levels: int, seed: int) -> F8:
    from scipy.stats import qmc  # late, as all libraries here: a design imports what it needs

    drawn: F8 = qmc.LatinHypercube(len(factors), seed=np.random.default_rng(seed)).random(samples)
    return drawn


def _sobol(factors: Sequence[Factor], samples: int, levels: int, seed: int) -> F8:
    """Saltelli's extension of the Sobol' sequence, without second-order terms: samples x (factors + 2) rows."""
    if math.log2(samples) % 1:
        raise InputError(f"samples={samples}: the Sobol' sequence is balanced for powers of two only; "
                         f"write samples={2 ** round(math.log2(samples))}")
    drawn: F8 = _salib("sobol").sample(_problem(factors), samples, calc_second_order=False, seed=seed)
    return drawn


def _morris(factors: Sequence[Factor], samples: int, levels: int, seed: int) -> F8:
    if levels % 2:
        raise InputError(f"levels={levels}: morris steps over half of an even number of levels; write levels={levels + 1}")
    for factor in factors:
        if (many := len(factor.values)) > levels:
            raise InputError(f"levels={levels}: morris would never draw some of the {many} values of {factor.key}; write "
                             f"levels={many + many % 2}")
    drawn: F8 = _salib("morris").sample(_problem(factors), samples, num_levels=levels, seed=seed)
    return drawn


_SAMPLERS: dict[str, Callable[[Sequence[Factor], int, int, int], F8]] = {"lhs": _lhs, "sobol": _sobol, "morris": _morris}


def _problem(factors: Sequence[Factor]) -> dict[str, Any]:
    return {"num_vars": len(factors), "names": [factor.key for factor in factors], "bounds": [[0.0, 1.0]] * len(factors)}


def _salib(name: str) -> Any:
    try:
        import SALib.sample.morris
        import SALib.sample.sobol
    except ModuleNotFoundError:
        raise InputError(f"{name} needs SALib; install it with `pip install 'encadena[sensitivity]'`") from None
    return getattr(SALib.sample, name)


def from_file(path: Path) -> Columns:
    """The samples in a CSV or Parquet file: a row each, a column a key; a blank leaves the scenario's own value. Raises InputError."""
    if not path.exists():
        raise InputError(f"{path}: there is no such file; a design is {', '.join(DESIGNS)}, or a CSV or Parquet file")
    columns = {name: cells for name, cells in (_from_parquet if path.suffix == ".parquet" else _from_csv)(path) if name not in OWN}
    if not any(columns.values()):
        raise InputError(f"{path}: holds no rows; write a header line of keys, such as scenario,parameters.trust_weight, "
                         "and a line for each row")
    how = [name for name in columns if name in RUN_SETTINGS]
    if how:
        raise InputError(f"{path}: the column {how[0]} tells how to run, not what; write {how[0]}=VALUE behind the command")
    if any(not name or name.startswith("Unnamed: ") for name in columns):
        raise InputError(f"{path}: a column has no name; its header is a key, such as parameters.trust_weight")
    return columns


def _from_parquet(path: Path) -> Iterator[Column]:
    import pandas as pd
    import pyarrow as pa

    try:
        frame = pd.read_parquet(path)
    except (OSError, ValueError, pa.ArrowException) as error:
        raise InputError(f"{path}: cannot be read as a table ({' '.join(str(error).split())}); write a header line of keys, "
                         "such as scenario,parameters.trust_weight, and a line for each row") from error
    return ((str(name).strip(), [_cell(value) for value in frame[name].tolist()]) for name in frame.columns)


def _from_csv(path: Path) -> Iterator[Column]:
    """Every cell as it is written, so that what can be misread is seen."""
    rows = records(path, read_text(path, "a design")[0], blank_rows=True)
    line, header = next(rows, (1, []))
    if told := in_semicolons(",".join(header)):
        raise InputError(f"{path}, line {line}: {told}")
    twice = [name for name in header if name and header.count(name) > 1]
    if twice:
        raise InputError(f"{path}, line {line}: the column {twice[0]!r} stands there twice; name it once")
    body = [cells for _, cells in rows]
    return ((name, [cells[at] or None for cells in body]) for at, name in enumerate(header))


def _cell(value: Any) -> str | float | None:
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return None
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else str(value).strip() or None
