"""Who took part in what: rows of project and organisation, checked, coded and laid out as a sparse matrix."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import narwhals.stable.v2 as nw
import numpy as np
import polars as pl
from scipy import sparse

from clusteratlas.errors import InputError, nearest
from clusteratlas.observatory.arguments import Range, check_if_given, check_mapping, check_texts
from clusteratlas.observatory.frames import check_columns, check_keys, lazy
from clusteratlas.observatory.matrices import Kind, coded

OF_NODES = frozenset({"projects", "degree", "strength", "component"})
"""What is told of each organisation of a network; no column given may be called so."""
NEAR = 200
"""Organisations before and after a mistyped one, in sorted order, among which the nearest is looked for."""

SAID = 60
"""Letters of a name that an error repeats."""


@dataclass(frozen=True)
class LeftOut:
    """What a network does not count, and why; all are numbers of rows, projects or organisations."""

    filtered_rows: int = 0
    """Rows that the filters left out."""

    empty_rows: int = 0
    """Rows without a project or without an organisation."""

    repeated_rows: int = 0
    """Further rows of an organisation in a project: it takes part once."""

    large_projects: int = 0
    """Projects of more organisations than were allowed."""

    lone_projects: int = 0
    """Projects of one organisation: they join nobody, and count among its projects."""

    changing: Mapping[str, int] = field(default_factory=dict)
    """For each attribute the organisations whose rows disagree on it: the most frequent value counts."""


@dataclass(frozen=True)
class Participations:
    """Checked participations: ``matrix`` has a row for each project and a column for each organisation, ones inside.

    ``organisations`` and ``projects`` are the distinct keys in sorted order; ``attributes`` has a row for each
    organisation.
    """

    kind: Kind
    project: str
    organisation: str
    projects: pl.Series
    organisations: pl.Series
    matrix: sparse.csr_array
    attributes: pl.DataFrame
    left_out: LeftOut

    @cached_property
    def sizes(self) -> np.ndarray:
        """The number of organisations of each project."""
        return np.diff(self.matrix.indptr)

    @cached_property
    def turned(self) -> sparse.csr_array:
        """The matrix with organisations down and projects across."""
        return self.matrix.T.tocsr()

    def place(self, organisation: Any) -> int:
        """The place of an organisation; raises `InputError` that names the nearest when it is not there."""
        place = (
            self.organisations.search_sorted(organisation) if self._is_of_type(organisation) else len(self)
        )
        if place == len(self) or self.organisations[place] != organisation:
            hint = "give an organisation that takes part in a project"
            if isinstance(organisation, str) and self.organisations.dtype == pl.String:
                near = self.organisations.to_list()[max(place - NEAR, 0) : place + NEAR]
                close = nearest(organisation[:SAID], near) if near else ""
                hint = close if close.startswith("did you mean") else hint
            raise InputError(f"there is no organisation {str(organisation)[:SAID]!r}", remedy=hint)
        return place

    def _is_of_type(self, organisation: Any) -> bool:
        is_text = self.organisations.dtype == pl.String
        return isinstance(organisation, str) if is_text else not isinstance(organisation, str)

    def __len__(self) -> int:
        return len(self.organisations)


def take_participations(
    frame: Any,
    *,
    project: str = "project",
    organisation: str = "organisation",
    attributes: Sequence[str] = (),
    where: Mapping[str, Any] | None = None,
    largest: int | None = None,
) -> Participations:
    """Check ``frame`` and make it `Participations`.

    Raises `InputError` for something that is no dataframe, columns that are absent (naming the nearest) and filters
    that are neither a value nor a collection of values; `UsageError` for a column of two roles and ``largest`` below 2.
    """
    if isinstance(attributes, str):
        attributes = [attributes]
    check_texts(attributes=attributes)
    check_if_given(Range(2, is_whole=True), largest=largest)
    data, is_eager = lazy(frame)
    check_columns(data, [project, organisation, *attributes])
    if taken := OF_NODES.intersection((organisation, *attributes)):
        raise InputError(
            f"column '{min(taken)}' is called as one of the network's own", remedy="give it another name"
        )
    kind = Kind(nw.to_native(data), data.implementation, is_eager)
    rows, kept = collected_rows(data, [project, organisation, *attributes], where)
    whole = rows.drop_nulls([project, organisation])
    matrix, projects, organisations = matrix_of(whole, project, organisation)
    repeated = whole.height - matrix.nnz
    matrix, large = _without_large(matrix, largest)
    found, changing = _attributes(whole, organisation, attributes)
    left_out = LeftOut(
        filtered_rows=kept - rows.height,
        empty_rows=rows.height - whole.height,
        repeated_rows=repeated,
        large_projects=large,
        lone_projects=int((np.diff(matrix.indptr) == 1).sum()),
        changing=changing,
    )
    return Participations(kind, project, organisation, projects, organisations, matrix, found, left_out)


def collected_rows(
    data: nw.LazyFrame, columns: Sequence[str], where: Mapping[str, Any] | None
) -> tuple[pl.DataFrame, int]:
    """The columns of the rows that pass the filters, in memory, and the number of rows before."""
    check_mapping("{'role': 'partner'}", where=where)
    where = where or {}
    check_columns(data, where)
    check_keys(data, [*columns, *where])
    schema, wanted = data.collect_schema(), data
    for name, value in where.items():
        _check_kind(name, schema[name], value)
        wanted = wanted.filter(_filter(name, value))
    rows = wanted.select(*columns).collect(backend="polars").to_native()
    before = data.select(nw.len().alias("n")).collect().item() if where else rows.height
    floats = [name for name, kind in rows.schema.items() if kind.is_float()]
    return rows.with_columns(pl.col(floats).fill_nan(None)) if floats else rows, before


def _check_kind(name: str, kind: nw.dtypes.DType, value: Any) -> None:
    """Raise `InputError` for a text that is looked for among numbers, and a number among texts."""
    looked_for = value if _is_collection(value) else [value]
    if kind.is_numeric() and any(isinstance(one, str) for one in looked_for):
        raise InputError(f"column '{name}' holds numbers, the filter a text", remedy="give a number")
    if kind == nw.String and any(isinstance(one, (int, float)) for one in looked_for):
        raise InputError(f"column '{name}' holds texts, the filter a number", remedy="give a text")


def _is_collection(value: Any) -> bool:
    return isinstance(value, Collection) and not isinstance(value, (str, bytes, Mapping))


def _filter(name: str, value: Any) -> nw.Expr:
    column = nw.col(name)
    if isinstance(value, range) and value.step == 1:
        return (column >= value.start) & (column < value.stop)
    if _is_collection(value):
        return column.is_in(list(value))
    if value is None or isinstance(value, Mapping):
        raise InputError(
            f"the filter of '{name}' is no value", remedy="give a value, a list of values or a range of years"
        )
    return column == value


def matrix_of(
    rows: pl.DataFrame, project: str, organisation: str
) -> tuple[sparse.csr_array, pl.Series, pl.Series]:
    """Projects down, organisations across, one where an organisation takes part, however often it is said."""
    (projects, row), (organisations, column) = coded(rows, project, organisation)
    shape = (len(projects), len(organisations))
    ones = np.ones(rows.height)
    matrix = sparse.csr_array((ones, (row.astype(np.int32), column.astype(np.int32))), shape=shape)
    matrix.data[:] = 1.0
    matrix.sort_indices()
    return matrix, projects, organisations


def _without_large(matrix: sparse.csr_array, largest: int | None) -> tuple[sparse.csr_array, int]:
    """The matrix with the rows of too large projects emptied, and their number."""
    is_large = np.diff(matrix.indptr) > (matrix.shape[1] if largest is None else largest)
    if not is_large.any():
        return matrix, 0
    kept = sparse.diags_array((~is_large).astype(float)) @ matrix
    kept.eliminate_zeros()
    return sparse.csr_array(kept), int(is_large.sum())


def _attributes(
    rows: pl.DataFrame, organisation: str, names: Sequence[str]
) -> tuple[pl.DataFrame, dict[str, int]]:
    """A row for each organisation in sorted order: its most frequent value, the first in order among equals."""
    texts = (pl.Categorical, pl.Enum)
    if rows.schema[organisation] in texts:
        rows = rows.with_columns(pl.col(organisation).cast(pl.String))
    told = rows.select(pl.col(organisation).unique().sort())
    changing = {}
    for name in names:
        counts = rows.select(organisation, name).drop_nulls(name).group_by(organisation, name).len()
        counts = counts.sort(["len", name], descending=[True, False])
        changing[name] = counts.height - counts[organisation].n_unique()
        if changing[name]:
            changing[name] = counts.filter(pl.col(organisation).is_duplicated())[organisation].n_unique()
        first = counts.unique(organisation, keep="first", maintain_order=True).drop("len")
        told = told.join(first, on=organisation, how="left", maintain_order="left")
    return told.drop(organisation), changing
