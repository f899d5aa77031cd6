"""What communities are about: the themes of their projects that tell them apart."""

from __future__ import annotations

from typing import Any

import narwhals.stable.v2 as nw
import numpy as np
import polars as pl
from scipy import sparse

from clusteratlas.observatory.arguments import COUNT, check
from clusteratlas.observatory.frames import check_columns, lazy
from clusteratlas.observatory.matrices import Kind, coded
from clusteratlas.observatory.networks.groups import distinctive

NAME_WORDS = 3


def community_names(
    membership: Any,
    themes: Any,
    *,
    organisation: str = "organisation",
    community: str = "community",
    theme: str = "theme",
    most: int = NAME_WORDS,
) -> Any:
    """Names for communities from their themes: those that are more frequent there than chance, the surest first.

    ``membership`` has a row for each organisation (`Network.communities`), ``themes`` one for each organisation and
    theme of a project of it (a theme of two projects counts twice). A row for each community: ``organisations``,
    ``name`` (``most`` themes, "; " between; null when none stands out) and ``themes`` (their number).
    How sure a theme is: Dunning's log-likelihood ratio (1993). Raises `InputError` for wrong columns.

    >>> members = pl.DataFrame({"organisation": [*"ABCD"], "community": [0, 0, 1, 1]})
    >>> themes = pl.DataFrame({"organisation": [*"AABCD"], "theme": ["fish", "sea", "fish", "steel", "steel"]})
    >>> community_names(members, themes)["name"].to_list()
    ['fish; sea', 'steel']
    """
    check(COUNT, most=most)
    data, is_eager = lazy(membership)
    check_columns(data, [organisation, community])
    kind = Kind(nw.to_native(data), data.implementation, is_eager)
    members = data.select(organisation, community).collect(backend="polars").to_native().drop_nulls()
    said, _ = lazy(themes)
    check_columns(said, [organisation, theme])
    words = said.select(organisation, theme).collect(backend="polars").to_native().drop_nulls()
    words = words.join(members, on=organisation)
    sizes = members.group_by(community).agg(organisations=pl.len()).sort(community)
    (rows, row), (names, column) = coded(words, community, theme)
    counts = sparse.csr_array((np.ones(len(row)), (row, column)), shape=(len(rows), len(names)))
    chosen = distinctive(counts, map(str, names), most)
    found = pl.DataFrame(
        [
            rows.alias(community),
            pl.Series("name", ["; ".join(words) or None for words in chosen], pl.String),
            pl.Series("themes", np.asarray(counts.sum(axis=1)).ravel().astype(np.int64)),
        ]
    )
    joined = sizes.join(found, on=community, how="left", maintain_order="left")
    return kind.frame(joined.with_columns(pl.col("themes").fill_null(0)))
