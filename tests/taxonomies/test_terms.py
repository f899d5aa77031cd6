"""Vocabularies: what publishers write becomes one code, and nothing is guessed."""

import doctest
import importlib

import pytest

from clusteratlas import taxonomies


@pytest.mark.parametrize(
    ("written", "role"),
    [
        ("coordinator", "coordinator"),
        ("Lead partner", "coordinator"),
        ("associatedPartner", "associatedPartner"),
        ("associated partner", "associatedPartner"),
        ("thirdParty", "thirdParty"),
        ("hostInstitution", "hostInstitution"),
        ("partner for the textile vertical", None),
        ("?", None),
        ("", None),
        (None, None),
    ],
)
def test_roles(written, role):
    assert taxonomies.canonical_role(written) == role


@pytest.mark.parametrize(
    ("written", "status"),
    [("SIGNED", "SIGNED"), ("ONG", "SIGNED"), ("CLO", "CLOSED"), ("CAN", "TERMINATED"), ("EXPIRED", None)],
)
def test_statuses(written, status):
    assert taxonomies.canonical_status(written) == status


def test_only_the_coordinator_coordinates():
    assert [role.code for role in taxonomies.roles().values() if role.is_coordinator] == ["coordinator"]


@pytest.mark.parametrize(
    ("scheme", "family"),
    [
        ("HORIZON-RIA", "RIA"),
        ("HORIZON-JU-IA", "IA"),
        ("HORIZON-CSA", "CSA"),
        ("HORIZON-TMA-MSCA-PF-EF", "MSCA"),
        ("HORIZON-TMA-MSCA-Cofund-D", "MSCA"),
        ("HORIZON-ERC-SYG", "ERC"),
        ("HORIZON-EIC-ACC-BF", "EIC and SME instrument"),
        ("MC-ITN", "MSCA"),
        ("SME-2", "EIC and SME instrument"),
        ("CSA-CA", "CSA"),
    ],
)
def test_schemes_of_all_programmes_fall_into_families(scheme, family):
    assert taxonomies.funding_schemes()[scheme].family == family


def test_labels_are_words():
    bare = [s.code for s in taxonomies.funding_schemes().values() if s.label == s.code]
    assert bare == []
    assert all(basis.label for basis in taxonomies.legal_bases().values())


def test_parents_of_legal_bases_exist():
    bases = taxonomies.legal_bases()
    assert bases["HORIZON.2.4.10"].parent_code == "HORIZON.2.4"
    assert all(basis.parent_code is None or basis.parent_code in bases for basis in bases.values())
    assert all(basis.programme_id in taxonomies.programmes() for basis in bases.values())


@pytest.mark.parametrize(
    "module", ["tables", "places", "nuts", "resolution", "initiatives", "terms", "__init__"]
)
def test_examples_in_the_documentation_run(module):
    name = "clusteratlas.taxonomies" if module == "__init__" else f"clusteratlas.taxonomies.{module}"
    result = doctest.testmod(importlib.import_module(name), optionflags=doctest.NORMALIZE_WHITESPACE)
    assert result.attempted
    assert not result.failed
