"""Staged rows of all sources, put together into the tables of a release."""

from __future__ import annotations

from collections.abc import Iterable

import duckdb

from clusteratlas import taxonomies
from clusteratlas.pipeline.reference import reference_rows
from clusteratlas.pipeline.schema import table as canonical
from clusteratlas.sources.job import Rejected
from clusteratlas.sources.sql import quoted

# Facts that make up a record of an organisation; readers hand them over with each participation.
RECORD_FACTS = (
    *("name", "short_name", "vat_number", "activity_type", "is_sme", "street", "postal_code", "city"),
    *("country_code", "nuts_code", "latitude", "longitude", "website_url", "publisher_record"),
    *("other_names", "department", "pic", "other_id"),
)
# Facts that few publishers give: where they are empty, the digest of a record is the same as without them.
RARE_FACTS = ("other_names", "department", "pic", "other_id")
JUDGED = ("identity_judgement", "identity_conflict", "organisation_redirect", "organisation_link")
SEARCHED = ("project_call", "project_theme")
PLAIN = (
    "project_source",
    "project_call",
    "project_legal_basis",
    "project_theme",
    "project_result",
    "project_link",
)

LOOKED_UP = ("organisation", "organisation_record")
"""Tables that profiles look up row by row, by `organisation_id`. Those of projects are in order, and profiles keep
them in memory; fetching a thousand scattered participations costs more than one pass over the column."""


def write_projects(connection: duckdb.DuckDBPyConnection) -> None:
    """Write the projects with their topics and themes into the attached database `release`.

    Nothing of them depends on who is one organisation: a build writes them while it finds that out. A table of this
    size is one unit of work to DuckDB, so that two cores are used only by two statements.
    """
    _look_up_initiatives(connection)
    write(connection, "project", PROJECT)
    _write_as_staged(connection, SEARCHED)


def write_organisations(connection: duckdb.DuckDBPyConnection) -> None:
    """Write the participations, the organisations that they tell of, and why records are one, each in the order of
    its key."""
    _look_up_regions(connection)
    write(connection, "participation", PARTICIPATION)
    write(connection, "organisation_record", RESOLVED_RECORD)
    write(connection, "organisation", ORGANISATION)
    _write_as_staged(connection, JUDGED)


def _write_as_staged(connection: duckdb.DuckDBPyConnection, names: Iterable[str]) -> None:
    for name in names:
        write(connection, name, f"SELECT * FROM {quoted(f'stage_{name}')}")


def write_other_tables(connection: duckdb.DuckDBPyConnection) -> None:
    """Write the tables that neither the search nor the judgement of projects waits for."""
    connection.execute(
        "INSERT INTO release.region_change BY NAME SELECT * EXCLUDE (_job) FROM stage_region_change"
    )
    write(connection, "region_boundary", REGION_BOUNDARY)
    write(connection, "call", CALL)
    _write_as_staged(
        connection, (*(name for name in PLAIN if name not in SEARCHED), "organisation_authority")
    )


FLOW_ORDER = "to_kind, to_country, to_code, from_kind, from_country, from_code"


def write_observations(connection: duckdb.DuckDBPyConnection) -> None:
    """Write the observations as their readers have ordered them: to sort millions of wide rows again costs more
    than all the rest."""
    write(connection, "observation", "SELECT * FROM stage_observation", is_ordered=True)
    flows = f"SELECT * FROM stage_input_output_flow ORDER BY table_name, year, source_file, source_line, {FLOW_ORDER}"
    write(connection, "input_output_flow", flows, is_ordered=True)


def write(
    connection: duckdb.DuckDBPyConnection,
    name: str,
    select: str,
    values: dict | None = None,
    *,
    is_ordered: bool = False,
) -> None:
    """Write the rows of ``select`` into the release's table ``name``, in the order of its key.

    With ``is_ordered`` in the order in which they come.
    """
    table = canonical(name)
    columns = ", ".join(
        f"CAST({quoted(f.name)} AS {f.duckdb_type}) AS {quoted(f.name)}" for f in table.fields
    )
    order = "" if is_ordered else "ORDER BY " + ", ".join(quoted(c) for c in table.key)
    connection.execute(table.ddl("release"))
    connection.execute(
        f"INSERT INTO release.{quoted(name)} SELECT {columns} FROM ({select}) {order}", values or {}
    )


def write_rows(connection: duckdb.DuckDBPyConnection, name: str, rows: Iterable[dict]) -> None:
    """Write Python rows into the release's table ``name``; columns that a row has not are empty."""
    table, rows = canonical(name), list(rows)
    write(
        connection,
        name,
        *_unnested([(f.name, f.duckdb_type, [r.get(f.name) for r in rows]) for f in table.fields]),
    )


def _unnested(columns: list[tuple[str, str, list]]) -> tuple[str, dict[str, list]]:
    """A select of Python lists as columns, and its parameters.

    Given through Arrow they would cost the import of pandas, which pyarrow looks for when it meets a list.
    """
    shown = ", ".join(
        f"unnest(${i}::{kind}[]) AS {quoted(name)}" for i, (name, kind, _) in enumerate(columns, start=1)
    )
    return f"SELECT {shown}", {str(i): values for i, (_, _, values) in enumerate(columns, start=1)}


def prepare_records(connection: duckdb.DuckDBPyConnection) -> None:
    """Make `staged`, the staged participations with every record fact and the digest that tells records apart, and
    `record`, one row for each form in which an organisation was published."""
    columns = connection.execute("SELECT name FROM pragma_table_info('stage_participation')").fetchall()
    there = {name for (name,) in columns}
    absent = [f for f in RECORD_FACTS if f not in there and f != "name"]
    name = "coalesce(name, organisation_name)" if "name" in there else "organisation_name"
    facts = [name, *(f for f in RECORD_FACTS if f != "name" and f in there)]
    text = ", ".join(
        f"'{f}=' || {f}" if f in RARE_FACTS else f"coalesce(CAST({f} AS VARCHAR), '')" for f in facts
    )
    added = "".join(f", NULL::VARCHAR AS {f}" for f in absent)
    connection.execute(
        f"""CREATE TABLE staged AS
            SELECT * {"EXCLUDE (name)" if "name" in there else ""}, {name} AS name {added},
              organisation_id || '#' || left(md5(concat_ws(chr(31), {text})), 8) AS record_id
            FROM stage_participation"""
    )
    connection.execute(f"CREATE TABLE record AS {RECORD}")


def _look_up_regions(connection: duckdb.DuckDBPyConnection) -> None:
    """A table from each published NUTS code and country to the current region."""
    pairs = connection.execute("SELECT DISTINCT nuts_code, country_code FROM staged ORDER BY ALL").fetchall()
    rows = [(nuts, country, _region(nuts, country)) for nuts, country in pairs]
    _lookup(connection, "region_lookup", ("nuts", "country", "region"), rows)
    _look_up_postal_codes(connection)


def _look_up_postal_codes(connection: duckdb.DuckDBPyConnection) -> None:
    """A table from the postal codes of those of whom only the country was published to their region."""
    pairs = connection.execute(
        f"""SELECT DISTINCT s.country_code, s.postal_code FROM staged s JOIN region_lookup r ON {REGION.format("s")}
            WHERE length(r.region) = 2 AND s.postal_code IS NOT NULL ORDER BY ALL"""
    ).fetchall()
    found = [(country, postal, taxonomies.postal_region(country, postal)) for country, postal in pairs]
    rows = [row for row in found if row[2]]
    _lookup(connection, "postal_lookup", ("country", "postal", "region"), rows)


def _region(nuts: str | None, country: str | None) -> str | None:
    known = taxonomies.current_code(nuts) if nuts else None
    if known or not country or country not in taxonomies.countries():
        return known or country
    return taxonomies.nuts_country(country) or country


def _look_up_initiatives(connection: duckdb.DuckDBPyConnection) -> None:
    """A table from each topic code to the cluster initiative that it belongs to."""
    codes = connection.execute(
        """SELECT topic_code FROM stage_project WHERE topic_code IS NOT NULL
           UNION SELECT call_id FROM stage_call WHERE call_id IS NOT NULL"""
    ).fetchall()
    found = [(code, taxonomies.initiative_for(code)) for (code,) in sorted(codes)]
    rows = [(code, i.initiative_id) for code, i in found if i]
    _lookup(connection, "initiative_lookup", ("topic", "initiative"), rows)


def _lookup(
    connection: duckdb.DuckDBPyConnection, name: str, columns: tuple[str, ...], rows: list[tuple]
) -> None:
    select, values = _unnested([(c, "VARCHAR", [row[i] for row in rows]) for i, c in enumerate(columns)])
    connection.execute(f"CREATE TABLE {name} AS {select}", values)


REGION = "r.nuts IS NOT DISTINCT FROM {0}.nuts_code AND r.country IS NOT DISTINCT FROM {0}.country_code"

POSTAL = "length(r.region) = 2 AND q.country = {0}.country_code AND q.postal = {0}.{1}"
BASIS = """CASE WHEN q.region IS NOT NULL THEN 'postal code' WHEN length(r.region) > 2 THEN 'published'
    WHEN r.region IS NOT NULL THEN 'country' END"""

PROJECT = """
  SELECT p.* REPLACE (
    coalesce(p.initiative_id, i.initiative) AS initiative_id, coalesce(p.topic_title, t.title) AS topic_title,
    coalesce(p.website_url, w.url) AS website_url)
  FROM stage_project p
  LEFT JOIN initiative_lookup i ON i.topic = p.topic_code
  LEFT JOIN (SELECT call_id, min(title) AS title FROM stage_project_call GROUP BY call_id) t
    ON t.call_id = p.topic_code
  LEFT JOIN (
    SELECT project_id, min(url) AS url FROM stage_project_link
    WHERE kind = 'relatedWebsite' AND represents = 'project' GROUP BY project_id) w USING (project_id)"""

PARTICIPATION = f"""
  SELECT p.* REPLACE (
    coalesce(n.organisation_id, p.organisation_id) AS organisation_id,
    p.record_id AS organisation_record_id, coalesce(q.region, r.region) AS region_code, {BASIS} AS region_basis)
  FROM staged p LEFT JOIN resolved n USING (record_id) LEFT JOIN region_lookup r ON {REGION.format("p")}
  LEFT JOIN postal_lookup q ON {POSTAL.format("p", "postal_code")}"""

# A record's facts are the same in all its rows: one row is looked up for each, which costs less than to group them all.
RECORD = f"""
  SELECT s.record_id AS organisation_record_id, {", ".join(f"s.{f}" for f in RECORD_FACTS)},
    s.organisation_id AS published_organisation_id, g.rows, s.source, s.source_file, s.source_line
  FROM (
    SELECT record_id, count(*) AS rows, arg_min(rowid, (source_file, source_line)) AS first_row
    FROM staged GROUP BY record_id) g
  JOIN staged s ON s.rowid = g.first_row"""

RESOLVED_RECORD = """
  SELECT r.*, coalesce(n.organisation_id, r.published_organisation_id) AS organisation_id
  FROM record r LEFT JOIN resolved n ON n.record_id = r.organisation_record_id"""

# One row an organisation: the facts of the record that was published most, gaps filled from the others;
# the place is taken as a whole from one record, of a publisher who tells the region where there is one. Money is
# told to the cent: the digits beyond depend on the order in which threads add it up.
_FILLED = [
    f
    for f in RECORD_FACTS
    if f not in ("country_code", "nuts_code", "latitude", "longitude", "publisher_record", *RARE_FACTS)
]
_PLACE = ("country_code", "nuts_code", "latitude", "longitude")
ORGANISATION = f"""
  WITH ranked AS (
    SELECT *, (rows, organisation_record_id) AS rank, (nuts_code IS NOT NULL, rows, organisation_record_id) AS placed
    FROM release.organisation_record),
  described AS (
    SELECT organisation_id,
      {", ".join(f"arg_max({f}, rank) FILTER ({f} IS NOT NULL) AS {f}" for f in _FILLED)},
      {", ".join(f"arg_max_null({f}, placed) AS {f}" for f in _PLACE)},
      arg_max_null(postal_code, placed) AS place_postal_code, count(*) AS records
    FROM ranked GROUP BY organisation_id),
  counted AS (
    SELECT organisation_id, count(*) AS participations, count(DISTINCT project_id) AS projects,
      count(DISTINCT project_id) FILTER (role = 'coordinator') AS coordinations,
      round(sum(net_eu_contribution_eur), 2) AS net_eu_contribution_eur,
      bool_or(is_cluster_organisation) AS is_cluster_organisation
    FROM release.participation GROUP BY organisation_id)
  SELECT d.*, c.* EXCLUDE (organisation_id), e.authority_id AS ror_id, coalesce(q.region, r.region) AS region_code,
    {BASIS} AS region_basis
  FROM described d JOIN counted c USING (organisation_id) LEFT JOIN entry_of e USING (organisation_id)
  LEFT JOIN region_lookup r ON {REGION.format("d")}
  LEFT JOIN postal_lookup q ON {POSTAL.format("d", "place_postal_code")}"""

# Calls as their publisher tells them, and topics that are known from projects alone.
CALL = """
  WITH answered AS (
    SELECT c.call_id, min(c.title) AS title, min(p.programme_id) AS programme_id,
      min(p.initiative_id) AS initiative_id
    FROM (
      SELECT call_id, title, project_id FROM release.project_call
      UNION ALL
      SELECT topic_code, topic_title, project_id FROM release.project WHERE topic_code IS NOT NULL) c
    LEFT JOIN release.project p USING (project_id) WHERE c.call_id IS NOT NULL GROUP BY c.call_id)
  SELECT s.* REPLACE (
    coalesce(s.call_id, a.call_id) AS call_id, coalesce(s.title, a.title) AS title,
    coalesce(s.programme_id, a.programme_id) AS programme_id,
    coalesce(s.initiative_id, i.initiative, a.initiative_id) AS initiative_id)
  FROM stage_call s FULL JOIN answered a ON a.call_id = s.call_id
  LEFT JOIN initiative_lookup i ON i.topic = s.call_id"""

# Of several boundaries that could stand for a region, the newest does, and of these the finest.
REGION_BOUNDARY = """
  SELECT * REPLACE (CASE WHEN row_number() OVER (
    PARTITION BY region_code ORDER BY nuts_version DESC, scale, source_file, source_line) = 1
    THEN region_code END AS region_code)
  FROM stage_region_boundary"""


def write_reference(
    connection: duckdb.DuckDBPyConnection, own_sets: Iterable[taxonomies.OwnSet] = ()
) -> None:
    """Write the tables that come from the taxonomies, and the category sets of one's own: no file is needed for
    them, so that they may be written while files are read."""
    for name, rows in reference_rows(own_sets).items():
        write_rows(connection, name, rows)


def write_quarantine(connection: duckdb.DuckDBPyConnection, rejected: list[Rejected]) -> None:
    """Write the rows that could not be read."""
    ordered = sorted(rejected, key=lambda r: (*(v for v in vars(r).values()),))
    write_rows(connection, "quarantine", (vars(r) for r in ordered))


def write_indexes(connection: duckdb.DuckDBPyConnection) -> None:
    """Index the release's tables that are looked up by organisation."""
    for name in LOOKED_UP:
        index = quoted(f"{name}_by_organisation_id")
        connection.execute(f"CREATE INDEX {index} ON release.{quoted(name)} (organisation_id)")
