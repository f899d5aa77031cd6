"""Complexity of a dataframe: the object that holds its frames."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from functools import cached_property
from typing import Any, Literal

import numpy as np
import polars as pl

from clusteratlas.observatory.arguments import (
    COUNT,
    NOT_NEGATIVE,
    POSITIVE,
    Range,
    check,
    check_if_given,
    choose,
)
from clusteratlas.observatory.economic_complexity.network import Network, Rules
from clusteratlas.observatory.imputed import IMPUTED_SHARE
from clusteratlas.observatory.matrices import Grid, Kind, Names, Tables, collected, grids

CONVENTIONS = ("atlas", "growth-lab")


class ComplexityWarning(UserWarning):
    """The ranking by complexity is arbitrary, or holds for a part of the network only."""


def complexity(
    frame: Any,
    *,
    region: str = "region",
    industry: str = "industry",
    value: str = "value",
    period: str | None = None,
    threshold: float = 1.0,
    convention: Literal["atlas", "growth-lab"] = "atlas",
    ddof: int = 0,
    iterations: int | None = None,
    nearly_tied: float = 0.01,
) -> Complexity:
    """How complex regions and industries are, one network of them for each period.

    A region c is specialised in an industry p (M_cp = 1) where its revealed comparative advantage
    RCA_cp = (x_cp / x_c) / (x_p / x) is at least ``threshold``. A cell that is absent or null counts as zero.
    The cells are gathered into a matrix in memory, whatever the engine.

    ``convention`` settles what the literature does in two ways:

    - ``"atlas"``, as in the Atlas of Economic Complexity (2014): ECI and PCI each have mean 0 and standard
      deviation 1; the outlook index is the sum of density x PCI of what a region lacks; the outlook
      gain of an industry is what it brings near less what it is worth itself by its density.
    - ``"growth-lab"``, as the Growth Lab's programs: PCI on the scale of ECI, so that a region's ECI is the
      mean PCI of its specialisations; the outlook index standardised over regions; the gain is what an
      industry brings near, in units of ECI's standard deviation.

    Where the frame has a column ``imputed`` or ``imputed_share``, each frame has the ``imputed_share`` of the values
    that its rows rest on directly: of the cell, of all of the region, of all of the industry, of both industries of a
    pair, of the whole network. The ranks of all hang on the estimates of all; the share of the network says how much.

    ``ddof``: standard deviations divide by n - ``ddof``. ``iterations``: of the fitness map; without it, until
    nothing moves. ``nearly_tied``: a gap between the second and the third eigenvalue below this part of
    the second is warned of.

    Raises `InputError` for wrong columns, cells that are there twice, empty keys, negative values and texts;
    warns (`ComplexityWarning`) where the second and third eigenvalue nearly tie, and where the network falls
    into parts, of which only the one with most specialisations is then ranked.

    Sources: Balassa 1965; Hidalgo, Klinger, Barabasi and Hausmann 2007; Hidalgo and Hausmann 2009;
    Tacchella et al. 2012; Hausmann, Hidalgo et al. 2014.

    >>> import polars as pl
    >>> made = [("A", "x"), ("A", "y"), ("A", "z"), ("B", "y"), ("B", "z"), ("C", "z")]
    >>> cells = pl.DataFrame({"region": [r for r, _ in made], "industry": [i for _, i in made], "value": 1})
    >>> found = complexity(cells, threshold=0.5)
    >>> found.eci["diversity"].to_list(), [round(e, 2) + 0.0 for e in found.eci["eci"]]
    ([3, 2, 1], [1.22, 0.0, -1.22])
    """
    choose(CONVENTIONS, convention=convention)
    check(POSITIVE, threshold=threshold)
    check(Range(0, 1, is_whole=True), ddof=ddof)
    check_if_given(COUNT, iterations=iterations)
    check(NOT_NEGATIVE, nearly_tied=nearly_tied)
    names = Names(region, industry, value, period)
    data, kind = collected(frame, names.keys, value)
    rules = Rules(threshold, convention == "growth-lab", ddof, iterations, nearly_tied)
    result = Complexity(data, kind, names, rules)
    for said in result.remarks:
        warnings.warn(said, ComplexityWarning, stacklevel=2)
    return result


class Complexity:
    """The result of `complexity`: frames of the caller's kind, computed when they are first asked for.

    ECI and PCI are there from the start; proximity, density, outlook and fitness come with the frames that hold them.
    """

    def __init__(self, data: pl.DataFrame, kind: Kind, names: Names, rules: Rules) -> None:
        self._names, self._rules = names, rules
        self._tables = Tables(kind, names, data.schema)
        self._parts = [(grid, Network(grid.values, rules)) for grid in grids(data, names)]
        for _, network in self._parts:
            network.spectrum  # noqa: B018 - computed now, so that its warnings come now

    @cached_property
    def cells(self) -> Any:
        """One row for each region and industry (and period), also where the caller gave none.

        ``value``; ``revealed_comparative_advantage`` (null where a total is zero or the value was given as
        null); ``mcp`` (1 where specialised); ``density`` and ``distance`` (0 to 1; null for industries in
        which no region is specialised); ``complexity_outlook_gain`` (0 where specialised, null without ECI or PCI).
        """
        named = self._names.value
        return self._frame(lambda grid, network: _cells(grid, network, named), ("region", "industry"))

    @cached_property
    def regions(self) -> Any:
        """One row for each region (and period).

        ``diversity`` (number of specialisations), ``eci`` (null where the region has none or lies outside the
        largest part of the network), ``fitness`` (mean 1), ``complexity_outlook_index``.
        """
        return self._frame(_regions, ("region",))

    @cached_property
    def industries(self) -> Any:
        """One row for each industry (and period): ``ubiquity``, ``pci``, ``product_fitness`` (mean 1)."""
        return self._frame(_industries, ("industry",))

    @cached_property
    def proximity(self) -> Any:
        """One row for each ordered pair of different industries (and period).

        ``industry``, ``other_industry``, ``proximity``: the smaller of the two conditional probabilities of
        being specialised in one given the other; null with an industry in which no region is. An
        industry's proximity to itself, 1, is left out.
        """
        return self._tables.pairs("proximity", ((grid, _proximity(network)) for grid, network in self._parts))

    @cached_property
    def eci(self) -> Any:
        """``region`` (and period) with ``diversity`` and ``eci`` alone: without what the rest costs."""
        return self._frame(_eci, ("region",))

    @cached_property
    def pci(self) -> Any:
        """``industry`` (and period) with ``ubiquity`` and ``pci`` alone: without what the rest costs."""
        return self._frame(_pci, ("industry",))

    @cached_property
    def networks(self) -> Any:
        """One row for each period: how firm the ranking is.

        The ``second_eigenvalue`` and ``third_eigenvalue`` (0 to 1), the ``eigenvalue_gap`` between them,
        ``is_nearly_tied``; ``diversity_correlation``, of ECI with diversity: it settles the sign, and near
        zero the sign is as good as arbitrary; the number of ``parts``; ``empty_regions`` and
        ``empty_industries``, which have no specialisation and no rank; the ``fitness_iterations`` and
        whether the ``fitness_converged``.
        """
        return self._frame(_networks, ())

    @property
    def eigenvalue_gap(self) -> Any:
        """The second eigenvalue less the third: a number, or numbers by period where a period column was named."""
        return self._told(lambda network: network.spectrum.gap)

    @property
    def is_nearly_tied(self) -> Any:
        """Whether the ranking is arbitrary, likewise a truth value or truth values by period."""
        return self._told(lambda network: network.is_nearly_tied)

    @property
    def remarks(self) -> list[str]:
        """What a reader of the ranking must know, in sentences; also given as warnings."""
        return [said for grid, network in self._parts for said in _remarks(grid, network, self._names.period)]

    def _told(self, what: Callable[[Network], Any]) -> Any:
        told = {grid.period: what(network) for grid, network in self._parts}
        return told if self._names.period else told.get(None)

    def _frame(self, columns: Callable[[Grid, Network], dict[str, Any]], roles: tuple[str, ...]) -> Any:
        # Columns of an empty network give an empty frame its types.
        blank = Network(np.zeros((0, 0)), self._rules)
        parts = ((grid, columns(grid, network)) for grid, network in self._parts)
        return self._tables.frame(roles, parts, lambda grid: columns(grid, blank))


def _proximity(network: Network) -> np.ndarray:
    """The proximities, not a number with industries in which no region is specialised."""
    nowhere = network.ubiquity == 0
    return np.where(nowhere | nowhere[:, None], np.nan, network.phi)


def _cells(grid: Grid, network: Network, named: str) -> dict[str, Any]:
    value, advantage, density = grid.values, network.advantage, network.density
    if grid.unknown is not None:
        value, advantage = (np.where(grid.unknown, np.nan, of) for of in (value, advantage))
    nowhere = network.ubiquity == 0
    if nowhere.any():
        density = np.where(nowhere, np.nan, density)
    return {
        named: value,
        "revealed_comparative_advantage": advantage,
        "mcp": network.m.astype(np.int8),
        "density": density,
        "distance": 1 - density,
        "complexity_outlook_gain": network.outlook_gain,
        **({} if grid.imputed is None else {IMPUTED_SHARE: grid.imputed}),
    }


def _regions(grid: Grid, network: Network) -> dict[str, Any]:
    return {
        **_specialised(network),
        "fitness": network.fitness.regions,
        "complexity_outlook_index": network.outlook_index,
        **grid.imputed_share(1),
    }


def _industries(grid: Grid, network: Network) -> dict[str, Any]:
    return {
        **_shared(network),
        "product_fitness": network.fitness.industries,
        **grid.imputed_share(0),
    }


def _eci(grid: Grid, network: Network) -> dict[str, Any]:
    return _specialised(network) | grid.imputed_share(1)


def _specialised(network: Network) -> dict[str, Any]:
    return {"diversity": network.diversity.astype(np.int64), "eci": network.eci}


def _pci(grid: Grid, network: Network) -> dict[str, Any]:
    return _shared(network) | grid.imputed_share(0)


def _shared(network: Network) -> dict[str, Any]:
    return {"ubiquity": network.ubiquity.astype(np.int64), "pci": network.pci}


def _networks(grid: Grid, network: Network) -> dict[str, Any]:
    found = network.spectrum
    return {
        "second_eigenvalue": np.array([found.second]),
        "third_eigenvalue": np.array([found.third]),
        "eigenvalue_gap": np.array([found.gap]),
        "is_nearly_tied": np.array([network.is_nearly_tied]),
        "diversity_correlation": np.array([network.diversity_correlation]),
        "parts": np.array([found.parts]),
        "empty_regions": np.array([int((network.diversity == 0).sum())]),
        "empty_industries": np.array([int((network.ubiquity == 0).sum())]),
        "fitness_iterations": np.array([network.fitness.iterations]),
        "fitness_converged": np.array([network.fitness.converged]),
        **grid.imputed_share(),
    }


def _remarks(grid: Grid, network: Network, period: str | None) -> list[str]:
    found, when = network.spectrum, f"{period} {grid.period}: " if period else ""
    remarks = []
    if found.parts > 1:
        remarks.append(
            f"{when}the network of regions and industries falls into {found.parts} parts; only the one "
            f"with most specialisations is ranked ({int((~np.isnan(found.regions)).sum())} regions)"
        )
    if network.is_nearly_tied:
        remarks.append(
            f"{when}the second and third eigenvalue nearly tie ({found.second:.6g} and {found.third:.6g}): "
            "the ranking by ECI and PCI is arbitrary"
        )
    return remarks
