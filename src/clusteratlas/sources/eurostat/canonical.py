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


def describe(
    job: Job, raw: str, dimensions: list[str], dataset: str, account: FileAccount, *, within: str = "period"
) -> str:
    """A raw table of cells or series with the columns of `observation` in place of its dimensions, in the order in
    which the release has them.

    ``dimensions`` are those of the table, in small letters; ``raw`` has a column `d_<dimension>` for each.
    ``within`` is what a series is ordered by.
    What is the same in all cells of a series is found once: a table has eight times as many cells, or more.
    """
    indicator = next((name for name in INDICATORS if name in dimensions), None)
    industry = next((name for name in CLASSIFICATIONS if name in dimensions), None)
    rest = [name for name in dimensions if name not in (indicator, industry, "geo", "unit")]
    code = quoted(f"d_{indicator}") if indicator else None
    columns = [f"d_{name}" for name in dimensions]
    described, areas = job.raw_name("described"), _places(job, raw, account)
    job.connection.execute(
        f"""CREATE TABLE {quoted(described)} AS
            SELECT {code or "NULL::VARCHAR"} AS indicator, {measure(dataset, code, columns)} AS measure,
              {unit(dataset, code, columns)} AS unit, {_breakdown(rest)} AS breakdown,
              p.nuts_code, p.nuts_version, p.region_code, p.level,
              {literal(CLASSIFICATIONS[industry]) if industry else "NULL::VARCHAR"} AS classification,
              {quoted(f"d_{industry}") if industry else "NULL::VARCHAR"} AS industry_code,
              r.* EXCLUDE ({", ".join(quoted(c) for c in columns)})
            FROM {quoted(raw)} r JOIN {quoted(areas)} p ON p.geo = d_geo
            ORDER BY indicator, unit, breakdown, nuts_code, industry_code, {within}"""
    )
    job.connection.execute(f"DROP TABLE {quoted(raw)}")
    return described


def observations(job: Job, cells: str, dataset: str, account: FileAccount) -> str:
    """SQL for the rows of `observation` from SQL for described cells, with their `period`, `value` and `flag`."""
    return f"""
      SELECT {literal(dataset)} AS dataset, indicator, measure, unit,
        CASE WHEN length(period) > 4 THEN concat_ws(';', breakdown, 'time=' || period) ELSE breakdown END
          AS breakdown,
        nuts_code, nuts_version, region_code, level, classification, industry_code,
        CAST(left(period, 4) AS INTEGER) AS year, value, flag, NULL::DOUBLE AS lower, NULL::DOUBLE AS upper,
        false AS imputed, {literal(job.source)} AS source, {literal(account.file)} AS source_file,
        _line AS source_line
      FROM ({cells})"""


def _breakdown(names: list[str]) -> str:
    """SQL for the remaining dimensions as `age=Y15-64;sex=T`; that a year is annual goes without saying."""
    parts = {name: f"{literal(name + '=')} || {quoted(f'd_{name}')}" for name in names}
    if "freq" in parts:
        parts["freq"] = f"CASE WHEN d_freq <> 'A' THEN {parts['freq']} END"
    listed = ", ".join(parts[name] for name in sorted(parts))
    return f"nullif(concat_ws(';', {listed}), '')" if parts else "NULL::VARCHAR"


def _places(job: Job, raw: str, account: FileAccount) -> str:
    """A raw table of the areas that the cells name."""
    run, name = job.connection.execute, job.raw_name("places")
    codes = [geo for (geo,) in run(f"SELECT DISTINCT d_geo FROM {quoted(raw)} ORDER BY ALL").fetchall()]
    found = places(codes)
    for place in (p for p in found if p.is_unknown):
        message = "codes of no version of NUTS, kept as they are"
        job.warn("unknown region", account.file, message, example=place.nuts_code)
    columns = ("geo", "nuts_code", "nuts_version", "region_code", "level")
    rows = [astuple(place)[: len(columns)] for place in found]
    shown = ", ".join(
        f"unnest(${name}::{'INTEGER' if name in ('nuts_version', 'level') else 'VARCHAR'}[]) AS {name}"
        for name in columns
    )
    values = {name: [row[i] for row in rows] for i, name in enumerate(columns)}
    run(f"CREATE TABLE {quoted(name)} AS SELECT {shown}", values)
    return name
