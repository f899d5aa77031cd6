"""Eurostat's regional business statistics, read as published, for tests and benchmarks on real figures."""

from __future__ import annotations

import gzip
import re
from functools import cache
from pathlib import Path

import polars as pl

EUROSTAT = Path(__file__).parents[3] / "shared" / "data" / "eurostat"
REGIONAL = EUROSTAT / "sbs_r_nuts06_r2.tsv.gz"
NATIONAL = EUROSTAT / "sbs_na_sca_r2.tsv.gz"
CELL = re.compile(r"\s*(?::|(?P<value>-?[\d.]+))?\s*(?P<flag>[a-z]*)\s*")


@cache
def indicator(file: Path, code: str) -> pl.DataFrame:
    """One indicator of a table: industry, region, year, value, flag (None when there is none)."""
    with gzip.open(file, "rt") as lines:
        years = [int(year) for year in next(lines).split("\t")[1:]]
        rows = [row for line in lines for row in _rows(line, code, years)]
    names = {
        "industry": pl.String,
        "region": pl.String,
        "year": pl.Int64,
        "value": pl.Float64,
        "flag": pl.String,
    }
    return pl.DataFrame(rows, names, orient="row")


def _rows(line: str, code: str, years: list[int]) -> list[tuple]:
    key, *cells = line.rstrip("\n").split("\t")
    industry, found, region = key.split(",")
    if found != code:
        return []
    read = (CELL.fullmatch(cell) for cell in cells)
    return [
        (industry, region, year, float(cell["value"]) if cell["value"] else None, cell["flag"] or None)
        for year, cell in zip(years, read, strict=True)
    ]


def persons_employed() -> pl.DataFrame:
    """Persons employed by region, industry and year, with the number of local units in ``units``."""
    units = indicator(REGIONAL, "V11210").select("industry", "region", "year", units="value")
    return indicator(REGIONAL, "V16110").join(units, on=["industry", "region", "year"], how="left")
