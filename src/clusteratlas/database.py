"""Connections to DuckDB as this house opens them: silent, and locked where they serve other people's questions."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import duckdb


def connect(
    path: str = ":memory:", *, config: dict[str, Any], read_only: bool = False, is_locked: bool = False
) -> duckdb.DuckDBPyConnection:
    """A connection whose cursors never draw a progress bar, which DuckDB would write among the answers.

    ``is_locked``: no statement may change a setting afterwards, and what this process has locked in one connection
    is locked in the next one to the same file.

    >>> connect(config={}).cursor().execute("SELECT current_setting('enable_progress_bar')").fetchone()
    (False,)
    """
    connection = duckdb.connect(path, read_only=read_only, config=config)
    if not connection.execute("SELECT current_setting('lock_configuration')").fetchall()[0][0]:
        with suppress(duckdb.InvalidInputException):  # a notebook that cannot draw bars has none to forbid
            connection.execute("SET enable_progress_bar = false")  # of the session, not of the database
        if is_locked:
            connection.execute("SET lock_configuration = true")
    return connection
