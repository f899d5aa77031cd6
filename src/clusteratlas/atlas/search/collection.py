"""The projects of a release as arrays: what they can be filtered, counted and sorted by."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import duckdb
import numpy as np
import pyarrow as pa

from clusteratlas import taxonomies
from clusteratlas.arrow import numbers, one_array
from clusteratlas.atlas.search.columns import Column, coded_column, column, encoded, tree_column
from clusteratlas.atlas.search.facets import (
    BUDGET_BANDS,
    CLUSTER_LABELS,
    KINDS,
    ORGANISATION_TYPES,
    SME_BANDS,
)

FIRST_YEAR, LAST_YEAR = 1950, 2100
"""Years outside are taken for mistakes of the publisher where a project's running years are listed."""

UNKNOWN_DAY = -(2**31)

# A cluster project of no initiative belongs to the pillar of other programmes.
# Empty numbers are filled in here: an arrow column with gaps becomes an array only by way of pandas.
PROJECTS = """
  SELECT p.project_id, p.kind, p.status, p.programme_id, p.initiative_id, p.funding_scheme_code,
    p.topic_code, p.call_code, p.master_call_code, coalesce(p.title, '') AS title, c.label AS cluster,
    coalesce(i.pillar_id, CASE WHEN c.label IN ('core', 'related') THEN 'other' END) AS pillar_id,
    coalesce(p.start_date - DATE '1970-01-01', $unknown)::INTEGER AS start,
    coalesce(p.end_date - DATE '1970-01-01', $unknown)::INTEGER AS end,
    coalesce(p.eu_contribution_eur, 'nan'::DOUBLE) AS budget
  FROM project p LEFT JOIN initiative i USING (initiative_id) LEFT JOIN project_cluster c USING (project_id)
  ORDER BY p.project_id"""
NUMBERED = "(SELECT project_id, row_number() OVER (ORDER BY project_id) - 1 AS row FROM project)"
PARTICIPATIONS = f"""
  SELECT row, organisation_id, coalesce(role = 'coordinator', false)::TINYINT AS is_coordinator, activity_type,
    country_code, region_code, coalesce(is_sme::TINYINT, -1) AS is_sme
  FROM participation JOIN {NUMBERED} USING (project_id)"""
THEMES = f"SELECT row, coalesce(path, title, theme_code) AS path FROM project_theme JOIN {NUMBERED} USING (project_id)"
CALLS = f"SELECT row, call_id FROM project_call JOIN {NUMBERED} USING (project_id)"
THEME_CODES = """
  SELECT theme_code, min(coalesce(path, title, theme_code)) FROM project_theme
  WHERE theme_code IS NOT NULL GROUP BY theme_code ORDER BY theme_code"""
INITIATIVES = "SELECT initiative_id, name, pillar_id, pillar_name FROM initiative ORDER BY initiative_id"
PROGRAMMES = "SELECT programme_id, coalesce(short_name, name) FROM programme"
ORGANISATIONS = "SELECT organisation_id, name FROM organisation"
REGIONS = "SELECT nuts_code, max(name) FROM region WHERE is_current GROUP BY nuts_code"
OLDER_REGIONS = "SELECT nuts_code, max(name) FROM region GROUP BY nuts_code"


@dataclass(frozen=True)
class Collection:
    """All projects of a release, in the order of project_id.

    ``start`` and ``end`` are days since 1970 (`UNKNOWN_DAY` where unknown), ``budget`` the EU
    contribution in EUR (NaN where none was published), ``partners`` the participants of each, ``clusters`` whether each
    is a cluster project.
    ``theme_paths`` gives the path of each theme code.
    """

    project_ids: list[str]
    columns: dict[str, Column]
    start: np.ndarray
    end: np.ndarray
    budget: np.ndarray
    partners: np.ndarray
    titles: list[str]
    clusters: pa.Array
    theme_paths: dict[str, str]

    def __len__(self) -> int:
        return len(self.project_ids)

    @cached_property
    def row_of(self) -> dict[str, int]:
        """The row of each project id."""
        return {project_id: row for row, project_id in enumerate(self.project_ids)}


def load(cursor: duckdb.DuckDBPyConnection) -> Collection:
    """Read the arrays of an opened release."""
    projects = cursor.sql(PROJECTS, params={"unknown": UNKNOWN_DAY}).to_arrow_table()
    parts = cursor.sql(PARTICIPATIONS).to_arrow_table()
    count, rows = projects.num_rows, _array(parts, "row")
    budget, start, end = (_array(projects, name) for name in ("budget", "start", "end"))
    partners = np.bincount(rows, minlength=count)
    columns = {
        **_own_columns(cursor, projects),
        **_time_columns(start, end),
        **_partner_columns(cursor, parts, rows, count),
        **_call_columns(projects, cursor.sql(CALLS).to_arrow_table()),
        "theme": _theme_column(cursor.sql(THEMES).to_arrow_table(), count),
        "budget": _budget_column(budget),
        "sme_share": _sme_column(_array(parts, "is_sme"), rows, partners),
    }
    return Collection(
        project_ids=projects["project_id"].to_pylist(),
        columns=columns,
        start=start,
        end=end,
        budget=budget,
        partners=partners,
        titles=projects["title"].to_pylist(),
        clusters=one_array(projects["cluster"]),
        theme_paths={
            code: _theme_path(path)[-1] for code, path in cursor.execute(THEME_CODES).fetchall() if path
        },
    )


def _array(table: pa.Table, name: str) -> np.ndarray:
    """A column without gaps as an array."""
    return numbers(one_array(table[name]))


def _own_columns(cursor: duckdb.DuckDBPyConnection, projects: pa.Table) -> dict[str, Column]:
    """The facets that are a project's own columns."""
    initiatives = cursor.execute(INITIATIVES).fetchall()
    labels = {
        "kind": ("kind", dict(KINDS)),
        "status": ("status", {code: term.label for code, term in taxonomies.statuses().items()}),
        "programme": ("programme_id", dict(cursor.execute(PROGRAMMES).fetchall())),
        "initiative": ("initiative_id", {row[0]: row[1] for row in initiatives}),
        "pillar": ("pillar_id", {row[2]: row[3] for row in initiatives}),
        "scheme": (
            "funding_scheme_code",
            {code: s.label for code, s in taxonomies.funding_schemes().items()},
        ),
        "topic": ("topic_code", {}),
        "cluster": ("cluster", dict(CLUSTER_LABELS)),
    }
    count = projects.num_rows
    rows = np.arange(count)
    return {
        name: column(rows, one_array(projects[source]), count, names)
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
    return np.where(days == UNKNOWN_DAY, 0, years)


def _number_column(rows: np.ndarray, numbers: np.ndarray, projects: int) -> Column:
    values, codes = np.unique(numbers, return_inverse=True)
    return coded_column(rows, codes, [str(value) for value in values], projects)


def _partner_columns(
    cursor: duckdb.DuckDBPyConnection, parts: pa.Table, rows: np.ndarray, count: int
) -> dict[str, Column]:
    """The facets that come from the participants."""
    country, kind, organisation, region = (
        one_array(parts[name]) for name in ("country_code", "activity_type", "organisation_id", "region_code")
    )
    codes, present = encoded(country)
    names = {code: _country_label(code) or code for code in present}
    led = _array(parts, "is_coordinator") == 1
    return {
        "country": coded_column(rows, codes, present, count, names),
        "coordinator_country": coded_column(rows[led], codes[led], present, count, names),
        "organisation_type": column(rows, kind, count, dict(ORGANISATION_TYPES)),
        "organisation": column(rows, organisation, count, _names(cursor, ORGANISATIONS)),
        "region": _region_column(cursor, region, rows, count),
    }


def _names(cursor: duckdb.DuckDBPyConnection, query: str) -> dict[str, str]:
    """Labels by id."""
    table = cursor.sql(query).to_arrow_table()
    return dict(zip(table[0].to_pylist(), table[1].to_pylist(), strict=True))


def _region_column(
    cursor: duckdb.DuckDBPyConnection, codes: pa.Array, rows: np.ndarray, count: int
) -> Column:
    tree = tree_column(rows, codes, lambda code: [code[:n] for n in range(2, len(code) + 1)], count)
    names = _names(cursor, OLDER_REGIONS) | _names(cursor, REGIONS)
    tree.labels[:] = [_country_label(code) or names.get(code) or code for code in tree.values]
    return tree


def _country_label(code: str) -> str | None:
    """The name of a country, by its code of ISO or of NUTS; what is no country's code is called so.

    >>> _country_label("ES"), _country_label("EL"), _country_label("XH"), _country_label("ES5")
    ('Spain', 'Greece', 'Unknown country (XH)', None)
    """
    if len(code) != taxonomies.COUNTRY_LETTERS:
        return None
    known = taxonomies.country_code(code)
    return taxonomies.country_name(known) if known else f"Unknown country ({code})"


def _theme_path(path: str) -> list[str]:
    """A theme's names from the top down, each as the path to it."""
    steps = [step.strip() for step in path.split("/") if step.strip()]
    return ["/".join(steps[: depth + 1]) for depth in range(len(steps))] or [path]


def _theme_column(themes: pa.Table, count: int) -> Column:
    tree = tree_column(_array(themes, "row"), one_array(themes["path"]), _theme_path, count)
    tree.labels[:] = [value.rsplit("/", 1)[-1] for value in tree.values]
    return tree


def _call_columns(projects: pa.Table, calls: pa.Table) -> dict[str, Column]:
    """Topics and calls of projects, the further ones included."""
    count = projects.num_rows
    own, rows = np.arange(count), _array(calls, "row")
    topics = pa.concat_arrays([one_array(projects["topic_code"]), one_array(calls["call_id"])])
    codes = [one_array(projects[name]) for name in ("call_code", "master_call_code")]
    return {
        "topic": column(np.concatenate([own, rows]), topics, count),
        "call": column(np.concatenate([own, rows, own, own]), pa.concat_arrays([topics, *codes]), count),
    }


def _budget_column(budget: np.ndarray) -> Column:
    codes = np.full(len(budget), len(BUDGET_BANDS), np.int64)
    for code, (_, _, least, below) in enumerate(BUDGET_BANDS):
        codes[(budget >= least) & (budget < below)] = code
    return _banded(codes, BUDGET_BANDS)


def _sme_column(is_sme: np.ndarray, rows: np.ndarray, partners: np.ndarray) -> Column:
    """Shares over the participants of whom it is known; a project of which nothing is known is apart."""
    known = np.bincount(rows[is_sme >= 0], minlength=len(partners))
    count = np.bincount(rows[is_sme == 1], minlength=len(partners))
    share = np.divide(100.0 * count, known, out=np.full(len(partners), -1.0), where=known > 0)
    codes = np.full(len(partners), len(SME_BANDS), np.int64)
    codes[share == 0] = 0
    for code, (_, _, over, up_to) in enumerate(SME_BANDS[1:], start=1):
        codes[(share > over) & (share <= up_to)] = code
    return _banded(codes, SME_BANDS)


def _banded(codes: np.ndarray, bands: tuple[tuple, ...]) -> Column:
    values = [value for value, *_ in bands] + ["unknown"]
    labels = {value: label for value, label, *_ in bands} | {"unknown": "not known"}
    return coded_column(np.arange(len(codes)), codes, values, len(codes), labels)
