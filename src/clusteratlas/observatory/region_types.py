"""Types of regions: groups of regions that are specialised in the same categories."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from clusteratlas.errors import InputError
from clusteratlas.observatory.arguments import COUNT_OR_NONE, MOST, SEED, SHARE, Range, check
from clusteratlas.observatory.frames import refuse_same
from clusteratlas.observatory.imputed import IMPUTED_SHARE, imputed_column, share_of
from clusteratlas.observatory.tables import Table, arrow_column, take_table

MADE = (
    *("typology", "silhouette", "regions", "value", "examples", "set_apart_by", IMPUTED_SHARE),
    *("specialisation", "elsewhere", "share_specialised"),
)
"""The columns of the three frames that are made here."""
EXAMPLES = 3
"""Regions that stand for a group, and categories that set it apart."""


@dataclass(frozen=True)
class Typology:
    """Regions in groups, as three frames of the caller's kind, and how firm the groups are.

    ``regions``: ``typology`` (the group, 1 is the largest; null where nothing is known) and ``silhouette`` of each
    region. ``groups``: for each its ``regions``, ``value`` (the sum), ``silhouette`` (the mean), ``examples`` (the
    regions nearest to its centre) and ``set_apart_by`` (the categories in which it exceeds the others most).
    ``profile``: for each group and category the mean ``specialisation``, that of all other regions (``elsewhere``), and
    ``share_specialised``, the part of its regions that are specialised. All three have the ``imputed_share`` of their
    values (of the region, the group, the group in the category) when the frame has a column ``imputed`` or
    ``imputed_share``.

    ``silhouette``: the mean over all regions, from -1 to 1: about 0 when groups run into each other, above 0.5 when
    they stand apart. ``adjusted_rand``: how alike the groups are when found anew from regions drawn with replacement
    (mean over the draws; 1 the same, 0 as by chance); None without draws.
    """

    regions: Any
    groups: Any
    profile: Any
    silhouette: float | None
    adjusted_rand: float | None


def typology(
    frame: Any,
    groups: int = 7,
    *,
    floor: float = 0.01,
    draws: int = 50,
    seed: int = 0,
    region: str = "region",
    industry: str = "industry",
    value: str = "value",
) -> Typology:
    """Groups of regions with the same specialisations (the European hub has seven, by industrial ecosystem).

    A region's specialisation in a category is its symmetric location quotient, (LQ - 1) / (LQ + 1), where that is
    above 0 and the category has at least the share ``floor`` of the region's total; else 0. Regions are joined by
    Ward's method on Euclidean distances until ``groups`` are left: no chance is involved, and the order of rows does
    not matter. ``frame`` holds one period, with all that the regions have (a category for the rest where needed);
    cells without row or value count as 0, regions without any value belong to no group. ``draws`` and ``seed``: for
    ``adjusted_rand`` alone.

    Raises `UsageError` for fewer than two groups, `InputError` for more groups than regions and what
    `location_quotient` raises.

    >>> import polars as pl
    >>> jobs = pl.DataFrame({"region": list("AABBCCDD"), "industry": ["sea", "ore"] * 4,
    ...                      "value": [9, 1, 8, 2, 1, 9, 2, 7]})
    >>> found = typology(jobs, 2)
    >>> found.groups.select("typology", "examples", "set_apart_by").rows()
    [(1, 'A, B', 'sea'), (2, 'C, D', 'ore')]

    Source: the idea of the European Cluster Collaboration Platform's regional typology; Ward (1963), Rousseeuw (1987)
    for silhouettes, Hubert and Arabie (1985) for the adjusted Rand index.
    """
    check(Range(2, MOST, is_whole=True), groups=groups)
    check(SHARE, floor=floor)
    check(COUNT_OR_NONE, draws=draws)
    check(SEED, seed=seed)
    table = take_table(frame, keys=[region, industry], values=[value])
    refuse_same([region, industry], MADE)
    names, categories, cells, estimated = _matrix(table, region, industry, value)
    known = cells.sum(axis=1) > 0
    marks = _specialisation(cells[known], floor)
    if known.sum() < groups or len(np.unique(marks, axis=0)) < groups:
        raise InputError(
            f"{groups} groups of {len(np.unique(marks, axis=0))} kinds of regions", remedy="ask for fewer"
        )
    labels = _by_size(_ward(marks, groups))
    near = _silhouettes(marks, labels)
    found = _Found(
        names.filter(known),
        categories,
        cells[known],
        marks,
        labels,
        near,
        None if estimated is None else estimated[known],
    )
    unknown = pl.DataFrame({region: names.filter(~known)}, schema={region: found.names.dtype})
    hand_back = table.of_rows if table.memory is not None else lambda rows: table.like(rows).to_native()
    return Typology(
        hand_back(pl.concat([found.regions(region), unknown], how="diagonal").sort(region)),
        hand_back(found.groups()),
        hand_back(found.profile(industry)),
        float(near.mean()),
        _stability(marks, labels, groups, draws, seed),
    )


def _matrix(
    table: Table, region: str, industry: str, value: str
) -> tuple[pl.Series, pl.Series, np.ndarray, np.ndarray | None]:
    """The regions and categories in order, the values as a matrix (0 where there is none), and what of them is imputed.

    None for the last where the caller does not tell.
    """
    told = imputed_column(table.given, [region, industry, value])
    names = [region, industry, value, *([told] if told else [])]
    if table.memory is not None:
        cells = pl.DataFrame({n: pl.from_arrow(arrow_column(table.given, n)) for n in names})
    else:
        cells = pl.from_arrow(table.given.select(*names).collect().to_arrow())
    regions, categories = (cells[name].unique().sort() for name in (region, industry))
    matrix = np.zeros((len(regions), len(categories)))
    amounts = cells[value].cast(pl.Float64).fill_nan(None).fill_null(0.0).to_numpy()
    places = [{key: i for i, key in enumerate(keys)} for keys in (regions, categories)]
    at = [places[0][key] for key in cells[region]], [places[1][key] for key in cells[industry]]
    matrix[at] = amounts
    if told is None:
        return regions, categories, matrix, None
    estimated = np.zeros_like(matrix)
    estimated[at] = amounts * cells[told].cast(pl.Float64).fill_nan(None).fill_null(0.0).to_numpy()
    return regions, categories, matrix, estimated


def _specialisation(cells: np.ndarray, floor: float) -> np.ndarray:
    """The positive part of the symmetric location quotient, 0 for categories below the floor."""
    total, category = cells.sum(axis=1, keepdims=True), cells.sum(axis=0, keepdims=True)
    expected = total * category / cells.sum() if cells.size and cells.sum() else cells
    above = np.divide(cells - expected, cells + expected, out=np.zeros_like(cells), where=cells > 0)
    marks = np.where((above > 0) & (cells >= floor * total), above, 0.0)
    return np.round(marks, 12)  # ties stay ties, whatever the order of the sums


def _ward(marks: np.ndarray, groups: int) -> np.ndarray:
    from scipy.cluster.hierarchy import fcluster, ward

    return fcluster(ward(marks), groups, criterion="maxclust")


def _by_size(labels: np.ndarray) -> np.ndarray:
    """The labels numbered from 1, the largest group first; of equal ones that of the first region."""
    found, first, counts = np.unique(labels, return_index=True, return_counts=True)
    order = np.lexsort((first, -counts))
    numbers = {int(found[place]): number for number, place in enumerate(order, start=1)}
    return np.array([numbers[int(label)] for label in labels])


def _silhouettes(marks: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Each region's silhouette; 0 throughout when every region is a group of its own."""
    from sklearn.metrics import silhouette_samples

    if len(np.unique(labels)) >= len(labels):
        return np.zeros(len(labels))
    return silhouette_samples(marks, labels)


def _stability(marks: np.ndarray, labels: np.ndarray, groups: int, draws: int, seed: int) -> float | None:
    """The mean adjusted Rand index between the groups and those found from regions drawn with replacement."""
    from sklearn.metrics import adjusted_rand_score

    random, scores = np.random.default_rng(seed), []
    for _ in range(draws):
        drawn = np.unique(random.integers(0, len(labels), len(labels)))
        if len(drawn) > groups:
            scores.append(adjusted_rand_score(labels[drawn], _ward(marks[drawn], groups)))
    return float(np.mean(scores)) if scores else None


@dataclass(frozen=True)
class _Found:
    """The groups with what they were found from: regions in rows, categories in columns."""

    names: pl.Series
    categories: pl.Series
    cells: np.ndarray
    marks: np.ndarray
    labels: np.ndarray
    near: np.ndarray
    estimated: np.ndarray | None

    def share(self, rows: Any = slice(None), axis: int | None = None) -> dict[str, Any]:
        """The column of the imputed share of what ``rows`` of the cells add up to, if the caller tells what is."""
        if self.estimated is None:
            return {}
        sums = [np.atleast_1d(of[rows].sum(axis=axis)) for of in (self.estimated, self.cells)]
        found = share_of(*sums)
        return {IMPUTED_SHARE: float(found[0]) if axis is None else found}

    def regions(self, region: str) -> pl.DataFrame:
        columns = {"typology": self.labels.astype(np.int64), "silhouette": self.near}
        return pl.DataFrame({region: self.names, **columns, **self.share(axis=1)})

    def groups(self) -> pl.DataFrame:
        return pl.DataFrame([self._group(number) for number in range(1, self.labels.max() + 1)])

    def _group(self, number: int) -> dict[str, Any]:
        inside = self.labels == number
        centre = self.marks[inside].mean(axis=0)
        distance = np.round(((self.marks[inside] - centre) ** 2).sum(axis=1), 12)
        nearest = np.flatnonzero(inside)[np.argsort(distance, kind="stable")[:EXAMPLES]]
        return {
            "typology": number,
            "regions": int(inside.sum()),
            "value": float(self.cells[inside].sum()),
            "silhouette": float(self.near[inside].mean()),
            "examples": ", ".join(str(self.names[int(i)]) for i in nearest),
            "set_apart_by": ", ".join(self._set_apart(inside)),
            **self.share(inside),
        }

    def _set_apart(self, inside: np.ndarray) -> list[str]:
        """The categories in which the group exceeds all other regions most, if it does."""
        ahead = np.round(self.marks[inside].mean(axis=0) - self.marks[~inside].mean(axis=0), 12)
        most = np.argsort(-ahead, kind="stable")[:EXAMPLES]
        return [str(self.categories[int(i)]) for i in most if ahead[i] > 0]

    def profile(self, industry: str) -> pl.DataFrame:
        parts = []
        for number in range(1, self.labels.max() + 1):
            inside = self.labels == number
            columns = {
                "specialisation": self.marks[inside].mean(axis=0),
                "elsewhere": self.marks[~inside].mean(axis=0),
                "share_specialised": (self.marks[inside] > 0).mean(axis=0),
                **self.share(inside, axis=0),
            }
            same = np.full(len(self.categories), number, dtype=np.int64)
            parts.append(pl.DataFrame({"typology": same, industry: self.categories, **columns}))
        return pl.concat(parts)
