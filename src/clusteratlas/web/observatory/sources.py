"""The publisher's rows behind a figure: what was read, from which file and line."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from clusteratlas import taxonomies
from clusteratlas.atlas.observatory import Scope, parse_scope
from clusteratlas.errors import NotFoundError, UsageError
from clusteratlas.sources.eurostat.cells import FLAGS
from clusteratlas.web.data.downloads import rows_download
from clusteratlas.web.observatory.asked import given
from clusteratlas.web.paging import page_links
from clusteratlas.web.profiles.asked import page_of
from clusteratlas.web.templatetags.profiles import place_url

if TYPE_CHECKING:
    from clusteratlas.atlas import Atlas

PAGE = 50
DOWNLOADED = 200_000
KNOWN = ("region", "industry", "category", "year", "measure", "page")
COLUMNS = (
    *("dataset", "indicator", "measure", "unit", "nuts_code", "nuts_version", "region_code", "industry_code"),
    *("year", "value", "flag", "lower", "upper", "imputed", "source", "source_file", "source_line"),
)
WHERE = """FROM observation WHERE (len($regions) = 0 OR region_code IN (SELECT unnest($regions::VARCHAR[])))
  AND (len($industries) = 0 OR industry_code IN (SELECT unnest($industries::VARCHAR[])))
  AND ($year IS NULL OR year = $year) AND ($measure IS NULL OR measure = $measure)"""
COUNT = f"SELECT count(*) AS total {WHERE}"
ROWS = (
    f"SELECT {', '.join(COLUMNS)} {WHERE} ORDER BY nuts_code, industry_code, year, dataset, indicator "
    "LIMIT $size OFFSET $skipped"
)


def page(request: HttpRequest) -> HttpResponse:
    """A page of the rows."""
    asked = given(request, KNOWN)
    query = {name: values[0] for name, values in asked.items()}
    at, filters = page_of(query), _filters(request.atlas, query)
    total = request.atlas.rows(COUNT, filters)[0]["total"]
    pages = max(-(-total // PAGE), 1)
    if at > pages:
        raise NotFoundError(
            f"the list has {pages} pages, and page {at} was asked for", remedy="go back one page"
        )
    rest = {name: value for name, value in query.items() if name != "page"}
    rows = [
        _named(row) for row in request.atlas.rows(ROWS, {**filters, "size": PAGE, "skipped": (at - 1) * PAGE})
    ]
    context = {
        "crumbs": [("Home", "/"), ("Industries", "/categories/"), ("Rows of the publisher", "")],
        "rows": rows,
        "flags": _flags(rows),
        "total": total,
        "asked": _said(query, filters),
        "pages": page_links(at, pages, lambda number: f"/observations/?{urlencode(rest | {'page': number})}"),
        "downloads": [
            (label, f"/observations.{ending}?{urlencode(rest)}")
            for label, ending in (("CSV", "csv"), ("JSON", "json"), ("Parquet", "parquet"))
        ],
    }
    return render(request, "observatory/observations.html", context)


def _named(row: dict[str, Any]) -> dict[str, Any]:
    """A row with the names of its region and industry, as far as the codes are known."""
    nuts = row["nuts_code"]
    country = taxonomies.country_code(nuts) if len(nuts) == taxonomies.COUNTRY_LETTERS else None
    return row | {
        "region_name": taxonomies.country_name(country) if country else taxonomies.region_name(nuts),
        "region_href": place_url(row["region_code"]) if row["region_code"] else "",
        "industry_name": _industry_name(row["industry_code"] or ""),
        "written": f"{row['value']:,.1f}".removesuffix(".0") if row["value"] is not None else "",
    }


def _flags(rows: list[dict[str, Any]]) -> list[tuple[str, str]]:
    """The flags of some rows with their meaning."""
    there = sorted({letter for row in rows for letter in row["flag"] or ""})
    return [(letter, FLAGS[letter]) for letter in there if letter in FLAGS]


def download(request: HttpRequest, ending: str) -> HttpResponse:
    """All of the rows as a file."""
    query = {name: values[0] for name, values in given(request, KNOWN).items()}
    filters = _filters(request.atlas, query)
    if request.atlas.rows(COUNT, filters)[0]["total"] > DOWNLOADED:
        raise UsageError(
            f"these are more than {DOWNLOADED:,} rows",
            remedy="name a region, an industry or a year, or take the whole table",
        )
    rows = request.atlas.rows(ROWS, {**filters, "size": DOWNLOADED, "skipped": 0})
    return rows_download(
        request, rows, COLUMNS, ending, ["observations", *query.values()], title="observations"
    )


def _filters(atlas: Atlas, query: dict[str, str]) -> dict[str, Any]:
    """The bound parameters of the queries."""
    year = query.get("year")
    if year and not (year.isascii() and year.isdigit() and len(year) == 4):
        raise UsageError(f"'{year[:20]}' is no year", where="year", remedy="write four digits, such as 2014")
    industries = [code.strip().upper() for code in query.get("industry", "").split(",") if code.strip()]
    if "category" in query:
        industries += _industries(atlas, atlas.statistics.scope(parse_scope(query["category"])))
    return {
        "regions": [code.strip().upper() for code in query.get("region", "").split(",") if code.strip()],
        "industries": industries,
        "year": int(year) if year else None,
        "measure": query.get("measure"),
    }


def _industries(atlas: Atlas, scope: Scope) -> list[str]:
    """The NACE divisions in a category."""
    if scope.is_custom:
        return [code for code, _ in scope.weights]
    return (
        atlas.statistics.crosswalk(scope.category_set)
        .filter(category=scope.category_id)["industry"]
        .to_list()
    )


def _said(query: dict[str, str], filters: dict[str, Any]) -> str:
    """What is asked for, in words."""
    told = []
    if filters["regions"]:
        told.append(_listed("region", filters["regions"], taxonomies.region_name))
    if filters["industries"]:
        told.append(_listed("industry", filters["industries"], _industry_name))
    if filters["year"]:
        told.append(f"year {filters['year']}")
    if filters["measure"]:
        told.append(filters["measure"].replace("_", " "))
    return "; ".join(told)


TOLD = 4


def _listed(what: str, codes: list[str], name: Callable[[str], str]) -> str:
    """The first of some codes by their names, and how many more there are."""
    more = f" and {len(codes) - TOLD} more" if len(codes) > TOLD else ""
    return f"{what}: {', '.join(name(code) for code in codes[:TOLD])}{more}"


def _industry_name(code: str) -> str:
    known = taxonomies.industries().get(code)
    return known.short_name if known else code
