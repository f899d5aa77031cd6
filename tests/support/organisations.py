"""Small inputs that name organisations: projects with partners by PIC, and curated ones by name and country."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from pathlib import Path

from clusteratlas.pipeline.build import Given, build
from clusteratlas.sources.curated.rows import COLUMNS, PARTICIPATIONS, PROJECTS

TECNALIA, LONG, SHORT = (
    "pic:999604110",
    "curated:clutex-klastr-technicke-textilie-z-s-cz",
    "curated:clutex-klastr-technicke-textilie-cz",
)
WITH_PIC = (
    ("999604110", "FUNDACION TECNALIA RESEARCH & INNOVATION", "ES", "Donostia", ""),
    ("991111118", "EUSKAL KLUSTERRA ONE", "ES", "Bilbao", "ESS0811001G"),
    ("991111215", "ASTRONOMY INSTITUTE TWO", "ES", "Madrid", "ES-S0811001G"),
    ("991111312", "POLSKI KLASTER LOTNICZY", "PL", "Krakow", ""),
    ("991111409", "Polski Klaster Lotniczy", "PL", "Krakow", ""),
)
NAMED = (("Fundación Tecnalia Research & Innovation", "ES"), ("CLUTEX Klastr Technicke Textilie z.s.", "CZ"))
BOTH_NAMED = (*NAMED, ("Clutex Klastr Technicke Textilie", "CZ"))
"""Two PICs of one name, two of one VAT number; of the names two are one, and one is that of a PIC."""

PIC_COLUMNS = (
    "participation_id",
    "project_id",
    "organisation_id",
    "position",
    "role",
    "organisation_name",
    "name",
)
PLACE_COLUMNS = ("country_code", "city", "vat_number", "net_eu_contribution_eur")


def _write(path: Path, columns: Sequence[str], rows: Iterable[dict]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, restval="")
        writer.writeheader()
        writer.writerows(rows)


def by_pic(folder: Path, organisations: Iterable[tuple[str, str, str, str, str]]) -> Given:
    """One Horizon project with a partner for each PIC, name, country, city and VAT number."""
    project = {
        "project_id": "cordis:1",
        "kind": "project",
        "acronym": "ONE",
        "title": "One",
        "programme_id": "HORIZON",
    }
    _write(folder / "project.csv", [*project, "start_date"], [{**project, "start_date": "2022-01-01"}])
    rows = [
        dict(
            zip(
                (*PIC_COLUMNS, *PLACE_COLUMNS),
                (
                    f"cordis:1/{n}/{pic}",
                    "cordis:1",
                    f"pic:{pic}",
                    n,
                    "participant",
                    name,
                    name,
                    *place,
                    1000 * n,
                ),
                strict=True,
            )
        )
        for n, (pic, name, *place) in enumerate(organisations, start=1)
    ]
    _write(folder / "participation.csv", (*PIC_COLUMNS, *PLACE_COLUMNS), rows)
    return Given("sample", folder)


def by_name(folder: Path, organisations: Iterable[tuple[str, str]]) -> Given:
    """One curated COSME project with a partner for each name and country."""
    project = {"project_id": "curated:x/two", "kind": "partnership", "acronym": "TWO", "title": "Two"}
    _write(
        folder / PROJECTS,
        COLUMNS[PROJECTS],
        [{**project, "programme_id": "COSME", "start_date": "2016-01-01"}],
    )
    rows = [
        {"project_id": project["project_id"], "organisation_name": name, "country_code": country}
        for name, country in organisations
    ]
    _write(folder / PARTICIPATIONS, COLUMNS[PARTICIPATIONS], rows)
    return Given("curated", folder)


def joined_release(folder: Path) -> Path:
    """Build a release of these; gives its root."""
    given = [by_pic(folder / "pics", WITH_PIC), by_name(folder / "names", BOTH_NAMED)]
    build(given, folder / "atlas")
    return folder / "atlas"
