"""Read files that are canonical already: one CSV for each table, its columns named as in the release.

Observations and flows between industries are laid out more closely, to be small: see `observations` and `flows`.
"""

from __future__ import annotations

from pathlib import PurePosixPath

from clusteratlas.errors import InputError
from clusteratlas.sources import tabular
from clusteratlas.sources.archives import Input, Member
from clusteratlas.sources.job import Job
from clusteratlas.sources.sample.flows import read_flows
from clusteratlas.sources.sample.observations import read_observations
from clusteratlas.sources.sql import literal, quoted


def read(job: Job) -> None:
    """Read a folder or zip of canonical CSV files.

    Raises `InputError` when there is none.
    """
    with Input(job.path) as given:
        for member in given.members():
            if PurePosixPath(member.name).suffix == ".csv":
                _read_table(job, given, member)
    if not job.selects:
        raise InputError(
            "no table of the sample found here", where=str(job.path), remedy="install the package again"
        )


def _read_table(job: Job, given: Input, member: Member) -> None:
    label, table = given.label(member), PurePosixPath(member.name).stem
    path = given.file(member, job.workdir)
    account = job.account(label, table, member.size)
    if table == "input_output_flow":
        read_flows(job, path, account)
        return
    text = tabular.inspect(path, label)
    if table == "observation":
        read_observations(job, text, account)
        return
    raw = tabular.load(job, text, table, account)
    columns = ", ".join(quoted(c) for c in text.header)
    job.add(
        table,
        f"""SELECT {columns}, {literal(job.source)} AS source, {literal(label)} AS source_file, _line AS source_line
            FROM {quoted(raw)}""",
    )
