"""The release before: which organisation each record belonged to, where ids led, when pairs were judged."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import duckdb

from clusteratlas.atlas.releases import Release
from clusteratlas.errors import ReleaseError
from clusteratlas.sources.sql import literal

if TYPE_CHECKING:
    import polars as pl

RECORDS = """
  SELECT organisation_record_id AS record_id, {published} AS published_id, organisation_id
  FROM organisation_record ORDER BY 1"""
REDIRECTS = """
  SELECT organisation_id, new_organisation_id, reason, last_release_id FROM organisation_redirect ORDER BY ALL"""
JUDGED = """
  SELECT left_record_id, right_record_id, who, verdict, decided_on FROM identity_judgement WHERE who <> 'person'"""


@dataclass(frozen=True)
class Before:
    """What the release before says: see the columns of its selects. Without one, all of it is empty."""

    release_id: str | None
    records: pl.DataFrame
    redirects: pl.DataFrame
    judged: pl.DataFrame

    @classmethod
    def of(cls, release: Release | None) -> Before:
        """What ``release`` says, of whatever age; raises `ReleaseError` when its database cannot be read."""
        if release is None:
            return cls(None, *_nothing())
        try:
            with duckdb.connect(config={"memory_limit": "512MB"}) as connection:
                connection.execute(f"ATTACH {literal(str(release.database))} AS before (READ_ONLY)")
                connection.execute("USE before")
                return cls(release.id, *_read(connection))
        except duckdb.Error as fault:
            raise ReleaseError(
                f"the release before cannot be read ({str(fault).splitlines()[0]})",
                where=str(release.path),
                remedy="name another: --previous DIR",
            ) from None


def _read(connection: duckdb.DuckDBPyConnection) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    there = set(
        connection.execute(
            "SELECT table_name || '.' || column_name FROM duckdb_columns() WHERE database_name = 'before'"
        ).fetchall()
    )
    nothing = _nothing()
    is_new = ("organisation_record.published_organisation_id",) in there
    # Records of older releases are named after what they were published under.
    published = (
        "published_organisation_id" if is_new else "regexp_replace(organisation_record_id, '#[^#]*$', '')"
    )
    records = connection.sql(RECORDS.format(published=published)).pl()
    if not is_new:
        return records, nothing[1], nothing[2]
    return records, connection.sql(REDIRECTS).pl(), connection.sql(JUDGED).pl()


def _nothing() -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    import polars as pl

    redirects = ("organisation_id", "new_organisation_id", "reason", "last_release_id")
    judged = ("left_record_id", "right_record_id", "who", "verdict")
    return (
        pl.DataFrame(schema=dict.fromkeys(("record_id", "published_id", "organisation_id"), pl.String)),
        pl.DataFrame(schema=dict.fromkeys(redirects, pl.String)),
        pl.DataFrame(schema={**dict.fromkeys(judged, pl.String), "decided_on": pl.Date}),
    )
