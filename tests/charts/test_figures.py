"""Figures of the observatory: every one is drawn, says what it shows, and can be read without colour."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from itertools import combinations, pairwise
from typing import Any
from xml.etree import ElementTree

import pandas as pd
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clusteratlas.charts import looks
from clusteratlas.charts.classes import QUOTIENT_EDGES, UNKNOWN, classes
from clusteratlas.charts.comparison import comparison
from clusteratlas.charts.hatching import area_hatch, bar_hatch, disc_hatch
from clusteratlas.charts.inputs import MOST_ROWS, rows
from clusteratlas.charts.parts import parts
from clusteratlas.charts.placing import LETTER, LINE, Spot, place_labels, spread
from clusteratlas.charts.portfolio import portfolio
from clusteratlas.charts.ranking import ranking
from clusteratlas.charts.regional import value_map
from clusteratlas.charts.related import related_network
from clusteratlas.charts.rendering import dressed, png, svg
from clusteratlas.charts.sizes import round_sizes
from clusteratlas.charts.trends import trends
from clusteratlas.errors import InputError, UsageError

PORTFOLIO = [
    {"category": "Tourism", "value": 61000.0, "location_quotient": 3.1, "growth": 0.03, "imputed_share": 0.2},
    {"category": "Textiles", "value": 900.0, "location_quotient": 0.4, "growth": -0.01, "imputed_share": 0.0},
    {"category": "Digital", "value": 5000.0, "location_quotient": 0.8, "growth": None, "imputed_share": None},
]
RANKED = [
    {"name": "Tirol", "value": 3.1, "imputed_share": 0.5},
    {"name": "Wien", "value": 0.9, "imputed_share": 0.0},
]
SERIES = [
    {"series": name, "year": year, "value": value, "imputed_share": share}
    for name, year, value, share in (
        ("Tirol", 2013, 2.9, 0),
        ("Tirol", 2014, None, 0),
        ("Tirol", 2015, 3.1, 0.4),
        ("Wien", 2013, 0.8, 0),
        ("Wien", 2015, 0.9, 0),
    )
]
PLACES = [
    {
        "code": "AT33",
        "name": "Tirol",
        "value": 3.1,
        "latitude": 47.2,
        "longitude": 11.4,
        "imputed_share": 0.5,
        "size": 9,
    },
    {
        "code": "AT13",
        "name": "Wien",
        "value": 0.9,
        "latitude": 48.2,
        "longitude": 16.4,
        "imputed_share": 0,
        "size": 4,
    },
    {
        "code": "FRY4",
        "name": "La Réunion",
        "value": 1.5,
        "latitude": -21.1,
        "longitude": 55.5,
        "imputed_share": 0,
        "size": 1,
    },
    {
        "code": "DE21",
        "name": "Oberbayern",
        "value": None,
        "latitude": 48.1,
        "longitude": 11.6,
        "imputed_share": 1,
        "size": 3,
    },
]
SQUARES = {
    "AT33": {"type": "Polygon", "coordinates": [[[10, 47], [12, 47], [12, 48], [10, 48], [10, 47]]]},
    "AT13": {
        "type": "MultiPolygon",
        "coordinates": [[[[16.2, 48.1], [16.5, 48.1], [16.5, 48.3], [16.2, 48.1]]]],
    },
}
TILES = [
    {"code": "AT", "name": "Austria", "value": 2.0, "tile_row": 0, "tile_column": 0, "imputed_share": 0.5},
    {"code": "DE", "name": "Germany", "value": 1.0, "tile_row": 0, "tile_column": 1, "imputed_share": 0.0},
]
NODES = [
    {"id": "a", "name": "Wood", "value": 2, "is_full": True},
    {"id": "b", "name": "Paper", "value": 1, "is_full": False},
    {"id": "c", "name": "Printing", "value": 1, "is_full": False},
]
LINKS = [{"one": "a", "other": "b", "weight": 0.4}, {"one": "b", "other": "c", "weight": 0.2}]
DOTS = [
    {"item": item, "group": group, "value": value, "imputed_share": share}
    for item, group, value, share in (
        ("Tourism", "Tirol", 3.1, 0.5),
        ("Tourism", "Wien", 0.9, 0),
        ("Digital", "Wien", 1.4, 0),
    )
]
PARTS = [
    {"whole": whole, "part": part, "share": share}
    for whole, part, share in (
        ("Germany", "added at home", 0.72),
        ("Germany", "added abroad", 0.28),
        ("Italy", "added at home", 0.99),
        ("Italy", "added abroad", 0.01),
    )
]
FIGURES: dict[str, Callable[..., Any]] = {
    "parts": lambda **given: parts(PARTS, **given),
    "portfolio": lambda **given: portfolio(PORTFOLIO, **given),
    "ranking": lambda **given: ranking(RANKED, unit="Location quotient", mark=1, mark_name="Europe", **given),
    "trends": lambda **given: trends(SERIES, unit="Location quotient", **given),
    "choropleth": lambda **given: value_map(PLACES, unit="Location quotient", boundaries=SQUARES, **given),
    "bubbles": lambda **given: value_map(PLACES, unit="Location quotient", ground=[(50, 10)], **given),
    "tiles": lambda **given: value_map(TILES, unit="Location quotient", **given),
    "network": lambda **given: related_network(NODES, LINKS, **given),
    "comparison": lambda **given: comparison(
        DOTS, unit="Location quotient", mark=1, mark_name="Europe", **given
    ),
}
EMPTY: dict[str, Callable[[], Any]] = {
    "parts": lambda: parts([]),
    "portfolio": lambda: portfolio([]),
    "ranking": lambda: ranking([], unit="x"),
    "trends": lambda: trends([], unit="x"),
    "map": lambda: value_map([], unit="x"),
    "network": lambda: related_network([], []),
    "comparison": lambda: comparison([], unit="x"),
}
WORDS = {
    "parts": {"Germany", "Italy", "added at home", "added abroad", "72 %", "28 %", "99 %"},
    "portfolio": {"Tourism", "Persons employed", "growing over 2 % a year"},
    "ranking": {"Tirol", "Wien", "3.1", "Europe"},
    "trends": {"Tirol", "Wien", "2013", "2015"},
    "choropleth": {"Location quotient", "FRY4"},
    "bubbles": {"Location quotient", "FRY4"},
    "tiles": {"AT", "DE"},
    "network": {"Wood", "Paper", "Printing"},
    "comparison": {"Tourism", "Digital", "Tirol", "Wien", "Europe"},
}


@pytest.mark.parametrize("name", FIGURES)
@pytest.mark.parametrize("look", looks.LOOKS)
def test_figures_are_drawn_as_svg_and_say_what_they_show(name: str, look: str) -> None:
    chosen = looks.look(look)
    for width in (looks.WIDE, looks.NARROW):
        spec = dressed(FIGURES[name](look=chosen, width=width), chosen, title="Tirol <leads>", width=width)
        drawn = ElementTree.fromstring(svg(spec, "Tirol <leads>", "Three times as much."))
        texts = {element.text for element in drawn.iter("{http://www.w3.org/2000/svg}text")}
        assert drawn[0].text == "Tirol <leads>"
        assert drawn[1].text == "Three times as much."
        assert drawn.get("role") == "img"
        assert WORDS[name] | {"Tirol <leads>"} <= texts
        assert float(drawn.get("width")) <= width + 40, "a phone shows it at its own size"
        assert not [element for element in drawn.iter() if element.get("style")], (
            "the site's policy forbids it"
        )


SCALED: dict[str, Callable[..., Any]] = {
    "ranking": lambda to, number: ranking(
        [row | {"value": row["value"] * to} for row in RANKED], unit="x", number=number
    ),
    "comparison": lambda to, number: comparison(
        [dot | {"value": dot["value"] * to} for dot in DOTS], unit="x", number=number
    ),
    "trends": lambda to, number: trends(
        [one | {"value": one["value"] and one["value"] * to} for one in SERIES], unit="x", number=number
    ),
}


@pytest.mark.parametrize("name", SCALED)
@pytest.mark.parametrize(
    ("to", "number", "wanted"),
    [
        (0.05, ".1%", r"\d+\s%"),
        (0.5, ".2f", r"\d(\.\d+)?"),
        (20_000, ",.0f", r"0|\d+,000"),
        (5e6, ",.0f", r"0|\d+(\.\d+)? m"),
        (0.5, ",.0f", r"\d*"),
    ],
)
def test_an_axis_is_written_as_its_figures_are(name: str, to: float, number: str, wanted: str) -> None:
    """A share is no "50m", which the reader takes for metres or millions; and there is no half a star."""
    drawn = ElementTree.fromstring(svg(dressed(SCALED[name](to, number)), "Axis"))
    space = "{http://www.w3.org/2000/svg}"
    groups = [group for group in drawn.iter(f"{space}g") if "role-axis-label" in (group.get("class") or "")]
    labels = [text.text or "" for group in groups for text in group.iter(f"{space}text")]
    years = {"2013", "2014", "2015", "2013.5", "2014.5"}
    assert len([label for label in labels if label not in years]) > 1
    assert [label for label in labels if label not in years and not re.fullmatch(wanted, label)] == []


@pytest.mark.parametrize("name", FIGURES)
def test_figures_are_drawn_as_png(name: str) -> None:
    assert png(dressed(FIGURES[name]())).startswith(b"\x89PNG")


@pytest.mark.parametrize("name", EMPTY)
def test_nothing_to_draw_is_no_mistake(name: str) -> None:
    assert "<svg" in svg(dressed(EMPTY[name]()), "Nothing")


@pytest.mark.parametrize("name", sorted(set(FIGURES) - {"network", "parts"}))
def test_what_is_estimated_is_told_apart_without_colour(name: str) -> None:
    """A stripe or a hollow dot appears with the estimated share. (Networks and parts show no estimated figures.)"""
    told = json.dumps(FIGURES[name]().to_dict())
    assert re.search(r'"hatch": "M|"is_estimated": true', told)


@pytest.mark.parametrize("frame", [pl.DataFrame(RANKED), pl.LazyFrame(RANKED), pd.DataFrame(RANKED)])
def test_figures_take_any_dataframe(frame: Any) -> None:
    assert ranking(frame, unit="LQ").to_dict() == ranking(RANKED, unit="LQ").to_dict()


def test_a_wrong_column_is_named_with_the_nearest() -> None:
    with pytest.raises(InputError, match="'location_quotient'") as caught:
        portfolio([{"category": "Tourism", "value": 1.0, "location_quotien": 2.0}])
    assert "location_quotien" in str(caught.value.remedy)


def test_what_is_no_dataframe_or_too_much_is_refused() -> None:
    with pytest.raises(InputError, match="no dataframe"):
        rows(3, ["x"])
    with pytest.raises(InputError, match="too many"):
        rows([{"x": 1}] * (MOST_ROWS + 1), ["x"])
    with pytest.raises(UsageError, match="no look"):
        looks.look("drak")


def test_maps_use_boundaries_then_centres_then_tiles() -> None:
    def layers(chart: Any) -> str:
        return json.dumps(chart.to_dict())

    assert '"path": "M' in layers(value_map(PLACES, unit="x", boundaries=SQUARES))
    assert '"radius"' in layers(value_map(PLACES, unit="x"))
    assert '"tile_row": 0' in layers(value_map(TILES, unit="x"))


def test_places_beyond_the_map_and_without_boundaries_stand_beside_it() -> None:
    told = value_map(PLACES, unit="x", boundaries=SQUARES).to_dict()
    beside = {row.get("code") for layer in told["layer"][2:] for row in layer["data"]["values"]}
    assert {"FRY4", "DE21"} <= beside


def luminance(colour: str) -> float:
    """Relative luminance after WCAG 2."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """The contrast ratio after WCAG 2."""
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("look", looks.LOOKS.values(), ids=looks.LOOKS)
def test_scales_can_be_read_in_black_and_white(look: looks.Look) -> None:
    """From little to much, every step of the ramp stands out more from the ground, by a clear step."""
    seen = [contrast(colour, look.paper) for colour in look.ramp]
    assert all(after > 1.3 * before for before, after in pairwise(seen))


@pytest.mark.parametrize("look", looks.LOOKS.values(), ids=looks.LOOKS)
def test_words_and_lines_stand_out_from_the_ground(look: looks.Look) -> None:
    assert all(contrast(colour, look.paper) >= 4.5 for colour in (look.ink, look.soft, *look.several))
    assert all(contrast(colour, look.paper) >= 3 for colour in (look.accent, look.fall, look.rise))


def test_series_differ_by_shape_and_dashes_too() -> None:
    count = len(looks.LIGHT.several)
    assert len(looks.DARK.several) == len(set(looks.SHAPES)) == len(set(looks.DASHES)) == count == 10


def ends(path: str) -> list[tuple[float, float]]:
    return [(float(x), float(y)) for x, y in re.findall(r"[ML](-?[\d.e-]+),(-?[\d.e-]+)", path)]


@given(st.floats(1, 500), st.floats(4, 40))
def test_stripes_stay_inside_their_bar(length: float, height: float) -> None:
    path = bar_hatch(length, height)
    assert all(-0.01 <= x <= length * 1.001 and abs(y) <= height / 2 * 1.001 for x, y in ends(path))


@given(st.floats(3, 60), st.floats(0.05, 1))
def test_stripes_stay_inside_the_lower_part_of_their_disc(radius: float, share: float) -> None:
    for x, y in ends(disc_hatch(radius, share)):
        assert (x * x + y * y) ** 0.5 <= radius + 0.2
        assert y >= radius - 2 * radius * share - 0.1


def test_stripes_leave_holes_free() -> None:
    outer, hole = [(0, 0), (40, 0), (40, 40), (0, 40)], [(10, 10), (30, 10), (30, 30), (10, 30)]
    path = area_hatch([outer, hole])
    middles = [
        ((x1 + x2) / 2, (y1 + y2) / 2) for (x1, y1), (x2, y2) in zip(*[iter(ends(path))] * 2, strict=True)
    ]
    assert middles
    assert not [(x, y) for x, y in middles if 10 < x < 30 and 10 < y < 30]


spots = st.lists(
    st.builds(
        Spot, st.floats(0, 300), st.floats(0, 200), st.floats(2, 20), st.text("abc", min_size=1, max_size=15)
    ),
    max_size=12,
)


@given(spots)
def test_labels_cover_no_other_label_and_stay_inside(found: list[Spot]) -> None:
    boxes = []
    for label in place_labels(found, range(len(found)), 300, 200).values():
        wide = LETTER * len(label.text)
        left = {"left": label.x, "right": label.x - wide, "center": label.x - wide / 2}[label.align]
        boxes.append((left, label.y - LINE / 2, left + wide, label.y + LINE / 2))
    assert all(box[0] >= -1 and box[2] <= 301 and box[1] >= -3 and box[3] <= 203 for box in boxes)
    for a, b in combinations(boxes, 2):
        assert a[2] <= b[0] + 0.01 or b[2] <= a[0] + 0.01 or a[3] <= b[1] + 0.01 or b[3] <= a[1] + 0.01


@given(st.lists(st.floats(0, 300), min_size=1, max_size=12))
def test_names_of_lines_keep_apart_in_their_order(heights: list[float]) -> None:
    placed = spread(heights, 14, 0, 300)
    in_order = [placed[at] for at in sorted(range(len(heights)), key=lambda at: heights[at])]
    assert all(below - above >= 13.8 for above, below in pairwise(in_order))


def test_classes_hold_every_value_once_and_name_what_is_unknown() -> None:
    kinds = classes([], edges=QUOTIENT_EDGES)
    said = [kinds.label(value) for value in (0.1, 0.5, 1.0, 1.25, 9.0, None)]
    assert said == ["under 0.5", "0.5 to 0.8", "0.8 to 1.25", "1.25 to 2", "2 or more", UNKNOWN]


@given(st.lists(st.floats(1e-3, 1e7), min_size=1, max_size=60))
def test_classes_made_of_values_are_in_order(values: list[float]) -> None:
    kinds = classes(values)
    assert list(kinds.edges) == sorted(set(kinds.edges))
    assert len(kinds.labels) == len(set(kinds.labels)) <= 5


@pytest.mark.parametrize("greatest", [1, 7, 80, 999, 46_042, 7_889_931])
def test_the_sizes_of_a_legend_are_round_and_fit(greatest: int) -> None:
    found = round_sizes(greatest)
    assert found == sorted(set(found))
    assert 0.3 * greatest < found[-1] <= greatest
    assert all(str(one).rstrip("0") in ("1", "2", "5") for one in found)


def test_the_legend_tells_how_many_persons_a_bubble_is() -> None:
    told = portfolio(PORTFOLIO).to_dict()
    bubbles = next(layer for layer in told["layer"] if "legend" in layer["encoding"].get("size", {}))
    size = bubbles["encoding"]["size"]
    assert size["legend"]["title"] == "Persons employed"
    assert size["legend"]["values"] == [2000, 10000, 50000]
    largest = bubbles["data"]["values"][0]
    assert largest["drawn"] == pytest.approx(size["scale"]["domain"][1])
    assert (2 * largest["radius"]) ** 2 == pytest.approx(size["scale"]["range"][1])


def test_maps_name_the_greatest_values_but_not_what_is_mostly_estimated() -> None:
    told = [
        {**PLACES[0], "code": "A", "name": "Sure", "value": 2.0, "imputed_share": 0.0},
        {**PLACES[0], "code": "B", "name": "Guessed", "value": 9.0, "imputed_share": 0.9, "latitude": 40.0},
    ]
    assert words_of(value_map(told, unit="x")) == {"Sure"}


def words_of(chart: Any) -> set[str]:
    """The labels inside a chart."""
    values = [row for layer in chart.to_dict()["layer"] for row in layer["data"].get("values", ())]
    return {row["said"] for row in values if "said" in row}
