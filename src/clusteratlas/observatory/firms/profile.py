"""A profile of kinds of firms: what a high-growth enterprise, a gazelle or a scale-up has to show, as data."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from clusteratlas.errors import InputError, UsageError, nearest
from clusteratlas.observatory.arguments import check_profile
from clusteratlas.observatory.described import (
    certainty,
    check_known,
    choice,
    fields_of,
    listed,
    number,
    parsed,
    text,
    text_of,
    whole_number,
)
from clusteratlas.observatory.firms.panel import MEASURES

HERE = Path(__file__).parent / "profiles"
OF_AMOUNTS = ("start", "end", "growth")
INDICATORS = (*OF_AMOUNTS, "age", "age_at_start", "mergers")
BOUNDS = ("at_least", "above", "at_most", "below")
ASKED = "measure"
"""The column that stands for the measure that is asked for."""
NAME = re.compile(r"[a-z][a-z0-9_]*")


@dataclass(frozen=True)
class Rule:
    """One thing that a firm has to show: an indicator and its bound.

    ``start`` and ``end`` are amounts (``column``) in the first and last year, ``growth`` the average yearly rate
    between them, ``age`` and ``age_at_start`` years since birth, ``mergers`` marked after the first year. An unknown
    value leaves the verdict open, unless ``when_unknown`` is ``passes``.
    """

    indicator: str
    bound: str
    amount: float
    certainty: str
    column: str | None = None
    when_unknown: str = "open"
    note: str = ""


@dataclass(frozen=True)
class Kind:
    """A kind of firm: the rules that all hold for it; ``of``: only among firms of that other kind."""

    name: str
    title: str
    rules: tuple[Rule, ...]
    of: str | None = None


@dataclass(frozen=True)
class FirmProfile:
    """Kinds of firms; growth is looked at over ``years``, a change in one year by the factor ``jump`` is doubtful."""

    name: str
    title: str
    source: str
    years: int
    jump: float
    kinds: tuple[Kind, ...]

    def rules_of(self, kind: Kind) -> tuple[Rule, ...]:
        """All rules for a kind: those of the kind it is of first."""
        if kind.of is None:
            return kind.rules
        return (*self.rules_of(next(k for k in self.kinds if k.name == kind.of)), *kind.rules)

    @classmethod
    def of(cls, given: Mapping[str, Any], *, where: str = "profile") -> FirmProfile:
        """The profile that ``given`` (as read from YAML) describes; raises `InputError` with the key and remedy."""
        keys = fields_of(given, FirmProfile, where)
        texts = {k: text(keys[k], f"{where}: {k}") for k in ("name", "title", "source")}
        years = whole_number(keys["years"], f"{where}: years")
        jump = number(keys["jump"], f"{where}: jump")
        if jump <= 1:
            raise InputError(
                f"{jump:g} is no factor of growth", where=f"{where}: jump", remedy="above 1, such as 5"
            )
        kinds: list[Kind] = []
        for one in listed(keys["kinds"], f"{where}: kinds"):
            kinds.append(_kind(one, [k.name for k in kinds], f"{where}: kinds[{len(kinds)}]"))
        return cls(years=years, jump=jump, kinds=tuple(kinds), **texts)


def firm_profile(profile: str | os.PathLike[str] | Mapping[str, Any] | FirmProfile) -> FirmProfile:
    """A profile: one of the package by its name, or a user's as a YAML file, its text, or what it holds.

    Raises `UsageError` for an unknown name, `InputError` for a file that cannot be read or is no profile.

    >>> [kind.name for kind in firm_profile("eu-high-growth").kinds]
    ['high_growth', 'gazelle']
    """
    if isinstance(profile, FirmProfile):
        return profile
    if isinstance(profile, Mapping):
        return FirmProfile.of(profile)
    check_profile(profile)
    name = os.fspath(profile)
    if "\n" in name:
        return FirmProfile.of(parsed(name, "profile"))
    if name in _names():
        return _own(name)
    if not name.endswith((".yml", ".yaml")):
        raise UsageError(
            f"there is no profile called '{name}'",
            remedy=f"{nearest(name, _names())}; a file of your own ends in .yml",
        )
    return FirmProfile.of(parsed(text_of(Path(name)), name), where=name)


def firm_profiles() -> tuple[FirmProfile, ...]:
    """The profiles that come with the package, in the order of their names.

    >>> [profile.name for profile in firm_profiles()]
    ['eu-high-growth', 'oecd-2007', 'venture']
    """
    return tuple(_own(name) for name in _names())


@cache
def _names() -> tuple[str, ...]:
    return tuple(sorted(file.stem for file in HERE.glob("*.yml")))


@cache
def _own(name: str) -> FirmProfile:
    where = f"{name}.yml"
    return FirmProfile.of(parsed((HERE / where).read_text("utf-8"), where), where=where)


def _kind(given: Any, before: list[str], where: str) -> Kind:
    keys = fields_of(given, Kind, where)
    name = text(keys["name"], f"{where}.name")
    if not NAME.fullmatch(name) or name in before:
        what = "is there twice" if name in before else "cannot be part of a column's name"
        raise InputError(
            f"{name!r} {what}", where=f"{where}.name", remedy="small letters, digits and _, each once"
        )
    of = keys.get("of")
    if of is not None:
        of = choice(of, tuple(before), f"{where}.of")
    rules = tuple(
        _rule(rule, f"{where}.rules[{i}]") for i, rule in enumerate(listed(keys["rules"], f"{where}.rules"))
    )
    return Kind(name, text(keys["title"], f"{where}.title"), rules, of)


def _rule(given: Any, where: str) -> Rule:
    if not isinstance(given, Mapping):
        raise InputError(
            "this is no rule", where=where, remedy="write: {indicator: age, at_most: 5, certainty: ...}"
        )
    check_known(given, ("indicator", "column", *BOUNDS, "certainty", "when_unknown", "note"), where)
    bounds = [key for key in given if key in BOUNDS]
    if len(bounds) != 1:
        raise InputError(
            f"{len(bounds)} bounds where one is wanted", where=where, remedy=f"one of {', '.join(BOUNDS)}"
        )
    indicator = choice(given.get("indicator"), INDICATORS, f"{where}.indicator")
    column = given.get("column")
    if (indicator in OF_AMOUNTS) != (column is not None):
        raise InputError(f"'column' goes with {', '.join(OF_AMOUNTS)}, and only with these", where=where)
    if column is not None:
        column = choice(column, (*MEASURES, ASKED), f"{where}.column")
    return Rule(
        indicator,
        bounds[0],
        number(given[bounds[0]], f"{where}.{bounds[0]}"),
        certainty(given, where),
        column,
        choice(given.get("when_unknown", "open"), ("open", "passes"), f"{where}.when_unknown"),
        str(given.get("note", "")),
    )
