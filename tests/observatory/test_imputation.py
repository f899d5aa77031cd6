"""Withheld cells: known ones never change, margins hold, every true value lies in its interval."""

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clusteratlas.errors import InputError
from clusteratlas.observatory.imputation import impute, imputation
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
            "value": [10, 7, None, None, None, None, None] + [5, 2, 3, None, None, None, None],
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
    with pytest.raises(InputError, match="flagg.*flag"):
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
