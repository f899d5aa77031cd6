"""The network itself: built once from participations, with a method for each measure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl
from scipy import sparse

from clusteratlas.errors import InputError, nearest
from clusteratlas.observatory.arguments import COUNT, INNER_SHARE, NOT_NEGATIVE, POSITIVE, SEED, Range, check
from clusteratlas.observatory.networks import (
    between,
    connections,
    constraint,
    groups,
    mixing,
    projection,
    roles,
    standing,
)
from clusteratlas.observatory.networks import closeness as closenesses
from clusteratlas.observatory.networks.participations import LeftOut, Participations, take_participations

if TYPE_CHECKING:
    import networkit

FEW = 200
"""So many organisations at most are looked at one by one; for more, the whole network is."""

DEGREE = "degree"


def co_participation(
    frame: Any,
    *,
    project: str = "project",
    organisation: str = "organisation",
    weighting: str = "newman",
    attributes: Sequence[str] = (),
    where: Mapping[str, Any] | None = None,
    largest: int | None = None,
) -> Network:
    """The network of organisations that take part in the same projects.

    ``frame`` has a row for each participation: ``project`` and ``organisation``, and whatever ``attributes`` of the
    organisation (country, region ...) and columns for filters (programme, theme, period ...) there are. An
    organisation named twice in a project takes part once; rows without project or organisation are left out and
    counted in `Network.left_out`. With ``organisation="region"`` it is the network of regions.

    ``weighting``: a project of n organisations gives each of its pairs 1 / (n - 1) (``"newman"``: Newman 2001,
    Physical Review E 64, 016132), so that the ties that an organisation has from it add up to one; or 1
    (``"count"``). ``where`` keeps the rows with a value of a column, one of several, or one in a range:
    ``{"programme": "HORIZON", "period": range(2021, 2025)}``; n then counts the rows that are kept. ``largest``
    leaves out projects of more organisations than that.

    Raises `InputError` for wrong columns and filters, `UsageError` for an unknown weighting.

    >>> rows = pl.DataFrame({"project": [*"111223"], "organisation": [*"ABCABC"]})
    >>> co_participation(rows).edges["weight"].to_list()
    [1.5, 0.5, 0.5]
    """
    projection.weighed(np.zeros(0), weighting)
    given = take_participations(
        frame,
        project=project,
        organisation=organisation,
        attributes=attributes,
        where=where,
        largest=largest,
    )
    return Network(given, weighting, projection.project(given, weighting))


@dataclass(frozen=True)
class Network:
    """Organisations and their ties. Frames that it returns are of the kind that it was made from.

    ``ties`` is the symmetric matrix of weights, in the order of the organisations, which is sorted.
    """

    participations: Participations
    weighting: str
    ties: sparse.csr_array

    def __len__(self) -> int:
        return len(self.participations)

    @property
    def left_out(self) -> LeftOut:
        """Rows and projects that do not count, and why."""
        return self.participations.left_out

    @property
    def size(self) -> tuple[int, int]:
        """The number of organisations and of ties."""
        return len(self), self.ties.nnz // 2

    @cached_property
    def nodes(self) -> Any:
        """A row for each organisation: its ``projects``, ``degree``, ``strength``, ``component`` and attributes."""
        given = self.participations
        told = {
            "projects": np.diff(given.turned.indptr).astype(np.int64),
            "degree": self._degree,
            "strength": self._strength,
            "component": standing.components(self.ties).astype(np.int64),
        }
        return self._frame({**told, **given.attributes.to_dict()})

    @cached_property
    def edges(self) -> Any:
        """A row for each tie: the organisation, the ``other_`` organisation, common ``projects`` and ``weight``."""
        upper = sparse.triu(self.ties, 1, format="csr")
        common = self._common.data[self._is_upper]
        rows = np.repeat(np.arange(len(self)), np.diff(upper.indptr))
        names, name = self.participations.organisations, self.participations.organisation
        columns = [
            names.gather(rows).alias(name),
            names.gather(upper.indices).alias(f"other_{name}"),
            pl.Series("projects", np.rint(common).astype(np.int64)),
            pl.Series("weight", upper.data),
        ]
        return self.participations.kind.frame(pl.DataFrame(columns))

    @cached_property
    def as_networkit(self) -> networkit.Graph:
        """The ties as NetworKit's graph, its nodes numbered in the order of the organisations; loaded once, for all
        measures that are NetworKit's."""
        return between.graph(self.ties)

    def let_go(self) -> None:
        """Forget NetworKit's graph, which takes more memory than the ties; asked for, it is loaded anew."""
        self.__dict__.pop("as_networkit", None)

    @cached_property
    def _common(self) -> sparse.csr_array:
        """The number of common projects for each entry of ``ties``."""
        if self.weighting == "count":
            return self.ties
        return projection.project(self.participations, "count")

    @property
    def _is_upper(self) -> np.ndarray:
        rows = np.repeat(np.arange(len(self)), np.diff(self.ties.indptr))
        return self.ties.indices > rows

    @cached_property
    def _degree(self) -> np.ndarray:
        return np.diff(self.ties.indptr).astype(np.int64)

    @cached_property
    def _strength(self) -> np.ndarray:
        return np.asarray(self.ties.sum(axis=1)).ravel()

    def degree(self) -> Any:
        """With how many others an organisation has common projects: ``degree``."""
        return self._frame({"degree": self._degree})

    def strength(self) -> Any:
        """The weights of an organisation's ties together: ``strength``; under "newman" its projects with others."""
        return self._frame({"strength": self._strength})

    def core(self) -> Any:
        """The core number, ``core``: the largest k for which it belongs to a group all of whose members have k ties
        in the group (Seidman 1983)."""
        return self._frame({"core": standing.core_numbers(self.ties)})

    def pagerank(self, *, damping: float = 0.85, tolerance: float = 1e-8) -> Any:
        """``pagerank``: the share of its time that a walk along ties, by their weight, spends at an organisation.

        With the probability 1 - ``damping`` a step goes anywhere (Brin and Page 1998). The shares sum to one and are
        exact to ``tolerance`` in all. Raises `UsageError` for values outside 0 to 1.
        """
        check(INNER_SHARE, damping=damping, tolerance=tolerance)
        return self._frame({"pagerank": standing.pagerank(self.ties, damping, tolerance)})

    def betweenness(
        self, *, epsilon: float = 0.01, delta: float = 0.1, seed: int = 1, exact_up_to: int = between.QUICK
    ) -> Any:
        """``betweenness``: the share of the pairs of others that an organisation lies between, counted in steps.

        Shortest ways share a pair equally (Freeman 1977; Brandes 2001). Exact (``error`` 0) where organisations
        times ties are at most ``exact_up_to``, as set a matter of seconds; else sampled (KADABRA, Borassi and Natale
        2019): with probability 1 - ``delta`` all values lie within ``error``, which is ``epsilon``. The same ``seed``
        gives the same on as many processors. Raises `UsageError` for values outside 0 to 1.
        """
        check(INNER_SHARE, epsilon=epsilon, delta=delta)
        check(SEED, seed=seed)
        check(NOT_NEGATIVE, exact_up_to=exact_up_to)
        if between.is_quick(self.ties, exact_up_to):
            found, error = between.exact(self.ties), 0.0
        else:
            found, error = between.sampled(self.ties, epsilon, delta, seed, self.as_networkit), epsilon
        return self._frame({"betweenness": found, "error": np.full(len(self), error)})

    def closeness(self, *, pivots: int = 1024, delta: float = 0.1, seed: int = 1) -> Any:
        """How near all others are: ``closeness``, ``mean_steps`` and its ``error``.

        ``mean_steps`` is the mean over those that can be reached; ``closeness`` is 1 / ``mean_steps`` times the
        share of the others that can be (Wasserman and Faust 1994), 0 for an organisation without ties. Exact
        (``error`` 0) in components of at most ``pivots`` organisations; else from the steps to so many, drawn with
        ``seed`` (Eppstein and Wang 2004): with probability 1 - ``delta`` all means lie within their errors.
        Raises `UsageError` for fewer than 2 pivots.
        """
        check(INNER_SHARE, delta=delta)
        check(Range(2, is_whole=True), pivots=pivots)
        check(SEED, seed=seed)
        found = closenesses.closeness(self.ties, pivots, delta, seed)
        columns = {"closeness": found.closeness, "mean_steps": found.mean, "error": found.error}
        return self._frame(columns)

    def constraint(self, of: Iterable[Any] | None = None) -> Any:
        """Burt's ``constraint``: how far the partners of an organisation are bound up with each other.

        With p_ij the share of i's ties that goes to j: sum over j of (p_ij + sum over q of p_iq p_qj)^2
        (Burt 1992, Structural Holes, p. 54 f.). Low for those who bridge gaps; null without ties; may exceed 1 in small
        neighbourhoods. ``of`` names the organisations wanted: few are quick in any network.
        Raises `InputError` for an organisation that is not there.
        """
        return self._of(of, lambda: constraint.constraint(self.ties), self._constraint_of, "constraint")

    def _constraint_of(self, places: np.ndarray) -> np.ndarray:
        return constraint.constraint_of(self.ties, places)

    def brokerage(self, by: str, of: Iterable[Any] | None = None) -> Any:
        """The brokerage roles of Gould and Fernandez (1989) by a group (``by``: country, region ...).

        An organisation b stands between a and c where both are its partners and not each other's. Ordered pairs
        (a, c) are counted: ``coordinator`` (all three of one group), ``itinerant`` (a and c of one, b of another),
        ``gatekeeper`` (b and c of one), ``representative`` (a and b of one; as many, since ties have no direction)
        and ``liaison`` (three groups); ``brokerage`` is their sum. Organisations of no group are left out of all pairs
        and have 0. ``of`` names the organisations wanted: few are quick in any network.
        Raises `InputError` for an attribute or organisation that is not there.
        """
        group, _ = self._groups(by)
        places = None if of is None else self._places(of)
        if places is None or len(places) > FEW:
            found = roles.roles(self.ties, group)
            found = found if places is None else {name: found[name][places] for name in found}
        else:
            found = roles.roles_of(self.ties, group, places)
        whole = sum(found.values())
        return self._frame({**found, "brokerage": whole}, places)

    def communities(self, *, resolution: float = 1.0, seed: int = 1) -> Any:
        """A ``community`` for each organisation, 0 the largest: Leiden on modularity (Traag et al. 2019).

        The same ``seed`` gives the same communities. A higher ``resolution`` makes smaller ones. Organisations
        without ties are communities of their own. Raises `UsageError` for a resolution that is not above 0.
        """
        check(POSITIVE, resolution=resolution)
        check(SEED, seed=seed)
        return self._frame({"community": groups.leiden(self.ties, resolution, seed, self.as_networkit)})

    def modularity(self, community: Any) -> float:
        """How good a division into communities is (Newman and Girvan 2004): a value for each organisation in order."""
        labels = np.unique(np.asarray(community), return_inverse=True)[1]
        if labels.shape != (len(self),):
            raise InputError(
                f"{labels.size} values for {len(self)} organisations",
                remedy="give one for each, in their order",
            )
        return groups.modularity(self.ties, labels)

    def assortativity(self, by: str = DEGREE) -> float:
        """Whether like works with like: -1 to 1, 0 is chance; not a number when all are alike.

        By an attribute: Newman's coefficient over the weights of ties (2003). By ``"degree"``: the correlation of the
        degrees at both ends (2002). Ties of organisations without the attribute do not count.
        Raises `InputError` for an attribute that is not there.
        """
        if by == DEGREE:
            return mixing.degree_assortativity(self.ties)
        group, _ = self._groups(by)
        return mixing.assortativity(mixing.between_groups(self.ties.data, self.ties, group))

    def between(self, by: str) -> Any:
        """The ties within and between groups (``by``: country, region ...), each two once.

        Columns: the group, the ``other_`` group (the same for ties inside), ``pairs`` of organisations, ``weight``, and
        ``expected``, the weight that chance would give from the strengths of both. Raises `InputError` for an
        attribute that is not there.
        """
        group, names = self._groups(by)
        weight = mixing.between_groups(self.ties.data, self.ties, group)
        pairs = mixing.between_groups(np.ones(self.ties.nnz), self.ties, group)
        strength = weight.sum(axis=1)
        expected = np.outer(strength, strength) / max(strength.sum(), 1e-300)
        once = 1 - 0.5 * np.eye(len(weight))  # inside a group each tie was met from both ends
        one, other = np.nonzero(np.triu(pairs))
        columns = [names.gather(one).alias(by), names.gather(other).alias(f"other_{by}")]
        values = {
            "pairs": np.rint(pairs * once)[one, other].astype(np.int64),
            "weight": (weight * once)[one, other],
            "expected": (expected * once)[one, other],
        }
        made = [*columns, *(pl.Series(name, numbers) for name, numbers in values.items())]
        return self.participations.kind.frame(pl.DataFrame(made))

    def paths(self, one: Any, other: Any, *, most: int = 10) -> Any:
        """How two organisations are connected: up to ``most`` ways with the fewest steps through common projects.

        A row for each step: ``path`` and ``step`` (from 1), the organisation, the ``other_`` organisation, ``project``
        (the smallest that they share), the number of common ``projects`` and ``weight``. Strong ties first: the
        least sum of 1 / weight (Newman 2001). Empty when there is no way.
        Raises `InputError` for an organisation that is not there.
        """
        check(COUNT, most=most)
        given = self.participations
        ends = given.place(one), given.place(other)
        found = connections.shortest(given, *ends, most, self.weighting)
        steps = [(p, s, step) for p, way in enumerate(found, 1) for s, step in enumerate(way, 1)]
        return given.kind.frame(
            pl.DataFrame(
                [
                    pl.Series("path", [p for p, _, _ in steps], pl.Int64),
                    pl.Series("step", [s for _, s, _ in steps], pl.Int64),
                    _gathered(given.organisations, [x.one for *_, x in steps], given.organisation),
                    _gathered(
                        given.organisations, [x.other for *_, x in steps], f"other_{given.organisation}"
                    ),
                    _gathered(given.projects, [x.projects[0] for *_, x in steps], given.project),
                    pl.Series("projects", [len(x.projects) for *_, x in steps], pl.Int64),
                    pl.Series("weight", [x.weight for *_, x in steps], pl.Float64),
                ]
            )
        )

    def _groups(self, by: str) -> tuple[np.ndarray, pl.Series]:
        """A number for the group of each organisation (-1 for none), and the groups in order."""
        told = self.participations.attributes
        if by not in told.columns:
            raise InputError(
                f"the network knows no '{by}' of its organisations",
                remedy=nearest(by, told.columns) if told.columns else f"build it with attributes=['{by}']",
            )
        column = told[by].cast(pl.String) if told[by].dtype in (pl.Categorical, pl.Enum) else told[by]
        names = column.drop_nulls().unique().sort()
        places = names.search_sorted(column).cast(pl.Int64)
        return pl.select(pl.when(column.is_null()).then(-1).otherwise(places)).to_series().to_numpy(), names

    def _places(self, of: Iterable[Any]) -> np.ndarray:
        wanted = [of] if isinstance(of, str) else of
        return np.array([self.participations.place(one) for one in wanted], np.int64)

    def _of(self, of: Iterable[Any] | None, whole: Any, some: Any, name: str) -> Any:
        if of is None:
            return self._frame({name: whole()})
        places = self._places(of)
        return self._frame({name: some(places) if len(places) <= FEW else whole()[places]}, places)

    def _frame(self, columns: Mapping[str, Any], places: np.ndarray | None = None) -> Any:
        given = self.participations
        names = given.organisations.alias(given.organisation)
        names = names if places is None else names.gather(places)
        made = [pl.Series(name, column).fill_nan(None) if _is_float(column) else pl.Series(name, column)
                for name, column in columns.items()]  # fmt: skip
        return given.kind.frame(pl.DataFrame([names, *made]))


def _is_float(column: Any) -> bool:
    return isinstance(column, np.ndarray) and column.dtype.kind == "f"


def _gathered(names: pl.Series, places: list[int], name: str) -> pl.Series:
    return names.gather(pl.Series(places, dtype=pl.UInt32)).alias(name)
