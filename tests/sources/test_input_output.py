"""Input-output tables in their publishers' layouts: every cell a flow, nothing, or set aside with its reason."""

from __future__ import annotations

import gzip
import re
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import polars as pl
import pytest
import rdata
import xlsxwriter

from clusteratlas.errors import InputError
from clusteratlas.observatory import InputOutput
from clusteratlas.taxonomies import table_industry
from tests.support.reading import Reading, read_source

FIXTURES = Path(__file__).parent / "fixtures"
MATRIX = FIXTURES / "matrix_eu-ic-io_ind-by-ind_24ed_2021.csv"
FLAT = FIXTURES / "flatfile_eu-ic-io_ind-by-ind_24ed_2021.csv"
ICIO = FIXTURES / "2018_SML.csv"
KEYS = ("from_kind", "from_country", "from_code", "to_kind", "to_country", "to_code")


def _cells(reading: Reading) -> dict[tuple[str, ...], float]:
    return {tuple(row[key] for key in KEYS): row["value"] for row in reading.rows["input_output_flow"]}


def _table(reading: Reading) -> InputOutput:
    return InputOutput.from_flows(pl.DataFrame(reading.rows["input_output_flow"]))


def test_figaro_as_a_matrix() -> None:
    reading = read_source("figaro", MATRIX)
    cells = _cells(reading)
    assert cells["industry", "DE", "C29", "industry", "ROW", "C29"] == 7.5
    assert cells["industry", "DE", "C29", "final use", "GR", "P5M"] == -1.25
    assert cells["primary input", "", "D1", "industry", "GR", "A01"] == 12
    one = reading.rows["input_output_flow"][0]
    assert (one["table_name"], one["year"], one["unit"]) == ("figaro-24ed", 2021, "EUR million")
    assert reading.warnings == {"no flow": 124}
    assert reading.rejected == []
    table = _table(reading)
    assert table.countries == ["DE", "GR", "ROW"]
    assert table.inventory == ["P5M"]
    assert table.household == "P3_S14"
    assert table.income is not None


def test_figaro_flat_is_the_same_table() -> None:
    flat, matrix = read_source("figaro", FLAT), read_source("figaro", MATRIX)
    assert _cells(flat) == _cells(matrix)
    assert {row["source_line"] for row in flat.rows["input_output_flow"]} <= set(range(2, 254))


def test_a_flat_line_of_nothing_is_no_row_even_without_its_codes(tmp_path: Path) -> None:
    path = tmp_path / FLAT.name
    path.write_text(FLAT.read_text().rstrip("\n") + "\n,,,C29,DE,A01,0\n,,,C29,DE,A01,3\n")
    before, after = read_source("figaro", FLAT), read_source("figaro", path)
    assert _cells(after) == _cells(before)
    assert after.warnings["no flow"] == before.warnings["no flow"] + 1
    assert after.rows_in == before.rows_in + 1
    assert [raw for _, _, raw in after.rejected] == [",C29,DE,A01,3"]


def _products(text: str) -> str:
    """A table of industries as the publisher writes one of products."""
    renamed = text.replace("icioi", "iciop").replace("rowIi", "rowPp").replace("colIi", "colPp")
    return re.sub(
        r"\b(A01|C29)\b", r"CPA_\1", renamed.replace("_A01", "_CPA_A01").replace("_C29", "_CPA_C29")
    )


@pytest.mark.parametrize(
    ("given", "name"),
    [
        (MATRIX, "matrix_eu-ic-io_prod-by-prod_25ed_2023_v2.csv"),
        (FLAT, "flatfile_eu-ic-io_prod-by-prod_26ed_2023.csv"),
    ],
)
def test_figaro_by_products(given: Path, name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_text(_products(given.read_text("utf-8")), "utf-8")
    reading = read_source("figaro", path)
    one = reading.rows["input_output_flow"][0]
    assert (one["table_name"], one["year"]) == (f"figaro-products-{name.split('_')[3]}", 2023)
    assert _cells(reading)["industry", "DE", "CPA_C29", "final use", "GR", "P5M"] == -1.25
    assert _table(reading).industries == ["CPA_A01", "CPA_C29"]


def test_figaro_of_an_early_edition_in_a_zip_and_packed(tmp_path: Path) -> None:
    packed = tmp_path / "matrix_eu-ic-io_ind-by-ind_2015.csv.gz"
    packed.write_bytes(gzip.compress(MATRIX.read_bytes()))
    zipped = tmp_path / "flatfile_eu-ic-io_ind-by-ind_24ed_2021.zip"
    with zipfile.ZipFile(zipped, "w") as archive:
        archive.write(FLAT, FLAT.name)
    early = read_source("figaro", packed).rows["input_output_flow"][0]
    assert (early["table_name"], early["year"]) == ("figaro", 2015)
    assert _cells(read_source("figaro", zipped)) == _cells(read_source("figaro", packed))


def _database(kind: str) -> str:
    """The flat fixture as Eurostat's database holds it: years in one file, DOM for primary inputs, c_orig, ind_ava."""
    cells = [line.split(",")[2:] for line in FLAT.read_text("utf-8").splitlines()[1:]]
    series = [
        (use, ava, dest, "MIO_EUR", "DOM" if area == "W2" else area, value)
        for area, ava, dest, use, value in cells
    ]
    if kind == "tsv":
        head = "freq,ind_use,ind_ava,c_dest,unit,c_orig\\TIME_PERIOD\t2021 \t2022 "
        return "\n".join([head, *(f"A,{','.join(key)}\t{value} \t{value} p" for *key, value in series)])
    head = "DATAFLOW,LAST UPDATE,freq,ind_use,ind_ava,c_dest,unit,c_orig,TIME_PERIOD,OBS_VALUE,OBS_FLAG,CONF_STATUS"
    return "\n".join(
        [
            head,
            *(
                f"ESTAT:X(1.0),03/06/24,A,{','.join(key)},{year},{value},,"
                for year in (2021, 2022)
                for *key, value in series
            ),
        ]
    )


@pytest.mark.parametrize("kind", ["tsv", "csv"])
def test_figaro_as_the_database_of_eurostat_holds_it(kind: str, tmp_path: Path) -> None:
    path = tmp_path / f"naio_10_fcp_ii4.{kind}.gz"
    path.write_bytes(gzip.compress(_database(kind).encode()))
    reading = read_source("figaro", path)
    rows = reading.rows["input_output_flow"]
    assert {(row["table_name"], row["year"]) for row in rows} == {("figaro", 2021), ("figaro", 2022)}
    for year in (2021, 2022):
        found = {tuple(row[key] for key in KEYS): row["value"] for row in rows if row["year"] == year}
        assert found == _cells(read_source("figaro", FLAT))
    assert reading.rejected == []


def test_a_use_table_of_figaro_is_refused(tmp_path: Path) -> None:
    """What sells are products, what buys are industries: no input-output table."""
    flat = tmp_path / "flatfile_eu-ic-use_24ed_2021.csv"
    flat.write_text(
        "icuseRow,icuseCol,refArea,rowPi,counterpartArea,colPi,obsValue\n"
        "IT_CPA_A01,IT_A01,IT,CPA_A01,IT,A01,10\nIT_CPA_A01,IT_P3_S14,IT,CPA_A01,IT,P3_S14,30\n"
    )
    matrix = tmp_path / "matrix_eu-ic-use_24ed_2021.csv"
    matrix.write_text("icuseRow,IT_A01,IT_P3_S14\nIT_CPA_A01,10,30\nW2_D1,5,0\n")
    for path in (flat, matrix):
        with pytest.raises(InputError, match="what sells is not what buys"):
            read_source("figaro", path)


def test_icio_names_its_edition_before_its_year(tmp_path: Path) -> None:
    path = tmp_path / "ICIO2021_2018.csv"
    shutil.copy(ICIO, path)
    one = read_source("icio", path).rows["input_output_flow"][0]
    assert (one["table_name"], one["year"]) == ("icio-2021", 2018)


def test_two_editions_of_icio_are_kept_apart_or_refused(tmp_path: Path) -> None:
    for name in ("2018_SML.csv", "ICIO2021_2018.csv"):
        shutil.copy(ICIO, tmp_path / name)
    rows = read_source("icio", tmp_path).rows["input_output_flow"]
    assert {row["table_name"] for row in rows} == {"icio", "icio-2021"}
    shutil.copy(ICIO, tmp_path / "older_2018.csv")
    with pytest.raises(InputError, match=r"this is icio of 2018, and so is .*2018_SML\.csv"):
        read_source("icio", tmp_path)


def test_icio_of_2016_names_final_uses_before_countries(tmp_path: Path) -> None:
    path = tmp_path / "ICIO2016_2011.csv"
    header, *rest = ICIO.read_text("utf-8").splitlines()
    turned = re.sub(r"\b(AUS|AUT)_(HFCE|NPISH|GGFC|GFCF|INVNT|DPABR)\b", r"\2_\1", header)
    path.write_text("\n".join([turned.replace(",OUT", ",DISC,TOTAL"), *(add_cell(line) for line in rest)]))
    cells = _cells(read_source("icio", path))
    assert cells["industry", "AU", "A01_02", "final use", "AT", "INVNT"] == -2
    assert cells["industry", "AU", "A01_02", "final use", "", "DISC"] == 1
    assert cells["industry", "AT", "C29", "output", "", "output"] == 120


def add_cell(line: str) -> str:
    """A cell of 1 before the total."""
    head, total = line.rsplit(",", 1)
    return f"{head},1,{total}"


def test_icio_with_its_totals() -> None:
    reading = read_source("icio", ICIO)
    cells = _cells(reading)
    assert cells["industry", "AU", "A01_02", "final use", "AT", "INVNT"] == -2
    assert cells["industry", "AT", "C29", "output", "", "output"] == 120
    assert cells["primary input", "", "VA", "industry", "AT", "C29"] == 60
    assert cells["output", "", "output", "industry", "AT", "C29"] == 120
    assert {row["year"] for row in reading.rows["input_output_flow"]} == {2018}
    table = _table(reading)
    assert table.inventory == ["INVNT"]
    assert table.output.tolist() == [100, 120]
    assert len(table.balance()) == 0


def test_a_cell_that_is_no_number_and_a_short_row_are_set_aside_with_their_reason(tmp_path: Path) -> None:
    lines = ICIO.read_text("utf-8").splitlines()
    lines[1] = lines[1].replace(",10,", ",n.a.,", 1)
    lines[2] = lines[2].rsplit(",", 2)[0]
    path = tmp_path / ICIO.name
    path.write_text("\n".join(lines), "utf-8")
    reading = read_source("icio", path)
    assert [(line, reason) for line, reason, _ in reading.rejected] == [
        (2, "no number in column AU A01_02"),
        (3, "13 cells where the header has 15"),
    ]


@pytest.mark.parametrize(
    ("source", "text", "said"),
    [
        ("icio", "a,b\n1,2\n", "names no industries and final uses"),
        ("figaro", "a,b,c\n1,2,3\n", "neither of FIGARO's matrix nor of its flat form"),
    ],
)
def test_another_file_is_refused(source: str, text: str, said: str, tmp_path: Path) -> None:
    path = tmp_path / "some_2018.csv"
    path.write_text(text)
    with pytest.raises(InputError, match=said):
        read_source(source, path)


def test_a_file_whose_name_tells_no_year_is_refused(tmp_path: Path) -> None:
    for source, given in (("icio", ICIO), ("figaro", MATRIX)):
        copy = tmp_path / f"{source}.csv"
        shutil.copy(given, copy)
        with pytest.raises(InputError, match="tells no year"):
            read_source(source, copy)


def workbook(path: Path) -> Path:
    """A world of two countries and two industries as WIOD's workbooks lay it out."""
    sectors = [("AUT", "c1"), ("AUT", "c2"), ("RoW", "c1"), ("RoW", "c2")]
    uses = [(place, use) for place in ("AUT", "RoW") for use in ("c37", "c38", "c39", "c41", "c42")]
    columns = [*sectors, *uses, ("TOT", "c62")]
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("WIOT_2000")
        sheet.write(0, 0, "Intercountry Input-Output Table, 2000")
        sheet.write(2, 0, "(industry-by-industry)")
        sheet.write(3, 0, "(millions of US$)")
        for at, (place, code) in enumerate(columns, start=4):
            for row, text in zip((2, 3, 4, 5), (f"isic {code}", f"name of {code}", place, code), strict=True):
                sheet.write(row, at, text)
        for row, (place, code) in enumerate(sectors, start=6):
            values = [10, 20, 0, 5, 30, 0, 10, 5, -2, 1, 0, 0, 0, 1, 80]
            for at, cell in enumerate([f"isic {code}", f"name of {code}", place, code, *values]):
                sheet.write(row, at, cell)
        for row, (code, value) in enumerate((("r60", 40), ("r99", 2), ("r64", 38), ("r69", 80)), start=10):
            for at, cell in enumerate(["", "name", "TOT", code, *[value] * 4]):
                sheet.write(row, at, cell)
    return path


def test_wiod_as_a_workbook(tmp_path: Path) -> None:
    reading = read_source("wiod", workbook(tmp_path / "WIOT00_ROW_Apr12.xlsx"))
    cells = _cells(reading)
    assert cells["industry", "AT", "c1", "industry", "ROW", "c2"] == 5
    assert cells["industry", "ROW", "c2", "final use", "AT", "c42"] == -2
    assert cells["primary input", "", "r64", "industry", "AT", "c2"] == 38
    assert cells["industry", "AT", "c2", "output", "", "output"] == 80
    assert {row["year"] for row in reading.rows["input_output_flow"]} == {2000}
    assert reading.rejected == []
    assert _table(reading).output.tolist() == [80] * 4


SECTORS_2016 = [("AUT", "A01"), ("AUT", "C10-C12"), ("ROW", "A01"), ("ROW", "C10-C12")]
VALUES_2016 = [10, 20, 0, 5, 30, 0, 10, 5, -2, 1, 0, 0, 0, 1, 80]
BELOW_2016 = [("II_fob", 65, 40), ("TXSP", 66, 2), ("VA", 70, 38), ("IntTTM", 71, 0), ("GO", 73, 80)]


def workbook_of_2016(path: Path) -> Path:
    """The same world as the release of 2016 lays it out: final uses are c57 to c61, rows are numbered r1 to r56."""
    uses = [(place, f"c{number}") for place in ("AUT", "ROW") for number in range(57, 62)]
    numbered = [(place, f"c{n}") for n, (place, _) in zip((1, 5, 1, 5), SECTORS_2016, strict=True)]
    columns = [*numbered, *uses, ("TOT", "c62")]
    called = (
        [code for _, code in SECTORS_2016] + ["CONS_h", "CONS_np", "CONS_g", "GFCF", "INVEN"] * 2 + ["GO"]
    )
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("2014")
        sheet.write(0, 0, "Intercountry Input-Output Table, release of November 2016")
        sheet.write(1, 0, "(millions of US$)")
        for at, ((place, number), code) in enumerate(zip(columns, called, strict=True), start=4):
            for row, text in zip((2, 3, 4, 5), (code, f"name of {code}", place, number), strict=True):
                sheet.write(row, at, text)
        for row, (place, code) in enumerate(SECTORS_2016, start=6):
            for at, cell in enumerate([code, f"name of {code}", place, f"r{row}", *VALUES_2016]):
                sheet.write(row, at, cell)
        for row, (code, number, value) in enumerate(BELOW_2016, start=10):
            for at, cell in enumerate([code, f"name of {code}", "TOT", f"r{number}", *[value] * 4]):
                sheet.write(row, at, cell)
    return path


def data_of_2016(path: Path) -> Path:
    """The same as the publisher's data frame of R: columns AUT1, AUT5, ... AUT57 ... TOT."""
    codes = [code for _, code in SECTORS_2016] + [code for code, _, _ in BELOW_2016]
    frame = pd.DataFrame(
        {
            "IndustryCode": pd.Categorical(codes),
            "IndustryDescription": pd.Categorical([f"name of {code}" for code in codes]),
            "Country": pd.Categorical([place for place, _ in SECTORS_2016] + ["TOT"] * len(BELOW_2016)),
            "RNr": np.array([1, 5, 1, 5, *(number for _, number, _ in BELOW_2016)], np.int32),
            "Year": np.array([2014.0] * len(codes)),
        }
    )
    names = [
        "AUT1",
        "AUT5",
        "ROW1",
        "ROW5",
        *(f"{c}{n}" for c in ("AUT", "ROW") for n in range(57, 62)),
        "TOT",
    ]
    for at, name in enumerate(names):
        below = [float(value) if at < 4 else np.nan for _, _, value in BELOW_2016]
        frame[name] = [float(VALUES_2016[at])] * 4 + below
    rdata.write_rda(path, {"wiot": frame})
    return path


@pytest.mark.parametrize(
    ("make", "name"),
    [(workbook_of_2016, "WIOT2014_Nov16_ROW.xlsx"), (data_of_2016, "WIOT2014_October16_ROW.RData")],
)
def test_wiod_of_2016(make: Callable[[Path], Path], name: str, tmp_path: Path) -> None:
    reading = read_source("wiod", make(tmp_path / name))
    cells = _cells(reading)
    assert cells["industry", "AT", "A01", "industry", "ROW", "C10-C12"] == 5
    assert cells["industry", "ROW", "C10-C12", "final use", "AT", "INVEN"] == -2
    assert cells["primary input", "", "VA", "industry", "AT", "C10-C12"] == 38
    assert cells["industry", "AT", "A01", "output", "", "output"] == 80
    assert cells["output", "", "inputs", "industry", "AT", "A01"] == 40
    assert {(row["table_name"], row["year"]) for row in reading.rows["input_output_flow"]} == {
        ("wiod-2016", 2014)
    }
    assert reading.rejected == []
    table = _table(reading)
    assert table.output.tolist() == [80] * 4
    assert table.value_added.tolist() == [38] * 4
    assert (table.inventory, table.household) == (["INVEN"], "CONS_h")
    assert table_industry("wiod-2016", "C10-C12").divisions == ("C10", "C11", "C12")


@pytest.mark.parametrize(
    ("parts", "said"),
    [
        ({"inter": np.eye(2)}, "has no part 'final'"),
        ({"inter": np.eye(3), "final": np.ones((2, 5)), "output": np.ones(2)}, "'inter' is 3 x 3, not 2 x 2"),
        ({"inter": np.eye(2), "final": np.ones((2, 4)), "output": np.ones(2)}, "'final' is 2 x 4, not 2 x 5"),
    ],
)
def test_arrays_that_do_not_fit_are_refused(parts: dict[str, np.ndarray], said: str, tmp_path: Path) -> None:
    path = tmp_path / "wiot_2001.npz"
    np.savez(path, **parts, countries=np.array(["AUT"]), industries=np.array(["c1", "c2"]))
    with pytest.raises(InputError, match=said):
        read_source("wiod", path)


def test_what_is_no_archive_of_arrays_is_refused(tmp_path: Path) -> None:
    (tmp_path / "wiot_2001.npz").write_bytes(b"no arrays")
    with pytest.raises(InputError, match="no arrays that can be read"):
        read_source("wiod", tmp_path / "wiot_2001.npz")


def test_wiod_as_the_r_package_ships_it(shared_data: Path) -> None:
    """The same flows as the arrays, cell by cell."""
    given = np.load(shared_data / "value-chains" / "wiot_2000.npz")
    reading = read_source("wiod", shared_data / "value-chains" / "wiot_2000.RData")
    table = _table(reading)
    assert table.output.sum() == given["output"].sum()
    assert table.flows.sum() == given["inter"].sum()
    assert table.final.sum() == given["final"].sum()
    cells = np.count_nonzero(given["inter"]) + np.count_nonzero(given["final"])
    assert reading.rows_in == cells + np.count_nonzero(given["output"])
    assert _cells(read_source("wiod", shared_data / "value-chains" / "wiot_2000.npz")) == _cells(reading)
    place = table.place("AT", "c15"), table.place("DE", "c15")
    at = 1 * 35 + 14, list(given["countries"]).index("DEU") * 35 + 14
    assert table.flows[place] == given["inter"][at]
    assert table.output[place[0]] == given["output"][at[0]]
    assert {"AU", "ROW", "RO"} <= set(table.countries)
