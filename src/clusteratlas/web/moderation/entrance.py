"""Who is at the door: a signed cookie that ends by itself, and patience that ends after too many wrong passwords."""

from __future__ import annotations

import hashlib
import threading
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import wraps

from django.core import signing
from django.http import HttpRequest, HttpResponse

from clusteratlas.errors import NotFoundError
from clusteratlas.web.moderation.passwords import is_moderator, moderators


@dataclass(frozen=True, slots=True)
class Attempt:
    """An attempt to come in: when (seconds of the monotonic clock), under which name, from which address."""

    at: float
    name: str
    address: str


COOKIE, PATH, SALT = "moderator", "/moderation/", "clusteratlas.moderation"
SECONDS = 8 * 3600
WRONG_WITHIN = 600.0
WRONG_AT_MOST, WRONG_OF_ADDRESS, WRONG_OF_ALL = 10, 40, 400
"""Attempts in `WRONG_WITHIN` seconds: under one name from one address, from one address, from everywhere."""

_wrong: deque[Attempt] = deque()
_lock = threading.Lock()


def who(request: HttpRequest) -> str | None:
    """The name of the moderator whose cookie this is; None for everybody else."""
    given = request.COOKIES.get(COOKIE)
    if not given:
        return None
    try:
        name, mark = signing.loads(given, salt=SALT, max_age=SECONDS)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    stored = moderators().get(name)
    # A new password, or none any more, ends what the old one opened.
    return name if stored and mark == _mark(stored) else None


def _mark(stored: str) -> str:
    return hashlib.sha256(stored.encode()).hexdigest()[:16]


def begin(name: str, address: str) -> Attempt | None:
    """An attempt to come in, counted before the password is looked at; None when there were too many.

    Who guesses at one address wears out the patience with that address, not that with a moderator elsewhere.
    """
    attempt = Attempt(time.monotonic(), name, address)
    with _lock:
        while _wrong and attempt.at - _wrong[0].at > WRONG_WITHIN:
            _wrong.popleft()
        of_address = [one for one in _wrong if one.address == address]
        of_name = sum(one.name == name for one in of_address)
        if of_name >= WRONG_AT_MOST or len(of_address) >= WRONG_OF_ADDRESS or len(_wrong) >= WRONG_OF_ALL:
            return None
        _wrong.append(attempt)
    return attempt


def admit(response: HttpResponse, name: str, *, is_secure: bool) -> HttpResponse:
    """Give the moderator's cookie along."""
    value = signing.dumps([name, _mark(moderators()[name])], salt=SALT)
    response.set_cookie(
        COOKIE, value, max_age=SECONDS, path=PATH, httponly=True, samesite="Strict", secure=is_secure
    )
    return response


def may_enter(attempt: Attempt, password: str) -> bool:
    """Whether name and password are those of a moderator; an attempt that succeeds counts no longer."""
    if not is_moderator(attempt.name, password):
        return False
    with _lock, suppress(ValueError):  # it may have grown old meanwhile
        _wrong.remove(attempt)
    return True


def for_moderators(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A page that is not there unless the setting names moderators, and that nobody stores."""

    @wraps(view)
    def guarded(request: HttpRequest) -> HttpResponse:
        if not moderators():
            raise NotFoundError(f"nothing is at {request.path[:200]}", remedy="start at the home page")
        response = view(request)
        response.headers["Cache-Control"] = "no-store"
        return response

    return guarded
