"""CORDIS layouts: which columns tell what a file is, under the names of every year."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import PurePosixPath

from clusteratlas.errors import InputError, nearest


@dataclass(frozen=True)
class Kind:
    """A kind of CORDIS file: the table its rows go to, its required columns, and those it may have.

    ``usual`` are the optional columns that the publisher's files of every year have.
    """

    name: str
    table: str
    required: tuple[str, ...]
    optional: tuple[str, ...] = ()
    file_names: tuple[str, ...] = ()
    ignored: tuple[str, ...] = ()
    usual: tuple[str, ...] = ()

    @property
    def columns(self) -> tuple[str, ...]:
        """All columns that are read."""
        return self.required + self.optional


# Columns that hold the names of contact persons are known and never read.
_CONTACTS = tuple(
    f"contact{part}"
    for part in (
        "Form",
        "Type",
        "Title",
        "FirstNames",
        "LastNames",
        "Function",
        "TelephoneNumber",
        "FaxNumber",
        "Email",
    )
)

KINDS = (
    Kind(
        "project",
        "project",
        ("id", "acronym", "title"),
        (
            *("status", "startDate", "endDate", "totalCost", "ecMaxContribution", "legalBasis", "topics"),
            *(
                "ecSignatureDate",
                "frameworkProgramme",
                "masterCall",
                "subCall",
                "fundingScheme",
                "nature",
                "objective",
            ),
            *(
                "contentUpdateDate",
                "rcn",
                "grantDoi",
                "keywords",
                "terminationDate",
                "projectUrl",
                "topicTitle",
            ),
            *("coordinator", "coordinatorCountry", "participants", "participantCountries"),
        ),
        ("project", "projects", "cordis-h2020projects", "cordis-fp7projects"),
        ignored=("teaser", "subjects", "duration", "language"),
        usual=(
            *("status", "startDate", "endDate", "totalCost", "ecMaxContribution", "frameworkProgramme"),
            *("fundingScheme", "objective"),
        ),
    ),
    Kind(
        "organization",
        "participation",
        ("projectID", "organisationID", "name", "role"),
        (
            *(
                "vatNumber",
                "shortName",
                "SME",
                "activityType",
                "street",
                "postCode",
                "city",
                "country",
                "nutsCode",
            ),
            *("geolocation", "organizationURL", "contentUpdateDate", "rcn", "order", "ecContribution"),
            *("netEcContribution", "totalCost", "endOfParticipation", "active"),
        ),
        ("organization", "organizations", "cordis-h2020organizations", "cordis-fp7organizations"),
        ignored=("projectAcronym", "projectRcn", *_CONTACTS),
        usual=("activityType", "city", "country", "ecContribution"),
    ),
    Kind("topics", "project_call", ("projectID", "topic", "title"), file_names=("topics",)),
    Kind(
        "legalBasis",
        "project_legal_basis",
        ("projectID", "legalBasis", "title"),
        ("uniqueProgrammePart",),
        ("legalbasis",),
    ),
    Kind(
        "euroSciVoc",
        "project_theme",
        ("projectID", "euroSciVocCode", "euroSciVocPath", "euroSciVocTitle"),
        file_names=("euroscivoc",),
        ignored=("euroSciVocDescription",),
    ),
    Kind(
        "policyPriorities",
        "project_theme",
        ("projectID", "policyPriorityCode", "policyPriorityTitle", "weight"),
        file_names=("policypriorities",),
    ),
    Kind(
        "webLink",
        "project_link",
        ("id", "projectID", "physUrl"),
        ("availableLanguages", "status", "archivedDate", "type", "source", "represents", "title"),
        ("weblink",),
    ),
    Kind(
        "webItem",
        "project_link",
        ("uri", "type"),
        ("language", "availableLanguages", "title", "source", "represents"),
        ("webitem",),
    ),
    Kind(
        "results",
        "project_result",
        ("id", "projectID", "title", "collection"),
        ("resultType", "sourceUpdateDate", "contentUpdateDate", "url", "rcn"),
        ("results",),
        ignored=("projectAcronym", "iprNumber", "iprDate", "iprAwarded"),
    ),
    Kind(
        "reportSummaries",
        "project_result",
        ("id", "title", "projectID", "attachment"),
        ("contentUpdateDate", "rcn"),
        ("reportsummaries",),
        ignored=("projectAcronym", "summary", "workPerformed", "finalResults", "language", "teaser"),
    ),
    Kind(
        "projectDeliverables",
        "project_result",
        ("id", "title", "projectID", "deliverableType"),
        ("url", "contentUpdateDate", "rcn"),
        ("projectdeliverables",),
        ignored=("projectAcronym", "description", "collection"),
    ),
    Kind(
        "projectPublications",
        "project_result",
        ("id", "title", "projectID", "isPublishedAs"),
        ("contentUpdateDate", "rcn", "doi", "publishedYear"),
        ("projectpublications",),
        ignored=(
            "projectAcronym",
            "authors",
            "journalTitle",
            "journalNumber",
            "publishedPages",
            "issn",
            "isbn",
        ),
    ),
)

# Names of earlier years, and what they are called now, for each kind of file.
ALIASES = {
    "organization": {
        **{
            "id": "organisationID",
            "organizationUrl": "organizationURL",
            "organisationUrl": "organizationURL",
        },
        "projectReference": "projectID",
    },
    "project": {"programme": "legalBasis", "call": "subCall", "reference": "id"},
}


@dataclass(frozen=True)
class Recognised:
    """What a file is: its kind, and for each column read the name it has in this file."""

    kind: Kind
    names: dict[str, str]
    unused: tuple[str, ...]


def recognise(file: str, header: tuple[str, ...], label: str | None = None) -> Recognised | None:
    """The kind of ``file`` by its header, or by its name when columns are missing; None when it is no CORDIS file.

    Raises `InputError` naming the missing column, and the nearest one there is, when the name says what the
    file should be but a required column is not there; ``label`` is how that message names it.
    """
    label = label or file
    stem = _stem(file)
    by_name = [k for k in KINDS if stem in k.file_names]
    fits = [k for k in by_name or KINDS if not _missing(k, header)]
    if not fits and by_name:
        _refuse(label, by_name[0], header)
    if not fits:
        near = max(KINDS, key=lambda k: len(set(k.required) & set(header)))
        if len(set(near.required) & set(header)) >= 2 and len(_missing(near, header)) == 1:
            _refuse(label, near, header)
        return None
    kind = max(fits, key=lambda k: (len(k.required), len(set(k.columns) & set(header))))
    return _recognised(kind, header)


def is_known_by_name(file: str) -> bool:
    """Whether a file is called like one of the publisher's.

    >>> is_known_by_name("horizon/project.csv"), is_known_by_name("readme.txt")
    (True, False)
    """
    return any(_stem(file) in kind.file_names for kind in KINDS)


def _stem(file: str) -> str:
    stem = PurePosixPath(file.lower()).name
    stem = re.sub(r"(\.gz|\.csv|\.xlsx|\.txt|\.tsv)+$", "", stem)
    return re.sub(r"[-_ ]?(20\d\d.*|copy|\(\d+\))$", "", stem)


def _missing(kind: Kind, header: tuple[str, ...]) -> list[str]:
    aliases = ALIASES.get(kind.name, {})
    there = {aliases.get(c, c) for c in header} | set(header)
    return [c for c in kind.required if c not in there]


def _refuse(label: str, kind: Kind, header: tuple[str, ...]) -> None:
    missing = _missing(kind, header)[0]
    raise InputError(
        f"column '{missing}' is missing ({nearest(missing, header)})",
        where=f"{label}:1",
        remedy="check that this is the publisher's file, or rename the column",
    )


def _recognised(kind: Kind, header: tuple[str, ...]) -> Recognised:
    aliases = ALIASES.get(kind.name, {})
    names = {c: c for c in header if c in kind.columns}
    for old, new in aliases.items():
        if old in header and new not in header:
            names[new] = old
    used = set(names.values()) | set(kind.ignored)
    return Recognised(kind, names, tuple(c for c in header if c and c not in used))
