"""Reads the data files beside it: tables (CSV) and lists of entries (YAML)."""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent


def rows(name: str) -> list[dict[str, str]]:
    """The rows of a CSV file of this room, as text.

    >>> rows("countries.csv")[0]["country_code"]
    'AD'
    """
    with (HERE / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@cache
def entries(name: str) -> list[dict[str, Any]]:
    """The entries of a YAML file of this room (whose other keys say where they come from).

    >>> entries("statuses.yml")[0]["code"]
    'SIGNED'
    """
    return document(name)["entries"]


@cache
def document(name: str) -> dict[str, Any]:
    """A YAML file of this room, whole.

    >>> sorted(document("place_words.yml"))
    ['countries', 'not_places', 'regions']
    """
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # ten times faster where it was built
    return yaml.load((HERE / name).read_text(encoding="utf-8"), Loader=loader)  # noqa: S506


def number(text: str) -> float | None:
    """A cell as a number; None when it is empty.

    >>> number("1.5"), number("")
    (1.5, None)
    """
    return float(text) if text else None
