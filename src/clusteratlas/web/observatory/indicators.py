"""The indicators that pages and maps offer: what each is called, how it is written, and where it is explained."""

from __future__ import annotations

from dataclasses import dataclass

from clusteratlas.charts.classes import QUOTIENT_EDGES
from clusteratlas.errors import UsageError, nearest


@dataclass(frozen=True)
class Indicator:
    """An indicator of a region and a category. ``kind`` says how it is written (see `written`)."""

    name: str
    label: str
    axis: str
    kind: str
    question: str
    edges: tuple[float, ...] | None = None
    anchor: str = ""

    @property
    def d3(self) -> str:
        """The number format of the figures."""
        return {"quotient": ".2f", "share": ".1%", "growth": "+.1%", "count": ",.0f"}[self.kind]


INDICATORS = {
    one.name: one
    for one in (
        Indicator(
            "location_quotient",
            "Specialisation",
            "Location quotient (Europe = 1)",
            "quotient",
            "How much more of its jobs does the region have here than Europe?",
            QUOTIENT_EDGES,
            "location-quotient",
        ),
        Indicator(
            "value",
            "Jobs",
            "Persons employed",
            "count",
            "How many people work in it here?",
            None,
            "persons-employed",
        ),
        Indicator(
            "focus",
            "Share of the region's jobs",
            "Share of the region's persons employed",
            "share",
            "How much does the region depend on it?",
            None,
            "focus",
        ),
        Indicator(
            "share_of_category",
            "Share of Europe's jobs in it",
            "Share of Europe's persons employed in it",
            "share",
            "How much of Europe's activity is here?",
            None,
            "share-of-category",
        ),
        Indicator(
            "growth",
            "Growth",
            "Growth of persons employed a year",
            "growth",
            "Is it growing here?",
            (-0.02, -0.005, 0.005, 0.02),
            "growth",
        ),
        Indicator(
            "stars",
            "Stars",
            "Stars",
            "count",
            "How strong is it here, by all criteria of the profile?",
            (1, 2, 3, 4),
            "stars",
        ),
        Indicator(
            "imputed_share",
            "Estimated share",
            "Share of the figure that is estimated",
            "share",
            "How much of the figure is estimated?",
            (0.01, 0.1, 0.25, 0.5),
            "estimates",
        ),
    )
}


def indicator(name: str) -> Indicator:
    """An indicator by its name; raises `UsageError` that names the nearest.

    >>> indicator("focus").label
    "Share of the region's jobs"
    """
    if name not in INDICATORS:
        raise UsageError(
            f"there is no indicator '{name[:60]}'", where="indicator", remedy=nearest(name[:60], INDICATORS)
        )
    return INDICATORS[name]


def written(value: float | None, kind: str) -> str:
    """A figure as people read it; a dash for what is not known.

    >>> written(3.13, "quotient"), written(0.0312, "share"), written(-0.021, "growth"), written(61234.4, "count")
    ('3.1', '3.1 %', '−2.1 %', '61,234')
    >>> written(1.459, "quotient"), written(1.459, "precise quotient")
    ('1.5', '1.46')
    >>> written(0.75, "times"), written(0.01, "times")
    ('0.8', 'under 0.1')
    >>> written(0.0001, "growth"), written(-0.0001, "growth")
    ('0.0 %', '0.0 %')
    >>> written(None, "count"), written(0.004, "quotient"), written(0.0003, "share")
    ('–', '0.00', 'under 0.1 %')
    """
    if value is None:
        return "–"
    if kind == "quotient":
        return f"{value:.1f}" if value >= 0.95 else f"{value:.2f}"
    if kind == "times":
        return "under 0.1" if 0 < value < 0.05 else f"{value:.1f}"
    if kind == "precise quotient":
        return f"{value:.2f}"
    if kind == "share":
        return "under 0.1 %" if 0 < value < 0.0005 else f"{value * 100:.1f} %"
    if kind == "growth":
        percent = round(value * 100, 1)
        return f"{percent:+.1f} %".replace("-", "−") if percent else "0.0 %"
    if kind == "year":
        return str(value)
    return f"{value:,.0f}"
