"""Persons employed by region, category and year, and what the indicators of the observatory make of them.

The cells (NUTS 2 region x NACE division x year, estimates included) are those that the build made ready in the table
`cluster_strength`; everything here is computed from them when it is asked for, so that regions and categories of
one's own are treated as those of the release are.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar

from clusteratlas.atlas.observatory.asked import OWN, Area, Scope
from clusteratlas.errors import NotFoundError, UsageError, nearest
from clusteratlas.observatory.strength.files import DEFAULT_PROFILE

if TYPE_CHECKING:
    import polars as pl

    from clusteratlas.atlas.atlas import Atlas

DIVISIONS = "nace-divisions"
REST = "(all other industries)"
"""The industries of a region in none of the categories asked for: without them its total would be too small."""
WELL_COVERED = 0.9
"""The part of the regions of the best year that a year must have to be the one shown first."""
KEPT_AT_MOST = 48
"""Results kept for the next asker; a set of all regions and years has about two megabytes."""

CELLS = """
  SELECT region_code AS region, category_id AS industry, year AS period, value,
    coalesce(imputed_share, 0)::DOUBLE AS imputed_share,
    coalesce(doubtful_share > 0.5, false) AS is_doubtful, coalesce(has_break, false) AS is_break
  FROM cluster_strength WHERE category_set = 'nace-divisions' AND profile = $profile AND value IS NOT NULL
  ORDER BY region, industry, period"""
CROSSWALK = """
  SELECT industry_code AS industry, category_id AS category, weight FROM crosswalk
  WHERE from_scheme = 'NACE Rev. 2' AND level = 'division' AND category_set = $asked ORDER BY ALL"""
MEASURES = """
  SELECT region_code AS region, industry_code AS industry,
    sum(value) FILTER (measure = 'persons_employed')::DOUBLE AS persons_employed,
    sum(value * 1e6) FILTER (measure = 'wages' AND unit = 'million EUR')::DOUBLE AS wages,
    sum(value) FILTER (measure = 'local_units')::DOUBLE AS local_units
  FROM observation
  WHERE year = $year AND level = 2 AND classification = 'NACE Rev. 2' AND length(industry_code) = 3
    AND measure IN ('persons_employed', 'wages', 'local_units') AND region_code IS NOT NULL AND NOT imputed
    AND breakdown IS NULL
  GROUP BY ALL ORDER BY ALL"""
SHARED_OUT = """
  SELECT DISTINCT region_code, conversion_basis FROM cluster_strength
  WHERE category_set = 'nace-divisions' AND year = $year AND conversion_basis <> 'whole' ORDER BY ALL"""
SETS = """
  SELECT category_set, any_value(set_name) AS name, count(*) AS categories FROM category
  GROUP BY category_set ORDER BY min(rowid)"""

T = TypeVar("T")


class Statistics:
    """What a release knows of industries in regions.

    Frames are Polars frames with the columns ``region`` (NUTS 2 code, or the key of an `Area`), ``industry`` (id of
    a category, or the key of a `Scope`), ``period`` (the year), ``value`` (persons employed) and ``imputed_share``
    (0 to 1, the part of the value that is estimated), and one column for each indicator.
    """

    def __init__(self, atlas: Atlas) -> None:
        self._atlas = atlas
        self._kept: dict[Any, Any] = {}
        self._lock = threading.Lock()

    def remembered(self, key: Any, make: Callable[[], T]) -> T:
        """What ``make`` gives, kept for the next asker; the oldest makes room."""
        found = self._kept.get(key)
        if found is None:
            found = make()
            with self._lock:
                while len(self._kept) >= KEPT_AT_MOST:
                    self._kept.pop(next(iter(self._kept)))
                self._kept[key] = found
        return found

    @cached_property
    def cells(self) -> pl.DataFrame:
        """Persons employed by NUTS 2 region, NACE division and year."""
        profile = self._atlas.rows("SELECT min(profile) AS profile FROM cluster_strength")[0]["profile"]
        return self._atlas.cursor.sql(CELLS, params={"profile": profile or ""}).pl()

    @property
    def is_empty(self) -> bool:
        """Whether the release was built without statistics."""
        return "cluster_strength" not in self._atlas.tables or self.cells.is_empty()

    @cached_property
    def years(self) -> tuple[int, ...]:
        """The years that there are figures for, in order."""
        return tuple(sorted(self.cells["period"].unique().to_list()))

    @cached_property
    def coverage(self) -> dict[int, float]:
        """By year, the part of the regions with figures in any year that have some in that one: 0 to 1."""
        import polars as pl

        counted = self.cells.group_by("period").agg(pl.col("region").n_unique())
        return {year: count / len(self.regions) for year, count in sorted(counted.iter_rows())}

    def year(self, asked: int | None = None) -> int:
        """The year asked for; when none is, the last one that `WELL_COVERED` of the regions have figures for.

        Raises `NotFoundError` that lists what there is.
        """
        if not self.years:
            raise NotFoundError(
                "this release has no statistics",
                remedy="build it with --source eurostat=PATH, or with the sample",
            )
        if asked is not None and asked not in self.years:
            listed = ", ".join(map(str, self.years))
            raise NotFoundError(f"there are no figures for {asked}", remedy=f"there is: {listed}")
        return self._usual_year if asked is None else asked

    @cached_property
    def _usual_year(self) -> int:
        """The last year in which few regions are missing: a year just begun would make Europe another one."""
        enough = WELL_COVERED * max(self.coverage.values())
        return max(year for year, part in self.coverage.items() if part >= enough)

    @cached_property
    def regions(self) -> tuple[str, ...]:
        """Codes of the regions with figures."""
        return tuple(sorted(self.cells["region"].unique().to_list()))

    def shared_out(self, year: int) -> dict[str, str]:
        """Regions whose figures of a year are shares of a former, larger region's, and by what they were shared out.

        Their mix of industries is that of the larger region: it says nothing of how they differ from it.
        """
        rows = self.remembered(("shared", year), lambda: self._atlas.rows(SHARED_OUT, {"year": year}) or ())
        return {row["region_code"]: row["conversion_basis"] for row in rows}

    @cached_property
    def sets(self) -> dict[str, str]:
        """The category sets of the release: id and name."""
        return {row["category_set"]: row["name"] for row in self._atlas.rows(SETS)}

    def categories(self, category_set: str) -> dict[str, dict[str, Any]]:
        """The categories of a set by id, in order; raises `NotFoundError` that names the nearest set."""
        if category_set not in self.sets:
            raise NotFoundError(
                f"there is no category set '{category_set[:60]}'",
                remedy=nearest(category_set[:60], self.sets),
            )
        return self.remembered(("categories", category_set), lambda: self._read_categories(category_set))

    def _read_categories(self, category_set: str) -> dict[str, dict[str, Any]]:
        rows = self._atlas.rows(
            "SELECT * FROM category WHERE category_set = $asked ORDER BY position", {"asked": category_set}
        )
        return {row["category_id"]: row for row in rows}

    def scope(self, scope: Scope) -> Scope:
        """``scope`` with its name; raises `NotFoundError` when the release has no such category."""
        if scope.is_custom:
            return scope
        known = self.categories(scope.category_set)
        if scope.category_id not in known:
            raise NotFoundError(
                f"the set '{scope.category_set}' has no category '{scope.category_id[:60]}'",
                remedy=nearest(scope.category_id[:60], known),
            )
        return Scope(scope.key, known[scope.category_id]["name"], scope.category_set, scope.category_id)

    def crosswalk(self, category_set: str) -> pl.DataFrame:
        """The parts of NACE divisions in the categories of a set: ``industry``, ``category``, ``weight``."""
        self.categories(category_set)
        return self.remembered(("crosswalk", category_set), lambda: self._read_crosswalk(category_set))

    def _read_crosswalk(self, category_set: str) -> pl.DataFrame:
        return self._atlas.cursor.sql(CROSSWALK, params={"asked": category_set}).pl()

    def totals(
        self, category_set: str, scopes: Sequence[Scope] = (), areas: Sequence[Area] = ()
    ) -> pl.DataFrame:
        """Values by region, category and year: those of a set, or of the categories of one's own alone.

        Areas of one's own take the place of their regions. Each region has a row for `REST`, so that the sum over
        its rows is the sum over its industries.
        """
        custom = tuple(area for area in areas if area.is_custom)
        key = ("totals", category_set, tuple(scopes), custom)
        return self.remembered(key, lambda: self._totals(category_set, scopes, custom))

    def _totals(self, category_set: str, scopes: Sequence[Scope], areas: Sequence[Area]) -> pl.DataFrame:
        from clusteratlas.atlas.observatory.adding import add_regions, add_up

        totals = add_up(add_regions(self.cells, areas), self._crosswalk_of(category_set, scopes), REST)
        return totals.rename({"category": "industry"})

    def strengths(
        self,
        category_set: str,
        *,
        year: int | None = None,
        profile: Any = DEFAULT_PROFILE,
        scopes: Sequence[Scope] = (),
        areas: Sequence[Area] = (),
    ) -> pl.DataFrame:
        """Every region in every category of a set in one year: indicators, criteria, stars and class of a profile.

        Raises `UsageError` for an unknown profile, `NotFoundError` for an unknown set or year.
        """
        year = self.year(year)
        custom = tuple(area for area in areas if area.is_custom)
        key = ("strengths", category_set, year, profile, tuple(scopes), custom)
        if category_set == OWN and len(scopes) > 1:
            return self._side_by_side(scopes, year=year, profile=profile, areas=custom)
        return self.remembered(key, lambda: self._strengths(category_set, year, profile, scopes, custom))

    def _side_by_side(self, scopes: Sequence[Scope], **asked: Any) -> pl.DataFrame:
        """Categories of one's own, each by itself: they may share industries, which count in each of them."""
        import polars as pl

        return pl.concat([self.strengths(OWN, scopes=[scope], **asked) for scope in scopes])

    def _strengths(
        self, category_set: str, year: int, profile: Any, scopes: Sequence[Scope], areas: Sequence[Area]
    ) -> pl.DataFrame:
        import polars as pl

        from clusteratlas.atlas.observatory.adding import companions
        from clusteratlas.atlas.observatory.judging import judged

        totals = self.totals(category_set, scopes, areas)
        whole = self.totals(category_set, scopes) if areas else None
        known = companions(self._measures(year), self._crosswalk_of(category_set, scopes), areas)
        strengths = judged(totals, year, profile, REST, whole=whole, companions=known)
        basis = pl.col("region").replace_strict(
            self.shared_out(year), default="whole", return_dtype=pl.String
        )
        return strengths.with_columns(conversion_basis=basis)

    def _measures(self, year: int) -> pl.DataFrame:
        """Persons employed, wages and local units of one year, as published."""
        return self.remembered(
            ("measures", year), lambda: self._atlas.cursor.sql(MEASURES, params={"year": year}).pl()
        )

    def _crosswalk_of(self, category_set: str, scopes: Sequence[Scope]) -> pl.DataFrame:
        return own_crosswalk(scopes) if category_set == OWN else self.crosswalk(category_set)

    def indicator(
        self, name: str, scope: Scope, *, year: int | None = None, areas: Sequence[Area] = ()
    ) -> pl.DataFrame:
        """One indicator of a category in every region and year (or one year): for maps and rankings."""
        frame = self.strengths(scope.category_set, year=year, scopes=_own([scope]), areas=areas)
        if name not in frame.columns:
            raise UsageError(f"there is no indicator '{name}'", remedy=nearest(name, frame.columns))
        return frame.filter(industry=category_of(scope))


def own_crosswalk(scopes: Iterable[Scope]) -> pl.DataFrame:
    """The crosswalk of categories of one's own; their keys are their ids."""
    import polars as pl

    rows = [(code, scope.key, weight) for scope in scopes for code, weight in scope.weights]
    return pl.DataFrame(
        rows, schema={"industry": pl.String, "category": pl.String, "weight": pl.Float64}, orient="row"
    )


def _own(scopes: Iterable[Scope]) -> tuple[Scope, ...]:
    return tuple(scope for scope in scopes if scope.is_custom)


def category_of(scope: Scope) -> str:
    """How frames name the category of a scope."""
    return scope.key if scope.is_custom else scope.category_id
