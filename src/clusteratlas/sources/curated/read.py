"""Read the curated list: project.csv and participation.csv in the atlas's own columns."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from clusteratlas.errors import InputError
from clusteratlas.sources.curated.rows import (
    PARTICIPATIONS,
    PROJECTS,
    Row,
    coordinator_rows,
    participation_rows,
    project_rows,
    target_rows,
)
from clusteratlas.sources.job import FileAccount, Job
from clusteratlas.sources.sql import quoted

NEEDED = {PROJECTS: ("project_id", "title"), PARTICIPATIONS: ("project_id", "organisation_name")}

# The raw tables have the canonical names already; only the types are to be made.
PROJECT = """
  SELECT * EXCLUDE (_line, pages) REPLACE (as_date(start_date) AS start_date, as_date(end_date) AS end_date,
    as_money(total_cost_eur) AS total_cost_eur, as_money(eu_contribution_eur) AS eu_contribution_eur,
    as_integer(stated_participants) AS stated_participants), _line AS source_line
  FROM {0}"""
PARTICIPATION = """
  SELECT * EXCLUDE (_line, pages) REPLACE (as_boolean(is_cluster_organisation) AS is_cluster_organisation,
    as_integer(position) AS position), _line AS source_line
  FROM {0}"""
TARGETS = "SELECT * EXCLUDE (_line), _line AS source_line FROM {0}"
THEMES = """
  SELECT project_id, 'curated' AS scheme, theme AS theme_code, theme AS title, '/' || theme AS path,
    source, source_file, _line AS source_line
  FROM (SELECT *, unnest(list_distinct(string_split(keywords, ';'))) AS theme FROM {0}) WHERE theme <> ''"""
PAGES = """
  SELECT project_id, page AS url, min(confidence) AS confidence, 'curated' AS source,
    max(source_file) AS source_file, arg_max(_line, source_file) AS source_line
  FROM (SELECT project_id, unnest(string_split(pages, ' ')) AS page, confidence, source_file, _line FROM {0}
    UNION ALL
    SELECT project_id, unnest(string_split(pages, ' ')), NULL, source_file, _line FROM {1})
  WHERE page <> '' GROUP BY project_id, page"""


def read(job: Job) -> None:
    """Read the folder at ``job.path`` into raw tables and canonical selects.

    Raises `InputError` when a file or a column is missing.
    """
    projects = _load(job, PROJECTS, project_rows)
    participations = _load(job, PARTICIPATIONS, participation_rows)
    job.add("project", PROJECT.format(projects))
    job.add("participation", PARTICIPATION.format(participations))
    job.add("project_theme", THEMES.format(projects))
    job.add("project_source", PAGES.format(projects, participations))
    coordinators = _kept(
        job,
        job.account(f"{PROJECTS} (coordinators)", "participation", rows_of=PROJECTS),
        list(coordinator_rows(job.path)),
        NEEDED[PARTICIPATIONS],
    )
    for table, found, select in (
        ("participation", coordinators, PARTICIPATION),
        ("project_theme", list(target_rows(job.path)), TARGETS),
    ):
        if found:
            job.add(table, select.format(_raw(job, table, found)))


def _load(job: Job, file: str, rows: Callable[[Path], Iterator[Row]]) -> str:
    """A raw table of a file's canonical rows; rows without the needed cells go to the quarantine."""
    path = job.path / file
    found = list(rows(job.path))
    account = job.account(file, path.stem, path.stat().st_size)
    kept = _kept(job, account, found, NEEDED[file])
    if not kept:
        raise InputError(
            "no row can be read", where=file, remedy="look at the quarantined rows, or take the file away"
        )
    return _raw(job, path.stem, kept)


def _kept(job: Job, account: FileAccount, found: list[Row], needed: tuple[str, ...]) -> list[Row]:
    """The rows that have the needed cells; the others go to the quarantine."""
    account.rows_in = len(found)
    kept = []
    for row in found:
        absent = [column for column in needed if not row[column]]
        if absent:
            raw = ", ".join(f"{name}: {value}" for name, value in row.items() if value)
            job.reject(account, int(row["source_line"] or 0), f"no {' and no '.join(absent)}", raw)
        else:
            kept.append(row)
    return kept


def _raw(job: Job, kind: str, rows: list[Row]) -> str:
    """A raw table of rows that have the same names; returns its name, quoted."""
    columns = [column for column in rows[0] if column != "source_line"]
    cells = ((*(row[column] for column in columns), int(row["source_line"] or 0)) for row in rows)
    return quoted(job.make_raw(kind, columns, cells))
