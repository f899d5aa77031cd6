"""The sample's statistics: a line for an indicator, a year and an area, a column for each industry."""

from __future__ import annotations

from clusteratlas.sources import tabular
from clusteratlas.sources.eurostat.canonical import describe, observations
from clusteratlas.sources.eurostat.cells import fault, flag, reject_malformed, value
from clusteratlas.sources.job import FileAccount, Job
from clusteratlas.sources.sql import literal, quoted
from clusteratlas.sources.text import Text

KEYS = ("dataset", "indicator", "year", "nuts_code")


def read_observations(job: Job, text: Text, account: FileAccount) -> None:
    """Read the wide file into rows of `observation`; an empty cell is no row, `:` one without a value."""
    raw, cells = tabular.load(job, text, "observation", account), job.raw_name("cells")
    industries = [name for name in text.header if name not in KEYS]
    job.connection.execute(
        f"""CREATE TABLE {quoted(cells)} AS
            SELECT *, {value("cell")} AS value, {flag("cell")} AS flag, {fault("cell")} AS fault
            FROM (
              SELECT _line, dataset, indicator AS d_indic_sb, year AS period, nuts_code AS d_geo,
                unnest($industries::VARCHAR[]) AS d_nace_r2,
                unnest([{", ".join(quoted(i) for i in industries)}]) AS cell
              FROM {quoted(raw)}) WHERE cell <> ''""",
        {"industries": industries},
    )
    run = job.connection.execute
    account.rows_in = account.quarantined + run(f"SELECT count(*) FROM {quoted(cells)}").fetchall()[0][0]
    reject_malformed(job, cells, account)
    for (dataset,) in run(f"SELECT DISTINCT dataset FROM {quoted(cells)} ORDER BY ALL").fetchall():
        part = job.raw_name("cells")
        run(
            f"CREATE TABLE {quoted(part)} AS SELECT * FROM {quoted(cells)} WHERE dataset = {literal(dataset)}"
        )
        described = describe(job, part, ["nace_r2", "indic_sb", "geo"], dataset, account)
        job.add("observation", observations(job, f"FROM {quoted(described)}", dataset, account))
