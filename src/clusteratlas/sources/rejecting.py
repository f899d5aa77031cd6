"""Rows of a raw table into the quarantine, by a condition."""

from __future__ import annotations

from clusteratlas.sources.job import FileAccount, Job
from clusteratlas.sources.sql import literal, quoted


def reject_where(job: Job, raw: str, bad: str, reason: str, account: FileAccount) -> None:
    """Move the rows of ``raw`` for which the condition ``bad`` holds into the quarantine, with the reason.

    Where the table has a column `_file`, the reason names the file of each row.
    """
    run = job.connection.execute
    columns = [r[0] for r in run(f"SELECT name FROM pragma_table_info({literal(raw)})").fetchall()]
    shown = ", ".join(f"coalesce({quoted(c)}, '')" for c in columns if not c.startswith("_"))
    label = "_file" if "_file" in columns else literal(account.file)
    text = f"concat_ws(';', {shown})"
    found = run(f"SELECT _line, {label}, {text} FROM {quoted(raw)} WHERE {bad}").fetchall()
    for line, file, content in found:
        note = reason if file == account.file else f"{file}: {reason}"
        job.reject(account, line, note, content)
    if found:
        run(f"DELETE FROM {quoted(raw)} WHERE {bad}")
