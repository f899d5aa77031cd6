"""The atlas: an opened release, with its tables, its search and its profiles."""

from __future__ import annotations

import threading
from functools import cached_property
from typing import Any

import duckdb

from clusteratlas.atlas.releases import Release
from clusteratlas.errors import UsageError, nearest

MEMORY_LIMIT = "1GB"


class Atlas:
    """A release, opened read-only. Safe to share between threads: each works with a cursor of its own."""

    def __init__(self, release: Release) -> None:
        self.release = release
        self._local = threading.local()

    @cached_property
    def _connection(self) -> duckdb.DuckDBPyConnection:
        connection = duckdb.connect(
            str(self.release.database),
            read_only=True,
            config={
                "memory_limit": MEMORY_LIMIT,
                "enable_external_access": "false",
                "autoinstall_known_extensions": "false",
                "autoload_known_extensions": "false",
                "lock_configuration": "true",
            },
        )
        return connection

    @property
    def cursor(self) -> duckdb.DuckDBPyConnection:
        """This thread's cursor."""
        if not hasattr(self._local, "cursor"):
            self._local.cursor = self._connection.cursor()
        return self._local.cursor

    @cached_property
    def tables(self) -> tuple[str, ...]:
        """Names of the tables."""
        rows = self.cursor.execute("SELECT table_name FROM information_schema.tables ORDER BY 1").fetchall()
        return tuple(name for (name,) in rows)

    def table(self, name: str) -> duckdb.DuckDBPyRelation:
        """A table as a DuckDB relation; `.pl()`, `.df()`, `.arrow()` go on from there.

        Raises `UsageError` naming the nearest when there is no such table.
        """
        if name not in self.tables:
            raise UsageError(f"there is no table '{name}'", remedy=nearest(name, self.tables))
        return self.cursor.table(name)

    def rows(self, query: str, parameters: list[Any] | dict[str, Any] | None = None) -> list[dict[str, Any]]:
        """The rows of a select statement of our own, as dictionaries."""
        cursor = self.cursor
        cursor.execute(query, parameters or [])
        names = [d[0] for d in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

    def close(self) -> None:
        """Close the database; the atlas is of no use afterwards."""
        if "_connection" in self.__dict__:
            self._connection.close()

    def __enter__(self) -> Atlas:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
