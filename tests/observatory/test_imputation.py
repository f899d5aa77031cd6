"""Withheld cells: known ones never change, margins hold, every true value lies in its interval."""

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clusteratlas.errors import InputError, UsageError
from clusteratlas.observatory.imputation import evaluate, imputation, impute, imputed_share
from clusteratlas.observatory.imputation.baselines import BASELINES
from tests.support.engines import all_alike

HUNGARY = ["HU1", "HU11", "HU12"]
"""A region and its two parts, as NUTS has them since 2016."""


def cells(values: dict[tuple[str, str], float | None], **columns: list) -> pl.DataFrame:
    """A table of region x industry from its cells."""
    keys = {"region": [r for r, _ in values], "industry": [i for _, i in values]}
    return pl.DataFrame({**keys, "value": list(values.values()), **columns}, strict=False)


def found(frame: pl.DataFrame) -> dict[tuple[str, str], dict]:
    """Rows of a result by region and industry."""
    return {(row["region"], row["industry"]): row for row in frame.iter_rows(named=True)}


def test_what_a_sum_leaves_for_one_cell_is_told_from_the_margins():
    table = cells({("HU1", "C"): 100.0, ("HU11", "C"): 70.0, ("HU12", "C"): None})
    row = found(impute(table))["HU12", "C"]
    assert row["value"] == pytest.approx(30)
    assert (row["imputed"], row["basis"]) == (True, "margins")
    assert (row["lower"], row["upper"]) == (28.5, 31.5)  # three figures rounded to ones


def test_two_unknown_cells_share_what_is_left_by_the_years_around():
    years = {2010: [100, 60, 20, 20], 2011: [110, 60, None, None], 2012: [100, 60, 30, 10]}
    regions = ["PT1", "PT11", "PT15", "PT16"]
    parents = dict.fromkeys(regions[1:], "PT1")
    table = pl.DataFrame(
        [(r, "C", y, v) for y, values in years.items() for r, v in zip(regions, values, strict=True)],
        ["region", "industry", "period", "value"],
        orient="row",
    )
    result = impute(table, period="period", region_parents=parents).filter(pl.col("period") == 2011)
    first, second = result["value"].to_list()[2:]
    assert first + second == pytest.approx(50, rel=1e-3)
    assert first / second == pytest.approx((20 * 30) ** 0.5 / (20 * 10) ** 0.5, rel=1e-3)
    assert result["basis"].to_list() == ["published", "published", "other years", "other years"]
    assert result["upper"].to_list()[2:] == [52, 52]


def test_units_tell_apart_cells_that_no_year_shows():
    table = cells(
        {("HU1", "C"): 100.0, ("HU11", "C"): None, ("HU12", "C"): None, ("AT", "C"): 40.0},
        units=[50, 40, 10, 20],
    )
    row = found(impute(table, units="units"))
    assert row["HU11", "C"]["value"] == pytest.approx(80, rel=1e-3)
    assert row["HU11", "C"]["basis"] == "units"


def test_a_withheld_total_is_bounded_by_its_parts_and_siblings():
    table = cells(
        {("HU1", "B"): None, ("HU11", "B"): 10.0, ("HU12", "B"): None}
        | {("HU1", "B-C"): 100.0, ("HU11", "B-C"): 60.0, ("HU12", "B-C"): 40.0}
        | {("HU1", "C"): None, ("HU11", "C"): 50.0, ("HU12", "C"): None}
    )
    rows = found(impute(table))
    assert rows["HU1", "B"]["lower"] >= 10 - 2
    assert rows["HU1", "B"]["upper"] <= 50 + 4
    assert rows["HU1", "B"]["value"] == pytest.approx(10 + rows["HU12", "B"]["value"], abs=2)
    assert rows["HU1", "B"]["value"] + rows["HU1", "C"]["value"] == pytest.approx(100, abs=1)


def test_a_cell_without_any_margin_stays_empty():
    row = found(impute(cells({("HU11", "C"): None, ("HU12", "C"): 5.0})))["HU11", "C"]
    assert (row["value"], row["imputed"], row["upper"], row["basis"]) == (None, False, None, "no margin")


def test_what_the_publisher_never_had_is_not_estimated():
    regions = ["HU1", "HU11", "HU12", "HU2", "HU21", "HU22", "HU23"]
    table = pl.DataFrame(
        {
            "region": regions * 2,
            "industry": ["C"] * 7 + ["D"] * 7,
            "value": [10, 7, *[None] * 5, 5, 2, 3, *[None] * 4],
            "flag": [None, None, "c", None, None, None, None] + [None] * 7,
        }
    )
    result = impute(table, flag="flag")
    assert set(result.filter(pl.col("region").str.starts_with("HU2"))["basis"]) == {"not published"}
    assert result.filter(pl.col("region").str.starts_with("HU2"))["value"].null_count() == 8
    assert result.filter(pl.col("imputed")).select("region", "industry").rows() == [("HU12", "C")]


def test_margins_that_contradict_one_another_are_told_and_known_cells_stay():
    table = cells(
        {("HU1", "C"): 100.0, ("HU11", "C"): 140.0, ("HU12", "C"): None, ("HU1", "D"): 8.0}
        | {("HU11", "D"): 5.0, ("HU12", "D"): 3.0}
    )
    result = imputation(table)
    assert result.contradictions.row(0, named=True)["region"] == "HU1"
    assert result.contradictions["residual"][0] == pytest.approx(-40, abs=3)
    assert found(result.frame)["HU1", "C"]["value"] == 100


@pytest.mark.parametrize("rows", [0, 1])
def test_a_table_without_rows_or_with_one(engine, rows):
    columns = {"region": ["HU1"][:rows], "industry": ["C"][:rows], "value": [3.0][:rows]}
    result = engine.rows(impute(engine.frame(columns)))
    assert [row["value"] for row in result] == [3.0][:rows]


def test_every_kind_of_frame_gets_the_same_answer(engine):
    columns = {
        "region": HUNGARY * 2,
        "industry": ["C"] * 3 + ["C10"] * 3,
        "value": [100.0, 70.0, None, 50.0, None, None],
        "note": list("abcdef"),
    }
    all_alike(
        engine.rows(impute(engine.frame(columns))),
        impute(pl.DataFrame(columns)).to_dicts(),
        "region",
        "industry",
    )


def test_a_column_that_is_not_there_is_named_with_the_nearest(engine):
    with pytest.raises(InputError, match=r"flagg.*flag"):
        impute(
            engine.frame({"region": ["A"], "industry": ["C"], "value": [1.0], "flag": ["c"]}), flag="flagg"
        )


@st.composite
def tables(draw):
    """A whole table of regions x industries that adds up, and which cells are withheld."""
    seed = draw(st.integers(0, 10_000))
    rng = np.random.default_rng(seed)
    parts = draw(st.integers(1, 4)), draw(st.integers(1, 4))
    inner = np.floor(rng.lognormal(3, 2, parts)) * (rng.random(parts) > 0.1)
    whole = np.zeros((parts[0] + 1, parts[1] + 1))
    whole[1:, 1:] = inner
    whole[0, 1:], whole[1:, 0], whole[0, 0] = inner.sum(0), inner.sum(1), inner.sum()
    hidden = rng.random(whole.shape) < draw(st.floats(0, 1))
    return whole, hidden


@given(tables())
@settings(max_examples=150, deadline=None)
def test_known_cells_stay_margins_hold_and_truth_lies_in_its_interval(table):
    whole, hidden = table
    regions = ["all", *(f"r{n}" for n in range(1, whole.shape[0]))]
    items = ["every", *(f"i{n}" for n in range(1, whole.shape[1]))]
    given_frame = pl.DataFrame(
        {
            "region": np.repeat(regions, len(items)),
            "industry": items * len(regions),
            "value": pl.Series(np.where(hidden, np.nan, whole).ravel()).fill_nan(None),
        }
    )
    result = imputation(
        given_frame,
        region_parents=dict.fromkeys(regions[1:], "all"),
        industry_parents=dict.fromkeys(items[1:], "every"),
        rounded_to=0,
    )
    frame = result.frame
    value = frame["value"].to_numpy().reshape(whole.shape)
    lower = frame["lower"].to_numpy().reshape(whole.shape)
    upper = frame["upper"].fill_null(np.inf).to_numpy().reshape(whole.shape)
    assert (value[~hidden] == whole[~hidden]).all()
    assert (lower <= whole + 1e-6).all()
    assert (upper >= whole - 1e-6).all()
    assert frame["imputed"].sum() == (hidden & np.isfinite(value)).sum()
    if np.isfinite(value).all():
        off = np.abs(value[0] - value[1:].sum(0)).max(), np.abs(value[:, 0] - value[:, 1:].sum(1)).max()
        assert max(off) <= 1 + 1e-3 * whole.max()


def test_a_sum_that_never_adds_up_is_not_forced():
    """Groups of which only larger firms are counted lie below their division, line after line."""
    regions = ["PL11", "PL12", "PL21", "PL22", "PL31"]
    whole = {(r, "G46"): 100.0 for r in regions}
    parts = {(r, i): 20.0 for r in regions for i in ("G461", "G462", "G463", "G464", "G465", "G466", "G467")}
    last = {(r, "G469"): 10.0 for r in regions[:-1]} | {(regions[-1], "G469"): None}
    row = found(impute(cells(whole | parts | last)))["PL31", "G469"]
    assert row["basis"] != "margins"
    fine = dict.fromkeys(parts, 10.0) | {key: (None if v is None else 30.0) for key, v in last.items()}
    assert found(impute(cells(whole | fine)))["PL31", "G469"]["value"] == pytest.approx(30, abs=1)


def test_a_country_that_publishes_more_than_its_regions_leaves_a_rest():
    """As in the Netherlands, where the country is above the sum of its parts in every industry."""
    items = [f"C{n}" for n in range(10, 20)]
    whole = {("HU1", i): 105.0 for i in items}
    parts = {("HU11", i): 60.0 for i in items} | {("HU12", i): 40.0 for i in items[:-1]}
    row = found(impute(cells(whole | parts | {("HU12", "C19"): None})))["HU12", "C19"]
    assert row["lower"] <= 40 <= row["upper"]
    assert row["value"] == pytest.approx(40, abs=1.5)


def test_the_imputed_share_goes_with_each_total(engine):
    frame = engine.frame(
        {
            "region": ["A", "A", "B", "C"],
            "industry": ["x", "y", "x", "x"],
            "value": [30.0, 10.0, 5.0, 0.0],
            "imputed": [False, True, True, False],
        }
    )
    shares = {row["region"]: row["imputed_share"] for row in engine.rows(imputed_share(frame))}
    assert shares == {"A": 0.25, "B": 1.0, "C": None}
    crosswalk = engine.frame(
        {"industry": ["x", "y", "y"], "category": ["one", "one", "two"], "weight": [1.0, 0.5, 0.5]}
    )
    rows = engine.rows(imputed_share(frame, by=["region", "category"], crosswalk=crosswalk))
    kept = {(row["region"], row["category"]): (row["value"], row["imputed_share"]) for row in rows}
    assert kept["A", "one"] == (35.0, pytest.approx(1 / 7))
    assert kept["A", "two"] == (5.0, 1.0)


def test_judging_hides_published_cells_only_and_scores_a_table_by_hand():
    years = [2010, 2011, 2012]
    table = pl.DataFrame(
        [(r, "C", y, v) for y in years for r, v in (("HU1", 100), ("HU11", 70), ("HU12", 30))],
        ["region", "industry", "year", "value"],
        orient="row",
    )
    for how in ("random", "next year"):
        scores = evaluate(table, at=2011, period="year", how=how)
        assert scores["method"].to_list()[2:] == list(BASELINES)
        assert scores.row(-1, named=True)["median_error"] in (1, None)
    with pytest.raises(UsageError, match=r"no period 1999"):
        evaluate(table, at=1999, period="year")
    with pytest.raises(UsageError, match="how='magic'"):
        evaluate(table, at=2011, period="year", how="magic")
    with pytest.raises(UsageError, match=r"units=\.\.\."):
        evaluate(table, at=2011, period="year")


def test_hiding_as_a_year_later_takes_what_was_withheld_then():
    values = {2010: [100, 70, 30], 2011: [100, None, None]}
    table = pl.DataFrame(
        [(r, "C", y, v) for y, vs in values.items() for r, v in zip(HUNGARY, vs, strict=True)],
        ["region", "industry", "year", "value"],
        orient="row",
    )
    scores = {
        row["method"]: row for row in evaluate(table, at=2010, period="year", how="next year").to_dicts()
    }
    assert scores["zero"]["cells"] == 2
    assert scores["last year, else median; rescaled"]["weighted_error"] == pytest.approx(
        0.4
    )  # no year before
    assert scores["zero"]["weighted_error"] == 1
    assert scores["country x sector median, rescaled"]["weighted_error"] == pytest.approx(0.4)  # 50 and 50
    assert scores["margins and guesses"]["coverage"] == 1
