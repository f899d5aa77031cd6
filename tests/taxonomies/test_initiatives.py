"""Initiatives: recognised by their calls, and by nothing else."""

import pytest

from clusteratlas import taxonomies
from clusteratlas.errors import NotFoundError


@pytest.mark.parametrize(
    ("topic", "initiative_id", "pillar_id"),
    [
        ("INNOSUP-1-2015", "innosup-1", "emerging-industries"),
        ("INNOSUP-01-2016-2017", "innosup-1", "emerging-industries"),
        ("INNOSUP-01-2018-2020", "innosup-1", "emerging-industries"),
        ("HORIZON-EIE-2021-CONNECT-01-01", "european-innovation-ecosystems", "emerging-industries"),
        ("HORIZON-EIE-2022-SCALEUP-02-02", "women-techeu", "other"),
        ("HORIZON-CL4-2023-RESILIENCE-01-42", "supply-chain-technologies", "emerging-industries"),
        ("I3-2021-INV1-MANU", "i3", "emerging-industries"),
        ("COS-CLUSTPARTNS-2017-3-02", "escp-s3", "emerging-industries"),
        ("COS-CLUSTER-2014-3-03", "escp-4i-1", "internationalisation"),
        ("COS-CLUSTER-2014-3-04", "escp-4i-1", "internationalisation"),
        ("COS-CLUSINT-2016-03-01", "escp-4i-2", "internationalisation"),
        ("COS-CLUSINT-2017-03-6", "escp-4i-defence", "internationalisation"),
        ("COS-CLUSTER-2018-03-02", "cluster-excellence-2020", "excellence"),
        ("COS-CLUSTER-2020-3-03", "cluster-excellence-2022", "excellence"),
        ("SMP-COSME-2021-CLUSTER", "euroclusters-2022", "euroclusters"),
        ("SMP-COSME-2021-CLUSTER-01", "euroclusters-2022", "euroclusters"),
        ("SMP-COSME-2024-CLUSTER-01", "euroclusters-2025", "euroclusters"),
        ("SMP-COSME-2026-CLUSTER", "euroclusters", "euroclusters"),
        ("REGIONS-2009-1", "regions-of-knowledge", "other"),
        ("FP7-REGIONS-2012-2013-1", "regions-of-knowledge", "other"),
        (" smp-cosme-2021-cluster ", "euroclusters-2022", "euroclusters"),
    ],
)
def test_a_call_tells_its_initiative(topic, initiative_id, pillar_id):
    initiative = taxonomies.initiative_for(topic)
    assert (initiative.initiative_id, initiative.pillar_id) == (initiative_id, pillar_id)


@pytest.mark.parametrize(
    "topic",
    [
        "HORIZON-CL4-2021-TWIN-TRANSITION-01-21",
        "HORIZON-CL5-2021-D3-02-12",
        "HORIZON-EIC-2022-ACCELERATOROPEN-01",
        "HORIZON-MSCA-2022-PF-01-01",
        "INNOSUP-02-2016",
        "INNOSUP-10-2016",
        "H2020-INNOSUP",
        "H2020-INNOSUP-2014-2",
        "COS-TFLOWS-2014-3-15",
        "SMP-COSME-2021-TOURSME",
        "ERC-2021-STG",
        "XI3-2021-INV1",
        "",
        None,
    ],
)
def test_other_calls_belong_to_none(topic):
    assert taxonomies.initiative_for(topic) is None


def test_every_initiative_has_its_place():
    for initiative in taxonomies.initiatives().values():
        assert initiative.pillar_id in taxonomies.pillars()
        assert initiative.programme_id is None or initiative.programme_id in taxonomies.programmes()
        assert initiative.label in {"core", "context"}
        assert initiative.confidence in {"h", "m", "l"}
        assert initiative.name
        assert initiative.description.endswith(".")


def test_every_pillar_has_initiatives_and_a_question():
    used = {initiative.pillar_id for initiative in taxonomies.initiatives().values()}
    assert used == set(taxonomies.pillars())
    assert all(pillar.question.endswith("?") for pillar in taxonomies.pillars().values())


def test_totals_name_their_page():
    for initiative in taxonomies.initiatives().values():
        if initiative.totals.n_partnerships or initiative.totals.budget_eur:
            assert initiative.totals.source_url.startswith("http")


def test_rules_point_to_initiatives_that_exist():
    assert all(
        initiative_id in taxonomies.initiatives() for _, initiative_id in taxonomies.initiative_rules()
    )


def test_an_unknown_initiative_names_the_nearest():
    with pytest.raises(NotFoundError, match="did you mean 'innosup-1'"):
        taxonomies.initiative("innosup1")
