"""Input-output tables in their publishers' layouts: every cell a flow, nothing, or set aside with its reason."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import polars as pl
import pytest
import xlsxwriter

from clusteratlas.errors import InputError
from clusteratlas.observatory import InputOutput
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
    place = table.place("AT", "c15"), table.place("DE", "c15")
    at = 1 * 35 + 14, list(given["countries"]).index("DEU") * 35 + 14
    assert table.flows[place] == given["inter"][at]
    assert table.output[place[0]] == given["output"][at[0]]
    assert {"AU", "ROW", "RO"} <= set(table.countries)
