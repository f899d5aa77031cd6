"""A first guess for each withheld cell: other years, units times persons per unit, the country's structure."""

from __future__ import annotations

import warnings

import numpy as np
from numpy.typing import NDArray

from clusteratlas.observatory.imputation.cube import Cube, Numbers
from clusteratlas.observatory.imputation.hierarchy import Sum

BASES = ("other years", "units", "structure", "interval")
"""What a guess rests on, the surest first."""

PLIANCY = np.array([0.1, 0.6, 2.0, 2.0])
"""How far each guess gives way where margins ask for it, in the order of `BASES`; chosen on the years 2009-2012."""

PRIOR = 2.0
"""A country's own ratio of an industry counts against Europe's as so many cells."""


def seeds(
    cube: Cube, lower: Numbers, upper: Numbers, industry_sums: list[Sum]
) -> tuple[Numbers, NDArray[np.int8]]:
    """A guess for every cell (shape of the cube) and which of `BASES` it rests on.

    The first of these that is known: the same cell in the nearest years before and after; units times the usual
    value per unit of the industry in the country; the region's larger industry times the country's structure; the
    middle of the interval (its lower end where there is no upper one).
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        logs = np.where(cube.value > 0, np.log(cube.value), np.nan)
        middle = np.where(np.isfinite(upper), (lower + upper) / 2, np.nan)
        guessed = np.where(np.isnan(logs), np.log(np.maximum(middle, 1e-3)), logs)
        last = np.log(np.maximum(np.where(np.isnan(middle), lower, middle), 1e-3))
    ways = [_other_years(logs), _units(cube, logs), _structure(cube, guessed, industry_sums), last]
    chosen = np.argmax(np.stack([np.isfinite(way) for way in ways]), axis=0)
    return np.exp(np.choose(chosen, ways)), chosen.astype(np.int8)


def _other_years(logs: Numbers) -> Numbers:
    """Between the nearest published years before and after, the nearer counting more (geometric mean)."""
    weighted, weight = np.zeros(logs.shape), np.zeros(logs.shape)
    for order in (range(len(logs)), range(len(logs) - 1, -1, -1)):
        last, distance = np.full(logs.shape[1:], np.nan), np.zeros(logs.shape[1:])
        for period in order:
            distance += 1
            known = ~np.isnan(last)
            weighted[period] += np.where(known, last / distance, 0)
            weight[period] += known / distance
            is_here = ~np.isnan(logs[period])
            last, distance = np.where(is_here, logs[period], last), np.where(is_here, 0, distance)
    return np.where(weight > 0, weighted / np.where(weight > 0, weight, 1), np.nan)


def _units(cube: Cube, logs: Numbers) -> Numbers:
    """Units times the median value per unit of the industry in the country, drawn towards that of all countries."""
    with np.errstate(divide="ignore", invalid="ignore"):
        units = np.where(cube.units > 0, np.log(cube.units), np.nan)
    per_unit = logs - units
    if np.isnan(per_unit).all():
        return np.full(cube.shape, np.nan)
    with warnings.catch_warnings():
        warnings.simplefilter(
            "ignore", RuntimeWarning
        )  # industries without a published cell: not-a-number is right
        overall = np.nanmedian(per_unit, axis=(0, 1))
        usual = np.full(cube.shape[1:], np.nan)
        for country in range(len(cube.countries)):
            here = cube.country == country
            apart = per_unit[:, here] - overall
            count = (~np.isnan(apart)).sum(axis=(0, 1))
            usual[here] = overall + np.nan_to_num(np.nanmedian(apart, axis=(0, 1))) * count / (count + PRIOR)
    return units + usual


def _structure(cube: Cube, guessed: Numbers, industry_sums: list[Sum]) -> Numbers:
    """The region's larger industry times what the smaller one is of it in the whole country."""
    place = {name: at for at, name in enumerate(cube.industries)}
    above = np.full(len(cube.industries), -1)
    for one in sorted(industry_sums, key=lambda s: -len(s.children)):
        for child in one.children:
            if child in place:
                above[place[child]] = place[one.parent]
    region = {name: at for at, name in enumerate(cube.regions)}
    whole = np.array([region.get(name, -1) for name in cube.countries], int)[cube.country]
    share = guessed[:, whole, :] - guessed[:, whole, :][:, :, above]
    found = guessed[:, :, above] + share
    found[:, whole < 0, :] = np.nan
    found[:, :, above < 0] = np.nan
    return found
