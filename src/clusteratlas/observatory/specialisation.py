"""How much more of an industry a region has than the whole: location quotients, their kin, and focus."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import narwhals.stable.v2 as nw
import numpy as np
import polars as pl

from clusteratlas.errors import InputError
from clusteratlas.observatory.codes import Codes, in_chunks
from clusteratlas.observatory.frames import joined, ratio, total
from clusteratlas.observatory.tables import Table, from_any, small, take_table

QUOTIENT = "location_quotient"
NAMED = 10
"""Industries that an error names at most."""


def location_quotient(
    frame: Any,
    *,
    region: str = "region",
    industry: str = "industry",
    value: str = "value",
    period: str | None = None,
    reference: Any = None,
    totals: Any = None,
) -> Any:
    """The share of an industry in a region's total over its share in the total of the reference area.

    LQ = (e_ir / e_r) / (E_i / E). Without unit; 1 means as much as the reference area has. Null where the value is
    null or a total is zero. The frame comes back with the column ``location_quotient`` added, and ``imputed_share``
    (of the cell's value) when it has a column ``imputed`` or ``imputed_share``.

    ``reference``: a frame of ``industry``, ``value`` (and ``period``, unless one reference holds for all periods)
    with the values of the reference area, when that is not the sum of the regions given; E is the sum of all its
    rows. ``totals``: a frame of ``region``, ``value`` (and ``period``) with the regions' published totals, when the
    cells given do not add up to them because some are withheld, or because they are only a part of all industries; E
    is the sum of all its rows unless there is a reference. Both may be of another kind than ``frame``.

    The sums of a DuckDB relation are those of the moment of the call; without ``reference`` or ``totals``, a row that
    comes later has a null when its region, industry or period was not there, and is not summed.

    Raises `InputError` for wrong columns, cells that are there twice, negative values, texts, and industries (or
    regions) that ``reference`` (or ``totals``) does not have: the error names them.

    Source: P. Sargant Florence (1939), Report on the Location of Industry; formula as in M. Delgado, M. Porter and
    S. Stern (2014), "Defining clusters of related industries", NBER working paper 20375.

    >>> import polars as pl
    >>> jobs = pl.DataFrame({"region": ["A", "A", "B"], "industry": ["x", "y", "y"], "value": [10, 30, 60]})
    >>> location_quotient(jobs)["location_quotient"].to_list()
    [2.5, 0.8333333333333334, 1.1111111111111112]
    >>> europe = pl.DataFrame({"industry": ["x", "y"], "value": [100, 900]})
    >>> location_quotient(jobs, reference=europe)["location_quotient"].to_list()
    [2.5, 0.8333333333333334, 1.1111111111111112]
    """
    names = Names(region, industry, value, period)
    table = _take(frame, names, reference, totals)
    return table.extended(with_quotient(table, names, reference, totals), {QUOTIENT: nw.col("__quotient")})


def symmetric_location_quotient(
    frame: Any,
    *,
    region: str = "region",
    industry: str = "industry",
    value: str = "value",
    period: str | None = None,
    reference: Any = None,
    totals: Any = None,
) -> Any:
    """The location quotient folded to lie between -1 (industry absent) and 1: (LQ - 1) / (LQ + 1).

    0 means as much as the reference area has; a half and a double are equally far from it. Arguments, errors and the
    frame handed back as `location_quotient`; the column is ``symmetric_location_quotient``.

    Source: K. Laursen (2015), "Revealed comparative advantage and the alternatives as measures of international
    specialization", Eurasian Business Review 5, 99-115.

    >>> import polars as pl
    >>> jobs = pl.DataFrame({"region": ["A", "A", "B"], "industry": ["x", "y", "y"], "value": [10, 30, 60]})
    >>> symmetric_location_quotient(jobs)["symmetric_location_quotient"].round(3).to_list()
    [0.429, -0.091, 0.053]
    """
    names = Names(region, industry, value, period)
    table = _take(frame, names, reference, totals)
    quotient = nw.col("__quotient")
    data = with_quotient(table, names, reference, totals)
    return table.extended(data, {"symmetric_location_quotient": (quotient - 1) / (quotient + 1)})


def focus(
    frame: Any,
    *,
    region: str = "region",
    industry: str = "industry",
    value: str = "value",
    period: str | None = None,
    totals: Any = None,
) -> Any:
    """The share of an industry in its region's total: e_ir / e_r, from 0 to 1.

    Null where the value is null or the region's total is zero. ``totals`` and the frame handed back as
    `location_quotient`; the column is ``focus``.

    Source: European Cluster Observatory (2008), where a cluster's third star is its focus.

    >>> import polars as pl
    >>> jobs = pl.DataFrame({"region": ["A", "A", "B"], "industry": ["x", "y", "y"], "value": [10, 30, 60]})
    >>> focus(jobs)["focus"].to_list()
    [0.25, 0.75, 1.0]
    """
    names = Names(region, industry, value, period)
    table = take_table(frame, keys=[region, industry, period], values=[value])
    data = _with_region_total(table, names, totals)
    return table.extended(data, {"focus": ratio(nw.col(value), nw.col("__region"))})


@dataclass(frozen=True)
class Names:
    """What the caller calls the columns."""

    region: str
    industry: str
    value: str
    period: str | None

    def by(self, *roles: str) -> list[str]:
        """The columns of these roles, with the period where there is one."""
        names = [getattr(self, role) for role in roles]
        return names if self.period is None else [*names, self.period]

    def groups(self) -> list[tuple[str, ...]]:
        """What a location quotient sums by."""
        return [tuple(self.by("region")), tuple(self.by("industry"))]


def _take(frame: Any, names: Names, reference: Any, totals: Any) -> Table:
    """The caller's cells, checked; with their sums where no others were given."""
    sums = names.groups() if reference is None and totals is None else ()
    keys = [names.region, names.industry, names.period]
    return take_table(frame, keys=keys, values=[names.value], sums=sums)


def with_quotient(
    table: Table, names: Names, reference: Any = None, totals: Any = None, *, keys: bool = False
) -> nw.LazyFrame:
    """The table's rows with the location quotient as ``__quotient``; without their keys unless ``keys``."""
    if table.memory is not None and reference is None and totals is None:
        quotient = {"__quotient": _dense_quotient(table, names)}
        return table.in_memory({**table.key_columns(), **quotient} if keys else quotient)
    value = names.value
    if table.cells is not None:
        return _numbered_quotient(table, names)
    data = _with_region_total(table, names, totals)
    if reference is None:
        sums = total(table.data, value, "__industry", names.by("industry"))
        if totals is None:
            sums = joined(sums, total(sums, "__industry", "__all", names.by()), names.by())
        data = joined(data, sums, names.by("industry"))
    else:
        data = data.drop("__all", strict=False)
        data = _with_whole(table, names, data, reference, "industry", "__industry")
    quotient = ratio(nw.col(value) * nw.col("__all"), nw.col("__region") * nw.col("__industry"))
    return data.with_columns(quotient.alias("__quotient"))


def _with_region_total(table: Table, names: Names, totals: Any) -> nw.LazyFrame:
    if totals is not None:
        return _with_whole(table, names, table.data, totals, "region", "__region")
    return joined(
        table.data, total(table.data, names.value, "__region", names.by("region")), names.by("region")
    )


def _with_whole(
    table: Table, names: Names, data: nw.LazyFrame, given: Any, role: str, name: str
) -> nw.LazyFrame:
    """``data`` with the values of a frame the caller gave beside his own, and their sum as ``__all``."""
    what = {"industry": "reference", "region": "totals"}[role]
    there = from_any(given, what).collect_schema().names()
    keys = [key for key in names.by(role) if key != names.period or key in there]
    whole = small(given, keys=keys, values=[names.value], what=what)
    _check_all_there(data, whole, keys, role, what)
    over = [key for key in keys if key == names.period]
    sums = whole.lazy().with_columns(
        (pl.col(names.value).sum().over(over) if over else pl.col(names.value).sum()).alias("__all")
    )
    sums = sums.rename({names.value: name}).collect()
    return joined(data, table.like(sums), keys)


def _check_all_there(data: nw.LazyFrame, whole: pl.DataFrame, keys: list[str], role: str, what: str) -> None:
    wanted = pl.from_arrow(data.select(*keys).unique().collect().to_arrow())
    try:
        absent = wanted.join(whole, on=keys, how="anti").sort(keys)
    except pl.exceptions.SchemaError as wrong:
        raise InputError(
            f"columns {', '.join(keys)} are of another type than in the frame ({wrong})", where=what
        ) from wrong
    if len(absent):
        cells = [" ".join(str(part) for part in row) for row in absent.head(NAMED).iter_rows()]
        more = f" and {len(absent) - NAMED} more" if len(absent) > NAMED else ""
        raise InputError(
            f"there is no {role} {', '.join(cells)}{more}",
            where=what,
            remedy=f"add them to `{what}`, or leave them out of the frame",
        )


def _dense_quotient(table: Table, names: Names) -> np.ndarray:
    """The quotients of a frame in memory, NaN where there is none: sums over codes in place of group-bys and joins.

    Polars' own group-by and join take two to five times as long when rows keep their order.
    """
    memory, values = table.memory, table.memory.values[names.value]
    known = np.nan_to_num(values, nan=0.0) if np.isnan(values).any() else values
    regions, industries = memory.joint(names.region, names.period), memory.joint(names.industry, names.period)
    per_region, sums = _inverse(regions.sums(known)), industries.sums(known)
    per_industry = _inverse(sums) * _whole(sums, industries, memory.joint(names.period))
    quotients = np.empty(len(values))

    def part(rows: slice) -> None:
        np.multiply(values[rows], per_region.take(regions.numbers[rows]), out=quotients[rows])
        quotients[rows] *= per_industry.take(industries.numbers[rows])

    in_chunks(part, len(values))
    return quotients


def _numbered_quotient(table: Table, names: Names) -> nw.LazyFrame:
    """The rows of a relation with their quotients: what its one reading summed, looked up by number."""
    by_region, by_industry = names.groups()
    regions, industries = (table.cells.sums[group] for group in (by_region, by_industry))
    found = {
        "__region": (by_region, _inverse(regions)),
        "__industry": (by_industry, _inverse(industries) * industries.sum(axis=0)),
    }
    quotient = nw.col(names.value) * nw.col("__region") * nw.col("__industry")
    return table.cells.with_found(table.data, found).with_columns(quotient.alias("__quotient"))


def _whole(sums: np.ndarray, industries: Codes, periods: Codes) -> np.ndarray:
    """For each industry of a period, the sum of all industries of that period."""
    if periods.count == 1:
        return np.full(len(sums), sums.sum())
    period = np.zeros(len(sums), np.intp)
    period[industries.numbers] = periods.numbers
    return np.bincount(period, sums)[period]


def _inverse(sums: np.ndarray) -> np.ndarray:
    return np.divide(1.0, sums, out=np.full(sums.shape, np.nan), where=sums != 0)
