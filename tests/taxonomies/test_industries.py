"""NACE: every item of both versions, however it is written, and what each published aggregate is the sum of."""

import csv
import doctest
import importlib
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clusteratlas import taxonomies
from clusteratlas.errors import NotFoundError, UsageError

PUBLISHED = Path(__file__).parents[3] / "shared/data/nace/NACE.csv"
CODES = sorted(taxonomies.industries())


@pytest.mark.parametrize(
    ("classification", "counts"),
    [
        ("NACE Rev. 2", {"section": 21, "division": 88, "group": 272, "class": 615}),
        ("NACE Rev. 2.1", {"section": 22, "division": 87, "group": 287, "class": 651}),
    ],
)
def test_each_version_has_as_many_items_as_its_regulation(classification, counts):
    assert Counter(i.level for i in taxonomies.industries(classification).values()) == counts


@pytest.mark.skipif(not PUBLISHED.exists(), reason=f"{PUBLISHED} is not there")
def test_names_are_the_publishers():
    with PUBLISHED.open(encoding="utf-8-sig", newline="") as file:
        listed = {row["NACE Rev. 2"]: row["Name"] for row in csv.DictReader(file)}
    ours = {taxonomies.normalise_industry(code): name for code, name in listed.items()}
    differing = {
        code: (name, taxonomies.industries()[code].name)
        for code, name in ours.items()
        if taxonomies.industries()[code].name.casefold() != name.casefold()
    }
    assert len(ours) == len(CODES) == 996
    assert differing == {
        "C281": ("Manufacture of general — purpose machinery", "Manufacture of general-purpose machinery")
    }


@settings(deadline=None)
@given(st.sampled_from(CODES))
def test_every_way_of_writing_a_code_means_the_same(code):
    digits = code[1:]
    dotted = f"{digits[:2]}.{digits[2:]}" if len(digits) > 2 else digits
    for written in (code, code.lower(), f" {code} ", *([dotted, digits, code[0] + dotted] if digits else [])):
        assert taxonomies.industry(written).industry_code == code


@settings(deadline=None)
@given(st.sampled_from(CODES))
def test_the_parts_of_an_item_are_below_it_and_share_no_class(code):
    item = taxonomies.industry(code)
    classes = taxonomies.parts_of(code, "class")
    assert classes
    assert sum(len(taxonomies.parts_of(c, "class")) for c in taxonomies.industry_children(code)) in (
        len(classes),
        0,
    )
    for part in classes:
        assert code == part or code in taxonomies.industry_parents(part)
        assert taxonomies.section_of(part) == item.section_code


@pytest.mark.parametrize(
    ("code", "number", "some"),
    [
        ("TOTAL", 21, "U"),
        ("B-E", 4, "D"),
        ("M_N", 2, "N"),
        ("C10-C12", 3, "C11"),
        ("B-N_S95_X_K", 13, "S95"),
        ("B-N_X_K", 12, "L"),
        ("N771_N7721", 2, "N7721"),
        ("I_X_I559_I562", 5, "I561"),
        ("C_LTC", 15, "C181"),
        ("C", 24, "C33"),
        ("C10", 9, "C109"),
    ],
)
def test_an_aggregate_is_known_by_its_members(code, number, some):
    found = taxonomies.members(code)
    assert len(found) == number
    assert some in found


def test_technology_levels_divide_manufacturing():
    levels = ("C_HTC", "C_HTC_M", "C_LTC_M", "C_LTC")
    classes = [c for code in levels for c in taxonomies.members(code, level="class")]
    assert len(classes) == len(set(classes))
    assert set(classes) == set(taxonomies.parts_of("C", "class"))


def test_business_economy_in_divisions_leaves_finance_out():
    divisions = taxonomies.members("B-N_S95_X_K", level="division")
    assert len(divisions) == 5 + 24 + 1 + 4 + 3 + 3 + 5 + 2 + 6 + 1 + 7 + 6 + 1
    assert not {"K64", "K65", "K66", "S94", "S96"} & set(divisions)


def test_an_aggregate_that_cuts_through_a_division_says_so():
    with pytest.raises(NotFoundError, match=r"cuts through .*C303.*ask for the level 'group'"):
        taxonomies.members("C_HTC", level="division")


@pytest.mark.parametrize("code", ["KIA", "C99-C10", "X_Y", "", "TI_WTO"])
def test_an_unknown_aggregate_is_not_guessed(code):
    with pytest.raises(NotFoundError, match="not known what the aggregate"):
        taxonomies.members(code)


def test_an_unknown_code_names_the_nearest():
    with pytest.raises(NotFoundError, match=r"nearest is 'C109' \(Prepared animal feeds\)"):
        taxonomies.industry("10.99")


def test_an_unknown_classification_names_the_nearest():
    with pytest.raises(UsageError, match=r"did you mean 'NACE Rev. 2.1'"):
        taxonomies.industries("NACE 2.1")


@pytest.mark.parametrize("name", ["industries", "aggregates"])
def test_examples_in_the_docstrings(name):
    assert not doctest.testmod(importlib.import_module(f"clusteratlas.taxonomies.{name}")).failed
