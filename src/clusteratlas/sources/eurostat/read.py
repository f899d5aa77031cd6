"""Read tables of Eurostat: a file, a folder or a zip of them, packed with gzip or not."""

from __future__ import annotations

from pathlib import Path

from clusteratlas.errors import InputError
from clusteratlas.sources import tabular
from clusteratlas.sources.archives import Input, Member
from clusteratlas.sources.compressed import unpacked
from clusteratlas.sources.eurostat.canonical import describe, observations
from clusteratlas.sources.eurostat.layouts import Long, Wide, recognise, table_name
from clusteratlas.sources.eurostat.long import load_long
from clusteratlas.sources.eurostat.repeated import Part, add_parts
from clusteratlas.sources.eurostat.wide import cells_of, load_wide
from clusteratlas.sources.job import Job
from clusteratlas.sources.sql import quoted
from clusteratlas.sources.text import Text

ENDINGS = (".tsv", ".csv", ".txt", ".gz")
TABLE_ENDINGS = (".tsv", ".tsv.gz")


def read(job: Job) -> None:
    """Read the tables at ``job.path`` into raw tables and canonical selects.

    Raises `InputError` when none of the files is a table of Eurostat.
    """
    with Input(job.path, job.name) as given:
        members = given.members()
        done, total = 0, sum(m.size for m in members)
        parts = []
        for member in members:
            parts += _read_member(job, given, member)
            done += member.size
            job.advance(done, total)
    add_parts(job, parts)
    if not parts:
        asides = [w.file for w in job.warnings.values() if w.code == "unknown file"]
        raise InputError(
            "no table of Eurostat found here" + (f" (left aside: {', '.join(asides[:3])})" if asides else ""),
            where=str(job.path),
            remedy="give bulk TSV or SDMX-CSV files, or a folder or zip of them",
        )


def _read_member(job: Job, given: Input, member: Member) -> list[Part]:
    """The table of a file, or none when it is something else."""
    label = given.label(member)
    if not given.is_single and member.suffix not in ENDINGS:
        job.warn("unknown file", label, "left aside: no TSV or CSV file")
        return []
    path = unpacked(given.file(member, job.workdir), label, job.workdir)
    try:
        text = _inspect(path, label)
        layout = recognise(text, label)
    except InputError as fault:
        # A readme beside the tables stops nothing; a table that is broken does.
        if given.is_single or member.name.lower().endswith(TABLE_ENDINGS):
            raise
        job.warn("unknown file", label, f"left aside: {fault.what}")
        return []
    else:
        return [_load(job, text, layout, member, label)]
    finally:
        if path.parent == job.workdir:
            path.unlink(missing_ok=True)


def _inspect(path: Path, label: str) -> Text:
    with path.open("rb") as stream:
        start = stream.read(200).removeprefix(b"\xef\xbb\xbf").lstrip()
    if start[:1] in (b"<", b"{"):
        raise InputError(
            "this is a web page or a message of a server, not data",
            where=label,
            remedy="download the table again: clusteratlas fetch lists what can be fetched",
        )
    return tabular.inspect(path, label)


def _load(job: Job, text: Text, layout: Wide | Long, member: Member, label: str) -> Part:
    account = job.account(label, "observation", member.size)
    dimensions = [name.lower() for name in layout.dimensions]
    if isinstance(layout, Wide):
        series, has_faults = load_wide(job, text, layout, account)
        dataset = table_name(member.name)
        described = describe(job, series, dimensions, dataset, account, within="_line")
        cells = cells_of(described, layout, has_faults=has_faults)
    else:
        raw, structure = load_long(job, text, layout, account)
        dataset = table_name(member.name, structure)
        cells = f"FROM {quoted(describe(job, raw, dimensions, dataset, account))}"
    return Part(dataset, account, observations(job, cells, dataset, account))
