"""`clusteratlas firms`: tables of a panel in a file, with columns of one's own names."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from typer.testing import CliRunner

from clusteratlas.cli import app
from clusteratlas.cli.firms import TABLES
from clusteratlas.errors import ClusteratlasError, InputError, UsageError

COLUMNS = ["--column", "firm=id", "--column", "employees=persons", "--column", "birth-year=founded"]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A panel of forty firms over seven years, with its own names of columns."""
    rows = [
        f"{n:03d},{year},{10 + n + (year - 2014) * (n % 5)},{1990 + n % 25},{'NS'[n % 2]},{'xyz'[n % 3]}"
        for n in range(40)
        for year in range(2014, 2021)
    ]
    path = tmp_path / "panel.csv"
    path.write_text("\n".join(["id,year,persons,founded,region,industry", *rows]) + "\n", "utf-8")
    return path


def run(*arguments: str) -> str:
    """What the command prints; raises its mistake."""
    done = CliRunner().invoke(app, ["firms", *arguments])
    if isinstance(done.exception, ClusteratlasError):
        raise done.exception
    assert done.exit_code == 0, done.output
    return done.stdout


@pytest.mark.parametrize("table", TABLES)
def test_every_table(file: Path, table: str) -> None:
    rows = list(
        csv.DictReader(
            io.StringIO(run(str(file), "--table", table, *COLUMNS, "--format", "csv").lstrip("\ufeff"))
        )
    )
    assert rows
    if table == "verdicts":
        assert {row["id"] for row in rows} == {f"{n:03d}" for n in range(40)}


def test_without_a_file_the_tables_are_listed() -> None:
    assert all(table in run() for table in TABLES)


def test_mistakes_name_the_file_and_the_remedy(file: Path) -> None:
    with pytest.raises(UsageError, match="no table 'verdict'"):
        run(str(file), "--table", "verdict")
    with pytest.raises(InputError, match="no column 'firm'") as told:
        run(str(file), "--column", "employees=persons")
    assert told.value.where == str(file)
    with pytest.raises(UsageError, match="names no column"):
        run(str(file), "--column", "id")
    with pytest.raises(UsageError, match="no profile called 'eu'"):
        run(str(file), *COLUMNS, "--profile", "eu")


def test_a_missing_column_is_named_as_one_types_it(file: Path) -> None:
    with pytest.raises(InputError, match="no column of employees") as told:
        run(str(file), "--column", "firm=id")
    assert "--column employees=NAME" in told.value.remedy
    assert "'...'" not in told.value.remedy
    with pytest.raises(InputError, match="no column 'firm'") as told:
        run(str(file), "--column", "employees=persons")
    assert "--column firm=NAME" in told.value.remedy


def test_tables_show_years_as_years_in_order(file: Path) -> None:
    lines = [
        line.split() for line in run(str(file), *COLUMNS, "--table", "growth", "--limit", "6").split("\n")
    ]
    told = [line[:2] for line in lines if line and line[0].isdigit()]
    assert told == [[f"{n:03d}", str(year)] for n in (0, 1) for year in range(2017, 2020 + 1)][:6]
    assert "1,9" not in run(str(file), *COLUMNS, "--limit", "3")


@pytest.mark.parametrize(
    ("table", "keys"),
    [("verdicts", ["id", "year"]), ("demography", ["region", "year"]), ("job-flows", ["region", "year"])],
)
def test_rows_come_in_a_stable_order(file: Path, table: str, keys: list[str]) -> None:
    by = [] if table == "verdicts" else ["--by", "region"]
    text = run(str(file), "--table", table, *COLUMNS, *by, "--format", "csv").lstrip("\ufeff")
    found = [[row[key] for key in keys] for row in csv.DictReader(io.StringIO(text))]
    assert found == sorted(found)


def test_names_of_columns_are_not_broken_inside_words(file: Path) -> None:
    shown = run(str(file), *COLUMNS, "--limit", "2")
    heads = {word for line in shown.partition("\u2500")[0].split("\n") for word in line.split()}
    assert {"start_", "value", "is_high_", "growth", "founded"} <= heads


def test_a_column_of_years_of_another_name_and_a_year_go_together(tmp_path: Path) -> None:
    path = tmp_path / "panel.csv"
    path.write_text("id,yr,persons\na,2017,10\na,2020,14\n")
    named = ["--column", "firm=id", "--column", "year=yr", "--column", "employees=persons"]
    for table in ("verdicts", "growth"):
        shown = run(str(path), "--table", table, "--year", "2020", *named, "--format", "csv")
        assert shown.splitlines()[1].startswith("a,2020,2017,10")


def test_the_help_says_what_a_row_is() -> None:
    said = " ".join(CliRunner().invoke(app, ["firms", "--help"]).output.split())
    assert "a row for each firm and year" in said
    assert "each region and industry" not in said
