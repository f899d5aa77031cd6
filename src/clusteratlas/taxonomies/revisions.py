"""Divisions of NACE Rev. 2 in Rev. 2.1 and back, by their numbers: the moves of single classes are left aside."""

from __future__ import annotations

from collections.abc import Iterator

from clusteratlas.taxonomies.industries import NACE_2, NACE_2_1, industries

MOTOR_TRADE = "G45"
# Classes of the division that Rev. 2.1 dissolves, with the divisions that took them over.
TAKEN_OVER = {
    "G4511": ("G46", "G47"),
    "G4519": ("G46", "G47"),
    "G4520": ("T95",),
    "G4531": ("G46",),
    "G4532": ("G47",),
    "G4540": ("G46", "G47", "T95"),
}


def same_division(code: str, to: str) -> str | None:
    """The division of the same number in the other version; None when there is none.

    >>> same_division("J62", "NACE Rev. 2.1"), same_division("G45", "NACE Rev. 2.1")
    ('K62', None)
    """
    divisions = {c[1:]: c for c, item in industries(to).items() if item.level == "division"}
    return divisions.get(code[1:])


def revision_links(from_scheme: str) -> Iterator[tuple[str, str, float, str]]:
    """Division, division of the other version, weight and basis, for each division of ``from_scheme``.

    >>> [link[:3] for link in revision_links("NACE Rev. 2") if link[0] == "G45"][0]
    ('G45', 'G46', 0.3888888888888889)
    """
    to = NACE_2_1 if from_scheme == NACE_2 else NACE_2
    for code, item in industries(from_scheme).items():
        if item.level != "division":
            continue
        if heir := same_division(code, to):
            yield code, heir, 1.0, "same number"
        elif code == MOTOR_TRADE:
            for heir, weight in _motor_trade().items():
                yield code, heir, weight, "classes that moved, each alike"


def _motor_trade() -> dict[str, float]:
    heirs = {"G46": 0.0, "G47": 0.0, "T95": 0.0}
    for taken in TAKEN_OVER.values():
        for heir in taken:
            heirs[heir] += 1 / len(taken)
    return {heir: classes / len(TAKEN_OVER) for heir, classes in heirs.items()}
