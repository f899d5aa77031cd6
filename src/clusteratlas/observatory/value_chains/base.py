"""An input-output table taken from the caller, checked, with the one factorisation that every measure shares."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

import numpy as np
import polars as pl

from clusteratlas.errors import InputError, UsageError, nearest
from clusteratlas.observatory.matrices import Kind
from clusteratlas.observatory.value_chains import balance, labels
from clusteratlas.observatory.value_chains.given import check_same_order, kind_of, matrix, names_of, vector
from clusteratlas.observatory.value_chains.solving import Factorised


class Base:
    """The table itself: flows, labels, coefficients, and how frames are handed back. See `InputOutput`."""

    def __init__(
        self,
        transactions: Any,
        final_demand: Any,
        output: Any = None,
        countries: Sequence[str] | None = None,
        industries: Sequence[str] | None = None,
        final_uses: Sequence[Any] | None = None,
        *,
        value_added: Any = None,
        other_inputs: Any = None,
        income: Any = None,
        employment: Any = None,
        inventory: str | Sequence[str] | bool | None = True,
        household: str | None = None,
        rounded: bool | None = None,
        _kind: Kind | None = None,
    ) -> None:
        self._kind = _kind or kind_of(transactions, final_demand, output)
        self.flows = matrix(transactions, "transactions")
        rows = len(self.flows)
        self.final = matrix(final_demand, "final_demand")
        _check_shapes(self.flows, self.final)
        if countries is None and industries is None:
            named = names_of(transactions)
            check_same_order(named)
            countries, industries = named.countries, named.industries
        if final_uses is None:
            final_uses = names_of(final_demand).columns
        self.rows = labels.sectors(countries, industries, rows)
        self.uses = labels.final_uses(final_uses, self.rows.country_names, self.final.shape[1])
        self.output = self._sales() if output is None else vector(output, "output", rows)
        self._check_output()
        self._value_added = _perhaps(value_added, "value_added", rows)
        given = _perhaps(other_inputs, "other_inputs", rows)
        self.other_inputs = np.zeros(rows) if given is None else given
        self.income = _perhaps(income, "income", rows)
        self.employment = _perhaps(employment, "employment", rows)
        self.inventory = self._inventory(inventory)
        self.household = household if household is not None else labels.households(self.uses)
        self._check_uses([*self.inventory, *([self.household] if self.household else [])])
        found = balance.printed_unit(self.flows, self.final) if rounded is not False else 0.0
        self.unit = (found or 1.0) if rounded else found

    @property
    def countries(self) -> list[str]:
        """The countries, in the order of the table."""
        return self.rows.country_names

    @property
    def industries(self) -> list[str]:
        """The industries, in the order of the table, each once."""
        return list(dict.fromkeys(self.rows.names.tolist()))

    @property
    def final_uses(self) -> list[str]:
        """The final uses, in the order of the table, each once."""
        return list(dict.fromkeys(self.uses.names.tolist()))

    @property
    def rounded(self) -> bool:
        """Whether the table is printed in whole numbers of its ``unit``."""
        return self.unit > 0

    @property
    def has_value_added(self) -> bool:
        """Whether value added was given, so that inputs can be checked against output."""
        return self._value_added is not None

    @cached_property
    def value_added(self) -> np.ndarray:
        """Value added of each row, as given, else output less all inputs."""
        if self._value_added is not None:
            return self._value_added
        return self.output - self.flows.sum(axis=0) - self.other_inputs

    @cached_property
    def per_output(self) -> np.ndarray:
        """1 / output of each row, 0 where there is no output: such a row neither needs nor gives anything."""
        return np.divide(1.0, self.output, out=np.zeros_like(self.output), where=self.output > 0)

    @cached_property
    def coefficients(self) -> np.ndarray:
        """A: inputs per unit of output of the industry of the column."""
        return self.flows * self.per_output[None, :]

    @cached_property
    def factorised(self) -> Factorised:
        """The LU factorisation of I - A, made once."""
        return Factorised(self.coefficients, self.output)

    @cached_property
    def member(self) -> np.ndarray:
        """For each row the number of its country."""
        return self.rows.member()

    def known(self, values: np.ndarray) -> np.ndarray:
        """``values`` of each row, not-a-number where there is no output."""
        return np.where(self.output > 0, values, np.nan)

    def by_row(self, columns: Mapping[str, np.ndarray]) -> Any:
        """A frame of one line for each country and industry, of the caller's kind; not-a-number becomes empty."""
        return self.frame({"country": self.rows.countries, "industry": self.rows.names, **columns})

    def frame(self, columns: Mapping[str, Any]) -> Any:
        """A frame of ``columns``, of the caller's kind; not-a-number becomes empty."""
        series = [_series(name, values) for name, values in columns.items()]
        return self._kind.frame(pl.DataFrame(series))

    def place(self, country: str, industry: str) -> int:
        """The row of a country's industry; raises `UsageError` that names the nearest."""
        if country not in self.countries:
            raise UsageError(f"there is no country '{country}'", remedy=nearest(country, self.countries))
        mine = self.rows.countries == country
        found = np.flatnonzero(mine & (self.rows.names == industry))
        if not len(found):
            there = self.rows.names[mine].tolist()
            raise UsageError(f"{country} has no industry '{industry}'", remedy=nearest(industry, there))
        return int(found[0])

    def _sales(self) -> np.ndarray:
        return self.flows.sum(axis=1) + self.final.sum(axis=1)

    def _inventory(self, given: str | Sequence[str] | bool | None) -> list[str]:
        if given is True:
            return labels.inventories(self.uses, self.final)
        if given is None or given is False:
            return []
        return [given] if isinstance(given, str) else [str(one) for one in given]

    def _check_uses(self, named: list[str]) -> None:
        for name in named:
            if name not in self.final_uses:
                raise UsageError(f"there is no final use '{name}'", remedy=nearest(name, self.final_uses))

    def _check_output(self) -> None:
        below = np.flatnonzero(self.output < 0)
        if len(below):
            raise InputError(
                f"output is negative: {self.output[below[0]]:,.6g}", where=f"output, {self.rows.at(below[0])}"
            )


def _perhaps(given: Any, what: str, rows: int) -> np.ndarray | None:
    return None if given is None else vector(given, what, rows)


def _check_shapes(flows: np.ndarray, final: np.ndarray) -> None:
    rows, columns = flows.shape
    if not rows:
        raise InputError("there are no rows", where="transactions", remedy="give at least one industry")
    if rows != columns:
        raise InputError(
            f"{rows} rows and {columns} columns: not square",
            where="transactions",
            remedy="give each industry a row and a column, in the same order",
        )
    if len(final) != rows:
        raise InputError(f"{len(final)} rows for {rows} industries", where="final_demand")


def _series(name: str, values: Any) -> pl.Series:
    if isinstance(values, np.ndarray) and values.dtype.kind == "f":
        return pl.Series(name, values).fill_nan(None)
    return pl.Series(name, list(values) if isinstance(values, np.ndarray) else values)
