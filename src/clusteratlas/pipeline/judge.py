"""The question *is it a cluster project?*, put for each project of a release that brings no verdict along."""

from __future__ import annotations

import duckdb
import pyarrow as pa

from clusteratlas.pipeline.assemble import write
from clusteratlas.relevance import classify

PROJECTS = """
  SELECT project_id, acronym, title, coalesce(objective, summary) AS objective, keywords, p.programme_id,
    topic_code, topic_title, funding_scheme_code, legal_basis_code, eu_contribution_eur, initiative_id,
    i.label AS initiative_label
  FROM {schema}.project p LEFT JOIN {schema}.initiative i USING (initiative_id)
  {where} ORDER BY project_id"""
PARTICIPANTS = """
  SELECT p.project_id, p.organisation_name AS name, r.short_name, p.role, r.activity_type, r.is_sme,
    p.country_code, p.is_cluster_organisation
  FROM {schema}.participation p LEFT JOIN {schema}.organisation_record r USING (organisation_record_id)
  {where} ORDER BY p.project_id, p.participation_id"""
UNDECIDED = "WHERE project_id NOT IN (SELECT project_id FROM stage_project_cluster)"


def cases(
    connection: duckdb.DuckDBPyConnection, schema: str = "main", where: str = ""
) -> tuple[pa.Table, pa.Table]:
    """Projects and their participants as the classifier takes them."""
    projects, participants = (q.format(schema=schema, where=where) for q in (PROJECTS, PARTICIPANTS))
    return connection.sql(projects).to_arrow_table(), connection.sql(participants).to_arrow_table()


def judge_projects(connection: duckdb.DuckDBPyConnection) -> None:
    """Write the table `project_cluster` of the attached database `release`."""
    projects, participants = cases(connection, "release", UNDECIDED)
    connection.register("_judged", classify(projects, participants))
    write(
        connection,
        "project_cluster",
        "SELECT * FROM stage_project_cluster UNION ALL BY NAME SELECT * FROM _judged",
    )
    connection.unregister("_judged")
