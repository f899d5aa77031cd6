"""The choices above figures: set, star profile, year, indicator; each works without scripts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from clusteratlas.web.observatory.asked import OWN, Choice
from clusteratlas.web.observatory.indicators import INDICATORS

if TYPE_CHECKING:
    from clusteratlas.atlas import Atlas


@dataclass(frozen=True)
class Field:
    """A list to choose from: its options as (value, label, is it chosen)."""

    name: str
    label: str
    options: tuple[tuple[str, str, bool], ...]


@dataclass(frozen=True)
class Form:
    """A form that asks a page for something else; ``kept`` goes with it unseen."""

    action: str
    fields: tuple[Field, ...]
    kept: tuple[tuple[str, str], ...] = ()


def chosen_pairs(choice: Choice) -> dict[str, str | list[str]]:
    """What a choice says beside the region, as the parameters of an address."""
    pairs: dict[str, str | list[str]] = {
        "set": choice.category_set,
        "profile": choice.profile,
        "year": str(choice.year),
    }
    if choice.category_set == OWN:
        pairs["category"] = [scope.key for scope in choice.own]
    return pairs


def region_form(atlas: Atlas, choice: Choice, action: str) -> Form:
    """What may be chosen for a region."""
    kept = [("area", choice.area.key)] if action == "/areas/" else []
    kept += [("category", scope.key) for scope in choice.own]
    return Form(
        action, (set_field(atlas, choice), profile_field(choice), year_field(atlas, choice)), tuple(kept)
    )


def category_form(atlas: Atlas, choice: Choice, action: str) -> Form:
    """What may be chosen for a category."""
    kept = [("category", scope.key) for scope in choice.scopes] if action == "/categories/own/" else []
    kept += [("area", area.key) for area in choice.areas]
    return Form(
        action, (indicator_field(choice), profile_field(choice), year_field(atlas, choice)), tuple(kept)
    )


def set_field(atlas: Atlas, choice: Choice) -> Field:
    """The category sets, and the visitor's own categories when there are any."""
    sets = [(OWN, "Your own categories")] if choice.own else []
    return _field("set", "Group industries by", [*atlas.statistics.sets.items(), *sets], choice.category_set)


def profile_field(choice: Choice) -> Field:
    """The star profiles."""
    from clusteratlas.observatory import star_profiles

    return _field("profile", "Stars by", [(one.name, one.title) for one in star_profiles()], choice.profile)


def year_field(atlas: Atlas, choice: Choice) -> Field:
    """The years with figures, the latest first."""
    years = [(str(year), str(year)) for year in reversed(atlas.statistics.years)]
    return _field("year", "Year", years, str(choice.year))


def indicator_field(choice: Choice) -> Field:
    """The indicators."""
    chosen = choice.indicator.name if choice.indicator else "location_quotient"
    return _field("indicator", "Show", [(one.name, one.label) for one in INDICATORS.values()], chosen)


def _field(name: str, label: str, options: Iterable[tuple[str, str]], chosen: str) -> Field:
    return Field(name, label, tuple((value, said, value == chosen) for value, said in options))
