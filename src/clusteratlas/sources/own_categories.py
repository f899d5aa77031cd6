"""Category sets that users give as CSV files."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from clusteratlas.errors import InputError
from clusteratlas.taxonomies.own_sets import OwnSet, parse_category_set

LARGEST = 10_000_000
"""Bytes: a set of every class in every category of a hundred is smaller."""


def read_category_set(path: str | Path) -> OwnSet:
    """The category set of a CSV file; its name is the file's.

    Raises InputError for a file that is not there, too large, no text, or that `parse_category_set` refuses.
    """
    path = Path(path).expanduser()
    try:
        if path.stat().st_size > LARGEST:
            raise InputError(
                "the file is larger than 10 MB", where=str(path), remedy="is this the right file?"
            )
        text = path.read_text("utf-8-sig")
    except UnicodeDecodeError as fault:
        raise InputError(
            "this is no UTF-8 text", where=str(path), remedy="save it as CSV in UTF-8"
        ) from fault
    except OSError as fault:
        raise InputError(
            f"the file cannot be read ({fault.strerror})", where=str(path), remedy="check its name"
        ) from fault
    return parse_category_set(text, path.stem, path.name)


def read_category_sets(paths: Iterable[str | Path]) -> list[OwnSet]:
    """The category sets of several files; raises InputError when two have one name."""
    found: dict[str, OwnSet] = {}
    for path in paths:
        own = read_category_set(path)
        if own.category_set in found:
            raise InputError(
                f"two category sets are called {own.category_set!r}",
                where=str(path),
                remedy="give the files different names",
            )
        found[own.category_set] = own
    return list(found.values())
