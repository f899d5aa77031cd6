"""The step: read the cells, estimate what is withheld, bring regions up to date, add up, judge, write."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from clusteratlas.observatory.region_chains import BASES
from clusteratlas.pipeline.schema import table as canonical
from clusteratlas.pipeline.strengths import cells as cell
from clusteratlas.pipeline.strengths.marks import with_marks
from clusteratlas.pipeline.strengths.regions import current, nuts_version
from clusteratlas.sources.sql import quoted

if TYPE_CHECKING:
    import duckdb
    import polars as pl

TABLE = "cluster_strength"
LINKS = """
  SELECT category_set, industry_code AS industry, category_id AS category, weight FROM release.crosswalk
  WHERE from_scheme = $classification AND level = 'division'
    AND category_set IN (SELECT category_set FROM release.category) ORDER BY ALL"""
SETS = "SELECT category_set FROM release.category GROUP BY 1 ORDER BY min(rowid)"

Advance = Callable[[int, int], None]


def write_strengths(
    connection: duckdb.DuckDBPyConnection, advance: Advance = lambda done, total: None
) -> list[dict[str, Any]]:
    """Write `cluster_strength` from the release's observations, and add the estimates to the observations.

    Every category set of the release, one's own too, and every star profile that persons employed are enough for.
    ``advance`` is told how many pieces of the work are done. A release without such observations gets an empty table.
    Gives what could not be brought to the current regions: dataset, code, version, reason, rows, value.
    """
    import polars as pl

    connection.execute(canonical(TABLE).ddl("release"))
    found = cell.tables(connection)
    if not found:
        return []
    # Polars' streaming engine adds up in the order in which threads come; two builds of one input must be alike.
    with pl.Config(engine_affinity="in-memory"):
        return _write(connection, found, advance)


def _write(
    connection: duckdb.DuckDBPyConnection, found: list[cell.Table], advance: Advance
) -> list[dict[str, Any]]:
    sets = [name for (name,) in connection.execute(SETS).fetchall()]
    total = 2 * len(found) + len(sets)
    ready, unconverted = [], []
    for number, one in enumerate(found):
        filled = cell.estimated(cell.read_cells(connection, one))
        advance(2 * number + 1, total)
        cell.write_estimates(connection, one, filled)
        brought, left = _ready(filled, one)
        ready.append(brought)
        unconverted += [{"dataset": one.dataset, **row} for row in left.to_dicts()]
        advance(2 * number + 2, total)
    best = _best(ready)
    links = _links(connection, sorted({one.classification for one in found}))
    for number, name in enumerate(sets, start=1):
        _insert(connection, _strengths(best, links.filter(category_set=name), name))
        advance(2 * len(found) + number, total)
    return unconverted


def _ready(filled: pl.DataFrame, table: cell.Table) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The cells of NUTS 2 regions and divisions in the current version of NUTS, and what could not be brought there."""
    import polars as pl

    divisions = filled.filter((pl.col("level") == 2) & pl.col("is_division"))
    facts = {"dataset": pl.lit(table.dataset), "classification": pl.lit(table.classification)}
    ready, left = current(divisions)
    return with_marks(ready, divisions).with_columns(**facts), left


def _best(ready: list[pl.DataFrame]) -> pl.DataFrame:
    """For each year the cells of the table that has most regions then; the first by name among equals."""
    import polars as pl

    every = pl.concat(ready)
    counted = every.group_by("dataset", "period").agg(regions=pl.col("region").n_unique())
    order = counted.sort("period", "regions", "dataset", descending=[False, True, False])
    return every.join(order.unique("period", keep="first", maintain_order=True), on=["dataset", "period"])


def _links(connection: duckdb.DuckDBPyConnection, classifications: list[str]) -> pl.DataFrame:
    import polars as pl

    found = [
        connection.sql(LINKS, params={"classification": name}).pl().with_columns(classification=pl.lit(name))
        for name in classifications
    ]
    return pl.concat(found)


def _strengths(cells: pl.DataFrame, links: pl.DataFrame, category_set: str) -> pl.DataFrame:
    """All rows of a category set, in the columns of the table."""
    import polars as pl

    from clusteratlas.atlas.observatory.adding import MARKS, add_up
    from clusteratlas.pipeline.strengths.indicators import REST, judged, profiles, with_indicators

    given = ["region", "industry", "period", "value", "imputed_share", *MARKS]
    values = pl.concat(
        add_up(
            part.select(given),
            links.filter(classification=name).select("industry", "category", "weight"),
            REST,
        )
        for (name,), part in cells.group_by("classification", maintain_order=True)
    )
    strengths = with_indicators(values)
    rows = pl.concat(judged(strengths, profile) for profile in profiles())
    versions = {code: nuts_version(code) for code in cells["region"].unique()}
    basis = pl.col("conversion_basis").cast(pl.Enum(BASES)).min().cast(pl.String)
    places = cells.group_by("region", "period").agg(pl.col("dataset").first(), conversion_basis=basis)
    return (
        rows.join(places, on=["region", "period"])
        .rename({"region": "region_code", "category": "category_id", "period": "year"})
        .with_columns(
            category_set=pl.lit(category_set),
            nuts_version=pl.col("region_code").replace_strict(versions, return_dtype=pl.Int32),
        )
        .with_columns(_settled())
        .select(canonical(TABLE).columns)
        .sort(canonical(TABLE).key)
    )


def _settled() -> list[pl.Expr]:
    """Figures without the noise of their last digits."""
    import polars as pl

    persons = ("value", "region_total", "category_total")
    ratios = (
        *("location_quotient", "focus", "share_of_category", "growth"),
        *("imputed_share", "unknown_share", "doubtful_share"),
    )
    return [*(pl.col(name).round(6) for name in persons), *(pl.col(name).round(12) for name in ratios)]


def _insert(connection: duckdb.DuckDBPyConnection, rows: pl.DataFrame) -> None:
    connection.register("strengths", rows.to_arrow())
    connection.execute(f"INSERT INTO release.{quoted(TABLE)} BY NAME SELECT * FROM strengths")
    connection.unregister("strengths")
