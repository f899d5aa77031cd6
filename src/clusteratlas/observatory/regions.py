"""Regional figures of one NUTS version told in the regions of another; what cannot be told is listed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import narwhals.stable.v2 as nw
import polars as pl

from clusteratlas import taxonomies
from clusteratlas.errors import UsageError
from clusteratlas.observatory.arguments import check_name, check_texts, choose, choose_among
from clusteratlas.observatory.frames import as_numbers, check_columns, lazy, ratio
from clusteratlas.observatory.matrices import Kind
from clusteratlas.observatory.region_chains import BASES, follow, read_in

PUBLISHED_TWICE = "published in both versions"
PART_MISSING = "another part has no value"
TOP = len(BASES) - 1


@dataclass(frozen=True)
class Conversion:
    """Figures in the regions of another version, and those that could not be brought there.

    ``frame``: the caller's columns with region codes of the version asked for, and ``conversion_basis``: whole (no
    split was needed), given (weights of the caller), employment, population, area, parts (counted by regions of
    level 3) or equal (nothing is known): the least certain that a figure rests on. ``unconverted``: code,
    version (in which it was read, empty when it could not be), reason, rows, value (their sum; times size for
    means). Both are frames of the caller's kind.
    """

    frame: Any
    unconverted: Any


def convert_regions(
    frame: Any,
    to_version: int,
    from_version: int | str | None = None,
    *,
    weights: Any = None,
    region: str = "region",
    value: str = "value",
    by: Sequence[str] | None = None,
    how: str = "sum",
    size: str | None = None,
    weight: str = "weight",
) -> Conversion:
    """Tell additive figures of regions in the regions of ``to_version`` (2006, 2010, 2013, 2016, 2021 or 2024).

    Recoded regions get their new code, merged ones are added up, split ones shared out by ``weights`` (a frame of
    ``region`` and ``weight``, in codes of the version after the split, or of level 3) or else by the shares of
    Eurostat's employment, population or area that the taxonomies hold; forward and back, step by step.
    ``from_version`` is a version, the name of a column that tells it, or None: each code is then read in the version
    asked for if it is valid there, else in the nearest before, else after. Rows are kept apart by ``by`` (all
    other columns unless it is given).

    ``how="mean"`` is for ratios: means weighted by the column ``size`` (what the ratio is per), which comes back
    summed. A figure stays empty when a part of it is; the parts that are known are then listed. Where a
    region is published in its old and its new shape the new one counts and the old one is listed. For sums,
    what is in ``frame`` and what is listed add up to what was given. Regions of the United Kingdom stay those of 2021.

    Raises `InputError` for columns that are absent or hold no numbers, `UsageError` for an unknown version or ``how``.

    >>> import polars as pl
    >>> jobs = pl.DataFrame({"region": ["HU10", "FR24", "XX1"], "value": [100.0, 7.0, 1.0]})
    >>> converted = convert_regions(jobs, 2021)
    >>> converted.frame.sort("region").rows()
    [('FRB0', 7.0, 'whole'), ('HU11', 76.5, 'employment'), ('HU12', 23.5, 'employment')]
    >>> converted.unconverted.rows()
    [('XX1', None, 'unknown code', 1, 1.0)]
    """
    _check(to_version, from_version, how, size)
    check_texts(region=[region], value=[value], weight=[weight])
    check_name(size=size)
    if by is not None:
        check_texts(by=by)
    data, is_eager = lazy(frame)
    version = from_version if isinstance(from_version, str) else None
    size = size if how == "mean" else None
    there = check_columns(data, [name for name in (region, value, version, size, *(by or [])) if name])
    kind = given_kind = Kind(nw.to_native(data), data.implementation, is_eager)
    if is_eager:  # in memory anyway: one engine for all of them
        table = data.collect(backend="polars").to_native().lazy()
        data, kind = nw.from_native(table), Kind(table, nw.Implementation.POLARS, False)
    keys = list(by) if by is not None else [c for c in there if c not in (region, value, version, size)]
    told = nw.col(version).fill_null(0) if version else nw.lit(from_version or 0)
    data = as_numbers(data, [value, *([size] if size else [])])
    data = data.with_columns(told.cast(nw.Int64).alias("__told"), nw.lit(TOP).alias("__basis"))
    work = _Work(kind, keys, region, value, size, _sizes(weights, region, weight))
    result, listed = work.convert(data, to_version)
    order = [c for c in there if c in (region, value, *keys, size)]
    result = result.select(*order, _name_of_basis().alias("conversion_basis"))
    if is_eager:
        return Conversion(*(given_kind.frame(f.collect("polars").to_native()) for f in (result, listed)))
    return Conversion(result.to_native(), listed.to_native())


def _check(to_version: int, from_version: int | str | None, how: str, size: str | None) -> None:
    """Raise `UsageError` for what is not known."""
    told = None if isinstance(from_version, str) else from_version
    choose_among("NUTS version", taxonomies.VERSIONS, to_version=to_version, from_version=told)
    if to_version is None:
        raise UsageError("no NUTS version to convert to", remedy="give to_version=2024, say")
    choose(("sum", "mean"), how=how)
    if how == "mean" and size is None:
        raise UsageError("a mean of regions needs their sizes", remedy="name their column: size='employment'")


def _sizes(weights: Any, region: str, weight: str) -> dict[str, float]:
    """The caller's weights by code."""
    if weights is None:
        return {}
    data, _ = lazy(weights)
    check_columns(data, [region, weight])
    rows = as_numbers(data.select(region, weight), [weight]).collect(backend="polars").to_native()
    known = rows.drop_nulls()
    return dict(zip(map(taxonomies.normalise_code, known[region]), known[weight], strict=True))


@dataclass(frozen=True)
class _Work:
    """One conversion: the columns' names and the caller's weights."""

    kind: Kind
    keys: list[str]
    region: str
    value: str
    size: str | None
    sizes: Mapping[str, float]

    def convert(self, data: nw.LazyFrame, to_version: int) -> tuple[nw.LazyFrame, nw.LazyFrame]:
        """All rows brought to a version, from the farthest versions to the nearest, and what was left behind."""
        read = self._read(data, to_version)
        codes = {v: set(read.filter(pl.col("__read") == v)["__code"]) for v in read["__read"].unique() if v}
        data = self._join(data, read, [self.region, "__told"])
        listed = [self._list(data.filter(nw.col("__read") == 0), "__told")]
        at = {v: self._plain(data.filter(nw.col("__read") == v)) for v in codes}
        at.setdefault(to_version, self._plain(data.filter(nw.col("__read") == to_version)))
        before = sorted(v for v in codes if v < to_version)
        after = sorted((v for v in codes if v > to_version), reverse=True)
        for path in (before, after):
            for here, there in pairwise([*path, to_version]):
                links = self._links(codes[here], here, there)
                at[there], left = self._step(at[here], at[there], links, here)
                codes.setdefault(there, set()).update(links["__to"].drop_nulls())
                listed += left
        return at[to_version], self._account(listed)

    def _read(self, data: nw.LazyFrame, to_version: int) -> pl.DataFrame:
        """For each code and told version: the code as NUTS writes it, the version to read it in, or why none."""
        pairs = data.select(self.region, "__told").unique().collect(backend="polars").to_native()
        rows = []
        for code, told in pairs.sort(self.region, "__told").iter_rows():
            plain = taxonomies.normalise_code(code)
            is_version = not told or told in taxonomies.VERSIONS
            read = read_in(plain, to_version, told or None) if is_version else "unknown version"
            is_read = isinstance(read, int)
            rows.append((code, told, plain, read if is_read else 0, None if is_read else read))
        names = {self.region: pl.String, "__told": pl.Int64, "__code": pl.String, "__read": pl.Int64}
        return pl.DataFrame(rows, names | {"reason": pl.String}, orient="row")

    def _links(self, codes: set[str], here: int, there: int) -> pl.DataFrame:
        """The regions of the next version that each code is shared out to, or the reason why to none."""
        rows = []
        for code in sorted(codes):
            chain = follow(code, here, there, self.sizes)
            rows += [(code, link.code, link.share, BASES.index(link.basis), None) for link in chain.links]
            if not chain.links:
                rows.append((code, None, 1.0, TOP, chain.reason))
        names = {"__code": pl.String, "__to": pl.String, "__share": pl.Float64, "__rank": pl.Int64}
        return pl.DataFrame(rows, names | {"reason": pl.String}, orient="row")

    def _join(self, data: nw.LazyFrame, table: pl.DataFrame, on: list[str]) -> nw.LazyFrame:
        return data.join(nw.from_native(self.kind.frame(table)).lazy(), on=on, how="inner")

    def _plain(self, data: nw.LazyFrame) -> nw.LazyFrame:
        """The columns that a step needs, the code as NUTS writes it in that of the region."""
        columns = [*self.keys, nw.col("__code").alias(self.region), nw.col(self.value)]
        return data.select(*columns, *([nw.col(self.size)] if self.size else []), "__basis")

    def _step(
        self, coming: nw.LazyFrame, staying: nw.LazyFrame, links: pl.DataFrame, here: int
    ) -> tuple[nw.LazyFrame, list[nw.LazyFrame]]:
        """Bring figures to the next version, where others may be already; the result and what was left behind."""
        coming = self._join(coming.with_columns(nw.col(self.region).alias("__code")), links, ["__code"])
        lost = self._list(coming.filter(nw.col("__to").is_null()).with_columns(__at=nw.lit(here)), "__at")
        moved = self._weighed(coming.filter(~nw.col("__to").is_null()), stays=0)
        one = nw.lit(1.0).alias("__share"), nw.lit(TOP).alias("__rank")
        own = staying.with_columns(
            nw.col(self.region).alias("__to"), nw.col(self.region).alias("__code"), *one
        )
        both = nw.concat([moved, self._weighed(own, stays=1)], how="vertical")
        cell = [*self.keys, "__to"]
        both = both.with_columns(
            (nw.col("__known") * nw.col("__stays")).sum().over(*cell).alias("__direct"),
            ((1 - nw.col("__known")) * (1 - nw.col("__stays"))).sum().over(*cell).alias("__missing"),
            (1 - nw.col("__stays")).sum().over(*cell).alias("__parts"),
        )
        return self._sums(both), [lost, self._passed_over(both, here)]

    def _weighed(self, data: nw.LazyFrame, *, stays: int) -> nw.LazyFrame:
        """What each row gives to its cell: the figure (times size) times share, and the size."""
        amount, size = nw.col(self.value) * nw.col("__share"), nw.col("__share")
        if self.size:
            amount, size = amount * nw.col(self.size), nw.col(self.size) * nw.col("__share")
        return data.select(
            *self.keys,
            "__code",
            "__to",
            amount.alias("__amount"),
            size.alias("__size"),
            nw.min_horizontal("__basis", "__rank").cast(nw.Int64).alias("__basis"),
            nw.lit(stays).cast(nw.Int64).alias("__stays"),
            (~amount.is_null()).cast(nw.Int64).alias("__known"),
        )

    def _sums(self, both: nw.LazyFrame) -> nw.LazyFrame:
        """The figures by new region; empty where a part is."""
        sums = (
            both.filter(_is_used())
            .group_by(*self.keys, "__to")
            .agg(
                nw.col("__amount", "__size").sum(),
                nw.col("__basis").min(),
                nw.col("__known", "__direct", "__missing").max(),
            )
        )
        figure = ratio(nw.col("__amount"), nw.col("__size")) if self.size else nw.col("__amount")
        is_whole = (nw.col("__known") > 0) & ((nw.col("__missing") == 0) | (nw.col("__direct") > 0))
        sums = sums.with_columns(nw.when(is_whole).then(figure).alias(self.value))
        sized = [nw.col("__size").alias(self.size)] if self.size else []
        region = nw.col("__to").alias(self.region)
        return sums.select(*self.keys, region, self.value, *sized, "__basis")

    def _passed_over(self, both: nw.LazyFrame, here: int) -> nw.LazyFrame:
        """Known figures that did not get into a cell, and why."""
        part_missing = (nw.col("__direct") == 0) & (nw.col("__missing") > 0)
        why = nw.when(part_missing).then(nw.lit(PART_MISSING)).otherwise(nw.lit(PUBLISHED_TWICE))
        left = both.filter((nw.col("__known") == 1) & (~_is_used() | part_missing))
        return left.select(
            nw.col("__code").alias("code"),
            nw.lit(here).cast(nw.Int64).alias("version"),
            why.alias("reason"),
            nw.col("__amount").alias("value"),
        )

    def _list(self, data: nw.LazyFrame, version: str) -> nw.LazyFrame:
        """Rows for the account of what was left behind."""
        told = nw.col(version).cast(nw.Int64)
        amount = nw.col(self.value) * nw.col(self.size) if self.size else nw.col(self.value)
        shown = (nw.col(self.region).alias("code"), told.alias("version"), "reason", amount.alias("value"))
        return data.select(*shown)

    def _account(self, listed: list[nw.LazyFrame]) -> nw.LazyFrame:
        """What was left behind, by code, version and reason."""
        rows = nw.concat(listed, how="vertical")
        rows = rows.with_columns((~nw.col("value").is_null()).cast(nw.Int64).alias("__known"))
        sums = rows.group_by("code", "version", "reason").agg(
            nw.len().cast(nw.Int64).alias("rows"), nw.col("value", "__known").sum()
        )
        version = nw.when(nw.col("version") > 0).then(nw.col("version"))
        total = nw.when(nw.col("__known") > 0).then(nw.col("value"))
        shown = sums.select("code", version.alias("version"), "reason", "rows", total.alias("value"))
        return shown.sort("code", "version", "reason")


def _is_used() -> nw.Expr:
    """The rows that make up a cell: its own where it has a figure, else its parts, else (without parts) its own."""
    is_own, has_own = nw.col("__stays") == 1, nw.col("__direct") > 0
    return (is_own & (has_own | (nw.col("__parts") == 0))) | (~is_own & ~has_own)


def _name_of_basis() -> nw.Expr:
    """The name of the basis of a figure."""
    told = nw.lit(BASES[0])
    for rank, basis in enumerate(BASES[1:], start=1):
        told = nw.when(nw.col("__basis") >= rank).then(nw.lit(basis)).otherwise(told)
    return told
