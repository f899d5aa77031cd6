"""Terms of texts: what is found, what is left out, and that nothing hangs on order or kind of frame."""

from __future__ import annotations

import pandas as pd
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clusteratlas.errors import InputError, UsageError
from clusteratlas.observatory import trends

TITLES = [
    "Quantum computing for batteries",
    "Quantum computing and AI",
    "A battery of quantum computers",
    "The aim of this project is excellence",
    "Perovskite solar cells",
    "Perovskite solar cell modules",
    None,
]


def projects(titles: list[str | None] = TITLES, **more: list[str | None]) -> pl.DataFrame:
    """Projects with titles."""
    return pl.DataFrame({"project_id": [str(i) for i in range(len(titles))], "title": titles, **more})


def terms(frame: pl.DataFrame, **options: object) -> dict[str, list[str]]:
    """The projects of each term."""
    found = trends.project_terms(frame, **({"heads": ["title"], "bodies": [], "fewest": 2} | options))
    return {key[0]: part["project_id"].to_list() for key, part in found.group_by("term", maintain_order=True)}


def test_phrases_and_words_with_their_projects() -> None:
    found = terms(projects())
    assert found["battery"] == ["0", "2"]
    assert found["quantum computing"] == ["0", "1"]
    assert found["quantum"] == ["0", "1", "2"]
    assert found["perovskite solar cell"] == ["4", "5"]


def test_parts_of_one_longer_term_and_boilerplate_are_left_out() -> None:
    found = terms(projects())
    assert not {"perovskite", "perovskite solar", "solar cell"} & set(found)
    assert not {"aim", "project", "excellence", "computing"} & set(found)


def test_phrases_end_at_marks_and_at_columns() -> None:
    frame = projects(["Deep learning, radar", "Deep learning; radar"], keywords=["sonar", "sonar"])
    assert set(terms(frame, heads=["title", "keywords"])) == {"deep learning", "radar", "sonar"}


def test_capitals_are_those_that_most_have() -> None:
    assert "COVID-19 vaccine" in terms(projects(["COVID-19 vaccines", "A COVID-19 vaccine"]))


def test_names_keep_their_capital_and_titles_do_not_make_names() -> None:
    frame = projects(
        ["Africa And Batteries"] * 2, objective=["All of it in Africa, with a battery, or with one more"] * 2
    )
    assert {"Africa", "battery"} <= set(terms(frame, bodies=["objective"]))


def test_what_only_bodies_say_is_the_wording_of_applications() -> None:
    """Both words are said by all; only one of them ever in a title."""
    frame = projects(
        ["Graphene", "Graphene inks", "Oxides"],
        objective=["Flagship of many words; graphene; said here, and longer"] * 3,
    )
    found = terms(frame, bodies=["objective"])
    assert "graphene" in found
    assert "flagship" not in found


def test_termhood_by_hand() -> None:
    """solid-state battery: two words, no weak one, two projects, in no longer term: log2(3) x 2."""
    frame = projects(["Solid-state batteries", "A solid-state battery"])
    found = trends.project_terms(frame, heads=["title"], bodies=[], fewest=2)
    assert found["termhood"].to_list() == [3.17, 3.17]


def test_the_most_are_kept_by_termhood() -> None:
    assert set(terms(projects(), most=1)) == {"perovskite solar cell"}


@settings(max_examples=20, deadline=None)
@given(order=st.permutations(range(len(TITLES))))
def test_the_order_of_rows_changes_nothing(order: list[int]) -> None:
    given_ = projects()
    shuffled = given_[order]
    options = {"heads": ["title"], "bodies": [], "fewest": 2}
    assert trends.project_terms(given_, **options).equals(trends.project_terms(shuffled, **options))


def test_the_kind_of_frame_comes_back() -> None:
    options = {"heads": ["title"], "bodies": [], "fewest": 2}
    expected = trends.project_terms(projects(), **options)
    for made in (pl.DataFrame.to_pandas, pl.DataFrame.to_arrow, pl.DataFrame.lazy):
        given_ = made(projects())
        found = trends.project_terms(given_, **options)
        assert type(found) is type(given_)
        rows = found.collect() if isinstance(found, pl.LazyFrame) else pl.DataFrame(found)
        assert rows.equals(expected)
    assert isinstance(trends.project_terms(pd.DataFrame(projects().to_dicts()), **options), pd.DataFrame)


def test_empty_texts_have_no_terms() -> None:
    assert trends.project_terms(projects([None, ""]), heads=["title"], bodies=[]).height == 0
    assert (
        trends.project_terms(projects([]).cast({"title": pl.String}), heads=["title"], bodies=[]).height == 0
    )


def test_known_terms_are_found_again_as_the_extraction_found_them() -> None:
    found = terms(projects())
    again = trends.find_terms(projects(), list(found), texts=["title"])
    assert {key[0]: part["project_id"].to_list() for key, part in again.group_by("term")} == found


def test_known_terms_are_found_in_the_plural_alone() -> None:
    found = trends.find_terms(
        projects(["Many batteries", "solar-cell"]), ["battery", "absent word"], texts=["title"]
    )
    assert found.rows() == [("0", "battery")]


def test_mistakes_are_explained() -> None:
    with pytest.raises(InputError, match=r"no column 'objective'.*texts that there are: heads=\['title'\]"):
        trends.project_terms(projects(keywords=[None] * 7))
    with pytest.raises(InputError, match="twice"):
        trends.project_terms(pl.concat([projects(), projects()]), heads=["title"], bodies=[])
    with pytest.raises(UsageError):
        trends.project_terms(projects(), heads=["title"], bodies=[], fewest=0)


def test_names_of_countries_and_words_of_no_field_are_no_terms_by_themselves() -> None:
    titles = [
        "Hydrogen in Greece",
        "Greece and its hydrogen hub",
        "A hub of Greece",
        "The southern hydrogen hub",
    ]
    projects = pl.DataFrame({"project_id": [str(n) for n in range(4)], "title": titles})
    found = trends.project_terms(projects, heads=["title"], bodies=[], fewest=2)
    assert "hydrogen" in set(found["term"])
    assert not {term.lower() for term in found["term"]} & {"greece", "hub", "southern"}
