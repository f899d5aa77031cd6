"""Judgements that a person can read."""

from __future__ import annotations

import polars as pl
import pytest

from clusteratlas import identity


def said(left: dict[str, str], right: dict[str, str]) -> list[str]:
    """The sentences on two records, as the judgement on them and the records themselves give them."""
    records = pl.DataFrame(
        [{"record_id": "1", "source": "a", **left}, {"record_id": "2", "source": "b", **right}]
    )
    (judgement,) = identity.judge(records).rows(named=True)
    one, other = records.rows(named=True)
    return identity.words(judgement, one, other)


def on_names(left: str, right: str, country: str = "AT") -> list[str]:
    return said({"name": left, "country": country}, {"name": right, "country": country})


@pytest.mark.parametrize(
    ("left", "right", "sentence"),
    [
        ("Kerry Weavers Guild", "Kerry Weavers Guild", "same in every column"),
        ("Kerry Weavers Guild", "KERRY WEAVERS GUILD", "same name but for capitals"),
        ("Universität Wien", "UNIVERSITAET WIEN", "same name but for accents, blanks, signs or alphabet"),
        ("Voestalpine Stahl GmbH", "VOESTALPINE STAHL", "same name but for the legal form (GmbH)"),
        ("Voestalpine Stahl GmbH", "Voestalpine Stahl AG", "same name but for the legal form (GmbH, AG)"),
        ("Bodenkultur Akademie Wien", "Wien Bodenkultur Akademie", "same words of the name in another order"),
        ("Universität Wien", "University of Wien", "same name in other words (Universität, University)"),
    ],
)
def test_names_that_say_the_same_tell_in_what_they_differ(left: str, right: str, sentence: str) -> None:
    assert on_names(left, right)[0] == sentence


def test_names_that_differ_tell_the_words_they_share_and_those_left() -> None:
    assert on_names("Voestalpine Stahl Linz GmbH", "Voestalpine Stahl Donawitz AG") == [
        "both names have Voestalpine Stahl",
        "Linz in one name, Donawitz in the other",
        "other legal form (GmbH, AG)",
    ]


def test_initials_are_told() -> None:
    sentences = on_names("VTRI Salzburg", "Vela Turbinen Rotoren Innsbruck")
    assert "VTRI is the initials of the other name" in sentences


def test_the_columns_beside_the_name_are_quoted_the_weightiest_first() -> None:
    one = {"name": "Arkema France SA", "country": "FR", "city": "Colombes", "postal_code": "92700"}
    other = {"name": "Arkema France SA", "country": "FR", "city": "COLOMBES Cedex 3", "postal_code": "75001"}
    assert said(one, other) == [
        "same name, letter for letter",
        "other postal code (92700, 75001)",
        "same city (Colombes)",
    ]


def test_a_shared_number_is_the_first_thing_said() -> None:
    one = {"name": "EIT DIGITAL", "country": "BE", "pic": "999902967"}
    other = {"name": "28DIGITAL", "country": "BE", "pic": "999902967"}
    assert said(one, other)[0] == "same PIC (999902967)"


def test_a_number_used_again_is_said_with_both_countries() -> None:
    one = {"name": "Loch Fyne Oysters Ltd", "country": "GB", "pic": "990000001"}
    other = {"name": "Politechnika Rzeszowska", "country": "PL", "pic": "990000001"}
    sentences = said(one, other)
    assert sentences[0] == "PIC used again: other country, other name"
    assert "other country (GB, PL)" in sentences


def test_without_the_records_the_judgement_alone_is_told() -> None:
    records = pl.DataFrame({
        "record_id": ["1", "2"], "source": ["a", "b"], "name": ["Arkema France SA", "ARKEMA FRANCE"],
        "country": ["FR"] * 2, "city": ["Colombes", "Lyon"],
    })  # fmt: skip
    (judgement,) = identity.judge(records).rows(named=True)
    assert identity.words(judgement) == [
        "names alike in 100 of 100 letters, 100 % of their words (by rarity) in common",
        "city speaks against it",
    ]
