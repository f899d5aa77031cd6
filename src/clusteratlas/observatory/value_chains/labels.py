"""The names of a table's rows and columns: country and industry, country and final use."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from clusteratlas.errors import InputError

NATIONAL = "national"
"""The country of a table for which none is given."""

_INVENTORIES = re.compile(r"invent|invnt|inven\b|\bstocks?\b|p\.?5[23m]\b|p5m|p52|p53", re.IGNORECASE)
_HOUSEHOLDS = re.compile(r"househ|hfce|cons_?h|p\.?31?_?s14\b|private cons|consumers", re.IGNORECASE)
_WIOD = {"c37", "c38", "c39", "c41", "c42"}


@dataclass(frozen=True)
class Labels:
    """One side of a table: for each row (or column) its country and its industry (or final use)."""

    countries: np.ndarray
    names: np.ndarray

    def __len__(self) -> int:
        return len(self.names)

    @property
    def country_names(self) -> list[str]:
        """The countries, in the order of the table."""
        return list(dict.fromkeys(self.countries.tolist()))

    def member(self) -> np.ndarray:
        """For each row the place of its country among `country_names`."""
        place = {name: number for number, name in enumerate(self.country_names)}
        return np.array([place[name] for name in self.countries.tolist()], dtype=np.intp)

    def at(self, number: int) -> str:
        """The row's name for a message.

        >>> sectors(["AT", "DE"], ["food", "cars"], 4).at(3)
        'DE cars'
        """
        return f"{self.countries[number]} {self.names[number]}"


def sectors(countries: Any, industries: Any, rows: int) -> Labels:
    """The labels of the rows: each country with each industry, or both given row by row.

    Raises `InputError` when they do not fit the table, and for a row that is there twice.

    >>> sectors(["AT", "DE"], ["food", "cars"], 4).names.tolist()
    ['food', 'cars', 'food', 'cars']
    """
    places = [NATIONAL] if countries is None else _texts(countries)
    made = [str(n) for n in range(1, rows // len(places) + 1)] if industries is None else _texts(industries)
    if len(made) == rows and len(places) in (1, rows):
        places = places * (rows // len(places))
    elif len(places) * len(made) == rows:
        places, made = [c for c in places for _ in made], made * len(places)
    else:
        raise InputError(
            f"{len(places)} countries and {len(made)} industries do not name {rows} rows",
            where="countries, industries",
            remedy="give each name once, countries before industries, or one of both for each row",
        )
    twice = [row for row, count in Counter(zip(places, made, strict=True)).items() if count > 1]
    if twice:
        raise InputError(f"{' '.join(twice[0])} is there more than once", where="countries, industries")
    return Labels(np.array(places, dtype=object), np.array(made, dtype=object))


def final_uses(given: Any, countries: Sequence[str], columns: int) -> Labels:
    """The labels of the columns of final demand: each country with each use, or both given column by column.

    A column may be given as (country, use), as one text that begins with the country, or as the use alone: the n-th
    time that a use is named is that of the n-th country.

    >>> final_uses(["households", "inventories"], ["AT", "DE"], 4).countries.tolist()
    ['AT', 'AT', 'DE', 'DE']
    >>> final_uses(["AT_P3", "AT_P5M", "DE_P3", "DE_P5M"], ["AT", "DE"], 4).names.tolist()
    ['P3', 'P5M', 'P3', 'P5M']
    """
    if given is None:
        each = columns // len(countries) if columns % len(countries) == 0 else columns
        given = [f"final use {n}" for n in range(1, each + 1)]
    pairs = [_pair(one, countries) for one in ([given] if isinstance(given, str) else given)]
    if len(pairs) != columns and len(pairs) * len(countries) == columns:
        pairs = [(country, use) for country in countries for _, use in pairs]
    if len(pairs) != columns:
        raise InputError(
            f"{len(pairs)} final uses and {len(countries)} countries do not name {columns} columns",
            where="final_uses",
            remedy="give the uses of one country, or (country, use) for each column of final_demand",
        )
    seen: Counter[str] = Counter()
    named = []
    for country, use in pairs:
        if country is None:
            country = countries[min(seen[use], len(countries) - 1)] if columns >= len(countries) else ""
            seen[use] += 1
        named.append((country, use))
    return Labels(
        np.array([country for country, _ in named], dtype=object),
        np.array([use for _, use in named], dtype=object),
    )


def inventories(uses: Labels, final: np.ndarray) -> list[str]:
    """The final uses that are changes in inventories: by their names, else the one with most of the negative flows.

    >>> uses = final_uses(["c37", "c42"], ["AT"], 2)
    >>> inventories(uses, np.array([[3.0, -1.0]]))
    ['c42']
    """
    names = list(dict.fromkeys(uses.names.tolist()))
    if set(names) == _WIOD:
        return ["c42"]
    if named := [name for name in names if _INVENTORIES.search(name)]:
        return named
    below = {name: -np.minimum(final[:, uses.names == name], 0).sum() for name in names}
    most = max(below, key=below.__getitem__)
    return [most] if len(names) > 1 and below[most] > sum(below.values()) / 2 else []


def households(uses: Labels) -> str | None:
    """The final use that is consumption of households, by its name.

    >>> households(final_uses(["HFCE", "GFCF"], ["AT"], 2))
    'HFCE'
    """
    names = list(dict.fromkeys(uses.names.tolist()))
    if set(names) == _WIOD:
        return "c37"
    return next((name for name in names if _HOUSEHOLDS.search(name)), None)


def _pair(given: Any, countries: Sequence[str]) -> tuple[str | None, str]:
    if not isinstance(given, str) and isinstance(given, Iterable):
        country, use = given
        return str(country), str(use)
    text = str(given)
    for country in countries:
        if re.match(re.escape(country) + r"[ _.:|/-]", text):
            return country, text[len(country) + 1 :]
    return None, text


def _texts(given: Any) -> list[str]:
    return [given] if isinstance(given, str) else [str(one) for one in given]
