"""What is odd in CORDIS rows: rows without ids go to the quarantine, unknown words and values are kept and counted."""

from __future__ import annotations

from clusteratlas.sources.cordis.canonical import STATUSES
from clusteratlas.sources.cordis.layouts import Recognised
from clusteratlas.sources.job import FileAccount, Job
from clusteratlas.sources.sql import literal, quoted

KNOWN_STATUSES = ("SIGNED", "CLOSED", "TERMINATED", *STATUSES)
KNOWN_ROLES = (
    *("coordinator", "participant", "associatedPartner", "thirdParty", "internationalPartner", "partner"),
    *("beneficiary", "hostInstitution", "subcontractor"),
)
KNOWN_ACTIVITIES = ("HES", "REC", "PRC", "PUB", "OTH")
VOCABULARIES = {
    "project": {"status": KNOWN_STATUSES},
    "organization": {"role": KNOWN_ROLES, "activityType": KNOWN_ACTIVITIES},
}
CONVERSIONS = {
    "project": {
        **dict.fromkeys(("startDate", "endDate", "ecSignatureDate", "terminationDate"), "as_date"),
        **dict.fromkeys(("totalCost", "ecMaxContribution"), "as_money"),
        "contentUpdateDate": "as_timestamp",
    },
    "organization": {
        **dict.fromkeys(("ecContribution", "netEcContribution", "totalCost"), "as_money"),
        **dict.fromkeys(("SME", "endOfParticipation"), "as_boolean"),
    },
    "results": {"contentUpdateDate": "as_date"},
}
# The columns without which a row says nothing about anything; ids are the publisher's numbers.
KEYS = {
    "project": {"id": True},
    "organization": {"projectID": True},
    "topics": {"projectID": True, "topic": False},
    "legalBasis": {"projectID": True, "legalBasis": False},
    "euroSciVoc": {"projectID": True, "euroSciVocCode": False},
    "policyPriorities": {"projectID": True, "policyPriorityCode": False},
    "webLink": {"projectID": True, "id": False},
    "webItem": {"uri": False},
    "results": {"id": False, "projectID": True},
    "reportSummaries": {"id": False, "projectID": True},
    "projectDeliverables": {"id": False, "projectID": True},
    "projectPublications": {"id": False, "projectID": True},
}


def reject_unreadable(job: Job, raw: str, recognised: Recognised, account: FileAccount) -> None:
    """Move rows without a readable id into the quarantine."""
    for name, is_number in KEYS[recognised.kind.name].items():
        column = f"trim({quoted(recognised.names[name])})"
        bad = f"nullif({column}, '') IS NULL"
        if is_number:
            bad += f" OR NOT regexp_full_match({column}, '[0-9]{{1,12}}')"
        _reject_where(job, raw, bad, f"'{name}' is {'no number' if is_number else 'empty'}", account)
    if recognised.kind.name == "organization":
        nameless = [f"{quoted(recognised.names[n])} IS NULL" for n in ("organisationID", "name")]
        _reject_where(
            job, raw, " AND ".join(nameless), "neither an id nor a name of the organisation", account
        )


def _reject_where(job: Job, raw: str, bad: str, reason: str, account: FileAccount) -> None:
    run = job.connection.execute
    columns = [r[0] for r in run(f"SELECT name FROM pragma_table_info({literal(raw)})").fetchall()]
    shown = ", ".join(f"coalesce({quoted(c)}, '')" for c in columns if not c.startswith("_"))
    label = "_file" if "_file" in columns else literal(account.file)
    text = f"concat_ws(';', {shown})"
    for line, file, content in run(
        f"SELECT _line, {label}, {text} FROM {quoted(raw)} WHERE {bad}"
    ).fetchall():
        note = reason if file == account.file else f"{file}: {reason}"
        job.reject(account, line, note, content)
    run(f"DELETE FROM {quoted(raw)} WHERE {bad}")


def check(job: Job, raw: str, recognised: Recognised, account: FileAccount) -> None:
    """Count words outside the known vocabularies, and values that are no date, amount or truth value."""
    kind = recognised.kind.name
    for name, known in VOCABULARIES.get(kind, {}).items():
        if name in recognised.names:
            _check_words(job, raw, recognised.names[name], known, account)
    for name, macro in CONVERSIONS.get(kind, {}).items():
        if name in recognised.names:
            _check_values(job, raw, recognised.names[name], macro, account)
    if "organisationID" in recognised.names and kind == "organization":
        _check_pics(job, raw, recognised.names["organisationID"], account)


def _check_words(job: Job, raw: str, column: str, known: tuple[str, ...], account: FileAccount) -> None:
    words = ", ".join(literal(w) for w in known)
    odd = job.connection.execute(
        f"""SELECT trim({quoted(column)}) AS word, count(*), min(_line) FROM {quoted(raw)}
            WHERE word IS NOT NULL AND word NOT IN ({words}) GROUP BY word ORDER BY word LIMIT 50"""
    ).fetchall()
    for word, count, line in odd:
        message = f"unknown {column} '{word[:80]}', kept as it is"
        job.warn("unknown word", account.file, message, example=f"line {line}", count=count)


def _check_values(job: Job, raw: str, column: str, macro: str, account: FileAccount) -> None:
    wrong = f"nullif(trim({quoted(column)}), '') IS NOT NULL AND {macro}({quoted(column)}) IS NULL"
    count, line, value = job.connection.execute(
        f"SELECT count(*), min(_line), min_by({quoted(column)}, _line) FROM {quoted(raw)} WHERE {wrong}"
    ).fetchall()[0]
    if count:
        what = {"as_date": "date", "as_timestamp": "time", "as_money": "amount", "as_boolean": "truth value"}[
            macro
        ]
        message = f"column '{column}' is no {what}; left empty"
        job.warn("unreadable value", account.file, message, example=f"line {line}: {value}", count=count)


def _check_pics(job: Job, raw: str, column: str, account: FileAccount) -> None:
    count, line, value = job.connection.execute(
        f"""SELECT count(*), min(_line), min_by({quoted(column)}, _line) FROM {quoted(raw)}
            WHERE {quoted(column)} IS NOT NULL AND NOT regexp_full_match(trim({quoted(column)}), '[0-9]{{9}}')"""
    ).fetchall()[0]
    if count:
        message = "organisation id is not a PIC of nine digits, kept as it is"
        job.warn("odd id", account.file, message, example=f"line {line}: {value}", count=count)
