"""How the ticks of an axis of figures are written: as the figures themselves are."""

from __future__ import annotations

from typing import Any

NUMBER = "datum.value >= 1e6 ? format(datum.value / 1e6, '~g') + ' m' : format(datum.value, ',~g')"
"""A number in full, millions in short: no prefix of physics, where `m` would be a thousandth."""

WHOLE = f"datum.value % 1 ? '' : {NUMBER}"
"""The same for what is counted: there is no half of it."""

CHANGE = "datum.value ? format(datum.value, '+~%') : format(0, '~%')"
"""A change with its sign; nought has none."""


def ticks(number: str, count: int) -> dict[str, Any]:
    """Properties of an axis with about ``count`` ticks whose figures have the d3 format ``number``.

    >>> ticks(".1%", 4)["format"], ticks("+.1%", 4)["labelExpr"] == CHANGE, ticks(",.0f", 4)["labelExpr"] == WHOLE
    ('~%', True, True)
    """
    if number.startswith("+"):
        return {"tickCount": count, "labelExpr": CHANGE}
    if number.endswith("%"):
        return {"tickCount": count, "format": "~%"}
    return {"tickCount": count, "labelExpr": WHOLE if number == ",.0f" else NUMBER}
