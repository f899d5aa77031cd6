"""Sectors that move between the regions of a country for one year are found; those that grow where they are, not."""

from __future__ import annotations

import polars as pl
import pytest

from clusteratlas.observatory.plausibility import LEAST_PERSONS, MOVED, implausible

YEARS = range(2010, 2016)


def cells(shares: dict[int, tuple[float, ...]], persons: float = 10_000, country: str = "NO") -> pl.DataFrame:
    rows = [
        (f"{country}0{at}", "G47", year, share * persons)
        for year, of in shares.items()
        for at, share in enumerate(of)
    ]
    return pl.DataFrame(rows, schema=["region", "industry", "period", "value"], orient="row")


USUAL = dict.fromkeys(YEARS, (0.5, 0.3, 0.2))


def test_a_country_put_into_one_region_is_found_in_that_year_and_in_all_its_regions() -> None:
    found = implausible(cells(USUAL | {2014: (0.0, 1.0, 0.0)}))
    assert set(found["period"]) == {2014}
    assert set(found["region"]) == {"NO00", "NO01", "NO02"}
    assert found["moved"].to_list() == pytest.approx([0.7] * 3)


def test_growth_closures_small_sectors_and_few_regions_are_no_ground() -> None:
    grown = pl.concat(cells({year: (0.5, 0.3, 0.2)}, 5_000 * (year - 2008)) for year in YEARS)
    assert implausible(grown).is_empty()
    slow = cells({year: (0.5 - 0.03 * at, 0.3 + 0.03 * at, 0.2) for at, year in enumerate(YEARS)})
    assert implausible(slow).is_empty()
    jumped = USUAL | {2014: (0.0, 1.0, 0.0)}
    assert implausible(cells(jumped, LEAST_PERSONS - 1)).is_empty()
    two = cells(dict.fromkeys(YEARS, (0.6, 0.4)) | {2014: (0.0, 1.0)})
    assert implausible(two).is_empty()
    assert implausible(cells({2013: (0.5, 0.3, 0.2), 2014: (0.0, 1.0, 0.0)})).is_empty()
    assert implausible(cells(USUAL).clear()).is_empty()


def test_just_below_the_threshold_is_not_doubted_and_the_order_of_rows_does_not_matter() -> None:
    below = MOVED - 0.01
    near = cells(USUAL | {2012: (0.5 - below, 0.3 + below, 0.2)})
    assert implausible(near).is_empty()
    data = cells(USUAL | {2012: (0.1, 0.7, 0.2)})
    assert implausible(data).equals(implausible(data.sample(fraction=1, shuffle=True, seed=3)))
    assert implausible(data)["moved"].to_list() == pytest.approx([0.4] * 3)


def test_a_region_new_in_the_data_does_not_move_the_others() -> None:
    usual = {"NO0B": 2000.0, "NO0C": 500.0, "NO0D": 500.0}
    rows = [(region, "G47", year, value) for year in range(2012, 2021) for region, value in usual.items()]
    rows += [("NO0A", "G47", year, 7000.0) for year in (2019, 2020)]
    data = pl.DataFrame(rows, schema=["region", "industry", "period", "value"], orient="row")
    assert implausible(data).is_empty()
    gone = data.with_columns(
        value=pl.when((pl.col("region") != "NO0A") & (pl.col("period") == 2019)).then(0.0).otherwise("value")
    )
    assert implausible(gone).is_empty()  # nothing is left to compare with the years before
