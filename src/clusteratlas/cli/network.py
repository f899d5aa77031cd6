"""`clusteratlas network`: who links the others, groups, countries, growth, in all projects of a release or some."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from clusteratlas.cli.output import ReleaseOption, Shape, ShapeOption, show_json, show_rows, tell

if TYPE_CHECKING:
    from clusteratlas.atlas.collaboration import Summary


class What(StrEnum):
    """The tables of a network, and its summary."""

    organisations = "organisations"
    communities = "communities"
    countries = "countries"
    regions = "regions"
    growth = "growth"
    newcomers = "newcomers"
    partnerships = "partnerships"
    summary = "summary"


SHOWN: dict[What, tuple[str, ...]] = {
    What.organisations: (
        *("name", "country_code", "projects", "partners", "betweenness", "pagerank", "constraint"),
        *("core", "community"),
    ),
    What.communities: ("community", "name", "organisations", "countries", "leading"),
    What.countries: ("code", "other_code", "name", "other_name", "pairs", "weight", "ratio"),
    What.regions: ("code", "other_code", "name", "other_name", "pairs", "weight", "ratio"),
    What.growth: (
        *("year", "projects", "organisations", "newcomers", "share_newcomers", "pairs", "repeat_pairs"),
        "share_repeat",
    ),
    What.newcomers: ("name", "country_code", "first_year", "last_year", "projects"),
    What.partnerships: ("name", "other_name", "years", "projects", "first_year", "last_year"),
}
"""Columns that people are shown; JSON and CSV have all."""

_TEXTS = {"name", "other_name", "country_code", "code", "other_code", "countries", "leading"}


def _chosen_by(name: str, says: str) -> Any:
    return typer.Option(f"--{name}", metavar=name.upper(), help=says, show_default=False)


def network(
    what: Annotated[What, typer.Argument(help="What to show of it.", show_default=True)] = What.organisations,
    organisation: Annotated[
        str | None, _chosen_by("organisation", "Only projects of this one, by its id.")
    ] = None,
    country: Annotated[str | None, _chosen_by("country", "Only projects with it, by ISO code.")] = None,
    region: Annotated[str | None, _chosen_by("region", "Only projects with it, by NUTS code.")] = None,
    theme: Annotated[
        str | None, _chosen_by("theme", "Only projects on it, by its names from the top.")
    ] = None,
    trend: Annotated[
        str | None, _chosen_by("trend", "Only projects with it: a theme or term, such as term:hydrogen.")
    ] = None,
    programme: Annotated[str | None, _chosen_by("programme", "Only projects of it, such as HORIZON.")] = None,
    initiative: Annotated[str | None, _chosen_by("initiative", "Only projects of it.")] = None,
    year: Annotated[str | None, _chosen_by("year", "Only projects that began in it.")] = None,
    cluster: Annotated[
        str | None, _chosen_by("cluster", "Only cluster projects: yes, core, related.")
    ] = None,
    sort: Annotated[
        str | None,
        typer.Option(
            "--sort",
            metavar="MEASURE",
            help="Of organisations: betweenness (as set), partners, pagerank, constraint, gatekeeper ...",
            show_default=False,
        ),
    ] = None,
    limit: Annotated[int, typer.Option("--limit", min=1, max=100_000, help="Rows at most.")] = 20,
    shape: ShapeOption = Shape.table,
    release: ReleaseOption = None,
) -> None:
    """Who works with whom. Who links the others, groups, countries, growth, newcomers, lasting partnerships."""
    import clusteratlas

    given = {
        "organisation": organisation,
        "country": country,
        "region": region,
        "theme": theme,
        "trend": trend,
        "programme": programme,
        "initiative": initiative,
        "year": year,
        "cluster": cluster,
    }
    with clusteratlas.open(release) as atlas:
        found = atlas.partnerships.measured({name: value for name, value in given.items() if value})
        if what is What.summary:
            _show_summary(found.summary, shape)
            return
        rows = [_flat(one) for one in found.table(what.value, limit, sort)]
        size = found.network.size
    columns = SHOWN[what] if shape is Shape.table else tuple(rows[0]) if rows else SHOWN[what]
    show_rows(rows, columns, shape, right=[name for name in columns if name not in _TEXTS])
    if not size[0]:
        tell("No project of this release fits.")
    elif shape is Shape.table:
        tell(f"{size[0]:,} organisations, {size[1]:,} pairs with common projects")
        if what is What.organisations and rows and rows[0]["betweenness_error"]:
            tell(f"Betweenness is sampled: with a chance of 90 % within {rows[0]['betweenness_error']}.")


def _show_summary(summary: Summary, shape: Shape) -> None:
    facts = summary.to_dict()
    if shape is Shape.json:
        show_json(facts)
        return
    rows = [{"what": name.replace("_", " "), "value": value} for name, value in facts.items()]
    show_rows(rows, ("what", "value"), shape, right=["value"])


def _flat(one: Any) -> dict[str, Any]:
    """A row whose lists are texts."""
    from clusteratlas.atlas.profiles.values import plain

    row = plain(one)
    for name, value in row.items():
        if isinstance(value, list):
            row[name] = "; ".join(v["name"] if isinstance(v, dict) else v for v in value)
    return row
