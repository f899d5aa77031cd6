"""Read boundaries (GeoJSON) and workbooks of changes: a file, a folder or a zip of them, packed with gzip or not."""

from __future__ import annotations

import zipfile
from pathlib import Path

from clusteratlas.errors import InputError
from clusteratlas.sources.archives import Input, Member
from clusteratlas.sources.compressed import unpacked
from clusteratlas.sources.gisco import correspondence
from clusteratlas.sources.gisco.boundaries import is_geojson, read_boundaries
from clusteratlas.sources.job import Job
from clusteratlas.sources.sql import literal, quoted
from clusteratlas.sources.workbooks import is_workbook

ENDINGS = (".geojson", ".json", ".gz", ".xls", ".xlsx")

BOUNDARY = """
  SELECT nuts_code, CAST(nuts_version AS INTEGER) AS nuts_version, scale, region_code,
    CAST(level AS INTEGER) AS level, name, country_code, geometry,
    {source} AS source, {file} AS source_file, _line AS source_line
  FROM {raw}"""
CHANGE = """
  SELECT {old} AS from_version, {new} AS to_version, old_code, new_code, nullif(change, '') AS change,
    {source} AS source, {file} AS source_file, _line AS source_line
  FROM {raw}"""


def read(job: Job) -> None:
    """Read the files at ``job.path`` into raw tables and canonical selects.

    Raises `InputError` when none of them holds boundaries or changes of NUTS regions.
    """
    with Input(job.path, job.name) as given:
        members = given.members()
        done, total = 0, sum(m.size for m in members)
        for member in members:
            _read_member(job, given, member)
            done += member.size
            job.advance(done, total)
    if not job.selects:
        asides = [w.file for w in job.warnings.values() if w.code == "unknown file"]
        raise InputError(
            "neither boundaries nor changes of NUTS regions found here"
            + (f" (left aside: {', '.join(asides[:3])})" if asides else ""),
            where=str(job.path),
            remedy="give NUTS_RG_<scale>_<version>_4326.geojson, or a correspondence workbook (xls, xlsx)",
        )


def _read_member(job: Job, given: Input, member: Member) -> None:
    label = given.label(member)
    if not given.is_single and member.suffix not in ENDINGS:
        job.warn("unknown file", label, "left aside: neither GeoJSON nor a workbook")
        return
    path = unpacked(given.file(member, job.workdir), label, job.workdir)
    try:
        if is_workbook(path):
            _read_workbook(job, path, label)
        elif is_geojson(path):
            _read_geojson(job, path, member.name, label)
        else:
            job.warn("unknown file", label, "left aside: neither GeoJSON nor a workbook")
    finally:
        if path.parent == job.workdir:
            path.unlink(missing_ok=True)


def _read_geojson(job: Job, path: Path, name: str, label: str) -> None:
    account = job.account(label, "region_boundary", path.stat().st_size)
    raw = read_boundaries(job, path, name, account)
    names = {"source": literal(job.source), "file": literal(label), "raw": quoted(raw)}
    job.add("region_boundary", BOUNDARY.format(**names))


def _read_workbook(job: Job, path: Path, label: str) -> None:
    """Each sheet of changes is an account of its own: a change is a pair of codes, or a code that began or ended."""
    from python_calamine import CalamineError

    try:
        found = correspondence.sheets(path)
    except (CalamineError, OSError, ValueError, zipfile.BadZipFile) as fault:
        raise InputError(
            f"not a readable workbook ({fault})", where=label, remedy="download it again"
        ) from fault
    if not found:
        job.warn("unknown file", label, "left aside: no sheet sets codes of two versions side by side")
    for one in correspondence.to_read(found):
        _read_sheet(job, one, found, f"{label}/{one.name}")


def _read_sheet(job: Job, one: correspondence.Sheet, all_sheets: list, label: str) -> None:
    account, rows = job.account(label, "region_change"), []
    for row in correspondence.told(one, all_sheets):
        account.rows_in += len(row.pairs)
        if not row.pairs:
            note = "did not change" if row.is_unchanged else "are told by other rows already"
            job.warn("no change", label, f"rows of regions that {note}", example=f"row {row.number}")
        elif row.pairs == (("", ""),):
            job.reject(account, row.number, "no code of a region", row.text)
        else:
            rows += [(*pair, row.change, row.number) for pair in row.pairs]
    raw = job.make_raw("change", ("old_code", "new_code", "change"), rows)
    names = {"source": literal(job.source), "file": literal(label), "raw": quoted(raw)}
    job.add("region_change", CHANGE.format(old=one.from_version, new=one.to_version, **names))
