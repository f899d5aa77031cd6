"""The question *is it a cluster project?*, put for every project of a release that brings no verdict along."""

from __future__ import annotations

import duckdb

from clusteratlas.pipeline.assemble import write
from clusteratlas.relevance import classify

PROJECTS = """
  SELECT project_id, acronym, title, coalesce(objective, summary) AS objective, keywords, p.programme_id, topic_code,
    topic_title, funding_scheme_code, legal_basis_code, eu_contribution_eur, initiative_id,
    i.label AS initiative_label
  FROM release.project p LEFT JOIN release.initiative i USING (initiative_id)
  WHERE project_id NOT IN (SELECT project_id FROM stage_project_cluster) ORDER BY project_id"""
PARTICIPANTS = """
  SELECT p.project_id, p.organisation_name AS name, r.short_name, p.role, r.activity_type, r.is_sme, p.country_code,
    p.is_cluster_organisation
  FROM release.participation p LEFT JOIN release.organisation_record r USING (organisation_record_id)
  WHERE project_id NOT IN (SELECT project_id FROM stage_project_cluster) ORDER BY p.project_id, p.participation_id"""


def judge_projects(connection: duckdb.DuckDBPyConnection) -> None:
    """Write the table `project_cluster` of the attached database `release`."""
    projects = connection.sql(PROJECTS).to_arrow_table()
    participants = connection.sql(PARTICIPANTS).to_arrow_table()
    connection.register("_judged", classify(projects, participants))
    write(connection, "project_cluster", "SELECT * FROM stage_project_cluster UNION ALL BY NAME SELECT * FROM _judged")
    connection.unregister("_judged")
