"""How a network grows: newcomers, new and repeated partnerships, period by period."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import narwhals.stable.v2 as nw
import numpy as np
import polars as pl

from clusteratlas.observatory.arguments import COUNT, check
from clusteratlas.observatory.frames import check_columns, lazy
from clusteratlas.observatory.matrices import Kind
from clusteratlas.observatory.networks.participations import collected_rows, matrix_of

KEY = "__pair"


def growth(
    frame: Any,
    *,
    project: str = "project",
    organisation: str = "organisation",
    period: str = "period",
    where: Mapping[str, Any] | None = None,
) -> Any:
    """How the network grows: a row for each period that has projects, in order.

    ``projects``, ``organisations`` (that take part), ``newcomers`` (that never did before), ``share_newcomers``,
    ``pairs`` (organisations with a common project in the period), ``repeat_pairs`` (that had one in an earlier
    period), ``share_repeat``, and ``organisations_so_far`` and ``pairs_so_far``. In the first period everybody is new.
    A project belongs to the first period that its rows give. Rows without project, organisation or period are left out.

    Raises `InputError` for wrong columns.

    >>> rows = pl.DataFrame({"project": [*"aabb"], "organisation": [*"ABAB"], "period": [2020, 2020, 2021, 2021]})
    >>> growth(rows)["repeat_pairs"].to_list()
    [0, 1]
    """
    kind, rows = _rows(frame, project, organisation, period, where)
    met = _meetings(rows, project, organisation, period)
    first = rows.group_by(organisation).agg(pl.col(period).min())
    found = (
        rows.group_by(period)
        .agg(projects=pl.col(project).n_unique(), organisations=pl.col(organisation).n_unique())
        .join(first.group_by(period).agg(newcomers=pl.len()), on=period, how="left")
        .join(_pairs_by_period(met, period), on=period, how="left")
        .with_columns(pl.col("newcomers", "pairs", "repeat_pairs").fill_null(0).cast(pl.Int64))
        .sort(period)
        .with_columns(
            share_newcomers=pl.col("newcomers") / pl.col("organisations"),
            share_repeat=pl.when(pl.col("pairs") > 0).then(pl.col("repeat_pairs") / pl.col("pairs")),
            organisations_so_far=pl.col("newcomers").cum_sum(),
            pairs_so_far=(pl.col("pairs") - pl.col("repeat_pairs")).cum_sum(),
        )
    )
    return kind.frame(found.select(period, *GROWTH))


GROWTH = (
    *("projects", "organisations", "newcomers", "share_newcomers"),
    *("pairs", "repeat_pairs", "share_repeat", "organisations_so_far", "pairs_so_far"),
)


def newcomers(
    frame: Any,
    *,
    project: str = "project",
    organisation: str = "organisation",
    period: str = "period",
    where: Mapping[str, Any] | None = None,
) -> Any:
    """Who came when: for each organisation its first and last ``period`` and its number of projects.

    Columns: the organisation, ``first_period``, ``last_period``, ``periods`` (in which projects of its began),
    ``projects``; newest first. Raises `InputError` for wrong columns.
    """
    kind, rows = _rows(frame, project, organisation, period, where)
    found = rows.group_by(organisation).agg(
        first_period=pl.col(period).min(),
        last_period=pl.col(period).max(),
        periods=pl.col(period).n_unique(),
        projects=pl.col(project).n_unique(),
    )
    return kind.frame(found.sort(["first_period", organisation], descending=[True, False]))


def repeat_partnerships(
    frame: Any,
    *,
    project: str = "project",
    organisation: str = "organisation",
    period: str = "period",
    where: Mapping[str, Any] | None = None,
    at_least: int = 2,
) -> Any:
    """Who stays together: pairs with common projects in at least ``at_least`` periods.

    Columns: the organisation, ``other_`` organisation, ``periods``, ``projects``, ``first_period``, ``last_period``;
    the most lasting first. Raises `InputError` for wrong columns, `UsageError` for ``at_least`` below 1.
    """
    check(COUNT, at_least=at_least)
    kind, rows = _rows(frame, project, organisation, period, where)
    names = rows[organisation].unique().sort()
    found = (
        _meetings(rows, project, organisation, period)
        .group_by(KEY)
        .agg(
            periods=pl.len(),
            projects=pl.col("projects").sum(),
            first_period=pl.col(period).min(),
            last_period=pl.col(period).max(),
        )
        .filter(pl.col("periods") >= at_least)
        .sort(["periods", "projects", KEY], descending=[True, True, False])
    )
    keys = found[KEY].to_numpy()
    one, other = (names.gather(part) for part in (keys // max(len(names), 1), keys % max(len(names), 1)))
    ends = [one.alias(organisation), other.alias(f"other_{organisation}")]
    return kind.frame(pl.DataFrame([*ends, *found.drop(KEY).get_columns()]))


def _rows(
    frame: Any, project: str, organisation: str, period: str, where: Mapping[str, Any] | None
) -> tuple[Kind, pl.DataFrame]:
    """Distinct rows of project, organisation and the first period of the project."""
    data, is_eager = lazy(frame)
    check_columns(data, [project, organisation, period])
    rows, _ = collected_rows(data, [project, organisation, period], where)
    rows = rows.drop_nulls()
    texts = [name for name, kind in rows.schema.items() if kind in (pl.Categorical, pl.Enum)]
    rows = rows.with_columns(pl.col(texts).cast(pl.String)) if texts else rows
    first = rows.group_by(project).agg(pl.col(period).min())
    rows = rows.select(project, organisation).unique().join(first, on=project)
    return Kind(nw.to_native(data), data.implementation, is_eager), rows


def _meetings(rows: pl.DataFrame, project: str, organisation: str, period: str) -> pl.DataFrame:
    """A row for each pair and period with a common project: the pair as a number, ``projects``."""
    names = rows[organisation].unique().sort()
    parts = []
    for (when,), part in sorted(rows.group_by(period), key=lambda one: one[0]):
        matrix, _, there = matrix_of(part, project, organisation)
        common = (matrix.T.tocsr() @ matrix).tocoo()
        upper = common.row < common.col
        place = names.search_sorted(there).to_numpy().astype(np.int64)
        keys = place[common.row[upper]] * len(names) + place[common.col[upper]]
        times = np.rint(common.data[upper]).astype(np.int64)
        column = pl.Series(period, [when], rows.schema[period]).new_from_index(0, len(keys))
        parts.append(pl.DataFrame([pl.Series(KEY, keys), column, pl.Series("projects", times)]))
    if parts:
        return pl.concat(parts)
    return pl.DataFrame(schema={KEY: pl.Int64, period: rows.schema[period], "projects": pl.Int64})


def _pairs_by_period(met: pl.DataFrame, period: str) -> pl.DataFrame:
    """Pairs and repeated pairs of each period. The periods of ``met`` are in order: a pair is first met where it
    first stands."""
    is_repeat = np.ones(met.height, bool)
    is_repeat[np.unique(met[KEY].to_numpy(), return_index=True)[1]] = False
    again = met.select(period, pl.Series("is_repeat", is_repeat))
    return again.group_by(period).agg(pairs=pl.len(), repeat_pairs=pl.col("is_repeat").sum())
