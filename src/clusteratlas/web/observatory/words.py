"""Findings in words: what a figure shows, as a sentence that a person would say."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from clusteratlas.atlas.search import explain
from clusteratlas.web.observatory.indicators import Indicator, written

Row = dict[str, Any]
WEIGHTY = 0.01
"""Categories with at least this share of a region's jobs are worth a headline."""
STANDS_OUT = 1.25


def running(name: str) -> str:
    """The name of a category within a sentence; abbreviations stay as they are.

    >>> running("Hospitality and Tourism"), running("ICT services"), running("Agri-food")
    ('hospitality and tourism', 'ICT services', 'agri-food')
    """
    return " ".join(word.lower() if word[1:].islower() or not word[1:] else word for word in name.split())


def listed(names: Sequence[str]) -> str:
    """Names in a row.

    >>> listed(["a", "b", "c"]), listed(["a"]), listed([])
    ('a, b and c', 'a', '')
    """
    return explain.listed(list(names), "and")


def times(quotient: float) -> str:
    """A location quotient in words.

    >>> times(3.14), times(2.0), times(0.5)
    ('3.1 times as', '2.0 times as', '0.5 times as')
    """
    return f"{said(quotient, 'quotient')} times as"


def said(value: float | None, kind: str) -> str:
    """A figure within a sentence: quotients with one decimal, whatever their size.

    >>> said(0.75, "quotient"), said(0.031, "share")
    ('0.8', '3.1 %')
    """
    return written(value, "times" if kind == "quotient" else kind)


def told_apart(one: float, other: float, kind: str) -> tuple[str, str]:
    """Two figures within a sentence, with a decimal more when they would read the same.

    >>> told_apart(0.81, 0.79, "quotient"), told_apart(0.81, 1.4, "quotient"), told_apart(2.0, 2.0, "quotient")
    (('0.81', '0.79'), ('0.8', '1.4'), ('2.0', '2.0'))
    """
    first, second = said(one, kind), said(other, kind)
    if first == second and kind == "quotient" and f"{one:.2f}" != f"{other:.2f}":
        return written(one, "precise quotient"), written(other, "precise quotient")
    return first, second


def beside_one(quotient: float) -> str:
    """A location quotient, with a decimal more when it would read as Europe's share itself.

    >>> beside_one(0.98), beside_one(1.6), beside_one(1)
    ('0.98', '1.6', '1.0')
    """
    return told_apart(quotient, 1, "quotient")[0]


def region_headline(name: str, rows: Sequence[Row], kind: str) -> str:
    """What a region stands out for.

    >>> tourism = {"category": "Tourism", "location_quotient": 3.1, "focus": 0.2}
    >>> region_headline("Tirol", [tourism], "ecosystem")
    'Tirol is 3.1 times as specialised in tourism as Europe'
    """
    best = firm(standing_out(rows))
    if not rows:
        return f"There are no figures for {name}"
    if not best:
        return f"No {kind} stands out in {name}: its mix of industries is much like Europe’s"
    return f"{name} is {times(best[0]['location_quotient'])} specialised in {running(best[0]['category'])} as Europe"


def standing_out(rows: Sequence[Row]) -> list[Row]:
    """Weighty categories in which a region is specialised, the most first."""
    weighty = [
        row
        for row in rows
        if (row["focus"] or 0) >= WEIGHTY and (row["location_quotient"] or 0) >= STANDS_OUT
    ]
    return sorted(weighty, key=lambda row: -row["location_quotient"])


GUESSED = 0.5
DOUBTED = 0.1
"""What is estimated, or doubtful, by more than this makes no headline."""


def firm(rows: Sequence[Row]) -> list[Row]:
    """Rows whose figures rest on what was published and is plausible."""
    return [
        row
        for row in rows
        if (row.get("imputed_share") or 0) <= GUESSED and (row.get("doubtful_share") or 0) <= DOUBTED
    ]


def sure(rows: Sequence[Row]) -> Sequence[Row]:
    """The rows that a headline may be made of: firm ones, not shared out of a former region, when there are any."""
    own = [row for row in rows if row.get("conversion_basis") in (None, "whole")]
    return firm(own) or firm(rows) or rows


def category_headline(name: str, rows: Sequence[Row], indicator: Indicator) -> str:
    """Where a category is strongest by an indicator; ``rows`` are in order, the first on top."""
    known = [row for row in rows if row["value"] is not None]
    if indicator.name != "imputed_share":
        known = sure(known)
    if not known:
        return f"There are no figures for {running(name)}"
    first = known[0]
    region, thing, figure = first["name"], running(name), said(first["value"], indicator.kind)
    sentences = {
        "location_quotient": f"{region} is the most specialised in {thing}: {figure} times Europe’s share",
        "value": f"{region} has the most jobs in {thing}: {figure}",
        "focus": f"{region} depends most on {thing}: {figure} of its jobs",
        "share_of_category": f"{region} has the largest part of Europe’s {thing}: {figure}",
        "growth": f"{region} grows fastest in {thing}: {figure} a year",
        "stars": f"{region} has the most stars in {thing}: {figure}",
        "imputed_share": f"{region} has the most estimated figure in {thing}: {figure}",
    }
    return sentences[indicator.name]


def top_few(rows: Sequence[Row], name: str, value: str, kind: str, count: int = 5) -> str:
    """The first rows with their figures, in words."""
    told = [f"{row[name]} ({said(row[value], kind)})" for row in rows[:count]]
    return listed(told)
