"""Funding programmes, the pillars of the European cluster initiatives, and the initiatives themselves."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Any

from clusteratlas.errors import NotFoundError, nearest
from clusteratlas.taxonomies.tables import entries


@dataclass(frozen=True, slots=True)
class Programme:
    """A funding programme. ``names`` are other spellings met in files."""

    programme_id: str
    name: str
    short_name: str
    start_year: int
    end_year: int | None
    url: str
    description: str
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Pillar:
    """A group of initiatives with one purpose; ``question`` is what a visitor would ask."""

    pillar_id: str
    name: str
    question: str
    description: str


@dataclass(frozen=True, slots=True)
class Totals:
    """How many there are in an initiative altogether, as its publisher says; None where no source tells."""

    n_partnerships: int | None = None
    n_organisations: int | None = None
    n_countries: int | None = None
    n_smes_reached: int | None = None
    budget_eur: float | None = None
    source_url: str | None = None


@dataclass(frozen=True, slots=True)
class Initiative:
    """One European cluster initiative, or one generation of it.

    ``topics`` are regular expressions that a whole topic or call code must match. ``label`` is ``core`` when
    the code proves a cluster project, ``context`` when such projects are only likely there.
    ``confidence`` (h, m, l) is how sure the facts are; ``totals`` tell how complete a list can be.
    """

    initiative_id: str
    name: str
    pillar_id: str
    programme_id: str | None
    start_year: int | None
    end_year: int | None
    description: str
    topics: tuple[str, ...]
    label: str
    confidence: str
    source: tuple[str, ...]
    names: tuple[str, ...] = ()
    totals: Totals = Totals()


@cache
def programmes() -> dict[str, Programme]:
    """Every programme by its id.

    >>> programmes()["COSME"].end_year
    2020
    """
    return {entry["programme_id"]: Programme(**_with_tuples(entry)) for entry in entries("programmes.yml")}


@cache
def pillars() -> dict[str, Pillar]:
    """Every pillar by its id, in the order in which they are shown.

    >>> list(pillars())[:2]
    ['emerging-industries', 'internationalisation']
    """
    return {entry["pillar_id"]: Pillar(**entry) for entry in entries("pillars.yml")}


@cache
def initiatives() -> dict[str, Initiative]:
    """Every initiative by its id.

    >>> initiatives()["euroclusters-2022"].totals.n_partnerships
    30
    """
    return {entry["initiative_id"]: _initiative(entry) for entry in entries("initiatives.yml")}


def _initiative(entry: dict[str, Any]) -> Initiative:
    return Initiative(**_with_tuples(entry) | {"totals": Totals(**entry.get("totals", {}))})


def _with_tuples(entry: dict[str, Any]) -> dict[str, Any]:
    return {key: tuple(value) if isinstance(value, list) else value for key, value in entry.items()}


def programme(programme_id: str) -> Programme:
    """The programme of an id; raises NotFoundError.

    >>> programme("H2020").name
    'Horizon 2020'
    """
    return _named(programmes(), programme_id, "programme")


def pillar(pillar_id: str) -> Pillar:
    """The pillar of an id; raises NotFoundError.

    >>> pillar("excellence").name
    'Cluster excellence'
    """
    return _named(pillars(), pillar_id, "pillar")


def initiative(initiative_id: str) -> Initiative:
    """The initiative of an id; raises NotFoundError.

    >>> initiative("innosup-1").programme_id
    'H2020'
    """
    return _named(initiatives(), initiative_id, "initiative")


def _named(known: dict[str, Any], name: str, kind: str) -> Any:
    if name not in known:
        raise NotFoundError(f"no {kind} has the id {name!r}", remedy=nearest(name, known))
    return known[name]


@cache
def initiative_rules() -> list[tuple[re.Pattern[str], str]]:
    """Patterns of topic codes with the initiative each stands for; the first match counts.

    >>> pattern, initiative_id = initiative_rules()[0]
    >>> bool(pattern.fullmatch("HORIZON-CL4-2023-RESILIENCE-01-42")), initiative_id
    (True, 'supply-chain-technologies')
    """
    rules = [(topic, entry.initiative_id) for entry in initiatives().values() for topic in entry.topics]
    rules.sort(key=lambda rule: not re.fullmatch(r"[A-Z0-9-]+", rule[0]))
    rules.sort(key=lambda rule: rule[0].endswith(".*"))
    return [(re.compile(topic, re.IGNORECASE), initiative_id) for topic, initiative_id in rules]


@cache
def initiative_for(topic_code: str | None) -> Initiative | None:
    """The initiative that a topic or call code belongs to; None for most codes.

    >>> initiative_for("INNOSUP-01-2018-2020").initiative_id, initiative_for("ERC-2021-STG")
    ('innosup-1', None)
    """
    code = (topic_code or "").strip()
    found = (initiative_id for pattern, initiative_id in initiative_rules() if pattern.fullmatch(code))
    name = next(found, None)
    return initiatives()[name] if name else None


@cache
def initiative_named(words: str) -> Initiative | None:
    """The initiative that gathered lists call so; None when no one does.

    >>> initiative_named("ESCP-4i gen2").initiative_id
    'escp-4i-2'
    """
    known = {name: entry for entry in initiatives().values() for name in entry.names}
    return known.get(words.strip())
