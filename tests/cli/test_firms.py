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
