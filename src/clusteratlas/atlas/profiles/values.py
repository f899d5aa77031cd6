"""The small values that profiles are made of: money with its gaps, counts with their filter, origins."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from datetime import date
from typing import Any


def plain(value: Any) -> Any:
    """A value as JSON can hold it: dataclasses as dictionaries, tuples as lists, dates as ISO 8601 text.

    >>> plain(Money(1500.0, 2, 3))
    {'eur': 1500.0, 'published': 2, 'of': 3}
    """
    if is_dataclass(value):
        return {f.name: plain(getattr(value, f.name)) for f in fields(value)}
    if isinstance(value, (tuple, list)):
        return [plain(one) for one in value]
    if isinstance(value, dict):
        return {key: plain(one) for key, one in value.items()}
    return value.isoformat() if isinstance(value, date) else value


@dataclass(frozen=True)
class Profile:
    """What all profiles can do."""

    def to_dict(self) -> dict[str, Any]:
        """Everything in the profile, as JSON can hold it."""
        return plain(self)


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a fact stands: source, file inside it, line counted from 1; ``url`` is the publisher's page."""

    source: str | None
    source_file: str | None
    source_line: int | None
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Money:
    """A sum in EUR over ``published`` of ``of`` rows; ``eur`` is None when no row has an amount."""

    eur: float | None
    published: int
    of: int

    @property
    def is_complete(self) -> bool:
        """Whether an amount was published for every row."""
        return self.published == self.of


@dataclass(frozen=True, slots=True)
class Tally:
    """Projects counted by one property; ``query`` is the search filter that finds exactly these projects."""

    code: str
    label: str
    projects: int
    query: dict[str, str] = field(default_factory=dict)
    share: float | None = None
    """Part of the largest in the same list, 0 to 1: how long a bar is."""


@dataclass(frozen=True, slots=True)
class YearCount:
    """Projects that start in a year (None: not known), and how many of them are core and related ones."""

    year: int | None
    projects: int
    core: int
    related: int
    query: dict[str, str]


@dataclass(frozen=True, slots=True)
class Node:
    """An organisation in a network; ``projects`` is what its size stands for."""

    organisation_id: str
    name: str
    country_code: str | None
    projects: int
    is_centre: bool = False


@dataclass(frozen=True, slots=True)
class Edge:
    """Two organisations (positions in the list of nodes) with their number of common projects."""

    one: int
    other: int
    projects: int


@dataclass(frozen=True, slots=True)
class Network:
    """Organisations that work together; ``left_out`` further ones are not in it."""

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    left_out: int = 0


def origin(row: Mapping[str, Any]) -> Origin:
    """The origin of a row of a canonical table."""
    return Origin(row["source"], row["source_file"], row["source_line"], row.get("url"))


def in_order(rows: list[dict[str, Any]], *columns: str) -> list[dict[str, Any]]:
    """Rows in the order of the columns (of all, when none is named); what is empty comes last.

    >>> in_order([{"n": None}, {"n": 2}, {"n": 1}], "n")
    [{'n': 1}, {'n': 2}, {'n': None}]
    """
    return sorted(
        rows, key=lambda row: [(True, 0) if row[c] is None else (False, row[c]) for c in columns or row]
    )


def money(amounts: Iterable[float | None]) -> Money:
    """The sum of amounts, with the number that was published.

    >>> money([100.0, None, 50.0])
    Money(eur=150.0, published=2, of=3)
    """
    amounts = list(amounts)
    there = [amount for amount in amounts if amount is not None]
    return Money(round(sum(there), 2) if there else None, len(there), len(amounts))


def tallies(rows: Iterable[tuple[str, str, int, dict[str, str]]]) -> tuple[Tally, ...]:
    """Tallies of (code, label, projects, query), with bars relative to the largest."""
    rows = list(rows)
    most = max((projects for _, _, projects, _ in rows), default=0)
    return tuple(
        Tally(code, label, projects, query, projects / most if most else None)
        for code, label, projects, query in rows
    )
