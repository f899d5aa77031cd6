"""One period's network of regions and industries, with each measure computed when it is first asked for."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from clusteratlas.observatory.economic_complexity import measures
from clusteratlas.observatory.economic_complexity.fitness import Fitness, fitness
from clusteratlas.observatory.economic_complexity.spectrum import Spectrum, spectrum


@dataclass(frozen=True)
class Rules:
    """The choices that the literature leaves open; see `complexity`."""

    threshold: float
    growth_lab: bool
    ddof: int
    iterations: int | None
    nearly_tied: float


@dataclass(frozen=True)
class Network:
    """The measures of one matrix of values, regions down and industries across."""

    values: np.ndarray
    rules: Rules

    @cached_property
    def advantage(self) -> np.ndarray:
        return measures.revealed_comparative_advantage(self.values)

    @cached_property
    def m(self) -> np.ndarray:
        return measures.specialised(self.advantage, self.rules.threshold)

    @cached_property
    def diversity(self) -> np.ndarray:
        return self.m.sum(axis=1)

    @cached_property
    def ubiquity(self) -> np.ndarray:
        return self.m.sum(axis=0)

    @cached_property
    def spectrum(self) -> Spectrum:
        return spectrum(self.m)

    @property
    def is_nearly_tied(self) -> bool:
        """Whether the ranking is arbitrary: the gap is a small part of the second eigenvalue."""
        found = self.spectrum
        return not np.isnan(found.regions).all() and found.gap < self.rules.nearly_tied * found.second

    @cached_property
    def eci(self) -> np.ndarray:
        return self._like(self.spectrum.regions, self.spectrum.regions)

    @property
    def diversity_correlation(self) -> float:
        """The correlation of ECI with diversity; not a number where one of them does not vary."""
        known = ~np.isnan(self.eci)
        diversity, eci = self.diversity[known], self.eci[known]
        if len(eci) < 2 or np.ptp(diversity) == 0:
            return np.nan
        return float(np.corrcoef(diversity, eci)[0, 1])

    @cached_property
    def pci(self) -> np.ndarray:
        model = self.spectrum.regions if self.rules.growth_lab else self.spectrum.industries
        return self._like(self.spectrum.industries, model)

    def _like(self, numbers: np.ndarray, model: np.ndarray) -> np.ndarray:
        """``numbers`` less the mean of ``model``, over its standard deviation."""
        known = model[~np.isnan(model)]
        if len(known) <= self.rules.ddof:
            return np.full_like(numbers, np.nan)
        wide = known.std(ddof=self.rules.ddof)
        level = known.mean()
        if wide <= 1e-12 * max(abs(level), np.abs(known).max()):
            return np.full_like(numbers, np.nan)
        return (numbers - level) / wide

    @cached_property
    def fitness(self) -> Fitness:
        return fitness(self.m, self.rules.iterations)

    @cached_property
    def phi(self) -> np.ndarray:
        return measures.proximity(self.m)

    @cached_property
    def density(self) -> np.ndarray:
        return measures.density(self.m, self.phi)

    @cached_property
    def outlook_index(self) -> np.ndarray:
        weight = self.spectrum.industries if self.rules.growth_lab else self.pci
        index = measures.outlook_index(self.m, self.density, weight)
        index[np.isnan(self.eci)] = np.nan
        return self._like(index, index) if self.rules.growth_lab else index

    @cached_property
    def outlook_gain(self) -> np.ndarray:
        if self.rules.growth_lab:
            known = self.spectrum.regions[~np.isnan(self.spectrum.regions)]
            wide = known.std(ddof=self.rules.ddof) if len(known) > self.rules.ddof else np.nan
            gain = measures.outlook_gain(self.m, self.phi, self.spectrum.industries / wide, None)
        else:
            gain = measures.outlook_gain(self.m, self.phi, self.pci, self.density)
        gain[np.isnan(self.eci)] = np.nan
        gain[:, np.isnan(self.pci)] = np.nan
        return gain
