"""`clusteratlas search`, as a person or a script meets it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest


@pytest.fixture
def find(run: Callable, release: Path) -> Callable:
    return lambda *arguments: run("search", *arguments, "--release", release)


def test_words_find_projects_in_each_shape(find: Callable) -> None:
    assert "HYDRO1" in find("hydrogen").out
    answer = find("hydrogen", "--format", "json").json
    assert answer["total"] == len(answer["hits"]) >= 10
    assert answer["facets"]["country"]["values"]
    rows = find("hydrogen", "--format", "csv").rows
    assert [row["project_id"] for row in rows] == [hit["project_id"] for hit in answer["hits"]]


def test_a_typo_is_forgiven_and_said_beside_the_answer(find: Callable) -> None:
    ran = find("photnics", "--format", "json")
    assert ran.json["correction"]["corrected"] == "photonics"
    assert "photonics" in ran.err


def test_filters_narrow_and_repeat(find: Callable) -> None:
    total = {
        country: find("", "--filter", f"country={country}", "--format", "json").json["total"]
        for country in ("DE", "FR")
    }
    either = find("", "-f", "country=DE", "-f", "country=FR", "--format", "json").json
    assert max(total.values()) <= either["total"] <= sum(total.values())
    assert either["filters"]["country"] == ["DE", "FR"]
    both = find("", "-f", "country=DE", "-f", "year=2021", "--format", "json").json
    assert 0 < both["total"] < total["DE"]


def test_pages_and_orders(find: Callable) -> None:
    first, second = (
        [
            h["project_id"]
            for h in find("", "--limit", 4, "--page", p, "--sort", "budget", "--format", "json").json["hits"]
        ]
        for p in (1, 2)
    )
    assert len({*first, *second}) == 8
    assert first[0] == "cordis:101900029"
    rows = find("", "--limit", 4, "--page", 2, "--sort", "budget", "--format", "csv").rows
    assert [row["project_id"] for row in rows] == second


@pytest.mark.parametrize("shape", ["csv", "json"])
def test_a_program_is_told_beside_the_answer_when_it_gets_one_page_of_several(
    find: Callable, shape: str
) -> None:
    total = find("", "--format", "json").json["total"]
    assert f"{total} projects in all" in find("", "--limit", 4, "--format", shape).err
    assert not find("", "--limit", 100, "--format", shape).err


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("x", "--filter", "contry=FR"), "did you mean 'country'?"),
        (("x", "--filter", "country"), "is no filter"),
        (("x", "--filter", "country="), "is no filter"),
        (("x", "--filter", "country=XX"), "is no value of the filter 'country'"),
        (("x", "--sort", "newst"), "did you mean 'newest'?"),
        (("x" * 600,), "600 characters"),
    ],
)
def test_mistakes_are_told_with_what_to_do(find: Callable, arguments: tuple, told: str) -> None:
    ran = find(*arguments)
    assert ran.code == 2
    assert told in ran.err
    assert ran.out == ""


def test_options_are_bounded(find: Callable) -> None:
    assert find("x", "--limit", 1000).code == 2
    assert find("x", "--page", 0).code == 2


def test_no_release_is_told(run: Callable, tmp_path: Path) -> None:
    ran = run("search", "x", "--release", tmp_path)
    assert ran.code == 4
    assert "clusteratlas build" in ran.err


def test_the_organisations_behind_a_search_are_listed_ranked_and_filtered(find: Callable) -> None:
    page = find("hydrogen", "--organisations", "--format", "json").json
    assert page["items"]
    assert page["total"] >= len(page["items"])
    rows = find("hydrogen", "--organisations", "--format", "csv").rows
    assert len(rows) == page["total"]
    assert [row["organisation_id"] for row in rows][: len(page["items"])] == [
        one["organisation_id"] for one in page["items"]
    ]
    narrowed = find(
        "hydrogen", "--organisations", "-f", "participant_country=SE", "--sort", "money", "--format", "json"
    )
    assert {one["country_code"] for one in narrowed.json["items"]} == {"SE"}
    assert "organisations behind" in find("hydrogen", "--organisations").out
    assert "participant_country" in find("hydrogen", "--organisations", "-f", "participant_contry=SE").err
