"""Read Kohesio's tables: one row is an operation with its one beneficiary."""

from __future__ import annotations

from clusteratlas.sources.job import Job
from clusteratlas.sources.sql import literal, quoted
from clusteratlas.sources.tables import Layout, Table, read_tables
from clusteratlas.taxonomies.named import country_named

LAYOUT = Layout(
    "project",
    required=("Operation_Unique_Identifier", "Beneficiary_Name"),
    optional=(
        *("Operation_Local_Identifier", "Operation_Name_English", "Operation_Name_Programme_Language"),
        *("Operation_Summary_English", "Operation_Summary_Programme_Language", "Country", "CountryCode"),
        *("Operation_Start_Date", "Operation_End_Date", "Total_Eligible_Expenditure_amount"),
        *("Total_Eligible_Expenditure_Currency", "Project_EU_Budget", "Beneficiary_Unique_Identifier"),
        *("Beneficiary_Local_Identifier", "Fund_Code", "Programme_Name", "Programming_Period"),
        *("Category_Of_Intervention", "Category_Label", "Latitude", "Longitude"),
        *("NUTS1_Code", "NUTS2_Code", "NUTS3_Code"),
    ),
    ignored=(
        *("Cofinancing_Rate", "Fund_Name", "Programme_Code", "Policy_Objective_ID", "Policy_Objective_Label"),
        *("Thematic_Objective_ID", "Thematic_Objective_Label", "NUTS1_Label", "NUTS2_Label", "NUTS3_Label"),
    ),
)
PAGE = "https://kohesio.ec.europa.eu/en/projects/"
FUNDS = {"ERDF": "ERDF", "CF": "CF", "ESF": "ESF", "ESF+": "ESF", "YEI": "ESF", "JTF": "JTF"}
COUNTRIES_LOOKED_AT = 500


def read(job: Job) -> None:
    """Read the tables at ``job.path`` into raw tables and canonical selects.

    Raises `InputError` when there is none.
    """
    for table in read_tables(job, LAYOUT):
        table.reject_where(
            f"{entity(table, 'Operation_Unique_Identifier')} IS NULL",
            "'Operation_Unique_Identifier' names no entity (https://linkedopendata.eu/entity/Q...)",
        )
        _check(table)
        job.add("project", project(table))
        job.add("project_theme", theme(table))
        _add_beneficiaries(job, table)


def _add_beneficiaries(job: Job, table: Table) -> None:
    """The beneficiaries, in an account of their own: an operation may have none that is named."""
    account = job.account(f"{table.label} (beneficiaries)", "participation", rows_of=table.label)
    account.rows_in = job.connection.execute(f"SELECT count(*) FROM ({participation(table)})").fetchall()[0][
        0
    ]
    job.add("participation", participation(table))
    table.warn_where(
        f"NOT ({has_beneficiary(table)})", "no beneficiary", "operations without a beneficiary", "_line"
    )


def entity(table: Table, column: str) -> str:
    """The `Q...` at the end of an address of the publisher's, as SQL; NULL where there is none."""
    return f"nullif(regexp_extract({table.column(column)}, '(?:^|/)(Q[0-9]+)/?$', 1), '')"


def has_beneficiary(table: Table) -> str:
    """Whether a row says who the beneficiary is."""
    return f"coalesce({table.column('Beneficiary_Name')}, {entity(table, 'Beneficiary_Unique_Identifier')}) IS NOT NULL"


def country(table: Table) -> str:
    """The country by its code, else by its name, as SQL."""
    said = f"coalesce({table.column('CountryCode')}, {table.column('Country')})"
    words = table.job.connection.execute(
        f"SELECT DISTINCT {said} AS word FROM {quoted(table.raw)} WHERE word IS NOT NULL ORDER BY word LIMIT ?",
        [COUNTRIES_LOOKED_AT],
    ).fetchall()
    known = {word: code for (word,) in words if (code := country_named(word))}
    cases = " ".join(f"WHEN {literal(word)} THEN {literal(code)}" for word, code in known.items())
    return f"CASE {said} {cases} END" if cases else "NULL::VARCHAR"


def region(table: Table) -> str:
    """The smallest region told by one code, as SQL; operations in several regions have a list there."""
    codes = [f"upper({table.column(f'NUTS{level}_Code')})" for level in (3, 2, 1)]
    return "coalesce({})".format(
        ", ".join(
            f"CASE WHEN regexp_full_match({c}, '[A-Z]{{2}}[0-9A-Z]{{0,3}}') THEN {c} END" for c in codes
        )
    )


def plain(expression: str) -> str:
    """A text without the marks of web pages, as SQL."""
    return f"given(regexp_replace({expression}, '<[^>]*>', ' ', 'g'))"


def total(table: Table) -> str:
    """The total where it is in euro, as SQL."""
    currency = f"upper(coalesce({table.column('Total_Eligible_Expenditure_Currency')}, 'EUR'))"
    return (
        f"CASE WHEN {currency} = 'EUR' THEN as_money({table.column('Total_Eligible_Expenditure_amount')}) END"
    )


def project(table: Table) -> str:
    """Rows of the table `project`."""
    c, number = table.column, entity(table, "Operation_Unique_Identifier")
    funds = " ".join(f"WHEN {literal(code)} THEN {literal(programme)}" for code, programme in FUNDS.items())
    fund = f"upper({c('Fund_Code')})"
    titles = f"coalesce({c('Operation_Name_English')}, {c('Operation_Name_Programme_Language')}, {number})"
    texts = f"coalesce({c('Operation_Summary_English')}, {c('Operation_Summary_Programme_Language')})"
    start, end = (f"as_day({c(f'Operation_{which}_Date')})" for which in ("Start", "End"))
    return f"""
      SELECT 'kohesio:' || {number} AS project_id, 'project' AS kind, {titles} AS title,
        {start} AS start_date, {end} AS end_date,
        CASE WHEN coalesce({start}, {end}) IS NOT NULL THEN 'day' END AS date_precision,
        {total(table)} AS total_cost_eur, as_money({c("Project_EU_Budget")}) AS eu_contribution_eur,
        CASE {fund} {funds} ELSE {fund} END AS programme_id,
        nullif(concat_ws(', ', {c("Programme_Name")}, {c("Programming_Period")}), '') AS legal_basis_code,
        {c("Fund_Code")} AS funding_scheme_code, {plain(texts)} AS objective,
        {number} AS publisher_id, {c("Operation_Local_Identifier")} AS publisher_record,
        '{PAGE}' || {number} AS url, {table.origin}
      FROM {quoted(table.raw)}"""


def participation(table: Table) -> str:
    """Rows of the table `participation`: the beneficiary, without the operation's amounts."""
    c, number = table.column, entity(table, "Operation_Unique_Identifier")
    beneficiary = entity(table, "Beneficiary_Unique_Identifier")
    by_name = f"'name-' || left(md5(lower(concat_ws('|', {c('Beneficiary_Name')}, {country(table)}))), 12)"
    key = f"coalesce({beneficiary}, {by_name})"
    return f"""
      SELECT concat_ws('/', 'kohesio:' || {number}, '1', {key}) AS participation_id,
        'kohesio:' || {number} AS project_id, 'kohesio:' || {key} AS organisation_id, 1 AS position,
        'beneficiary' AS role, {c("Beneficiary_Name")} AS organisation_name,
        {c("Beneficiary_Local_Identifier")} AS other_id, {country(table)} AS country_code,
        {region(table)} AS nuts_code, as_latitude({c("Latitude")}) AS latitude,
        as_longitude({c("Longitude")}) AS longitude, {beneficiary} AS publisher_record,
        '{PAGE}' || {number} AS url, {table.origin}
      FROM {quoted(table.raw)} WHERE {has_beneficiary(table)}"""


def theme(table: Table) -> str:
    """Rows of the table `project_theme`: the field of intervention, whose code a spreadsheet may have made `117.0`."""
    code = f"regexp_replace({table.column('Category_Of_Intervention')}, '[.]0+$', '')"
    title = f"coalesce({table.column('Category_Label')}, {code})"
    return f"""
      SELECT 'kohesio:' || {entity(table, "Operation_Unique_Identifier")} AS project_id, 'intervention-field' AS scheme,
        coalesce({code}, {title}) AS theme_code, {title} AS title, '/' || {title} AS path, {table.origin}
      FROM {quoted(table.raw)} WHERE {title} IS NOT NULL"""


def _check(table: Table) -> None:
    """Count what is kept empty because it cannot be read."""
    c = table.column
    for name in ("Operation_Start_Date", "Operation_End_Date"):
        unread = f"{c(name)} IS NOT NULL AND as_day({c(name)}) IS NULL"
        table.warn_where(unread, "unreadable value", f"column '{name}' is no date; left empty", c(name))
    for name in ("Total_Eligible_Expenditure_amount", "Project_EU_Budget"):
        unread = f"{c(name)} IS NOT NULL AND as_money({c(name)}) IS NULL"
        table.warn_where(unread, "unreadable value", f"column '{name}' is no amount; left empty", c(name))
    currency, amount = c("Total_Eligible_Expenditure_Currency"), c("Total_Eligible_Expenditure_amount")
    foreign = f"upper({currency}) <> 'EUR' AND {amount} IS NOT NULL"
    table.warn_where(foreign, "other currency", "totals in another currency than euro; left empty", currency)
    said = f"coalesce({c('CountryCode')}, {c('Country')})"
    unknown = f"{said} IS NOT NULL AND {country(table)} IS NULL"
    table.warn_where(unknown, "unknown word", "countries that are not known; left empty", said)
    fund = f"upper({c('Fund_Code')})"
    known = ", ".join(literal(code) for code in FUNDS)
    table.warn_where(
        f"{fund} NOT IN ({known})", "unknown word", "unknown funds, kept as they are", c("Fund_Code")
    )
