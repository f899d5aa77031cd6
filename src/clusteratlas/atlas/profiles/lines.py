"""Projects as lines of a list, and pages of such lines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from clusteratlas import taxonomies
from clusteratlas.errors import UsageError

if TYPE_CHECKING:
    from clusteratlas.atlas.atlas import Atlas

PAGE_SIZE = 25
LARGEST_PAGE = 200

LINES = """
  SELECT p.project_id, p.kind, p.acronym, p.title, p.summary, p.status, p.start_date, p.end_date,
    p.date_precision, p.programme_id, p.initiative_id, p.eu_contribution_eur, p.stated_participants,
    p.confidence, c.label AS cluster_label
  FROM project p LEFT JOIN project_cluster c ON c.project_id = p.project_id
  WHERE p.project_id IN (SELECT unnest($ids))"""


@dataclass(frozen=True, slots=True)
class Part:
    """What an organisation does in a project; the net contribution is None where none was published."""

    role: str | None
    role_label: str
    net_eu_contribution_eur: float | None


@dataclass(frozen=True, slots=True)
class ProjectLine:
    """A project in short. ``parts`` are those of the organisation whose profile the list belongs to."""

    project_id: str
    kind: str
    acronym: str | None
    title: str
    summary: str | None
    status: str | None
    status_label: str | None
    start_date: date | None
    end_date: date | None
    date_precision: str | None
    programme_id: str | None
    programme_name: str | None
    initiative_id: str | None
    eu_contribution_eur: float | None
    partners: int
    stated_participants: int | None
    coordinator_name: str | None
    coordinator_country: str | None
    cluster_label: str | None
    confidence: str | None
    parts: tuple[Part, ...] = ()


@dataclass(frozen=True, slots=True)
class ProjectPage:
    """One page of a list of projects: ``total`` in all, pages counted from 1."""

    items: tuple[ProjectLine, ...]
    total: int
    page: int
    page_size: int

    @property
    def pages(self) -> int:
        """Number of pages; an empty list has one."""
        return max(1, -(-self.total // self.page_size))


def check_page(page: int, page_size: int) -> int:
    """The number of rows before a page; raises `UsageError` for a page that cannot be."""
    if page < 1 or page > 100_000:
        raise UsageError(f"there is no page {page}", where="page", remedy="pages are counted from 1")
    if not 1 <= page_size <= LARGEST_PAGE:
        raise UsageError(
            f"a page cannot have {page_size} rows", where="page_size", remedy=f"ask for 1 to {LARGEST_PAGE}"
        )
    return (page - 1) * page_size


def project_page(
    atlas: Atlas,
    ids: Sequence[str],
    total: int,
    page: int = 1,
    page_size: int = PAGE_SIZE,
    parts: Mapping[str, tuple[Part, ...]] | None = None,
) -> ProjectPage:
    """The page whose projects, in order, are ``ids``."""
    return ProjectPage(project_lines(atlas, ids, parts or {}), total, page, page_size)


def project_lines(
    atlas: Atlas, ids: Sequence[str], parts: Mapping[str, tuple[Part, ...]] | None = None
) -> tuple[ProjectLine, ...]:
    """The projects of ``ids`` as lines, in the order of ``ids``."""
    if not ids:
        return ()
    found = {row["project_id"]: row for row in atlas.rows(LINES, {"ids": list(ids)})}
    return tuple(_line(atlas, found[i], (parts or {}).get(i, ())) for i in ids if i in found)


def _line(atlas: Atlas, row: dict[str, Any], parts: tuple[Part, ...]) -> ProjectLine:
    shown, place = atlas.searcher.shown, atlas.arrays.place[row["project_id"]]
    return ProjectLine(
        **row | {"title": row["title"] or row["acronym"] or row["project_id"]},
        status_label=status_label(row["status"]),
        programme_name=programme_name(row["programme_id"]),
        partners=shown["participants"][place].as_py(),
        coordinator_name=shown["coordinator_name"][place].as_py(),
        coordinator_country=shown["coordinator_country"][place].as_py(),
        parts=parts,
    )


def status_label(status: str | None) -> str | None:
    """What a reader sees for a status; an unknown one stands for itself."""
    term = taxonomies.statuses().get(status or "")
    return term.label if term else status


def role_label(role: str | None) -> str:
    """What a reader sees for a role; an unknown one stands for itself."""
    term = taxonomies.roles().get(role or "")
    return term.label if term else role or "Role not stated"


def programme_name(programme_id: str | None) -> str | None:
    """What a reader sees for a programme; an unknown one stands for itself."""
    known = taxonomies.programmes().get(programme_id or "")
    return known.name if known else programme_id
