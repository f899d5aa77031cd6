"""`clusteratlas export`: tables in files that other programs understand, safe in a spreadsheet."""

from __future__ import annotations

import csv
import hashlib
import json
from collections.abc import Callable
from pathlib import Path

import openpyxl
import polars as pl
import pyarrow.parquet as pq
import pytest

import clusteratlas
from clusteratlas.pipeline.schema import tables
from tests.support.release import FORMULA_TITLE


@pytest.fixture
def export(run: Callable, release: Path, tmp_path: Path) -> Callable:
    def command(*arguments: object) -> Path:
        ran = run("export", "--release", release, "--to", tmp_path / "out", *arguments)
        assert ran.code == 0
        return tmp_path / "out"

    return command


def described(folder: Path) -> dict[str, dict]:
    package = json.loads((folder / "datapackage.json").read_text())
    return {resource["name"].replace("-", "_"): resource for resource in package["resources"]}


def test_every_table_is_written_and_described(export: Callable, release: Path) -> None:
    folder = export()
    resources = described(folder)
    assert sorted(resources) == sorted(tables())
    with clusteratlas.open(release) as atlas:
        for name, resource in resources.items():
            content = (folder / resource["path"]).read_bytes()
            assert resource["bytes"] == len(content)
            assert resource["hash"] == "sha256:" + hashlib.sha256(content).hexdigest()
            assert pq.read_table(folder / resource["path"]).equals(atlas.table(name).to_arrow_table())
            assert [f["name"] for f in resource["schema"]["fields"]] == list(tables()[name].columns)
            assert resource["schema"]["primaryKey"] == list(tables()[name].key)


def test_the_package_tells_sources_licences_units_and_references(export: Callable) -> None:
    folder = export("--table", "participation", "--table", "project", "--format", "csv")
    package = json.loads((folder / "datapackage.json").read_text())
    assert package["licenses"][0]["name"] == "CC BY 4.0"
    assert package["sources"][0]["attribution"].startswith("Source: CORDIS")
    participation = described(folder)["participation"]["schema"]
    money = next(f for f in participation["fields"] if f["name"] == "eu_contribution_eur")
    assert (money["type"], money["unit"]) == ("number", "EUR")
    assert participation["foreignKeys"] == [
        {"fields": ["project_id"], "reference": {"resource": "project", "fields": ["project_id"]}}
    ]


@pytest.mark.parametrize("format_name", ["csv", "jsonl", "json", "parquet", "xlsx"])
def test_all_formats_hold_the_same_rows(export: Callable, format_name: str) -> None:
    path = export("--table", "participation", "--format", format_name) / f"participation.{format_name}"
    read = {
        "csv": lambda: csv_rows(path),
        "jsonl": lambda: [json.loads(line) for line in path.read_text().splitlines()],
        "json": lambda: json.loads(path.read_text()),
        "parquet": lambda: pl.read_parquet(path).to_dicts(),
        "xlsx": lambda: sheet_rows(path),
    }[format_name]
    with_ids = [(row["participation_id"], float(row["eu_contribution_eur"])) for row in read()]
    whole = pl.read_parquet(export("--table", "participation") / "participation.parquet")
    assert with_ids == list(whole.select("participation_id", "eu_contribution_eur").iter_rows())


def csv_rows(path: Path) -> list[dict]:
    with path.open(newline="") as stream:
        return list(csv.DictReader(stream))


def sheet_rows(path: Path) -> list[dict]:
    head, *rows = openpyxl.load_workbook(path).worksheets[0].iter_rows(values_only=True)
    return [dict(zip(head, row, strict=True)) for row in rows]


def test_a_title_that_is_a_formula_is_none_in_a_spreadsheet(export: Callable) -> None:
    folder = export("--table", "project", "--format", "csv")
    titles = [row["title"] for row in csv_rows(folder / "project.csv")]
    assert "'" + FORMULA_TITLE in titles
    export("--table", "project", "--format", "xlsx")
    cells = [
        c for row in openpyxl.load_workbook(folder / "project.xlsx").worksheets[0].iter_rows() for c in row
    ]
    assert not [c for c in cells if c.data_type == "f"]
    assert "'" + FORMULA_TITLE in [c.value for c in cells]
    export("--table", "project", "--format", "jsonl")
    exact = [json.loads(line)["title"] for line in (folder / "project.jsonl").read_text().splitlines()]
    assert FORMULA_TITLE in exact


def test_a_search_exports_what_belongs_to_its_projects(export: Callable) -> None:
    folder = export("--query", "hydrogen", "--filter", "country=SE", "--format", "csv")
    rows = {name: csv_rows(folder / f"{name}.csv") for name in described(folder)}
    chosen = {row["project_id"] for row in rows["project"]}
    assert 0 < len(chosen) < 30
    for name in ("participation", "project_theme", "project_result", "project_cluster"):
        assert {row["project_id"] for row in rows[name]} == chosen
    taking_part = {row["organisation_id"] for row in rows["participation"]}
    assert {row["organisation_id"] for row in rows["organisation"]} == taking_part
    assert "region" not in rows
    assert "hydrogen" in json.loads((folder / "datapackage.json").read_text())["description"]


def test_mistakes_are_told(run: Callable, release: Path, tmp_path: Path) -> None:
    ran = run("export", "--release", release, "--to", tmp_path, "--table", "projct")
    assert (ran.code, ran.out) == (2, "")
    assert "did you mean 'project'?" in ran.err
    assert run("export", "--release", release, "--to", tmp_path, "--format", "ods").code == 2
    (tmp_path / "file").write_text("")
    ran = run("export", "--release", release, "--to", tmp_path / "file" / "below")
    assert ran.code == 1
    assert "cannot be written" in ran.err


def test_a_disk_that_is_full_leaves_no_half_file(run: Callable, release: Path) -> None:
    full = Path("/dev/full")
    if not full.exists():
        pytest.skip("no /dev/full here")
    ran = run("export", "--release", release, "--to", full)
    assert ran.code == 1
    assert "cannot be written" in ran.err
