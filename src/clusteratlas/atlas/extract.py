"""Rows of a table, all or those that belong to some projects: what exports and downloads are made of."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import duckdb

    from clusteratlas.atlas.atlas import Atlas

CHOSEN = "SELECT unnest($ids::VARCHAR[])"
OF_PROJECTS = {
    "project_id": f"project_id IN ({CHOSEN})",
    "organisation_id": "organisation_id IN "
    f"(SELECT p.organisation_id FROM participation p WHERE p.project_id IN ({CHOSEN}))",
    "call_id": "call_id IN (SELECT c.call_id FROM project_call c WHERE c.project_id IN "
    f"({CHOSEN}) UNION ALL SELECT p.topic_code FROM project p WHERE p.project_id IN ({CHOSEN}))",
    "programme_id": "programme_id IN "
    f"(SELECT p.programme_id FROM project p WHERE p.project_id IN ({CHOSEN}))",
}
"""How a table is narrowed to projects, by the first of these columns that it has."""


def extract(atlas: Atlas, table: str, project_ids: Sequence[str] | None = None) -> duckdb.DuckDBPyRelation:
    """The rows of ``table``: all, or with ``project_ids`` those that belong to these projects.

    Organisations belong to projects that they take part in. Raises `UsageError` for a table that does not
    exist; a table that has nothing to do with projects is given whole.

    >>> extract(atlas, "participation", ["cordis:101069359"]).fetchall()  # doctest: +SKIP
    """
    whole = atlas.table(table)
    way = narrowing(whole.columns)
    if project_ids is None or way is None:
        return whole
    # The name is one of the release's tables: `atlas.table` has seen to that.
    query = f'SELECT * FROM "{table}" WHERE {OF_PROJECTS[way]}'
    return atlas.cursor.sql(query, params={"ids": list(project_ids)})


def narrowing(columns: Sequence[str]) -> str | None:
    """The column by which a table is narrowed to projects; None for one that has nothing to do with them.

    >>> narrowing(["participation_id", "project_id", "organisation_id"]), narrowing(["nuts_code"])
    ('project_id', None)
    """
    return next((column for column in OF_PROJECTS if column in columns), None)
