"""Links between organisations that are not one: parts of one legal body by VAT number, parents by a register."""

from __future__ import annotations

import duckdb

from clusteratlas.identity import keys

MOST_EACH = 12
"""Organisations under one number that are linked each with each; of more, each with the largest."""
SHARED = """
  WITH held AS (
    SELECT organisation_id, upper(regexp_replace(r.vat_number, '[^0-9A-Za-z]', '', 'g')) AS number, p.country_code,
      sum(p.rows) AS rows
    FROM placed p JOIN record r ON r.organisation_record_id = p.record_id WHERE r.vat_number IS NOT NULL GROUP BY ALL)
  SELECT number, country_code, list(organisation_id ORDER BY rows DESC, organisation_id)
  FROM held GROUP BY ALL HAVING count(*) > 1 ORDER BY ALL"""
PARTS = """
  SELECT e.organisation_id, 'part of' AS kind, coalesce(o.organisation_id, parent) AS linked_id,
    o.organisation_id AS linked_organisation_id, p.name AS linked_name, e.authority_id AS evidence, e.url
  FROM (
    SELECT e.organisation_id, a.authority_id, a.url, unnest(string_split(a.parents, ' ')) AS parent
    FROM entry_of e JOIN stage_organisation_authority a USING (authority_id) WHERE a.parents IS NOT NULL) e
  LEFT JOIN entry_of o ON o.authority_id = e.parent
  LEFT JOIN stage_organisation_authority p ON p.authority_id = e.parent
  WHERE o.organisation_id IS DISTINCT FROM e.organisation_id
  QUALIFY row_number() OVER (PARTITION BY e.organisation_id, coalesce(o.organisation_id, parent) ORDER BY parent) = 1"""
LINKS = """
  CREATE TABLE stage_organisation_link AS
  SELECT * REPLACE (coalesce(n.name, linked_name) AS linked_name)
  FROM (SELECT *, NULL::VARCHAR AS linked_name, NULL::VARCHAR AS url FROM shared UNION ALL BY NAME ({parts})) l
  LEFT JOIN (
    SELECT organisation_id AS named_id, arg_max(name, (rows, record_id)) AS name FROM placed GROUP BY 1) n
    ON n.named_id = l.linked_organisation_id"""


def links(connection: duckdb.DuckDBPyConnection) -> None:
    """Make `stage_organisation_link` from the tables `record`, `placed` and `entry_of`."""
    connection.execute(
        "CREATE TABLE shared (organisation_id VARCHAR, kind VARCHAR, linked_id VARCHAR, "
        "linked_organisation_id VARCHAR, evidence VARCHAR)"
    )
    rows = [row for found in connection.execute(SHARED).fetchall() for row in _shared(*found)]
    if rows:
        connection.executemany(
            "INSERT INTO shared VALUES (?, 'same VAT number', ?, ?, ?)", list(dict.fromkeys(rows))
        )
    connection.execute(LINKS.format(parts=PARTS))


def _shared(number: str, country: str | None, organisations: list[str]) -> list[tuple[str, str, str, str]]:
    """Both ways between organisations that share a number, when it is one."""
    value = keys.vat(number, country)
    if value is None:
        return []
    few = len(organisations) <= MOST_EACH
    pairs = [
        (one, other)
        for place, one in enumerate(organisations)
        for other in (organisations[place + 1 :] if few else organisations[1:] if place == 0 else [])
    ]
    return [(a, b, b, value) for one, other in pairs for a, b in ((one, other), (other, one))]
