"""What the home page shows, worked out once per release."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.safestring import SafeString

from clusteratlas import taxonomies
from clusteratlas.atlas import Atlas, overview
from clusteratlas.atlas.profiles import PillarSummary
from clusteratlas.atlas.profiles.initiatives import pillar_projects
from clusteratlas.atlas.search.result import SearchResult
from clusteratlas.charts.maps import BubbleMap, Place, bubble_map, bubble_svg
from clusteratlas.charts.timeline import sparkline_svg
from clusteratlas.web.maps import european_dots

LISTED = 10
EXAMPLES = (
    "photonics",
    '"green hydrogen"',
    "textile OR fashion",
    "aerospace cluster",
    "hydrogen France",
)
QUESTIONS = (
    (
        "You manage a cluster",
        (
            ("Which cluster projects run this year?", "/projects/?cluster=yes&active={year}"),
            ("Who works on advanced manufacturing?", "/projects/?cluster=yes&q=%22advanced+manufacturing%22"),
            ("Which partnerships take firms abroad?", "/initiatives/internationalisation/"),
        ),
    ),
    (
        "You make policy",
        (
            ("Which regions take part, and with whom?", "/regions/"),
            ("What did the Euroclusters do with the money?", "/initiatives/euroclusters/"),
            ("Where do many SMEs take part?", "/projects/?cluster=yes&sme_share=51-75&sme_share=76-100"),
        ),
    ),
    (
        "You work with the data",
        (
            ("What is in this release, and how good is it?", "/data/"),
            ("Everything by programming interface", "/api/v1/docs"),
            ("All projects, not only those of clusters", "/projects/"),
        ),
    ),
)


@dataclass(frozen=True)
class PillarCard:
    """A pillar as its card shows it."""

    pillar: PillarSummary
    years: str
    sparkline: SafeString


def context(atlas: Atlas) -> dict[str, Any]:
    """Everything that the template of the home page needs."""
    clusters = atlas.search("", cluster="yes", page_size=1)
    regions = overview.regions(atlas)
    drawn = _map(regions)
    return {
        "clusters": clusters,
        "all_projects": atlas.release.manifest["tables"]["project"],
        "country_count": len(clusters.countries),
        "pillars": [_card(atlas, pillar) for pillar in atlas.initiatives()],
        "map": SafeString(
            bubble_svg(drawn, "Cluster projects by region", european_dots(), label_places=False)
        ),
        "outside": len(drawn.outside),
        "countries": _ranked_countries(clusters),
        "regions": _shares(regions[:LISTED]),
        "all_regions": regions,
        "themes": _shares(overview.themes(atlas, LISTED)),
        "newest": overview.newest(atlas, atlas.release.manifest["built_at"][:10]),
        "examples": EXAMPLES,
        "questions": _questions(atlas.release.manifest["built_at"][:4]),
    }


def _questions(year: str) -> tuple[tuple[str, tuple[tuple[str, str], ...]], ...]:
    """The questions of each kind of visitor; a release is asked about the year in which it was built."""
    return tuple(
        (who, tuple((said, href.format(year=year)) for said, href in ones)) for who, ones in QUESTIONS
    )


def _map(regions: list[dict[str, Any]]) -> BubbleMap:
    places = (
        Place(
            row["region_code"],
            row["name"],
            row["latitude"],
            row["longitude"],
            row["projects"],
            f"/regions/{row['region_code']}/",
        )
        for row in regions
    )
    return bubble_map(places, largest=17)


def _card(atlas: Atlas, pillar: PillarSummary) -> PillarCard:
    first, last = pillar.first_year, pillar.last_year
    years = f"{first}–{last}" if first and last and first != last else str(first or "")
    title = f"Projects by year of start, {years}" if years else ""
    begun = pillar_projects(atlas, pillar.pillar_id).years({})
    by_year = {one.year: one.projects for one in begun if one.year}
    return PillarCard(pillar, years, SafeString(sparkline_svg(by_year, title)))


def _ranked_countries(result: SearchResult) -> list[dict[str, Any]]:
    ranked = sorted(result.countries.items(), key=lambda entry: (-entry[1], entry[0]))
    rows = [
        {"code": code, "name": taxonomies.country_name(code), "projects": count} for code, count in ranked
    ]
    return _shares(rows[:LISTED])


def _shares(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Rows with the length of their bar, 0 to 100."""
    greatest = max((row["projects"] for row in rows), default=1)
    return [row | {"bar": round(100 * row["projects"] / greatest, 1)} for row in rows]
