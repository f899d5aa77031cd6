"""Whose value added is in what a country exports: domestic and foreign value added, participation, the nine terms."""

from __future__ import annotations

from functools import cached_property
from typing import Any

import numpy as np

from clusteratlas.observatory.value_chains.multipliers import Multipliers

TERMS = (
    "domestic_in_final_exports",
    "domestic_in_intermediates_used_by_importer",
    "domestic_in_intermediates_for_third_countries",
    "domestic_returned_in_final_imports",
    "domestic_returned_in_intermediate_imports",
    "double_counted_domestic",
    "foreign_in_final_exports",
    "foreign_in_intermediate_exports",
    "double_counted_foreign",
)
"""The terms of Koopman, Wang and Wei 2014 (equation 36), in their order."""


class Trade(Multipliers):
    """Value added in exports. See `InputOutput`."""

    def exports(self) -> Any:
        """What industries sell abroad: ``country``, ``industry``, ``exports``, of which ``intermediate_exports``.

        >>> from clusteratlas.observatory import InputOutput
        >>> io = InputOutput([[10, 20], [10, 20]], [[60, 10], [10, 60]], [100, 100], ["AT", "DE"], ["goods"], ["use"])
        >>> io.exports()[["exports", "intermediate_exports"]].values.tolist()
        [[30.0, 20.0], [20.0, 10.0]]
        """
        final, intermediate = self._abroad
        return self.by_row({"exports": final + intermediate, "intermediate_exports": intermediate})

    def value_added_in_exports(self) -> Any:
        """Domestic and foreign value added in the exports of each industry, and participation in global value chains.

        ``country``, ``industry``, ``exports``, ``domestic_value_added``, ``foreign_value_added`` (both in the
        industry's exports, wherever in the chain they were added), ``reexported_value_added`` (the industry's own
        value added in exports of other countries), ``backward_participation`` = foreign value added / exports and
        ``forward_participation`` = re-exported value added / exports (empty without exports). Domestic and foreign
        add up to exports when value added is output less inputs.

        Source: Hummels, Ishii and Yi 2001; Koopman, Powers, Wang and Wei 2010; OECD TiVA indicators EXGR_DVA,
        EXGR_FVA.

        >>> from clusteratlas.observatory import InputOutput
        >>> io = InputOutput([[10, 20], [10, 20]], [[60, 10], [10, 60]], [100, 100], ["AT", "DE"], ["goods"], ["use"])
        >>> io.value_added_in_exports()[["domestic_value_added", "foreign_value_added"]].round(2).values.tolist()
        [[27.43, 2.57], [15.43, 4.57]]
        """
        return self.by_row(self._in_exports())

    def participation(self) -> Any:
        """`value_added_in_exports` by country.

        ``country``, ``exports``, ``domestic_value_added``, ``foreign_value_added``, ``reexported_value_added``,
        ``backward_participation``, ``forward_participation`` and their sum ``participation``.

        >>> from clusteratlas.observatory import InputOutput
        >>> io = InputOutput([[10, 20], [10, 20]], [[60, 10], [10, 60]], [100, 100], ["AT", "DE"], ["goods"], ["use"])
        >>> io.participation()[["backward_participation", "forward_participation"]].round(2).values.tolist()
        [[0.09, 0.15], [0.23, 0.13]]
        """
        columns = {
            name: np.bincount(self.member, values, len(self.countries))
            for name, values in self._in_exports().items()
            if not name.endswith("_participation")
        }
        shares = _participation(columns)
        both = shares["backward_participation"] + shares["forward_participation"]
        return self.frame({"country": self.countries, **columns, **shares, "participation": both})

    def koopman_wang_wei(self) -> Any:
        """Gross exports of each country, told apart in nine terms that add up to them.

        ``country``, ``exports``, the nine terms, and ``remainder``: what they do not explain, because the table
        does not add up or value added given is not output less inputs (0 else). Terms 1 to 3 are value added that
        stays abroad, 4 and 5 return home, 7 and 8 are of other countries; 6 and 9 count what crosses borders more
        than once.

        Source: Koopman, Wang and Wei 2014, "Tracing value-added and double counting in gross exports", American
        Economic Review 104, 459-494, equation 36.

        >>> from clusteratlas.observatory import InputOutput
        >>> io = InputOutput([[10, 20], [10, 20]], [[60, 10], [10, 60]], [100, 100], ["AT", "DE"], ["goods"], ["use"])
        >>> terms = io.koopman_wang_wei().round(2)
        >>> terms[["exports", "domestic_in_final_exports", "foreign_in_final_exports"]].values.tolist()
        [[30.0, 9.14, 0.86], [20.0, 7.71, 2.29]]
        """
        terms = np.array([self._terms(number) for number in range(len(self.countries))])
        exports = np.bincount(self.member, sum(self._abroad), len(self.countries))
        columns = dict(zip(TERMS, terms.T, strict=True))
        return self.frame(
            {
                "country": self.countries,
                "exports": exports,
                **columns,
                "remainder": exports - terms.sum(axis=1),
            }
        )

    @cached_property
    def added_per_output(self) -> np.ndarray:
        """Countries x n: the value added of each country in a unit of final output of each industry (V L)."""
        numbers = np.arange(len(self.countries))
        share = self.value_added * self.per_output
        return self.factorised.leontief_back(np.where(self.member[:, None] == numbers, share[:, None], 0.0)).T

    @cached_property
    def _final_of(self) -> np.ndarray:
        """n x (countries and one more): what the final users of each country buy.

        A use of no country is at home; the last column is of countries that have no industries in the table.
        """
        place = {country: number for number, country in enumerate(self.countries)}
        found = np.zeros((len(self.rows), len(place) + 1))
        for number, country in enumerate(self.uses.countries.tolist()):
            if country:
                found[:, place.get(country, len(place))] += self.final[:, number]
            else:
                found[np.arange(len(found)), self.member] += self.final[:, number]
        return found

    @cached_property
    def _used_in(self) -> np.ndarray:
        """n x countries: what the industries of each country buy."""
        own = (self.member[:, None] == np.arange(len(self.countries))).astype(float)
        return self.flows @ own

    @cached_property
    def _abroad(self) -> tuple[np.ndarray, np.ndarray]:
        """What each row sells to final users, and to industries, of other countries."""
        rows = np.arange(len(self.rows))
        final, used = self._final_of, self._used_in
        return final.sum(axis=1) - final[rows, self.member], used.sum(axis=1) - used[rows, self.member]

    def _in_exports(self) -> dict[str, np.ndarray]:
        exports = sum(self._abroad)
        rows, numbers = np.arange(len(self.rows)), np.arange(len(self.countries))
        domestic = self.added_per_output[self.member, rows]
        by_country = np.where(self.member[:, None] == numbers, exports[:, None], 0.0)
        carried = self.factorised.leontief(by_country)
        others = carried.sum(axis=1) - carried[rows, self.member]
        columns = {
            "exports": exports,
            "domestic_value_added": domestic * exports,
            "foreign_value_added": (self.added_per_output.sum(axis=0) - domestic) * exports,
            "reexported_value_added": self.value_added * self.per_output * others,
        }
        return columns | _participation(columns)

    @cached_property
    def _home(self) -> tuple[np.ndarray, np.ndarray]:
        """(I - A_rr)^-1 of each country's own final demand, and of its exports, all countries below each other."""
        final, exports = self._final_of[np.arange(len(self.rows)), self.member], sum(self._abroad)
        solved = np.zeros((len(self.rows), 2))
        for number in range(len(self.countries)):
            mine = np.flatnonzero(self.member == number)
            system = np.eye(len(mine)) - self.coefficients[np.ix_(mine, mine)]
            solved[mine] = np.linalg.solve(system, np.column_stack([final[mine], exports[mine]]))
        return solved[:, 0], solved[:, 1]

    def _terms(self, country: int) -> list[float]:
        own = self.member == country
        mine, others = np.flatnonzero(own), np.flatnonzero(~own)
        added = self.added_per_output[country]
        foreign = self.added_per_output.sum(axis=0) - added
        final, home, exports = self._final_of, *self._home
        theirs = added[others]
        own_final = final[others, self.member[others]]
        abroad = final[mine].sum() if not len(others) else final[mine].sum(axis=1) - final[mine, country]
        back = self.coefficients[np.ix_(others, mine)]
        out = self.coefficients[np.ix_(mine, others)]
        return [
            float(added[mine] @ abroad) if len(others) else 0.0,
            float(theirs @ own_final),
            float(theirs @ (final[others].sum(axis=1) - own_final - final[others, country])),
            float(theirs @ final[others, country]),
            float(theirs @ (back @ home[mine])),
            float(theirs @ (back @ exports[mine])),
            float(foreign[mine] @ abroad) if len(others) else 0.0,
            float(foreign[mine] @ (out @ home[others])),
            float(foreign[mine] @ (out @ exports[others])),
        ]


def _participation(columns: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    exports = columns["exports"]
    blank = np.full(len(exports), np.nan)
    return {
        name: np.divide(columns[of], exports, out=blank.copy(), where=exports > 0)
        for name, of in (
            ("backward_participation", "foreign_value_added"),
            ("forward_participation", "reexported_value_added"),
        )
    }
