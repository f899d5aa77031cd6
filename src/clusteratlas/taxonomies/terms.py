"""Words used of projects: roles, statuses, kinds of organisation, funding schemes, legal bases, results."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from clusteratlas.taxonomies.tables import entries, rows


@dataclass(frozen=True, slots=True)
class Term:
    """A code with the label a reader sees and what it means; ``also`` are other spellings met in files."""

    code: str
    label: str
    meaning: str
    also: tuple[str, ...] = ()
    is_coordinator: bool = False


@dataclass(frozen=True, slots=True)
class FundingScheme:
    """A kind of grant. ``family`` groups the schemes of all programmes (RIA, IA, CSA, MSCA, ERC, EIC ...)."""

    code: str
    label: str
    family: str


@dataclass(frozen=True, slots=True)
class LegalBasis:
    """A part of a programme. ``parent_code`` is the part it belongs to, None for the largest."""

    code: str
    label: str
    programme_id: str
    parent_code: str | None


def _terms(name: str) -> dict[str, Term]:
    return {entry["code"]: Term(**entry | {"also": tuple(entry.get("also", ()))}) for entry in entries(name)}


@cache
def roles() -> dict[str, Term]:
    """The parts an organisation can have in a project, by CORDIS code.

    >>> roles()["coordinator"].is_coordinator
    True
    """
    return _terms("roles.yml")


@cache
def statuses() -> dict[str, Term]:
    """Where a project can stand, by CORDIS code.

    >>> statuses()["SIGNED"].label
    'Signed, not closed'
    """
    return _terms("statuses.yml")


@cache
def activity_types() -> dict[str, Term]:
    """Kinds of organisation, by CORDIS code.

    >>> activity_types()["PRC"].label
    'Company'
    """
    return _terms("activity_types.yml")


@cache
def result_types() -> dict[str, Term]:
    """Kinds of results, by code.

    >>> list(result_types())[:2]
    ['publication', 'deliverable']
    """
    return _terms("result_types.yml")


def canonical_role(written: str | None) -> str | None:
    """The code of a role as a publisher writes it; None when it is empty or unknown.

    >>> canonical_role("Lead partner"), canonical_role("associatedPartner"), canonical_role("?")
    ('coordinator', 'associatedPartner', None)
    """
    return _canonical("roles.yml").get(_fold(written))


def canonical_status(written: str | None) -> str | None:
    """The code of a status as a publisher writes it; None when it is empty or unknown.

    >>> canonical_status("CLO"), canonical_status("signed")
    ('CLOSED', 'SIGNED')
    """
    return _canonical("statuses.yml").get(_fold(written))


@cache
def _canonical(name: str) -> dict[str, str]:
    terms = _terms(name).values()
    return {_fold(written): term.code for term in terms for written in (term.code, term.label, *term.also)}


def _fold(written: str | None) -> str:
    return "".join((written or "").casefold().split())


@cache
def funding_schemes() -> dict[str, FundingScheme]:
    """Kinds of grants of the framework programmes, by code.

    >>> funding_schemes()["HORIZON-CSA"].family
    'CSA'
    """
    return {row["code"]: FundingScheme(**row) for row in rows("funding_schemes.csv")}


def funding_scheme(code: str) -> FundingScheme:
    """The scheme of a code; an unknown one stands for itself in the family ``other``.

    >>> funding_scheme("HORIZON-RIA").label, funding_scheme("NEW-THING")
    ('Research and innovation action', FundingScheme(code='NEW-THING', label='NEW-THING', family='other'))
    """
    return funding_schemes().get(code) or FundingScheme(code, code, "other")


@cache
def legal_bases() -> dict[str, LegalBasis]:
    """Parts of the framework programmes, by code.

    >>> legal_bases()["HORIZON.3.2"].label
    'European innovation ecosystems'
    """
    return {row["code"]: _legal_basis(row) for row in rows("legal_bases.csv")}


def _legal_basis(row: dict[str, str]) -> LegalBasis:
    return LegalBasis(row["code"], row["label"], row["programme_id"], row["parent_code"] or None)
