"""Rows that lie in one region each (participations, firms, projects) told in another NUTS version."""

from __future__ import annotations

from typing import Any

import narwhals.stable.v2 as nw
import polars as pl

from clusteratlas import taxonomies
from clusteratlas.errors import UsageError
from clusteratlas.observatory.arguments import check_texts, choose_among
from clusteratlas.observatory.frames import check_columns, lazy
from clusteratlas.observatory.matrices import Kind
from clusteratlas.observatory.region_chains import Chain, follow, read_in
from clusteratlas.observatory.regions import Conversion

WHOLE, MAIN_PART, LARGER, NONE = "whole", "main part", "larger region", "none"


def recode_regions(
    frame: Any, to_version: int, from_version: int | str | None = None, *, region: str = "region"
) -> Conversion:
    """Give each row the code of its region in NUTS ``to_version`` (2006, 2010, 2013, 2016, 2021 or 2024).

    For what lies in one place, such as a participation; figures are for `convert_regions`. A row whose region was split
    stands at the part that holds at least four fifths of it, else at the larger region that holds all parts. All
    rows come back, with ``region_basis`` beside the code: whole, main part, larger region, or none where the code is
    empty because it cannot be told; these are listed in ``unconverted`` (code, version, reason, rows).
    ``from_version`` is a version, the name of a column that tells it, or None, as in `convert_regions`. Gives a
    `Conversion`.

    Raises `InputError` for columns that are absent, `UsageError` for an unknown version.

    >>> import polars as pl
    >>> parts = pl.DataFrame({"project": [1, 2, 3, 4], "region": ["FR24", "HU10", "XX1", None]})
    >>> moved = recode_regions(parts, 2021)
    >>> moved.frame.sort("project").rows()
    [(1, 'FRB0', 'whole'), (2, 'HU1', 'larger region'), (3, None, 'none'), (4, None, 'none')]
    >>> moved.unconverted.select("code", "reason", "rows").rows()
    [(None, 'no code', 1), ('XX1', 'unknown code', 1)]
    """
    told = None if isinstance(from_version, str) else from_version
    choose_among("NUTS version", taxonomies.VERSIONS, to_version=to_version, from_version=told)
    if to_version is None:
        raise UsageError("no NUTS version to convert to", remedy="give to_version=2024, say")
    check_texts(region=[region])
    data, is_eager = lazy(frame)
    version = from_version if isinstance(from_version, str) else None
    there = check_columns(data, [region, *([version] if version else [])])
    kind = given_kind = Kind(nw.to_native(data), data.implementation, is_eager)
    if is_eager:  # in memory anyway: one engine for all of them
        table = data.collect(backend="polars").to_native().lazy()
        data, kind = nw.from_native(table), Kind(table, nw.Implementation.POLARS, False)
    at = nw.col(version).fill_null(0) if version else nw.lit(told or 0)
    data = data.with_columns(nw.col(region).fill_null("").alias("__code"), at.cast(nw.Int64).alias("__told"))
    counted = data.group_by("__code", "__told").agg(nw.len().cast(nw.Int64).alias("rows"))
    places = _places(counted.collect(backend="polars").to_native(), to_version)
    known = places.select("__code", "__told", "__to", region_basis="basis")
    moved = data.join(nw.from_native(kind.frame(known)).lazy(), on=["__code", "__told"], how="inner")
    columns = [nw.col("__to").alias(region) if name == region else nw.col(name) for name in there]
    result, listed = moved.select(*columns, "region_basis"), _listed(places)
    if is_eager:
        return Conversion(*map(given_kind.frame, (result.collect("polars").to_native(), listed)))
    return Conversion(result.to_native(), kind.frame(listed))


def _places(counted: pl.DataFrame, to_version: int) -> pl.DataFrame:
    """For each code and told version: the one region that stands for it, on what basis, or why none does."""
    rows = []
    for code, told, count in counted.iter_rows():
        plain = taxonomies.normalise_code(code)
        is_version = not told or told in taxonomies.VERSIONS
        read = read_in(plain, to_version, told or None) if is_version else "unknown version"
        read = "no code" if not plain else read
        chain = follow(plain, read, to_version, {}) if isinstance(read, int) else Chain((), read)
        place, basis = _place(chain)
        at = read if isinstance(read, int) else None
        rows.append(
            (code, told, count, at, place, basis, None if place else chain.reason or "no region holds it")
        )
    names = {"__code": pl.String, "__told": pl.Int64, "rows": pl.Int64, "read": pl.Int64}
    return pl.DataFrame(rows, names | dict.fromkeys(("__to", "basis", "reason"), pl.String), orient="row")


def _place(chain: Chain) -> tuple[str | None, str]:
    """The region that stands for a chain of links: its only one, the main one, else the one that holds all."""
    if not chain.links:
        return None, NONE
    main = max(chain.links, key=lambda link: link.share)
    if len(chain.links) == 1:
        return main.code, WHOLE
    if main.share >= taxonomies.MAIN_SHARE:
        return main.code, MAIN_PART
    held = [{link.code, *taxonomies.ancestors(link.code)} for link in chain.links]
    larger = next((one for one in taxonomies.ancestors(main.code) if all(one in each for each in held)), None)
    return larger, LARGER if larger else NONE


def _listed(places: pl.DataFrame) -> pl.DataFrame:
    """The codes that no region stands for, why, and how many rows have them."""
    lost = places.filter(pl.col("__to").is_null())
    shown = lost.select("reason", "rows", code=pl.when(pl.col("__code") != "").then("__code"), version="read")
    sums = shown.group_by("code", "version", "reason").agg(pl.col("rows").sum())
    return sums.sort("code", "version", "reason")
