"""The indicator that each criterion of a star profile asks for, as a work column of the panel."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import narwhals.stable.v2 as nw

from clusteratlas.errors import InputError, UsageError, nearest
from clusteratlas.observatory.frames import (
    Panel,
    as_numbers,
    check_cells,
    check_columns,
    joined,
    lazy,
    ratio,
    total,
)
from clusteratlas.observatory.strength.profile import Criterion, StarProfile

UNKNOWN = nw.lit(None, dtype=nw.Float64)


@dataclass(frozen=True)
class Whole:
    """Against what a cell is held: the reference area's industries, and the regions' whole employment, if given."""

    reference: nw.LazyFrame | None = None
    totals: nw.LazyFrame | None = None


def take_whole(panel: Panel, reference: Any, totals: Any) -> Whole:
    """Check the frames ``reference`` (industry, value) and ``totals`` (region, value), each with the panel's names.

    Raises `UsageError` when both are given: they would disagree about what the whole is.
    """
    if reference is not None and totals is not None:
        raise UsageError("both reference and totals are given", remedy="give the one that holds the whole")
    return Whole(_table(panel, reference, panel.industry), _table(panel, totals, panel.region))


def _table(panel: Panel, frame: Any, key: str) -> nw.LazyFrame | None:
    if frame is None:
        return None
    data, _ = lazy(frame)
    if data.implementation != panel.data.implementation:
        raise InputError(
            f"a frame of {data.implementation.name} beside one of {panel.data.implementation.name}",
            remedy="give frames of one kind",
        )
    keys = [name for name in (key, panel.period) if name is not None]
    check_columns(data, [*keys, panel.value])
    data = as_numbers(data, [panel.value])
    check_cells(data, keys, panel.value)
    return data.select(*keys, panel.value)


def column_of(criterion: Criterion, panel: Panel, columns: Mapping[str, str]) -> str | None:
    """The caller's column that a criterion reads its indicator from; None when it is not there or not needed."""
    wanted = criterion.needs or (criterion.indicator if criterion.indicator == "growth" else None)
    if wanted is None:
        return None
    name = columns.get(wanted, wanted)
    return name if name in panel.columns else None


def check_mapping(profile: StarProfile, panel: Panel, columns: Mapping[str, str]) -> None:
    """Raise for names that the profile does not use and for columns that are not there."""
    used = {c.needs for c in profile.criteria if c.needs}
    used |= {"growth"} if any(c.indicator == "growth" for c in profile.criteria) else set()
    for wanted, name in columns.items():
        if wanted not in used:
            raise UsageError(
                f"profile '{profile.name}' reads no column '{wanted}'",
                remedy=nearest(wanted, used) if used else "leave columns= out",
            )
        if name not in panel.columns:
            raise InputError(f"there is no column '{name}'", remedy=nearest(name, panel.columns))


def with_indicators(
    panel: Panel, profile: StarProfile, whole: Whole, columns: Mapping[str, str]
) -> nw.LazyFrame:
    """The panel's data with a column ``__<criterion>`` for each criterion: its indicator, null where unknown."""
    given = {c.name: column_of(c, panel, columns) for c in profile.criteria}
    data = as_numbers(panel.data, sorted({name for name in given.values() if name is not None}))
    data = _with_totals(data, panel, whole, {c.indicator for c in profile.criteria})
    for years in sorted({c.years for c in profile.criteria if c.years and given[c.name] is None}):
        if panel.period is not None:
            data = _with_earlier(data, panel, years)
    return data.with_columns(
        _indicator(c, panel, given[c.name]).alias(f"__{c.name}") for c in profile.criteria
    )


def _with_totals(data: nw.LazyFrame, panel: Panel, whole: Whole, indicators: set[str]) -> nw.LazyFrame:
    """``data`` with the totals that these indicators are shares of."""
    value = panel.value
    if indicators & {"location_quotient", "focus"}:
        source = panel.data if whole.totals is None else whole.totals
        data = joined(data, total(source, value, "__e_r", panel.by("region")), panel.by("region"))
    if indicators & {"location_quotient", "share_of_category"}:
        source = panel.data if whole.reference is None else whole.reference
        data = joined(data, total(source, value, "__e_c", panel.by("industry")), panel.by("industry"))
    if "location_quotient" in indicators:
        source = next((t for t in (whole.reference, whole.totals) if t is not None), panel.data)
        data = joined(data, total(source, value, "__e", panel.by()), panel.by())
    return data


def _with_earlier(data: nw.LazyFrame, panel: Panel, years: int) -> nw.LazyFrame:
    """``data`` with the value of the same cell so many years before."""
    if panel.period is None or not data.collect_schema()[panel.period].is_integer():
        raise InputError(
            f"growth over {years} years needs years as whole numbers in column '{panel.period}'",
            remedy="turn them into numbers, or give a column 'growth'",
        )
    keys = [panel.region, panel.industry, panel.period]
    earlier = panel.data.select(
        panel.region,
        panel.industry,
        (nw.col(panel.period) + years).cast(data.collect_schema()[panel.period]).alias(panel.period),
        nw.col(panel.value).alias(f"__before_{years}"),
    )
    return joined(data, earlier, keys)


def _indicator(criterion: Criterion, panel: Panel, given: str | None) -> nw.Expr:
    value = nw.col(panel.value)
    if given is not None:
        return nw.when(nw.col(given).is_finite()).then(nw.col(given))
    match criterion.indicator:
        case "location_quotient":
            return ratio(value * nw.col("__e"), nw.col("__e_r") * nw.col("__e_c"))
        case "focus":
            return ratio(value, nw.col("__e_r"))
        case "share_of_category":
            return ratio(value, nw.col("__e_c"))
        case "value":
            return value
        case "growth" if panel.period is not None and criterion.years:
            return ratio(value, nw.col(f"__before_{criterion.years}")) ** (1 / criterion.years) - 1
    return UNKNOWN
