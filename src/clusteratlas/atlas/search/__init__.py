"""Full-text search with facets over the projects of a release.

Public face: `read_projects` and `build_index` write the index of a release; `Searcher` (through `Atlas.search`)
answers; `FACETS` describes the filters, for the site, the command line and the reference.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from clusteratlas.atlas.search.facets import FACETS, Facet, facet

if TYPE_CHECKING:
    from pathlib import Path

    import duckdb
    import pyarrow as pa

__all__ = ["FACETS", "Facet", "build_index", "facet", "read_projects"]


def read_projects(cursor: duckdb.DuckDBPyConnection) -> pa.Table:
    """What `build_index` needs of the attached database `release`: a row for each project, in the order of its id.

    Reads project, participation, organisation, project_theme and project_call.

    >>> projects = read_projects(connection.cursor())  # doctest: +SKIP
    """
    from clusteratlas.atlas.search import index  # loads tantivy and pyarrow, which `FACETS` does not need

    return index.read_projects(cursor)


def build_index(projects: pa.Table, directory: Path) -> None:
    """Write the search index of a release into ``directory``, from its ``projects`` as `read_projects` gives them.

    The same projects give the same index.

    >>> build_index(projects, Path("release/search"))  # doctest: +SKIP
    """
    from clusteratlas.atlas.search import index

    index.write_index(projects, directory)
