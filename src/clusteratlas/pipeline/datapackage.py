"""`datapackage.json`: exported tables described for other programs (Frictionless Data Package)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from clusteratlas.atlas.export import file_format
from clusteratlas.pipeline.schema import Field, Table, table

PROFILE = "https://datapackage.org/profiles/2.0/datapackage.json"
TYPES = {
    "text": "string",
    "integer": "integer",
    "float": "number",
    "money": "number",
    "boolean": "boolean",
    "date": "date",
    "timestamp": "datetime",
}


@dataclass(frozen=True)
class Exported:
    """A table in a file: name or address of the file, format, rows; bytes and SHA-256 when known."""

    table: str
    path: str
    format: str
    rows: int
    bytes: int | None = None
    sha256: str | None = None


def describe(manifest: dict[str, Any], files: Iterable[Exported], query: str | None = None) -> dict[str, Any]:
    """The package of ``files`` from the release with ``manifest``; ``query`` says which part of it they are.

    >>> describe({"release_id": "r", "sources": []}, [])["resources"]
    []
    """
    files = list(files)
    names = {file.table for file in files}
    sources = manifest.get("sources", [])
    said = (
        "Projects, organisations and regions of Europe's clusters." if query is None else f"A part: {query}."
    )
    return {
        "$schema": PROFILE,
        "name": "clusteratlas",
        "title": "Clusteratlas, a release",
        "description": f"{said} {caution({f.format for f in files})}",
        "version": manifest.get("release_id"),
        "created": manifest.get("built_at"),
        "licenses": _licences(sources),
        "sources": [_source(source) for source in sources],
        "resources": [_resource(file, names) for file in files],
    }


def caution(formats: Iterable[str]) -> str:
    """What a person should know before using the rows.

    >>> caution(["parquet"]).startswith("Amounts are")
    True
    """
    text = (
        "Amounts are as published: an empty cell is unknown, 0 is zero. "
        "Rows of several sources may describe the same project."
    )
    if {"csv", "xlsx"} & set(formats):
        text += " Texts that a spreadsheet would run as a formula have an apostrophe before them."
    return text


def _licences(sources: list[dict[str, Any]]) -> list[dict[str, str]]:
    found = {s["licence"]["name"]: s["licence"]["url"] for s in sources}
    return [{"name": name, "path": url, "title": name} for name, url in found.items()]


def _source(source: dict[str, Any]) -> dict[str, Any]:
    return {
        "title": source["title"],
        "path": source["homepage"],
        "publisher": source["publisher"],
        "licence": source["licence"]["name"],
        "attribution": source["licence"]["attribution"],
        "retrieved": source.get("retrieved_at"),
    }


def _resource(file: Exported, names: set[str]) -> dict[str, Any]:
    one = table(file.table)
    described = {
        "name": file.table.replace("_", "-"),
        "type": "table",
        "title": one.title,
        "description": f"One row is {one.row}.",
        "path": file.path,
        "format": file.format,
        "mediatype": file_format(file.format).media_type.split(";")[0],
        "encoding": "utf-8",
        "bytes": file.bytes,
        "hash": f"sha256:{file.sha256}" if file.sha256 else None,
        "rows": file.rows,
        "schema": table_schema(one, names),
    }
    return {key: value for key, value in described.items() if value is not None}


def table_schema(one: Table, names: Iterable[str]) -> dict[str, Any]:
    """A table's fields, key and references (to the tables among ``names``), as Table Schema has them."""
    schema: dict[str, Any] = {"fields": [_field(field) for field in one.fields], "primaryKey": list(one.key)}
    references = [reference for field in one.fields if (reference := _reference(field, names))]
    return {**schema, "foreignKeys": references} if references else schema


def _field(field: Field) -> dict[str, Any]:
    described: dict[str, Any] = {
        "name": field.name,
        "type": TYPES[field.type],
        "description": field.meaning,
        "unit": field.unit,
        "example": field.example,
        "constraints": {"enum": list(field.values)} if field.values else None,
    }
    return {key: value for key, value in described.items() if value is not None}


def _reference(field: Field, names: Iterable[str]) -> dict[str, Any] | None:
    """The reference of a field; none to a table whose key is several columns, which one field cannot name."""
    if not field.reference or field.reference not in names:
        return None
    key = table(field.reference).key
    if len(key) > 1:
        return None
    return {
        "fields": [field.name],
        "reference": {"resource": field.reference.replace("_", "-"), "fields": list(key)},
    }
