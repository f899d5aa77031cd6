"""What cells of publishers say: nothing in many spellings, amounts and days in many forms."""

from __future__ import annotations

import re
from datetime import date

NOTHING = frozenset({"", "n.a.", "n.a", "n/a", "na", "none"})
_AMOUNT = re.compile(r"-?\d+(\.\d+)?([eE][+-]?\d+)?")
_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:[T ].*)?")
_DAY_FIRST = re.compile(r"(\d{1,2})[/.](\d{1,2})[/.](\d{4})")


def given(cell: object) -> str | None:
    """A cell's text with single blanks; None for nothing, however it is spelled.

    >>> given("  Turun\\u00a0yliopisto "), given("N.a."), given("none"), given(0.0)
    ('Turun yliopisto', None, None, '0.0')
    """
    text = " ".join(str(cell).split()) if cell is not None else ""
    return None if text.casefold() in NOTHING else text


def amount(cell: object) -> str | None:
    """An amount of money as a plain decimal; None for nothing and for what is none.

    A zero that is written stays a zero. Blanks part thousands; of a point and a comma the last one is the decimal mark.

    >>> amount("75 354 267"), amount("2073781,25"), amount("1.234.567,5"), amount("1,234.5"), amount("€ 0.00")
    ('75354267', '2073781.25', '1234567.5', '1234.5', '0.00')
    >>> amount("N.a."), amount("about 5")
    (None, None)
    """
    text = re.sub(r"^(EUR|€)|(EUR|€)$|['’]", "", "".join((given(cell) or "").split()))
    if text.rfind(",") > text.rfind("."):
        thousands, mark = (".", ",") if text.count(",") == 1 else (",", ".")
    else:
        thousands, mark = (",", ".") if text.count(".") < 2 else (".", ",")
    text = text.replace(thousands, "").replace(mark, ".")
    return text if _AMOUNT.fullmatch(text) else None


def day(cell: object) -> str | None:
    """A day as ISO 8601, from that or from day, month and year; None for nothing and for what is no day.

    >>> day("04/09/2023"), day("2024-04-01 00:00:00"), day("31.1.2020"), day("31/02/2020"), day("soon")
    ('2023-09-04', '2024-04-01', '2020-01-31', None, None)
    """
    text = given(cell) or ""
    if found := _ISO.fullmatch(text):
        parts = found.groups()
    elif found := _DAY_FIRST.fullmatch(text):
        parts = found.groups()[::-1]
    else:
        return None
    try:
        return date(*map(int, parts)).isoformat()
    except ValueError:
        return None


def pic(cell: object) -> str | None:
    """A Participant Identification Code: nine digits, of which all that were given out begin with 8 or 9.

    A digit nine times is a filler. There is no check digit.

    >>> pic("999 902 967"), pic("951881080.0"), pic("999999999"), pic("12345"), pic("N.a.")
    ('999902967', '951881080', None, None, None)
    """
    text = re.sub(r"\.0+$", "", "".join((given(cell) or "").split()))
    return text if re.fullmatch(r"[89]\d{8}", text) and len(set(text)) > 1 else None
