"""Which rows are one project, and whose partners are whose: never by a guess.

A project is known by its programme and its number (since 2021), else its programme and acronym. One that was imported
again counts once, as it stands last. Where one acronym stands for several projects of a programme, partners who have
nothing but that acronym are set aside.
"""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from clusteratlas.sources.curated.identifiers import slug
from clusteratlas.sources.keep.found import Found, Key

Base = tuple[str, str, str]


@dataclass
class Joined:
    """Rows with the id of their project; rows that were set aside, with the reason; partners of projects not given."""

    projects: list[tuple[str, Found]] = field(default_factory=list)
    partners: list[tuple[str, Found]] = field(default_factory=list)
    aside: list[tuple[Found, str]] = field(default_factory=list)
    orphans: Counter[str] = field(default_factory=Counter)


@dataclass
class _Project:
    """The rows that are one project, in the order in which they were given."""

    project_id: str
    said: list[Found]

    @property
    def last(self) -> Found:
        return self.said[-1]


def join(projects: Iterable[Found], partners: Iterable[Found]) -> Joined:
    """Give each row the id of its project; every row given is in the result once."""
    joined = Joined()
    known = _Known(projects, joined)
    for project in known.projects.values():
        joined.projects.append((project.project_id, project.last))
        reason = f"imported again: the project is taken from {project.last.place}"
        joined.aside += [(earlier, reason) for earlier in project.said[:-1]]
    listed: dict[str, list[Found]] = defaultdict(list)
    for partner in partners:
        project_id, reason = known.project_of(partner.key)
        if project_id:
            listed[project_id].append(partner)
        else:
            joined.aside.append((partner, reason))
    for project_id, rows in listed.items():
        _settle_partners(joined, project_id, known.projects.get(project_id), rows)
    return joined


class _Known:
    """The projects given, and what they are called."""

    def __init__(self, rows: Iterable[Found], joined: Joined) -> None:
        self.projects: dict[str, _Project] = {}
        self._by_base: dict[Base, list[str]] = defaultdict(list)
        self._by_acronym: dict[tuple[str, str], list[str]] = defaultdict(list)
        self._by_keep_id: dict[str, str] = {}
        groups: dict[Base, list[Found]] = defaultdict(list)
        for found in rows:
            if base := base_of(found.key):
                groups[base].append(found)
            else:
                joined.aside.append(
                    (found, "no programme, or neither number, acronym nor title of the project")
                )
        for base, found in groups.items():
            self._add(base, found)

    def _add(self, base: Base, rows: list[Found]) -> None:
        for titled in (split := _told_apart(base, rows)):
            key = titled[-1].key
            keep_id = max((r.key.keep_id for r in titled if r.key.keep_id), key=int, default=None)
            project_id = f"keep:{keep_id}" if keep_id else made_id(key, with_title=len(split) > 1)
            project = self.projects.setdefault(project_id, _Project(project_id, []))
            project.said += titled
            self._by_base[base].append(project_id)
            self._by_keep_id |= {r.key.keep_id: project_id for r in titled if r.key.keep_id}
            for acronym in {fold(r.key.acronym) for r in titled} - {""}:
                self._by_acronym[fold(key.programme), acronym].append(project_id)

    def project_of(self, key: Key) -> tuple[str | None, str]:
        """The id of the project that a partner's key means; else None and the reason."""
        if key.keep_id:
            return self._by_keep_id.get(key.keep_id, f"keep:{key.keep_id}"), ""
        base = base_of(key, with_title=False)
        if base is None:
            return None, "no programme, or neither number nor acronym of the project: whose partner is it?"
        candidates = self._by_base.get(base, [])
        if not candidates and not key.number:
            candidates = self._by_acronym.get((fold(key.programme), fold(key.acronym)), [])
        if not candidates and key.number and key.acronym:
            candidates = self._by_base.get(("acronym", fold(key.programme), fold(key.acronym)), [])
        if len(set(candidates)) > 1:
            return None, (
                f"the acronym '{key.acronym}' stands for {len(set(candidates))} projects of '{key.programme}': "
                "whose partner is it?"
            )
        return (candidates[0] if candidates else made_id(key)), ""


def _told_apart(base: Base, rows: list[Found]) -> list[list[Found]]:
    """The rows of one number are one project; those of one acronym are, when they have one title."""
    if base[0] != "acronym":
        return [rows]
    by_title: dict[str, list[Found]] = defaultdict(list)
    for found in rows:
        by_title[fold(found.key.title)].append(found)
    return [part for same in by_title.values() for part in _by_keep_id(same)]


def _by_keep_id(rows: list[Found]) -> list[list[Found]]:
    """Two ids of the publisher are two projects, whatever they are called."""
    ids = list(dict.fromkeys(r.key.keep_id for r in rows if r.key.keep_id))
    if len(ids) < 2:
        return [rows]
    parts = [[r for r in rows if r.key.keep_id == one] for one in ids]
    unnamed = [r for r in rows if not r.key.keep_id]
    return [*parts, unnamed] if unnamed else parts


def _settle_partners(joined: Joined, project_id: str, project: _Project | None, rows: list[Found]) -> None:
    """Keep the partners that came with the project as it stands last; of one partner said again, the last row."""
    origins = list(dict.fromkeys(r.origin for r in rows))
    origin = project.last.origin if project and project.last.origin in origins else origins[-1]
    if project is None:
        joined.orphans[rows[-1].file] += len(rows)
    is_repeated = project is not None and sum(f.origin == origin for f in project.said) > 1
    last = {_partner(r): r for r in rows if r.origin == origin}
    for found in rows:
        if found.origin != origin:
            joined.aside.append((found, f"imported again: partners of {project_id} are taken from {origin}"))
        elif is_repeated and last[_partner(found)] is not found:
            joined.aside.append(
                (found, f"imported again: the partner is taken from {last[_partner(found)].place}")
            )
        else:
            joined.partners.append((project_id, found))


def _partner(found: Found) -> tuple[str, ...]:
    return tuple(fold(found.row.get(n)) for n in ("organisation_name", "department", "pic", "country_code"))


def base_of(key: Key, *, with_title: bool = True) -> Base | None:
    """What tells projects of a programme apart: number, else acronym, else title; None without any of them.

    >>> base_of(Key("2014 - 2020  Central Baltic", acronym="SmartUp"))
    ('acronym', '2014 - 2020 central baltic', 'smartup')
    """
    kinds = ("number", "acronym", "title") if with_title else ("number", "acronym")
    if key.programme:
        for kind in kinds:
            if text := fold(getattr(key, kind)):
                return kind, fold(key.programme), text
    return None


def made_id(key: Key, *, with_title: bool = False) -> str:
    """An id made of programme and number (acronym, title), stable as long as these are.

    The title is part of it only where an acronym stands for several projects. The digest tells apart what is written
    alike without accents and marks.

    >>> made_id(Key("2014 - 2020 INTERREG VB North Sea", acronym="COBEN"))
    'keep:2014-2020-interreg-vb-north-sea/coben-80e7d7'
    """
    base = base_of(key)
    assert base, key
    whole = "|".join((*base, fold(key.title)) if with_title else base)
    return f"keep:{slug(base[1])}/{slug(base[2])}-{hashlib.sha256(whole.encode()).hexdigest()[:6]}"


def fold(text: str | None) -> str:
    """A text for comparison: without capitals and doubled blanks."""
    return " ".join((text or "").casefold().split())
