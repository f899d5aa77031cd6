"""The brokerage roles of Gould and Fernandez: who stands between two that do not work together, and whose they are."""

from __future__ import annotations

import numpy as np
from scipy import sparse

from clusteratlas.observatory.networks.triangles import Forward, forward, triangles

ROLES = ("coordinator", "itinerant", "gatekeeper", "representative", "liaison")

SIDES = 8
"""What a triangle is to one of its corners, by 1 for a tie of the corner inside its group, 2 for its other tie, 4 for
the opposite one, added up: 0 is three groups, 1 and 2 one of the others of the corner's group, 4 the two others of one
group that is not the corner's, 7 all three of one group; there is no other."""


def roles(ties: sparse.csr_array, group: np.ndarray) -> dict[str, np.ndarray]:
    """For each organisation and role the ordered pairs (a, c) of partners without a tie that it stands between.

    ``group`` is a number for each organisation, -1 for none: such organisations have no role and are nobody's
    partners here. See `Network.brokerage`.
    """
    links = _links(ties, group >= 0)
    onward = forward(links)
    closed = np.empty((len(group), len(ROLES)))
    closed[onward.order] = _closed(onward, group[onward.order])
    return _open(_pairs(links, group, group), closed, group)


def roles_of(ties: sparse.csr_array, group: np.ndarray, places: np.ndarray) -> dict[str, np.ndarray]:
    """The roles of some organisations, from the ties among their partners."""
    links = _links(ties, group >= 0)
    rows, own = links[places], group[places]
    inner, inside = _of_one_group(rows, own, group), _of_one_group(links, group, group)
    every, both = _met(rows, rows @ links), _met(inner, inner @ links)
    one, facing = _met(rows, inner @ links) - both, _met(rows, rows @ inside) - both
    closed = _by_role(both, one, facing, every - both - 2 * one - facing)
    return _open(_pairs(rows, own, group), closed, own)


def _links(ties: sparse.csr_array, there: np.ndarray) -> sparse.csr_array:
    """One for each tie between two organisations that are ``there``."""
    return _kept(ties, np.repeat(there, np.diff(ties.indptr)) & there[ties.indices])


def _of_one_group(rows: sparse.csr_array, own: np.ndarray, group: np.ndarray) -> sparse.csr_array:
    """The entries of ``rows``, whose groups are ``own``, that lie inside a group."""
    return _kept(rows, np.repeat(own, np.diff(rows.indptr)) == group[rows.indices])


def _kept(rows: sparse.csr_array, kept: np.ndarray) -> sparse.csr_array:
    """One for each entry that is kept."""
    bounds = np.concatenate([[0], np.cumsum(kept)])[rows.indptr]
    return sparse.csr_array((np.ones(bounds[-1]), rows.indices[kept], bounds), shape=rows.shape)


def _met(rows: sparse.csr_array, ways: sparse.csr_array) -> np.ndarray:
    """For each row the ways that end at one of its entries."""
    return np.asarray(rows.multiply(ways).sum(axis=1)).ravel()


def _open(every: dict[str, np.ndarray], closed: np.ndarray, own: np.ndarray) -> dict[str, np.ndarray]:
    """The pairs of each role without those that work together."""
    return {
        name: np.where(own >= 0, np.rint(every[name] - closed[:, at]), 0).astype(np.int64)
        for at, name in enumerate(ROLES)
    }


def _pairs(rows: sparse.csr_array, own: np.ndarray, group: np.ndarray) -> dict[str, np.ndarray]:
    """The ordered pairs of different partners by role, whether they work together or not.

    ``rows`` has the partners of each organisation, whose groups are ``own``.
    """
    groups = int(group.max(initial=0)) + 1
    known = np.flatnonzero(group >= 0)
    members = sparse.csr_array((np.ones(len(known)), (known, group[known])), shape=(len(group), groups))
    counts = sparse.csr_array(rows @ members)
    alike = np.diff(_of_one_group(rows, own, group).indptr).astype(float)
    squares = np.asarray((counts * counts).sum(axis=1)).ravel()
    outside = np.diff(rows.indptr).astype(float) - alike
    elsewhere = squares - alike**2 - outside
    return {
        "coordinator": alike * (alike - 1),
        "itinerant": elsewhere,
        "gatekeeper": outside * alike,
        "representative": alike * outside,
        "liaison": outside * (outside - 1) - elsewhere,
    }


def _closed(ties: Forward, group: np.ndarray) -> np.ndarray:
    """The same for pairs that do work together, a column for each role: two for each triangle and corner."""
    size = ties.size
    same = (group[ties.start] == group[ties.end]).astype(np.int8)
    found = np.zeros(size * SIDES, np.int64)
    for xy, yz, xz in triangles(ties):
        sides = same[xy], same[yz], same[xz]
        for corner, near, far, opposite in (
            (ties.start[xy], sides[0], sides[2], sides[1]),
            (ties.start[yz], sides[0], sides[1], sides[2]),
            (ties.end[yz], sides[1], sides[2], sides[0]),
        ):
            code = near + 2 * far + 4 * opposite
            found += np.bincount(corner.astype(np.int64) * SIDES + code, minlength=len(found))
    codes = found.reshape(size, SIDES)
    return _by_role(2 * codes[:, 7], codes[:, 1] + codes[:, 2], 2 * codes[:, 4], 2 * codes[:, 0])


def _by_role(both: np.ndarray, one: np.ndarray, facing: np.ndarray, alone: np.ndarray) -> np.ndarray:
    """Ordered pairs that work together, a column for each of `ROLES`."""
    return np.column_stack([both, facing, one, one, alone])
