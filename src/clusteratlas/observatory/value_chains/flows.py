"""One row a flow: a long table of flows made an input-output table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from clusteratlas.errors import InputError
from clusteratlas.observatory.frames import as_numbers, check_columns, lazy
from clusteratlas.observatory.matrices import Kind

KEYS = ["from_kind", "from_country", "from_code", "to_kind", "to_country", "to_code"]
INDUSTRY, FINAL_USE, PRIMARY, OUTPUT = "industry", "final use", "primary input", "output"
VALUE_ADDED = ["VA", "VALU", "r64", "D1", "D29X39", "B2A3G"]
"""Primary inputs that are value added, as OECD, WIOD and FIGARO (in three parts) name it."""
PART = r"^(CN|MX)[1-9]$"
"""Parts of a country: of China those that work for export processing, say."""
INCOME = ["D1"]
"""Compensation of employees."""


@dataclass(frozen=True)
class Given:
    """The arguments of `InputOutput`, and the kind of frame they came in."""

    arguments: dict[str, Any]
    kind: Kind


def from_flows(frame: Any) -> Given:
    """A long table of flows as the arguments of `InputOutput`: see `InputOutput.from_flows`."""
    data, is_eager = lazy(frame)
    check_columns(data, [*KEYS, "value"])
    rows = as_numbers(data.select(*KEYS, "value"), ["value"]).collect(backend="polars").to_native()
    _check_once(rows)
    rows = _whole_countries(rows)
    sells = rows.filter(from_kind=INDUSTRY)
    flows, final = sells.filter(to_kind=INDUSTRY), sells.filter(to_kind=FINAL_USE)
    if flows.is_empty():
        raise InputError("no flow leads from an industry to another", remedy="see from_kind and to_kind")
    sectors = _places(sells, "from").extend(_places(rows.filter(to_kind=INDUSTRY), "to"))
    sectors = sectors.unique(maintain_order=True).with_row_index("at")
    uses = _places(final, "to").with_row_index("at")
    arguments = {
        "transactions": _matrix(flows, sectors, sectors),
        "final_demand": _matrix(final, sectors, uses) if len(uses) else np.zeros((len(sectors), 1)),
        "countries": sectors["country"].to_list(),
        "industries": sectors["code"].to_list(),
        "final_uses": uses.select("country", "code").rows() or ["final use"],
        "output": _sums(sells.filter(to_kind=OUTPUT), sectors, "from"),
    }
    primary = rows.filter(from_kind=PRIMARY, to_kind=INDUSTRY)
    is_added = pl.col("from_code").is_in(VALUE_ADDED)
    for name, which in (
        ("value_added", is_added),
        ("other_inputs", ~is_added),
        ("income", pl.col("from_code").is_in(INCOME)),
    ):
        arguments[name] = _sums(primary.filter(which), sectors, "to")
    return Given(arguments, kind=Kind(frame, data.implementation, is_eager))


def _whole_countries(rows: pl.DataFrame) -> pl.DataFrame:
    """The parts in which the OECD's extended tables give China and Mexico (CN1, CN2), added up.

    Such a table has the industries of the parts, and the final uses of the whole.
    """
    sides = ("from_country", "to_country")
    if (
        not rows.select(pl.any_horizontal(pl.col(sides).str.contains(PART).fill_null(False)))
        .to_series()
        .any()
    ):
        return rows
    whole = rows.with_columns(pl.col(sides).str.replace(PART, "${1}"))
    return whole.group_by(KEYS, maintain_order=True).agg(pl.col("value").sum())


def _places(rows: pl.DataFrame, side: str) -> pl.DataFrame:
    return rows.select(country=f"{side}_country", code=f"{side}_code").unique(maintain_order=True)


def _matrix(rows: pl.DataFrame, down: pl.DataFrame, across: pl.DataFrame) -> np.ndarray:
    found = np.zeros((len(down), len(across)))
    places = _at(_at(rows, down, "from"), across, "to")
    found[places["at_from"].to_numpy(), places["at_to"].to_numpy()] = (
        places["value"].fill_null(0.0).to_numpy()
    )
    return found


def _at(rows: pl.DataFrame, sides: pl.DataFrame, side: str) -> pl.DataFrame:
    named = sides.rename({"country": f"{side}_country", "code": f"{side}_code", "at": f"at_{side}"})
    return rows.join(named, on=[f"{side}_country", f"{side}_code"], how="left")


def _sums(rows: pl.DataFrame, sectors: pl.DataFrame, side: str) -> list[float] | None:
    if rows.is_empty():
        return None
    sums = rows.group_by(f"{side}_country", f"{side}_code").agg(pl.col("value").sum())
    joined = sectors.join(
        sums, left_on=["country", "code"], right_on=[f"{side}_country", f"{side}_code"], how="left"
    )
    return joined.sort("at")["value"].fill_null(0.0).to_list()


def _check_once(rows: pl.DataFrame) -> None:
    twice = rows.filter(pl.struct(KEYS).is_duplicated())
    if len(twice):
        named = " ".join(str(part) for part in twice.select(KEYS).row(0))
        raise InputError(
            f"a flow is there twice: {named}",
            remedy="give one year of one table, or add the rows of a flow up first",
        )
