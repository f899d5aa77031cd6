"""Writes taxonomies/postal_regions.csv: which NUTS region a beginning of a postal code stands for.

Learned from the organisations of a release of which the publisher gives both postal code and NUTS region; a rule is
kept when at least 99 % of them agree. Run: python tools/make_postal_regions.py DIR   (a release of the whole of
Horizon Europe). It prints what the rules are worth on organisations that they were not learned from.
"""

from __future__ import annotations

import csv
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable
from pathlib import Path

import clusteratlas
from clusteratlas.taxonomies.postal import beginnings, folded_postal, region_by

OUT = Path(__file__).parents[1] / "src" / "clusteratlas" / "taxonomies" / "postal_regions.csv"
COLUMNS = ("country_code", "prefix", "nuts_code", "organisations", "agreeing")
AGREEMENT, FEWEST, FOLDS = 0.99, 3, 5
BY_LAW = {"FR": 2}
"""Countries whose postal codes begin with their NUTS 3 region by law (departments): one organisation is enough."""

# One row an organisation and place, so that those with many projects count no more than others.
PLACES = """
  SELECT DISTINCT p.organisation_id, p.country_code, r.postal_code, p.region_code
  FROM participation p JOIN organisation_record r USING (organisation_record_id)
  WHERE r.postal_code IS NOT NULL AND length(p.region_code) = 5 AND p.nuts_code IS NOT NULL
  ORDER BY ALL"""

Place = tuple[str, str, str, str]
Rules = dict[tuple[str, str], tuple[str, int, int]]


def learned(places: Iterable[Place]) -> Rules:
    """For each country and beginning of a postal code the smallest region that nearly all agree on."""
    seen: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for _, country, postal, region in places:
        for beginning in beginnings(folded_postal(postal)):
            seen[country, beginning][region] += 1
    rules = {key: rule for key, regions in seen.items() if (rule := _rule(key, regions))}
    return {key: rule for key, rule in rules.items() if not _is_said(key, rule, rules)}


def _rule(key: tuple[str, str], regions: Counter[str]) -> tuple[str, int, int] | None:
    total = regions.total()
    is_by_law = key[1].isdigit() and BY_LAW.get(key[0]) == len(key[1])
    fewest = 1 if is_by_law else FEWEST
    for length in (5, 4, 3):
        above: Counter[str] = Counter()
        for region, count in regions.items():
            above[region[:length]] += count
        region, count = min(above.items(), key=lambda one: (-one[1], one[0]))
        if total >= fewest and count >= AGREEMENT * total:
            return region, total, count
    return None


def _is_said(key: tuple[str, str], rule: tuple[str, int, int], rules: Rules) -> bool:
    """Whether a shorter beginning says the same already, or more."""
    shorter = (rules.get((key[0], one)) for one in beginnings(key[1]) if one != key[1])
    return any(other and other[0].startswith(rule[0]) for other in shorter)


def judged(places: list[Place]) -> dict[str, tuple[int, int, int]]:
    """For each country the organisations, those that rules learned from the others place, and those placed well."""
    counts: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
    for fold in range(FOLDS):
        known = learned(one for one in places if _fold(one) != fold)
        rules = {key: region for key, (region, *_) in known.items()}
        for _, country, postal, region in (one for one in places if _fold(one) == fold):
            found = region_by(rules, country, postal)
            counts[country][0] += 1
            counts[country][1] += found is not None
            counts[country][2] += found is not None and region.startswith(found)
    return {country: tuple(three) for country, three in counts.items()}


def _fold(place: Place) -> int:
    return sum(place[0].encode()) % FOLDS


def main(folder: str) -> None:
    """Learn, judge, keep the countries whose rules are right for 99 % of the organisations held out, write."""
    with clusteratlas.open(folder) as atlas:
        places = [tuple(row.values()) for row in atlas.rows(PLACES)]
    kept = set()
    for country, (there, placed, right) in sorted(judged(places).items()):
        is_good = placed > 0 and right >= AGREEMENT * placed
        kept |= {country} if is_good else set()
        share = f"{right / placed:.2%}" if placed else "-"
        print(
            f"{country}: {there} organisations, {placed} placed, {share} right{'' if is_good else ' (left out)'}"
        )
    rules = learned(one for one in places if one[1] in kept)
    with OUT.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        writer.writerows((*key, *rule) for key, rule in sorted(rules.items()))
    print(f"{len(rules)} rules of {len({country for country, _ in rules})} countries")


if __name__ == "__main__":
    main(*sys.argv[1:2])
