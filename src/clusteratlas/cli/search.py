"""`clusteratlas search`, `clusteratlas sql`: questions to a release."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from clusteratlas.cli.output import ReleaseOption, Shape, ShapeOption, show_json, show_reader, show_rows, tell
from clusteratlas.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    import pyarrow as pa

    from clusteratlas.atlas.search.organisations import OrganisationsBehind
    from clusteratlas.atlas.search.result import SearchResult

FilterOption = Annotated[
    list[str] | None,
    typer.Option(
        "--filter",
        "-f",
        metavar="NAME=VALUE",
        help="Keep projects with this value; repeat it for several. See docs/reference/filters.md.",
        show_default=False,
    ),
]


def parse_filters(texts: list[str] | None, others: Iterable[str] = ()) -> dict[str, list[str]]:
    """`NAME=VALUE` as the command line gives them; values of one name are alternatives.

    ``others`` are names beside those of the search. Raises `UsageError` for a text without ``=``, and for a filter
    that does not exist.

    >>> parse_filters(["country=FR", "country=DE", "year=2024"])
    {'country': ['FR', 'DE'], 'year': ['2024']}
    """
    from clusteratlas.atlas.search.facets import FACETS, facet
    from clusteratlas.errors import nearest

    known = {*others, *(one.name for one in FACETS)} if others else ()
    filters: dict[str, list[str]] = {}
    for text in texts or ():
        name, sign, value = text.partition("=")
        if not sign or not value.strip():
            raise UsageError(f"'{text}' is no filter", remedy="write NAME=VALUE, such as --filter country=FR")
        name = name.strip()
        if known and name not in known:
            raise UsageError(f"there is no filter '{name[:60]}'", remedy=nearest(name, known))
        filters.setdefault(name if name in others else facet(name).name, []).append(value.strip())
    return filters


def search(
    text: Annotated[
        str, typer.Argument(metavar="TEXT", help='Words, "phrases", AND, OR, NOT, field:word.')
    ] = "",
    filter_: FilterOption = None,
    sort: Annotated[
        str,
        typer.Option(
            "--sort",
            metavar="ORDER",
            help="relevance, newest, oldest, budget, budget-asc, title or partners; of organisations: projects, "
            "money, coordinations or name.",
            show_default="relevance; of organisations projects",
        ),
    ] = "",
    limit: Annotated[
        int, typer.Option("--limit", metavar="N", min=1, max=100, help="Projects or organisations on a page.")
    ] = 20,
    page: Annotated[int, typer.Option("--page", metavar="N", min=1, help="The page.")] = 1,
    organisations: Annotated[
        bool,
        typer.Option(
            "--organisations",
            help="List the organisations behind the projects; --filter then also knows participant_country, "
            "participant_region, participant_type, participant_sme and participant_cluster. CSV has all of them.",
        ),
    ] = False,
    shape: ShapeOption = Shape.table,
    release: ReleaseOption = None,
) -> None:
    """Search the projects. Mistyped words are forgiven. For all of a result: clusteratlas export --query."""
    import clusteratlas

    if organisations:
        _search_organisations(text, filter_, sort or "projects", page, limit, shape, release)
        return
    filters = parse_filters(filter_)
    with clusteratlas.open(release) as atlas:
        found = atlas.search(
            text, page=page, page_size=limit, sort=sort or "relevance", facets=shape is Shape.json, **filters
        )
        tell_search(found)
        if shape is Shape.json:
            show_json(found.to_dict())
        elif shape is Shape.csv:
            show_reader(found.to_arrow().slice((page - 1) * limit, limit).to_reader(), shape)
        else:
            _show_hits(found)
        if shape is not Shape.table and found.pages > 1:
            tell(
                f"Page {found.page} of {found.pages:,}, {found.total:,} projects in all; "
                "all of them: clusteratlas export --query"
            )


def _search_organisations(
    text: str, filter_: list[str] | None, sort: str, page: int, limit: int, shape: Shape, release: Path | None
) -> None:
    import clusteratlas
    from clusteratlas.atlas.search.organisations import FILTERS, read_filters

    filters = parse_filters(filter_, FILTERS)
    wanted = read_filters({name: filters.pop(name) for name in FILTERS if name in filters})
    with clusteratlas.open(release) as atlas:
        found = atlas.search(text, page_size=1, facets=False, **filters)
        behind = found.organisations_behind(sort=sort, page=page, page_size=limit, **wanted)
        tell_search(found)
        if shape is Shape.csv:
            show_reader(behind.to_arrow().to_reader(), shape)
        elif shape is Shape.json:
            show_json({"query": found.query, "explanation": found.explanation, **behind.to_dict()})
        else:
            _show_organisations(behind)
            typer.echo(f"{behind.total:,} organisations behind {found.total:,} projects.")
            if behind.pages > 1:
                typer.echo(f"Page {behind.page} of {behind.pages:,}; all of them: --format csv")


def _show_organisations(behind: OrganisationsBehind) -> None:
    rows = [
        {
            "organisation_id": one.organisation_id,
            "name": one.name,
            "country": one.country_code,
            "region": one.region_code,
            "kind": f"{one.activity_type or ''}{', SME' if one.is_sme else ''}",
            "projects": one.projects,
            "led": one.coordinations,
            "EUR": _whole(one.net_eu_contribution_eur),
        }
        for one in behind.items
    ]
    if rows:
        show_rows(rows, list(rows[0]), Shape.table, right=("projects", "led", "EUR"))


def _whole(euros: float | None) -> int | None:
    return None if euros is None else round(euros)


def tell_search(found: SearchResult) -> None:
    """What was understood otherwise than it was written, for people."""
    if found.correction:
        for wrong, right in found.correction.words.items():
            tell(f"Nothing is called '{wrong}': searched for '{right}'.")
    for place in found.places:
        if place.is_applied:
            tell(f"'{place.words}' was read as {place.facet} {place.value}; in quotes it stays a word.")
    for warning in found.warnings:
        tell(f"note: {warning}")


def _show_hits(found: SearchResult) -> None:
    columns = ("project_id", "acronym", "title", "cluster", "start", "EUR", "coordinator")
    rows = [
        {
            "project_id": hit.project_id,
            "acronym": hit.acronym,
            "title": hit.title,
            "cluster": hit.cluster,
            "start": hit.start_date.isoformat()[:7] if hit.start_date else None,
            "EUR": _whole(hit.eu_contribution_eur),
            "coordinator": f"{hit.coordinator_name or ''} ({hit.coordinator_country or '?'})",
        }
        for hit in found.hits
    ]
    if rows:
        show_rows(rows, columns, Shape.table, right=("EUR",))
    typer.echo(found.explanation)
    if found.pages > 1:
        typer.echo(f"Page {found.page} of {found.pages:,}.")


def sql(
    statement: Annotated[str, typer.Argument(metavar="STATEMENT", help="One statement that reads.")],
    shape: ShapeOption = Shape.table,
    limit: Annotated[
        int | None,
        typer.Option(
            "--limit",
            metavar="N",
            min=0,
            help="At most so many rows (tables: 100; JSON and CSV: all).",
            show_default=False,
        ),
    ] = None,
    timeout: Annotated[
        float,
        typer.Option(
            "--timeout", metavar="SECONDS", min=0.1, max=3600, help="Seconds after which it is interrupted."
        ),
    ] = 60.0,
    release: ReleaseOption = None,
) -> None:
    """Ask a release with SQL. It is DuckDB's, and can neither write nor read files."""
    from clusteratlas.atlas.releases import find
    from clusteratlas.atlas.statement import reading

    most = 100 if limit is None and shape is Shape.table else limit
    with reading(find(release), statement, timeout=timeout) as reader:
        first = _First(reader, most)
        show_reader(first.reader(), shape)
        if first.has_more:
            tell(f"The first {most:,} rows; all: --format csv, or --limit")


class _First:
    """The first rows of a reader, and whether there are more."""

    def __init__(self, reader: pa.RecordBatchReader, most: int | None) -> None:
        self._reader, self._most, self.has_more = reader, most, False

    def reader(self) -> pa.RecordBatchReader:
        """The first rows as a reader of their own."""
        import pyarrow as pa

        if self._most is None:
            return self._reader
        return pa.RecordBatchReader.from_batches(self._reader.schema, self._batches())

    def _batches(self):
        left = self._most
        for batch in self._reader:
            if batch.num_rows > left:
                self.has_more = True
                yield batch.slice(0, left)
                return
            left -= batch.num_rows
            yield batch
