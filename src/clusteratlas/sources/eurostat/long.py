"""SDMX-CSV into cells: a line is a cell."""

from __future__ import annotations

from clusteratlas.sources import tabular
from clusteratlas.sources.eurostat.cells import MISSING, NUMBER, finite, reject_malformed, warn_of_flags
from clusteratlas.sources.eurostat.layouts import PERIOD, Long
from clusteratlas.sources.job import FileAccount, Job
from clusteratlas.sources.sql import literal, quoted
from clusteratlas.sources.text import Text

# A status of confidentiality that says what the flag `c` says, and the one that says nothing.
STATUSES = {"C": "c", "F": ""}


def load_long(job: Job, text: Text, layout: Long, account: FileAccount) -> tuple[str, str | None]:
    """The cells of a file as a raw table: `_line`, `d_<dimension>` ..., `period`, `value`, `flag` (and others);
    and what the file says which table it is.

    Each line is in the table or in the quarantine.
    """
    for name in layout.unknown:
        job.warn("unknown column", account.file, f"unknown column '{name[:80]}', left aside")
    raw, cells = tabular.load(job, text, "lines", account), job.raw_name("cells")
    dimensions = {f"d_{name.lower()}": _trimmed(name) for name in layout.dimensions}
    shown = ", ".join(f"{sql} AS {quoted(name)}" for name, sql in dimensions.items())
    content = f"concat_ws({literal(text.delimiter)}, {', '.join(_trimmed(c) for c in text.header)})"
    job.connection.execute(
        f"""CREATE TABLE {quoted(cells)} AS
            SELECT * EXCLUDE (mark, content), {finite("mark")} AS value,
              CASE {_empty(dimensions)}
                WHEN NOT regexp_full_match(period, {literal(PERIOD.pattern)}) THEN 'TIME_PERIOD is no period'
                WHEN NOT regexp_full_match(mark, {literal(f"({MISSING}|{NUMBER})?")})
                  THEN 'OBS_VALUE is no number'
                WHEN mark NOT IN ('', {literal(MISSING)}) AND value IS NULL THEN 'OBS_VALUE is too large'
                WHEN NOT regexp_full_match(coalesce(flag, ''), '[A-Za-z]{{0,6}}') THEN 'the flag is malformed'
              END AS fault,
              CASE WHEN fault IS NOT NULL THEN content END AS cell
            FROM (SELECT _line, {shown}, {_trimmed(layout.period)} AS period, {_trimmed(layout.value)} AS mark,
              nullif({_flags(layout)}, '') AS flag, {content} AS content FROM {quoted(raw)})"""
    )
    structure = _structure(job, raw, layout)
    job.connection.execute(f"DROP TABLE {quoted(raw)}")
    _mark_repeated(job, cells, list(dimensions))
    reject_malformed(job, cells, account)
    warn_of_flags(job, cells, account)
    return cells, structure


def _structure(job: Job, raw: str, layout: Long) -> str | None:
    if layout.structure is None:
        return None
    query = f"SELECT min({quoted(layout.structure)}) FROM {quoted(raw)}"
    return job.connection.execute(query).fetchall()[0][0]


def _trimmed(column: str) -> str:
    return f"trim(coalesce({quoted(column)}, ''))"


def _empty(dimensions: dict[str, str]) -> str:
    return " ".join(
        f"WHEN {quoted(name)} = '' THEN {literal(f'dimension {name[2:]!r} is empty')}" for name in dimensions
    )


def _flags(layout: Long) -> str:
    """SQL for the flags of all columns of flags, one after the other."""
    columns = []
    for name in layout.flags:
        text = _trimmed(name)
        if name.lower() == "conf_status":
            whens = " ".join(f"WHEN {literal(k)} THEN {literal(v)}" for k, v in STATUSES.items())
            text = f"CASE {text} {whens} ELSE {text} END"
        columns.append(text)
    return " || ".join(columns) or "''"


def _mark_repeated(job: Job, cells: str, dimensions: list[str]) -> None:
    """Give a fault to the cells that another line has given already."""
    key = ", ".join([*(quoted(name) for name in dimensions), "period"])
    job.connection.execute(
        f"""UPDATE {quoted(cells)} SET fault = 'the cell stands already in line ' || first,
              cell = coalesce(cell, concat_ws(',', {key}, value, flag))
            FROM (SELECT rowid AS place, first FROM (
              SELECT rowid, _line, min(_line) OVER (PARTITION BY {key}) AS first FROM {quoted(cells)}
              WHERE fault IS NULL) WHERE _line > first) AS repeated
            WHERE {quoted(cells)}.rowid = repeated.place"""
    )
