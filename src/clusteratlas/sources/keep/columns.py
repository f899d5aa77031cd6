"""The columns of keep.eu's export: found by what they are called, however that is spelled this year."""

from __future__ import annotations

import re
from dataclasses import dataclass

from clusteratlas.errors import InputError, nearest

PROJECTS, PARTNERS = "projects", "partners"
LANGUAGES = ("in english", "in language 2", "in language 3", "in language 4")

# For each kind of sheet: our name of a column, and the publisher's as `folded` writes them.
COLUMNS: dict[str, dict[str, tuple[str, ...]]] = {
    PROJECTS: {
        "period": ("period",),
        "programme": ("programme",),
        "number": ("project id",),
        "acronym": ("project acronym", "acronym"),
        **{f"name {n}": (f"project name {n}",) for n in LANGUAGES},
        "start": ("project start", "project start date"),
        "end": ("project end", "project end date"),
        "budget": ("project's total budget/expenditure", "project's total budget"),
        "funding": ("project's eu funding",),
        "rate": ("union co-financing rate",),
        **{f"description {n}": (f"description {n}",) for n in LANGUAGES},
        "website": ("website", "project website"),
        **{f"theme {n}": (f"theme {n}",) for n in (1, 2, 3)},
    },
    PARTNERS: {
        "programme": ("programme",),
        "number": ("project id",),
        "acronym": ("project acronym", "acronym"),
        "lead": ("lead partner",),
        **{f"name {n}": (f"organisation {n}",) for n in LANGUAGES},
        "department": ("department",),
        "type": ("type of organisation",),
        "pic": ("participant identification code",),
        "other id": ("partner's id if not pic",),
        "country": ("country",),
        "country code": ("country code",),
        "town": ("town",),
        "postal code": ("postal code",),
        "website": ("website",),
        **{f"nuts{n} name": (f"nuts{n} name", f"nuts{n}") for n in (1, 2, 3)},
        **{f"nuts{n} code": (f"nuts{n} code",) for n in (1, 2, 3)},
        "budget": ("partner's total eligible budget/expenditure", "partner's total eligible budget"),
        "erdf": ("erdf contribution",),
        "funding": ("partner's programme co-financing",),
    },
}
# Known, and not taken: the atlas has no place for them.
ASIDE = re.compile(r"(expected|actual) achievements .*|latitude|longitude|address|street")
REQUIRED = {PROJECTS: ("programme", "acronym"), PARTNERS: ("programme", "acronym", "lead")}
# A sheet of this kind has at least one of these besides.
TELLING = {PROJECTS: ("name in english", "period"), PARTNERS: ("name in english", "pic")}


@dataclass(frozen=True)
class Sheet:
    """What a sheet is, and the place of each of our columns in it."""

    kind: str
    places: dict[str, int]
    unused: tuple[str, ...]


def folded(header: str) -> str:
    """A header without capitals, brackets and the variants of marks.

    >>> folded("Partner’s programme co-financing (EUR) (2021-2027 only)")
    "partner's programme co-financing"
    >>> folded("Project's total budget / expenditure")
    "project's total budget/expenditure"
    """
    text = re.sub("[\\u2018\\u2019\\u02bc\\u00b4`]", "'", header.casefold())
    text = re.sub(r"[\u2010-\u2014]", "-", re.sub(r"\([^)]*\)", " ", text))
    return re.sub(r"\s*/\s*", "/", " ".join(text.split()))


def recognise(name: str, header: tuple[str, ...], label: str) -> Sheet | None:
    """What a sheet is by its header, else by its name; None when it is neither of the two.

    Raises `InputError` naming the missing column, and the nearest one, for a sheet that is one by its name.
    """
    written = [folded(h) for h in header]
    found = {kind: _places(kind, written) for kind in COLUMNS}
    fits = [kind for kind, places in found.items() if _missing(kind, places) is None]
    named = next((kind for kind in COLUMNS if name.casefold().strip().endswith(kind)), None)
    if not fits and named:
        raise _refused(named, found[named], header, label)
    if not fits:
        return None
    kind = named if named in fits else max(fits, key=lambda k: len(found[k]))
    used = set(found[kind].values())
    unused = tuple(h for i, h in enumerate(header) if h and i not in used and not ASIDE.fullmatch(folded(h)))
    return Sheet(kind, found[kind], unused)


def _places(kind: str, written: list[str]) -> dict[str, int]:
    places = {}
    for ours, theirs in COLUMNS[kind].items():
        place = next((written.index(one) for one in theirs if one in written), None)
        if place is not None:
            places[ours] = place
    return places


def _missing(kind: str, places: dict[str, int]) -> str | None:
    absent = [name for name in REQUIRED[kind] if name not in places]
    if not absent and not any(name in places for name in TELLING[kind]):
        absent = [TELLING[kind][0]]
    return absent[0] if absent else None


def _refused(kind: str, places: dict[str, int], header: tuple[str, ...], label: str) -> InputError:
    missing = COLUMNS[kind][_missing(kind, places) or ""][0]
    return InputError(
        f"column '{missing}' is missing ({nearest(missing, [folded(h) for h in header if h])})",
        where=f"{label}:1",
        remedy="give the workbook as keep.eu exports it, or rename the column",
    )
