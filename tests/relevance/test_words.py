"""The word means many things; only one of them is an industrial or innovation cluster."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clusteratlas.relevance import mentions
from clusteratlas.relevance.words import passage


@pytest.mark.parametrize(
    "text",
    [
        "We support small firms through regional clusters of wood producers.",
        "The consortium joins six cluster organisations with SMEs in their value chains.",
        "Partners are universities, companies, clusters and chambers of commerce.",
        "The Bavarian automotive cluster leads the work.",
        "An industrial cluster around the harbour shares its waste heat.",
        "How do artisan clusters in Rajasthan innovate?",
        "It builds on BlueBioClusters and their member companies.",
    ],
)
def test_economic_clusters_are_recognised(text: str) -> None:
    assert {m.sense for m in mentions(text)} <= {"organised", "economic"}
    assert mentions(text)


@pytest.mark.parametrize(
    "text",
    [
        "The mass of galaxy clusters depends on the plasma.",
        "Stars in young globular clusters lose angular momentum.",
        "Jobs run on a computing cluster with four hundred nodes.",
        "Silver clusters of nine atoms absorb light.",
        "A cluster randomised trial in forty villages.",
        "Biosynthetic gene clusters of soil bacteria.",
        "We identify patient clusters by k-means.",
        "Cluster munitions remain a danger after wars.",
        "Symptom clusters in cancer survivors.",
        "Cluster headache has no cure.",
    ],
)
def test_sciences_clusters_are_not_economic(text: str) -> None:
    assert {m.sense for m in mentions(text)} == {"science"}


@pytest.mark.parametrize(
    "text",
    [
        "Contact points for Cluster 5 of Horizon Europe.",
        "It answers Destination 2 of the Horizon Europe cluster on health.",
        "This action is part of the Cancer Mission cluster of projects.",
        "The project clusters met in Brussels.",
        "We will cluster with other funded projects.",
        "It is hosted by the Cluster of Excellence on living materials.",
        "Sixteen clusters of results reach the market and its firms.",
    ],
)
def test_parts_of_a_programme_are_not_economic(text: str) -> None:
    assert {m.sense for m in mentions(text)} == {"programme"}


def test_unclear_mentions_follow_the_others() -> None:
    senses = [
        m.sense
        for m in mentions("Galaxy clusters are far. " + "Nothing else. " * 20 + "These clusters move.")
    ]
    assert senses == ["science", "science"]
    assert [m.sense for m in mentions("These clusters move.")] == ["unclear"]


def test_clustering_is_no_cluster() -> None:
    assert mentions("Spectral clustering of clustered data") == []


def test_no_text_has_no_mentions() -> None:
    assert mentions(None) == mentions("") == []


def test_places_are_places_in_the_text_as_written() -> None:
    text = "İstanbul: the İzmir Cluster of firms"
    (mention,) = mentions(text)
    assert text[mention.start : mention.end] == "Cluster"


@given(st.text(max_size=300), st.text(max_size=300))
def test_a_passage_is_short_and_keeps_the_word(before: str, after: str) -> None:
    text = f"{before} cluster {after}"
    mention = next(m for m in mentions(text) if m.start >= len(before) or "cluster" in before.lower())
    shown = passage(text, mention, length=120)
    assert len(shown) <= 124
    assert "luster" in shown.lower() or "laster" in shown.lower() or "lastr" in shown.lower()
