"""Whether what is high lies beside what is high: Moran's I, and the hot spots of Getis and Ord.

Through `esda` and `libpysal`, which are imported when first needed. Regions without a value, without a place in the
geometry, or without a neighbour among the others (islands) are left out of the statistics, counted and told.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import narwhals.stable.v2 as nw
import numpy as np
import polars as pl

from clusteratlas.errors import InputError
from clusteratlas.observatory.arguments import COUNT_OR_NONE, INNER_SHARE, SEED, check, need_column
from clusteratlas.observatory.frames import check_columns, from_any, in_words, refuse_same, workable
from clusteratlas.observatory.imputed import IMPUTED, IMPUTED_SHARE, imputed_column
from clusteratlas.observatory.neighbouring import Neighbours, neighbours
from clusteratlas.observatory.tables import Table, arrow_column, take_table

HOT, COLD, NEITHER, ISLAND, UNKNOWN = "hot", "cold", "not significant", "island", "not judged"
ZERO = "zeros beside the keys"
"""The work column that a table is checked by."""
FEWEST = 3
"""Regions below which neither statistic says anything."""


def morans_i(
    frame: Any,
    *,
    geometry: Any,
    nearest: int | None = None,
    within_km: float | None = None,
    permutations: int = 999,
    seed: int = 0,
    region: str = "region",
    value: str = "value",
    industry: str | None = None,
    period: str | None = None,
) -> Any:
    """Moran's I: whether neighbouring regions have alike values.

    I = (n / S) sum_i sum_j w_ij z_i z_j / sum_i z_i^2, with z_i the value less the mean, w_ij the weights of neighbours
    (1 / number of neighbours, so that S = n). Without unit: about 1 when alike lie together, ``expected`` =
    -1 / (n - 1) when places are random, negative when unlike lie together. ``p_value`` is the share of
    ``permutations`` of the values over the regions that give an I at least as far from what they give on average
    (one-sided, and the one that is observed counted in); null without permutations.

    ``frame``: a value for each region (and ``industry`` and ``period``, where named: one result for each).
    ``geometry``, ``nearest``, ``within_km``: see `neighbours`. The same ``seed`` gives the same p-values. A frame with
    ``morans_i``, ``expected``, ``p_value``, ``regions`` (how many count), ``islands`` (without neighbour) and
    ``left_out`` (without value or place); null with fewer than three regions or when all values are equal. With a
    column ``imputed`` or ``imputed_share`` also ``imputed_share``, the mean of the regions that count: values need not
    be sizes, so nothing weights it.

    Raises `UsageError` for a wrong use of geometry, `InputError` for wrong columns, cells that are there twice, texts
    and a geometry that cannot be read.

    >>> import polars as pl
    >>> jobs = pl.DataFrame({"region": ["A", "B", "C", "D"], "value": [9, 8, 2, 1]})
    >>> line = [("A", "B"), ("B", "C"), ("C", "D")]
    >>> morans_i(jobs, geometry=line, permutations=0).select("morans_i", "regions", "islands").row(0)
    (0.54, 4, 0)

    Source: Moran (1950); `esda` (Rey and Anselin 2007).
    """
    check(COUNT_OR_NONE, permutations=permutations)
    check(SEED, seed=seed)
    case = _case(frame, region, value, industry, period, geometry, nearest, within_km)
    rows = [
        {**key, **_moran(cells, case.places, permutations, seed), **case.mean_share(told, cells)}
        for key, cells, told in case.groups()
    ]
    numbers = dict.fromkeys(("morans_i", "expected", "p_value"), pl.Float64)
    counts = dict.fromkeys(("regions", "islands", "left_out"), pl.Int64)
    return case.hand_back(rows, numbers | counts | case.told)


def hot_spots(
    frame: Any,
    *,
    geometry: Any,
    nearest: int | None = None,
    within_km: float | None = None,
    significance: float = 0.05,
    permutations: int = 999,
    seed: int = 0,
    region: str = "region",
    value: str = "value",
    industry: str | None = None,
    period: str | None = None,
) -> Any:
    """Hot and cold spots: regions that, with their neighbours, have much more or less than the rest (Getis-Ord Gi*).

    G_i* = sum_j w_ij x_j / sum_j x_j, over the region itself and its neighbours (w_ij = 1); ``z_score`` is its distance
    from what is expected, in standard deviations. ``p_value``: two-sided, twice the share of ``permutations`` of the
    other regions' values that give a statistic as extreme; from the normal distribution when ``permutations=0``.
    ``hot_spots`` is ``hot`` or ``cold`` where ``p_value`` is at most ``significance``, else ``not significant``;
    ``island`` where there is no neighbour, and ``not judged`` without value, place, or difference between values.

    The arguments, and what is raised, as for `morans_i`. A row for each row of ``frame``, with the keys and
    ``neighbours`` (how many), ``z_score``, ``p_value``, ``hot_spots``; ``imputed_share`` as in `morans_i`, the mean of
    the region and its neighbours. With many regions some are hot by chance: one
    in twenty at 0.05.

    >>> import polars as pl
    >>> jobs = pl.DataFrame({"region": list("ABCDEFGH"), "value": [90, 95, 85, 3, 2, 1, 2, 3]})
    >>> line = list(zip("ABCDEFG", "BCDEFGH"))
    >>> found = hot_spots(jobs, geometry=line, permutations=0)
    >>> found.filter(pl.col("hot_spots") == "hot")["region"].to_list()
    ['A', 'B']

    Source: Ord and Getis (1995); `esda` (Rey and Anselin 2007).
    """
    check(INNER_SHARE, significance=significance)
    check(COUNT_OR_NONE, permutations=permutations)
    check(SEED, seed=seed)
    case = _case(frame, region, value, industry, period, geometry, nearest, within_km)
    rows = [
        {**key, region: name, **found, **case.mean_share(told, [name, *case.places.get(name, [])])}
        for key, cells, told in case.groups()
        for name, found in _spots(cells, case.places, significance, permutations, seed).items()
    ]
    kinds = {"neighbours": pl.Int64, "z_score": pl.Float64, "p_value": pl.Float64, "hot_spots": pl.String}
    refuse_same([region], kinds)
    return case.hand_back(rows, {region: None, **kinds, **case.told})


@dataclass(frozen=True)
class Case:
    """What a caller gave: a value for each region (and industry and period), and who is whose neighbour."""

    table: Table
    cells: pl.DataFrame
    keys: list[str]
    places: Neighbours

    @property
    def told(self) -> dict[str, Any]:
        """The column of the imputed share with its type, where the caller tells what is imputed."""
        return {IMPUTED_SHARE: pl.Float64} if IMPUTED in self.cells.columns else {}

    def mean_share(self, told: Mapping[Any, float], regions: Iterable[Any]) -> dict[str, float | None]:
        """The mean imputed share of those of ``regions`` that have a value, as that column."""
        if not self.told:
            return {}
        shares = [told[region] for region in regions if region in told]
        return {IMPUTED_SHARE: sum(shares) / len(shares) if shares else None}

    def groups(self) -> Iterator[tuple[dict[str, Any], dict[Any, float | None], dict[Any, float]]]:
        """The values of the regions and their imputed shares, for each industry and period where there are such."""
        parts = [((), self.cells)]
        if self.keys:
            parts = self.cells.group_by(self.keys, maintain_order=True)
        for key, cells in parts:
            found = dict(cells.select("__region", "__value").iter_rows())
            known = cells.filter(pl.col("__value").is_not_null())
            told = dict(known.select("__region", IMPUTED).iter_rows()) if self.told else {}
            yield dict(zip(self.keys, key, strict=True)), found, told

    def hand_back(self, rows: list[dict[str, Any]], new: dict[str, Any]) -> Any:
        """``rows`` as the kind of frame that the caller gave; ``new`` columns with their types."""
        known = {name: self.cells.schema[name] for name in self.keys}
        refuse_same(self.keys, new)
        kinds = {n: kind or self.cells.schema["__region"] for n, kind in new.items()}
        found = pl.DataFrame(rows, schema={**known, **kinds})
        return self.table.of_rows(found) if self.table.memory else self.table.like(found).to_native()


def _case(
    frame: Any,
    region: str,
    value: str,
    industry: str | None,
    period: str | None,
    geometry: Any,
    nearest: int | None,
    within_km: float | None,
) -> Case:
    need_column(region=region, value=value)
    given = workable(from_any(frame))
    check_columns(given, [name for name in (region, industry, period, value) if name is not None])
    # A table's own values are never negative; these may be (growth): the keys are checked beside a column of zeros.
    given = given.with_columns(nw.lit(0.0).alias(ZERO)).to_native()
    table = take_table(given, keys=[region, industry, period], values=[ZERO])
    kind = table.given.collect_schema()[value]
    if not kind.is_numeric():
        raise InputError(
            f"column '{value}' holds no numbers but {in_words(kind)}", remedy="give a column of numbers"
        )
    share = imputed_column(table.given, [*table.keys, value])
    cells = _cells(table, [*table.keys, value, *([share] if share else [])])
    if share:
        told = pl.col(share).cast(pl.Float64).fill_nan(None).fill_null(0.0)
        cells = cells.with_columns(told.alias(IMPUTED))
    number = pl.col(value).cast(pl.Float64)
    cells = cells.with_columns(
        pl.col(region).alias("__region"), pl.when(number.is_finite()).then(number).alias("__value")
    )
    keys = [name for name in (industry, period) if name is not None]
    return Case(table, cells, keys, neighbours(geometry, nearest=nearest, within_km=within_km))


def _cells(table: Table, names: list[str]) -> pl.DataFrame:
    """The columns ``names`` as a Polars table; rows of lazy kinds in the order of their keys."""
    if table.memory is not None:
        return pl.DataFrame({name: pl.from_arrow(arrow_column(table.given, name)) for name in names})
    cells = pl.from_arrow(table.given.select(*names).collect().to_arrow())
    return cells.sort(table.keys)


@dataclass(frozen=True)
class Map:
    """The regions that count, their values, and their neighbours among them; the islands, and those left out."""

    regions: list[Any]
    values: np.ndarray
    near: Neighbours
    islands: list[Any]
    left_out: list[Any]

    @property
    def says_something(self) -> bool:
        """Whether there are enough regions, and a difference between them."""
        return len(self.regions) >= FEWEST and float(np.ptp(self.values)) > 0

    def weights(self) -> Any:
        """The neighbours as libpysal has them, each with weight 1."""
        from libpysal.weights import W

        return W(self.near, id_order=self.regions, silence_warnings=True)


def _map(cells: dict[Any, float | None], places: Neighbours) -> Map:
    known = {r for r, v in cells.items() if v is not None and r in places}
    near = {r: [n for n in places[r] if n in known] for r in sorted(known)}
    # An island is nobody's neighbour either; with one-way neighbours (k nearest) nobody is one.
    regions = [r for r in near if near[r]]
    islands = [r for r in near if not near[r]]
    near = {r: [n for n in near[r] if n not in islands] for r in regions}
    values = np.array([cells[r] for r in regions], dtype=float)
    return Map(regions, values, near, islands, [r for r in cells if r not in known])


def _moran(
    cells: dict[Any, float | None], places: Neighbours, permutations: int, seed: int
) -> dict[str, Any]:
    found = _map(cells, places)
    told = {
        "regions": len(found.regions),
        "islands": len(found.islands),
        "left_out": len(found.left_out),
    }
    if not found.says_something:
        return {"morans_i": None, "expected": None, "p_value": None, **told}
    from esda.moran import Moran

    with (
        _seeded(seed),
        np.errstate(divide="ignore", invalid="ignore"),
    ):  # where all are neighbours of all, nothing varies
        result = Moran(found.values, found.weights(), transformation="r", permutations=permutations)
    p_value = float(result.p_sim) if permutations else None
    return {"morans_i": float(result.I), "expected": float(result.EI), "p_value": p_value, **told}


def _spots(
    cells: dict[Any, float | None],
    places: Neighbours,
    significance: float,
    permutations: int,
    seed: int,
) -> dict[Any, dict[str, Any]]:
    found = _map(cells, places)
    rows = {r: _spot(UNKNOWN, len(found.near.get(r, []))) for r in cells}
    rows |= {r: _spot(ISLAND, 0) for r in found.islands}
    if not found.says_something or ((found.values < 0).any() and found.values.sum() == 0):
        return rows
    result = _getis_ord(found, permutations, seed)
    chances = np.minimum(2 * (result.p_sim if permutations else result.p_norm), 1)
    for name, z, p in zip(found.regions, result.Zs, chances, strict=True):
        kind = UNKNOWN if not np.isfinite(z) else NEITHER if p > significance else HOT if z > 0 else COLD
        scores = (float(z), float(p)) if np.isfinite(z) else (None, None)
        rows[name] = _spot(kind, len(found.near[name]), *scores)
    return rows


def _getis_ord(found: Map, permutations: int, seed: int) -> Any:
    from esda.getisord import G_Local

    with warnings.catch_warnings(), np.errstate(divide="ignore", invalid="ignore"):
        # esda will double its p-values one day and says so each time; they are asked for one-sided and doubled here.
        # That not every region can be reached from every other is no news on a map with seas.
        warnings.filterwarnings("ignore", "The alternative hypothesis", DeprecationWarning)
        warnings.filterwarnings("ignore", "The weights matrix is not fully connected", UserWarning)
        return G_Local(
            found.values,
            found.weights(),
            transform="B",
            permutations=permutations,
            star=1.0,
            n_jobs=1,
            seed=seed,
        )


def _spot(kind: str, near: int, z: float | None = None, p: float | None = None) -> dict[str, Any]:
    return {"neighbours": near, "z_score": z, "p_value": p, "hot_spots": kind}


@contextmanager
def _seeded(seed: int) -> Iterator[None]:
    """NumPy's shared generator, from which esda draws, started at ``seed`` and afterwards as it was."""
    before = np.random.get_state()
    np.random.seed(seed)
    try:
        yield
    finally:
        np.random.set_state(before)
