"""`InputOutput`: an input-output table and all that is measured on it."""

from __future__ import annotations

from clusteratlas.observatory.value_chains.position import Position


class InputOutput(Position):
    """An input-output table of one or many countries, and the measures of value chains on it.

    ``transactions``: n x n flows, rows sell to columns. ``final_demand``: n rows; a column for each final use, of each
    country where there are many (all uses of the first country, then of the second, ...). ``output``: n numbers, the
    sum of the row when not given. All in one unit of money. Arrays, lists, sparse matrices or dataframes.
    ``countries`` and ``industries``: each name once, rows being all industries of the first country, then of the
    second; or both row by row. ``final_uses``: the uses of one country, or (country, use) for each column.

    ``value_added``, ``income`` (of labour) and ``employment`` (persons) of each row, for the measures that need them.
    ``inventory``: the final use (or uses) that is changes in inventories, found by its name or else as the one that
    holds the negative flows; ``None`` for no correction. ``household``: the use that is consumption of households.
    ``rounded``: whether the table is printed in whole units (found when not given).

    Results are frames with ``country``, ``industry`` and the measure's name, of the kind of the first frame given;
    pandas where all were arrays. The first measure factorises I - A, the others share it.

    Raises `InputError` for tables that are not square, labels that do not fit, cells without a number and negative
    output. What does not add up is told by `balance`, and nothing is mended silently.

    Sources: Leontief 1936; Miller and Blair 2009, "Input-Output Analysis"; each measure names its own.

    >>> io = InputOutput([[150, 500], [200, 100]], [350, 1700], [1000, 2000], ["AT"], ["farms", "works"])
    >>> io.upstreamness()["upstreamness"].round(2).tolist()
    [1.91, 1.25]
    """
