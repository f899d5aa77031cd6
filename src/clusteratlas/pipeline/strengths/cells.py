"""Persons employed by region and division, ready to be added up: the table with most regions, estimates filled in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import duckdb
    import polars as pl

MEASURE, UNIT = "persons_employed", "persons"
LEAST_DIVISIONS = 30
"""A table that tells fewer divisions apart says nothing about clusters."""

TABLES = """
  SELECT o.dataset, o.classification, o.indicator FROM release.observation o
  JOIN release.industry i ON i.classification = o.classification AND i.industry_code = o.industry_code
  WHERE o.measure = $measure AND o.level = 2 AND i.level = 'division' AND o.value IS NOT NULL
    AND o.unit = $unit AND o.breakdown IS NULL AND NOT o.imputed
  GROUP BY o.dataset, o.classification, o.indicator HAVING count(DISTINCT o.industry_code) >= $least
  QUALIFY row_number() OVER (PARTITION BY o.dataset ORDER BY count(*) DESC, o.classification, o.indicator) = 1
  ORDER BY ALL"""

# Every area and industry of a table, since the estimates use all sums; one row a cell.
CELLS = """
  WITH own AS (
    SELECT * FROM release.observation
    WHERE dataset = $dataset AND classification = $classification AND breakdown IS NULL AND NOT imputed),
  units AS (
    SELECT nuts_code, industry_code, year, any_value(value) AS units FROM own
    WHERE measure = 'local_units' GROUP BY ALL)
  SELECT p.nuts_code AS region, p.industry_code AS industry, p.year AS period,
    CASE WHEN p.value >= 0 AND isfinite(p.value) THEN p.value END AS value, p.flag, u.units,
    p.nuts_version, p.level, coalesce(i.level = 'division', false) AS is_division
  FROM own p
  LEFT JOIN units u USING (nuts_code, industry_code, year)
  LEFT JOIN release.industry i ON i.classification = p.classification AND i.industry_code = p.industry_code
  WHERE p.measure = $measure AND p.indicator IS NOT DISTINCT FROM $indicator AND p.unit = $unit
  ORDER BY region, industry, period"""

ESTIMATES = """
  INSERT INTO release.observation BY NAME
  SELECT o.* REPLACE (e.value AS value, e.lower AS lower, e.upper AS upper, true AS imputed, 'clusteratlas' AS source)
  FROM estimates e JOIN release.observation o
    ON o.dataset = $dataset AND o.measure = $measure AND o.indicator IS NOT DISTINCT FROM $indicator
      AND o.unit = $unit AND o.breakdown IS NULL AND NOT o.imputed
      AND o.nuts_code = e.region AND o.industry_code = e.industry AND o.year = e.period
  ORDER BY o.indicator, o.nuts_code, o.industry_code, o.year"""


@dataclass(frozen=True)
class Table:
    """A publisher's table of persons employed by region and division."""

    dataset: str
    classification: str
    indicator: str | None

    @property
    def asked(self) -> dict[str, str | None]:
        """The parameters by which its cells are found."""
        return {"dataset": self.dataset, "indicator": self.indicator, "measure": MEASURE, "unit": UNIT}


def tables(connection: duckdb.DuckDBPyConnection) -> list[Table]:
    """The tables of the release that tell persons employed by NUTS 2 region and division."""
    asked = {"measure": MEASURE, "unit": UNIT, "least": LEAST_DIVISIONS}
    return [Table(*row) for row in connection.execute(TABLES, asked).fetchall()]


def read_cells(connection: duckdb.DuckDBPyConnection, table: Table) -> pl.DataFrame:
    """All cells of a table: region (with its version and level), industry, period, value, flag and local units."""
    asked = {**table.asked, "classification": table.classification}
    return connection.sql(CELLS, params=asked).pl()


def estimated(cells: pl.DataFrame) -> pl.DataFrame:
    """The cells with what the publisher withholds estimated: `value` filled, `imputed`, `lower`, `upper`, `basis`."""
    from clusteratlas.observatory.imputation import impute

    return impute(cells, period="period", flag="flag", units="units")


def write_estimates(connection: duckdb.DuckDBPyConnection, table: Table, cells: pl.DataFrame) -> None:
    """Add the estimates to the release's observations, beside the withheld cells that they stand for."""
    import polars as pl

    found = cells.filter(pl.col("imputed")).select("region", "industry", "period", "value", "lower", "upper")
    connection.register("estimates", found.to_arrow())
    connection.execute(ESTIMATES, table.asked)
    connection.unregister("estimates")
