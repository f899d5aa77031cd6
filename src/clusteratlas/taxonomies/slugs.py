"""Names as they stand in addresses and ids."""

from __future__ import annotations

import re
import unicodedata


def slug(name: str) -> str:
    """A name in lower case, its words joined by hyphens.

    >>> slug("Marketing, Design & Publishing"), slug("Énergie (verte)")
    ('marketing-design-and-publishing', 'energie-verte')
    """
    text = unicodedata.normalize("NFKD", name.replace("&", " and "))
    plain = "".join(letter for letter in text if not unicodedata.combining(letter))
    return "-".join(re.findall(r"[a-z0-9]+", plain.casefold()))
