"""Which records come together, and which must not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import polars as pl
import pytest

from clusteratlas import identity
from clusteratlas.errors import InputError, UsageError


def organisations(*rows: tuple[str, ...], columns: str = "source name country") -> list[str]:
    """The organisation of each row, in the order of the rows."""
    heads = columns.split()
    frame = pl.DataFrame(
        [(f"r{n:03}", *row) for n, row in enumerate(rows)], schema=["record_id", *heads], orient="row"
    )
    found = dict(identity.resolve(frame).iter_rows())
    return [found[f"r{n:03}"] for n in range(len(rows))]


def together(*names: str, country: str = "DE") -> bool:
    """Whether records of different sources with these names are one organisation."""
    return len(set(organisations(*((f"s{n}", name, country) for n, name in enumerate(names))))) == 1


@pytest.mark.parametrize(
    ("left", "right", "country"),
    [
        ("Universität Wien", "UNIVERSITAET WIEN", "AT"),
        ("Consiglio Nazionale delle Ricerche", "CONSIGLIO NAZIONALE DELLE RICERCHE (CNR)", "IT"),
        ("LÃ¼beck Maritime Forschung GmbH", "Lübeck Maritime Forschung GmbH", "DE"),
        ("Siemens Energy Aktiengesellschaft", "SIEMENS ENERGY AG", "DE"),
        ("Εθνικό Μετσόβιο Πολυτεχνείο", "ETHNIKO METSOVIO POLYTECHNEIO", "GR"),
    ],
)
def test_one_body_in_two_spellings_is_one_organisation(left: str, right: str, country: str) -> None:
    assert together(left, right, country=country)


def test_a_shared_pic_joins_records_of_any_name() -> None:
    first, second, other = organisations(
        ("a", "EIT DIGITAL", "BE", "999902967"),
        ("b", "28DIGITAL", "BE", "999902967"),
        ("b", "Kortrijk Textiles", "BE", "999902968"),
        columns="source name country pic",
    )
    assert (first, second, other) == ("pic:999902967", "pic:999902967", "pic:999902968")


def test_the_answer_stands_in_the_order_of_the_records() -> None:
    rows = [
        ("9", "b", "Kerry Weavers", "IE"),
        ("10", "a", "Ost Stahl", "DE"),
        (" 1", "b", "Nord Optik", "DK"),
    ]
    frame = pl.DataFrame(rows, schema=["record_id", "source", "name", "country"], orient="row")
    for given in (frame, frame.to_pandas(), frame.to_arrow(), frame.to_pandas().astype({"record_id": int})):
        assert list(pl.DataFrame(identity.resolve(given))["record_id"]) == ["9", "10", "1"]


def test_a_missing_column_is_named() -> None:
    with pytest.raises(InputError, match="column 'country' is missing"):
        identity.resolve(pl.DataFrame({"record_id": ["1"], "source": ["a"], "name": ["x"]}))


@pytest.mark.parametrize("given", [None, [{"record_id": "1"}], {"record_id": ["1"]}, "records.csv"])
def test_what_is_no_frame_is_said(given: object) -> None:
    with pytest.raises(InputError, match="this is no dataframe"):
        identity.resolve(given)


def test_a_frame_that_cannot_be_read_is_said() -> None:
    frame = pl.DataFrame({"record_id": ["1"], "source": ["a"], "name": ["x"], "country": ["DE"]})
    with pytest.raises(InputError, match=r"column 'city' holds List.*one text in each cell"):
        identity.resolve(frame.with_columns(city=pl.lit(["Köln"])))
    twice = frame.to_pandas().rename(columns={"country": "name"})
    with pytest.raises(InputError, match="cannot be read"):
        identity.resolve(twice)
    mixed = pl.concat([frame, frame.with_columns(record_id=pl.lit("2"))]).to_pandas()
    mixed["name"] = ["x", 28]
    with pytest.raises(InputError, match=r"mixes texts, numbers.*astype"):
        identity.resolve(mixed)
    with pytest.raises(InputError, match="column 'country' is missing"):
        identity.resolve(frame.to_pandas().rename(columns={"country": 1}))


@pytest.mark.parametrize("same", [-0.1, 1.5, float("nan"), "0.9", True])
@pytest.mark.parametrize("function", [identity.resolve, identity.judge, identity.explain])
def test_what_is_no_probability_is_said(function: Callable[..., Any], same: object) -> None:
    with pytest.raises(UsageError, match="is no probability"):
        function(pl.DataFrame({"record_id": [], "source": [], "name": [], "country": []}), same=same)


WITHOUT_NAMES = [None, "", " ", "n/a", "N.A.", "Unknown", "***", "😀"]


@pytest.mark.parametrize("name", WITHOUT_NAMES)
def test_records_without_a_name_are_not_one_body(name: str | None) -> None:
    rows = [("a", name, "DE", "Köln"), ("b", name, "DE", "Köln"), ("b", "Siemens Energy AG", "DE", "Köln")]
    assert len({*organisations(*rows, columns="source name country city")}) == 3
    keyed = [("a", name, "DE", "999902967"), ("b", name, "DE", "999902967"), ("b", name, "DE", None)]
    first, second, other = organisations(*keyed, columns="source name country pic")
    assert first == second == "pic:999902967" != other


@pytest.mark.parametrize(
    ("called", "column"),
    [("postCode", "postal_code"), ("postcode", "postal_code"), ("VAT", "vat_number"), ("town", "city")],
)
def test_a_column_by_another_of_its_words_counts(called: str, column: str) -> None:
    rows = [("a", "Kerry Weavers", "IE", "IE6388047V"), ("b", "Weavers of Tralee", "IE", "IE6388047V")]
    found = [organisations(*rows, columns=f"source name country {name}") for name in (called, column)]
    assert found[0] == found[1]


@pytest.mark.parametrize(("called", "meant"), [("postal_cod", "postal_code"), ("natonal_id", "national_id")])
def test_a_column_that_a_slip_sets_apart_is_named(called: str, meant: str) -> None:
    with pytest.raises(InputError, match=f"'{called}' is not known.*did you mean '{meant}'"):
        organisations(("a", "Kerry Weavers", "IE", "V92"), columns=f"source name country {called}")
    assert organisations(("a", "Kerry Weavers", "IE", "1"), columns="source name country rcn")


ADDRESSED = "source name country city postal_code"


def test_an_address_that_agrees_helps_and_one_that_differs_leaves_it_to_a_person() -> None:
    one = ("a", "Kerry Weavers Guild", "IE", "Tralee", "V92 RWV5")
    there = ("b", "KERRY WEAVERS GUILD LTD", "IE", "Tralee", "V92RWV5")
    elsewhere = ("b", "KERRY WEAVERS GUILD LTD", "IE", "Dublin", "D02 X285")
    assert len(set(organisations(one, there, columns=ADDRESSED))) == 1
    assert len(set(organisations(one, elsewhere, columns=ADDRESSED))) == 2
    heads = ["record_id", *ADDRESSED.split()]
    frame = pl.DataFrame([("1", *one), ("2", *elsewhere)], schema=heads, orient="row")
    assert identity.judge(frame)["verdict"].to_list() == ["unsure"]


def test_a_column_without_a_single_cell_changes_nothing() -> None:
    rows = [("a", "Kerry Weavers Guild", "IE"), ("b", "Guild of Weavers of Kerry", "IE")]
    frame = pl.DataFrame([(str(n), *row) for n, row in enumerate(rows)],
                         schema=["record_id", "source", "name", "country"], orient="row")  # fmt: skip
    empty = pl.lit(None, dtype=pl.String)
    wider = frame.with_columns(city=empty, postal_code=empty, website_url=empty, vat_number=empty, pic=empty)
    assert identity.judge(frame)["verdict"].to_list() == identity.judge(wider)["verdict"].to_list()
    assert identity.resolve(frame).equals(identity.resolve(wider))


def test_who_asks_for_more_certainty_gets_fewer_merges() -> None:
    rows = [("1", "a", "Kerry Weavers Guild", "IE"), ("2", "b", "KERRY WEAVERS GUILD LTD", "IE")]
    frame = pl.DataFrame(rows, schema=["record_id", "source", "name", "country"], orient="row")
    assert identity.resolve(frame)["organisation_id"].n_unique() == 1
    assert identity.resolve(frame, same=0.996)["organisation_id"].n_unique() == 2
