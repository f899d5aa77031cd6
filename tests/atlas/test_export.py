"""Rows in every format: nothing lost, nothing run, nothing that a spreadsheet cannot hold."""

from __future__ import annotations

import csv
import io
import json
from datetime import date, datetime
from decimal import Decimal

import openpyxl
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clusteratlas.atlas import spreadsheet
from clusteratlas.atlas.export import FORMATS, reader_of, write
from clusteratlas.atlas.values import defused
from clusteratlas.errors import UsageError


def written(rows: list[dict], format_name: str, columns: list[str] | None = None, **options) -> bytes:
    stream = io.BytesIO()
    assert write(reader_of(rows, columns), stream, format_name, **options) == len(rows)
    return stream.getvalue()


def sheets(content: bytes) -> list[list[tuple]]:
    return [list(sheet.iter_rows(values_only=True)) for sheet in openpyxl.load_workbook(io.BytesIO(content))]


@pytest.mark.parametrize(
    "text", ["=1+1", "+1+1", "-1+1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1", "=", "-", "+a"]
)
def test_a_text_that_would_run_gets_an_apostrophe(text: str) -> None:
    rows = list(csv.reader(io.StringIO(written([{"a": text}], "csv").decode(), newline="")))
    assert rows[1] == ["'" + text]


@pytest.mark.parametrize("text", ["-5", "+3.5", "-1e-7", "-12,5", "a=b", "", "'=1", "1-2"])
def test_numbers_and_harmless_texts_stay(text: str) -> None:
    assert defused(text) == text


def test_headings_are_defused_too() -> None:
    assert written([{"=a": 1}], "csv").startswith(b"'=a")
    assert sheets(written([{"=a": 1}], "xlsx"))[0][0] == ("'=a",)


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=30), min_size=1, max_size=5))
def test_any_text_survives_csv_and_json(texts: list[str]) -> None:
    rows = [{"a": text} for text in texts]
    assert [row["a"] for row in json.loads(written(rows, "json"))] == texts
    read = list(csv.reader(io.StringIO(written(rows, "csv").decode(), newline="")))[1:]
    assert [row[0] if row else "" for row in read] == [defused(text) for text in texts]


def test_values_of_every_kind() -> None:
    rows = [
        {
            "day": date(2024, 2, 29),
            "moment": datetime.fromisoformat("2024-02-29T10:30:00"),
            "flag": True,
            "amount": -12.5,
            "nan": float("nan"),
            "exact": Decimal("1.50"),
            "many": ["a", "b"],
            "nested": {"x": 1},
            "nothing": None,
            "large": 2**60,
        }
    ]
    assert json.loads(written(rows, "json")) == [
        {
            **{
                "day": "2024-02-29",
                "moment": "2024-02-29T10:30:00",
                "flag": True,
                "amount": -12.5,
                "nan": None,
            },
            **{"exact": 1.5, "many": ["a", "b"], "nested": {"x": 1}, "nothing": None, "large": 2**60},
        }
    ]
    (one,) = csv.DictReader(io.StringIO(written(rows, "csv").decode()))
    assert (one["flag"], one["nan"], one["many"], one["amount"]) == ("true", "", '["a", "b"]', "-12.5")
    head, cells = sheets(written(rows, "xlsx"))[0]
    read = dict(zip(head, cells, strict=True))
    assert read["day"] == datetime.fromisoformat("2024-02-29T00:00:00")
    assert read["moment"] == datetime.fromisoformat("2024-02-29T10:30:00")
    assert (read["flag"], read["amount"], read["nan"], read["large"]) == (True, -12.5, None, str(2**60))
    assert pl.read_parquet(io.BytesIO(written(rows, "parquet")))["day"][0] == date(2024, 2, 29)


def test_days_before_spreadsheets_knew_any() -> None:
    rows = [{"day": date(1850, 1, 2), "moment": datetime.fromisoformat("1850-01-02T03:00:00")}]
    assert sheets(written(rows, "xlsx"))[0][1] == ("1850-01-02", "1850-01-02T03:00:00")


def test_a_text_too_long_for_a_cell_is_cut_and_says_so() -> None:
    for text in ("x" * 40_000, "𝔘" * 20_000):
        cell = sheets(written([{"a": text}], "xlsx"))[0][1][0]
        assert len(cell.encode("utf-16-le")) // 2 <= 32_767
        assert cell.endswith(f"… [cut: {len(text):,} characters; CSV, JSON and Parquet have them all]")
        assert json.loads(written([{"a": text}], "json"))[0]["a"] == text


def test_rows_too_many_for_a_sheet_go_on_in_another(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spreadsheet, "SHEET_ROWS", 11)
    found = sheets(
        written([{"a": n} for n in range(25)], "xlsx", title="project", about={"licence": "CC BY 4.0"})
    )
    assert [len(sheet) for sheet in found] == [11, 11, 6, 1]
    assert all(sheet[0] == ("a",) for sheet in found[:3])
    assert [row[0] for sheet in found[:3] for row in sheet[1:]] == list(range(25))


def test_letters_that_xml_cannot_hold() -> None:
    assert sheets(written([{"a": "x\x01\x0b\x1fy"}], "xlsx"))[0][1]


@pytest.mark.parametrize("format_name", FORMATS)
def test_no_row_still_has_its_columns(format_name: str) -> None:
    content = written([], format_name, ["a", "b"], about={"licence": "CC BY 4.0"})
    if format_name == "csv":
        assert content == b"a,b\r\n"
    elif format_name == "xlsx":
        assert sheets(content)[0] == [("a", "b")]
    elif format_name == "json":
        assert json.loads(content) == {"licence": "CC BY 4.0", "rows": []}
    elif format_name == "parquet":
        assert pl.read_parquet(io.BytesIO(content)).columns == ["a", "b"]


def test_memory_does_not_grow_with_the_rows() -> None:
    schema = pa.schema([("a", pa.int64()), ("b", pa.string())])
    seen = []

    def batches():
        for n in range(50):
            seen.append(n)
            yield pa.record_batch([pa.array(range(1000)), pa.array(["text"] * 1000)], schema)

    stream = io.BytesIO()
    assert write(pa.RecordBatchReader.from_batches(schema, batches()), stream, "jsonl") == 50_000
    assert seen == list(range(50))


def test_a_format_that_is_none() -> None:
    with pytest.raises(UsageError, match="no format 'xls'") as told:
        write(reader_of([]), io.BytesIO(), "xls")
    assert "xlsx" in told.value.remedy
