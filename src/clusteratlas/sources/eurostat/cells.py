"""The grammar of a published cell: a number or `:`, and flags; as SQL, beside what each flag means."""

from __future__ import annotations

from clusteratlas.sources.job import FileAccount, Job
from clusteratlas.sources.sql import literal, quoted

FLAGS = {
    "b": "break in time series",
    "c": "confidential",
    "d": "definition differs",
    "e": "estimated",
    "f": "forecast",
    "i": "see the publisher's metadata",
    "k": "not significant and negligible",
    "n": "not significant",
    "p": "provisional",
    "r": "revised",
    "s": "estimated by Eurostat",
    "u": "low reliability",
    "z": "not applicable",
}
"""What each of Eurostat's flags means."""

MISSING = ":"
NUMBER = r"[-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?"
CELL = rf"^[ \t\r]*(:|{NUMBER})[ \t\r]*([A-Za-z]{{0,4}})[ \t\r]*$"


def parsed(cell: str) -> str:
    """SQL for the parts of the text ``cell``: a struct of `mark` and `flag`; both empty when it is malformed.

    >>> import duckdb
    >>> for text in ("1234 b", ": c", "1.2 bep", "-7", "1,5"):
    ...     duckdb.execute(f"SELECT {parsed('?')}", [text]).fetchall()[0][0]
    {'mark': '1234', 'flag': 'b'}
    {'mark': ':', 'flag': 'c'}
    {'mark': '1.2', 'flag': 'bep'}
    {'mark': '-7', 'flag': ''}
    {'mark': '', 'flag': ''}
    """
    return f"regexp_extract({cell}, {literal(CELL)}, ['mark', 'flag'])"


def number(mark: str) -> str:
    """SQL for the number that the text ``mark`` is; NULL for a missing one, and for one too large to be kept."""
    return f"CASE WHEN isfinite(TRY_CAST({mark} AS DOUBLE)) THEN TRY_CAST({mark} AS DOUBLE) END"


def is_blank() -> str:
    """SQL: whether the text `cell` holds nothing at all, not even `:`."""
    return "trim(cell, ' \t\r') = ''"


def fault() -> str:
    """SQL for what is wrong with the text `cell` of a `period`, parsed as `p`, its number in `value`; else NULL."""
    return f"""CASE WHEN {is_blank()} OR p.mark = {literal(MISSING)} OR value IS NOT NULL THEN NULL
      WHEN p.mark = '' THEN 'the cell of ' || period || ' is neither a number nor '':'''
      ELSE 'the number of ' || period || ' is too large' END"""


def warn_of_flags(job: Job, cells: str, account: FileAccount) -> None:
    """Count flags that are not among Eurostat's; they are kept."""
    known = ", ".join(literal(flag) for flag in FLAGS)
    found = job.connection.execute(
        f"""SELECT mark, sum(n), min(line) FROM (
              SELECT unnest(string_split(flag, '')) AS mark, count(*) AS n, min(_line) AS line
              FROM {quoted(cells)} WHERE flag IS NOT NULL GROUP BY flag)
            WHERE mark NOT IN ({known}) GROUP BY mark ORDER BY mark"""
    ).fetchall()
    for mark, count, line in found:
        message = f"unknown flag '{mark}', kept as it is"
        job.warn("unknown flag", account.file, message, example=f"line {line}", count=int(count))


def reject_malformed(job: Job, cells: str, account: FileAccount) -> None:
    """Move the cells that have a `fault` into the quarantine."""
    found = job.connection.execute(
        f"SELECT _line, fault, cell FROM {quoted(cells)} WHERE fault IS NOT NULL ORDER BY _line, period"
    ).fetchall()
    for line, fault, cell in found:
        job.reject(account, line, fault, cell or "")
    if found:
        job.connection.execute(f"DELETE FROM {quoted(cells)} WHERE fault IS NOT NULL")
