"""What answers look like: made from the canonical tables, the facets and the hits of a search."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import MISSING, fields
from datetime import date, datetime
from functools import cache
from typing import Any, get_type_hints

from ninja import Query, Schema
from pydantic import Field, create_model

from clusteratlas.atlas.search import FACETS
from clusteratlas.atlas.search.organisations import FILTERS as PARTICIPANT_FILTERS
from clusteratlas.atlas.search.organisations import LARGEST_PAGE, LAST_PAGE, PAGE_SIZE, OrganisationBehind
from clusteratlas.atlas.search.organisations import SORTS as PARTICIPANT_SORTS
from clusteratlas.atlas.search.result import Hit
from clusteratlas.atlas.search.searcher import PAGE_SIZE_AT_MOST, SORTS
from clusteratlas.pipeline.schema import table

TYPES: dict[str, type] = {
    "text": str,
    "integer": int,
    "float": float,
    "money": float,
    "boolean": bool,
    "date": date,
    "timestamp": datetime,
}
VALUES_AT_MOST = 50


@cache
def row_of(name: str) -> type[Schema]:
    """The schema of a row of a canonical table: its columns with their meaning, unit and example."""
    one = table(name)
    columns: dict[str, Any] = {
        field.name: (
            TYPES[field.type] | None,
            Field(
                None,
                description=f"{field.meaning}{f' ({field.unit})' if field.unit else ''}",
                examples=[field.example] if field.example is not None else None,
            ),
        )
        for field in one.fields
    }
    title = "".join(part.title() for part in name.split("_"))
    return create_model(f"{title}Row", __base__=Schema, __doc__=f"One row is {one.row}.", **columns)


@cache
def page_of(row: type) -> type[Schema]:
    """The schema of a page of rows."""
    return create_model(
        f"PageOf{row.__name__}",
        __base__=Schema,
        __doc__="A page of a list.",
        total=(int, Field(description="Rows in all")),
        page=(int, Field(description="This page, counted from 1")),
        page_size=(int, Field(description="Rows on a page")),
        items=(list[row], Field(description="The rows of this page")),
    )


ROWS_AT_MOST = 500
PageNumber = Query(1, ge=1, le=100_000, description="The page, counted from 1")
PageSize = Query(100, ge=1, le=ROWS_AT_MOST, description="Rows on a page")


def paged(rows: Sequence[Any], page: int, page_size: int) -> dict[str, Any]:
    """A page of rows that are all there, as `page_of` describes it."""
    begin = (page - 1) * page_size
    return {
        "total": len(rows),
        "page": page,
        "page_size": page_size,
        "items": rows[begin : begin + page_size],
    }


def _filters() -> dict[str, Any]:
    return {
        facet.name: (
            list[str],
            Field(
                default_factory=list,
                description=f"{facet.meaning}. Repeat it for alternatives.",
                examples=[[facet.example]],
                max_length=VALUES_AT_MOST,
            ),
        )
        for facet in FACETS
    }


SearchQuery = create_model(
    "SearchQuery",
    __base__=Schema,
    __doc__="A search: words, filters, order and page.",
    q=(str, Field("", description='Words, "phrases", AND, OR, NOT, field:word', max_length=500)),
    sort=(str, Field("relevance", description=f"Order: {', '.join(SORTS)}", examples=["newest"])),
    page=(int, Field(1, ge=1, le=100_000, description="The page, counted from 1")),
    page_size=(int, Field(25, ge=1, le=PAGE_SIZE_AT_MOST, description="Projects on a page")),
    facets=(bool, Field(True, description="Whether values of the filters are counted")),
    **_filters(),
)


OrganisationsQuery = create_model(
    "OrganisationsQuery",
    __base__=Schema,
    __doc__="A search for projects, and which of the organisations behind it are wanted, in which order.",
    q=(str, Field("", description='Words, "phrases", AND, OR, NOT, field:word', max_length=500)),
    sort=(str, Field("projects", description=f"Order: {', '.join(PARTICIPANT_SORTS)}", examples=["money"])),
    page=(int, Field(1, ge=1, le=LAST_PAGE, description="The page, counted from 1")),
    page_size=(int, Field(PAGE_SIZE, ge=1, le=LARGEST_PAGE, description="Organisations on a page")),
    **_filters(),
    **{
        name: (
            list[str],
            Field(default_factory=list, description=f"{meaning}.", max_length=VALUES_AT_MOST),
        )
        for name, meaning in PARTICIPANT_FILTERS.items()
    },
)


class OrganisationsAnswer(Schema):
    """A page of the organisations behind a search, and what holds for all of them."""

    query: str = Field(description="The query as understood")
    explanation: str = Field(description="The query and its answer in words")
    projects: int = Field(description="Found projects")
    total: int = Field(description="Organisations under the filters")
    page: int
    page_size: int
    pages: int
    sort: str
    countries: dict[str, int] = Field(
        description="Organisations by country, under all filters but that of country"
    )
    types: dict[str, int] = Field(description="Organisations by kind, under all filters but that of kind")
    items: list[OrganisationBehind]


class TextPart(Schema):
    """A piece of text, and whether it is what was sought."""

    text: str
    is_match: bool


def _hit() -> type[Schema]:
    """The schema of a hit: its own fields, marked texts as parts."""
    types = get_type_hints(Hit)
    columns = {f.name: (types[f.name], ...) for f in fields(Hit) if f.default is MISSING}
    marked = dict.fromkeys(("snippet", "title_parts"), (list[TextPart], ...))
    return create_model("Hit", __base__=Schema, __doc__="A found project.", **{**columns, **marked})


class FacetValue(Schema):
    """A value of a filter, with the number of found projects that have it."""

    value: str
    label: str
    count: int
    is_selected: bool
    depth: int
    parent: str | None


class FacetCounts(Schema):
    """A filter with its most frequent values."""

    label: str
    values: list[FacetValue]
    more: int


class Correction(Schema):
    """What mistyped words were taken for."""

    original: str
    corrected: str
    words: dict[str, str]


class PlaceRead(Schema):
    """Words of a query that name a country or region, and the filter that they mean."""

    words: str
    facet: str
    value: str
    label: str
    is_applied: bool = Field(description="Whether the search was filtered by it, or sought the words")


class StartYear(Schema):
    """Projects that start in a year."""

    year: int
    projects: int


class SearchAnswer(Schema):
    """A page of found projects, and what holds for all of them."""

    query: str = Field(description="The query as understood")
    explanation: str = Field(description="The query and its answer in words")
    filters: dict[str, list[str]]
    sort: str
    total: int
    page: int
    page_size: int
    pages: int
    eu_contribution_eur: float | None = Field(
        description="Sum of what was published (EUR); null when nothing was"
    )
    projects_with_amount: int = Field(description="Found projects whose EU contribution was published")
    organisations: int
    correction: Correction | None
    warnings: list[str]
    places: list[PlaceRead] = Field(description="Countries and regions that the words of the query name")
    hits: list[_hit()]
    facets: dict[str, FacetCounts]
    timeline: list[StartYear]
    countries: dict[str, int] = Field(description="Projects by country of any participant")
