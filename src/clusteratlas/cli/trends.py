"""`clusteratlas trends`: what is emerging in the projects of a release, and one theme or term in figures."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from clusteratlas.cli.output import (
    ReleaseOption,
    Shape,
    ShapeOption,
    show_json,
    show_rows,
    tell,
    tell_of_more,
)
from clusteratlas.errors import NotFoundError, UsageError

if TYPE_CHECKING:
    from clusteratlas.atlas import Atlas


class Part(StrEnum):
    """What is shown."""

    trends = "trends"
    combinations = "combinations"
    unusual = "unusual-projects"
    industries = "industries"


COLUMNS = ("trend_id", "projects", "growth", "growth_lower", "growth_upper", "q_value", "trend")
FEW = 2000
SHOWN = {
    Part.combinations: (
        "name_a",
        "name_b",
        "projects_since",
        "expected_since",
        "projects_before",
        "is_new",
        "q_value",
    ),
    Part.unusual: ("project_id", "acronym", "year", "novelty", "themes"),
    Part.industries: (
        "region",
        "industry",
        "industry_name",
        "stage",
        "jobs",
        "location_quotient_start",
        "location_quotient_end",
        "entry_chance",
        "related",
    ),
}
NUMBERS = (
    "projects_since",
    "expected_since",
    "projects_before",
    "q_value",
    "novelty",
    "jobs",
    "entry_chance",
)


def trends(
    name: Annotated[
        str | None,
        typer.Argument(
            metavar="ID", help="A theme or term, such as term:hydrogen; left out: a list.", show_default=False
        ),
    ] = None,
    kind: Annotated[
        str | None, typer.Option("--kind", metavar="theme|term", help="Only one kind.", show_default=False)
    ] = None,
    called: Annotated[
        str | None,
        typer.Option(
            "--called",
            metavar="NAME",
            help="Only emerging, growing, steady or fading ones.",
            show_default=False,
        ),
    ] = None,
    text: Annotated[str, typer.Option("--text", metavar="LETTERS", help="Letters that the name has.")] = "",
    sort: Annotated[
        str, typer.Option("--sort", metavar="ORDER", help="surest, growth, fading, projects or name.")
    ] = "surest",
    part: Annotated[
        Part,
        typer.Option(
            "--show",
            help="Themes and terms; themes newly brought together; projects of unusual themes; industries that regions "
            "newly specialise in, and those that are near.",
        ),
    ] = Part.trends,
    region: Annotated[
        str | None,
        typer.Option(
            "--region",
            metavar="NUTS",
            help="Industries: only of this region; AT33,AT32 takes two as one.",
            show_default=False,
        ),
    ] = None,
    industry: Annotated[
        str | None,
        typer.Option(
            "--industry", metavar="NACE", help="Industries: only this division.", show_default=False
        ),
    ] = None,
    stage: Annotated[
        str | None,
        typer.Option(
            "--stage", metavar="NAME", help="Industries: only entered, or candidate ones.", show_default=False
        ),
    ] = None,
    limit: Annotated[int, typer.Option("--limit", min=1, max=10_000, help="Rows at most.")] = 25,
    shape: ShapeOption = Shape.table,
    release: ReleaseOption = None,
) -> None:
    """Themes and terms of projects over time. Growth of their share a year, with 90 % bounds and a call."""
    import clusteratlas

    of_trends = {"ID": name, "--kind": kind, "--called": called, "--text": text or None}
    of_industries = {"--region": region, "--industry": industry, "--stage": stage}
    _refuse_words_of_another(part, {Part.trends: of_trends, Part.industries: of_industries})
    with clusteratlas.open(release) as atlas:
        if part is not Part.trends:
            asked = {"region": region, "industry": industry, "stage": stage}
            found, rows = _part(atlas, part, asked, limit)
            show_rows(rows, SHOWN[part], shape, right=NUMBERS)
            tell_of_more(len(rows), found)
            return
        if name is not None:
            _show_one(atlas, name, shape)
            return
        total, rows = atlas.trends.listed(kind=kind, trend=called, text=text, sort=sort, page_size=limit)
        in_span = sum(
            n for year, n in atlas.trends.projects_by_year.items() if year >= (atlas.trends.span or (0,))[0]
        )
    columns = COLUMNS if shape is Shape.table else tuple(rows[0]) if rows else COLUMNS
    show_rows(rows, columns, shape, right=COLUMNS[1:6])
    if shape is Shape.table and in_span < FEW:
        tell(f"Small numbers: {in_span:,} projects tell little of growth; see the bounds.")
    tell_of_more(len(rows), total)


def _refuse_words_of_another(part: Part, given: dict[Part, dict[str, str | None]]) -> None:
    """Raise `UsageError` for the first option that another part knows than the one that is shown."""
    for other, words in given.items():
        wrong = next((word for word, value in words.items() if value is not None), None)
        if wrong and other is not part:
            raise UsageError(
                f"{wrong} is of --show {other}, and this is --show {part}", remedy="leave one out"
            )


def _part(
    atlas: Atlas, part: Part, asked: dict[str, str | None], limit: int
) -> tuple[int, list[dict[str, Any]]]:
    """How many rows a part has, and the first of them."""
    if part is Part.industries:
        total, rows = atlas.emergence.listed(**asked, page_size=limit)
        return total, [{**row, "related": "; ".join(one["name"] for one in row["related"])} for row in rows]
    if part is Part.combinations:
        return len(atlas.trends.combinations), atlas.trends.combinations[:limit]
    rows = [{**row, "themes": "; ".join(row["themes"])} for row in atlas.trends.unusual[:limit]]
    return len(atlas.trends.unusual), rows


def _show_one(atlas: Atlas, name: str, shape: Shape) -> None:
    if ":" not in name:
        raise NotFoundError(f"'{name[:60]}' is no id", remedy=f"write term:{name[:60]} or theme:{name[:60]}")
    about = atlas.trends.about(name)
    if shape is Shape.json:
        show_json(about)
        return
    rows = [{**row, "year": str(row["year"])} for row in about["years"]]
    if shape is Shape.table:
        tell(f"{about['name']}: {about['trend'] or 'not told'}, {about['projects']:,} projects")
    show_rows(
        rows,
        ("year", "projects", "year_projects", "expected"),
        shape,
        right=("projects", "year_projects", "expected"),
    )
