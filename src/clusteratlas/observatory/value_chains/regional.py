"""A national table brought to a region by location quotients of employment (FLQ, SFLQ)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from clusteratlas.errors import InputError, UsageError, nearest
from clusteratlas.observatory.arguments import SHARE, check
from clusteratlas.observatory.imputed import IMPUTED, IMPUTED_SHARE, share_of_both
from clusteratlas.observatory.matrices import Kind, collected
from clusteratlas.observatory.value_chains.multipliers import Multipliers

DELTAS = (0.0, 0.1, 0.2, 0.3, 0.4, 0.5)
"""The exponents that the sensitivity is shown for."""


@dataclass(frozen=True)
class Jobs:
    """Employment of a region and of its nation, in the order of the table's industries.

    ``estimated``: how much of the region's is imputed, where the caller tells. ``kind``: of the caller's frame.
    """

    here: np.ndarray
    nation: np.ndarray
    estimated: np.ndarray | None
    kind: Kind

    def share(self, of: Callable[[np.ndarray, np.ndarray], np.ndarray]) -> dict[str, np.ndarray]:
        """The column of the imputed share, if there is one."""
        return {} if self.estimated is None else {IMPUTED_SHARE: of(self.estimated, self.here).ravel()}

    def share_of_all(self) -> dict[str, pl.Expr]:
        """The column of the imputed share of all jobs of the region."""
        if self.estimated is None:
            return {}
        every = self.here.sum()
        return {IMPUTED_SHARE: pl.lit(float(self.estimated.sum() / every) if every else 0.0)}


def _sums(data: pl.DataFrame, industries: list[str]) -> np.ndarray:
    sums = dict(data.group_by("industry").agg(pl.col("value").sum()).select("industry", "value").rows())
    return np.array([sums.get(name) or 0.0 for name in industries], float)


class Regional(Multipliers):
    """Regional tables of a national one. See `InputOutput`."""

    def regional_coefficients(
        self, employment: Any, region: str, *, delta: float | Mapping[str, float] = 0.3
    ) -> Any:
        """What a region's industries buy of each other per unit of output, from the national coefficients.

        ``employment``: a dataframe of ``region``, ``industry`` and ``value`` (persons employed) of all regions of
        the country; its industries are those of this table, which holds one country.

        One row for each ordered pair: ``industry`` (sells), ``other_industry`` (buys), ``national_coefficient``,
        ``quotient`` and ``coefficient`` = national x min(1, quotient), and ``imputed_share``, that of the region's jobs
        in both, when ``employment`` has a column ``imputed`` or ``imputed_share``. With SLQ the location quotient and E
        employment,

            quotient_ij = SLQ_i / SLQ_j  x  (log2(1 + E_region / E_nation)) ^ delta      (SLQ_i in place of the
            ratio for i = j)

        ``delta`` is the parameter of Flegg's location quotient (FLQ): the larger, the more a small region is taken
        to import. 0.3 is the usual value, no law: see `regional_sensitivity`. A mapping from the buying industry
        to its own delta makes it the industry-specific SFLQ.

        Raises `InputError` for industries that the table does not have, `UsageError` for a table of several
        countries, a region that is not there and a delta outside 0 to 1.

        Source: Flegg, Webber and Elliott 1995; Flegg and Webber 1997, 2000; Kowalewski 2015 (SFLQ).

        >>> import polars as pl
        >>> from clusteratlas.observatory import InputOutput
        >>> io = InputOutput([[150, 500], [200, 100]], [350, 1700], industries=["a", "b"])
        >>> jobs = pl.DataFrame({"region": [*"NNSS"], "industry": [*"abab"], "value": [10, 20, 40, 30]})
        >>> io.regional_coefficients(jobs, "N", delta=0.3)["quotient"].round(2).to_list()
        [0.5, 0.37, 1.49, 1.0]
        >>> io.regional_coefficients(jobs, "N", delta={"a": 0.2, "b": 0.4})["quotient"].round(2).to_list()
        [0.55, 0.34, 1.65, 0.9]
        """
        names = self._one_country()
        jobs = self._jobs(employment, region)
        quotients = self._quotients(jobs, delta)
        national = self.coefficients
        table = pl.DataFrame(
            {
                "industry": np.repeat(names, len(names)),
                "other_industry": np.tile(names, len(names)),
                "national_coefficient": national.ravel(),
                "quotient": quotients.ravel(),
                "coefficient": (national * np.minimum(quotients, 1)).ravel(),
                **jobs.share(share_of_both),
            }
        )
        return jobs.kind.frame(table)

    def regional_multipliers(
        self, employment: Any, region: str, *, delta: float | Mapping[str, float] = 0.3
    ) -> Any:
        """Output multipliers within a region: ``industry``, ``output_multiplier``, ``national_output_multiplier``.

        And the ``imputed_share`` of all jobs of the region, where the caller tells what is imputed. Arguments and
        errors as `regional_coefficients`.

        >>> from clusteratlas.observatory import InputOutput
        >>> import polars as pl
        >>> io = InputOutput([[150, 500], [200, 100]], [350, 1700], industries=["a", "b"])
        >>> jobs = pl.DataFrame({"region": [*"NNSS"], "industry": [*"abab"], "value": [10, 20, 40, 30]})
        >>> io.regional_multipliers(jobs, "N")["output_multiplier"].round(2).to_list()
        [1.34, 1.18]
        """
        names = self._one_country()
        jobs = self._jobs(employment, region)
        quotients = self._quotients(jobs, delta)
        national = self.factorised.leontief_back(np.ones(len(names)))
        columns = {"output_multiplier": self._within(quotients), "national_output_multiplier": national}
        return jobs.kind.frame(
            pl.DataFrame({"industry": names.tolist(), **columns}).with_columns(**jobs.share_of_all())
        )

    def regional_sensitivity(self, employment: Any, region: str, *, deltas: Iterable[float] = DELTAS) -> Any:
        """How a region's output multipliers hang on the parameter: one row for each delta and industry.

        ``delta``, ``industry``, ``output_multiplier``, and ``mean_output_multiplier`` of the delta, weighted by
        the region's employment; ``imputed_share`` as in `regional_multipliers`.

        >>> from clusteratlas.observatory import InputOutput
        >>> import polars as pl
        >>> io = InputOutput([[150, 500], [200, 100]], [350, 1700], industries=["a", "b"])
        >>> jobs = pl.DataFrame({"region": [*"NNSS"], "industry": [*"abab"], "value": [10, 20, 40, 30]})
        >>> io.regional_sensitivity(jobs, "N", deltas=[0.1, 0.5])["output_multiplier"].round(2).to_list()
        [1.37, 1.22, 1.31, 1.15]
        """
        names = self._one_country()
        parts, jobs = [], self._jobs(employment, region)
        for delta in deltas:
            found = self._within(self._quotients(jobs, delta))
            mean = float(np.average(found, weights=jobs.here)) if jobs.here.sum() else None
            columns = {"industry": names.tolist(), "output_multiplier": found}
            parts.append(
                pl.DataFrame({"delta": [float(delta)] * len(names), **columns}).with_columns(
                    mean_output_multiplier=pl.lit(mean), **jobs.share_of_all()
                )
            )
        return jobs.kind.frame(pl.concat(parts))

    def _one_country(self) -> np.ndarray:
        if len(self.countries) > 1:
            raise UsageError(
                f"the table holds {len(self.countries)} countries",
                remedy="take the table of one: national(country), or a national table",
            )
        return self.rows.names

    def _within(self, quotients: np.ndarray) -> np.ndarray:
        system = np.eye(len(quotients)) - self.coefficients * np.minimum(quotients, 1)
        return np.linalg.solve(system.T, np.ones(len(quotients)))

    def _jobs(self, employment: Any, region: str) -> Jobs:
        """Employment of the region and of the nation, in the order of the table's industries."""
        data, kind = collected(employment, ["region", "industry"], "value")
        known = self.rows.names.tolist()
        strange = sorted(set(data["industry"].to_list()) - set(known))
        if strange:
            raise InputError(
                f"the table has no industry '{strange[0]}'",
                where="employment",
                remedy=nearest(strange[0], known),
            )
        regions = data["region"].unique().to_list()
        if region not in regions:
            raise UsageError(f"there is no region '{region}'", remedy=nearest(region, regions))
        here = data.filter(pl.col("region") == region)
        is_told = IMPUTED in data.columns
        estimated = here.with_columns(pl.col("value") * pl.col(IMPUTED)) if is_told else None
        sides = [None if one is None else _sums(one, known) for one in (here, data, estimated)]
        return Jobs(*sides, kind)

    def _quotients(self, jobs: Jobs, delta: float | Mapping[str, float]) -> np.ndarray:
        here, nation = jobs.here, jobs.nation
        exponents = self._deltas(delta)
        share = here.sum() / nation.sum() if nation.sum() else 0.0
        own = np.divide(here, nation, out=np.zeros_like(here), where=nation > 0)
        simple = own / share if share else np.zeros_like(own)
        cross = np.divide(
            simple[:, None],
            simple[None, :],
            out=np.zeros((len(own), len(own))),
            where=simple[None, :] > 0,
        )
        np.fill_diagonal(cross, simple)
        return cross * np.log2(1 + share) ** exponents[None, :]

    def _deltas(self, delta: float | Mapping[str, float]) -> np.ndarray:
        names = self.rows.names.tolist()
        if isinstance(delta, Mapping):
            absent = [name for name in names if name not in delta]
            if absent:
                raise UsageError(f"there is no delta for '{absent[0]}'", remedy="give one for each industry")
            for name in names:
                check(SHARE, delta=delta[name])
            return np.array([delta[name] for name in names], float)
        check(SHARE, delta=delta)
        return np.full(len(names), float(delta))
