"""What endpoints of value chains answer, field by field."""

from __future__ import annotations

from typing import Literal

from ninja import Schema
from pydantic import Field

KeySector = Literal["key", "backward", "forward", "weak"]


class Position(Schema):
    """How far an industry is from the final buyer and from its first inputs."""

    industry: str
    name: str
    upstreamness: float = Field(description="Steps to the final buyer, at least 1")
    downstreamness: float = Field(description="Steps from the first inputs, at least 1")
    output_multiplier: float = Field(description="Output of all per unit of final demand for it")
    power_of_dispersion: float | None = Field(
        description="How much it pulls its suppliers; 1 as the mean one"
    )
    sensitivity_of_dispersion: float | None = Field(description="How much it is pulled; 1 as the mean one")
    key_sector: KeySector | None = Field(description="Which of the two are above 1; key: both")
    output: float = Field(description="In the table's unit")


class Table(Schema):
    """The input-output table that figures are from."""

    table_name: str
    year: int
    unit: str | None


class Positions(Schema):
    """All industries of the table, the farthest from the final buyer first."""

    table: Table | None = Field(description="Null in a release without an input-output table")
    industries: list[Position]


class Flow(Schema):
    """What an industry buys from another, or sells to it."""

    side: Literal["suppliers", "customers", "final users"]
    country: str
    industry: str = Field(description="Industry, or final use")
    name: str
    value: float = Field(description="In the table's unit")
    share: float = Field(description="Of the side")


class NamedRegion(Schema):
    """A region."""

    code: str
    name: str


class StepLine(Schema):
    """An industry that the chain needs, and the regions that have it."""

    code: str
    name: str
    side: str = Field(description="supplier, itself or customer")
    share: float = Field(description="Of the inputs, or of the sales to industries")
    state: str | None = Field(description="Of the region asked for: has it, lacks it, no figure")
    has_step: bool | None
    location_quotient: float | None
    region_count: int | None = Field(description="Regions that have it; null without figures")
    regions: list[NamedRegion] = Field(description="The strongest three (of the others)")


class ChainLine(Schema):
    """A region of the chain, and what it brings."""

    rank: int
    region: str
    name: str
    adds: list[str]
    step_count: int
    share_covered: float


class ValueChain(Schema):
    """An industry's position, the steps of its chain, and regions that together hold them."""

    table: Table
    industry: str
    name: str
    country: str | None = Field(description="Null for the EU's members together")
    region: str | None
    position: Position | None = Field(description="Null without output")
    year: int | None = Field(description="Of the jobs of regions")
    steps: list[StepLine]
    chain: list[ChainLine]
    lacking: list[list[str]] = Field(description="Steps that no region has")
    unknown: list[str] = Field(description="Steps without figures of jobs")


class IndustryLoss(Schema):
    """What an industry loses."""

    country: str
    industry: str
    name: str
    output: float
    lost_sales: float = Field(description="What it sells less, because its buyers, and theirs, make less")
    lost_supplies: float = Field(description="Output that hangs on what is no longer delivered")
    lost_sales_share: float | None = Field(description="Of its output")
    lost_supplies_share: float | None = Field(description="Of its output")


class RegionLoss(Schema):
    """What a region loses: of its country's losses as much as it has of each industry's jobs."""

    country: str
    region: str | None = Field(description="Null: industries without figures of jobs in any region")
    lost_sales: float
    lost_supplies: float
    lost_sales_share: float | None = Field(description="Of the output it has by the same rule")
    lost_supplies_share: float | None


class ShockAnswer(Schema):
    """Whom a fall in an industry's output hits, in the table's unit, the hardest first."""

    industry: str
    country: str | None
    region: str | None
    fall: float
    own: float = Field(description="What the industry itself makes less")
    year: int | None = Field(description="Of the jobs of regions")
    industries: list[IndustryLoss]
    regions: list[RegionLoss] | None = Field(description="Null without figures of jobs")


class Linkage(Schema):
    """Multipliers and linkages of an industry of a country, and what is lost without it."""

    country: str
    name: str = Field(description="Of the country")
    output: float = Field(description="In the table's unit, as is all that is lost")
    output_multiplier: float | None = Field(description="Output of all per unit of final demand for it")
    domestic_output_multiplier: float | None = Field(description="The part of it in the same country")
    output_multiplier_type_2: float | None = Field(description="With households' spending of wages")
    income_multiplier: float | None = Field(description="Null where the table has no wages")
    income_multiplier_type_2: float | None
    backward_linkage: float | None = Field(description="Sum of its column of the Leontief inverse")
    forward_linkage: float | None = Field(description="Sum of its row of the Ghosh inverse")
    power_of_dispersion: float | None = Field(description="Backward linkage over the mean")
    sensitivity_of_dispersion: float | None = Field(
        description="Sum of its row of the Leontief inverse over the mean"
    )
    key_sector: KeySector | None
    extraction_total: float = Field(description="Output lost without it, its own among it")
    extraction_others: float = Field(description="Of others alone")
    extraction_backward: float = Field(description="Did it buy nothing of industries")
    extraction_forward: float = Field(description="Did it sell nothing to industries")
    extraction_share: float = Field(description="Of all output")
    persons_employed: float | None = Field(
        description="In the country's regions; null where nobody tells them, as the next ones"
    )
    employment_effect: float | None = Field(
        description="Persons per unit of final demand for it, wherever their jobs are known"
    )
    employment_multiplier: float | None = Field(description="That per person employed in it itself")
    employment_multiplier_type_2: float | None = Field(description="With households' spending of wages")
    employment_covered: float | None = Field(
        description="Part of the output called for that is made where jobs are known"
    )
    employment_imputed_share: float | None = Field(description="Estimated part of these jobs")
    employment_year: int | None = Field(description="Of the jobs: the nearest to the table's with figures")


class Exports(Schema):
    """What of an industry's exports was added at home and abroad."""

    country: str
    name: str = Field(description="Of the country")
    exports: float = Field(description="In the table's unit, to other countries of the EU too")
    domestic_value_added: float
    foreign_value_added: float
    reexported_value_added: float = Field(description="Its value added in the exports of other countries")
    backward_participation: float | None = Field(description="Foreign value added over exports")
    forward_participation: float | None = Field(description="Re-exported value added over exports")


class Without(Schema):
    """What all others would lose were the industry gone."""

    output: float = Field(description="Its own output")
    lost: float = Field(description="Of others, in the table's unit")
    lost_share: float = Field(description="Of all output in the table")
    lost_at_home: float = Field(description="Of it in the same country, or the EU")


class Linkages(Schema):
    """How an industry hangs together with others, by country."""

    industry: str
    country: str | None
    without: Without | None = Field(description="Null without output")
    countries: list[Linkage]


class IndustryExports(Schema):
    """Whose value added is in an industry's exports, by country."""

    industry: str
    country: str | None
    countries: list[Exports]


class Length(Schema):
    """In how many steps a shock arrives."""

    country: str
    industry: str
    name: str
    length_from: float | None = Field(
        description="From this industry to the one asked for, by what that buys"
    )
    length_to: float | None = Field(description="From the one asked for to this one")


class Supplier(Schema):
    """What is bought of a supplier in the country, and of it in the region."""

    industry: str
    name: str
    national_coefficient: float = Field(description="Bought in the country per unit of output")
    quotient: float | None = Field(description="Null without figures of jobs, as the next two")
    coefficient: float | None = Field(description="Of it in the region: national x min(1, quotient)")
    share_in_region: float | None
    persons_employed: float | None = Field(description="In the region")
    imputed_share: float | None = Field(description="Estimated part of these jobs")


class Sensitivity(Schema):
    """The same for another delta."""

    delta: float
    share_in_region: float | None
    output_multiplier: float
    national_output_multiplier: float


class Regional(Schema):
    """What an industry of a region buys within it, by Flegg's location quotients of jobs."""

    industry: str
    country: str = Field(description="The country or area of the table that the region is in")
    region: str
    delta: str
    year: int = Field(description="Of the jobs")
    suppliers: list[Supplier]
    sensitivity: list[Sensitivity]
    share_in_region: float | None = Field(
        description="Of the inputs from the country's suppliers with figures"
    )
    output_multiplier: float = Field(
        description="Output in the region per unit of final demand; a lower bound"
    )
    national_output_multiplier: float
    national_share: float | None = Field(description="Of all inputs, bought in the country")
    unknown: float | None = Field(description="Of these, from suppliers without figures of jobs")
    imputed_share: float = Field(description="Estimated part of the region's jobs")


class ExportTerms(Schema):
    """A country's gross exports, told apart in nine terms (Koopman, Wang and Wei 2014), in the table's unit."""

    country: str
    name: str
    exports: float
    domestic_in_final_exports: float
    domestic_in_intermediates_used_by_importer: float
    domestic_in_intermediates_for_third_countries: float
    domestic_returned_in_final_imports: float
    domestic_returned_in_intermediate_imports: float
    double_counted_domestic: float
    foreign_in_final_exports: float
    foreign_in_intermediate_exports: float
    double_counted_foreign: float
    remainder: float = Field(description="What the terms leave: the table does not add up by so much")
    backward_participation: float | None
    forward_participation: float | None
    participation: float | None


class AllExports(Schema):
    """The exports of every country of the table, the largest first."""

    table: Table | None = Field(description="Null in a release without an input-output table")
    countries: list[ExportTerms]
