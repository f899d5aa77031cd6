"""Separated text files as raw tables: a strict fast reader, and a patient one that mends or quarantines.

The fast reader is DuckDB's. Its answer counts only when its rows make up the file, line by line and byte by byte;
otherwise the patient reader takes the file record by record, so that one malformed record costs that record and
nothing else.
"""

from __future__ import annotations

from clusteratlas.sources.job import FileAccount, Job
from clusteratlas.sources.patient import read_patiently
from clusteratlas.sources.sql import quoted
from clusteratlas.sources.strict import read_strictly
from clusteratlas.sources.text import Text, inspect, refuse_doubled

__all__ = ["Text", "inspect", "load"]


def load(job: Job, text: Text, kind: str, account: FileAccount) -> str:
    """Load ``text`` into a raw table of text columns and the integer `_line`; returns the table's name.

    Every record of the file is in the table or in the quarantine; ``account`` says how many came in.
    Raises `InputError` when two columns have one name.
    """
    refuse_doubled(text, account.file)
    name = read_strictly(job, text, kind)
    if name is None:
        return read_patiently(job, text, kind, account)
    account.rows_in += job.connection.execute(f"SELECT count(*) FROM {quoted(name)}").fetchall()[0][0]
    return name
