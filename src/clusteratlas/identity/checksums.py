"""Check digits of ROR ids, and of VAT and national numbers of European countries.

Sources: ISO/IEC 7064 (modulus 97-10 and 11-10); the algorithms that the member states made known for the VAT
Information Exchange System; INSEE for SIREN and SIRET (Luhn).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

_BASE32 = "0123456789abcdefghjkmnpqrstvwxyz"


def luhn(digits: str) -> bool:
    """Whether the last digit is the Luhn check digit of the others.

    >>> luhn("732829320"), luhn("732829321")
    (True, False)
    """
    total = 0
    for place, sign in enumerate(reversed(digits)):
        value = int(sign) * (1 + place % 2)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def is_ror(plain: str) -> bool:
    """Whether ``plain`` (nine signs) is a ROR id: a 0, six signs of Crockford's base 32, two check digits.

    >>> is_ror("05a28rw58")
    True
    """
    if not re.fullmatch(r"0[0-9a-hjkmnp-tv-z]{6}[0-9]{2}", plain):
        return False
    number = 0
    for sign in plain[:7]:
        number = number * 32 + _BASE32.index(sign)
    return 98 - number * 100 % 97 == int(plain[7:])


def weighted(digits: str, weights: Sequence[int]) -> int:
    """The sum of digits times weights."""
    return sum(int(sign) * weight for sign, weight in zip(digits, weights, strict=False))


def iso_11_10(digits: str) -> bool:
    """ISO 7064 modulus 11-10, as Germany and Croatia use it.

    >>> iso_11_10("136695976")
    True
    """
    product = 10
    for sign in digits[:-1]:
        product = ((int(sign) + product) % 10 or 10) * 2 % 11
    return (11 - product) % 10 == int(digits[-1])


def _digits(size: int, rule: Callable[[str], bool]) -> Callable[[str], bool]:
    return lambda text: len(text) == size and text.isdigit() and rule(text)


def _austria(text: str) -> bool:
    if not re.fullmatch(r"U\d{8}", text):
        return False
    doubled = (int(d) * (1 + place % 2) for place, d in enumerate(text[1:8]))
    return (10 - (sum(d // 10 + d % 10 for d in doubled) + 4) % 10) % 10 == int(text[8])


def _belgium(text: str) -> bool:
    padded = text.zfill(10)
    return bool(re.fullmatch(r"[01]\d{9}", padded)) and 97 - int(padded[:8]) % 97 == int(padded[8:])


def _bulgaria(text: str) -> bool:
    if re.fullmatch(r"\d{10}", text):
        return True
    if not re.fullmatch(r"\d{9}", text):
        return False
    check = weighted(text, range(1, 9)) % 11
    return (weighted(text, range(3, 11)) % 11 % 10 if check == 10 else check) == int(text[8])


def _cyprus(text: str) -> bool:
    if not re.fullmatch(r"\d{8}[A-Z]", text):
        return False
    odd = {0: 1, 1: 0, 2: 5, 3: 7, 4: 9, 5: 13, 6: 15, 7: 17, 8: 19, 9: 21}
    total = sum(odd[int(d)] if place % 2 == 0 else int(d) for place, d in enumerate(text[:8]))
    return chr(65 + total % 26) == text[8]


def _czechia(text: str) -> bool:
    if re.fullmatch(r"\d{8}", text):
        return (11 - weighted(text, range(8, 1, -1)) % 11) % 10 == int(text[7])
    return bool(re.fullmatch(r"\d{9,10}", text))


def _spain(text: str) -> bool:
    if re.fullmatch(r"[XYZ\d]\d{7}[A-Z]", text):
        number = int(text[:8].translate(str.maketrans("XYZ", "012")))
        return "TRWAGMYFPDXBNJZSQVHLCKE"[number % 23] == text[8]
    if not re.fullmatch(r"[A-HJ-NP-SUVW]\d{7}[0-9A-J]", text):
        return False
    doubled = [int(d) * (2 - place % 2) for place, d in enumerate(text[1:8])]
    check = (10 - sum(d // 10 + d % 10 for d in doubled) % 10) % 10
    return text[8] in (str(check), "JABCDEFGHI"[check])


def _france(text: str) -> bool:
    if not re.fullmatch(r"[0-9A-HJ-NP-Z]{2}\d{9}", text) or not (luhn(text[2:]) or text[2:5] == "000"):
        return False
    return not text[:2].isdigit() or (12 + 3 * (int(text[2:]) % 97)) % 97 == int(text[:2])


def _greece(text: str) -> bool:
    padded = text.zfill(9)
    if not re.fullmatch(r"\d{9}", padded):
        return False
    return weighted(padded, [256, 128, 64, 32, 16, 8, 4, 2]) % 11 % 10 == int(padded[8])


def _ireland(text: str) -> bool:
    if re.fullmatch(r"\d[A-Z+*]\d{5}[A-W]", text):
        return True
    if not re.fullmatch(r"\d{7}[A-W][A-IW]?", text):
        return False
    extra = 9 * (ord(text[8]) - 64) if len(text) == 9 and text[8] != "W" else 0
    return "WABCDEFGHIJKLMNOPQRSTUV"[(weighted(text, range(8, 1, -1)) + extra) % 23] == text[7]


def _lithuania(text: str) -> bool:
    if not re.fullmatch(r"\d{9}|\d{12}", text):
        return False
    places = len(text) - 1
    check = weighted(text, [place % 9 + 1 for place in range(places)]) % 11
    if check == 10:
        check = weighted(text, [(place + 2) % 9 + 1 for place in range(places)]) % 11 % 10
    return check == int(text[-1])


def _latvia(text: str) -> bool:
    if not re.fullmatch(r"\d{11}", text):
        return False
    if text[0] in "0123":
        return True  # a natural person, by date of birth
    total = weighted(text, [9, 1, 4, 8, 3, 10, 2, 5, 7, 6])
    check = 3 - total % 11
    return (check + 11 if check < -1 else check) == int(text[10])


def _netherlands(text: str) -> bool:
    if not re.fullmatch(r"\d{9}B\d{2}", text):
        return False
    if weighted(text, range(9, 1, -1)) % 11 == int(text[8]):
        return True
    return int("2321" + text[:9] + "11" + text[10:]) % 97 == 1


def _norway(text: str) -> bool:
    plain = text.removesuffix("MVA")
    return bool(re.fullmatch(r"\d{9}", plain)) and weighted(plain, [3, 2, 7, 6, 5, 4, 3, 2, 1]) % 11 == 0


def _romania(text: str) -> bool:
    if not re.fullmatch(r"\d{2,10}", text):
        return False
    return weighted(text.zfill(10), [7, 5, 3, 2, 1, 7, 5, 3, 2]) * 10 % 11 % 10 == int(text[-1])


def _britain(text: str) -> bool:
    if re.fullmatch(r"(GD|HA)\d{3}", text):
        return True
    if not re.fullmatch(r"\d{9}(\d{3})?", text):
        return False
    total = weighted(text, range(8, 1, -1)) + int(text[7:9])
    return total % 97 == 0 or (total + 55) % 97 == 0


def _switzerland(text: str) -> bool:
    found = re.fullmatch(r"E?(\d{9})(MWST|TVA|IVA|VAT)?", text)
    if not found:
        return False
    return (11 - weighted(found[1], [5, 4, 3, 2, 7, 6, 5, 4]) % 11) % 11 == int(found[1][8])


def _minus_11(weights: Sequence[int]) -> Callable[[str], bool]:
    """The rule of Portugal, Slovenia and Finland: 11 less the remainder of the weighted sum."""
    return lambda text: (11 - weighted(text, weights) % 11) % 11 % 10 == int(text[-1])


VAT_CHECKS: dict[str, Callable[[str], bool]] = {
    "AT": _austria,
    "BE": _belgium,
    "BG": _bulgaria,
    "CY": _cyprus,
    "CZ": _czechia,
    "DE": _digits(9, iso_11_10),
    "DK": _digits(8, lambda t: weighted(t, [2, 7, 6, 5, 4, 3, 2, 1]) % 11 == 0),
    "EE": _digits(9, lambda t: weighted(t, [3, 7, 1, 3, 7, 1, 3, 7, 1]) % 10 == 0),
    "EL": _greece,
    "ES": _spain,
    "FI": _digits(8, _minus_11([7, 9, 10, 5, 8, 4, 2])),
    "FR": _france,
    "HR": _digits(11, iso_11_10),
    "HU": _digits(8, lambda t: weighted(t, [9, 7, 3, 1, 9, 7, 3, 1]) % 10 == 0),
    "IE": _ireland,
    "IT": _digits(11, luhn),
    "LT": _lithuania,
    "LU": _digits(8, lambda t: int(t[:6]) % 89 == int(t[6:])),
    "LV": _latvia,
    "MT": _digits(8, lambda t: 37 - weighted(t, [3, 4, 6, 7, 8, 9]) % 37 == int(t[6:])),
    "NL": _netherlands,
    "PL": _digits(10, lambda t: weighted(t, [6, 5, 7, 2, 3, 4, 5, 6, 7]) % 11 == int(t[9])),
    "PT": _digits(9, _minus_11(range(9, 1, -1))),
    "RO": _romania,
    "SE": _digits(12, lambda t: luhn(t[:10])),
    "SI": _digits(8, _minus_11(range(8, 1, -1))),
    "SK": _digits(10, lambda t: int(t) % 11 == 0),
    "GB": _britain,
    "NO": _norway,
    "CH": _switzerland,
}
"""Whether what follows the prefix is a VAT number of that country."""


def _siren(signs: str) -> str | None:
    if not re.fullmatch(r"\d{9}|\d{14}", signs):
        return None
    # the post office's establishments (356000000) follow another rule than Luhn's
    return (
        signs[:9]
        if luhn(signs[:9]) and (len(signs) == 9 or luhn(signs) or signs[:9] == "356000000")
        else None
    )


def _as_it_is(rule: Callable[[str], bool]) -> Callable[[str], str | None]:
    return lambda signs: signs if rule(signs) else None


NATIONAL_CHECKS: dict[str, Callable[[str], str | None]] = {
    "FR": _siren,
    "BE": lambda signs: signs.zfill(10) if _belgium(signs) else None,
    "CZ": _as_it_is(_czechia),
    "HR": _as_it_is(_digits(11, iso_11_10)),
    "LT": _as_it_is(_lithuania),
    "NO": _as_it_is(_norway),
}
"""The plain form of a national number, or None when its check digits do not agree."""
