"""Linear systems of a table, solved by one LU factorisation of I - A."""

from __future__ import annotations

import warnings
from functools import cached_property

import numpy as np
from scipy.linalg import LinAlgWarning, lu_factor, lu_solve

from clusteratlas.errors import InputError


class Factorised:
    """I - A, factorised once; the Leontief and the Ghosh system both are solved with it.

    With x the output, B = A x / x (by row) is the table of allocation, and (I - B) = x^-1 (I - A) x: what the Ghosh
    model needs is the Leontief solution between two scalings. Rows without output stand alone in both.

    >>> one = Factorised(np.array([[0.15, 0.25], [0.2, 0.05]]), np.array([1000.0, 2000.0]))
    >>> one.leontief(np.array([600.0, 1500.0])).round(0)
    array([1248., 1842.])
    """

    def __init__(self, coefficients: np.ndarray, output: np.ndarray) -> None:
        self._scale = np.where(output > 0, output, 1.0)
        system = np.negative(coefficients)
        system[np.diag_indices_from(system)] += 1
        # Transposed, because LAPACK reads by columns what NumPy writes by rows: nothing is copied.
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", LinAlgWarning)  # told below, in our words
            self._lu = lu_factor(system.T, overwrite_a=True, check_finite=False)
        pivots = np.abs(np.diagonal(self._lu[0]))
        if len(pivots) and pivots.min() <= np.finfo(float).eps * pivots.max():
            raise InputError(
                "the table has no solution: some industry uses all it makes, or more",
                where="transactions",
                remedy="see balance(): which column's inputs exceed its output?",
            )

    def leontief(self, right: np.ndarray) -> np.ndarray:
        """(I - A)^-1 right: the output that final demand ``right`` calls for."""
        return lu_solve(self._lu, right, trans=1, check_finite=False)

    def leontief_back(self, right: np.ndarray) -> np.ndarray:
        """((I - A)')^-1 right: what a unit of final demand for each row calls for, of ``right`` per unit of output."""
        return lu_solve(self._lu, right, check_finite=False)

    def ghosh(self, right: np.ndarray) -> np.ndarray:
        """(I - B)^-1 right: ``right`` of the buyers, their buyers, and so on, weighted by shares of sales."""
        scale = self._scaled(right)
        return self.leontief(right * scale) / scale

    def ghosh_back(self, right: np.ndarray) -> np.ndarray:
        """((I - B)')^-1 right: the output that primary inputs ``right`` carry through to."""
        scale = self._scaled(right)
        return self.leontief_back(right / scale) * scale

    @cached_property
    def inverse(self) -> np.ndarray:
        """(I - A)^-1 itself, where all of it is asked for; from the same factorisation.

        A solve for each column: LAPACK's own inversion does less, but its threads wait for each other where others
        use the machine too.
        """
        unit = np.eye(len(self._scale), order="F")
        return lu_solve(self._lu, unit, overwrite_b=True, check_finite=False).T

    def _scaled(self, right: np.ndarray) -> np.ndarray:
        return self._scale if right.ndim == 1 else self._scale[:, None]
