"""The cells of a table of regions and industries as arrays, and which of the empty ones are withheld."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]
Marks = NDArray[np.bool_]

PUBLISHED, WITHHELD, ABSENT = 0, 1, 2
"""State of a cell: it has a value; it exists but its value is withheld; the publisher has no such data."""

PUBLISHED_SHARE = 0.5
"""A region (or an industry of a country) counts as published in a period when at least this share of it is."""


@dataclass(frozen=True)
class Cube:
    """Every combination of period, region and industry, in this order of axes.

    ``value`` (periods x regions x industries) is not-a-number where nothing is published; ``state`` tells why.
    ``units`` (same shape) are the local units or whatever else moves with the value; not-a-number when unknown.
    ``rows`` are the places of the caller's rows in the flattened cube.
    """

    periods: list[object]
    regions: list[str]
    industries: list[str]
    value: Numbers
    state: NDArray[np.int8]
    units: Numbers
    rows: NDArray[np.int64]
    country: NDArray[np.int64] = field(repr=False)
    countries: list[str] = field(default_factory=list)

    @property
    def shape(self) -> tuple[int, int, int]:
        """Numbers of periods, regions and industries."""
        return self.value.shape

    @property
    def is_withheld(self) -> Marks:
        """The cells to estimate."""
        return self.state == WITHHELD

    @property
    def part(self) -> NDArray[np.int64]:
        """A number for each cell (flat): its country and period, across which nothing is summed."""
        of_country = np.broadcast_to(self.country[None, :, None], self.shape)
        period = np.arange(self.shape[0])[:, None, None]
        return (of_country * self.shape[0] + period).ravel()

    def cell(self, flat: int) -> tuple[object, str, str]:
        """Period, region and industry of a place in the flattened cube."""
        period, region, industry = np.unravel_index(flat, self.shape)
        return self.periods[period], self.regions[region], self.industries[industry]


def make_cube(
    regions: Iterable[str],
    industries: Iterable[str],
    values: Numbers,
    *,
    flags: Iterable[str | None] | None = None,
    periods: Iterable[object] | None = None,
    units: Numbers | None = None,
    withheld: tuple[str, ...] = ("c",),
    country_of: dict[str, str] | None = None,
) -> Cube:
    """Lay rows (one for each cell) out as a cube.

    Without ``flags`` every row that has no value counts as withheld. With them a row is withheld when its flag
    holds one of the letters ``withheld``, or when it has no flag in a region and an industry that are otherwise
    published in that country and period; other empty rows are absent, as are combinations without a row.
    """
    region_names, region_at = _codes(regions)
    industry_names, industry_at = _codes(industries)
    period_names, period_at = _codes(periods) if periods is not None else ([None], np.zeros(len(values), int))
    shape = (len(period_names), len(region_names), len(industry_names))
    rows = (
        np.ravel_multi_index((period_at, region_at, industry_at), shape) if len(values) else np.zeros(0, int)
    )
    country_names, country = _codes([(country_of or {}).get(name, name[:2]) for name in region_names])
    given = np.isnan(values)
    flagged = given if flags is None else given & _holds(flags, withheld)
    unflagged = np.zeros_like(given) if flags is None else given & _empty(flags)
    value = np.full(shape, np.nan)
    value.flat[rows] = values
    state = np.full(shape, ABSENT, np.int8)
    state.flat[rows[~given]] = PUBLISHED
    state.flat[rows[flagged]] = WITHHELD
    _mark_missing(state, rows[unflagged], country)
    helper = np.full(shape, np.nan)
    if units is not None:
        helper.flat[rows] = units
    return Cube(
        period_names, region_names, industry_names, value, state, helper, rows, country, country_names
    )


def _codes(names: Iterable[object]) -> tuple[list, NDArray[np.int64]]:
    """Distinct names in order, and the place of each given one."""
    given = list(names)
    distinct = sorted(set(given))
    place = {name: at for at, name in enumerate(distinct)}
    return distinct, np.fromiter((place[name] for name in given), np.int64, len(given))


def _holds(flags: Iterable[str | None], letters: tuple[str, ...]) -> Marks:
    return np.array([any(letter in (flag or "") for letter in letters) for flag in flags], bool)


def _empty(flags: Iterable[str | None]) -> Marks:
    return np.array([not flag for flag in flags], bool)


def _mark_missing(state: NDArray[np.int8], missing: NDArray[np.int64], country: NDArray[np.int64]) -> None:
    """Empty rows without a flag are withheld where their region and their industry are published otherwise."""
    there = state != ABSENT
    has_row = there.copy()
    has_row.flat[missing] = True
    region_ok = _mostly(there.sum(2), has_row.sum(2))
    of_country = np.zeros((int(country.max(initial=-1)) + 1, state.shape[1]), np.float64)
    of_country[country, np.arange(state.shape[1])] = 1
    live, live_rows = there & region_ok[:, :, None], has_row & region_ok[:, :, None]
    published, possible = (
        np.einsum("cr,tri->tci", of_country, part.astype(float)) for part in (live, live_rows)
    )
    industry_ok = _mostly(published, possible)[:, country, :]
    is_missing = np.zeros(state.shape, bool)
    is_missing.flat[missing] = True
    state[is_missing & region_ok[:, :, None] & industry_ok] = WITHHELD


def _mostly(part: Numbers, whole: Numbers) -> Marks:
    return (part > 0) & (part >= PUBLISHED_SHARE * whole)
