"""The publisher's own files: counts and figures against a reading by nothing but gzip, split and csv."""

from __future__ import annotations

import csv
import gzip
import importlib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from clusteratlas.pipeline.build import Given, build
from clusteratlas.pipeline.schema import table
from tests.support.reading import read_source

ROOT = Path(__file__).parents[2]
DATA = ROOT.parent / "shared/data/eurostat"
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not DATA.exists(), reason="the publisher's files are not at ../shared/data"),
]

FILES = {
    "sbs_r_nuts06_r2": "sbs_r_nuts06_r2.tsv.gz",
    "sbs_na_sca_r2": "sbs_na_sca_r2.tsv.gz",
    "sbs_r_3k_my_r2": "sbs_r_3k_my_r2.tsv.gz",
    "lfst_r_lfe2en2": "lfst_r_lfe2en2.tsv.gz",
    "nama_10r_3gdp": "estat_nama_10r_3gdp.tsv.gz",
    "nama_10r_3empers": "nama_10r_3empers.sdmx.csv.gz",
}

Cell = tuple[int, str, int, str, str]
"""File's line, area, year, number or ':', flags."""


def plainly(file: str) -> Iterator[Cell]:
    """Every cell of a file, by the simplest means."""
    with gzip.open(DATA / file, "rt", encoding="utf-8", newline="") as stream:
        if file.endswith(".csv.gz"):
            for line, row in enumerate(csv.DictReader(stream), start=2):
                yield line, row["geo"], int(row["TIME_PERIOD"]), row["OBS_VALUE"] or ":", row["OBS_FLAG"]
            return
        years = [int(year) for year in next(stream).split("\t")[1:]]
        for line, text in enumerate(stream, start=2):
            key, *cells = text.rstrip("\n").split("\t")
            for year, cell in zip(years, cells, strict=True):
                mark, _, flags = cell.strip().partition(" ")
                yield line, key.split(",")[-1], year, mark, flags


@pytest.fixture(scope="module")
def root(tmp_path_factory) -> Path:
    """A release of all tables, built from the folder as it is."""
    root = tmp_path_factory.mktemp("atlas")
    built = build([Given("eurostat", DATA)], root)
    assert all(account.quarantined == 0 for account in built.accounts)
    return root


@pytest.fixture(scope="module")
def release(root: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """What the publisher has said, without our estimates."""
    with duckdb.connect() as connection:
        connection.execute(f"ATTACH '{root / 'atlas.duckdb'}' AS built (READ_ONLY)")
        connection.execute(
            "CREATE VIEW observation AS SELECT rowid, * FROM built.observation WHERE NOT imputed"
        )
        yield connection


@pytest.mark.parametrize("dataset", FILES)
def test_every_cell_is_there_as_published(release: duckdb.DuckDBPyConnection, dataset: str):
    found = dict(
        release.execute(
            """SELECT (source_line, nuts_code, year), (value, coalesce(flag, '')) FROM observation
               WHERE dataset = ?""",
            [dataset],
        ).fetchall()
    )
    count = 0
    for line, area, year, mark, flags in plainly(FILES[dataset]):
        value = None if mark == ":" else float(mark)
        assert found.get((line, area, year)) == (value, flags), (line, area, year)
        count += 1
    assert len(found) == count


def test_the_large_table_is_whole(release: duckdb.DuckDBPyConnection):
    """195,227 series, 467 areas, 101 industries; as many missing and confidential cells as the file has."""
    counts = Counter()
    flags = Counter()
    for _, _, _, mark, flag in plainly(FILES["sbs_r_nuts06_r2"]):
        counts[mark == ":"] += 1
        flags[flag] += 1
    assert (sum(counts.values()), counts[True], flags["c"]) == (1_561_816, 460_887, 93_421)
    found = release.execute(
        """SELECT count(*), count(*) - count(value), count(*) FILTER (flag = 'c'), count(DISTINCT source_line),
             count(DISTINCT nuts_code), count(DISTINCT industry_code), min(year), max(year)
           FROM observation WHERE dataset = 'sbs_r_nuts06_r2'"""
    ).fetchall()
    assert found == [(1_561_816, 460_887, 93_421, 195_227, 467, 101, 2008, 2015)]
    kept = release.execute(
        "SELECT coalesce(flag, ''), count(*) FROM observation WHERE dataset = 'sbs_r_nuts06_r2' GROUP BY 1"
    ).fetchall()
    assert Counter(dict(kept)) == flags


def test_each_cell_has_a_key_of_its_own(release: duckdb.DuckDBPyConnection):
    key = ", ".join(table("observation").key)
    found = release.execute(
        f"SELECT count(*) FROM (SELECT 1 FROM observation GROUP BY {key} HAVING count(*) > 1)"
    ).fetchall()
    assert found == [(0,)]


def test_growth_and_share_are_what_we_call_them(release: duckdb.DuckDBPyConnection):
    """The published rates follow from the published persons employed, so their names are right."""
    found = release.execute(
        """WITH cells AS (
             PIVOT (SELECT nuts_code, industry_code, year, indicator, value FROM observation
               WHERE dataset = 'sbs_r_nuts06_r2' AND nuts_code LIKE 'AT%')
             ON indicator IN ('V16110', 'V91290', 'V94310') USING first(value))
           SELECT median(abs(c.V91290 - 100 * (c.V16110 / b.V16110 - 1))),
             median(abs(c.V94310 - 100 * c.V16110 / m.V16110))
           FROM cells c JOIN cells b ON b.nuts_code = c.nuts_code AND b.industry_code = c.industry_code
             AND b.year = c.year - 1 AND b.V16110 > 0
           JOIN cells m ON m.nuts_code = c.nuts_code AND m.industry_code = 'C' AND m.year = c.year"""
    ).fetchall()
    assert all(gap < 0.06 for gap in found[0])


def test_every_area_is_placed(release: duckdb.DuckDBPyConnection):
    unplaced = release.execute(
        """SELECT DISTINCT nuts_code FROM observation WHERE nuts_version IS NULL ORDER BY ALL"""
    ).fetchall()
    assert [code for (code,) in unplaced] == [
        *("BA", "EA17", "EA18", "EA19", "EU15", "EU27", "EU27_2020", "EU28", "HR01"),
    ]
    versions = release.execute(
        """SELECT nuts_code, min(nuts_version), max(nuts_version), any_value(region_code) FROM observation
           WHERE dataset = 'sbs_r_nuts06_r2' AND nuts_code IN ('AT11', 'DE41', 'EL11', 'NO01', 'FR71')
           GROUP BY 1 ORDER BY 1"""
    ).fetchall()
    assert versions == [
        ("AT11", 2013, 2013, "AT11"),
        ("DE41", 2006, 2006, "DE40"),
        ("EL11", 2010, 2010, "EL51"),
        ("FR71", 2013, 2013, "FRK2"),
        ("NO01", 2016, 2016, "NO08"),
    ]


def test_rows_stand_in_the_order_that_they_are_looked_up_by(release: duckdb.DuckDBPyConnection):
    """Row groups then hold few areas each, and a look-up passes over the others."""
    found = release.execute(
        """SELECT count(*) FROM (
             SELECT (indicator, nuts_code, industry_code, year) AS this,
               lag((indicator, nuts_code, industry_code, year)) OVER (ORDER BY rowid) AS before
             FROM observation WHERE dataset = 'sbs_r_nuts06_r2') WHERE this < before"""
    ).fetchall()
    assert found == [(0,)]


def test_the_sample_holds_what_its_maker_takes_from_a_release(root: Path, tmp_path: Path, monkeypatch):
    monkeypatch.syspath_prepend(str(ROOT / "tools"))
    maker = importlib.import_module("make_sample")
    monkeypatch.setattr(maker, "FOLDER", tmp_path)
    maker.main(str(root), "observation")
    kept = ROOT / "src/clusteratlas/sample/sample/observation.csv"
    assert (tmp_path / "observation.csv").read_bytes() == kept.read_bytes()


def test_the_sample_reads_as_the_publishers_own_file(release: duckdb.DuckDBPyConnection):
    """The same rows, but for where they stand."""
    sample = read_source("sample", ROOT / "src/clusteratlas/sample/sample").observations
    names = [name for name in sample[0] if name not in ("source", "source_file", "source_line")]
    found = set(release.execute(f"SELECT {', '.join(names)} FROM observation").fetchall())
    assert {tuple(row[name] for name in names) for row in sample} <= found
