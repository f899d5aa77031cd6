"""The network of some projects, measured: who links the others, groups, countries, regions, growth, who stays together.

Public face: `Collaboration`, with a table for each question (`TABLES` describes them).
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from clusteratlas import taxonomies
from clusteratlas.atlas.partnerships import ORGANISATIONS
from clusteratlas.atlas.profiles.values import Profile
from clusteratlas.errors import UsageError, nearest
from clusteratlas.observatory import networks

if TYPE_CHECKING:
    from clusteratlas.atlas.atlas import Atlas

ROWS = """
  SELECT DISTINCT x.project_id AS project, x.organisation_id AS organisation, o.country_code AS country,
    CASE WHEN length(o.region_code) >= 4 THEN left(o.region_code, 4) END AS region,
    year(p.start_date)::INTEGER AS period
  FROM participation x JOIN project p USING (project_id) LEFT JOIN organisation o USING (organisation_id)"""
THEMES = """
  SELECT DISTINCT project_id AS project, title AS theme FROM project_theme
  WHERE scheme <> 'target-country' AND title IS NOT NULL"""

EPSILON, DELTA = 0.01, 0.1
"""Sampled betweenness lies within the first with the probability 1 - the second."""
QUICK = 50_000_000
"""Organisations times ties up to which the exact betweenness takes a second or two."""
FEW = 200
"""So many organisations at most have their constraint and roles worked out one by one."""
LEADING = 3
"""Members, and countries, that a group is shown with."""
SMALLEST_GROUP = 3
ROLES = ("coordinator", "itinerant", "gatekeeper", "representative", "liaison")


@dataclass(frozen=True, slots=True)
class Measured:
    """An organisation with its measures; see `clusteratlas.observatory.networks.Network` for each of them."""

    organisation_id: str
    name: str
    short_name: str | None
    country_code: str | None
    projects: int
    partners: int
    strength: float
    betweenness: float
    betweenness_error: float
    closeness: float
    pagerank: float
    core: int
    constraint: float | None
    coordinator: int
    itinerant: int
    gatekeeper: int
    representative: int
    liaison: int
    community: int


@dataclass(frozen=True, slots=True)
class Broker:
    """An organisation that lies between others, with what is told of it; the fields are those of `Measured`."""

    organisation_id: str
    name: str
    country_code: str | None
    partners: int
    betweenness: float
    betweenness_error: float
    constraint: float | None
    coordinator: int
    itinerant: int
    gatekeeper: int
    representative: int
    liaison: int


@dataclass(frozen=True, slots=True)
class Leading:
    """An organisation that stands for a group."""

    organisation_id: str
    name: str
    country_code: str | None


@dataclass(frozen=True, slots=True)
class Community:
    """Organisations that work mostly among themselves: ``name`` are the themes that tell them from the rest."""

    community: int
    name: str | None
    organisations: int
    leading: tuple[Leading, ...]
    countries: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Between:
    """Two countries or regions (or one with itself): ``ratio`` is the weight of their ties over what chance gives."""

    code: str
    name: str
    other_code: str
    other_name: str
    pairs: int
    weight: float
    expected: float
    ratio: float | None


@dataclass(frozen=True, slots=True)
class Growth:
    """A year in which projects began; see `clusteratlas.observatory.networks.growth`."""

    year: int
    projects: int
    organisations: int
    newcomers: int
    share_newcomers: float
    pairs: int
    repeat_pairs: int
    share_repeat: float | None
    organisations_so_far: int
    pairs_so_far: int


@dataclass(frozen=True, slots=True)
class Newcomer:
    """An organisation with the first and the last year in which a project of its began."""

    organisation_id: str
    name: str
    country_code: str | None
    first_year: int
    last_year: int
    projects: int


@dataclass(frozen=True, slots=True)
class Partnership:
    """Two organisations with common projects that began in several years."""

    organisation_id: str
    name: str
    other_organisation_id: str
    other_name: str
    years: int
    projects: int
    first_year: int
    last_year: int


@dataclass(frozen=True)
class Summary(Profile):
    """A network as a whole. Shares are 0 to 1; ``inside_expected`` is what chance would give."""

    projects: int
    organisations: int
    pairs: int
    share_connected: float
    communities: int
    modularity: float
    share_inside_country: float | None
    inside_expected: float | None
    degree_assortativity: float | None
    country_assortativity: float | None


class Collaboration:
    """The network of some projects with its measures, each worked out when it is first asked for.

    ``project_ids`` are the projects; None for all of the release.
    """

    def __init__(self, atlas: Atlas, project_ids: Iterable[str] | None = None) -> None:
        self._known = atlas.lookup(ORGANISATIONS)
        self._lock = threading.RLock()
        rows = pl.from_arrow(atlas.cursor.sql(ROWS).to_arrow_table())
        if project_ids is not None:
            rows = rows.filter(pl.col("project").is_in(list(project_ids)))
        self._rows = rows
        themes = pl.from_arrow(atlas.cursor.sql(THEMES).to_arrow_table())
        self._themes = themes.join(rows.select("project", "organisation"), on="project")

    @cached_property
    def network(self) -> networks.Network:
        """The network itself."""
        return networks.co_participation(self._rows, attributes=["country", "region"])

    def table(self, name: str, limit: int | None = None, sort: str | None = None) -> list[Any]:
        """The rows of one of `TABLES`, at most ``limit``; ``sort`` names a measure of organisations.

        Raises `UsageError` for a table or measure that does not exist.
        """
        if name not in TABLES:
            raise UsageError(f"there is no table '{name[:60]}'", remedy=nearest(name[:60], TABLES))
        if sort is not None and name != "organisations":
            raise UsageError(
                "organisations alone are sorted by a measure", where="sort", remedy="leave it out"
            )
        with self._lock:
            if name == "organisations":
                return self._organisations(sort or "betweenness", limit)
            return getattr(self, f"_{name}")[:limit]

    @cached_property
    def summary(self) -> Summary:
        """The network as a whole."""
        with self._lock:
            network, strength = self.network, float(self.network.ties.sum())
            labels = self._community["community"]
            between = [one for one in self._countries if one.code == one.other_code]
            whole = sum(one.weight for one in self._countries)
            component = network.nodes["component"]
            return Summary(
                self._rows["project"].n_unique(),
                len(network),
                network.size[1],
                float((component == 0).mean() or 0),
                int((labels.unique_counts() >= SMALLEST_GROUP).sum()),
                network.modularity(labels) if strength else 0.0,
                sum(one.weight for one in between) / whole if whole else None,
                sum(one.expected for one in between) / whole if whole else None,
                _known_number(network.assortativity()),
                _known_number(network.assortativity("country")),
            )

    def brokers(self, limit: int) -> list[Broker]:
        """Those who lie most between others: the first rows of ``organisations``, without the measures of everybody
        that only those tell."""
        with self._lock:
            frame = _sorted(self._basics.hstack(self._betweenness), "betweenness").head(limit)
            frame = frame.drop("projects", "strength").hstack(self._of(frame["organisation"].to_list()))
            rows = frame.iter_rows(named=True)
            named = ((self._named(row.pop("organisation")), row) for row in rows)
            return [
                Broker(one["organisation_id"], one["name"], one["country_code"], **row) for one, row in named
            ]

    @cached_property
    def _basics(self) -> pl.DataFrame:
        return self.network.nodes.select("organisation", "projects", "strength", partners="degree")

    @cached_property
    def _betweenness(self) -> pl.DataFrame:
        found = self.network.betweenness(epsilon=EPSILON, delta=DELTA, exact_up_to=QUICK)
        return found.select("betweenness", betweenness_error="error")

    @cached_property
    def _community(self) -> pl.DataFrame:
        return self.network.communities()

    @cached_property
    def _measures(self) -> pl.DataFrame:
        """A row for each organisation, but for what is only worked out for those shown."""
        network = self.network
        others = [
            network.closeness().select("closeness"),
            *(one.drop("organisation") for one in (network.pagerank(), network.core(), self._community)),
        ]
        return pl.concat([self._basics, self._betweenness, *others], how="horizontal")

    def _organisations(self, sort: str, limit: int | None) -> list[Measured]:
        if sort not in SORTS:
            raise UsageError(
                f"there is no measure '{sort[:60]}'", where="sort", remedy=nearest(sort[:60], SORTS)
            )
        frame = self._measures
        if sort in ("constraint", *ROLES):
            frame = frame.hstack(self._of_all)
        frame = _sorted(frame, sort)
        frame = frame if limit is None else frame.head(limit)
        if "constraint" not in frame.columns and len(frame) > FEW:
            told = pl.DataFrame({"organisation": self.network.participations.organisations}).hstack(
                self._of_all
            )
            frame = frame.join(told, on="organisation", how="left", maintain_order="left")
        elif "constraint" not in frame.columns:
            frame = frame.hstack(self._of(frame["organisation"].to_list()))
        return [
            Measured(**self._named(row.pop("organisation")), **row) for row in frame.iter_rows(named=True)
        ]

    @cached_property
    def _of_all(self) -> pl.DataFrame:
        return self._of(None)

    def _of(self, organisations: list[str] | None) -> pl.DataFrame:
        """The constraint and roles of some organisations, or of all, in their order."""
        bound = self.network.constraint(of=organisations)
        roles = self.network.brokerage("country", of=organisations)
        return bound.select("constraint").hstack(roles.select(*ROLES))

    def _named(self, one: str) -> dict[str, Any]:
        facts = self._known.get(one, {})
        return {
            "organisation_id": one,
            "name": facts.get("name") or one,
            "short_name": facts.get("short_name"),
            "country_code": facts.get("country_code"),
        }

    @cached_property
    def _communities(self) -> list[Community]:
        members = self.network.nodes.hstack(self._community.select("community"))
        members = members.sort(["strength", "organisation"], descending=[True, False])
        names = networks.community_names(self._community, self._themes)
        called = dict(names.select("community", "name").iter_rows())
        groups = members.group_by("community").agg("organisation", "country").sort("community")
        return [
            Community(community, called.get(community), len(ones), self._leading(ones), _most(countries))
            for community, ones, countries in groups.iter_rows()
            if len(ones) >= SMALLEST_GROUP
        ]

    def _leading(self, ones: list[str]) -> tuple[Leading, ...]:
        named = (self._named(one) for one in ones[:LEADING])
        return tuple(Leading(one["organisation_id"], one["name"], one["country_code"]) for one in named)

    @cached_property
    def _countries(self) -> list[Between]:
        return self._between("country", lambda code: taxonomies.country_name(code) or code)

    @cached_property
    def _regions(self) -> list[Between]:
        return self._between("region", taxonomies.region_name)

    def _between(self, by: str, named: Callable[[str], str]) -> list[Between]:
        frame = self.network.between(by).sort(["weight", by, f"other_{by}"], descending=[True, False, False])
        return [
            Between(
                one, named(one), other, named(other), pairs, weight, expected,
                weight / expected if expected > 0 else None,
            )
            for one, other, pairs, weight, expected in frame.iter_rows()
        ]  # fmt: skip

    @cached_property
    def _growth(self) -> list[Growth]:
        return [Growth(*row) for row in networks.growth(self._rows).iter_rows()]

    @cached_property
    def _newcomers(self) -> list[Newcomer]:
        frame = networks.newcomers(self._rows).sort(
            ["first_period", "projects", "organisation"], descending=[True, True, False]
        )
        return [
            Newcomer(one, named["name"], named["country_code"], first, last, projects)
            for one, first, last, _, projects in frame.iter_rows()
            for named in (self._named(one),)
        ]

    @cached_property
    def _partnerships(self) -> list[Partnership]:
        return [
            Partnership(one, self._named(one)["name"], other, self._named(other)["name"], *facts)
            for one, other, *facts in networks.repeat_partnerships(self._rows)
            .head(MOST_PARTNERSHIPS)
            .iter_rows()
        ]


MOST_PARTNERSHIPS = 10_000
"""Lasting partnerships that are told at most, the most lasting ones."""


@dataclass(frozen=True)
class Table:
    """A table that a network gives: its row, and what it says."""

    row: type
    says: str


TABLES: Mapping[str, Table] = {
    "organisations": Table(Measured, "Who links the others: organisations with their measures"),
    "communities": Table(Community, "Groups that work mostly among themselves, named by their themes"),
    "countries": Table(Between, "Which countries work together, beside what chance would give"),
    "regions": Table(Between, "Which NUTS 2 regions work together, beside what chance would give"),
    "growth": Table(Growth, "Year by year: organisations, newcomers, pairs and how many had met before"),
    "newcomers": Table(Newcomer, "Organisations by the year of their first project, the newest first"),
    "partnerships": Table(Partnership, "Who stays together: pairs with projects begun in several years"),
}

SORTS = (
    *("betweenness", "partners", "strength", "projects", "closeness", "pagerank", "core", "constraint"),
    *ROLES,
)
"""Measures that organisations are sorted by: the highest first, of the constraint the lowest."""


def _sorted(frame: pl.DataFrame, measure: str) -> pl.DataFrame:
    """Organisations by a measure, the highest first; of the constraint the lowest."""
    order, descending = [measure, "projects", "organisation"], [measure != "constraint", True, False]
    return frame.sort(order, descending=descending, nulls_last=True)


def _most(values: Iterable[str | None]) -> tuple[str, ...]:
    counts = Counter(value for value in values if value)
    return tuple(code for code, _ in sorted(counts.items(), key=lambda one: (-one[1], one[0]))[:LEADING])


def _known_number(value: float) -> float | None:
    return None if np.isnan(value) else value
