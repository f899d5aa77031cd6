"""What each firm had in the years around one, by group-bys and joins and no window."""

from __future__ import annotations

from collections.abc import Sequence

import narwhals.stable.v2 as nw

from clusteratlas.errors import InputError
from clusteratlas.observatory.arguments import choose_among
from clusteratlas.observatory.firms.panel import Firms


def at(name: str, offset: int) -> str:
    """The column that holds ``name`` so many years later (or earlier).

    >>> at("employees", 0), at("employees", -3), at("there", 1)
    ('employees_0', 'employees_m3', 'there_p1')
    """
    return f"{name}_{'m' if offset < 0 else 'p' if offset else ''}{abs(offset)}"


def around(
    firms: Firms, year: int, *, back: int = 0, ahead: int = 0, measures: Sequence[str] = (), labelled: int = 0
) -> nw.LazyFrame:
    """A row for each firm seen by ``year + ahead``: what it had in the years from ``back`` before to ``ahead`` after.

    Columns: ``firm``; for each offset ``there_*`` (1 or 0) and each measure (null when not told); ``first_seen``;
    ``birth_year`` (the earliest told, null when none is); ``merger`` (1 when one is marked after the first year of
    the span, up to ``year``); the labels as of ``year``, else of the latest of the ``labelled`` years before it.
    """
    data = firms.data.filter(nw.col("year") <= year + ahead)
    when, cells, offsets = nw.col("year"), [], range(-back, ahead + 1)
    for offset in offsets:
        is_then = when == year + offset
        cells.append(nw.when(is_then).then(nw.lit(1)).max().alias(at("there", offset)))
        cells.extend(nw.when(is_then).then(nw.col(m)).max().alias(at(m, offset)) for m in measures)
    cells.append(when.min().alias("first_seen"))
    if "birth_year" in firms.names:
        cells.append(nw.col("birth_year").min())
    if "merger" in firms.names:
        is_within = (when > year - back) & (when <= year)
        cells.append(nw.when(is_within).then(nw.col("merger")).max().alias("merger"))
    there = [nw.col(at("there", offset)).fill_null(0).alias(at("there", offset)) for offset in offsets]
    return _labelled(firms, data.group_by("firm").agg(cells).with_columns(there), year, labelled)


def _labelled(firms: Firms, grouped: nw.LazyFrame, year: int, back: int) -> nw.LazyFrame:
    """The firms with their labels, by a join: engines group by numbers faster than they carry words along."""
    if not firms.labels:
        return grouped
    for offset in range(back + 1):
        of_year = firms.data.filter(nw.col("year") == year - offset)
        names = [nw.col(name).alias(at(f"__{name}", -offset)) for name in firms.labels]
        grouped = grouped.join(of_year.select("firm", *names), on="firm", how="left")
    latest = [
        nw.coalesce(*(nw.col(at(f"__{name}", -offset)) for offset in range(back + 1))).alias(name)
        for name in firms.labels
    ]
    kept = [name for name in grouped.collect_schema().names() if not name.startswith("__")]
    return grouped.select(*kept, *latest)


def beside_earlier(firms: Firms, year: int, measures: Sequence[str], offsets: Sequence[int]) -> nw.LazyFrame:
    """The firms that are there in ``year``, beside what they had at ``offsets`` (years, below 0), joined by firm.

    Columns: ``firm``, ``year``, the labels, each measure at 0 and at the offsets (null when not told).
    """
    names = [nw.col(m).alias(at(m, 0)) for m in measures]
    data = firms.data.filter(nw.col("year") == year).select("firm", "year", *firms.labels, *names)
    for offset in offsets:
        names = [nw.col(m).alias(at(m, offset)) for m in measures]
        then = firms.data.filter(nw.col("year") == year + offset).select("firm", *names)
        data = data.join(then, on="firm", how="left")
    return data


def with_facts(firms: Firms, data: nw.LazyFrame) -> nw.LazyFrame:
    """``data`` with what the whole panel tells of each firm: ``first_seen`` and the earliest ``birth_year`` told."""
    facts = [nw.col("year").min().alias("first_seen")]
    if "birth_year" in firms.names:
        facts.append(nw.col("birth_year").min())
    return data.join(firms.data.group_by("firm").agg(facts), on="firm", how="left")


def mergers(firms: Firms, data: nw.LazyFrame, year: int, years: int) -> nw.LazyFrame:
    """``data`` with ``merger``: 1 where one is marked in the last ``years`` up to ``year``, else 0."""
    is_within = (nw.col("year") > year - years) & (nw.col("year") <= year)
    marked = firms.data.filter(is_within & (nw.col("merger") > 0)).select("firm").unique()
    data = data.join(marked.with_columns(nw.lit(1).alias("merger")), on="firm", how="left")
    return data.with_columns(nw.col("merger").fill_null(0))


def born(firms: Firms) -> nw.Expr:
    """The year a firm was born, of the frame that `around` or `with_facts` gives; null when it cannot be told.

    The earlier of the year told and the first year seen; where none is told, the first year seen, unless that is the
    panel's first: such a firm may be of any age.
    """
    seen = nw.col("first_seen")
    by_sight = nw.when(seen > firms.start).then(seen)
    if "birth_year" not in firms.names:
        return by_sight
    told = nw.col("birth_year")
    return nw.when(~told.is_null()).then(nw.min_horizontal(told, seen)).otherwise(by_sight)


def chosen_years(firms: Firms, year: int | None, back: int) -> list[int]:
    """The years that can be looked at: in the panel, with the year ``back`` before in it too (0 in an empty panel).

    Raises `UsageError` for a ``year`` that is not in the panel, `InputError` when no year has one so long before.
    """
    if not firms.years:
        return [0]
    choose_among("year", firms.years, year=year)
    wanted = firms.years if year is None else (year,)
    found = [one for one in wanted if one - back in firms.years]
    if not found:
        told = ", ".join(map(str, firms.years[:10]))
        raise InputError(
            f"the panel does not reach from {year - back} to {year}"
            if year
            else f"no two years lie {back} apart",
            remedy=f"the panel has {told}; {back} years of growth need {back + 1} years",
        )
    return found


def together(parts: Sequence[nw.LazyFrame]) -> nw.LazyFrame:
    """The rows of several lazy frames with the same columns."""
    return parts[0] if len(parts) == 1 else nw.concat(list(parts), how="vertical")
