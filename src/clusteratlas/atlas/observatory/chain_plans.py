"""Which steps of a chain a region has, who completes them, and whom a fall in its output hits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from clusteratlas import taxonomies
from clusteratlas.atlas.observatory.asked import Area
from clusteratlas.atlas.observatory.chains import HAS, OTHER, WORLD, Step
from clusteratlas.errors import NotFoundError

if TYPE_CHECKING:
    import polars as pl

    from clusteratlas.atlas import Atlas

HAS_IT, LACKS_IT, NO_FIGURE = "has it", "lacks it", "no figure"
"""What a region is to a step; without a figure nobody can tell."""
FALL = 0.1
"""The fall in output that is looked at unless another is asked for."""
ASSUMPTION = (
    "Within a country, an industry's output, and what it loses, is taken to lie where its jobs are: a region with a "
    "tenth of the jobs has a tenth of the loss. Who supplies whom within a country is not known."
)


def plan(atlas: Atlas, industry: str, country: str | None = None, area: Area | None = None) -> dict[str, Any]:
    """The steps of an industry's chain with the regions that have them, and a set of regions that together hold all.

    ``year`` (of the jobs), ``steps``, ``chain`` (regions in order, with what each adds), ``lacking`` (steps that no
    region has), ``unknown`` (steps without a figure), ``figure_count`` and ``has_count``. Judged are the steps with a
    figure: of the region ``area``, when one is asked for, else of any region. Raises `NotFoundError` for a region
    without figures.
    """
    from clusteratlas.observatory import build_chain, chain_steps

    if atlas.statistics.is_empty:
        empty: dict[str, Any] = {"steps": [], "chain": [], "lacking": [], "unknown": []}
        return empty | {"figure_count": 0, "has_count": 0, "year": None}
    chains, year = atlas.chains, atlas.statistics.year()
    steps = chains.steps(industry, country)
    region = None if area is None else area.key
    strengths = chains.strengths(steps, year, area)
    mine = strengths if region is None else strengths.filter(region=region)
    if region is not None and mine.is_empty():
        raise NotFoundError(
            f"there are no figures of industries for {area.name}",
            remedy="choose another region",
        )
    asked = region or (strengths["region"][0] if len(strengths) else "")
    told = {
        row["step"]: row for row in chain_steps(strengths, asked, threshold=HAS, shown=3).rows(named=True)
    }
    names = {step.code: step.name for step in steps}
    judged = strengths.filter(strengths["step"].is_in(mine["step"].unique().to_list()))
    lines = build_chain(judged, region, threshold=HAS).rows(named=True)
    shown = [_step(step, told.get(step.code), is_asked=region is not None) for step in steps]
    known = set(mine["step"])
    return {
        "year": year,
        "steps": shown,
        "chain": [_line(row, names, area) for row in lines if row["region"]],
        "lacking": [_line(row, names)["adds"] for row in lines if not row["region"]],
        "unknown": [step.name for step in steps if step.code not in known],
        "figure_count": len(known),
        "has_count": sum(step["state"] == HAS_IT for step in shown),
    }


def _step(step: Step, told: dict[str, Any] | None, *, is_asked: bool) -> dict[str, Any]:
    """A step with its regions; ``told`` is None when no region has a figure."""
    told = told or {}
    codes = [code for code in (told.get("regions") or "").split("; ") if code]
    quotient = told.get("value") if is_asked else None
    state = NO_FIGURE if quotient is None else HAS_IT if told["has_step"] else LACKS_IT
    return {
        "code": step.code,
        "name": step.name,
        "side": step.side,
        "share": step.share,
        "state": state if is_asked else None,
        "has_step": None if quotient is None else told["has_step"],
        "location_quotient": quotient,
        "region_count": told.get("region_count"),
        "regions": [{"code": code, "name": taxonomies.region_name(code)} for code in codes],
    }


def _line(row: dict[str, Any], names: dict[str, str], area: Area | None = None) -> dict[str, Any]:
    codes = [code for code in row["adds"].split("; ") if code]
    is_asked = area is not None and row["region"] == area.key
    called = area.name if is_asked else taxonomies.region_name(row["region"] or "")
    return row | {"name": called, "adds": [names[code] for code in codes]}


@dataclass(frozen=True)
class Shock:
    """What others lose when an industry makes less: by industry and country, by region, and in all.

    ``industries``: ``country``, ``industry``, ``output``, ``lost_sales``, ``lost_supplies`` and their shares of
    output, without the industry's own rows. ``regions``: the same sums by ``country`` and ``region`` (empty where no
    region's jobs are known), the industry's own loss in them; None without figures of jobs.
    ``own``: what the industry itself makes less. Amounts are in the table's unit.
    """

    fall: float
    own: float
    industries: pl.DataFrame
    regions: pl.DataFrame | None
    year: int | None


def shock(
    atlas: Atlas, industry: str, country: str | None = None, area: Area | None = None, fall: float = FALL
) -> Shock:
    """A fall (0 to 1) in an industry's output, of a country or of the EU's members, or of one region of a country.

    A region's fall is its part of the jobs of its country (or countries) in the industry: `ASSUMPTION`. Raises
    `UsageError` for other falls, `NotFoundError` for a region without jobs in the industry.
    """
    import polars as pl

    from clusteratlas.observatory import shock_by_region

    chains = atlas.chains
    homes = [country] if country else chains.homes(area) if area else chains.members
    there = chains.positions.filter(pl.col("country").is_in(homes) & (pl.col("output") > 0))
    cluster = [(one, industry) for one in there.filter(industry=industry)["country"].to_list()]
    jobs = None if atlas.statistics.is_empty else _jobs(atlas, area)
    share = 1.0 if area is None else _part(jobs, cluster, area, chains.name(industry))
    losses = chains.table.shock(cluster, fall=fall * share if 0 <= fall <= 1 else fall)
    regions = None
    if jobs is not None:
        regions = shock_by_region(losses, jobs, region=area and area.key, cluster=cluster)
    own = _rows(cluster)
    others = losses.join(own, on=own.columns, how="anti")
    others = others.sort("lost_sales", "country", "industry", descending=[True, False, False])
    fallen = float(losses.join(own, on=own.columns, how="semi")["lost_sales"].sum())
    return Shock(fall, fallen, others, regions, atlas.statistics.year() if jobs is not None else None)


def _jobs(atlas: Atlas, area: Area | None) -> pl.DataFrame:
    """Jobs of regions by the country and industry of the table; none of the rest of the world's.

    A region of one's own takes the place of its parts, in each of their countries.
    """
    import polars as pl

    named = jobs_by_country(atlas, atlas.statistics.year())
    if area is not None and area.is_custom:
        is_part = pl.col("region").is_in(area.codes)
        named = named.with_columns(region=pl.when(is_part).then(pl.lit(area.key)).otherwise("region"))
    return named.group_by("country", "region", industry="step").agg(pl.col("value").sum())


def jobs_by_country(atlas: Atlas, year: int) -> pl.DataFrame:
    """Jobs of regions by industry of the table (see `Chains.jobs`), with the ``country`` or area of the table.

    The few regions with figures in the rest of the world (Norway's, say) are no measure of where its industries
    are, and are left out.
    """
    import polars as pl

    chains = atlas.chains
    jobs = chains.jobs(year).filter(pl.col("step") != OTHER)
    homes = {code: chains.home_of(code) for code in jobs["region"].str.slice(0, 2).unique().to_list()}
    named = jobs.with_columns(
        country=pl.col("region").str.slice(0, 2).replace_strict(homes, return_dtype=pl.String)
    )
    return named.filter(pl.col("country") != WORLD)


def _part(jobs: pl.DataFrame | None, cluster: list[tuple[str, str]], area: Area, name: str) -> float:
    """The part of the cluster's jobs that a region has."""
    if jobs is not None:
        keys = _rows(cluster)
        mine = jobs.join(keys, on=keys.columns, how="semi")
        own, every = mine.filter(region=area.key)["value"].sum(), mine["value"].sum()
        if own > 0:
            return own / every
    raise NotFoundError(
        f"there are no figures of jobs in {name} for {area.name}",
        remedy="choose another region or industry",
    )


def _rows(cluster: list[tuple[str, str]]) -> pl.DataFrame:
    import polars as pl

    return pl.DataFrame(cluster, schema={"country": pl.String, "industry": pl.String}, orient="row")
