"""CORDIS rows as canonical rows: one select for each kind of file."""

from __future__ import annotations

from collections.abc import Callable

from clusteratlas.sources.cordis.layouts import Recognised
from clusteratlas.sources.sql import literal, quoted

PROJECT_PAGE = "https://cordis.europa.eu/project/id/"
STATUSES = {"ONG": "SIGNED", "CLO": "CLOSED", "CAN": "TERMINATED"}
RESULT_KINDS = {
    "Project publication": "publication",
    "Project deliverable": "deliverable",
    "Report Summary": "report",
    "Intellectual Property Rights": "intellectual property",
}
LONG = ("objective",)
Column = Callable[[str], str]


def columns_of(recognised: Recognised) -> Column:
    """A function that gives a column's name in this file, quoted; NULL when the file has none."""

    def column(name: str) -> str:
        published = recognised.names.get(name)
        trim = "trimmed" if name in LONG else "trim"
        return f"nullif({trim}({quoted(published)}), '')" if published else "NULL::VARCHAR"

    return column


def _mapped(expression: str, mapping: dict[str, str]) -> str:
    cases = " ".join(f"WHEN {literal(k)} THEN {literal(v)}" for k, v in mapping.items())
    return f"CASE {expression} {cases} ELSE {expression} END"


def _origin(file: str | None) -> str:
    return f"'cordis' AS source, {literal(file) if file else '_file'} AS source_file, _line AS source_line"


def project(raw: str, c: Column, file: str | None) -> str:
    """Rows of the table `project`."""
    stated = f"coalesce(nullif(split_part({c('frameworkProgramme')}, ';', 1), ''), {c('legalBasis')})"
    named = f"split_part(split_part({stated}, '.', 1), '-', 1)"
    programme = f"CASE WHEN {c('legalBasis')} LIKE 'EURATOM%' THEN 'EURATOM' ELSE {named} END"
    return f"""
      SELECT 'cordis:' || {c("id")} AS project_id, 'project' AS kind, {c("acronym")} AS acronym, {c("title")} AS title,
        {_mapped(c("status"), STATUSES)} AS status, as_date({c("startDate")}) AS start_date,
        as_date({c("endDate")}) AS end_date, as_date({c("ecSignatureDate")}) AS signature_date,
        as_date({c("terminationDate")}) AS termination_date, 'day' AS date_precision,
        as_money({c("totalCost")}) AS total_cost_eur, as_money({c("ecMaxContribution")}) AS eu_contribution_eur,
        {programme} AS programme_id, nullif(split_part({c("legalBasis")}, ';', 1), '') AS legal_basis_code,
        nullif(split_part({c("topics")}, ';', 1), '') AS topic_code, {c("topicTitle")} AS topic_title,
        {c("subCall")} AS call_code, {c("masterCall")} AS master_call_code,
        {c("fundingScheme")} AS funding_scheme_code, {c("nature")} AS nature, {c("objective")} AS objective,
        {c("keywords")} AS keywords, {c("projectUrl")} AS website_url, {c("grantDoi")} AS grant_doi,
        {c("id")} AS publisher_id, {c("rcn")} AS publisher_record,
        as_timestamp({c("contentUpdateDate")}) AS updated_at, '{PROJECT_PAGE}' || {c("id")} AS url, {_origin(file)}
      FROM {quoted(raw)}"""


def organisation_key(c: Column) -> str:
    """The id of the organisation of a row: by its PIC, or by its name and country where it has none."""
    by_name = f"'cordis:' || left(md5(lower(concat_ws('|', {c('name')}, {c('country')}))), 12)"
    return f"CASE WHEN {c('organisationID')} IS NULL THEN {by_name} ELSE 'pic:' || {c('organisationID')} END"


def record_facts(c: Column) -> dict[str, str]:
    """The columns that make up a record of an organisation, each with its expression."""
    return {
        "name": c("name"),
        "short_name": c("shortName"),
        "vat_number": c("vatNumber"),
        "activity_type": c("activityType"),
        "is_sme": f"as_boolean({c('SME')})",
        "street": c("street"),
        "postal_code": c("postCode"),
        "city": c("city"),
        "country_code": f"iso_country({c('country')})",
        "nuts_code": f"upper({c('nutsCode')})",
        "latitude": f"of_point({c('geolocation')}, 1)",
        "longitude": f"of_point({c('geolocation')}, 2)",
        "website_url": c("organizationURL"),
        "publisher_record": c("rcn"),
    }


def participation(raw: str, c: Column, file: str | None) -> str:
    """Rows of the table `participation`, with the record columns that `organisation_record` is made of."""
    position = f"row_number() OVER (PARTITION BY {c('projectID')} ORDER BY _line)::VARCHAR"
    place = position if c("order").startswith("NULL") else c("order")
    facts = ", ".join(f"{expression} AS {name}" for name, expression in record_facts(c).items())
    return f"""
      SELECT concat_ws('/', 'cordis:' || {c("projectID")}, {place}, coalesce({c("organisationID")}, md5({c("name")})))
          AS participation_id,
        'cordis:' || {c("projectID")} AS project_id, {organisation_key(c)} AS organisation_id,
        as_integer({place}) AS position, {c("role")} AS role, {c("name")} AS organisation_name,
        as_money({c("ecContribution")}) AS eu_contribution_eur,
        as_money({c("netEcContribution")}) AS net_eu_contribution_eur, as_money({c("totalCost")}) AS total_cost_eur,
        as_boolean({c("endOfParticipation")}) AS is_ended, '{PROJECT_PAGE}' || {c("projectID")} AS url,
        {facts}, {_origin(file)}
      FROM {quoted(raw)}"""


def project_call(raw: str, c: Column, file: str | None) -> str:
    """Rows of the table `project_call`."""
    return f"""SELECT 'cordis:' || {c("projectID")} AS project_id, {c("topic")} AS call_id, {c("title")} AS title,
      {_origin(file)} FROM {quoted(raw)}"""


def project_legal_basis(raw: str, c: Column, file: str | None) -> str:
    """Rows of the table `project_legal_basis`."""
    return f"""SELECT 'cordis:' || {c("projectID")} AS project_id, {c("legalBasis")} AS legal_basis_code,
      {c("title")} AS title, coalesce(as_boolean({c("uniqueProgrammePart")}), false) AS is_main, {_origin(file)}
      FROM {quoted(raw)}"""


def eurosci_theme(raw: str, c: Column, file: str | None) -> str:
    """Rows of the table `project_theme` from the EuroSciVoc classification."""
    return f"""SELECT 'cordis:' || {c("projectID")} AS project_id, 'euroscivoc' AS scheme,
      {c("euroSciVocCode")} AS theme_code, {c("euroSciVocTitle")} AS title, {c("euroSciVocPath")} AS path,
      NULL::DOUBLE AS weight, {_origin(file)} FROM {quoted(raw)}"""


def policy_theme(raw: str, c: Column, file: str | None) -> str:
    """Rows of the table `project_theme` from the markers of policy priorities."""
    return f"""SELECT 'cordis:' || {c("projectID")} AS project_id, 'policy-priority' AS scheme,
      {c("policyPriorityCode")} AS theme_code, {c("policyPriorityTitle")} AS title,
      '/' || {c("policyPriorityTitle")} AS path, as_money({c("weight")}) AS weight, {_origin(file)}
      FROM {quoted(raw)}"""


def link(raw: str, c: Column, file: str | None) -> str:
    """Rows of the table `project_link` from web links."""
    return f"""SELECT 'cordis:' || {c("id")} AS link_id, 'cordis:' || {c("projectID")} AS project_id,
      {c("type")} AS kind, {c("represents")} AS represents, {c("title")} AS title, {c("status")} AS status,
      {c("availableLanguages")} AS language, {c("physUrl")} AS url, {_origin(file)} FROM {quoted(raw)}"""


def item(raw: str, c: Column, file: str | None) -> str:
    """Rows of the table `project_link` from web items; the project is read from the address where it stands there."""
    number = f"nullif(regexp_extract({c('uri')}, '/projects/files/[0-9]+/([0-9]+)/', 1), '')"
    return f"""SELECT 'cordis:' || {c("uri")} AS link_id, 'cordis:' || {number} AS project_id, {c("type")} AS kind,
      {c("represents")} AS represents, {c("title")} AS title, NULL::VARCHAR AS status,
      {c("availableLanguages")} AS language, 'https://cordis.europa.eu' || {c("uri")} AS url, {_origin(file)}
      FROM {quoted(raw)}"""


def result(
    raw: str, c: Column, file: str | None, kind: str | None = None, type_column: str = "resultType"
) -> str:
    """Rows of the table `project_result`; ``kind`` when the file holds one kind only."""
    kinds = literal(kind) if kind else _mapped(c("collection"), RESULT_KINDS)
    address = (
        c("url") if c("attachment").startswith("NULL") else f"'https://cordis.europa.eu' || {c('attachment')}"
    )
    return f"""SELECT 'cordis:' || {c("id")} AS result_id, 'cordis:' || {c("projectID")} AS project_id, {kinds} AS kind,
      {c(type_column)} AS result_type, {c("title")} AS title,
      coalesce(as_date({c("sourceUpdateDate")}), as_date({c("contentUpdateDate")})) AS result_date,
      {address} AS url, {_origin(file)} FROM {quoted(raw)}"""


SELECTS: dict[str, Callable[[str, Column, str | None], str]] = {
    "project": project,
    "organization": participation,
    "topics": project_call,
    "legalBasis": project_legal_basis,
    "euroSciVoc": eurosci_theme,
    "policyPriorities": policy_theme,
    "webLink": link,
    "webItem": item,
    "results": result,
    "reportSummaries": lambda r, c, f: result(r, c, f, "report"),
    "projectDeliverables": lambda r, c, f: result(r, c, f, "deliverable", "deliverableType"),
    "projectPublications": lambda r, c, f: result(r, c, f, "publication", "isPublishedAs"),
}
