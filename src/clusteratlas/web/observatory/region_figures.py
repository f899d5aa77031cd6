"""Figures of a region: its cluster portfolio, how its strongest categories moved, whom it is like and lacks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from clusteratlas.atlas.observatory.splits import published
from clusteratlas.charts.looks import Look
from clusteratlas.web.observatory import neighbours, reading, words
from clusteratlas.web.observatory.asked import Choice, Given, choose
from clusteratlas.web.observatory.figures import TREND_HEIGHTS, Column, Figure, Row, recipe
from clusteratlas.web.observatory.indicators import INDICATORS, Indicator
from clusteratlas.web.observatory.notes import basis, estimates, when

if TYPE_CHECKING:
    from clusteratlas.atlas import Atlas
    from clusteratlas.atlas.observatory import Area

LINES, LISTED = 5, 20
PORTFOLIO = (
    Column("category", "Category"),
    Column("value", "Persons employed", "count"),
    Column("location_quotient", "Location quotient", "quotient"),
    Column("focus", "Share of the region’s jobs", "share"),
    Column("share_of_category", "Share of Europe’s jobs in it", "share"),
    Column("growth", "Growth a year", "growth"),
    Column("stars", "Stars", "stars"),
    Column("imputed_share", "Estimated", "share"),
    Column("remarks", "Remarks"),
)


@recipe("portfolio", "area", "set", "category", "profile", "year")
def portfolio(atlas: Atlas, asked: Given) -> Figure:
    """The cluster portfolio of a region."""
    choice = choose(atlas, asked)
    rows = reading.of_area(atlas, choice, choice.area)
    judged = [name for name in (rows[0] if rows else ()) if name.endswith(("_value", "_threshold", "_met"))]
    kept = reading.chosen(
        rows, *(column.name for column in PORTFOLIO), "cluster_class", *judged, "key", "href"
    )

    def draw(look: Look, width: int) -> object:
        from clusteratlas.charts import portfolio as charts

        return charts.portfolio(kept, look=look, width=width)

    return Figure(
        heading=_portfolio_heading(choice, rows),
        said=_portfolio_said(choice, rows),
        columns=PORTFOLIO,
        rows=kept,
        draw=draw,
        notes=("To the right: more specialised. Upwards: more jobs.", when(atlas, choice), *estimates(rows)),
        common=basis(atlas, choice, rows),
        heights=(565, 480),
        anchor="location-quotient",
        source={"region": ",".join(published(choice.area.codes)), "year": str(choice.year)},
        linked="category",
    )


def _portfolio_heading(choice: Choice, rows: Sequence[Row]) -> str:
    """What is most by specialisation and what by size."""
    if not rows:
        return f"There are no figures for {choice.area.name}"
    sure = words.firm(rows) or rows
    first = max(sure, key=lambda row: ((row["focus"] or 0) >= words.WEIGHTY, row["location_quotient"] or 0))
    largest = max(sure, key=lambda row: row["value"])
    quotient = words.said(first["location_quotient"], "quotient")
    one, other = words.running(first["category"]), words.running(largest["category"])
    if first is largest:
        return f"{choice.area.name}: {one} comes first by specialisation ({quotient} times Europe’s share) and by jobs"
    return f"{choice.area.name}: most specialised in {one} ({quotient} times Europe’s share), most jobs in {other}"


def _portfolio_said(choice: Choice, rows: Sequence[Row]) -> str:
    by_quotient = sorted(words.firm(rows) or rows, key=lambda row: -(row["location_quotient"] or 0))
    by_size = sorted(rows, key=lambda row: -row["value"])
    specialised = words.top_few(by_quotient, "category", "location_quotient", "quotient")
    largest = words.top_few(by_size, "category", "value", "count", 3)
    return (
        f"Bubbles of {len(rows)} categories in {choice.area.name}, {choice.year}: specialisation to the right, "
        f"persons employed upwards. Most specialised: {specialised}. Largest: {largest}."
    )


INCOMPLETE = 0.1
"""A year in which more of a category has no figures is left out of its trend: it would look like a fall."""


@recipe("region-trends", "area", "set", "category", "profile", "year", "indicator")
def region_trends(atlas: Atlas, asked: Given) -> Figure:
    """How the strongest categories of a region moved over the years."""
    choice = choose(atlas, asked)
    indicator = _over_years(atlas, choice, choice.indicator or INDICATORS["location_quotient"])
    strongest = _strongest(reading.of_area(atlas, choice, choice.area))
    rows = _years(atlas, choice, {row["industry"]: row["category"] for row in strongest}, indicator)

    def draw(look: Look, width: int) -> object:
        from clusteratlas.charts import trends as charts

        return charts.trends(rows, unit=indicator.axis, look=look, width=width, number=indicator.d3)

    return Figure(
        heading=_moved(choice, rows, indicator),
        said=f"Lines of {len(strongest)} categories of {choice.area.name} by year. {_moved(choice, rows, indicator)}.",
        columns=(
            Column("series", "Category"),
            Column("year", "Year", "year"),
            Column("value", indicator.label, indicator.kind),
            Column("imputed_share", "Estimated", "share"),
        ),
        rows=rows,
        draw=draw,
        notes=(when(atlas, choice, years=True), *estimates(rows)),
        common=basis(atlas, choice, rows),
        heights=TREND_HEIGHTS,
        anchor=indicator.anchor,
        source={"region": ",".join(published(choice.area.codes))},
    )


def _over_years(atlas: Atlas, choice: Choice, indicator: Indicator) -> Indicator:
    """The indicator where it is told of every year, else the persons employed."""
    return indicator if indicator.name in reading.over_years(atlas, choice).columns else INDICATORS["value"]


def _strongest(rows: Sequence[Row]) -> list[Row]:
    weighty = [row for row in rows if (row["focus"] or 0) >= words.WEIGHTY / 2]
    return sorted(weighty or rows, key=lambda row: -(row["location_quotient"] or 0))[:LINES]


def _years(atlas: Atlas, choice: Choice, names: dict[str, str], indicator: Indicator) -> list[Row]:
    import polars as pl

    frame = reading.over_years(atlas, choice).filter(
        (pl.col("region") == choice.area.key) & pl.col("industry").is_in(list(names))
    )
    found = [
        {
            "series": names[row["industry"]],
            "year": row["period"],
            "value": row[indicator.name],
            "imputed_share": row["imputed_share"],
        }
        for row in frame.rows(named=True)
        if (row.get("unknown_share") or 0) <= INCOMPLETE
    ]
    order = list(names.values())
    return sorted(found, key=lambda row: (order.index(row["series"]), row["year"]))


def _moved(choice: Choice, rows: Sequence[Row], indicator: Indicator) -> str:
    """How the first series moved from its first to its last year."""
    first = [row for row in rows if row["series"] == rows[0]["series"] and row["value"] is not None]
    if len(first) < 2:
        return f"{choice.area.name}: one year of figures shows no trend"
    start, end = first[0], first[-1]
    change = end["value"] / start["value"] - 1 if start["value"] else 0
    way = "held steady" if abs(change) < 0.05 else "rose" if change > 0 else "fell"
    thing = "Specialisation" if indicator.name == "location_quotient" else indicator.label
    before, after = words.told_apart(start["value"], end["value"], indicator.kind)
    what = f"{thing} in {words.running(start['series'])}"
    return f"{what} {way}: {before} in {start['year']}, {after} in {end['year']}"


def _of_neighbours(
    atlas: Atlas,
    asked: Given,
    rows_of: Callable[[Atlas, int, Area], list[Row]],
    words_of: tuple[str, str],
    anchor: str,
) -> Figure:
    choice = choose(atlas, asked)
    name, label = words_of
    rows = rows_of(atlas, choice.year, choice.area)
    drawn = [
        {"name": row["name"], "value": row[name], "imputed_share": row["imputed_share"]}
        for row in rows[:LISTED]
    ]

    def draw(look: Look, width: int) -> object:
        from clusteratlas.charts.ranking import ranking

        return ranking(drawn, unit=label, number=".0%", look=look, width=width)

    first = words.top_few(rows, "name", name, "share", 3)
    return Figure(
        heading=f"{choice.area.name}: {words.running(label)}: {first}"
        if rows
        else f"None for {choice.area.name}",
        said=f"Bars of {len(drawn)} regions by {words.running(label)}: {words.top_few(rows, 'name', name, 'share')}.",
        columns=(
            Column("name", "Region"),
            Column("region", "Code"),
            Column(name, label, "share"),
            Column("industries", "Industries"),
            Column("imputed_share", "Estimated, of both regions", "share"),
        ),
        rows=rows,
        draw=draw,
        notes=(when(atlas, choice), *estimates(rows)),
        common=basis(atlas, choice, rows),
        anchor=anchor,
        source={"region": ",".join(published(choice.area.codes)), "year": str(choice.year)},
        linked="name",
    )


@recipe("peers", "area", "year")
def peers(atlas: Atlas, asked: Given) -> Figure:
    """The regions most like one."""
    return _of_neighbours(
        atlas, asked, neighbours.peers, ("similarity", "Part of the jobs in common"), "peers"
    )


@recipe("partners", "area", "year")
def partners(atlas: Atlas, asked: Given) -> Figure:
    """The regions that complete one."""
    told = ("complementarity", "Part of what is missing and near")
    return _of_neighbours(atlas, asked, neighbours.partners, told, "complementarity")


@recipe("participation", "area", "set", "profile", "year")
def participation(atlas: Atlas, asked: Given) -> Figure:
    """The categories of a region with the EU projects on them that have a participant there."""
    from clusteratlas.atlas.observatory.projects import involvement

    choice = choose(atlas, asked)
    found = reading.of_area(atlas, choice, choice.area)
    counts = {
        one.category_id: one
        for one in involvement(atlas, choice.area, choice.category_set, [row["industry"] for row in found])
    }
    rows = [
        {
            "name": row["category"],
            "value": counts[row["industry"]].projects,
            "cluster_projects": counts[row["industry"]].cluster_projects,
            "location_quotient": row["location_quotient"],
            "focus": row["focus"],
            "stars": row["stars"],
            "words": counts[row["industry"]].query,
            "is_chosen": row in words.standing_out(found),
            "href": row["href"],
        }
        for row in found
        if counts[row["industry"]].projects is not None
    ]

    def draw(look: Look, width: int) -> object:
        from clusteratlas.charts.ranking import ranking

        return ranking(
            rows, unit="EU projects with a participant here", number=",.0f", look=look, width=width
        )

    strong = [row["name"] for row in rows if row["is_chosen"] and not row["value"]]
    said = f"strong without a project: {words.listed([words.running(name) for name in strong])}"
    return Figure(
        heading=f"{choice.area.name}: {said if strong else 'projects on every category that stands out'}",
        said=f"Bars of {len(rows)} categories by EU projects: {words.top_few(rows, 'name', 'value', 'count')}.",
        columns=(
            Column("name", "Category"),
            Column("value", "EU projects", "count"),
            Column("cluster_projects", "of clusters", "count"),
            Column("location_quotient", "Location quotient", "quotient"),
            Column("stars", "Stars", "stars"),
        ),
        rows=rows,
        draw=draw,
        notes=("In full colour: what stands out in the region.", when(atlas, choice)),
        common=basis(atlas, choice),
        anchor="projects",
        linked="name",
    )
