"""How trends are said in words."""

from __future__ import annotations

from typing import Any

Row = dict[str, Any]

CALLED = {
    "emerging": "emerging",
    "growing": "growing",
    "steady": "no clear change",
    "fading": "fading",
}


def address(trend_id: str) -> str:
    """The page of a theme or term.

    >>> address("term:quantum-computing")
    '/trends/term/quantum-computing/'
    """
    kind, _, name = trend_id.partition(":")
    return f"/trends/{kind}/{name}/"


def per_year(value: float) -> str:
    """Growth in whole percent with its sign.

    >>> per_year(0.118), per_year(-0.04), per_year(17.97)
    ('+12 %', '−4 %', '+1,797 %')
    """
    whole = round(value * 100)
    return f"{'+' if whole > 0 else '−' if whole < 0 else ''}{abs(whole):,} %"


APART = 0.03
"""Growth as counted is told beside the estimate where they are further apart than this."""


def counted(about: Row) -> str:
    """That the shares themselves changed more than the estimate says, and why; empty where they hardly did.

    >>> row = {"growth": 0.02, "growth_unshrunk": 0.31, "projects_in_window": 12}
    >>> counted(row)
    'As counted it is +31 % a year, in 12 projects. So few often rise so by chance: only +2 % is credited.'
    >>> counted({**row, "growth_unshrunk": 0.03})
    ''
    """
    raw, growth = about.get("growth_unshrunk"), about["growth"]
    if raw is None or growth is None or abs(raw - growth) <= APART:
        return ""
    few = about["projects_in_window"]
    way = "rise" if raw > growth else "fall"
    return (
        f"As counted it is {per_year(raw)} a year, in {few:,} project{'s' if few != 1 else ''}. So few often {way} "
        f"so by chance: only {per_year(growth)} is credited."
    )


def headline(about: Row) -> str:
    """What a busy reader wants to know, in one sentence.

    >>> row = {"trend": "emerging", "growth": 0.2, "growth_lower": 0.1, "growth_upper": 0.3, "from_year": 2022}
    >>> headline(row)
    'Emerging: its share of projects changes by +20 % a year since 2022 (likely between +10 % and +30 %).'
    """
    if about["trend"] is None or about["growth"] is None:
        return "No year with enough projects: nothing can be said about its growth."
    word = CALLED[about["trend"]].capitalize()
    bounds = f"(likely between {per_year(about['growth_lower'])} and {per_year(about['growth_upper'])})"
    since = f"by {per_year(about['growth'])} a year since {about['from_year']} {bounds}"
    if about["trend"] == "steady":
        return f"{word}: its share of projects changes {since}, which may be chance."
    return f"{word}: its share of projects changes {since}."
