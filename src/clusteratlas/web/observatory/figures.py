"""A figure of the site: what it shows in words, the rows behind it, and how it is drawn."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from clusteratlas.charts.looks import NARROW, WIDE, Look
from clusteratlas.web.observatory.indicators import written

if TYPE_CHECKING:
    from clusteratlas.atlas import Atlas

Row = dict[str, Any]
TREND_HEIGHTS = (340, 300)
ROOM = (WIDE + 16, NARROW + 16)
KINDS_OF_NUMBERS = ("quotient", "share", "growth", "count", "year", "stars")


@dataclass(frozen=True)
class Column:
    """A column of the table behind a figure. ``kind``: text, or one of `KINDS_OF_NUMBERS`."""

    name: str
    label: str
    kind: str = "text"

    @property
    def is_number(self) -> bool:
        """Whether it is set to the right."""
        return self.kind in KINDS_OF_NUMBERS

    def write(self, row: Mapping[str, Any]) -> str:
        """The cell of ``row`` as people read it."""
        value = row.get(self.name)
        if self.name == "imputed_share" and value == 0:
            return "none"
        if self.kind == "stars":
            return "–" if value is None else str(value)
        return (
            ("–" if value in (None, "") else str(value)) if self.kind == "text" else written(value, self.kind)
        )


@dataclass(frozen=True)
class Figure:
    """A figure: ``heading`` states the finding, ``said`` tells it to those who cannot see it.

    ``rows`` are what is drawn and downloaded, ``columns`` what of them people read; ``draw`` makes the chart for a
    look and a width. ``notes`` stand below; ``anchor`` is where the formula is explained; ``source`` is the query
    that finds the rows of the source.
    """

    heading: str
    said: str
    columns: tuple[Column, ...]
    rows: Sequence[Row]
    draw: Callable[[Look, int], Any]
    notes: tuple[str, ...] = ()
    anchor: str = ""
    source: Mapping[str, str] | None = None
    table: str = ""
    """The table of the release that holds the source's rows, where these are no observations."""
    common: tuple[str, ...] = ()
    """What holds for other figures of the page as well, and is said once there; files have it with the notes."""
    heights: tuple[int, int] = TREND_HEIGHTS
    """Room for the drawing in pixels, wide and narrow: a page keeps it free while the drawing is on its way."""
    linked: str = ""
    """The column whose cells lead to the address in the row's ``href``."""

    @property
    def all_notes(self) -> tuple[str, ...]:
        """What a file of the figure says below it, where no page stands around it."""
        return (*self.notes, *self.common)

    @property
    def room(self) -> dict[str, tuple[int, int]]:
        """Width and height that the drawing has on a page, for a desk and a phone."""
        return dict(zip(("wide", "narrow"), zip(ROOM, self.heights, strict=True), strict=True))

    def cells(self) -> list[list[tuple[Column, str, str]]]:
        """The table: for each row its cells as (column, text, address)."""
        return [
            [
                (column, column.write(row), row.get("href", "") if column.name == self.linked else "")
                for column in self.columns
            ]
            for row in self.rows
        ]


@dataclass(frozen=True)
class Recipe:
    """How a figure is made: the parameters that its address may have, and what makes it of them."""

    name: str
    parameters: tuple[str, ...]
    make: Callable[[Atlas, Mapping[str, list[str]]], Figure]


RECIPES: dict[str, Recipe] = {}


def recipe(name: str, *parameters: str) -> Callable[[Callable[..., Figure]], Callable[..., Figure]]:
    """Registers a function as the maker of the figure ``name``."""

    def kept(make: Callable[..., Figure]) -> Callable[..., Figure]:
        RECIPES[name] = Recipe(name, parameters, make)
        return make

    return kept


@dataclass(frozen=True)
class Shown:
    """A figure with its addresses, as a template shows it."""

    name: str
    figure: Figure
    query: tuple[tuple[str, str], ...]
    release: str

    def address(self, ending: str, **more: str) -> str:
        """Where the figure is as ``ending``."""
        return f"/charts/{self.name}.{ending}?{urlencode([*self.query, *more.items()])}"

    @property
    def image(self) -> dict[str, str]:
        """Addresses of the drawing without words around it, for a desk and a phone, in light and dark."""
        return {
            f"{width}_{look}": self.address("svg", bare="yes", width=width, look=look, release=self.release)
            for width in ("wide", "narrow")
            for look in ("light", "dark")
        }

    @property
    def spec(self) -> dict[str, str]:
        """Addresses of the interactive figure."""
        return {
            width: self.address("vl.json", bare="yes", width=width, release=self.release)
            for width in ("wide", "narrow")
        }

    @property
    def downloads(self) -> list[tuple[str, str]]:
        """Files of the figure and of the rows behind it."""
        endings = (("CSV", "csv"), ("Excel", "xlsx"), ("JSON", "json"), ("PNG", "png"), ("SVG", "svg"))
        return [(label, self.address(ending)) for label, ending in endings]


def said_once(*figures: Shown | None) -> tuple[str, ...]:
    """What holds for several figures of a page, each sentence once."""
    return tuple(dict.fromkeys(note for one in figures if one for note in one.figure.common))


def bars_high(rows: int, step: tuple[int, int], around: tuple[int, int]) -> tuple[int, int]:
    """Room for a chart with a row for each thing: pixels of a row and around all, wide and narrow.

    >>> bars_high(20, (24, 38), (105, 105))
    (585, 865)
    """
    return tuple(max(rows, 1) * one + rest for one, rest in zip(step, around, strict=True))


def shown(atlas: Atlas, name: str, query: Mapping[str, str | Sequence[str]]) -> Shown:
    """The figure ``name`` under the parameters ``query``; empty ones are left out of its address."""
    pairs = tuple(
        (key, one)
        for key, value in query.items()
        for one in ([value] if isinstance(value, str) else value)
        if one
    )
    given: dict[str, list[str]] = {}
    for key, value in pairs:
        given.setdefault(key, []).append(value)
    return Shown(name, RECIPES[name].make(atlas, given), pairs, atlas.release.id)
