"""A new source's files from their templates: never over anything that is there."""

from __future__ import annotations

import keyword
import re
from collections.abc import Iterable
from importlib import resources
from pathlib import Path
from string import Template

from clusteratlas.errors import UsageError
from clusteratlas.sources.catalogue import sources

SOURCES = "src/clusteratlas/sources"
# Template, and where it goes in a clone.
FILES = {
    "init.txt": f"{SOURCES}/$name/__init__.py",
    "source.txt": f"{SOURCES}/$name/source.yml",
    "read.txt": f"{SOURCES}/$name/read.py",
    "fixture.txt": "tests/sources/fixtures/$name.csv",
    "test.txt": "tests/sources/test_$name.py",
}


def write_source(name: str, clone: Path) -> list[Path]:
    """Write ``source.yml``, ``read.py``, a fixture and a test that passes into ``clone``; returns the files.

    Raises `UsageError` for a name that no source can have, for one that is taken, and for a folder that is no clone.
    """
    _check_name(name)
    if not (clone / SOURCES / "catalogue.py").is_file():
        raise UsageError(
            f"no clone of Clusteratlas: '{SOURCES}' is not there",
            where=str(clone),
            remedy="go to the folder of the clone, or name it with --to DIR",
        )
    files = {
        clone / Template(place).substitute(name=name): _text(template, name)
        for template, place in FILES.items()
    }
    _refuse_taken(name, clone, files)
    for path, text in files.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return list(files)


def _check_name(name: str) -> None:
    if not re.fullmatch(r"[a-z][a-z0-9_]{1,30}", name) or keyword.iskeyword(name):
        raise UsageError(
            f"'{name}' cannot be the name of a source",
            remedy="use 2 to 31 small letters, digits and underscores, a letter first: nordic_grants",
        )


def _refuse_taken(name: str, clone: Path, files: Iterable[Path]) -> None:
    there = [path for path in files if path.exists()]
    if name in sources() or name == "template" or there or (clone / SOURCES / name).exists():
        raise UsageError(
            f"there is a source '{name}' already",
            where=str(there[0]) if there else None,
            remedy="choose another name, or change its files",
        )


def _text(template: str, name: str) -> str:
    """A template filled in; its only placeholder is the name."""
    text = (resources.files(__package__) / template).read_text("utf-8")
    return Template(text).substitute(name=name, title=name.replace("_", " ").capitalize())
