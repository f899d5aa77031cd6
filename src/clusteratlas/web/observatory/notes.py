"""What stands below a figure: what its numbers are, what is estimated, and whose they are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from clusteratlas.web.observatory.asked import OWN, Choice
from clusteratlas.web.observatory.indicators import written

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


def basis(
    atlas: Atlas, choice: Choice, rows: Sequence[dict[str, Any]], years: bool = False
) -> tuple[str, ...]:
    """The notes of a figure: year and unit, what Europe means, estimates, source."""
    statistics = atlas.statistics
    counted = round(statistics.coverage[choice.year] * len(statistics.regions))
    when = f"{statistics.years[0]} to {statistics.years[-1]}" if years else str(choice.year)
    notes = [
        f"Persons employed, {when}, {set_name(atlas, choice)}. "
        f"Europe: the {counted} NUTS 2 regions with figures{f' in {choice.year}' if years else ''}."
    ]
    estimated = [row for row in rows if (row.get("imputed_share") or 0) > 0]
    if estimated:
        most = max(row["imputed_share"] for row in estimated)
        notes.append(
            f"Hatched or hollow: in part estimated, because the publisher withholds the figure "
            f"({len(estimated)} of {len(rows)} figures; up to {written(most, 'share')} of one)."
        )
    return (*notes, credit(atlas))


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
