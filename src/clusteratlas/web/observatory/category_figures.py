"""Figures of a category: its map, its ranking, how its strongest regions moved, what it is related to."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from clusteratlas.charts.looks import Look
from clusteratlas.web.observatory import reading, words
from clusteratlas.web.observatory.asked import Choice, Given, choose
from clusteratlas.web.observatory.figures import Column, Figure, Row, bars_high, recipe
from clusteratlas.web.observatory.indicators import INDICATORS, Indicator
from clusteratlas.web.observatory.notes import basis, credit, estimates, when

if TYPE_CHECKING:
    from clusteratlas.atlas import Atlas

RANKED, LINES = 20, 5
KEPT = (
    "name",
    "code",
    "value",
    "persons_employed",
    "imputed_share",
    "stars",
    "cluster_class",
    "remarks",
    "href",
)


def ranked(atlas: Atlas, choice: Choice, indicator: Indicator) -> list[Row]:
    """The regions of the category asked for, greatest first; ``value`` is the indicator's."""
    rows = reading.of_scope(atlas, choice, choice.scope)
    told = [row | {"persons_employed": row["value"], "value": row[indicator.name]} for row in rows]
    return sorted(told, key=lambda row: (row["value"] is None, -(row["value"] or 0), row["name"]))


def _columns(indicator: Indicator) -> tuple[Column, ...]:
    columns = [
        Column("name", "Region"),
        Column("code", "Code"),
        Column("value", indicator.label, indicator.kind),
        Column("persons_employed", "Persons employed", "count"),
        Column("stars", "Stars", "stars"),
        Column("imputed_share", "Estimated", "share"),
        Column("remarks", "Remarks"),
    ]
    doubled = {"value": "persons_employed", "imputed_share": "imputed_share"}.get(indicator.name)
    return tuple(column for column in columns if column.name != doubled)


@recipe("category-map", "category", "area", "profile", "year", "indicator")
def category_map(atlas: Atlas, asked: Given) -> Figure:
    """Where a category is, by an indicator."""
    choice = choose(atlas, asked)
    indicator = choice.indicator or INDICATORS["location_quotient"]
    rows = ranked(atlas, choice, indicator)
    drawn = [row | {"size": row["persons_employed"]} for row in rows]
    shapes = reading.shapes(atlas, choice)

    def draw(look: Look, width: int) -> object:
        from clusteratlas.charts.regional import value_map

        return value_map(
            drawn,
            unit=indicator.axis,
            boundaries=shapes,
            edges=indicator.edges,
            number=indicator.d3,
            sizes="Persons employed",
            ground=reading.ground(),
            look=look,
            width=width,
        )

    manner = "Coloured regions" if shapes else "Circles at the centres of regions, the larger the more jobs"
    highest = words.top_few(rows, "name", "value", indicator.kind)
    credit = ("Boundaries: © EuroGeographics.",) if shapes else ()
    return Figure(
        heading=words.category_headline(choice.scope.name, rows, indicator),
        said=f"Map of Europe, {choice.year}. {manner}. Highest: {highest}.",
        columns=_columns(indicator),
        rows=reading.chosen(rows, *KEPT),
        draw=draw,
        notes=(
            f"{manner}. {when(atlas, choice)}" if shapes else f"{manner}, {when(atlas, choice)}",
            *estimates(rows),
        ),
        common=(*basis(atlas, choice, rows), *credit),
        heights=(875, 565),
        anchor=indicator.anchor,
        source=_source(choice),
        linked="name",
    )


def _source(choice: Choice) -> dict[str, str]:
    return {"category": choice.scope.key, "year": str(choice.year)}


@recipe("category-ranking", "category", "area", "profile", "year", "indicator")
def category_ranking(atlas: Atlas, asked: Given) -> Figure:
    """The regions with the most of a category."""
    choice = choose(atlas, asked)
    indicator = choice.indicator or INDICATORS["location_quotient"]
    rows = [row for row in ranked(atlas, choice, indicator) if row["value"] is not None][:RANKED]
    mark = 1.0 if indicator.name == "location_quotient" else None

    def draw(look: Look, width: int) -> object:
        from clusteratlas.charts.ranking import ranking

        return ranking(
            rows,
            unit=indicator.axis,
            number=_short(indicator),
            mark=mark,
            mark_name="Europe",
            look=look,
            width=width,
        )

    return Figure(
        heading=_leaders(choice, rows, indicator),
        said=f"Bars of the first {len(rows)} regions: {words.top_few(rows, 'name', 'value', indicator.kind)}.",
        columns=_columns(indicator),
        rows=reading.chosen(rows, *KEPT),
        draw=draw,
        notes=(f"The first {len(rows)}, {when(atlas, choice)}", *estimates(rows)),
        common=basis(atlas, choice, rows),
        heights=bars_high(len(rows), (24, 38), (105, 105)),
        anchor=indicator.anchor,
        source=_source(choice),
        linked="name",
    )


def _short(indicator: Indicator) -> str:
    return {"quotient": ".1f", "share": ".1%", "growth": "+.1%"}.get(indicator.kind, ",.0f")


def _leaders(choice: Choice, rows: Sequence[Row], indicator: Indicator) -> str:
    if not rows:
        return f"There are no figures for {words.running(choice.scope.name)}"
    sure = rows if indicator.name == "imputed_share" else words.sure(rows)
    names = words.listed([row["name"] for row in sure[:3]])
    return f"{names} lead in {words.running(choice.scope.name)} by {words.running(indicator.label)}"


@recipe("category-trends", "category", "area", "profile", "year", "indicator")
def category_trends(atlas: Atlas, asked: Given) -> Figure:
    """How the leading regions of a category moved."""
    import polars as pl

    choice = choose(atlas, asked)
    indicator = choice.indicator or INDICATORS["location_quotient"]
    leaders = [row for row in ranked(atlas, choice, indicator) if row["value"] is not None][:LINES]
    names = {row["region"]: row["name"] for row in leaders}
    frame = reading.over_years(atlas, choice).filter(
        (pl.col("industry") == reading.category_key(choice.scope)) & pl.col("region").is_in(list(names))
    )
    column = indicator.name if indicator.name in frame.columns else "value"
    rows = [
        {
            "series": names[row["region"]],
            "year": row["period"],
            "value": row[column],
            "imputed_share": row["imputed_share"],
        }
        for row in frame.rows(named=True)
    ]
    order = list(names.values())
    rows.sort(key=lambda row: (order.index(row["series"]), row["year"]))
    is_other = column != indicator.name
    told = INDICATORS[column] if is_other else indicator

    def draw(look: Look, width: int) -> object:
        from clusteratlas.charts.trends import trends

        return trends(rows, unit=told.axis, look=look, width=width, number=told.d3)

    return Figure(
        heading=_change(choice, rows, told),
        said=f"Lines of {len(order)} regions by year. {_change(choice, rows, told)}.",
        columns=(
            Column("series", "Region"),
            Column("year", "Year", "year"),
            Column("value", told.label, told.kind),
            Column("imputed_share", "Estimated", "share"),
        ),
        rows=rows,
        draw=draw,
        notes=(f"The {len(order)} that lead, {when(atlas, choice, years=True)}", *estimates(rows)),
        common=basis(atlas, choice, rows),
        anchor=told.anchor,
        source={"category": choice.scope.key},
    )


def _change(choice: Choice, rows: Sequence[Row], indicator: Indicator) -> str:
    first = [row for row in rows if row["series"] == rows[0]["series"] and row["value"]]
    if len(first) < 2:
        return "One year of figures shows no trend"
    start, end = first[0], first[-1]
    way = (
        "up"
        if end["value"] > start["value"] * 1.02
        else "down"
        if end["value"] < start["value"] * 0.98
        else "unchanged"
    )
    before, after = words.told_apart(start["value"], end["value"], indicator.kind)
    what = f"{words.running(indicator.label)} in {words.running(choice.scope.name)}"
    return f"{start['series']}: {what} {way} from {before} in {start['year']} to {after} in {end['year']}"


NODES = 24
NETWORK = (
    Column("one", "Category"),
    Column("other", "Related category"),
    Column("weight", "Proximity", "quotient"),
    Column("imputed_share", "Estimated, of both", "share"),
)


@recipe("category-network", "category", "year")
def category_network(atlas: Atlas, asked: Given) -> Figure:
    """What a category is related to: which others are strong in the same regions."""
    from clusteratlas.atlas.observatory.statistics import category_of

    choice = choose(atlas, asked)
    cells, around = reading.cells_around(atlas, choice), reading.set_around(choice)
    near, sizes = reading.proximities(cells), reading.sizes(cells)
    centre = category_of(choice.scope)
    own = sorted((link for link in near if centre in link[:2]), key=lambda link: -link[2])[: NODES - 1]
    there = {centre, *(end for link in own for end in link[:2])}
    known = {**atlas.statistics.categories(around), centre: {"name": choice.scope.name}}
    closest = {end for link in own[:5] for end in link[:2]}
    nodes = [
        {
            "id": one,
            "name": known[one]["name"],
            "value": sizes.get(one, 0),
            "is_full": one in closest,
            "is_centre": one == centre,
        }
        for one in sorted(there)
    ]
    links = [
        {"one": a, "other": b, "weight": weight} for a, b, weight, _ in near if a in there and b in there
    ]
    rows = [
        {
            "one": choice.scope.name,
            "other": known[other]["name"],
            "weight": weight,
            "imputed_share": estimated,
            "href": f"/categories/{around}/{other}/",
        }
        for a, b, weight, estimated in own
        for other in (b if a == centre else a,)
    ]
    name = words.running(choice.scope.name)

    def draw(look: Look, width: int) -> object:
        from clusteratlas.charts.related import related_network

        return related_network(
            nodes, links, look=look, width=width, full=f"{name} and its five closest", hollow="others"
        )

    heading = _network_heading(name, rows)
    return Figure(
        heading=heading,
        said=f"Network of {len(nodes)} categories, joined where the same regions are specialised in both. {heading}.",
        columns=NETWORK,
        rows=rows,
        draw=draw,
        notes=(
            f"Proximity: the smaller of the two chances that a region specialised in one is so in the other "
            f"(location quotient of at least 1, {choice.year}).",
            "Categories that share industries are near by their make-up alone.",
        ),
        common=(credit(atlas),),
        heights=(482, 422),
        anchor="proximity",
        source={"year": str(choice.year)},
        linked="other",
    )


def _network_heading(name: str, rows: list[dict[str, Any]]) -> str:
    if not rows:
        return f"Nothing is known to be related to {name}"
    closest = words.listed([words.running(row["other"]) for row in rows[:3]])
    return f"Regions strong in {name} are often strong in {closest} too"


OVERVIEW = (
    Column("name", "Category"),
    Column("value", "Persons employed", "count"),
    Column("growth", "Growth a year", "growth"),
    Column("strongest", "Most specialised region"),
    Column("quotient", "Its location quotient", "quotient"),
    Column("strong", "Regions with all stars", "count"),
    Column("imputed_share", "Estimated", "share"),
)
LARGEST = 20


@recipe("set-overview", "set", "profile", "year")
def set_overview(atlas: Atlas, asked: Given) -> Figure:
    """The categories of a set: their size in Europe, and where each is strongest."""
    choice = choose(atlas, asked)
    rows = reading.overview(atlas, choice)
    drawn = rows[:LARGEST]

    def draw(look: Look, width: int) -> object:
        from clusteratlas.charts.ranking import ranking

        return ranking(drawn, unit="Persons employed", number=",.0f", look=look, width=width)

    heading = (
        f"Most people work in {words.running(rows[0]['name'])}: {rows[0]['value']:,.0f}"
        if rows
        else "There are no figures"
    )
    return Figure(
        heading=heading,
        said=f"Bars of {len(drawn)} categories: {words.top_few(rows, 'name', 'value', 'count')}.",
        columns=OVERVIEW,
        rows=rows,
        draw=draw,
        notes=(
            f"{f'The {len(drawn)} largest' if len(rows) > len(drawn) else 'All'}, {when(atlas, choice)}",
            *estimates(rows),
        ),
        common=basis(atlas, choice, rows),
        heights=bars_high(len(drawn), (24, 38), (90, 90)),
        anchor="persons-employed",
        source={"year": str(choice.year)},
        linked="name",
    )
