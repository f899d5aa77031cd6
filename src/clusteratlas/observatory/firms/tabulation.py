"""Firms counted by region and cluster, with what would tell of a single firm hidden."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Unpack

import narwhals.stable.v2 as nw
import numpy as np
import polars as pl

from clusteratlas.errors import InputError, UsageError
from clusteratlas.observatory.arguments import check_texts, told
from clusteratlas.observatory.firms.disclosure import (
    PRIMARY,
    SECONDARY,
    SHOWN,
    DisclosureRules,
    suppress,
    unsafe,
)
from clusteratlas.observatory.firms.judging import judged
from clusteratlas.observatory.firms.panel import Columns, own_roles, take_firms, year_asked
from clusteratlas.observatory.firms.profile import firm_profile
from clusteratlas.observatory.tables import small

TOTAL = "total"
MOST_CELLS = 4_000_000
"""Cells of a table with its totals: more would take gigabytes and days to guard."""
WORDS = {SHOWN: "shown", PRIMARY: "hidden: tells of single firms", SECONDARY: "hidden: guards another cell"}


def tabulate(
    frame: Any,
    profile: Any = "eu-high-growth",
    *,
    by: Sequence[str] = ("region", "industry"),
    clusters: Any = None,
    measure: str = "employees",
    year: int | str | None = None,
    rules: DisclosureRules | None = None,
    **columns: Unpack[Columns],
) -> Any:
    """Firms, their amount and how many are of each kind of a profile, by one or two columns, with all totals.

    ``clusters`` (columns ``industry``, ``category``, ``weight``) turns industries into clusters: a firm belongs to the
    category with the largest weight of its industry; ``by`` then names ``category`` in place of ``industry``. Firms
    without a place are in ``unknown``. ``year`` is the panel's last unless told.

    Gives a row for each cell and total (called ``total``): the columns ``by``, ``firms``, the measure, ``*_firms``
    for each kind, all null where hidden, and ``disclosure``: why. By ``rules`` (see `DisclosureRules`) a cell is
    hidden when too few firms or one large firm make it; further cells are hidden so that none of these follows by
    subtraction. Numbers of a kind are guarded in the same way on their own, and hidden wherever the cell is.

    Raises `InputError` for what is no panel, `UsageError` for more than two columns or four million cells.

    >>> import polars as pl
    >>> ids = list(range(12))
    >>> panel = pl.DataFrame({"firm": ids * 2, "year": [2017] * 12 + [2020] * 12, "region": ["N", "S"] * 12,
    ...                       "industry": (["x"] * 7 + ["y"] * 5) * 2, "employees": [20] * 24})
    >>> table = tabulate(panel)
    >>> table.filter(pl.col("region") == "total").select("industry", "firms").rows()
    [('x', 7), ('y', 5), ('total', 12)]
    >>> table.filter(pl.col("firms").is_null())["disclosure"].value_counts(sort=True).rows()
    [('hidden: guards another cell', 3), ('hidden: tells of single firms', 1)]

    Source: Hundepool et al. (2012), Statistical Disclosure Control.
    """
    by, rules = _columns(by), _rules(rules)
    chosen = firm_profile(profile)
    own = [name for name in by if name != "category" or clusters is None]
    year, columns = year_asked(year, columns)
    firms = take_firms(frame, columns, [*own, *(["industry"] if clusters is not None else [])])
    last = year if year is not None else (firms.years[-1] if firms.years else None)
    data = judged(firms, chosen, firms.measure(measure), last, own)
    keys = own_roles(firms, own)
    if clusters is not None:
        data = _with_category(firms.table, data, clusters)
        keys = [keys.pop(0) if name != "category" else name for name in by]
    kinds = [kind.name for kind in chosen.kinds]
    table = _Cells(_rows(data, keys, kinds), len(by), kinds, rules).table()
    names = {f"__{i}": name for i, name in enumerate(by)} | {"__amount": firms.names[measure]}
    result = table.rename(names)
    return (
        firms.table.of_rows(result)
        if firms.table.memory is not None
        else firms.table.like(result).to_native()
    )


def _columns(by: Sequence[str]) -> tuple[str, ...]:
    """One or two columns; raises `UsageError` for others."""
    by = (by,) if isinstance(by, str) else by
    check_texts(by=by)
    by = tuple(by)
    if not 1 <= len(by) <= 2:
        raise UsageError(
            f"a table by {len(by)} columns", remedy="name one or two, such as by=('region', 'category')"
        )
    return by


def _rules(rules: DisclosureRules | None) -> DisclosureRules:
    rules = DisclosureRules() if rules is None else rules
    if not isinstance(rules, DisclosureRules):
        raise UsageError(f"rules={told(rules)} is not possible", remedy="give DisclosureRules(...)")
    return rules


def _rows(data: nw.LazyFrame, keys: Sequence[str], kinds: Sequence[str]) -> nw.LazyFrame:
    """A row for each firm: its amount, its place in the table as words, and 1 for each kind that it is of."""
    words = [nw.col(key).cast(nw.String).fill_null("unknown").alias(f"__{i}") for i, key in enumerate(keys)]
    marks = [_mark(f"is_{kind}").alias(kind) for kind in kinds]
    return data.select("firm", nw.col("end_value").fill_null(0.0).alias("__amount"), *words, *marks)


def _mark(name: str) -> nw.Expr:
    return nw.when(nw.col(name)).then(nw.lit(1)).otherwise(nw.lit(0))


def _with_category(table: Any, data: nw.LazyFrame, clusters: Any) -> nw.LazyFrame:
    """The firms with the category that has the largest weight of their industry (the first by name of equals)."""
    links = small(clusters, keys=["industry", "category"], values=["weight"], what="clusters")
    main = links.sort("weight", "category", descending=[True, False]).unique("industry", keep="first")
    if "industry" not in data.collect_schema().names():
        raise InputError(
            "there is no column 'industry'", remedy="name the column of industries: industry='...'"
        )
    return data.join(table.like(main.select("industry", "category")), on="industry", how="left")


class _Cells:
    """The cells of a table and its totals as matrices, and what is hidden of them."""

    def __init__(self, rows: nw.LazyFrame, dimensions: int, kinds: list[str], rules: DisclosureRules) -> None:
        self.kinds, self.rules = kinds, rules
        self.keys = [f"__{i}" for i in range(dimensions)]
        rows = rows if dimensions == 2 else rows.with_columns(nw.lit("all").alias("__1"))
        cells = self._summed(rows, ["__0", "__1"])
        self.names = [cells[key].unique().sort().to_list() for key in ("__0", "__1")]
        self.places = [{word: i for i, word in enumerate(names)} for names in self.names]
        self.shape = tuple(len(names) + 1 for names in self.names)
        if self.shape[0] * self.shape[1] > MOST_CELLS:
            long, wide = (f"{len(names):,}" for names in self.names)
            raise UsageError(
                f"a table of {long} by {wide} cells, more than {MOST_CELLS:,}",
                remedy="use coarser columns, such as regions of a higher level, or tabulate by one column",
            )
        self.counts = {name: self._matrix(cells, name) for name in ("firms", "__amount", *kinds)}
        self.largest = self._largest(rows)

    def _summed(self, rows: nw.LazyFrame, keys: list[str]) -> pl.DataFrame:
        sums = [nw.col(name).sum() for name in ("__amount", *self.kinds)]
        found = rows.group_by(keys).agg(nw.len().cast(nw.Int64).alias("firms"), *sums).collect()
        return pl.from_arrow(found.to_arrow())

    def _matrix(self, cells: pl.DataFrame, name: str) -> np.ndarray:
        matrix = np.zeros(self.shape)
        at = [
            [place[word] for word in cells[key]]
            for key, place in zip(("__0", "__1"), self.places, strict=True)
        ]
        matrix[at[0], at[1]] = cells[name].cast(pl.Float64).to_numpy()
        matrix[-1, :] = matrix[:-1, :].sum(axis=0)
        matrix[:, -1] = matrix[:, :-1].sum(axis=1)
        return matrix

    def _largest(self, rows: nw.LazyFrame) -> np.ndarray:
        """The amounts of the largest firms of each cell, by repeated group-by and join, and of each total."""
        most = self.rules.largest
        found = np.zeros((*self.shape, max(most, 1)))
        keys = ["__0", "__1"]
        for rank in range(most):
            top = rows.group_by(keys).agg(nw.col("__amount").max().alias("__top"))
            first = rows.join(top, on=keys, how="left").filter(nw.col("__amount") == nw.col("__top"))
            first = first.group_by(keys).agg(nw.col("firm").min().alias("__first"), nw.col("__top").max())
            for row in first.collect().rows(named=True):
                at = (self.places[0][row["__0"]], self.places[1][row["__1"]])
                found[(*at, rank)] = row["__top"]
            rows = rows.join(first.select(*keys, "__first"), on=keys, how="left")
            rows = rows.filter(nw.col("firm") != nw.col("__first")).drop("__first")
        for axis, total in ((0, np.s_[-1, :]), (1, np.s_[:, -1])):
            whole = np.moveaxis(found, axis, 0)[:-1]
            if not len(whole):
                continue
            found[total] = -np.sort(-np.concatenate(list(whole), axis=-1), axis=-1)[..., : max(most, 1)]
        return found

    def table(self) -> pl.DataFrame:
        """A row for each cell and total, hidden ones empty."""
        counts, amounts = self.counts["firms"], self.counts["__amount"]
        hidden = suppress(
            counts, unsafe(counts, amounts, self.largest, self.rules), amounts, width=self.rules.width
        )
        own = {kind: self._kind(kind, hidden) for kind in self.kinds}
        rows = []
        for at in np.ndindex(*self.shape):
            if counts[at] == 0 or (len(self.keys) == 1 and at[1] != self.shape[1] - 1):
                continue
            is_shown = hidden[at] == SHOWN
            row = {key: ([*self.names[i], TOTAL])[at[i]] for i, key in enumerate(self.keys)}
            row |= {
                "firms": int(counts[at]) if is_shown else None,
                "__amount": float(amounts[at]) if is_shown else None,
            }
            for kind in self.kinds:
                row[f"{kind}_firms"] = int(self.counts[kind][at]) if own[kind][at] == SHOWN else None
            row["disclosure"] = WORDS[int(hidden[at])]
            rows.append(row)
        kinds = {f"{kind}_firms": pl.Int64 for kind in self.kinds}
        schema = dict.fromkeys(self.keys, pl.String)
        return pl.DataFrame(
            rows, {**schema, "firms": pl.Int64, "__amount": pl.Float64, **kinds, "disclosure": pl.String}
        )

    def _kind(self, kind: str, hidden: np.ndarray) -> np.ndarray:
        """What is hidden of the numbers of a kind: few firms, wherever the cell itself is, and what guards these."""
        counts = self.counts[kind]
        few = (counts > 0) & (counts < self.rules.least)
        return suppress(counts, few | (hidden > 0))
