"""Arguments of the wrong kind end with a sentence, not with an engine's error."""

from __future__ import annotations

import datetime

import polars as pl
import pyarrow as pa
import pytest

from clusteratlas import observatory
from clusteratlas.errors import InputError, UsageError

CELLS = pl.DataFrame(
    {
        "region": ["A", "B"],
        "industry": ["x", "x"],
        "value": [1.0, 2.0],
        "day": [datetime.date(2024, 1, 1)] * 2,
    }
)


@pytest.mark.parametrize(
    "name", ["location_quotient", "focus", "gini", "herfindahl", "complexity", "relatedness", "theil"]
)
@pytest.mark.parametrize("role", ["region", "value"])
@pytest.mark.parametrize("wrong", [5, 1.5, True, ["value"], {"a": 1}, CELLS])
def test_a_column_is_named_by_a_text(name: str, role: str, wrong: object) -> None:
    with pytest.raises(UsageError, match="named by a text"):
        getattr(observatory, name)(CELLS, **{role: wrong})


def test_what_a_column_holds_is_told_in_words() -> None:
    frames = [CELLS, CELLS.to_pandas(), CELLS.to_arrow(), CELLS.lazy()]
    for frame in frames:
        with pytest.raises(InputError, match="holds no numbers but texts"):
            observatory.location_quotient(frame, region="industry", industry="day", value="region")
    with pytest.raises(InputError, match="holds no numbers but times"):
        observatory.location_quotient(CELLS, value="day")
    views = pa.table({"region": ["A"], "industry": ["x"], "value": pa.array(["1"], pa.string_view())})
    with pytest.raises(InputError, match="holds no numbers but texts"):
        observatory.location_quotient(views)
