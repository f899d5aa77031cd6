"""Projects of each term and period, and how many each period would have if the term kept its share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import narwhals.stable.v2 as nw
import numpy as np
import polars as pl

from clusteratlas.errors import InputError
from clusteratlas.observatory.arguments import check_name
from clusteratlas.observatory.frames import as_numbers, check_columns, lazy
from clusteratlas.observatory.matrices import Kind


@dataclass(frozen=True)
class Counts:
    """Terms (rows) in periods (columns): ``observed`` projects, and ``exposure``: all projects of the period.

    Where groups are told apart ``exposure`` is, for each term, what its shares of the groups over all periods
    make of the groups' projects in each period: it rises with its groups, not with the term.
    """

    kind: Kind
    terms: pl.Series
    periods: np.ndarray
    observed: np.ndarray
    exposure: np.ndarray


def term_counts(
    terms: Any,
    projects: Any,
    *,
    project: str = "project_id",
    term: str = "term",
    period: str = "period",
    group: str | None = None,
) -> tuple[Any, Any]:
    """How many projects of each period have each term, and how many there are in all.

    ``terms`` has a row for each project and term (repeated ones count once), ``projects`` one for each project
    with its ``period`` (and ``group``, such as the kind of call); projects without a period are left out. Gives
    two frames of the kind of ``terms``: ``term``, ``period`` (``group``), ``projects``; and ``period``
    (``group``), ``projects``.

    >>> import polars as pl
    >>> terms = pl.DataFrame({"project_id": ["1", "2"], "term": ["photonics", "photonics"]})
    >>> projects = pl.DataFrame({"project_id": ["1", "2", "3"], "period": [2022, 2023, 2023]})
    >>> [frame.rows() for frame in term_counts(terms, projects)]
    [[('photonics', 2022, 1), ('photonics', 2023, 1)], [(2022, 1), (2023, 2)]]
    """
    check_name(group=group)
    keys = [period, *([group] if group else [])]
    said, kind = memory(terms, [project, term])
    held, _ = memory(projects, [project, *keys])
    if held[project].is_duplicated().any():
        raise InputError(
            f"a project is there twice in column '{project}'", remedy="give each project one row"
        )
    held = held.drop_nulls(period)
    said = said.unique().join(held, on=project)
    count = pl.len().cast(pl.Int64).alias("projects")
    parts = (
        said.group_by(term, *keys).agg(count).sort(term, *keys),
        held.group_by(keys).agg(count).sort(keys),
    )
    return kind.frame(parts[0]), kind.frame(parts[1])


def expected(
    counts: Any,
    totals: Any,
    *,
    term: str = "term",
    period: str = "period",
    projects: str = "projects",
    group: str | None = None,
) -> Any:
    """How many projects of each period would have each term, had it kept its share of every group.

    With y the projects of a term and n all projects, in group g and period t, and sums over what is not named:

        E_t = sum_g n_gt y_g / n_g

    One row for each term and period of ``totals``: ``term``, ``period``, ``projects``, ``expected``. Without
    ``group`` all projects are one group. Raises as `growth`. Source: indirect standardisation, as in
    Breslow and Day 1987.

    >>> import polars as pl
    >>> counts = pl.DataFrame({"term": ["a", "a"], "period": [1, 2], "projects": [1, 5]})
    >>> expected(counts, pl.DataFrame({"period": [1, 2], "projects": [100, 200]})).rows()
    [('a', 1, 1, 2.0), ('a', 2, 5, 4.0)]
    """
    found = read_counts(counts, totals, term=term, period=period, projects=projects, group=group)
    share = found.observed.sum(axis=1, keepdims=True) / found.exposure.sum(axis=1, keepdims=True)
    row, column = np.indices(found.observed.shape)
    table = pl.DataFrame(
        {
            term: found.terms.gather(row.ravel()),
            period: pl.Series(found.periods).gather(column.ravel()),
            "projects": found.observed.ravel().astype(np.int64),
            "expected": (share * found.exposure).ravel(),
        }
    )
    return found.kind.frame(table)


def memory(frame: Any, columns: list[str], numbers: list[str] | None = None) -> tuple[pl.DataFrame, Kind]:
    """Columns of a frame in memory (``numbers`` as floats), and the kind of frame it was."""
    given, is_eager = lazy(frame)
    check_columns(given, columns)
    kind = Kind(nw.to_native(given), given.implementation, is_eager)
    chosen = as_numbers(given.select(*columns), numbers or [])
    return chosen.collect(backend="polars").to_native(), kind


def read_counts(
    counts: Any, totals: Any, *, term: str, period: str, projects: str, group: str | None = None
) -> Counts:
    """Counts and totals, checked, as matrices; terms and periods are in order.

    Raises `InputError` for columns that are absent, cells that are there twice, empty keys, periods that are no
    numbers, negative counts, and terms with more projects than there are.
    """
    check_name(group=group)
    keys = [period, *([group] if group else [])]
    said, kind = memory(counts, [term, *keys, projects], [projects])
    held, _ = memory(totals, [*keys, projects], [projects])
    for data, cell in ((said, [term, *keys]), (held, keys)):
        _check(data, cell, projects, period)
    held = held.filter(pl.col(projects) > 0)
    periods = held[period].unique().sort()
    groups = held.select(group).unique().sort(group).to_series() if group else pl.Series([0])
    terms = said[term].unique().sort()
    n, y = np.zeros((len(groups), len(periods))), np.zeros((len(groups), len(terms), len(periods)))
    n[_places(held, group, groups), _at(held[period], periods)] = held[projects].to_numpy()
    said = said.filter(pl.col(projects) > 0)
    _refuse_outside(said, held, keys)
    y[_places(said, group, groups), _at(said[term], terms), _at(said[period], periods)] = said[
        projects
    ].to_numpy()
    if (y > n[:, None, :]).any():
        raise InputError(
            f"a term has more '{projects}' than its period has in all", remedy="check the totals"
        )
    return Counts(kind, terms, periods.to_numpy(), y.sum(axis=0), _exposure(y, n))


def _check(data: pl.DataFrame, cell: list[str], projects: str, period: str) -> None:
    for key in cell:
        if empty := data[key].null_count():
            raise InputError(f"column '{key}' is empty in {empty} rows")
    if not data[period].dtype.is_numeric() and data.height:
        raise InputError(
            f"column '{period}' holds no numbers", remedy="give years, or years and parts of years"
        )
    if (data[projects] < 0).any() or data[projects].null_count() or data[projects].is_infinite().any():
        raise InputError(f"column '{projects}' is negative, infinite or empty", remedy="give counts")
    if data.select(cell).is_duplicated().any():
        raise InputError(f"a cell of {', '.join(cell)} is there twice", remedy="add its rows up first")


def _refuse_outside(said: pl.DataFrame, held: pl.DataFrame, keys: list[str]) -> None:
    outside = said.join(held, on=keys, how="anti")
    if outside.height:
        where = ", ".join(f"{key} {outside[key][0]}" for key in keys)
        raise InputError(f"the totals know nothing of {where}", remedy="give a total for each")


def _places(data: pl.DataFrame, group: str | None, groups: pl.Series) -> np.ndarray:
    return _at(data[group], groups) if group else np.zeros(data.height, np.int64)


def _at(column: pl.Series, among: pl.Series) -> np.ndarray:
    """Where each value stands in the ordered values ``among``."""
    places = pl.DataFrame({"__v": among}).with_row_index("__i")
    return column.to_frame("__v").join(places, on="__v", how="left", maintain_order="left")["__i"].to_numpy()


def _exposure(y: np.ndarray, n: np.ndarray) -> np.ndarray:
    """All projects of each period; where groups differ, weighted for each term by its shares of the groups."""
    whole = np.broadcast_to(n.sum(axis=0), y.shape[1:])
    if len(n) == 1 or not y.size:
        return np.array(whole)
    shares = y.sum(axis=2) / n.sum(axis=1)[:, None]
    weighted = np.einsum("gt,gi->it", n, shares)
    level = whole.sum(axis=1) / np.maximum(weighted.sum(axis=1), 1e-300)
    return weighted * level[:, None]
