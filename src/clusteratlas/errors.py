"""What went wrong, where, and what to do: the errors a person may see."""

from __future__ import annotations

from collections.abc import Iterable
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
