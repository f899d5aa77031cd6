"""New combinations: themes that projects bring together which were not, or seldom, together before."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
from scipy import sparse
from scipy.special import bdtrc

from clusteratlas.errors import InputError
from clusteratlas.observatory.arguments import check_like
from clusteratlas.observatory.matrices import Kind
from clusteratlas.observatory.trends.counting import memory
from clusteratlas.observatory.trends.discovery import q_values


def combinations(
    frame: Any,
    *,
    project: str = "project_id",
    theme: str = "theme",
    period: str = "period",
    since: Any = None,
) -> Any:
    """Pairs of themes in one project from the period ``since`` on (default: the last), beside what was before.

    ``frame`` has a row for each project and theme (repeated ones count once), with the project's period. With
    n_a and n_b the projects of the themes, n_ab those of both and N all projects of a span (before, since),
    projects that drew their themes at random would have E = n_a n_b / N of them. One row for each pair that
    some project has since: ``theme_a`` and ``theme_b`` (in order), ``projects_before``, ``projects_since``,
    ``expected_since`` (E since), ``z_score`` (n_ab - E over its standard deviation, since), ``is_new`` (never
    before), ``p_value``: the chance that so many of the pair's projects fall since, were it only that its themes
    grow,

        P(Binomial(n_ab before + since, E_since / (E_before + E_since)) >= n_ab since)

    and ``q_value`` (share of false ones among pairs so sure). Surest first.

    Raises `InputError` for wrong columns, empty keys, projects in two periods and a period that is not there.
    Sources: Weitzman 1998 and Fleming 2001 (new combinations), Uzzi et al. 2013 (z-scores; here with the exact
    moments of random draws instead of shuffled networks), Benjamini and Hochberg 1995.

    >>> import polars as pl
    >>> rows = [(p, t, y) for p, ts, y in [("1", "ab", 1), ("2", "c", 1), ("3", "ac", 2), ("4", "b", 2)] for t in ts]
    >>> frame = pl.DataFrame(rows, schema=["project_id", "theme", "period"], orient="row")
    >>> combinations(frame).select("theme_a", "theme_b", "expected_since", "is_new", "p_value").rows()
    [('a', 'c', 0.5, True, 0.5)]
    """
    data, kind = _checked(frame, [project, theme, period])
    spread = data.group_by(project).agg(pl.col(period).n_unique().alias("n")).filter(pl.col("n") > 1)
    if spread.height:
        raise InputError(f"project {spread[project].sort()[0]!r} is in several periods", where=period)
    check_like(data[period].max(), since=since)
    if since is None and data.height:
        since = data[period].max()
    themes = data[theme].unique().sort()
    halves = (data.filter(pl.col(period) < since), data.filter(pl.col(period) >= since))
    spans = [_span(half, project, theme, themes) for half in halves]
    return kind.frame(_pairs(*spans, themes))


def novelty(frame: Any, *, project: str = "project_id", theme: str = "theme") -> Any:
    """How unusual the combinations of themes in each project are, beside those of all projects.

    With the z-score of each pair of its themes (as in `combinations`, over all projects): ``pairs`` (their
    number), ``conventionality`` (the median z) and ``novelty`` (the tenth percentile: the lower, the more unusual
    is the least usual of it). Projects of one theme have no pair and no row. In the order of the projects.

    Raises `InputError` for wrong columns and empty keys. Source: Uzzi et al. 2013.

    >>> import polars as pl
    >>> frame = pl.DataFrame({"project_id": [*"112233"], "theme": [*"ababcd"]})
    >>> novelty(frame).select("project_id", pl.col("novelty").round(2)).rows()
    [('1', 1.41), ('2', 1.41), ('3', 1.41)]
    """
    data, kind = _checked(frame, [project, theme])
    themes = data[theme].unique().sort()
    span = _span(data, project, theme, themes)
    rows, z = [], sparse.csr_array(span.z_scores())
    for at, name in enumerate(span.projects):
        own = span.matrix.indices[span.matrix.indptr[at] : span.matrix.indptr[at + 1]]
        if len(own) > 1:
            a, b = np.triu_indices(len(own), 1)
            found = np.asarray(z[own[a], own[b]]).ravel()
            rows.append((name, len(found), float(np.median(found)), float(np.percentile(found, 10))))
    schema = {
        project: data.schema[project],
        "pairs": pl.Int64,
        "conventionality": pl.Float64,
        "novelty": pl.Float64,
    }
    return kind.frame(pl.DataFrame(rows, schema=schema, orient="row"))


@dataclass(frozen=True)
class Span:
    """The projects (rows) of a span of time with their themes (columns)."""

    projects: pl.Series
    matrix: sparse.csr_array

    @property
    def sizes(self) -> np.ndarray:
        """Projects of each theme."""
        return np.asarray(self.matrix.sum(axis=0)).ravel()

    @property
    def together(self) -> sparse.coo_array:
        """Projects of each pair of themes, each pair once."""
        return sparse.coo_array(sparse.triu(self.matrix.T @ self.matrix, k=1))

    def expected(self, a: np.ndarray, b: np.ndarray) -> np.ndarray:
        """Projects of pairs if themes were drawn at random."""
        return self.sizes[a] * self.sizes[b] / max(len(self.projects), 1)

    def scores(self, a: np.ndarray, b: np.ndarray, observed: np.ndarray) -> np.ndarray:
        """How many standard deviations of random draws the pairs are above what is expected."""
        n, size, e = len(self.projects), self.sizes, self.expected(a, b)
        variance = e * (1 - size[a] / max(n, 1)) * (n - size[b]) / max(n - 1, 1)
        return np.divide(observed - e, np.sqrt(variance), out=np.zeros_like(e), where=variance > 0)

    def z_scores(self) -> sparse.coo_array:
        """The scores of the pairs that there are."""
        found = self.together
        scores = self.scores(found.row, found.col, found.data)
        return sparse.coo_array((scores, (found.row, found.col)), shape=found.shape)


def _checked(frame: Any, columns: list[str]) -> tuple[pl.DataFrame, Kind]:
    data, kind = memory(frame, columns)
    for key in columns[:2]:
        if empty := data[key].null_count():
            raise InputError(f"column '{key}' is empty in {empty} rows")
    return data.drop_nulls().unique().sort(columns), kind


def _span(data: pl.DataFrame, project: str, theme: str, themes: pl.Series) -> Span:
    projects = data[project].unique().sort()
    places = pl.DataFrame({theme: themes}).with_row_index("__t")
    rows = data.join(places, on=theme).join(
        pl.DataFrame({project: projects}).with_row_index("__p"), on=project
    )
    where = (rows["__p"].to_numpy(), rows["__t"].to_numpy())
    matrix = sparse.csr_array((np.ones(rows.height), where), shape=(len(projects), len(themes)))
    matrix.sort_indices()
    return Span(projects, matrix)


def _pairs(before: Span, since: Span, themes: pl.Series) -> pl.DataFrame:
    found = since.together
    a, b, now = found.row, found.col, found.data
    then = np.asarray(sparse.csr_array(before.together)[a, b]).ravel() if len(a) else np.zeros(0)
    e_then, e_now = before.expected(a, b), since.expected(a, b)
    share = np.divide(e_now, e_then + e_now, out=np.ones_like(e_now), where=e_then + e_now > 0)
    p = bdtrc(now - 1, (then + now).astype(np.int64), share)
    table = pl.DataFrame(
        {
            "theme_a": themes.gather(a),
            "theme_b": themes.gather(b),
            "projects_before": then.astype(np.int64),
            "projects_since": now.astype(np.int64),
            "expected_since": e_now,
            "z_score": since.scores(a, b, now),
            "is_new": then == 0,
            "p_value": p,
            "q_value": q_values(p),
        }
    )
    return table.sort(
        "p_value", "projects_since", "theme_a", "theme_b", descending=[False, True, False, False]
    )
