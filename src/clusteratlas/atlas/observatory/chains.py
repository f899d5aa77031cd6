"""Value chains of a release: its input-output table, positions, suppliers and customers, and the steps of a chain."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from clusteratlas import taxonomies
from clusteratlas.atlas.observatory.asked import Area, area_of
from clusteratlas.atlas.observatory.chain_measures import STANDING, ChainMeasures
from clusteratlas.errors import NotFoundError, nearest

if TYPE_CHECKING:
    import polars as pl

    from clusteratlas.atlas.atlas import Atlas
    from clusteratlas.observatory import InputOutput

WORLD = "ROW"
AREAS = {"EUO": "Other EU countries", WORLD: "Rest of the world"}
"""Areas of tables that are no countries."""
LEAST = 0.03
"""The part of an industry's inputs (or of its sales to industries) from which on another is a step of its chain."""
STEPS_EACH_WAY = 5
HAS = 1.0
"""A region has a step when its location quotient in it is at least this."""

OTHER = "(other)"
"""The step that jobs in no industry of the table are counted in."""

POSITION = ("upstreamness", "downstreamness", "output_multiplier", *STANDING)

TABLES = """
  SELECT table_name, max(year) AS year, any_value(unit) AS unit FROM input_output_flow
  GROUP BY table_name ORDER BY max(year) DESC, table_name"""
FLOWS = """
  SELECT from_kind, from_country, from_code, to_kind, to_country, to_code, value FROM input_output_flow
  WHERE table_name = $table_name AND year = $year ORDER BY source_file, source_line, rowid"""


@dataclass(frozen=True)
class Step:
    """An industry in a chain: ``side`` is supplier, itself or customer, ``share`` its part of inputs or of sales."""

    code: str
    name: str
    side: str
    share: float


class Chains:
    """The input-output table of a release (the latest year of the first table), and what pages ask of it."""

    def __init__(self, atlas: Atlas) -> None:
        self._atlas = atlas

    @cached_property
    def about(self) -> dict[str, Any] | None:
        """Name, year and unit of the table; None when the release holds none."""
        if "input_output_flow" not in self._atlas.tables:
            return None
        return next(iter(self._atlas.rows(TABLES)), None)

    @property
    def is_empty(self) -> bool:
        """Whether the release holds no input-output table."""
        return self.about is None

    @cached_property
    def table(self) -> InputOutput:
        """The table; raises `NotFoundError` when the release holds none."""
        from clusteratlas.observatory import InputOutput

        if self.about is None:
            raise NotFoundError(
                "this release has no input-output table",
                remedy="build it with --source figaro=PATH, wiod=PATH or icio=PATH, or with the sample",
            )
        asked = {"table_name": self.about["table_name"], "year": self.about["year"]}
        return InputOutput.from_flows(self._atlas.cursor.sql(FLOWS, params=asked).pl())

    @cached_property
    def measures(self) -> ChainMeasures:
        """Linkages, extraction, jobs and trade in value added of the table."""
        return ChainMeasures(self._atlas, self)

    @cached_property
    def positions(self) -> pl.DataFrame:
        """Upstreamness, downstreamness, output, multiplier and dispersions of each country's industry."""
        io = self.table
        keys = ["country", "industry"]
        found = io.upstreamness().join(io.downstreamness(), on=keys, maintain_order="left")
        standing = self.measures.output_of_all.select(*keys, "output_multiplier", *STANDING, "output")
        return found.join(standing, on=keys, maintain_order="left")

    def weighted_positions(self, country: str | None = None) -> list[dict[str, Any]]:
        """Position of each industry with output, in one country or weighted by output over the EU's members.

        ``industry``, ``name``, ``upstreamness``, ``downstreamness``, ``output_multiplier``, both dispersions with
        the ``key_sector`` that they make (see `InputOutput.linkages`) and ``output`` (in the table's unit), the
        farthest from the buyer first.
        """
        import polars as pl

        from clusteratlas.observatory.value_chains.linkages import kind_of_sector

        homes = [country] if country else self.members
        mine = self.positions.filter(pl.col("country").is_in(homes) & (pl.col("output") > 0))
        means = [
            ((pl.col(name) * pl.col("output")).sum() / pl.col("output").sum()).alias(name)
            for name in POSITION
        ]
        found = mine.group_by("industry").agg(*means, pl.col("output").sum())
        rows = found.sort("upstreamness", "industry", descending=[True, False]).rows(named=True)
        return [
            {"industry": row["industry"], "name": self.name(row["industry"]), **row}
            | {"key_sector": kind_of_sector(*(row[name] for name in STANDING))}
            for row in rows
        ]

    def position(self, industry: str, country: str | None = None) -> dict[str, Any] | None:
        """The row of `weighted_positions` of an industry; None for one without output."""
        self.check(industry, country)
        return next((row for row in self.weighted_positions(country) if row["industry"] == industry), None)

    def flows(self, industry: str, country: str | None = None) -> list[dict[str, Any]]:
        """`partners` as rows: ``side``, ``country``, ``industry``, ``name``, ``value`` and ``share`` of the side."""
        rows = []
        for side, frame in self.partners(industry, country).items():
            for row in frame.rows(named=True):
                code = row["industry"]
                name = taxonomies.final_use_name(code) if side == "final users" else self.name(code)
                rows.append({"side": side, **row, "name": name})
        return rows

    def choice(
        self, industry: str, country: str | None = None, region: str | None = None
    ) -> tuple[str | None, Area | None]:
        """The country and the region that are meant, the region perhaps one of one's own (see `area_of`).

        Where no country is named that of the region stands in, if all of it lies in one. Raises `NotFoundError` that
        names the nearest for what is not there, `UsageError` for regions that statistics are not published for.
        """
        country, area = (country or "").upper() or None, area_of(region) if region else None
        if area is not None and country is None:
            homes = self.homes(area)
            country = homes[0] if len(homes) == 1 else None
        self.check(industry, country)
        return country, area

    def name(self, code: str) -> str:
        """The name of an industry of the table."""
        return taxonomies.table_industry(self.about["table_name"], code).name

    def area(self, code: str) -> str:
        """The name of a country or area of the table."""
        return AREAS.get(code) or taxonomies.country_name(code)

    def check(self, industry: str, country: str | None = None) -> None:
        """Raise `NotFoundError` that names the nearest for an industry or a country that the table does not have."""
        for asked, known, what in (
            (industry, self.table.industries, "industry"),
            (country, self.table.countries, "country"),
        ):
            if asked is not None and asked not in known:
                raise NotFoundError(
                    f"the table has no {what} '{asked[:40]}'", remedy=nearest(asked[:40], known)
                )

    def partners(self, industry: str, country: str | None = None) -> dict[str, pl.DataFrame]:
        """Suppliers and customers of an industry (of one country, or of the EU's members together), largest first.

        Frames of ``country``, ``industry``, ``value`` and ``share``; customers are industries and final uses.
        """
        import numpy as np
        import polars as pl

        self.check(industry, country)
        io = self.table
        homes = [country] if country else self.members
        mine = np.isin(io.rows.countries, homes) & (io.rows.names == industry)
        sides = {
            "suppliers": (io.rows, io.flows[:, mine].sum(axis=1)),
            "customers": (io.rows, io.flows[mine].sum(axis=0)),
            "final users": (io.uses, io.final[mine].sum(axis=0)),
        }
        found = {}
        for side, (labels, values) in sides.items():
            frame = pl.DataFrame(
                {"country": labels.countries.tolist(), "industry": labels.names.tolist(), "value": values}
            )
            frame = frame.filter(pl.col("value") > 0).sort("value", descending=True)
            found[side] = frame.with_columns(share=pl.col("value") / pl.col("value").sum())
        return found

    @cached_property
    def members(self) -> list[str]:
        """The areas of the table that are in the European Union."""
        eu = {code for code, one in taxonomies.countries().items() if one.is_eu} | {"EUO"}
        return [code for code in self.table.countries if code in eu]

    def home(self, country: str) -> str | None:
        """The area of the table that a country is in; None when the table does not say."""
        if country in self.table.countries:
            return country
        one = taxonomies.countries().get(country)
        is_member = one is not None and (one.is_eu or country == "GB")
        fallback = "EUO" if is_member else WORLD
        return fallback if fallback in self.table.countries else None

    def homes(self, area: Area) -> list[str]:
        """The areas of the table that the parts of a region are in."""
        return sorted({home for code in area.codes if (home := self.home_of(code)) is not None})

    def home_of(self, region: str) -> str | None:
        """The area of the table that a NUTS region is in."""
        return self.home(taxonomies.country_code(region[:2]) or "")

    def steps(self, industry: str, country: str | None = None) -> list[Step]:
        """The steps of an industry's chain: who supplies at least `LEAST` of its inputs, itself, who buys as much."""
        import polars as pl

        partners = self.partners(industry, country)
        chosen: list[Step] = []
        for side, one in (("supplier", "suppliers"), ("customer", "customers")):
            shares = (
                partners[one].group_by("industry").agg(pl.col("share").sum()).sort("share", descending=True)
            )
            rows = [
                Step(row["industry"], self.name(row["industry"]), side, row["share"])
                for row in shares.rows(named=True)
                if row["industry"] != industry and row["share"] >= LEAST
            ]
            chosen += rows[:STEPS_EACH_WAY]
            if side == "supplier":
                chosen.append(Step(industry, self.name(industry), "itself", 1.0))
        seen: dict[str, Step] = {}
        for step in chosen:
            seen.setdefault(step.code, step)
        return list(seen.values())

    def strengths(self, steps: list[Step], year: int, area: Area | None = None) -> pl.DataFrame:
        """How strong each region is in each step: ``region``, ``step`` and ``value``, its location quotient by jobs.

        A region of one's own takes the place of its parts. The jobs of a step are those of the NACE divisions that
        its industry holds. A region without a figure in any of them has no row; one that is known to have no jobs in
        them has the value 0.
        """
        import polars as pl

        from clusteratlas.observatory import location_quotient

        found = location_quotient(self.jobs(year, area), industry="step").select(
            "region", "step", "location_quotient", jobs="value"
        )
        order = pl.DataFrame({"step": [step.code for step in steps], "at": range(len(steps))})
        found = found.join(order, on="step").rename({"location_quotient": "value"})
        return found.filter(pl.col("value").is_not_null()).sort("at", "region").drop("at")

    def jobs(self, year: int, area: Area | None = None) -> pl.DataFrame:
        """Persons employed by region and industry of the table: ``region``, ``step``, ``value``, ``imputed_share``.

        Jobs that belong to no industry of the table are in the step `OTHER`; a region of one's own (``area``) takes
        the place of its parts.
        """
        import polars as pl

        from clusteratlas.atlas.observatory.adding import add_regions

        table_name = self.about["table_name"]
        known = {
            division: code
            for code in self.table.industries
            for division in taxonomies.table_industry(table_name, code).divisions
        }
        cells = self._atlas.statistics.cells.filter((pl.col("period") == year) & (pl.col("value") >= 0))
        cells = add_regions(
            cells.filter(~pl.col("region").str.ends_with("ZZ")),
            [area] if area is not None and area.is_custom else [],
        )
        named = cells.with_columns(step=pl.col("industry").replace_strict(known, default=OTHER))
        value, share = pl.col("value"), pl.col("imputed_share")
        return named.group_by("region", "step").agg(
            value.sum(), imputed_share=pl.when(value.sum() > 0).then((value * share).sum() / value.sum())
        )
