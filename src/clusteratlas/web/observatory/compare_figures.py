"""Figures that compare: regions in the categories of a set, categories in regions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clusteratlas.atlas.observatory.splits import published
from clusteratlas.charts.looks import Look
from clusteratlas.errors import UsageError
from clusteratlas.web.observatory import reading, words
from clusteratlas.web.observatory.asked import Choice, Given, choose
from clusteratlas.web.observatory.figures import Column, Figure, Row, bars_high, recipe
from clusteratlas.web.observatory.indicators import INDICATORS, Indicator
from clusteratlas.web.observatory.notes import basis, estimates, when

if TYPE_CHECKING:
    from clusteratlas.atlas import Atlas

ITEMS = 20
"""Rows of a comparison; those in which the compared differ most come first."""


@recipe("compare-regions", "area", "set", "category", "profile", "year", "indicator")
def compare_regions(atlas: Atlas, asked: Given) -> Figure:
    """Regions beside each other, category by category."""
    choice = choose(atlas, asked)
    if not choice.areas:
        raise UsageError("no region is named", where="area", remedy="add area=AT33&area=AT32 to the address")
    indicator = choice.indicator or INDICATORS["location_quotient"]
    rows = [
        {
            "item": row["category"],
            "group": area.name,
            "value": row[indicator.name],
            "persons_employed": row["value"],
            "imputed_share": row["imputed_share"],
            "stars": row["stars"],
            "remarks": row["remarks"],
            "href": row["href"],
        }
        for area in choice.areas
        for row in reading.of_area(atlas, choice, area)
    ]
    return _figure(
        atlas,
        choice,
        rows,
        indicator,
        "Category",
        "Region",
        {"region": ",".join(published([c for a in choice.areas for c in a.codes])), "year": str(choice.year)},
    )


@recipe("compare-categories", "category", "area", "profile", "year", "indicator")
def compare_categories(atlas: Atlas, asked: Given) -> Figure:
    """Categories beside each other, region by region."""
    choice = choose(atlas, asked)
    if not choice.scopes:
        raise UsageError(
            "no category is named", where="category", remedy="add category=ecosystems:tourism to the address"
        )
    indicator = choice.indicator or INDICATORS["location_quotient"]
    rows: list[Row] = []
    for scope in choice.scopes:
        one = choose(atlas, {**asked, "category": [scope.key], "set": []})
        rows += [
            {
                "item": row["name"],
                "group": scope.name,
                "value": row[indicator.name],
                "persons_employed": row["value"],
                "imputed_share": row["imputed_share"],
                "stars": row["stars"],
                "remarks": row["remarks"],
                "href": row["href"],
            }
            for row in reading.of_scope(atlas, one, scope)
            if not choice.areas or row["region"] in {area.key for area in choice.areas}
        ]
    source = {"category": choice.scopes[0].key, "year": str(choice.year)}
    return _figure(atlas, choice, rows, indicator, "Region", "Category", source)


def _figure(
    atlas: Atlas,
    choice: Choice,
    rows: list[Row],
    indicator: Indicator,
    item: str,
    group: str,
    source: dict[str, str],
) -> Figure:
    rows = [row for row in rows if row["value"] is not None]
    order = _order(rows)
    rows.sort(key=lambda row: (order[row["item"]], row["group"]))
    drawn = [row for row in rows if order[row["item"]] < ITEMS]
    mark = 1.0 if indicator.name == "location_quotient" else None

    def draw(look: Look, width: int) -> object:
        from clusteratlas.charts.comparison import comparison

        return comparison(
            drawn,
            unit=indicator.axis,
            number=indicator.d3,
            mark=mark,
            mark_name="Europe",
            look=look,
            width=width,
        )

    more = (
        (f"Drawn: the {ITEMS} in which they differ most, of {len(order)}; all of them in the table.",)
        if len(order) > ITEMS
        else ()
    )
    return Figure(
        heading=_heading(rows, order, indicator, item),
        said=f"Dots on {min(len(order), ITEMS)} rows. {_heading(rows, order, indicator, item)}.",
        columns=(
            Column("item", item),
            Column("group", group),
            Column("value", indicator.label, indicator.kind),
            Column("persons_employed", "Persons employed", "count"),
            Column("stars", "Stars", "stars"),
            Column("imputed_share", "Estimated", "share"),
            Column("remarks", "Remarks"),
        ),
        rows=rows,
        draw=draw,
        notes=(*more, when(atlas, choice), *estimates(rows)),
        common=basis(atlas, choice, rows),
        heights=_heights(len(order), len({row["group"] for row in rows})),
        anchor=indicator.anchor,
        source=source,
        linked="item",
    )


def _heights(items: int, groups: int) -> tuple[int, int]:
    """Room for the rows, and for a legend that takes more lines the more is compared."""
    lines = max(groups - 3, 0)
    return bars_high(min(items, ITEMS), (26, 40), (90 + 8 * lines, 120 + 16 * lines))


def _order(rows: list[Row]) -> dict[str, int]:
    """Places of the items: those in which the groups differ most come first; of one group, the greatest."""
    spans: dict[str, list[float]] = {}
    for row in rows:
        spans.setdefault(row["item"], [])
    for row in words.firm(rows) or rows:  # what is mostly estimated makes no difference
        spans[row["item"]].append(row["value"])
    several = any(len(values) > 1 for values in spans.values())
    width = {
        item: max(values, default=0.0) - (min(values, default=0.0) if several else 0.0)
        for item, values in spans.items()
    }
    return {item: at for at, item in enumerate(sorted(width, key=lambda one: (-width[one], one)))}


def _heading(rows: list[Row], order: dict[str, int], indicator: Indicator, item: str) -> str:
    if not rows:
        return "There are no figures to compare"
    first = next(name for name, at in order.items() if at == 0)
    said = words.running(first) if item == "Category" else first
    there = [row for row in rows if row["item"] == first]
    there = sorted(words.firm(there) or there, key=lambda row: -row["value"])
    most, least = there[0], there[-1]
    highest, lowest = words.told_apart(most["value"], least["value"], indicator.kind)
    if most is least:
        return f"{most['group']}: most in {said} ({highest})"
    return f"They differ most in {said}: {most['group']} {highest}, {least['group']} {lowest}"
