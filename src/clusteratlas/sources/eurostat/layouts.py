"""Which of Eurostat's layouts a file has, and which table it is, by its header and its name."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import PurePosixPath

from clusteratlas.errors import InputError, nearest
from clusteratlas.sources.text import Text

PERIOD = re.compile(r"(1[6-9]|2[01])[0-9]{2}(-?[A-Z]?[0-9]{1,3}){0,2}")
# Columns of SDMX-CSV that are no dimension.
ABOUT = {"structure", "structure_id", "structure_name", "action", "dataflow", "last update"}
VALUES = {"time_period", "obs_value"}
FLAGS = ("obs_flag", "obs_status", "conf_status")
STRUCTURE = re.compile(r"(?:[^:]*:)?([A-Za-z][A-Za-z0-9_]*)(?:\$.*)?(?:\(.*\))?")
_ENDINGS = re.compile(
    r"(\.(gz|tsv|csv|txt|sdmx)|\$[^.]*|__custom_\d+|_linear(_\d+)*|_filtered|_en| ?\(\d+\))$"
)


@dataclass(frozen=True)
class Wide:
    """Bulk TSV: a line is a series, with a cell for each period.

    ``dimensions`` are named as in the header; ``periods`` in its order.
    """

    dimensions: tuple[str, ...]
    periods: tuple[str, ...]


@dataclass(frozen=True)
class Long:
    """SDMX-CSV: a line is a cell. ``dimensions`` and ``flags`` are names of columns; ``unknown`` are left aside."""

    dimensions: tuple[str, ...]
    period: str
    value: str
    flags: tuple[str, ...]
    unknown: tuple[str, ...]
    structure: str | None


def recognise(text: Text, label: str) -> Wide | Long:
    """The layout of a file by its header; raises `InputError` that says what is missing.

    The first header cell of bulk TSV is `nace_r2,indic_sb,geo\\time`; SDMX-CSV has TIME_PERIOD and OBS_VALUE.
    """
    first, *others = text.delimiter.join(text.header).split("\t")
    if "\\" in first and others:
        return _wide(first, others, label)
    if VALUES & {name.lower() for name in text.header}:
        return _long(text.header, label)
    raise InputError(
        f"not a table of Eurostat (its header begins with '{first[:60]}')",
        where=f"{label}:1",
        remedy="give the bulk TSV (first cell like 'nace_r2,geo\\time') or SDMX-CSV (TIME_PERIOD, OBS_VALUE)",
    )


def _wide(first: str, others: list[str], label: str) -> Wide:
    names = [name.strip().lower() for name in first.rpartition("\\")[0].split(",")]
    periods = [cell.strip() for cell in others]
    for period in periods:
        if not PERIOD.fullmatch(period):
            raise InputError(
                f"column '{period[:40]}' is no period", where=f"{label}:1", remedy="download the file again"
            )
    _refuse_repeated([*names, *periods], label)
    _need_geo(names, label)
    return Wide(tuple(names), tuple(periods))


def _long(header: tuple[str, ...], label: str) -> Long:
    known = {name.lower(): name for name in header}
    for needed in sorted(VALUES):
        if needed not in known:
            raise InputError(
                f"column '{needed.upper()}' is missing", where=f"{label}:1", remedy=nearest(needed, known)
            )
    place = [name.lower() for name in header].index("obs_value")
    plain = [name for name in header if name.lower() not in {*ABOUT, *VALUES, *FLAGS}]
    dimensions = [name for name in plain if header.index(name) < place]
    _need_geo([name.lower() for name in dimensions], label)
    return Long(
        dimensions=tuple(dimensions),
        period=known["time_period"],
        value=known["obs_value"],
        flags=tuple(known[name] for name in FLAGS if name in known),
        unknown=tuple(name for name in plain if header.index(name) > place),
        structure=known.get("structure_id") or known.get("dataflow"),
    )


def _need_geo(names: list[str], label: str) -> None:
    if "geo" not in names:
        raise InputError(
            "column 'geo' is missing: only tables of areas can be read",
            where=f"{label}:1",
            remedy=nearest("geo", names),
        )


def _refuse_repeated(names: list[str], label: str) -> None:
    for name in names:
        if names.count(name) > 1:
            raise InputError(
                f"column '{name}' stands twice in the header",
                where=f"{label}:1",
                remedy="take out one of the two columns",
            )


def table_name(file: str, structure: str | None = None) -> str:
    """The publisher's name of a table: from the structure that SDMX-CSV states, else from the file's name.

    >>> table_name("data/estat_nama_10r_3gdp.tsv.gz"), table_name("sbs_r_nuts06_r2 (1).tsv")
    ('nama_10r_3gdp', 'sbs_r_nuts06_r2')
    >>> table_name("download.csv", "ESTAT:NAMA_10R_3EMPERS(1.0)")
    'nama_10r_3empers'
    """
    if structure and (found := STRUCTURE.fullmatch(structure.strip())):
        return found[1].lower()
    name = PurePosixPath(file).name.lower()
    while (shorter := _ENDINGS.sub("", name)) != name and shorter:
        name = shorter
    return re.sub(r"[^a-z0-9_]+", "_", name.removeprefix("estat_")).strip("_") or "unnamed"
