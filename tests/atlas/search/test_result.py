"""Pages, orders, sentences and downloads of a result agree with each other."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from clusteratlas.atlas import Atlas
from clusteratlas.errors import NotFoundError, UsageError
from tests.atlas.search.small import small_atlas


@pytest.mark.parametrize(
    ("sort", "order"),
    [
        ("relevance", "2134"),
        ("newest", "2134"),
        ("oldest", "3124"),
        ("budget", "1243"),
        ("budget-asc", "4213"),
        ("title", "4231"),
        ("partners", "1234"),
    ],
)
def test_orders(atlas: Atlas, sort: str, order: str) -> None:
    result = atlas.search("", sort=sort)
    assert "".join(i.removeprefix("cordis:") for i in result.project_ids()) == order


def test_pages_follow_each_other_and_the_download(atlas: Atlas) -> None:
    pages = [atlas.search("photonics", page=number, page_size=1) for number in (1, 2, 3, 4)]
    shown = [hit.project_id for page in pages for hit in page.hits]
    assert shown == pages[0].project_ids() == [row["project_id"] for row in pages[0].to_rows()]
    assert (pages[0].total, pages[0].pages, pages[3].hits) == (3, 3, ())
    assert pages[0].pl()["project_id"].to_list() == pages[0].df()["project_id"].tolist() == shown


def test_a_hit_shows_the_facts_of_the_project(atlas: Atlas) -> None:
    hit = atlas.search("valley").hits[0]
    assert (hit.project_id, hit.acronym, hit.programme_id) == ("cordis:2", "H2VALE", "HORIZON")
    assert (hit.coordinator_name, hit.coordinator_country, hit.participants) == ("Lumière SAS", "FR", 2)
    assert (hit.cluster, hit.eu_contribution_eur, hit.start_date.year) == ("related", 400_000.0, 2024)
    assert atlas.search("again").hits[0].cluster is None


def test_the_whole_can_be_written_as_json(atlas: Atlas) -> None:
    read = json.loads(json.dumps(atlas.search("photonics", country="FR").to_dict()))
    assert (read["total"], read["hits"][0]["project_id"][:7]) == (2, "cordis:")
    assert read["facets"]["country"]["values"][0]["value"] == "FR"
    assert read["countries"] == {"DE": 1, "FR": 2, "IT": 1}


@pytest.mark.parametrize(
    ("text", "filters", "sentence"),
    [
        ("", {}, "All projects; 4 found."),
        ("hydrogen valley", {}, 'Projects with "hydrogen" and "valley" in any field; 1 found.'),
        (
            "photonics -hydrogen",
            {"country": ["DE", "FR"]},
            'Projects with "photonics" but without "hydrogen" in any field, '
            "with participants from Germany or France; 0 found.",
        ),
        ('title:"hydrogen valley"', {"year": 2024},
         'Projects with the phrase "hydrogen valley" in the title, starting in 2024; 1 found.'),
        ("photon*", {}, 'Projects with words beginning with "photon" in any field; 3 found.'),
        ("", {"cluster": "yes"}, "Projects judged core or related; 2 found."),
        ("", {"budget_min": 400_000}, "Projects with an EU contribution of at least EUR 400,000; 2 found."),
        ("", {"organisation": "pic:12"}, "Projects with the participant Alpine Energy; 1 found."),
    ],
)  # fmt: skip
def test_the_query_is_explained(atlas: Atlas, text: str, filters: dict, sentence: str) -> None:
    assert atlas.search(text, **filters).explanation == sentence


@pytest.mark.parametrize(
    "wrong",
    [
        {"page": 0},
        {"page": 10**9},
        {"page_size": 0},
        {"page_size": 101},
        {"sort": "newset"},
        {"text": "x" * 501},
    ],
)
def test_bounds_are_kept_and_the_remedy_is_said(atlas: Atlas, wrong: dict) -> None:
    with pytest.raises(UsageError) as told:
        atlas.search(**wrong)
    assert told.value.remedy


def test_an_empty_release_can_be_searched(tmp_path: Path) -> None:
    with small_atlas(tmp_path, [], [], [], {}) as atlas:
        result = atlas.search('photonics OR x* OR "a b" NOT y', country="FR")
        assert (result.total, result.hits, result.pages) == (0, (), 1)
        assert atlas.search("").total == 0
        assert atlas.suggest("pho") == ()


def test_two_builds_of_the_same_rows_answer_alike(tmp_path: Path) -> None:
    answers = []
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        with small_atlas(tmp_path / name) as atlas:
            answers.append([atlas.search(q).to_dict() for q in ("photonics", "hydrogen OR clusters", "")])
    assert answers[0] == answers[1]


def test_threads_share_one_search(tmp_path: Path) -> None:
    queries = ["photonics", "hydrogen valley", "", "clusters OR photon*", '"hydrogen valley"'] * 8
    with small_atlas(tmp_path) as atlas, ThreadPoolExecutor(8) as pool:
        together = list(pool.map(lambda q: atlas.search(q, country="FR").to_dict(), queries))
        assert together == [atlas.search(q, country="FR").to_dict() for q in queries]


def test_related_projects_say_why(atlas: Atlas) -> None:
    related = atlas.similar("cordis:1")
    assert related[0].project_id == "cordis:2"
    reasons = {reason.kind: reason for reason in related[0].reasons}
    assert reasons["partners"].items == ("pic:11",)
    assert "Lumière SAS" in reasons["partners"].text
    assert "cordis:1" not in {one.project_id for one in related}
    with pytest.raises(NotFoundError):
        atlas.similar("cordis:999")


def test_fewer_related_projects_are_the_best_of_more(atlas: Atlas) -> None:
    all_of_them = atlas.similar("cordis:1", 100)
    assert [one.score for one in all_of_them] == sorted((one.score for one in all_of_them), reverse=True)
    for n in range(len(all_of_them) + 1):
        assert atlas.similar("cordis:1", n) == all_of_them[:n]


def test_suggestions_begin_as_typed(atlas: Atlas) -> None:
    kinds = {(one.kind, one.label) for one in atlas.suggest("lum")}
    assert ("organisation", "Lumière SAS") in kinds
    assert ("country", "Germany") in {(one.kind, one.label) for one in atlas.suggest("ger")}
    assert atlas.suggest("hydrogen val")[0].value == "hydrogen valley"
    assert any(one.kind == "project" and one.value == "cordis:2" for one in atlas.suggest("h2"))
    assert atlas.suggest("") == atlas.suggest("(((") == ()


def test_what_is_no_text_is_refused_in_words(atlas: Atlas) -> None:
    with pytest.raises(UsageError, match="a query is a text, and 5 is int"):
        atlas.search(5)
    with pytest.raises(UsageError, match="page: 'two' is no number"):
        atlas.search("photonics", page="two")
