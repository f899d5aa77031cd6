"""Which records are worth comparing with others: those whose names share a telling key within their country."""

from __future__ import annotations

import polars as pl

from clusteratlas.identity.candidates import keys_of
from clusteratlas.identity.names import read_names


def near(settled: pl.DataFrame, others: pl.DataFrame) -> pl.Series:
    """The ``record_id`` of those of ``settled`` that share a key of their name with one of ``others``.

    Both have ``name`` and ``country``. Where most records are settled by a number of their own, as those with a PIC
    are, only these few need to be looked at beside the ones that are not.

    >>> settled = pl.DataFrame({"record_id": ["1", "2", "3"], "country": ["ES", "ES", "FR"],
    ...                         "name": ["Fundacion Tecnalia", "Ikerlan S. Coop.", "Tecnalia France"]})
    >>> others = pl.DataFrame({"name": ["TECNALIA Research & Innovation"], "country": ["ES"]})
    >>> near(settled, others).to_list()
    ['1']
    """
    there = settled.filter(pl.col("country").is_in(others["country"].unique().implode()))
    wanted = _keyed(others)
    if not len(wanted) or not len(there):
        return pl.Series("record_id", [], dtype=pl.String)
    held = _keyed(there)
    # A key that many names hold is none by which they are compared: see `candidates`.
    telling = (
        held.group_by("country", "key").agg(names=pl.col("name").n_unique()).filter(pl.col("names") <= MOST)
    )
    found = held.join(telling, on=["country", "key"]).join(wanted, on=["country", "key"], how="semi")
    names = found.select("country", "name").unique()
    chosen = there.join(names, on=["country", "name"], how="semi", maintain_order="left")
    return chosen["record_id"]


MOST = 40
"""Names of one country that may share a key; as many as `candidates` compares."""


def _keyed(records: pl.DataFrame) -> pl.DataFrame:
    """``country``, ``name``, ``key``: a row for each key of each name."""
    distinct = records.select("country", "name").drop_nulls("name").unique(maintain_order=True)
    names = read_names(distinct["name"].to_list())
    rows = [(row, key) for row, name in enumerate(names) for key in set(keys_of(name))]
    keys = pl.DataFrame(rows, schema={"row": pl.UInt32, "key": pl.String}, orient="row")
    return distinct.with_row_index("row").join(keys, on="row").drop("row")
