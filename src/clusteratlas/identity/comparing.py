"""Judges pairs of units: by certain keys, by their names, by the columns beside them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations
from typing import Any

import numpy as np
import polars as pl

from clusteratlas.identity.candidates import candidate_pairs
from clusteratlas.identity.clusters import STRENGTH, Conflict, Edge
from clusteratlas.identity.evidence import evidence, likely
from clusteratlas.identity.judged import MOST_COMPARED, NEVER, SAME_NAME, UNSURE, Judged, needed
from clusteratlas.identity.linkage import COMPARED, most_bits, weights
from clusteratlas.identity.name_columns import NameColumns
from clusteratlas.identity.name_model import name_model
from clusteratlas.identity.rivals import RIVALLED, Registers, rivalled
from clusteratlas.identity.units import COMPARABLE, Units

PAIRS_AT_A_TIME = 100_000
"""Pairs of names compared at a time, to bound the memory."""
CALLED_SO = "the name of one is the short name of the other"
PAIR = {"left": pl.UInt32, "right": pl.UInt32}


def judge_units(
    units: Units, records: pl.DataFrame, same: float | None = None, session: Any = None
) -> Judged:
    """Every pair of units worth a look, judged.

    ``records`` are those of the units, ``same`` is the score from which a pair is one body (see ``needed``),
    ``session`` a Spark session to compute in.
    """
    by_key, called = _key_pairs(units), _called_so(units)
    forms = _form_pairs(units, {*by_key, *called})
    pairs = _scored(units, _unit_pairs(units, forms, {*by_key, *called}), forms, session)
    judged, registers = _ruled(units, pairs, by_key, called, same), units.registers(records)
    twice = units.listed_twice(records, registers)
    pairs = _with_rivals(units, judged.pairs, registers, twice)
    return replace(judged, pairs=pairs, registers=registers)


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


def _called_so(units: Units) -> set[tuple[int, int]]:
    """Pairs of units of one country of which one's name is the other's short name (and not its name)."""
    if "short_name" not in units.table.columns:
        return set()
    said = COMPARABLE["short_name"]
    names = [said(name) if name else None for name in units.table["name"].to_list()]
    table = units.table.select("unit", "country", "short_name").with_columns(
        name=pl.Series(names, dtype=pl.String)
    )
    named = table.drop_nulls(["country", "name"]).select("country", "name", other="unit")
    short = table.drop_nulls(["country", "short_name"]).filter(
        pl.col("short_name").ne_missing(pl.col("name"))
    )
    pairs = short.join(named, left_on=["country", "short_name"], right_on=["country", "name"])
    # what many are called says nothing
    pairs = pairs.filter(
        pl.len().over("country", "short_name") <= MOST_COMPARED, pl.col("unit") != pl.col("other")
    )
    return {(min(one, other), max(one, other)) for one, other in pairs.select("unit", "other").iter_rows()}


def _form_pairs(units: Units, listed: set[tuple[int, int]]) -> pl.DataFrame:
    """Pairs of different names to compare (``left`` < ``right``), with their ``name_score``."""
    names, form = units.columns, units.form
    keyed = {
        (min(a, b), max(a, b))
        for a, b in ((form[left], form[right]) for left, right in listed)
        if a is not None and b is not None and a != b
    }
    first = pl.DataFrame(sorted(keyed), schema=PAIR, orient="row")
    alike = (likely(names, pairs) for pairs in candidate_pairs(names, units.forms["country"]))
    parts = [_with_name_score(names, part) for pairs in (first, *alike) for part in _slices(pairs)]
    none = pl.DataFrame(schema={**PAIR, "name_score": pl.Float64})
    return pl.concat([none, *parts]).unique(["left", "right"]).sort("left", "right")


def _slices(pairs: pl.DataFrame) -> Iterator[pl.DataFrame]:
    return pairs.cast(PAIR).iter_slices(PAIRS_AT_A_TIME)


def _with_name_score(names: NameColumns, pairs: pl.DataFrame) -> pl.DataFrame:
    score = name_model().probability(evidence(names, pairs))
    return pairs.with_columns(pl.Series("name_score", score, dtype=pl.Float64))


def _unit_pairs(units: Units, forms: pl.DataFrame, listed: set[tuple[int, int]]) -> pl.DataFrame:
    """Pairs of units: of one name, of two names that are alike, and those listed."""
    held = units.table.select("unit", "form").drop_nulls("form")
    same = held.group_by("form", maintain_order=True).agg("unit").filter(pl.col("unit").list.len() > 1)
    within = [pair for members in same["unit"].to_list() for pair in _each_with_each(members)]
    few = held.filter(pl.int_range(pl.len()).over("form") < MOST_COMPARED)
    across = forms.select("left", "right")
    for side in ("left", "right"):
        across = across.join(
            few.select(pl.col("form").alias(side), pl.col("unit").alias(f"{side}_unit")), on=side
        )
    across = across.select(
        left=pl.min_horizontal("left_unit", "right_unit"), right=pl.max_horizontal("left_unit", "right_unit")
    )
    besides = pl.DataFrame([*within, *sorted(listed)], schema=PAIR, orient="row")
    return pl.concat([across.cast(PAIR), besides]).unique().sort("left", "right")


def _scored(units: Units, pairs: pl.DataFrame, forms: pl.DataFrame, session: Any) -> pl.DataFrame:
    """``pairs`` with the weight of their names and of the other columns, and a ``score``."""
    form = units.table["form"]
    ours, theirs = form.gather(pairs["left"]), form.gather(pairs["right"])
    pairs = pairs.with_columns(low=pl.min_horizontal(ours, theirs), high=pl.max_horizontal(ours, theirs))
    known = forms.rename({"left": "low", "right": "high"})
    pairs = pairs.join(known, on=["low", "high"], how="left", maintain_order="left")
    same = pl.when(pl.col("low") == pl.col("high")).then(SAME_NAME).otherwise(pl.col("name_score"))
    pairs = pairs.with_columns(name_score=same)
    # a pair by key with a nameless side: names say nothing
    named = pl.col("name_score").fill_null(0.5).clip(1e-6, 1 - 1e-6)
    pairs = pairs.with_columns(weight_name=(named / (1 - named)).log(2)).drop("low", "high")
    pairs = _weighed(units, pairs, session)
    bits = pl.sum_horizontal(pl.col("^weight_.*$"))
    return pairs.with_columns(score=1 / (1 + (2.0**-bits)))


def _weighed(units: Units, pairs: pl.DataFrame, session: Any) -> pl.DataFrame:
    """``pairs`` with the weights of the other columns, where these can still make the pair worth a look."""
    table = _compared(units)
    hopeless = np.log2(UNSURE / (1 - UNSURE)) - most_bits(table.columns)
    open_ = pairs.filter(pl.col("weight_name") >= hopeless)
    found = weights(table, open_, session)
    if not found.width:
        return pairs
    beside = open_.select("left", "right").with_columns(found.get_columns())
    pairs = pairs.join(beside, on=["left", "right"], how="left", maintain_order="left")
    return pairs.with_columns(pl.col(found.columns).fill_null(0.0))


def _compared(units: Units) -> pl.DataFrame:
    """The columns that Splink compares, of every unit, with the VAT number in its checked form."""
    columns = [column for column in COMPARED if column in units.table.columns]
    table = units.table.select("unit", *columns)
    if "vat_number" in units.table.columns:
        vats = [units.keys.get(unit, {}).get("vat") for unit in range(len(table))]
        table = table.with_columns(vat=pl.Series(vats, dtype=pl.String))
    return table


def _ruled(
    units: Units,
    pairs: pl.DataFrame,
    by_key: dict[tuple[int, int], str],
    called: set[tuple[int, int]],
    same: float | None,
) -> Judged:
    """The rule of certain keys over the model: what they decide, and the traps in them.

    Where one is called by the other's short name, a person should look, whatever the model says of the names.
    """
    keyed = pl.DataFrame([(*pair, kind) for pair, kind in by_key.items()],
                         schema={**PAIR, "kind": pl.String}, orient="row")  # fmt: skip
    pairs = pairs.join(keyed, on=["left", "right"], how="left", maintain_order="left")
    so_called = pl.DataFrame(sorted(called), schema=PAIR, orient="row").with_columns(
        is_called_so=pl.lit(True)
    )
    pairs = pairs.join(so_called, on=["left", "right"], how="left", maintain_order="left")
    is_called_so = pl.col("is_called_so").fill_null(False)
    country = units.table["country"]
    elsewhere = pl.Series(country.gather(pairs["left"]).ne_missing(country.gather(pairs["right"])))
    by_rule, alike = pl.col("kind").is_not_null(), pl.col("name_score").fill_null(1.0) >= UNSURE
    shared, again = (pl.col("kind") == "vat") & ~alike, elsewhere & ~alike
    reason = (
        pl.when(~by_rule & is_called_so).then(pl.lit(CALLED_SO))
        .when(~by_rule).then(pl.lit(""))
        .when(shared).then(pl.lit("shared VAT number, other name: parts of one legal body, not merged"))
        .when(again).then(pl.format("{} used again: other country, other name", "kind"))
        .otherwise(pl.format("same {}", "kind"))
    )  # fmt: skip
    doubted = shared | again
    pairs = pairs.with_columns(
        score=pl.when(~by_rule & is_called_so)
        .then(pl.max_horizontal("score", pl.lit(UNSURE)))
        .when(~by_rule)
        .then("score")
        .when(doubted)
        .then(UNSURE)
        .otherwise(1.0),
        who=pl.when(by_rule).then(pl.lit("rule")).otherwise(pl.lit("model")),
        reason=reason,
        is_certain=by_rule & ~doubted,
        is_reused=by_rule & again & ~shared,
    )
    certain = [Edge(*row) for row in _rows(pairs, "is_certain")]
    reused = [_used_again(units, Edge(*row)) for row in _rows(pairs, "is_reused")]
    pairs = pairs.with_columns(needed=pl.when(by_rule).then(1.0).otherwise(needed(units, pairs, same)))
    columns = ["left", "right", "score", "needed", "who", "reason", "weight_name"]
    left_out = ["name_score", "kind", "is_certain", "is_reused", "is_called_so"]
    return Judged(pairs.select(*columns, pl.exclude(*columns, *left_out)), certain, reused)


def _with_rivals(
    units: Units, pairs: pl.DataFrame, registers: Registers, listed_twice: set[int]
) -> pl.DataFrame:
    """``pairs``, with those that another body fits about as well left to a person: nothing is enough for them."""
    by_model = pairs.filter(pl.col("who") == "model", pl.col("score") >= UNSURE)
    shown = by_model.select(
        "left",
        "right",
        bits=pl.sum_horizontal(pl.col("^weight_.*$")),
        is_open=pl.col("score") >= pl.col("needed"),
    )
    doubted = by_model.filter(rivalled(shown, units.keys, registers, listed_twice))
    marked = doubted.select("left", "right", is_rivalled=pl.lit(True))
    pairs = pairs.join(marked, on=["left", "right"], how="left", maintain_order="left")
    is_rivalled = pl.col("is_rivalled").fill_null(False)
    return pairs.with_columns(
        needed=pl.when(is_rivalled).then(NEVER).otherwise("needed"),
        reason=pl.when(is_rivalled).then(pl.lit(RIVALLED)).otherwise("reason"),
    ).drop("is_rivalled")


def _rows(pairs: pl.DataFrame, chosen: str) -> Iterator[tuple[int, int, float, str]]:
    return pairs.filter(chosen).select("left", "right", "score", "kind").iter_rows()


def _used_again(units: Units, edge: Edge) -> Conflict:
    value = units.keys[edge.left][edge.by]
    return Conflict(edge, f"{edge.by} used again", value, value)
