"""Full-text search with facets over the projects of a release.

Public face: `build_index` writes the index of a release; `Searcher` (through `Atlas.search`) answers;
`FACETS` describes the filters, for the site, the command line and the reference.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from clusteratlas.atlas.search.facets import FACETS, Facet, facet

if TYPE_CHECKING:
    from pathlib import Path

    import duckdb

__all__ = ["FACETS", "Facet", "build_index", "facet"]


def build_index(cursor: duckdb.DuckDBPyConnection, directory: Path) -> None:
    """Write the search index of the attached database `release` into ``directory``.

    Reads project, participation, project_theme and project_call. The same tables give the same index.

    >>> build_index(connection.cursor(), Path("release/search"))  # doctest: +SKIP
    """
    from clusteratlas.atlas.search import index  # loads tantivy and pyarrow, which `FACETS` does not need

    index.write_index(cursor, directory)
