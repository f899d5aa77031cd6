"""What went wrong, where, and what to do: the errors a person may see."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from difflib import get_close_matches


class ClusteratlasError(Exception):
    """A mistake a person can mend; shown without a traceback.

    ``what`` says what was wrong, ``where`` names the file, line or field, ``remedy`` the next step.

    >>> print(InputError("column 'id' is missing", where="project.csv", remedy="download the file again"))
    project.csv: column 'id' is missing. Remedy: download the file again
    """

    exit_code = 1

    def __init__(self, what: str, *, where: str | None = None, remedy: str | None = None) -> None:
        self.what, self.where, self.remedy = what, where, remedy
        super().__init__(what)

    def __str__(self) -> str:
        located = f"{self.where}: {self.what}" if self.where else self.what
        return f"{located.rstrip('.')}. Remedy: {self.remedy}" if self.remedy else located


class UsageError(ClusteratlasError):
    """A command, filter or name that does not exist."""

    exit_code = 2


class InputError(ClusteratlasError):
    """A publisher's file that cannot be read."""

    exit_code = 3


class ReleaseError(ClusteratlasError):
    """A release that is missing, broken or of another version."""

    exit_code = 4


class FetchError(ClusteratlasError):
    """A download that did not succeed."""

    exit_code = 5


class NotFoundError(ClusteratlasError):
    """A project, organisation or region that the release does not hold."""

    exit_code = 6


LISTED = 30
"""Words that a hint lists at most."""


def nearest(name: str, known: Iterable[str]) -> str:
    """A hint that names the known word nearest to ``name``, or lists what there is.

    >>> nearest("titel", ["title", "id"])
    "did you mean 'title'?"
    """
    known = sorted(known)
    close = get_close_matches(str(name).lower(), [k.lower() for k in known], n=1, cutoff=0.6)
    if close:
        return f"did you mean '{next(k for k in known if k.lower() == close[0])}'?"
    more = f" and {len(known) - LISTED} more" if len(known) > LISTED else ""
    return "there is: " + ", ".join(known[:LISTED]) + more


NAMED = 8
"""Codes with names that a hint lists at most."""


def nearest_named(word: str, names: Mapping[str, str]) -> str:
    """A hint at the code that is meant, by itself or by its name; or the first by name, each with its code.

    >>> nearest_named("Germny", {"DE": "Germany", "FR": "France"})
    'did you mean Germany (DE)?'
    >>> nearest_named("XX", {"FR": "France", "DE": "Germany"})
    'there is: France (FR), Germany (DE)'
    """
    known: dict[str, str] = {}
    for code, name in names.items():
        known.setdefault(code.lower(), code)
        known.setdefault(name.lower(), code)
    if close := get_close_matches(str(word).lower(), known, n=1, cutoff=0.6):
        return f"did you mean {_with_code(known[close[0]], names)}?"
    first = sorted(names, key=lambda code: (names[code], code))
    more = f" and {len(first) - NAMED:,} more" if len(first) > NAMED else ""
    return "there is: " + ", ".join(_with_code(code, names) for code in first[:NAMED]) + more


def _with_code(code: str, names: Mapping[str, str]) -> str:
    return code if names[code] == code else f"{names[code]} ({code})"
