"""One table in several files of an input: what an earlier file has given goes to the quarantine."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from clusteratlas.sources.job import FileAccount, Job, Select
from clusteratlas.sources.sql import quoted

# What tells the cells of a table apart.
KEY = ("indicator", "unit", "breakdown", "nuts_code", "classification", "industry_code", "year")


@dataclass(frozen=True)
class Part:
    """A file's rows of a table, as SQL."""

    dataset: str
    account: FileAccount
    sql: str


def add_parts(job: Job, parts: Iterable[Part]) -> None:
    """Give the rows of all files to the job, each cell of a table once."""
    of_table: dict[str, list[Part]] = defaultdict(list)
    for part in parts:
        of_table[part.dataset].append(part)
    for same in of_table.values():
        rows = [part.sql for part in same]
        if len(same) > 1:
            rows = []
            for part in same:
                rows.append(f"FROM {quoted(_new_rows(job, part, rows))}")
        job.selects += [Select("observation", sql) for sql in rows]


def _new_rows(job: Job, part: Part, earlier: list[str]) -> str:
    """A raw table of the rows that no earlier file has given; the others go to the quarantine."""
    name, run = job.raw_name("rows"), job.connection.execute
    run(f"CREATE TABLE {quoted(name)} AS {part.sql}")
    if not earlier:
        return name
    before = " UNION ALL ".join(f"({sql})" for sql in earlier)
    same = " AND ".join(f"o.{column} IS NOT DISTINCT FROM n.{column}" for column in KEY)
    found = run(
        f"""SELECT n.rowid, n.source_line, min(o.source_file || ':' || o.source_line),
              concat_ws(',', n.indicator, n.unit, n.breakdown, n.industry_code, n.nuts_code, n.year) || ': '
                || concat_ws(' ', coalesce(n.value::VARCHAR, ':'), n.flag)
            FROM {quoted(name)} n JOIN ({before}) o ON {same} GROUP BY ALL ORDER BY n.rowid"""
    ).fetchall()
    for _, line, first, cell in found:
        job.reject(part.account, line, f"the cell stands already in {first}", cell)
    places = [place for place, *_ in found]
    run(
        f"DELETE FROM {quoted(name)} WHERE rowid IN (SELECT unnest($places::BIGINT[]))",
        {"places": places},
    )
    return name
