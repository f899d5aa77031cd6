"""What a unit of final demand calls for: output, income and employment multipliers, of type I and II."""

from __future__ import annotations

from functools import cached_property
from typing import Any

import numpy as np

from clusteratlas.errors import UsageError
from clusteratlas.observatory.value_chains.base import Base


class Multipliers(Base):
    """Leontief and Ghosh inverses, requirements and multipliers. See `InputOutput`."""

    @cached_property
    def leontief(self) -> np.ndarray:
        """L = (I - A)^-1, n x n: the output of each row per unit of final demand for each column (Leontief 1936)."""
        return self.factorised.inverse

    @cached_property
    def ghosh(self) -> np.ndarray:
        """G = (I - B)^-1, n x n: the output of each column per unit of primary inputs of each row (Ghosh 1958)."""
        return self.leontief * self.per_scale[:, None] * self.scale[None, :]

    @cached_property
    def scale(self) -> np.ndarray:
        """Output, 1 where there is none."""
        return np.where(self.output > 0, self.output, 1.0)

    @cached_property
    def per_scale(self) -> np.ndarray:
        """1 / `scale`."""
        return 1 / self.scale

    def requirements(self, country: str, industry: str) -> Any:
        """The output of everyone that a unit of final demand for one industry calls for: a column of L, by one solve.

        ``country``, ``industry``, ``requirement`` (unit per unit). Raises `UsageError` for names that are not there.

        >>> from clusteratlas.observatory import InputOutput
        >>> io = InputOutput([[10, 20], [10, 20]], [[60, 10], [10, 60]], [100, 100], ["AT", "DE"], ["goods"], ["use"])
        >>> io.requirements("AT", "goods")["requirement"].round(2).tolist()
        [1.14, 0.14]
        """
        unit = np.zeros(len(self.rows))
        unit[self.place(country, industry)] = 1
        return self.by_row({"requirement": self.factorised.leontief(unit)})

    def output_multipliers(self) -> Any:
        """Output of all industries per unit of final demand for one.

        ``country``, ``industry``, ``output_multiplier`` (type I: sum of the column of L),
        ``domestic_output_multiplier`` (the part made in the same country) and ``output_multiplier_type_2``: with
        what households of each country spend of the wages that it brings (empty without ``income``, or without a
        final use of households).

        Source: Miller and Blair 2009, sections 6.2.1 and 6.2.4 (truncated total output multipliers).

        >>> from clusteratlas.observatory import InputOutput
        >>> io = InputOutput([[150, 500], [200, 100]], [350, 1700], industries=["1", "2"])
        >>> io.output_multipliers()["output_multiplier"].round(3).tolist()
        [1.518, 1.452]
        """
        ones = np.ones(len(self.rows))
        own = (self.member[:, None] == np.arange(len(self.countries))).astype(float)
        by_country = self.factorised.leontief_back(own)
        domestic = by_country[np.arange(len(own)), self.member]
        simple = by_country.sum(axis=1)
        closed = simple + self._induced(ones, simple)
        return self.by_row(
            {
                "output_multiplier": self.known(simple),
                "domestic_output_multiplier": self.known(domestic),
                "output_multiplier_type_2": self.known(closed),
            }
        )

    def income_multipliers(self) -> Any:
        """Income of labour per unit of final demand, and per unit of income earned in the industry itself.

        ``country``, ``industry``, ``income_effect`` (unit per unit of final demand), ``income_multiplier`` (type
        I: that over the industry's own income per output) and ``income_multiplier_type_2`` (with households'
        spending). Raises `UsageError` when the table has no ``income``. Source: Miller and Blair 2009, section 6.2.2.

        >>> from clusteratlas.observatory import InputOutput
        >>> io = InputOutput([[150, 500], [200, 100]], [[300, 50], [1500, 200]], [1000, 2000], ["AT"], ["1", "2"],
        ...                  ["C39", "EX"], income=[300, 500], employment=[5, 8], household="C39")
        >>> io.income_multipliers()[["income_multiplier", "income_multiplier_type_2"]].round(2).values.tolist()
        [[1.47, 2.42], [1.52, 2.49]]
        """
        return self._factor_multipliers("income", self.income)

    def employment_multipliers(self) -> Any:
        """Persons employed per unit of final demand, and per person employed in the industry itself.

        ``country``, ``industry``, ``employment_effect`` (persons per unit of final demand),
        ``employment_multiplier`` (type I) and ``employment_multiplier_type_2``. Raises `UsageError` when the table
        has no ``employment``. Source: Miller and Blair 2009, section 6.2.3.

        >>> from clusteratlas.observatory import InputOutput
        >>> io = InputOutput([[150, 500], [200, 100]], [[300, 50], [1500, 200]], [1000, 2000], ["AT"], ["1", "2"],
        ...                  ["C39", "EX"], income=[300, 500], employment=[5, 8], household="C39")
        >>> io.employment_multipliers()["employment_multiplier"].round(2).tolist()
        [1.47, 1.53]
        """
        return self._factor_multipliers("employment", self.employment)

    def _factor_multipliers(self, name: str, amounts: np.ndarray | None) -> Any:
        if amounts is None:
            raise UsageError(
                f"the table has no {name}",
                where=f"{name}_multipliers",
                remedy=f"give {name}= with one number for each country and industry",
            )
        direct = amounts * self.per_output
        effect = self.factorised.leontief_back(direct)
        closed = effect + self._induced(direct, effect)
        return self.by_row(
            {
                f"{name}_effect": self.known(effect),
                f"{name}_multiplier": self.known(_over(effect, direct)),
                f"{name}_multiplier_type_2": self.known(_over(closed, direct)),
            }
        )

    def _induced(self, direct: np.ndarray, effect: np.ndarray) -> np.ndarray:
        """What a closed model adds to ``effect`` = L' direct: f' L C (I - W L C)^-1 W L, one solve for all.

        W (countries x n) is income per output, C (n x countries) what households buy per unit of income. They
        spend no more than they earn: what they buy beyond is paid from other income, and calls for no work of theirs.
        """
        if self._household_side is None:
            return np.full(len(direct), np.nan)
        spending, round_trip = self._household_side
        return (effect @ spending) @ round_trip

    @cached_property
    def _household_side(self) -> tuple[np.ndarray, np.ndarray] | None:
        """C, and (I - W L C)^-1 W L."""
        if self.income is None or self.household is None:
            return None
        numbers = np.arange(len(self.countries))
        wages = np.where(self.member[:, None] == numbers, (self.income * self.per_output)[:, None], 0.0)
        earned = self.factorised.leontief_back(wages).T
        buys = np.zeros((len(self.rows), len(numbers)))
        for number, country in enumerate(self.countries):
            mine = (self.uses.names == self.household) & np.isin(self.uses.countries, [country, ""])
            buys[:, number] = self.final[:, mine].sum(axis=1)
        income = np.bincount(self.member, self.income, len(numbers))
        most = np.maximum(buys.sum(axis=0), income)
        spending = np.divide(buys, most, out=np.zeros_like(buys), where=most > 0)
        return spending, np.linalg.solve(np.eye(len(earned)) - earned @ spending, earned)


def _over(above: np.ndarray, below: np.ndarray) -> np.ndarray:
    return np.divide(above, below, out=np.full(len(above), np.nan), where=below != 0)
