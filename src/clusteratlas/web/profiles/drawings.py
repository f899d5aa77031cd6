"""The figures of the profiles, as SVG: networks, maps and timelines of what a profile holds."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.safestring import SafeString, mark_safe

from clusteratlas.atlas.profiles.project import ProjectProfile, ResultCount
from clusteratlas.atlas.profiles.values import Network, YearCount
from clusteratlas.charts.maps import BubbleMap, Place, bubble_map, bubble_svg
from clusteratlas.charts.network import Dot, Line, network_svg, strongest
from clusteratlas.charts.span import span_svg
from clusteratlas.charts.timeline import bars, timeline_svg
from clusteratlas.web.maps import european_dots
from clusteratlas.web.templatetags.figures import country, named
from clusteratlas.web.templatetags.profiles import organisation_url, place_url, search

FEWEST = 3
"""Two organisations and the line between them are sooner said in words than drawn."""

NEAREST, NEAR_BUBBLE = 60, 0.055
"""Smallest side of a map drawn near, in units of the whole; the largest bubble as a part of the side."""

FIRST_YEAR, LAST_YEAR = 1980, 2060
"""Years outside are mistakes; they stay in the table and are not drawn."""


@dataclass(frozen=True)
class Figure:
    """A drawing, and in words what it leaves out."""

    svg: SafeString
    left_out: str = ""


def network_figure(network: Network, title: str, said: str) -> Figure | None:
    """The organisations that meet, drawn; those that meet no other are only counted.

    None when fewer than `FEWEST` meet.
    """
    joined = sorted({end for edge in network.edges for end in (edge.one, edge.other)})
    if len(joined) < FEWEST:
        return None
    place = {node: at for at, node in enumerate(joined)}
    nodes = [network.nodes[at] for at in joined]
    dots = [
        Dot(
            named(node.name),
            node.projects,
            f"{named(node.name)}{f', {country(node.country_code)}' if node.country_code else ''}: "
            f"{node.projects:,} project{'' if node.projects == 1 else 's'}",
            organisation_url(node.organisation_id),
            node.is_centre,
        )
        for node in nodes
    ]
    lines = [Line(place[edge.one], place[edge.other], edge.projects) for edge in network.edges]
    drawn = strongest(lines, len(dots))
    svg = network_svg(dots, drawn, title, said)
    alone = len(network.nodes) - len(nodes)
    return Figure(_safe(svg), _left_out(alone, network.left_out, len(lines) - len(drawn)))


def _left_out(alone: int, more: int, weak: int) -> str:
    told = [f"{weak:,} weaker lines are not drawn"] if weak > 1 else []
    if alone:
        told.append(
            f"{alone} {'meets' if alone == 1 else 'meet'} none of the others and {_is(alone)} not drawn"
        )
    if more:
        told.append(f"{more:,} further organisation{' is' if more == 1 else 's are'} not drawn")
    return "; ".join(told)


def _is(count: int) -> str:
    return "is" if count == 1 else "are"


def year_figure(years: Iterable[YearCount], title: str) -> SafeString:
    """Projects by the year they start in, each bar a link to these projects."""
    known = [one for one in years if one.year and FIRST_YEAR <= one.year <= LAST_YEAR]
    hrefs = {one.year: search(one.query) for one in known}
    return _safe(timeline_svg(bars({one.year: one.projects for one in known}, hrefs=hrefs), title))


def result_figure(counts: Sequence[ResultCount], title: str) -> SafeString:
    """Results of all kinds by year."""
    values: dict[int, int] = {}
    for count in counts:
        for year, results in count.by_year:
            if year and FIRST_YEAR <= year <= LAST_YEAR:
                values[year] = values.get(year, 0) + results
    return _safe(timeline_svg(bars(values), title, unit="results")) if len(values) > 1 else _safe("")


def span_figure(profile: ProjectProfile) -> SafeString:
    """The course of a project, from its signature to its end."""
    days = (("Signed", profile.signature_date), ("Ended early", profile.termination_date))
    marks = [(name, day) for name, day in days if day]
    title = f"From {profile.start_date} to {profile.end_date}"
    return _safe(span_svg(profile.start_date, profile.end_date, marks, title))


def partner_map(profile: ProjectProfile, title: str) -> Figure | None:
    """Where the partners of a project are; those at one spot share a circle."""
    spots: dict[tuple[float, float], list[str]] = {}
    for partner in profile.partners:
        if partner.latitude is not None and partner.longitude is not None:
            spot = (round(partner.latitude, 2), round(partner.longitude, 2))
            spots.setdefault(spot, []).append(named(partner.name))
    places = [
        Place(str(at), _together(names), *spot, len(names)) for at, (spot, names) in enumerate(spots.items())
    ]
    unplaced = sum(partner.latitude is None for partner in profile.partners)
    return _map(places, title, "partners", 12, unplaced)


def _together(names: Sequence[str]) -> str:
    listed = ", ".join(names[:4])
    return f"{listed} and {len(names) - 4} more" if len(names) > 4 else listed


def place_map(
    rows: Iterable[tuple[str, str, float | None, float | None, int]],
    title: str,
    unit: str = "projects",
    largest: float = 26,
) -> Figure | None:
    """Countries or regions (code, name, latitude, longitude, value), each a link to its page."""
    places = [Place(code, name, lat, lon, value, place_url(code)) for code, name, lat, lon, value in rows]
    return _map(places, title, unit, largest)


def inner_map(rows: Iterable[tuple[str, str, float | None, float | None, int]], title: str) -> Figure | None:
    """The regions inside a place (code, name, latitude, longitude, value), the map drawn near."""
    places = [Place(code, name, lat, lon, value, place_url(code)) for code, name, lat, lon, value in rows]
    drawn = bubble_map(places, largest=1)
    if not drawn.bubbles:
        return None
    near = _window(drawn)
    drawn = bubble_map(places, largest=near[2] * NEAR_BUBBLE)
    svg = bubble_svg(drawn, title, european_dots(), label_places=False)
    whole, cut = f'viewBox="0 0 {drawn.width} {drawn.height}"', " ".join(f"{side:.0f}" for side in near)
    return Figure(
        _safe(svg.replace(whole, f'viewBox="{cut}"', 1).replace('class="map"', 'class="map map-near"', 1)),
        _outside(drawn),
    )


def _window(drawn: BubbleMap) -> tuple[float, float, float, float]:
    """The square part of the map that holds all bubbles, with room around: left, top, width, height."""
    xs, ys = [bubble.x for bubble in drawn.bubbles], [bubble.y for bubble in drawn.bubbles]
    size = max(max(xs) - min(xs), max(ys) - min(ys), NEAREST) * 1.3
    return (min(xs) + max(xs) - size) / 2, (min(ys) + max(ys) - size) / 2, size, size


def _outside(drawn: BubbleMap) -> str:
    return f"Outside the map: {_together([place.label for place in drawn.outside])}" if drawn.outside else ""


def spot_map(name: str, latitude: float | None, longitude: float | None, title: str) -> Figure | None:
    """One place."""
    return (
        _map([Place("", name, latitude, longitude, 1)], title, "place", 9) if latitude is not None else None
    )


def _map(places: Sequence[Place], title: str, unit: str, largest: float, unplaced: int = 0) -> Figure | None:
    drawn = bubble_map(places, largest=largest)
    if not drawn.bubbles:
        return None
    told = [_outside(drawn), f"{unplaced} without a known place" if unplaced else ""]
    svg = bubble_svg(drawn, title, european_dots(), unit, label_places=False)
    return Figure(_safe(svg), "; ".join(filter(None, told)))


def undated(years: Sequence[YearCount]) -> int:
    """Projects whose year is not known."""
    return sum(one.projects for one in years if one.year is None)


def _safe(svg: str) -> SafeString:
    return mark_safe(svg)  # noqa: S308 - made of numbers and escaped texts in charts
