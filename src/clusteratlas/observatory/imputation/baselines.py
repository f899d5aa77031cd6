"""What one would do without margins: last year's value, the country's median rescaled, both of them, zero."""

from __future__ import annotations

import warnings

import numpy as np

from clusteratlas.observatory.imputation.cube import PUBLISHED, WITHHELD, Cube, Numbers


def last_year(cube: Cube, period: int) -> Numbers:
    """The value of the period before (regions x industries); not-a-number where there is none."""
    return cube.value[period - 1] if period else np.full(cube.shape[1:], np.nan)


def median_rescaled(cube: Cube, period: int) -> Numbers:
    """The median of the industry in the country's published regions of that level, scaled to the national total.

    Where the total of the country is published, what it leaves for the withheld regions of the level is shared
    equally (their median being the same); else the median itself, else that of all countries.
    """
    value, state = cube.value[period], cube.state[period]
    level = np.array([len(name) for name in cube.regions])
    place = {name: at for at, name in enumerate(cube.regions)}
    found = np.full(value.shape, np.nan)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # industries with no published cell
        for country, name in enumerate(cube.countries):
            for size in np.unique(level):
                here = np.flatnonzero((cube.country == country) & (level == size))
                if len(here):
                    total = (
                        value[place[name]]
                        if name in place and size > len(name)
                        else np.full(value.shape[1], np.nan)
                    )
                    found[here] = _of_level(value[here], state[here], total)
            known = np.nanmedian(np.where(state == PUBLISHED, value, np.nan), axis=0)
    return np.where(np.isnan(found), known, found)


def _of_level(value: Numbers, state: Numbers, total: Numbers) -> Numbers:
    """One value for each industry, the same for the withheld regions of one level of a country."""
    median = np.nanmedian(value, axis=0)
    left = total - np.nansum(value, axis=0)
    withheld = (state == WITHHELD).sum(axis=0)
    shared = np.maximum(left, 0) / np.maximum(withheld, 1)
    return np.broadcast_to(np.where(np.isnan(left), median, shared), value.shape)


def usual_recipe(cube: Cube, period: int) -> Numbers:
    """Last year's value, else the median as above; the withheld regions of a level scaled to the national total."""
    guess = last_year(cube, period)
    guess = np.where(np.isnan(guess), median_rescaled(cube, period), guess)
    value, is_withheld = cube.value[period], cube.state[period] == WITHHELD
    level = np.array([len(name) for name in cube.regions])
    place = {name: at for at, name in enumerate(cube.regions)}
    for country, name in enumerate(cube.countries):
        for size in np.unique(level[level > len(name)]) if name in place else ():
            here = (cube.country == country) & (level == size)
            left = value[place[name]] - np.nansum(value[here], axis=0)
            guessed = np.nansum(np.where(is_withheld[here], guess[here], 0), axis=0)
            known = ~np.isnan(left) & (guessed > 0)
            guess[here] *= np.where(known, np.maximum(left, 0) / np.where(known, guessed, 1), 1)
    return guess


def zero(cube: Cube, period: int) -> Numbers:
    """Nought everywhere: what happens when empty cells are summed."""
    return np.zeros(cube.shape[1:])


BASELINES = {
    "last year's value": last_year,
    "country x sector median, rescaled": median_rescaled,
    "last year, else median; rescaled": usual_recipe,
    "zero": zero,
}
