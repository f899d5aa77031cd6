"""How much more of an industry a region has than the whole: location quotients and what is made of them."""

from __future__ import annotations

from typing import Any

import narwhals.stable.v2 as nw

from clusteratlas.observatory.frames import joined, ratio, take_panel


def location_quotient(
    frame: Any,
    *,
    region: str = "region",
    industry: str = "industry",
    value: str = "value",
    period: str | None = None,
) -> Any:
    """The share of an industry in a region's total over its share in the total of all regions.

    LQ = (e_ir / e_r) / (E_i / E). Without unit; null where a total is zero. The frame comes back with
    the column ``location_quotient`` added.

    Raises `InputError` for wrong columns, cells that are there twice, negative values and texts.

    >>> import polars as pl
    >>> jobs = pl.DataFrame({"region": ["A", "B"], "industry": ["x", "x"], "value": [3, 1]})
    >>> location_quotient(jobs)["location_quotient"].to_list()
    [1.0, 1.0]
    """
    panel = take_panel(frame, region=region, industry=industry, value=value, period=period)
    data = joined(panel.data, panel.total("__region", "region"), panel.by("region"))
    data = joined(data, panel.total("__industry", "industry"), panel.by("industry"))
    data = joined(data, panel.total("__all"), panel.by())
    quotient = ratio(nw.col(value) * nw.col("__all"), nw.col("__region") * nw.col("__industry"))
    return panel.hand_back(data.select(*panel.columns, quotient.alias("location_quotient")))
