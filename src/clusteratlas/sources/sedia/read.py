"""Read answers of the portal's search: a file, a folder or a zip of JSON, each a page of results."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from clusteratlas.errors import InputError
from clusteratlas.sources.archives import Input, Member
from clusteratlas.sources.compressed import unpacked
from clusteratlas.sources.job import FileAccount, Job
from clusteratlas.sources.json_records import json_members, records
from clusteratlas.sources.sedia import answers
from clusteratlas.sources.sedia.answers import Row, Told
from clusteratlas.sources.sql import quoted

TABLES = {"project": "project", "call": "call", "participant": "participation"}
COLUMNS = {
    "project": (
        *("project_id", "acronym", "title", "status", "start_date", "end_date", "signature_date"),
        *("total_cost_eur", "eu_contribution_eur", "programme_id", "topic_code", "topic_title", "call_code"),
        *("funding_scheme_code", "objective", "keywords", "publisher_id", "url"),
    ),
    "participant": (
        *(
            "participation_id",
            "project_id",
            "organisation_id",
            "position",
            "role",
            "organisation_name",
            "pic",
        ),
        *("country_code", "city", "street", "postal_code", "latitude", "longitude", "website_url"),
        *("eu_contribution_eur", "url"),
    ),
    "call": (
        *("call_id", "title", "programme_id", "call_code", "status", "opening_date", "deadline_date"),
        *("deadlines", "budget_eur", "action_types", "keywords", "description", "url"),
    ),
}
ORIGIN = "'sedia' AS source, _line AS source_line"
SELECTS = {
    "project": """
  SELECT * EXCLUDE (_line) REPLACE (as_date(start_date) AS start_date, as_date(end_date) AS end_date,
    as_date(signature_date) AS signature_date, as_money(total_cost_eur) AS total_cost_eur,
    as_money(eu_contribution_eur) AS eu_contribution_eur), 'project' AS kind,
    CASE WHEN coalesce(start_date, end_date) IS NOT NULL THEN 'day' END AS date_precision, """,
    "participant": """
  SELECT * EXCLUDE (_line) REPLACE (as_integer(position) AS position, as_latitude(latitude) AS latitude,
    as_longitude(longitude) AS longitude, as_money(eu_contribution_eur) AS eu_contribution_eur), """,
    "call": """
  SELECT * EXCLUDE (_line) REPLACE (as_date(opening_date) AS opening_date, as_date(deadline_date) AS deadline_date,
    as_money(budget_eur) AS budget_eur), """,
}


@dataclass
class Document:
    """A result: what it tells, its file and its place there, counted from 1."""

    told: Told
    label: str
    place: int


@dataclass
class Reading:
    """The best document of each project and call; rows of participants; accounts by kind and file."""

    job: Job
    best: dict[tuple[str, str], Document] = field(default_factory=dict)

    def account(self, kind: str, label: str) -> FileAccount:
        """The account of what a file tells of a kind."""
        return self.job.account(f"{label} ({kind}s)", TABLES[kind], rows_of=label)

    def reject(self, kind: str, label: str, place: int, reason: str, thing: Any) -> None:
        """One more row for the quarantine."""
        text = thing if isinstance(thing, str) else json.dumps(thing, ensure_ascii=False, default=str)
        self.job.reject(self.account(kind, label), place, reason, text)


def read(job: Job) -> None:
    """Read the answers at ``job.path``; of several documents about one thing the fullest in English stays.

    Raises `InputError` when there is no result in any of them.
    """
    reading = Reading(job)
    with Input(job.path, job.name) as given:
        members = json_members(job, given)
        done, total = 0, sum(m.size for m in members)
        for member in members:
            _read_member(reading, given, member)
            done += member.size
            job.advance(done, total)
    if not reading.best:
        raise InputError(
            "no result of the portal's search found here",
            where=str(job.path),
            remedy="give answers of its search interface, kept as JSON",
        )
    _hand_over(reading)


def _read_member(reading: Reading, given: Input, member: Member) -> None:
    label = given.label(member)
    path = unpacked(given.file(member, reading.job.workdir), label, reading.job.workdir)
    place = 0
    try:
        for record in records(path):
            found = None if record.fault else answers.results(record.value)
            if found is None:
                place += 1
                reading.account("project", label).rows_in += 1
                reading.reject(
                    "project", label, place, record.fault or "no results in it", record.text or record.value
                )
                continue
            for result in found:
                place += 1
                _take(reading, label, place, result)
    finally:
        if path.parent == reading.job.workdir:
            path.unlink(missing_ok=True)


def _take(reading: Reading, label: str, place: int, result: Any) -> None:
    """Keep a result when it says more than what was said of the same thing before; else set it aside."""

    def warn(code: str, what: str, value: str) -> None:
        reading.job.warn(code, label, what, example=f"result {place}: {value}")

    told = Told(result, warn) if isinstance(result, dict) else None
    kind = answers.kind_of(told) if told else None
    reading.account(kind or "project", label).rows_in += 1
    if told is None or kind is None:
        reading.reject("project", label, place, "neither a project nor a call: no number of one", result)
        return
    number = (
        told("projectId") if kind == "project" else told("identifier", "topicAbbreviation", "callIdentifier")
    )
    new, old = Document(told, label, place), reading.best.get((kind, str(number)))
    better, worse = (old, new) if old and old.told.weight >= told.weight else (new, old)
    reading.best[kind, str(number)] = better
    if worse:
        reason = f"another document of {kind} '{number}'; it is taken from {better.label}:{better.place}"
        reading.reject(kind, worse.label, worse.place, reason, worse.told.result)


def _hand_over(reading: Reading) -> None:
    rows: dict[str, list[tuple[Row, str, int]]] = {kind: [] for kind in TABLES}
    for (kind, _), document in reading.best.items():
        made = answers.project(document.told) if kind == "project" else answers.call(document.told)
        rows[kind].append((made, document.label, document.place))
        if kind == "project":
            rows["participant"] += _participants(reading, document, made["url"])
    for kind, found in rows.items():
        _add(reading.job, kind, found)


def _participants(reading: Reading, document: Document, url: str | None) -> Iterable[tuple[Row, str, int]]:
    for row in answers.participants(document.told):
        reading.account("participant", document.label).rows_in += 1
        if row.get("organisation_id"):
            yield {**row, "url": url}, document.label, document.place
        else:
            reason = "neither a name nor a PIC of the participant"
            reading.reject("participant", document.label, document.place, reason, row)


def _add(job: Job, kind: str, rows: list[tuple[Row, str, int]]) -> None:
    if not rows:
        return
    columns = COLUMNS[kind]
    cells = ((*(row.get(c) for c in columns), label, place) for row, label, place in rows)
    raw = quoted(job.make_raw(kind, (*columns, "source_file"), cells))
    job.add(TABLES[kind], f"{SELECTS[kind]}{ORIGIN} FROM {raw}")
