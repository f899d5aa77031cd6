"""The canonical tables, read from ``tables/*.yml``: the one place where a table and its columns are described."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib import resources

import yaml

from clusteratlas.errors import UsageError, nearest

DUCKDB_TYPES = {
    "text": "VARCHAR",
    "integer": "INTEGER",
    "float": "DOUBLE",
    "money": "DOUBLE",
    "boolean": "BOOLEAN",
    "date": "DATE",
    "timestamp": "TIMESTAMP",
}


@dataclass(frozen=True)
class Field:
    """A column: its type, unit, meaning, an example and the table that it refers to."""

    name: str
    type: str
    meaning: str
    unit: str | None = None
    example: str | None = None
    reference: str | None = None
    values: tuple[str, ...] = ()
    compression: str | None = None
    """How the column is stored, where DuckDB's own choice is not the best one."""

    @property
    def duckdb_type(self) -> str:
        """The DuckDB type that the column is stored in."""
        return DUCKDB_TYPES[self.type]

    @property
    def ddl(self) -> str:
        """The column as a statement that makes its table has it."""
        stored = f" USING COMPRESSION {self.compression}" if self.compression else ""
        return f'"{self.name}" {self.duckdb_type}{stored}'


@dataclass(frozen=True)
class Table:
    """A canonical table: what one row is, its key and its columns in order."""

    name: str
    title: str
    row: str
    key: tuple[str, ...]
    fields: tuple[Field, ...]

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of the columns, in order."""
        return tuple(field.name for field in self.fields)

    def ddl(self, schema: str | None = None) -> str:
        """The statement that makes the empty table, in an attached database or in the one that is open.

        >>> table("call").ddl("release").startswith('CREATE TABLE "release"."call" ("call_id" VARCHAR, ')
        True
        """
        name = f'"{schema}"."{self.name}"' if schema else f'"{self.name}"'
        return f"CREATE TABLE {name} ({', '.join(f.ddl for f in self.fields)})"


def _documents() -> dict[str, dict]:
    folder = resources.files(__package__) / "tables"
    return {
        entry.name.removesuffix(".yml"): yaml.load(entry.read_text("utf-8"), Loader=_loader())  # noqa: S506 - both loaders are safe ones
        for entry in folder.iterdir()
        if entry.name.endswith(".yml")
    }


def _loader() -> type:
    return getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def _field(name: str, own: dict | None, shared: dict) -> Field:
    facts = {**shared.get(name, {}), **(own or {})}
    facts["values"] = tuple(facts.get("values", ()))
    return Field(name=name, **facts)


@cache
def tables() -> dict[str, Table]:
    """All canonical tables by name.

    >>> tables()["project"].key
    ('project_id',)
    """
    documents = _documents()
    shared = documents.pop("_fields")
    return {
        name: Table(
            name=name,
            title=document["title"],
            row=document["row"],
            key=tuple(document["key"]),
            fields=tuple(_field(n, own, shared) for n, own in document["fields"].items()),
        )
        for name, document in sorted(documents.items())
    }


def table(name: str) -> Table:
    """The canonical table of that name; raises `UsageError` that names the nearest."""
    if name not in tables():
        raise UsageError(f"there is no table '{name}'", remedy=nearest(name, tables()))
    return tables()[name]
