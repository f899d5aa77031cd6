"""Read what keep.eu gives: workbooks of its search, JSON of single projects, a file, a folder or a zip of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from clusteratlas.errors import InputError
from clusteratlas.sources import workbooks
from clusteratlas.sources.archives import Input, Member
from clusteratlas.sources.job import FileAccount, Job
from clusteratlas.sources.json_records import records
from clusteratlas.sources.keep import documents, export
from clusteratlas.sources.keep.columns import PARTNERS, PROJECTS, recognise
from clusteratlas.sources.keep.facts import PROJECT_PAGE, organisation_id
from clusteratlas.sources.keep.found import Found, Row
from clusteratlas.sources.keep.joining import join
from clusteratlas.sources.sql import quoted

TABLES = {PROJECTS: "project", PARTNERS: "participation"}
TEXTS = (".json", ".jsonl")

COLUMNS = {
    PROJECTS: (
        *("project_id", "acronym", "title", "status", "start_date", "end_date", "total_cost_eur"),
        *("eu_contribution_eur", "programme_id", "legal_basis_code", "objective", "website_url"),
        *("publisher_id", "themes", "url", "source_file"),
    ),
    PARTNERS: (
        *("participation_id", "project_id", "organisation_id", "position", "role", "organisation_name"),
        *("other_names", "department", "pic", "other_id", "activity_type", "is_sme", "country_code"),
        *("nuts_code", "city", "postal_code", "street", "latitude", "longitude", "website_url"),
        *("publisher_record", "total_cost_eur", "eu_contribution_eur", "url", "source_file"),
    ),
}
PROJECT = """
  SELECT * EXCLUDE (_line, themes) REPLACE (as_date(start_date) AS start_date, as_date(end_date) AS end_date,
    as_money(total_cost_eur) AS total_cost_eur, as_money(eu_contribution_eur) AS eu_contribution_eur),
    'project' AS kind, CASE WHEN coalesce(start_date, end_date) IS NOT NULL THEN 'day' END AS date_precision,
    'keep' AS source, _line AS source_line
  FROM {0}"""
# A partner's co-financing is its own: there are no third parties to whom it is passed on.
PARTICIPATION = """
  SELECT * EXCLUDE (_line) REPLACE (as_integer(position) AS position, as_boolean(is_sme) AS is_sme,
    as_latitude(latitude) AS latitude, as_longitude(longitude) AS longitude,
    as_money(total_cost_eur) AS total_cost_eur, as_money(eu_contribution_eur) AS eu_contribution_eur),
    as_money(eu_contribution_eur) AS net_eu_contribution_eur, 'keep' AS source, _line AS source_line
  FROM {0}"""
THEMES = """
  SELECT project_id, 'keep' AS scheme, theme AS theme_code, theme AS title, '/' || theme AS path,
    'keep' AS source, source_file, _line AS source_line
  FROM (SELECT *, unnest(string_split(themes, chr(10))) AS theme FROM {0})"""


@dataclass
class Reading:
    """All that was found, in the order in which a later row replaces an earlier one."""

    projects: list[Found] = field(default_factory=list)
    partners: list[Found] = field(default_factory=list)
    of_documents: dict[str, FileAccount] = field(default_factory=dict)

    def add(self, kind: str, found: Found) -> None:
        """One more row."""
        (self.projects if kind == PROJECTS else self.partners).append(found)


def read(job: Job) -> None:
    """Read workbooks and documents at ``job.path`` into raw tables and canonical selects.

    Raises `InputError` when nothing in it is of keep.eu, or when a sheet lacks a needed column.
    """
    reading = Reading()
    with Input(job.path, job.name) as given:
        members = given.members()
        done, total = 0, sum(m.size for m in members)
        # Documents are read last: they tell more than the export and replace its rows.
        for member in sorted(members, key=lambda m: m.suffix in TEXTS):
            _read_member(job, given, member, reading)
            done += member.size
            job.advance(done, total)
    if not job.accounts:
        raise InputError(
            "nothing of keep.eu found here",
            where=str(job.path),
            remedy="give the workbook of its export, JSON of projects, or a folder of them",
        )
    _hand_over(job, reading)


def _read_member(job: Job, given: Input, member: Member, reading: Reading) -> None:
    label = given.label(member)
    if member.suffix in TEXTS:
        _read_documents(job, given, member, reading)
        return
    path = given.file(member, job.workdir)
    try:
        if workbooks.is_workbook(path):
            _read_workbook(job, path, label, reading)
        elif given.is_single:
            raise InputError(
                "this is neither a workbook nor JSON", where=label, remedy="give keep.eu's export"
            )
        else:
            job.warn("unknown file", label, "left aside: neither a workbook nor JSON")
    finally:
        if path.parent == job.workdir:
            path.unlink(missing_ok=True)


def _read_workbook(job: Job, path: Path, label: str, reading: Reading) -> None:
    for name in workbooks.sheet_names(path, label):
        file = f"{label}/{name}"
        header, cells = workbooks.sheet_rows(path, label, name)
        sheet = recognise(name, header, file)
        if sheet is None:
            job.warn("unknown sheet", file, "left aside: neither projects nor partners")
            continue
        for column in sheet.unused:
            job.warn("unknown column", file, f"column '{column}' is not known and was not read")
        account = job.account(file, TABLES[sheet.kind], path.stat().st_size if sheet.kind == PROJECTS else 0)
        account.rows_in += len(cells)

        def odd(code: str, what: str, value: str, line: int, file: str = file) -> None:
            job.warn(code, file, what, example=f"line {line}: {value}")

        for found in export.rows(sheet, cells, label, file, odd):
            reading.add(sheet.kind, found)


def _read_documents(job: Job, given: Input, member: Member, reading: Reading) -> None:
    """The projects of a file; what tells none goes to the quarantine. All documents share two accounts."""
    label = given.label(member)
    for kind, table in TABLES.items():
        of_kind = f"{given.name} ({kind} in JSON)"
        reading.of_documents[kind] = job.account(of_kind, table, rows_of=given.name)
    account = reading.of_documents[PROJECTS]
    account.size += member.size
    path = given.file(member, job.workdir)
    try:
        for record in records(path):
            if record.fault:
                account.rows_in += 1
                job.reject(account, record.place, f"{label}: {record.fault}", record.text)
                continue
            for line, document in enumerate(documents.documents(record.value), start=record.place):
                account.rows_in += 1
                _read_document(job, given, reading, (label, line), document)
    finally:
        if path.parent == job.workdir:
            path.unlink(missing_ok=True)


def _read_document(job: Job, given: Input, reading: Reading, place: tuple[str, int], document: Any) -> None:
    label, line = place

    def odd(code: str, what: str, value: str) -> None:
        job.warn(code, given.name, what, example=f"{label}:{line}: {value}")

    try:
        found = documents.project(document, label, line, odd)
    except ValueError as fault:
        job.reject(reading.of_documents[PROJECTS], line, f"{label}: {fault}", str(document))
        return
    reading.add(PROJECTS, found)
    for partner in documents.partnerships(document, found.key, label, odd):
        reading.of_documents[PARTNERS].rows_in += 1
        reading.add(PARTNERS, partner)


def _hand_over(job: Job, reading: Reading) -> None:
    """Join partners to projects, set aside what cannot be told, and hand the rest over."""
    named = [p for p in reading.partners if p.row.get("organisation_name") or p.row.get("pic_valid")]
    nameless = {id(p) for p in reading.partners} - {id(p) for p in named}
    for found in (p for p in reading.partners if id(p) in nameless):
        _reject(job, reading, PARTNERS, found, "neither a name nor a PIC of the partner")
    joined = join(reading.projects, named)
    are_projects = {id(p) for p in reading.projects}
    for found, reason in joined.aside:
        _reject(job, reading, PROJECTS if id(found) in are_projects else PARTNERS, found, reason)
    for file, count in joined.orphans.items():
        job.warn(
            "unknown project", file, "partners of projects that are not among the given ones", count=count
        )
    _add(job, PROJECTS, [_project_row(project_id, f) for project_id, f in joined.projects], PROJECT)
    _add(job, PARTNERS, list(_participation_rows(joined.partners)), PARTICIPATION)


def _reject(job: Job, reading: Reading, kind: str, found: Found, reason: str) -> None:
    account = job.accounts.get(found.file)
    if account is None or account.table != TABLES[kind]:
        account, reason = reading.of_documents[kind], f"{found.file}: {reason}"
    job.reject(account, found.line, reason, found.text)


def _project_row(project_id: str, found: Found) -> tuple[Row, int]:
    number = project_id.removeprefix("keep:")
    address = f"{PROJECT_PAGE}{number}/" if number.isdigit() else None
    return {**found.row, "project_id": project_id, "url": address, "source_file": found.file}, found.line


def _participation_rows(partners: list[tuple[str, Found]]):
    places: dict[str, int] = {}
    for project_id, found in partners:
        places[project_id] = place = places.get(project_id, 0) + 1
        organisation = organisation_id(found.row)
        number = project_id.removeprefix("keep:")
        yield (
            {
                **found.row,
                "participation_id": f"{project_id}/{place}/{organisation.partition(':')[2]}",
                "project_id": project_id,
                "organisation_id": organisation,
                "position": str(place),
                "url": f"{PROJECT_PAGE}{number}/" if number.isdigit() else None,
                "source_file": found.file,
            },
            found.line,
        )


def _add(job: Job, kind: str, rows: list[tuple[Row, int]], select: str) -> None:
    if not rows:
        return
    columns = COLUMNS[kind]
    raw = quoted(job.make_raw(kind, columns, ((*(row.get(c) for c in columns), line) for row, line in rows)))
    job.add(TABLES[kind], select.format(raw))
    if kind == PROJECTS:
        job.add("project_theme", THEMES.format(raw))
