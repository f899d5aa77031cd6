"""Classes of a map's values: few, named, and the same whether read by colour or by words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import floor, log10

QUOTIENT_EDGES = (0.5, 0.8, 1.25, 2.0)
"""Edges for location quotients: about as in Europe is from four fifths to five quarters."""

CLASSES = 5
UNKNOWN = "no figure"


@dataclass(frozen=True)
class Classes:
    """Classes from little to much: ``edges`` between them, and ``labels`` (one more than edges)."""

    edges: tuple[float, ...]
    labels: tuple[str, ...]

    def label(self, value: float | None) -> str:
        """The class of a value.

        >>> classes([], edges=(1.0, 2.0)).label(1.0)
        '1 to 2'
        """
        return UNKNOWN if value is None else self.labels[sum(value >= edge for edge in self.edges)]


def classes(values: Iterable[float], edges: Sequence[float] | None = None, percent: bool = False) -> Classes:
    """The given classes, or such that each holds about a fifth of the values, at round figures.

    >>> classes([1, 2, 3, 4, 50, 60, 70, 800, 900, 1000]).labels
    ('under 3', '3 to 50', '50 to 70', '70 to 900', '900 or more')
    """
    chosen = tuple(edges) if edges is not None else _fifths(sorted(values))
    if not chosen:
        return Classes((), ("all",))
    said = [_said(edge, percent) for edge in chosen]
    between = [f"{low} to {high}" for low, high in pairwise(said)]
    return Classes(chosen, (f"under {said[0]}", *between, f"{said[-1]} or more"))


def _fifths(values: list[float]) -> tuple[float, ...]:
    if not values:
        return ()
    cuts = [_rounded(values[len(values) * at // CLASSES]) for at in range(1, CLASSES)]
    return tuple(sorted({cut for cut in cuts if values[0] < cut <= values[-1]}))


def _rounded(value: float) -> float:
    """Two digits that count.

    >>> _rounded(1234.0), _rounded(0.01234)
    (1200.0, 0.012)
    """
    return round(value, 1 - floor(log10(abs(value)))) if value else 0.0


def _said(value: float, percent: bool) -> str:
    return f"{value * 100:,.10g} %" if percent else f"{value:,.10g}"
