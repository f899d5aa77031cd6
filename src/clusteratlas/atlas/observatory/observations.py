"""Figures as statistical offices published them, found by region, industry, year and what is measured."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from clusteratlas import taxonomies
from clusteratlas.atlas.observatory.asked import parse_area

if TYPE_CHECKING:
    from clusteratlas.atlas.atlas import Atlas

ASKED = ("dataset", "indicator", "measure", "industry_code", "year", "level")
"""Columns that a question may fix; the region is fixed by its code of any version."""

WHERE = " AND ".join(
    [f"(${name} IS NULL OR {name} = ${name})" for name in ASKED]
    + [
        "(len($regions) = 0 OR nuts_code IN (SELECT unnest($regions::VARCHAR[])) "
        "OR region_code IN (SELECT unnest($regions::VARCHAR[])))"
    ]
)
COUNT = f"SELECT count(*) AS total FROM observation WHERE {WHERE}"
PAGE = f"SELECT * FROM observation WHERE {WHERE} LIMIT $size OFFSET $skipped"


@dataclass(frozen=True)
class ObservationPage:
    """A page of observations, in the order of the table's key."""

    total: int
    page: int
    page_size: int
    items: list[dict[str, Any]]


def _codes(region: str) -> list[str]:
    if "," in region or "=" in region:
        return list(parse_area(region).codes)
    return [taxonomies.nuts.normalise_code(region)]


def observations(
    atlas: Atlas, *, region: str | None = None, page: int = 1, page_size: int = 100, **asked: Any
) -> ObservationPage:
    """Observations with the given values of `ASKED` columns.

    ``region`` is a NUTS code of any version, or a region of one's own, of several: those of all its parts come.
    """
    values = {name: asked.get(name) for name in ASKED}
    if values["industry_code"]:
        values["industry_code"] = taxonomies.normalise_industry(values["industry_code"])
    values["regions"] = _codes(region) if region else []
    total = atlas.rows(COUNT, values)[0]["total"]
    items = atlas.rows(PAGE, {**values, "size": page_size, "skipped": (page - 1) * page_size})
    return ObservationPage(total, page, page_size, items)
