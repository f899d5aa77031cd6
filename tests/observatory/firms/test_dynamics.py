"""Births, deaths, survival, job flows, growth and its persistence, by hand."""

from __future__ import annotations

import math

import numpy as np
import polars as pl
import pytest

from clusteratlas.errors import InputError, UsageError
from clusteratlas.observatory import firms


def panel(**sizes: dict[int, float]) -> pl.DataFrame:
    """A panel of the employees of each firm by year."""
    rows = [(name, year, float(size)) for name, by_year in sizes.items() for year, size in by_year.items()]
    return pl.DataFrame(rows, schema=["firm", "year", "employees"], orient="row")


LIVES = panel(
    always=dict.fromkeys(range(2010, 2018), 5),
    pauses=dict.fromkeys([2010, 2011, 2013, 2014, 2015, 2016, 2017], 5),
    late=dict.fromkeys([2013, 2014], 5),
    returns=dict.fromkeys([2010, 2014, 2015, 2016, 2017], 5),
    idle=dict.fromkeys([2012, 2013], 0),
)


def test_births_and_deaths_pass_over_a_pause_of_a_year() -> None:
    found = {row["year"]: row for row in firms.demography(LIVES).rows(named=True)}
    assert {year: row["active"] for year, row in found.items()} == {
        2010: 3,
        2011: 2,
        2012: 1,
        2013: 3,
        2014: 4,
        2015: 3,
        2016: 3,
        2017: 3,
    }
    # `returns` is away for three years: it dies and is born again; `pauses` is away for one and does neither.
    assert {year: row["births"] for year, row in found.items()} == {
        2010: None,
        2011: None,
        2012: 0,
        2013: 1,
        2014: 1,
        2015: 0,
        2016: 0,
        2017: 0,
    }
    assert {year: row["deaths"] for year, row in found.items()} == {
        2010: 1,
        2011: 0,
        2012: 0,
        2013: 0,
        2014: 1,
        2015: 0,
        2016: None,
        2017: None,
    }
    assert found[2014]["birth_rate"] == 0.25
    assert found[2014]["death_rate"] == 0.25
    assert found[2014]["churn_rate"] == 0.5
    assert found[2010]["churn_rate"] is None


def test_a_year_of_birth_counts_before_the_first_sight() -> None:
    told = LIVES.with_columns(birth_year=pl.when(pl.col("firm") == "late").then(2012).otherwise(2010))
    births = dict(firms.demography(told).select("year", "births").rows())
    assert births == {2010: 3, 2011: 0, 2012: 0, 2013: 0, 2014: 0, 2015: 0, 2016: 0, 2017: 0}


def test_an_absence_of_one_year_is_enough_where_asked() -> None:
    births = dict(firms.demography(LIVES, absence=1).select("year", "births").rows())
    assert births == {2010: None, 2011: 0, 2012: 0, 2013: 2, 2014: 1, 2015: 0, 2016: 0, 2017: 0}
    with pytest.raises(UsageError, match="absence=0"):
        firms.demography(LIVES, absence=0)


def test_years_that_the_panel_lacks_leave_births_open() -> None:
    gap = LIVES.filter(pl.col("year") != 2012)
    births = dict(firms.demography(gap).select("year", "births").rows())
    assert births == {2010: None, 2011: None, 2013: None, 2014: None, 2015: 0, 2016: 0, 2017: 0}


def test_survival_of_a_cohort() -> None:
    born = {f"b{n}": dict.fromkeys(range(2012, 2012 + n), 5) for n in (1, 2, 2 + 1, 4)}
    found = firms.survival(panel(old=dict.fromkeys(range(2010, 2016), 5), **born))
    cohort = found.filter(birth_year=2012).sort("age")
    assert cohort.select("age", "born", "alive", "survival_rate").rows() == [
        (0, 4, 4, 1.0),
        (1, 4, 3, 0.75),
        (2, 4, 2, 0.5),
        (3, 4, 1, 0.25),
    ]
    with pytest.raises(InputError, match="no births can be told"):
        firms.survival(panel(a={2010: 1, 2011: 1}))


def test_job_flows_by_hand() -> None:
    given = panel(
        grows={1: 10, 2: 14}, shrinks={1: 10, 2: 8}, enters={2: 6}, leaves={1: 4}, stays={1: 7, 2: 7}
    ).with_columns(
        region=pl.when(pl.col("firm").is_in(["grows", "leaves"])).then(pl.lit("N")).otherwise(pl.lit("S"))
    )
    row = firms.job_flows(given).row(0, named=True)
    assert (row["before"], row["after"], row["net"]) == (31, 35, 4)
    assert (row["creation"], row["creation_by_entry"]) == (10, 6)
    assert (row["destruction"], row["destruction_by_exit"]) == (6, 4)
    assert row["creation_rate"] == pytest.approx(10 / 33)
    assert row["reallocation_rate"] == pytest.approx(16 / 33)
    assert row["excess_reallocation_rate"] == pytest.approx(12 / 33)
    by = {r["region"]: r for r in firms.job_flows(given, by="region").rows(named=True)}
    assert (by["N"]["net"], by["S"]["net"]) == (0, 4)


def test_firms_whose_size_is_not_told_are_left_out_of_the_flows() -> None:
    given = panel(a={1: 10, 2: 14}, b={1: 5}).vstack(
        pl.DataFrame(
            {"firm": ["b"], "year": [2], "employees": [None]}, schema_overrides={"employees": pl.Float64}
        )
    )
    row = firms.job_flows(given).row(0, named=True)
    assert (row["creation"], row["destruction"], row["unknown"]) == (4, 0, 1)


def test_growth_by_each_of_its_names() -> None:
    row = firms.firm_growth(panel(a={2017: 10, 2020: 80})).row(0, named=True)
    assert row["growth"] == pytest.approx(1.0)
    assert row["log_growth"] == pytest.approx(math.log(2))
    assert row["davis_haltiwanger_growth"] == pytest.approx(70 / 45)
    assert row["birch_index"] == pytest.approx(70 * 8)
    assert firms.firm_growth(panel(a={2017: 0, 2020: 80}, b={2017: 1, 2018: 1})).is_empty()


def test_a_tent_is_told_from_a_bell() -> None:
    rng = np.random.default_rng(1)
    size = 4000
    advantages = []
    for rates in (rng.laplace(0.02, 0.1, size), rng.normal(0.02, 0.1, size)):
        given = pl.DataFrame(
            {
                "firm": [*range(size)] * 2,
                "year": [1] * size + [2] * size,
                "employees": np.concatenate([np.full(size, 100.0), 100 * np.exp(rates)]),
            }
        )
        row = firms.growth_distribution(given).row(0, named=True)
        assert row["firms"] == size
        assert row["mean"] == pytest.approx(rates.mean())
        assert row["q90"] == pytest.approx(np.quantile(rates, 0.9))
        assert row["laplace_scale"] == pytest.approx(np.abs(rates - np.median(rates)).mean())
        advantages.append(row["laplace_advantage"])
    assert advantages[0] > 0.05 > -0.02 > advantages[1]


def test_growth_that_lasts() -> None:
    given = panel(
        twice={2014: 10, 2017: 20, 2020: 40},
        once={2014: 10, 2017: 20, 2020: 20},
        gone={2014: 10, 2017: 20},
        later={2014: 50, 2017: 50, 2020: 90},
        never={2014: 50, 2017: 50, 2020: 50},
    )
    row = firms.persistence(given).row(0, named=True)
    assert (row["year"], row["firms"], row["still_there"], row["again"]) == (2017, 3, 2, 1)
    assert row["again_rate"] == pytest.approx(1 / 3)
    assert (row["others"], row["others_later"], row["others_rate"]) == (2, 1, 0.5)
    with pytest.raises(UsageError, match=r"kind='gazele'.*did you mean 'gazelle'"):
        firms.persistence(given, kind="gazele")
