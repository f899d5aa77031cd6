"""Types of regions: groups that are specialised in the same categories, on a map and in figures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from threading import Lock
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from clusteratlas.atlas.observatory.statistics import REST
from clusteratlas.charts.looks import Look
from clusteratlas.errors import UsageError
from clusteratlas.observatory import Typology
from clusteratlas.web.observatory import reading, recipes, words
from clusteratlas.web.observatory.asked import OWN, Choice, Given, choose, given
from clusteratlas.web.observatory.figures import Column, Figure, Row, recipe, said_once, shown
from clusteratlas.web.observatory.forms import Field, Form, set_field, year_field
from clusteratlas.web.observatory.notes import basis, when
from clusteratlas.web.observatory.typed import offered, with_typed

if TYPE_CHECKING:
    import polars as pl

    from clusteratlas.atlas import Atlas
    from clusteratlas.atlas.observatory import Area

USUAL, FEWEST, MOST = 7, 2, 10
DRAWS = 20
OFTEN = 0.5
"""Categories in which at least this part of a group's regions are specialised are set in bold."""

KEPT_MOST = 32
_kept: dict[tuple[Any, ...], Typology] = {}
_lock = Lock()
PARAMETERS = ("set", "groups", "year", "area")


def page(request: HttpRequest) -> HttpResponse:
    """The groups, what sets each apart, and the map."""
    asked = given(request, (*PARAMETERS, "more"))
    crumbs = [("Home", "/"), ("Industries", "/categories/"), ("Types of regions", "")]
    if not reading.has_statistics(request.atlas):
        return render(request, "observatory/region_types.html", {"crumbs": crumbs, "is_empty": True})
    recipes.load()
    asked = with_typed(request.atlas, asked)
    choice, groups = _choice(request.atlas, asked)
    found = _typology(request.atlas, choice, groups)
    areas = [area.key for area in choice.areas]
    query = {"set": choice.category_set, "groups": str(groups), "year": str(choice.year), "area": areas}
    drawn = shown(request.atlas, "region-types", query)
    context = {
        "crumbs": crumbs,
        "choice": choice,
        "form": _form(request.atlas, choice, groups),
        "firmness": _firmness(found),
        "groups": _groups(request.atlas, choice, found),
        "asked": _asked(request.atlas, choice, found),
        "offered": offered(request.atlas),
        "without": f"/region-types/?{urlencode(query | {'area': []}, doseq=True)}",
        "more": Form("/region-types/", (), _pairs(query)),
        "profile": _profile(request.atlas, choice, found),
        "map": drawn,
        "about_figures": said_once(drawn),
    }
    return render(request, "observatory/region_types.html", context)


def _choice(atlas: Atlas, asked: Given) -> tuple[Choice, int]:
    """What is asked for; raises `UsageError` for a number of groups that is none, and for the visitor's own set."""
    text = (asked.get("groups") or [str(USUAL)])[0]
    if not (text.isascii() and text.isdigit() and FEWEST <= int(text[:4]) <= MOST):
        raise UsageError(
            f"'{text[:20]}' groups are not possible", where="groups", remedy=f"give {FEWEST} to {MOST}"
        )
    if asked.get("set", [""])[0] == OWN:
        raise UsageError("types are told by a whole set of categories", where="set", remedy="set=ecosystems")
    return choose(atlas, {name: values for name, values in asked.items() if name != "groups"}), int(text)


def cells(atlas: Atlas, choice: Choice) -> pl.DataFrame:
    """Persons employed by region and category in the year: what regions are grouped by.

    Regions of the visitor's own take the place of their parts.
    """
    import polars as pl

    frame = atlas.statistics.totals(choice.category_set, areas=choice.areas).with_columns(
        pl.col("region").replace({area.key: _label(area) for area in choice.areas})
    )
    is_wanted = (pl.col("period") == choice.year) & (pl.col("industry") != REST) & (pl.col("value") > 0)
    return frame.filter(is_wanted & ~pl.col("region").str.ends_with(reading.NOWHERE)).select(
        "region", "industry", "value", "imputed_share"
    )


def _typology(atlas: Atlas, choice: Choice, groups: int) -> Typology:
    """The groups; kept, since they take a second."""
    from clusteratlas import observatory

    own = tuple(area for area in choice.areas if area.is_custom)
    key = (atlas.release.id, choice.category_set, choice.year, groups, own)
    if key not in _kept:
        found = observatory.typology(cells(atlas, choice), groups, draws=DRAWS)
        with _lock:
            if len(_kept) >= KEPT_MOST:
                _kept.clear()
            _kept[key] = found
    return _kept[key]


def _pairs(query: Mapping[str, str | list[str]]) -> tuple[tuple[str, str], ...]:
    return tuple(
        (name, one) for name, value in query.items() for one in ([value] if isinstance(value, str) else value)
    )


def _form(atlas: Atlas, choice: Choice, groups: int) -> Form:
    numbers = tuple((str(n), str(n), n == groups) for n in range(FEWEST, MOST + 1))
    fields = (set_field(atlas, choice), Field("groups", "Groups", numbers), year_field(atlas, choice))
    return Form("/region-types/", fields, tuple(("area", area.key) for area in choice.areas))


def _names(atlas: Atlas, choice: Choice, found: Typology) -> dict[int, str]:
    """What sets each group apart, in words."""
    known = atlas.statistics.categories(choice.category_set)
    return {
        row["typology"]: words.listed(
            [words.running(known[one]["name"]) for one in row["set_apart_by"].split(", ") if one in known]
        )
        or "nothing in common"
        for row in found.groups.rows(named=True)
    }


def _finding(atlas: Atlas, choice: Choice, found: Typology) -> str:
    first = found.groups.row(0, named=True)
    names = _names(atlas, choice, found)
    return (
        f"{found.groups['regions'].sum()} regions in {found.groups.height} groups by what they are specialised in; "
        f"the largest, of {first['regions']}, leans to {names[first['typology']]}"
    )


def _firmness(found: Typology) -> str:
    """How firm the groups are, in words."""
    near = found.silhouette or 0.0
    apart = (
        "run into each other" if near < 0.25 else "stand apart in part" if near < 0.5 else "stand well apart"
    )
    said = f"The groups {apart} (silhouette {near:.2f}; 1 would be fully apart)"
    if found.adjusted_rand is None:
        return f"{said}."
    return (
        f"{said}. Found anew from regions drawn at random, they agree by {found.adjusted_rand:.2f} "
        "(adjusted Rand index; 1 the same, 0 as by chance)."
    )


def _asked(atlas: Atlas, choice: Choice, found: Typology) -> list[Row]:
    """For each region that is asked for its group and what sets that apart; no group without figures."""
    names = _names(atlas, choice, found)
    groups = dict(found.regions.select("region", "typology").rows())
    return [
        {
            "name": area.name,
            "href": reading.area_url(area),
            "number": (number := groups.get(_label(area))),
            "apart": names.get(number, ""),
        }
        for area in choice.areas
    ]


def _label(area: Area) -> str:
    """How a region is called among others in a list parted by ", "."""
    return area.key.replace(", ", ",")


def _placed(codes: Sequence[str], choice: Choice) -> list[Row]:
    areas = {_label(area): area for area in choice.areas}
    return [reading.placed(code, areas, choice) for code in codes]


def _groups(atlas: Atlas, choice: Choice, found: Typology) -> list[Row]:
    names = _names(atlas, choice, found)
    return [
        {
            "number": row["typology"],
            "name": names[row["typology"]],
            "regions": row["regions"],
            "value": row["value"],
            "examples": [(one["name"], one["href"]) for one in _placed(row["examples"].split(", "), choice)],
        }
        for row in found.groups.rows(named=True)
    ]


def _profile(atlas: Atlas, choice: Choice, found: Typology) -> list[Row]:
    """For each category the part of each group's regions that are specialised in it."""
    shares: dict[str, dict[int, float]] = {}
    for row in found.profile.rows(named=True):
        shares.setdefault(row["industry"], {})[row["typology"]] = row["share_specialised"]
    known: Mapping[str, Any] = atlas.statistics.categories(choice.category_set)
    return [
        {
            "name": known[one]["name"],
            "href": f"/categories/{choice.category_set}/{one}/",
            "shares": [(share, share >= OFTEN) for _, share in sorted(by_group.items())],
        }
        for one, by_group in sorted(shares.items(), key=lambda item: known[item[0]]["name"])
    ]


@recipe("region-types", *PARAMETERS)
def region_types(atlas: Atlas, asked: Given) -> Figure:
    """Which type each region is of."""
    choice, groups = _choice(atlas, asked)
    found = _typology(atlas, choice, groups)
    names = _names(atlas, choice, found)
    jobs = _jobs(cells(atlas, choice))
    places = _placed(found.regions["region"].to_list(), choice)
    rows = [
        place
        | {
            "group": row["typology"],
            "type": names.get(row["typology"], ""),
            "silhouette": row["silhouette"],
            **jobs[row["region"]],
        }
        for place, row in zip(places, found.regions.rows(named=True), strict=True)
    ]
    rows.sort(key=lambda row: (row["group"], -row["silhouette"], row["name"]))

    def draw(look: Look, width: int) -> object:
        from clusteratlas.charts.grouped import group_map

        return group_map(rows, names=names, ground=reading.ground(), look=look, width=width)

    told = words.listed([f"{number} {name}" for number, name in names.items()])
    return Figure(
        heading=_finding(atlas, choice, found),
        said=f"Map of Europe, {choice.year}: {len(rows)} regions, each with the number of its group. Groups: {told}.",
        columns=(
            Column("name", "Region"),
            Column("code", "Code"),
            Column("group", "Group", "year"),
            Column("type", "Set apart by"),
            Column("silhouette", "Fits its group (−1 to 1)", "precise quotient"),
            Column("persons_employed", "Persons employed", "count"),
            Column("imputed_share", "Estimated", "share"),
        ),
        rows=rows,
        draw=draw,
        notes=(
            "Each dot is a region with the number of its group; regions overseas are in the table.",
            when(atlas, choice),
        ),
        common=basis(atlas, choice),
        heights=(770, 482),
        anchor="region-types",
        source={"year": str(choice.year)},
        linked="name",
    )


def _jobs(frame: pl.DataFrame) -> dict[str, Row]:
    """For each region its persons employed, and which part of them is estimated."""
    import polars as pl

    value, share = pl.col("value"), pl.col("imputed_share").fill_null(0)
    sums = frame.group_by("region").agg(
        persons_employed=value.sum(), imputed_share=(value * share).sum() / value.sum()
    )
    return {row.pop("region"): row for row in sums.rows(named=True)}
