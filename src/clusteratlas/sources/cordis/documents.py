"""CORDIS XML documents as the rows that the CSV files would hold."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from clusteratlas.sources.archives import Input, Member
from clusteratlas.sources.job import FileAccount, Job

DOCUMENT_LIMIT = 64 * 1024**2
PARSED_AT_ONCE = 2_000
PARSER = etree.XMLParser(
    resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True
)
Row = dict[str, str | None]


@dataclass(frozen=True)
class Found:
    """A row of a document, with the document's name and the line where it stands."""

    row: Row
    file: str
    line: int


def parse(job: Job, given: Input, member: Member, account: FileAccount) -> list[tuple[str, Found]]:
    """The rows of a document by kind of file; a document that cannot be read goes to the quarantine."""
    label, document = given.label(member), b""
    try:
        if member.size > DOCUMENT_LIMIT:
            raise ValueError(f"{member.size:,} bytes, more than {DOCUMENT_LIMIT:,}")
        document = given.read(member, DOCUMENT_LIMIT)
        return [(kind, Found(row, label, line)) for kind, line, row in rows(document)]
    except (etree.XMLSyntaxError, ValueError) as fault:
        account.rows_in += 1
        line = getattr(fault, "lineno", None) or 1
        job.reject(account, line, f"{label}: {fault}", document.decode("utf-8", errors="replace"))
        return []


def rows(document: bytes) -> Iterator[tuple[str, int, Row]]:
    """The rows of one `<project>` document: kind of file, line in the document, columns.

    Raises `etree.XMLSyntaxError` for what is no XML and `ValueError` for another document, or one that
    declares entities: the publisher's never do, and entities can read files and fill the memory.
    """
    parsed = etree.fromstring(document, PARSER)
    if parsed.getroottree().docinfo.internalDTD is not None:
        raise ValueError("the document declares a type or entities: refused")
    # Looking at every tag takes a third of the time, and few documents have namespaces.
    has_namespaces = b"xmlns" in document or b"\0" in document
    root = _plain(parsed) if has_namespaces else parsed
    if root.tag != "project":
        raise ValueError(f"the document is a <{root.tag}>, not a <project>")
    number = _text(root, "id")
    yield "project", root.sourceline or 1, _project(root)
    for kind, element, row in _parts(root):
        yield kind, element.sourceline or 1, {"projectID": number, **row}


def _plain(root: etree._Element) -> etree._Element:
    """Namespaces taken off the tags: some years have one, others none."""
    for element in root.iter(etree.Element):
        element.tag = etree.QName(element).localname
    return root


def _text(element: etree._Element, path: str) -> str | None:
    found = element.find(path)
    if found is None:
        return None
    text = "".join(found.itertext()) if len(found) else found.text or ""
    return text.strip() or None


def _category(element: etree._Element, classification: str, field: str) -> str | None:
    return _text(element, f"relations/categories/category[@classification='{classification}']/{field}")


def _project(root: etree._Element) -> Row:
    around = root.find("relations")
    links = "relations/associations"
    main = "programme[@type='relatedLegalBasis'][@uniqueProgrammePart='true']/code"
    row = {
        name: _text(root, name)
        for name in (
            *("id", "acronym", "title", "status", "startDate", "endDate", "totalCost", "ecMaxContribution"),
            *("ecSignatureDate", "objective", "contentUpdateDate", "rcn", "keywords", "terminationDate"),
        )
    }
    row["grantDoi"] = _text(root, "identifiers/grantDoi")
    row["legalBasis"] = _text(root, f"{links}/{main}")
    row["topics"] = _text(root, f"{links}/programme[@type='relatedTopic']/code")
    row["topicTitle"] = _text(root, f"{links}/programme[@type='relatedTopic']/title")
    row["frameworkProgramme"] = _text(root, f"{links}/programme/frameworkProgramme")
    row["masterCall"] = _text(root, f"{links}/call[@type='relatedMasterCall']/identifier")
    row["subCall"] = _text(root, f"{links}/call[@type='relatedSubCall']/identifier")
    scheme = None if around is None else _scheme(root)
    row["fundingScheme"] = scheme.lstrip("/") if scheme else None
    nature = _category(root, "nature", "code")
    row["nature"] = nature.lstrip("/") if nature else None
    row["projectUrl"] = _text(root, f"{links}/webLink[@type='relatedWebsite'][@represents='project']/physUrl")
    return row


def _scheme(root: etree._Element) -> str | None:
    found = root.find(".//category[@classification='projectFundingSchemeCategory']/code")
    return found.text if found is not None else None


def _parts(root: etree._Element) -> Iterator[tuple[str, etree._Element, Row]]:
    for element in root.findall("relations/associations/*"):
        make = _PARTS.get((element.tag, element.get("type"))) or _PARTS.get((element.tag, None))
        if make:
            yield from make(element)
    for element in root.findall("relations/categories/category"):
        if element.get("classification") == "euroSciVoc":
            yield "euroSciVoc", element, _theme(element)
        elif element.get("classification") == "policyPriorities":
            yield "policyPriorities", element, _priority(element)


def _organization(element: etree._Element) -> Iterator[tuple[str, etree._Element, Row]]:
    region = "relations/regions/region[@type='relatedNutsCode']/nutsCode"
    activity = _category(element, "organizationActivityType", "code")
    row = {new: element.get(old) for new, old in _ATTRIBUTES.items()}
    row |= {new: _text(element, path) for new, path in _ELEMENTS.items()}
    row["activityType"] = activity.lstrip("/") if activity else None
    row["nutsCode"] = _text(element, region)
    yield "organization", element, row


_ATTRIBUTES = {
    "role": "type",
    "order": "order",
    "SME": "sme",
    "endOfParticipation": "terminated",
    "ecContribution": "ecContribution",
    "netEcContribution": "netEcContribution",
    "totalCost": "totalCost",
}
_ELEMENTS = {
    "organisationID": "id",
    "rcn": "rcn",
    "vatNumber": "vatNumber",
    "name": "legalName",
    "shortName": "shortName",
    "street": "address/street",
    "postCode": "address/postalCode",
    "city": "address/city",
    "country": "address/country",
    "geolocation": "address/geolocation",
    "organizationURL": "address/url",
}


def _topic(element: etree._Element) -> Iterator[tuple[str, etree._Element, Row]]:
    yield "topics", element, {"topic": _text(element, "code"), "title": _text(element, "title")}


def _legal_basis(element: etree._Element) -> Iterator[tuple[str, etree._Element, Row]]:
    row = {"legalBasis": _text(element, "code"), "title": _text(element, "title")}
    yield "legalBasis", element, {**row, "uniqueProgrammePart": element.get("uniqueProgrammePart")}


def _result(element: etree._Element) -> Iterator[tuple[str, etree._Element, Row]]:
    row = {
        name: _text(element, name) for name in ("id", "title", "sourceUpdateDate", "contentUpdateDate", "rcn")
    }
    row["collection"] = _category(element, "collection", "title")
    types = (
        _category(element, name, "title") for name in ("projectPublication", "deliverableType", "iprType")
    )
    row["resultType"] = next(filter(None, types), None)
    row["url"] = _text(element, "relations/associations/webLink/physUrl")
    yield "results", element, row
    for web in element.findall("relations/associations/webLink"):
        yield from _link(web)


def _link(element: etree._Element) -> Iterator[tuple[str, etree._Element, Row]]:
    row = {name: _text(element, name) for name in ("id", "physUrl", "availableLanguages", "title")}
    row |= {name: element.get(name) for name in ("type", "source", "represents")}
    yield "webLink", element, row


_PARTS = {
    ("organization", None): _organization,
    ("programme", "relatedTopic"): _topic,
    ("programme", "relatedLegalBasis"): _legal_basis,
    ("result", None): _result,
    ("webLink", None): _link,
}


def _theme(element: etree._Element) -> Row:
    path = _text(element, "displayCode")
    return {
        "euroSciVocCode": _text(element, "code"),
        "euroSciVocPath": path,
        "euroSciVocTitle": _text(element, "title"),
    }


def _priority(element: etree._Element) -> Row:
    return {
        "policyPriorityCode": _text(element, "code"),
        "policyPriorityTitle": _text(element, "title"),
        "weight": element.get("weight"),
    }
