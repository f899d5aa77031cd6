"""The rows of the curated list with canonical names: plain functions from a folder to dictionaries."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from clusteratlas.errors import InputError, nearest
from clusteratlas.sources.curated.identifiers import organisation_id
from clusteratlas.taxonomies import countries

PROJECTS, PARTICIPATIONS = "project.csv", "participation.csv"
COLUMNS = {
    PROJECTS: (
        *(
            "project_id",
            "kind",
            "acronym",
            "title",
            "programme_id",
            "programme_note",
            "initiative_id",
            "topic_code",
        ),
        *(
            "call_note",
            "publisher_id",
            "start_date",
            "end_date",
            "date_precision",
            "start_date_text",
            "end_date_text",
        ),
        *("total_cost_eur", "eu_contribution_eur", "n_partners_stated", "n_smes_stated", "coordinator_name"),
        *(
            "coordinator_country_code",
            "website_url",
            "target_countries",
            "themes",
            "source_url",
            "confidence",
        ),
    ),
    PARTICIPATIONS: (
        *("project_id", "organisation_name", "country_code", "role", "is_cluster_organisation", "source_url"),
    ),
}
Row = dict[str, str | None]


def project_rows(folder: Path) -> Iterator[Row]:
    """The rows of ``folder``/project.csv with canonical names, as text, each with its file and line."""
    for line, row in _rows(folder / PROJECTS):
        pages = pages_of(row["source_url"])
        number = (row["project_id"] or "").removeprefix("cordis:")
        yield {
            **{name: row[name] for name in COLUMNS[PROJECTS][:4]},
            **{name: row[name] for name in ("programme_id", "initiative_id", "topic_code", "publisher_id")},
            **{name: row[name] for name in ("start_date", "end_date", "date_precision")},
            **{name: row[name] for name in ("total_cost_eur", "eu_contribution_eur")},
            "stated_participants": row["n_partners_stated"],
            "keywords": row["themes"],
            "website_url": row["website_url"],
            "url": f"https://cordis.europa.eu/project/id/{number}"
            if number.isdigit()
            else next(iter(pages), None),
            "pages": " ".join(pages),
            "confidence": row["confidence"],
            "source": "curated",
            "source_file": PROJECTS,
            "source_line": str(line),
        }


def participation_rows(folder: Path) -> Iterator[Row]:
    """The rows of ``folder``/participation.csv with canonical names, as text, each with its file and line."""
    places: Counter[str | None] = Counter()
    for line, row in _rows(folder / PARTICIPATIONS):
        places[row["project_id"]] += 1
        yield _participation(row, places[row["project_id"]], PARTICIPATIONS, line)


def coordinator_rows(folder: Path) -> Iterator[Row]:
    """Coordinators that project.csv names where participation.csv lists none, as participations."""
    led = {row["project_id"] for row in participation_rows(folder) if row["role"] == "coordinator"}
    for line, row in _rows(folder / PROJECTS):
        if row["coordinator_name"] and row["project_id"] not in led:
            facts = {
                "project_id": row["project_id"],
                "organisation_name": row["coordinator_name"],
                "country_code": row["coordinator_country_code"],
                "role": "coordinator",
                "is_cluster_organisation": None,
                "source_url": row["source_url"],
            }
            yield _participation(facts, 0, PROJECTS, line)


def target_rows(folder: Path) -> Iterator[Row]:
    """The countries that partnerships aim at, as themes of the scheme ``target-country``."""
    codes = {country.name: code for code, country in countries().items()}
    for line, row in _rows(folder / PROJECTS):
        for name in filter(None, map(str.strip, (row["target_countries"] or "").split(";"))):
            yield {
                "project_id": row["project_id"],
                "scheme": "target-country",
                "theme_code": codes.get(name, name),
                "title": name,
                "path": f"/{name}",
                "source": "curated",
                "source_file": PROJECTS,
                "source_line": str(line),
            }


def _participation(row: Row, position: int, file: str, line: int) -> Row:
    organisation = organisation_id(row["organisation_name"] or "", row["country_code"])
    pages = pages_of(row["source_url"])
    return {
        "participation_id": f"{row['project_id']}/{position}/{organisation.removeprefix('curated:')}",
        "project_id": row["project_id"],
        "organisation_id": organisation,
        "organisation_name": row["organisation_name"],
        "position": str(position),
        "role": row["role"],
        "is_cluster_organisation": row["is_cluster_organisation"],
        "country_code": row["country_code"],
        "url": next(iter(pages), None),
        "pages": " ".join(pages),
        "source": "curated",
        "source_file": file,
        "source_line": str(line),
    }


def pages_of(cell: str | None) -> list[str]:
    """The addresses in a cell, separated by semicolons (which may also stand inside an address).

    >>> pages_of("https://a.eu/x;y ; https://b.eu")
    ['https://a.eu/x;y', 'https://b.eu']
    """
    return [page for page in re.split(r"\s*;\s*(?=https?://)|\s+", (cell or "").strip()) if page]


def _rows(path: Path) -> Iterator[tuple[int, Row]]:
    """Line number and row of a file, empty cells as None; raises `InputError` without file or column."""
    if not path.is_file():
        raise InputError(
            "no such file", where=str(path), remedy=f"give a folder with {PROJECTS} and {PARTICIPATIONS}"
        )
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        for column in COLUMNS[path.name]:
            if column not in (reader.fieldnames or ()):
                raise InputError(
                    f"column '{column}' is missing",
                    where=path.name,
                    remedy=nearest(column, reader.fieldnames or ()),
                )
        line = reader.line_num + 1
        for row in reader:
            yield line, {name: (row[name] or "").strip() or None for name in COLUMNS[path.name]}
            line = reader.line_num + 1
