"""Emerging industries: what regions newly specialise in, and what is close to what they have."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from clusteratlas import taxonomies
from clusteratlas.atlas.observatory import area_of
from clusteratlas.atlas.observatory.emergence import COLUMNS, STAGES
from clusteratlas.errors import UsageError, nearest
from clusteratlas.web.data.downloads import json_twin, rows_download
from clusteratlas.web.observatory import reading, words
from clusteratlas.web.profiles.asked import given, links, page_of

FILTERS = ("region", "area", "industry", "stage", "page")
SHOWN, LISTED, OF_REGION = 50, 8, 6
CALLED = {"entered": "New specialisation", "candidate": "Near, and growing"}
EVERY = 100_000

Row = dict[str, Any]


def page(request: HttpRequest) -> HttpResponse:
    """Everything that emerges in regions, by region, industry and stage."""
    asked = _read(request)
    emergence = request.atlas.emergence
    number = page_of(asked)
    total, rows = emergence.listed(**_chosen(asked), page=number, page_size=SHOWN)
    query = urlencode({name: value for name, value in asked.items() if name != "page"})
    mark = f"?{query}" if query else ""
    context = {
        "crumbs": [("Home", "/"), ("Trends", "/trends/"), ("Emerging industries", "")],
        "is_empty": emergence.is_empty,
        "years": emergence.years,
        "counts": emergence.counts,
        "leading": emergence.by_industry[:LISTED],
        "asked": asked,
        "stages": [(stage, CALLED[stage]) for stage in STAGES],
        "regions": _regions(request, asked.get("region")),
        "industries": [(row["industry"], row["industry_name"]) for row in _by_name(emergence.by_industry)],
        "total": total,
        "rows": [_shown(row) for row in rows],
        "pages": links(request, asked, number, max(1, -(-total // SHOWN)), "#list"),
        "downloads": [(ending.upper(), f"/emerging-industries.{ending}{mark}") for ending in ("csv", "json")],
    }
    return render(request, "observatory/emerging.html", context)


def twin(request: HttpRequest, ending: str) -> HttpResponse:
    """The list under the filters of the address, all of it."""
    asked = _read(request)
    total, rows = request.atlas.emergence.listed(**_chosen(asked), page_size=EVERY)
    if ending == "json":
        return json_twin(request, {"years": request.atlas.emergence.years, "total": total, "items": rows})
    flat = [{**row, "related": "; ".join(one["code"] for one in row["related"])} for row in rows]
    return rows_download(
        request, flat, COLUMNS, ending, ["emerging industries", *asked.values()], title="emerging"
    )


def of_region(request: HttpRequest, code: str) -> Row | None:
    """What emerges in a NUTS 2 region, or in one of the visitor's own, for its page; None when nothing does."""
    emergence = request.atlas.emergence
    lists = {}
    for stage in STAGES:
        _, rows = emergence.listed(region=code, stage=stage, page_size=OF_REGION)
        lists[stage] = [_shown(row) for row in rows]
    return lists | {"years": emergence.years} if any(lists.values()) else None


def _read(request: HttpRequest) -> dict[str, str]:
    """What the address asks for; a region of the visitor's own may be called `area`, as elsewhere."""
    asked = given(request, FILTERS)
    if area := asked.pop("area", None):
        asked.setdefault("region", area)
    if (word := asked.get("stage")) and word not in STAGES:
        raise UsageError(
            f"'{word[:60]}' is no value of 'stage'", where="stage", remedy=nearest(word[:60], STAGES)
        )
    return asked


def _chosen(asked: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in asked.items() if name != "page"}


def _shown(row: Row) -> Row:
    return row | {
        "href": reading.area_url(area_of(row["region"])),
        "industry_href": f"/categories/nace-divisions/{row['industry']}/",
        "called": CALLED[row["stage"]],
        "said": ", ".join(one["name"] for one in row["related"]),
        "from": words.beside_one(row["location_quotient_start"]),
        "to": words.beside_one(row["location_quotient_end"]),
    }


def _regions(request: HttpRequest, asked: str | None) -> list[tuple[str, str]]:
    """The regions to choose from, with the one asked for when it is of the visitor's own."""
    if request.atlas.emergence.is_empty:
        return []
    codes = request.atlas.emergence.frame["region"].unique().sort().to_list()
    own = [(asked, area_of(asked).name)] if asked and asked not in codes else []
    return own + [(code, f"{code} {taxonomies.region_name(code)}") for code in codes]


def _by_name(rows: list[Row]) -> list[Row]:
    return sorted(rows, key=lambda row: row["industry_name"])
