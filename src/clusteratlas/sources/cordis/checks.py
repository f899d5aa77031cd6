"""What is odd in CORDIS rows: rows without ids go to the quarantine, unknown words and values are kept and counted."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from clusteratlas.sources.cordis.canonical import STATUSES
from clusteratlas.sources.cordis.layouts import Recognised
from clusteratlas.sources.job import FileAccount, Job
from clusteratlas.sources.rejecting import reject_where
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
        "geolocation": "as_point",
        "order": "as_integer",
    },
    "results": {"contentUpdateDate": "as_date"},
}
NOUNS = {
    "as_date": "date",
    "as_timestamp": "time",
    "as_money": "amount",
    "as_boolean": "truth value",
    "as_point": "place",
    "as_integer": "whole number",
}
# What can be read but hardly be meant; {0} is the value.
UNLIKELY = {
    "as_date": ("{0} NOT BETWEEN DATE '1980-01-01' AND DATE '2080-01-01'", "is an unlikely date"),
    "as_money": ("{0} < 0", "is negative"),
}
WORDS_TOLD = 50
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
        reject_where(job, raw, bad, f"'{name}' is {'no number' if is_number else 'empty'}", account)
    if recognised.kind.name == "organization":
        nameless = [
            f"nullif(trim({quoted(recognised.names[n])}), '') IS NULL" for n in ("organisationID", "name")
        ]
        reject_where(
            job, raw, " AND ".join(nameless), "neither an id nor a name of the organisation", account
        )


def check(job: Job, raw: str, recognised: Recognised, account: FileAccount) -> None:
    """Count words outside the known vocabularies, and values that are unreadable or unlikely."""
    kind = recognised.kind.name
    for name, known in VOCABULARIES.get(kind, {}).items():
        if name in recognised.names:
            _check_words(job, raw, recognised.names[name], known, account)
    oddities = [
        oddity
        for name, macro in CONVERSIONS.get(kind, {}).items()
        if name in recognised.names
        for oddity in _oddities(recognised.names[name], macro)
    ]
    if kind == "organization" and "organisationID" in recognised.names:
        oddities.append(_odd_pic(recognised.names["organisationID"]))
    if oddities:
        _count_oddities(job, raw, oddities, account)


def _check_words(job: Job, raw: str, column: str, known: tuple[str, ...], account: FileAccount) -> None:
    words = ", ".join(literal(w) for w in known)
    odd = job.connection.execute(
        f"""SELECT nullif(trim({quoted(column)}), '') AS word, count(*), min(_line) FROM {quoted(raw)}
            WHERE word IS NOT NULL AND word NOT IN ({words}) GROUP BY word ORDER BY word LIMIT {WORDS_TOLD}"""
    ).fetchall()
    for word, count, line in odd:
        message = f"unknown {column} '{word[:80]}', kept as it is"
        job.warn("unknown word", account.file, message, example=f"line {line}", count=count)


@dataclass(frozen=True)
class Oddity:
    """A condition on a column whose rows are counted, and what is said of them."""

    code: str
    column: str
    condition: str
    message: str


def _oddities(column: str, macro: str) -> Iterator[Oddity]:
    text = f"nullif(trim({quoted(column)}), '')"
    value = f"{macro}({text})"
    unreadable = f"{text} IS NOT NULL AND {value} IS NULL"
    yield Oddity(
        "unreadable value", column, unreadable, f"column '{column}' is no {NOUNS[macro]}; left empty"
    )
    if macro in UNLIKELY:
        condition, what = UNLIKELY[macro]
        yield Oddity("odd value", column, condition.format(value), f"column '{column}' {what}, kept as it is")


def _odd_pic(column: str) -> Oddity:
    condition = f"NOT regexp_full_match(trim({quoted(column)}), '[0-9]{{9}}')"
    return Oddity("odd id", column, condition, "organisation id is not a PIC of nine digits, kept as it is")


def _count_oddities(job: Job, raw: str, oddities: list[Oddity], account: FileAccount) -> None:
    """Count all oddities of a file in one pass over it."""
    sums = ", ".join(f"count(*) FILTER ({o.condition})" for o in oddities)
    counts = job.connection.execute(f"SELECT {sums} FROM {quoted(raw)}").fetchall()[0]
    for oddity, count in zip(oddities, counts, strict=True):
        if count:
            line, value = job.connection.execute(
                f"""SELECT _line, {quoted(oddity.column)} FROM {quoted(raw)} WHERE {oddity.condition}
                    ORDER BY rowid LIMIT 1"""
            ).fetchall()[0]
            job.warn(oddity.code, account.file, oddity.message, example=f"line {line}: {value}", count=count)
