"""The step of a build that finds which records are one organisation."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

import duckdb

from clusteratlas.pipeline.identity import links, telling
from clusteratlas.pipeline.identity.asked import asked
from clusteratlas.pipeline.identity.before import Before
from clusteratlas.sources.decisions import DecisionsFile

if TYPE_CHECKING:
    import polars as pl

MADE = ("identity_judgement", "identity_conflict", "organisation_redirect", "organisation_link")
ALL = """
  SELECT organisation_record_id AS record_id, published_organisation_id AS published_id,
    coalesce(n.organisation_id, published_organisation_id) AS organisation_id
  FROM record r LEFT JOIN resolved n ON n.record_id = r.organisation_record_id ORDER BY 1"""


@dataclass(frozen=True)
class Found:
    """What came of the records asked about: their clusters, ids, judgements and joins not made."""

    records: pl.DataFrame
    judgements: pl.DataFrame
    conflicts: pl.DataFrame
    unknown: list


def resolve_organisations(
    connection: duckdb.DuckDBPyConnection, before: Before, decided: DecisionsFile | None, today: date
) -> dict[str, Any]:
    """Find which rows of the table `record` are one organisation; gives what the manifest tells of it.

    Makes the tables `resolved` (``record_id``, ``organisation_id``: only of records whose organisation goes by
    another id than they were published under), `entry_of` (``organisation_id``, ``authority_id``) and, as they are to
    stand in the release, `stage_identity_judgement`, `stage_identity_conflict`, `stage_organisation_redirect` and
    `stage_organisation_link`.
    """
    for name in MADE:
        connection.execute(f"DROP VIEW stage_{name}")
    decisions = decided.decisions if decided else []
    named = {name for decision in decisions for name in decision.pair}
    records = asked(connection, named)
    found = _found(records, decisions) if len(records) else None
    _keep_resolved(connection, found, before)
    telling.judgements(connection, found and found.judgements, decisions, before, today)
    telling.conflicts(connection, found and found.conflicts)
    telling.redirects(connection, before, ALL)
    links.links(connection)
    return _summary(connection, decided, decisions, found, before)


def _found(records: pl.DataFrame, decisions: list) -> Found:
    import polars as pl

    from clusteratlas import identity
    from clusteratlas.identity.settling import settle

    resolution = identity.explain(records)
    ours = records.join(
        resolution.organisations.rename({"organisation_id": "resolved"}), on="record_id", how="left"
    )
    settled = settle(ours, resolution.judgements, decisions)
    refused = pl.DataFrame(
        [
            (r.left_record_id, r.right_record_id, r.score, r.kind, r.left_value, r.right_value)
            for r in settled.refused
        ],
        schema=resolution.conflicts.schema,
        orient="row",
    )
    conflicts = pl.concat([resolution.conflicts, refused])
    return Found(
        ours.join(settled.clusters, on="record_id"), resolution.judgements, conflicts, settled.unknown
    )


def _keep_resolved(connection: duckdb.DuckDBPyConnection, found: Found | None, before: Before) -> None:
    connection.execute("CREATE TABLE resolved (record_id VARCHAR, organisation_id VARCHAR)")
    connection.execute("CREATE TABLE entry_of (organisation_id VARCHAR, authority_id VARCHAR)")
    if found is None:
        return
    import polars as pl

    from clusteratlas.identity.stable import stable_ids

    published = pl.col("source") != "ror"
    members = (
        found.records.filter(published)
        .group_by("cluster", "published_id", "pic", maintain_order=True)
        .agg(pl.col("rows").sum(), pl.col("record_id").min())
    )
    earlier = before.records.filter(pl.col("published_id").is_in(members["published_id"].unique().implode()))
    # Of an id whose records were several organisations, the one that goes by it; else the one of most records.
    own = pl.col("organisation_id").filter(pl.col("organisation_id") == pl.col("published_id")).first()
    by_id = earlier.group_by("published_id", maintain_order=True).agg(
        pl.coalesce(own, pl.col("organisation_id").mode().min())
    )
    ids = stable_ids(members, dict(by_id.iter_rows()))
    ours = pl.col("cluster").replace_strict(ids, default=None, return_dtype=pl.String)
    # A cluster of entries of registers alone is no organisation and has no id.
    named = found.records.with_columns(organisation_id=ours).drop_nulls("organisation_id")
    if named.filter(published).height != found.records.filter(published).height:
        raise RuntimeError("an organisation was left without an id")
    changed = named.filter(published & (pl.col("organisation_id") != pl.col("published_id")))
    _fill(connection, "resolved", changed.select("record_id", "organisation_id"))
    entries = named.filter(~published).group_by("organisation_id").agg(pl.col("published_id").min())
    _fill(connection, "entry_of", entries)


def _fill(connection: duckdb.DuckDBPyConnection, table: str, rows: pl.DataFrame) -> None:
    connection.register("_rows", rows.to_arrow())
    connection.execute(f"INSERT INTO {table} SELECT * FROM _rows")
    connection.unregister("_rows")


def _summary(
    connection: duckdb.DuckDBPyConnection,
    decided: DecisionsFile | None,
    decisions: list,
    found: Found | None,
    before: Before,
) -> dict[str, Any]:
    joined = connection.execute(
        "SELECT count(DISTINCT r.published_organisation_id) FROM record r JOIN resolved n "
        "ON n.record_id = r.organisation_record_id"
    ).fetchall()[0][0]
    told: dict[str, Any] = {"previous_release": before.release_id, "published_ids_joined": joined}
    if decided:
        from clusteratlas.identity.decisions import in_force

        unknown = len(found.unknown) if found else len(in_force(decisions))
        told["decisions"] = {
            "file": decided.path.name,
            "sha256": decided.sha256,
            "lines": len(decisions),
            "in_force": len(in_force(decisions)),
            "about_no_record": unknown,
        }
    return told
