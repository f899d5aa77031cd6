"""High growth, gazelles, start-ups and scale-ups: the manuals' definitions by hand, and what must always hold."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from clusteratlas.errors import InputError, UsageError
from clusteratlas.observatory import firms

FEW = settings(max_examples=6, deadline=None)


def panel(*rows: tuple[str, dict[int, float | None]], **more: list[Any]) -> pl.DataFrame:
    """A panel of firms: each with its employees by year; ``more`` tells a column by firm."""
    found = [
        {"firm": name, "year": year, "employees": size, **{key: values[n] for key, values in more.items()}}
        for n, (name, sizes) in enumerate(rows)
        for year, size in sizes.items()
    ]
    return pl.DataFrame(found, schema_overrides={"employees": pl.Float64})


def of_2020(frame: pl.DataFrame, profile: Any = "eu-high-growth", **more: Any) -> dict[str, dict[str, Any]]:
    """The verdicts of 2020 by firm."""
    found = firms.verdicts(frame, profile, year=2020, **more)
    return {row["firm"]: row for row in found.rows(named=True)}


def from_to(before: float | None, after: float | None) -> dict[int, float | None]:
    return {2017: before, 2020: after}


OLD = [1990] * 20


# name, employees in 2017, in 2020, born, high growth (EU), gazelle (EU), high growth (OECD), part of the reason (EU)
BY_HAND = [
    # 10 * 1.1 ** 3 = 13.31: ten per cent a year exactly is at least ten per cent
    ("at 10 %", 1000, 1331, 1990, True, False, False, "yes: 1000 employees in 2017"),
    ("below 10 %", 1000, 1330, 1990, False, False, False, "no: grew by 9.97 % a year from 2017 to 2020"),
    # 10 * 1.2 ** 3 = 17.28: twenty per cent a year exactly is not above twenty per cent
    ("at 20 %", 1000, 1728, 1990, True, False, False, "grew by 20 % a year"),
    ("above 20 %", 1000, 1729, 1990, True, False, True, "grew by 20.02 % a year"),
    ("at 10 employees", 10, 20, 1990, True, False, True, "10 employees in 2017 (at least 10 asked)"),
    ("below 10 employees", 9, 90, 1990, False, False, False, "no: 9 employees in 2017 (at least 10 asked)"),
    # growth is not counted from the year of birth
    ("newly born", 10, 30, 2017, False, False, False, "no: newly born in 2017"),
    ("a year old at start", 10, 30, 2016, True, True, True, "1 year old in 2017"),
    ("five years old", 10, 30, 2015, True, True, True, "5 years old in 2020"),
    ("six years old", 10, 30, 2014, True, False, True, "6 years old"),
    ("shrinks", 30, 20, 2016, False, False, False, "no: shrank by 12.64 % a year"),
    ("stays", 30, 30, 2016, False, False, False, "no: grew by 0 % a year"),
]


@pytest.mark.parametrize("case", BY_HAND, ids=lambda case: case[0])
def test_the_definitions_by_hand(case: tuple) -> None:
    name, before, after, born, high, gazelle, oecd, reason = case
    given_ = panel((name, from_to(before, after)), birth_year=[born])
    found = of_2020(given_)[name]
    assert (found["is_high_growth"], found["is_gazelle"]) == (high, gazelle)
    assert of_2020(given_, "oecd-2007")[name]["is_high_growth"] is oecd
    told = found["high_growth_reason"] + found["gazelle_reason"]
    assert reason in told


def test_turnover_decides_where_it_is_asked() -> None:
    given_ = panel(("a", from_to(20, 20))).with_columns(turnover=pl.Series([1.0, 2.0]))
    assert of_2020(given_, "oecd-2007")["a"]["is_high_growth"] is False
    found = of_2020(given_, "oecd-2007", measure="turnover")["a"]
    assert found["is_high_growth"] is True
    assert "grew by 25.99 % a year in turnover" in found["high_growth_reason"]


@pytest.mark.parametrize(
    "function", ["verdicts", "classify", "firm_growth", "growth_distribution", "tabulate"]
)
def test_the_column_of_years_may_be_called_otherwise(function: str) -> None:
    measure = getattr(firms, function)
    given = pl.DataFrame(
        {"firm": ["a", "a"], "year": [2017, 2020], "employees": [10, 14], "region": ["N"] * 2}
    )
    named = given.rename({"year": "yr"})
    more = {"by": ["region"]} if function == "tabulate" else {}
    years = {"years": 3} if function == "growth_distribution" else {}
    said = measure(given, **more, **years).rename({"year": "yr"}, strict=False)
    assert measure(named, year="yr", **more, **years).equals(said)
    assert measure(named, year=2020, year_column="yr", **more, **years).equals(said)


def test_a_panel_of_turnover_alone_is_told_how_to_ask() -> None:
    given = pl.DataFrame({"firm": ["a", "a"], "year": [2017, 2020], "turnover": [10, 24]})
    with pytest.raises(InputError, match="the panel has turnover: ask for measure='turnover'"):
        firms.firm_growth(given)
    assert firms.firm_growth(given, measure="turnover")["growth"][0] == pytest.approx(2.4 ** (1 / 3) - 1)
    # The manual asks for ten employees at the start, which nobody knows here.
    assert firms.verdicts(given, "oecd-2007", measure="turnover")["is_high_growth"].to_list() == [None]


def test_a_firm_without_a_birth_year_is_born_when_first_seen() -> None:
    found = of_2020(
        panel(
            ("seen at first", {2015: 20, 2017: 20, 2020: 40}),
            ("seen second", {2016: 20, 2017: 20, 2020: 40}),
            ("seen at start", {2017: 20, 2020: 40}),
        )
    )
    # Of a firm there from the panel's first year nothing is known of its age; five years after it is at least five.
    assert found["seen at first"]["is_high_growth"] is True
    assert found["seen at first"]["is_gazelle"] is None
    assert found["seen at first"]["gazelle_reason"] == "not known: the year of birth is not known"
    assert found["seen at first"]["flags"] == "year of birth not known"
    assert (found["seen second"]["age"], found["seen second"]["is_gazelle"]) == (4, True)
    assert found["seen at start"]["high_growth_reason"].startswith("no: newly born in 2017")


def test_old_enough_to_be_no_gazelle_though_its_birth_is_unknown() -> None:
    found = of_2020(panel(("a", {2013: 20, 2017: 20, 2020: 40})))["a"]
    assert found["is_gazelle"] is False
    assert found["age"] is None


def test_what_is_not_known_is_left_open() -> None:
    found = of_2020(
        panel(
            ("no row", {2020: 30.0}),
            ("no number", from_to(None, 30)),
            ("no end", from_to(30, None)),
            ("too small anyway", from_to(5, None)),
            birth_year=OLD,
        )
    )
    assert {name: row["is_high_growth"] for name, row in found.items()} == {
        "no row": None,
        "no number": None,
        "no end": None,
        "too small anyway": False,
    }
    assert found["no row"]["high_growth_reason"] == "not known: employees in 2017 are not known"
    assert found["no end"]["high_growth_reason"].startswith("not known: no growth from 2017 to 2020")


def test_mergers_that_are_marked_do_not_count_and_jumps_are_told() -> None:
    given_ = panel(
        ("merged", {2017: 20, 2018: 22, 2019: 60, 2020: 61}),
        ("jumps", {2017: 20, 2018: 22, 2019: 180, 2020: 190}),
        ("falls", {2017: 200, 2018: 20, 2019: 180, 2020: 190}),
        birth_year=OLD,
    ).with_columns(merger=(pl.col("firm") == "merged") & (pl.col("year") == 2019))
    found = of_2020(given_)
    assert found["merged"]["high_growth_reason"] == "no: took part in a merger after 2017"
    assert found["jumps"]["is_high_growth"] is True
    assert found["jumps"]["flags"] == "employees grew 8.18-fold from 2018 to 2019, a merger or a mistake?"
    assert found["falls"]["flags"].startswith("employees shrank 10-fold from 2017 to 2018")
    assert found["merged"]["flags"] is None


def test_a_merger_in_the_first_year_is_part_of_the_start() -> None:
    given_ = panel(("a", from_to(20, 40)), birth_year=OLD).with_columns(merger=pl.Series([1, 0]))
    assert of_2020(given_)["a"]["is_high_growth"] is True


def test_start_ups_scale_ups_and_unicorns() -> None:
    given_ = panel(
        ("new", {2020: 4}),
        ("scaled", from_to(30, 51)),
        ("at 50", from_to(30, 50)),
        ("shrunk", from_to(99, 60)),
        birth_year=[2015, 1990, 1990, 1990],
    ).with_columns(valuation=pl.when(pl.col("firm") == "scaled").then(1e9).otherwise(5e8))
    found = of_2020(given_, "venture")
    assert [name for name, row in found.items() if row["is_start_up"]] == ["new"]
    assert [name for name, row in found.items() if row["is_scale_up"]] == ["scaled"]
    assert [name for name, row in found.items() if row["is_unicorn"]] == ["scaled"]
    assert (
        "1000000000 of valuation in 2020 (at least 1,000,000,000 asked)" in found["scaled"]["unicorn_reason"]
    )


OWN = """
name: doubled
title: Doubled in a year
source: ours
years: 1
jump: 3
kinds:
  - name: doubled
    title: doubled
    rules:
      - {indicator: growth, column: measure, at_least: 1, certainty: source}
"""


def test_a_profile_of_ones_own(tmp_path: Any) -> None:
    file = tmp_path / "own.yml"
    file.write_text(OWN, "utf-8")
    given_ = panel(("a", {2019: 5, 2020: 10}), ("b", {2019: 5, 2020: 9}))
    for profile in (OWN, file, str(file), firms.firm_profile(OWN)):
        found = of_2020(given_, profile)
        assert {firm: row["is_doubled"] for firm, row in found.items()} == {"a": True, "b": False}


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("years: 1", "years: 0", "profile: years"),
        ("jump: 3", "jump: 1", "no factor"),
        ("at_least: 1", "at_most: 1, at_least: 1", "2 bounds"),
        ("indicator: growth", "indicator: grwoth", "'grwoth' is not known"),
        ("column: measure, ", "", "'column' goes with"),
        ("certainty: source", "certainty: sure", "'sure' is not known"),
        ("- name: doubled", "- of: none\n    name: doubled", "'none' is not known"),
        ("- name: doubled", "- name: Doubled", "small letters"),
        ("source: ours", "sauce: ours", "no key 'sauce'"),
    ],
)
def test_profiles_with_mistakes_say_where(old: str, new: str, told: str) -> None:
    with pytest.raises(InputError) as wrong:
        firms.firm_profile(OWN.replace(old, new))
    assert told in f"{wrong.value}"


def test_unknown_names_are_told_with_the_nearest() -> None:
    given_ = panel(("a", from_to(10, 20)))
    with pytest.raises(UsageError, match="no profile called 'eu-high'"):
        firms.verdicts(given_, "eu-high")
    with pytest.raises(UsageError, match=r"measure='turnovr'.*did you mean 'turnover'"):
        firms.verdicts(given_, measure="turnovr")
    with pytest.raises(InputError, match="no column 'turnover'"):
        firms.verdicts(given_, measure="turnover")
    with pytest.raises(UsageError, match="no year 2019"):
        firms.verdicts(given_, year=2019)
    with pytest.raises(InputError, match="does not reach from 2014 to 2017"):
        firms.verdicts(given_, year=2017)
    with pytest.raises(InputError, match="no two years lie 3 apart"):
        firms.verdicts(given_.filter(year=2020))
    with pytest.raises(UsageError, match="a panel has no 'frim'"):
        firms.verdicts(given_, frim="x")


sizes = st.dictionaries(st.integers(2013, 2020), st.integers(0, 400), min_size=1, max_size=8)
panels = st.lists(st.tuples(sizes, st.one_of(st.none(), st.integers(1990, 2020))), min_size=5, max_size=15)


def drawn(rows: list[tuple[dict[int, int], int | None]]) -> pl.DataFrame:
    """A panel of what was drawn, with turnover, and a firm that makes every year of it there."""
    whole = [*rows, (dict.fromkeys(range(2013, 2021), 5), 1980)]
    frame = panel(*((f"f{n}", sizes) for n, (sizes, _) in enumerate(whole)), birth_year=[b for _, b in whole])
    return frame.with_columns(turnover=pl.col("employees") * 3 + pl.col("year") % 5)


@given(panels)
@FEW
def test_who_shrinks_or_is_too_small_or_too_old_is_never_a_gazelle(rows: list) -> None:
    for row in firms.verdicts(drawn(rows)).rows(named=True):
        if row["is_gazelle"]:
            assert row["end_value"] > row["start_value"] >= 10
            assert row["age"] <= 5
            assert row["is_high_growth"]
        if row["is_high_growth"]:
            assert row["end_value"] >= row["start_value"] * 1.331 * (1 - 1e-9)
            assert row["high_growth_reason"].startswith("yes: ")
        if row["is_high_growth"] is False:
            assert row["high_growth_reason"].startswith("no: ")


@given(panels)
@FEW
def test_units_rows_and_years_do_not_matter(rows: list) -> None:
    frame = drawn(rows)
    plain = firms.verdicts(frame, "oecd-2007", measure="turnover").sort("firm", "year")
    kinds = ["firm", "year", "is_high_growth", "is_gazelle"]
    thousands = frame.with_columns(pl.col("turnover") / 1000)
    found = firms.verdicts(thousands, "oecd-2007", measure="turnover").sort("firm", "year")
    assert found.select(kinds).equals(plain.select(kinds))
    mixed = frame.sample(fraction=1, shuffle=True, seed=1)
    other = firms.verdicts(mixed, "oecd-2007", measure="turnover").sort("firm", "year")
    # Powers of vectors and of single numbers may differ in the last bit: a row's place decides which it is.
    assert_frame_equal(other, plain, rel_tol=1e-12, abs_tol=1e-12)
    later = frame.with_columns(pl.col("year", "birth_year") + 7)
    moved = firms.verdicts(later, "oecd-2007", measure="turnover").sort("firm", "year")
    assert moved.with_columns(pl.col("year") - 7).select(kinds).equals(plain.select(kinds))


@pytest.mark.parametrize(
    ("end", "is_fast", "told"),
    [
        (13_308.5, False, "no: grew by just below 10 % a year"),
        (13_310, True, "grew by 10 % a year"),
        (13_311, True, "grew by just above 10 % a year"),
        (13_312, True, "grew by 10.01 % a year"),
        (22_000, True, "grew by 30.06 % a year"),
    ],
)
def test_rates_are_rounded_and_never_against_their_verdict(end: float, is_fast: bool, told: str) -> None:
    panel = {"firm": ["a"] * 2, "year": [2017, 2020], "employees": [10_000, end], "birth_year": [1990] * 2}
    found = firms.verdicts(pl.DataFrame(panel, strict=False)).row(0, named=True)
    assert (found["is_high_growth"], told in found["high_growth_reason"]) == (is_fast, True)


def test_growth_beyond_counting_is_told_as_such() -> None:
    panel = pl.DataFrame({"firm": ["a"] * 2, "year": [2017, 2020], "employees": [1e-300, 1e14]})
    profile = {
        "name": "any",
        "title": "any",
        "source": "none",
        "years": 3,
        "jump": 5,
        "kinds": [
            {
                "name": "any",
                "title": "any",
                "rules": [
                    {"indicator": "growth", "column": "employees", "at_least": 0.1, "certainty": "source"}
                ],
            }
        ],
    }
    found = firms.verdicts(panel, profile)
    assert found["any_reason"][0].startswith("yes: grew by over 1,000,000,000,000,000 % a year")
