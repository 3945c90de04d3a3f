"""From the words of ``encadena sweep`` to a design: samples drawn, scenarios composed, numbers checked."""

import hashlib
import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from sim.config import load_variants
from sim.errors import InputError
from sim.experiment.design import Design, check_world
from sim.experiment.sampling import NESTED, Columns, draw, is_file
from sim.factors import SCENARIO, Factor, numeric, read_factors, whole
from sim.layers import BASELINE, check_parameter
from sim.numerals import misread_as
from sim.roots import path_of
from sim.separators import misread, unmistakable
from sim.settings import RunSettings
from sim.spec import Spec

Variant = tuple[str, tuple[str, ...]]
"""A scenario, and words of its own."""


@dataclass(frozen=True)
class Plan:
    """A sweep ready to run, and what its folder tells of how its rows were drawn."""

    design: Design
    settings: RunSettings
    told: dict[str, Any]

    @property
    def folder(self) -> Path:
        """Where results go: the folder asked for, else one named after the sweep, so that a repeated command finds it."""
        if self.settings.output is not None:
            return path_of(self.settings.output, f"output={self.settings.output}")
        return Path("outputs") / f"sweep_{Path(self.told['design']).stem}_{self.told['name']}"


def plan(name: str, words: Sequence[str]) -> Plan:
    """Read, draw, compose. Raises InputError for whatever does not fit."""
    factors, fixed = read_factors(words)
    settings = _settings([value for factor in factors if factor.key == SCENARIO for value in factor.values], fixed)
    columns = draw(name, factors, settings.samples, settings.levels, settings.seed)
    in_table = columns.get(SCENARIO, []) if is_file(name) else []
    try:
        design = _composed(columns, fixed, name, {factor.key: [factor.low, factor.high] for factor in factors if not factor.values})
    except InputError as error:
        for factor in factors:
            if factor.with_point and str(error).startswith(f"{factor.key}="):
                raise InputError(f"{error}; {factor.text} are two values, and one with decimals is written {factor.with_point}") from error
        raise
    if in_table:
        settings = _settings([str(value or BASELINE) for value in in_table], fixed)
    return Plan(design, settings, _told(name, factors, fixed, settings))


def _settings(scenarios: Sequence[str], fixed: Sequence[str]) -> RunSettings:
    """How the scenarios' files (none: baseline) and the words ask to be run. Raises InputError where the files disagree."""
    words = [word for word in fixed if "programmes." not in word]
    return load_variants([(scenario, ()) for scenario in scenarios or [BASELINE]], words).settings


def _composed(columns: Columns, fixed: Sequence[str], name: str, ranges: Mapping[str, list[float]]) -> Design:
    """A base for each combination of words that occurs, and the numbers of every sample."""
    size = len(next(iter(columns.values()), [None]))
    scenarios = [str(value or BASELINE) for value in columns.pop(SCENARIO, [BASELINE] * size)]
    numbers = {key: _numbers(key, values, name) for key, values in columns.items() if numeric(key)}
    words = {key: values for key, values in columns.items() if key not in numbers}
    variants = [(scenario, tuple(f"{key}={values[at]}" for key, values in words.items() if values[at] is not None))
                for at, scenario in enumerate(scenarios)]
    number = {variant: at for at, variant in enumerate(dict.fromkeys(variants))}
    bases = _bases(variants, fixed, name)
    _check_numbers({key: ranges.get(key, values) for key, values in numbers.items()}, scenarios, fixed, name)
    check_world(bases)
    values = np.array(list(numbers.values()), float).T.reshape(size, len(numbers))
    return Design(bases, [number[variant] for variant in variants], list(numbers), values)


def _bases(variants: Sequence[Variant], fixed: Sequence[str], name: str) -> tuple[Spec, ...]:
    """The composed worlds of the variants, each once; a user's table is told which of its rows holds what does not fit."""
    each = list(dict.fromkeys(variants))
    try:
        return load_variants(each, fixed).specs
    except InputError:
        for variant in each if is_file(name) else ():
            _compose_row(variant, fixed, name, variants.index(variant) + 1)
        raise


def _compose_row(variant: Variant, fixed: Sequence[str], name: str, row: int) -> None:
    try:
        load_variants([variant], fixed)
    except InputError as error:
        if any(str(error).startswith(f"{word}: ") for word in fixed):
            raise
        word = next((word for word in variant[1] if str(error).startswith(f"{word}: ")), "")
        column = word.partition("=")[0] or SCENARIO
        raise InputError(f"{name}, row {row}, column {column}: {str(error).removeprefix(f'{word}: ')}") from error


def _numbers(key: str, values: Sequence[str | float | None], name: str) -> list[float]:
    read = []
    for row, value in enumerate(values, 1):
        where = _where(key, value, name, row)
        try:
            number = float("nan") if value is None else float(value)
        except ValueError:
            raise InputError(f"{where}: {value!r} is not a number; {misread(str(value)) or 'write a number'}") from None
        if isinstance(value, str) and (told := misread_as(key, value)):
            raise InputError(f"{where}: {value} can be read in two ways; {told}")
        if value is not None and math.isnan(number):
            raise InputError(f"{where}: {value!r} is not a number; write a number")
        if whole(key) and value is not None and number % 1:
            raise InputError(f"{where}: {value!r} is not whole; write a whole number")
        read.append(number)
    return read


def _where(key: str, value: object, name: str, row: int) -> str:
    """Where a value stands: in a cell of the user's table, else in a word of the shell."""
    return f"{name}, row {row}, column {key}" if is_file(name) else f"{key}={value}"


def _check_numbers(numbers: Mapping[str, list[float]], scenarios: Sequence[str], fixed: Sequence[str], name: str) -> None:
    """Check the extremes of every key as if each had been written as a word. Raises InputError."""
    for key, values in numbers.items():
        known = [value for value in values if not np.isnan(value)]
        for value in (min(known), max(known)) if known else ():
            written = f"{key}={int(value) if whole(key) else unmistakable(repr(value))}"
            try:
                _check_number(key, value, written, scenarios, fixed)
            except InputError as error:
                if not is_file(name):
                    raise
                where = _where(key, value, name, values.index(value) + 1)
                raise InputError(f"{where}: {str(error).removeprefix(f'{written}: ')}") from error


def _check_number(key: str, value: float, written: str, scenarios: Sequence[str], fixed: Sequence[str]) -> None:
    if key.startswith("parameters."):
        check_parameter(key.removeprefix("parameters."), value, written)
    else:
        load_variants([(scenario, (written,)) for scenario in dict.fromkeys(scenarios)], fixed)


def _told(name: str, factors: Sequence[Factor], fixed: Sequence[str], settings: RunSettings) -> dict[str, Any]:
    how_large = "" if name in NESTED or "." in name else f" samples={settings.samples}"
    about = [word for word in fixed if word.partition("=")[0] not in
             ("replications", "workers", "executor", "address", "executor.address", "output", "samples", "region", "half_width", "outcome")]
    told = f"{name}{how_large} {' '.join([factor.text for factor in factors] + about)}".strip()
    return {"design": name, "told": told, "name": hashlib.blake2b(told.encode(), digest_size=4).hexdigest(),
            "factors": [_plain(factor) for factor in factors], "fixed": list(fixed), "samples": settings.samples, "levels": settings.levels}


def _plain(factor: Factor) -> dict[str, Any]:
    values = asdict(factor)
    return {key: value for key, value in values.items() if value == value}  # a list has no bounds
