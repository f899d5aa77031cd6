"""Postal codes stand for regions only where the list says so, and the list keeps what it promises."""

from __future__ import annotations

from clusteratlas import taxonomies
from clusteratlas.taxonomies.postal import folded_postal
from clusteratlas.taxonomies.tables import rows


def test_every_rule_is_of_a_current_region_of_its_country_and_agreed_on() -> None:
    for row in rows("postal_regions.csv"):
        region = taxonomies.regions()[row["nuts_code"]]
        assert region.is_current
        assert taxonomies.country_code(row["nuts_code"][:2]) == row["country_code"]
        assert int(row["agreeing"]) >= 0.99 * int(row["organisations"])
        assert int(row["organisations"]) >= (1 if _is_french_department(row) else 3)
        assert row["prefix"] == folded_postal(row["prefix"])


def _is_french_department(row: dict[str, str]) -> bool:
    return row["country_code"] == "FR" and row["prefix"].isdigit() and len(row["prefix"]) == 2


def test_french_codes_begin_with_the_department() -> None:
    assert taxonomies.postal_region("FR", "35042") == "FRH03"  # Ille-et-Vilaine
    assert taxonomies.postal_region("FR", "F-31080") == "FRJ23"  # Haute-Garonne
    assert taxonomies.postal_region("FR", "75 005") == "FR101"  # Paris


def test_what_no_rule_knows_stays_unknown() -> None:
    for country, code in (
        ("FR", None),
        ("FR", ""),
        ("FR", "CEDEX"),
        ("FR", "CS 10001"),
        ("DE", "10115"),
        (None, "75005"),
        ("XX", "1"),
    ):
        assert taxonomies.postal_region(country, code) is None
