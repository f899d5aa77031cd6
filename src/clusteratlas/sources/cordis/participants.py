"""Partners named in the project file itself, as before 2020: taken when no organisations file comes with it."""

from __future__ import annotations

from clusteratlas.sources.cordis.layouts import KINDS, Recognised
from clusteratlas.sources.cordis.settling import Loaded, settle
from clusteratlas.sources.job import Job
from clusteratlas.sources.sql import quoted

ORGANIZATION = next(k for k in KINDS if k.name == "organization")
COLUMNS = ("projectID", "organisationID", "name", "role", "country", "order")


def add_from_projects(job: Job, loaded: list[Loaded]) -> None:
    """Make participations of the coordinator and the `;`-joined participants of each project file that has them."""
    for one in loaded:
        if one.recognised.kind.name == "project" and {"coordinator", "participants"} & set(
            one.recognised.names
        ):
            _add(job, one)


def _add(job: Job, projects: Loaded) -> None:
    raw = job.raw_name("participants")
    job.connection.execute(f"CREATE TABLE {quoted(raw)} AS {_select(projects)}")
    account = job.account(f"{projects.label} (participants)", ORGANIZATION.table, rows_of=projects.label)
    account.rows_in = job.connection.execute(f"SELECT count(*) FROM {quoted(raw)}").fetchall()[0][0]
    recognised = Recognised(ORGANIZATION, {c: c for c in COLUMNS}, ())
    settle(job, Loaded(raw, recognised, account, projects.label))
    job.substitutes.add(projects.label)


def _select(projects: Loaded) -> str:
    """A row for each name, the coordinator first. The publisher lists each country once, not one for each
    participant: only where there is a single one do we know whose it is."""
    names = projects.recognised.names

    def column(name: str) -> str:
        return f"trim(coalesce({quoted(names[name])}, ''))" if name in names else "''"

    return f"""
      WITH listed AS (
        SELECT {column("id")} AS id, {column("coordinator")} AS coordinator,
          nullif({column("coordinatorCountry")}, '') AS coordinator_country, _line,
          [trim(x) FOR x IN string_split({column("participants")}, ';') IF trim(x) <> ''] AS others,
          [trim(x) FOR x IN string_split({column("participantCountries")}, ';') IF trim(x) <> ''] AS countries
        FROM {quoted(projects.raw)}),
      named AS (
        SELECT id, coordinator AS name, 'coordinator' AS role, coordinator_country AS country, 1 AS place, _line
        FROM listed WHERE coordinator <> ''
        UNION ALL
        SELECT id, unnest(others), 'participant', CASE WHEN len(list_distinct(countries)) = 1 THEN countries[1] END,
          1 + generate_subscripts(others, 1), _line
        FROM listed)
      SELECT id AS "projectID", NULL::VARCHAR AS "organisationID", name, role, country, place::VARCHAR AS "order", _line
      FROM named ORDER BY _line, place"""
