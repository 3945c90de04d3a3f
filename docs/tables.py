"""Tables of the documentation, made from the declarations: ``python -m docs.tables`` rewrites them, ``--check`` only looks.

Parameters, levers, columns, indicators, programmes, scenarios and output tables are declared once, in code or YAML; the
documents hold copies of those declarations between marks (see :mod:`docs.marked`).
"""

import argparse
import math
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from docs.marked import ROOT, names, rewritten, table
from sim.agents.columns import FOUNDERS, MINE_COLUMNS, ORIGINS, SUPPLIER_COLUMNS, TIE_KINDS
from sim.config import DEFAULT_SCENARIOS, load, load_programme
from sim.indicators import INDEX_COMPONENTS, INDICATORS, RUN_INDICATORS
from sim.layers import BASELINE, Reader
from sim.ledger import CLASSES
from sim.levers import LEVERS
from sim.model import STAGES
from sim.outputs import INDEX_COLUMNS, KEYS, TABLES
from sim.parameters import Parameters, declared
from sim.policies.record import KEYS as PROGRAMME_KEYS
from sim.policies.record import SCHEDULED, USUAL
from sim.prices import NAMED_PATHS
from sim.roots import PROGRAMME, SCENARIO, find_roots
from sim.settings import KEYS as SETTINGS
from sim.table import Column

FILES = ("README.md", "docs/odd.md", "docs/extending.md")
STALE = 1
CODES = {"origin": ORIGINS, "founder": FOUNDERS, "tie_kind": TIE_KINDS}


def number(value: float | None) -> str:
    """A number as short as it is exact; a dash for none and for no limit."""
    return "–" if value is None or math.isinf(value) else f"{value:g}"


def code(name: str) -> str:
    """A name in the type of code."""
    return f"`{name}`"


def parameters() -> str:
    """Every parameter, by the part of the model that reads it."""
    known = declared()
    rows = []
    for group in reversed(Parameters.__bases__):
        for name in (name for name in group.__annotations__ if name in known):
            item = known[name]
            plausible = f"{number(item.low)} to {number(item.high)}"
            rows.append((group.__name__.lower(), code(name), number(item.default), item.unit, plausible, item.caption, item.source))
    return table(("part", "parameter", "value", "unit", "plausible", "what", "source"), rows)


def levers() -> str:
    """Every lever."""
    rows = [(code(name) + ("†" if lever.innovation else ""), lever.target.replace("buyer_local", "buyer x definition of local"), lever.unit,
             number(lever.neutral), f"{number(lever.low)} to {number(lever.high)}", lever.combine, lever.caption)
            for name, lever in LEVERS.items()]
    return table(("lever", "one value a", "unit", "neutral", "range", "pushes combine by", "what"), rows)


def _columns(columns: Mapping[str, Column]) -> str:
    rows = [(code(name), f"{column.dtype}{f', one a {column.width}' if column.width else ''}", column.unit, _told(name, column))
            for name, column in columns.items()]
    return table(("column", "type", "unit", "what"), rows)


def _told(name: str, column: Column) -> str:
    numbered = "; ".join(f"{position} {word}" for position, word in enumerate(CODES.get(name, ())))
    return f"{column.caption}{f' ({numbered})' if numbered else ''}"


def supplier_columns() -> str:
    """State of a supplier."""
    return _columns(SUPPLIER_COLUMNS)


def mine_columns() -> str:
    """State of an operation."""
    return _columns(MINE_COLUMNS)


def stages() -> str:
    """The quarter, in order."""
    rows = [(str(place), code(name), (stage.__module__.replace(".", "/") + ".py"), _first_line(stage.__module__))
            for place, (name, stage) in enumerate(STAGES, 1)]
    rows.append((str(len(STAGES) + 1), code("measure"), "sim/recording.py", "indicators are taken, the accounts are checked."))
    return table(("", "stage", "file", "what"), rows)


def _first_line(module: str) -> str:
    told = (sys.modules[module].__doc__ or "").splitlines()[0]
    return told.partition(": ")[2] or told


def indicators() -> str:
    """Every indicator with its thresholds."""
    rows = [(i.code or "–", code(i.name) + ("*" if i.name in INDEX_COMPONENTS else ""), i.unit, i.frequency, i.formula, number(i.enclave),
             number(i.cluster), i.source) for i in (*INDICATORS, *RUN_INDICATORS)]
    return table(("code", "indicator", "unit", "every", "formula", "enclave", "cluster", "source"), rows)


def programmes() -> str:
    """Every programme file."""
    rows = []
    for name in find_roots({}).files(PROGRAMME):
        values, _ = load_programme(name)
        calendar = f"{values.get('from')} to {values.get('until') or 'open'}"
        rows.append((code(name), str(values.get("caption")), str(values.get("kind")), str(values.get("agency")), calendar, _doses(values),
                     str(values.get("source"))))
    return table(("programme", "what", "kind", "agency", "calendar", "values and levers", "source"), rows)


def _doses(values: Mapping[str, Any]) -> str:
    told = [f"{key} {values[key]}" for key in ("capacity", "cost", "public_share", "duration", "preference", "set_aside", "payment_days")
            if values.get(key) is not None]
    return "; ".join([*told, *(f"{code(lever)} {dose}" for lever, dose in (values.get("levers") or {}).items())])


def usual_doses() -> str:
    """Doses that a kind or a partner implies."""
    rows = [(code(f"{one.key}: {one.word}"), code(one.lever), number(one.dose), LEVERS[one.lever].unit,
             f"{number(one.low)} to {number(one.high)}", one.source) for one in USUAL]
    return table(("in a programme of", "lever", "dose", "unit", "plausible", "source"), rows)


def programme_fields() -> str:
    """What a programme file may hold."""
    rows = []
    for key, item in PROGRAMME_KEYS.items():
        told = str(item.metadata["caption"]) + (" (may change over time)" if key in (*SCHEDULED, "levers") else "")
        rows.append((code(key), str(item.metadata["unit"]), told, ", ".join(item.metadata["allowed"]), _default(item.default)))
    return table(("key", "unit", "what", "one of", "default"), rows)


def _default(value: object) -> str:
    """A default as it would be written in YAML; – for none."""
    match value:
        case bool():
            return str(value).lower()
        case int() | float():
            return number(value) if math.isfinite(value) else "–"
        case tuple():
            return ", ".join(value) or "–"
        case _:
            return str(value or "–")


def scenarios() -> str:
    """Every scenario."""
    reader = Reader(find_roots({}))
    order = dict.fromkeys((*DEFAULT_SCENARIOS, *reader.roots.files(SCENARIO)))
    rows = [(code(name) + ("*" if name in DEFAULT_SCENARIOS else ""), own["caption"], own["caption_es"])
            for name in order for own in (reader.layers(name).files[-1].body,)]
    return table(("scenario", "what", "qué es"), rows)


def settings() -> str:
    """What the command line takes besides parameters and programmes."""
    return table(("key", "what", "qué es"), [(code(name), key.caption, key.caption_es) for name, key in SETTINGS.items()])


def copper_paths() -> str:
    """Named paths of the copper price, and how far they begin from Chile's last recorded price."""
    spec = load(BASELINE)
    mean, last = spec.parameters.copper_mean, spec.world.price[spec.world.price_quarters < spec.world.outlook_from][-1]
    first = {name: mean * path[0][1] for name, path in NAMED_PATHS.items()}
    rows = [(code(name), "; ".join(f"{year:g}: {multiple:g}" for year, multiple in path), f"{first[name]:.0f}",
             f"{first[name] / last - 1:+.0%}".replace("%", " %")) for name, path in NAMED_PATHS.items()]
    return table(("path", f"years after the outlook begins: multiple of the long-run mean, {mean:g} US c/lb", "first quarter, US c/lb",
                  f"against the last recorded price, {last:.0f}"), rows)


def output_tables() -> str:
    """Every table of the output folder; indicator columns are named once."""
    shared = {column.name for column in KEYS}
    measured = {indicator.name for indicator in (*INDICATORS, *RUN_INDICATORS)} | {column.name for column in INDEX_COLUMNS}
    rows = []
    for name, columns in TABLES.items():
        own = [column for column in columns if column.name not in shared and column.name not in measured]
        rows += [(code(name), code(column.name), column.type, column.unit, column.caption) for column in own]
        if name in ("runs", "series"):
            rows.append((code(name), "one column an indicator", "float64", "", "see Indicators; cluster_index and regime beside them"))
    return table(("table", "column", "type", "unit", "what"), rows)


def payers() -> str:
    """Classes of accounts."""
    return ", ".join(code(name) for name in CLASSES)


SECTIONS: dict[str, Callable[[], str]] = {
    "parameters": parameters, "levers": levers, "supplier_columns": supplier_columns, "mine_columns": mine_columns, "stages": stages,
    "indicators": indicators, "programmes": programmes, "programme_fields": programme_fields, "usual_doses": usual_doses,
    "scenarios": scenarios, "settings": settings, "copper_paths": copper_paths, "output_tables": output_tables, "payers": payers}


def current(path: Path) -> tuple[str, str]:
    """A document as it is, and as it should be."""
    text = path.read_text(encoding="utf-8")
    return text, rewritten(text, {name: SECTIONS[name]() for name in names(text) if name in SECTIONS})


def main(words: Sequence[str] | None = None) -> int:
    """Rewrite the documents; with ``--check`` only say which are stale (exit code 1)."""
    parser = argparse.ArgumentParser(prog="python -m docs.tables", description="Rewrite the generated tables of the documents.")
    parser.add_argument("--check", action="store_true", help="change nothing; fail when a table is stale")
    args = parser.parse_args(words)
    stale = []
    for file in FILES:
        before, after = current(ROOT / file)
        if before != after:
            stale.append(file)
            if not args.check:
                (ROOT / file).write_text(after, encoding="utf-8")
    print(f"{'stale' if args.check else 'rewritten'}: {', '.join(stale) or 'none'}")
    return STALE if stale and args.check else 0


if __name__ == "__main__":
    sys.exit(main())
