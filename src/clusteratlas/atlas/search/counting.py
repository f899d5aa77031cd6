"""How many of the found projects have each value of each facet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from clusteratlas import taxonomies
from clusteratlas.atlas.search.collection import Collection
from clusteratlas.atlas.search.columns import Column, Mask
from clusteratlas.atlas.search.facets import FACETS, Facet

VALUES_AT_MOST = 30
REGION_LISTED_LETTERS = 4
"""Regions are listed by NUTS level 2: two letters of the country and two more."""

Filters = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class FacetValue:
    """A value of a facet and how many of the found projects have it. In a tree, ``depth`` counts from the top
    and ``parent`` is the value above."""

    value: str
    label: str
    count: int
    is_selected: bool
    depth: int = 0
    parent: str | None = None


@dataclass(frozen=True, slots=True)
class FacetCounts:
    """A facet with its most frequent values (the selected ones among them); ``more`` values are not listed."""

    facet: Facet
    values: tuple[FacetValue, ...]
    more: int


def everything_but(name: str, text: Mask, masks: Mapping[str, Mask], full: Mask) -> Mask:
    """The projects under all filters but one: what a person could choose instead."""
    if name not in masks:
        return full
    return np.logical_and.reduce([text, *(mask for other, mask in masks.items() if other != name)])


def count_facets(
    of: Collection, text: Mask, masks: Mapping[str, Mask], full: Mask, filters: Filters
) -> tuple[FacetCounts, ...]:
    """The counts of all listed facets, each under all filters but its own."""
    counted = []
    for facet in FACETS:
        if facet.is_listed:
            column = of.columns[facet.name]
            counts = column.counts(everything_but(facet.name, text, masks, full))
            counted.append(_listed(facet, column, counts, filters))
    return tuple(counted)


def _listed(facet: Facet, column: Column, counts: np.ndarray, filters: Filters) -> FacetCounts:
    selected = set(filters.get(facet.name, ()))
    chosen = [code for code, value in enumerate(column.values) if value in selected] if selected else []
    if column.parents is not None:
        return _listed_tree(facet, column, counts, chosen, filters)
    if facet.values:
        return _listed_fixed(facet, column, counts, selected)
    there = np.flatnonzero(counts)
    top = there[np.lexsort((column.label_rank[there], -counts[there]))][:VALUES_AT_MOST].tolist()
    top += [code for code in chosen if code not in top]
    values = [
        FacetValue(
            column.values[code], column.labels[code], int(counts[code]), column.values[code] in selected
        )
        for code in top
    ]
    return FacetCounts(facet, tuple(values), max(0, len(there) - len(top)))


def _listed_fixed(facet: Facet, column: Column, counts: np.ndarray, selected: set[str]) -> FacetCounts:
    """Bands and the like, in their own order; further values that a publisher uses come last."""
    order = [value for value, _ in facet.values if value in column.code_of]
    order += [value for value in column.values if value not in order]
    codes = [(value, column.code_of[value]) for value in order]
    values = [
        FacetValue(value, column.labels[code], int(counts[code]), value in selected)
        for value, code in codes
        if counts[code] or value in selected
    ]
    return FacetCounts(facet, tuple(values), 0)


def _listed_tree(
    facet: Facet, column: Column, counts: np.ndarray, chosen: list[int], filters: Filters
) -> FacetCounts:
    """The values at the listed level, and around each selected one those above and just below it."""
    parents = column.parents
    base = _listed_level(facet.name, column, filters)
    base = base[counts[base] > 0]
    base = base[np.lexsort((column.label_rank[base], -counts[base]))]
    codes = dict.fromkeys(base[:VALUES_AT_MOST].tolist())
    for code in chosen:
        below = np.flatnonzero((parents == code) & (counts > 0))
        codes |= dict.fromkeys(below[np.lexsort((column.label_rank[below], -counts[below]))].tolist())
        while code >= 0:
            codes.setdefault(code)
            code = int(parents[code])
    values = _in_tree_order(column, counts, list(codes), set(chosen))
    return FacetCounts(facet, tuple(values), max(0, len(base) - VALUES_AT_MOST))


def _listed_level(name: str, column: Column, filters: Filters) -> np.ndarray:
    """Places of the values that are listed without being asked for."""
    if name != "region":
        return np.flatnonzero(column.parents == -1)
    countries = {taxonomies.nuts_country(code) for code in filters.get("country", ())} - {None}
    places = [
        code
        for code, value in enumerate(column.values)
        if len(value) == REGION_LISTED_LETTERS and (not countries or value[:2] in countries)
    ]
    return np.array(places, np.int64)


def _in_tree_order(
    column: Column, counts: np.ndarray, codes: list[int], chosen: set[int]
) -> list[FacetValue]:
    """Each value followed by those below it that are listed, most frequent first."""
    listed = set(codes)
    below: dict[int, list[int]] = {}
    for code in codes:
        parent = int(column.parents[code])
        below.setdefault(parent if parent in listed else -1, []).append(code)
    values: list[FacetValue] = []

    def walk(parent: int, depth: int) -> None:
        for code in sorted(below.get(parent, ()), key=lambda c: (-counts[c], column.labels[c])):
            above = column.values[parent] if parent >= 0 else None
            is_selected = code in chosen
            values.append(
                FacetValue(
                    column.values[code], column.labels[code], int(counts[code]), is_selected, depth, above
                )
            )
            walk(code, depth + 1)

    walk(-1, 0)
    return values
