"""What Spanish speakers read: no English is left over, and units, numbers and years are written as Spanish writes them."""

import re
from dataclasses import fields
from pathlib import Path

import pytest

from sim.catalogue import page
from sim.cli import main
from sim.config import load
from sim.errors import OK
from sim.experiment.sweep_job import clock
from sim.indicators import INDICATORS, RUN_INDICATORS
from sim.levers import LEVERS
from sim.listing import show
from sim.parameters import declared
from sim.policies.record import KEYS as PROGRAMME_KEYS
from sim.policies.record import SALES_UNITS, ProgrammeSpec
from sim.roots import PROGRAMME, find_roots
from sim.settings import KEYS as SETTINGS
from sim.wording import COUNTED, UNITS_ES, counted, quantity, size_told, unit_caption
from sim.worldschema import DISTANCES, FIRMS, OPERATIONS, REGIONS, SUBSECTORS

SHOWN = {
    REGIONS: ("region", "caption", "rent", "amenity", "infrastructure", "wage"), DISTANCES: ("km",),
    SUBSECTORS: ("subsector", "caption", "opex_share", "capex_share", "import_content", "foreign_share", "knowledge_need", "urgency",
                 "usd_per_worker", "contract_quarters"),
    OPERATIONS: ("operation", "region", "company", "owner", "kt", "opens", "closes"),
}
SAME_UNITS = ("", "%", "0/1", "1", "1/log", "1/log km", "UF", "US$", "km", "logit", "logit/log km")
"""Units that both languages write alike."""
ENGLISH = re.compile(r"\b(the|of|and|that|which|share|years?|quarters?|firms|suppliers|rent|wage|amenity|infrastructure|imports|foreign"
                     r"|knowledge|urgency|worker|jobs|frontier|trust|days|yes|sales|deliveries|names|weight|ties|group|open)\b(?!\.csv)")
SOURCES = re.compile(r"\[[^\[]*\]$|^ *fuente: .*$", re.MULTILINE)
"""Sources are cited in the words of their authors, and stand at the end of a line or on a line of their own."""
WORDS = {word for item in fields(ProgrammeSpec) for word in item.metadata["allowed"]} | set(PROGRAMME_KEYS) | {"open_tenders"}
"""Words of programme files: they are told as a user writes them."""


def left_over(text: str) -> set[str]:
    """English words that are no words of files."""
    return set(ENGLISH.findall(SOURCES.sub("", text))) - WORDS


@pytest.fixture(scope="module")
def shown() -> str:
    return "\n".join(show(load("local_purchasing"), "es"))


def test_every_declared_unit_is_said_in_spanish() -> None:
    files = (REGIONS, DISTANCES, SUBSECTORS, OPERATIONS)
    units = {item.unit for items in (declared().values(), LEVERS.values(), SETTINGS.values(), INDICATORS, RUN_INDICATORS,
                                     *(schema.columns for schema in files)) for item in items}
    units |= {FIRMS.unit, *SALES_UNITS, *(str(item.metadata["unit"]) for item in PROGRAMME_KEYS.values())} - {"sales_unit"}
    assert units - UNITS_ES.keys() - set(SAME_UNITS) == set()
    assert not UNITS_ES.keys() & set(SAME_UNITS)


def test_heads_and_units_of_data_tables_are_those_declared(shown: str) -> None:
    columns = [FIRMS, *(schema.column(name) for schema, names in SHOWN.items() for name in names)]
    assert all(head and head in shown for _, head in (column.heads for column in columns))
    assert all(unit_caption(column.unit, "es") in shown for column in columns)
    assert all(schema.file in shown.partition("Archivos de datos")[0] for schema in SHOWN)


def test_show_leaves_no_english(shown: str) -> None:
    assert left_over(shown) == set()


@pytest.mark.parametrize("name", find_roots({}).files(PROGRAMME))
def test_the_page_of_a_programme_leaves_no_english(name: str) -> None:
    told = "\n".join(page(name, "es", []))
    assert left_over(told.partition("\nEvidencia\n")[0]) == set()


def test_left_overs_are_found() -> None:
    assert left_over("wage (UF/quarter)  [share of firms]") == {"wage", "quarter"}
    assert left_over("  fuente: share of firms") == set()


def test_years_have_no_thousands_and_other_numbers_have(shown: str) -> None:
    assert re.search(r"office_begins +2006 +año +plausible 1990–2026", shown)
    assert re.search(r"tender_median +60\.000 ", shown)
    assert not re.search(r" \d+,\d{3},| \d,\d{3} ", SOURCES.sub("", shown).partition("Parámetros")[0])


@pytest.mark.parametrize(("value", "unit", "english", "spanish"), [
    (2006, "year", "2006", "2006"), (2400, "UF", "2,400", "2.400"), (0.4, "", "0.4", "0,4"), (float("inf"), "", "–", "–"),
    (None, "", "–", "–"), (-1500.4, "", "-1,500", "-1.500"),
])
def test_quantities_are_written_as_each_language_writes_them(value: float | None, unit: str, english: str, spanish: str) -> None:
    assert (quantity(value, "en", unit), quantity(value, "es", unit)) == (english, spanish)


def test_one_thing_is_counted_in_the_singular() -> None:
    assert [counted(n, "replication", "es") for n in (0, 1, 2, 2400)] == ["0 réplicas", "1 réplica", "2 réplicas", "2.400 réplicas"]
    assert counted(1, "worker", "en") == "1 worker"
    assert COUNTED["en"].keys() == COUNTED["es"].keys()


def test_titles_and_times_are_written_as_each_language_writes_them() -> None:
    assert size_told(1, 0.02, "es") == {"n": "1 réplica", "scale": "0,02"}
    assert size_told(2, 0.02, "en") == {"n": "2 replications", "scale": "0.02"}
    assert [clock(5400, lang) for lang in ("en", "es")] == ["90.0 min", "90,0 min"]


def test_a_dry_run_counts_and_times_in_spanish(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["sweep", "list", "parameters.trust_weight=1,2", "replications=1", "scale=0.01", "horizon=2006", "executor=serial",
             f"output={tmp_path / 'out'}", "--dry-run", "--lang", "es"]
    assert main(words) == OK
    told = capsys.readouterr().out
    assert re.search(r"con 1 proceso \(\d+,\d\d s por corrida, \d+,\d\d s donde", told)
    assert not re.search(r"\d\.\d\d s|1 réplicas|1 procesos", told)
