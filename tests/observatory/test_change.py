"""Growth, shift-share, productivity and category totals: by hand, and what must hold for any numbers."""

from __future__ import annotations

import math

import pandas as pd
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clusteratlas import observatory
from clusteratlas.errors import InputError, UsageError
from tests.support.engines import by_key

METHODS = ("classic", "esteban-marquillas", "dynamic")


def frame(values: list[float | None], periods: tuple[int, ...] = (2000, 2003, 2010)) -> pl.DataFrame:
    keys = [(r, i, t) for r in "AB" for i in "xyz" for t in periods]
    rows = pl.DataFrame(keys, schema=["region", "industry", "period"], orient="row")
    return rows.with_columns(pl.Series("value", values, pl.Float64))


@pytest.mark.parametrize("method", METHODS)
@settings(max_examples=60, deadline=None)
@given(values=st.lists(st.one_of(st.none(), st.integers(0, 1000)), min_size=18, max_size=18))
def test_parts_add_up_to_the_change(method: str, values: list[int | None]) -> None:
    found = observatory.shift_share(frame(values), method=method)
    parts = [
        name for name in found.columns if name.startswith("shift_share_") and name != "shift_share_change"
    ]
    assert len(parts) == (4 if method == "esteban-marquillas" else 3)
    cells = by_key(frame(values).to_dicts(), "region", "industry", "period")
    assert len(found) == 6
    for row in found.to_dicts():
        between = (2000, 2003, 2010) if method == "dynamic" else (2000, 2010)
        cell = [cells[row["region"], row["industry"], year]["value"] for year in between]
        if None in cell:
            assert all(row[name] is None for name in [*parts, "shift_share_change"])
            continue
        assert row["shift_share_change"] == pytest.approx(cell[-1] - cell[0], abs=1e-6)
        assert sum(row[name] for name in parts) == pytest.approx(row["shift_share_change"], abs=1e-6)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(1, 1000), min_size=18, max_size=18))
def test_competitive_parts_of_an_industry_add_up_to_nothing(values: list[int]) -> None:
    found = observatory.shift_share(frame(values))
    left = found.group_by("industry").agg(pl.col("shift_share_competitive").sum())
    assert left["shift_share_competitive"].to_list() == pytest.approx([0.0] * 3, abs=1e-6)


def test_esteban_marquillas_by_hand() -> None:
    # At the start A has 80 x and 20 y, B 20 x and 80 y; all grows from 200 to 240, x from 100 to 130.
    jobs = {("A", "x"): (80, 110), ("A", "y"): (20, 20), ("B", "x"): (20, 20), ("B", "y"): (80, 90)}
    rows = [(r, i, y, v) for (r, i), both in jobs.items() for y, v in zip((2000, 2010), both, strict=True)]
    data = pl.DataFrame(rows, schema=["region", "industry", "period", "value"], orient="row")
    found = by_key(
        observatory.shift_share(data, method="esteban-marquillas").to_dicts(), "region", "industry"
    )["A", "x"]
    ahead = 110 / 80 - 1.3  # grown by 37.5 per cent, the industry by 30
    assert found["shift_share_national"] == pytest.approx(80 * 0.2)
    assert found["shift_share_industry_mix"] == pytest.approx(80 * 0.1)
    assert found["shift_share_competitive"] == pytest.approx(50 * ahead)
    assert found["shift_share_allocation"] == pytest.approx(30 * ahead)


def test_growth_is_by_the_year() -> None:
    values = [
        100.0,
        110.0,
        200.0,
        0.0,
        5.0,
        6.0,
        8.0,
        4.0,
        0.0,
        None,
        1.0,
        2.0,
        3.0,
        3.0,
        3.0,
        1.0,
        None,
        4.0,
    ]
    found = by_key(observatory.growth(frame(values)).to_dicts(), "region", "industry")
    assert found["A", "x"]["growth"] == pytest.approx(2 ** (1 / 10) - 1)
    assert found["A", "x"]["log_growth"] == pytest.approx(math.log(2) / 10)
    assert (found["A", "x"]["start_period"], found["A", "x"]["end_period"]) == (2000, 2010)
    assert (found["A", "y"]["growth"], found["A", "y"]["log_growth"]) == (None, None)
    assert (found["A", "z"]["growth"], found["A", "z"]["log_growth"]) == (-1.0, None)
    assert found["B", "x"]["growth"] is None
    assert found["B", "y"]["growth"] == pytest.approx(0.0)
    each = by_key(
        observatory.growth(frame(values), between="consecutive").to_dicts(), "region", "industry", "period"
    )
    assert each["A", "x", 2000]["growth"] is None
    assert each["A", "x", 2003]["growth"] == pytest.approx(1.1 ** (1 / 3) - 1)
    assert each["A", "x", 2010]["growth"] == pytest.approx((200 / 110) ** (1 / 7) - 1)
    assert each["B", "z", 2010]["growth"] is None


def test_growth_of_chosen_years_and_its_errors() -> None:
    values = [float(n + 1) for n in range(18)]
    found = observatory.growth(frame(values), start=2000, end=2003).to_dicts()[0]
    assert found["growth"] == pytest.approx((found["end_value"] / found["start_value"]) ** (1 / 3) - 1)
    with pytest.raises(UsageError, match="no period 2001"):
        observatory.growth(frame(values), start=2001)
    with pytest.raises(UsageError, match="not before"):
        observatory.growth(frame(values), start=2010, end=2000)
    with pytest.raises(UsageError, match="between="):
        observatory.growth(frame(values), between="years")
    with pytest.raises(InputError, match="no years"):
        observatory.growth(frame(values).with_columns(pl.col("period").cast(pl.String)))
    with pytest.raises(UsageError, match="method="):
        observatory.shift_share(frame(values), method="classical")


def test_growth_of_whole_regions() -> None:
    regions = pd.DataFrame({"region": ["A", "A"], "period": [2010, 2011], "value": [50, 55]})
    assert observatory.growth(regions, industry=None)["growth"].to_list() == pytest.approx([0.1])


LINKS = pl.DataFrame(
    {"industry": ["x", "x", "y"], "category": ["one", "two", "one"], "weight": [0.5, 0.25, 1.0]}
)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.one_of(st.none(), st.integers(0, 1000)), min_size=18, max_size=18))
def test_category_totals_lose_nothing(values: list[int | None]) -> None:
    given = frame(values).with_columns(imputed=pl.int_range(pl.len()) % 3 == 0)
    found = observatory.category_totals(given, LINKS, period="period")
    by = ["region", "period"]
    ours = found.group_by(by).agg(
        pl.col("category_totals").sum(),
        (pl.col("category_totals") * pl.col("imputed_share")).sum().alias("imputed"),
    )
    theirs = given.group_by(by).agg(
        pl.col("value").sum(), pl.col("value").filter("imputed").sum().alias("known")
    )
    both = ours.join(theirs, on=by)
    assert both.height == 6
    assert both["category_totals"].to_list() == pytest.approx(both["value"].to_list())
    assert both["imputed"].to_list() == pytest.approx(both["known"].to_list())


def test_category_totals_go_into_the_next_indicator() -> None:
    totals = observatory.category_totals(frame([float(n) for n in range(18)]), LINKS, period="period")
    found = observatory.focus(totals, industry="category", period="period")
    shares = found.group_by("region", "period").agg(pl.col("focus").sum())["focus"]
    assert shares.to_list() == pytest.approx([1.0] * 6)
    kept = observatory.category_totals(frame([1.0] * 18), LINKS, period="period", unassigned=None)
    assert set(kept["category"]) == {"one", "two"}


@pytest.mark.parametrize(
    ("links", "message"),
    [
        (LINKS.with_columns(weight=pl.lit(1.5)), "above 1"),
        (pl.concat([LINKS, LINKS]), "a cell is there"),
        (LINKS.with_columns(industry=pl.Series([1, 2, 3])), "in the frame String"),
        (LINKS.drop("category"), "no column 'category'"),
        ([], "no dataframe"),
    ],
)
def test_wrong_crosswalks_are_told(links: object, message: str) -> None:
    with pytest.raises(InputError, match=message) as told:
        observatory.category_totals(frame([1.0] * 18), links, period="period")
    assert told.value.where == "crosswalk"


def test_productivity_against_the_whole_and_a_reference() -> None:
    data = pd.DataFrame(
        {
            "region": ["A", "B", "C", "D"],
            "industry": ["x"] * 4,
            "value": [600.0, 200.0, None, 50.0],
            "persons_employed": [10, 10, 90, 0],
        }
    )
    found = observatory.productivity(data)
    assert found["productivity"].to_list() == pytest.approx([60, 20, math.nan, math.nan], nan_ok=True)
    whole = 850 / 20  # where both are known
    assert found["relative_productivity"].to_list()[:2] == pytest.approx([60 / whole, 20 / whole])
    europe = pl.DataFrame({"industry": ["x"], "value": [300.0], "persons_employed": [10.0]})
    assert observatory.productivity(data, reference=europe)["relative_productivity"].to_list()[:2] == [
        2.0,
        20 / 30,
    ]
