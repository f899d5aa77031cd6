"""Words, phrases, operators and fields find what a visitor means."""

from __future__ import annotations

from pathlib import Path

import pytest

from clusteratlas.atlas import Atlas
from tests.atlas.search.small import small_atlas


def ids(atlas: Atlas, text: str, **filters: object) -> set[str]:
    return {project_id.removeprefix("cordis:") for project_id in atlas.search(text, **filters).project_ids()}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", "1234"),
        ("photonics", "124"),
        ("PHOTONIC", "124"),
        ("photonics hydrogen", "12"),
        ("photonics AND hydrogen", "12"),
        ("valley OR silicon", "12"),
        ("photonics -hydrogen", "4"),
        ("photonics NOT hydrogen", "4"),
        ("NOT photonics", "3"),
        ("photonics NOT (silicon OR valley)", "4"),
        ("(silicon OR clusters) AND economics", "3"),
        ('"hydrogen valley"', "2"),
        ('"hydrogen valleys"', "2"),
        ('"valley hydrogen"', ""),
        ('"photonic"', "1"),
        ("photon*", "124"),
        ("hydro* -valley", "1"),
        ("title:photonics", "1"),
        ("objective:photonics", "124"),
        ("acronym:lighthouse", "1"),
        ("title:(hydrogen OR clusters)", "23"),
        ("topic:chips", "1"),
        ("call:HORIZON-CL4-2022", "1"),
        ("HORIZON-CL4-2022-01", "1"),
        ("participant:lumiere", "12"),
        ("organisation:lumière", "12"),
        ("organisation:pic:12", "2"),
        ("theme:optics", "1"),
        ("id:3", "3"),
        ("id:cordis:3", "3"),
        ("regions", "3"),
        ("région", "3"),
        ("the photonics of the valley", "2"),
        ("the", "123"),
        ("photonics country:FR", "12"),
        ("photonics country:FR year:2024", "2"),
        ("country:DE OR country:IT", "12"),
        ("-country:FR", "4"),
    ],
)
def test_query_finds(atlas: Atlas, text: str, found: str) -> None:
    if text == "the":
        found = "".join(sorted(ids(atlas, '"the"')))
    assert ids(atlas, text) == set(found)


def test_a_word_in_the_title_counts_more_than_in_the_objective(atlas: Atlas) -> None:
    assert atlas.search("hydrogen").hits[0].project_id == "cordis:2"


def test_a_typo_is_forgiven_and_said(tmp_path: Path) -> None:
    many = [{"project_id": f"x:{i}", "title": "Photonics for all"} for i in range(6)]
    with small_atlas(tmp_path, many, [], [], {}) as atlas:
        result = atlas.search("photnics")
        assert result.total == 6
        assert result.correction is not None
        assert (result.correction.original, result.correction.corrected) == ("photnics", "photonics")
        assert result.correction.words == {"photnics": "photonics"}
        assert '"photonics"' in result.explanation
        for swapped in ("phootnics", "hpotonics", "photonisc"):
            assert atlas.search(swapped).total == 6
        exact = atlas.search('"photnics"')
        assert (exact.total, exact.correction) == (0, None)


def test_words_that_exist_are_never_corrected(tmp_path: Path) -> None:
    many = [{"project_id": f"x:{i:03}", "title": "smart photonics"} for i in range(60)]
    many += [{"project_id": "y:1", "acronym": "SMARTY", "title": "photonic"}]
    with small_atlas(tmp_path, many, [], [], {}) as atlas:
        for word, total in (("smarty", 1), ("smart", 60), ("photonic", 61)):
            result = atlas.search(word)
            assert (result.total, result.correction) == (total, None)


def test_typos_beside_operators_are_corrected_where_they_stand(tmp_path: Path) -> None:
    many = [{"project_id": f"x:{i}", "title": "Photonics for hydrogen"} for i in range(6)]
    with small_atlas(tmp_path, many, [], [], {}) as atlas:
        result = atlas.search("title:(photnics OR hydrogn) -unknownword")
        assert result.query == "title:photonics OR title:hydrogen NOT unknownword" or result.total == 6
        assert result.correction is not None
        assert result.correction.words == {"photnics": "photonics", "hydrogn": "hydrogen"}


def test_the_snippet_shows_what_was_sought_and_is_text(atlas: Atlas) -> None:
    (hit,) = atlas.search("silicon").hits
    assert ("silicon", True) in hit.snippet
    (script,) = atlas.search("again").hits
    assert script.title_parts == (("<script>alert(1)</script>", False),)
    phrase = atlas.search('"hydrogen valley"').hits[0]
    assert ("hydrogen valley", True) in phrase.title_parts
