"""What the page shows of a panel: verdicts, births and deaths, job flows, growth, and a table that keeps secrets."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import polars as pl
from django.utils.safestring import SafeString, mark_safe

from clusteratlas.charts.firms import job_flows_svg, tent_svg
from clusteratlas.errors import InputError
from clusteratlas.observatory import firms
from clusteratlas.observatory.firms.profile import FirmProfile

LISTED = 100
"""Firms that the page lists; the file has all."""
MOST_HEADS = 20
"""Regions and industries, of each, that the page has a table of: more would take minutes to guard."""


@dataclass(frozen=True)
class Results:
    """All that the template needs of a panel; parts that it is too short for are None."""

    profile: FirmProfile
    year: int
    firms: int
    rows: int
    years: tuple[int, int]
    headline: str
    kinds: list[dict[str, Any]]
    verdicts: list[dict[str, Any]]
    more: int
    demography: list[dict[str, Any]]
    flows: list[dict[str, Any]]
    flows_figure: SafeString
    tent: dict[str, Any] | None
    tent_figure: SafeString
    lasting: dict[str, Any] | None
    table: dict[str, Any] | None
    crowd: dict[str, int] | None


def results(panel: pl.DataFrame, profile: str, measure: str) -> Results:
    """Everything that can be said of a panel; raises `InputError` when it is none, or too short for its profile."""
    chosen = firms.firm_profile(profile)
    judged = firms.verdicts(panel, chosen, measure=measure)
    year = judged["year"].max()
    if year is None:
        raise InputError("the panel has no active firm in a year that can be judged")
    now = judged.filter(year=year)
    kinds = [_kind(now, kind.name, kind.title) for kind in chosen.kinds]
    first = f"is_{chosen.kinds[0].name}"
    now = now.sort(
        [f"is_{k.name}" for k in reversed(chosen.kinds)] + ["growth"], descending=True, nulls_last=True
    )
    crowd = _crowd(panel, chosen, year)
    flows = _flows(panel, measure)
    tent, drawn = _tent(panel, measure)
    return Results(
        chosen,
        year,
        now["firm"].n_unique(),
        panel.height,
        (panel["year"].min(), panel["year"].max()),
        _headline(kinds, now.height, year),
        kinds,
        [_line(row, chosen) for row in now.head(LISTED).rows(named=True)],
        max(now.height - LISTED, 0),
        firms.demography(panel).sort("year").rows(named=True),
        flows,
        _safe(
            job_flows_svg(
                {r["year"]: (r["creation"], r["destruction"]) for r in flows}, _flows_said(flows, measure)
            )
        ),
        tent,
        drawn,
        _lasting(panel, chosen, first.removeprefix("is_"), measure),
        None if crowd else _table(panel, chosen, measure, year),
        crowd,
    )


def _kind(now: pl.DataFrame, name: str, title: str) -> dict[str, Any]:
    verdict = now[f"is_{name}"]
    return {"name": name, "title": title, "yes": int(verdict.sum() or 0), "unknown": verdict.null_count()}


def _headline(kinds: list[dict[str, Any]], firms_there: int, year: int) -> str:
    first = kinds[0]
    told = f"{first['yes']} of {firms_there:,} firms {_is(first['yes'], first['title'])} in {year}"
    rest = [f"{kind['yes']} {_is(kind['yes'], kind['title'])}" for kind in kinds[1:]]
    return "; ".join([told, *rest])


def _is(count: int, title: str) -> str:
    return f"is a {title}" if count == 1 else f"are {title}s"


def _line(row: dict[str, Any], profile: FirmProfile) -> dict[str, Any]:
    """A firm with the verdict on each kind: the reason of the first that it is not, or of the last that it is."""
    verdicts = [(kind.title, row[f"is_{kind.name}"], row[f"{kind.name}_reason"]) for kind in profile.kinds]
    return {**row, "verdicts": verdicts}


def _flows(panel: pl.DataFrame, measure: str) -> list[dict[str, Any]]:
    try:
        return firms.job_flows(panel, measure=measure).sort("year").rows(named=True)
    except InputError:
        return []


def _flows_said(flows: list[dict[str, Any]], measure: str) -> str:
    if not flows:
        return ""
    last = flows[-1]
    what = "Jobs" if measure == "employees" else measure.capitalize()
    made, lost = (f"{last[name]:,.0f}" for name in ("creation", "destruction"))
    return f"{what} created and destroyed by year; {made} and {lost} in {last['year']}"


def _tent(panel: pl.DataFrame, measure: str) -> tuple[dict[str, Any] | None, SafeString]:
    """The growth rates of all pairs of years together, and their figure."""
    try:
        grown = firms.firm_growth(panel, measure=measure, years=1).drop_nulls("log_growth")
    except InputError:
        return None, _safe("")
    rates = grown["log_growth"]
    scale = float((rates - rates.median()).abs().mean() or 0) if rates.len() > 20 else 0.0
    if not scale:
        return None, _safe("")
    found = {
        "firms": rates.len(),
        "median": float(rates.median()),
        "scale": scale,
        "top": float(rates.quantile(0.9, "linear")),
        "bottom": float(rates.quantile(0.1, "linear")),
    }
    drawn = tent_svg(
        rates.to_list(),
        found["median"],
        scale,
        "How many firm-years grew at which rate, on a logarithmic scale",
    )
    return found, _safe(drawn)


def _lasting(panel: pl.DataFrame, profile: FirmProfile, kind: str, measure: str) -> dict[str, Any] | None:
    try:
        rows = firms.persistence(panel, profile, kind=kind, measure=measure).sort("year").rows(named=True)
    except InputError:
        return None
    return rows[-1] if rows and rows[-1]["firms"] else None


def _crowd(panel: pl.DataFrame, profile: FirmProfile, year: int) -> dict[str, int] | None:
    """How many regions and industries there are, when these are too many for a table on the page; else None."""
    if not {"region", "industry"} <= set(panel.columns):
        return None
    seen = panel.filter(pl.col("year").is_between(year - profile.years, year))
    found = {"regions": seen["region"].n_unique(), "industries": seen["industry"].n_unique()}
    return found if max(found.values()) > MOST_HEADS else None


def _table(panel: pl.DataFrame, profile: FirmProfile, measure: str, year: int) -> dict[str, Any] | None:
    """The table by region and industry: heads, and rows of cells (number, whether hidden)."""
    by = [name for name in ("region", "industry") if name in panel.columns]
    if len(by) < 2:
        return None
    found = firms.tabulate(panel, profile, by=by, measure=measure, year=year)
    cells = {(row["region"], row["industry"]): row for row in found.rows(named=True)}
    heads = [[*sorted({key[i] for key in cells} - {"total"}), "total"] for i in (0, 1)]
    rows = [(region, [cells.get((region, industry)) for industry in heads[1]]) for region in heads[0]]
    kind = f"{profile.kinds[0].name}_firms"
    return {"heads": heads[1], "rows": rows, "hidden": found[kind].null_count(), "kind": kind}


def _safe(svg: str) -> SafeString:
    return mark_safe(svg)  # noqa: S308 - made of numbers and escaped texts in charts
