"""What a person describes in YAML (a profile), read key by key: every mistake is told with its place and the remedy."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from clusteratlas.errors import InputError, nearest

CERTAINTIES = ("source", "inferred", "recalled")
LARGEST = 1_000_000
"""Bytes that a description may have."""


def text_of(path: Path) -> str:
    """The text of a user's file: the only place of this room where one is opened."""
    try:
        if path.stat().st_size > LARGEST:
            raise InputError(f"larger than {LARGEST} bytes: this is no profile", where=str(path))
        return path.read_text("utf-8")
    except OSError as fault:
        raise InputError(f"cannot be read: {fault.strerror}", where=str(path)) from fault
    except UnicodeDecodeError as fault:
        raise InputError("this is no text in UTF-8", where=str(path)) from fault


def parsed(text: str, where: str) -> Any:
    """What a text in YAML holds; ``where`` names it in errors."""
    import yaml

    try:
        return yaml.safe_load(text)
    except yaml.YAMLError as fault:
        mark = getattr(fault, "problem_mark", None)
        line = f", line {mark.line + 1}" if mark else ""
        raise InputError(
            f"this is no YAML: {getattr(fault, 'problem', None) or fault}", where=f"{where}{line}"
        ) from fault


def fields_of(given: Any, kind: type, where: str) -> dict[str, Any]:
    """The entries of ``given``, which must be the fields of ``kind``."""
    if not isinstance(given, Mapping):
        raise InputError(f"this is no set of keys but {type(given).__name__}", where=where)
    fields = dataclasses.fields(kind)
    check_known(given, [f.name for f in fields], where)
    for field in fields:
        if field.default is dataclasses.MISSING and given.get(field.name) is None:
            raise InputError(f"'{field.name}' is missing", where=where)
    return dict(given)


def check_known(given: Mapping[str, Any], allowed: Any, where: str) -> None:
    """Raise `InputError` for a key that does not exist, with the nearest."""
    for key in given:
        if key not in allowed:
            raise InputError(f"there is no key '{key}' here", where=where, remedy=nearest(str(key), allowed))


def listed(given: Any, where: str) -> list[Any]:
    """A list that is not empty."""
    if not isinstance(given, list | tuple) or not given:
        raise InputError("this is no list, or an empty one", where=where)
    return list(given)


def text(given: Any, where: str) -> str:
    """A text that is not empty."""
    if not isinstance(given, str) or not given.strip():
        raise InputError(f"{given!r} is no text", where=where)
    return given


def choice(given: Any, allowed: tuple[str, ...], where: str) -> str:
    """One of the words allowed."""
    if given not in allowed:
        raise InputError(f"{given!r} is not known", where=where, remedy=nearest(str(given), allowed))
    return str(given)


def certainty(given: Mapping[str, Any], where: str) -> str:
    """How sure a fact is; one of `CERTAINTIES`."""
    if "certainty" not in given:
        raise InputError("'certainty' is missing", where=where, remedy=f"one of {', '.join(CERTAINTIES)}")
    return choice(given["certainty"], CERTAINTIES, f"{where}.certainty")


def number(given: Any, where: str) -> float:
    """A number."""
    if isinstance(given, bool) or not isinstance(given, int | float) or given != given:
        raise InputError(f"{given!r} is no number", where=where)
    return float(given)


def whole_number(given: Any, where: str) -> int:
    """A whole number above 0."""
    if isinstance(given, bool) or not isinstance(given, int) or given < 1:
        raise InputError(f"{given!r} is no whole number above 0", where=where)
    return given
