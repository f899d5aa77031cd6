"""The projects of a release as arrays: what they can be filtered, counted and sorted by."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from clusteratlas import taxonomies
from clusteratlas.atlas.search.columns import Column, coded_column, column, tree_column
from clusteratlas.atlas.search.facets import (
    BUDGET_BANDS,
    CLUSTER_LABELS,
    KINDS,
    ORGANISATION_TYPES,
    SME_BANDS,
)

FIRST_YEAR, LAST_YEAR = 1950, 2100
"""Years outside are taken for mistakes of the publisher where a project's running years are listed."""

PROJECTS = """
  SELECT p.project_id, p.kind, p.status, p.programme_id, p.initiative_id, i.pillar_id, p.funding_scheme_code,
    p.topic_code, p.call_code, p.master_call_code, p.start_date, p.end_date, p.eu_contribution_eur, p.title,
    c.label AS cluster
  FROM project p LEFT JOIN initiative i USING (initiative_id) LEFT JOIN project_cluster c USING (project_id)
  ORDER BY p.project_id"""
PARTICIPATIONS = """
  SELECT project_id, organisation_id, role = 'coordinator' AS is_coordinator, activity_type, is_sme, country_code,
    region_code
  FROM participation"""
THEMES = "SELECT project_id, theme_code, coalesce(path, title, theme_code) AS path FROM project_theme"
CALLS = "SELECT project_id, call_id FROM project_call"
INITIATIVES = "SELECT initiative_id, name, pillar_id, pillar_name FROM initiative ORDER BY initiative_id"
PROGRAMMES = "SELECT programme_id, coalesce(short_name, name) FROM programme"
REGIONS = "SELECT nuts_code, max(name) FROM region WHERE is_current GROUP BY nuts_code"
OLDER_REGIONS = "SELECT nuts_code, max(name) FROM region GROUP BY nuts_code"


@dataclass(frozen=True)
class Collection:
    """All projects of a release, in the order of project_id.

    ``start`` and ``end`` are days since 1970 (a great negative number where unknown), ``budget`` the EU
    contribution in EUR (NaN where none was published), ``partners`` the participants of each.
    ``theme_paths`` gives the path of each theme code.
    """

    project_ids: list[str]
    columns: dict[str, Column]
    start: np.ndarray
    end: np.ndarray
    budget: np.ndarray
    partners: np.ndarray
    titles: list[str]
    theme_paths: dict[str, str]

    def __len__(self) -> int:
        return len(self.project_ids)


def load(cursor: duckdb.DuckDBPyConnection) -> Collection:
    """Read the arrays of an opened release."""
    projects = cursor.sql(PROJECTS).to_arrow_table()
    parts = cursor.sql(PARTICIPATIONS).to_arrow_table()
    themes = cursor.sql(THEMES).to_arrow_table()
    calls = cursor.sql(CALLS).to_arrow_table()
    ids = projects["project_id"].combine_chunks()
    budget = projects["eu_contribution_eur"].to_numpy()
    start, end = _days(projects["start_date"]), _days(projects["end_date"])
    rows = _rows(parts["project_id"], ids)
    partners = np.bincount(rows[rows >= 0], minlength=len(ids))
    columns = {
        **_own_columns(cursor, projects),
        **_time_columns(start, end),
        **_partner_columns(cursor, parts, rows, len(ids)),
        **_call_columns(projects, calls, _rows(calls["project_id"], ids)),
        "theme": _theme_column(themes, _rows(themes["project_id"], ids), len(ids)),
        "budget": _budget_column(budget),
        "sme_share": _sme_column(parts, rows, partners),
    }
    paths = {
        code: _theme_path(path)[-1]
        for code, path in zip(themes["theme_code"].to_pylist(), themes["path"].to_pylist(), strict=True)
        if code and path
    }
    return Collection(
        ids.to_pylist(), columns, start, end, budget, partners, projects["title"].to_pylist(), paths
    )


def _rows(project_ids: pa.ChunkedArray, ids: pa.Array) -> np.ndarray:
    """The row of each project id; -1 for an unknown one."""
    return pc.index_in(project_ids.combine_chunks(), ids).fill_null(-1).to_numpy(zero_copy_only=False)


def _days(dates: pa.ChunkedArray) -> np.ndarray:
    days = dates.combine_chunks().cast(pa.int32()).fill_null(np.iinfo(np.int32).min)
    return days.to_numpy(zero_copy_only=False)


def _own_columns(cursor: duckdb.DuckDBPyConnection, projects: pa.Table) -> dict[str, Column]:
    """The facets that are a project's own columns."""
    initiatives = cursor.execute(INITIATIVES).fetchall()
    labels = {
        "kind": ("kind", dict(KINDS)),
        "status": ("status", {}),
        "programme": ("programme_id", dict(cursor.execute(PROGRAMMES).fetchall())),
        "initiative": ("initiative_id", {row[0]: row[1] for row in initiatives}),
        "pillar": ("pillar_id", {row[2]: row[3] for row in initiatives}),
        "scheme": ("funding_scheme_code", {}),
        "topic": ("topic_code", {}),
        "cluster": ("cluster", dict(CLUSTER_LABELS)),
    }
    count = projects.num_rows
    rows = np.arange(count)
    return {
        name: column(rows, projects[source].combine_chunks(), count, names)
        for name, (source, names) in labels.items()
    }


def _time_columns(start: np.ndarray, end: np.ndarray) -> dict[str, Column]:
    first, last = _years(start), _years(end)
    known = first > 0
    last = np.where(last >= first, last, first)
    span = np.where(known & (first >= FIRST_YEAR) & (last <= LAST_YEAR), last - first + 1, 0)
    rows = np.repeat(np.arange(len(start)), span)
    offsets = np.arange(len(rows)) - np.repeat(np.cumsum(span) - span, span)
    return {
        "year": _number_column(np.flatnonzero(known), first[known], len(start)),
        "active": _number_column(rows, first[rows] + offsets, len(start)),
    }


def _years(days: np.ndarray) -> np.ndarray:
    years = days.astype("datetime64[D]").astype("datetime64[Y]").astype(np.int64) + 1970
    return np.where(days == np.iinfo(np.int32).min, 0, years)


def _number_column(rows: np.ndarray, numbers: np.ndarray, projects: int) -> Column:
    values, codes = np.unique(numbers, return_inverse=True)
    return coded_column(rows, codes, [str(value) for value in values], projects)


def _partner_columns(
    cursor: duckdb.DuckDBPyConnection, parts: pa.Table, rows: np.ndarray, count: int
) -> dict[str, Column]:
    """The facets that come from the participants."""
    countries = parts["country_code"].combine_chunks()
    names = {code: _country_name(code) for code in pc.unique(countries).to_pylist() if code}
    led = parts["is_coordinator"].fill_null(False).to_numpy()
    return {
        "country": column(rows, countries, count, names),
        "coordinator_country": column(rows[led], countries.filter(pa.array(led)), count, names),
        "organisation_type": column(
            rows, parts["activity_type"].combine_chunks(), count, dict(ORGANISATION_TYPES)
        ),
        "organisation": column(rows, parts["organisation_id"].combine_chunks(), count),
        "region": _region_column(cursor, parts["region_code"].combine_chunks(), rows, count),
    }


def _country_name(code: str) -> str:
    known = taxonomies.countries().get(code)
    return known.name if known else code


def _region_column(
    cursor: duckdb.DuckDBPyConnection, codes: pa.Array, rows: np.ndarray, count: int
) -> Column:
    encoded = codes.dictionary_encode()
    paths = [
        [code[:n] for n in range(2, len(code) + 1)] if code else None
        for code in encoded.dictionary.to_pylist()
    ]
    places = encoded.indices.fill_null(-1).to_numpy(zero_copy_only=False)
    tree = tree_column(rows[places >= 0], paths, places[places >= 0], count)
    names = dict(cursor.execute(OLDER_REGIONS).fetchall()) | dict(cursor.execute(REGIONS).fetchall())
    tree.labels[:] = [names.get(code) or code for code in tree.values]
    return tree


def _theme_path(path: str) -> list[str]:
    """A theme's names from the top down, each as the path to it."""
    steps = [step.strip() for step in path.split("/") if step.strip()]
    return ["/".join(steps[: depth + 1]) for depth in range(len(steps))] or [path]


def _theme_column(themes: pa.Table, rows: np.ndarray, count: int) -> Column:
    encoded = themes["path"].combine_chunks().dictionary_encode()
    paths = [_theme_path(path) if path else None for path in encoded.dictionary.to_pylist()]
    places = encoded.indices.fill_null(-1).to_numpy(zero_copy_only=False)
    tree = tree_column(rows[places >= 0], paths, places[places >= 0], count)
    tree.labels[:] = [value.rsplit("/", 1)[-1] for value in tree.values]
    return tree


def _call_columns(projects: pa.Table, calls: pa.Table, rows: np.ndarray) -> dict[str, Column]:
    """Topics and calls of projects, the further ones included."""
    count = projects.num_rows
    own = np.arange(count)
    topics = pa.concat_arrays([projects["topic_code"].combine_chunks(), calls["call_id"].combine_chunks()])
    codes = [projects[name].combine_chunks() for name in ("call_code", "master_call_code")]
    return {
        "topic": column(np.concatenate([own, rows]), topics, count),
        "call": column(np.concatenate([own, rows, own, own]), pa.concat_arrays([topics, *codes]), count),
    }


def _budget_column(budget: np.ndarray) -> Column:
    codes = np.full(len(budget), len(BUDGET_BANDS), np.int64)
    for code, (_, _, least, below) in enumerate(BUDGET_BANDS):
        codes[(budget >= least) & (budget < below)] = code
    return _banded(codes, BUDGET_BANDS)


def _sme_column(parts: pa.Table, rows: np.ndarray, partners: np.ndarray) -> Column:
    """Shares over the participants of whom it is known; a project of which nothing is known is apart."""
    known = parts["is_sme"].is_valid().to_numpy() & (rows >= 0)
    smes = parts["is_sme"].fill_null(False).to_numpy() & known
    told = np.bincount(rows[known], minlength=len(partners))
    count = np.bincount(rows[smes], minlength=len(partners))
    share = np.divide(100.0 * count, told, out=np.full(len(partners), -1.0), where=told > 0)
    codes = np.full(len(partners), len(SME_BANDS), np.int64)
    codes[share == 0] = 0
    for code, (_, _, over, up_to) in enumerate(SME_BANDS[1:], start=1):
        codes[(share > over) & (share <= up_to)] = code
    return _banded(codes, SME_BANDS)


def _banded(codes: np.ndarray, bands: tuple[tuple, ...]) -> Column:
    values = [value for value, *_ in bands] + ["unknown"]
    labels = {value: label for value, label, *_ in bands} | {"unknown": "not known"}
    return coded_column(np.arange(len(codes)), codes, values, len(codes), labels)


def day(number: int) -> date | None:
    """The date of a number of days since 1970."""
    return None if number == np.iinfo(np.int32).min else date(1970, 1, 1).fromordinal(719163 + int(number))
