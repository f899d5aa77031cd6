"""What a table's indicators measure, in the atlas's own names: the entries of ``measures.yml`` as SQL."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

from clusteratlas.sources.sql import literal, quoted


@cache
def _document() -> dict[str, Any]:
    import yaml

    return yaml.safe_load(Path(__file__).with_name("measures.yml").read_text("utf-8"))


def measure(dataset: str, indicator: str | None, columns: Iterable[str]) -> str:
    """SQL for the measure of a cell; NULL where we have no name for it.

    ``indicator`` is SQL for the indicator's code, None for a table without; ``columns`` are those of the cells.

    >>> found = measure("sbs_r_nuts06_r2", "d_indic_sb", ["d_indic_sb"])
    >>> "WHEN d_indic_sb = 'V16110' THEN 'persons_employed'" in found
    True
    >>> measure("nama_10r_3gdp", None, ["d_unit"])
    "CASE WHEN true THEN 'gdp' END"
    """
    return _case(_conditions(dataset, indicator, columns), "measure", "NULL::VARCHAR")


def unit(dataset: str, indicator: str | None, columns: Iterable[str]) -> str:
    """SQL for the unit of a cell: that of its measure, else that of the table, else NULL.

    >>> unit("some_table", None, ["d_geo"])
    'NULL::VARCHAR'
    """
    columns = list(columns)
    published = "NULL::VARCHAR"
    if "d_unit" in columns:
        named = " ".join(f"WHEN {literal(k)} THEN {literal(v)}" for k, v in _document()["units"].items())
        published = f"CASE d_unit {named} ELSE d_unit END"
    return _case(_conditions(dataset, indicator, columns), "unit", published)


def _conditions(dataset: str, indicator: str | None, columns: Iterable[str]) -> list[tuple[str, dict]]:
    """The entries that may hold for cells of a table, each with the SQL that says when it does."""
    found, columns = [], set(columns)
    for entry in _document()["measures"]:
        when = entry.get("when", {})
        if dataset not in entry.get("datasets", [dataset]) or not {f"d_{name}" for name in when} <= columns:
            continue
        if "indicator" in entry and indicator is None:
            continue
        parts = [f"{quoted(f'd_{name}')} = {literal(value)}" for name, value in when.items()]
        if "indicator" in entry:
            parts.append(f"{indicator} = {literal(entry['indicator'])}")
        found.append((" AND ".join(parts) or "true", entry))
    return found


def _case(conditions: list[tuple[str, dict]], key: str, otherwise: str) -> str:
    whens = [f"WHEN {sql} THEN {literal(entry[key])}" for sql, entry in conditions if key in entry]
    if not whens:
        return otherwise
    return f"CASE {' '.join(whens)}{'' if otherwise.startswith('NULL') else f' ELSE {otherwise}'} END"
