"""Figures of value chains: whose value added is in exports, and what a region's industry can buy in the region."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from clusteratlas.atlas.observatory.chain_measures import TERMS
from clusteratlas.atlas.observatory.chain_regions import regional_inputs
from clusteratlas.errors import UsageError
from clusteratlas.web.observatory import words
from clusteratlas.web.observatory.chain_figures import credit
from clusteratlas.web.observatory.figures import Column, Figure, bars_high, recipe
from clusteratlas.web.observatory.notes import estimates
from clusteratlas.web.templatetags.figures import percent

if TYPE_CHECKING:
    from clusteratlas.atlas import Atlas
    from clusteratlas.atlas.observatory import Area
    from clusteratlas.atlas.observatory.chain_regions import RegionalInputs
    from clusteratlas.charts.looks import Look

EXPORTED = {
    "used abroad": "added at home, used abroad",
    "returned": "added at home, comes back",
    "foreign": "added abroad",
    "counted twice": "counted twice at borders",
}
"""The parts of exports that terms belong to, as a figure names them."""
TERMS_SAID = {
    "domestic_in_final_exports": "Own value in final goods",
    "domestic_in_intermediates_used_by_importer": "Own value in inputs used by the buyer",
    "domestic_in_intermediates_for_third_countries": "Own value in inputs for third countries",
    "domestic_returned_in_final_imports": "Own value back in final imports",
    "domestic_returned_in_intermediate_imports": "Own value back in imported inputs",
    "double_counted_domestic": "Own value counted twice",
    "foreign_in_final_exports": "Foreign value in final goods",
    "foreign_in_intermediate_exports": "Foreign value in inputs",
    "double_counted_foreign": "Foreign value counted twice",
}
EXPORTERS = 12
"""Countries that are drawn; the table has all."""
SUPPLIERS = 10


@recipe("value-added-in-exports", "country")
def value_added_in_exports(atlas: Atlas, asked: Mapping[str, list[str]]) -> Figure:
    """The exports of countries by whose value added is in them; the one asked for first."""
    chains = atlas.chains
    country = (asked.get("country") or [None])[0]
    chains.check(chains.table.industries[0], country)
    rows = [
        {**row, "href": f"/value-chains/?country={row['country']}#value-added-in-exports"}
        for row in sorted(chains.measures.terms, key=lambda row: row["country"] != country)
        if row["exports"] > 0
    ]
    drawn = [
        {"whole": row["name"], "part": said, "share": _exported(row, part)}
        for row in rows[:EXPORTERS]
        for part, said in EXPORTED.items()
    ]

    def draw(look: Look, width: int) -> object:
        from clusteratlas.charts.parts import parts

        return parts(drawn, look=look, width=width)

    told = [
        f"{row['name']}: "
        + ", ".join(f"{percent(_exported(row, part))} {said}" for part, said in EXPORTED.items())
        for row in rows[:EXPORTERS]
    ]
    return Figure(
        heading=_export_heading(rows, country),
        said="; ".join(told),
        columns=(
            Column("name", "Country"),
            Column("exports", "Exports", "count"),
            *(Column(name, said, "count") for name, said in TERMS_SAID.items()),
            Column("remainder", "Not explained", "count"),
            Column("backward_participation", "Foreign, with what is counted twice", "share"),
            Column("forward_participation", "Re-exported by others", "share"),
        ),
        rows=rows,
        draw=draw,
        notes=(
            "Bars: the nine terms of Koopman, Wang and Wei (2014) in four groups, in the order of the legend; all nine "
            "in the table. Exports from one EU country to another count.",
        ),
        common=(credit(atlas, chains),),
        heights=bars_high(min(len(rows), EXPORTERS), (30, 44), (85, 115)),
        anchor="exports",
        table="input_output_flow",
        linked="name",
    )


def _exported(row: Mapping[str, Any], part: str) -> float:
    """The part of what the terms explain of a country's exports."""
    explained = row["exports"] - row["remainder"]
    return sum(row[term] for term, group in TERMS.items() if group == part) / explained if explained else 0.0


def _export_heading(rows: list[dict[str, Any]], country: str | None) -> str:
    if not rows:
        return "There are no exports in the table"
    own = {row["country"]: _exported(row, "used abroad") for row in rows}
    if country in own:
        return f"{rows[0]['name']}: {percent(own[country])} of what it exports is its own value, used abroad"
    return (
        f"Of what a country exports, {percent(min(own.values()))} to {percent(max(own.values()))} is its own value, "
        "used abroad"
    )


@recipe("regional-suppliers", "industry", "region", "country", "delta")
def regional_suppliers(atlas: Atlas, asked: Mapping[str, list[str]]) -> Figure:
    """What an industry of a region buys of each supplier in the country, and of it within the region."""
    words_of = {name: (asked.get(name) or [""])[0] for name in ("industry", "region", "country", "delta")}
    for name in ("industry", "region"):
        if not words_of[name]:
            raise UsageError(f"no {name} is named", where=name, remedy="add industry=c15&region=DE11")
    chains, industry = atlas.chains, words_of["industry"]
    country, area = chains.choice(industry, words_of["country"], words_of["region"])
    found = regional_inputs(atlas, industry, area, country, words_of["delta"])
    return suppliers_figure(atlas, industry, area, found)


def suppliers_figure(atlas: Atlas, industry: str, area: Area, found: RegionalInputs) -> Figure:
    """The figure of what was found for an industry of a region."""
    chains = atlas.chains
    rows = [{**row, "href": f"/value-chains/{row['industry']}/"} for row in found.suppliers]
    known = [row for row in rows if row["coefficient"] is not None][:SUPPLIERS]
    place = chains.area(found.country)
    drawn = [
        {"item": row["name"], "group": group, "value": row[name] * 100, "imputed_share": share}
        for row in known
        for group, name, share in (
            (f"in all of {place}", "national_coefficient", None),
            (f"in {area.name}", "coefficient", row["imputed_share"]),
        )
    ]

    def draw(look: Look, width: int) -> object:
        from clusteratlas.charts.comparison import comparison

        return comparison(drawn, unit="Cents for each euro of output", look=look, width=width)

    share = found.share_in_region
    said = words.running(chains.name(industry))
    heading = (
        f"Of what {said} in {area.name} buys in {place}, {percent(share)} may come from the region itself"
        if share is not None
        else f"There are no figures of jobs of the suppliers of {said} in {area.name}"
    )
    blind = [row["name"] for row in rows if row["coefficient"] is None]
    return Figure(
        heading=heading,
        said=heading
        + ": "
        + "; ".join(
            f"{row['name']} {row['coefficient']:.3f} of {row['national_coefficient']:.3f}" for row in known
        ),
        columns=(
            Column("name", "Supplier"),
            Column("national_coefficient", f"Bought in {place}, of output", "share"),
            Column("quotient", "Quotient", "quotient"),
            Column("coefficient", "Of it in the region, of output", "share"),
            Column("share_in_region", "Part in the region", "share"),
            Column("persons_employed", "Jobs in the region", "count"),
            Column("imputed_share", "Estimated", "share"),
        ),
        rows=rows,
        draw=draw,
        notes=(
            f"A region is taken to import where it is weaker than {place} (Flegg's location quotient, "
            f"δ = {found.delta}, from jobs of {found.year}). Nobody has counted it.",
            *estimates(rows),
            *((f"Without figures of jobs there: {'; '.join(blind)}.",) if blind else ()),
        ),
        common=(credit(atlas, chains),),
        heights=bars_high(len(known), (26, 40), (90, 125)),
        anchor="regional-tables",
        table="input_output_flow",
        linked="name",
    )
