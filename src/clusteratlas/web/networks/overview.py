"""What a page tells of a network as a whole: who links, groups, countries, regions, growth, who stays together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from clusteratlas.atlas.collaboration import (
    Between,
    Broker,
    Collaboration,
    Community,
    Growth,
    Newcomer,
    Partnership,
    Summary,
)

BROKERS, GROUPS, PAIRS, NEWCOMERS, PARTNERSHIPS, YEARS = 10, 9, 10, 8, 8, 12


@dataclass(frozen=True)
class Overview:
    """The first rows of each table of a network; ``error`` is how far the betweenness may be off."""

    summary: Summary
    brokers: Sequence[Broker]
    error: float
    communities: Sequence[Community]
    countries: Sequence[Between]
    regions: Sequence[Between]
    growth: Sequence[Growth]
    newcomers: Sequence[Newcomer]
    partnerships: Sequence[Partnership]


def overview(found: Collaboration) -> Overview:
    """The measures of a network that its page tells."""
    brokers = found.brokers(BROKERS)
    growth = found.table("growth")[-YEARS:]
    told = Overview(
        summary=found.summary,
        brokers=[one for one in brokers if one.betweenness > 0],
        error=max((one.betweenness_error for one in brokers), default=0.0),
        communities=found.table("communities", GROUPS),
        countries=_different(found.table("countries")),
        regions=_different(found.table("regions")),
        growth=growth,
        newcomers=[
            one for one in found.table("newcomers", NEWCOMERS) if growth and one.first_year == growth[-1].year
        ],
        partnerships=found.table("partnerships", PARTNERSHIPS),
    )
    found.network.let_go()
    return told


def _different(rows: Sequence[Between]) -> list[Between]:
    return [one for one in rows if one.code != one.other_code][:PAIRS]
