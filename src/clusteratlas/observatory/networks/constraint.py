"""Burt's constraint: how far an organisation's partners are bound up with each other."""

from __future__ import annotations

import numpy as np
from scipy import sparse

from clusteratlas.observatory.networks.triangles import Forward, forward, triangles


def constraint(ties: sparse.csr_array) -> np.ndarray:
    """The constraint of every organisation, not a number without ties.

    With p_ij the share of i's ties that goes to j, c_i = sum over partners j of (p_ij + sum over q of p_iq p_qj)^2
    (Burt 1992, p. 54 f.). The inner sums run over triangles, each looked at once.
    """
    onward = forward(ties)
    strength = np.asarray(ties.sum(axis=1)).ravel()[onward.order]
    through = _through(onward, strength)
    found = np.zeros(onward.size)
    for near in (onward.start, onward.end):
        bound = (onward.weight + through) / strength[near]
        found += np.bincount(near, bound**2, onward.size)
    result = np.full(onward.size, np.nan)
    result[onward.order] = np.where(strength > 0, found, np.nan)
    return result


def _through(ties: Forward, strength: np.ndarray) -> np.ndarray:
    """For each tie i-j the sum over common partners q of a_iq a_qj / s_q: what binds the two besides."""
    found = np.zeros(len(ties.weight))
    weight = ties.weight
    for xy, yz, xz in triangles(ties):
        np.add.at(found, xy, weight[xz] * weight[yz] / strength[ties.end[yz]])
        np.add.at(found, yz, weight[xy] * weight[xz] / strength[ties.start[xy]])
        np.add.at(found, xz, weight[xy] * weight[yz] / strength[ties.start[yz]])
    return found


def constraint_of(ties: sparse.csr_array, places: np.ndarray) -> np.ndarray:
    """The constraint of some organisations, from their own neighbourhood."""
    strength = np.asarray(ties.sum(axis=1)).ravel()
    inverse = np.divide(1, strength, out=np.zeros(len(strength)), where=strength > 0)
    shares = sparse.diags_array(inverse) @ ties
    own = sparse.csr_array(shares[places])
    direct = own.copy()
    direct.data = np.ones_like(direct.data)
    bound = own + (own @ shares) * direct
    found = np.asarray((bound * bound).sum(axis=1)).ravel()
    return np.where(strength[places] > 0, found, np.nan)
