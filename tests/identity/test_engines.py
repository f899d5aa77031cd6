"""Whatever kind of frame comes in: the same judgements, as that kind of frame."""

from __future__ import annotations

import pytest

from clusteratlas import identity
from clusteratlas.errors import InputError
from tests.support.engines import ENGINES, Engine, spark

ROWS = [
    # record_id, source, name, country, city, postal_code, website_url, vat_number, pic
    ("1", "a", "Universität Wien", "AT", "Wien", "1010", "https://www.univie.ac.at", None, "999869211"),
    ("2", "b", "UNIVERSITAET WIEN", "AT", "WIEN", "1010", "univie.ac.at/en", None, None),
    ("3", "b", "Universität Graz", "AT", "Graz", "8010", "uni-graz.at", None, None),
    ("4", "a", "Arkema France SA", "FR", "Colombes", "92700", None, None, None),
    ("5", "b", "ARKEMA FRANCE", "FR", "Colombes Cedex", "92705", None, None, None),
    ("6", "c", "Arkema", "FR", "Colombe", None, "arkema.com", None, None),
    ("7", "a", "Dipartimento di Farmacia", "IT", "Roma", "00185", None, "IT00811720580", None),
    ("8", "b", "Orto Botanico Storico", "IT", "Rom", "00186", None, "IT00811720580", None),
    ("9", "b", None, None, None, None, None, None, None),
    ("10", "a", "Pôle de compétitivité Tenerrdis", "FR", "Grenoble", "38000", None, None, None),
    ("11", "b", "TENERRDIS", "FR", "Paris", "75001", None, None, None),
    ("12", "a", "Coatema Coating Machinery GmbH", "DE", "Dormagen", "41539", None, None, "999685105"),
    ("13", "b", "Coatema Coating Machinery GmbH", "DE", "Dormagen", "41539", None, None, "998135918"),
    ("14", "c", "COATEMA COATING MACHINERY GMBH", "DE", "Dormagen", "41539", None, None, None),
]
HEADS = ["record_id", "source", "name", "country", "city", "postal_code", "website_url", "vat_number", "pic"]
COLUMNS = {head: [row[place] for row in ROWS] for place, head in enumerate(HEADS)}
COLUMNS["short_name"] = ["Tenerrdis" if row[0] == "10" else None for row in ROWS]


@pytest.fixture(params=sorted(ENGINES), scope="module")
def engine(request: pytest.FixtureRequest) -> Engine:
    if request.param == "pyspark":
        spark()
    return ENGINES[request.param]


def test_every_kind_of_frame_gets_the_same_judgements_to_the_last_digit(engine: Engine) -> None:
    expected = identity.judge(ENGINES["polars"].frame(COLUMNS)).to_dicts()
    found = engine.rows(identity.judge(engine.frame(COLUMNS)))
    assert sorted(found, key=lambda row: (row["left_record_id"], row["right_record_id"])) == expected
    assert {row["verdict"] for row in expected} == {"same", "unsure", "different"}
    reasons = {(row["left_record_id"], row["right_record_id"]): row["reason"] for row in expected}
    assert reasons["10", "11"] == "the name of one is the short name of the other"
    assert reasons["12", "14"] == reasons["13", "14"] == "another body fits about as well"


def test_every_kind_of_frame_gets_the_same_organisations(engine: Engine) -> None:
    found = {
        row["record_id"]: row["organisation_id"]
        for row in engine.rows(identity.resolve(engine.frame(COLUMNS)))
    }
    assert found == dict(identity.resolve(ENGINES["polars"].frame(COLUMNS)).iter_rows())
    assert found["1"] == found["2"] == "pic:999869211"
    assert found["7"] != found["8"]


def test_every_kind_of_frame_may_be_empty(engine: Engine) -> None:
    empty = engine.frame({head: [] for head in HEADS})
    assert engine.rows(identity.resolve(empty)) == []
    assert engine.rows(identity.judge(empty)) == []


def test_the_nearest_column_is_named(engine: Engine) -> None:
    wrong = engine.frame({"record_id": ["1"], "source": ["a"], "names": ["x"], "country": ["AT"]})
    with pytest.raises(InputError, match="column 'name' is missing") as fault:
        identity.resolve(wrong)
    assert "names" in str(fault.value)
