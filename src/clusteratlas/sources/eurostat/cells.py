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
BLANKS = r"[ \t\r]*"
CELL = rf"{BLANKS}(?:(:|{NUMBER}){BLANKS}([A-Za-z]{{0,4}}){BLANKS})?"
"""A cell as bulk TSV has it: a number or `:`, perhaps flags; or nothing at all."""

# Cells without letters have no flags: they are numbers as they stand, and most. Only the others are taken apart.
_HAS_LETTER = "regexp_matches({0}, '[A-Za-z]')"


def value(cell: str) -> str:
    """SQL for the number in the text ``cell``; NULL for a missing and a malformed one, and one too large to be kept.

    >>> import duckdb
    >>> for text in ("1234 b", ": c", "1.2 bep", "-7", ""):
    ...     duckdb.execute(f"SELECT {value('t')}, {flag('t')} FROM (SELECT ? AS t)", [text]).fetchall()[0]
    (1234.0, 'b')
    (None, 'c')
    (1.2, 'bep')
    (-7.0, None)
    (None, None)
    """
    return finite(f"CASE WHEN {_HAS_LETTER.format(cell)} THEN {_group(cell, 1)} ELSE {cell} END")


def finite(text: str) -> str:
    """SQL for the number that ``text`` is; NULL when it is none, or too large to be kept."""
    return f"CASE WHEN isfinite(TRY_CAST({text} AS DOUBLE)) THEN TRY_CAST({text} AS DOUBLE) END"


def flag(cell: str) -> str:
    """SQL for the flags in the text ``cell``; NULL when there are none."""
    return f"CASE WHEN {_HAS_LETTER.format(cell)} THEN nullif({_group(cell, 2)}, '') END"


def _group(cell: str, number: int) -> str:
    return f"regexp_extract({cell}, {literal(f'^{CELL}$')}, {number})"


def is_blank(cell: str) -> str:
    """SQL: whether the text ``cell`` holds nothing at all, not even `:`."""
    return f"regexp_full_match({cell}, {literal(BLANKS)})"


def fault(cell: str) -> str:
    """SQL for what is wrong with the text ``cell`` of a `period`; NULL when it is well formed."""
    return f"""CASE
      WHEN NOT regexp_full_match({cell}, {literal(CELL)})
        THEN 'the cell of ' || period || ' is neither a number nor '':'''
      WHEN {value(cell)} IS NULL AND regexp_matches({cell}, '[0-9]')
        THEN 'the number of ' || period || ' is too large' END"""


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
