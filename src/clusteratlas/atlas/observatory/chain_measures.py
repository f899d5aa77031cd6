"""What hangs on an industry, and whose value added is in what countries export: measures of a release's table."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from clusteratlas.atlas.observatory.chain_jobs import EMPLOYMENT, employment

if TYPE_CHECKING:
    import polars as pl

    from clusteratlas.atlas.atlas import Atlas
    from clusteratlas.atlas.observatory.chains import Chains
    from clusteratlas.observatory import InputOutput

Row = dict[str, Any]
KEYS = ["country", "industry"]
STANDING = ("power_of_dispersion", "sensitivity_of_dispersion")
MULTIPLIERS = (
    *("output", "output_multiplier", "domestic_output_multiplier", "output_multiplier_type_2"),
    *("income_multiplier", "income_multiplier_type_2"),
)
LINKS = ("backward_linkage", "forward_linkage", *STANDING, "key_sector")
EXTRACTION = (
    *("extraction_total", "extraction_others", "extraction_backward", "extraction_forward"),
    "extraction_share",
)
LINKAGES = (*MULTIPLIERS, *LINKS, *EXTRACTION, *EMPLOYMENT)
EXPORTS = (
    *("exports", "domestic_value_added", "foreign_value_added", "reexported_value_added"),
    *("backward_participation", "forward_participation"),
)
TERMS = {
    "domestic_in_final_exports": "used abroad",
    "domestic_in_intermediates_used_by_importer": "used abroad",
    "domestic_in_intermediates_for_third_countries": "used abroad",
    "domestic_returned_in_final_imports": "returned",
    "domestic_returned_in_intermediate_imports": "returned",
    "double_counted_domestic": "counted twice",
    "foreign_in_final_exports": "foreign",
    "foreign_in_intermediate_exports": "foreign",
    "double_counted_foreign": "counted twice",
}
"""The terms of Koopman, Wang and Wei in their order, and the part of exports that each belongs to."""


class ChainMeasures:
    """Linkages, extraction and trade in value added of the table of a release; each computed once, when asked for."""

    def __init__(self, atlas: Atlas, chains: Chains) -> None:
        self._atlas = atlas
        self._chains = chains
        self._nationals: dict[str, InputOutput] = {}

    def national(self, country: str) -> InputOutput:
        """The table of one country (see `InputOutput.national`), kept."""
        if country not in self._nationals:
            self._nationals[country] = self._chains.table.national(country)
        return self._nationals[country]

    @cached_property
    def output_of_all(self) -> pl.DataFrame:
        """Output, its multipliers and `LINKS` of each country's industry."""
        io = self._chains.table
        return _beside(io.output_multipliers(), io.linkages()).with_columns(output=io.output)

    @cached_property
    def linkages_of_all(self) -> pl.DataFrame:
        """Multipliers and linkages of each country's industry: the columns `MULTIPLIERS` and `LINKS`."""
        import polars as pl

        io, found = self._chains.table, self.output_of_all
        if io.income is not None:
            found = _beside(found, io.income_multipliers())
        wanted = (*MULTIPLIERS, *LINKS)
        absent = [pl.lit(None, pl.Float64).alias(name) for name in wanted if name not in found.columns]
        return found.with_columns(absent).select(*KEYS, *wanted)

    @cached_property
    def exports_of_all(self) -> pl.DataFrame:
        """What of each country's industry's exports was added at home and abroad: the columns `EXPORTS`."""
        return self._chains.table.value_added_in_exports()

    @cached_property
    def employment_of_all(self) -> pl.DataFrame:
        """Jobs and employment multipliers of each country's industry: the columns `EMPLOYMENT`."""
        return employment(self._atlas)

    @cached_property
    def terms(self) -> list[Row]:
        """The exports of each country: nine terms, ``remainder`` and participation, the largest first.

        ``country``, ``name``, ``exports``, the terms of `TERMS` and ``remainder`` in the table's unit,
        ``backward_participation``, ``forward_participation`` and ``participation``. Exports of an EU member to
        another count.
        """
        io = self._chains.table
        shares = io.participation().select("country", *EXPORTS[-2:], "participation")
        found = io.koopman_wang_wei().join(shares, on="country", maintain_order="left")
        rows = found.sort("exports", "country", descending=[True, False]).rows(named=True)
        return [{"country": row["country"], "name": self._chains.area(row["country"]), **row} for row in rows]

    def terms_of(self, country: str | None = None) -> list[Row]:
        """`terms` of one country, or of all."""
        return [row for row in self.terms if country in (None, row["country"])]

    def linkages(self, industry: str, country: str | None = None) -> list[Row]:
        """An industry in one country, or in each of the EU's members: ``country``, ``name`` and `LINKAGES`."""
        rows = self._of(self.linkages_of_all, "output", industry, country)
        # One solve for each country: the inverse of a large table would be kept for these few.
        lost = self._chains.table.extraction([(row["country"], industry) for row in rows])
        found = {row["country"]: row for row in lost.select("country", *EXTRACTION).rows(named=True)}
        jobs = self.employment_of_all.filter(industry=industry).select("country", *EMPLOYMENT)
        working = {row["country"]: row for row in jobs.rows(named=True)}
        return [row | found[row["country"]] | working[row["country"]] for row in rows]

    def exports(self, industry: str, country: str | None = None) -> list[Row]:
        """An industry's exports from one country, or each of the EU's members: ``country``, ``name``, `EXPORTS`."""
        return self._of(self.exports_of_all, "exports", industry, country)

    def lengths(self, industry: str, country: str | None = None) -> list[Row]:
        """In how many steps, on average, a shock from and to an industry arrives.

        ``country``, ``industry``, ``name``, ``length_from`` (from those of the row to the industry, by what it buys)
        and ``length_to``; of the EU's members together where no country is named. Nearest suppliers first, those
        that no chain links left out.
        """
        import polars as pl

        self._chains.check(industry, country)
        io = self._chains.table
        there = self._of(self.exports_of_all, "exports", industry, country)
        found = io.propagation_lengths_of([(row["country"], industry) for row in there])
        linked = found.filter(pl.any_horizontal(pl.col("length_from", "length_to").is_not_null()))
        rows = linked.sort("length_from", *KEYS, nulls_last=True).rows(named=True)
        return [{**row, "name": self._chains.name(row["industry"])} for row in rows]

    def without(self, industry: str, country: str | None = None) -> Row | None:
        """What all others would lose were the industry gone, of one country or of the EU's members together.

        ``output`` (its own), ``lost`` (of others) and ``lost_share`` (of all output), ``lost_at_home``: of it in the
        same country or the EU. None without output.
        """
        import polars as pl

        rows = self._of(self.linkages_of_all, "output", industry, country)
        rows = [row for row in rows if row["output"] > 0]
        if not rows:
            return None
        homes = [country] if country else self._chains.members
        io = self._chains.table
        group = [(row["country"], industry) for row in rows]
        is_own = pl.col("country").is_in([one for one, _ in group]) & (pl.col("industry") == industry)
        lost = io.extraction_of(group).filter(~is_own)
        every = float(lost["output_loss"].sum())
        return {
            "output": sum(row["output"] for row in rows),
            "lost": every,
            "lost_share": every / float(io.output.sum()),
            "lost_at_home": float(lost.filter(pl.col("country").is_in(homes))["output_loss"].sum()),
        }

    def _of(self, frame: pl.DataFrame, size: str, industry: str, country: str | None) -> list[Row]:
        import polars as pl

        self._chains.check(industry, country)
        homes = [country] if country else self._chains.members
        mine = frame.filter(pl.col("country").is_in(homes) & (pl.col("industry") == industry))
        rows = mine.sort(size, "country", descending=[True, False]).rows(named=True)
        return [{**row, "name": self._chains.area(row["country"])} for row in rows]


def _beside(left: pl.DataFrame, right: pl.DataFrame) -> pl.DataFrame:
    """Two frames of one table side by side."""
    new = [name for name in right.columns if name not in left.columns]
    return left.join(right.select(*KEYS, *new), on=KEYS, maintain_order="left")
