"""What a region's industry can buy in the region: its country's table by location quotients of jobs (FLQ, SFLQ)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from clusteratlas.atlas.observatory.asked import Area
from clusteratlas.atlas.observatory.chains import OTHER, WORLD
from clusteratlas.errors import NotFoundError, UsageError, nearest

if TYPE_CHECKING:
    import polars as pl

    from clusteratlas.atlas import Atlas
    from clusteratlas.atlas.observatory.chains import Chains

Row = dict[str, Any]
DELTA = 0.3
DELTAS = (0.1, 0.2, 0.3, 0.4, 0.5)
"""The exponents that the sensitivity is shown for."""
SUPPLIERS = (
    *("industry", "name", "national_coefficient", "quotient", "coefficient", "share_in_region"),
    *("persons_employed", "imputed_share"),
)
SENSITIVITY = ("delta", "share_in_region", "output_multiplier", "national_output_multiplier")


@dataclass(frozen=True)
class RegionalInputs:
    """What an industry of a region buys within it, by the table of its country.

    ``suppliers``: the columns `SUPPLIERS`, the largest national coefficient first; ``quotient``, ``coefficient`` and
    ``share_in_region`` are None for a supplier without figures of jobs. ``sensitivity``: the columns `SENSITIVITY`,
    a row for each of `DELTAS`. ``share_in_region`` of both is of the inputs that the industry buys in the country from
    suppliers with figures; ``imputed_share`` is the estimated part of the jobs behind all quotients.
    ``national_share``: the part of all inputs that is bought in the country; ``unknown``: of those, the part from
    suppliers without figures.
    """

    country: str
    region: str
    delta: str
    year: int
    suppliers: list[Row]
    sensitivity: list[Row]
    share_in_region: float | None
    output_multiplier: float
    national_output_multiplier: float
    national_share: float | None
    unknown: float | None
    imputed_share: float


def parse_delta(text: str, industries: list[str]) -> float | dict[str, float]:
    """A parameter for all industries (FLQ), or with others for some buying industries (SFLQ).

    Raises `UsageError` for what is no number from 0 to 1 and for an industry that is not there.

    >>> parse_delta("0.3", ["c1", "c2"]), parse_delta("0.3,c2=0.1", ["c1", "c2"])
    (0.3, {'c1': 0.3, 'c2': 0.1})
    """
    base, own = DELTA, {}
    for part in filter(None, (one.strip() for one in text.split(","))):
        name, sign, number = part.rpartition("=")
        if sign and name.strip() not in industries:
            remedy = nearest(name.strip(), industries)
            raise UsageError(f"the table has no industry '{name[:40]}'", where="delta", remedy=remedy)
        if sign:
            own[name.strip()] = _share(number)
        else:
            base = _share(part)
    return {name: own.get(name, base) for name in industries} if own else base


def _share(text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = -1.0
    if not 0 <= number <= 1:
        raise UsageError(f"'{text[:20]}' is no delta", where="delta", remedy="give 0 to 1, such as 0.3")
    return number


def regional_inputs(
    atlas: Atlas, industry: str, area: Area, country: str | None = None, delta: str = ""
) -> RegionalInputs:
    """What an industry of a region buys within the region, as far as its jobs tell.

    ``delta``: as `parse_delta` reads it. Raises `UsageError` for a region over a border and for deltas that are
    none, `NotFoundError` for one without jobs in the industry and for one whose country the table does not have.
    """
    import polars as pl

    chains = atlas.chains
    home = _home(chains, area, country)
    chains.check(industry, home)
    deltas = parse_delta(delta, chains.table.industries)
    year = atlas.statistics.year()
    jobs = _jobs(chains, home, year, area)
    here = jobs.filter(region=area.key)
    mine = {row["industry"]: row for row in here.rows(named=True)}
    if not mine.get(industry, {}).get("value"):
        raise NotFoundError(
            f"there are no figures of jobs in {chains.name(industry)} for {area.name}",
            remedy="choose another region or industry",
        )
    national = chains.measures.national(home)
    found = national.regional_coefficients(jobs, area.key, delta=deltas)
    found = found.filter((pl.col("other_industry") == industry) & (pl.col("national_coefficient") > 0))
    known = set(mine) & set(jobs.filter(pl.col("value") > 0)["industry"])
    suppliers = [
        _supplier(chains, row, mine.get(row["industry"], {}), is_known=row["industry"] in known)
        for row in found.sort("national_coefficient", "industry", descending=[True, False]).rows(named=True)
    ]
    multipliers = national.regional_multipliers(jobs, area.key, delta=deltas).filter(industry=industry)
    every = float(here["value"].sum())
    return RegionalInputs(
        country=home,
        region=area.key,
        delta=delta or f"{DELTA:g}",
        year=year,
        suppliers=suppliers,
        sensitivity=_sensitivity(national, jobs, area.key, industry, known),
        share_in_region=_part(suppliers),
        **multipliers.select("output_multiplier", "national_output_multiplier").row(0, named=True),
        national_share=_bought_at_home(chains, home, industry),
        unknown=_unknown(suppliers),
        imputed_share=float((here["value"] * here["imputed_share"]).sum()) / every,
    )


def _home(chains: Chains, area: Area, country: str | None) -> str:
    """The country of the table that a region is in."""
    homes = chains.homes(area)
    if len(homes) > 1:
        named = " and ".join(chains.area(home) for home in homes)
        raise UsageError(
            f"{area.name} lies in {named}",
            where="region",
            remedy="choose a region of one country of the table",
        )
    if not homes or homes[0] == WORLD:
        raise NotFoundError(
            f"the table has no country that {area.name} is in", remedy="choose a region of the European Union"
        )
    if country not in (None, homes[0]):
        raise UsageError(
            f"{area.name} is not in {chains.area(country)}", where="region", remedy=f"country={homes[0]}"
        )
    return homes[0]


def _jobs(chains: Chains, home: str, year: int, area: Area) -> pl.DataFrame:
    """Jobs of a country's regions by industry of the table: ``region``, ``industry``, ``value``, ``imputed_share``."""
    import polars as pl

    jobs = chains.jobs(year, area).filter(pl.col("step") != OTHER).rename({"step": "industry"})
    codes = [code for code in jobs["region"].unique() if code == area.key or chains.home_of(code) == home]
    return jobs.filter(pl.col("region").is_in(codes))


def _supplier(chains: Chains, row: Row, jobs: Mapping[str, Any], *, is_known: bool) -> Row:
    coefficient = row["coefficient"] if is_known else None
    return {
        "industry": row["industry"],
        "name": chains.name(row["industry"]),
        "national_coefficient": row["national_coefficient"],
        "quotient": row["quotient"] if is_known else None,
        "coefficient": coefficient,
        "share_in_region": coefficient / row["national_coefficient"] if is_known else None,
        "persons_employed": jobs.get("value"),
        "imputed_share": jobs.get("imputed_share"),
    }


def _part(suppliers: list[Row]) -> float | None:
    known = [row for row in suppliers if row["coefficient"] is not None]
    every = sum(row["national_coefficient"] for row in known)
    return sum(row["coefficient"] for row in known) / every if every else None


def _unknown(suppliers: list[Row]) -> float | None:
    every = sum(row["national_coefficient"] for row in suppliers)
    blind = sum(row["national_coefficient"] for row in suppliers if row["coefficient"] is None)
    return blind / every if every else None


def _sensitivity(national: Any, jobs: pl.DataFrame, region: str, industry: str, known: set[str]) -> list[Row]:
    """The same for each of `DELTAS`, one for all industries."""
    import polars as pl

    rows = []
    for delta in DELTAS:
        found = national.regional_coefficients(jobs, region, delta=delta)
        mine = found.filter((pl.col("other_industry") == industry) & pl.col("industry").is_in(known))
        every = float(mine["national_coefficient"].sum())
        multipliers = national.regional_multipliers(jobs, region, delta=delta).filter(industry=industry)
        rows.append(
            {
                "delta": delta,
                "share_in_region": float(mine["coefficient"].sum()) / every if every else None,
                **multipliers.select(*SENSITIVITY[2:]).row(0, named=True),
            }
        )
    return rows


def _bought_at_home(chains: Chains, home: str, industry: str) -> float | None:
    """The part of an industry's inputs that it buys in its country."""
    suppliers = chains.partners(industry, home)["suppliers"]
    return float(suppliers.filter(country=home)["share"].sum()) if len(suppliers) else None
