"""What changed from one release to another: rows added, removed, and changed field by field.

Where a row stood in its file (`source_file`, `source_line`) is no fact about the world: a row that
only moved has not changed.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import duckdb

from clusteratlas.atlas.releases import Release
from clusteratlas.database import connect
from clusteratlas.errors import ReleaseError
from clusteratlas.pipeline.schema import Table, tables
from clusteratlas.sources.sql import literal, quoted

MEMORY_LIMIT = "1GB"
PROVENANCE = frozenset({"source_file", "source_line"})
FIRST = ("project", "participation", "organisation")
NAMES = ("acronym", "organisation_name", "name", "title")


@dataclass(frozen=True)
class TableDifference:
    """Rows of a table before and after; ``changed`` is None where rows have no key to be told by."""

    table: str
    before: int
    after: int
    added: int
    removed: int
    changed: int | None

    @property
    def is_equal(self) -> bool:
        """Whether nothing changed."""
        return not (self.added or self.removed or self.changed)


@dataclass(frozen=True)
class Change:
    """A row ``added`` or ``removed`` (``after`` or ``before`` is its name), or one ``changed`` field."""

    table: str
    key: str
    change: str
    field: str | None
    before: str | None
    after: str | None


@dataclass(frozen=True)
class Difference:
    """Two releases compared: the ids, every table in figures, and the changes one by one."""

    before: str
    after: str
    tables: tuple[TableDifference, ...]
    changes: tuple[Change, ...]

    @property
    def is_equal(self) -> bool:
        """Whether the two say the same."""
        return all(table.is_equal for table in self.tables)

    def to_dict(self) -> dict[str, Any]:
        """All of it as plain values."""
        return {**asdict(self), "is_equal": self.is_equal}


def diff(before: Release, after: Release, *, limit: int | None = None) -> Difference:
    """Compare two releases; at most ``limit`` changes of each table and kind are told one by one (None: all).

    Only columns that both have are compared. Raises `ReleaseError` when a database cannot be opened.

    >>> diff(find("monday"), find("tuesday")).is_equal  # doctest: +SKIP
    True
    """
    with connect(config={"memory_limit": MEMORY_LIMIT}) as connection:
        for name, release in (("before", before), ("after", after)):
            _attach(connection, name, release)
        there = _columns(connection, "before"), _columns(connection, "after")
        figures, changes = [], []
        for table in sorted(
            tables().values(), key=lambda t: (t.name not in FIRST, t.name != FIRST[0], t.name)
        ):
            common = [c for c in table.columns if all(c in side.get(table.name, ()) for side in there)]
            if common:
                figures.append(_compare(connection, table, common, changes, limit))
    return Difference(before.id, after.id, tuple(figures), tuple(changes))


def _attach(connection: duckdb.DuckDBPyConnection, name: str, release: Release) -> None:
    try:
        connection.execute(f"ATTACH {literal(str(release.database))} AS {name} (READ_ONLY)")
    except duckdb.Error as fault:
        raise ReleaseError(
            f"the database cannot be opened ({str(fault).splitlines()[0]})",
            where=str(release.database),
            remedy="build the release again",
        ) from None


def _columns(connection: duckdb.DuckDBPyConnection, database: str) -> dict[str, tuple[str, ...]]:
    rows = connection.execute(
        "SELECT table_name, list(column_name) FROM duckdb_columns() WHERE database_name = ? GROUP BY 1",
        [database],
    ).fetchall()
    return {name: tuple(columns) for name, columns in rows}


def _compare(
    connection: duckdb.DuckDBPyConnection,
    table: Table,
    common: list[str],
    changes: list[Change],
    limit: int | None,
) -> TableDifference:
    facts = [c for c in common if c not in PROVENANCE]
    if set(table.key) <= set(facts):
        return _by_key(connection, table, facts, changes, limit)
    return _by_row(connection, table, facts)


def _by_row(connection: duckdb.DuckDBPyConnection, table: Table, facts: list[str]) -> TableDifference:
    """Rows without a key of their own: those that the other side has not."""
    name, columns = quoted(table.name), ", ".join(quoted(c) for c in facts)
    before, after = f"SELECT {columns} FROM before.{name}", f"SELECT {columns} FROM after.{name}"
    figures = connection.execute(
        f"""SELECT (SELECT count(*) FROM before.{name}), (SELECT count(*) FROM after.{name}),
              (SELECT count(*) FROM ({after} EXCEPT ALL {before})),
              (SELECT count(*) FROM ({before} EXCEPT ALL {after}))"""
    ).fetchall()[0]
    return TableDifference(table.name, *figures, None)


def _by_key(
    connection: duckdb.DuckDBPyConnection,
    table: Table,
    facts: list[str],
    changes: list[Change],
    limit: int | None,
) -> TableDifference:
    """Rows told by their key: pairs that differ are kept aside and looked at field by field.

    An empty field of a key is a value like any other: two rows that both leave it empty are one.
    """
    name, compared = quoted(table.name), [c for c in facts if c not in table.key]
    columns = ", ".join(quoted(c) for c in facts)
    on = " AND ".join(f"b.{quoted(c)} IS NOT DISTINCT FROM a.{quoted(c)}" for c in table.key)
    differs = " OR ".join(f"b.{quoted(c)} IS DISTINCT FROM a.{quoted(c)}" for c in compared) or "false"
    key = "concat_ws('/', " + ", ".join(f"coalesce(b.{quoted(c)}, a.{quoted(c)})" for c in table.key) + ")"
    connection.execute(
        f"""CREATE OR REPLACE TEMP TABLE pairs AS
            SELECT {key} AS key, b._here IS NULL AS is_added, a._here IS NULL AS is_removed, b, a
            FROM (SELECT {columns}, true AS _here FROM before.{name}) b
            FULL JOIN (SELECT {columns}, true AS _here FROM after.{name}) a ON {on}
            WHERE b._here IS NULL OR a._here IS NULL OR {differs}"""
    )
    figures = connection.execute(
        f"""SELECT (SELECT count(*) FROM before.{name}), (SELECT count(*) FROM after.{name}),
              count(*) FILTER (is_added), count(*) FILTER (is_removed),
              count(*) FILTER (NOT is_added AND NOT is_removed) FROM pairs"""
    ).fetchall()[0]
    changes += _added_and_removed(connection, table, facts, limit)
    changes += _changed(connection, table, compared, limit)
    return TableDifference(table.name, *figures)


def _added_and_removed(
    connection: duckdb.DuckDBPyConnection, table: Table, facts: list[str], limit: int | None
) -> list[Change]:
    names = [c for c in NAMES if c in facts]
    found = []
    for change, side in (("added", "a"), ("removed", "b")):
        label = f"concat_ws(': ', {', '.join(f'{side}.{c}' for c in names)})" if names else "NULL"
        rows = connection.execute(
            f"SELECT key, {label} FROM pairs WHERE is_{change} ORDER BY key LIMIT ?", [_most(limit)]
        ).fetchall()
        for key, name in rows:
            before, after = (name, None) if change == "removed" else (None, name)
            found.append(Change(table.name, key, change, None, before, after))
    return found


def _changed(
    connection: duckdb.DuckDBPyConnection, table: Table, compared: list[str], limit: int | None
) -> list[Change]:
    """The fields that changed, of the first ``limit`` rows that did."""
    fields = " UNION ALL ".join(
        f"""SELECT key, {nth} AS nth, {literal(c)} AS field,
              b.{quoted(c)}::VARCHAR AS before, a.{quoted(c)}::VARCHAR AS after
            FROM chosen WHERE b.{quoted(c)} IS DISTINCT FROM a.{quoted(c)}"""
        for nth, c in enumerate(compared)
    )
    if not fields:
        return []
    rows = connection.execute(
        f"""WITH chosen AS (SELECT * FROM pairs WHERE NOT is_added AND NOT is_removed ORDER BY key LIMIT ?)
            SELECT key, field, before, after FROM ({fields}) ORDER BY key, nth""",
        [_most(limit)],
    ).fetchall()
    return [Change(table.name, key, "changed", field, before, after) for key, field, before, after in rows]


def _most(limit: int | None) -> int:
    return 2**62 if limit is None else limit
