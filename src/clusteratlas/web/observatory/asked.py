"""What an address asks of the statistics: regions, categories, a year, a star profile, an indicator."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.http import HttpRequest

from clusteratlas.atlas.observatory import Area, Scope, area_of, parse_scope
from clusteratlas.errors import UsageError, nearest
from clusteratlas.observatory.strength.files import DEFAULT_PROFILE
from clusteratlas.web.observatory.indicators import Indicator, indicator

if TYPE_CHECKING:
    from clusteratlas.atlas import Atlas

OWN = "nace"
DEFAULT_SET = "ecosystems"
MOST = 10
"""Regions or categories that are compared at once."""

LONGEST = 2000
PARAMETERS = ("area", "set", "category", "profile", "year", "indicator")

Given = Mapping[str, Sequence[str]]


@dataclass(frozen=True)
class Choice:
    """What is asked for: categories of a set (or of the visitor's own), in a year, judged by a profile."""

    category_set: str
    year: int
    profile: str
    areas: tuple[Area, ...] = ()
    scopes: tuple[Scope, ...] = ()
    indicator: Indicator | None = None

    @property
    def area(self) -> Area:
        """The region asked for; raises `UsageError` when there is none."""
        if not self.areas:
            raise UsageError("no region is named", where="area", remedy="add area=AT33 to the address")
        return self.areas[0]

    @property
    def scope(self) -> Scope:
        """The category asked for; raises `UsageError` when there is none."""
        if not self.scopes:
            raise UsageError(
                "no category is named",
                where="category",
                remedy="add category=ecosystems:tourism to the address",
            )
        return self.scopes[0]

    @property
    def own(self) -> tuple[Scope, ...]:
        """The categories of the visitor's own."""
        return tuple(scope for scope in self.scopes if scope.is_custom)


def given(request: HttpRequest, known: Sequence[str] = PARAMETERS) -> dict[str, list[str]]:
    """The parameters of an address that are not empty; raises `UsageError` for unknown, long or many ones."""
    found: dict[str, list[str]] = {}
    for name, values in request.GET.lists():
        if name not in known:
            raise UsageError(f"there is no parameter '{name[:60]}'", remedy=nearest(name[:60], known))
        words = [value.strip() for value in values if value.strip()]
        if any(len(word) > LONGEST for word in words):
            raise UsageError(f"'{name}' is too long", where=name, remedy=f"at most {LONGEST} characters")
        if len(words) > MOST:
            raise UsageError(f"{len(words)} are too many", where=name, remedy=f"give at most {MOST}")
        if words:
            found[name] = words
    return found


def choose(atlas: Atlas, asked: Given) -> Choice:
    """What the parameters ask for, with what is not said filled in.

    Raises `UsageError` and `NotFoundError` that name the nearest for what the release does not have.
    """
    statistics = atlas.statistics
    scopes = tuple(statistics.scope(parse_scope(text)) for text in asked.get("category", ()))
    category_set = _first(asked, "set") or (scopes[0].category_set if scopes else DEFAULT_SET)
    if category_set != OWN:
        statistics.categories(category_set)
    elif not any(scope.is_custom for scope in scopes):
        raise UsageError(
            "no category of your own is named", where="category", remedy="add category=nace:C10,C11"
        )
    return Choice(
        category_set=category_set,
        year=statistics.year(_year(_first(asked, "year"))),
        profile=profile(_first(asked, "profile") or DEFAULT_PROFILE),
        areas=tuple(area_of(text) for text in asked.get("area", ())),
        scopes=scopes,
        indicator=indicator(_first(asked, "indicator")) if "indicator" in asked else None,
    )


def _first(asked: Given, name: str) -> str:
    values = asked.get(name) or [""]
    return values[0]


def _year(text: str) -> int | None:
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) == 4):
        raise UsageError(f"'{text[:20]}' is no year", where="year", remedy="write four digits, such as 2014")
    return int(text)


def profile(name: str) -> str:
    """The name of a star profile of the package; raises `UsageError` that names the nearest."""
    names = [one.name for one in _profiles()]
    if name not in names:
        raise UsageError(
            f"there is no profile '{name[:60]}'", where="profile", remedy=nearest(name[:60], names)
        )
    return name


def _profiles() -> tuple:
    from clusteratlas.observatory import star_profiles

    return star_profiles()
