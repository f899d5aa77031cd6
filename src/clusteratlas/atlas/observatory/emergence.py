"""Emerging industries of a release: what regions newly specialise in, and what is close to what they have."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from clusteratlas import taxonomies
from clusteratlas.atlas.observatory.adding import add_regions
from clusteratlas.atlas.observatory.asked import Area, area_of
from clusteratlas.errors import NotFoundError, UsageError, nearest

if TYPE_CHECKING:
    import polars as pl

    from clusteratlas.atlas.atlas import Atlas

Row = dict[str, Any]

STAGES = ("entered", "candidate")
SPAN = 5
"""Years that are looked back at least, where the release has figures so far back."""
FLOOR = 250
"""Persons employed from which on an industry of a region is told of: fewer are a handful of firms."""
STEP = 0.1
"""The location quotient rises by this at least, so that a change within the noise of figures is none."""
MOST_ESTIMATED = 0.5
"""The part of a figure that may be estimated."""
COLUMNS = (
    "region",
    "region_name",
    "industry",
    "industry_name",
    "stage",
    "jobs",
    "location_quotient_start",
    "location_quotient_end",
    "growth",
    "density",
    "related",
    "entry_chance",
    "lower",
    "upper",
    "q_value",
)


class Emergence:
    """Emerging industries between two years, found once and asked by region, industry and stage."""

    def __init__(self, atlas: Atlas) -> None:
        self._atlas = atlas

    @cached_property
    def years(self) -> tuple[int, int] | None:
        """The first and last year compared; None in a release whose statistics have fewer than two."""
        periods = () if self._atlas.statistics.is_empty else self._atlas.statistics.years
        if len(periods) < 2:
            return None
        before = [year for year in periods if year <= periods[-1] - SPAN]
        return (before[-1] if before else periods[0]), periods[-1]

    @property
    def is_empty(self) -> bool:
        """Whether nothing can be told."""
        return self.years is None

    @cached_property
    def frame(self) -> pl.DataFrame:
        """`observatory.trends.emerging_industries` of NUTS 2 regions and NACE divisions, with names and ``jobs``.

        Figures that are doubtful or not known in one of the years are left out, as are small industries and rises
        within the noise (see `FLOOR`, `STEP`), and those from none: a published 0 is a gap more often than a beginning.
        What was entered comes first, by the jobs that the rise of the quotient makes; then what is close, by the
        chance of entry.
        """
        return self._found()

    def of_area(self, area: Area) -> pl.DataFrame:
        """The rows of ``frame`` of a region, or of one made of several, which then takes the place of its parts.

        An industry of several regions is left out where one of them has figures for one of the years alone: they would
        be compared with less than they were.
        """
        if not area.is_custom:
            return self.frame.filter(region=area.key)
        return self._atlas.statistics.remembered(
            ("emerging", area), lambda: self._found(area).filter(region=area.key)
        )

    def _found(self, area: Area | None = None) -> pl.DataFrame:
        import polars as pl

        from clusteratlas.observatory.trends import emerging_industries

        if self.years is None:
            return pl.DataFrame(schema=dict.fromkeys(COLUMNS, pl.String))
        first, last = self.years
        cells = self._cells(first, last, area)
        found = emerging_industries(cells, start=first, end=last)
        now = cells.filter(period=last).select("region", "industry", jobs="value")
        then = cells.filter((pl.col("period") == first) & (pl.col("value") > 0)).select("region", "industry")
        found = found.join(now, on=["region", "industry"]).join(then, on=["region", "industry"], how="semi")
        rise = pl.col("location_quotient_end") - pl.col("location_quotient_start")
        found = found.filter((pl.col("jobs") >= FLOOR) & (rise >= STEP))
        gained = pl.col("jobs") * rise / pl.col("location_quotient_end")
        order = pl.when(pl.col("stage") == "entered").then(1 + gained).otherwise(pl.col("lower"))
        found = found.sort(order, "region", "industry", descending=[True, False, False], nulls_last=True)
        names = {area.key: area.name} if area else {}
        return found.with_columns(
            region_name=pl.col("region").map_elements(
                lambda code: names.get(code) or taxonomies.region_name(code), pl.String
            ),
            industry_name=pl.col("industry").map_elements(_industry, pl.String),
        ).select(COLUMNS)

    def _cells(self, first: int, last: int, area: Area | None) -> pl.DataFrame:
        """Persons employed of both years, without industries of a region whose figures cannot be compared.

        These are doubtful or mostly estimated in one of the years, or the series has a break between them.
        """
        import polars as pl

        published = self._atlas.statistics.cells.filter(~pl.col("region").str.ends_with("ZZ"))
        cells = add_regions(published, [area] if area else [])
        is_between = pl.col("period").is_between(first, last)
        is_unsure = pl.col("is_doubtful") | (pl.col("imputed_share").fill_null(0.0) > MOST_ESTIMATED)
        is_odd = (is_unsure & pl.col("period").is_in([first, last])) | (
            pl.col("is_break") & is_between & (pl.col("period") > first)
        )
        odd = cells.filter(is_odd).select("region", "industry").unique()
        if area:
            odd = pl.concat([odd, _uneven(published, area, first, last)])
        both = cells.filter(pl.col("period").is_in([first, last]) & pl.col("value").is_not_null())
        return both.join(odd, on=["region", "industry"], how="anti").select(
            "region", "industry", "period", "value"
        )

    def listed(
        self,
        *,
        region: str | None = None,
        industry: str | None = None,
        stage: str | None = None,
        page: int = 1,
        page_size: int = 50,
    ) -> tuple[int, list[Row]]:
        """How many there are, and a page of them. Raises `UsageError` or `NotFoundError` for what there is not.

        ``region`` may be one of one's own (see `clusteratlas.atlas.observatory.area_of`).
        """
        if stage is not None and stage not in STAGES:
            raise UsageError(
                f"'{stage[:60]}' is not among {', '.join(STAGES)}", remedy=nearest(stage[:60], STAGES)
            )
        if page < 1 or not 1 <= page_size <= 100_000:
            raise UsageError("there is no such page", remedy="count pages from 1, with 1 to 100000 rows")
        area, industry = area_of(region) if region else None, (industry or "").upper() or None
        if industry is not None and industry not in taxonomies.industries():
            raise NotFoundError(
                f"there is no industry '{industry[:20]}'", remedy="give a NACE division such as C29"
            )
        if self.is_empty:
            return 0, []
        frame = self.of_area(area) if area else self.frame
        for name, asked in (("industry", industry), ("stage", stage)):
            if asked is not None:
                frame = frame.filter(frame[name] == asked)
        rows = frame.slice((page - 1) * page_size, page_size).rows(named=True)
        return frame.height, [{**row, "related": _related(row["related"])} for row in rows]

    @cached_property
    def counts(self) -> dict[str, int]:
        """How many rows each stage has."""
        return {stage: self.frame.filter(stage=stage).height for stage in STAGES} if self.years else {}

    @cached_property
    def by_industry(self) -> list[Row]:
        """In how many regions each industry was entered, and is near: the most entered first."""
        import polars as pl

        if self.years is None:
            return []
        counts = self.frame.group_by("industry", "industry_name").agg(
            ((pl.col("stage") == stage).sum()).alias(stage) for stage in STAGES
        )
        return counts.sort(*STAGES, "industry", descending=[True, True, False]).rows(named=True)


def _uneven(cells: pl.DataFrame, area: Area, first: int, last: int) -> pl.DataFrame:
    """The industries of an area of which one of its regions has figures for only one of the years."""
    import polars as pl

    there = cells.filter(
        pl.col("region").is_in(area.codes)
        & pl.col("period").is_in([first, last])
        & pl.col("value").is_not_null()
    )
    years = there.group_by("region", "industry").agg(years=pl.col("period").n_unique())
    return years.filter(pl.col("years") < 2).select(region=pl.lit(area.key), industry="industry").unique()


def _industry(code: str) -> str:
    known = taxonomies.industries().get(code)
    return known.short_name if known else code


def _related(codes: str) -> list[Row]:
    return [{"code": code, "name": _industry(code)} for code in codes.split("; ") if code]
