"""The build's step from the texts and themes of projects to what they are about over time.

Public face: `find_trends`, which may run beside other steps, and `write_trends`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from clusteratlas.atlas.trends import YEAR
from clusteratlas.pipeline.assemble import write
from clusteratlas.pipeline.schema import table as canonical
from clusteratlas.taxonomies.slugs import slug

if TYPE_CHECKING:
    import duckdb
    import polars as pl

PROJECTS = f"""
  SELECT project_id, title, keywords, coalesce(objective, summary) AS objective,
    {YEAR.format(project="release.project")} AS period,
    coalesce(nullif(array_to_string(list_slice(string_split(legal_basis_code, '.'), 1, 3), '.'), ''), programme_id,
      kind, '') AS "group"
  FROM release.project ORDER BY project_id"""
THEMES = """
  SELECT DISTINCT project_id, title AS name FROM release.project_theme
  WHERE scheme NOT IN ('target-country') AND title IS NOT NULL ORDER BY ALL"""

FEWEST, FEWEST_OF_FEW, FEW = 10, 3, 2000
"""Projects that a theme or term needs; in a release of few projects fewer will do."""
MOST = 3000
WINDOW = 6
"""Years that growth is told of, at most."""
THIN = 0.1
"""Growth is told from the first year on that has this share of the projects of the fullest one."""


def find_trends(cursor: duckdb.DuckDBPyConnection) -> dict[str, pl.DataFrame]:
    """The tables `trend`, `trend_year` and `project_trend` from the release's projects and themes."""
    import polars as pl

    projects = pl.from_arrow(cursor.sql(PROJECTS).to_arrow_table())
    themes = pl.from_arrow(cursor.sql(THEMES).to_arrow_table())
    links, names = _links(projects, themes, FEWEST_OF_FEW if projects.height < FEW else FEWEST)
    dated = projects.select("project_id", "period", "group").drop_nulls("period")
    return {
        "trend": names.join(_told(links, dated), on="trend_id", how="left"),
        "trend_year": _by_year(links, dated),
        "project_trend": links,
    }


def write_trends(connection: duckdb.DuckDBPyConnection, tables: dict[str, pl.DataFrame]) -> None:
    """Write what `find_trends` has found."""
    for name, table in tables.items():
        connection.register("_trends", table.to_arrow())
        write(connection, name, "SELECT * FROM _trends")
        connection.unregister("_trends")


def _links(projects: pl.DataFrame, themes: pl.DataFrame, fewest: int) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Which projects have which theme or term, and the name of each; spellings with one address are one."""
    import polars as pl

    from clusteratlas.observatory import trends

    terms = trends.project_terms(projects, fewest=fewest, most=MOST)
    said = pl.concat(
        [
            themes.select(pl.lit("theme").alias("kind"), "name", "project_id"),
            terms.select(pl.lit("term").alias("kind"), pl.col("term").alias("name"), "project_id"),
        ]
    )
    counts = said.group_by("kind", "name").len().sort("kind", "len", "name", descending=[False, True, False])
    ids = [f"{kind}:{slug(name)}" for kind, name in counts.select("kind", "name").rows()]
    known = counts.with_columns(trend_id=pl.Series(ids, dtype=pl.String)).filter(
        ~pl.col("trend_id").str.ends_with(":")
    )
    links = said.join(known, on=["kind", "name"]).select("trend_id", "project_id").unique()
    often = links.group_by("trend_id").agg(projects=pl.len()).filter(pl.col("projects") >= fewest)
    names = known.unique("trend_id", keep="first", maintain_order=True).join(often, on="trend_id")
    return links.join(often.select("trend_id"), on="trend_id"), names.drop("len")


def _by_year(links: pl.DataFrame, dated: pl.DataFrame) -> pl.DataFrame:
    from clusteratlas.observatory import trends

    if not dated.height or not links.height:
        return _empty_years()
    counts, totals = trends.term_counts(links, dated, term="trend_id", group="group")
    expected = trends.expected(counts, totals, term="trend_id", group="group")
    every = dated.group_by("period").len("year_projects")
    return expected.join(every, on="period").rename({"period": "year"})


def _empty_years() -> pl.DataFrame:
    import polars as pl

    numbers = dict.fromkeys(("year", "projects", "year_projects", "expected"), pl.Int64)
    return pl.DataFrame(schema={"trend_id": pl.String, **numbers})


def _told(links: pl.DataFrame, dated: pl.DataFrame) -> pl.DataFrame:
    """Growth and bursts over the last years, by theme or term; themes and terms are judged apart."""
    import polars as pl

    from clusteratlas.observatory import trends

    window = _window(dated)
    last = window["period"].max()
    parts = []
    for kind in ("theme", "term"):
        own = links.filter(pl.col("trend_id").str.starts_with(f"{kind}:")).join(
            window, on="project_id", how="semi"
        )
        if not own.height or window["period"].n_unique() < 2:
            continue
        counts, totals = trends.term_counts(own, window, term="trend_id", group="group")
        grown = trends.growth(counts, totals, term="trend_id", group="group")
        plain = trends.term_counts(own, window, term="trend_id")
        burst = (
            trends.bursts(*plain, term="trend_id")
            .sort("weight", descending=True)
            .unique("trend_id", keep="first")
        )
        burst = burst.select(
            "trend_id", *(pl.col(n).alias(f"burst_{n}") for n in ("start", "end", "weight", "q_value"))
        )
        parts.append(grown.join(burst, on="trend_id", how="left").rename({"projects": "projects_in_window"}))
    if not parts:
        return _nothing_told()
    bounds = {"lower": "growth_lower", "upper": "growth_upper"}
    years = {"from_year": window["period"].min(), "to_year": last}
    return pl.concat(parts).rename(bounds).with_columns(**{k: pl.lit(v) for k, v in years.items()})


def _window(dated: pl.DataFrame) -> pl.DataFrame:
    """The projects of the last years, back to the first of them with enough projects to tell a share by."""
    import polars as pl

    last = dated["period"].max()
    years = dated.filter(pl.col("period") > (last or 0) - WINDOW).group_by("period").len()
    first = years.filter(pl.col("len") >= THIN * pl.col("len").max())["period"].min()
    return dated.filter(pl.col("period").is_between(first, last))


def _nothing_told() -> pl.DataFrame:
    import polars as pl

    told = canonical("trend").columns[canonical("trend").columns.index("projects") + 1 :]
    return pl.DataFrame(schema={"trend_id": pl.String, **dict.fromkeys(told, pl.Null)})
