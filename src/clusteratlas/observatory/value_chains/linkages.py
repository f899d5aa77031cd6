"""How an industry hangs together with the others: linkages, key sectors, and what is lost without it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from clusteratlas.observatory.arguments import check_pairs
from clusteratlas.observatory.value_chains.multipliers import Multipliers


class Linkages(Multipliers):
    """Backward and forward linkages, hypothetical extraction, propagation lengths. See `InputOutput`."""

    def linkages(self) -> Any:
        """Backward and forward linkages of each industry, and what they make of it.

        ``country``, ``industry`` and

        - ``backward_linkage``: the output everywhere per unit of its final demand (column sum of L);
        - ``forward_linkage``: the output everywhere per unit of its primary inputs (row sum of G, Ghosh);
        - ``power_of_dispersion``: ``backward_linkage`` over its mean (Rasmussen 1957);
        - ``sensitivity_of_dispersion``: the row sum of L over its mean (Rasmussen 1957): its output when the final
          demand of every industry grows by a unit;
        - ``key_sector``: ``"key"`` where both are above 1, ``"backward"`` or ``"forward"`` where one is, else
          ``"weak"``.

        Industries without output count in no mean and get no figures.
        Source: Rasmussen 1957; Jones 1976; Miller and Blair 2009, section 12.2.

        >>> from clusteratlas.observatory import InputOutput
        >>> io = InputOutput([[150, 500], [200, 100]], [350, 1700], industries=["1", "2"])
        >>> io.linkages()["key_sector"].tolist()
        ['key', 'weak']
        """
        ones = np.ones(len(self.rows))
        back = self.known(self.factorised.leontief_back(ones))
        row = self.known(self.factorised.leontief(np.where(self.output > 0, 1.0, 0.0)))
        power, sensitivity = _over_mean(back), _over_mean(row)
        return self.by_row(
            {
                "backward_linkage": back,
                "forward_linkage": self.known(self.factorised.ghosh(ones)),
                "power_of_dispersion": power,
                "sensitivity_of_dispersion": sensitivity,
                "key_sector": [kind_of_sector(*pair) for pair in zip(power, sensitivity, strict=True)],
            }
        )

    def key_sectors(self) -> Any:
        """The industries that pull and are pulled more than the mean: the rows of `linkages` that are ``"key"``.

        ``country``, ``industry``, ``power_of_dispersion``, ``sensitivity_of_dispersion``, the strongest pull first.

        >>> from clusteratlas.observatory import InputOutput
        >>> io = InputOutput([[150, 500], [200, 100]], [350, 1700], industries=["1", "2"])
        >>> io.key_sectors()["industry"].tolist()
        ['1']
        """
        ones = np.ones(len(self.rows))
        power = self.known(self.factorised.leontief_back(ones))
        sensitivity = self.known(self.factorised.leontief(np.where(self.output > 0, 1.0, 0.0)))
        power, sensitivity = _over_mean(power), _over_mean(sensitivity)
        rows = np.flatnonzero((power > 1) & (sensitivity > 1))
        rows = rows[np.argsort(-power[rows], kind="stable")]
        return self.frame(
            {
                "country": self.rows.countries[rows],
                "industry": self.rows.names[rows],
                "power_of_dispersion": power[rows],
                "sensitivity_of_dispersion": sensitivity[rows],
            }
        )

    def extraction(self, only: Iterable[tuple[str, str]] | None = None) -> Any:
        """The output that would be lost without each industry, one at a time (hypothetical extraction).

        ``country``, ``industry`` and, in the table's unit,

        - ``extraction_total``: it is gone, with its own output: x_j (sum of the column of L) / L_jj;
        - ``extraction_others``: the same without its own output;
        - ``extraction_backward``: it buys nothing from industries: x_j (sum of the column of L - 1) / L_jj;
        - ``extraction_forward``: it sells nothing to industries (in the Ghosh model): x_j (sum of the row of G -
          1) / L_jj;
        - ``extraction_share``: ``extraction_total`` over all output.

        ``only``: these (country, industry), in their order, by one solve each; without it all, from the inverse.
        Raises `UsageError` for names that are not there, and for what is no list of pairs.

        Each is the closed form of a rank-one or block update of the inverse, so nothing is inverted anew.
        Source: Strassert 1968; Dietzenbacher and van der Linden 1997; Miller and Blair 2009, section 12.2.6.

        >>> from clusteratlas.observatory import InputOutput
        >>> io = InputOutput([[150, 500], [200, 100]], [350, 1700], industries=["1", "2"])
        >>> io.extraction()["extraction_others"].round(1).tolist()
        [210.5, 588.2]
        """
        places, column, diagonal = self._columns(only)
        output = self.output[places]
        per_own = output / diagonal
        total = per_own * column
        forward = self.factorised.ghosh(np.ones(len(self.rows)))[places]
        return self.frame(
            {
                "country": self.rows.countries[places],
                "industry": self.rows.names[places],
                "extraction_total": total,
                "extraction_others": total - output,
                "extraction_backward": per_own * (column - 1),
                "extraction_forward": per_own * (forward - 1),
                "extraction_share": total / (self.output.sum() or np.nan),
            }
        )

    def _columns(self, only: Iterable[tuple[str, str]] | None) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """The rows that are meant, the sums of their columns of L, and its diagonal there."""
        if only is None:
            return np.arange(len(self.rows)), self.leontief.sum(axis=0), np.diagonal(self.leontief)
        check_pairs(only=only)
        places = np.array(list(dict.fromkeys(self.place(*one) for one in only)), dtype=np.intp)
        at = np.arange(len(places))
        units = np.zeros((len(self.rows), len(places)))
        units[places, at] = 1
        columns = self.factorised.leontief(units)
        return places, columns.sum(axis=0), columns[places, at]

    def extraction_of(self, group: Iterable[tuple[str, str]]) -> Any:
        """The output that each industry would lose were a whole group of (country, industry) gone.

        ``country``, ``industry``, ``output_loss`` (the group's own output among it) and ``share_of_output``. With
        J the group, the loss of all is L_J (L_JJ)^-1 x_J: one solve with a right side for each of the group.

        Raises `UsageError` for names that are not there.

        >>> from clusteratlas.observatory import InputOutput
        >>> io = InputOutput([[150, 500], [200, 100]], [350, 1700], industries=["1", "2"])
        >>> io.extraction_of([("national", "1")])["output_loss"].round(1).tolist()
        [1000.0, 210.5]
        """
        check_pairs(group=group)
        places = list(dict.fromkeys(self.place(country, industry) for country, industry in group))
        loss = self.lost_without(places, self.output[places])
        return self.by_row({"output_loss": loss, "share_of_output": loss * self.per_output})

    def lost_without(self, places: list[int], lost: np.ndarray) -> np.ndarray:
        """The output of every row that goes when rows ``places`` make ``lost`` less and buy less accordingly."""
        units = np.zeros((len(self.rows), len(places)))
        units[places, np.arange(len(places))] = 1
        columns = self.factorised.leontief(units)
        return columns @ np.linalg.solve(columns[places], lost)

    def propagation_lengths(self, country: str, industry: str) -> Any:
        """Steps that a shock takes, on average, from and to one industry (average propagation lengths).

        ``country``, ``industry``, ``length_from`` (from that industry as a supplier to the one named) and
        ``length_to`` (from the one named to that industry as a customer); empty where no chain links the two.
        Lengths are the same forward (prices, Ghosh) and backward (demand, Leontief).

        With H = L (L - I): APL_ij = H_ij / (L - I)_ij. Raises `UsageError` for names that are not there.
        Source: Dietzenbacher, Romero and Bosma 2005, Estudios de Economia Aplicada 23, 405-422.

        >>> from clusteratlas.observatory import InputOutput
        >>> io = InputOutput([[0, 50, 0], [0, 0, 50], [0, 0, 0]], [50, 50, 100], industries=["ore", "steel", "cars"])
        >>> io.propagation_lengths("national", "cars")["length_from"].tolist()
        [2.0, 1.0, nan]
        """
        unit = np.zeros(len(self.rows))
        unit[self.place(country, industry)] = 1
        return self._lengths(unit, unit)

    def propagation_lengths_of(self, group: Iterable[tuple[str, str]]) -> Any:
        """Steps that a shock takes, on average, from and to a whole group of (country, industry).

        Columns as `propagation_lengths`. The group's demand is in proportion to its output, and so is what its
        customers take of it: sum over its j of x_j H_ij / sum of x_j (L - I)_ij, and for customers sum over its i of
        H_ij / sum of (L - I)_ij, which in Ghosh's model are primary inputs in proportion to output. A group of one
        gives the lengths of that one. Raises `UsageError` for names that are not there, and for what is no list of
        pairs.

        >>> from clusteratlas.observatory import InputOutput
        >>> io = InputOutput([[0, 50, 0], [0, 0, 50], [0, 0, 0]], [50, 50, 100], industries=["ore", "steel", "cars"])
        >>> io.propagation_lengths_of([("national", "steel"), ("national", "cars")])["length_from"].round(2).tolist()
        [1.33, 1.0, nan]
        """
        check_pairs(group=group)
        places = list(dict.fromkeys(self.place(country, industry) for country, industry in group))
        buys, sells = np.zeros(len(self.rows)), np.zeros(len(self.rows))
        every = self.output[places].sum()
        buys[places] = self.output[places] / every if every else 0.0
        sells[places] = 1 / max(len(places), 1)
        return self._lengths(buys, sells)

    def _lengths(self, buys: np.ndarray, sells: np.ndarray) -> Any:
        """Lengths to the buyers ``buys`` and from the sellers ``sells``, both weights of the rows."""
        sides = {
            "length_from": (self.factorised.leontief, buys),
            "length_to": (self.factorised.leontief_back, sells),
        }
        lengths = {}
        for name, (solve, weights) in sides.items():
            once = solve(weights)
            lengths[name] = _length(solve(once) - once, once - weights)
        return self.by_row(lengths)

    def average_propagation_lengths(self) -> np.ndarray:
        """The propagation length from each row to each column, n x n; not-a-number where no chain links them.

        >>> from clusteratlas.observatory import InputOutput
        >>> io = InputOutput([[0, 50, 0], [0, 0, 50], [0, 0, 0]], [50, 50, 100], industries=["ore", "steel", "cars"])
        >>> io.average_propagation_lengths()[0].tolist()
        [nan, 1.0, 2.0]
        """
        around = self.leontief - np.eye(len(self.rows))
        return _length(self.leontief @ around, around)


def _length(weighted: np.ndarray, total: np.ndarray) -> np.ndarray:
    linked = total > 1e-14
    return np.divide(weighted, total, out=np.full_like(total, np.nan), where=linked)


def kind_of_sector(power: float, sensitivity: float) -> str | None:
    """What dispersions make of an industry: `Linkages.linkages` says how.

    >>> kind_of_sector(1.2, 0.8), kind_of_sector(1.2, 1.1)
    ('backward', 'key')
    """
    if np.isnan(power):
        return None
    return {(True, True): "key", (True, False): "backward", (False, True): "forward"}.get(
        (power > 1, sensitivity > 1), "weak"
    )


def _over_mean(values: np.ndarray) -> np.ndarray:
    """Values over their mean, of those that are numbers."""
    return values / np.nanmean(values) if np.isfinite(values).any() else values
