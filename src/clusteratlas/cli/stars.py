"""`clusteratlas stars`: which regions are strong in what, by a method of one's choice, on a file or on a release."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from clusteratlas.cli.indicators import (
    FileArgument,
    IndustryOption,
    LimitOption,
    OutOption,
    PeriodOption,
    RegionOption,
    ValueOption,
    compute,
    parse_settings,
    show_table_of,
)
from clusteratlas.cli.output import ReleaseOption, Shape, ShapeOption, show_rows, tell
from clusteratlas.errors import UsageError

if TYPE_CHECKING:
    import polars as pl

SHOWN = (
    "region",
    "industry",
    "period",
    "value",
    "location_quotient",
    "focus",
    "growth",
    "stars",
    "cluster_class",
)


def stars(
    file: FileArgument = None,
    profile: Annotated[
        str | None,
        typer.Option(
            "--profile",
            metavar="NAME|FILE.yml",
            help="The method: eccp-nodes, eco-2008, panorama-2016, eocic-2020, us-cmp, or a file of your own.",
            show_default=False,
        ),
    ] = None,
    region: RegionOption = "region",
    industry: IndustryOption = "industry",
    value: ValueOption = "value",
    period: PeriodOption = None,
    setting: Annotated[
        list[str] | None,
        typer.Option(
            "--with",
            metavar="NAME=VALUE",
            help="Another argument, for a FILE: reference=FILE.csv or totals=FILE.csv.",
            show_default=False,
        ),
    ] = None,
    category_set: Annotated[
        str, typer.Option("--set", metavar="NAME", help="Of a release: the category set.")
    ] = "ecosystems",
    category: Annotated[
        str | None,
        typer.Option(
            "--category", metavar="ID", help="Of a release: only this category.", show_default=False
        ),
    ] = None,
    area: Annotated[
        str | None,
        typer.Option(
            "--in",
            metavar="NUTS",
            help="Of a release: only this region, or several as one: AT33,AT32.",
            show_default=False,
        ),
    ] = None,
    year: Annotated[
        int | None,
        typer.Option("--year", help="Of a release: the year (default: the last).", show_default=False),
    ] = None,
    cluster_class: Annotated[
        str | None,
        typer.Option("--class", metavar="NAME", help="Only clusters of this class.", show_default=False),
    ] = None,
    out: OutOption = None,
    limit: LimitOption = None,
    shape: ShapeOption = Shape.table,
    release: ReleaseOption = None,
) -> None:
    """Stars and classes of clusters, each criterion with value, threshold and verdict. Without --profile: lists them.

    With FILE: of its rows (a region, an industry, a value). Without: of the regions of a release.
    """
    if profile is None:
        _list_profiles(shape)
        return
    if file is not None:
        from clusteratlas.observatory import stars as judge

        roles = {"region": region, "industry": industry, "value": value, "period": period}
        frame = compute(judge, file, roles, {**parse_settings(setting), "profile": profile})
    else:
        frame = _of_release(release, profile, category_set, category, area, year)
    if cluster_class is not None:
        frame = _of_class(frame, cluster_class, profile)
    if shape is Shape.table and out is None and file is None:
        frame = frame.select(name for name in SHOWN if name in frame.columns)
    show_table_of(frame.to_arrow(), shape, out=out, limit=limit)


def _list_profiles(shape: Shape) -> None:
    from clusteratlas.observatory import star_profiles

    rows = [
        {
            "profile": one.name,
            "title": one.title,
            "criteria": ", ".join(c.name for c in one.criteria),
            "classes": ", ".join(c.name for c in one.classes),
        }
        for one in star_profiles()
    ]
    show_rows(rows, ("profile", "title", "criteria", "classes"), shape)


def _of_release(
    release: Path | None,
    profile: str,
    category_set: str,
    category: str | None,
    area: str | None,
    year: int | None,
) -> pl.DataFrame:
    """Strengths in the latest or a given year, strongest first."""
    import clusteratlas
    from clusteratlas.atlas.observatory import parse_area, parse_scope

    asked = parse_area(area) if area else None
    for note in asked.notes if asked else ():
        tell(f"note: {note}")
    with clusteratlas.open(release) as atlas:
        statistics = atlas.statistics
        scope = statistics.scope(parse_scope(f"{category_set}:{category}")) if category else None
        frame = statistics.strengths(category_set, year=year, profile=profile, areas=[asked] if asked else [])
    if scope:
        frame = frame.filter(industry=scope.category_id)
    if asked:
        codes = [asked.key] if asked.is_custom else list(asked.codes)
        frame = frame.filter(frame["region"].is_in(codes))
    return frame.sort("stars", "location_quotient", descending=True, nulls_last=True)


def _of_class(frame: Any, name: str, profile: str) -> Any:
    from clusteratlas.errors import nearest
    from clusteratlas.observatory import star_profile

    known = [*(one.name for one in star_profile(profile).classes), "none", "not judged"]
    if name not in known:
        raise UsageError(f"profile '{profile}' has no class '{name}'", remedy=nearest(name, known))
    return frame.filter(cluster_class=name)
