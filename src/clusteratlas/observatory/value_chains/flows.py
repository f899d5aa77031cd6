"""One row a flow: a long table of flows made an input-output table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from clusteratlas.errors import InputError
from clusteratlas.observatory.frames import as_numbers, check_columns, lazy
from clusteratlas.observatory.matrices import Kind

SALES = ["from_country", "from_industry", "to_country", "to_industry", "final_use"]
OTHER = "primary_input"
VALUE_ADDED = "value added"
"""How the canonical table names value added among the primary inputs."""


@dataclass(frozen=True)
class Given:
    """The arguments of `InputOutput`, and the kind of frame they came in."""

    arguments: dict[str, Any]
    kind: Kind


def from_flows(frame: Any) -> Given:
    """A long table of flows as the arguments of `InputOutput`: see `InputOutput.from_flows`."""
    data, is_eager = lazy(frame)
    there = check_columns(data, [*SALES, "value"])
    columns = [*SALES, *([OTHER] if OTHER in there else []), "value"]
    rows = as_numbers(data.select(columns), ["value"]).collect(backend="polars").to_native()
    kind = Kind(frame, data.implementation, is_eager)
    sales = rows.filter(pl.col("from_industry").is_not_null())
    flows = sales.filter(pl.col("to_industry").is_not_null())
    sellers = sales.select(country="from_country", industry="from_industry").unique(maintain_order=True)
    buyers = flows.select(country="to_country", industry="to_industry").unique(maintain_order=True)
    sectors = pl.concat([sellers, buyers]).unique(maintain_order=True).with_row_index("at")
    final = sales.filter(pl.col("final_use").is_not_null())
    uses = final.select("to_country", "final_use").unique(maintain_order=True).with_row_index("at")
    _check_once(flows, SALES[:4])
    _check_once(final, [*SALES[:3], "final_use"])
    count = len(sectors)
    arguments = {
        "transactions": _matrix(flows, sectors, ["to_country", "to_industry"], sectors, count, count),
        "final_demand": _matrix(final, sectors, ["to_country", "final_use"], uses, count, max(len(uses), 1)),
        "countries": sectors["country"].to_list(),
        "industries": sectors["industry"].to_list(),
        "final_uses": [(country or "", use) for country, use in uses.select("to_country", "final_use").rows()]
        or ["final use"],
    }
    return Given(arguments | _value_added(rows, sectors), kind)


def _matrix(
    rows: pl.DataFrame, sellers: pl.DataFrame, to: list[str], buyers: pl.DataFrame, height: int, width: int
) -> np.ndarray:
    of = dict(zip(sellers.select("country", "industry").rows(), sellers["at"], strict=True))
    names = [name for name in buyers.columns if name != "at"]
    by = dict(zip(buyers.select(names).rows(), buyers["at"], strict=True))
    found = np.zeros((height, width))
    down = [of[key] for key in rows.select("from_country", "from_industry").rows()]
    across = [by[key] for key in rows.select(to).rows()]
    found[down, across] = rows["value"].fill_null(0.0).to_numpy()
    return found


def _value_added(rows: pl.DataFrame, sectors: pl.DataFrame) -> dict[str, Any]:
    if OTHER not in rows.columns:
        return {}
    added = rows.filter((pl.col(OTHER) == VALUE_ADDED) & pl.col("to_industry").is_not_null())
    if added.is_empty():
        return {}
    sums = added.group_by("to_country", "to_industry").agg(pl.col("value").sum())
    joined = sectors.join(
        sums, left_on=["country", "industry"], right_on=["to_country", "to_industry"], how="left"
    )
    return {"value_added": joined.sort("at")["value"].fill_null(0.0).to_list()}


def _check_once(rows: pl.DataFrame, keys: list[str]) -> None:
    twice = rows.filter(pl.struct(keys).is_duplicated())
    if len(twice):
        named = " ".join(str(part) for part in twice.select(keys).row(0))
        raise InputError(
            f"a flow is there twice: {named}",
            remedy="give one year of one table, or add the rows of a flow up first",
        )
