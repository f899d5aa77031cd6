"""The atlas: an opened release, with its tables, its search and its profiles."""

from __future__ import annotations

import threading
from functools import cached_property
from typing import TYPE_CHECKING, Any

import duckdb

from clusteratlas.atlas.releases import Release
from clusteratlas.errors import UsageError, nearest

if TYPE_CHECKING:
    from clusteratlas.atlas.search.result import SearchResult
    from clusteratlas.atlas.search.searcher import Searcher

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

    @cached_property
    def searcher(self) -> Searcher:
        """The search over this release; made at first use."""
        from clusteratlas.atlas.search.searcher import Searcher  # loads tantivy and numpy

        return Searcher(self)

    def search(
        self,
        text: str = "",
        *,
        page: int = 1,
        page_size: int = 25,
        sort: str = "relevance",
        facets: bool = True,
        **filters: Any,
    ) -> SearchResult:
        """The projects that match a query and filters, a page of them, with counts for each facet.

        The query: words (in any form), "phrases", AND, OR, NOT (or -word), parentheses, beginnings (photon*),
        fields (title: acronym: objective: keyword: topic: call: participant: theme: id:) and filters
        (country:FR). Mistyped words are forgiven, malformed queries repaired, and both are said. A single word
        in quotes is meant exactly so. Without words, all projects.

        ``filters`` are those of `clusteratlas.atlas.search.FACETS`, each with one value or several (any of
        them); several filters must hold together. ``sort``: relevance (without words: newest), newest,
        oldest, budget, budget-asc, title, partners. ``page_size`` is at most 100.

        Raises `UsageError` for a filter, value, order or page that does not exist, and for a query of more
        than 500 characters.

        >>> import clusteratlas
        >>> atlas = clusteratlas.open()  # doctest: +SKIP
        >>> atlas.search("photnics", country=["DE", "FR"], year=2023).correction.corrected  # doctest: +SKIP
        'photonics'
        """
        return self.searcher.search(text, page=page, page_size=page_size, sort=sort, facets=facets, **filters)

    def close(self) -> None:
        """Close the database; the atlas is of no use afterwards."""
        if "_connection" in self.__dict__:
            self._connection.close()

    def __enter__(self) -> Atlas:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
