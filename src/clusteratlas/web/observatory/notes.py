"""What stands below a figure: what its numbers are, what is estimated, and whose they are."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from clusteratlas.web.observatory.asked import OWN, Choice
from clusteratlas.web.observatory.indicators import written
from clusteratlas.web.observatory.words import GUESSED

if TYPE_CHECKING:
    from clusteratlas.atlas import Atlas

KINDS = {
    "ecosystems": "ecosystem",
    "emerging-industries": "emerging industry",
    "traded-clusters": "traded cluster",
    "local-clusters": "local cluster",
    "nace-divisions": "industry",
}


def kind_of(category_set: str) -> str:
    """What one category of a set is called.

    >>> kind_of("ecosystems"), kind_of("my-own-set")
    ('ecosystem', 'category')
    """
    return KINDS.get(category_set, "category")


SLIGHT = 0.1
"""What is missing or doubtful by more than this part of a category is said beside the figure."""


def remarks(row: Mapping[str, Any]) -> str:
    """What stands against a figure, in a few words; nothing when nothing does.

    >>> remarks({"doubtful_share": 1.0, "conversion_basis": "whole", "imputed_share": 0.7})
    'doubtful; mostly estimated'
    >>> remarks({"unknown_share": 0.25, "conversion_basis": "equal"})
    'shared out; 25.0 % missing'
    """
    unknown = row.get("unknown_share") or 0
    told = {
        "doubtful": (row.get("doubtful_share") or 0) > SLIGHT,
        "shared out": row.get("conversion_basis") not in (None, "whole"),
        f"{written(unknown, 'share')} missing": unknown > SLIGHT,
        "break in the series": bool(row.get("has_break")),
        "mostly estimated": (row.get("imputed_share") or 0) > GUESSED,
    }
    return "; ".join(name for name, is_so in told.items() if is_so)


REMARKS = {
    "doubtful": "Doubtful: in this year the sector lies in other regions of the country than in other years, or the "
    "publisher explains the figure apart; it is shown as published, and makes no headline and no growth.",
    "shared out": "Shared out: the publisher told the figures of a former, larger region, whose mix this is.",
    "missing": "Missing: industries of the category that have no figure here; the value is too low by about as much.",
    "break": "Break in the series: the publisher counts otherwise than before; no growth is told across it.",
}
"""What the remarks of `remarks` mean, by a word of them."""


def legend(rows: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """What the remarks on these rows mean."""
    there = " ".join({row.get("remarks") or "" for row in rows})
    return (meaning for word, meaning in REMARKS.items() if word in there)


def why_the_year(atlas: Atlas, year: int) -> str:
    """Why no later year is shown, when the year is the usual one.

    Publishers need two to three years, and some regions longer: a year is shown first when few of them are missing.
    """
    statistics = atlas.statistics
    if year != statistics.year():
        return ""
    later = [one for one in statistics.years if one > year]
    if not later:
        return f"{year} is the latest year in the tables of this release."
    lacking = round((1 - statistics.coverage[later[-1]]) * len(statistics.regions))
    return (
        f"{year} is the latest year that nearly all regions have figures for in the tables of this release; "
        f"{later[-1]} lacks {lacking} regions."
    )


WITHHELD = "Where the publisher withholds a figure it is estimated, within the totals that are published."


def basis(atlas: Atlas, choice: Choice, rows: Sequence[Mapping[str, Any]] = ()) -> tuple[str, ...]:
    """What holds for all figures of a page: what jobs and Europe are, whose figures these are, how sure they are."""
    statistics = atlas.statistics
    counted = round(statistics.coverage[choice.year] * len(statistics.regions))
    notes = (
        f"Jobs: persons employed, by {set_name(atlas, choice)}. "
        f"Europe: the {counted} NUTS 2 regions with figures in {choice.year}.",
        why_the_year(atlas, choice.year),
        unofficial(atlas, choice),
        WITHHELD if any(row.get("imputed_share") for row in rows) else "",
        *legend(rows),
        credit(atlas),
    )
    return tuple(filter(None, notes))


def when(atlas: Atlas, choice: Choice, years: bool = False) -> str:
    """The year that a figure is of, or the years."""
    known = atlas.statistics.years
    return f"{known[0]} to {known[-1]}." if years else f"{choice.year}."


def estimates(rows: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """How many of the figures are in part estimated, if any are, and how they are drawn."""
    estimated = [row for row in rows if (row.get("imputed_share") or 0) > 0]
    if estimated:
        most = max(row["imputed_share"] for row in estimated)
        share = written(most, "share")
        yield f"Hatched or hollow: in part estimated ({len(estimated)} of {len(rows)} figures, one by {share})."


def unofficial(atlas: Atlas, choice: Choice) -> str:
    """That the weights of a set are not official, when they are not."""
    if choice.category_set == OWN:
        return ""
    first = next(iter(atlas.statistics.categories(choice.category_set).values()), {})
    is_ours = first.get("set_confidence") == "unofficial"
    return (
        "What belongs to each category, and by what weight, is our own reading and unofficial."
        if is_ours
        else ""
    )


def credit(atlas: Atlas) -> str:
    """Whose figures these are, with the publisher's name of each table."""
    tables = atlas.lookup(
        "SELECT DISTINCT dataset FROM cluster_strength WHERE dataset IS NOT NULL ORDER BY 1"
    )
    return f"Source: Eurostat ({', '.join(tables)}); calculations by Clusteratlas."


def set_name(atlas: Atlas, choice: Choice) -> str:
    """The name of the set in a sentence."""
    if choice.category_set == OWN:
        return "categories of your own"
    name = atlas.statistics.sets[choice.category_set]
    return name if name[:2].isupper() else name[:1].lower() + name[1:]
