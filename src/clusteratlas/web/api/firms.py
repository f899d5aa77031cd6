"""Endpoints of firms: small firms of a region in EU projects, rates of enterprises, profiles of kinds of firms."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Path, Query, Router, Schema
from pydantic import Field

from clusteratlas import taxonomies
from clusteratlas.atlas.observatory.firms import enterprises, firm_evidence
from clusteratlas.errors import NotFoundError
from clusteratlas.observatory.firms import firm_profiles
from clusteratlas.web.api.reading import reading

router = Router(tags=["Firms"])

Code = Path(
    ..., description="NUTS code of a region, any level, or of a country", max_length=20, examples=["BE10"]
)


class ProgrammeLine(Schema):
    """Small and medium-sized enterprises (SMEs) in a programme."""

    programme_id: str | None
    smes: int
    projects: int
    repeat_smes: int = Field(
        description="With at least two projects of the programme, in each with a part here as an SME"
    )
    repeat_share: float | None
    newcomers: int = Field(description="Without an earlier project of another programme")
    newcomer_share: float | None


class WinnerLine(Schema):
    """SMEs that won grants of an instrument."""

    instrument: str
    winners: int
    projects: int
    net_eu_contribution_eur: float | None


class CategoryLine(Schema):
    """SMEs in projects that speak of a category."""

    category_id: str
    category: str
    smes: int
    projects: int
    winners: int = Field(description="Of them, winners of the EIC or the SME instrument")


class Evidence(Schema):
    """What the projects of the release tell of a place's SMEs."""

    code: str
    smes: int
    projects: int
    repeat_smes: int
    programmes: list[ProgrammeLine]
    winners: list[WinnerLine]
    categories: list[CategoryLine]
    unknown: int = Field(
        description="Parts in projects whose publisher does not say whether the firm is an SME"
    )


class EnterpriseLine(Schema):
    """Enterprises of an industry in a year, as Eurostat counts them, and their rates."""

    nuts_code: str
    industry_code: str | None
    year: int
    active_enterprises: float | None
    enterprise_births: float | None
    enterprise_deaths: float | None
    high_growth_enterprises: float | None
    birth_rate: float | None
    death_rate: float | None
    churn_rate: float | None
    high_growth_share: float | None = Field(
        description="Of all active enterprises, not only those of ten employees"
    )


class RuleLine(Schema):
    """What a firm has to show."""

    indicator: str
    column: str | None
    bound: str
    amount: float
    certainty: str
    note: str


class KindLine(Schema):
    """A kind of firm; `of` names the kind that it is part of."""

    name: str
    title: str
    of: str | None
    rules: list[RuleLine]


class FirmProfileLine(Schema):
    """A definition of high-growth firms, gazelles, scale-ups ..."""

    name: str
    title: str
    source: str
    years: int = Field(description="Years over which growth is looked at")
    jump: float = Field(description="Factor from which a change in one year is doubtful")
    kinds: list[KindLine]


@reading(router, "/regions/{code}/firms", Evidence)
def get_region_firms(request: HttpRequest, code: str = Code) -> Any:
    """Small and medium-sized enterprises of a region in EU projects: by programme, instrument and category."""
    return firm_evidence(request.atlas, _known(code))


@reading(router, "/regions/{code}/enterprises", list[EnterpriseLine])
def get_region_enterprises(
    request: HttpRequest,
    code: str = Code,
    industry: str | None = Query(None, description="NACE code", max_length=20, examples=["C"]),
    year: int | None = Query(None, ge=1900, le=2200, description="The year"),
) -> list[dict[str, Any]]:
    """Birth, death and high-growth rates of a region's enterprises, where the release has Eurostat's counts."""
    rows = enterprises(request.atlas, _known(code)).rows(named=True)
    return [
        row
        for row in rows
        if (industry is None or row["industry_code"] == industry) and (year is None or row["year"] == year)
    ]


@reading(router, "/firm-profiles", list[FirmProfileLine])
def list_firm_profiles(request: HttpRequest) -> Any:
    """The definitions of high-growth enterprises, gazelles, start-ups and scale-ups, each with its rules."""
    return list(firm_profiles())


def _known(code: str) -> str:
    """The code in the spelling of NUTS; raises `NotFoundError` for one that is no place's."""
    found = taxonomies.nuts.normalise_code(code)
    if found not in taxonomies.regions():
        raise NotFoundError(
            f"there is no region '{code[:20]}'", where="code", remedy="give a NUTS code such as BE10"
        )
    return found
