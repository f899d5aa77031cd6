"""The brokerage roles of Gould and Fernandez: who stands between two that do not work together, and whose they are."""

from __future__ import annotations

import numpy as np
from scipy import sparse

from clusteratlas.observatory.networks.triangles import Forward, forward, triangles

ROLES = ("coordinator", "itinerant", "gatekeeper", "representative", "liaison")


def roles(ties: sparse.csr_array, group: np.ndarray) -> dict[str, np.ndarray]:
    """For each organisation and role the ordered pairs (a, c) of partners without a tie that it stands between.

    ``group`` is a number for each organisation, -1 for none: such organisations have no role and are nobody's
    partners here. See `Network.brokerage`.
    """
    ties = _within(ties, group >= 0)
    onward = forward(ties)
    own = group[onward.order]
    all_pairs = _pairs(ties, group)
    closed = _closed(onward, own)
    found = {}
    for name in ROLES:
        of_places = np.zeros(len(group))
        of_places[onward.order] = closed[name]
        found[name] = np.where(group >= 0, np.rint(all_pairs[name] - of_places), 0).astype(np.int64)
    return found


def _within(ties: sparse.csr_array, there: np.ndarray) -> sparse.csr_array:
    if there.all():
        return ties
    kept = sparse.diags_array(there.astype(float))
    found = sparse.csr_array(kept @ ties @ kept)
    found.eliminate_zeros()
    return found


def _pairs(ties: sparse.csr_array, group: np.ndarray) -> dict[str, np.ndarray]:
    """The ordered pairs of different partners of each organisation by role, whether they work together or not."""
    size, groups = ties.shape[0], int(group.max(initial=-1)) + 1
    members = sparse.csr_array(
        (np.ones(int((group >= 0).sum())), (np.flatnonzero(group >= 0), group[group >= 0])),
        shape=(size, max(groups, 1)),
    )
    links = ties.copy()
    links.data = np.ones_like(links.data)
    counts = sparse.csr_array(links @ members)
    degree = np.diff(ties.indptr).astype(float)
    own = np.asarray((counts * members).sum(axis=1)).ravel()
    squares = np.asarray((counts * counts).sum(axis=1)).ravel()
    outside = degree - own
    alike = squares - own**2 - outside  # ordered pairs of one other group
    return {
        "coordinator": own * (own - 1),
        "itinerant": alike,
        "gatekeeper": outside * own,
        "representative": own * outside,
        "liaison": outside * (outside - 1) - alike,
    }


def _closed(ties: Forward, group: np.ndarray) -> dict[str, np.ndarray]:
    """The same for pairs that do work together: two for each triangle and corner."""
    size = ties.size
    inside, alone, facing, mixed = (np.zeros(size) for _ in range(4))
    same = group[ties.start] == group[ties.end]
    for xy, yz, xz in triangles(ties):
        corners = (ties.start[xy], ties.start[yz], ties.end[yz])
        number = same[xy].astype(np.int8) + same[yz] + same[xz]
        for corner, opposite in zip(corners, (yz, xz, xy), strict=True):
            inside += np.bincount(corner[number == 3], minlength=size)
            alone += np.bincount(corner[number == 0], minlength=size)
            is_facing = (number == 1) & same[opposite]
            facing += np.bincount(corner[is_facing], minlength=size)
            mixed += np.bincount(corner[(number == 1) & ~same[opposite]], minlength=size)
    return {
        "coordinator": 2 * inside,
        "itinerant": 2 * facing,
        "gatekeeper": mixed,
        "representative": mixed,
        "liaison": 2 * alone,
    }


def roles_of(ties: sparse.csr_array, group: np.ndarray, places: np.ndarray) -> dict[str, np.ndarray]:
    """The roles of some organisations, from their own neighbourhood."""
    found = {name: np.zeros(len(places), np.int64) for name in ROLES}
    for at, place in enumerate(places.tolist()):
        partners = ties.indices[ties.indptr[place] : ties.indptr[place + 1]]
        near = np.append(partners, place)
        counts = roles(sparse.csr_array(ties[near][:, near]), group[near])
        for name in ROLES:
            found[name][at] = counts[name][-1]
    return found
