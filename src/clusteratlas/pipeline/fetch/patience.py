"""How long a download keeps trying, and what it tells while it does."""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime


@dataclass(frozen=True)
class Patience:
    """How often and how long to try; waits and timeouts in seconds.

    ``attempts`` counts attempts in a row that bring no new byte; one that gets further starts the count anew.
    ``attempts_in_all`` bounds even those. ``timeout_s`` is how long a silent connection is kept,
    ``lock_wait_s`` how long another process that fetches the same file is waited for.
    """

    attempts: int = 6
    first_wait_s: float = 1.0
    longest_wait_s: float = 60.0
    timeout_s: float = 30.0
    attempts_in_all: int = 100
    lock_wait_s: float = 600.0

    def wait_s(self, failures: int, asked_s: float | None = None) -> float:
        """Seconds to wait after so many failures in a row: doubling, with jitter, or what the server asked.

        >>> Patience(longest_wait_s=5).wait_s(1, asked_s=3600)
        5.0
        """
        doubled = self.first_wait_s * 2 ** min(failures - 1, 30)
        jittered = doubled * random.uniform(0.5, 1.0)  # noqa: S311 - spreads clients, keeps no secret
        return float(min(self.longest_wait_s, max(jittered, asked_s or 0.0)))


@dataclass(frozen=True)
class Progress:
    """What a download is doing: ``stage`` is ``download``, ``check`` or ``wait``; the rest counts bytes."""

    stage: str
    done: int
    total: int | None
    note: str = ""


OnProgress = Callable[[Progress], None]


class TryAgain(Exception):
    """An attempt failed in a way that another may not; ``asked_s`` is the wait the server asked for."""

    def __init__(self, reason: str, asked_s: float | None = None) -> None:
        self.reason, self.asked_s = reason, asked_s
        super().__init__(reason)


def seconds_asked(retry_after: str | None) -> float | None:
    """The seconds that a ``Retry-After`` header asks for, None when it asks for nothing readable.

    >>> seconds_asked("120"), seconds_asked("soon"), seconds_asked("Wed, 21 Oct 2015 07:28:00 GMT")
    (120.0, None, 0.0)
    """
    text = (retry_after or "").strip()
    try:
        if text.isascii() and text.isdigit():
            seconds = float(text)
        else:
            moment = parsedate_to_datetime(text)
            moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
            seconds = (moment - datetime.now(UTC)).total_seconds()
    except (ValueError, TypeError, OverflowError):
        return None
    return max(0.0, seconds) if math.isfinite(seconds) else None


def readable_bytes(count: float) -> str:
    """A number of bytes for a person.

    >>> readable_bytes(512), readable_bytes(34_112_345)
    ('512 bytes', '34.1 MB')
    """
    for unit, size in (("GB", 1e9), ("MB", 1e6), ("kB", 1e3)):
        if count >= size:
            return f"{count / size:.1f} {unit}"
    return f"{count:.0f} bytes"
