"""Read the dump of ROR: a zip, a folder or a file, JSON or a record on each line, packed with gzip or not."""

from __future__ import annotations

import json
from collections.abc import Iterator

from clusteratlas.errors import InputError
from clusteratlas.sources.archives import Input, Member
from clusteratlas.sources.compressed import unpacked
from clusteratlas.sources.job import FileAccount, Job
from clusteratlas.sources.json_records import json_members, records
from clusteratlas.sources.ror.entries import Row, entry, layout_of
from clusteratlas.sources.sql import quoted

TABLE = "organisation_authority"
COLUMNS = (
    *("authority_id", "name", "names", "acronyms", "kinds", "status", "established_year", "country_code"),
    *("subdivision", "city", "latitude", "longitude", "website_url", "domains", "parents", "relations"),
    *("external_ids", "updated_on", "url", "source_file"),
)
SELECT = """
  SELECT * EXCLUDE (_line) REPLACE (as_integer(established_year) AS established_year,
    as_latitude(latitude) AS latitude, as_longitude(longitude) AS longitude, as_date(updated_on) AS updated_on),
    'ror' AS source, _line AS source_line
  FROM {0}"""

Kept = dict[str, tuple[int, Row, FileAccount, int]]
"""By id: the layout, the row, its file's account and its place there."""


def read(job: Job) -> None:
    """Read the records at ``job.path``; of two records of one entry the newer layout stays, else the later one.

    Raises `InputError` when there is no JSON.
    """
    kept: Kept = {}
    with Input(job.path, job.name) as given:
        members = json_members(job, given)
        done, total = 0, sum(m.size for m in members)
        for member in members:
            _read_member(job, given, member, kept)
            done += member.size
            job.advance(done, total)
    if not kept:
        raise InputError(
            "no record of ROR found here",
            where=str(job.path),
            remedy="give the dump as ROR publishes it (JSON)",
        )
    raw = quoted(job.make_raw("entries", COLUMNS, _rows(kept)))
    job.add(TABLE, SELECT.format(raw))


def _read_member(job: Job, given: Input, member: Member, kept: Kept) -> None:
    label = given.label(member)
    path = unpacked(given.file(member, job.workdir), label, job.workdir)
    account = job.account(label, TABLE, member.size)
    try:
        for record in records(path):
            account.rows_in += 1
            if record.fault:
                job.reject(account, record.place, record.fault, record.text)
                continue
            try:
                row = entry(record.value)
            except ValueError as fault:
                job.reject(account, record.place, str(fault), json.dumps(record.value, ensure_ascii=False))
                continue
            _keep(job, kept, (_layout(record.value), row, account, record.place))
    finally:
        if path.parent == job.workdir:
            path.unlink(missing_ok=True)


def _layout(record: dict) -> int:
    return layout_of(record["record"] if isinstance(record.get("record"), dict) else record)


def _keep(job: Job, kept: Kept, new: tuple[int, Row, FileAccount, int]) -> None:
    """Keep the better of two records of one entry; the other goes to the quarantine."""
    number = str(new[1]["authority_id"])
    old = kept.get(number)
    better, worse = (new, old) if old is None or new[0] >= old[0] else (old, new)
    kept[number] = better
    if worse:
        _, row, account, place = worse
        reason = f"entry '{number}' is taken from {better[2].file}:{better[3]}"
        job.reject(account, place, reason, json.dumps(row, ensure_ascii=False))


def _rows(kept: Kept) -> Iterator[tuple[str | int | None, ...]]:
    for _, row, account, place in kept.values():
        yield (*({**row, "source_file": account.file}.get(c) for c in COLUMNS), place)
