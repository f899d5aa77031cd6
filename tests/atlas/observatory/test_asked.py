"""Regions and categories as a person writes them: understood, or answered with what to do."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clusteratlas import taxonomies
from clusteratlas.atlas.observatory import parse_area, parse_scope
from clusteratlas.errors import ClusteratlasError


def test_a_region_is_found_by_a_code_of_any_version_and_it_is_said() -> None:
    old = parse_area("FR71")
    assert old.codes == ("FRK2",)
    assert "FRK2" in old.notes[0]
    assert not parse_area("FRK2").notes


def test_a_country_or_a_large_region_stands_for_its_parts() -> None:
    assert set(parse_area("AT3").codes) == {"AT31", "AT32", "AT33", "AT34"}
    assert set(parse_area("AT3").codes) < set(parse_area("AT").codes)
    assert all(taxonomies.level_of(code) == 2 for code in parse_area("DE").codes)


def test_a_region_of_ones_own_has_its_name_and_each_part_once() -> None:
    own = parse_area(" Greater  Tyrol = AT33, AT32 ,AT33")
    assert (own.name, own.codes, own.is_custom) == ("Greater Tyrol", ("AT32", "AT33"), True)
    assert parse_area(own.key) == own


def test_a_category_of_ones_own_takes_sections_and_parts_of_industries() -> None:
    own = parse_scope("nace:B,C10*0.5")
    assert own.is_custom
    assert dict(own.weights) == {"B05": 1, "B06": 1, "B07": 1, "B08": 1, "B09": 1, "C10": 0.5}
    assert parse_scope(own.key) == own
    assert parse_scope("10").key == "nace-divisions:C10"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("AT331", "AT33"),
        ("XX99", "no region"),
        ("", "no region given"),
        ("HR04", "split"),
        (",".join(["AT33"] * 61), "too many"),
        ("x" * 81 + "=AT33", "too long"),
    ],
)
def test_a_region_that_is_none_is_answered(text: str, said: str) -> None:
    with pytest.raises(ClusteratlasError, match=said):
        parse_area(text)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("nace:", "no industry given"),
        ("nace:C10*2", "part of an industry"),
        ("nace:C10*0", "part of an industry"),
        ("nace:C1011", "finer"),
        ("nace:C99", "no industry"),
        ("nace:C10*", "no industry"),
    ],
)
def test_a_category_that_is_none_is_answered(text: str, said: str) -> None:
    with pytest.raises(ClusteratlasError, match=said):
        parse_scope(text)


@settings(deadline=None)
@given(st.text(max_size=60))
def test_no_text_brings_anything_but_an_answer(text: str) -> None:
    for parse in (parse_area, parse_scope):
        with suppress(ClusteratlasError):
            found = parse(text)
            assert parse(found.key).key == found.key
