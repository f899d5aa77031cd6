"""Estimates on Eurostat's regional business statistics: what they keep, what they leave empty, how good they are."""

import polars as pl
import pytest

from clusteratlas.observatory.imputation import evaluate, imputation
from tests.support.statistics import NATIONAL, REGIONAL, indicator, persons_employed

pytestmark = pytest.mark.skipif(not REGIONAL.exists(), reason=f"{REGIONAL.name} is not there")
NAMES = {"period": "year", "flag": "flag", "units": "units"}
YEAR = 2015


@pytest.fixture(scope="module")
def table() -> pl.DataFrame:
    return persons_employed()


@pytest.fixture(scope="module")
def result(table):
    return imputation(table.filter(pl.col("year") == YEAR), **NAMES)


def test_every_row_is_there_and_published_ones_are_as_they_were(table, result):
    given = table.filter(pl.col("year") == YEAR)
    frame = result.frame
    assert frame.select("region", "industry").equals(given.select("region", "industry"))
    is_known = given["value"].is_not_null()
    assert frame.filter(is_known)["value"].equals(given.filter(is_known)["value"])
    assert frame.filter(is_known)["imputed"].sum() == 0
    assert set(frame.filter(~is_known & pl.Series(~frame["imputed"]))["value"]) == {None}


def test_nearly_every_confidential_cell_is_estimated_within_its_interval(result):
    confidential = result.frame.filter(pl.col("flag").str.contains("c") & (pl.col("basis") != "published"))
    assert confidential.height == 1897
    estimated = confidential.filter("imputed")
    assert estimated.height >= 0.98 * confidential.height
    inside = (pl.col("lower") <= pl.col("value")) & (pl.col("value") <= pl.col("upper"))
    assert estimated.select(inside.all()).item()
    assert set(confidential.filter(~pl.col("imputed"))["basis"]) == {"no margin"}


def test_countries_that_published_nothing_stay_empty(result):
    france = result.frame.filter(pl.col("region").str.starts_with("FR"))
    assert set(france["basis"]) == {"not published"}
    assert france["value"].null_count() == france.height


def test_sums_that_are_not_met_are_a_few_and_are_told(result):
    left = result.contradictions
    assert left.height < 60
    assert left["residual"].abs().max() < 3000
    assert left["residual"].abs().is_sorted(descending=True)


def test_a_national_total_of_another_table_is_taken_over_only_where_both_agree(table):
    national = indicator(NATIONAL, "V16110").select("industry", "region", "year", "value")
    given = table.filter(pl.col("year") == 2010)
    frame = imputation(given, totals=national.filter(pl.col("year") == 2010), **NAMES).frame
    taken = frame.filter(pl.col("basis") == "other table")
    assert taken.height > 0
    assert set(taken["region"]) <= {"MT", "CY", "EL", "FR", "LV", "NL"}
    of_year = national.filter(pl.col("year") == 2010)
    known = dict(of_year.select(pl.concat_str("region", "industry"), "value").iter_rows())
    assert all(known[row["region"] + row["industry"]] == row["value"] for row in taken.iter_rows(named=True))


@pytest.mark.parametrize("how", ["random", "next year"])
def test_estimates_beat_all_baselines_and_intervals_hold(table, how):
    scores = {row["method"]: row for row in evaluate(table, at=2013, how=how, **NAMES).iter_rows(named=True)}
    ours = scores["margins and guesses"]
    compared = scores["margins and guesses, where last year is known"]
    assert ours["coverage"] > 0.98
    assert ours["answered"] > 0.9  # the rest is bounded by nothing
    assert compared["median_error"] < scores["last year's value"]["median_error"]
    assert ours["median_error"] < scores["country x sector median, rescaled"]["median_error"] < 1
    assert scores["zero"]["median_error"] == 1
