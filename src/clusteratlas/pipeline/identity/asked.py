"""The records that `identity` is asked about: those that no number of their own settles, and those like them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

import duckdb

if TYPE_CHECKING:
    import polars as pl

RECORDS = """
  SELECT organisation_record_id AS record_id, published_organisation_id AS published_id, source, name,
    country_code AS country, short_name, city, postal_code, vat_number, website_url, activity_type, other_id, rows,
    CASE WHEN starts_with(published_organisation_id, 'pic:') THEN substr(published_organisation_id, 5) END AS pic
  FROM record {where} ORDER BY source, organisation_record_id"""
# Most of a release is settled by PICs: to look at the other records first saves reading all.
UNSETTLED = "WHERE NOT starts_with(published_organisation_id, 'pic:')"
# One number in two countries may be a number used again.
ABROAD = """
  SELECT published_organisation_id FROM record WHERE starts_with(published_organisation_id, 'pic:')
  GROUP BY 1 HAVING count(DISTINCT country_code) > 1 AND count(DISTINCT source) > 1"""
ENTRIES = """
  SELECT authority_id, names, acronyms, country_code AS country, city, website_url
  FROM stage_organisation_authority WHERE status IS DISTINCT FROM 'withdrawn' ORDER BY authority_id"""


def asked(connection: duckdb.DuckDBPyConnection, named: Iterable[str]) -> pl.DataFrame:
    """The records to ask about, with the entries of registers beside them; empty when PICs settle all.

    ``named`` are published ids or record ids that decisions speak of.
    """
    import polars as pl

    entries = _entries(connection)
    unsettled = _told(connection.sql(RECORDS.format(where=UNSETTLED)).pl())
    abroad = [one for (one,) in connection.execute(ABROAD).fetchall()]
    named = set(named)
    if not len(unsettled) and not len(entries) and not abroad and not named:
        return unsettled
    from clusteratlas.identity.nearness import called_so

    every = _told(connection.sql(RECORDS.format(where="")).pl())
    settled = every.filter(pl.col("pic").is_not_null())
    spoken_of = pl.col("published_id").is_in(sorted(named)) | pl.col("record_id").is_in(sorted(named))
    chosen = {*abroad, *every.filter(spoken_of)["published_id"]}
    chosen |= _beside(settled, [*([entries] if len(entries) else []), unsettled])
    so_called = called_so(settled, unsettled)
    chosen |= {*settled.filter(pl.col("record_id").is_in(so_called.implode()))["published_id"]}
    there = pl.concat([unsettled, settled.filter(pl.col("published_id").is_in(sorted(chosen)))])
    if len(entries):
        there = pl.concat([there, entries.filter(_is_near(entries, there))], how="diagonal")
    return there.sort("source", "record_id")


def _beside(settled: pl.DataFrame, others: list[pl.DataFrame]) -> set[str]:
    """Published ids of settled records that are like one of ``others`` in name, or share a number with it."""
    import polars as pl

    from clusteratlas.identity.nearness import near

    found: set[str] = set()
    for some in others:
        ids = near(settled, some)
        numbers = pl.concat([some["vat"], some["national_id"]]).drop_nulls().unique().implode()
        is_like = pl.col("record_id").is_in(ids.implode())
        shares = pl.col("vat").is_in(numbers) | pl.col("national_id").is_in(numbers)
        found |= set(settled.filter(is_like | shares.fill_null(value=False))["published_id"])
    return found


def _is_near(entries: pl.DataFrame, records: pl.DataFrame) -> pl.Series:
    """Whether an entry has a name like that of one of ``records``, all its names then."""
    from clusteratlas.identity.nearness import near

    ids = near(entries, records)
    ours = entries.filter(entries["record_id"].is_in(ids.implode()))["ror"].unique()
    return entries["ror"].is_in(ours.implode())


def _told(records: pl.DataFrame) -> pl.DataFrame:
    """Records with the numbers that other numbers turn out to be, checked: ``vat`` and ``national_id``."""
    import polars as pl

    from clusteratlas.identity import keys

    cells = records.select("vat_number", "other_id", "country").iter_rows()
    found = [_numbers(vat, other, country, keys) for vat, other, country in cells]
    made = {"vat": [vat for vat, _ in found], "national_id": [number for _, number in found]}
    numbered = records.with_columns(pl.Series(name, values, dtype=pl.String) for name, values in made.items())
    return numbered.with_columns(vat_number=pl.coalesce("vat", "vat_number"))


def _numbers(vat: str | None, other: str | None, country: str | None, keys) -> tuple[str | None, str | None]:
    """The VAT number and the national number among those published, each None where none holds."""
    given = keys.vat(vat, country) if vat else None
    if not other:
        return given, None
    parts = [part for part in re.split(r"\s*[|;]\s*", other) if part]
    told = given or next((found for part in parts if (found := keys.vat(part, country))), None)
    rest = (part for part in parts if not keys.vat(part, country))
    return told, next((part for part in rest if keys.national_id(part, country)), None)


def _entries(connection: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    """A record for each name of each entry of a register, tied by the entry's own number."""
    import polars as pl

    if not connection.execute("SELECT count(*) FROM stage_organisation_authority").fetchall()[0][0]:
        return pl.DataFrame()
    rows = []
    for authority, names, acronyms, country, city, website in connection.execute(ENTRIES).fetchall():
        told = dict.fromkeys(one["name"] for one in json.loads(names or "[]") if one["kind"] != "acronym")
        short = (acronyms or "").partition(" | ")[0] or None
        for turn, name in enumerate(told):
            record = f"{authority}#{turn}" if turn else authority
            rows.append(
                (record, authority, "ror", name, country, short, city, website, authority.partition(":")[2])
            )
    columns = (
        "record_id",
        "published_id",
        "source",
        "name",
        "country",
        "short_name",
        "city",
        "website_url",
        "ror",
    )
    made = pl.DataFrame(rows, schema=dict.fromkeys(columns, pl.String), orient="row")
    empty = ("postal_code", "vat_number", "activity_type", "other_id", "pic", "vat", "national_id")
    return made.with_columns(
        *(pl.lit(None, dtype=pl.String).alias(name) for name in empty), rows=pl.lit(0, dtype=pl.Int64)
    )
