"""The publishers we read: each source folder's ``source.yml``, checked and as plain objects."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

from clusteratlas.errors import InputError, UsageError, nearest

SOURCES_FOLDER = Path(__file__).parent
OPTIONAL = ("downloads", "assertions", "retrieved")
MEDIA = ("csv", "gzip", "json", "tsv", "xlsx", "xml", "zip")
TEXTS = ("name", "title", "publisher", "homepage", "cadence", "description")
_FORBIDDEN_IN_FILE_NAMES = set('/\\:*?"<>|')


@dataclass(frozen=True)
class Licence:
    """The terms under which a publisher's data may be reused, and the credit it asks for."""

    name: str
    url: str
    attribution: str


@dataclass(frozen=True)
class Download:
    """A file that a publisher offers; ``max_bytes`` bounds what its server may send."""

    name: str
    url: str
    file: str
    media: str
    max_bytes: int
    description: str
    source: str = ""
    homepage: str = ""


@dataclass(frozen=True)
class Source:
    """A publisher's data set: who, where, on what terms, how often, which files.

    ``retrieved`` is the day (ISO 8601) on which the data that come with the package were taken from their
    publisher; empty where there are none, or where they were gathered on many days.
    """

    name: str
    title: str
    publisher: str
    homepage: str
    licence: Licence
    cadence: str
    description: str
    downloads: tuple[Download, ...] = ()
    assertions: Mapping[str, Any] = field(default_factory=dict)
    retrieved: str = ""


def sources(folder: Path = SOURCES_FOLDER) -> dict[str, Source]:
    """Every source by its name; raises `InputError` for a ``source.yml`` that is wrong.

    >>> sources()["cordis"].licence.name
    'CC BY 4.0'
    """
    return dict(_read_all(folder))


def downloads(folder: Path = SOURCES_FOLDER) -> dict[str, Download]:
    """Every download by its name; raises `InputError` for a ``source.yml`` that is wrong.

    >>> downloads()["cordis-horizon"].file
    'cordis-HORIZONprojects-csv.zip'
    """
    return {d.name: d for source in _read_all(folder).values() for d in source.downloads}


def source(name: str) -> Source:
    """The source called ``name``; raises `UsageError` that names the nearest when there is none."""
    return sources()[_known(name, sources(), "source", "clusteratlas sources")]


def download(name: str) -> Download:
    """The download called ``name``; raises `UsageError` that names the nearest when there is none."""
    return downloads()[_known(name, downloads(), "download", "clusteratlas fetch")]


def _known(name: str, known: Iterable[str], kind: str, command: str) -> str:
    if name not in known:
        raise UsageError(
            f"there is no {kind} '{name}'", remedy=f"{nearest(name, known)}; list them with '{command}'"
        )
    return name


@cache
def _read_all(folder: Path) -> dict[str, Source]:
    found: dict[str, Source] = {}
    owners: dict[str, Path] = {}
    for path in sorted(folder.glob("*/source.yml")):
        one = read_source(path)
        for offered in one.downloads:
            if offered.name in owners:
                raise _wrong(path, f"download '{offered.name}' is already in {owners[offered.name]}")
            owners[offered.name] = path
        found[one.name] = one
    return found


def read_source(path: Path) -> Source:
    """One ``source.yml``, checked; raises `InputError` that names the file and the field.

    >>> read_source(SOURCES_FOLDER / "cordis" / "source.yml").cadence
    'monthly'
    """
    raw = _fields(path, "", _yaml(path), required=(*TEXTS, "licence"), optional=OPTIONAL)
    texts = {key: _text(path, key, raw[key]) for key in TEXTS}
    if texts["name"] != path.parent.name:
        raise _wrong(path, f"name is '{texts['name']}', the folder is '{path.parent.name}'")
    terms = _fields(path, "licence", raw["licence"], required=("name", "url", "attribution"))
    listed = raw.get("downloads") or []
    if not isinstance(listed, list):
        raise _wrong(path, "downloads is not a list")
    return Source(
        **texts,
        licence=Licence(**{key: _text(path, f"licence.{key}", value) for key, value in terms.items()}),
        downloads=tuple(
            _download(path, f"downloads[{n}]", entry, texts["name"], texts["homepage"])
            for n, entry in enumerate(listed)
        ),
        assertions=raw.get("assertions") or {},
        retrieved=_day(path, raw.get("retrieved")),
    )


def _download(path: Path, place: str, raw: object, owner: str, homepage: str) -> Download:
    keys = ("name", "url", "file", "media", "max_bytes", "description")
    entry = _fields(path, place, raw, required=keys)
    texts = {key: _text(path, f"{place}.{key}", entry[key]) for key in keys if key != "max_bytes"}
    limit = entry["max_bytes"]
    if not isinstance(limit, int) or isinstance(limit, bool) or limit <= 0:
        raise _wrong(path, f"{place}.max_bytes is {limit!r}, not a positive whole number")
    if texts["media"] not in MEDIA:
        raise _wrong(path, f"{place}.media is '{texts['media']}'", nearest(texts["media"], MEDIA))
    for key in ("name", "file"):
        if not is_plain_file_name(texts[key]):
            raise _wrong(path, f"{place}.{key} is {texts[key]!r}, not a plain file name")
    return Download(**texts, max_bytes=limit, source=owner, homepage=homepage)


def is_plain_file_name(name: str) -> bool:
    """Whether ``name`` names a visible file in its folder and nothing else, on any system.

    >>> is_plain_file_name("données.zip"), is_plain_file_name("../data.zip"), is_plain_file_name(".zip")
    (True, False, False)
    """
    return (
        0 < len(name.encode()) <= 200
        and name == unicodedata.normalize("NFC", name.strip())
        and not name.startswith(".")
        and not name.endswith(".")
        and not _FORBIDDEN_IN_FILE_NAMES & set(name)
        and all(character.isprintable() for character in name)
    )


def _yaml(path: Path) -> object:
    import yaml

    try:
        return yaml.safe_load(path.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as fault:
        raise _wrong(path, f"not readable as YAML ({' '.join(str(fault).split())})") from fault


def _fields(
    path: Path, place: str, raw: object, *, required: Iterable[str], optional: Iterable[str] = ()
) -> dict[str, Any]:
    where = place or "the file"
    if not isinstance(raw, dict):
        raise _wrong(path, f"{where} is not a list of 'key: value'")
    required = tuple(required)
    known = {*required, *optional}
    for key in raw:
        if key not in known:
            raise _wrong(path, f"unknown key '{key}' in {where}", nearest(str(key), known))
    for key in required:
        if key not in raw:
            raise _wrong(path, f"key '{key}' is missing in {where}")
    return raw


def _text(path: Path, place: str, value: object) -> str:
    if not isinstance(value, str) or not value.strip():
        raise _wrong(path, f"{place} is {value!r}, not a text")
    return value.strip()


def _day(path: Path, value: object) -> str:
    if value is None:
        return ""
    if not isinstance(value, date) or isinstance(value, datetime):
        raise _wrong(path, f"retrieved is {value!r}, not a day", "write it as 2025-12-06")
    return value.isoformat()


def _wrong(path: Path, what: str, remedy: str = "correct the file") -> InputError:
    return InputError(what, where=str(path), remedy=remedy)
