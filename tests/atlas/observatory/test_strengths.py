"""What regions are strong in: cells added up and judged as by hand."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clusteratlas.atlas.observatory import parse_area
from clusteratlas.atlas.observatory.adding import add_regions, add_up
from clusteratlas.atlas.observatory.growth import with_growth
from clusteratlas.atlas.observatory.judging import judged
from clusteratlas.observatory import location_quotient

REST = "(rest)"
INDUSTRIES = ("C10", "C11", "C12")
REGIONS = ("AT31", "AT32", "AT33", "AT34")
CROSSWALK = pl.DataFrame(
    {"industry": ["C10", "C11", "C11"], "category": ["food", "food", "wine"], "weight": [1.0, 0.25, 0.5]}
)


def cells_of(values: list[int], years: tuple[int, ...] = (2010, 2014)) -> pl.DataFrame:
    keys = [(r, i, y) for r in REGIONS for i in INDUSTRIES for y in years]
    return pl.DataFrame(
        [(*key, float(value), (value % 5) / 4) for key, value in zip(keys, values, strict=True)],
        schema=["region", "industry", "period", "value", "imputed_share"],
        orient="row",
    )


amounts = st.lists(st.integers(0, 5000), min_size=24, max_size=24)


@settings(deadline=None)
@given(amounts)
def test_adding_up_loses_nobody(values: list[int]) -> None:
    cells = cells_of(values)
    totals = add_up(cells, CROSSWALK, REST)
    for keys in (["region", "period"], ["period"]):
        before = cells.group_by(keys).agg(pl.col("value").sum()).sort(keys)
        after = totals.group_by(keys).agg(pl.col("value").sum()).sort(keys)
        assert after["value"].to_list() == pytest.approx(before["value"].to_list())
    assert totals["imputed_share"].is_between(0, 1 + 1e-12).all()


@settings(deadline=None)
@given(amounts)
def test_a_region_of_ones_own_takes_the_place_of_its_parts(values: list[int]) -> None:
    cells, alps = cells_of(values), parse_area("Alps=AT32,AT33")
    together = add_regions(cells, [alps])
    assert set(together["region"]) == {"AT31", "AT34", alps.key}
    assert together["value"].sum() == pytest.approx(cells["value"].sum())


def test_weights_and_estimates_are_carried_as_by_hand() -> None:
    cells = pl.DataFrame(
        {
            "region": ["AT31"] * 3,
            "industry": list(INDUSTRIES),
            "period": [2014] * 3,
            "value": [100.0, 40.0, 7.0],
            "imputed_share": [0.0, 1.0, 0.5],
        }
    )
    totals = {row["category"]: row for row in add_up(cells, CROSSWALK, REST).to_dicts()}
    assert totals["food"]["value"] == 110
    assert totals["food"]["imputed_share"] == pytest.approx(10 / 110)
    assert totals["wine"]["value"] == 20
    assert totals["wine"]["imputed_share"] == 1
    assert totals[REST]["value"] == 40 * 0.25 + 7
    assert totals[REST]["imputed_share"] == pytest.approx((10 + 3.5) / 17)


def totals_of(values: list[int]) -> pl.DataFrame:
    return add_up(cells_of(values), CROSSWALK, REST).rename({"category": "industry"})


def test_indicators_are_those_of_the_observatory_and_the_rest_counts_but_is_not_shown() -> None:
    totals = totals_of(list(range(10, 250, 10)))
    found = judged(totals, 2014, "eccp-nodes", REST)
    assert set(found["industry"]) == {"food", "wine"}
    expected = location_quotient(totals.filter(period=2014).select("region", "industry", "value"))
    both = found.join(expected, on=["region", "industry"], suffix="_expected")
    assert both["location_quotient"].to_list() == pytest.approx(both["location_quotient_expected"].to_list())
    assert both["specialisation_value"].to_list() == pytest.approx(both["location_quotient"].to_list())
    assert both["focus_value"].to_list() == pytest.approx(both["focus"].to_list())


def test_growth_is_told_a_year_since_the_year_that_is_named() -> None:
    values = [100, 200] * 12
    found = judged(totals_of(values), 2014, "eccp-nodes", REST)
    assert set(found["growth_from"]) == {2010}
    assert found["growth"].to_list() == pytest.approx([2**0.25 - 1] * found.height)
    first = judged(totals_of(values), 2010, "eccp-nodes", REST)
    assert first["growth"].null_count() == first.height


def marked(values: list[int], **marks: list[bool]) -> pl.DataFrame:
    cells = cells_of(values).with_columns(pl.Series(name, given) for name, given in marks.items())
    return with_growth(add_up(cells, CROSSWALK, REST).rename({"category": "industry"}))


def test_no_growth_is_told_across_a_break_or_from_a_doubtful_figure() -> None:
    values = [100, 200] * 12
    plain = cells_of(values)
    none = [False] * plain.height
    breaks = (plain["period"] == 2014).to_list()
    whole = marked(values, is_break=none, is_doubtful=none)
    assert whole.filter(period=2014)["growth"].null_count() == 0
    broken = marked(values, is_break=breaks, is_doubtful=none).filter(pl.col("industry") != REST)
    assert broken.filter(period=2014)["has_break"].all()
    assert broken["growth"].null_count() == broken.height
    for year in (2010, 2014):
        doubted = marked(values, is_break=none, is_doubtful=(plain["period"] == year).to_list())
        doubted = doubted.filter(pl.col("industry") != REST)
        assert doubted["growth"].null_count() == doubted.height
        assert doubted.filter(period=year)["doubtful_share"].to_list() == pytest.approx(
            [1.0] * (doubted.height // 2)
        )
