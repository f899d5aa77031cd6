"""A tiny release made by hand, with its search index."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb

from clusteratlas.atlas import Atlas
from clusteratlas.atlas.releases import Release
from clusteratlas.atlas.search import build_index, read_projects
from clusteratlas.pipeline.schema import tables

Rows = list[dict[str, Any]]

PROJECTS: Rows = [
    {
        "project_id": "cordis:1", "acronym": "LIGHTHOUSE", "title": "Integrated photonics for sensors",
        "objective": "Photonic chips for the hydrogen economy. Light is guided in silicon.",
        "start_date": "2023-01-01", "end_date": "2025-12-31", "eu_contribution_eur": 2_000_000.0,
        "status": "SIGNED", "funding_scheme_code": "HORIZON-RIA", "topic_code": "HORIZON-CL4-2022-01",
        "topic_title": "Advanced chips", "call_code": "HORIZON-CL4-2022",
    },
    {
        "project_id": "cordis:2", "acronym": "H2VALE", "title": "A hydrogen valley in the Alps",
        "objective": "The valley produces hydrogen where it is used. Photonics are not needed.",
        "start_date": "2024-03-01", "end_date": "2026-02-28", "eu_contribution_eur": 400_000.0,
        "status": "SIGNED", "funding_scheme_code": "HORIZON-IA", "topic_code": "HORIZON-CL5-2023-02",
        "initiative_id": "valleys",
    },
    {
        "project_id": "cordis:3", "acronym": "CLUSTRA", "title": "Clusters across borders",
        "objective": "Cluster organisations of several régions help small firms.",
        "start_date": "2022-09-01", "eu_contribution_eur": None, "status": "CLOSED",
        "funding_scheme_code": "HORIZON-CSA", "topic_code": "HORIZON-EIE-2021-01",
    },
    {
        "project_id": "cordis:4", "acronym": "SCRIPT", "title": "<script>alert(1)</script>",
        "objective": "Photonics, photonics and photonics again.", "start_date": None,
        "eu_contribution_eur": 50_000.0, "status": "TERMINATED", "funding_scheme_code": "HORIZON-CSA",
    },
]  # fmt: skip
PARTICIPATIONS: Rows = [
    {"project_id": "cordis:1", "organisation_id": "pic:10", "organisation_name": "Institut für Licht",
     "role": "coordinator", "country_code": "DE", "region_code": "DE212", "activity_type": "REC", "is_sme": False},
    {"project_id": "cordis:1", "organisation_id": "pic:11", "organisation_name": "Lumière SAS",
     "role": "participant", "country_code": "FR", "region_code": "FRK26", "activity_type": "PRC", "is_sme": True},
    {"project_id": "cordis:2", "organisation_id": "pic:11", "organisation_name": "Lumière SAS",
     "role": "coordinator", "country_code": "FR", "region_code": "FRK24", "activity_type": "PRC", "is_sme": True},
    {"project_id": "cordis:2", "organisation_id": "pic:12", "organisation_name": "Alpine Energy",
     "role": "participant", "country_code": "IT", "region_code": "ITC11", "activity_type": "PRC", "is_sme": True},
    {"project_id": "cordis:3", "organisation_id": "pic:13", "organisation_name": "Cluster Lyon",
     "role": "coordinator", "country_code": "FR", "region_code": "FRK26", "activity_type": "OTH", "is_sme": None},
]  # fmt: skip
THEMES: Rows = [
    {
        "project_id": "cordis:1",
        "theme_code": "/23/47/307",
        "path": "/natural sciences/physical sciences/optics",
    },
    {"project_id": "cordis:1", "theme_code": "/23/53", "path": "/natural sciences/chemical sciences"},
    {"project_id": "cordis:2", "theme_code": "/25/77", "path": "/engineering and technology/energy"},
    {"project_id": "cordis:3", "theme_code": "/29/93", "path": "/social sciences/economics"},
]
CLUSTERS = {"cordis:1": "none", "cordis:2": "related", "cordis:3": "core"}
INITIATIVES: Rows = [
    {
        "initiative_id": "valleys",
        "name": "Hydrogen valleys",
        "pillar_id": "other",
        "pillar_name": "Other pillars",
    }
]


def small_atlas(
    folder: Path,
    projects: Rows = PROJECTS,
    participations: Rows = PARTICIPATIONS,
    themes: Rows = THEMES,
    clusters: dict[str, str] = CLUSTERS,
) -> Atlas:
    """A release with these rows, opened; columns that a row has not are empty."""
    connection = duckdb.connect()
    connection.execute(f"ATTACH '{folder / 'atlas.duckdb'}' AS release")
    for table in tables().values():
        connection.execute(table.ddl("release"))
    _insert(connection, "project", [{"kind": "project", "programme_id": "HORIZON"} | row for row in projects])
    numbered = [
        {"participation_id": f"{row['project_id']}/{i:03}", "position": i} | row
        for i, row in enumerate(participations)
    ]
    _insert(connection, "participation", numbered)
    named = {row["organisation_id"]: row.get("organisation_name") for row in participations}
    _insert(
        connection, "organisation", [{"organisation_id": id_, "name": name} for id_, name in named.items()]
    )
    _insert(connection, "project_theme", [{"scheme": "euroscivoc"} | row for row in themes])
    _insert(connection, "initiative", INITIATIVES)
    _insert(
        connection, "project_cluster", [{"project_id": p, "label": label} for p, label in clusters.items()]
    )
    build_index(read_projects(connection.cursor()), folder / "search")
    connection.execute("DETACH release")
    connection.close()
    return Atlas(Release("small", folder, {}))


def _insert(connection: duckdb.DuckDBPyConnection, table: str, rows: Rows) -> None:
    fields = tables()[table].fields
    if rows:
        marks = ", ".join("?" for _ in fields)
        values = [[row.get(field.name) for field in fields] for row in rows]
        connection.executemany(f"INSERT INTO release.{table} VALUES ({marks})", values)
