"""Facet counts are those that SQL counts, whatever the rows and the filters."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import hypothesis.strategies as st
from hypothesis import HealthCheck, given, settings

from clusteratlas.atlas import Atlas
from tests.atlas.search.small import small_atlas

COUNTRIES, REGIONS = ["FR", "DE", "IT", None], ["FRK26", "FRK2", "FR", "DE212", "DE21", "ITC11", None]
WORDS = ["photonics", "hydrogen", "valley", "cluster"]
PATHS = [
    "/natural sciences",
    "/natural sciences/optics",
    "/natural sciences/optics/lasers",
    "/humanities",
    None,
]

project = st.fixed_dictionaries(
    {
        "title": st.lists(st.sampled_from(WORDS), max_size=3).map(" ".join),
        "start_date": st.sampled_from(["2022-05-01", "2023-01-01", "2024-12-31", None]),
        "status": st.sampled_from(["SIGNED", "CLOSED", None]),
        "eu_contribution_eur": st.sampled_from([0.0, 99_999.99, 100_000.0, 3e6, 2e7, None]),
        "parts": st.lists(
            st.fixed_dictionaries(
                {
                    "organisation_id": st.sampled_from(["pic:1", "pic:2", "pic:3"]),
                    "country_code": st.sampled_from(COUNTRIES),
                    "region_code": st.sampled_from(REGIONS),
                    "activity_type": st.sampled_from(["HES", "PRC", None]),
                    "is_sme": st.sampled_from([True, False, None]),
                    "role": st.sampled_from(["coordinator", "participant"]),
                }
            ),
            max_size=4,
        ),
        "paths": st.lists(st.sampled_from(PATHS), max_size=3),
        "label": st.sampled_from(["core", "related", "none", None]),
    }
)
filters = st.fixed_dictionaries(
    {},
    optional={
        "country": st.lists(st.sampled_from(COUNTRIES[:3]), min_size=1, max_size=2),
        "year": st.lists(st.sampled_from(["2022", "2023", "2024"]), min_size=1, max_size=2),
        "cluster": st.lists(st.sampled_from(["core", "related", "none", "yes"]), min_size=1, max_size=2),
        "budget": st.lists(st.sampled_from(["under-100k", "100k-500k", "unknown"]), min_size=1, max_size=2),
        "region": st.lists(st.sampled_from(["FR", "FRK", "FRK2", "FRK26", "DE2"]), min_size=1, max_size=2),
        "organisation_type": st.lists(st.sampled_from(["HES", "PRC"]), min_size=1, max_size=2),
        "sme_share": st.lists(st.sampled_from(["0", "26-50", "76-100", "unknown"]), min_size=1, max_size=2),
    },
)

SME = """
  SELECT project_id, CASE WHEN s IS NULL THEN 'unknown' WHEN s = 0 THEN '0' WHEN s <= 25 THEN '1-25' WHEN s <= 50
    THEN '26-50' WHEN s <= 75 THEN '51-75' ELSE '76-100' END AS value
  FROM (SELECT p.project_id, 100.0 * avg(a.is_sme::INTEGER) AS s FROM project p
        LEFT JOIN participation a USING (project_id) GROUP BY p.project_id)"""
BUDGET = """
  SELECT project_id, CASE WHEN b IS NULL THEN 'unknown' WHEN b < 1e5 THEN 'under-100k' WHEN b < 5e5 THEN '100k-500k'
    WHEN b < 1e6 THEN '500k-1m' WHEN b < 2.5e6 THEN '1m-2.5m' WHEN b < 5e6 THEN '2.5m-5m' WHEN b < 1e7 THEN '5m-10m'
    ELSE '10m-plus' END AS value FROM (SELECT project_id, eu_contribution_eur AS b FROM project)"""
VALUES = {
    "country": "SELECT DISTINCT project_id, country_code AS value FROM participation",
    "organisation_type": "SELECT DISTINCT project_id, activity_type AS value FROM participation",
    "region": """SELECT DISTINCT project_id, left(region_code, n) AS value
                 FROM participation, range(2, 6) t(n) WHERE n <= length(region_code)""",
    "year": "SELECT project_id, year(start_date)::VARCHAR AS value FROM project",
    "status": "SELECT project_id, status AS value FROM project",
    "cluster": """SELECT project_id, label AS value FROM project_cluster
                  UNION ALL SELECT project_id, 'yes' FROM project_cluster WHERE label IN ('core', 'related')""",
    "budget": BUDGET,
    "sme_share": SME,
    "theme": """SELECT DISTINCT project_id, array_to_string(list_slice(string_split(ltrim(path, '/'), '/'), 1, n), '/')
                AS value FROM project_theme, range(1, 4) t(n) WHERE n <= len(string_split(ltrim(path, '/'), '/'))""",
}


def recount(atlas: Atlas, word: str, chosen: dict[str, list[str]]) -> dict[str, dict[str, int]]:
    """The counts of each facet under all filters but its own, by SQL."""
    counted = {}
    for name, values in VALUES.items():
        wheres = [f"regexp_matches(title, '\\b{word}')"] if word else []
        for other, wanted in chosen.items():
            if other != name:
                words = ", ".join(f"'{value}'" for value in wanted)
                wheres.append(
                    f"project_id IN (SELECT project_id FROM ({VALUES[other]}) WHERE value IN ({words}))"
                )
        where = " AND ".join(wheres) or "true"
        rows = atlas.cursor.execute(
            f"""SELECT value, count(*) FROM ({values}) JOIN project USING (project_id)
                WHERE value IS NOT NULL AND {where} GROUP BY value"""
        ).fetchall()
        counted[name] = dict(rows)
    return counted


def release(folder: Path, made: list[dict[str, Any]]) -> Atlas:
    projects, participations, themes, clusters = [], [], [], {}
    for number, one in enumerate(made):
        id_ = f"x:{number:02}"
        plain = ("title", "start_date", "status", "eu_contribution_eur")
        projects.append({"project_id": id_} | {name: one[name] for name in plain})
        participations += [{"project_id": id_, "organisation_name": "A"} | part for part in one["parts"]]
        themes += [{"project_id": id_, "path": path} for path in one["paths"]]
        if one["label"]:
            clusters[id_] = one["label"]
    return small_atlas(folder, projects, participations, themes, clusters)


@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
@given(
    made=st.lists(project, min_size=1, max_size=12),
    asked=st.lists(st.tuples(st.sampled_from(["", *WORDS]), filters), min_size=1, max_size=4),
)
def test_counts_are_those_of_sql(made: list[dict[str, Any]], asked: list[tuple[str, dict]]) -> None:
    with tempfile.TemporaryDirectory() as folder, release(Path(folder), made) as atlas:
        for word, chosen in asked:
            result = atlas.search(f'"{word}"' if word else "", **chosen)
            expected = recount(atlas, word, chosen)
            for counts in result.facets:
                if counts.facet.name in expected:
                    counted = {v.value: v.count for v in counts.values if v.count}
                    known = expected[counts.facet.name]
                    if counts.facet.name in {"theme", "region"}:
                        assert counted == {value: known.get(value, 0) for value in counted}
                    else:
                        known.pop("yes", None)
                        assert counted == known
            wanted = expected_ids(atlas, word, chosen)
            assert sorted(result.project_ids()) == wanted
            assert result.total == len(wanted)


def expected_ids(atlas: Atlas, word: str, chosen: dict[str, list[str]]) -> list[str]:
    """The projects that SQL finds."""
    wheres = [f"regexp_matches(title, '\\b{word}')"] if word else []
    for name, wanted in chosen.items():
        words = ", ".join(f"'{value}'" for value in wanted)
        wheres.append(f"project_id IN (SELECT project_id FROM ({VALUES[name]}) WHERE value IN ({words}))")
    where = " AND ".join(wheres) or "true"
    return [
        i
        for (i,) in atlas.cursor.execute(
            f"SELECT project_id FROM project WHERE {where} ORDER BY 1"
        ).fetchall()
    ]


def test_a_facet_counts_what_else_could_be_chosen(atlas: Atlas) -> None:
    result = atlas.search("", country="DE")
    assert result.total == 1
    assert {v.value: v.count for v in result.facet("country").values} == {"FR": 3, "DE": 1, "IT": 1}
    assert {v.value: v.count for v in result.facet("year").values} == {"2023": 1}


def test_themes_open_where_they_are_chosen(atlas: Atlas) -> None:
    top = [(v.value, v.depth) for v in atlas.search("").facet("theme").values]
    assert top == [("engineering and technology", 0), ("natural sciences", 0), ("social sciences", 0)]
    opened = atlas.search("", theme="natural sciences").facet("theme").values
    assert [(v.label, v.depth, v.is_selected) for v in opened if v.value.startswith("natural")] == [
        ("natural sciences", 0, True),
        ("chemical sciences", 1, False),
        ("physical sciences", 1, False),
    ]


def test_regions_are_those_of_the_chosen_country(atlas: Atlas) -> None:
    assert {v.value for v in atlas.search("").facet("region").values} == {"DE21", "FRK2", "ITC1"}
    assert {v.value for v in atlas.search("", country="FR").facet("region").values} == {"FRK2"}
    deeper = atlas.search("", region="FRK2").facet("region").values
    assert {v.value for v in deeper if v.parent == "FRK2"} == {"FRK24", "FRK26"}


def test_sums_time_and_map(atlas: Atlas) -> None:
    result = atlas.search("")
    assert result.eu_contribution_eur == 2_450_000
    assert result.timeline == ((2022, 1), (2023, 1), (2024, 1))
    assert result.countries == {"DE": 1, "FR": 3, "IT": 1}
    assert result.organisations == 4
    assert atlas.search("", facets=False).facets == ()
