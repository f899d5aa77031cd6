"""Judged pairs of units, and the same as a person reads them: pairs of records with verdict and evidence."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import combinations

import polars as pl

from clusteratlas.identity.clusters import Conflict, Edge
from clusteratlas.identity.evidence import COLUMNS, evidence
from clusteratlas.identity.units import Units

SAME, UNSURE = 0.6, 0.15
"""Probability from which two names of one country are held to be one body, and from which a person should look."""
SURER, CONFIRMED = 0.9, 0.95
"""The same where there are addresses (``ADDRESSES``): of a pair that has none on one side, and of a pair that has one
on both: there the address must agree, or the name be the same letter for letter."""
NEVER = 2.0
"""What a pair needs that no probability is enough for."""
ADDRESSES = ("postal_code", "website")
SAME_NAME = 0.99
"""Probability that two records of one country with letter for letter the same name are one body."""
MOST_COMPARED = 12
"""Units of one name that are compared each with each; of more, each with the first."""
PAIRS_AT_A_TIME = 200_000


@dataclass(frozen=True)
class Judged:
    """``pairs``: ``left``, ``right`` (units), ``score``, ``needed`` (the score from which they are one), ``who``,
    ``reason`` and the weights; the certain edges; keys that stand for two bodies; the registers of each unit (see
    ``Units``)."""

    pairs: pl.DataFrame
    certain: list[Edge] = field(default_factory=list)
    reused: list[Conflict] = field(default_factory=list)
    registers: dict[int, frozenset[str]] = field(default_factory=dict)

    def edges(self) -> Iterator[Edge]:
        """The pairs that the model holds to be one."""
        same = self.pairs.filter((pl.col("who") == "model") & (pl.col("score") >= pl.col("needed")))
        return (Edge(*row) for row in same.select("left", "right", "score").iter_rows())

    def frame(self, units: Units) -> pl.DataFrame:
        """The pairs as a person reads them: of records, with a verdict and what the names have to say."""
        verdict = (
            pl.when(pl.col("score") >= pl.col("needed"))
            .then(pl.lit("same"))
            .when(pl.col("score") >= UNSURE)
            .then(pl.lit("unsure"))
            .otherwise(pl.lit("different"))
        )
        ids, weights = (
            ["left_record_id", "right_record_id"],
            [c for c in self.pairs.columns if c[:7] == "weight_"],
        )
        pairs = self._of_records(units).with_columns(verdict=verdict)
        order = [*ids, "verdict", "score", "who", "reason", "weight_name", *COLUMNS]
        return pairs.select(*order, *(c for c in weights if c != "weight_name")).sort(ids)

    def _of_records(self, units: Units) -> pl.DataFrame:
        """Each pair of units as pairs of their records (of many, the first), and the records within a unit."""
        held = pl.DataFrame({"unit": units.of, "record_id": units.record_ids})
        few = held.filter(pl.int_range(pl.len()).over("unit") < MOST_COMPARED)
        pairs = self._with_evidence(units)
        for side in ("left", "right"):
            here = few.rename({"unit": side, "record_id": f"{side}_record_id"})
            pairs = pairs.join(here.cast({side: pairs.schema[side]}), on=side)
        many = (
            few.group_by("unit", maintain_order=True)
            .agg("record_id")
            .filter(pl.col("record_id").list.len() > 1)
        )
        within = [pair for records in many["record_id"].to_list() for pair in combinations(records, 2)]
        alike = pl.DataFrame(
            within, schema={"left_record_id": pl.String, "right_record_id": pl.String}, orient="row"
        )
        alike = alike.with_columns(
            score=pl.lit(SAME_NAME),
            needed=pl.lit(0.0),
            who=pl.lit("rule"),
            reason=pl.lit("same in every column"),
        )
        return pl.concat([pairs, alike], how="diagonal")

    def _with_evidence(self, units: Units) -> pl.DataFrame:
        """The pairs with ``evidence.COLUMNS``: null where a name is missing or both have the same."""
        form = units.table["form"]
        ours, theirs = form.gather(self.pairs["left"]), form.gather(self.pairs["right"])
        pairs = self.pairs.with_columns(
            low=pl.min_horizontal(ours, theirs), high=pl.max_horizontal(ours, theirs)
        )
        named = (
            pairs.filter(pl.col("low") != pl.col("high"))
            .select(left="low", right="high")
            .unique(maintain_order=True)
        )
        shown = pl.concat(
            [_shown(units, part) for part in (named.clear(), *named.iter_slices(PAIRS_AT_A_TIME))]
        )
        shown = shown.rename({"left": "low", "right": "high"})
        return pairs.join(shown, on=["low", "high"], how="left", maintain_order="left").drop("low", "high")


def needed(units: Units, pairs: pl.DataFrame, same: float | None = None) -> pl.Series:
    """The score from which each of ``pairs`` is one body: ``same``, or that of the house."""
    table = units.table
    there = [c for c in ADDRESSES if c in table.columns and table[c].count()]
    if same is not None or not there:
        return pl.repeat(SAME if same is None else same, len(pairs), dtype=pl.Float64, eager=True)
    known = [
        table[column].is_not_null().gather(pairs["left"]) & table[column].is_not_null().gather(pairs["right"])
        for column in there
    ]
    both = pl.DataFrame({str(place): one for place, one in enumerate(known)})
    return both.select(pl.when(pl.any_horizontal(pl.all())).then(CONFIRMED).otherwise(SURER)).to_series()


def _shown(units: Units, pairs: pl.DataFrame) -> pl.DataFrame:
    found = evidence(units.columns, pairs)
    return pairs.with_columns(pl.Series(name, found[name], dtype=pl.Float32) for name in COLUMNS)
