"""A star profile: which criteria earn a star, which must hold at all, and what a number of stars is called."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from clusteratlas.errors import InputError
from clusteratlas.observatory.described import (
    certainty,
    check_known,
    choice,
    fields_of,
    listed,
    number,
    text,
    whole_number,
)

INDICATORS = ("location_quotient", "focus", "value", "share_of_category", "growth", "column")
RULES = ("at_least", "above", "percentile", "above_percentile", "top_share")
RELATIVE = ("percentile", "above_percentile", "top_share")
NAME = re.compile(r"[a-z][a-z0-9_]*")


@dataclass(frozen=True)
class Threshold:
    """What a value has to reach: by ``rule`` an ``amount`` (a number, or a share of the regions for relative rules).

    ``among``: whom a relative rule compares, the regions ``present`` in the category (value above zero) or the
    ``candidates`` that pass all filters. ``certainty``: whether the amount is read in the ``source``, ``inferred``
    from published results, or ``recalled`` and unconfirmed.
    """

    rule: str
    amount: float
    certainty: str
    among: str = "present"
    note: str = ""

    @property
    def is_relative(self) -> bool:
        """Whether the number to reach depends on the other regions."""
        return self.rule in RELATIVE

    @property
    def is_strict(self) -> bool:
        """Whether a value must lie above the number, not at it."""
        return self.rule in ("above", "above_percentile")

    @property
    def quantile(self) -> float:
        """The quantile that a relative rule stands for: the top 10 % begin at 0.9."""
        return 1 - self.amount if self.rule == "top_share" else self.amount


@dataclass(frozen=True)
class Criterion:
    """One question to a region's category: an indicator and the thresholds that it has to pass, all of them.

    ``role``: a ``star`` when passed, or a ``filter`` without which there are no stars.
    """

    name: str
    indicator: str
    role: str
    thresholds: tuple[Threshold, ...]
    means: str = ""
    column: str | None = None
    years: int | None = None

    @property
    def needs(self) -> str | None:
        """The column, beside the value, from which the indicator is read; None when there is none."""
        return self.column if self.indicator == "column" else None


@dataclass(frozen=True)
class ClusterClass:
    """What a cell with at least so many stars is called."""

    name: str
    stars: int
    certainty: str
    note: str = ""


@dataclass(frozen=True)
class StarProfile:
    """A method to award stars: its criteria in order, its classes from the highest down, and where it comes from."""

    name: str
    title: str
    source: str
    criteria: tuple[Criterion, ...]
    classes: tuple[ClusterClass, ...]

    @property
    def filters(self) -> tuple[Criterion, ...]:
        """The criteria without which there are no stars."""
        return tuple(c for c in self.criteria if c.role == "filter")

    @property
    def star_criteria(self) -> tuple[Criterion, ...]:
        """The criteria that earn a star each."""
        return tuple(c for c in self.criteria if c.role == "star")

    @classmethod
    def of(cls, given: Mapping[str, Any], *, where: str = "profile") -> StarProfile:
        """The profile that ``given`` (as read from YAML) describes.

        Raises `InputError` that names the file (``where``), the key and what it may be.
        """
        return _profile(given, where)


def _profile(given: Any, where: str) -> StarProfile:
    keys = fields_of(given, StarProfile, where)
    criteria = tuple(
        _criterion(c, f"{where}: criteria[{i}]")
        for i, c in enumerate(listed(keys["criteria"], f"{where}: criteria"))
    )
    classes = tuple(
        _class(c, f"{where}: classes[{i}]")
        for i, c in enumerate(listed(keys["classes"], f"{where}: classes"))
    )
    texts = {k: text(keys[k], f"{where}: {k}") for k in ("name", "title", "source")}
    profile = StarProfile(criteria=criteria, classes=tuple(sorted(classes, key=lambda c: -c.stars)), **texts)
    _whole(profile, where)
    return profile


def _whole(profile: StarProfile, where: str) -> None:
    """Check what no single key tells: names given once, stars that can be earned."""
    for what, names in (
        ("criteria", [c.name for c in profile.criteria]),
        ("classes", [c.name for c in profile.classes]),
        ("classes", [c.stars for c in profile.classes]),
    ):
        twice = [name for i, name in enumerate(names) if name in names[:i]]
        if twice:
            raise InputError(f"{twice[0]!r} is there twice", where=f"{where}: {what}")
    most = len(profile.star_criteria)
    if not most:
        raise InputError(
            "no criterion earns a star", where=f"{where}: criteria", remedy="give one role: star"
        )
    for found in profile.classes:
        if found.stars > most:
            raise InputError(
                f"class '{found.name}' needs {found.stars} stars; {most} can be earned",
                where=f"{where}: classes",
            )


def _criterion(given: Any, where: str) -> Criterion:
    keys = fields_of(given, Criterion, where)
    name = text(keys["name"], f"{where}.name")
    if not NAME.fullmatch(name):
        raise InputError(
            f"{name!r} cannot begin a column's name",
            where=f"{where}.name",
            remedy="small letters, digits and _",
        )
    where = f"{where.split('[')[0]}.{name}"
    keys["indicator"] = choice(keys["indicator"], INDICATORS, f"{where}.indicator")
    keys["role"] = choice(keys["role"], ("star", "filter"), f"{where}.role")
    _with(keys, "column", "column", where)
    _with(keys, "years", "growth", where)
    if keys.get("years") is not None:
        keys["years"] = whole_number(keys["years"], f"{where}.years")
    thresholds = listed(keys["thresholds"], f"{where}.thresholds")
    keys["thresholds"] = tuple(_threshold(t, f"{where}.thresholds[{i}]") for i, t in enumerate(thresholds))
    if keys["role"] == "filter" and any(t.among == "candidates" for t in keys["thresholds"]):
        raise InputError(
            "a filter makes the candidates", where=f"{where}.thresholds", remedy="among: present"
        )
    return Criterion(**keys)


def _with(keys: dict[str, Any], key: str, indicator: str, where: str) -> None:
    """Check that ``key`` is given with this indicator, and with no other."""
    if (keys["indicator"] == indicator) != (keys.get(key) is not None):
        what = "is missing" if keys["indicator"] == indicator else "does not belong here"
        raise InputError(f"'{key}' {what}", where=where, remedy=f"'{key}' goes with 'indicator: {indicator}'")


def _threshold(given: Any, where: str) -> Threshold:
    if not isinstance(given, Mapping):
        raise InputError(
            "this is no threshold", where=where, remedy="write: {at_least: 2, certainty: source}"
        )
    rules = [key for key in given if key in RULES]
    allowed = (*RULES, "among", "certainty", "note")
    check_known(given, allowed, where)
    if len(rules) != 1:
        raise InputError(
            f"{len(rules)} rules where one is wanted", where=where, remedy=f"one of {', '.join(RULES)}"
        )
    rule = rules[0]
    amount = number(given[rule], f"{where}.{rule}")
    if rule in RELATIVE and not 0 < amount < 1:
        raise InputError(
            f"{amount:g} is no share", where=f"{where}.{rule}", remedy="a number between 0 and 1: 0.1 is 10 %"
        )
    if rule not in RELATIVE and "among" in given:
        raise InputError(
            "'among' does not belong here", where=where, remedy=f"it goes with {', '.join(RELATIVE)}"
        )
    among = choice(given.get("among", "present"), ("present", "candidates"), f"{where}.among")
    return Threshold(rule, amount, certainty(given, where), among, str(given.get("note", "")))


def _class(given: Any, where: str) -> ClusterClass:
    keys = fields_of(given, ClusterClass, where)
    keys["name"] = text(keys["name"], f"{where}.name")
    if keys["name"] in ("none", "not judged"):
        raise InputError(f"{keys['name']!r} is what cells without a class are called", where=f"{where}.name")
    keys["stars"] = whole_number(keys["stars"], f"{where}.stars")
    keys["certainty"] = certainty(keys, where)
    return ClusterClass(**keys)
