"""How well and how fast records of one organisation are found, beside simpler ways and a bare Splink model.

Run: python -m benchmarks identity   (reads ../shared/data beside the repository)
Sizes of the cost curve: CLUSTERATLAS_IDENTITY_SIZES="10000 100000 1000000" python -m benchmarks identity
"""

from __future__ import annotations

import logging
import os
import re
import time
import zlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from benchmarks.identity_records import NAMES, names_alone, synthetic, with_places
from benchmarks.support import apart, need, peak
from clusteratlas.identity import clusters, resolve
from clusteratlas.identity.candidates import candidate_pairs
from clusteratlas.identity.evidence import evidence, likely
from clusteratlas.identity.name_model import from_json
from clusteratlas.identity.names import fold, read_name
from clusteratlas.identity.records import read_records
from clusteratlas.identity.training import fit
from clusteratlas.identity.units import Units, make_units

FOLDS = 5
_WORD = re.compile(r"[a-z]+|\d+")
Scores = tuple[float, float, float]


def pairwise(truth: pl.DataFrame, found: pl.DataFrame, *, across: bool = True) -> Scores:
    """Precision, recall and F1 over pairs of records in one cluster; ``across``: of different sources only."""
    table = truth.join(found, on="record_id")
    count = _across if across else _pairs
    said, right = count(table, ["organisation_id"]), count(table, ["organisation_id", "truth"])
    there = count(truth, ["truth"])
    return right / max(said, 1), right / there, 2 * right / (said + there)


def _pairs(table: pl.DataFrame, keys: list[str]) -> int:
    size = table.group_by(keys).len()["len"].cast(pl.Int64)
    return int((size * (size - 1) // 2).sum())


def _across(table: pl.DataFrame, keys: list[str]) -> int:
    return _pairs(table, keys) - _pairs(table, [*keys, "source"])


def line(name: str, scores: Scores, more: str = "") -> None:
    """One line of a table of scores."""
    print(f"  {name:<52} P {scores[0]:.4f}  R {scores[1]:.4f}  F1 {scores[2]:.4f}{more}", flush=True)


def by(records: pl.DataFrame, sign: Callable[[str], str]) -> pl.DataFrame:
    """Records with one sign and country as one organisation."""
    signs = [sign(name) for name in records["name"].to_list()]
    grouped = records.with_columns(sign=pl.Series(signs)).select(
        "record_id", organisation_id=pl.struct("sign", "country").rank("dense")
    )
    return grouped


def _tokens(name: str) -> str:
    return " ".join(sorted(read_name(name).words)) or name


def by_token_sort(records: pl.DataFrame, threshold: float) -> pl.DataFrame:
    """RapidFuzz token-sort ratio of every two names of one country, joined from ``threshold``."""
    from rapidfuzz import fuzz, process

    forms = records.select("name", "country").unique(maintain_order=True).with_row_index("form")
    edges = []
    for _, group in forms.group_by("country", maintain_order=True):
        names = [" ".join(sorted(name.lower().split())) for name in group["name"].to_list()]
        ids = group["form"].to_list()
        for start in range(0, len(names), 500):
            part = names[start : start + 500]
            table = process.cdist(part, names, scorer=fuzz.ratio, score_cutoff=threshold, dtype=np.float32)
            left, right = np.nonzero(table)
            edges += [
                (ids[start + a], ids[b])
                for a, b in zip(left.tolist(), right.tolist(), strict=True)
                if start + a < b
            ]
    root, _ = clusters.join(len(forms), (clusters.Edge(a, b, 1.0) for a, b in edges), {})
    forms = forms.with_columns(organisation_id=pl.Series(root))
    return records.join(forms, on=["name", "country"]).select("record_id", "organisation_id")


@dataclass(frozen=True)
class Shown:
    """Pairs of names (rows of ``units.names``) with their evidence, the answer, and the fold of each name."""

    table: pl.DataFrame
    units: Units
    left: np.ndarray
    right: np.ndarray
    evidence: dict[str, np.ndarray]
    is_same: np.ndarray
    fold: np.ndarray


def shown_pairs(records: pl.DataFrame) -> Shown:
    """The pairs of names that the resolver would look at, with what it would see and the truth."""
    table = read_records(records)
    units = make_units(table)
    names = units.columns
    alike = [likely(names, pairs) for pairs in candidate_pairs(names, units.forms["country"])]
    pairs = pl.concat(alike).sort("left", "right")
    left, right = pairs["left"].to_numpy(), pairs["right"].to_numpy()
    truths, fold = _truth_of_forms(records, units)
    is_same = [bool(truths[a] & truths[b]) for a, b in zip(left.tolist(), right.tolist(), strict=True)]
    return Shown(table, units, left, right, evidence(names, pairs), np.array(is_same), fold)


def cross_fitted(records: pl.DataFrame) -> Iterable[tuple[float, pl.DataFrame]]:
    """Organisations at several thresholds, each pair judged by a model that never saw a record of its first PIC.

    The PICs are dealt into five folds; the model for a fold learns from pairs without any record of that fold.
    """
    shown = shown_pairs(records)
    units, left, right, fold = shown.units, shown.left, shown.right, shown.fold
    score = np.zeros(len(left))
    for k in range(FOLDS):
        learn, judge = (fold[left] != k) & (fold[right] != k), fold[left] == k
        model = from_json(fit({c: v[learn] for c, v in shown.evidence.items()}, shown.is_same[learn]))
        score[judge] = model.probability({c: v[judge] for c, v in shown.evidence.items()})
    unit = {form: row for row, form in enumerate(units.form) if form is not None}
    registers = units.registers(shown.table)
    for threshold in (0.4, 0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8):
        chosen = np.flatnonzero(score >= threshold).tolist()
        edges = [clusters.Edge(unit[int(left[i])], unit[int(right[i])], float(score[i])) for i in chosen]
        root, _ = clusters.join(len(units.table), edges, {}, registers)
        found = pl.Series(root).gather(units.of)
        yield threshold, pl.DataFrame({"record_id": units.record_ids, "organisation_id": found})


def _truth_of_forms(records: pl.DataFrame, units: Units) -> tuple[list[set[str]], np.ndarray]:
    truth = dict(records.select("record_id", "truth").iter_rows())
    held: list[set[str]] = [set() for _ in units.names]
    for record, unit in zip(units.record_ids.to_list(), units.of.to_list(), strict=True):
        form = units.form[unit]
        if form is not None:
            held[form].add(truth[record])
    return held, np.array([zlib.crc32(min(pics).encode()) // 7 % FOLDS for pics in held])


def bare_splink(records: pl.DataFrame, threshold: float = 0.95) -> pl.DataFrame:
    """A model as Splink's tutorial builds one: Jaro-Winkler on the name, exact city and country, EM, 0.95.

    Blocked by the first 14 letters of the name, not fewer: by nine, a million records take it 14 GB and more.
    """
    import duckdb
    import splink.comparison_library as cl
    from splink import DuckDBAPI, Linker, SettingsCreator, block_on

    columns = [c for c in ("record_id", "name", "city", "country") if c in records.columns]
    given = records.select(columns).with_columns(pl.col("name", *columns[2:3]).str.to_lowercase())
    has_city = "city" in columns
    compared = [cl.JaroWinklerAtThresholds("name", [0.95, 0.88, 0.8]), cl.ExactMatch("country")]
    rules = [block_on("name"), block_on("substr(name, 1, 14)", "country")]
    if has_city:
        compared.append(cl.ExactMatch("city"))
        rules.append(block_on("city", "substr(name, 1, 3)"))
    made = SettingsCreator(
        link_type="dedupe_only",
        unique_id_column_name="record_id",
        comparisons=compared,
        blocking_rules_to_generate_predictions=rules,
    )
    with duckdb.connect(":memory:") as connection:
        api = DuckDBAPI(connection)
        linker = Linker(api.register(given.to_arrow()), made)
        logging.getLogger("splink").setLevel(logging.ERROR)
        connection.execute("set enable_progress_bar = false")
        linker.training.estimate_probability_two_random_records_match(
            [block_on("name", "country")], recall=0.7
        )
        linker.training.estimate_u_using_random_sampling(max_pairs=1e6, seed=1)
        linker.training.estimate_parameters_using_expectation_maximisation(rules[1])
        if has_city:
            linker.training.estimate_parameters_using_expectation_maximisation(block_on("city", "country"))
        predicted = linker.inference.predict(threshold_match_probability=threshold)
        joined = linker.clustering.cluster_pairwise_predictions_at_threshold(
            predicted, threshold_match_probability=threshold
        )
        found = pl.DataFrame(joined.as_duckdbpyrelation().to_arrow_table())
    return found.select("record_id", organisation_id="cluster_id")


def way(
    work: Callable[[pl.DataFrame], Any], make: Callable[[], pl.DataFrame]
) -> tuple[pl.DataFrame, float, float, float]:
    """The outcome of ``work``, its wall and processor seconds, the peak of memory (MB)."""
    records = make().drop("truth")
    wall, processor = time.perf_counter(), time.process_time()
    found = work(records)
    return found, time.perf_counter() - wall, time.process_time() - processor, peak()


class Synthetic:
    """Makes so many synthetic records, in whichever process asks."""

    def __init__(self, size: int) -> None:
        self.size = size

    def __call__(self) -> pl.DataFrame:
        return synthetic(self.size)


def compare_cost(
    title: str, make: Callable[[], pl.DataFrame], *, across: bool, judged: pl.Expr | None = None
) -> None:
    """Ours and the bare Splink model on the same records, one after the other."""
    truth = make()
    print(f"\n{title}: {len(truth):,} records", flush=True)
    took = []
    for name, work in WAYS.items():
        found, wall, processor, most = apart(way, work, make)
        scored = truth if judged is None else truth.filter(judged)
        line(
            name,
            pairwise(scored, found, across=across),
            f"  {wall:6.1f} s wall {processor:6.1f} s processor {most / 1000:5.2f} GB",
        )
        took.append((wall, processor))
    (their_wall, theirs), *_, (our_wall, ours) = took
    print(
        f"  ratio to the first: {our_wall / their_wall:.2f} wall, {ours / theirs:.2f} processor", flush=True
    )


WAYS = {
    "bare Splink (name, place, country), from 0.95": bare_splink,
    "the same, from 0.5": partial(bare_splink, threshold=0.5),
    "clusteratlas.identity.resolve": resolve,
}


def quality() -> None:
    """The table of scores with name and country alone."""
    records = names_alone()
    shown = records.drop("truth")
    print(
        f"Name and country alone: {len(records):,} records, {_across(records, ['truth']):,} true pairs of two sources"
    )
    line("exact name, country", pairwise(records, by(shown, str)))
    line("the same, capitals or not", pairwise(records, by(shown, str.lower)))
    line("normalised tokens, country", pairwise(records, by(shown, _tokens)))
    for threshold in (90, 95):
        line(
            f"RapidFuzz token-sort ratio {threshold}, country",
            pairwise(records, by_token_sort(shown, threshold)),
        )
    line("ours, the shipped model (it has learned from these)", pairwise(records, resolve(shown)))
    print("Ours, five folds by PIC: each pair judged by a model that has not seen its PIC")
    for threshold, found in cross_fitted(records):
        line(f"from probability {threshold}", pairwise(records, found))


HAS_PIC = (pl.col("source") != "H2020") & pl.col("truth").str.contains(r"^\d{9}$")
"""Horizon and FP7: the H2020 extract's ids are not all PICs."""


def name_place_country() -> pl.DataFrame:
    """The real records with what the bare model sees."""
    return with_places().select("record_id", "source", "name", "country", "city", "truth")


def as_built() -> None:
    """What a build merges: Horizon's records with their PIC, FP7's without, everything else given.

    A merge is a pair of an FP7 record and a Horizon record in one organisation. Beside its precision stands the one
    in which two PICs of one street and house number are no error: the resolver is not shown the street.
    """
    records = with_places().filter(HAS_PIC)
    shown = records.with_columns(pic=pl.when(pl.col("source") == "Horizon").then("truth"))
    print(f"\nAs a build merges: {len(records):,} records, the PIC hidden of FP7's alone", flush=True)
    for same in (None, 0.6, 0.9, 0.98, 0.996):
        found = resolve(shown.drop("truth"), same=same)
        scores, wrong, one_street = _merges(records, found)
        title = "the house's thresholds" if same is None else f"from probability {same}"
        line(
            title, scores, f"  wrong {wrong}, of one street and number {one_street[0]}: P {one_street[1]:.4f}"
        )


def _merges(records: pl.DataFrame, found: pl.DataFrame) -> tuple[Scores, int, tuple[int, float]]:
    """The scores, the number of wrong merges, how many of these have one street, and precision without them."""
    table = records.join(found, on="record_id")
    sides = [table.filter(pl.col("source") == source) for source in ("FP7", "Horizon")]
    merged = sides[0].join(sides[1], on="organisation_id", suffix="_other")
    is_right = merged["truth"] == merged["truth_other"]
    there = sides[0].join(sides[1], on="truth").height
    wrong = merged.filter(~is_right)
    one_street = sum(_one_street(*row) for row in wrong.select("street", "street_other").iter_rows())
    said, right = len(merged), int(is_right.sum())
    scores = right / said, right / there, 2 * right / (said + there)
    return scores, len(wrong), (one_street, (right + one_street) / said)


def _one_street(street: str | None, other: str | None) -> bool:
    """Whether two streets share a house number and a word of five letters or more."""
    shared = set(_WORD.findall(fold(street or ""))) & set(_WORD.findall(fold(other or "")))
    return any(word.isdigit() for word in shared) and any(word.isalpha() and len(word) > 4 for word in shared)


def main() -> None:
    """Print the tables."""
    need(Path(NAMES))
    quality()
    as_built()
    compare_cost(
        "Horizon, FP7 and H2020: name, place, country", name_place_country, across=True, judged=HAS_PIC
    )
    compare_cost("The same with all that CORDIS has but the PIC", with_places, across=True, judged=HAS_PIC)
    for size in os.environ.get("CLUSTERATLAS_IDENTITY_SIZES", "10000 100000").split():
        compare_cost("Synthetic", Synthetic(int(size)), across=False)


if __name__ == "__main__":
    main()
