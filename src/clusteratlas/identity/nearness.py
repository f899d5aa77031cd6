"""Which records are worth comparing with others: those whose names share a telling key within their country, or that
are called what others are in short."""

from __future__ import annotations

import polars as pl

from clusteratlas.identity.candidates import candidate_pairs
from clusteratlas.identity.name_columns import in_columns
from clusteratlas.identity.names import read_names
from clusteratlas.identity.units import COMPARABLE


def near(settled: pl.DataFrame, others: pl.DataFrame) -> pl.Series:
    """The ``record_id`` of those of ``settled`` whose name would be compared with that of one of ``others``.

    Both have ``name`` and ``country``. Where most records are settled by a number of their own, as those with a PIC
    are, only these few need to be looked at beside the ones that are not.

    >>> settled = pl.DataFrame({"record_id": ["1", "2", "3"], "country": ["ES", "ES", "FR"],
    ...                         "name": ["Fundacion Tecnalia", "Ikerlan S. Coop.", "Tecnalia France"]})
    >>> others = pl.DataFrame({"name": ["TECNALIA Research & Innovation"], "country": ["ES"]})
    >>> near(settled, others).to_list()
    ['1']
    """
    there = settled.filter(pl.col("country").is_in(others["country"].unique().implode()))
    ours, theirs = _names(there, is_ours=True), _names(others, is_ours=False)
    names = (
        pl.concat([ours, theirs])
        .group_by("country", "name", maintain_order=True)
        .agg(pl.col("is_ours").all())
    )
    found = _paired(names)
    same = ours.join(theirs, on=["country", "name"], how="semi")
    wanted = pl.concat([found.select("country", "name"), same.select("country", "name")]).unique()
    return there.join(wanted, on=["country", "name"], how="semi", maintain_order="left")["record_id"]


def called_so(settled: pl.DataFrame, others: pl.DataFrame) -> pl.Series:
    """The ``record_id`` of those of ``settled`` whose short name is the name of one of ``others`` of their country, or
    whose name is its short name.

    >>> settled = pl.DataFrame({"record_id": ["1", "2"], "country": ["FR", "BE"], "short_name": "TENERRDIS",
    ...                         "name": "Technologies énergies nouvelles"})
    >>> others = pl.DataFrame({"name": ["Tenerrdis"], "short_name": [None], "country": ["FR"]})
    >>> called_so(settled, others).to_list()
    ['1']
    """
    ours, theirs = (
        records.select("country", *(_comparable(records[name]) for name in ("name", "short_name")))
        for records in (settled, others)
    )
    ours = ours.with_columns(settled["record_id"])
    found = [
        ours.drop_nulls(["country", mine]).join(theirs.drop_nulls(["country", their]), how="semi",
            left_on=["country", mine], right_on=["country", their])["record_id"]
        for mine, their in (("short_name", "name"), ("name", "short_name"))
    ]  # fmt: skip
    return pl.concat(found).unique(maintain_order=True)


def _comparable(texts: pl.Series) -> pl.Series:
    read = COMPARABLE["short_name"]
    return pl.Series(texts.name, [read(text) if text else None for text in texts], dtype=pl.String)


def _names(records: pl.DataFrame, *, is_ours: bool) -> pl.DataFrame:
    distinct = records.select("country", "name").drop_nulls("name").unique(maintain_order=True)
    return distinct.with_columns(is_ours=pl.lit(is_ours))


def _paired(names: pl.DataFrame) -> pl.DataFrame:
    """Those of ``names`` that are ours and make a pair with one that is not."""
    is_ours = names["is_ours"]
    rows: list[pl.Series] = []
    for pairs in candidate_pairs(in_columns(read_names(names["name"].to_list())), names["country"]):
        left, right = (is_ours.gather(pairs[side]) for side in ("left", "right"))
        rows += [pairs["left"].filter(left & ~right), pairs["right"].filter(right & ~left)]
    return names[pl.concat(rows).unique().sort()] if rows else names.clear()
