"""Cases in which names or numbers mislead."""

from __future__ import annotations

import string

import polars as pl
import pytest

from clusteratlas import identity
from tests.identity.test_resolve import organisations, together

EDUCATION = {
    "DE": "Bundesministerium für Bildung",
    "FR": "Ministère de l'Éducation nationale",
    "IT": "Ministero dell'Istruzione",
    "ES": "Ministerio de Educación",
    "PT": "Ministério da Educação",
    "PL": "Ministerstwo Edukacji",
    "RO": "Ministerul Educației",
    "BG": "Министерство на образованието",
    "GR": "Υπουργείο Παιδείας",
    "MT": "Ministry of Education",
}


def test_ministries_of_education_of_ten_countries_are_ten() -> None:
    found = organisations(*(("s", name, country) for country, name in EDUCATION.items()))
    assert len(set(found)) == len(EDUCATION)


@pytest.mark.parametrize(
    ("left", "right", "country"),
    [
        ("Technische Universität Berlin", "Freie Universität Berlin", "DE"),
        ("Humboldt-Universität zu Berlin", "Universität der Künste Berlin", "DE"),
        ("Universität Bremen", "Universität Bonn", "DE"),
        ("Klinikum Helios Erfurt GmbH", "Klinikum Helios Schwerin GmbH", "DE"),
        ("Camera di Commercio di Firenze", "Camera di Commercio di Milano", "IT"),
        ("Universite Paris 1", "Universite Paris 8", "FR"),
        ("Comune di Bologna", "Comune di Modena", "IT"),
        ("Vela Turbinen Holding AG", "Vela Turbinen Service und Wartung GmbH", "DE"),
    ],
)
def test_neighbours_alike_in_name_stay_apart(left: str, right: str, country: str) -> None:
    assert not together(left, right, country=country)


def test_institutes_with_one_acronym_in_two_countries_are_two() -> None:
    found = organisations(
        ("s", "Institut national de santé (INS)", "FR"),
        ("s", "Instituto Nacional de Saúde (INS)", "PT"),
        ("t", "INS", "FR"),
    )
    assert found[0] != found[1] != found[2]


def test_a_city_and_a_region_of_one_name_are_two() -> None:
    first, second = organisations(
        ("a", "Stadt Salzburg", "AT", "5020", "stadt-salzburg.at"),
        ("b", "Land Salzburg", "AT", "5010", "salzburg.gv.at"),
        columns="source name country postal_code website_url",
    )  # fmt: skip
    assert first != second


def test_a_renamed_body_is_one_by_its_number_and_two_without_it() -> None:
    named = [
        ("a", "SP Sveriges Tekniska Forskningsinstitut AB", "SE"),
        ("b", "RISE Research Institutes of Sweden AB", "SE"),
    ]
    first, second = organisations(*named)
    assert first != second
    first, second = organisations(
        *((*row, "SE556464687401") for row in named), columns="source name country pic"
    )
    assert first != second, "no PIC, so nothing that counts"
    first, second = organisations(*((*row, "999613712") for row in named), columns="source name country pic")
    assert first == second == "pic:999613712"


def test_a_pic_used_again_for_another_body_is_listed_not_merged() -> None:
    records = pl.DataFrame({
        "record_id": ["1", "2"], "source": ["a", "b"], "name": ["Loch Fyne Oysters Ltd", "Politechnika Rzeszowska"],
        "country": ["UK", "PL"], "pic": ["990000001", "990000001"],
    })  # fmt: skip
    assert identity.resolve(records)["organisation_id"].n_unique() == 2
    assert identity.conflicts(records)["kind"].to_list() == ["pic used again"]


def test_a_vat_number_shared_by_departments_is_shown_not_merged() -> None:
    records = pl.DataFrame({
        "record_id": ["1", "2"], "source": ["a", "b"], "country": ["IT", "IT"], "vat_number": ["IT00811720580"] * 2,
        "name": ["Dipartimento di Farmacia", "Orto Botanico Storico"],
    })  # fmt: skip
    assert identity.resolve(records)["organisation_id"].n_unique() == 2
    (pair,) = identity.judge(records).rows(named=True)
    assert (pair["verdict"], pair["who"]) == ("unsure", "rule")
    assert "shared VAT" in pair["reason"]


@pytest.mark.parametrize(
    "number", ["999999999", "000000000", "123456789", "N/A", "n.a.", "-", "NOT APPLICABLE"]
)
def test_a_number_that_only_fills_the_cell_joins_nothing(number: str) -> None:
    rows = [
        ("a", "Loch Fyne Oysters Ltd", "IE", number, number),
        ("b", "Kerry Weavers Guild", "IE", number, number),
    ]
    first, second = organisations(*rows, columns="source name country pic vat_number")
    assert first != second


def test_two_pics_of_one_name_are_not_joined_and_are_listed() -> None:
    records = pl.DataFrame({
        "record_id": ["1", "2", "3"], "source": ["a", "b", "c"], "name": ["Coatema Coating Machinery GmbH"] * 3,
        "country": ["DE"] * 3, "pic": ["999685105", "998135918", None],
    })  # fmt: skip
    found = dict(identity.resolve(records).iter_rows())
    assert found["1"] == "pic:999685105"
    assert found["2"] == "pic:998135918"
    assert found["3"] not in {found["1"], found["2"]}
    assert "pic" in identity.conflicts(records)["kind"].to_list()
    judged = {
        row["left_record_id"]: row for row in identity.judge(records).filter(right_record_id="3").to_dicts()
    }
    assert {row["verdict"] for row in judged.values()} == {"unsure"}
    assert {row["reason"] for row in judged.values()} == {"another body fits about as well"}


def test_of_two_bodies_the_one_that_fits_better_is_taken() -> None:
    records = pl.DataFrame({
        "record_id": ["1", "2", "3"], "source": ["a", "b", "c"], "name": ["Coatema Coating Machinery GmbH"] * 3,
        "country": ["DE"] * 3, "pic": ["999685105", "998135918", None], "postal_code": ["41539", "01067", "41539"],
    })  # fmt: skip
    found = dict(identity.resolve(records).iter_rows())
    assert found["3"] == found["1"] != found["2"]


def test_two_spellings_under_one_number_are_no_rivals() -> None:
    records = pl.DataFrame({
        "record_id": ["1", "2", "3"], "source": ["a", "b", "c"],
        "name": ["Coatema Coating Machinery GmbH", "COATEMA COATING MACHINERY GMBH", "Coatema Coating Machinery"],
        "country": ["DE"] * 3, "pic": ["999685105", "999685105", None],
    })  # fmt: skip
    assert set(identity.resolve(records)["organisation_id"]) == {"pic:999685105"}


@pytest.mark.parametrize("times", [1, 2])
def test_what_a_register_lists_twice_is_joined_to_nothing_by_its_name(times: int) -> None:
    register = [
        ("r", f"{one}{other}elin Institut") for one in "BDFGKLMNPRSTVW" for other in string.ascii_lowercase
    ]
    rows = [
        *register,
        *[("r", "Coatema Coating Machinery GmbH")] * times,
        ("s", "COATEMA COATING MACHINERY GMBH"),
    ]
    found = organisations(*((source, name, "DE") for source, name in rows))
    assert (found[-1] == found[-2]) is (times == 1)


def test_every_judgement_says_what_speaks_for_it() -> None:
    records = pl.DataFrame({
        "record_id": ["1", "2"], "source": ["a", "b"], "name": ["Arkema France SA", "ARKEMA FRANCE"],
        "country": ["FR"] * 2, "city": ["Colombes", "COLOMBES"], "postal_code": ["92700", "92700"],
    })  # fmt: skip
    (pair,) = identity.judge(records).rows(named=True)
    assert pair["verdict"] == "same"
    assert pair["weight_name"] > 0
    assert pair["weight_city"] > 0
    assert pair["weight_postal_code"] > pair["weight_city"]
    bits = sum(value for name, value in pair.items() if name.startswith("weight_"))
    assert pair["score"] == pytest.approx(1 / (1 + 2**-bits))


SOCIETY = "Fraunhofer Gesellschaft zur Förderung der angewandten Forschung eV"


def test_who_is_called_by_the_short_name_of_another_is_shown_to_a_person_and_not_merged() -> None:
    records = pl.DataFrame(
        {
            "record_id": ["long", "short", "abroad", "initials", "unlike"],
            "source": ["a", "b", "b", "b", "b"],
            "name": [SOCIETY, "FRAUNHOFER", "Fraunhofer", "C.T.A.", "Contactica SL"],
            "short_name": ["Fraunhofer", None, None, None, "CTA"],
            "country": ["DE", "DE", "AT", "ES", "ES"],
        }
    )
    judged = {
        frozenset((row["left_record_id"], row["right_record_id"])): row
        for row in identity.judge(records).to_dicts()
    }
    for pair in (("long", "short"), ("initials", "unlike")):
        found = judged[frozenset(pair)]
        assert found["verdict"] == "unsure"
        assert found["reason"] == "the name of one is the short name of the other"
    assert frozenset(("long", "abroad")) not in judged
    assert identity.resolve(records)["organisation_id"].n_unique() == len(records)


def test_a_short_name_that_many_are_called_by_says_nothing() -> None:
    records = pl.DataFrame(
        {
            "record_id": [str(at) for at in range(21)],
            "source": "a",
            "name": ["University", *(f"{word} Faculty" for word in string.ascii_letters[:20])],
            "short_name": [None, *(["University"] * 20)],
            "country": "AT",
        }
    )
    assert not identity.judge(records)["reason"].str.contains("short name").any()
