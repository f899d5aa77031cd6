"""Judges pairs of units: by certain keys, by their names, by the columns beside them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import combinations

import numpy as np
import polars as pl

from clusteratlas.identity.candidates import candidate_pairs
from clusteratlas.identity.clusters import STRENGTH, Conflict, Edge
from clusteratlas.identity.evidence import COLUMNS, count_words, evidence, likely
from clusteratlas.identity.linkage import COMPARED, weights
from clusteratlas.identity.name_model import name_model
from clusteratlas.identity.units import Units

SAME, UNSURE = 0.55, 0.15
"""Probability from which a pair is held to be one, and from which a person should look."""
SAME_NAME = 0.99
"""Probability that two records of one country with letter for letter the same name are one body."""
MOST_COMPARED = 12
"""Units of one name that are compared each with each; of more, each with the first."""


@dataclass(frozen=True)
class Judged:
    """``pairs``: ``left``, ``right`` (units), ``score``, ``who``, ``reason`` and the evidence; the certain edges;
    keys that stand for two bodies."""

    pairs: pl.DataFrame
    certain: list[Edge] = field(default_factory=list)
    reused: list[Conflict] = field(default_factory=list)

    def edges(self) -> Iterator[Edge]:
        """The pairs that the model holds to be one."""
        same = self.pairs.filter((pl.col("who") == "model") & (pl.col("score") >= SAME))
        return (Edge(*row) for row in same.select("left", "right", "score").iter_rows())

    def frame(self, units: Units) -> pl.DataFrame:
        """The pairs as a person reads them: of records, with a verdict."""
        verdict = (
            pl.when(pl.col("score") >= SAME)
            .then(pl.lit("same"))
            .when(pl.col("score") >= UNSURE)
            .then(pl.lit("unsure"))
            .otherwise(pl.lit("different"))
        )
        ids = ["left_record_id", "right_record_id"]
        pairs = self._of_records(units).with_columns(verdict=verdict)
        return pairs.select(*ids, "verdict", pl.exclude("left", "right", *ids, "verdict")).sort(ids)

    def _of_records(self, units: Units) -> pl.DataFrame:
        """Each pair of units as pairs of their records (of many, the first), and the records within a unit."""
        held = pl.DataFrame({"unit": units.of, "record_id": units.record_ids})
        few = held.filter(pl.int_range(pl.len()).over("unit") < MOST_COMPARED)
        pairs = self.pairs
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
            score=pl.lit(SAME_NAME), who=pl.lit("rule"), reason=pl.lit("same in every column")
        )
        return pl.concat([pairs, alike], how="diagonal")


def judge_units(units: Units) -> Judged:
    """Every pair of units worth a look, judged."""
    by_key = _key_pairs(units)
    forms = _form_pairs(units, by_key)
    pairs = _unit_pairs(units, forms, by_key)
    pairs = _scored(units, pairs, forms)
    return _ruled(units, pairs, by_key)


def _key_pairs(units: Units) -> dict[tuple[int, int], str]:
    """Pairs of units with an equal certain key, and the strongest kind of it."""
    holders: dict[tuple[str, str], list[int]] = defaultdict(list)
    for unit, held in units.keys.items():
        for kind, value in held.items():
            holders[kind, value].append(unit)
    found: dict[tuple[int, int], str] = {}
    for (kind, _), members in sorted(holders.items(), key=lambda item: STRENGTH.index(item[0][0])):
        for pair in _each_with_each(sorted(members)):
            found.setdefault(pair, kind)
    return found


def _each_with_each(members: list[int]) -> Iterator[tuple[int, int]]:
    if len(members) <= MOST_COMPARED:
        return combinations(members, 2)
    return ((members[0], other) for other in members[1:])


def _form_pairs(units: Units, by_key: dict[tuple[int, int], str]) -> pl.DataFrame:
    """Pairs of different names to compare (``left`` < ``right``), with ``name_score`` and the evidence."""
    kinds = {"left": pl.UInt32, "right": pl.UInt32}
    alike = likely(units.names, candidate_pairs(units.names, units.forms["country"].to_list()))
    form = units.form
    keyed = {
        (min(a, b), max(a, b))
        for a, b in ((form[left], form[right]) for left, right in by_key)
        if a is not None and b is not None and a != b
    }
    pairs = pl.concat([alike.cast(kinds), pl.DataFrame(sorted(keyed), schema=kinds, orient="row")])
    pairs = pairs.unique().sort("left", "right")
    if not len(pairs):
        return pairs.with_columns(pl.lit(0.0).alias(column) for column in ("name_score", *COLUMNS))
    shown = evidence(units.names, pairs, count_words(units.names))
    columns = {column: shown[column].astype(np.float32) for column in COLUMNS}
    return pairs.with_columns(pl.Series("name_score", name_model().probability(shown)), **_series(columns))


def _series(columns: dict[str, np.ndarray]) -> dict[str, pl.Series]:
    return {name: pl.Series(name, values) for name, values in columns.items()}


def _unit_pairs(units: Units, forms: pl.DataFrame, by_key: dict[tuple[int, int], str]) -> pl.DataFrame:
    """Pairs of units: of one name, of two names that are alike, of an equal key."""
    held = units.table.select("unit", "form").drop_nulls("form")
    same = held.group_by("form", maintain_order=True).agg("unit").filter(pl.col("unit").list.len() > 1)
    within = [pair for members in same["unit"].to_list() for pair in _each_with_each(members)]
    kinds = {"left": pl.UInt32, "right": pl.UInt32}
    across = forms.select(left_form="left", right_form="right")
    for side in ("left", "right"):
        few = held.with_columns(place=pl.int_range(pl.len()).over("form")).filter(
            pl.col("place") < MOST_COMPARED
        )
        across = across.join(few.select(pl.col("form").alias(f"{side}_form"), pl.col("unit").alias(side)),
                             on=f"{side}_form")  # fmt: skip
    across = across.select(
        left=pl.min_horizontal("left", "right"), right=pl.max_horizontal("left", "right")
    ).cast(kinds)
    listed = pl.DataFrame([*within, *by_key], schema=kinds, orient="row")
    return pl.concat([across, listed]).unique().sort("left", "right")


def _scored(units: Units, pairs: pl.DataFrame, forms: pl.DataFrame) -> pl.DataFrame:
    """``pairs`` with the evidence of their names and of the other columns, and a ``score``."""
    form = units.table.select("unit", "form")
    for side in ("left", "right"):
        pairs = pairs.join(
            form.rename({"unit": side, "form": f"{side}_form"}), on=side, maintain_order="left"
        )
    ordered = pairs.with_columns(
        low=pl.min_horizontal("left_form", "right_form"), high=pl.max_horizontal("left_form", "right_form")
    )
    pairs = ordered.join(
        forms.rename({"left": "low", "right": "high"}), on=["low", "high"], how="left", maintain_order="left"
    )
    same_name = (
        pl.when(pl.col("left_form") == pl.col("right_form")).then(SAME_NAME).otherwise(pl.col("name_score"))
    )
    pairs = pairs.with_columns(name_score=same_name)
    # a pair by key with a nameless side: names say nothing
    named = pl.col("name_score").fill_null(0.5).clip(1e-6, 1 - 1e-6)
    pairs = pairs.with_columns(weight_name=(named / (1 - named)).log(2))
    pairs = pairs.drop("left_form", "right_form", "low", "high")
    others = weights(_compared(units), pairs)
    pairs = pairs.with_columns(others.get_columns()) if others.width and len(pairs) else pairs
    bits = pl.sum_horizontal(pl.col("^weight_.*$"))
    return pairs.with_columns(score=1 / (1 + (2.0**-bits)))


def _compared(units: Units) -> pl.DataFrame:
    """The columns that Splink compares, of every unit, with the VAT number in its checked form."""
    columns = [column for column in COMPARED if column in units.table.columns]
    table = units.table.select("unit", *columns)
    if "vat_number" in units.table.columns:
        vats = [units.keys.get(unit, {}).get("vat") for unit in range(len(table))]
        table = table.with_columns(vat=pl.Series(vats, dtype=pl.String))
    return table


def _ruled(units: Units, pairs: pl.DataFrame, by_key: dict[tuple[int, int], str]) -> Judged:
    """The rule of certain keys over the model: what they decide, and the traps in them."""
    score, names = pairs["score"].to_list(), pairs["name_score"].to_list()
    who, reason = ["model"] * len(pairs), [""] * len(pairs)
    country = units.table["country"].to_list()
    certain: list[Edge] = []
    reused: list[Conflict] = []
    for row, pair in enumerate(zip(pairs["left"].to_list(), pairs["right"].to_list(), strict=True)):
        kind = by_key.get(pair)
        if kind is None:
            continue
        value, alike = units.keys[pair[0]][kind], names[row] is None or names[row] >= UNSURE
        who[row] = "rule"
        if kind == "vat" and not alike:
            score[row], reason[row] = (
                UNSURE,
                "shared VAT number, other name: parts of one legal body, not merged",
            )
        elif country[pair[0]] != country[pair[1]] and not alike:
            score[row], reason[row] = UNSURE, f"{kind} used again: other country, other name"
            reused.append(Conflict(Edge(*pair, UNSURE, kind), f"{kind} used again", value, value))
        else:
            score[row], reason[row] = 1.0, f"same {kind}"
            certain.append(Edge(*pair, 1.0, kind))
    made = {"who": (who, pl.String), "reason": (reason, pl.String), "score": (score, pl.Float64)}
    columns = ["left", "right", "score", "who", "reason", "weight_name"]
    pairs = pairs.drop("score").with_columns(
        pl.Series(name, values, dtype=kind) for name, (values, kind) in made.items()
    )
    return Judged(pairs.select(*columns, pl.exclude(*columns, "name_score")), certain, reused)
