"""Build the chain: which steps a region has and lacks, who has them, and the fewest regions that hold every step."""

from __future__ import annotations

from typing import Any

import polars as pl

from clusteratlas.observatory.arguments import COUNT_OR_NONE, POSITIVE, check, choose_among, need_column
from clusteratlas.observatory.imputed import IMPUTED, IMPUTED_SHARE
from clusteratlas.observatory.matrices import Kind, collected

SHOWN = 5
"""Regions named for a step."""


def chain_steps(frame: Any, region: str, *, threshold: float = 1.0, shown: int = SHOWN) -> Any:
    """The steps of a chain: which of them a region has, and which regions are strongest in each.

    ``frame``: ``region``, ``step`` and ``value`` (how strong the region is in the step: a location quotient, say).
    A region has a step where the value is at least ``threshold``.

    One row for each step, in the order given: ``step``, ``value`` (of the region; empty when not known),
    ``has_step``, ``region_count`` (how many have it) and ``regions``: the ``shown`` strongest others, parted by
    ``"; "``; and ``imputed_share`` of the region's value, when the frame has a column ``imputed`` or
    ``imputed_share``. Raises `InputError` for wrong columns and negative values, `UsageError` for a region that is not
    there.

    >>> steps = pl.DataFrame({"region": [*"AABB"], "step": ["ore", "cars"] * 2, "value": [2.0, 0.2, 0.5, 3.0]})
    >>> chain_steps(steps, "A").select("step", "has_step", "regions").rows()
    [('ore', True, ''), ('cars', False, 'B')]
    """
    check(POSITIVE, threshold=threshold)
    check(COUNT_OR_NONE, shown=shown)
    need_column(region=region)
    rows, kind = _rows(frame, region)
    others = rows.filter((pl.col("region") != region) & (pl.col("value") >= threshold))
    others = others.sort(["value", "region"], descending=[True, False])
    named = others.group_by("step").agg(regions=pl.col("region").head(shown).str.join("; "))
    counts = rows.filter(pl.col("value") >= threshold).group_by("step").agg(region_count=pl.len())
    share = [pl.col(IMPUTED).alias(IMPUTED_SHARE)] if IMPUTED in rows.columns else []
    mine = rows.filter(pl.col("region") == region).select("step", "value", *share)
    found = rows.select(pl.col("step").unique(maintain_order=True))
    for part in (mine, counts, named):
        found = found.join(part, on="step", how="left", maintain_order="left")
    return kind.frame(
        found.select(
            "step",
            "value",
            has_step=(pl.col("value") >= threshold).fill_null(False),
            region_count=pl.col("region_count").fill_null(0).cast(pl.Int64),
            regions=pl.col("regions").fill_null(""),
            **({IMPUTED_SHARE: IMPUTED_SHARE} if share else {}),
        )
    )


def build_chain(frame: Any, region: str | None = None, *, threshold: float = 1.0) -> Any:
    """A small set of regions that together hold every step of a chain, and why each is in it.

    ``frame`` and ``threshold`` as for `chain_steps`. Begins with ``region`` when one is given. Then, again and
    again, the region that adds most of the steps still lacking, of those alike the one strongest in them, of those
    alike the first by name; last, regions are left out whose steps the others have (never ``region``). This greedy
    cover needs at most 1 + ln(steps) times the regions of the smallest one (Chvatal 1979).

    One row for each region of the chain: ``rank``, ``region``, ``adds`` (the steps it brings, parted by ``"; "``),
    ``step_count``, ``share_covered`` (of all steps, with those before), and ``imputed_share``, the mean of the steps
    that the region has, when the frame has a column ``imputed`` or ``imputed_share``; a last row without region names
    the steps that no region has, when there are any. Raises as `chain_steps`.

    Source: the idea of thematic partnerships along value chains: S3 platform; greedy set cover: Chvatal 1979.

    >>> steps = pl.DataFrame({"region": [*"ABBC"], "step": ["ore", "steel", "cars", "cars"], "value": [2, 1, 1, 3]})
    >>> build_chain(steps, "A").select("region", "adds", "share_covered").rows()[1]
    ('B', 'cars; steel', 1.0)
    """
    check(POSITIVE, threshold=threshold)
    rows, kind = _rows(frame, region)
    steps = rows["step"].unique(maintain_order=True).to_list()
    holds: dict[str, dict[str, float]] = {}
    for name, step, value in (
        rows.filter(pl.col("value") >= threshold).select("region", "step", "value").rows()
    ):
        holds.setdefault(name, {})[step] = value
    chain = _without_idle(_greedy(holds, region), holds, region)
    found = _told(chain, holds, steps)
    if IMPUTED in rows.columns:
        has = rows.filter(pl.col("value") >= threshold).group_by("region")
        shares = has.agg(pl.col(IMPUTED).mean().alias(IMPUTED_SHARE))
        found = found.join(shares, on="region", how="left", maintain_order="left")
    return kind.frame(found)


def _rows(frame: Any, region: str | None) -> tuple[pl.DataFrame, Kind]:
    rows, kind = collected(frame, ["region", "step"], "value")
    there = rows["region"].unique().to_list()
    choose_among("region", there, region=region)
    return rows, kind


def _greedy(holds: dict[str, dict[str, float]], region: str | None) -> list[str]:
    chain = [] if region is None else [region]
    covered = set(holds.get(region or "", ()))
    while True:
        gains = {name: [v for step, v in has.items() if step not in covered] for name, has in holds.items()}
        best = min(gains, key=lambda name: (-len(gains[name]), -sum(gains[name]), name), default=None)
        if best is None or not gains[best]:
            return chain
        chain.append(best)
        covered |= set(holds[best])


def _without_idle(chain: list[str], holds: dict[str, dict[str, float]], region: str | None) -> list[str]:
    for name in chain[::-1]:
        others = {step for other in chain if other != name for step in holds.get(other, ())}
        if name != region and set(holds[name]) <= others:
            chain = [other for other in chain if other != name]
    return chain


def _told(chain: list[str], holds: dict[str, dict[str, float]], steps: list[str]) -> pl.DataFrame:
    covered: set[str] = set()
    lines = []
    for rank, name in enumerate(chain, start=1):
        adds = sorted(set(holds.get(name, ())) - covered)
        covered |= set(adds)
        lines.append((rank, name, "; ".join(adds), len(adds), len(covered) / len(steps)))
    if lacking := sorted(set(steps) - covered):
        lines.append((None, None, "; ".join(lacking), len(lacking), len(covered) / len(steps)))
    schema = {
        "rank": pl.Int64,
        "region": pl.String,
        "adds": pl.String,
        "step_count": pl.Int64,
        "share_covered": pl.Float64,
    }
    return pl.DataFrame(lines, schema=schema, orient="row")
