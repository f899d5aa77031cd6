"""The overview of trends, and the page of a theme or term."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.safestring import SafeString

from clusteratlas import taxonomies
from clusteratlas.charts.shares import interval_svg, shares_svg, year_shares
from clusteratlas.charts.timeline import sparkline_svg
from clusteratlas.web.atlas import remember
from clusteratlas.web.profiles.asked import given, links, page_of
from clusteratlas.web.templatetags.profiles import place_url
from clusteratlas.web.trends.asked import SHOWN, read
from clusteratlas.web.trends.words import CALLED, address, counted, headline, per_year

if TYPE_CHECKING:
    from clusteratlas.atlas import Atlas

Row = dict[str, Any]

FEW = 2000
"""A release of fewer projects tells little of trends; its pages say so."""
PROJECTS_SHOWN, UNUSUAL = 10, 20
SURE = 0.1
"""Pairs of which up to this share is expected to be chance are said to be surely more."""
CARDS = 6
REACH = 1.5
"""Growth a year at the edge of the small drawings of bounds."""
ORDERS = {
    "surest": "Surest growth",
    "growth": "Fastest growth",
    "fading": "Surest decline",
    "projects": "Most projects",
    "name": "Name",
}
KINDS = {"theme": "Themes of the publishers", "term": "Terms of the texts"}


def index(request: HttpRequest) -> HttpResponse:
    """What is emerging, and every theme and term with its growth."""
    asked = read(request)
    trends = request.atlas.trends
    total, rows = trends.listed(**asked.chosen, page=asked.page, page_size=SHOWN)
    query = f"?{asked.query}" if asked.query else ""
    shown = {name: value for name, value in request.GET.items() if value.strip()}
    page = {
        **remember(request, "trends", overview),
        "crumbs": [("Home", "/"), ("Trends", "")],
        "asked": asked,
        "total": total,
        "rows": with_drawings(request.atlas, rows),
        "kinds": KINDS.items(),
        "calls": CALLED.items(),
        "orders": ORDERS.items(),
        "pages": links(request, shown, asked.page, max(1, -(-total // SHOWN)), "#list"),
        "downloads": [("CSV", f"/trends.csv{query}"), ("JSON", f"/trends.json{query}")],
    }
    return render(request, "trends/index.html", page)


def overview(atlas: Atlas) -> Row:
    """What the head of the overview says."""
    trends = atlas.trends
    _, first = trends.listed(trend="emerging", page_size=CARDS)
    every, _ = trends.listed(page_size=1)
    return {
        "is_empty": trends.is_empty,
        "cards": with_drawings(atlas, first),
        "counts": {name: trends.calls.get(name, 0) for name in CALLED},
        "untold": every - sum(trends.calls.values()),
        "pairs": [with_addresses(row) for row in trends.combinations[:CARDS]],
        "since": trends.combined_since,
        **span(atlas),
    }


def span(atlas: Atlas) -> Row:
    """The years that growth is told of, the projects in them, and whether those are few."""
    trends = atlas.trends
    years = trends.span or (0, 0)
    by_year = {year: n for year, n in trends.projects_by_year.items() if years[0] <= year <= years[1]}
    return {
        "from_year": years[0],
        "to_year": years[1],
        "project_count": sum(by_year.values()),
        "is_small": sum(by_year.values()) < FEW,
    }


def with_drawings(atlas: Atlas, rows: Iterable[Row]) -> list[Row]:
    """Rows with their address, a small drawing of their share, and one of growth with its bounds."""
    rows = list(rows)
    sparks = atlas.trends.sparks([row["trend_id"] for row in rows])
    first = (atlas.trends.span or (0, 0))[0]
    return [
        {
            **row,
            "href": address(row["trend_id"]),
            "called": CALLED.get(row["trend"] or "", "not told"),
            "is_drawn_in": bool(counted(row)),
            "spark": _spark(row, {year: v for year, v in sparks[row["trend_id"]].items() if year >= first}),
            "interval": interval(row),
        }
        for row in rows
    ]


def _spark(row: Row, shares: dict[int, float]) -> SafeString:
    said = ", ".join(f"{year}: {share:.1%}" for year, share in shares.items())
    return SafeString(
        sparkline_svg(shares, f"Share of projects with {row['name']} by year: {said}", width=84, height=28)
    )


def interval(row: Row) -> SafeString:
    """Growth as a dot between its bounds; nothing where it is not told."""
    if row["growth"] is None:
        return SafeString("")
    growth, lower, upper = (row[name] for name in ("growth", "growth_lower", "growth_upper"))
    said = f"{per_year(growth)} a year, between {per_year(lower)} and {per_year(upper)}"
    return SafeString(interval_svg(growth, lower, upper, REACH, said))


def combinations(request: HttpRequest) -> HttpResponse:
    """Themes that projects bring together lately, and recent projects of unusual themes."""
    asked = given(request, ("page",))
    trends = request.atlas.trends
    page, pairs = page_of(asked), trends.combinations
    context = {
        **span(request.atlas),
        "crumbs": [("Home", "/"), ("Trends", "/trends/"), ("New combinations", "")],
        "since": trends.combined_since,
        "pairs": [with_addresses(row) for row in pairs[(page - 1) * SHOWN : page * SHOWN]],
        "total": len(pairs),
        "sure_count": sum(row["q_value"] <= SURE for row in pairs),
        "unusual": trends.unusual[:UNUSUAL] if page == 1 else [],
        "pages": links(request, asked, page, max(1, -(-len(pairs) // SHOWN))),
    }
    return render(request, "trends/combinations.html", context)


def with_addresses(row: Row) -> Row:
    """A pair with the pages of its themes."""
    return {
        **row,
        "href_a": address(row["theme_a"]),
        "href_b": address(row["theme_b"]),
        "is_sure": row["q_value"] <= SURE,
    }


def trend(request: HttpRequest, kind: str, name: str) -> HttpResponse:
    """A theme or term over time: who, where, what else, and its projects."""
    asked = given(request, ("page",))
    atlas, trend_id = request.atlas, f"{kind}:{name}"
    about = atlas.trends.about(trend_id)
    projects = atlas.trends.projects(trend_id)
    page = page_of(asked)
    pages = links(request, asked, page, max(1, -(-len(projects) // PROJECTS_SHOWN)), "#projects")
    drawn = year_shares([(row["year"], row["projects"], row["year_projects"]) for row in _told(about)])
    context = {
        **about,
        **span(atlas),
        "crumbs": [("Home", "/"), ("Trends", "/trends/"), (about["name"], "")],
        "about_kind": "Theme, as the publisher classifies" if kind == "theme" else "Term, found in the texts",
        "called": CALLED.get(about["trend"] or "", "not told"),
        "headline": headline(about),
        "counted": counted(about),
        "figure": SafeString(shares_svg(drawn, f"Share of each year's projects with {about['name']}")),
        "bars": drawn,
        "early": [
            {**row, "name": _region(row["region"]), "href": place_url(row["region"])}
            for row in about["early_regions"]
        ],
        "countries": [{**row, "name": _country(row["code"])} for row in about["countries"]],
        "related": [{**row, "href": address(row["trend_id"])} for row in about["related"]],
        "most": about["countries"][0]["projects"] if about["countries"] else 1,
        "shown_projects": projects[(page - 1) * PROJECTS_SHOWN : page * PROJECTS_SHOWN],
        "pages": pages,
        "search": f"/projects/?{urlencode({'q': chr(34) + about['name'] + chr(34)})}",
        "self": address(trend_id).rstrip("/"),
        "is_few": about["projects"] < 20,
    }
    return render(request, "trends/trend.html", context)


def _told(about: Row) -> list[Row]:
    """The years from the first that has a project of it, or that growth is told from."""
    first = min((row["year"] for row in about["years"] if row["projects"]), default=9999)
    return [row for row in about["years"] if row["year"] >= min(first, about["from_year"] or first)]


def _region(code: str) -> str:
    region = taxonomies.regions().get(code)
    return region.name if region else code


def _country(code: str) -> str:
    return taxonomies.country_name(code) or code


def of_region(request: HttpRequest, code: str) -> list[Row]:
    """What grows in Europe and has projects in a NUTS 2 region, for its page."""
    rows = request.atlas.trends.of_region(code)
    return [{**row, "href": address(row["trend_id"]), "interval": interval(row)} for row in rows]


def among(request: HttpRequest, project_ids: list[str]) -> list[Row]:
    """What grows and is often said by projects, for the page of a category."""
    rows = request.atlas.trends.among(project_ids)
    return [{**row, "href": address(row["trend_id"]), "interval": interval(row)} for row in rows]
