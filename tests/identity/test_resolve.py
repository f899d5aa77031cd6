"""Which records come together, and which must not."""

from __future__ import annotations

import polars as pl
import pytest

from clusteratlas import identity
from clusteratlas.errors import InputError


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


def test_a_missing_column_is_named() -> None:
    with pytest.raises(InputError, match="column 'country' is missing"):
        identity.resolve(pl.DataFrame({"record_id": ["1"], "source": ["a"], "name": ["x"]}))
