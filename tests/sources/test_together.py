"""All sources in one release: it builds, passes its check, builds alike again, and every page of it opens."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import clusteratlas
from clusteratlas.pipeline.build import Built, Given, build
from clusteratlas.pipeline.diff import diff
from clusteratlas.pipeline.verify import verify
from tests.sources.test_ror import entry_2
from tests.support.keep import document, small_export
from tests.support.kohesio import small_table
from tests.support.sedia import answer, call, project

NEW = ("keep", "kohesio", "sedia", "ror")


def inputs(folder: Path) -> list[Given]:
    """The package's own sources and small files of the others."""
    small_export(folder / "keep.xlsx")
    (folder / "29209.json").write_text(
        json.dumps(document(project_id="CB0200001", acronym="Another")), "utf-8"
    )
    small_table(folder / "SE.csv")
    answer(folder / "page.json", project(), call())
    (folder / "ror.json").write_text(json.dumps([entry_2()]), "utf-8")
    return [
        *(Given(name, None) for name in ("sample", "curated")),
        *(Given("keep", folder / name) for name in ("keep.xlsx", "29209.json")),
        Given("kohesio", folder / "SE.csv"),
        Given("sedia", folder / "page.json"),
        Given("ror", folder / "ror.json"),
    ]


@pytest.fixture(scope="module")
def given(tmp_path_factory: pytest.TempPathFactory) -> list[Given]:
    return inputs(tmp_path_factory.mktemp("inputs"))


@pytest.fixture(scope="module")
def built(given: list[Given], tmp_path_factory: pytest.TempPathFactory) -> Built:
    return build(given, tmp_path_factory.mktemp("together") / "atlas")


def test_the_release_passes_its_check(built: Built):
    failed = [v for v in verify(built.release) if v.is_required and not v.passed]
    assert not failed


def test_every_row_of_the_new_sources_is_in(built: Built):
    accounts = {a.file: (a.rows_in, a.loaded) for a in built.accounts if a.source in NEW}
    assert accounts == {
        "29209.json (projects in JSON)": (1, 1),
        "29209.json (partners in JSON)": (2, 2),
        "SE.csv": (2, 2),
        "SE.csv (beneficiaries)": (2, 2),
        "keep.xlsx/Search results, partners": (4, 4),
        "keep.xlsx/Search results, projects": (2, 2),
        "page.json (calls)": (1, 1),
        "page.json (participants)": (2, 2),
        "page.json (projects)": (1, 1),
        "ror.json": (1, 1),
    }


def test_one_pic_is_one_organisation_across_inputs(built: Built):
    with clusteratlas.open(built.release.path) as atlas:
        found = atlas.cursor.execute(
            "SELECT count(DISTINCT source_file) FROM participation WHERE organisation_id = 'pic:999903125'"
        ).fetchall()
    assert found[0][0] >= 2


def test_the_same_inputs_give_the_same_release(given: list[Given], tmp_path: Path):
    """Without the sample, whose figures of regions are held against each other elsewhere."""
    new = [one for one in given if one.source in NEW]
    one, other = (build(new, tmp_path / name) for name in ("one", "other"))
    found = diff(one.release, other.release)
    assert found.is_equal, found.to_dict()


@pytest.mark.parametrize("query", ["ports", "energy", "life science"])
def test_projects_of_the_new_sources_are_found(built: Built, query: str):
    with clusteratlas.open(built.release.path) as atlas:
        ids = {hit.project_id for hit in atlas.search(query, page_size=100).hits}
    assert any(one.startswith(("keep:", "kohesio:", "sedia:")) for one in ids)
