"""The publisher's own files become releases, every row accounted for."""

from __future__ import annotations

from pathlib import Path

import clusteratlas
from clusteratlas.pipeline.build import build, parse_given
from clusteratlas.pipeline.verify import verify

CORDIS = "cordis"


def built(source: Path, root: Path, *more: Path):
    build(parse_given([f"cordis={path}" for path in (source, *more)]), root)
    return clusteratlas.open(root)


def one(atlas, query: str):
    return atlas.cursor.execute(query).fetchall()[0]


def test_horizon_is_whole(horizon_release):
    with clusteratlas.open(horizon_release.root) as atlas:
        tables = atlas.release.manifest["tables"]
        assert tables["project"] == 19_189
        assert tables["participation"] == 119_242
        assert tables["organisation"] == 30_721
        files = {f["file"].rpartition("/")[2]: f for f in atlas.release.manifest["files"]}
        assert {name: f["rows_in"] for name, f in files.items()} == {
            "project.csv": 19_189,
            "organization.csv": 119_242,
            "topics.csv": 19_189,
            "legalBasis.csv": 24_973,
            "euroSciVoc.csv": 40_472,
            "webLink.csv": 37_745,
            "results.csv": 91_721,
        }
        assert all(f["rows_in"] == f["loaded"] + f["quarantined"] for f in files.values())
        assert not [v for v in verify(atlas.release) if v.is_required and not v.passed]
        pics = one(atlas, "SELECT count(*) FROM organisation WHERE organisation_id LIKE 'pic:%'")
        assert pics == (30_721,)


def test_horizon_is_built_in_bounded_memory(horizon_release):
    assert horizon_release.peak_bytes < 1.5e9


def test_organisations_of_a_place_are_counted_alike_in_lists_and_profiles(horizon_release):
    """Some take part from another region than that of their address, and are listed where their address is."""
    with clusteratlas.open(horizon_release.root) as atlas:
        listed = {line.code: line.organisations for line in atlas.regions(1)}
        for part in (part for code in ("FR", "BE") for part in atlas.country(code).parts):
            assert part.organisations == listed[part.code] == atlas.region(part.code).organisations_total


# What the documents know and the tables do not, or the other way round.
ONLY_IN_ONE = {
    "project": {"keywords", "termination_date"},
}
PLACE = {"source_file", "source_line", "organisation_record_id"}


def test_documents_and_tables_say_the_same(horizon_release, shared_data, tmp_path):
    with (
        built(shared_data / CORDIS / "cordis-HORIZONprojects-xml-slice.zip", tmp_path) as documents,
        clusteratlas.open(horizon_release.root) as tables,
    ):
        projects = [p for (p,) in documents.cursor.execute("SELECT project_id FROM project").fetchall()]
        assert len(projects) == 300
        for name in ("project", "participation", "project_call", "project_legal_basis"):
            assert rows_of(documents, name, projects) == rows_of(tables, name, projects), name
        themes = "scheme = 'euroscivoc'"
        assert rows_of(documents, "project_theme", projects, themes) == rows_of(
            tables, "project_theme", projects, themes
        )


def rows_of(atlas, table: str, projects: list[str], condition: str = "true") -> list[tuple]:
    left_out = ONLY_IN_ONE.get(table, set()) | PLACE
    columns = ", ".join(c for c in atlas.table(table).columns if c not in left_out)
    query = (
        f"SELECT {columns} FROM {table} WHERE project_id IN (SELECT unnest(?)) AND {condition} ORDER BY ALL"
    )
    return atlas.cursor.execute(query, [projects]).fetchall()


def test_malformed_lines_of_the_publisher_are_mended(shared_data, tmp_path):
    with built(shared_data / CORDIS / "verbatim-2025-03", tmp_path) as atlas:
        tables = atlas.release.manifest["tables"]
        assert tables["project_call"] == 15_341
        assert tables["project_legal_basis"] == 20_512
        assert tables["project_result"] == 3_521
        assert tables["project_theme"] == 38_789
        mended = [w for w in atlas.release.manifest["warnings"] if w["code"] == "mended"]
        assert [(w["count"], w["examples"]) for w in mended] == [(2, ["line 1022", "line 9526"])]
        titles = one(
            atlas,
            "SELECT list(DISTINCT title) FROM project_call WHERE source_line IN (1022, 9526)",
        )
        assert len(titles[0]) == 1
        assert titles[0][0].startswith("Combining state-of-the-art")
        assert '"Fit for 55"' in titles[0][0]


def test_older_layouts_load_and_doubles_are_told(shared_data, tmp_path):
    with built(shared_data / CORDIS / "fp7-slices", tmp_path) as atlas:
        assert one(
            atlas, "SELECT count(*), count(DISTINCT programme_id), min(programme_id) FROM project"
        ) == (*(59, 1, "FP7"),)
        reasons = atlas.cursor.execute("SELECT reason FROM quarantine").fetchall()
        assert len(reasons) == 25
        assert all("is taken by fp7-slices/fp7_projects_shortened.csv:" in reason for (reason,) in reasons)
        assert one(atlas, "SELECT count(*) FROM project WHERE title IS NULL OR start_date IS NULL") == (0,)


def test_the_first_source_wins(shared_data, tmp_path):
    slice_ = shared_data / CORDIS / "cordis-HORIZONprojects-xml-slice.zip"
    again = tmp_path / "again.zip"
    again.write_bytes(slice_.read_bytes())
    with built(again, tmp_path / "atlas", slice_) as atlas:
        assert one(atlas, "SELECT count(*) FROM project") == (300,)
        assert one(atlas, "SELECT count(*) FROM participation") == (2_121,)
        assert one(atlas, "SELECT count(*) FROM project_result") == (1_695,)
        files = atlas.cursor.execute(
            "SELECT DISTINCT split_part(source_file, '/', 1) FROM project"
        ).fetchall()
        assert files == [("again.zip",)]
        aside = "SELECT count(*), count(*) FILTER (source_file LIKE 'again.zip%') FROM quarantine"
        assert one(atlas, aside) == (2 * 300 + 2_121 + 411 + 2_146 + 695 + 1_695, 0)
