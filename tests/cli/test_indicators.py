"""`clusteratlas indicators`: a file in, the same rows with an indicator out."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

from clusteratlas import observatory
from clusteratlas.cli.indicators import _functions

JOBS = {
    "nuts": ["01", "01", "02", "02"],
    "sector": ["x", "y", "x", "y"],
    "jobs": [30, 10, 10, 50],
}
COLUMNS = ("--region", "nuts", "--industry", "sector", "--value", "jobs")


@pytest.fixture
def jobs(tmp_path: Path) -> Path:
    path = tmp_path / "jobs.csv"
    pl.DataFrame(JOBS).write_csv(path)
    return path


def quotients(rows: list[dict[str, str]]) -> dict[tuple[str, str], float]:
    return {(row["nuts"], row["sector"]): float(row["location_quotient"]) for row in rows}


EXPECTED = {("01", "x"): 1.875, ("01", "y"): 25 / 60, ("02", "x"): 25 / 60, ("02", "y"): 50 / 36}


def test_a_csv_file_gains_the_indicator_and_codes_keep_their_zeros(run: Callable, jobs: Path) -> None:
    ran = run("indicators", "location-quotient", jobs, *COLUMNS, "--format", "csv")
    assert ran.code == 0
    assert quotients(ran.rows) == pytest.approx(EXPECTED)


@pytest.mark.parametrize("ending", ["csv.gz", "tsv", "parquet", "xlsx", "semicolons.csv"])
def test_every_kind_of_file_gives_the_same(run: Callable, tmp_path: Path, ending: str) -> None:
    path, frame = tmp_path / f"jobs.{ending}", pl.DataFrame(JOBS)
    if ending == "csv.gz":
        path.write_bytes(gzip.compress(frame.write_csv().encode()))
    elif ending == "parquet":
        frame.write_parquet(path)
    elif ending == "xlsx":
        frame.write_excel(path)
    else:
        path.write_text(frame.write_csv(separator="\t" if ending == "tsv" else ";"))
    ran = run("indicators", "location_quotient", path, *COLUMNS, "--format", "csv")
    assert quotients(ran.rows) == pytest.approx(EXPECTED)


def test_decimal_commas_and_years_are_read_as_people_write_them(run: Callable, tmp_path: Path) -> None:
    path = tmp_path / "jobs.csv"
    path.write_text("nuts;sector;jobs;period\n01;x;1,5;2019\n02;x;0,5;2019\n02;y;2;2019\n")
    ran = run("indicators", "location-quotient", path, *COLUMNS, "--format", "csv")
    assert float(ran.rows[0]["location_quotient"]) == pytest.approx(2)
    shown = run("indicators", "location-quotient", path, *COLUMNS).out
    assert "2019" in shown
    assert "2,019" not in shown
    path.write_text("nuts;sector;jobs;period\n01;x;1,5;2019\n01;x;0,5;2021\n")
    grown = run("indicators", "growth", path, *COLUMNS, "--period", "period").out
    assert "2019" in grown
    assert "2021" in grown


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("jobs.csv", b"nuts,sector,jobs\n", "there is no row below the first line"),
        ("jobs.csv", "nuts,sector,jobs\n01,x,1\n".encode("utf-16"), "UTF-8"),
        ("jobs.csv", None, "this is a folder"),
    ],
)
def test_what_is_wrong_with_a_file_is_said(
    run: Callable, tmp_path: Path, name: str, content: bytes | None, said: str
) -> None:
    path = tmp_path / name
    if content is None:
        path.mkdir()
    else:
        path.write_bytes(content)
    ran = run("indicators", "location-quotient", path, *COLUMNS)
    assert ran.code == 3
    assert said in ran.err


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("growth", "--period is not given. Remedy: name the column, such as --period year"),
        ("convert-regions", "'to_version' is not given. Remedy: add --with to_version=..."),
    ],
)
def test_what_is_missing_is_named_as_one_types_it(run: Callable, jobs: Path, name: str, said: str) -> None:
    assert said in run("indicators", name, jobs, *COLUMNS).err


def test_results_are_written_to_a_file_whole(run: Callable, jobs: Path, tmp_path: Path) -> None:
    out = tmp_path / "result.parquet"
    ran = run("indicators", "location-quotient", jobs, *COLUMNS, "--limit", 1, "--out", out)
    assert (ran.code, ran.out) == (0, "")
    assert quotients(pl.read_parquet(out).to_dicts()) == pytest.approx(EXPECTED)


def test_without_a_name_they_are_listed_and_without_a_file_explained(run: Callable) -> None:
    listed = {row["indicator"] for row in run("indicators", "--format", "csv").rows}
    assert {"location-quotient"} <= listed
    assert len(listed) == len(_functions()) <= len(observatory.__all__)
    assert "LQ = " in run("indicators", "location-quotient").out


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("locationquotient", "{file}"), 2, "location-quotient"),
        (("location-quotient", "{file}", *COLUMNS[:4], "--value", "job"), 3, "did you mean 'jobs'"),
        (("location-quotient", "absent.csv"), 3, "there is no such file"),
        (("location-quotient", "{file}", *COLUMNS, "--with", "thresold=1"), 2, "no argument 'thresold'"),
        (("location-quotient", "{file}", *COLUMNS, "--with", "threshold"), 2, "NAME=VALUE"),
        (("location-quotient", "{file}", *COLUMNS, "--part", "cells"), 2, "one table"),
        (("location-quotient", "{file}", *COLUMNS, "--out", "x.docx"), 2, "no format 'docx'"),
    ],
)
def test_a_mistake_is_answered_with_what_to_do(
    run: Callable, jobs: Path, arguments: tuple[str, ...], code: int, said: str
) -> None:
    ran = run("indicators", *(one.format(file=jobs) for one in arguments))
    assert ran.code == code
    assert said in ran.err


def test_a_file_that_is_no_table_is_named(run: Callable, tmp_path: Path) -> None:
    for name, content in (("a.csv", b"a,b\n1\n1,2,3\n"), ("b.parquet", b"PK"), ("c.xlsx", b"no workbook")):
        path = tmp_path / name
        path.write_bytes(content)
        ran = run("indicators", "location-quotient", path)
        assert ran.code == 3, (name, ran.err)
        assert name in ran.err


def test_a_bad_cell_is_told_with_the_file(run: Callable, tmp_path: Path) -> None:
    path = tmp_path / "jobs.csv"
    path.write_text("region,industry,value\nA,x,-1\n")
    ran = run("indicators", "location-quotient", path)
    assert ran.code == 3
    assert "jobs.csv" in ran.err
    assert "negative" in ran.err


@pytest.mark.parametrize(
    ("indicator", "setting", "said"),
    [
        ("standardised-location-quotient", "percentile=101", "a number between 0 and 100"),
        ("standardised-location-quotient", "samples=none", "a whole number from 1"),
        ("complexity", "threshold=-1", "a number above 0"),
        ("typology", "groups=0", "a whole number from 2"),
        ("gini", "of=[region]", "industry or region"),
        ("growth", "between=start", "name the column"),
    ],
)
def test_nonsense_is_answered_in_one_line(
    run: Callable, jobs: Path, indicator: str, setting: str, said: str
) -> None:
    ran = run("indicators", indicator, jobs, *COLUMNS, "--with", setting)
    assert ran.code == 2
    assert said in ran.err.replace("\n", " ")
    assert "Traceback" not in ran.err
