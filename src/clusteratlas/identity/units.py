"""Records that say the same in every column, taken together: what the comparisons run on.

A record whose name says nothing is a unit of its own: that two lack a name makes them no more alike.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import urlsplit

import polars as pl

from clusteratlas.identity import keys
from clusteratlas.identity.name_columns import NameColumns, in_columns
from clusteratlas.identity.names import Name, fold, read_names

FEWEST_IN_REGISTER = 200
"""Records below which one cannot tell whether a source lists each body once."""
MOST_TWICE = 0.04
"""A source in which at most this share of names stands twice lists each body once."""
NO_NAMES = {
    "",
    "unknown",
    "none",
    "null",
    "nan",
    "tbd",
    "not available",
    "not applicable",
    "n a",
    "na",
    "xxx",
}
"""What stands in place of a name, in small letters without signs."""


@dataclass(frozen=True)
class Units:
    """``table``: a row for each unit (``unit``, the columns of the records, ``form``); ``of``: unit of each record.

    ``forms`` are the distinct names with their country, ``names`` the same read; ``form`` is null without a name.
    ``keys`` holds each unit's certain keys by kind, ``record_ids`` the records, ``first_record`` a unit's first one.
    """

    table: pl.DataFrame
    of: pl.Series
    forms: pl.DataFrame
    names: Sequence[Name]
    keys: dict[int, dict[str, str]]
    record_ids: pl.Series
    first_record: list[str]

    @cached_property
    def form(self) -> list[int | None]:
        """The form of each unit."""
        return self.table["form"].to_list()

    @cached_property
    def columns(self) -> NameColumns:
        """The names in columns."""
        return in_columns(self.names)

    def registers(self, records: pl.DataFrame) -> dict[int, frozenset[str]]:
        """For each unit, its sources that list each body once, told by how rarely a name stands there twice."""
        signs = pl.Series([" ".join(sorted(name.concepts)) for name in self.names], dtype=pl.String)
        seen = records.select("source", unit=self.of).join(
            self.table.select("unit", "form", "country"), on="unit"
        )
        seen = seen.drop_nulls("form")
        seen = seen.with_columns(sign=signs.gather(seen["form"]))
        counted = seen.with_columns(times=pl.len().over("source", "country", "sign"))
        shares = counted.group_by("source").agg(size=pl.len(), twice=(pl.col("times") > 1).mean())
        chosen = shares.filter((pl.col("size") >= FEWEST_IN_REGISTER) & (pl.col("twice") <= MOST_TWICE))[
            "source"
        ]
        listed = (
            seen.filter(pl.col("source").is_in(chosen.implode()))
            .group_by("unit")
            .agg(pl.col("source").unique())
        )
        return {unit: frozenset(sources) for unit, sources in listed.iter_rows()}

    def listed_twice(self, records: pl.DataFrame, registers: dict[int, frozenset[str]]) -> set[int]:
        """Units without a certain key that one of their registers (see ``registers``) lists more than once."""
        counted = records.select("source", unit=self.of).group_by("source", "unit").len()
        twice = counted.filter(pl.col("len") > 1).select("unit", "source").iter_rows()
        return {unit for unit, source in twice if source in registers.get(unit, ()) and unit not in self.keys}


def make_units(records: pl.DataFrame) -> Units:
    """The units of ``records`` (as ``read_records`` gives them)."""
    forms, names = _forms(records)
    told = records.with_columns(country_=pl.col("country").fill_null("")).join(
        forms.rename({"country": "country_"}), on=["name", "country_"], how="left", maintain_order="left"
    )
    told = told.drop("country_").with_columns(
        alone=pl.when(pl.col("form").is_null()).then(pl.col("record_id"))
    )
    columns = [column for column in told.columns if column not in ("record_id", "source")]
    table = told.group_by(columns, maintain_order=True).agg(first=pl.col("record_id").first())
    table = table.with_row_index("unit")
    of = told.join(
        table.select("unit", *columns), on=columns, how="left", nulls_equal=True, maintain_order="left"
    )
    table = _comparable(table.drop("alone"))
    return Units(
        table, of["unit"], forms, names, _keys(table), records["record_id"], table["first"].to_list()
    )


def _forms(records: pl.DataFrame) -> tuple[pl.DataFrame, list[Name]]:
    """The distinct names that say something, with their country and number, and the same read."""
    bare = pl.col("name").str.to_lowercase().str.replace_all(r"\W+", " ").str.strip_chars()
    named = records.filter(pl.col("name").is_not_null() & ~bare.is_in(list(NO_NAMES)))
    forms = named.select("name", pl.col("country").fill_null("")).unique(maintain_order=True)
    names = read_names(forms["name"].to_list())
    told = [bool(name.words) for name in names]
    forms = forms.filter(pl.Series(told, dtype=pl.Boolean)).with_row_index("form")
    return forms, [name for name, tells in zip(names, told, strict=True) if tells]


def _comparable(table: pl.DataFrame) -> pl.DataFrame:
    """The other columns in the form in which Splink compares them."""
    for column, make in COMPARABLE.items():
        given = "website_url" if column == "website" else column
        if given in table.columns:
            table = table.with_columns(_mapped(table[given], make).alias(column))
    return table


def _mapped(column: pl.Series, make: object) -> pl.Series:
    distinct = column.drop_nulls().unique()
    made = {text: make(text) for text in distinct.to_list()}
    return pl.Series(column.name, [made.get(text) for text in column.to_list()], dtype=pl.String)


def domain(url: str) -> str | None:
    """The domain of an address without ``www.``; None when it is none.

    >>> domain("https://www.univie.ac.at/en/"), domain("univie.ac.at"), domain("n/a")
    ('univie.ac.at', 'univie.ac.at', None)
    """
    try:
        host = urlsplit(url if "//" in url else "//" + url).hostname or ""
    except ValueError:
        return None
    host = host.lower().removeprefix("www.")
    return host if "." in host else None


def _keys(table: pl.DataFrame) -> dict[int, dict[str, str]]:
    readers = {
        "pic": ("pic", lambda text, _: keys.pic(text)),
        "ror": ("ror", lambda text, _: keys.ror(text)),
        "national_id": ("national_id", keys.national_id),
        "vat": ("vat_number", keys.vat),
    }
    held: dict[int, dict[str, str]] = {}
    countries = table["country"].to_list()
    for kind, (column, read) in readers.items():
        if column not in table.columns:
            continue
        for unit, text in enumerate(table[column].to_list()):
            if text is not None and (value := read(text, countries[unit])):
                held.setdefault(unit, {})[kind] = value
    return held


COMPARABLE: dict[str, Callable[[str], str | None]] = {
    "city": lambda text: fold(text).split("cedex")[0].strip(" 0123456789-") or None,
    "postal_code": lambda text: "".join(sign for sign in text.upper() if sign.isalnum()) or None,
    "short_name": lambda text: "".join(sign for sign in fold(text) if sign.isalnum()) or None,
    "activity_type": lambda text: text.upper(),
    "website": domain,
}
"""Makes the cells of a column comparable."""
