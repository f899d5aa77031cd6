"""Figures told in the regions of another NUTS version: nothing is lost, and what cannot be told is listed."""

import gzip
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clusteratlas import taxonomies
from clusteratlas.errors import InputError, UsageError
from clusteratlas.observatory.regions import convert_regions
from tests.support.engines import all_alike

STATISTICS = Path(__file__).parents[3] / "shared/data/eurostat/sbs_r_nuts06_r2.tsv.gz"
LEVELS = {
    version: {
        level: sorted(
            c for c, r in taxonomies.regions().items() if version in r.versions and r.level == level
        )
        for level in (1, 2, 3)
    }
    for version in taxonomies.VERSIONS
}


def jobs(values: dict[str, float | None], **columns: list) -> pl.DataFrame:
    """A figure for each region."""
    return pl.DataFrame({"region": list(values), "value": list(values.values()), **columns}, strict=False)


def told(frame: pl.DataFrame) -> dict[str, tuple[float | None, str]]:
    """Value and basis by region."""
    return {row["region"]: (row["value"], row["conversion_basis"]) for row in frame.iter_rows(named=True)}


def test_recoded_merged_and_split_regions():
    given_frame = jobs({"FR24": 7.0, "DE41": 3.0, "DE42": 4.0, "HU10": 100.0, "FR10": 5.0})
    assert told(convert_regions(given_frame, 2016).frame) == {
        "FRB0": (7.0, "whole"),
        "DE40": (7.0, "whole"),
        "HU11": (76.5, "employment"),
        "HU12": (23.5, "employment"),
        "FR10": (5.0, "whole"),
    }


def test_a_split_goes_by_the_users_weights_where_there_are_some():
    weights = pl.DataFrame({"region": ["HU11", "HU12"], "weight": [1.0, 3.0]})
    result = told(convert_regions(jobs({"HU10": 100.0, "LT00": 10.0}), 2016, weights=weights).frame)
    assert result["HU11"] == (25.0, "given")
    assert result["LT01"] == (pytest.approx(3.95), "employment")


def test_weights_of_level_three_tell_those_of_larger_regions():
    weights = pl.DataFrame({"region": ["HU110", "HU120"], "weight": [1.0, 1.0]})
    assert told(convert_regions(jobs({"HU10": 8.0}), 2016, weights=weights).frame)["HU12"] == (4.0, "given")


def test_back_to_an_older_version_a_merged_region_is_split_by_its_parts():
    back = told(convert_regions(jobs({"DE40": 18.0, "HU11": 3.0, "HU12": 4.0, "FRB0": 5.0}), 2006).frame)
    assert back == {
        "DE41": (8.0, "parts"),
        "DE42": (10.0, "parts"),
        "HU10": (7.0, "whole"),
        "FR24": (5.0, "whole"),
    }
    weights = pl.DataFrame({"region": ["DE41", "DE42"], "weight": [1.0, 2.0]})
    assert told(convert_regions(jobs({"DE40": 18.0}), 2006, weights=weights).frame)["DE41"] == (6.0, "given")


def test_where_nothing_is_known_a_split_is_equal_and_says_so():
    result = told(convert_regions(jobs({"DE911": 4.0, "EE007": 1000.0, "EE008": 100.0}), 2021, 2016).frame)
    assert result["EE008"] == (pytest.approx(100 + 133), "area")
    equal = {
        change.old_code
        for changes in taxonomies.region_changes().values()
        for change in changes
        if change.basis == "equal" and change.change == "split" and change.from_version == 2006
    }
    code = sorted(equal)[0]
    shared = convert_regions(jobs({code: 6.0}), 2010, 2006).frame
    assert set(shared["conversion_basis"]) == {"equal"}
    assert shared["value"].sum() == pytest.approx(6)


def test_a_region_without_heir_or_forebear_an_unknown_code_and_extra_regio_are_listed():
    listed = convert_regions(jobs({"FRA5": 1.0, "QQ1": 2.0, "EU28": 3.0, "DEXXX": 4.0, "ZZZ": 5.0}), 2010)
    assert listed.frame.height == 0
    assert listed.unconverted.rows() == [
        ("DEXXX", None, "unknown code", 1, 4.0),
        ("EU28", None, "unknown code", 1, 3.0),
        ("FRA5", 2013, "no predecessor", 1, 1.0),
        ("QQ1", None, "unknown code", 1, 2.0),
        ("ZZZ", None, "extra-regio", 1, 5.0),
    ]


def test_a_code_of_another_version_than_was_told_is_listed():
    listed = convert_regions(jobs({"FRB0": 1.0, "FR24": 2.0}), 2021, 2013)
    assert listed.unconverted.rows() == [("FRB0", 2013, "not a code of 2013", 1, 1.0)]
    assert told(listed.frame) == {"FRB0": (2.0, "whole")}


def test_a_column_tells_each_rows_version():
    frame = jobs({"FR24": 2.0, "FRB0": 3.0}, version=[2010, 2016], year=[2010, 2016])
    result = convert_regions(frame, 2021, "version").frame
    assert result.sort("year").select("region", "year", "value").rows() == [
        ("FRB0", 2010, 2.0),
        ("FRB0", 2016, 3.0),
    ]


def test_a_figure_with_an_empty_part_stays_empty_and_its_other_part_is_listed():
    converted = convert_regions(jobs({"DE41": 3.0, "DE42": None}), 2010)
    assert told(converted.frame)["DE40"][0] is None
    assert converted.unconverted.rows() == [("DE41", 2006, "another part has no value", 1, 3.0)]


def test_old_and_new_shape_of_a_region_are_not_added_up():
    converted = convert_regions(jobs({"DE41": 3.0, "DE42": 4.0, "DE40": 7.5}), 2010)
    assert told(converted.frame)["DE40"] == (7.5, "whole")
    assert converted.unconverted["value"].sum() == 7
    assert set(converted.unconverted["reason"]) == {"published in both versions"}


def test_an_empty_row_of_the_new_shape_does_not_hide_the_old_one():
    frame = jobs({"FR91": 5.0, "FRA1": None, "FRY1": None})
    assert told(convert_regions(frame, 2021).frame)["FRY1"] == (5.0, "whole")


def test_ratios_are_averaged_by_size():
    frame = jobs({"DE41": 10.0, "DE42": 40.0}, employment=[100.0, 200.0])
    result = convert_regions(frame, 2010, how="mean", size="employment").frame
    assert result.row(0, named=True) == {
        "region": "DE40",
        "value": 30.0,
        "employment": 300.0,
        "conversion_basis": "whole",
    }


def test_norways_regions_are_read_before_they_were_listed():
    assert told(convert_regions(jobs({"NO01": 5.0}), 2021, 2010).frame) == {"NO08": (5.0, "whole")}


def test_british_regions_stay_those_of_2021():
    assert told(convert_regions(jobs({"UKI3": 5.0}), 2024).frame) == {"UKI3": (5.0, "whole")}


@pytest.mark.parametrize("version", taxonomies.VERSIONS)
def test_within_one_version_every_figure_stays(version):
    codes = [code for level in LEVELS[version].values() for code in level]
    frame = jobs({code: float(n) for n, code in enumerate(codes)})
    converted = convert_regions(frame, version, version)
    assert converted.unconverted.height == 0
    assert told(converted.frame) == {code: (float(n), "whole") for n, code in enumerate(codes)}


@given(st.data())
@settings(max_examples=60, deadline=None)
def test_totals_of_each_country_are_kept_from_any_version_to_any(data):
    source, target = (data.draw(st.sampled_from(taxonomies.VERSIONS)) for _ in range(2))
    codes = LEVELS[source][data.draw(st.sampled_from((1, 2, 3)))]
    values = data.draw(st.lists(st.integers(0, 10**6), min_size=len(codes), max_size=len(codes)))
    frame = jobs(dict(zip(codes, map(float, values), strict=True)))
    converted = convert_regions(frame, target, source)
    both = [
        converted.frame.select("region", "value"),
        converted.unconverted.select(region="code", value="value"),
    ]
    after, before = _by_country(pl.concat(both)), _by_country(frame)
    assert after.keys() == before.keys()
    assert all(after[c] == pytest.approx(before[c], abs=1e-3) for c in before)
    assert all(code in taxonomies.regions() for code in converted.frame["region"])
    assert {len(c) for c in converted.frame["region"]} <= {len(codes[0])}


def _by_country(frame: pl.DataFrame) -> dict[str, float]:
    sums = frame.group_by(pl.col("region").str.head(2)).agg(pl.col("value").sum())
    return dict(sums.iter_rows())


@pytest.mark.parametrize("level", [1, 2, 3])
def test_a_chain_equals_step_after_step(level):
    frame = jobs({code: float(n + 1) for n, code in enumerate(LEVELS[2006][level])})
    at_once = told(convert_regions(frame, 2024, 2006).frame)
    for older, newer in zip(taxonomies.VERSIONS, taxonomies.VERSIONS[1:], strict=False):
        step = convert_regions(frame, newer, older)
        assert step.unconverted.height == 0
        frame = step.frame.select("region", "value")
    stepwise = dict(frame.iter_rows())
    assert stepwise.keys() == at_once.keys()
    assert all(stepwise[code] == pytest.approx(value) for code, (value, _) in at_once.items())


def test_every_kind_of_frame_gets_the_same_answer(engine):
    columns = {
        "region": ["HU10", "DE41", "DE42", "FR24", "GR30", "QQ"],
        "value": [100.0, 3.0, 4.0, 7.0, 2.0, 1.0],
        "year": [2010, 2010, 2010, 2010, 2010, None],
    }
    ours, wanted = convert_regions(engine.frame(columns), 2016), convert_regions(pl.DataFrame(columns), 2016)
    all_alike(engine.rows(ours.frame), wanted.frame.to_dicts(), "region", "year")
    all_alike(engine.rows(ours.unconverted), wanted.unconverted.to_dicts(), "code", "reason")
    assert {row["region"] for row in wanted.frame.to_dicts()} == {"HU11", "HU12", "DE40", "FRB0", "EL30"}


def test_no_rows_give_no_rows(engine):
    converted = convert_regions(engine.frame({"region": [], "value": []}), 2021)
    assert engine.rows(converted.frame) == []
    assert engine.rows(converted.unconverted) == []


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"to_version": 2022}, "no NUTS version 2022.*2021"),
        ({"to_version": 2021, "from_version": 1999}, "no NUTS version 1999"),
        ({"to_version": 2021, "how": "median"}, "'median'.*mean"),
        ({"to_version": 2021, "how": "mean"}, "sizes"),
    ],
)
def test_what_is_not_known_is_said(arguments, message):
    with pytest.raises(UsageError, match=message):
        convert_regions(jobs({"FR10": 1.0}), **arguments)


def test_a_column_that_is_not_there_is_named_with_the_nearest():
    with pytest.raises(InputError, match=r"regoin.*region"):
        convert_regions(jobs({"FR10": 1.0}), 2021, region="regoin")


@pytest.mark.skipif(not STATISTICS.exists(), reason=f"{STATISTICS.name} is not there")
@pytest.mark.parametrize("version", [2021, 2024])
def test_real_statistics_keep_the_totals_of_each_country(version):
    table = persons_employed()
    converted = convert_regions(table, version, region="geo")
    given_sums = table.group_by(country=pl.col("geo").str.head(2)).agg(pl.col("value").sum())
    kept = converted.frame.select("geo", "value")
    listed = converted.unconverted.select(geo="code", value="value")
    sums = pl.concat([kept, listed]).group_by(country=pl.col("geo").str.head(2)).agg(pl.col("value").sum())
    both = given_sums.join(sums, on="country", suffix="_after")
    assert both.height == given_sums.height == 29
    assert (both["value"] - both["value_after"]).abs().max() < 0.01
    known = taxonomies.regions()
    last = {code for code in set(kept["geo"]) if not known[code].is_current}
    assert version == 2021 or not last
    lost = converted.unconverted.filter(pl.col("reason") != "published in both versions")["value"].sum()
    assert lost < 2e-4 * table["value"].sum()


def persons_employed() -> pl.DataFrame:
    """Persons employed by region of level 2, industry and year, as published."""
    with gzip.open(STATISTICS, "rt") as file:
        head, *lines = file.read().splitlines()
    years = [year.strip() for year in head.split("\t")[1:]]
    rows = []
    for line in lines:
        key, *cells = line.split("\t")
        industry, indicator, geo = key.split(",")
        if indicator == "V16110" and len(geo) == 4:
            numbers = (cell.split()[0] for cell in cells)
            rows += [
                (geo, industry, year, None if number == ":" else float(number))
                for year, number in zip(years, numbers, strict=True)
            ]
    return pl.DataFrame(rows, ["geo", "industry", "year", "value"], orient="row")
