"""Every indicator carries the imputed share of the values that it rests on, on every kind of frame."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import polars as pl
import pytest

from clusteratlas import observatory
from clusteratlas.observatory import InputOutput
from tests.observatory.test_nonsense_numbers import CALLS
from tests.support.engines import ENGINES, Engine, all_alike, by_key, spark

VALUES = {
    "A": {"x": 60.0, "y": 20.0, "z": 20.0},
    "B": {"x": 10.0, "y": 50.0, "z": 40.0},
    "C": {"x": 30.0, "y": 5.0, "z": 65.0},
    "D": {"x": 25.0, "y": 45.0, "z": 0.0},
}
SHARES = {("A", "x"): 0.5, ("B", "y"): 1.0, ("B", "z"): 0.25, ("C", "x"): 0.1}
"""Imputed shares; none of the other cells is estimated."""
CELLS = [(region, industry, value) for region, row in VALUES.items() for industry, value in row.items()]


def columns(*, is_told: bool = True) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {
        "region": [region for region, _, _ in CELLS],
        "industry": [industry for _, industry, _ in CELLS],
        "value": [value for _, _, value in CELLS],
    }
    if is_told:
        found["imputed_share"] = [SHARES.get((region, industry), 0.0) for region, industry, _ in CELLS]
    return found


def share(*wanted: tuple[str | None, str | None]) -> float:
    """The estimated part of the cells that lie in any of ``wanted`` (region, industry; None for each of them)."""
    chosen = [
        (value, SHARES.get((region, industry), 0.0))
        for want in wanted
        for region, industry, value in CELLS
        if want[0] in (None, region) and want[1] in (None, industry)
    ]
    return sum(value * part for value, part in chosen) / sum(value for value, _ in chosen)


def found_of(name: str, frame: Any) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", observatory.ComplexityWarning)
        return INDICATORS[name][0](frame)


Expected = Callable[[dict[str, Any]], float]
OF_REGION: Expected = lambda row: share((row["region"], None))  # noqa: E731
OF_INDUSTRY: Expected = lambda row: share((None, row["industry"]))  # noqa: E731
OF_CELL: Expected = lambda row: SHARES.get((row["region"], row["industry"]), 0.0)  # noqa: E731
OF_PAIR: Expected = lambda row: share((None, row["industry"]), (None, row["other_industry"]))  # noqa: E731
WITH_A: Expected = lambda row: share((row["region"], None), ("A", None))  # noqa: E731
INDICATORS: dict[str, tuple[Callable[[Any], Any], tuple[str, ...], Expected]] = {
    "complexity cells": (lambda f: observatory.complexity(f).cells, ("region", "industry"), OF_CELL),
    "complexity regions": (lambda f: observatory.complexity(f).regions, ("region",), OF_REGION),
    "complexity industries": (lambda f: observatory.complexity(f).industries, ("industry",), OF_INDUSTRY),
    "complexity eci": (lambda f: observatory.complexity(f).eci, ("region",), OF_REGION),
    "complexity pci": (lambda f: observatory.complexity(f).pci, ("industry",), OF_INDUSTRY),
    "complexity networks": (lambda f: observatory.complexity(f).networks, (), lambda _: share((None, None))),
    "proximity": (lambda f: observatory.complexity(f).proximity, ("industry", "other_industry"), OF_PAIR),
    "relatedness": (observatory.relatedness, ("industry", "other_industry"), OF_PAIR),
    "correlation": (
        lambda f: observatory.relatedness(f, method="correlation"),
        ("industry", "other_industry"),
        OF_PAIR,
    ),
    "peers": (lambda f: observatory.peers(f, "A"), ("region",), WITH_A),
    "complementarity": (lambda f: observatory.complementarity(f, "A"), ("region",), WITH_A),
    "peer industries": (
        lambda f: observatory.peer_industries(f, "A"),
        ("region", "industry"),
        lambda row: share((row["region"], row["industry"]), ("A", row["industry"])),
    ),
    "complementary industries": (
        lambda f: observatory.complementary_industries(f, "A"),
        ("region", "industry"),
        lambda row: share((row["region"], row["industry"]), ("A", row["industry"])),
    ),
    "herfindahl": (observatory.herfindahl, ("industry",), OF_INDUSTRY),
    "gini": (lambda f: observatory.gini(f, of="region"), ("region",), OF_REGION),
    "theil": (observatory.theil, ("industry",), OF_INDUSTRY),
    "krugman": (observatory.krugman, ("region",), OF_REGION),
    "locational gini": (observatory.locational_gini, ("industry",), OF_INDUSTRY),
    "typology": (lambda f: observatory.typology(f, 2, draws=0).regions, ("region",), OF_REGION),
}


def told_rows(engine: Engine, name: str) -> list[dict[str, Any]]:
    """The rows of an indicator, each with the share that its definition says."""
    rows = engine.rows(found_of(name, engine.frame(columns())))
    assert rows
    for row in rows:
        assert row["imputed_share"] == pytest.approx(INDICATORS[name][2](row)), row
    return rows


@pytest.mark.parametrize("kind", sorted(set(ENGINES) - {"pyspark"}))
@pytest.mark.parametrize("name", sorted(INDICATORS))
def test_the_share_is_that_of_the_values_behind_each_row(kind: str, name: str) -> None:
    told_rows(ENGINES[kind], name)


@pytest.mark.parametrize("name", ["complexity cells", "relatedness", "peers", "herfindahl", "typology"])
def test_the_share_is_the_same_on_spark(name: str) -> None:
    """One of each way in which the indicators read and hand back frames."""
    spark()
    told_rows(ENGINES["pyspark"], name)


@pytest.mark.parametrize("name", sorted(INDICATORS))
def test_what_is_told_of_estimates_changes_no_figure(name: str) -> None:
    engine, keys = ENGINES["polars"], INDICATORS[name][1]
    rows = told_rows(engine, name)
    plain = engine.rows(found_of(name, engine.frame(columns(is_told=False))))
    without = [{key: cell for key, cell in row.items() if key != "imputed_share"} for row in rows]
    all_alike(without, plain, *keys)


@pytest.mark.parametrize("name", ["complexity cells", "complexity networks", "relatedness", "krugman"])
def test_a_frame_without_rows_has_the_column_all_the_same(name: str) -> None:
    empty = pl.DataFrame(columns()).clear()
    assert "imputed_share" in found_of(name, empty).columns
    assert "imputed_share" not in found_of(name, empty.drop("imputed_share")).columns


def test_truth_values_tell_as_well_as_shares() -> None:
    told = pl.DataFrame(columns()).with_columns(imputed=pl.col("imputed_share") > 0.3).drop("imputed_share")
    pairs = by_key(observatory.relatedness(told).rows(named=True), "industry", "other_industry")
    assert pairs["x", "y"]["imputed_share"] == pytest.approx((60 + 50) / (125 + 120))


def test_flows_count_for_both_industries() -> None:
    flows = pl.DataFrame(
        {
            "industry": ["x", "y", "z"],
            "other_industry": ["y", "x", "y"],
            "value": [30.0, 10.0, 20.0],
            "imputed_share": [0.5, 0.0, 1.0],
        }
    )
    found = observatory.relatedness(flows, method="input-output")
    pairs = by_key(found.rows(named=True), "industry", "other_industry")
    # x sells 30 and buys 10, y buys 50 and sells 10; of x 15 is estimated, of y 15 + 20.
    assert pairs["x", "y"]["imputed_share"] == pytest.approx((15 + 35) / (40 + 60))
    assert pairs["x", "y"]["imputed_share"] == pairs["y", "x"]["imputed_share"]


def test_entries_and_how_well_they_were_foretold() -> None:
    frame = pl.DataFrame(columns())
    later = frame.with_columns(pl.col("value").reverse(), imputed_share=pl.lit(0.2))
    panel = pl.concat([frame.with_columns(period=pl.lit(1)), later.with_columns(period=pl.lit(2))])
    cells = observatory.entry_exit(panel)
    found = by_key(cells.rows(named=True), "region", "industry")
    assert found["A", "x"]["imputed_share"] == pytest.approx(60 * 0.5 / 60)  # nothing there at the end
    assert found["B", "y"]["imputed_share"] == pytest.approx((50 * 1.0 + 5 * 0.2) / 55)
    summary = observatory.entry_prediction(cells).summary
    chosen = cells.filter(pl.col("entry_exit").is_in(["entry", "absent"]) & pl.col("density").is_not_null())
    assert summary["imputed_share"][0] == pytest.approx(chosen["imputed_share"].mean())
    groups = observatory.entry_prediction(cells, groups=1).groups
    assert groups["imputed_share"][0] == pytest.approx(chosen["imputed_share"].mean())


def test_links_and_categories_keep_what_pairs_say() -> None:
    pairs = observatory.relatedness(pl.DataFrame(columns()))
    linked = observatory.linkages(pairs)
    assert (
        linked.select("industry", "other_industry", "imputed_share")
        .sort("industry", "other_industry")
        .equals(
            pairs.select("industry", "other_industry", "imputed_share").sort("industry", "other_industry")
        )
    )
    crosswalk = pl.DataFrame(
        {"industry": [*"xyz"], "category": ["one", "two", "two"], "weight": [1.0, 0.5, 1.0]}
    )
    found = by_key(
        observatory.category_relatedness(pairs, crosswalk).rows(named=True), "category", "other_category"
    )
    told = {(row["industry"], row["other_industry"]): row["imputed_share"] for row in pairs.rows(named=True)}
    assert found["one", "two"]["imputed_share"] == pytest.approx(
        (0.5 * told["x", "y"] + told["x", "z"]) / 1.5
    )


def test_hot_spots_and_morans_i_have_the_mean_of_their_regions() -> None:
    """Values on a map need not be sizes: nothing weights the mean, and regions without a value count for nothing."""
    frame = pl.DataFrame(
        {
            "region": [*"ABCDE"],
            "value": [9.0, 8.0, None, 1.0, -2.0],
            "imputed_share": [0.4, 0.0, 1.0, 0.2, 0.6],
        }
    )
    line = [("A", "B"), ("B", "C"), ("C", "D"), ("D", "E")]
    spots = observatory.hot_spots(frame, geometry=line, permutations=0)
    assert dict(spots.select("region", "imputed_share").rows()) == {
        "A": pytest.approx(0.2),
        "B": pytest.approx(0.2),
        "C": pytest.approx(0.1),
        "D": pytest.approx(0.4),
        "E": pytest.approx(0.4),
    }
    whole = observatory.morans_i(frame, geometry=line, permutations=0)
    assert whole["imputed_share"][0] == pytest.approx((0.4 + 0.0 + 0.2 + 0.6) / 4)


def test_chains_shocks_and_regional_tables_say_what_jobs_are_estimated() -> None:
    steps = pl.DataFrame(
        {
            "region": [*"AABB"],
            "step": ["ore", "cars"] * 2,
            "value": [2.0, 0.2, 0.5, 3.0],
            "imputed_share": [0.3, 0.9, 0.0, 0.5],
        }
    )
    assert observatory.chain_steps(steps, "A")["imputed_share"].to_list() == [0.3, 0.9]
    assert observatory.build_chain(steps, "A")["imputed_share"].to_list() == [0.3, 0.5]
    io = InputOutput([[0, 40], [10, 20]], [60, 70], [100, 100], ["AT"], ["ore", "steel"])
    jobs = pl.DataFrame(
        {
            "country": "AT",
            "region": [*"NNSS"],
            "industry": ["ore", "steel"] * 2,
            "value": [30, 10, 10, 30],
            "imputed_share": [0.5, 0.0, 0.0, 1.0],
        }
    )
    lost = observatory.shock_by_region(pl.from_pandas(io.shock([("AT", "steel")])), jobs)
    # N has 75 of the ore's 100 and 25 of the steel's, S 25 and 75.
    assert dict(lost.select("region", "imputed_share").rows()) == {
        "N": pytest.approx(37.5 / 100),
        "S": pytest.approx(75 / 100),
    }
    here = jobs.drop("country")
    coefficients = io.regional_coefficients(here, "N")
    assert coefficients["imputed_share"].to_list() == pytest.approx([0.5, 15 / 40, 15 / 40, 0.0])
    assert set(io.regional_multipliers(here, "N")["imputed_share"]) == {15 / 40}
    assert set(io.regional_sensitivity(here, "N", deltas=[0.1])["imputed_share"]) == {15 / 40}


WITHOUT = {
    "recode_regions": "rows come back as they are, with another code; what is unconverted is a list of codes",
    "convert_regions": "a conversion has it in its frame; what is unconverted is handed back as it came",
    "sensitivity": "its changes have it; its counts are of clusters, not of values",
    "linkages": "hands back the columns of the pairs it is given, which have it",
    "category_relatedness": "takes pairs, which have it",
    "entry_prediction": "takes cells of entry_exit, which have it",
    "co_participation": "counts ties of records: nothing of it is imputed",
    "community_names": "names communities of organisations: nothing of it is imputed",
    "neighbours": "places, not values",
    "star_profile": "a profile, not values",
}
"""Public functions whose result as a whole has no imputed share when their first frame has one, and why."""


@pytest.mark.parametrize("name", sorted(CALLS))
def test_no_indicator_forgets_it(name: str) -> None:
    given, more = CALLS[name]
    told = [
        one.with_columns(imputed_share=pl.lit(0.25))
        if isinstance(one, pl.DataFrame) and "value" in one.columns
        else one
        for one in given
    ]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", observatory.ComplexityWarning)
        found = getattr(observatory, name)(*told, **more)
        frames = [found] if hasattr(found, "columns") else _frames(found)
    is_carried = bool(frames) and all("imputed_share" in frame.columns for frame in frames)
    assert is_carried != (name in WITHOUT), name


def _frames(found: Any) -> list[Any]:
    parts = (getattr(found, part) for part in dir(found) if not part.startswith("_"))
    return [part for part in parts if hasattr(part, "columns")]
