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
from clusteratlas.cli.output import ReleaseOption, Shape, ShapeOption, in_short, show_rows, tell
from clusteratlas.errors import UsageError

if TYPE_CHECKING:
    import polars as pl


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
    """Stars and classes of clusters. Each criterion with value, threshold and verdict.

    With FILE: of its rows (a region, an industry, a value). Without: of the regions of a release. Alone: lists the
    methods.
    """
    of_release = {"--category": category, "--in": area, "--year": year, "--release": release}
    asked = [option for option, given in of_release.items() if given is not None]
    if file is not None and asked:
        raise UsageError(f"{asked[0]} is of a release, and FILE is given", remedy="leave one of the two out")
    if file is None:
        _refuse_words_of_a_file(region, industry, value, period, setting)
    if profile is None and file is None and not asked and cluster_class is None:
        _list_profiles(shape)
        return
    if profile is None:
        from clusteratlas.observatory.strength.files import DEFAULT_PROFILE

        profile = DEFAULT_PROFILE
        tell(f"note: by the method {profile}; others: --profile, listed by clusteratlas stars")
    if file is not None:
        from clusteratlas.observatory import stars as judge

        roles = {"region": region, "industry": industry, "value": value, "period": period}
        frame = compute(judge, file, roles, {**parse_settings(setting), "profile": profile})
    else:
        frame = _of_release(release, profile, category_set, category, area, year)
    if cluster_class is not None:
        frame = _of_class(frame, cluster_class, profile)
    if shape is Shape.table and out is None:
        roles = (region, industry, period, value) if file else ("region", "industry", "period", "value")
        frame = _for_people(frame, profile, [name for name in roles if name in frame.columns])
    show_table_of(frame.to_arrow(), shape, out=out, limit=limit, years=[period or "period"])


def _refuse_words_of_a_file(
    region: str, industry: str, value: str, period: str | None, setting: list[str] | None
) -> None:
    """Raise `UsageError` for the first option that says how a FILE is read, where none is given."""
    given = {
        "--region": region != "region",
        "--industry": industry != "industry",
        "--value": value != "value",
        "--period": period is not None,
        "--with": bool(setting),
    }
    for option, is_given in given.items():
        if is_given:
            raise UsageError(
                f"{option} is of a FILE, and none is given",
                remedy="of a release: --in NUTS, --category ID, --set NAME, --year YEAR",
            )


def _for_people(frame: pl.DataFrame, profile: str, roles: list[str]) -> pl.DataFrame:
    """What a table for people shows: each criterion as value and threshold with the sign that tells the verdict."""
    import polars as pl

    from clusteratlas.observatory import star_profile

    names = [criterion.name for criterion in star_profile(profile).criteria]
    told = [
        pl.struct(f"{name}_value", f"{name}_threshold", f"{name}_met")
        .map_elements(lambda cell: _told(*cell.values()), return_dtype=pl.String)
        .alias(name)
        for name in names
    ]
    return frame.select(*roles, *told, "stars", "cluster_class")


def _told(value: float | None, threshold: float | None, is_met: bool | None) -> str:
    """Value and threshold of a criterion.

    >>> _told(1.7, 2.0, False), _told(45265.3, 1000.0, True), _told(None, 2.0, None)
    ('1.70 < 2', '45,265.30 ≥ 1,000', 'not known')
    """
    if is_met is None or value is None or threshold is None:
        return "not known"
    return f"{in_short(value)} {'≥' if is_met else '<'} {in_short(threshold)}"


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
