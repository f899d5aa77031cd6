"""A person's own SQL over a release: one statement that reads, bounded in time and memory, far from files."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import duckdb

from clusteratlas.atlas.export import BATCH_ROWS
from clusteratlas.database import connect
from clusteratlas.errors import UsageError

if TYPE_CHECKING:
    import pyarrow as pa

    from clusteratlas.atlas.releases import Release

MEMORY_LIMIT = "1GB"
LONGEST = 100_000
ALLOWED = "SELECT, FROM, WITH, VALUES, TABLE, DESCRIBE, SHOW, SUMMARIZE and EXPLAIN"
CONFIG = {
    "memory_limit": MEMORY_LIMIT,
    # Nothing is spilled to disk: a statement that needs more memory ends.
    "max_temp_directory_size": "0KB",
    "enable_external_access": "false",
    "python_enable_replacements": "false",
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "allow_community_extensions": "false",
}


@contextmanager
def reading(release: Release, text: str, *, timeout: float = 60.0) -> Iterator[pa.RecordBatchReader]:
    """The rows of the statement ``text`` over the tables of ``release``: Arrow batches while the block runs.

    The statement may read the tables and nothing else: the database is opened read-only, without files,
    network or extensions, and its settings are locked. After ``timeout`` seconds it is interrupted.
    Raises `UsageError` with the place in the statement, for anything that is no reading statement, and for
    one that fails, takes too long or too much memory.
    """
    with connect(str(release.database), read_only=True, config=CONFIG, is_locked=True) as connection:
        watch = threading.Timer(timeout, connection.interrupt)
        watch.daemon = True
        watch.start()
        try:
            yield _relation(connection, only_statement(connection, text)).to_arrow_reader(BATCH_ROWS)
        except duckdb.InterruptException:
            raise UsageError(
                f"the statement took longer than {timeout:g} seconds",
                remedy="ask for less, or give it more time with --timeout",
            ) from None
        except duckdb.OutOfMemoryException:
            raise UsageError(
                f"the statement needs more than {MEMORY_LIMIT} of memory",
                remedy="filter before joining or sorting",
            ) from None
        except duckdb.Error as fault:
            raise _explained(fault, text) from None
        finally:
            watch.cancel()


def _relation(connection: duckdb.DuckDBPyConnection, statement: duckdb.Statement) -> duckdb.DuckDBPyRelation:
    try:
        return connection.sql(statement)
    except (duckdb.BinderException, duckdb.CatalogException):
        # A relation's message does not tell the place; that of an execution does.
        connection.execute(statement)
        raise


def only_statement(connection: duckdb.DuckDBPyConnection, text: str) -> duckdb.Statement:
    """The one reading statement in ``text``; raises `UsageError` for none, several or another kind.

    >>> only_statement(duckdb.connect(), "from project").type.name
    'SELECT'
    """
    if len(text) > LONGEST:
        raise UsageError(f"the statement is longer than {LONGEST:,} characters", remedy="shorten it")
    # What a terminal could not read as text arrives as lone surrogates.
    statements = connection.extract_statements(text.encode("utf-8", "replace").decode())
    if not statements:
        raise UsageError("there is no statement", remedy='write one: clusteratlas sql "from project limit 5"')
    if len(statements) > 1:
        raise UsageError(f"there are {len(statements)} statements", remedy="give one at a time")
    if statements[0].type.name not in ("SELECT", "EXPLAIN"):
        raise UsageError(
            f"this is no statement that reads ({statements[0].type.name})",
            remedy=f"{ALLOWED} can be used; nothing can be written or changed",
        )
    return statements[0]


def _explained(fault: duckdb.Error, text: str) -> UsageError:
    """DuckDB's message as ours: what is wrong, at which line and column, and what it suggests."""
    message = str(fault)
    what = re.sub(r"^[A-Za-z ]+ Error: ", "", message.split("\n")[0]).strip().rstrip("!")
    is_path = isinstance(fault, duckdb.CatalogException) and re.match(r"Table with name \S*[/\\.:]", what)
    if isinstance(fault, duckdb.PermissionException) or is_path:
        return UsageError("statements cannot read or write files", remedy="use the tables: show tables")
    if isinstance(fault, duckdb.InvalidInputException) and "read-only" in message:
        return UsageError("a release cannot be changed", remedy=f"{ALLOWED} can be used")
    hint = re.search(r"^(Did you mean .*|Candidate bindings: .*)$", message, re.MULTILINE)
    remedy = hint[1] if hint else "see the tables with: show tables; the columns with: describe TABLE"
    return UsageError(what or type(fault).__name__, where=_place(message, text), remedy=remedy)


def _place(message: str, text: str) -> str | None:
    """Line and column at which DuckDB's message points, both counted from 1."""
    found = re.search(r"^LINE (\d+): (.*)\n( *)\^", message, re.MULTILINE)
    if not found:
        return None
    line = int(found[1])
    shown, mark = found[2], len(found[3]) - len(f"LINE {line}: ")
    lines = text.split("\n")
    whole = lines[line - 1] if line <= len(lines) else shown
    # Long lines are shown in part, with dots where they were cut.
    begin = whole.find(shown.removeprefix("...").removesuffix("..."))
    column = mark + 1 if not shown.startswith("...") else max(begin, 0) + mark - 3 + 1
    return f"line {line}, column {column}"
