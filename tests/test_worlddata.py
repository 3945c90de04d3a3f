"""The shipped worlds are complete and consistent, and every broken file is refused in one sentence."""

import pickle
import re
import shutil
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from sim import worldschema as schema
from sim.calendar import parse_quarter
from sim.errors import InputError
from sim.worlddata import WorldData, load_world
from sim.worldsheets import read_sheet

DATA = Path(__file__).parents[1] / "scenarios" / "data"
Edit = Callable[[str], str]


@pytest.fixture(scope="module")
def chile() -> WorldData:
    return load_world(DATA / "chile")


@pytest.fixture(scope="module")
def valle() -> WorldData:
    return load_world(DATA / "valle_inventado")


def open_in(world: WorldData, quarter: str) -> np.ndarray:
    at = parse_quarter(quarter)
    return (world.op_opens <= at) & (at <= world.op_closes)


# ---- the shipped worlds ----------------------------------------------------------------------------------------------
def test_chile_has_the_recorded_suppliers_and_their_regional_shares(chile: WorldData) -> None:
    assert chile.firms.shape == (16, 8)
    assert chile.firms.sum() == 5998
    shares = chile.firms.sum(axis=1) / chile.firms.sum()
    np.testing.assert_allclose(shares, chile.recorded_supplier_share, atol=0.005)


def test_chile_mines_the_recorded_copper_in_its_regions(chile: WorldData) -> None:
    kt = np.where(open_in(chile, "2015Q4"), chile.op_kt, 0.0)
    assert kt.sum() == pytest.approx(5756, rel=0.01)
    by_region = np.bincount(chile.op_region, kt, minlength=16) / kt.sum()
    np.testing.assert_allclose(by_region, chile.recorded_copper_share, atol=0.003)


def test_chile_has_graduates_in_every_region_but_abroad(chile: WorldData) -> None:
    graduates = np.bincount(chile.inst_region, chile.inst_graduates, minlength=16)
    assert graduates.sum() == 22_100
    assert graduates[chile.focal] == 2200
    assert (graduates[:-1] > 0).all()
    assert graduates[chile.abroad] == 0


def test_abroad_is_the_last_region_and_far_away(chile: WorldData) -> None:
    assert chile.regions[chile.abroad] == "abroad" == chile.regions[-1]
    assert (chile.km[chile.abroad, :-1] > 8000).all()
    assert not chile.mining_region[chile.abroad]
    assert chile.class_shares.shape == (16, 4)


def test_distances_are_symmetric_and_know_the_roads(chile: WorldData) -> None:
    np.testing.assert_array_equal(chile.km, chile.km.T)
    where = chile.regions.index
    assert chile.km[where("antofagasta"), where("metropolitana")] == 1365
    assert chile.km[where("valparaiso"), where("metropolitana")] == 115
    assert chile.km[where("arica"), where("metropolitana")] > chile.km[where("antofagasta"), where("metropolitana")]


def test_rents_and_wages_are_relative_to_the_capital(chile: WorldData) -> None:
    assert chile.rent[chile.capital] == 1.0
    assert chile.rent[chile.focal] > 1.0 > chile.amenity[chile.focal]
    assert chile.wage[chile.focal] == chile.wage.max()


def test_the_dollar_price_of_the_uf(chile: WorldData) -> None:
    found = dict(zip(chile.currency_years.tolist(), chile.uf_usd.tolist(), strict=True))
    assert found[2016] == pytest.approx(38.9, abs=0.05)
    assert found[2023] == pytest.approx(43.8, abs=0.05)
    assert found[2024] == pytest.approx(40.7, abs=0.05)


def test_each_world_has_its_own_tax_on_profit(chile: WorldData, valle: WorldData) -> None:
    rates = {year: chile.profit_tax(year) for year in (1995, 2001, 2003, 2010, 2011, 2016, 2017, 2018, 2044)}
    assert rates == {1995: 0.15, 2001: 0.15, 2003: 0.165, 2010: 0.17, 2011: 0.20, 2016: 0.24, 2017: 0.255, 2018: 0.27, 2044: 0.27}
    assert {valle.profit_tax(year) for year in range(1995, 2045)} == {0.2}


def test_a_worker_s_sales_are_converted_at_the_dollar_of_the_placement_year(chile: WorldData, valle: WorldData) -> None:
    for world, dollars in ((chile, 26347.98 / 677.0), (valle, 40.0)):
        np.testing.assert_allclose(world.uf_per_worker, world.usd_per_worker / dollars)


def test_the_five_case_firms_stand_where_the_sources_put_them(chile: WorldData) -> None:
    places = {case.name: case.region for case in chile.cases}
    assert places == {"enaex": "metropolitana", "bailac": "tarapaca", "neptuno_pumps": "tarapaca",
                      "ingmat": "antofagasta", "msmin": "antofagasta"}
    assert chile.cases[0].branch_regions == ("antofagasta",)
    assert all("assum" in case.note for case in chile.cases)


def test_a_mine_changes_its_style_when_the_record_says_so(chile: WorldData) -> None:
    escondida = chile.op_names.index("escondida")
    assert chile.op_style_changes[escondida] == parse_quarter("2008Q1")
    assert chile.op_style_local_later[escondida] > chile.op_style_local[escondida]
    codelco = np.array(chile.op_company) == "codelco"
    assert (chile.op_style_changes[codelco] == schema.NEVER_CLOSES).all()


def test_the_invented_world_says_so(valle: WorldData) -> None:
    assert valle.invented
    assert all("invented" in caption for caption in valle.region_captions[:-1])
    assert (len(valle.regions), len(valle.op_names), valle.firms.sum()) == (4, 4, 300)


def test_programmes_find_the_same_agencies_in_both_worlds(chile: WorldData, valle: WorldData) -> None:
    assert chile.agency_names == valle.agency_names


@pytest.mark.parametrize("world", ["chile", "valle_inventado"])
def test_shares_sum_to_one_and_start_values_are_finite(world: str) -> None:
    data = load_world(DATA / world)
    for shares in (data.opex_share, data.capex_share, *data.class_shares):
        assert shares.sum() == pytest.approx(1.0)
    for name, value in vars(data).items():
        if isinstance(value, np.ndarray) and name not in ("class_ceiling_uf", "agency_budget"):
            assert np.isfinite(value).all(), name


def test_arrays_cannot_be_written_even_after_a_trip_to_a_worker(chile: WorldData) -> None:
    for data in (chile, pickle.loads(pickle.dumps(chile))):
        with pytest.raises(ValueError, match="read-only"):
            data.rent[0] = 2.0


def test_loading_is_quick() -> None:
    times = []
    for _ in range(5):
        start = time.perf_counter()
        load_world(DATA / "chile")
        times.append(time.perf_counter() - start)
    assert min(times) < 0.05


def test_a_changed_file_changes_its_checksum_only(tmp_path: Path, chile: WorldData) -> None:
    folder = broken(tmp_path, "currency.csv", lambda text: text.replace(",943.6,", ",943.7,"))
    changed = load_world(folder).checksums
    assert {file for file in changed if changed[file] != chile.checksums[file]} == {"currency.csv"}


def test_the_records_kept_beside_chile_are_well_formed() -> None:
    facts, programmes, targets = (read_sheet(DATA / "chile", record) for record in schema.RECORDS)
    assert (len(facts.lines), len(programmes.lines), len(targets.lines)) == (36, 38, 56)
    assert all(high is None or low < high for low, high in zip(facts["low"], facts["high"], strict=True))
    assert all(indicator or why for indicator, why in zip(targets["indicator"], targets["reason"], strict=True))
    assert targets["cluster"].count("CER-M") == 34


def test_every_file_and_column_is_explained_in_the_readme() -> None:
    sections = re.split(r"^## ", (DATA / "README.md").read_text(encoding="utf-8"), flags=re.MULTILINE)
    explained = {section.split("\n", 1)[0]: section for section in sections}
    for file in (*schema.FILES, *schema.RECORDS):
        for column in (*file.columns, *([file.each] if file.each else [])):
            assert f"`{column.name}` | {column.caption} | {column.valid()}" in explained[file.file]
    for key in schema.WORLD:
        assert f"`{key.name}` | {key.caption}" in explained["world.yaml"]


# ---- broken files ----------------------------------------------------------------------------------------------------
def broken(tmp_path: Path, file: str, edit: Edit) -> Path:
    """A copy of Chile with one file edited."""
    folder = tmp_path / "chile"
    shutil.copytree(DATA / "chile", folder)
    text = (folder / file).read_text(encoding="utf-8")
    changed = edit(text)
    assert changed != text, "the edit must change something"
    (folder / file).write_text(changed, encoding="utf-8")
    return folder


def swap(old: str, new: str) -> Edit:
    return lambda text: text.replace(old, new, 1)


def without_line(start: str) -> Edit:
    return lambda text: "".join(line for line in text.splitlines(keepends=True) if not line.startswith(start))


def twice(start: str) -> Edit:
    return lambda text: text + next(line for line in text.splitlines(keepends=True) if line.startswith(start))


def add(line: str) -> Edit:
    return lambda text: text + line + "\n"


REGION_NAMES = ("arica, tarapaca, antofagasta, atacama, coquimbo, valparaiso, metropolitana, ohiggins, maule, biobio, "
                "araucania, los_rios, los_lagos, aysen, magallanes")

BROKEN: dict[str, tuple[str, Edit, str]] = {
    "missing column": ("currency.csv", swap("usd_clp", ""),
        "currency.csv, line 1: unknown column ''; known are year, uf_clp, usd_clp, uf_source, usd_source"),
    "column left out": ("agencies.csv", lambda text: "\n".join(line.rsplit(",", 1)[0] for line in
                        ["agency,caption,caption_es,region,reach,budget,source,note", "corfo,Corfo,Corfo,,0.3,,judgement,x"]),
        "agencies.csv, line 1: the column 'note' is missing; it holds remark, some text"),
    "unknown column": ("regions.csv", swap("rest_jobs", "rest_job"),
        "regions.csv, line 1: unknown column 'rest_job'; did you mean 'rest_jobs'? known are region, caption, "
        "caption_es, supplier_share, copper_share, mining_labour, rest_jobs, rent, amenity, infrastructure, wage, "
        "km_abroad, source, judgement"),
    "column twice": ("distances.csv", swap("from,to", "from,from"),
        "distances.csv, line 1: the column 'from' stands there twice; name it once"),
    "unknown subsector": ("suppliers.csv", swap("maintenance", "mantenimiento"),
        "suppliers.csv, line 1: unknown column 'mantenimiento'; known are region, source, consumables, maintenance, "
        "repair, construction, metal_parts, engineering, capital_equipment, digital"),
    "subsector twice": ("subsectors.csv", swap("\nrepair,", "\nmaintenance,"),
        "subsectors.csv, line 4, column subsector: maintenance already stands in line 3; keep one of the two rows"),
    "text for a number": ("operations.csv", swap(",1152,", ",much,"),
        "operations.csv, line 2, column kt: 'much' is not a number; write a number from 0.1 to 5000 (kt a year)"),
    "thousands separator": ("operations.csv", swap(",1152,", ',"1,152",'),
        "operations.csv, line 2, column kt: '1,152' is not a number; write a number from 0.1 to 5000 (kt a year) "
        "without thousands separators"),
    "not a finite number": ("regions.csv", swap(",1.15,", ",nan,"),
        "regions.csv, line 4, column rent: 'nan' is not a finite number; "
        "write a number from 0.01 to 10 (index, capital = 1)"),
    "half a firm": ("suppliers.csv", swap("antofagasta,144", "antofagasta,144.5"),
        "suppliers.csv, line 4, column consumables: 144.5 is not whole; write a whole number from 0 to 1e+06 (firms)"),
    "negative distance": ("distances.csv", swap(",310,", ",-310,"),
        "distances.csv, line 2, column km: -310 is out of range; write a number from 1 to 10000 (km)"),
    "share as per cent": ("regions.csv", swap(",0.13,", ",13,"),
        "regions.csv, line 4, column supplier_share: 13 is out of range; write a number from 0 to 1 (share)"),
    "nothing made at home": ("subsectors.csv", swap(",0.34,0.03,0.5,", ",0.34,0.03,1.0,"),
        "subsectors.csv, line 2, column import_content: 1.0 is out of range; write a number from 0 to 0.95 (share)"),
    "blank cell": ("institutions.csv", swap("Católica del Norte,antofagasta,800", "Católica,antofagasta,"),
        "institutions.csv, line 6, column graduates: the cell is blank; write a number of at least 0 (persons a year)"),
    "neither yes nor no": ("institutions.csv", swap(",yes,", ",perhaps,"),
        "institutions.csv, line 14, column pilot: 'perhaps' cannot stand here; write yes or no"),
    "unknown owner": ("operations.csv", swap(",state,", ",public,"),
        "operations.csv, line 3, column owner: 'public' is unknown; write one of state, foreign, domestic"),
    "unknown region": ("operations.csv", swap("Escondida,antofagasta", "Escondida,antofogasta"),
        f"operations.csv, line 2, column region: unknown region 'antofogasta'; did you mean 'antofagasta'? "
        f"known are {REGION_NAMES}"),
    "unknown branch": ("cases.csv", swap(",antofagasta,", ",mejillones,"),
        f"cases.csv, line 2, column branch_regions: unknown region 'mejillones'; did you mean 'magallanes'? "
        f"known are {REGION_NAMES}"),
    "caption for a slug": ("operations.csv", swap("radomiro_tomic", "Radomiro Tomic"),
        "operations.csv, line 3, column operation: 'Radomiro Tomic' cannot stand here; "
        "write a name of lower-case letters, digits and _, such as los_lagos"),
    "region twice": ("regions.csv", twice("maule,"),
        "regions.csv, line 17, column region: maule already stands in line 10; keep one of the two rows"),
    "region without suppliers": ("suppliers.csv", without_line("maule,"),
        "suppliers.csv, column region: the region 'maule' is missing; write one row for it"),
    "abroad in the table": ("regions.csv", lambda text: text.replace("\nmagallanes,", "\nabroad,"),
        "regions.csv, line 16, column region: 'abroad' is added by the program; take this row out"),
    "distance missing": ("distances.csv", without_line("maule,biobio,"),
        "distances.csv: the distance from maule to biobio is missing; add one row for it"),
    "distances disagree": ("distances.csv", add("tarapaca,arica,300,a map"),
        "distances.csv, line 107, column km: tarapaca to arica is 300 km but 310 km the other way round; "
        "both directions need one distance"),
    "distance to itself": ("distances.csv", add("maule,maule,1,a map"),
        "distances.csv, line 107, column to: maule to itself has no distance; take this row out"),
    "closes before it opens": ("operations.csv", swap("2015Q3,,12", "2015Q3,2010Q1,12"),
        "operations.csv, line 16, column closes: 2010Q1 lies before the opening in 2015Q3; "
        "write a later quarter or leave it blank"),
    "half a change of style": ("operations.csv", swap("2008Q1,0.5", "2008Q1,"),
        "operations.csv, line 2, column style_changes: style_changes and style_local_later belong together; "
        "fill both or none"),
    "not a quarter": ("operations.csv", swap("2006Q4", "10/2006"),
        "operations.csv, line 7, column opens: '10/2006' is not a quarter; write it like 2026Q1"),
    "shares of purchases": ("subsectors.csv", swap(",0.34,", ",0.44,"),
        "subsectors.csv, column opex_share: the shares sum to 1.1; they must sum to 1 within 0.005 (rounding)"),
    "shares of regions": ("regions.csv", swap(",0.63,", ",0.73,"),
        "regions.csv, column supplier_share: the shares sum to 1.09; they must sum to 1 within 0.02 (rounding)"),
    "shares of sizes": ("size_shares.csv", swap("antofagasta,0.35", "antofagasta,0.45"),
        "size_shares.csv, line 4, column micro + small + medium + large: the shares sum to 1.1; they must sum to 1"),
    "size classes apart": ("size_classes.csv", swap("25000,100000", "30000,100000"),
        "size_classes.csv, line 4, column floor_uf: the class must start where the one before ends, at 25000 UF"),
    "size class missing": ("size_classes.csv", without_line("large,"),
        "size_classes.csv, column class: found micro, small, medium; "
        "write one row each, in this order: micro, small, medium, large"),
    "quarter missing": ("copper_price_quarterly.csv", without_line("2008Q4,"),
        "copper_price_quarterly.csv, line 77, column quarter: 2009Q1 follows 2008Q3; "
        "there must be no gap, so 2008Q4 belongs here"),
    "quarter twice": ("copper_price_quarterly.csv", twice("2008Q4,"),
        "copper_price_quarterly.csv, line 145, column quarter: this quarter already stands in line 77; "
        "keep one of the two rows"),
    "prices end early": ("copper_price_quarterly.csv", lambda text: text[:text.index("2024Q2")],
        "copper_price_quarterly.csv: the prices run from 1990Q1 to 2024Q1; "
        "the calendar of this world needs 1995Q1 to 2024Q4"),
    "year missing": ("currency.csv", without_line("2010,"),
        "currency.csv, line 17, column year: 2011 follows 2009; there must be no gap, so 2010 belongs here"),
    "tax unsorted": ("profit_tax.csv", swap("2011,", "1996,"),
        "profit_tax.csv, line 6, column from_year: 1996 stands after 2004; write the years in ascending order"),
    "tax begins late": ("profit_tax.csv", without_line("1995,"),
        "profit_tax.csv, line 2, column from_year: the first rate holds from 2002; this world begins in 1995"),
    "years begin late": ("currency.csv", without_line("1995,"),
        "currency.csv: the years run from 1996 to 2024; the calendar of this world needs 1995 to 2024"),
    "costs out of order": ("unit_cost.csv", swap("2003,", "1993,"),
        "unit_cost.csv, line 3, column year: 1993 stands after 1995; write the years in ascending order"),
    "empty file": ("agencies.csv", lambda _: "",
        "agencies.csv: the file is empty; its first line must name the columns agency, caption, caption_es, region, "
        "reach, budget, source, note"),
    "only a header": ("agencies.csv", lambda text: text.split("\n")[0],
        "agencies.csv: there is no row under the header; the file holds one row a body that runs or hosts programmes"),
    "comma in a text": ("agencies.csv", add("club,The club, local,El club,,0.1,,judgement,x"),
        "agencies.csv, line 20: 9 cells where the header has 8; put double quotes around a text that holds a comma"),
    "quote left open": ("agencies.csv", add('club,"The club'),
        "agencies.csv, line 20: broken CSV (unexpected end of data); "
        "cells are separated by commas, and a quoted text ends with a double quote"),
    "unknown key": ("world.yaml", swap("focal:", "focus:"),
        "world.yaml: unknown key 'focus'; did you mean 'focal'? known are name, caption, caption_es, invented, focal, "
        "capital, burn_in_from, history_from, outlook_from, placement_year, burn_in_firms, abroad_rent, "
        "abroad_amenity, abroad_infrastructure, abroad_wage, source"),
    "key missing": ("world.yaml", without_line("burn_in_firms"),
        "world.yaml: the key 'burn_in_firms' is missing; it holds supplier firms alive when the burn-in starts, "
        "a whole number of at least 1 (firms)"),
    "focal region unknown": ("world.yaml", swap("focal: antofagasta", "focal: calama"),
        f"world.yaml, key focal: unknown region 'calama'; did you mean 'atacama'? known are {REGION_NAMES}"),
    "focal region without mines": ("world.yaml", swap("focal: antofagasta", "focal: maule"),
        "world.yaml, key focal: 'maule' has no operation in operations.csv; choose one of "
        "arica, tarapaca, antofagasta, atacama, coquimbo, valparaiso, metropolitana, ohiggins"),
    "calendar reversed": ("world.yaml", swap("2005Q1", "1985Q1"),
        "world.yaml: burn_in_from, history_from and outlook_from must follow one another in time, "
        "such as 1995Q1, 2005Q1, 2025Q1"),
    "broken YAML": ("world.yaml", swap("caption: Chile", "caption: [Chile"),
        "world.yaml, line 4: broken YAML; write one `key: value` a line"),
    "no keys": ("world.yaml", lambda _: "- chile\n",
        "world.yaml: no keys found; write one `key: value` a line for name, caption, caption_es, invented, focal, "
        "capital, burn_in_from, history_from, outlook_from, placement_year, burn_in_firms, abroad_rent, "
        "abroad_amenity, abroad_infrastructure, abroad_wage, source"),
}


def refusal(folder: Path) -> str:
    """The sentence with which a folder is refused, without the folder's path."""
    with pytest.raises(InputError) as caught:
        load_world(folder)
    return str(caught.value).replace(f"{folder}/", "")


@pytest.mark.parametrize("case", BROKEN)
def test_a_broken_file_is_refused_in_one_sentence(tmp_path: Path, case: str) -> None:
    file, edit, sentence = BROKEN[case]
    assert refusal(broken(tmp_path, file, edit)) == sentence


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    folder = shutil.copytree(DATA / "chile", tmp_path / "chile")
    (folder / "currency.csv").unlink()
    assert refusal(folder) == ("currency.csv: this file is missing; a world folder needs it "
                               "(the Unidad de Fomento (UF) and the dollar, each year without gaps)")


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"nowhere: there is no such folder; a world is a folder with world\.yaml"):
        load_world(tmp_path / "nowhere")


def test_a_file_in_another_encoding_is_refused(tmp_path: Path) -> None:
    folder = shutil.copytree(DATA / "chile", tmp_path / "chile")
    text = (folder / "regions.csv").read_text(encoding="utf-8")
    (folder / "regions.csv").write_bytes(text.encode("latin-1"))
    assert refusal(folder) == "regions.csv, line 2: this is not UTF-8 text; save the file as UTF-8"


def test_a_byte_order_mark_and_windows_line_ends_do_no_harm(tmp_path: Path, chile: WorldData) -> None:
    folder = broken(tmp_path, "suppliers.csv", lambda text: "\ufeff" + text.replace("\n", "\r\n") + "\r\n")
    np.testing.assert_array_equal(load_world(folder).firms, chile.firms)
