"""How related industries are: by the regions that have both, or by what they sell each other."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import polars as pl

from clusteratlas.observatory.arguments import POSITIVE, check, check_name, choose
from clusteratlas.observatory.economic_complexity import measures
from clusteratlas.observatory.imputed import share_of
from clusteratlas.observatory.matrices import Grid, Names, Tables, collected, grids


def relatedness(
    frame: Any,
    *,
    method: str = "conditional probability",
    region: str = "region",
    industry: str = "industry",
    other: str | None = None,
    value: str = "value",
    period: str | None = None,
    threshold: float = 1.0,
) -> Any:
    """How related each pair of industries is.

    One row for each ordered pair of different industries (and period): ``industry``, ``other_industry`` and
    ``relatedness``, which is the same in both directions; null where it is not defined (an industry in which
    no region is specialised).

    With u_i the number of regions specialised in i (comparative advantage of at least ``threshold``), c_ij
    the number specialised in both and n the number of regions, the methods are:

    - ``"conditional probability"``: c_ij / max(u_i, u_j), the smaller of the two conditional
      probabilities: the proximity of the product space (Hidalgo et al. 2007); 0 to 1.
    - ``"cosine"``: c_ij / sqrt(u_i u_j) (Salton); 0 to 1.
    - ``"association"``, also ``"co-occurrence"``: n c_ij / (u_i u_j), the co-occurrences over those
      expected if industries settled independently (van Eck and Waltman 2009); 1 is what chance gives.
    - ``"probability"``: c_ij over what is expected when pairs are drawn from all co-occurrences, no
      industry with itself: (T / 2) (s_i / T · s_j / (T - s_i) + s_j / T · s_i / (T - s_j)) with s_i the co-occurrences
      of i and T their sum (Steijn 2021); 1 is what chance gives.
    - ``"correlation"``: Pearson's correlation of the values over the regions: locational correlation
      (Porter 2003; Delgado, Porter and Stern 2016); -1 to 1.
    - ``"input-output"``: ``frame`` holds flows from ``industry`` to ``other`` (default: ``other_industry``)
      of ``value``. The largest of four shares: of i's sales that go to j, of i's purchases that come
      from j, and the same of j (Delgado, Porter and Stern 2016); 0 to 1.

    With a column ``imputed`` or ``imputed_share`` also ``imputed_share``: that of the values of the two industries
    together (of all that both sell and buy, with flows). The cells are gathered into a matrix in memory, whatever the
    engine. Raises `InputError` for wrong columns,
    cells that are there twice, negative values and texts, `UsageError` for an unknown method.

    >>> import polars as pl
    >>> jobs = pl.DataFrame({"region": [*"AAABBBCC"], "industry": [*"xyzxyzxz"], "value": [4, 4, 2, 5, 5, 1, 1, 9]})
    >>> pairs = relatedness(jobs, method="cosine")
    >>> pairs.filter(pl.col("industry") == "x")["relatedness"].round(3).to_list()
    [1.0, 0.0]
    """
    choose([*METHODS, FLOWS], method=method)
    check(POSITIVE, threshold=threshold)
    check_name(other=other)
    if method == FLOWS:
        return _from_flows(frame, Names(industry, other or f"other_{industry}", value, period))
    names = Names(region, industry, value, period)
    data, kind = collected(frame, names.keys, value)
    parts = ((grid, METHODS[method](grid, threshold)) for grid in grids(data, names))
    return Tables(kind, names, data.schema).pairs("relatedness", parts)


FLOWS = "input-output"


def _from_flows(frame: Any, names: Names) -> Any:
    data, kind = collected(frame, names.keys, names.value)
    # Seen from the tables, the second industry takes the place of the first, the first that of the region.
    tables = Tables(
        kind, Names("", names.region, names.value, names.period), data.schema, other=names.industry
    )
    return tables.pairs("relatedness", _square(data, names))


def _square(data: pl.DataFrame, names: Names) -> Iterator[tuple[Grid, np.ndarray]]:
    for grid in grids(data, names):
        both = pl.concat([grid.regions, grid.industries.rename(grid.regions.name)]).unique().sort()
        flows = np.zeros((len(both), len(both)))
        at = np.ix_(both.search_sorted(grid.regions), both.search_sorted(grid.industries))
        flows[at] = grid.values
        yield _counted_for_both(grid, both, flows, at), input_output(flows)


def _counted_for_both(grid: Grid, both: pl.Series, flows: np.ndarray, at: tuple[Any, ...]) -> Grid:
    """A grid whose columns add up to what each industry sells and buys."""
    values, imputed = flows + flows.T, None
    if grid.imputed is not None:
        estimated = np.zeros_like(flows)
        estimated[at] = grid.estimated
        imputed = share_of(estimated + estimated.T, values)
    return Grid(grid.period, both, both, values, None, imputed=imputed)


def input_output(flows: np.ndarray) -> np.ndarray:
    """The largest share that either industry's sales or purchases have with the other; rows sell to columns."""
    sales, purchases = flows.sum(axis=1), flows.sum(axis=0)
    of_sales = _over(flows, sales[:, None])
    of_purchases = _over(flows, purchases[None, :])
    largest = np.fmax(of_sales, of_purchases)
    return np.fmax(largest, largest.T)


def conditional_probability(grid: Grid, threshold: float) -> np.ndarray:
    """c_ij / max(u_i, u_j)."""
    together, ubiquity = _counted(grid, threshold)
    return _over(together, np.maximum(ubiquity[:, None], ubiquity), ubiquity)


def cosine(grid: Grid, threshold: float) -> np.ndarray:
    """c_ij / sqrt(u_i u_j)."""
    together, ubiquity = _counted(grid, threshold)
    return _over(together, np.sqrt(np.outer(ubiquity, ubiquity)), ubiquity)


def association(grid: Grid, threshold: float) -> np.ndarray:
    """n c_ij / (u_i u_j)."""
    together, ubiquity = _counted(grid, threshold)
    regions = int((grid.values.sum(axis=1) > 0).sum())
    return _over(regions * together, np.outer(ubiquity, ubiquity), ubiquity)


def probability(grid: Grid, threshold: float) -> np.ndarray:
    """c_ij over the number expected when pairs are drawn without an industry meeting itself."""
    together, ubiquity = _counted(grid, threshold)
    np.fill_diagonal(together, 0.0)
    s = together.sum(axis=1)
    total = s.sum()
    if not total:
        return np.full_like(together, np.nan)
    drawn = _over(np.outer(s, s) / total, (total - s)[:, None])
    return _over(together, total / 2 * (drawn + drawn.T), ubiquity)


def correlation(grid: Grid, threshold: float) -> np.ndarray:
    """Pearson's correlation of the values over the regions; ``threshold`` does not matter."""
    centred = grid.values - grid.values.mean(axis=0)
    length = np.sqrt((centred**2).sum(axis=0))
    length[length <= 1e-12 * np.abs(grid.values).max(axis=0)] = 0
    return _over(centred.T @ centred, np.outer(length, length))


def _counted(grid: Grid, threshold: float) -> tuple[np.ndarray, np.ndarray]:
    m = measures.specialised(measures.revealed_comparative_advantage(grid.values), threshold)
    together = measures.co_occurrences(m)
    return together, np.diag(together).copy()


def _over(above: np.ndarray, below: np.ndarray, ubiquity: np.ndarray | None = None) -> np.ndarray:
    """``above / below``, not a number where ``below`` is zero or an industry of the pair is nowhere."""
    below = np.broadcast_to(below, above.shape)
    result = np.divide(above, below, out=np.full(above.shape, np.nan), where=below > 0)
    if ubiquity is not None:
        result[ubiquity == 0], result[:, ubiquity == 0] = np.nan, np.nan
    return result


METHODS: dict[str, Callable[[Grid, float], np.ndarray]] = {
    "conditional probability": conditional_probability,
    "cosine": cosine,
    "association": association,
    "co-occurrence": association,
    "probability": probability,
    "correlation": correlation,
}
