"""The atlas: an opened release, with its tables, its search and its profiles."""

from __future__ import annotations

import os
import threading
import weakref
from functools import cached_property
from typing import TYPE_CHECKING, Any

import duckdb

from clusteratlas.atlas.pruning import hold
from clusteratlas.atlas.releases import Release
from clusteratlas.database import connect
from clusteratlas.errors import UsageError, nearest
from clusteratlas.settings import duckdb_threads

if TYPE_CHECKING:
    from clusteratlas.atlas.gathered import Gathered
    from clusteratlas.atlas.observatory import Statistics
    from clusteratlas.atlas.observatory.chains import Chains
    from clusteratlas.atlas.observatory.emergence import Emergence
    from clusteratlas.atlas.partnerships import Partnerships
    from clusteratlas.atlas.profiles import (
        InitiativeProfile,
        OrganisationPage,
        OrganisationProfile,
        PillarSummary,
        PlaceLine,
        PlaceProfile,
        ProjectProfile,
        RegionHistory,
    )
    from clusteratlas.atlas.profiles.selection import Arrays
    from clusteratlas.atlas.search.related import Related
    from clusteratlas.atlas.search.result import SearchResult
    from clusteratlas.atlas.search.searcher import Searcher
    from clusteratlas.atlas.search.suggest import Suggestion
    from clusteratlas.atlas.trends import Trends

MEMORY_LIMIT = "1GB"


class Atlas:
    """A release, opened read-only. Safe to share between threads: each works with a cursor of its own."""

    def __init__(self, release: Release) -> None:
        self.release = release
        self._local = threading.local()
        self._lookups: dict[str, dict[str, Any]] = {}
        self._gathered: dict[str, Gathered] = {}
        self._reading = threading.Lock()
        # Files are opened when they are first asked for: until the end, nobody may take the release away.
        handle = hold(release.path)
        self._let_go = weakref.finalize(self, os.close, handle) if handle is not None else lambda: None

    @cached_property
    def _connection(self) -> duckdb.DuckDBPyConnection:
        connection = connect(
            str(self.release.database),
            read_only=True,
            config={
                "memory_limit": MEMORY_LIMIT,
                "enable_external_access": "false",
                "autoinstall_known_extensions": "false",
                "autoload_known_extensions": "false",
                **({"threads": threads} if (threads := duckdb_threads()) else {}),
            },
            is_locked=True,
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

    def lookup(self, query: str) -> dict[str, dict[str, Any]]:
        """The rows of a select statement of our own by their first column, read once and kept."""
        with self._reading:
            if query not in self._lookups:
                rows = self.rows(query)
                self._lookups[query] = {next(iter(row.values())): row for row in rows}
        return self._lookups[query]

    def gathered(self, query: str) -> Gathered:
        """The rows of a select statement of our own by their first column, in whose order they must come.

        Read once and kept, for what every profile needs a few rows of: a statement for each would cost more
        than all else.
        """
        from clusteratlas.atlas.gathered import Gathered  # loads numpy

        with self._reading:
            if query not in self._gathered:
                self._gathered[query] = Gathered(self.cursor.sql(query).to_arrow_table())
        return self._gathered[query]

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

    def project(self, project_id: str, *, related: int = 6) -> ProjectProfile:
        """The profile of a project, with up to ``related`` projects like it; raises `NotFoundError`.

        >>> import clusteratlas
        >>> clusteratlas.open().project("cordis:101069359").coordinator.name  # doctest: +SKIP
        'UNIVERSIDAD DE LEON'
        """
        from clusteratlas.atlas import profiles

        return profiles.project_profile(self, project_id, related=related)

    def organisation(
        self, organisation_id: str, *, role: str | None = None, page: int = 1, page_size: int = 25
    ) -> OrganisationProfile:
        """The profile of an organisation, with a page of its projects (those in ``role``).

        An id that was merged into another organisation gives that one: its ``organisation_id`` tells.
        Raises `NotFoundError`.
        """
        from clusteratlas.atlas import profiles

        return profiles.organisation_profile(self, organisation_id, role=role, page=page, page_size=page_size)

    def organisations(self, text: str = "", **options: Any) -> OrganisationPage:
        """A page of organisations whose name has words that begin so.

        Options: country, region, activity_type, is_cluster, is_sme, page, page_size, sort (projects, money,
        coordinations, programmes, name). Raises `UsageError`.
        """
        from clusteratlas.atlas import profiles

        return profiles.list_organisations(self, text, **options)

    def country(self, code: str, *, page: int = 1, page_size: int = 25) -> PlaceProfile:
        """The profile of a country by ISO 3166-1 code (EL and UK are understood); raises `NotFoundError`."""
        from clusteratlas.atlas import profiles

        return profiles.country_profile(self, code, page=page, page_size=page_size)

    def region(self, code: str, *, page: int = 1, page_size: int = 25) -> PlaceProfile:
        """The profile of a region by NUTS code of any version; two letters mean the country.

        Raises `NotFoundError`; for a region that was split the error names the heirs.
        """
        from clusteratlas.atlas import profiles

        return profiles.region_profile(self, code, page=page, page_size=page_size)

    def region_history(self, code: str) -> RegionHistory:
        """What a NUTS code of any version stands for now; raises `NotFoundError` for one that never was."""
        from clusteratlas.atlas import profiles

        return profiles.region_history(code)

    def countries(self) -> tuple[PlaceLine, ...]:
        """Every country with participants, most projects first."""
        from clusteratlas.atlas import profiles

        return profiles.list_countries(self)

    def regions(self, level: int = 2, country: str | None = None) -> tuple[PlaceLine, ...]:
        """Every NUTS region of a level (1 to 3) with participants, most first; raises `UsageError`."""
        from clusteratlas.atlas import profiles

        return profiles.list_regions(self, level, country)

    @cached_property
    def arrays(self) -> Arrays:
        """What selections of projects are counted in; made at first use."""
        from clusteratlas.atlas.profiles.selection import Arrays  # loads numpy

        return Arrays(self)

    @cached_property
    def chains(self) -> Chains:
        """The value chains of the release: its input-output table, and what is computed from it."""
        from clusteratlas.atlas.observatory.chains import Chains

        return Chains(self)

    @cached_property
    def emergence(self) -> Emergence:
        """Which industries regions newly specialise in, and which are near; found at first use."""
        from clusteratlas.atlas.observatory.emergence import Emergence

        return Emergence(self)

    @cached_property
    def partnerships(self) -> Partnerships:
        """Who works with whom: networks of projects, and how two organisations are connected; made at first use."""
        from clusteratlas.atlas.partnerships import Partnerships  # loads SciPy

        return Partnerships(self)

    @cached_property
    def statistics(self) -> Statistics:
        """What the release knows of industries in regions: strengths, trends, peers; made at first use."""
        from clusteratlas.atlas.observatory import Statistics  # loads Polars

        return Statistics(self)

    @cached_property
    def trends(self) -> Trends:
        """What projects are about over time: themes and terms, what grows, who and where; made at first use."""
        from clusteratlas.atlas.trends import Trends

        return Trends(self)

    @cached_property
    def organisation_names(self) -> list[tuple[str, str]]:
        """The id of each organisation with its names folded for look-ups; made at first use."""
        from clusteratlas.atlas.profiles.listings import folded_names

        return folded_names(self)

    @cached_property
    def _initiatives(self) -> tuple[PillarSummary, ...]:
        from clusteratlas.atlas import profiles

        return profiles.initiative_summaries(self)

    def initiatives(self) -> tuple[PillarSummary, ...]:
        """The pillars of the European cluster initiatives, each with its initiatives and what is held."""
        return self._initiatives

    def initiative(self, initiative_id: str, *, page: int = 1, page_size: int = 25) -> InitiativeProfile:
        """The profile of an initiative with a page of its projects; raises `NotFoundError`."""
        from clusteratlas.atlas import profiles

        return profiles.initiative_profile(self, initiative_id, page=page, page_size=page_size)

    def pillar(self, pillar_id: str, *, page: int = 1, page_size: int = 25) -> InitiativeProfile:
        """The profile of a pillar with a page of its projects; raises `NotFoundError`."""
        from clusteratlas.atlas import profiles

        return profiles.pillar_profile(self, pillar_id, page=page, page_size=page_size)

    def similar(self, project_id: str, n: int = 6) -> tuple[Related, ...]:
        """The ``n`` projects most like one, each with the reasons, strongest first.

        Raises `NotFoundError` when the release has no such project.

        >>> import clusteratlas
        >>> atlas = clusteratlas.open()  # doctest: +SKIP
        >>> atlas.similar("cordis:101069359")[0].reasons[0].text  # doctest: +SKIP
        'shared words: "ethylene", "ethanol" and "electrochemical"'
        """
        return self.searcher.similar(project_id, n)

    def suggest(self, beginning: str, n: int = 8) -> tuple[Suggestion, ...]:
        """Words, projects, organisations, themes and countries that begin as a person began to type.

        >>> import clusteratlas
        >>> atlas = clusteratlas.open()  # doctest: +SKIP
        >>> atlas.suggest("photon")[0].value  # doctest: +SKIP
        'photonic'
        """
        return self.searcher.suggest(beginning, n)

    def close(self) -> None:
        """Close the database; the atlas is of no use afterwards."""
        if "_connection" in self.__dict__:
            self._connection.close()
        self._let_go()

    def __enter__(self) -> Atlas:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
