"""Ids of curated projects and organisations, made of their names: stable as long as the names are."""

from __future__ import annotations

import hashlib
import re

from anyascii import anyascii

SLUG_LIMIT = 80


def slug(text: str) -> str:
    """Lower-case Latin letters and digits with hyphens between; a long text is cut, with a digest.

    >>> slug("Związek Pracodawców Klastry Polskie"), slug("A & B (C)")
    ('zwiazek-pracodawcow-klastry-polskie', 'a-b-c')
    """
    plain = re.sub(r"[^a-z0-9]+", "-", anyascii(text).lower()).strip("-")
    if len(plain) <= SLUG_LIMIT:
        return plain or "unnamed"
    return f"{plain[: SLUG_LIMIT - 9]}-{hashlib.sha256(plain.encode()).hexdigest()[:8]}"


def organisation_id(name: str, country_code: str | None) -> str:
    """The id of an organisation known by name and country: the same folded name there is the same one.

    >>> organisation_id("Pôle Véhicule du Futur", "FR"), organisation_id("Tecnalia", None)
    ('curated:pole-vehicule-du-futur-fr', 'curated:tecnalia-xx')
    """
    return f"curated:{slug(name)}-{(country_code or 'xx').lower()}"


def project_id(initiative_id: str, acronym: str, cordis_id: str = "") -> str:
    """The id of a project: CORDIS's own where it has one, else made of its initiative and acronym.

    >>> project_id("innosup-1", "NEPTUNE", "691554"), project_id("escp-4i-2", "Pimap+")
    ('cordis:691554', 'curated:escp-4i-2/pimap')
    """
    if cordis_id.isdigit():
        return f"cordis:{cordis_id}"
    return f"curated:{initiative_id}/{slug(acronym)}"
