"""Moderators and their passwords, as the setting names them: `name:hash`, with blanks between."""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
import re
import secrets

from clusteratlas.errors import UsageError

COST = {"n": 2**14, "r": 8, "p": 1, "dklen": 32}
"""Of scrypt (RFC 7914): 16 MB and some 50 ms for a guess."""
SHORTEST, LONGEST = 10, 200
NAME = re.compile(r"[A-Za-z0-9_.-]{1,40}")


def moderators() -> dict[str, str]:
    """The hash of each moderator, as CLUSTERATLAS_MODERATORS has them; what is no entry is passed over."""
    entries = (entry.partition(":") for entry in os.environ.get("CLUSTERATLAS_MODERATORS", "").split())
    return {name: rest for name, _, rest in entries if NAME.fullmatch(name) and rest.startswith("scrypt$")}


def moderator_line(name: str, password: str) -> str:
    """What the setting needs for a moderator; raises UsageError for a name or password that will not do.

    >>> moderator_line("ana", "ten letters at least").startswith("ana:scrypt$")
    True
    """
    if not NAME.fullmatch(name):
        raise UsageError(f"'{name[:40]}' is no name for a moderator", remedy="use letters, digits, - and _")
    if not SHORTEST <= len(password) <= LONGEST:
        raise UsageError("the password is too short or too long", remedy=f"take {SHORTEST} signs or more")
    salt = secrets.token_bytes(16)
    return f"{name}:scrypt${_text(salt)}${_text(_derived(password, salt))}"


def is_moderator(name: str, password: str) -> bool:
    """Whether the password is that of the moderator; a name that nobody has takes as long."""
    stored = moderators().get(name, "")
    _, _, rest = stored.partition("$")
    salt, _, expected = rest.partition("$")
    try:
        given = _derived(password[:LONGEST], base64.urlsafe_b64decode(salt or "AAAA"))
        wanted = base64.urlsafe_b64decode(expected)
    except ValueError:
        return False
    return bool(stored) and hmac.compare_digest(given, wanted)


def _derived(password: str, salt: bytes) -> bytes:
    return hashlib.scrypt(password.encode(), salt=salt, **COST)


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode("ascii")
