"""Themes and terms over time, as a release holds them: lists, one with all about it, those of a region or a search."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

from clusteratlas.errors import NotFoundError, UsageError, nearest

if TYPE_CHECKING:
    import polars as pl

    from clusteratlas.atlas.atlas import Atlas

Row = dict[str, Any]

YEAR = "least(year(coalesce(signature_date, start_date)), (SELECT max(year(signature_date)) FROM {project}))"
"""The year of a project: of its signature, else of its start, but none after the last signature known."""
SORTS = {
    "surest": "(growth_lower + growth_upper IS NULL), growth_lower DESC NULLS LAST, p_value NULLS LAST, name, trend_id",
    "growth": "growth DESC NULLS LAST, p_value, name, trend_id",
    "fading": "growth_upper NULLS LAST, name, trend_id",
    "projects": "projects DESC, name, trend_id",
    "name": "lower(name), trend_id",
}
KINDS, CALLS = ("theme", "term"), ("emerging", "growing", "steady", "fading")
LIST = """
  SELECT *, count(*) OVER () AS total FROM trend
  WHERE ($kind IS NULL OR kind = $kind) AND ($trend IS NULL OR trend = $trend)
    AND ($text IS NULL OR contains(lower(name), $text))
  ORDER BY {sort} LIMIT $size OFFSET $skipped"""
YEARS = "SELECT year, projects, year_projects, expected FROM trend_year WHERE trend_id = $1 ORDER BY year"
SPARKS = "SELECT trend_id, year, projects, year_projects FROM trend_year WHERE list_contains($1, trend_id) ORDER BY ALL"
PROJECTS = f"""
  SELECT p.project_id, p.acronym, p.title, {YEAR.format(project="project")} AS year, c.label
  FROM project_trend t JOIN project p USING (project_id) LEFT JOIN project_cluster c USING (project_id)
  WHERE t.trend_id = $1 ORDER BY year DESC NULLS LAST, p.project_id DESC"""
WHO = """
  SELECT o.organisation_id, any_value(o.name) AS name, any_value(o.country_code) AS country_code,
    count(DISTINCT x.project_id) AS projects
  FROM project_trend t JOIN participation x USING (project_id) JOIN organisation o USING (organisation_id)
  WHERE t.trend_id = $1 GROUP BY 1 ORDER BY projects DESC, name, 1 LIMIT 12"""
WHERE_ = """
  SELECT x.country_code AS code, count(DISTINCT x.project_id) AS projects
  FROM project_trend t JOIN participation x USING (project_id)
  WHERE t.trend_id = $1 AND x.country_code IS NOT NULL GROUP BY 1 ORDER BY projects DESC, 1 LIMIT 12"""
RELATED = """
  WITH own AS (SELECT project_id FROM project_trend WHERE trend_id = $1),
  met AS (SELECT trend_id, count(*) AS together FROM project_trend JOIN own USING (project_id)
    WHERE trend_id <> $1 GROUP BY 1),
  told AS (SELECT t.trend_id, kind, name, t.projects, t.trend, together,
    together * (SELECT count(*) FROM project) / t.projects / (SELECT count(*) FROM own) AS lift
    FROM met JOIN trend t USING (trend_id) WHERE together >= 2)
  SELECT * FROM told WHERE lift > 1 ORDER BY together * ln(lift) DESC, name, trend_id LIMIT 16"""
PLACED = f"""
  SELECT DISTINCT x.project_id, left(x.region_code, 4) AS region, {YEAR.format(project="project")} AS period
  FROM participation x JOIN project p USING (project_id)
  WHERE length(x.region_code) >= 4 AND NOT ends_with(left(x.region_code, 4), 'ZZ')"""
THEMED = f"""
  SELECT t.project_id, t.trend_id AS theme, {YEAR.format(project="project")} AS period
  FROM project_trend t JOIN project p USING (project_id) WHERE starts_with(t.trend_id, 'theme:')"""
RECENT = 3
"""Years that new combinations are looked for in."""
AMONG = """
  WITH chosen AS (SELECT unnest($ids::VARCHAR[]) AS project_id),
  met AS (SELECT trend_id, count(*) AS here FROM project_trend JOIN chosen USING (project_id) GROUP BY 1)
  SELECT t.*, here, t.projects * len($ids::VARCHAR[]) / (SELECT count(*) FROM project)::DOUBLE AS expected_here
  FROM met JOIN trend t USING (trend_id)
  WHERE here >= 3 AND here >= 1.5 * expected_here AND trend IN ('emerging', 'growing')
  ORDER BY growth_lower DESC, name, trend_id LIMIT $n"""
MOST_FOLLOWED = 60
"""Trends whose regions are compared with what their size lets expect."""


class Trends:
    """What the release knows of themes and terms over time; each method gives plain rows."""

    def __init__(self, atlas: Atlas) -> None:
        self._atlas = atlas

    @cached_property
    def is_empty(self) -> bool:
        """Whether the release holds none: it was built before there were any, or it has no projects."""
        if "trend" not in self._atlas.tables:
            return True
        return not self._atlas.rows("SELECT 1 FROM trend LIMIT 1")

    @cached_property
    def span(self) -> tuple[int, int] | None:
        """The first and last year that growth is told of."""
        if self.is_empty:
            return None
        row = self._atlas.rows("SELECT min(from_year) AS a, max(to_year) AS b FROM trend")[0]
        return None if row["a"] is None else (row["a"], row["b"])

    @cached_property
    def calls(self) -> dict[str, int]:
        """How many themes and terms are called what."""
        if self.is_empty:
            return {}
        rows = self._atlas.rows("SELECT trend, count(*) AS n FROM trend WHERE trend IS NOT NULL GROUP BY 1")
        return {row["trend"]: row["n"] for row in rows}

    @cached_property
    def projects_by_year(self) -> dict[int, int]:
        """All projects of each year."""
        if self.is_empty:
            return {}
        rows = self._atlas.rows("SELECT DISTINCT year, year_projects AS n FROM trend_year ORDER BY year")
        return {row["year"]: row["n"] for row in rows}

    def listed(
        self,
        *,
        kind: str | None = None,
        trend: str | None = None,
        text: str | None = None,
        sort: str = "surest",
        page: int = 1,
        page_size: int = 50,
    ) -> tuple[int, list[Row]]:
        """How many there are, and a page of them: of a ``kind``, called ``trend``, with ``text`` in the name.

        Raises `UsageError` naming the nearest for a kind, call or order that does not exist.
        """
        for word, known in ((kind, KINDS), (trend, CALLS), (sort, tuple(SORTS))):
            if word is not None and word not in known:
                raise UsageError(
                    f"'{word[:60]}' is not among {', '.join(known)}", remedy=nearest(word[:60], known)
                )
        if page < 1 or not 1 <= page_size <= 10_000:
            raise UsageError("there is no such page", remedy="count pages from 1, with 1 to 10000 rows")
        if self.is_empty:
            return 0, []
        asked = {"kind": kind, "trend": trend, "text": (text or "").strip().lower() or None}
        where = {**asked, "size": page_size, "skipped": (page - 1) * page_size}
        rows = self._atlas.rows(LIST.format(sort=SORTS[sort]), where)
        total = rows[0]["total"] if rows else self.listed(**asked, page_size=1)[0] if page > 1 else 0
        return total, [{name: value for name, value in row.items() if name != "total"} for row in rows]

    def get(self, trend_id: str) -> Row:
        """The row of a theme or term; raises `NotFoundError`."""
        rows = (
            [] if self.is_empty else self._atlas.rows("SELECT * FROM trend WHERE trend_id = $1", [trend_id])
        )
        if not rows:
            raise NotFoundError(
                f"there is no theme or term '{trend_id[:80]}' in this release",
                remedy="see the list of trends",
            )
        return rows[0]

    def years(self, trend_id: str) -> list[Row]:
        """Projects of each year, all projects of the year, and those expected had it kept its shares."""
        return self._atlas.rows(YEARS, [trend_id])

    def sparks(self, trend_ids: Sequence[str]) -> dict[str, dict[int, float]]:
        """The share of each year's projects, for several."""
        found: dict[str, dict[int, float]] = {one: {} for one in trend_ids}
        for row in self._atlas.rows(SPARKS, [list(trend_ids)]) if trend_ids else ():
            found[row["trend_id"]][row["year"]] = row["projects"] / row["year_projects"]
        return found

    def about(self, trend_id: str) -> Row:
        """Everything about one: its row, years, early regions, countries, organisations, related ones, projects.

        Raises `NotFoundError`.
        """
        row, rows = self.get(trend_id), self._atlas.rows
        return {
            **row,
            "years": self.years(trend_id),
            "early_regions": self.early_regions(trend_id),
            "countries": rows(WHERE_, [trend_id]),
            "organisations": rows(WHO, [trend_id]),
            "related": rows(RELATED, [trend_id]),
        }

    def projects(self, trend_id: str) -> list[Row]:
        """Its projects, newest first; raises `NotFoundError`."""
        self.get(trend_id)
        return self._atlas.rows(PROJECTS, [trend_id])

    @cached_property
    def _themed(self) -> pl.DataFrame:
        """The themes of each project, with its year."""
        import polars as pl

        return pl.from_arrow(self._atlas.cursor.sql(THEMED).to_arrow_table()).drop_nulls("period")

    @cached_property
    def combined_since(self) -> int | None:
        """The first of the years in which combinations of themes are compared with all before."""
        years = sorted(self._themed["period"].unique().to_list()) if not self.is_empty else []
        return years[-RECENT] if len(years) > RECENT else None

    @cached_property
    def combinations(self) -> list[Row]:
        """Pairs of themes that projects bring together lately more than before, surest first.

        `observatory.trends.combinations` since `combined_since`, of pairs with at least two projects since then that
        are more often together than chance would have it: ``theme_a``, ``theme_b`` (ids), their names,
        ``projects_before``, ``projects_since``, ``expected_since``, ``z_score``, ``is_new``, ``p_value``, ``q_value``
        (among all pairs that there are).
        """
        import polars as pl

        from clusteratlas.observatory import trends

        if self.combined_since is None:
            return []
        found = trends.combinations(self._themed, since=self.combined_since)
        found = found.filter((pl.col("projects_since") >= 2) & (pl.col("z_score") > 0))
        names = {row["trend_id"]: row["name"] for row in self._atlas.rows("SELECT trend_id, name FROM trend")}
        return [
            {"name_a": names[row["theme_a"]], "name_b": names[row["theme_b"]], **row}
            for row in found.rows(named=True)
        ]

    @cached_property
    def unusual(self) -> list[Row]:
        """Recent projects by how unusual their themes are together, the most unusual first.

        `observatory.trends.novelty` over all projects, of those since `combined_since` with at least three themes:
        ``project_id``, ``acronym``, ``title``, ``year``, ``themes`` (names), ``pairs``, ``conventionality`` and
        ``novelty``.
        """
        import polars as pl

        from clusteratlas.observatory import trends

        if self.combined_since is None:
            return []
        names = {row["trend_id"]: row["name"] for row in self._atlas.rows("SELECT trend_id, name FROM trend")}
        themed = self._themed
        said = (
            themed.sort("theme")
            .group_by("project_id")
            .agg(pl.col("theme"), pl.col("period").first().alias("year"))
        )
        found = trends.novelty(themed).filter(pl.col("pairs") >= 3).join(said, on="project_id")
        found = found.filter(pl.col("year") >= self.combined_since).sort("novelty", "project_id")
        titles = {
            row["project_id"]: row
            for row in self._atlas.rows("SELECT project_id, acronym, title FROM project")
        }
        return [
            {**titles[row["project_id"]], "themes": [names[one] for one in row.pop("theme")], **row}
            for row in found.rows(named=True)
        ]

    @cached_property
    def _placed(self) -> pl.DataFrame:
        """The regions of each project, with its year."""
        import polars as pl

        return pl.from_arrow(self._atlas.cursor.sql(PLACED).to_arrow_table()).drop_nulls("period")

    def _regions(self, trend_ids: Sequence[str], early_share: float) -> list[Row]:
        """Each region's projects of each trend beside what its size lets expect, surest first."""
        import polars as pl

        from clusteratlas.observatory import trends

        query = "SELECT trend_id AS term, project_id FROM project_trend WHERE list_contains($ids, trend_id)"
        links = pl.from_arrow(self._atlas.cursor.sql(query, params={"ids": list(trend_ids)}).to_arrow_table())
        said = links.join(self._placed, on="project_id")
        counts = said.group_by("term", "region", "period").len("projects")
        totals = self._placed.group_by("region", "period").len("projects")
        found = trends.early_regions(counts, totals, early_share=early_share)
        return found.sort("p_value", "lower", "region", descending=[False, True, False]).to_dicts()

    def early_regions(self, trend_id: str, most: int = 15) -> list[Row]:
        """The regions that were early in one, surest first: `observatory.trends.early_regions`."""
        return [
            {k: v for k, v in row.items() if k != "term"} for row in self._regions([trend_id], 0.25)[:most]
        ]

    @cached_property
    def _followed(self) -> dict[str, list[Row]]:
        """By region: the growing themes and terms that it has projects of, beside what its size lets expect."""
        _, rows = self.listed(sort="surest", page_size=10_000)
        grows = {row["trend_id"]: row for row in rows if row["trend"] in ("emerging", "growing")}
        chosen = list(grows)[:MOST_FOLLOWED]
        found: dict[str, list[Row]] = {}
        for row in self._regions(chosen, 1.0) if chosen else ():
            about = grows[row["term"]]
            kept = {
                name: row[name] for name in ("projects", "expected", "ratio", "lower", "upper", "q_value")
            }
            facts = {
                n: about[n]
                for n in ("trend_id", "kind", "name", "trend", "growth", "growth_lower", "growth_upper")
            }
            found.setdefault(row["region"], []).append({**facts, **kept, "is_strong": row["is_early"]})
        return found

    def of_region(self, code: str, most: int = 10) -> list[Row]:
        """What grows in Europe and has projects in a NUTS 2 region, most beyond its size first."""
        rows = [] if self.is_empty else self._followed.get(code, [])
        return sorted(rows, key=lambda row: (-row["ratio"], row["name"]))[:most]

    def among(self, project_ids: Sequence[str], most: int = 10) -> list[Row]:
        """What grows and is said by projects (of a search, say) at least half as often again as by all."""
        if self.is_empty or not project_ids:
            return []
        return self._atlas.rows(AMONG, {"ids": list(project_ids), "n": most})
