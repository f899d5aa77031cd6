"""The indicators of a region's strength in a category: what each means, its formula, unit and source, told once."""

from __future__ import annotations

from dataclasses import dataclass

from clusteratlas.errors import UsageError, nearest


@dataclass(frozen=True, slots=True)
class Indicator:
    """An indicator: e is persons employed, c a category, r a region; no index means all of them."""

    name: str
    label: str
    formula: str
    unit: str
    meaning: str
    source: str


INDICATORS: dict[str, Indicator] = {
    one.name: one
    for one in (
        Indicator(
            "value",
            "Persons employed",
            "e_cr = sum over industries i of w_ic x e_ir",
            "persons employed",
            "How many people work in the category here; each industry counts by its weight in the category.",
            "Eurostat, regional structural business statistics",
        ),
        Indicator(
            "location_quotient",
            "Specialisation",
            "LQ = (e_cr / e_r) / (e_c / e)",
            "ratio, 1 = as in all regions together",
            "How many times the category's share of jobs here is its share in all regions together.",
            "Florence (1939), Investment, Location, and Size of Plant",
        ),
        Indicator(
            "focus",
            "Share of the region's jobs",
            "e_cr / e_r",
            "share, 0 to 1",
            "How much of the region's employment the category has.",
            "European Cluster Observatory (2008)",
        ),
        Indicator(
            "share_of_category",
            "Share of the category's jobs",
            "e_cr / e_c",
            "share, 0 to 1",
            "How much of the category's employment in all regions is here.",
            "European Cluster Observatory (2008)",
        ),
        Indicator(
            "growth",
            "Yearly growth",
            "(e_cr(t) / e_cr(s)) ^ (1 / (t - s)) - 1, s in growth_from",
            "share a year",
            "By how much persons employed grew each year, on average, since the year in growth_from.",
            "compound annual growth rate",
        ),
        Indicator(
            "stars",
            "Stars",
            "number of the profile's star criteria that are met, 0 when a filter is not passed",
            "stars",
            "How strong the region is in the category by the method chosen; each criterion is told with its threshold.",
            "see the profile's source",
        ),
        Indicator(
            "imputed_share",
            "Estimated share",
            "sum of estimated e_ir x w_ic / e_cr",
            "share, 0 to 1",
            "How much of the figure was withheld by the publisher and is estimated.",
            "Clusteratlas, see the explanation of imputation",
        ),
    )
}


def indicator(name: str) -> Indicator:
    """The indicator of that name; raises `UsageError` that names the nearest.

    >>> indicator("location_quotient").formula
    'LQ = (e_cr / e_r) / (e_c / e)'
    """
    if name not in INDICATORS:
        raise UsageError(
            f"there is no indicator '{name[:60]}'", where="indicator", remedy=nearest(name, INDICATORS)
        )
    return INDICATORS[name]
