"""Facts that the export and the documents write in the same words: partners, kinds, places, programmes."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import yaml

from clusteratlas.sources.curated.identifiers import slug
from clusteratlas.sources.keep.found import Row
from clusteratlas.taxonomies import canonical_role, canonical_status

PROJECT_PAGE = "https://keep.eu/projects/"
_OWN_PAGE = re.compile(r"keep\.eu/(?:api/)?projects?/(\d+)")


@cache
def _kinds() -> dict[str, tuple[str | None, str | None]]:
    listed = yaml.safe_load(Path(__file__).with_name("kinds.yml").read_text("utf-8"))
    return {word: (kind["code"], kind.get("is_sme")) for kind in listed for word in kind["also"]}


def kind_of(written: str | None) -> tuple[str | None, str | None]:
    """The kind of organisation, and whether it is an SME, as far as the publisher's word tells; else None.

    >>> kind_of("Regional public authority"), kind_of("SME"), kind_of("Something else")
    (('PUB', None), ('PRC', 'true'), (None, None))
    """
    return _kinds().get((written or "").casefold(), (None, None))


def is_known_kind(written: str | None) -> bool:
    """Whether the word is one of the publisher's kinds, or nothing."""
    return not written or written.casefold() in _kinds()


def programme_of(title: str | None) -> str:
    """The programme that a title of keep.eu belongs to.

    >>> programme_of("2014 - 2020 INTERREG VB North Sea"), programme_of("2007 - 2013 Bulgaria - Serbia IPA CBC")
    ('INTERREG', 'IPA')
    >>> programme_of("2014 - 2020 Romania - Moldova ENI CBC"), programme_of("2021 - 2027 Interreg IPA Serbia")
    ('ENI', 'INTERREG')
    """
    words = set(re.findall(r"[a-z]+", (title or "").casefold()))
    if "interreg" not in words and "ipa" in words:
        return "IPA"
    return "ENI" if words & {"eni", "enpi"} and "interreg" not in words else "INTERREG"


def role_of(written: str | None) -> str | None:
    """The role, by `Yes` and `No` of the export or by the word of a document; an unknown word stays.

    >>> role_of("Yes"), role_of("No"), role_of("lead"), role_of("partner"), role_of(None)
    ('coordinator', 'participant', 'coordinator', 'participant', None)
    """
    if (written or "").casefold() == "partner":
        return "participant"
    return canonical_role(written) or written


def status_of(written: str | None) -> str | None:
    """The status in our words, else in the publisher's."""
    return canonical_status(written) or written


def organisation_id(row: Row) -> str:
    """The id of a partner: its PIC where it has one, else its name and country."""
    if row.get("pic_valid"):
        return f"pic:{row['pic_valid']}"
    name = row.get("organisation_name") or row.get("other_id") or "unnamed"
    return f"keep:{slug(name)}-{(row.get('country_code') or 'xx').lower()}"


def keep_id_of(address: str | None) -> str | None:
    """The publisher's id of a project, where an address is its page.

    >>> keep_id_of("https://keep.eu/projects/12345/SmartUp-EN/"), keep_id_of("https://smartup.eu")
    ('12345', None)
    """
    found = _OWN_PAGE.search(address or "")
    return found[1] if found else None
