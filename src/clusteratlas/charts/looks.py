"""How figures look: colours for light, dark and print, scales that do without colour, sizes for desk and phone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from clusteratlas.errors import UsageError, nearest

FONT = "Arial, 'Liberation Sans', Helvetica, sans-serif"
"""Letters of the widths that figures are laid out with: other fonts would run into each other."""

WIDE, NARROW = 680, 340
"""Widths of a whole figure in pixels: for a desk, and for a phone at its own size of letters."""


NUMBERS = {"decimal": ".", "thousands": ",", "grouping": [3], "currency": ["€", ""], "percent": "\u00a0%"}
"""How figures are written, as on the pages around them."""


@dataclass(frozen=True)
class Look:
    """Colours of a figure. ``ramp`` grows in contrast to ``paper`` from little to much, so that it can be read
    without colour; ``fall``, ``even`` and ``rise`` differ for colour-blind readers, and come with a shape."""

    paper: str
    ink: str
    soft: str
    rule: str
    accent: str
    quiet: str
    ramp: tuple[str, ...]
    fall: str
    fall_softly: str
    even: str
    rise_softly: str
    rise: str
    several: tuple[str, ...]


LIGHT = Look(
    paper="#ffffff",
    ink="#1b2327",
    soft="#4d585e",
    rule="#dcd8cc",
    accent="#00616b",
    quiet="#b9b4a5",
    ramp=("#efe9d2", "#b7d3b5", "#6cb0a5", "#27788a", "#0c3557"),
    fall="#b35a0c",
    fall_softly="#e3b075",
    even="#d6d2c6",
    rise_softly="#8db8d6",
    rise="#1f6391",
    several=(
        "#00616b",
        "#b35a0c",
        "#5b4a9c",
        "#6b6f12",
        "#a3265f",
        "#1f6391",
        "#6d6a60",
        "#2f7d32",
        "#8a4b2a",
        "#444f9e",
    ),
)
DARK = Look(
    paper="#192024",
    ink="#e9e6de",
    soft="#a9b2b5",
    rule="#2d363b",
    accent="#74cbd3",
    quiet="#5b666c",
    ramp=("#2b3a40", "#2c626c", "#43938f", "#8cc59d", "#f3edb5"),
    fall="#f0a25c",
    fall_softly="#b07a49",
    even="#5f6a71",
    rise_softly="#4d7ea3",
    rise="#7fbbe6",
    several=(
        "#74cbd3",
        "#f0a25c",
        "#b7a6f2",
        "#cfd16a",
        "#f08ab6",
        "#7fbbe6",
        "#bdb8aa",
        "#8fd393",
        "#d9a184",
        "#9aa8f5",
    ),
)
LOOKS = {"light": LIGHT, "dark": DARK}
DASHES = ((1, 0), (6, 3), (2, 2), (9, 3, 2, 3), (12, 3), (4, 4), (1, 3), (8, 2, 2, 2, 2, 2), (14, 4), (3, 6))
"""Lines are told apart by these as well as by colour; the first is unbroken."""

SHAPES = (
    "circle",
    "square",
    "triangle-up",
    "diamond",
    "triangle-down",
    "cross",
    "triangle-right",
    "triangle-left",
    "stroke",
    "arrow",
)
"""Dots are told apart by these as well as by colour."""


def look(name: str) -> Look:
    """A look by its name; raises `UsageError` that names the nearest.

    >>> look("dark").paper
    '#192024'
    """
    if name not in LOOKS:
        raise UsageError(f"there is no look '{name[:40]}'", remedy=nearest(name[:40], LOOKS))
    return LOOKS[name]


def config(chosen: Look) -> dict[str, Any]:
    """The Vega-Lite configuration of a look.

    >>> config(LIGHT)["background"]
    '#ffffff'
    """
    words = {"labelColor": chosen.soft, "titleColor": chosen.soft, "labelFontSize": 12, "titleFontSize": 12}
    return {
        "font": FONT,
        "locale": {"number": NUMBERS},
        "background": chosen.paper,
        "view": {"stroke": None},
        "padding": 6,
        "axis": {
            **words,
            "titleFontWeight": "normal",
            "gridColor": chosen.rule,
            "domainColor": chosen.quiet,
            "tickColor": chosen.quiet,
        },
        "legend": {**words, "titleFontWeight": "normal", "symbolStrokeColor": chosen.soft},
        "text": {"color": chosen.ink, "fontSize": 12},
        "rule": {"color": chosen.quiet},
        "title": {
            "color": chosen.ink,
            "subtitleColor": chosen.soft,
            "anchor": "start",
            "frame": "group",
            "fontSize": 16,
            "subtitleFontSize": 12,
            "offset": 14,
        },
        "mark": {"tooltip": None},
        "aria": False,
    }
