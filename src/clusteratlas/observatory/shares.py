"""How a total is spread: the shares of its parts beside the shares that the whole would give them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import narwhals.stable.v2 as nw

from clusteratlas.observatory.arguments import choose
from clusteratlas.observatory.frames import Panel, joined, ratio, refuse_same, total
from clusteratlas.observatory.imputed import IMPUTED, IMPUTED_SHARE, imputed_part, imputed_weight

OVER = {"industry": "region", "region": "industry"}
VALUE, WEIGHT = nw.col("__value"), nw.col("__weight")
PARTS, ROWS = nw.col("__parts"), nw.col("__rows")
SHARE = ratio(VALUE, nw.col("__total"))
"""A cell's share of its group's total; null where that is zero."""
WHOLE_SHARE = ratio(WEIGHT, nw.col("__whole"))
"""The share that the part has of the whole, all groups together."""
WHOLE_SQUARES = ratio(nw.col("__squares"), nw.col("__whole") * nw.col("__whole"))
"""The sum of the squared whole shares, of parts without a row too."""


@dataclass(frozen=True)
class Spread:
    """Groups (industries, or regions) spread over parts (regions, or industries).

    ``cells`` has a row for each known cell with its ``__value`` and the ``__weight`` of its part (the part's total over
    all groups); ``groups`` a row for each group: ``__total`` of its values, ``__rows`` that are known, and of the
    parts it is spread over their number ``__parts``, the sum of their weights ``__whole`` and of the squares
    ``__squares``. A part without a row in the group counts as zero; where the value is empty it is unknown, and the
    part is left out on both sides.
    """

    panel: Panel
    cells: nw.LazyFrame
    groups: nw.LazyFrame
    by: list[str]
    part: str

    def rows(self) -> nw.LazyFrame:
        """The known cells with what is known of their group."""
        return joined(self.cells, self.groups, self.by)

    def sums(self, terms: Mapping[str, nw.Expr]) -> nw.LazyFrame:
        """The groups, with each of the terms added up over their rows; 0 where there is none."""
        rows = self.rows().select(*self.by, *(term.alias(name) for name, term in terms.items()))
        added = rows.group_by(self.by).agg(nw.col(name).sum() for name in terms)
        found = joined(self.groups, added, self.by)
        return found.with_columns(nw.col(name).fill_null(0.0) for name in terms)

    def only(self, data: nw.LazyFrame, **results: nw.Expr) -> nw.LazyFrame:
        """The groups' keys and ``results``, which are null where the group's total is zero.

        And the imputed share of that total, where the caller tells what is imputed.
        """
        known = nw.col("__total") > 0
        made = [nw.when(known).then(e).alias(n) for n, e in results.items()]
        if self.panel.has_imputed:
            made.append(imputed_part(nw.col("__estimated"), nw.col("__total")).alias(IMPUTED_SHARE))
        refuse_same(self.by, [*results, IMPUTED_SHARE])
        return data.select(*self.by, *made)

    def given(self, data: nw.LazyFrame, **results: nw.Expr) -> Any:
        """`only`, as the kind of frame that the caller gave."""
        return self.panel.hand_back(self.only(data, **results))


def spread(panel: Panel, of: str, kept: str | None = None) -> Spread:
    """The panel's industries over regions (``of="industry"``) or its regions over industries (``of="region"``).

    ``kept``: a column of the cells that is needed beside.
    Raises `UsageError` for another ``of``.
    """
    choose(OVER, of=of)
    by, along = panel.by(of), panel.by(OVER[of])
    weights = panel.total("__weight", OVER[of]).with_columns(WEIGHT.fill_null(0.0))
    columns = [*panel.by("region", "industry"), *([kept] if kept else [])]
    columns += [IMPUTED] if panel.has_imputed else []
    data = joined(panel.data.select(*columns, nw.col(panel.value).alias("__value")), weights, along)
    found = Spread(panel, data.filter(~VALUE.is_null()), data, by, getattr(panel, OVER[of]))
    return replace(found, groups=_groups(found, data, weights))


def _groups(found: Spread, data: nw.LazyFrame, weights: nw.LazyFrame) -> nw.LazyFrame:
    """What is known of each group: see `Spread`."""
    unknown = VALUE.is_null()
    estimated = [imputed_weight("__value").alias("__estimated")] if found.panel.has_imputed else []
    counted = data.select(
        *found.by,
        *estimated,
        VALUE.fill_null(0.0).alias("__total"),
        (~unknown).cast(nw.Int64).alias("__rows"),
        unknown.cast(nw.Int64).alias("__lost"),
        *(nw.when(unknown).then(e).otherwise(0.0).alias(f"__lost_{n}") for n, e in _WEIGHTS.items()),
    )
    names = ["__total", "__rows", "__lost", *(f"__lost_{name}" for name in _WEIGHTS)]
    names += ["__estimated"] if estimated else []
    groups = counted.group_by(found.by).agg(nw.col(name).sum() for name in names)
    when = [] if found.panel.period is None else [found.panel.period]
    every = weights.select(
        *when, nw.lit(1).alias("__all"), *(e.alias(f"__all_{n}") for n, e in _WEIGHTS.items())
    )
    names = ["__all", *(f"__all_{name}" for name in _WEIGHTS)]
    wholes = [nw.col(name).sum() for name in names]
    groups = joined(groups, every.group_by(when).agg(*wholes) if when else every.select(*wholes), when)
    return groups.select(
        *found.by,
        "__total",
        "__rows",
        *(["__estimated"] if estimated else []),
        (nw.col("__all") - nw.col("__lost")).alias("__parts"),
        *((nw.col(f"__all_{n}") - nw.col(f"__lost_{n}")).alias(f"__{n}") for n in _WEIGHTS),
    )


_WEIGHTS = {"whole": WEIGHT, "squares": WEIGHT * WEIGHT}


def size_of_parts(found: Spread, group: str) -> nw.LazyFrame:
    """How many known parts each group has of each ``group`` of parts (its countries, say): ``__parts_of``."""
    panel = found.panel
    keys = [found.part, group, *([] if panel.period is None else [panel.period])]
    parts = panel.data.select(keys).unique()
    return total(parts.with_columns(nw.lit(1.0).alias("__one")), "__one", "__parts_of", keys[1:])
