"""`InputOutput`: an input-output table and all that is measured on it."""

from __future__ import annotations

from typing import Any

import numpy as np

from clusteratlas.errors import UsageError, nearest
from clusteratlas.observatory.value_chains import balance
from clusteratlas.observatory.value_chains.flows import from_flows
from clusteratlas.observatory.value_chains.position import Position
from clusteratlas.observatory.value_chains.regional import Regional
from clusteratlas.observatory.value_chains.shocks import Shocks
from clusteratlas.observatory.value_chains.trade import Trade


class InputOutput(Position, Shocks, Trade, Regional):
    """An input-output table of one or many countries, and the measures of value chains on it.

    ``transactions``: n x n flows, rows sell to columns. ``final_demand``: n rows; a column for each final use, of
    each country where there are many (all uses of the first country, then of the second, ...). ``output``: n
    numbers, the sum of the row when not given. All in one unit of money. Arrays, lists, sparse matrices or
    dataframes. ``countries`` and ``industries``: each name once, rows being all industries of the first country,
    then of the second; or both row by row. ``final_uses``: the uses of one country, or (country, use) for each
    column. Where none of these is given, frames name them: columns ``country`` and ``industry`` beside the numbers, or
    the index and the columns of pandas.

    ``value_added``, ``other_inputs`` (taxes on products, say), ``income`` (of labour) and ``employment`` (persons)
    of each row, for the measures that need them. ``inventory``: the final use (or uses) that is changes in
    inventories, found by its name or else as the one that holds the negative flows; ``None`` for no correction.
    ``household``: the use that is consumption of households. ``rounded``: whether the table is printed in whole
    units (found when not given; after a change of scale also steps such as 0.001, when cells are many: ``unit``).

    Results are frames with ``country``, ``industry`` and the measure's name, of the kind of the first frame given;
    pandas where all were arrays. The first measure factorises I - A, the others share it.

    Raises `InputError` for tables that are not square, labels that do not fit, cells without a number and negative
    output. What does not add up is told by `balance`, and nothing is mended silently.

    Sources: Leontief 1936; Miller and Blair 2009, "Input-Output Analysis"; each measure names its own.

    >>> io = InputOutput([[150, 500], [200, 100]], [350, 1700], [1000, 2000], ["AT"], ["farms", "works"])
    >>> io.upstreamness()["upstreamness"].round(2).tolist()
    [1.91, 1.25]
    """

    @classmethod
    def from_flows(cls, frame: Any, **more: Any) -> InputOutput:
        """A table from one row a flow, as in a release's ``input_output_flow`` (one year of one table).

        Columns ``from_kind`` (``"industry"``, ``"primary input"``, ``"output"``), ``from_country``, ``from_code``,
        ``to_kind`` (``"industry"``, ``"final use"``, ``"output"``), ``to_country``, ``to_code`` and ``value``.
        Industries are those that sell or buy, in the order in which they appear. Output is taken from the column
        of totals, value added and wages from the primary inputs known as such (VA; r64; D1, D29X39 and B2A3G),
        where they are there. China and Mexico, which the OECD's extended tables give in parts (CN1, CN2), are added
        up. Any dataframe; ``more`` as for `InputOutput`.

        Raises `InputError` for columns that are absent, and for a flow that is there twice.

        >>> import polars as pl
        >>> flows = pl.DataFrame({
        ...     "from_kind": "industry", "from_country": "AT", "from_code": ["steel", "steel", "cars"],
        ...     "to_kind": ["industry", "final use", "final use"], "to_country": "AT", "to_code": ["cars", "P3", "P3"],
        ...     "value": [50.0, 50.0, 100.0],
        ... })
        >>> InputOutput.from_flows(flows).upstreamness()["upstreamness"].to_list()
        [1.5, 1.0]
        """
        given = from_flows(frame)
        return cls(**{**given.arguments, **more}, _kind=given.kind)

    def national(self, country: str) -> InputOutput:
        """The table of one country: its industries among themselves; what it sells abroad is a final use, ``exports``.

        Imported inputs are left out of the flows, as in a table of domestic flows, and are among ``other_inputs``.
        Raises `UsageError` for a country that is not there.
        """
        if country not in self.countries:
            raise UsageError(f"there is no country '{country}'", remedy=nearest(country, self.countries))
        mine = self.rows.countries == country
        at_home = np.isin(self.uses.countries, [country, ""])
        exports = self.flows[mine][:, ~mine].sum(axis=1) + self.final[mine][:, ~at_home].sum(axis=1)
        imports = self.flows[~mine][:, mine].sum(axis=0)
        amounts = {"value_added": self.value_added, "income": self.income, "employment": self.employment}
        table = InputOutput(
            self.flows[np.ix_(mine, mine)],
            np.column_stack([self.final[mine][:, at_home], exports]),
            self.output[mine],
            [country],
            self.rows.names[mine].tolist(),
            [(country, use) for use in [*self.uses.names[at_home].tolist(), "exports"]],
            inventory=[name for name in self.inventory if name in self.uses.names[at_home]],
            household=self.household,
            rounded=self.rounded,
            other_inputs=self.other_inputs[mine] + imports,
            _kind=self._kind,
            **{name: None if of is None else of[mine] for name, of in amounts.items()},
        )
        table.unit = self.unit
        return table

    def balance(self, tolerance: float = 0.001) -> Any:
        """Where the table does not add up: nothing is mended, all is told.

        One row for each side of an industry that is out by more than ``tolerance`` of its output (and by more than
        rounding can do where the table is in whole units): ``country``, ``industry``, ``side`` (``"sales"``: flows
        and final demand against output; ``"inputs"``: flows and value added, where it was given;
        ``"value added"``: inputs exceed output), ``output``, ``total`` (what the side comes to), ``gap`` = output
        - total (for value added: its own figure) and ``gap_share``. The largest gap first; no rows when all adds up.

        >>> io = InputOutput([[150, 500], [200, 100]], [350, 1700], [1000, 2050], industries=["farms", "works"])
        >>> io.balance()[["industry", "side", "gap"]].values.tolist()
        [['works', 'sales', 50.0]]
        """
        return self.frame(balance.gaps(self, tolerance))

    @property
    def remarks(self) -> list[str]:
        """What a reader should know of this table before trusting its measures, in sentences."""
        return balance.remarks(self)
