"""The figure of a value chain: flows from an industry's suppliers through it to its customers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from clusteratlas.errors import UsageError
from clusteratlas.web.observatory import words
from clusteratlas.web.observatory.figures import Column, Figure, recipe

if TYPE_CHECKING:
    from clusteratlas.atlas import Atlas
    from clusteratlas.atlas.observatory.chains import Chains
    from clusteratlas.charts.looks import Look

COLUMNS = (
    Column("said_side", "Side"),
    Column("name", "Industry"),
    Column("where", "Where"),
    Column("value", "Value", "count"),
    Column("share", "Share of the side", "share"),
)
SHOWN = 8
"""Bands of each side; what is left is one more."""
LEAST = 0.015
"""The part of its side that a band of its own has at least."""
HOME, ABROAD = "home", "abroad"


def credit(atlas: Atlas, chains: Chains) -> str:
    """Whose figures these are, and of which year."""
    about = chains.about
    found = atlas.rows(
        "SELECT DISTINCT source FROM input_output_flow WHERE table_name = $table_name AND year = $year ORDER BY ALL",
        {"table_name": about["table_name"], "year": about["year"]},
    )
    named = {
        one["source"]: one["licence"]["attribution"] for one in atlas.release.manifest.get("sources", [])
    }
    if about["table_name"].startswith("wiod"):
        release = about["table_name"].removeprefix("wiod-")
        said = f"World Input-Output Database, {release} release (Timmer and others 2015)"
    else:
        said = "; ".join(dict.fromkeys(named.get(row["source"], row["source"]) for row in found))
    return f"{said}, {about['year']}, {about['unit']} at current prices."


@recipe("value-chain", "industry", "country")
def value_chain(atlas: Atlas, asked: Mapping[str, list[str]]) -> Figure:
    """Suppliers and customers of an industry, at home and abroad."""
    if not asked.get("industry"):
        raise UsageError("no industry is named", where="industry", remedy="add industry=c15 to the address")
    chains, industry = atlas.chains, asked["industry"][0]
    country = (asked.get("country") or [None])[0]
    rows = _rows(chains, industry, country)
    name = chains.name(industry)
    place = chains.area(country) if country else "the EU"

    def draw(look: Look, width: int) -> object:
        from clusteratlas.charts.sankey import sankey

        return sankey(rows, name, look=look, width=width)

    others = [row for row in rows if row["code"] not in ("", industry)]
    supplier, customer = (
        next((words.running(row["name"]) for row in others if row["side"] == side), "nobody else")
        for side in ("supplier", "customer")
    )
    heading = (
        f"{name} in {place}, its own kind aside: most is bought from {supplier}, most goes to {customer}"
    )
    return Figure(
        heading=heading,
        said=f"Flows into and out of {words.running(name)} in {place}: "
        + "; ".join(f"{row['said_side']} {row['name']} ({row['where']}) {row['share']:.0%}" for row in rows),
        columns=COLUMNS,
        rows=rows,
        draw=draw,
        notes=(
            f"Bands: as wide as their share of the side. Orange with an arrow: from or to abroad ({place} is home).",
        ),
        common=(credit(atlas, chains),),
        heights=(500, 460),
        anchor="value-chains",
        table="input_output_flow",
        linked="name",
    )


def _rows(chains: Chains, industry: str, country: str | None) -> list[dict[str, Any]]:
    partners = chains.partners(industry, country)
    homes = [country] if country else chains.members
    found = []
    for side, names in (("supplier", ("suppliers",)), ("customer", ("customers", "final users"))):
        sums: dict[tuple[str, bool], float] = {}
        for name in names:
            for row in partners[name].rows(named=True):
                code = row["industry"] if name != "final users" else ""
                key = code, row["country"] not in homes
                sums[key] = sums.get(key, 0) + row["value"]
        every = sum(sums.values())
        ranked = sorted(sums.items(), key=lambda one: -one[1])
        shown = sum(value >= LEAST * every for _, value in ranked[:SHOWN])
        kept, rest = ranked[:shown], ranked[shown:]
        found += [_row(chains, side, code, is_abroad, value, every) for (code, is_abroad), value in kept]
        if rest:
            value = sum(one for _, one in rest)
            found.append(
                _row(chains, side, "", False, value, every)
                | {"name": f"{len(rest)} others", "where": "home and abroad"}
            )
    return found


def _row(chains: Chains, side: str, code: str, is_abroad: bool, value: float, every: float) -> dict[str, Any]:
    return {
        "side": side,
        "said_side": {"supplier": "sells to it", "customer": "buys from it"}[side],
        "code": code,
        "name": chains.name(code) if code else "Final users",
        "where": ABROAD if is_abroad else HOME,
        "is_abroad": is_abroad,
        "value": value,
        "share": value / every if every else 0.0,
        "href": f"/value-chains/{code}/" if code else "",
    }
