"""Which industries regions entered and left, and how well relatedness density predicted where they would."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import narwhals.stable.v2 as nw
import numpy as np
import polars as pl
from scipy.special import expit, ndtri

from clusteratlas.errors import UsageError
from clusteratlas.observatory.arguments import (
    COUNT,
    COUNT_OR_NONE,
    POSITIVE,
    SEED,
    check,
    choose_among,
    need_column,
)
from clusteratlas.observatory.economic_complexity import measures
from clusteratlas.observatory.frames import as_numbers, check_columns, lazy
from clusteratlas.observatory.imputed import IMPUTED, IMPUTED_SHARE, share_of, with_imputed
from clusteratlas.observatory.matrices import Grid, Kind, Names, collected, grids, keyed

OUTCOMES = ("absent", "entry", "exit", "kept")
"""What becomes of a cell: specialised at neither time, at the end only, at the start only, at both."""


def entry_exit(
    frame: Any,
    *,
    region: str = "region",
    industry: str = "industry",
    value: str = "value",
    period: str = "period",
    start: Any = None,
    end: Any = None,
    threshold: float = 1.0,
) -> Any:
    """Which specialisations each region gained, lost and kept between two periods.

    A region is specialised where its location quotient (revealed comparative advantage) is at least
    ``threshold``. ``start`` and ``end`` are periods of the frame, by default its first and last. One row for each
    region and industry that has values in both periods:

    - ``location_quotient_start``, ``location_quotient_end``;
    - ``density``: the share of the proximity to the industry that lay in the region's specialisations
      at the start (0 to 1; null for an industry in which no region was specialised);
    - ``entry_exit``: ``"entry"`` (gained), ``"exit"`` (lost), ``"kept"``, ``"absent"`` (neither);
    - ``imputed_share``, that of both values together, when the frame has a column ``imputed`` or ``imputed_share``.

    Regions and industries without any value in one of the two periods are left out: that they begin or end
    to be counted is no change. A cell that is absent or null counts as zero.

    Raises `InputError` for wrong columns, cells that are there twice, negative values, texts and a period that
    is not there. Sources: Hidalgo et al. 2007; Neffke, Henning and Boschma 2011.

    >>> import polars as pl
    >>> jobs = pl.DataFrame({"region": [*"AABBAABB"], "industry": [*"xyxyxyxy"], "period": [1] * 4 + [2] * 4,
    ...                      "value": [9, 1, 5, 5, 5, 5, 9, 1]})
    >>> entry_exit(jobs).sort("region", "industry")["entry_exit"].to_list()
    ['exit', 'entry', 'entry', 'exit']
    """
    need_column(period=period)
    check(POSITIVE, threshold=threshold)
    names = Names(region, industry, value, period)
    data, kind = collected(frame, names.keys, value)
    first, last = _chosen(data[period], start, end)
    if first is None:
        return kind.frame(_no_cells(data, names))
    data = data.filter(pl.col(period).is_in([first, last]))
    counted = pl.col(value).fill_null(0) > 0
    for key in (region, industry):
        in_both = data.filter(counted).group_by(key).agg(pl.col(period).n_unique().alias("__n"))
        data = data.join(in_both.filter(pl.col("__n") == 2).select(key), on=key, how="semi")
    if not data.height:
        return kind.frame(_no_cells(data, names))
    return kind.frame(_compared(data, names, first, threshold))


def _chosen(periods: pl.Series, start: Any, end: Any) -> tuple[Any, Any]:
    there = periods.unique().sort()
    choose_among("period", there, start=start, end=end)
    if len(there) < 2:
        return None, None
    first, last = there[0] if start is None else start, there[-1] if end is None else end
    if not first < last:
        raise UsageError(f"the start ({first!r}) is not before the end ({last!r})", remedy="swap them")
    return first, last


def _compared(data: pl.DataFrame, names: Names, first: Any, threshold: float) -> pl.DataFrame:
    # Both periods over the same regions and industries: each cell of one is there in the other as zero.
    cells = data.select(names.region).unique().join(data.select(names.industry).unique(), how="cross")
    periods = data.select(names.period).unique()
    full = cells.join(periods, how="cross").join(data, on=names.keys, how="left", maintain_order="left")
    before, after = sorted(grids(full, names), key=lambda grid: grid.period != first)
    quotients = [measures.revealed_comparative_advantage(grid.values) for grid in (before, after)]
    was, is_now = (measures.specialised(quotient, threshold) for quotient in quotients)
    phi = measures.proximity(was)
    density = measures.density(was, phi)
    density[:, phi.sum(axis=0) == 0] = np.nan
    outcome = np.array(OUTCOMES)[(2 * was + is_now).astype(int)]
    row, column = np.indices(before.shape)
    return keyed(
        names,
        {
            names.region: before.regions.gather(row.ravel()),
            names.industry: before.industries.gather(column.ravel()),
        },
        {
            "location_quotient_start": quotients[0].ravel(),
            "location_quotient_end": quotients[1].ravel(),
            "density": density.ravel(),
            "entry_exit": outcome.ravel(),
            **_both_times(before, after),
        },
    ).with_columns(pl.col("density").fill_nan(None))


def _both_times(before: Grid, after: Grid) -> dict[str, np.ndarray]:
    """The column of the imputed share of the cells' values at both times together."""
    if before.imputed is None:
        return {}
    return {IMPUTED_SHARE: share_of(before.estimated + after.estimated, before.values + after.values).ravel()}


def _no_cells(data: pl.DataFrame, names: Names) -> pl.DataFrame:
    numbers = ("location_quotient_start", "location_quotient_end", "density")
    keys = {name: data.schema[name] for name in (names.region, names.industry)}
    told = {IMPUTED_SHARE: pl.Float64} if IMPUTED in data.columns else {}
    return pl.DataFrame(schema=keys | dict.fromkeys(numbers, pl.Float64) | {"entry_exit": pl.String} | told)


def entry_prediction(
    cells: Any,
    *,
    region: str = "region",
    density: str = "density",
    groups: int = 5,
    permutations: int = 200,
    seed: int = 0,
) -> EntryPrediction:
    """How well density at the start told which industries a region would enter.

    ``cells`` is a result of `entry_exit`; its opportunities are the cells without specialisation at the start.
    See `EntryPrediction` for what comes back.

    Raises `InputError` for wrong columns. Sources: Hidalgo et al. 2007; Boschma, Balland and Kogler 2015.

    >>> import polars as pl
    >>> cells = pl.DataFrame({"region": [*"AAAA"], "density": [0.1, 0.2, 0.3, 0.4],
    ...                       "entry_exit": ["absent", "absent", "entry", "entry"]})
    >>> entry_prediction(cells).auc
    1.0
    """
    check(COUNT, groups=groups)
    check(COUNT_OR_NONE, permutations=permutations)
    check(SEED, seed=seed)
    given, is_eager = lazy(cells)
    check_columns(given, [region, density, "entry_exit"])
    kind = Kind(nw.to_native(given), given.implementation, is_eager)
    given = with_imputed(given, [region, density, "entry_exit"])
    told = [IMPUTED] if IMPUTED in given.collect_schema().names() else []
    data = as_numbers(given.select(region, density, "entry_exit", *told), [density])
    rows = data.collect(backend="polars").to_native()
    open_cells = rows.filter(pl.col("entry_exit").is_in(["entry", "absent"]), pl.col(density).is_not_null())
    open_cells = open_cells.sort(region, density, "entry_exit")
    return EntryPrediction(
        kind,
        open_cells[region].rank("dense").to_numpy(),
        open_cells[density].to_numpy(),
        (open_cells["entry_exit"] == "entry").to_numpy(),
        open_cells[IMPUTED].to_numpy() if told else None,
        groups,
        permutations,
        seed,
    )


@dataclass(frozen=True)
class EntryPrediction:
    """What density foretold: numbers, and the frames ``summary`` and ``groups`` of the caller's kind."""

    _kind: Kind
    _region: np.ndarray
    _density: np.ndarray
    _entered: np.ndarray
    _imputed: np.ndarray | None
    _groups: int
    _permutations: int
    _seed: int

    @cached_property
    def auc(self) -> float | None:
        """The chance that an industry that was entered had more density than one that was not, ties counting half.

        0.5 is a guess, 1 certainty; None when all or none were entered.
        """
        return _auc(self._ranks, self._entered)

    @cached_property
    def _ranks(self) -> np.ndarray:
        """The places of the densities from the lowest on, equals sharing theirs."""
        from scipy.stats import rankdata  # half a second to load, for the few who ask

        return rankdata(self._density)

    @cached_property
    def odds(self) -> Odds | None:
        """The odds of entry times what, for 10 points (0.1) more density: logistic regression, with 95 % interval."""
        return _odds(self._density * 10, self._entered)

    @cached_property
    def permuted(self) -> np.ndarray:
        """The AUC of each permutation: which opportunities were entered shuffled within each region.

        Regions that enter more have more density everywhere; this baseline keeps that, so that what is above it
        is density telling *which* industries.
        """
        ranks, random = self._ranks, np.random.default_rng(self._seed)
        if self.auc is None:
            return np.zeros(0)
        order = np.argsort(self._region, kind="stable")
        shuffled = (
            ranks[np.lexsort((random.random(len(ranks)), self._region))] for _ in range(self._permutations)
        )
        entered = self._entered[order]
        return np.array([_auc(drawn, entered) for drawn in shuffled])

    @cached_property
    def summary(self) -> Any:
        """One row: ``opportunities``, ``entries``, ``entry_rate``, ``auc``, ``permuted_auc`` (mean) and its 97.5th

        percentile ``permuted_auc_upper``, ``p_value`` (share of permutations at least as good),
        ``odds_ratio`` for 10 points more density with ``lower`` and ``upper``; ``imputed_share``, the mean of the
        opportunities', where their cells have it.
        """
        drawn, odds, n, entries = self.permuted, self.odds, len(self._entered), int(self._entered.sum())
        row = {
            "opportunities": n,
            "entries": entries,
            "entry_rate": entries / n if n else None,
            "auc": self.auc,
            "permuted_auc": float(drawn.mean()) if drawn.size else None,
            "permuted_auc_upper": float(np.percentile(drawn, 97.5)) if drawn.size else None,
            "p_value": float((1 + (drawn >= self.auc).sum()) / (1 + drawn.size)) if drawn.size else None,
            "odds_ratio": odds.ratio if odds else None,
            "lower": odds.lower if odds else None,
            "upper": odds.upper if odds else None,
            **({} if self._imputed is None else {IMPUTED_SHARE: _mean(self._imputed)}),
        }
        types = {name: pl.Int64 if name in ("opportunities", "entries") else pl.Float64 for name in row}
        return self._kind.frame(pl.DataFrame([row], schema=types))

    @cached_property
    def groups(self) -> Any:
        """Opportunities in groups of equal size by density: ``group`` (1 the least), ``from_density``,

        ``to_density``, ``opportunities``, ``entries``, ``entry_rate`` with its 95 % interval ``lower`` and
        ``upper`` (Wilson 1927); ``imputed_share`` as in ``summary``.
        """
        order = np.argsort(self._density, kind="stable")
        parts = [part for part in np.array_split(order, self._groups) if part.size]
        counts = [(len(part), int(self._entered[part].sum())) for part in parts]
        intervals = [_wilson(entries, n) for n, entries in counts]
        columns = {
            "group": (range(1, len(parts) + 1), pl.Int64),
            "from_density": ([self._density[part[0]] for part in parts], pl.Float64),
            "to_density": ([self._density[part[-1]] for part in parts], pl.Float64),
            "opportunities": ([n for n, _ in counts], pl.Int64),
            "entries": ([entries for _, entries in counts], pl.Int64),
            "entry_rate": ([entries / n for n, entries in counts], pl.Float64),
            "lower": ([lower for lower, _ in intervals], pl.Float64),
            "upper": ([upper for _, upper in intervals], pl.Float64),
        }
        if self._imputed is not None:
            columns[IMPUTED_SHARE] = ([_mean(self._imputed[one]) for one in parts], pl.Float64)
        made = [pl.Series(name, list(items), dtype=dtype) for name, (items, dtype) in columns.items()]
        return self._kind.frame(pl.DataFrame(made))


@dataclass(frozen=True)
class Odds:
    """An odds ratio and its 95 % interval (Wald)."""

    ratio: float
    lower: float
    upper: float


def _mean(shares: np.ndarray) -> float | None:
    return float(shares.mean()) if shares.size else None


def _auc(ranks: np.ndarray, entered: np.ndarray) -> float | None:
    hits = int(entered.sum())
    misses = len(entered) - hits
    if not hits or not misses:
        return None
    return float((ranks[entered].sum() - hits * (hits + 1) / 2) / (hits * misses))


def _odds(x: np.ndarray, y: np.ndarray, rounds: int = 50) -> Odds | None:
    """Newton's method for P(y) = 1 / (1 + exp(-a - b x)); None where there is no finite answer."""
    if y.all() or not y.any() or np.ptp(x) == 0:
        return None
    design, beta = np.column_stack([np.ones_like(x), x - x.mean()]), np.zeros(2)
    for _ in range(rounds):
        chance = expit(design @ beta)
        information = (design * (chance * (1 - chance))[:, None]).T @ design
        if np.linalg.cond(information) > 1e12:
            return None
        step = np.linalg.solve(information, design.T @ (y - chance))
        beta = beta + step
        if np.abs(step).max() < 1e-10:
            error = np.sqrt(np.linalg.inv(information)[1, 1]) * ndtri(0.975)
            return Odds(*(float(np.exp(beta[1] + e)) for e in (0.0, -error, error)))
    return None


def _wilson(hits: int, n: int) -> tuple[float, float]:
    """The 95 % interval of a share (Wilson 1927)."""
    z = ndtri(0.975)
    middle, width = hits + z**2 / 2, z * np.sqrt(hits * (n - hits) / n + z**2 / 4)
    return float((middle - width) / (n + z**2)), float((middle + width) / (n + z**2))
