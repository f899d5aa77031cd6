"""Values on their way out: as JSON has them, and as cells that no spreadsheet runs as a formula."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Mapping
from datetime import date, time
from decimal import Decimal
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pyarrow as pa

# Full-width signs start a formula too, once a spreadsheet has made them narrow.
_STARTS = "[=+\\-@\t\r\n＝＋－＠]"
_FORMULA = re.compile(_STARTS)
_NUMBER = re.compile(r"[+-]?(\d+([.,]\d*)?|[.,]\d+)([eE][+-]?\d+)?")


def defused(value: Any) -> Any:
    """A value that no spreadsheet runs as a formula; numbers, and texts that are numbers, stay as they are.

    >>> defused("=HYPERLINK(1)"), defused("-12.5"), defused(-3), defused("@home")
    ("'=HYPERLINK(1)", '-12.5', -3, "'@home")
    """
    if isinstance(value, str) and _FORMULA.match(value) and not _NUMBER.fullmatch(value):
        return f"'{value}"
    return value


def plain(value: Any) -> Any:
    """A value as JSON has it: dates in ISO 8601, no NaN, decimals as numbers.

    >>> plain(date(2024, 5, 1)), plain(float("nan")), plain([Decimal("1.5")])
    ('2024-05-01', None, [1.5])
    """
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Decimal):
        return float(value) if value.is_finite() else None
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(key): plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(one) for one in value]
    return value if value is None or isinstance(value, str | int | bool) else str(value)


def cell(value: Any) -> Any:
    """A value for one cell of a CSV file: safe, lists and objects as JSON.

    >>> cell(True), cell(["a", 1]), cell("=1")
    ('true', '["a", 1]', "'=1")
    """
    if isinstance(value, bool):
        return "true" if value else "false"
    value = plain(value)
    return json.dumps(value, ensure_ascii=False) if isinstance(value, list | dict) else defused(value)


def plain_column(column: pa.Array) -> list[Any]:
    """The values of an Arrow column as JSON has them."""
    return _column(column, plain)


def cell_column(column: pa.Array) -> list[Any]:
    """The values of an Arrow column as cells of a CSV file."""
    return _column(column, cell)


def _column(column: pa.Array, convert: Callable[[Any], Any]) -> list[Any]:
    """Values converted one by one, but for columns of which Arrow can tell that there is nothing to do."""
    values = python_column(column)
    return values if _is_clean(column, convert) else [v if v is None else convert(v) for v in values]


def _is_clean(column: pa.Array, convert: Callable[[Any], Any]) -> bool:
    import pyarrow as pa
    import pyarrow.compute as pc

    kind = column.type
    if pa.types.is_string(kind) or pa.types.is_large_string(kind):
        return convert is plain or not pc.any(pc.match_substring_regex(column, f"^{_STARTS}")).as_py()
    if pa.types.is_floating(kind):
        return pc.all(pc.is_finite(column)).as_py() is not False
    return pa.types.is_integer(kind) or (convert is plain and pa.types.is_boolean(kind))


def python_column(column: pa.Array) -> list[Any]:
    """The values of an Arrow column as Python's; moments to the microsecond, in UTC and without saying so."""
    import pyarrow as pa

    if pa.types.is_timestamp(column.type):
        return column.cast(pa.timestamp("us"), safe=False).to_pylist()
    return column.to_pylist()
