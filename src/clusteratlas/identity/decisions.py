"""What people decided about pairs of records: lines of a file, of which the last on a pair holds."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from clusteratlas.errors import InputError, nearest

SAME, DIFFERENT, UNSURE, REVOKED = "same", "different", "unsure", "revoked"
VERDICTS = (SAME, DIFFERENT, UNSURE, REVOKED)
COLUMNS = ("left", "right", "verdict", "author", "date", "reason")
LONGEST = 500
"""Characters of a cell."""


@dataclass(frozen=True, slots=True)
class Decision:
    """A person's word on two organisations or records.

    ``left`` and ``right`` are published ids (`pic:999902967`, `keep:12-fr`), which stand for all records published
    under them, or ids of single records (with `#`). ``verdict`` is one of `VERDICTS`; `revoked` takes back what was
    said before on the pair.
    """

    left: str
    right: str
    verdict: str
    author: str
    date: date
    reason: str = ""

    @property
    def pair(self) -> tuple[str, str]:
        """The two ids, in one order whoever was named first."""
        return (self.left, self.right) if self.left < self.right else (self.right, self.left)


def in_force(decisions: Iterable[Decision]) -> list[Decision]:
    """The last decision on each pair, in the order in which pairs were first named; revoked ones left out.

    >>> first = Decision("pic:1", "keep:a", "same", "Ana", date(2026, 1, 2))
    >>> undo = Decision("keep:a", "pic:1", "revoked", "Ana", date(2026, 1, 3))
    >>> in_force([first]) == [first], in_force([first, undo])
    (True, [])
    """
    last: dict[tuple[str, str], Decision] = {}
    for decision in decisions:
        last[decision.pair] = decision
    return [decision for decision in last.values() if decision.verdict != REVOKED]


def parse_decisions(text: str, name: str = "decisions") -> list[Decision]:
    """The lines of a decisions file: CSV with the columns of `COLUMNS`; lines that begin with `#` are remarks.

    Raises InputError naming the line for a column that is missing, a quotation mark that does not close on its line,
    a verdict or date that is none, an empty id or author, and a pair of one id with itself.

    >>> made = parse_decisions("left,right,verdict,author,date\\npic:1,keep:a,same,Ana,2026-01-02\\n")
    >>> made[0].verdict, made[0].date.isoformat()
    ('same', '2026-01-02')
    """
    # Not by `splitlines`, which also cuts where CSV does not.
    kept = ((n, line) for n, line in enumerate(text.split("\n"), start=1) if not line.startswith("#"))
    located = ((f"{name}, line {number}", line) for number, line in kept if line.strip())
    rows = ((where, _cells(line, where)) for where, line in located)
    _, header = next(rows, (name, None))
    if header is None:
        return []
    places = _places([cell.strip() for cell in header], name)
    return [_read(row, places, where) for where, row in rows if any(row)]


def _cells(line: str, where: str) -> list[str]:
    """The cells of one line, read alone: a quotation mark left open must not swallow the decisions behind it."""
    try:
        return next(csv.reader([line], strict=True))
    except csv.Error as fault:
        raise InputError(
            f"this is no line of CSV ({fault})",
            where=where,
            remedy=f"close each quotation mark on its line, and write {LONGEST} characters at most in a cell",
        ) from None


def _places(header: list[str], name: str) -> dict[str, int]:
    for column in COLUMNS[:-1]:
        if column not in header:
            raise InputError(f"column '{column}' is missing", where=name, remedy=nearest(column, header))
    return {column: header.index(column) for column in COLUMNS if column in header}


def _read(row: list[str], places: dict[str, int], where: str) -> Decision:
    said = {column: row[at].strip() if at < len(row) else "" for column, at in places.items()}
    for column in ("left", "right", "author"):
        if not said[column]:
            raise InputError(f"'{column}' is empty", where=where, remedy="fill it in, or take the line away")
    if said["verdict"] not in VERDICTS:
        raise InputError(
            f"'{said['verdict'][:40]}' is no verdict", where=where, remedy=nearest(said["verdict"], VERDICTS)
        )
    try:
        day = date.fromisoformat(said["date"])
    except ValueError:
        raise InputError(
            f"'{said['date'][:40]}' is no date", where=where, remedy="write it as 2026-01-31"
        ) from None
    return checked(
        Decision(said["left"], said["right"], said["verdict"], said["author"], day, said.get("reason", "")),
        where,
    )


def checked(decision: Decision, where: str = "decision") -> Decision:
    """The decision itself, when it can stand in a file; raises InputError otherwise."""
    if decision.left == decision.right:
        raise InputError(
            f"'{decision.left}' is set against itself", where=where, remedy="name two ids that differ"
        )
    if decision.verdict not in VERDICTS:
        raise InputError(
            f"'{decision.verdict[:40]}' is no verdict",
            where=where,
            remedy=nearest(decision.verdict, VERDICTS),
        )
    for cell in (decision.left, decision.right, decision.author, decision.reason):
        if len(cell) > LONGEST or "\0" in cell or cell.splitlines() not in ([], [cell]):
            raise InputError(
                f"'{cell[:40]}' is too long or holds a line break",
                where=where,
                remedy="write it on one short line",
            )
    return decision


def written(decisions: Iterable[Decision]) -> str:
    """The lines of decisions as they stand in a file, without the header.

    >>> written([Decision("pic:1", "keep:a", "same", "Ana", date(2026, 1, 2), "one, and the same")])
    'pic:1,keep:a,same,Ana,2026-01-02,"one, and the same"\\n'
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerows((d.left, d.right, d.verdict, d.author, d.date.isoformat(), d.reason) for d in decisions)
    return text.getvalue()
