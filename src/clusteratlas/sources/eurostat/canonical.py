"""Cells of a table as rows of `observation`."""

from __future__ import annotations

from dataclasses import astuple

from clusteratlas.sources.eurostat.measures import measure, unit
from clusteratlas.sources.eurostat.places import places
from clusteratlas.sources.job import FileAccount, Job
from clusteratlas.sources.sql import literal, quoted

INDICATORS = ("indic_sb", "indic_sbs", "indic_bd", "na_item", "indic_na", "indic")
CLASSIFICATIONS = {
    "nace_r2": "NACE Rev. 2",
    "nace_r21": "NACE Rev. 2.1",
    "nace_r2_1": "NACE Rev. 2.1",
    "nace_r1": "NACE Rev. 1.1",
}


def observations(job: Job, cells: str, dimensions: list[str], dataset: str, account: FileAccount) -> str:
    """SQL for the rows of `observation` that a raw table of cells holds.

    ``dimensions`` are the names of the table's dimensions, in small letters.
    """
    indicator = next((name for name in INDICATORS if name in dimensions), None)
    industry = next((name for name in CLASSIFICATIONS if name in dimensions), None)
    rest = [name for name in dimensions if name not in (indicator, industry, "geo", "unit")]
    code = quoted(f"d_{indicator}") if indicator else None
    columns = [f"d_{name}" for name in dimensions]
    return f"""
      SELECT {literal(dataset)} AS dataset, {code or "NULL::VARCHAR"} AS indicator,
        {measure(dataset, code, columns)} AS measure, {unit(dataset, code, columns)} AS unit,
        {_breakdown(rest)} AS breakdown, p.nuts_code, p.nuts_version, p.region_code, p.level,
        {literal(CLASSIFICATIONS[industry]) if industry else "NULL::VARCHAR"} AS classification,
        {quoted(f"d_{industry}") if industry else "NULL::VARCHAR"} AS industry_code,
        CAST(left(period, 4) AS INTEGER) AS year, value, flag, NULL::DOUBLE AS lower, NULL::DOUBLE AS upper,
        false AS imputed, {literal(job.source)} AS source, {literal(account.file)} AS source_file,
        _line AS source_line
      FROM {quoted(cells)} JOIN {quoted(_places(job, cells, account))} p ON p.geo = d_geo"""


def _breakdown(names: list[str]) -> str:
    """SQL for the remaining dimensions as `age=Y15-64;sex=T`; that a year is annual goes without saying."""
    parts = {name: f"{literal(name + '=')} || {quoted(f'd_{name}')}" for name in names}
    if "freq" in parts:
        parts["freq"] = f"CASE WHEN d_freq <> 'A' THEN {parts['freq']} END"
    parts["time"] = "CASE WHEN length(period) > 4 THEN 'time=' || period END"
    return f"nullif(concat_ws(';', {', '.join(parts[name] for name in sorted(parts))}), '')"


def _places(job: Job, cells: str, account: FileAccount) -> str:
    """A raw table of the areas that the cells name."""
    run, name = job.connection.execute, job.raw_name("places")
    codes = [geo for (geo,) in run(f"SELECT DISTINCT d_geo FROM {quoted(cells)} ORDER BY ALL").fetchall()]
    found = places(codes)
    for place in (p for p in found if p.is_unknown):
        message = "codes of no version of NUTS, kept as they are"
        job.warn("unknown region", account.file, message, example=place.nuts_code)
    run(
        f"""CREATE TABLE {quoted(name)} (geo VARCHAR, nuts_code VARCHAR, nuts_version INTEGER,
            region_code VARCHAR, level INTEGER)"""
    )
    if found:
        rows = [astuple(place)[:5] for place in found]
        job.connection.executemany(f"INSERT INTO {quoted(name)} VALUES (?, ?, ?, ?, ?)", rows)
    return name
