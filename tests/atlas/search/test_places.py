"""A place among the words asks for participants from there, and what was read is said; quotes undo it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clusteratlas import taxonomies
from clusteratlas.atlas import Atlas
from clusteratlas.atlas.search.placing import find_places


@pytest.mark.parametrize(
    ("text", "filters", "ids"),
    [
        ("photonics Germany", {"country": ("DE",)}, ["cordis:1"]),
        ("german photonics", {"country": ("DE",)}, ["cordis:1"]),
        ("photonics in Bavaria", {"region": ("DE2",)}, ["cordis:1"]),
        ("hydrogen Rhône-Alpes", {"region": ("FRK2",)}, ["cordis:1", "cordis:2"]),
        ("valley Piedmont", {"region": ("ITC1",)}, ["cordis:2"]),
        ("hydrogen France Germany", {"country": ("FR", "DE")}, ["cordis:1", "cordis:2"]),
        ("from the Auvergne-Rhône-Alpes", {"region": ("FRK",)}, ["cordis:1", "cordis:2", "cordis:3"]),
        ("France", {"country": ("FR",)}, ["cordis:1", "cordis:2", "cordis:3"]),
    ],
)
def test_places_are_read_as_filters(atlas: Atlas, text: str, filters: dict, ids: list[str]) -> None:
    found = atlas.search(text)
    assert found.filters == filters
    assert sorted(found.project_ids()) == ids
    assert all(place.is_applied for place in found.places)
    assert "read as a place" in found.explanation or "read as places" in found.explanation
    assert atlas.search(found.literal).places == ()
    assert atlas.search(found.literal).filters == {}
    assert atlas.search(found.rest, **filters).project_ids() == found.project_ids()


@pytest.mark.parametrize(
    "text",
    [
        'photonics "Germany"',
        "photonics -Germany",
        "NOT France",
        "title:Germany",
        "light OR Germany",
        "(France)",
    ],
)
def test_a_place_in_quotes_fields_exclusions_and_alternatives_is_a_word(atlas: Atlas, text: str) -> None:
    found = atlas.search(text)
    assert found.places == ()
    assert found.filters == {}


def test_a_chosen_country_is_not_widened_by_a_word(atlas: Atlas) -> None:
    found = atlas.search("photonics Germany", country="IT")
    assert found.filters == {"country": ("IT",)}
    assert [place.is_applied for place in found.places] == [False]
    assert atlas.search("photonics Germany", country="DE").query == "photonics"


def test_an_organisation_keeps_its_name(atlas: Atlas) -> None:
    found = atlas.search("Alpine Energy Italy")  # a participant's name, and where it is
    assert found.project_ids() == ["cordis:2"]
    assert find_places("Technical University of Denmark").is_naming
    assert not find_places("photonics Denmark").is_naming


def test_a_place_without_projects_stays_a_word_and_is_offered(atlas: Atlas) -> None:
    found = atlas.search("photonics Portugal")
    assert (found.total, found.filters) == (0, {})
    assert [(place.value, place.is_applied) for place in found.places] == [("PT", False)]


def test_every_name_leads_to_a_country_or_a_region_of_today() -> None:
    for name in taxonomies.place_names().values():
        if name.is_country:
            assert taxonomies.country(name.code).country_code == name.code
        else:
            assert taxonomies.region(name.code).is_current


@given(
    st.lists(
        st.sampled_from(
            ["Germany", "in", "the", '"', "-", "OR", "(", ")", "hydrogen", "Lower", "Saxony", ":", "x:"]
        )
    )
)
def test_whatever_is_typed_the_rest_and_the_places_are_what_was_typed(parts: list[str]) -> None:
    text = " ".join(parts)
    found = find_places(text)
    if found:
        assert found.literal.replace('"', "").split() == text.replace('"', "").split()
        assert find_places(found.literal) is None or '"' in text
        assert all(place.words in text for place in found.places)
