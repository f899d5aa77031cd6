"""Who is at the door: a signed cookie that ends by itself, and patience that ends after too many wrong passwords."""

from __future__ import annotations

import hashlib
import threading
import time
from collections import deque
from collections.abc import Callable
from functools import wraps

from django.core import signing
from django.http import HttpRequest, HttpResponse

from clusteratlas.errors import NotFoundError
from clusteratlas.web.moderation.passwords import is_moderator, moderators

COOKIE, PATH, SALT = "moderator", "/moderation/", "clusteratlas.moderation"
SECONDS = 8 * 3600
WRONG_AT_MOST, WRONG_WITHIN = 10, 600.0

_wrong: deque[float] = deque(maxlen=WRONG_AT_MOST)
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


def is_patient() -> bool:
    """Whether another password may be tried now."""
    with _lock:
        return len(_wrong) < WRONG_AT_MOST or time.monotonic() - _wrong[0] > WRONG_WITHIN


def admit(response: HttpResponse, name: str, *, is_secure: bool) -> HttpResponse:
    """Give the moderator's cookie along."""
    value = signing.dumps([name, _mark(moderators()[name])], salt=SALT)
    response.set_cookie(
        COOKIE, value, max_age=SECONDS, path=PATH, httponly=True, samesite="Strict", secure=is_secure
    )
    return response


def may_enter(name: str, password: str) -> bool:
    """Whether name and password are those of a moderator; wrong ones are counted."""
    if is_moderator(name, password):
        return True
    with _lock:
        _wrong.append(time.monotonic())
    return False


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
