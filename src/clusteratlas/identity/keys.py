"""Numbers that name one organisation for certain: PIC, ROR, VAT and national numbers, checked before they count."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache

from clusteratlas.identity.checksums import NATIONAL_CHECKS, VAT_CHECKS, is_ror

_NOT_SIGNS = re.compile(r"[^0-9A-Z]")
_PLACEHOLDERS = {"NA", "NONE", "NULL", "NAN", "UNKNOWN", "NOTAPPLICABLE", "TBD", "XXX", "NOVAT", "MISSINGVAT"}
_SEQUENCES = "0123456789876543210 1234567890123456789"


def is_placeholder(number: str) -> bool:
    """Whether a number only fills a cell: one digit repeated, a run up or down, N/A in any of its spellings.

    >>> [is_placeholder(n) for n in ("999999999", "N/A", "123456789", "999902967")]
    [True, True, True, False]
    """
    signs = _NOT_SIGNS.sub("", number.upper())
    digits = re.sub(r"\D", "", signs)
    if not digits or signs in _PLACEHOLDERS:
        return True
    return len(set(digits)) == 1 or (len(digits) > 4 and digits in _SEQUENCES)


@lru_cache(maxsize=1 << 16)
def pic(text: str | None) -> str | None:
    """A participant identification code (nine digits) in its plain form; None when it cannot be one.

    >>> pic("999 902 967"), pic("999999999"), pic("12")
    ('999902967', None, None)
    """
    digits = re.sub(r"\D", "", text or "")
    return digits if len(digits) == 9 and not is_placeholder(digits) else None


@lru_cache(maxsize=1 << 16)
def ror(text: str | None) -> str | None:
    """A Research Organization Registry id without its address, when its check digits agree.

    >>> ror("https://ror.org/05a28rw58"), ror("05a28rw59")
    ('05a28rw58', None)
    """
    plain = (text or "").strip().lower().rstrip("/").rsplit("/", 1)[-1]
    return plain if is_ror(plain) else None


@lru_cache(maxsize=1 << 16)
def vat(text: str | None, country: str | None) -> str | None:
    """A VAT number with its country's prefix, when its length and check digits are those of that country.

    Numbers of countries outside the Union (and the United Kingdom, Norway, Switzerland) have no rule here and
    count for nothing. ``country`` is an ISO code, for numbers without a prefix.

    >>> vat("DE 136695976", "DE"), vat("136695976", "DE"), vat("DE136695977", "DE"), vat("N/A", "DE")
    ('DE136695976', 'DE136695976', None, None)
    """
    signs = _NOT_SIGNS.sub("", (text or "").upper())
    if not signs or is_placeholder(signs):
        return None
    prefix = _prefix(signs) or {"GR": "EL"}.get(country or "", country or "")
    rest = signs.removeprefix(prefix)
    check = VAT_CHECKS.get("EL" if prefix == "GR" else prefix)
    if check is None or is_placeholder(rest) or not check(rest):
        return None
    return ("EL" if prefix == "GR" else prefix) + rest


def _prefix(signs: str) -> str:
    prefix = signs[:2]
    return prefix if prefix in VAT_CHECKS or prefix == "GR" else ""


@lru_cache(maxsize=1 << 16)
def national_id(text: str | None, country: str | None) -> str | None:
    """A national register's number with its country, checked where the country's rule is known.

    A SIRET (14 digits, an establishment) counts as its SIREN (9 digits, the body). Numbers without a known rule
    count when they hold five digits or more.

    >>> national_id("732 829 320 00074", "FR"), national_id("732829321", "FR")
    ('FR:732829320', None)
    """
    signs = _NOT_SIGNS.sub("", (text or "").upper())
    if not country or is_placeholder(signs) or sum(sign.isdigit() for sign in signs) < 5:
        return None
    checked: Callable[[str], str | None] | None = NATIONAL_CHECKS.get(country)
    plain = checked(signs) if checked else signs
    return f"{country}:{plain}" if plain else None
