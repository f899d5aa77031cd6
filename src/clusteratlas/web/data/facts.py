"""What is to be said about the data themselves: releases, tables and their fields, files, checks, sources."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from clusteratlas.atlas import Atlas, releases
from clusteratlas.atlas.releases import STORE, Release
from clusteratlas.errors import ReleaseError
from clusteratlas.pipeline.schema import Field, table, tables

RAW_SHOWN = 400
"""Characters of a quarantined row that are shown; the downloads have it whole."""


@dataclass(frozen=True)
class Licence:
    """The terms of a source, and the credit it asks for."""

    name: str
    url: str
    attribution: str


@dataclass(frozen=True)
class SourceLine:
    """A source: who, where, on what terms; the file that was read, its SHA-256, when it was retrieved (if known)."""

    source: str
    title: str
    publisher: str
    homepage: str
    licence: Licence
    path: str
    sha256: str
    retrieved_at: str | None


@dataclass(frozen=True)
class ReleaseLine:
    """A release: when it was built, from which sources, how much it holds, whether it is the one shown."""

    release_id: str
    built_at: datetime
    sources: tuple[str, ...]
    projects: int | None
    participations: int | None
    organisations: int | None
    is_current: bool


@dataclass(frozen=True)
class FieldLine:
    """A field of a table; ``filled`` is the number of rows in which it is known."""

    name: str
    type: str
    meaning: str
    unit: str | None
    example: str | None
    reference: str | None
    values: tuple[str, ...]
    is_key: bool
    filled: int


@dataclass(frozen=True)
class TableLine:
    """A table: what one row is, how many there are, its key and its fields."""

    name: str
    title: str
    row: str
    rows: int
    key: tuple[str, ...]
    fields: tuple[FieldLine, ...]


@dataclass(frozen=True)
class FileLine:
    """A file that was read: rows in it, loaded, quarantined."""

    source: str
    file: str
    table: str
    rows_in: int
    loaded: int
    quarantined: int


@dataclass(frozen=True)
class CheckLine:
    """A check of the release and its verdict; ``found`` is what was counted."""

    check: str
    passed: bool
    found: int
    meaning: str


@dataclass(frozen=True)
class WarningLine:
    """Something odd that was kept as it is: what, where, how often, with examples."""

    source: str
    code: str
    file: str
    message: str
    count: int
    examples: tuple[str, ...]


@dataclass(frozen=True)
class ReasonLine:
    """Why rows of a file were quarantined, and how many; what a reason quotes is left out."""

    source: str
    file: str
    table: str
    reason: str
    rows: int


@dataclass(frozen=True)
class Quality:
    """The quality report of a release."""

    release_id: str
    files: tuple[FileLine, ...]
    checks: tuple[CheckLine, ...]
    warnings: tuple[WarningLine, ...]
    reasons: tuple[ReasonLine, ...]

    @property
    def totals(self) -> dict[str, int]:
        """Rows in, loaded and quarantined over all files."""
        return {
            name: sum(getattr(f, name) for f in self.files) for name in ("rows_in", "loaded", "quarantined")
        }


def source_lines(manifest: dict[str, Any]) -> tuple[SourceLine, ...]:
    """The sources that a manifest names."""
    return tuple(
        SourceLine(**{**one, "licence": Licence(**one["licence"])}) for one in manifest.get("sources", [])
    )


def kept_releases(shown: Release) -> dict[str, Release]:
    """The releases kept beside the one that is shown, by id, newest first; unreadable ones are left out."""
    store = shown.path.parent
    folders = sorted(store.iterdir(), reverse=True) if store.name == STORE else [shown.path]
    found = (_readable(folder) for folder in folders if not folder.name.startswith("."))
    return {release.id: release for release in found if release}


def release_lines(shown: Release) -> tuple[ReleaseLine, ...]:
    """The releases kept beside the one that is shown, newest first."""
    return tuple(_release(release, shown) for release in kept_releases(shown).values())


def _readable(folder: Any) -> Release | None:
    try:
        return releases.read(folder)
    except ReleaseError:
        return None


def _release(release: Release, shown: Release) -> ReleaseLine:
    counts = release.manifest.get("tables", {})
    return ReleaseLine(
        release.id,
        datetime.fromisoformat(release.manifest["built_at"]),
        tuple(s["source"] for s in release.manifest.get("sources", [])),
        counts.get("project"),
        counts.get("participation"),
        counts.get("organisation"),
        release.id == shown.id,
    )


def dictionary(atlas: Atlas) -> tuple[TableLine, ...]:
    """Every table of the release with its fields, and in how many rows each is known."""
    return tuple(_table(atlas, name) for name in tables() if name in atlas.tables)


def _table(atlas: Atlas, name: str) -> TableLine:
    one = table(name)
    counted = ", ".join(f'count("{column}")' for column in one.columns)
    rows, *filled = atlas.cursor.execute(f'SELECT count(*), {counted} FROM "{name}"').fetchall()[0]
    fields = tuple(_field(f, f.name in one.key, n) for f, n in zip(one.fields, filled, strict=True))
    return TableLine(name, one.title, one.row, rows, one.key, fields)


def _field(field: Field, is_key: bool, filled: int) -> FieldLine:
    example = None if field.example is None else str(field.example)
    return FieldLine(
        field.name,
        field.type,
        field.meaning,
        field.unit,
        example,
        field.reference,
        field.values,
        is_key,
        filled,
    )


def quality(atlas: Atlas) -> Quality:
    """What came in, what became of it, and what was found odd."""
    manifest = atlas.release.manifest
    reasons = atlas.cursor.execute(
        """SELECT source, source_file, table_name,
             regexp_replace(regexp_replace(reason, '''[^'']+''', '…', 'g'), ':[0-9]+', ':…', 'g') AS said, count(*)
           FROM quarantine GROUP BY ALL ORDER BY 5 DESC, 1, 2, 3, 4 LIMIT 200"""
    ).fetchall()
    kept = ("source", "file", "table", "rows_in", "loaded", "quarantined")
    return Quality(
        atlas.release.id,
        tuple(FileLine(**{name: f[name] for name in kept}) for f in manifest.get("files", [])),
        tuple(CheckLine(**c) for c in manifest.get("checks", [])),
        tuple(WarningLine(**{**w, "examples": tuple(w["examples"])}) for w in manifest.get("warnings", [])),
        tuple(ReasonLine(*row) for row in reasons),
    )


def quarantined(atlas: Atlas, page: int, page_size: int) -> list[dict[str, Any]]:
    """A page of quarantined rows, their raw text cut."""
    rows = atlas.rows(
        """SELECT source, source_file, source_line, table_name, reason, left(raw_text, $most) AS raw_text,
             length(raw_text) AS characters
           FROM quarantine ORDER BY source, source_file, source_line LIMIT $size OFFSET $skipped""",
        {"most": RAW_SHOWN, "size": page_size, "skipped": (page - 1) * page_size},
    )
    return [{**row, "is_cut": (row["characters"] or 0) > RAW_SHOWN} for row in rows]
