"""Cluster organisations are told by their names, in many languages."""

from __future__ import annotations

import pyarrow as pa
import pytest

from clusteratlas.relevance import organisation_kind
from clusteratlas.relevance.organisations import participant_kind


@pytest.mark.parametrize(
    "name",
    [
        "ASOCIACION CLUSTER ALIMENTARIO",
        "Associação Clúster do Mar",
        "LATVIJAS INFORMACIJAS TEHNOLOGIJU KLASTERIS",
        "MORAVSKY LETECKY KLASTR",
        "Innovativ Elelmiszeripari Klaszter Kft.",
        "SLOVENSKI GRADBENI GROZD",
        "Pôle de compétitivité de la filière bois",
        "DISTRETTO TECNOLOGICO AEROSPAZIALE SCARL",
        "CLUST-ER AGROALIMENTARE",
        "ELLINIKOS SYNERGATIKOS SCHIMATISMOS",
        "AEROSPACE VALLEY",
        "Holzcluster Steiermark GmbH",
    ],
)
def test_cluster_organisations(name: str) -> None:
    assert organisation_kind(pa.array([name])).to_pylist() == ["cluster"]


@pytest.mark.parametrize(
    "name",
    [
        "SOUTH POLE AG",
        "University of the Fraser Valley",
        "South Valley University",
        "HIGH TECHNOLOGY SYSTEMS HTS SRL",
        "KOMPETENZNETZ VORHOFFLIMMERN E.V.",
        "MAX-PLANCK-GESELLSCHAFT",
        "CEITEC Cluster-bioinformatics",
    ],
)
def test_others_are_not(name: str) -> None:
    assert organisation_kind(pa.array([name])).to_pylist() == ["other"]


def test_a_cluster_whose_name_does_not_say_so_is_known() -> None:
    assert organisation_kind(pa.array(["FBCD AS", "Minalogic"])).to_pylist() == ["known", "known"]


def test_a_short_name_can_tell() -> None:
    kinds = organisation_kind(pa.array(["ASOCIATIA TRANSILVANIA"]), pa.array(["TRANSILVANIA IT CLUSTER"]))
    assert kinds.to_pylist() == ["cluster"]


def test_intermediaries_are_apart() -> None:
    names = pa.array(["Regionalna razvojna agencija", "Camara de Comercio de Madrid", "Tartu Teaduspark"])
    assert organisation_kind(names).to_pylist() == ["support"] * 3


def test_what_a_source_states_comes_before_the_name(participants) -> None:
    people = participants({"name": "FORUM OF FIRMS"}, {"name": "FORUM OF FIRMS"}, {"name": "OAK CLUSTER"})
    stated = people.append_column("is_cluster_organisation", pa.array([True, None, False]))
    assert participant_kind(stated).to_pylist() == ["cluster", "other", "cluster"]


def test_nulls_and_none_at_all() -> None:
    assert organisation_kind(pa.array([None, "x"], pa.string())).to_pylist() == ["other", "other"]
    assert organisation_kind(pa.array([], pa.string())).to_pylist() == []
