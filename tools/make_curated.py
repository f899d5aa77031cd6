"""Write sample/curated/project.csv and participation.csv from the gathered lists of initiatives.

    python tools/make_curated.py ../shared/data/initiatives

Expects projects_research.csv, participants_research.csv, projects_partnerships.csv and
participants_partnerships.csv. Every row of theirs becomes one row; what they leave open stays empty.
"""

from __future__ import annotations

import csv
import re
import sys
from calendar import monthrange
from collections.abc import Iterator
from pathlib import Path

from clusteratlas.sources.curated.identifiers import organisation_id, project_id
from clusteratlas.sources.curated.rows import COLUMNS, PARTICIPATIONS, PROJECTS, pages_of
from clusteratlas.taxonomies import canonical_role, country_code, initiative_for, initiative_named

CURATED = Path(__file__).parent.parent / "src/clusteratlas/sample/curated"
# a code with or without the number of its grant agreement
TOPIC = re.compile(r"([A-Z0-9]+(?:-[A-Za-z0-9]+){2,})(?: \(GA (\d+)\))?")
GRANT = re.compile(r"\(GA (\d+)\)")
# the first word that a programme's description contains says which it is
PROGRAMMES = (
    ("FP7", "FP7"),
    ("Horizon 2020", "H2020"),
    ("Horizon Europe", "HORIZON"),
    ("COSME", "COSME"),
    ("SMP", "SMP"),
    ("CIP", "CIP"),
    ("ERDF", "ERDF"),
    ("Interreg", "INTERREG"),
    ("INTERREG", "INTERREG"),
    ("South East Europe", "INTERREG"),
    ("CENTRAL EUROPE", "INTERREG"),
    ("Alpine Space", "INTERREG"),
    ("Baltic Sea Region", "INTERREG"),
)
PRECISIONS = {4: "year", 7: "month", 10: "day"}
CLUSTER = {"y": "true", "n": "false"}
Row = dict[str, str]


def read(path: Path) -> list[Row]:
    """The rows of a list, cells stripped."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return [{key: (value or "").strip() for key, value in row.items()} for row in csv.DictReader(file)]


def programme_of(text: str) -> str:
    """The programme that a description names; empty when it names none."""
    return next((programme for word, programme in PROGRAMMES if word in text), "")


def topic_of(text: str) -> tuple[str, str]:
    """The topic code and the grant number of a cell; empty when the cell holds something else.

    Several codes stand with semicolons: the first counts, the cell is kept as a note.
    """
    grant = GRANT.search(text)
    found = TOPIC.fullmatch(text.partition(";")[0].strip())
    return (found[1] if found else "", grant[1] if grant else "")


def first_day(text: str) -> str:
    """A day from a year, a month or a day: the first one."""
    return (text + "-01-01"[len(text) - 10 :]) if len(text) in (4, 7) else text


def last_day(text: str) -> str:
    """A day from a year, a month or a day: the last one."""
    text = f"{text}-12" if len(text) == 4 else text
    if len(text) != 7:
        return text
    year, month = map(int, text.split("-"))
    return f"{text}-{monthrange(year, month)[1]:02}"


def dates(row: Row) -> Row:
    """Both dates as days, as published, and how exact the less exact of them is."""
    texts = [row["start_date"], row["end_date"]]
    shortest = min((len(text) for text in texts if text), default=0)
    return {
        "start_date": first_day(texts[0]),
        "end_date": last_day(texts[1]),
        "date_precision": PRECISIONS.get(shortest, ""),
        "start_date_text": texts[0],
        "end_date_text": texts[1],
    }


def research(row: Row) -> Row:
    """A research project in the atlas's columns."""
    topic, grant = topic_of(row["topic"])
    known = initiative_for(topic) or initiative_named(row["programme"])
    initiative = known.initiative_id if known else "unassigned"
    return common(row, initiative) | {
        "kind": "project",
        "title": row["title"] or row["acronym"],
        "project_id": project_id(initiative, row["acronym"], row["project_id"]),
        "topic_code": topic,
        "call_note": row["topic"] if row["topic"] != topic else "",
        "publisher_id": row["project_id"] or grant,
        "total_cost_eur": row["total_cost_eur"],
    }


def partnership(row: Row) -> Row:
    """A partnership in the atlas's columns."""
    topic, grant = topic_of(row["call"])
    known = initiative_named(row["initiative"])
    initiative = known.initiative_id if known else "unassigned"
    return common(row, initiative) | {
        "kind": "partnership",
        "title": row["name"] or row["acronym"],
        "project_id": project_id(initiative, row["acronym"]),
        "topic_code": topic,
        "call_note": row["call"] if row["call"] != topic else "",
        "publisher_id": grant,
        "total_cost_eur": row["budget_eur"],
        "n_partners_stated": row["n_partners"],
        "n_smes_stated": row["n_smes"],
        "target_countries": row["target_countries"],
    }


def common(row: Row, initiative_id: str) -> Row:
    """The columns that both lists have."""
    return {
        **dates(row),
        "acronym": row["acronym"],
        "programme_id": programme_of(row["programme"]),
        "programme_note": row["programme"],
        "initiative_id": initiative_id,
        "eu_contribution_eur": row["ec_contribution_eur"],
        "coordinator_name": row["coordinator"],
        "coordinator_country_code": country_code(row["coordinator_country"]) or "",
        "website_url": row["website"],
        "themes": ";".join(theme.strip() for theme in row["themes"].split(";") if theme.strip()),
        "source_url": ";".join(pages_of(row["source_url"])),
        "confidence": row["confidence"],
    }


def participations(rows: list[Row], projects: dict[str, Row]) -> Iterator[Row]:
    """Participants in the atlas's columns; a stated coordinator without a role is given it."""
    for row in rows:
        project = projects[row.get("project_id") or row["acronym"]]
        country = country_code(row["country"]) or ""
        role = canonical_role(row["role"]) or ("partner" if row["role"].startswith("partner") else "")
        leader = organisation_id(project["coordinator_name"], project["coordinator_country_code"])
        if not role and organisation_id(row["organisation"], country) == leader:
            role = "coordinator"
        yield {
            "project_id": project["project_id"],
            "organisation_name": row["organisation"],
            "country_code": country,
            "role": role,
            "is_cluster_organisation": CLUSTER.get(row["is_cluster_organisation"], ""),
            "source_url": ";".join(pages_of(row["source_url"])),
        }


def write(file: str, rows: list[Row]) -> None:
    """Write a file of the sample, cells that a row does not have empty."""
    CURATED.mkdir(parents=True, exist_ok=True)
    with (CURATED / file).open("w", encoding="utf-8", newline="") as stream:
        out = csv.DictWriter(stream, COLUMNS[file], restval="", lineterminator="\n")
        out.writeheader()
        out.writerows(rows)


def main(folder: Path) -> None:
    """Make both files; fails when two projects would get one id."""
    made: list[Row] = []
    parts: list[Row] = []
    for name, convert in (("research", research), ("partnerships", partnership)):
        listed = read(folder / f"projects_{name}.csv")
        converted = [convert(row) for row in listed]
        known = {key: new for row, new in zip(listed, converted, strict=True) for key in _keys(row)}
        made += converted
        parts += participations(read(folder / f"participants_{name}.csv"), known)
    ids = [row["project_id"] for row in made]
    if len(set(ids)) != len(ids):
        raise SystemExit(f"one id for two projects: {sorted({i for i in ids if ids.count(i) > 1})}")
    write(PROJECTS, made)
    write(PARTICIPATIONS, parts)


def _keys(row: Row) -> list[str]:
    return [key for key in (row.get("project_id"), row["acronym"]) if key]


if __name__ == "__main__":
    main(Path(sys.argv[1]))
