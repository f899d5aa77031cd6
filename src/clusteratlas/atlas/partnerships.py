"""Who works with whom in a release: the network of some projects, and how two organisations are connected."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy import sparse

from clusteratlas import taxonomies
from clusteratlas.atlas.profiles.values import Profile
from clusteratlas.errors import NotFoundError, UsageError, nearest
from clusteratlas.observatory.networks import Network, connections
from clusteratlas.observatory.networks.participations import Participations, take_participations
from clusteratlas.observatory.networks.projection import project

if TYPE_CHECKING:
    from clusteratlas.atlas.atlas import Atlas
    from clusteratlas.atlas.collaboration import Collaboration
    from clusteratlas.atlas.profiles.selection import Selection

PARTICIPATIONS = "SELECT project_id, organisation_id FROM participation"
ORGANISATIONS = "SELECT organisation_id, name, short_name, country_code FROM organisation"
PROJECTS = "SELECT project_id, acronym, title FROM project"

FACETS = ("organisation", "country", "region", "theme", "programme", "initiative", "year", "cluster")
FILTERS = ("project", "trend", *FACETS)
"""What a network may be chosen by: facets of the search, a theme or term of the trends, or a project. The network of
a project is that of its partners in other projects."""

RESOLVED = tuple(name for name in FACETS if name != "organisation")
"""Filters whose values may be written in several ways."""

DRAWN = 150
"""Organisations that a network shows one by one, at most."""

QUICK = 3_000_000
"""Organisations times ties up to which who lies between is worked out while somebody waits: a fifth of a second."""

REMEMBERED = 6
"""Networks whose measures are kept, the last ones asked for: some 50 MB each of a large release."""

WAYS = 10


@dataclass(frozen=True, slots=True)
class End:
    """An organisation on a way."""

    organisation_id: str
    name: str
    country_code: str | None


@dataclass(frozen=True, slots=True)
class Candidate:
    """An organisation that a text may mean; ``city`` and ``projects`` are None for one that its id names."""

    organisation_id: str
    name: str
    country_code: str | None
    city: str | None = None
    projects: int | None = None


@dataclass(frozen=True, slots=True)
class Shared:
    """A common project with the number of its partners."""

    project_id: str
    label: str
    partners: int


@dataclass(frozen=True, slots=True)
class Meeting:
    """Two organisations with all common projects, smallest first; ``projects`` counts them, ``weight`` is Newman's."""

    one: End
    other: End
    shared: tuple[Shared, ...]
    projects: int
    weight: float


@dataclass(frozen=True)
class Connection(Profile):
    """How two organisations are connected: the ways with the fewest steps, the strongest ties first.

    ``steps`` is None when there is no way.
    """

    one: End
    other: End
    steps: int | None
    ways: tuple[tuple[Meeting, ...], ...]


@dataclass(frozen=True, slots=True)
class Member:
    """An organisation in the network of some projects; the last two are None where the network is too large."""

    organisation_id: str
    name: str
    short_name: str | None
    country_code: str | None
    country_name: str | None
    projects: int
    partners: int
    strength: float
    betweenness: float | None
    constraint: float | None


@dataclass(frozen=True)
class ProjectNetwork(Profile):
    """The organisations of some projects and how they meet there; ``members`` are the most frequent ones.

    ``ties`` are pairs of places in ``members`` with their common projects.
    """

    filters: dict[str, str]
    projects: int
    organisations: int
    pairs: int
    lone_projects: int
    members: tuple[Member, ...]
    ties: tuple[tuple[int, int, int], ...]


class Partnerships:
    """The participations of a release as a network; made once."""

    def __init__(self, atlas: Atlas) -> None:
        self._atlas = atlas
        rows = atlas.cursor.sql(PARTICIPATIONS).to_arrow_table()
        self.taken = take_participations(rows, project="project_id", organisation="organisation_id")
        self._row = {name: at for at, name in enumerate(self.taken.projects.to_list())}
        self._measured: OrderedDict[tuple[tuple[str, str], ...], Collaboration] = OrderedDict()
        self._lock = threading.Lock()

    def connection(self, one: str, other: str, *, most: int = WAYS) -> Connection:
        """How two organisations are connected, by their ids; raises `NotFoundError` and `UsageError`."""
        if one == other:
            raise UsageError("both are the same organisation", where="to", remedy="choose another one")
        ends = self._place(one), self._place(other)
        found = connections.shortest(self.taken, *ends, most)
        ways = tuple(tuple(self._meeting(step) for step in way) for way in found)
        return Connection(self._end(ends[0]), self._end(ends[1]), len(ways[0]) if ways else None, ways)

    def _place(self, organisation_id: str) -> int:
        names = self.taken.organisations
        place = names.search_sorted(organisation_id)
        if place == len(names) or names[place] != organisation_id:
            raise NotFoundError(
                f"this release has no organisation {organisation_id[:80]!r} with a project",
                remedy="ids look like pic:999902967; find one by name in the list of organisations",
            )
        return place

    def _end(self, place: int) -> End:
        one = self.taken.organisations[place]
        facts = self._atlas.lookup(ORGANISATIONS).get(one, {})
        return End(one, facts.get("name") or one, facts.get("country_code"))

    def _meeting(self, step: connections.Step) -> Meeting:
        shared = tuple(self._shared(at) for at in step.projects)
        return Meeting(
            self._end(step.one), self._end(step.other), shared, len(step.projects), round(step.weight, 6)
        )

    def _shared(self, place: int) -> Shared:
        project_id = self.taken.projects[place]
        facts = self._atlas.lookup(PROJECTS).get(project_id, {})
        label = facts.get("acronym") or facts.get("title") or project_id
        return Shared(project_id, label, int(self.taken.sizes[place]))

    def of(self, filters: Mapping[str, str], *, shown: int = DRAWN) -> ProjectNetwork:
        """The network of the projects that have all the values of ``filters`` (those of `FILTERS`).

        Raises `UsageError` for a filter or value that does not exist, `NotFoundError` for such an organisation.
        """
        filters = self.resolved(filters)
        chosen = self._chosen(filters)
        network = self.among(chosen, self._partners(filters))
        counts = np.diff(network.participations.turned.indptr)
        degree = np.diff(network.ties.indptr)
        top = np.lexsort((np.arange(len(counts)), -degree, -counts))[:shown]
        listed = network.participations.matrix[:, top].tocsr()
        common = sparse.triu(listed.T.tocsr() @ listed, 1, format="coo")
        numbers = (common.row.tolist(), common.col.tolist(), np.rint(common.data).astype(int).tolist())
        ties = sorted(zip(*numbers, strict=True))
        return ProjectNetwork(
            filters=filters,
            projects=len(chosen),
            organisations=len(network),
            pairs=network.size[1],
            lone_projects=int((network.participations.sizes == 1).sum()),
            members=self._members(network, top),
            ties=tuple(ties),
        )

    def measured(self, filters: Mapping[str, str]) -> Collaboration:
        """The same network with its measures; those of the last networks are kept.

        Raises `UsageError` for the filter ``project``: the network of a project is too small to measure; and as `of`
        does.
        """
        filters = self.resolved(filters)
        if "project" in filters:
            raise UsageError(
                "the partners of a project have no measures", where="project", remedy="leave it out"
            )
        key = tuple(sorted(filters.items()))
        chosen = self._chosen(filters) if filters else None
        with self._lock:
            if key not in self._measured:
                from clusteratlas.atlas.collaboration import Collaboration

                ids = None if chosen is None else chosen.ids
                self._measured[key] = Collaboration(self._atlas, ids)
                if len(self._measured) > REMEMBERED:
                    self._measured.popitem(last=False)
            self._measured.move_to_end(key)
            return self._measured[key]

    def resolved(self, filters: Mapping[str, str]) -> dict[str, str]:
        """The filters with each value as the release spells it: Germany and de become DE, as in the search.

        Raises `UsageError` that names the nearest, for a filter or value that does not exist.
        """
        for name in filters:
            if name not in FILTERS:
                raise UsageError(f"there is no filter '{name[:60]}'", remedy=nearest(name[:60], FILTERS))
        spelt = {name: (filters[name],) for name in RESOLVED if name in filters}
        found = self._atlas.searcher.filters.resolve(spelt)
        return {name: found[name][0] if name in found else value for name, value in filters.items()}

    def _chosen(self, filters: Mapping[str, str]) -> Selection:
        arrays = self._atlas.arrays
        chosen = arrays.everything()
        for name, value in filters.items():
            chosen = replace(chosen, mask=chosen.mask & self._mask(name, value))
        return chosen

    def _mask(self, name: str, value: str) -> np.ndarray:
        """The projects that a filter leaves."""
        arrays = self._atlas.arrays
        if name == "project":
            mask = self._meeting_again(value)
            mask[arrays.place[value]] = False
            return mask
        if name == "trend":
            mask = np.zeros(len(arrays), bool)
            mask[[arrays.place[one["project_id"]] for one in self._atlas.trends.projects(value)]] = True
            return mask
        if name == "organisation" and value not in self._atlas.lookup(ORGANISATIONS):
            self._place(value)
        return arrays.having(
            name, *(("core", "related") if (name, value) == ("cluster", "yes") else (value,))
        ).mask

    def _partners(self, filters: Mapping[str, str]) -> np.ndarray | None:
        """The organisations of the project that is filtered by, as places; None without one."""
        if "project" not in filters:
            return None
        if filters["project"] not in self._row:
            raise NotFoundError(
                f"this release has no project {filters['project'][:80]!r} with partners",
                remedy="ids look like cordis:101069359; find one with the search",
            )
        row = self._row[filters["project"]]
        return self.taken.matrix.indices[self.taken.matrix.indptr[row] : self.taken.matrix.indptr[row + 1]]

    def _meeting_again(self, project_id: str) -> np.ndarray:
        """The projects in which two partners of a project meet."""
        partners = self._partners({"project": project_id})
        meeting = np.flatnonzero(np.diff(self.taken.matrix[:, partners].tocsr().indptr) > 1)
        place, names = self._atlas.arrays.place, self.taken.projects.gather(meeting).to_list()
        mask = np.zeros(len(self._atlas.arrays), bool)
        mask[[place[one] for one in names if one in place]] = True
        return mask

    def among(self, chosen: Selection, only: np.ndarray | None = None) -> Network:
        """The network of some projects; of all their organisations, or of some (places)."""
        names = chosen.of.collection.project_ids
        rows = [self._row[names[at]] for at in np.flatnonzero(chosen.mask).tolist() if names[at] in self._row]
        matrix = self.taken.matrix[rows]
        there = (
            np.flatnonzero(np.bincount(matrix.indices, minlength=len(self.taken))) if only is None else only
        )
        part: Participations = replace(
            self.taken,
            projects=self.taken.projects.gather(rows),
            organisations=self.taken.organisations.gather(there),
            matrix=matrix[:, there].tocsr(),
        )
        return Network(part, "newman", project(part, "newman"))

    def _members(self, network: Network, top: np.ndarray) -> tuple[Member, ...]:
        from clusteratlas.observatory.networks import between
        from clusteratlas.observatory.networks.constraint import constraint_of

        known = self._atlas.lookup(ORGANISATIONS)
        counts, degree = np.diff(network.participations.turned.indptr), np.diff(network.ties.indptr)
        strength = np.asarray(network.ties.sum(axis=1)).ravel()
        is_small = len(network) > 2 and between.is_quick(network.ties, QUICK)
        lying = between.exact(network.ties) if is_small else None
        bound = dict(zip(top.tolist(), constraint_of(network.ties, top), strict=True)) if is_small else {}
        found = []
        for at in top.tolist():
            one = network.participations.organisations[at]
            facts: dict[str, Any] = known.get(one, {})
            country = facts.get("country_code")
            found.append(
                Member(
                    one,
                    facts.get("name") or one,
                    facts.get("short_name"),
                    country,
                    taxonomies.country_name(country) or None,
                    int(counts[at]),
                    int(degree[at]),
                    round(float(strength[at]), 6),
                    None if lying is None else round(float(lying[at]), 6),
                    round(float(bound[at]), 6) if at in bound and not np.isnan(bound[at]) else None,
                )
            )
        return tuple(found)


def candidates(atlas: Atlas, text: str, most: int = 8) -> Sequence[Candidate]:
    """Organisations that a text may mean: the one with that id alone; the one with just that name, unless others
    found have more projects (who writes Fraunhofer hardly means the smallest of that name); else those found."""
    known = atlas.lookup(ORGANISATIONS)
    if text in known:
        return [Candidate(text, known[text]["name"] or text, known[text]["country_code"])]
    lines = atlas.organisations(text, page_size=most).items
    found = [
        Candidate(one.organisation_id, one.name, one.country_code, one.city, one.projects) for one in lines
    ]
    same = [one for one in found if one.name.casefold() == text.casefold()]
    if len(same) == 1 and all((one.projects or 0) <= (same[0].projects or 0) for one in found):
        return same
    return [*same, *(one for one in found if one not in same)]
