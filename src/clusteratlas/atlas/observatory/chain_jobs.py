"""Jobs that hang on demand for an industry: employment multipliers, with the observatory's figures of jobs."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import polars as pl

    from clusteratlas.atlas.atlas import Atlas

EMPLOYMENT = (
    *("persons_employed", "employment_effect", "employment_multiplier", "employment_multiplier_type_2"),
    *("employment_covered", "employment_imputed_share", "employment_year"),
)
MULTIPLIERS = EMPLOYMENT[1:4]


def employment(atlas: Atlas) -> pl.DataFrame:
    """Jobs and employment multipliers of each country's industry: ``country``, ``industry`` and `EMPLOYMENT`.

    ``persons_employed`` are those of the country's regions added up, of the year with figures that is nearest to the
    table's (``employment_year``). ``employment_effect`` are persons per unit of final demand, in all countries and
    industries whose jobs are known; ``employment_covered`` is the part of the output that the demand calls for that
    is made there, ``employment_imputed_share`` the part of these jobs that is estimated. All are null for industries
    whose jobs nobody tells.
    """
    import numpy as np
    import polars as pl

    io = atlas.chains.table
    keys = pl.DataFrame({"country": io.rows.countries.tolist(), "industry": io.rows.names.tolist()})
    found = keys.join(_jobs(atlas), on=["country", "industry"], how="left", maintain_order="left")
    jobs, imputed = (found[name].fill_null(0.0).to_numpy() for name in ("value", "imputed_share"))
    io.employment = jobs
    known = (jobs > 0) & (io.output > 0)
    effects = np.column_stack([known.astype(float), np.ones(len(jobs)), jobs * imputed * io.per_output])
    covered, called_for, estimated = io.factorised.leontief_back(effects).T
    measured = io.employment_multipliers()
    effect = measured["employment_effect"].fill_null(0.0).to_numpy()
    columns = {
        "persons_employed": jobs,
        **{name: measured[name].fill_null(float("nan")).to_numpy() for name in MULTIPLIERS},
        "employment_covered": covered / called_for,
        "employment_imputed_share": np.divide(
            estimated, effect, out=np.full(len(jobs), np.nan), where=effect > 0
        ),
    }
    return keys.with_columns(
        *(
            pl.Series(name, np.where(known, values, np.nan)).fill_nan(None)
            for name, values in columns.items()
        ),
        employment_year=found["year"],
    )


def _jobs(atlas: Atlas) -> pl.DataFrame:
    """Jobs of each country's industry in the country's year that is nearest to the table's."""
    import polars as pl

    from clusteratlas.atlas.observatory.chain_plans import jobs_by_country

    value, share, far = pl.col("value"), pl.col("imputed_share"), pl.col("far")
    schema = {"country": pl.String, "industry": pl.String, "value": pl.Float64}
    years = () if atlas.statistics.is_empty else atlas.statistics.years
    parts = [pl.DataFrame(schema=schema | {"imputed_share": pl.Float64, "year": pl.Int64, "far": pl.Int64})]
    for year in years:
        sums = jobs_by_country(atlas, year).group_by("country", industry="step")
        added = sums.agg(value.sum().cast(pl.Float64), imputed_share=(value * share).sum() / value.sum())
        parts.append(
            added.with_columns(
                year=pl.lit(year, pl.Int64), far=pl.lit(abs(year - atlas.chains.about["year"]), pl.Int64)
            )
        )
    every = pl.concat(parts, how="diagonal").filter(value > 0)
    nearest = every.filter(far == far.min().over("country"))
    return nearest.filter(pl.col("year") == pl.col("year").max().over("country"))
